package trust

import (
	"crypto/x509"
	"crypto/x509/pkix"
	"encoding/asn1"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/testdata"
)

// TestDanishLinks follows the succession of Danish CSCA keys: links 2006 to 2009, 2011 to 2015 to 2019 to 2023, and none
// between 2009 and 2011. All since 2011 bear the same name.
func TestDanishLinks(t *testing.T) {
	dir := filepath.Join(testdata.Dir(t), "csca", "DK")
	read := func(names ...string) [][]byte {
		var out [][]byte
		for _, n := range names {
			b, err := os.ReadFile(filepath.Join(dir, "DK_"+n+".cer"))
			if err != nil {
				t.Fatal(err)
			}
			out = append(out, b)
		}
		return out
	}
	const (
		root2006, root2009, link2009 = "060607_02ecdf", "090607_05e904", "090607_05e905"
		root2011, root2015, link2015 = "110905_4e64afc1", "151028_4e654d61", "151028_4e654d63"
		root2019, link2019           = "191023_4e65eae8", "191023_4e65eaea"
		root2023, link2023           = "231212_656d8d2b", "231212_656d8d2d"
	)
	for _, c := range []struct {
		name  string
		files []string
		of    string // the certificate whose key is asked for
		want  Standing
	}{
		{"all ten", []string{root2006, root2009, link2009, root2011, root2015, link2015, root2019, link2019, root2023, link2023}, root2023, Trusted},
		{"the root of 2011 and the links", []string{link2023, link2019, link2015, root2011}, root2023, Trusted},
		{"the root of 2011 without the link of 2015", []string{link2023, link2019, root2011}, root2023, None},
		{"the root of 2006 and all links", []string{root2006, link2009, link2015, link2019, link2023}, root2023, None},
		{"the root of 2006 and its link", []string{root2006, link2009}, root2009, Trusted},
		{"a link alone", []string{link2009}, root2009, None},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, read(c.files...)...)
			wanted := must(ParseCertificate(read(c.of)[0]))
			got := None
			for _, a := range s.keysByID(keyID(wanted)) {
				s.resolve(a)
				got = a.Standing()
			}
			if got != c.want {
				t.Errorf("the key is %s, want %s", got, c.want)
			}
		})
	}
}

// TestAnchors plays the rules for what makes a key an anchor.
func TestAnchors(t *testing.T) {
	old := csca(t, "UT", "CSCA 1")
	newer := newKey(t)
	link := func(country string, by *testAuthority, change func(*x509.Certificate)) *testAuthority {
		return issue(t, country, "CSCA 2", newer, by, func(c *x509.Certificate) {
			asCSCA(c)
			if change != nil {
				change(c)
			}
		})
	}
	short := issue(t, "UT", "CSCA 1", newKey(t), nil, func(c *x509.Certificate) { asCSCA(c); c.NotAfter = epoch.AddDate(5, 0, 0) })
	circle := newKey(t)
	none := issue(t, "UT", "no CA", newKey(t), nil, func(c *x509.Certificate) { c.BasicConstraintsValid = true })
	lists := issue(t, "UT", "CRL CA", newKey(t), nil, func(c *x509.Certificate) { asCSCA(c); c.KeyUsage = x509.KeyUsageCRLSign })
	unknown := issue(t, "UT", "CSCA", newKey(t), nil, func(c *x509.Certificate) {
		asCSCA(c)
		c.ExtraExtensions = []pkix.Extension{{Id: asn1.ObjectIdentifier{1, 2, 3}, Critical: true, Value: []byte{5, 0}}}
	})
	for _, c := range []struct {
		name  string
		certs []*testAuthority
		of    *testAuthority
		want  Standing
	}{
		{"a self-signed authority", []*testAuthority{old}, old, Trusted},
		{"a link and its predecessor", []*testAuthority{link("UT", old, nil), old}, link("UT", old, nil), Trusted},
		{"a link without its predecessor", []*testAuthority{link("UT", old, nil)}, link("UT", old, nil), None},
		{"a link to another state", []*testAuthority{link("AA", old, nil), old}, link("AA", old, nil), None},
		{"a link that began when its predecessor had ended", []*testAuthority{link("UT", short, func(c *x509.Certificate) { c.NotBefore = epoch.AddDate(6, 0, 0) }), short}, link("UT", short, nil), None},
		{"a link that began in its predecessor's last second", []*testAuthority{link("UT", short, func(c *x509.Certificate) { c.NotBefore = epoch.AddDate(5, 0, 0) }), short}, link("UT", short, nil), Trusted},
		{"no authority", []*testAuthority{none}, none, None},
		{"an authority for revocation lists alone", []*testAuthority{lists}, lists, None},
		{"an authority with a critical extension that nobody knows", []*testAuthority{unknown}, unknown, None},
		{"links in a circle", []*testAuthority{
			issue(t, "UT", "A", circle, &testAuthority{link("UT", old, nil).cert, newer}, asCSCA),
			issue(t, "UT", "CSCA 2", newer, &testAuthority{issue(t, "UT", "A", circle, nil, asCSCA).cert, circle}, asCSCA),
		}, link("UT", old, nil), None},
	} {
		t.Run(c.name, func(t *testing.T) {
			var files [][]byte
			for _, a := range c.certs {
				files = append(files, a.cert.Raw)
			}
			if got := standingOf(t, load(t, files...), c.of); got != c.want {
				t.Errorf("the key is %s, want %s", got, c.want)
			}
		})
	}
}

// TestDistrust marks a key: its certificates and the links that it signed anchor nothing, whatever other file holds them.
func TestDistrust(t *testing.T) {
	old := csca(t, "UT", "CSCA 1")
	next := issue(t, "UT", "CSCA 2", newKey(t), old, asCSCA)
	s := load(t, old.cert.Raw, next.cert.Raw)
	if standingOf(t, s, old) != Trusted || standingOf(t, s, next) != Trusted {
		t.Fatal("the two keys are not trusted to begin with")
	}
	marked := s.WithDistrusted(must(parsed(t, old).PublicKey()))
	if got := standingOf(t, marked, old); got != Distrusted {
		t.Errorf("the marked key is %s", got)
	}
	if got := standingOf(t, marked, next); got != None {
		t.Errorf("the key that it linked to is %s", got)
	}
	if standingOf(t, s, old) != Trusted {
		t.Error("the mark has changed the store that it was not made on")
	}
}

// TestRevocationBySuccession: a list signed by the successor's key revokes what the predecessor's has issued, one of
// another state's does not.
func TestRevocationBySuccession(t *testing.T) {
	old := csca(t, "UT", "CSCA 1")
	next := issue(t, "UT", "CSCA 2", newKey(t), old, asCSCA)
	stranger := csca(t, "AA", "CSCA 1")
	signer := parsed(t, issue(t, "UT", "DS", newKey(t), old, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature }))
	s := load(t, old.cert.Raw, next.cert.Raw, stranger.cert.Raw)
	for _, c := range []struct {
		name string
		by   *testAuthority
		want Revocation
	}{{"its own authority", old, Revoked}, {"the successor", next, Revoked}, {"another state", stranger, NoList}} {
		raw, err := x509.CreateRevocationList(nil, &x509.RevocationList{
			Number: signer.Serial, ThisUpdate: signed, NextUpdate: signed.AddDate(0, 1, 0),
			RevokedCertificateEntries: []x509.RevocationListEntry{{SerialNumber: signer.Serial, RevocationTime: signed}},
		}, c.by.cert, c.by.key)
		if err != nil {
			t.Fatal(err)
		}
		with := s.WithRevocationLists(must(ParseCRL(raw)))
		found := with.FindIssuer(signer)
		if got, _ := with.Revocation(signer, found.Anchor, signed.Add(time.Hour)); got != c.want {
			t.Errorf("%s: %d, want %d", c.name, got, c.want)
		}
	}
}

// TestRealRevocationLists: each of the collection's lists is signed by a key of its state's that is shipped.
func TestRealRevocationLists(t *testing.T) {
	dir := testdata.Dir(t)
	s, err := Load(nil, []string{filepath.Join(dir, "crl")})
	if err != nil {
		t.Fatal(err)
	}
	for _, l := range s.Summary().CRLs {
		signers := 0
		for _, e := range s.entries {
			if e.cert.Country() != l.Issuer.Country() {
				continue
			}
			for _, a := range s.keysByID(keyID(e.cert)) {
				if s.resolve(a); a.standing == Trusted && s.signed(l, a) {
					signers++
				}
			}
		}
		t.Logf("%s: %d entries, %s to %s, %s", l.Issuer, l.Number, l.ThisUpdate.Format(time.DateOnly), l.NextUpdate.Format(time.DateOnly), l.Unusable)
		if signers == 0 {
			t.Errorf("no key at hand has signed the list of %s", l.Issuer)
		}
	}
	if n := len(s.Summary().CRLs); n != 4 {
		t.Errorf("%d lists, want 4", n)
	}
}
