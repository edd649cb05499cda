package trust

import (
	"bytes"
	"crypto/x509"
	"strings"
	"testing"
	"time"

	"github.com/gmrtd/gmrtd/cms"

	lists "github.com/skranke/skranke/assets/trust"
	"github.com/skranke/skranke/hardware-tests/testdata"
)

// TestEmbeddedLists compares the store that is shipped with gmrtd's reading of the same lists.
func TestEmbeddedLists(t *testing.T) {
	s, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	sum := s.Summary()
	want := []struct {
		certificates int
		date         string
		verified     bool
	}{{581, "2026-01-08", true}, {397, "2026-04-02", true}, {3, "0001-01-01", false}}
	for i, w := range want {
		l := sum.Lists[i]
		if l.Certificates != w.certificates || l.Date.Format(time.DateOnly) != w.date || l.Verified != w.verified {
			t.Errorf("%s: %d certificates of %s, verified %v; want %v", l.Name, l.Certificates, l.Date, l.Verified, w)
		}
	}
	theirs := map[string]bool{}
	for _, load := range []func() (*cms.SignedDataCertPool, error){cms.GermanMasterList, cms.DutchMasterList} {
		pool, err := load()
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range pool.All() {
			theirs[string(c.Raw)] = true
		}
	}
	ours := 0
	for _, e := range s.entries {
		if len(e.vouchers) > 0 {
			ours++
			if !theirs[string(e.cert.Raw)] {
				t.Errorf("%s is not in gmrtd's lists", e.cert.Fingerprint())
			}
		}
	}
	if ours != len(theirs) || ours != 613 {
		t.Errorf("%d certificates, gmrtd has %d, want 613", ours, len(theirs))
	}
}

// TestTamperedList flips bits of the German list: its signature must not count any more.
func TestTamperedList(t *testing.T) {
	pin, err := ParseCertificate(lists.GermanCSCA)
	if err != nil {
		t.Fatal(err)
	}
	base := newStore()
	base.add(pin, "pinned", true)
	for at := 2000; at < len(lists.German); at += len(lists.German) / 17 {
		b := bytes.Clone(lists.German)
		b[at] ^= 4
		l, err := parseMasterList("tampered", b)
		if err != nil {
			continue
		}
		if _, _, _, err := l.check(base, nil, false); err == nil {
			t.Errorf("octet %d changed, and the list still counts", at)
		}
	}
	if _, _, _, err := must(parseMasterList("DE", lists.German)).check(base, nil, false); err != nil {
		t.Error(err)
	}
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}

// TestWhoMaySignAList plays the rules by which a list given for a run anchors what is on it.
func TestWhoMaySignAList(t *testing.T) {
	utopia, atlantis := csca(t, "UT", "CSCA Utopia"), csca(t, "AA", "CSCA Atlantis")
	signer := func(under *testAuthority, change func(*x509.Certificate)) *testAuthority {
		return issue(t, under.cert.Subject.Country[0], "List signer", newKey(t), under, func(c *x509.Certificate) {
			asListSigner(c)
			if change != nil {
				change(c)
			}
		})
	}
	good := signer(utopia, nil)
	denmark := csca(t, "DK", "Country Signing CA")
	next := issue(t, "UT", "CSCA Utopia", newKey(t), utopia, asCSCA)
	for _, c := range []struct {
		name  string
		files [][]byte
		want  Standing
		why   string
	}{
		{"its own CSCA, of a state that nobody knows", [][]byte{listOf(t, good, signed, utopia, atlantis)}, Trusted, ""},
		{"a CSCA given beside it", [][]byte{utopia.cert.Raw, listOf(t, good, signed, atlantis)}, Trusted, ""},
		{"no CSCA at hand", [][]byte{listOf(t, good, signed, atlantis)}, Unverified, "no CSCA"},
		{"its own CSCA, of a state whose keys are known", [][]byte{listOf(t, signer(denmark, nil), signed, denmark, atlantis)}, Unverified, "another key of DK"},
		{"its own CSCA, when another of that state is given", [][]byte{csca(t, "UT", "CSCA").cert.Raw, listOf(t, good, signed, utopia, atlantis)}, Unverified, "another key of UT"},
		{"a link on the list to a CSCA given beside it", [][]byte{utopia.cert.Raw, listOf(t, signer(&testAuthority{next.cert, next.key}, nil), signed, next, atlantis)}, Trusted, ""},
		{"a signer who may sign no lists", [][]byte{utopia.cert.Raw, listOf(t, signer(utopia, func(c *x509.Certificate) { c.UnknownExtKeyUsage = nil }), signed, atlantis)}, Unverified, "2.23.136.1.1.3"},
		{"a signer whose key may not sign", [][]byte{utopia.cert.Raw, listOf(t, signer(utopia, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageKeyAgreement }), signed, atlantis)}, Unverified, "key usage"},
		{"a signer whose time was over", [][]byte{utopia.cert.Raw, listOf(t, signer(utopia, func(c *x509.Certificate) { c.NotAfter = signed.Add(-time.Second) }), signed, atlantis)}, Unverified, "not valid at the signing time"},
		{"a CSCA whose time was over", [][]byte{utopia.cert.Raw, listOf(t, signer(utopia, func(c *x509.Certificate) { c.NotAfter = epoch.AddDate(20, 0, 0) }), epoch.AddDate(16, 0, 0), atlantis)}, Unverified, "CSCA was not valid"},
		{"a signer of another state", [][]byte{utopia.cert.Raw, listOf(t, issue(t, "AA", "List signer", newKey(t), utopia, asListSigner), signed, atlantis)}, Unverified, "another country"},
		{"a list whose signer's list comes first", [][]byte{listOf(t, signer(atlantis, nil), signed, denmark), listOf(t, good, signed, utopia, atlantis)}, Trusted, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, c.files...)
			if got := standingOf(t, s, atlantis); got != c.want {
				t.Errorf("the list's certificates are %s, want %s: %v", got, c.want, s.Summary().Lists)
			}
			if last := s.Summary().Lists; c.why != "" && !strings.Contains(last[len(last)-1].Problem, c.why) {
				t.Errorf("the list's problem is %q, want %q", last[len(last)-1].Problem, c.why)
			}
		})
	}
}

// TestRealLists loads the collection's lists. Their dates and numbers are what openssl cms -verify and asn1parse say.
func TestRealLists(t *testing.T) {
	dir := testdata.Dir(t)
	for file, want := range map[string]struct {
		certificates int
		signed       string
		verified     bool
	}{
		"DE_ML_2024-04-10-10-54-13.ml":                   {526, "2024-04-10T08:54:13Z", true},
		"DE_ML_2024-08-07-07-38-24.ml":                   {541, "2024-08-07T05:38:24Z", true},
		"DE_ML_2025-08-14-07-41-09.ml":                   {571, "2025-08-14T05:41:09Z", true},
		"NL_ML_2025-07-29.ml":                            {394, "2025-07-30T08:01:27Z", true},
		"IT_MasterListCSCA.ml":                           {333, "2023-07-31T10:47:05Z", true},
		"ICAO_ml_01April2025.ml":                         {504, "2025-04-01T19:47:18Z", true},
		"ICAO_ml_March2023.ml":                           {372, "2023-03-10T22:22:02Z", true}, // DigestInfo without NULL
		"DE_ML_tananaev_oldest.cscamasterlist.der":       {396, "0001-01-01T00:00:00Z", false},
		"DE_ML_tananaev_2026-02.cscamasterlist.der":      {581, "0001-01-01T00:00:00Z", false},
		"../pkd/PassID_MasterList_pkdDownload_2019.ldif": {207, "2015-11-16T12:42:52Z", true},
	} {
		s, err := Load([]string{dir + "/masterlists/" + file}, nil)
		if err != nil {
			t.Error(err)
			continue
		}
		l := s.Summary().Lists[0]
		if l.Certificates != want.certificates || l.Date.Format(time.RFC3339) != want.signed || l.Verified != want.verified {
			t.Errorf("%s: %d certificates, %s, verified %v (%s); want %v", file, l.Certificates, l.Date.Format(time.RFC3339), l.Verified, l.Problem, want)
		}
	}
}
