package trust

import (
	"bytes"
	hash "crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// The imported store is a folder. Everything that it holds is in objects/, each file under the SHA-256 of its contents and
// never changed; a manifest, itself an object, says what is in force; the file "current" names the manifest in force and
// the one before. All changes are made by replacing "current" in one step, after all that it names is on the disk.
const (
	storeSchema = "skranke.store/1"
	pointerFile = "current"
	objectsDir  = "objects"
	lockFile    = "lock"
	temporary   = "new-"
)

// The kinds of objects.
const (
	kindCertificates = "certificates"
	kindSigners      = "signers"
	kindMasterList   = "master_list"
	kindDeviations   = "deviation_list"
	kindCRL          = "revocation_list"
	kindRegister     = "register"
	kindFile         = "file"
)

// Dir is an imported store on disk.
type Dir struct {
	path string
	disk disk
}

// pointer is what "current" says.
type pointer struct {
	Schema   string `json:"schema"`
	Current  string `json:"current"`
	Previous string `json:"previous,omitempty"`
}

// manifest is one state of the imported store.
type manifest struct {
	Schema string    `json:"schema"`
	Made   time.Time `json:"made"`
	// Did says in a few words what made it.
	Did     string   `json:"did"`
	Objects []object `json:"objects"`
	Marks   []Mark   `json:"distrusted,omitempty"`
	// Publishers are the keys that may sign registers and bundles, RegisterKeys those of registers' hashes, by identifier.
	Publishers   []PublisherKey    `json:"publishers,omitempty"`
	RegisterKeys map[string][]byte `json:"register_keys,omitempty"`
	// Bundle is the last bundle that was applied.
	Bundle *BundleState `json:"bundle,omitempty"`
	// Proven is the object with the hashes of signatures that hold.
	Proven string `json:"proven,omitempty"`
}

// object is one file of the store with what was found out about it when it was imported.
type object struct {
	Kind   string `json:"kind"`
	SHA256 string `json:"sha256"`
	Size   int64  `json:"size"`
	// Name is that of the file that it came from; for files of a bundle their path in it.
	Name string `json:"name"`
	// Count is how many entries it has, Documents how many documents a deviation list names.
	Count     int `json:"count,omitempty"`
	Documents int `json:"documents,omitempty"`
	// By says why it counts: "fingerprint", "signature", or "bundle".
	By       string    `json:"by"`
	Date     time.Time `json:"date,omitzero"`
	Signer   string    `json:"signer,omitempty"`
	Country  string    `json:"country,omitempty"`
	Vouched  string    `json:"vouched,omitempty"`
	Imported time.Time `json:"imported"`
}

// Mark is a CSCA key that is marked as distrusted.
type Mark struct {
	// Certificate is the SHA-256 of the certificate by which it was marked, Key the key's identity; Subject names it.
	Certificate string    `json:"certificate"`
	Key         string    `json:"key"`
	Subject     string    `json:"subject"`
	Reason      string    `json:"reason,omitempty"`
	Since       time.Time `json:"since"`
}

// OpenDir opens the imported store in a folder, which need not exist. A folder that others than its owner may change, or
// whose owner is neither this user nor root, gives a [*FileError].
func OpenDir(path string) (*Dir, error) {
	info, err := os.Stat(path)
	switch {
	case errors.Is(err, fs.ErrNotExist):
	case err != nil:
		return nil, &FileError{path, plain(err), "check whether this user may read it", err}
	case !info.IsDir():
		return nil, &FileError{path, "is no folder", "name the folder of the store with --store", nil}
	default:
		if problem := unsafe(info); problem != "" {
			return nil, &FileError{path, problem, "give the folder to root or to this user, and let no one else write there: chmod go-w " + path, nil}
		}
	}
	return &Dir{path, osDisk{}}, nil
}

// Path is the store's folder.
func (d *Dir) Path() string { return d.path }

// State names what is in force: each change gives another name, and taking it back the one before. It is empty where nothing was imported.
func (d *Dir) State() (string, error) {
	p, err := d.pointer()
	return p.Current, err
}

func (d *Dir) object(name string) string { return filepath.Join(d.path, objectsDir, name) }

func (d *Dir) broken(err error) error {
	return &FileError{d.path, "the imported store cannot be read: " + plain(err), "take the last change back with skranke trust undo, or remove the folder and import anew", err}
}

func (d *Dir) pointer() (pointer, error) {
	var p pointer
	b, err := os.ReadFile(filepath.Join(d.path, pointerFile))
	if errors.Is(err, fs.ErrNotExist) {
		return p, nil
	}
	if err != nil {
		return p, d.broken(err)
	}
	if err := strict(b, &p); err != nil || p.Schema != storeSchema || !isHash(p.Current) || p.Previous != "" && !isHash(p.Previous) {
		return p, d.broken(errors.New("the file " + pointerFile + " is not one of this version"))
	}
	return p, nil
}

func isHash(s string) bool {
	b, err := hex.DecodeString(s)
	return err == nil && len(b) == hash.Size && strings.ToLower(s) == s
}

func strict(b []byte, v any) error {
	decoder := json.NewDecoder(bytes.NewReader(b))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(v); err != nil {
		return err
	}
	if decoder.More() {
		return errors.New("more than one value")
	}
	return nil
}

// read reads an object and checks that it is the one that its name says.
func (d *Dir) read(name string) ([]byte, error) {
	b, err := os.ReadFile(d.object(name))
	if err != nil {
		return nil, err
	}
	if sum := hash.Sum256(b); hex.EncodeToString(sum[:]) != name {
		return nil, fmt.Errorf("the file %s was changed", name)
	}
	return b, nil
}

// manifest reads the state that a pointer names; an empty one where there is none.
func (d *Dir) manifest(name string) (*manifest, error) {
	if name == "" {
		return &manifest{Schema: storeSchema}, nil
	}
	b, err := d.read(name)
	if err != nil {
		return nil, d.broken(err)
	}
	m := &manifest{}
	if err := strict(b, m); err != nil || m.Schema != storeSchema {
		return nil, d.broken(errors.New("it was written by another version"))
	}
	for _, o := range m.Objects {
		if !isHash(o.SHA256) {
			return nil, d.broken(errors.New("an object's name is no hash"))
		}
	}
	if m.Proven != "" && !isHash(m.Proven) {
		return nil, d.broken(errors.New("an object's name is no hash"))
	}
	return m, nil
}

// change makes a new state out of the current one. make works it out; objects gives what the state needs besides what is on
// the disk already. Nothing is changed when make gives an error, or no state.
func (d *Dir) change(make func(*manifest) (*manifest, map[string]content, error)) error {
	if err := d.disk.mkdir(d.path); err != nil {
		return d.cannotWrite(err)
	}
	release, err := lock(filepath.Join(d.path, lockFile))
	if err != nil {
		return d.cannotWrite(err)
	}
	defer release()
	p, err := d.pointer()
	if err != nil {
		return err
	}
	old, err := d.manifest(p.Current)
	if err != nil {
		return err
	}
	next, objects, err := make(old)
	if err != nil || next == nil {
		return err
	}
	b, err := json.MarshalIndent(next, "", " ")
	if err != nil {
		return err
	}
	if objects == nil {
		objects = map[string]content{}
	}
	name := nameOf(b)
	objects[name] = inMemory(b)
	if err := d.put(objects); err != nil {
		return d.cannotWrite(err)
	}
	if err := d.point(pointer{storeSchema, name, p.Current}); err != nil {
		return d.cannotWrite(err)
	}
	d.sweep()
	return nil
}

func nameOf(b []byte) string {
	sum := hash.Sum256(b)
	return hex.EncodeToString(sum[:])
}

func (d *Dir) cannotWrite(err error) error {
	return &FileError{d.path, "cannot be written: " + plain(err) + "; what was imported before stays in force", "check the free space, and whether this user may write there: the system's store is root's", err}
}

// content opens the contents of an object that is to be written.
type content func() (io.ReadCloser, error)

func inMemory(b []byte) content {
	return func() (io.ReadCloser, error) { return io.NopCloser(bytes.NewReader(b)), nil }
}

// put brings objects onto the disk.
func (d *Dir) put(objects map[string]content) error {
	if err := d.disk.mkdir(filepath.Join(d.path, objectsDir)); err != nil {
		return err
	}
	for name, open := range objects {
		if _, err := os.Stat(d.object(name)); err == nil {
			continue
		}
		r, err := open()
		if err != nil {
			return err
		}
		err = d.disk.write(d.object(temporary+name), r)
		_ = r.Close()
		if err != nil {
			return err
		}
		if err := d.disk.rename(d.object(temporary+name), d.object(name)); err != nil {
			return err
		}
	}
	return d.disk.sync(filepath.Join(d.path, objectsDir))
}

// point puts another state in force.
func (d *Dir) point(p pointer) error {
	b, err := json.Marshal(p)
	if err != nil {
		return err
	}
	fresh := filepath.Join(d.path, temporary+pointerFile)
	if err := d.disk.write(fresh, bytes.NewReader(append(b, '\n'))); err != nil {
		return err
	}
	if err := d.disk.rename(fresh, filepath.Join(d.path, pointerFile)); err != nil {
		return err
	}
	return d.disk.sync(d.path)
}

// sweep removes what neither the state in force nor the one before needs. What cannot be removed is left to the next time.
func (d *Dir) sweep() {
	p, err := d.pointer()
	if err != nil {
		return
	}
	keep := map[string]bool{}
	for _, name := range []string{p.Current, p.Previous} {
		m, err := d.manifest(name)
		if err != nil {
			return
		}
		keep[name], keep[m.Proven] = true, true
		for _, o := range m.Objects {
			keep[o.SHA256] = true
		}
	}
	entries, err := os.ReadDir(filepath.Join(d.path, objectsDir))
	if err != nil {
		return
	}
	for _, e := range entries {
		if name := e.Name(); !keep[name] && (isHash(name) || strings.HasPrefix(name, temporary)) {
			_ = d.disk.remove(d.object(name))
		}
	}
}

// Undo takes the last change back: the state before it is in force again. A second Undo makes the change again. It says
// what was taken back, and fails with a [*FileError] where there is nothing to take back.
func (d *Dir) Undo() (string, error) {
	nothing := &FileError{d.path, "there is no change to take back", "see skranke trust status for what is imported", nil}
	if _, err := os.Stat(d.path); err != nil {
		return "", nothing
	}
	release, err := lock(filepath.Join(d.path, lockFile))
	if err != nil {
		return "", d.cannotWrite(err)
	}
	defer release()
	p, err := d.pointer()
	if err != nil {
		return "", err
	}
	if p.Current == "" {
		return "", nothing
	}
	did := "a change that cannot be read any more"
	if m, err := d.manifest(p.Current); err == nil {
		did = m.Did
	}
	if p.Previous == "" { // the first import: an empty state is what was before
		b, err := json.MarshalIndent(manifest{Schema: storeSchema, Did: "nothing"}, "", " ")
		if err != nil {
			return "", err
		}
		p.Previous = nameOf(b)
		if err := d.put(map[string]content{p.Previous: inMemory(b)}); err != nil {
			return "", d.cannotWrite(err)
		}
	}
	if _, err := d.manifest(p.Previous); err != nil {
		return "", err
	}
	if err := d.point(pointer{storeSchema, p.Previous, p.Current}); err != nil {
		return "", d.cannotWrite(err)
	}
	return did, nil
}

// withImported returns a store with the imported one in a folder besides base.
func withImported(base *Store, path string) (*Store, error) {
	d, err := OpenDir(path)
	if err != nil {
		return nil, err
	}
	for attempt := 0; ; attempt++ {
		p, err := d.pointer()
		if err != nil {
			return nil, err
		}
		if p.Current == "" {
			return base, nil
		}
		m, err := d.manifest(p.Current)
		if err == nil {
			var s *Store
			if s, err = d.load(base, m); err == nil {
				return s, nil
			}
		}
		// Another process may have made two changes in between, and swept.
		if again, perr := d.pointer(); attempt > 2 || perr != nil || again == p {
			return nil, err
		}
	}
}

// load makes a store of a state.
func (d *Dir) load(base *Store, m *manifest) (*Store, error) {
	s := base.clone()
	for _, mark := range m.Marks {
		if key, err := hex.DecodeString(mark.Key); err == nil && len(key) == 32 {
			s.distrusted[[32]byte(key)] = true
			s.marks = append(s.marks, mark)
		}
	}
	s.newest, s.bundle = later(s.newest, m.Made), m.Bundle
	if m.Proven != "" {
		b, err := d.read(m.Proven)
		if err != nil {
			return nil, d.broken(err)
		}
		s.proven = append(s.proven, provenSet(b))
	}
	for _, o := range m.Objects {
		if err := d.loadObject(s, m, o); err != nil {
			return nil, d.broken(err)
		}
	}
	return s, nil
}

func (d *Dir) loadObject(s *Store, m *manifest, o object) error {
	if o.Kind == kindRegister {
		// The key that signed it was pinned when it was imported, and may have been rolled over since.
		var key PublisherKey
		if err := key.UnmarshalText([]byte(o.Signer)); err != nil {
			return err
		}
		r, err := openRegister(d.object(o.SHA256), 0, o.Size, publishers{key}, func(id string) []byte { return m.RegisterKeys[id] })
		if err != nil {
			// Like any other damage this must not keep documents from being judged: the check says what is wrong.
			r = &Register{path: d.object(o.SHA256), Entries: o.Count, Made: o.Date, damaged: err}
		}
		r.Name, r.Imported = o.Name, o.Imported
		s.register = r
		return nil
	}
	if o.Kind == kindFile {
		return nil
	}
	if o.Kind == kindDeviations {
		l := &DeviationList{signedList: signedList{name: o.Name}, Country: o.Country, Date: o.Date, Deviations: o.Count, Documents: o.Documents, Imported: o.Imported}
		if key, err := hex.DecodeString(o.Vouched); err == nil && len(key) == 32 {
			l.vouched = [32]byte(key)
		}
		l.read = func() ([]deviation, *Digest) {
			b, err := d.read(o.SHA256)
			if err != nil {
				return nil, nil
			}
			list, err := parseDeviationList(o.Name, b)
			if err != nil {
				return nil, nil
			}
			return list.deviations, list.digest
		}
		s.deviations = append(s.deviations, l)
		return nil
	}
	if o.Kind == kindSigners {
		s.packs = append(s.packs, &pack{path: d.object(o.SHA256), name: o.SHA256, count: o.Count})
		return nil
	}
	b, err := d.read(o.SHA256)
	if err != nil {
		return err
	}
	var vouched [32]byte
	if key, err := hex.DecodeString(o.Vouched); err == nil && len(key) == 32 {
		vouched = [32]byte(key)
	}
	switch o.Kind {
	case kindCertificates:
		certificates, err := s.parsePack(b)
		if err != nil {
			return err
		}
		for _, c := range certificates {
			s.vouch(c, o.Name, vouched)
		}
	case kindMasterList:
		l, err := parseMasterListKnowing(o.Name, b, s.byPrint)
		if err != nil {
			return err
		}
		for _, c := range l.certs {
			s.vouch(c, o.Name, vouched)
		}
		s.lists = append(s.lists, List{Name: o.Name, Date: o.Date, Signer: o.Signer, Certificates: len(l.certs), Verified: !s.distrusted[vouched], Imported: o.Imported})
		s.newest = later(s.newest, o.Date)
	case kindCRL:
		l, err := ParseCRL(b)
		if err != nil {
			return err
		}
		l.Source, l.Imported = o.Name, o.Imported
		s.crls = append(s.crls, l)
		s.newest = later(s.newest, l.ThisUpdate)
	default:
		return fmt.Errorf("an object of kind %s, which this version does not know", o.Kind)
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if b.After(a) {
		return b
	}
	return a
}

// provenSet reads hashes of signatures, 32 octets each: first those that hold, then, after a hash of zeros, those that do
// not.
func provenSet(b []byte) map[[32]byte]bool {
	set := make(map[[32]byte]bool, len(b)/32)
	holds := true
	for chunk := range slices.Chunk(b, 32) {
		switch {
		case len(chunk) != 32:
		case [32]byte(chunk) == [32]byte{}:
			holds = false
		default:
			set[[32]byte(chunk)] = holds
		}
	}
	return set
}
