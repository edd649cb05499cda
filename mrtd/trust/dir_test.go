package trust

import (
	"bytes"
	"crypto/x509"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	lists "github.com/skranke/skranke/assets/trust"
	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

var now = time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)

func openDir(t *testing.T, path string) *Dir {
	t.Helper()
	d, err := OpenDir(path)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func newDir(t *testing.T) *Dir { return openDir(t, filepath.Join(t.TempDir(), "store")) }

// importFiles imports contents, with fingerprints, and returns the report.
func importFiles(t *testing.T, d *Dir, fingerprints []string, contents ...[]byte) (*ImportReport, error) {
	t.Helper()
	return d.Import(ImportInput{Paths: writeFiles(t, contents...), Fingerprints: fingerprints, At: now})
}

func mustImport(t *testing.T, d *Dir, fingerprints []string, contents ...[]byte) *ImportReport {
	t.Helper()
	r, err := importFiles(t, d, fingerprints, contents...)
	if err != nil {
		t.Fatal(err)
	}
	return r
}

// refused wants an import that changes nothing and says why.
func refused(t *testing.T, d *Dir, want string, fingerprints []string, contents ...[]byte) {
	t.Helper()
	before := snapshot(t, d)
	_, err := importFiles(t, d, fingerprints, contents...)
	var e *ImportError
	if !errors.As(err, &e) || !strings.Contains(e.Problem, want) || e.Remedy == "" {
		t.Errorf("%v, want an import refused with %q", err, want)
	}
	if after := snapshot(t, d); after != before {
		t.Errorf("the refused import has changed the store: %s, then %s", before, after)
	}
}

// snapshot is the state in force, and that it can be loaded.
func snapshot(t *testing.T, d *Dir) string {
	t.Helper()
	p, err := d.pointer()
	if err != nil {
		t.Fatal(err)
	}
	opened(t, d)
	return p.Current
}

func opened(t *testing.T, d *Dir) *Store {
	t.Helper()
	s, err := Open(Options{Dir: d.path})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func fingerprint(a *testAuthority) string { return nameOf(a.cert.Raw) }

// TestImportOfCertificates: what nothing vouches for needs its fingerprint; links and further certificates of a trusted key
// do not; what is marked is refused.
func TestImportOfCertificates(t *testing.T) {
	d := newDir(t)
	old := csca(t, "UT", "CSCA 1")
	refused(t, d, "--fingerprint", nil, old.cert.Raw)
	refused(t, d, "--fingerprint", []string{fingerprint(csca(t, "UT", "CSCA 1"))}, old.cert.Raw)
	r := mustImport(t, d, []string{strings.ToUpper(fingerprint(old))}, old.cert.Raw)
	if r.Taken != 1 || r.Entries[0].Verdict != Taken || r.Entries[0].Fingerprint != fingerprint(old) {
		t.Errorf("%+v", r)
	}
	if got := standingOf(t, opened(t, d), old); got != Trusted {
		t.Errorf("the imported CSCA is %s", got)
	}
	if r := mustImport(t, d, nil, old.cert.Raw); r.Held != 1 || r.Taken != 0 {
		t.Errorf("imported again: %+v", r)
	}

	next := issue(t, "UT", "CSCA 2", newKey(t), old, asCSCA)
	root := issue(t, "UT", "CSCA 2", next.key, nil, asCSCA)
	if r := mustImport(t, d, nil, root.cert.Raw, next.cert.Raw); r.Taken != 2 {
		t.Errorf("a link and the certificate of its key: %+v", r)
	}
	foreign := issue(t, "AA", "CSCA", newKey(t), old, asCSCA)
	refused(t, d, "--fingerprint", nil, foreign.cert.Raw)
	signer := issue(t, "UT", "DS", newKey(t), next, func(c *x509.Certificate) { c.KeyUsage = x509.KeyUsageDigitalSignature })
	other := issue(t, "UT", "DS", newKey(t), csca(t, "UT", "CSCA 2"), nil)
	if r := mustImport(t, d, nil, signer.cert.Raw); r.Taken != 1 || opened(t, d).Summary().Signers != 1 {
		t.Errorf("a signer: %+v", r)
	}
	refused(t, d, "CSCA", nil, other.cert.Raw)
	notCA := issue(t, "UT", "no CA", newKey(t), nil, func(c *x509.Certificate) { asCSCA(c); c.KeyUsage = x509.KeyUsageCRLSign })
	refused(t, d, "may not sign", []string{fingerprint(notCA)}, notCA.cert.Raw)

	if subject, err := d.Distrust(fingerprint(old), "its key was stolen", false, now); err != nil || !strings.Contains(subject, "CSCA 1") {
		t.Fatal(subject, err)
	}
	s := opened(t, d)
	if a, b := standingOf(t, s, old), standingOf(t, s, next); a != Distrusted || b != Unverified {
		// The successor's root certificate was taken because of the link: it falls with the key that signed that.
		t.Errorf("marked: %s, its successor: %s", a, b)
	}
	refused(t, d, "distrusted", []string{fingerprint(issue(t, "UT", "CSCA 1", old.key, nil, asCSCA))}, issue(t, "UT", "CSCA 1b", old.key, nil, asCSCA).cert.Raw)
	if given, err := Open(Options{Dir: d.path, Paths: writeFiles(t, old.cert.Raw)}); err != nil || standingOf(t, given, old) != Distrusted {
		t.Error("--trust takes the mark off")
	}
	if _, err := d.Distrust(fingerprint(old), "", true, now); err != nil || standingOf(t, opened(t, d), old) != Trusted {
		t.Error("the mark cannot be taken off", err)
	}
	if _, err := d.Distrust(fingerprint(notCA), "", false, now); err == nil {
		t.Error("a certificate that the store does not hold is marked")
	}
}

// TestImportOfLists: a list counts if its signer chains to a CSCA that is trusted or pinned, and never by itself.
func TestImportOfLists(t *testing.T) {
	d := newDir(t)
	ca, stranger := csca(t, "UT", "CSCA"), csca(t, "AA", "CSCA of another")
	signer := issue(t, "UT", "List signer", newKey(t), ca, asListSigner)
	list := listOf(t, signer, signed, ca, stranger)
	refused(t, d, fingerprint(ca), nil, list) // the remedy names what is to be pinned
	if r := mustImport(t, d, []string{fingerprint(ca)}, list, ca.cert.Raw); r.Taken != 2 {
		t.Errorf("%+v", r)
	}
	s := opened(t, d)
	if standingOf(t, s, stranger) != Trusted || len(s.Summary().Lists) != 4 {
		t.Error("what is on the list is not trusted")
	}
	refused(t, d, "older", nil, listOf(t, signer, signed.AddDate(0, -1, 0), ca))
	tampered := bytes.Clone(list)
	tampered[bytes.Index(tampered, stranger.cert.Raw)+len(stranger.cert.Raw)-1] ^= 1
	refused(t, d, "digest", nil, tampered)
	refused(t, d, "signature", nil, element(0x30, element(2, []byte{0}), element(0x31, ca.cert.Raw)))
	// A bare list is taken by its own fingerprint.
	bare := element(0x30, element(2, []byte{0}), element(0x31, csca(t, "BB", "CSCA").cert.Raw))
	if r := mustImport(t, d, []string{nameOf(bare)}, bare); r.Taken != 1 {
		t.Errorf("%+v", r)
	}
	// A newer list stands in the place of the older one: what is no longer on it is not trusted any more.
	mustImport(t, d, nil, listOf(t, signer, signed.AddDate(0, 1, 0), ca))
	if got := standingOf(t, opened(t, d), stranger); got != None {
		t.Errorf("dropped from the list: %s", got)
	}
	// The whole list falls with the key that vouches for its signer.
	again := newDir(t)
	mustImport(t, again, []string{fingerprint(ca)}, list, ca.cert.Raw)
	if _, err := again.Distrust(fingerprint(ca), "", false, now); err != nil {
		t.Fatal(err)
	}
	if got := standingOf(t, opened(t, again), stranger); got != Unverified {
		t.Errorf("on a list whose voucher is distrusted: %s", got)
	}
}

// TestImportOfRealMaterial imports what states publish, on top of the lists that are shipped.
func TestImportOfRealMaterial(t *testing.T) {
	dir := testdata.Dir(t)
	d := newDir(t)
	r, err := d.Import(ImportInput{Paths: []string{filepath.Join(dir, "crl")}, At: now})
	if err != nil || r.Taken != 4 {
		t.Fatalf("revocation lists: %+v, %v", r, err)
	}
	for _, e := range must(os.ReadDir(filepath.Join(dir, "pkd"))) {
		path := filepath.Join(dir, "pkd", e.Name())
		r, err := d.Import(ImportInput{Paths: []string{path}, At: now})
		t.Logf("%s: taken %d, held %d, refused %d, left out %d: %v", e.Name(), r.Taken, r.Held, r.Refused, len(r.LeftOut), err)
	}
	for _, e := range must(os.ReadDir(filepath.Join(dir, "masterlists"))) {
		path := filepath.Join(dir, "masterlists", e.Name())
		r, err := d.Import(ImportInput{Paths: []string{path}, At: now})
		t.Logf("%s: taken %d, held %d, refused %d: %v", e.Name(), r.Taken, r.Held, r.Refused, err)
	}
	s := opened(t, d)
	if s.Summary().CSCA < 613 {
		t.Errorf("%d CSCA certificates", s.Summary().CSCA)
	}
}

var errDisk = errors.New("no space left on device")

// faultyDisk fails at the operation with the number given, and from then on; a write that fails leaves half a file.
type faultyDisk struct {
	osDisk
	left int
}

func (f *faultyDisk) step() error {
	if f.left--; f.left < 0 {
		return errDisk
	}
	return nil
}

func (f *faultyDisk) write(path string, r io.Reader) error {
	if f.step() != nil {
		b, _ := io.ReadAll(r)
		_ = os.WriteFile(path, b[:len(b)/2], 0o600)
		return errDisk
	}
	return f.osDisk.write(path, r)
}

func (f *faultyDisk) rename(from, to string) error {
	if f.step() != nil {
		return errDisk
	}
	return f.osDisk.rename(from, to)
}

func (f *faultyDisk) sync(dir string) error {
	if f.step() != nil {
		return errDisk
	}
	return f.osDisk.sync(dir)
}

func (f *faultyDisk) mkdir(dir string) error {
	if f.step() != nil {
		return errDisk
	}
	return f.osDisk.mkdir(dir)
}

func (f *faultyDisk) remove(path string) error {
	if f.step() != nil {
		return errDisk
	}
	return f.osDisk.remove(path)
}

// TestCrash lets an import end at every operation on the disk in turn. Whatever is left must load, as the store before or
// as the one after, and take the import that follows, and that can be taken back.
func TestCrash(t *testing.T) {
	first, second, third := csca(t, "UT", "CSCA 1"), csca(t, "AA", "CSCA 2"), csca(t, "BB", "CSCA 3")
	crashes, after := 0, 0
	for n := 0; ; n++ {
		d := newDir(t)
		mustImport(t, d, []string{fingerprint(first)}, first.cert.Raw)
		mustImport(t, d, []string{fingerprint(second)}, second.cert.Raw)
		before := snapshot(t, d)
		d.disk = &faultyDisk{left: n}
		_, err := importFiles(t, d, []string{fingerprint(third)}, third.cert.Raw)
		finished := d.disk.(*faultyDisk).left >= 0
		d = openDir(t, d.path)
		s := opened(t, d)
		if standingOf(t, s, first) != Trusted || standingOf(t, s, second) != Trusted {
			t.Fatalf("operation %d failed, and the old store is damaged", n)
		}
		took := standingOf(t, s, third) == Trusted
		if err == nil && !took {
			t.Fatalf("operation %d failed, the import said nothing, and the certificate is not there", n)
		}
		if took == (snapshot(t, d) == before) {
			t.Fatalf("operation %d failed, and the state is neither", n)
		}
		if err != nil && !strings.Contains(err.Error(), "no space left") {
			t.Errorf("operation %d: %v", n, err)
		}
		if took {
			after++
		}
		crashes++
		// What is left takes the next import, and that can be taken back.
		mustImport(t, d, []string{fingerprint(third)}, third.cert.Raw)
		if standingOf(t, opened(t, d), third) != Trusted {
			t.Fatalf("operation %d failed, and the import that follows as well", n)
		}
		if _, err := d.Undo(); err != nil {
			t.Fatal(err)
		}
		if s := opened(t, d); standingOf(t, s, third) != None || standingOf(t, s, second) != Trusted {
			t.Fatalf("operation %d failed, and what follows cannot be taken back", n)
		}
		if finished {
			break
		}
	}
	t.Logf("ended at each of %d operations; %d times the new state was in force already", crashes, after)
	if crashes < 10 || after == 0 {
		t.Error("too few operations to have tested anything")
	}
}

// TestUndo takes the last change back, and again.
func TestUndo(t *testing.T) {
	d := newDir(t)
	if _, err := d.Undo(); err == nil {
		t.Error("nothing was changed, and it was taken back")
	}
	ca := csca(t, "UT", "CSCA")
	mustImport(t, d, []string{fingerprint(ca)}, ca.cert.Raw)
	for i, want := range []Standing{None, Trusted, None} {
		if did, err := d.Undo(); err != nil || did == "" {
			t.Fatal(did, err)
		}
		if got := standingOf(t, opened(t, d), ca); got != want {
			t.Errorf("taken back %d times: %s, want %s", i+1, got, want)
		}
	}
}

// TestDamagedStore changes each file of a store: it must be refused with a remedy, never loaded in part.
func TestDamagedStore(t *testing.T) {
	d := newDir(t)
	ca := csca(t, "UT", "CSCA")
	mustImport(t, d, []string{fingerprint(ca)}, ca.cert.Raw)
	files := must(filepath.Glob(filepath.Join(d.path, objectsDir, "*")))
	files = append(files, filepath.Join(d.path, pointerFile))
	for _, path := range files {
		sound := must(os.ReadFile(path))
		for _, b := range [][]byte{append(bytes.Clone(sound), 'x'), sound[:len(sound)/2], {}} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			_, err := Open(Options{Dir: d.path})
			var bad *FileError
			if !errors.As(err, &bad) || bad.Remedy == "" {
				t.Errorf("%s changed: %v", path, err)
			}
		}
		if err := os.WriteFile(path, sound, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	opened(t, d)
	if err := os.Chmod(d.path, 0o777); err != nil {
		t.Fatal(err)
	}
	if _, err := Open(Options{Dir: d.path}); err == nil {
		t.Error("a store that anyone may write to is trusted")
	}
}

// TestExport: what is exported as PEM is what is trusted, and can be given with --trust.
func TestExport(t *testing.T) {
	d := newDir(t)
	ca, marked := csca(t, "UT", "CSCA"), csca(t, "AA", "CSCA")
	mustImport(t, d, []string{fingerprint(ca), fingerprint(marked)}, ca.cert.Raw, marked.cert.Raw)
	if _, err := d.Distrust(fingerprint(marked), "", false, now); err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	n, _, err := opened(t, d).Export(&b)
	if err != nil || n < 580 || n > 614 {
		t.Fatalf("%d certificates, %v", n, err)
	}
	s := load(t, b.Bytes())
	if standingOf(t, s, ca) != Trusted || standingOf(t, s, marked) != None || s.Summary().CSCA != n {
		t.Errorf("the export holds %d certificates", s.Summary().CSCA)
	}
}

// BenchmarkImported measures the load of the embedded lists with an imported list of 397 certificates besides.
func BenchmarkImported(b *testing.B) {
	d, err := OpenDir(filepath.Join(b.TempDir(), "store"))
	if err != nil {
		b.Fatal(err)
	}
	path := filepath.Join(b.TempDir(), "list")
	if err := os.WriteFile(path, lists.Dutch, 0o600); err != nil {
		b.Fatal(err)
	}
	if _, err := d.Import(ImportInput{Paths: []string{path}, At: now}); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		base, err := makeEmbedded()
		if err != nil {
			b.Fatal(err)
		}
		if _, err := withImported(base, d.path); err != nil {
			b.Fatal(err)
		}
	}
}

// BenchmarkChain finds the CSCA of real document signers, an older German, a newer, a French one and so on, as the collection has them: when
// the certificate was not seen before, and when its signature is remembered.
func BenchmarkChain(b *testing.B) {
	base, err := Embedded()
	if err != nil {
		b.Fatal(err)
	}
	paths, err := filepath.Glob(filepath.Join(testdata.Dir(b), "sod", "*"))
	if err != nil {
		b.Fatal(err)
	}
	seen := map[string]bool{}
	for _, path := range paths {
		raw, err := os.ReadFile(path)
		if err != nil {
			continue // a folder
		}
		outer, err := der.NewReader(raw).Read(0x77)
		if err != nil {
			continue
		}
		sod, _, err := cms.Parse(outer.Value, listLimits)
		if err != nil || len(sod.Certificates) == 0 {
			continue
		}
		c, err := ParseCertificate(sod.Certificates[0])
		if err != nil {
			continue
		}
		found := base.FindIssuer(c)
		if found.Anchor == nil || found.Err != nil {
			continue
		}
		name := c.Country() + " " + found.Anchor.Key().String()
		if seen[name] {
			continue
		}
		seen[name] = true
		b.Run(name+"/first", func(b *testing.B) {
			for b.Loop() {
				b.StopTimer()
				s := base.clone()
				b.StartTimer()
				s.FindIssuer(c)
			}
		})
		b.Run(name+"/remembered", func(b *testing.B) {
			for b.Loop() {
				base.FindIssuer(c)
			}
		})
	}
	if len(seen) < 5 {
		b.Errorf("%d chains", len(seen))
	}
}
