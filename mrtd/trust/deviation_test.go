package trust

import (
	"bytes"
	"crypto/x509"
	"encoding/asn1"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/internal/der"
)

// TestEstonianDeviations reads the list that Estonia published: its signature holds up to a CSCA that is shipped, and it names
// documents whose EF.SOD has a wrong signature.
func TestEstonianDeviations(t *testing.T) {
	path := filepath.Join(testdata.Dir(t), "deviationlist", "erpdeviationlist_EE.bin")
	d := newDir(t)
	r, err := d.Import(ImportInput{Paths: []string{path}, At: now})
	if err != nil || r.Taken != 1 {
		t.Fatalf("%+v, %v", r, err)
	}
	s := opened(t, d)
	lists := s.Summary().Deviations
	if len(lists) != 1 || lists[0].Country != "EE" || lists[0].Documents < 100_000 || lists[0].Date.IsZero() {
		t.Fatalf("%d lists", len(lists))
	}
	t.Logf("%s of %s: %d deviations, %d documents", lists[0].Country, lists[0].Date.Format(time.DateOnly), lists[0].Deviations, lists[0].Documents)
	on := DeviationQuery{Countries: []string{"EE"}, Code: "IB", Number: "BB0000001"}
	found := s.Defects(on)
	if len(found) != 1 || found[0].Type != DefectSODSignature {
		t.Errorf("a document on the list: %+v", found)
	}
	for name, change := range map[string]func(*DeviationQuery){
		"another number": func(q *DeviationQuery) { q.Number = "XX9999999" },
		"another state":  func(q *DeviationQuery) { q.Countries = []string{"DK"} },
		"no number":      func(q *DeviationQuery) { q.Number = "" },
	} {
		q := on
		change(&q)
		if found := s.Defects(q); len(found) != 0 {
			t.Errorf("%s: %+v", name, found)
		}
	}
	// Changed: it does not count, and the import changes nothing.
	b := must(os.ReadFile(path))
	b[len(b)/2] ^= 1
	refused(t, newDir(t), "digest", nil, b)
}

// deviationListOf makes a deviation list; documents and descriptions are the encodings of one deviation's.
func deviationListOf(t testing.TB, by *testAuthority, at time.Time, documents, description []byte) []byte {
	t.Helper()
	content := element(der.Sequence, element(der.Integer, []byte{0}), element(der.Sequence, oidElement(hashOIDs["sha256"])),
		element(der.Set, element(der.Sequence, documents, element(der.Set, description))))
	return signedListOf(t, by, at, "2.23.136.1.1.7", content)
}

func asDeviationSigner(c *x509.Certificate) {
	c.KeyUsage = x509.KeyUsageDigitalSignature
	c.UnknownExtKeyUsage = []asn1.ObjectIdentifier{{2, 23, 136, 1, 1, 8}}
}

// TestWhichDocumentsDeviate plays the ways in which a list names documents.
func TestWhichDocumentsDeviate(t *testing.T) {
	ca := csca(t, "UT", "CSCA")
	signer := issue(t, "UT", "Deviations", newKey(t), ca, asDeviationSigner)
	ds := issue(t, "UT", "DS", newKey(t), ca, func(c *x509.Certificate) { c.SubjectKeyId = []byte{1, 2, 3, 4} })
	other := issue(t, "UT", "DS", newKey(t), ca, func(c *x509.Certificate) { c.SubjectKeyId = []byte{5, 6, 7, 8} })
	serial := must(asn1.Marshal(ds.cert.SerialNumber))
	period := func(from, to string) []byte {
		return element(0xa4, element(der.GeneralizedTime, []byte(from)), element(der.GeneralizedTime, []byte(to)))
	}
	number := element(0xa5, element(der.PrintableString, []byte("AB1234567")))
	hashed := element(0x30, oidElement("2.23.136.1.1.7.2.2"), element(der.Context(0), element(der.Integer, []byte{2})))
	print := must(ParseCertificate(ds.cert.Raw)).fingerprint
	at := time.Date(2022, 5, 5, 12, 0, 0, 0, time.UTC)
	for _, c := range []struct {
		name      string
		documents []byte
		query     DeviationQuery
		want      bool
	}{
		{"by issuer and serial", element(0xa1, ds.cert.RawIssuer, serial), DeviationQuery{Signer: parsed(t, ds)}, true},
		{"another serial", element(0xa1, ds.cert.RawIssuer, serial), DeviationQuery{Signer: parsed(t, other)}, false},
		{"signer not known", element(0xa1, ds.cert.RawIssuer, serial), DeviationQuery{}, false},
		{"by key identifier", element(0x82, []byte{1, 2, 3, 4}), DeviationQuery{Signer: parsed(t, ds)}, true},
		{"another key identifier", element(0x82, []byte{1, 2, 3, 4}), DeviationQuery{Signer: parsed(t, other)}, false},
		{"by the certificate's digest", element(0x83, print[:]), DeviationQuery{Signer: parsed(t, ds)}, true},
		{"another digest", element(0x83, print[:]), DeviationQuery{Signer: parsed(t, other)}, false},
		{"by number", number, DeviationQuery{Number: "AB1234567"}, true},
		{"another number", number, DeviationQuery{Number: "AB1234568"}, false},
		{"by number and type", append(element(0x80, []byte("P<")), number...), DeviationQuery{Number: "AB1234567", Code: "P"}, true},
		{"another type", append(element(0x80, []byte("ID")), number...), DeviationQuery{Number: "AB1234567", Code: "P"}, false},
		{"in the period", period("20220101000000Z", "20221231235959Z"), DeviationQuery{Signed: at}, true},
		{"after the period", period("20210101000000Z", "20211231235959Z"), DeviationQuery{Signed: at}, false},
		{"time not known", period("20220101000000Z", "20221231235959Z"), DeviationQuery{}, false},
		{"every document of the state", nil, DeviationQuery{Signer: parsed(t, ds), Number: "AB1234567", Signed: at}, false},
		{"every passport of the state", element(0x80, []byte("P<")), DeviationQuery{Code: "P"}, false},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, ca.cert.Raw, deviationListOf(t, signer, signed, element(0x30, c.documents), hashed))
			c.query.Countries = []string{"UT"}
			found := s.Defects(c.query)
			if (len(found) == 1) != c.want {
				t.Errorf("%+v", found)
			}
			if len(found) == 1 && (found[0].Type != DefectDataGroupHash || found[0].Number != 2) {
				t.Errorf("%+v", found[0])
			}
		})
	}
	for name, by := range map[string]*testAuthority{
		"a document signer":        issue(t, "UT", "DS", newKey(t), ca, nil),
		"a master list signer":     issue(t, "UT", "ML", newKey(t), ca, asListSigner),
		"a signer of another CSCA": issue(t, "UT", "Deviations", newKey(t), csca(t, "UT", "CSCA"), asDeviationSigner),
	} {
		s := load(t, ca.cert.Raw, deviationListOf(t, by, signed, element(0x30, number), hashed))
		if found := s.Defects(DeviationQuery{Countries: []string{"UT"}, Number: "AB1234567"}); len(found) != 0 || len(s.Summary().Skipped) != 1 {
			t.Errorf("a list of %s counts: %v, %v", name, found, s.Summary().Skipped)
		}
	}
	s := load(t, ca.cert.Raw, deviationListOf(t, signer, signed, element(0x30, number), hashed)).WithDistrusted(must(parsed(t, ca).PublicKey()))
	if found := s.Defects(DeviationQuery{Countries: []string{"UT"}, Number: "AB1234567"}); len(found) != 0 {
		t.Error("a list counts whose CSCA is distrusted")
	}
	if bytes.Contains([]byte(s.deviations[0].Name()), []byte("/")) {
		t.Error("the list's name has a folder")
	}
}
