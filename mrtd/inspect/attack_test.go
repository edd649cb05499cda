package inspect_test

import (
	"bytes"
	"math/big"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
	"github.com/skranke/skranke/mrtd/trust"
)

type attack struct {
	name string
	scene
	verdict inspect.Authenticity
	// check and code are the check that catches it, with its outcome.
	check   string
	outcome inspect.Outcome
	code    string
}

const (
	counterfeit  = inspect.Counterfeit
	undetermined = inspect.AuthenticityUndetermined
)

// other is a document of another PKI with the same names and everything else the same.
func other(t *testing.T, profile string) *specimen.Document {
	return scene{profile: profile, with: [][2]string{{"pki.seed", "77"}}}.make(t)
}

func refuse(f inspect.File, answer string) func(*specimen.Document, *inspect.Evidence) {
	return func(_ *specimen.Document, ev *inspect.Evidence) {
		delete(ev.Files, f)
		ev.Session.Refused = map[inspect.File]string{f: answer}
		for i, p := range ev.Session.Proofs {
			if p.ID == "chip.ca" && f == inspect.DG(14) || p.ID == "chip.aa" && f == inspect.DG(15) {
				ev.Session.Proofs = append(ev.Session.Proofs[:i], ev.Session.Proofs[i+1:]...)
				return
			}
		}
	}
}

func proof(id string, r inspect.Result) func(*specimen.Document, *inspect.Evidence) {
	return func(_ *specimen.Document, ev *inspect.Evidence) {
		for i := range ev.Session.Proofs {
			if ev.Session.Proofs[i].ID == id {
				ev.Session.Proofs[i].Result = r
			}
		}
	}
}

func replace(b []byte, old, new string) []byte {
	return []byte(strings.Replace(string(b), old, new, 1))
}

// Paths into EF.SOD: tag 77, ContentInfo, [0], SignedData, its elements.
const (
	sodCertificates = 3
	sodSignerInfos  = 4
)

// The signed attributes in the order of a SET OF.
const (
	contentType   = 0
	signingTime   = 1
	messageDigest = 2
)

func inSOD(change func([]byte) []byte, path ...int) func([]byte) []byte {
	return within(change, append([]int{0, 1, 0}, path...)...)
}

// inSigner follows a path into the first SignerInfo: version, sid, digest algorithm, attributes, algorithm, signature.
func inSigner(change func([]byte) []byte, path ...int) func([]byte) []byte {
	return inSOD(change, append([]int{sodSignerInfos, 0}, path...)...)
}

func attacks(t *testing.T) []attack {
	german, belgian, bac := "german-passport-2017", "belgian-passport-2014", "bac-passport-2009"
	ecdsa := [][2]string{
		{"pki.csca.key", "secp256r1"},
		{"pki.csca.signature", "ecdsa-sha256"},
		{"pki.signer.key", "secp256r1-explicit"},
		{"pki.signer.signature", "ecdsa-sha256"},
	}
	real := scene{}.make(t)
	return []attack{
		// False data.
		{"another name in DG1", scene{edit: at("forged EF.DG1", func(b []byte) []byte { return replace(b, "ANNA", "EMMA") })}, counterfeit, "dg.1", inspect.Failed, "hash_mismatch"},
		{"another face in DG2", scene{edit: at("forged EF.DG2", func(b []byte) []byte { b = bytes.Clone(b); b[len(b)-3] ^= 1; return b })}, counterfeit, "dg.2", inspect.Failed, "hash_mismatch"},
		{"another key in DG14, which the chip proves", scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			ev.Files[inspect.DG(14)] = scene{profile: german}.make(t).Files["EF.DG14"]
			prove(t, ev)
		}}, counterfeit, "dg.14", inspect.Failed, "hash_mismatch"},
		{"another key in DG15, which the chip proves", scene{profile: belgian, evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			ev.Files[inspect.DG(15)] = scene{profile: belgian, with: [][2]string{{"chip.active_authentication.key", "rsa-1024-e3"}}}.make(t).Files["EF.DG15"]
			prove(t, ev)
		}}, counterfeit, "dg.15", inspect.Failed, "hash_mismatch"},
		{"a data group that the state did not sign", scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			ev.Files[inspect.DG(11)] = []byte{0x6b, 0x00}
		}}, counterfeit, "dg.11", inspect.Failed, "not_in_sod"},
		{"DG1 twice in the security object", scene{edit: at("lds-object", func(b []byte) []byte {
			return within(func(l []byte) []byte {
				return fields(l, func(f [][]byte) [][]byte { return append(f, f[0]) })
			}, 2)(b)
		})}, counterfeit, "sod.structure", inspect.Failed, "duplicate_data_group"},
		{"data group 17", scene{edit: at("lds-object", within(func([]byte) []byte { return tlv.Int(17) }, 2, 2, 0))}, counterfeit, "sod.structure", inspect.Failed, "data_group_number"},

		// Copied chips.
		{"a copy without the key", scene{evidence: proof("chip.ca", inspect.Result{Outcome: inspect.Failed, Code: "wrong_key"})}, counterfeit, "chip.ca", inspect.Failed, "wrong_key"},
		{"a copy that refuses chip authentication", scene{evidence: proof("chip.ca", inspect.Result{Outcome: inspect.Undetermined, Code: "refused"})}, undetermined, "chip.genuine", inspect.Undetermined, "refused"},
		{"a copy that hides DG14", scene{evidence: refuse(inspect.DG(14), "6a82")}, undetermined, "dg.14", inspect.Undetermined, "absent"},
		{"a copy that refuses DG14", scene{evidence: refuse(inspect.DG(14), "6982")}, undetermined, "dg.14", inspect.Undetermined, "refused"},
		{"a copy that hides DG15", scene{profile: belgian, evidence: refuse(inspect.DG(15), "6a82")}, undetermined, "dg.15", inspect.Undetermined, "absent"},
		{"a copy that hides DG15, and DG15 in EF.COM", scene{profile: belgian, evidence: func(d *specimen.Document, ev *inspect.Evidence) {
			refuse(inspect.DG(15), "6a82")(d, ev)
			delete(ev.Files, inspect.COM)
		}}, undetermined, "dg.15", inspect.Undetermined, "absent"},
		{"a copy that signs with another key", scene{profile: belgian, evidence: proof("chip.aa", inspect.Result{Outcome: inspect.Failed, Code: "wrong_signature"})}, counterfeit, "chip.aa", inspect.Failed, "wrong_signature"},
		{"a proof of a key that is not in DG14", scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			ev.Session.Proofs[0].Key = scene{profile: german}.make(t).CSCA.Key.SubjectPublicKeyInfo()
		}}, undetermined, "chip.ca", inspect.Undetermined, "key_not_signed"},
		{"no proof at all", scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) { ev.Session.Proofs = nil }}, undetermined, "chip.genuine", inspect.Undetermined, "not_tried"},
		{"chip authentication mapping with an EF.CardSecurity of another state", scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			foreign := scene{profile: german, with: [][2]string{{"chip.chip_authentication", "[{protocol: ecdh-aes256, parameters: brainpoolP256r1, key_id: 1}]"}}}.make(t)
			ev.Files[inspect.CardSecurity] = foreign.Files["EF.CardSecurity"]
			ev.Session.Proofs = []inspect.Proof{{ID: "chip.pace_cam", Key: []byte{1}, Result: inspect.Result{Outcome: inspect.Successful}}}
		}}, undetermined, "chip.pace_cam", inspect.Undetermined, "not_vouched"},
		{"chip authentication mapping with a key that EF.CardSecurity does not hold", scene{profile: "german-passport-2024", evidence: func(d *specimen.Document, ev *inspect.Evidence) {
			mapped(d, ev)
			ev.Session.Proofs = ev.Session.Proofs[len(ev.Session.Proofs)-1:]
			ev.Session.Proofs[0].Key = []byte{1}
		}}, undetermined, "chip.pace_cam", inspect.Undetermined, "key_not_signed"},
		{"chip authentication mapping with an EF.CardSecurity that was changed", scene{profile: "german-passport-2024", evidence: func(d *specimen.Document, ev *inspect.Evidence) {
			mapped(d, ev)
			ev.Session.Proofs = ev.Session.Proofs[len(ev.Session.Proofs)-1:]
			ev.Files[inspect.CardSecurity] = flip(ev.Files[inspect.CardSecurity])
		}}, undetermined, "chip.pace_cam", inspect.Undetermined, "not_vouched"},
		{"EF.CardAccess stripped of PACE", scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) { delete(ev.Files, inspect.CardAccess) }}, undetermined, "cardaccess.match", inspect.Failed, "stripped"},
		{"EF.CardAccess with a weaker PACE", scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			ev.Files[inspect.CardAccess] = bytes.Replace(ev.Files[inspect.CardAccess], []byte{2, 1, 13}, []byte{2, 1, 12}, 1)
		}}, undetermined, "cardaccess.match", inspect.Failed, "not_contained"},

		// False signers.
		{"a PKI of one's own", scene{judge: trustOther}, undetermined, "csca.trust", inspect.Undetermined, "csca_unknown"},
		{"a PKI of one's own with the CSCA's name and key identifier", scene{
			edit:  at("signer.tbs", func(b []byte) []byte { return withExtension(oid(2, 5, 29, 35), false, authorityKeyID(t))(b) }),
			judge: trustOther,
		}, counterfeit, "signer.signature", inspect.Failed, "signature_invalid"},
		{"a PKI of one's own with the CSCA's name and no key identifier", scene{edit: at("signer.tbs", withoutExtension(oid(2, 5, 29, 35))), judge: trustOther}, undetermined, "signer.signature", inspect.Undetermined, "no_csca_fits"},
		{"one's own certificate under the signer's serial number, beside the real one", scene{edit: at("EF.SOD", inSOD(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { return append(f, real.Signer.Certificate) })
		}, sodCertificates)), judge: trustOther}, undetermined, "csca.trust", inspect.Undetermined, "csca_unknown"},
		{"another state's signer", scene{profile: german, with: [][2]string{{"document.issuer", "DNK"}}}, counterfeit, "issuer.match", inspect.Failed, "country_differs"},
		{"another state's signer that calls itself Danish", scene{profile: german, with: [][2]string{{"document.issuer", "DNK"}}, edit: at("signer.tbs", within(func([]byte) []byte { return tlv.Make(0x13, []byte("DK")) }, tbsSubject, 0, 0, 1))}, counterfeit, "issuer.match", inspect.Failed, "csca_country_differs"},
		{"another state's signer without a country", scene{profile: german, with: [][2]string{{"document.issuer", "DNK"}}, edit: at("signer.tbs", within(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { return f[1:] })
		}, tbsSubject))}, counterfeit, "issuer.match", inspect.Failed, "country_differs"},
		{"a signer that is an authority", scene{edit: at("signer.tbs", withExtension(oid(2, 5, 29, 19), true, tlv.Seq([]byte{1, 1, 0xff})))}, counterfeit, "signer.usage", inspect.Failed, "is_authority"},
		{"a signer that may sign certificates", scene{edit: at("signer.tbs", withExtension(oid(2, 5, 29, 15), true, []byte{3, 2, 1, 0x86}))}, counterfeit, "signer.usage", inspect.Failed, "key_usage"},
		{"a signer that may only agree on keys", scene{edit: at("signer.tbs", withExtension(oid(2, 5, 29, 15), true, []byte{3, 2, 3, 0x08}))}, counterfeit, "signer.usage", inspect.Failed, "key_usage"},
		{"a web server's certificate under the CSCA", scene{edit: at("signer.tbs", withExtension(oid(2, 5, 29, 37), false, tlv.Seq(tlv.OID(oid(1, 3, 6, 1, 5, 5, 7, 3, 1)))))}, counterfeit, "signer.usage", inspect.Failed, "extended_key_usage"},
		{"a master list signer", scene{edit: at("signer.tbs", withExtension(oid(2, 5, 29, 37), true, tlv.Seq(tlv.OID(oid(2, 23, 136, 1, 1, 3)))))}, counterfeit, "signer.usage", inspect.Failed, "extended_key_usage"},
		{"a signer for identity cards", scene{edit: at("signer.tbs", withExtension(oid(2, 23, 136, 1, 1, 6, 2), false, tlv.Seq(tlv.Int(0), tlv.Set(tlv.Make(0x13, []byte("ID"))))))}, counterfeit, "signer.usage", inspect.Failed, "document_type"},
		{"a signer with a critical extension that nobody knows", scene{edit: at("signer.tbs", withExtension(oid(1, 2, 3, 4), true, []byte{5, 0}))}, counterfeit, "signer.usage", inspect.Failed, "critical_extension"},
		{"a signer with two key usages", scene{edit: at("signer.tbs", extensionsOf(func(e [][]byte) [][]byte {
			return append([][]byte{extension(oid(2, 5, 29, 15), true, []byte{3, 2, 7, 0x80})}, e...)
		}))}, counterfeit, "signer.usage", inspect.Failed, "malformed_extension"},
		{"a signer whose time is over, in a document that has not expired", scene{edit: at("signer.tbs", within(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { f[1] = tlv.Make(0x17, []byte("261122085959Z")); return f })
		}, tbsValidity))}, undetermined, "signer.validity", inspect.Failed, "expired"},
		{"a signer whose time has not begun", scene{edit: at("signer.tbs", within(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { f[0] = tlv.Make(0x17, []byte("261122090001Z")); return f })
		}, tbsValidity))}, undetermined, "signer.validity", inspect.Failed, "not_yet_valid"},
		{"a revoked signer", scene{profile: bac, judge: revoked(today.AddDate(0, 0, -1), today.AddDate(0, 0, 30))}, counterfeit, "signer.revocation", inspect.Failed, "revoked"},
		{"a revoked signer on a list that has expired", scene{profile: bac, judge: revoked(today.AddDate(-1, 0, 0), today.AddDate(0, -1, 0))}, counterfeit, "signer.revocation", inspect.Failed, "revoked"},
		{"a distrusted CSCA", scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = in.Store.WithDistrusted(keyOf(t, d.CSCA.Certificate))
		}}, counterfeit, "csca.trust", inspect.Failed, "distrusted"},
		{"a CSCA on a list that nobody signed", scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = storeOf(t, tlv.Seq(tlv.Int(0), tlv.Set(d.CSCA.Certificate)))
		}}, undetermined, "csca.trust", inspect.Undetermined, "list_unverified"},
		{"a false signature in the name of a key on a list that nobody signed", scene{
			edit: at("signer.tbs", func(b []byte) []byte { return withExtension(oid(2, 5, 29, 35), false, authorityKeyID(t))(b) }),
			judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
				in.Store = storeOf(t, tlv.Seq(tlv.Int(0), tlv.Set(other(t, d.Profile.Name).CSCA.Certificate)))
			},
		}, undetermined, "csca.trust", inspect.Undetermined, "list_unverified"},
		{"a signer in the name of a state whose keys are on a list that nobody signed", scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = storeOf(t, tlv.Seq(tlv.Int(0), tlv.Set(other(t, d.Profile.Name).CSCA.Certificate)))
		}}, undetermined, "csca.trust", inspect.Undetermined, "csca_unknown"},
		{"a Danish passport by a CSCA of no country", scene{edit: at("csca.tbs", func(b []byte) []byte {
			anywhere := func(b []byte) []byte { return fields(b, func(f [][]byte) [][]byte { return f[1:] }) }
			return within(anywhere, tbsSubject)(within(anywhere, tbsIssuer)(b))
		})}, undetermined, "issuer.match", inspect.Undetermined, "no_country"},
		{"another state's signer, which that state calls a slip", scene{profile: bac, with: [][2]string{{"document.issuer", "DNK"}}, judge: deviating([]int{1, 2}, -1)}, counterfeit, "issuer.match", inspect.Failed, "country_differs"},
		{"EF.CardSecurity as EF.SOD, which the state calls a slip", scene{
			profile: bac, judge: deviating([]int{2, 1}, 20),
			evidence: sod(func(b []byte) []byte { return within(tagged(oid(0, 4, 0, 127, 0, 7, 3, 2, 1)), 0, 1, 0, 2, 0)(b) }),
		}, undetermined, "sod.structure", inspect.Undetermined, "known_deviation"},
		{"a CSCA with a critical extension that nobody knows", scene{edit: at("csca.tbs", withExtension(oid(1, 2, 3, 4), true, []byte{5, 0}))}, undetermined, "csca.trust", inspect.Undetermined, "no_csca"},
		{"a CSCA that is no authority", scene{edit: at("csca.tbs", withExtension(oid(2, 5, 29, 19), true, tlv.Seq()))}, undetermined, "csca.trust", inspect.Undetermined, "no_csca"},
		{"a CSCA that may not sign certificates", scene{edit: at("csca.tbs", withExtension(oid(2, 5, 29, 15), true, []byte{3, 2, 1, 0x02}))}, undetermined, "csca.trust", inspect.Undetermined, "no_csca"},

		// False objects.
		{"an empty EF.SOD", scene{evidence: sod(func([]byte) []byte { return []byte{} })}, counterfeit, "sod.structure", inspect.Failed, "empty"},
		{"no EF.SOD", scene{evidence: refuse(inspect.SOD, "6a82")}, counterfeit, "sod.structure", inspect.Failed, "absent"},
		{"something else as EF.SOD", scene{evidence: sod(func([]byte) []byte { return []byte("\x77\x04abcd") })}, counterfeit, "sod.structure", inspect.Failed, "malformed"},
		{"a nest of 64 KB", scene{evidence: sod(func([]byte) []byte { return bytes.Repeat([]byte{0x30, 0x80}, 32<<10) })}, counterfeit, "sod.structure", inspect.Failed, "too_complex"},
		{"octets after the signed object", scene{evidence: sod(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { return append(f, tlv.Octets([]byte("more"))) })
		})}, counterfeit, "sod.structure", inspect.Failed, "trailing_data"},
		{"EF.CardSecurity as EF.SOD", scene{evidence: sod(func(b []byte) []byte { return within(tagged(oid(0, 4, 0, 127, 0, 7, 3, 2, 1)), 0, 1, 0, 2, 0)(b) })}, counterfeit, "sod.structure", inspect.Failed, "content_type"},
		{"no signature at all", scene{evidence: sod(inSOD(func([]byte) []byte { return tlv.Set() }, sodSignerInfos))}, counterfeit, "sod.structure", inspect.Failed, "signer_info_missing"},
		{"no signed attributes", scene{evidence: sod(inSigner(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { return append(f[:3:3], f[4:]...) })
		}))}, counterfeit, "sod.structure", inspect.Failed, "signed_attributes"},
		{"the message digest twice", scene{edit: at("attributes", func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { return append(f, f[messageDigest]) })
		})}, counterfeit, "sod.structure", inspect.Failed, "signed_attributes"},
		{"another content type among the signed attributes", scene{edit: at("attributes", within(tagged(oid(1, 2, 840, 113549, 1, 7, 1)), contentType, 1, 0))}, counterfeit, "sod.structure", inspect.Failed, "signed_attributes"},
		{"another digest among the signed attributes", scene{edit: at("attributes", within(func([]byte) []byte { return tlv.Octets(make([]byte, 32)) }, messageDigest, 1, 0))}, counterfeit, "sod.hash", inspect.Failed, "digest_mismatch"},
		{"another security object under the same signature", scene{evidence: sod(func(b []byte) []byte {
			foreign := scene{with: [][2]string{{"document.given_names", "BIRGITTE"}}}.make(t).Files["EF.SOD"]
			return inSOD(func([]byte) []byte { return elementAt(foreign, 0, 1, 0, 2) }, 2)(b)
		})}, counterfeit, "sod.hash", inspect.Failed, "digest_mismatch"},
		{"a second SignerInfo that does not verify", scene{evidence: sod(inSOD(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte {
				return append(f, within(flip, 5)(f[0]))
			})
		}, sodSignerInfos))}, counterfeit, "sod.signature", inspect.Failed, ""},
		{"a false signature by RSASSA-PSS", scene{evidence: sod(inSigner(flip, 5))}, counterfeit, "sod.signature", inspect.Failed, ""},
		{"RSASSA-PSS with another salt length", scene{evidence: sod(inSigner(func([]byte) []byte { return tlv.Int(20) }, 4, 1, 2, 0))}, counterfeit, "sod.signature", inspect.Failed, "signature_invalid"},
		{"RSASSA-PSS downgraded to PKCS #1", scene{evidence: sod(inSigner(func([]byte) []byte { return tlv.Seq(tlv.OID(oid(1, 2, 840, 113549, 1, 1, 11)), []byte{5, 0}) }, 4))}, counterfeit, "sod.signature", inspect.Failed, "signature_invalid"},
		{"SHA-256 said to be SHA-1", scene{evidence: sod(inSigner(func([]byte) []byte { return tlv.Seq(tlv.OID(oid(1, 3, 14, 3, 2, 26)), []byte{5, 0}) }, 2))}, counterfeit, "sod.hash", inspect.Failed, "digest_mismatch"},
		{"ECDSA with r and s zero", scene{with: ecdsa, evidence: sod(inSigner(func([]byte) []byte { return tlv.Octets(tlv.Seq(tlv.Int(0), tlv.Int(0))) }, 5))}, counterfeit, "sod.signature", inspect.Failed, "value_out_of_range"},
		{"ECDSA with s the order of the curve", scene{with: ecdsa, evidence: sod(inSigner(func([]byte) []byte {
			n, _ := new(big.Int).SetString("ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551", 16)
			return tlv.Octets(tlv.Seq(tlv.Int(1), tlv.BigInt(n)))
		}, 5))}, counterfeit, "sod.signature", inspect.Failed, "value_out_of_range"},
		{"a curve with a generator of one's own", scene{with: ecdsa, edit: at("signer.tbs", within(func(spki []byte) []byte {
			// The public key as the generator: the private key is then 1.
			public := elementAt(spki, 1)
			point := public[len(public)-65:]
			return within(func([]byte) []byte { return tlv.Octets(point) }, 0, 1, 3)(spki)
		}, tbsKey))}, undetermined, "sod.signature", inspect.Undetermined, "unknown_curve"},
		{"a key off its curve", scene{with: ecdsa, edit: at("signer.tbs", within(flip, tbsKey, 1))}, counterfeit, "sod.signature", inspect.Failed, "key_invalid"},
		{"a key at infinity", scene{with: ecdsa, edit: at("signer.tbs", within(func([]byte) []byte { return []byte{3, 2, 0, 0} }, tbsKey, 1))}, counterfeit, "sod.signature", inspect.Failed, "key_invalid"},
		{"an even RSA modulus", scene{edit: at("signer.tbs", within(func([]byte) []byte {
			return tlv.Bits(tlv.Seq(tlv.BigInt(new(big.Int).Lsh(big.NewInt(1), 2047)), tlv.Int(65537)))
		}, tbsKey, 1))}, counterfeit, "sod.signature", inspect.Failed, "key_invalid"},
		{"a signer's key of 768 bits", scene{profile: bac, with: [][2]string{{"pki.signer.key", "rsa-768"}}}, undetermined, "algorithm.strength", inspect.Failed, "broken_algorithm"},
		{"MD5 for the data groups", scene{profile: bac, with: [][2]string{{"sod.hash", "md5"}}}, undetermined, "algorithm.strength", inspect.Failed, "broken_algorithm"},
		{"RSA with exponent 1", exponentOne(t), undetermined, "algorithm.strength", inspect.Failed, "broken_algorithm"},

		// False identities.
		{"another person's printed lines", scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Given = parseMRZ(t, strings.Replace(strings.Join(d.MRZ, "\n"), "ANNA", "EMMA", 1))
		}}, undetermined, "mrz.match", inspect.Failed, "printed_data_differs"},
		{"another document's number", scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			key, err := mrz.NewKey("123456789", d.Birth.Format(time.DateOnly), d.Expiry.Format(time.DateOnly))
			if err != nil {
				t.Fatal(err)
			}
			in.GivenKey = &key
		}}, undetermined, "mrz.match", inspect.Failed, "printed_data_differs"},
		{"a wrong check digit in DG1, signed as it is", scene{edit: at("EF.DG1", func(b []byte) []byte {
			b = bytes.Clone(b)
			b[len(b)-1] = '0' + (b[len(b)-1]-'0'+1)%10
			return b
		})}, undetermined, "mrz.check_digits", inspect.Failed, "check_digit"},
	}
}

func TestNoAttackIsGenuine(t *testing.T) {
	list := attacks(t)
	names := map[string]bool{}
	for _, a := range list {
		if names[a.name] {
			t.Errorf("two attacks are called %q", a.name)
		}
		names[a.name] = true
		t.Run(a.name, func(t *testing.T) {
			r := a.play(t)
			if r.Authenticity != a.verdict {
				t.Errorf("the verdict is %s, want %s; in its way: %v", r.Authenticity, a.verdict, r.Obstacles())
			}
			if c := r.Check(a.check); c.Outcome != a.outcome || (a.code != "" && c.Code != a.code) {
				t.Errorf("%s is %s %s (%s), want %s %s", c.ID, c.Outcome, c.Code, c.Detail, a.outcome, a.code)
			}
		})
	}
	if len(list) < 40 {
		t.Errorf("only %d attacks", len(list))
	}
	counts.Print(t, "%d attacks, none genuine", len(list))
}

// trustOther has the terminal trust another PKI with the same names: the document's is one's own.
func trustOther(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
	in.Store = storeOf(t, other(t, d.Profile.Name).CSCA.Certificate)
}

// authorityKeyID is the extension that names the key of the trusted PKI of trustOther.
func authorityKeyID(t *testing.T) []byte {
	c, err := trust.ParseCertificate(other(t, "danish-passport-2023").CSCA.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	return tlv.Seq(tlv.Make(0x80, c.SubjectKeyID))
}

func keyOf(t *testing.T, certificate []byte) *trust.PublicKey {
	c, err := trust.ParseCertificate(certificate)
	if err != nil {
		t.Fatal(err)
	}
	key, err := c.PublicKey()
	if err != nil {
		t.Fatal(err)
	}
	return key
}

func sod(change func([]byte) []byte) func(*specimen.Document, *inspect.Evidence) {
	return func(_ *specimen.Document, ev *inspect.Evidence) {
		ev.Files[inspect.SOD] = change(bytes.Clone(ev.Files[inspect.SOD]))
	}
}

// flip changes the last bit but of an element's last octet but one.
func flip(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-2] ^= 1
	return b
}

func tagged(id []int) func([]byte) []byte { return func([]byte) []byte { return tlv.OID(id) } }

// elementAt cuts an element out.
func elementAt(b []byte, path ...int) []byte {
	var found []byte
	within(func(e []byte) []byte { found = e; return e }, path...)(b)
	return found
}

func parseMRZ(t *testing.T, text string) *mrz.MRZ {
	t.Helper()
	m, err := mrz.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return m
}
