package trust

import (
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/base64"
	"encoding/pem"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// formats is one sound object of each format that an import takes, by a made-up state.
type formats struct {
	state                                            *testAuthority
	certificate, signer, crl, masterList, deviations []byte
	ldif, pem, register, bundle                      []byte
}

func makeFormats(f testing.TB) formats {
	f.Helper()
	ca := csca(f, "UT", "CSCA")
	asSigner := func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }
	lister := issue(f, "UT", "Master list", newKey(f), ca, asListSigner)
	deviator := issue(f, "UT", "Deviations", newKey(f), ca, asDeviationSigner)
	signer := issue(f, "UT", "DS", newKey(f), ca, asSigner)
	crl, err := x509.CreateRevocationList(rand.Reader, &x509.RevocationList{
		Number: big.NewInt(1), ThisUpdate: signed, NextUpdate: signed.AddDate(0, 3, 0),
		RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: signer.cert.SerialNumber, RevocationTime: signed}},
	}, ca.cert, ca.key)
	if err != nil {
		f.Fatal(err)
	}
	all := formats{
		state: ca, certificate: ca.cert.Raw, signer: signer.cert.Raw, crl: crl,
		masterList: listOf(f, lister, signed, ca, csca(f, "AA", "CSCA")),
		deviations: deviationListOf(f, deviator, signed, element(0x30, element(0xa4, element(der.GeneralizedTime, []byte("20200101000000Z")),
			element(der.GeneralizedTime, []byte("20240101000000Z")))), element(0x30, oidElement("2.23.136.1.1.7.4"))),
	}
	var ldif, armour bytes.Buffer
	ldif.WriteString("version: 1\n")
	for name, value := range map[string][]byte{
		"cACertificate": all.certificate, "userCertificate": all.signer, "certificateRevocationList": all.crl,
		"pkdMasterListContent": all.masterList, "pkdDLContent": all.deviations,
	} {
		fmt.Fprintf(&ldif, "dn: c=UT,o=%s\n%s;binary:: %s\n\n", name, name, base64.StdEncoding.EncodeToString(value))
	}
	_, publisher := testPublisher(1)
	key, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(publisher[:]))
	if err != nil {
		f.Fatal(err)
	}
	for _, b := range []pem.Block{
		{Type: "CERTIFICATE", Bytes: all.certificate},
		{Type: "X509 CRL", Bytes: all.crl},
		{Type: publicKeyPEM, Bytes: key},
		{Type: registerKeyPEM, Bytes: testHashKey},
	} {
		_ = pem.Encode(&armour, &b)
	}
	all.ldif, all.pem = ldif.Bytes(), armour.Bytes()
	_, path := makeRegister(f, &numbered{to: 40})
	all.register = must(os.ReadFile(path))
	all.bundle = must(os.ReadFile(bundleOf(f, 1, 1, now, nil, map[string][]byte{"trust/ca.cer": all.certificate, "trust/register": all.register, "rules/pack.yaml": {'a'}})))
	return all
}

// FuzzImport has files imported: no panic, and whatever is taken, is taken because of the key that was trusted before. The seeds are one
// sound file of each format.
func FuzzImport(f *testing.F) {
	all := makeFormats(f)
	for _, b := range [][]byte{all.certificate, all.signer, all.crl, all.masterList, all.deviations, all.ldif, all.pem, all.register, all.bundle} {
		f.Add(b)
	}
	state := must(ParseCertificate(all.certificate))
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		for _, trusting := range []bool{true, false} {
			im := &importing{in: ImportInput{Paths: []string{path}, At: now}, pins: map[string]bool{}, report: &ImportReport{}, base: newStore(), old: &manifest{}}
			if trusting {
				im.base.add(state, "base", true)
				_, key := testPublisher(1)
				im.old.Publishers = append(im.old.Publishers, key)
			}
			next, _, err := im.work()
			if err != nil && next != nil {
				t.Fatal("an import that was refused makes a state")
			}
			for _, c := range im.candidates {
				if !trusting && c.verdict == Taken && c.registerKey == nil {
					t.Errorf("a %s is taken though nothing is trusted: %s", c.kind, c.reason)
				}
			}
		}
	})
}

// FuzzOpen has files given for one run with --trust and --crl.
func FuzzOpen(f *testing.F) {
	all := makeFormats(f)
	for _, b := range [][]byte{all.certificate, all.crl, all.masterList, all.deviations, all.ldif, all.pem} {
		f.Add(b)
	}
	f.Fuzz(func(_ *testing.T, b []byte) {
		for _, crls := range []bool{false, true} {
			l := loader{onlyCRLs: crls}
			_ = l.contents("fuzz", b)
			s := l.store(newStore())
			s.List()
			s.Summary()
			_ = s.Defects(DeviationQuery{Countries: []string{"UT"}})
		}
	})
}

// FuzzParseCertificate asks all that is asked of a certificate.
func FuzzParseCertificate(f *testing.F) {
	all := makeFormats(f)
	f.Add(all.certificate)
	f.Add(all.signer)
	f.Fuzz(func(_ *testing.T, b []byte) {
		c, err := ParseCertificate(b)
		if err != nil {
			return
		}
		_ = c.Subject.String() + c.Issuer.canonical() + c.Country() + c.KeyID()
		if key, err := c.PublicKey(); err == nil {
			_ = c.VerifiedBy(key)
		}
	})
}

// FuzzParseCRL asks a revocation list for a certificate.
func FuzzParseCRL(f *testing.F) {
	all := makeFormats(f)
	f.Add(all.crl)
	ca, signer := must(ParseCertificate(all.certificate)), must(ParseCertificate(all.signer))
	s := newStore()
	s.add(ca, "base", true)
	anchor := s.FindIssuer(signer).Anchor
	f.Fuzz(func(_ *testing.T, b []byte) {
		if crl, err := ParseCRL(b); err == nil {
			s.WithRevocationLists(crl).Revocation(signer, anchor, time.Now())
		}
	})
}

// FuzzSignedFile opens registers and bundles, and looks a document up.
func FuzzSignedFile(f *testing.F) {
	all := makeFormats(f)
	f.Add(all.register)
	f.Add(all.bundle)
	_, public := testPublisher(1)
	f.Fuzz(func(t *testing.T, b []byte) {
		path := filepath.Join(t.TempDir(), "file")
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if r, err := openPath(path, testHashKey, public); err == nil {
			_, _ = r.Reported(ReportedDocument{"DNK", "P", "000000007"})
		}
		if bundle, err := openBundle(path, publishers{public}); err == nil {
			_, _ = bundle.items()
		}
		_ = signedKind(bytes.NewReader(b))
	})
}
