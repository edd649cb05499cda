package trust

import (
	"bytes"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

// bundleOf writes a bundle of files by the seed's publisher.
func bundleOf(t testing.TB, seed byte, sequence uint64, made time.Time, keys []PublisherKey, files map[string][]byte) string {
	t.Helper()
	private, _ := testPublisher(seed)
	dir := t.TempDir()
	in := BundleInput{Files: map[string]string{}, Sequence: sequence, Made: made, Keys: keys, Signer: private}
	for name, b := range files {
		path := filepath.Join(dir, strings.ReplaceAll(name, "/", "_"))
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		in.Files[name] = path
	}
	var b bytes.Buffer
	if err := MakeBundle(&b, in); err != nil {
		t.Fatal(err)
	}
	path := filepath.Join(dir, "bundle")
	if err := os.WriteFile(path, b.Bytes(), 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pin makes a store that has the seed's publisher pinned.
func pin(t *testing.T, seeds ...byte) *Dir {
	t.Helper()
	d := newDir(t)
	err := d.change(func(old *manifest) (*manifest, map[string]content, error) {
		for _, seed := range seeds {
			_, public := testPublisher(seed)
			old.Publishers = append(old.Publishers, public)
		}
		return old, nil, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func apply(t *testing.T, d *Dir, path, want string) {
	t.Helper()
	before := snapshot(t, d)
	_, err := d.Import(ImportInput{Paths: []string{path}, At: now})
	var refused *ImportError
	switch {
	case want == "" && err != nil:
		t.Error(err)
	case want != "" && (!errors.As(err, &refused) || !strings.Contains(refused.Problem, want)):
		t.Errorf("%v, want it refused with %q", err, want)
	case want != "" && snapshot(t, d) != before:
		t.Error("the refused bundle has changed the store")
	}
}

// TestBundles: signed by a pinned key, newer than the last, whole; its certificates count, and go with the next bundle.
func TestBundles(t *testing.T) {
	one, two := csca(t, "UT", "CSCA 1"), csca(t, "AA", "CSCA 2")
	_, second := testPublisher(2)
	files := map[string][]byte{"trust/one.cer": one.cert.Raw, "rules/a/b.yaml": []byte("rules"), "texts/da.json": []byte("{}")}
	d := pin(t, 1)
	apply(t, newDir(t), bundleOf(t, 1, 5, now, nil, files), "not pinned")
	apply(t, d, bundleOf(t, 2, 5, now, nil, files), "not pinned")
	apply(t, d, bundleOf(t, 1, 5, now, nil, files), "")
	if s := opened(t, d); standingOf(t, s, one) != Trusted {
		t.Error("what is in the bundle does not count")
	}
	for folder, want := range map[string]string{"rules": "a/b.yaml", "texts": "da.json"} {
		installed, err := d.Installed(folder)
		if err != nil || installed == nil {
			t.Fatal(folder, installed, err)
		}
		if b, err := fs.ReadFile(installed, want); err != nil || len(b) == 0 {
			t.Errorf("%s/%s: %v", folder, want, err)
		}
	}
	if installed, err := d.Installed("nothing"); installed != nil || err != nil {
		t.Error(installed, err)
	}
	apply(t, d, bundleOf(t, 1, 5, now, nil, files), "number 5")
	apply(t, d, bundleOf(t, 1, 4, now.AddDate(0, 1, 0), nil, files), "number 4")
	apply(t, d, bundleOf(t, 1, 6, now.AddDate(0, -1, 0), nil, files), "number 6") // a later number made earlier
	// A local import stays when a bundle replaces the one before.
	local := csca(t, "BB", "local")
	mustImport(t, d, []string{fingerprint(local)}, local.cert.Raw)
	apply(t, d, bundleOf(t, 1, 7, now, []PublisherKey{second}, map[string][]byte{"trust/two.cer": two.cert.Raw}), "")
	s := opened(t, d)
	if standingOf(t, s, one) != None || standingOf(t, s, two) != Trusted || standingOf(t, s, local) != Trusted {
		t.Error("the bundle does not stand in the place of the one before")
	}
	if installed, _ := d.Installed("rules"); installed != nil {
		t.Error("the rules of the bundle before are still there")
	}
	apply(t, d, bundleOf(t, 1, 8, now, nil, files), "not pinned")
	apply(t, d, bundleOf(t, 2, 8, now, nil, files), "")
	// What must hold by itself does not because it is in a bundle.
	foreign := csca(t, "CC", "CSCA")
	apply(t, d, bundleOf(t, 2, 9, now, nil, map[string][]byte{"trust/x": deviationListOf(t, issue(t, "CC", "DL", newKey(t), foreign, asDeviationSigner), signed, element(0x30), element(0x30, oidElement("2.23.136.1.1.7.4")))}), "no CSCA")
	if _, err := d.Distrust(fingerprint(two), "", false, now); err == nil {
		t.Error("what the store does not hold any more is marked")
	}
}

// TestBundleForOtherRooms: what a bundle brings for other rooms is judged by them before anything is imported.
func TestBundleForOtherRooms(t *testing.T) {
	d := pin(t, 1)
	made := now.AddDate(0, 0, -3)
	path := bundleOf(t, 1, 1, made, nil, map[string][]byte{
		"trust/ca.cer": csca(t, "UT", "CSCA").cert.Raw, "rules/pack.yaml": []byte("rules"), "texts/da.json": []byte("texts"),
	})
	seen := map[string]string{}
	judge := func(refuse string) error {
		_, err := d.Import(ImportInput{Paths: []string{path}, At: now, Files: func(folder string, files fs.FS) error {
			if folder == refuse {
				return errors.New("line 7 is wrong")
			}
			return fs.WalkDir(files, ".", func(name string, e fs.DirEntry, err error) error {
				if err == nil && !e.IsDir() {
					seen[folder+"/"+name] = string(must(fs.ReadFile(files, name)))
				}
				return err
			})
		}})
		return err
	}
	before := snapshot(t, d)
	for _, folder := range []string{"rules", "texts"} {
		var refused *ImportError
		if err := judge(folder); !errors.As(err, &refused) || !strings.Contains(refused.Problem, "line 7") {
			t.Errorf("%s: %v", folder, err)
		}
	}
	if snapshot(t, d) != before {
		t.Error("a refused bundle has changed the store")
	}
	if err := judge("none"); err != nil {
		t.Fatal(err)
	}
	if len(seen) != 2 || seen["rules/pack.yaml"] != "rules" || seen["texts/da.json"] != "texts" {
		t.Errorf("judged were %v", seen)
	}
	info, err := fs.Stat(must(d.Installed("texts")), "da.json")
	if err != nil || !info.ModTime().Equal(made.Truncate(time.Second)) {
		t.Errorf("installed as of %v, %v", info, err)
	}
}

// TestTamperedBundle flips bits all over a bundle, and cuts it everywhere: it must be refused whole.
func TestTamperedBundle(t *testing.T) {
	ca := csca(t, "UT", "CSCA")
	path := bundleOf(t, 1, 1, now, nil, map[string][]byte{"trust/ca.cer": ca.cert.Raw, "texts/da.json": []byte("{}")})
	sound := must(os.ReadFile(path))
	d := pin(t, 1)
	before := snapshot(t, d)
	tried := 0
	for at := 0; at < len(sound); at += 3 {
		for _, b := range [][]byte{append(append(bytes.Clone(sound[:at]), sound[at]^0x10), sound[at+1:]...), sound[:at]} {
			if err := os.WriteFile(path, b, 0o600); err != nil {
				t.Fatal(err)
			}
			if _, err := d.Import(ImportInput{Paths: []string{path}, At: now}); err == nil {
				t.Fatalf("changed or cut at octet %d, and taken", at)
			}
			tried++
		}
	}
	if snapshot(t, d) != before {
		t.Error("a refused bundle has changed the store")
	}
	for _, b := range [][]byte{append(bytes.Clone(sound), 0)} {
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := d.Import(ImportInput{Paths: []string{path}, At: now}); err == nil {
			t.Error("a longer bundle is taken")
		}
	}
	t.Logf("%d changed bundles refused", tried)
	for _, name := range []string{"other/x", "trust/../../x", "/trust/x", "trust/", "trust\\x", "rules/a:b", ""} {
		private, _ := testPublisher(1)
		var bad *FileError
		if err := MakeBundle(&bytes.Buffer{}, BundleInput{Files: map[string]string{name: path}, Signer: private}); !errors.As(err, &bad) {
			t.Errorf("%q: %v", name, err)
		}
	}
}
