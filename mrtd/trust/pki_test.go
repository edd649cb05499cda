package trust

import (
	"crypto"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	stdsha256 "crypto/sha256"
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"math/big"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// testAuthority is a made-up CSCA, or one who signs under it.
type testAuthority struct {
	cert *x509.Certificate
	key  crypto.Signer
}

var (
	epoch  = time.Date(2020, 1, 1, 0, 0, 0, 0, time.UTC)
	signed = time.Date(2025, 6, 1, 12, 0, 0, 0, time.UTC)
)

func newKey(t testing.TB) *ecdsa.PrivateKey {
	t.Helper()
	k, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	return k
}

// issue makes a certificate for key; by is nil for a self-signed one.
func issue(t testing.TB, country, name string, key crypto.Signer, by *testAuthority, change func(*x509.Certificate)) *testAuthority {
	t.Helper()
	serial, err := rand.Int(rand.Reader, big.NewInt(1<<62))
	if err != nil {
		t.Fatal(err)
	}
	template := &x509.Certificate{
		SerialNumber: serial, Subject: pkix.Name{Country: []string{country}, CommonName: name},
		NotBefore: epoch, NotAfter: epoch.AddDate(15, 0, 0),
	}
	if change != nil {
		change(template)
	}
	parent, signer := template, key
	if by != nil {
		parent, signer = by.cert, by.key
	}
	raw, err := x509.CreateCertificate(rand.Reader, template, parent, key.Public(), signer)
	if err != nil {
		t.Fatal(err)
	}
	c, err := x509.ParseCertificate(raw)
	if err != nil {
		t.Fatal(err)
	}
	return &testAuthority{c, key}
}

func asCSCA(c *x509.Certificate) {
	c.IsCA, c.BasicConstraintsValid, c.MaxPathLenZero = true, true, true
	c.KeyUsage = x509.KeyUsageCertSign | x509.KeyUsageCRLSign
}

func asListSigner(c *x509.Certificate) {
	c.KeyUsage = x509.KeyUsageDigitalSignature
	c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{2, 23, 136, 1, 1, 3}}
}

func csca(t testing.TB, country, name string) *testAuthority {
	return issue(t, country, name, newKey(t), nil, asCSCA)
}

// listOf makes a CSCA master list (Doc 9303-12 §9.2) signed at a time.
func listOf(t testing.TB, by *testAuthority, at time.Time, certificates ...*testAuthority) []byte {
	t.Helper()
	var set []byte
	for _, c := range certificates {
		set = append(set, c.cert.Raw...)
	}
	return signedListOf(t, by, at, "2.23.136.1.1.2", element(der.Sequence, element(der.Integer, []byte{0}), element(der.Set, set)))
}

// signedListOf signs the content of a list.
func signedListOf(t testing.TB, by *testAuthority, at time.Time, contentType string, content []byte) []byte {
	t.Helper()
	sum := stdsha256.Sum256(content)
	attribute := func(oid string, value []byte) []byte {
		return element(der.Sequence, oidElement(oid), element(der.Set, value))
	}
	attributes := element(
		der.Set,
		attribute("1.2.840.113549.1.9.3", oidElement(contentType)),
		attribute("1.2.840.113549.1.9.5", element(der.UTCTime, []byte(at.UTC().Format("060102150405Z")))),
		attribute("1.2.840.113549.1.9.4", element(der.OctetString, sum[:])),
	)
	digest := stdsha256.Sum256(attributes)
	signature, err := by.key.Sign(rand.Reader, digest[:], crypto.SHA256)
	if err != nil {
		t.Fatal(err)
	}
	serial, err := asn1.Marshal(by.cert.SerialNumber)
	if err != nil {
		t.Fatal(err)
	}
	sha := element(der.Sequence, oidElement(hashOIDs["sha256"]))
	info := element(
		der.Sequence,
		element(der.Integer, []byte{1}), element(der.Sequence, by.cert.RawIssuer, serial), sha,
		append([]byte{0xa0}, attributes[1:]...), element(der.Sequence, oidElement("1.2.840.10045.4.3.2")), element(der.OctetString, signature),
	)
	return element(der.Sequence, oidElement("1.2.840.113549.1.7.2"), element(der.Context(0), element(
		der.Sequence,
		element(der.Integer, []byte{3}), element(der.Set, sha),
		element(der.Sequence, oidElement(contentType), element(der.Context(0), element(der.OctetString, content))),
		element(der.Context(0), by.cert.Raw),
		element(der.Set, info),
	)))
}

func writeFiles(t testing.TB, contents ...[]byte) []string {
	t.Helper()
	dir := t.TempDir()
	var paths []string
	for i, c := range contents {
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(path, c, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

func load(t testing.TB, contents ...[]byte) *Store {
	t.Helper()
	s, err := Load(writeFiles(t, contents...), nil)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func parsed(t testing.TB, a *testAuthority) *Certificate {
	t.Helper()
	c, err := ParseCertificate(a.cert.Raw)
	if err != nil {
		t.Fatal(err)
	}
	return c
}

// standingOf is what the store makes of the issuer of a signer under the authority.
func standingOf(t *testing.T, s *Store, under *testAuthority) Standing {
	t.Helper()
	signer := issue(t, under.cert.Subject.Country[0], "DS", newKey(t), under, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature })
	found := s.FindIssuer(parsed(t, signer))
	if found.Anchor == nil || found.Err != nil {
		return None
	}
	return found.Anchor.Standing()
}
