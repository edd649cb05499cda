package inspect_test

import (
	"bytes"
	"crypto/sha256"
	"math/big"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// sha256WithRSA is the algorithm of what these tests sign themselves.
var sha256WithRSA = tlv.Seq(tlv.OID(oid(1, 2, 840, 113549, 1, 1, 11)), []byte{5, 0})

// signRSA signs by RSASSA-PKCS1-v1_5 with SHA-256.
func signRSA(k *specimen.Key, message []byte) []byte {
	sum := sha256.Sum256(message)
	return k.Raw(padded((k.N.BitLen()+7)/8, sum[:]))
}

// padded is the encoded message of RSASSA-PKCS1-v1_5 (RFC 8017 §9.2).
func padded(size int, sum []byte) []byte {
	info := tlv.Seq(tlv.Seq(tlv.OID(oid(2, 16, 840, 1, 101, 3, 4, 2, 1)), []byte{5, 0}), tlv.Octets(sum))
	em := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, size-len(info)-3)...)
	return append(append(em, 0), info...)
}

// revocationList makes a list of the document's CSCA, whose key is RSA; parts are what follows the entries.
func revocationList(d *specimen.Document, from, to time.Time, serials []*big.Int, parts ...[]byte) []byte {
	subject := elementAt(d.CSCA.Certificate, 0, tbsSubject)
	var entries [][]byte
	for _, s := range serials {
		entries = append(entries, tlv.Seq(tlv.BigInt(s), utc(from)))
	}
	body := [][]byte{tlv.Int(1), sha256WithRSA, subject, utc(from), utc(to)}
	if len(entries) > 0 {
		body = append(body, tlv.Seq(entries...))
	}
	tbs := tlv.Seq(append(body, parts...)...)
	return tlv.Seq(tbs, sha256WithRSA, tlv.Bits(signRSA(d.CSCA.Key, tbs)))
}

func utc(t time.Time) []byte { return tlv.Make(0x17, []byte(t.UTC().Format("060102150405Z"))) }

// revoked gives the terminal a list that names the document's signer.
func revoked(from, to time.Time) func(*testing.T, *specimen.Document, *inspect.JudgeInput) {
	return func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
		c, err := trust.ParseCertificate(d.Signer.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		in.Store = withLists(t, d, revocationList(d, from, to, []*big.Int{c.Serial}))
	}
}

// withLists is a store of the document's CSCA and these revocation lists.
func withLists(t *testing.T, d *specimen.Document, lists ...[]byte) *trust.Store {
	t.Helper()
	store, err := trust.Load(filesOf(t, d.CSCA.Certificate), filesOf(t, lists...))
	if err != nil {
		t.Fatal(err)
	}
	return store
}

// exponentOne is a document whose signer has an RSA key with exponent 1, with which anyone can sign anything: the signature is
// the encoded message itself.
func exponentOne(t *testing.T) scene {
	t.Helper()
	base := scene{profile: "bac-passport-2009"}
	modulus := base.make(t).Signer.Key.N
	one := tlv.Seq(tlv.BigInt(modulus), tlv.Int(1))
	base.edit = func(point string, b []byte) []byte {
		switch point {
		case "signer.tbs":
			return within(func([]byte) []byte { return tlv.Bits(one) }, tbsKey, 1)(b)
		case "EF.SOD":
			attributes := bytes.Clone(elementAt(b, 0, 1, 0, sodSignerInfos, 0, 3))
			attributes[0] = 0x31
			sum := sha256.Sum256(attributes)
			return inSigner(func([]byte) []byte { return tlv.Octets(padded((modulus.BitLen()+7)/8, sum[:])) }, 5)(b)
		}
		return b
	}
	return base
}
