package agreement

import (
	"math/big"
	"strings"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// at is the time of judging.
var at = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

// chain is a choice of keys and signatures.
type chain struct {
	name string
	with [][2]string
	ec   bool
}

func chains() []chain {
	keys := func(csca, cscaSignature, signer, signature string, ec bool) chain {
		return chain{csca + " " + cscaSignature + " over " + signer + " " + signature, [][2]string{
			{"pki.csca.key", csca},
			{"pki.csca.signature", cscaSignature},
			{"pki.signer.key", signer},
			{"pki.signer.signature", signature},
		}, ec}
	}
	return []chain{
		keys("rsa-2048", "pkcs1-sha256", "rsa-2048", "pkcs1-sha256", false),
		keys("rsa-3072", "pss-sha256", "rsa-2048", "pss-sha256", false),
		keys("rsa-2048", "pkcs1-sha512", "secp256r1", "ecdsa-sha256", true),
		keys("secp256r1", "ecdsa-sha256", "rsa-2048", "pss-sha256-salt20", false),
		keys("secp256r1", "ecdsa-sha256", "secp256r1", "ecdsa-sha256", true),
		keys("secp384r1", "ecdsa-sha384", "secp256r1", "ecdsa-sha256", true),
		keys("secp521r1", "ecdsa-sha512", "secp384r1", "ecdsa-sha384", true),
		keys("secp224r1", "ecdsa-sha224", "secp224r1", "ecdsa-sha224", true),
		keys("brainpoolP256r1", "ecdsa-sha256", "brainpoolP256r1", "ecdsa-sha256", true),
		keys("brainpoolP320r1", "ecdsa-sha256", "brainpoolP224r1", "ecdsa-sha224", true),
		keys("brainpoolP384r1", "ecdsa-sha384", "brainpoolP256r1", "ecdsa-sha256", true),
		keys("brainpoolP512r1", "ecdsa-sha512", "brainpoolP320r1", "ecdsa-sha384", true),
		keys("secp256r1-explicit", "ecdsa-sha256", "secp256r1-explicit", "ecdsa-sha256", true),
		keys("brainpoolP384r1-explicit", "ecdsa-sha384", "brainpoolP256r1-explicit", "ecdsa-sha256", true),
	}
}

// explicit tells whether a certificate of the chain holds its key with explicit curve parameters.
func (c chain) explicit() bool { return strings.Contains(c.name, "-explicit") }

// difference is the clause by which the two differ on a document; empty where they agree.
func (s scene) difference() string {
	switch {
	case s.chain.explicit() && s.fault.ours:
		return explicit
	case s.chain.explicit():
		return "" // both refuse, each for its reason
	}
	return s.fault.why
}

// fault is one thing done to a document: at a point of its making, or to EF.SOD when it is made.
type fault struct {
	name  string
	point string
	do    change
	// ours is whether this program takes the document for sound.
	ours bool
	// only limits the fault to chains whose signer's key is of a kind: "ec", "rsa" or empty.
	only string
	// why is the clause by which the two differ; empty where they agree.
	why string
}

const (
	lax = "OpenSSL was not asked what the certificate is for (-purpose any): "
	// explicit holds for whole chains.
	explicit = "OpenSSL refuses keys with explicit curve parameters (RFC 5480 §2.1.1), which Doc 9303-12 §4.1.6.3 demands; here they are compared whole with known curves"

	silent = "OpenSSL does not look into the content: "
)

func faults() []fault {
	ext := func(f change) change { return within(f, tbsExtensions, 0) }
	attributes := "attributes"
	keyUsage, constraints, extended := oid(2, 5, 29, 15), oid(2, 5, 29, 19), oid(2, 5, 29, 37)
	unknown := oid(1, 2, 3, 4)
	null := []byte{5, 0}
	years := func(from, to int) change {
		return within(to2(utc(at.AddDate(from, 0, 0)), utc(at.AddDate(to, 0, 0))), tbsValidity)
	}
	return []fault{
		{name: "sound", ours: true},
		{name: "octets of the signature", point: "EF.SOD", do: inSigner(flip, 5)},
		{name: "the signed digest", point: attributes, do: within(flip, 2, 1, 0)},
		{name: "the content after it was signed", point: "EF.SOD", do: inSOD(flip, sodContent, 1, 0)},
		{name: "the attributes after they were signed", point: "EF.SOD", do: inSigner(flip, 3, 1, 1, 0)},
		{name: "the CSCA's signature on the signer", point: "signer", do: within(flip, 2)},
		{name: "the signer's certificate after it was signed", point: "signer", do: within(flip, 0, tbsSubject, 2, 0, 1)},
		{name: "the CSCA's signature on itself", point: "csca", do: within(flip, 2), why: "OpenSSL does not verify the signature of an anchor on itself (X509_V_FLAG_CHECK_SS_SIGNATURE, RFC 5280 §6.1.1 d); here it tells roots from links (Doc 9303-12 §7.1.1)"},
		{name: "a signer that has expired", point: "signer.tbs", do: years(-2, -1)},
		{name: "a signer whose time has not begun", point: "signer.tbs", do: years(1, 2)},
		{name: "a CSCA that has expired", point: "csca.tbs", do: years(-2, -1)},
		{name: "a CSCA whose time has not begun", point: "csca.tbs", do: years(1, 2)},
		{name: "a signer that is an authority", point: "signer.tbs", do: with(constraints, true, tlv.Seq([]byte{1, 1, 0xff})), why: lax + "Doc 9303-12 §7.1.1, a document signer is no authority"},
		{name: "a signer that may sign certificates", point: "signer.tbs", do: with(keyUsage, true, []byte{3, 2, 1, 0x86}), why: lax + "Doc 9303-12 §7.1.1, key usage is digitalSignature alone"},
		{name: "a signer that may only agree on keys", point: "signer.tbs", do: with(keyUsage, true, []byte{3, 2, 3, 0x08}), why: lax + "RFC 5280 §4.2.1.3"},
		{name: "a web server's certificate", point: "signer.tbs", do: with(extended, false, tlv.Seq(tlv.OID(oid(1, 3, 6, 1, 5, 5, 7, 3, 1)))), why: lax + "RFC 5280 §4.2.1.12"},
		{name: "a master list signer", point: "signer.tbs", do: with(extended, true, tlv.Seq(tlv.OID(oid(2, 23, 136, 1, 1, 3)))), why: lax + "Doc 9303-12 §7.1.1.5"},
		{name: "a signer of other documents", point: "signer.tbs", do: with(oid(2, 23, 136, 1, 1, 6, 2), false, tlv.Seq(tlv.Int(0), tlv.Set(tlv.Make(0x13, []byte("ID"))))), why: "OpenSSL does not know the document type list (Doc 9303-12 §7.1.1.6)"},
		{name: "a critical extension on the signer that nobody knows", point: "signer.tbs", do: with(unknown, true, null)},
		{name: "a critical extension on the CSCA that nobody knows", point: "csca.tbs", do: with(unknown, true, null)},
		{name: "an extension that nobody knows", point: "signer.tbs", do: with(unknown, false, null), ours: true},
		{name: "a CSCA that is no authority", point: "csca.tbs", do: with(constraints, true, tlv.Seq())},
		{name: "a CSCA that may not sign certificates", point: "csca.tbs", do: with(keyUsage, true, []byte{3, 2, 1, 0x02})},
		{name: "two key usages", point: "signer.tbs", do: ext(fields(func(f [][]byte) [][]byte { return append(f, extension(keyUsage, true, []byte{3, 2, 7, 0x80})) }))},
		{name: "no key usage", point: "signer.tbs", do: without(keyUsage), ours: true},
		{name: "no key identifier of the issuer", point: "signer.tbs", do: without(oid(2, 5, 29, 35)), ours: true},
		{name: "a key identifier of another issuer", point: "signer.tbs", do: with(oid(2, 5, 29, 35), false, tlv.Seq(tlv.Make(0x80, []byte("another authority"))))},
		{name: "another name of the issuer, with its key identifier", point: "signer.tbs", do: within(to(tlv.Make(0x0c, []byte("Another Name"))), tbsIssuer, 3, 0, 1), ours: true, why: "key identifiers go first here, since CSCAs change names (Doc 9303-12 §7.1.1); OpenSSL wants names equal (RFC 5280 §6.1.3 a 4)"},
		{name: "the issuer's name in capitals", point: "signer.tbs", do: within(func(b []byte) []byte { return upper(b) }, tbsIssuer, 3, 0, 1), ours: true},
		{name: "no CSCA key identifier", point: "csca.tbs", do: without(oid(2, 5, 29, 14)), ours: true},
		{name: "no signed attributes", point: "EF.SOD", do: inSigner(drop(3))},
		{name: "no content type among the attributes", point: attributes, do: drop(0)},
		{name: "another content type among the attributes", point: attributes, do: within(to(tlv.OID(oid(1, 2, 840, 113549, 1, 7, 1))), 0, 1, 0), why: "OpenSSL 3.0 does not compare the attribute with the content's type (RFC 5652 §11.1)"},
		{name: "two content types", point: attributes, do: double(0)},
		{name: "no signing time", point: attributes, do: drop(1), ours: true},
		{name: "two signing times", point: attributes, do: double(1)},
		{name: "no message digest", point: attributes, do: drop(2)},
		{name: "two message digests", point: attributes, do: double(2)},
		{name: "a digest of two values", point: attributes, do: within(double(0), 2, 1)},
		{name: "a digest algorithm that was not used", point: "EF.SOD", do: inSigner(to(tlv.Seq(tlv.OID(oid(1, 3, 14, 3, 2, 26)), null)), 2)},
		{name: "a digest algorithm that nobody knows", point: "EF.SOD", do: inSigner(to(tlv.Seq(tlv.OID(unknown))), 2)},
		{name: "a signature algorithm that nobody knows, with RSA", point: "EF.SOD", do: inSigner(to(tlv.Seq(tlv.OID(unknown))), 4), only: "rsa"},
		{name: "a signature algorithm that nobody knows, with ECDSA", point: "EF.SOD", do: inSigner(to(tlv.Seq(tlv.OID(unknown))), 4), only: "ec", why: "OpenSSL takes the algorithm from the key and the digest; the identifier says how a signature is to be checked (RFC 5652 §5.3)"},
		{name: "no signature", point: "EF.SOD", do: inSOD(to(tlv.Set()), sodSignerInfos)},
		{name: "a second signature that is false", point: "EF.SOD", do: inSOD(fields(func(f [][]byte) [][]byte { return append(f, within(flip, 5)(f[0])) }), sodSignerInfos)},
		{name: "a second signature that is the first", point: "EF.SOD", do: inSOD(double(0), sodSignerInfos), ours: true},
		{name: "no certificate", point: "EF.SOD", do: inSOD(drop(sodCertificates))},
		{name: "the signer's certificate twice", point: "EF.SOD", do: inSOD(double(0), sodCertificates), ours: true},
		{name: "another serial number in the signer's identifier", point: "EF.SOD", do: inSigner(to(tlv.Int(4711)), 1, 1)},
		{name: "the issuer's name turned round in the signer's identifier", point: "EF.SOD", do: inSigner(fields(func(f [][]byte) [][]byte { f[0], f[3] = f[3], f[0]; return f }), 1, 0), ours: true, why: "Malaysia's documents are so: the serial number finds the signer and the signature decides; OpenSSL wants the name octet for octet (RFC 5652 §5.3)"},
		{name: "unsigned attributes", point: "EF.SOD", do: inSigner(add(tlv.Make(0xA1, tlv.Seq(tlv.OID(oid(1, 2, 3)), tlv.Set(tlv.Int(1)))))), ours: true},
		{name: "indefinite lengths", point: "EF.SOD", do: func(b []byte) []byte { return indefinite(b, 4) }, ours: true},
		{name: "octets after the object", point: "EF.SOD", do: add(tlv.Octets([]byte("more"))), why: "OpenSSL reads the first object of a file and leaves the rest; tag 77 holds one object (Doc 9303-10 §4.6.2)"},
		{name: "octets inside the object", point: "EF.SOD", do: within(add(tlv.Octets([]byte("more"))), 0, 1, 0)},
		{name: "a data group twice", point: "lds-object", do: within(double(0), 2), why: silent + "Doc 9303-10 appendix D"},
		{name: "data group 17", point: "lds-object", do: within(to(tlv.Int(17)), 2, 0, 0), why: silent + "Doc 9303-10 appendix D, DataGroupNumber"},
		{name: "a content type that is no security object's", point: "EF.SOD", do: inSOD(to(tlv.OID(oid(0, 4, 0, 127, 0, 7, 3, 2, 1))), sodContent, 0), why: "OpenSSL takes any content type, and does not compare it with the signed attribute (RFC 5652 §11.1)"},
		{name: "a key off its curve", point: "signer.tbs", do: within(flip, tbsKey, 1), only: "ec"},
		{name: "a key at infinity", point: "signer.tbs", do: within(to([]byte{3, 2, 0, 0}), tbsKey, 1), only: "ec"},
		{name: "r and s zero", point: "EF.SOD", do: inSigner(to(tlv.Octets(tlv.Seq(tlv.Int(0), tlv.Int(0)))), 5), only: "ec"},
		{name: "r and s one", point: "EF.SOD", do: inSigner(to(tlv.Octets(tlv.Seq(tlv.Int(1), tlv.Int(1)))), 5), only: "ec"},
		{name: "s negative", point: "EF.SOD", do: inSigner(to(tlv.Octets(tlv.Seq(tlv.Int(1), tlv.Int(-1)))), 5), only: "ec"},
		{name: "r and s huge", point: "EF.SOD", do: inSigner(to(tlv.Octets(tlv.Seq(tlv.BigInt(new(big.Int).Lsh(big.NewInt(1), 600)), tlv.Int(1)))), 5), only: "ec"},
		{name: "an even modulus", point: "signer.tbs", do: within(to(tlv.Bits(tlv.Seq(tlv.BigInt(new(big.Int).Lsh(big.NewInt(1), 2047)), tlv.Int(65537)))), tbsKey, 1), only: "rsa"},
		{name: "a signature of zero", point: "EF.SOD", do: inSigner(to(tlv.Octets(make([]byte, 256))), 5), only: "rsa"},
		{name: "a signature that is too short", point: "EF.SOD", do: inSigner(to(tlv.Octets(make([]byte, 255))), 5), only: "rsa"},
	}
}

// to2 puts two elements in the place of the first two of a sequence.
func to2(a, b []byte) change {
	return fields(func(f [][]byte) [][]byte { f[0], f[1] = a, b; return f })
}

// upper writes a string in capitals, as PrintableString.
func upper(b []byte) []byte {
	value := append([]byte{}, b[2:]...)
	for i, c := range value {
		if c >= 'a' && c <= 'z' {
			value[i] = c - 'a' + 'A'
		}
	}
	return tlv.Make(0x13, value)
}
