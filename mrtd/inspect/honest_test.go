package inspect_test

import (
	"bytes"
	"context"
	"errors"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/trust"
)

// honest is an oddity of honest documents, which must stay genuine. check and outcome say how the report names it;
// detail is a word that must be there.
type honest struct {
	name string
	scene
	check   string
	outcome inspect.Outcome
	code    string
	detail  string
}

func oddities(t *testing.T) []honest {
	german, belgian, bac := "german-passport-2017", "belgian-passport-2014", "bac-passport-2009"
	with := func(pairs ...string) [][2]string {
		var out [][2]string
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, [2]string{pairs[i], pairs[i+1]})
		}
		return out
	}
	ecdsa := func(csca, cscaHash, signer, signerHash string) [][2]string {
		return with("pki.csca.key", csca, "pki.csca.signature", "ecdsa-"+cscaHash, "pki.signer.key", signer, "pki.signer.signature", "ecdsa-"+signerHash)
	}
	successful := inspect.Successful
	return []honest{
		{name: "a Danish passport", check: "chip.genuine", outcome: successful},
		{name: "a German passport", scene: scene{profile: german}, check: "chip.ca", outcome: successful},
		{name: "a Belgian passport", scene: scene{profile: belgian}, check: "chip.aa", outcome: successful},
		{name: "a German passport that proves itself within PACE", scene: scene{profile: "german-passport-2024", evidence: mapped}, check: "chip.pace_cam", outcome: successful},
		{name: "a Finnish passport that proves itself within PACE alone", scene: scene{profile: "finnish-passport-2023", evidence: func(d *specimen.Document, ev *inspect.Evidence) {
			mapped(d, ev)
			ev.Session.Proofs = ev.Session.Proofs[len(ev.Session.Proofs)-1:]
		}}, check: "chip.genuine", outcome: successful},
		{name: "a passport that can be copied", scene: scene{profile: bac}, check: "chip.genuine", outcome: inspect.NotSupported, code: "not_offered"},
		{name: "an identity card of three lines", scene: scene{with: with("document.format", "TD1", "document.code", "I")}, check: "signer.usage", outcome: successful},

		// Signed objects.
		{name: "the signer named by its key", scene: scene{with: with("sod.identifier", "key-id")}, check: "sod.signature", outcome: successful},
		{name: "the signer's certificate in the store alone", scene: scene{with: with("sod.certificate", "false"), judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = storeOf(t, d.CSCA.Certificate, d.Signer.Certificate)
		}}, check: "sod.signature", outcome: successful},
		{name: "a security object of version 1", scene: scene{with: with("sod.version", "1")}, check: "sod.structure", outcome: successful},
		{name: "no signing time", scene: scene{with: with("sod.signing_time", "false")}, check: "sod.structure", outcome: successful},
		{name: "no EF.COM", scene: scene{with: with("lds.no_com", "true")}, check: "sod.com", outcome: inspect.NotSupported, code: "no_com"},
		{name: "an EF.COM that lists more", scene: scene{edit: at("forged EF.COM", func(b []byte) []byte {
			return bytes.Replace(b, []byte{0x61, 0x75}, []byte{0x61, 0x63}, 1)
		})}, check: "sod.com", outcome: inspect.Failed, code: "lists_differ"},
		{name: "an EF.COM of another version of the LDS", scene: scene{with: with("sod.version", "1"), edit: at("forged EF.COM", func(b []byte) []byte {
			return bytes.Replace(b, []byte("0107"), []byte("0108"), 1)
		})}, check: "sod.com", outcome: successful, detail: "lds_version_differs"},
		{name: "several certificates", scene: scene{edit: at("EF.SOD", inSOD(func(b []byte) []byte {
			foreign := scene{profile: german}.make(t)
			return fields(b, func(f [][]byte) [][]byte {
				return append([][]byte{foreign.CSCA.Certificate, foreign.Signer.Certificate}, f...)
			})
		}, sodCertificates))}, check: "sod.signature", outcome: successful},
		{name: "a certificate that is none beside the signer's", scene: scene{edit: at("EF.SOD", inSOD(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { return append([][]byte{tlv.Seq(tlv.Int(1))}, f...) })
		}, sodCertificates))}, check: "sod.signature", outcome: successful},
		{name: "the content type id-data", scene: scene{edit: func(point string, b []byte) []byte {
			switch point {
			case "attributes":
				return within(tagged(oid(1, 2, 840, 113549, 1, 7, 1)), contentType, 1, 0)(b)
			case "EF.SOD":
				return inSOD(tagged(oid(1, 2, 840, 113549, 1, 7, 1)), 2, 0)(b)
			}
			return b
		}}, check: "sod.structure", outcome: successful, detail: "legacy_content_type"},
		{name: "indefinite lengths", scene: scene{edit: at("EF.SOD", func(b []byte) []byte { return append(indefinite(b, 4), 0, 0) })}, check: "sod.structure", outcome: successful},
		{name: "octets after the file", scene: scene{edit: at("EF.SOD", func(b []byte) []byte { return append(b, 0, 0, 0) })}, check: "sod.structure", outcome: successful, detail: "padding"},
		{name: "the issuer's name turned round in the signer's identifier", scene: scene{edit: at("EF.SOD", inSigner(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { f[0], f[3] = f[3], f[0]; return f })
		}, 1, 0))}, check: "sod.signature", outcome: successful},
		{name: "unsigned attributes", scene: scene{edit: at("EF.SOD", inSigner(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte {
				return append(f, tlv.Make(0xA1, tlv.Seq(tlv.OID(oid(1, 2, 3)), tlv.Set(tlv.Int(1)))))
			})
		}))}, check: "sod.structure", outcome: successful},
		{name: "a signed object of another version", scene: scene{edit: at("EF.SOD", inSOD(number(5), 0))}, check: "sod.structure", outcome: successful, detail: "cms_version"},
		{name: "a SignerInfo of the other version", scene: scene{edit: at("EF.SOD", inSigner(number(3), 0))}, check: "sod.structure", outcome: successful, detail: "cms_version"},
		{name: "a signed object that lists another hash algorithm", scene: scene{edit: at("EF.SOD", inSOD(func([]byte) []byte {
			return tlv.Set(tlv.Seq(tlv.OID(oid(1, 2, 840, 113549, 2, 5))))
		}, 1))}, check: "sod.structure", outcome: successful, detail: "digest_algorithms"},
		{name: "a security object of version 1 without the version of the LDS", scene: scene{edit: at("lds-object", within(number(1), 0))}, check: "sod.structure", outcome: successful, detail: "lds_version_info"},
		{name: "a security object of version 0 with the version of the LDS", scene: scene{with: with("sod.version", "1"), edit: at("lds-object", within(number(0), 0))}, check: "sod.structure", outcome: successful, detail: "lds_version_info"},

		// Algorithms.
		{name: "a salt of 20 octets", scene: scene{with: with("pki.signer.signature", "pss-sha256-salt20")}, check: "sod.signature", outcome: successful},
		{name: "no salt", scene: scene{with: with("pki.signer.signature", "pss-sha256-salt0")}, check: "sod.signature", outcome: successful},
		{name: "an exponent of 3", scene: scene{with: with("pki.signer.key", "rsa-2048-e3")}, check: "algorithm.strength", outcome: successful},
		{name: "a digest of another hash than the signature", scene: scene{with: with("sod.digest", "sha512")}, check: "sod.hash", outcome: successful},
		{name: "P-256 by name", scene: scene{with: ecdsa("secp256r1", "sha256", "secp256r1", "sha256")}, check: "sod.signature", outcome: successful},
		{name: "P-384 over P-521, written out", scene: scene{with: ecdsa("secp521r1-explicit", "sha512", "secp384r1-explicit", "sha384")}, check: "sod.signature", outcome: successful},
		{name: "brainpool 512 over 320", scene: scene{with: ecdsa("brainpoolP512r1", "sha512", "brainpoolP320r1-explicit", "sha256")}, check: "sod.signature", outcome: successful},
		{name: "P-224 with a longer hash", scene: scene{with: ecdsa("secp224r1", "sha256", "brainpoolP224r1-explicit", "sha512")}, check: "algorithm.strength", outcome: successful},
		{name: "SHA-1", scene: scene{profile: bac, with: with("sod.hash", "sha1")}, check: "algorithm.strength", outcome: inspect.Undetermined, code: "deprecated_algorithm"},
		{name: "plain ECDSA of TR-03111", scene: scene{with: with("pki.csca.key", "brainpoolP256r1", "pki.csca.signature", "ecdsa-sha256", "pki.signer.key", "brainpoolP256r1", "pki.signer.signature", "ecdsa-plain-sha256")}, check: "sod.signature", outcome: successful},

		// Certificates.
		{name: "a signer without key usage", scene: scene{edit: at("signer.tbs", withoutExtension(oid(2, 5, 29, 15)))}, check: "signer.usage", outcome: successful, detail: "key_usage_absent"},
		{name: "a key usage that is not critical", scene: scene{edit: at("signer.tbs", withExtension(oid(2, 5, 29, 15), false, []byte{3, 2, 7, 0x80}))}, check: "signer.usage", outcome: successful, detail: "key_usage_not_critical"},
		{name: "a certificate that calls itself one of version 1", scene: scene{edit: at("signer.tbs", within(number(0), 0, 0))}, check: "signer.usage", outcome: successful, detail: "certificate_version"},
		{name: "a signer without a document type list", scene: scene{edit: at("signer.tbs", withoutExtension(oid(2, 23, 136, 1, 1, 6, 2)))}, check: "signer.usage", outcome: successful},
		{name: "a document type list without version and set", scene: scene{edit: at("signer.tbs", withExtension(oid(2, 23, 136, 1, 1, 6, 2), false, tlv.Seq(tlv.Make(0x13, []byte("P")))))}, check: "signer.usage", outcome: successful},
		{name: "a signer for several types", scene: scene{edit: at("signer.tbs", withExtension(oid(2, 23, 136, 1, 1, 6, 2), false, tlv.Seq(tlv.Int(0), tlv.Set(tlv.Make(0x13, []byte("ID")), tlv.Make(0x13, []byte("P<"))))))}, check: "signer.usage", outcome: successful},
		{name: "a new type of passport under a list of one letter", scene: scene{with: with("document.code", "PP", "pki.signer.types", "[P]")}, check: "signer.usage", outcome: successful},
		{name: "an extension that nobody knows and nobody needs", scene: scene{edit: at("signer.tbs", withExtension(oid(1, 2, 3, 4), false, []byte{5, 0}))}, check: "signer.usage", outcome: successful},
		{name: "basic constraints that say no authority", scene: scene{edit: at("signer.tbs", withExtension(oid(2, 5, 29, 19), true, tlv.Seq()))}, check: "signer.usage", outcome: successful},
		{name: "a country in small letters", scene: scene{edit: at("signer.tbs", within(func([]byte) []byte { return tlv.Make(0x13, []byte("dk")) }, tbsSubject, 0, 0, 1))}, check: "issuer.match", outcome: successful},
		{name: "a signer without a country, whose CSCA has one", scene: scene{edit: at("signer.tbs", within(func(b []byte) []byte {
			return fields(b, func(f [][]byte) [][]byte { return f[1:] })
		}, tbsSubject))}, check: "issuer.match", outcome: successful},
		{name: "the issuer's name in another string type and in capitals", scene: scene{edit: func(point string, b []byte) []byte {
			if point != "signer.tbs" {
				return b
			}
			return within(func(v []byte) []byte { return tlv.Make(0x13, bytes.ToUpper(v[2:])) }, tbsIssuer, 3, 0, 1)(b)
		}}, check: "signer.signature", outcome: successful},
		{name: "another name of the issuer with the right key identifier", scene: scene{edit: at("signer.tbs", within(func([]byte) []byte {
			return tlv.Make(0x0c, []byte("Another Name"))
		}, tbsIssuer, 3, 0, 1))}, check: "signer.signature", outcome: successful, detail: "issuer_name_differs"},
		{name: "no key identifier of the issuer", scene: scene{edit: at("signer.tbs", withoutExtension(oid(2, 5, 29, 35)))}, check: "signer.signature", outcome: successful},
		{name: "a CSCA without key identifier", scene: scene{edit: at("csca.tbs", withoutExtension(oid(2, 5, 29, 14)))}, check: "signer.signature", outcome: successful},
		{name: "a CSCA known by its link", scene: scene{profile: bac, judge: byLink}, check: "csca.trust", outcome: successful},
		{name: "a CSCA on the list twice, beside others of its name", scene: scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = storeOf(t, other(t, d.Profile.Name).CSCA.Certificate, d.CSCA.Certificate, d.CSCA.Certificate)
		}}, check: "csca.trust", outcome: successful},
		{name: "a signing time after the private key's period", scene: scene{edit: at("attributes", within(func([]byte) []byte { return utc(today.AddDate(0, 0, -1)) }, signingTime, 1, 0))}, check: "signer.validity", outcome: successful, detail: "private_key_period_over"},

		// Time and revocation.
		{name: "a document that has expired with its signer", scene: scene{judge: func(_ *testing.T, _ *specimen.Document, in *inspect.JudgeInput) {
			in.At = today.AddDate(20, 0, 0)
		}}, check: "csca.validity", outcome: inspect.Failed, code: "expired"},
		{name: "a fresh revocation list", scene: scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = withLists(t, d, d.CRL)
		}}, check: "signer.revocation", outcome: successful},
		{name: "a stale revocation list", scene: scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = withLists(t, d, d.CRL)
			in.At = today.AddDate(0, 6, 0)
		}}, check: "signer.revocation", outcome: inspect.Undetermined, code: "crl_stale"},
		{name: "another state's revocation list", scene: scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = withLists(t, d, scene{profile: german}.make(t).CRL)
		}}, check: "signer.revocation", outcome: inspect.Undetermined, code: "no_crl"},
		{name: "a revocation list for some reasons alone", scene: scene{profile: bac, judge: limitedList(tlv.Make(0x83, []byte{1, 0x40}))}, check: "signer.revocation", outcome: inspect.Undetermined, code: "crl_unusable"},
		{name: "a delta list", scene: scene{profile: bac, judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store = withLists(t, d, revocationList(d, today.AddDate(0, 0, -1), today.AddDate(0, 0, 9), nil,
				tlv.Make(0xA0, tlv.Seq(extension(oid(2, 5, 29, 27), true, tlv.Int(1))))))
		}}, check: "signer.revocation", outcome: inspect.Undetermined, code: "crl_unusable"},

		// Files and faces.
		{name: "fingerprints that the chip refuses", scene: scene{with: with("lds.groups", "[3]"), evidence: refuse(inspect.DG(3), "6982")}, check: "dg.3", outcome: inspect.NotDone, code: "refused"},
		{name: "a data group that was not read", scene: scene{with: with("lds.groups", "[11, 12]"), evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			delete(ev.Files, inspect.DG(11))
		}}, check: "dg.11", outcome: inspect.NotDone, code: "not_read"},
		{name: "a listed data group that is absent", scene: scene{with: with("lds.groups", "[11]"), evidence: refuse(inspect.DG(11), "6a82")}, check: "dg.11", outcome: inspect.NotDone, code: "absent"},
		{name: "a face that does not decode", scene: scene{judge: func(_ *testing.T, _ *specimen.Document, in *inspect.JudgeInput) {
			in.Face = func(context.Context, []byte) (string, int, int, error) { return "", 0, 0, errors.New("broken") }
		}}, check: "face.decode", outcome: inspect.Failed, code: "not_decodable"},
		{name: "octets after a data group", scene: scene{evidence: func(_ *specimen.Document, ev *inspect.Evidence) {
			ev.Files[inspect.DG(1)] = append(bytes.Clone(ev.Files[inspect.DG(1)]), make([]byte, 40)...)
		}}, check: "dg.1", outcome: successful, detail: "padding"},
		{name: "the right printed lines", scene: scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Given = parseMRZ(t, strings.Join(d.MRZ, "\n"))
		}}, check: "mrz.match", outcome: successful},
		{name: "other optional data on the printed lines", scene: scene{profile: bac, with: with("document.optional", "AB1"), judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Given = parseMRZ(t, strings.Replace(strings.Join(d.MRZ, "\n"), "AB1<", "AB2<", 1))
		}}, check: "mrz.match", outcome: inspect.Undetermined, code: "optional_data_differs"},
	}
}

func TestHonestOdditiesStayGenuine(t *testing.T) {
	list := oddities(t)
	for _, h := range list {
		t.Run(h.name, func(t *testing.T) {
			r := h.play(t)
			if r.Authenticity != inspect.Genuine {
				t.Errorf("the verdict is %s; in its way: %v", r.Authenticity, r.Obstacles())
			}
			if c := r.Check(h.check); c.Outcome != h.outcome || c.Code != h.code || !strings.Contains(c.Detail, h.detail) {
				t.Errorf("%s is %s %q (%s), want %s %q with %q", c.ID, c.Outcome, c.Code, c.Detail, h.outcome, h.code, h.detail)
			}
		})
	}
	counts.Print(t, "%d honest oddities, all genuine", len(list))
}

// number puts a number in the place of an element.
func number(n int64) func([]byte) []byte {
	return func([]byte) []byte { return tlv.Int(n) }
}

// TestSoundDocumentsDepartFromNothing: no specimen of an honest state has a word of what departs in its details.
func TestSoundDocumentsDepartFromNothing(t *testing.T) {
	for _, profile := range []string{"danish-passport-2023", "german-passport-2017", "belgian-passport-2014", "bac-passport-2009"} {
		r := scene{profile: profile}.play(t)
		for _, id := range []string{"sod.structure", "signer.usage"} {
			if c := r.Check(id); c.Outcome != inspect.Successful || c.Detail != "" {
				t.Errorf("%s: %s is %s %q (%s)", profile, id, c.Outcome, c.Code, c.Detail)
			}
		}
	}
}

// TestNewerSecurityObject: of a version that nobody knows nothing is vouched for, and it accuses no one, whatever follows the version.
func TestNewerSecurityObject(t *testing.T) {
	for name, edit := range map[string]func([]byte) []byte{
		"the known contents": within(number(2), 0),
		"other contents":     func([]byte) []byte { return tlv.Seq(tlv.Int(2), tlv.Octets([]byte("hashes of another kind"))) },
	} {
		r := scene{edit: at("lds-object", edit)}.play(t)
		if r.Authenticity != undetermined {
			t.Errorf("%s: %s", name, r.Authenticity)
		}
		for _, id := range []string{"sod.structure", "sod.com", "dg.1", "dg.2", "dg.14", "chip.ca", "chip.genuine"} {
			if c := r.Check(id); c.Outcome != inspect.Undetermined || c.Code != "lds_version" {
				t.Errorf("%s: %s is %s %q", name, id, c.Outcome, c.Code)
			}
		}
		for _, id := range []string{"sod.hash", "sod.signature", "signer.signature", "csca.trust"} {
			if c := r.Check(id); c.Outcome != inspect.Successful {
				t.Errorf("%s: %s is %s %q", name, id, c.Outcome, c.Code)
			}
		}
		// With the signature broken it is what any false one is.
		broken := scene{edit: func(point string, b []byte) []byte {
			if point == "EF.SOD" {
				b[len(b)-1] ^= 1
			}
			return at("lds-object", edit)(point, b)
		}}.play(t)
		if broken.Authenticity != counterfeit {
			t.Errorf("%s, and its signature broken: %s", name, broken.Authenticity)
		}
	}
}

// indefinite gives the outermost levels of an object indefinite lengths. Its end of contents is the caller's to add.
func indefinite(b []byte, levels int) []byte {
	outer, _, err := tlv.Next(b)
	if err != nil {
		panic(err)
	}
	list, err := tlv.List(outer.Value)
	if err != nil {
		panic(err)
	}
	out := []byte{byte(outer.Tag), 0x80}
	for i, e := range list {
		if i == len(list)-1 && levels > 1 && e.Raw[0]&0x20 != 0 {
			out = append(append(out, indefinite(e.Raw, levels-1)...), 0, 0)
		} else {
			out = append(out, e.Raw...)
		}
	}
	return out
}

// byLink gives the terminal an older CSCA and the link by which it vouches for the document's.
func byLink(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
	old := other(t, d.Profile.Name).CSCA
	id, err := trust.ParseCertificate(old.Certificate)
	if err != nil {
		t.Fatal(err)
	}
	tbs := elementAt(d.CSCA.Certificate, 0)
	tbs = withExtension(oid(2, 5, 29, 35), false, tlv.Seq(tlv.Make(0x80, id.SubjectKeyID)))(tbs)
	link := tlv.Seq(tbs, sha256WithRSA, tlv.Bits(signRSA(old.Key, tbs)))
	in.Store = storeOf(t, link)
	if r := inspect.Judge(liveEvidence(t, d), *in); r.Authenticity == inspect.Genuine {
		t.Error("a link alone makes an anchor")
	}
	in.Store = storeOf(t, old.Certificate, link)
}

// limitedList gives the terminal a revocation list with an issuing distribution point.
func limitedList(to []byte) func(*testing.T, *specimen.Document, *inspect.JudgeInput) {
	return func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
		in.Store = withLists(t, d, revocationList(d, today.AddDate(0, 0, -1), today.AddDate(0, 0, 9), nil,
			tlv.Make(0xA0, tlv.Seq(extension(oid(2, 5, 29, 28), true, tlv.Seq(to))))))
	}
}

// mapped adds the proof of PACE with chip authentication mapping, by the key in EF.CardSecurity.
func mapped(_ *specimen.Document, ev *inspect.Evidence) {
	file, err := lds.ParseCardSecurity(ev.Files[inspect.CardSecurity])
	if err != nil {
		panic(err)
	}
	ev.Session.Proofs = append(ev.Session.Proofs, inspect.Proof{
		ID: "chip.pace_cam", Key: file.Infos.ChipAuthenticationKeys[0].Key, Result: inspect.Result{Outcome: inspect.Successful},
	})
}
