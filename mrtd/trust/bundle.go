package trust

import (
	"crypto/ed25519"
	hash "crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing/fstest"
	"time"
)

const bundleKind = "skranke.bundle/1"

// bundleHead is the signed head of a bundle. The files follow it, one after the other.
type bundleHead struct {
	Schema string `json:"schema"`
	// Sequence numbers the bundles of a publisher: one is only applied after those of lower numbers.
	Sequence uint64    `json:"sequence"`
	Made     time.Time `json:"made"`
	// Keys are the keys that may sign from this bundle on; empty where nothing changes.
	Keys  []PublisherKey `json:"keys,omitempty"`
	Files []bundleFile   `json:"files"`
}

// bundleFile is a file of a bundle.
type bundleFile struct {
	// Name is the file's path in the bundle, with slashes.
	Name   string `json:"name"`
	Size   int64  `json:"size"`
	SHA256 string `json:"sha256"`
}

// BundleState is the last bundle that was applied.
type BundleState struct {
	// Sequence is its number.
	Sequence uint64    `json:"sequence"`
	Made     time.Time `json:"made"`
}

// The first folder of a file's path in a bundle says what it is: trust material, which is judged as in any import, or files
// that other rooms read.
const (
	bundleTrust = "trust/"
	bundleRules = "rules/"
	bundleTexts = "texts/"
)

// Bounds of a bundle.
const (
	maxBundleFiles = 4096
	maxBundleFile  = 512 << 20
)

// BundleInput is what a bundle is made of.
type BundleInput struct {
	// Files maps paths in the bundle, which begin with "trust/", "rules/" or "texts/", to files.
	Files    map[string]string
	Sequence uint64
	Made     time.Time
	// Keys are the keys that may sign from now on; empty where nothing changes. Signer signs.
	Keys   []PublisherKey
	Signer ed25519.PrivateKey
}

// MakeBundle writes a bundle.
func MakeBundle(w io.Writer, in BundleInput) error {
	head := bundleHead{Schema: bundleKind, Sequence: in.Sequence, Made: in.Made.UTC().Truncate(time.Second), Keys: in.Keys}
	names := make([]string, 0, len(in.Files))
	for name := range in.Files {
		names = append(names, name)
	}
	slices.Sort(names)
	for _, name := range names {
		if !bundleName(name) {
			return &FileError{name, "is no path of a bundle", "put files under trust/, rules/ or texts/", nil}
		}
		sum, size, err := sumFile(in.Files[name])
		if err != nil {
			return &FileError{in.Files[name], plain(err), "check the path and whether this user may read it", err}
		}
		head.Files = append(head.Files, bundleFile{name, size, sum})
	}
	if len(head.Files) == 0 || len(head.Files) > maxBundleFiles {
		return &FileError{"bundle", fmt.Sprintf("%d files", len(head.Files)), fmt.Sprintf("put in between 1 and %d files", maxBundleFiles), nil}
	}
	if err := writeSigned(w, head, in.Signer); err != nil {
		return err
	}
	for i, name := range names {
		if err := copyFile(w, in.Files[name], head.Files[i]); err != nil {
			return err
		}
	}
	return nil
}

func copyFile(w io.Writer, path string, want bundleFile) error {
	f, err := os.Open(path)
	if err != nil {
		return &FileError{path, plain(err), "check the path and whether this user may read it", err}
	}
	defer f.Close()
	sum := hash.New()
	n, err := io.Copy(io.MultiWriter(w, sum), f)
	if err != nil {
		return err
	}
	if n != want.Size || hex.EncodeToString(sum.Sum(nil)) != want.SHA256 {
		return &FileError{path, "changed while it was read", "try again", nil}
	}
	return nil
}

func sumFile(path string) (sum string, size int64, err error) {
	f, err := os.Open(path)
	if err != nil {
		return "", 0, err
	}
	defer f.Close()
	h := hash.New()
	if size, err = io.Copy(h, f); err != nil {
		return "", 0, err
	}
	return hex.EncodeToString(h.Sum(nil)), size, nil
}

func bundleName(name string) bool {
	if !fs.ValidPath(name) || strings.ContainsAny(name, "\\:\x00") {
		return false
	}
	return strings.HasPrefix(name, bundleTrust) || strings.HasPrefix(name, bundleRules) || strings.HasPrefix(name, bundleTexts)
}

// openedBundle is a bundle whose signature holds.
type openedBundle struct {
	path  string
	head  bundleHead
	start int64
}

// keys are the keys that may sign once the bundle is applied.
func (b *openedBundle) keys(now []PublisherKey) []PublisherKey {
	if len(b.head.Keys) > 0 {
		return slices.Clone(b.head.Keys)
	}
	return now
}

// unpack takes a bundle among the items apart, and gives what is in it in its place. A bundle is imported by itself.
func (im *importing) unpack(items []item) ([]item, error) {
	at := slices.IndexFunc(items, func(i item) bool { return i.signed == bundleKind })
	if at < 0 {
		return items, nil
	}
	path := items[at].path
	refuse := func(format string, args ...any) error {
		return &ImportError{path + ", bundle: " + fmt.Sprintf(format, args...), "ask whoever made the bundle; what was imported before stays in force", im.report}
	}
	keys := slices.Clone(im.old.Publishers)
	for _, i := range items {
		switch {
		case i.publisher != nil && im.pins[i.publisher.Fingerprint()]:
			keys = append(keys, *i.publisher)
		case i.publisher == nil && i.registerKey == nil && i.signed != bundleKind:
			return nil, refuse("it is imported by itself, with keys at most")
		}
	}
	b, err := openBundle(path, keys)
	if err != nil {
		return nil, refuse("%v", err)
	}
	if done := im.old.Bundle; done != nil && (b.head.Sequence <= done.Sequence || b.head.Made.Before(done.Made)) {
		return nil, refuse("it is number %d of %s, and number %d of %s is installed", b.head.Sequence, b.head.Made.Format(time.DateOnly), done.Sequence, done.Made.Format(time.DateOnly))
	}
	im.bundle = b
	rest := slices.DeleteFunc(slices.Clone(items), func(i item) bool { return i.signed == bundleKind })
	inside, err := b.items()
	if err != nil {
		return nil, refuse("%v", err)
	}
	if err := im.otherRooms(inside); err != nil {
		return nil, refuse("%v", err)
	}
	return append(rest, inside...), nil
}

// otherRooms has the files of a bundle judged that are for other rooms.
func (im *importing) otherRooms(inside []item) error {
	for _, folder := range []string{bundleRules, bundleTexts} {
		files := fstest.MapFS{}
		for _, i := range inside {
			if name, ok := strings.CutPrefix(i.file, folder); ok {
				files[name] = &fstest.MapFile{Data: i.raw, Mode: 0o444}
			}
		}
		if im.in.Files == nil || len(files) == 0 {
			continue
		}
		if err := im.in.Files(strings.TrimSuffix(folder, "/"), files); err != nil {
			return err
		}
	}
	return nil
}

func openBundle(path string, keys publishers) (*openedBundle, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b := &openedBundle{path: path}
	if b.start, _, err = readSigned(f, bundleKind, &b.head, keys); err != nil {
		return nil, err
	}
	info, err := f.Stat()
	if err != nil {
		return nil, err
	}
	total := b.start
	seen := map[string]bool{}
	for _, file := range b.head.Files {
		if !bundleName(file.Name) || seen[file.Name] || file.Size < 0 || file.Size > maxBundleFile || !isHash(file.SHA256) {
			return nil, errors.New("a file in it has a name, a size or a hash that is none")
		}
		seen[file.Name] = true
		total += file.Size
	}
	if len(b.head.Files) > maxBundleFiles || total != info.Size() {
		return nil, errors.New("it is cut short, or longer than it was signed")
	}
	return b, nil
}

// items reads the files of the bundle, each of which must be as it was signed.
func (b *openedBundle) items() ([]item, error) {
	f, err := os.Open(b.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	var out []item
	at := b.start
	for _, file := range b.head.Files {
		section := io.NewSectionReader(f, at, file.Size)
		if kind := signedKind(section); kind == registerKind && strings.HasPrefix(file.Name, bundleTrust) {
			sum := hash.New()
			if _, err := io.Copy(sum, section); err != nil || hex.EncodeToString(sum.Sum(nil)) != file.SHA256 {
				return nil, fmt.Errorf("%s is not as it was signed", file.Name)
			}
			out = append(out, item{path: b.path, signed: kind, sum: file.SHA256, base: at, size: file.Size, bundled: true})
			at += file.Size
			continue
		}
		raw := make([]byte, file.Size)
		if _, err := f.ReadAt(raw, at); err != nil && (file.Size > 0 || !errors.Is(err, io.EOF)) {
			return nil, err
		}
		at += file.Size
		if nameOf(raw) != file.SHA256 {
			return nil, fmt.Errorf("%s is not as it was signed", file.Name)
		}
		if !strings.HasPrefix(file.Name, bundleTrust) {
			out = append(out, item{path: b.path, raw: raw, file: file.Name, bundled: true})
			continue
		}
		l := loader{remedy: kindsOfTrust, importing: true}
		if err := l.contents(file.Name, raw); err != nil {
			return nil, fmt.Errorf("%s %w", file.Name, err)
		}
		for _, i := range l.items {
			i.bundled = true
			out = append(out, i)
		}
	}
	return out, nil
}

// Installed gives the files of the last bundle under a folder, "rules" or "texts", with the time at which the bundle was made as theirs; nil
// where no bundle brought any.
func (d *Dir) Installed(folder string) (fs.FS, error) {
	p, err := d.pointer()
	if err != nil || p.Current == "" {
		return nil, err
	}
	m, err := d.manifest(p.Current)
	if err != nil {
		return nil, err
	}
	files := fstest.MapFS{}
	for _, o := range m.Objects {
		name, ok := strings.CutPrefix(o.Name, folder+"/")
		if o.Kind != kindFile || !ok {
			continue
		}
		b, err := d.read(o.SHA256)
		if err != nil {
			return nil, d.broken(err)
		}
		made := m.Made
		if m.Bundle != nil {
			made = m.Bundle.Made
		}
		files[filepath.ToSlash(name)] = &fstest.MapFile{Data: b, Mode: 0o444, ModTime: made}
	}
	if len(files) == 0 {
		return nil, nil
	}
	return files, nil
}
