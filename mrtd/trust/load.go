package trust

import (
	"bytes"
	"encoding/pem"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

// Bounds of what is read from files: octets of one file, files in one folder, and folders inside folders.
const (
	maxFile   = 512 << 20
	maxFiles  = 20000
	maxNested = 8
)

// FileError is a file of trust material that cannot be used, with what to do about it.
type FileError struct {
	// Path is the file or folder as it was given, or the file inside the folder.
	Path string
	// Problem says what is wrong, Remedy what to do, both in English.
	Problem string
	Remedy  string
	Err     error
}

func (e *FileError) Error() string { return e.Path + ": " + e.Problem }

// Unwrap gives the error beneath, if there is one.
func (e *FileError) Unwrap() error { return e.Err }

const (
	kindsOfTrust = "give a certificate (DER or PEM), a CSCA master list (CMS), an LDIF export of the ICAO PKD, or a folder of these"
	kindsOfCRL   = "give a certificate revocation list (DER or PEM), an LDIF export, or a folder of these"
)

// Options say what a store is made of.
type Options struct {
	// Dir is the folder of the imported store; empty for none. A folder that does not exist is an empty store.
	Dir string
	// Paths, where there are any, replace the embedded and the imported store: certificates in DER or PEM, CSCA master
	// lists, LDIF exports, and folders of these.
	Paths []string
	// CRLs are revocation lists in DER or PEM, LDIF exports, and folders of these, besides what the store has.
	CRLs []string
}

// Load is [Open] without an imported store.
func Load(paths, crls []string) (*Store, error) { return Open(Options{Paths: paths, CRLs: crls}) }

// Open makes the store for one run: the embedded lists and what was imported, or, with paths, what the files hold and
// nothing else. The embedded and the imported store then serve only to tell whether a list's signer may sign, and their
// marks of distrust, deviation lists and register of reported documents stay in force.
//
// A CSCA certificate that is given as such is trusted because it was given; one on a list only if the list's signature
// counts. Certificates that are none of an authority become candidates for signers. A file that cannot be read or is of
// no known kind gives a [*FileError]; inside a folder it is left out and named in the summary.
func Open(o Options) (*Store, error) {
	base, err := Embedded()
	if err != nil {
		return nil, err
	}
	if o.Dir != "" {
		if base, err = withImported(base, o.Dir); err != nil {
			return nil, err
		}
	}
	s := base
	if len(o.Paths) > 0 {
		l := loader{remedy: kindsOfTrust}
		for _, path := range o.Paths {
			if err := l.path(path); err != nil {
				return nil, err
			}
		}
		s = l.store(base)
	}
	if len(o.CRLs) == 0 {
		return s, nil
	}
	l := loader{onlyCRLs: true, remedy: kindsOfCRL}
	for _, path := range o.CRLs {
		if err := l.path(path); err != nil {
			return nil, err
		}
	}
	var crls []*CRL
	for _, i := range l.items {
		crls = append(crls, i.crl)
	}
	out := s.WithRevocationLists(crls...)
	out.skipped = append(out.skipped, l.skipped...)
	return out, nil
}

// loader collects what the files hold, and judges nothing.
type loader struct {
	items    []item
	skipped  []Skipped
	onlyCRLs bool
	// importing tells that keys and files that Skranke signs are taken too.
	importing bool
	remedy    string
}

// item is one object in a file: one of a certificate, a revocation list, a master list and a deviation list.
type item struct {
	path string
	raw  []byte
	cert *Certificate
	// candidate tells that the certificate may be that of a signer and no more, whatever it says of itself.
	candidate  bool
	crl        *CRL
	list       *masterList
	deviations *DeviationList
	// The rest is for imports alone: a key of one who signs registers and bundles, a key of a register's hashes, a file that
	// Skranke signs, of which this is the kind and the SHA-256, a file of a bundle for another room.
	publisher   *PublisherKey
	registerKey []byte
	signed, sum string
	base, size  int64 // where in the file it is
	file        string
	// bundled tells that the object came in a bundle.
	bundled bool
}

// path reads a file or a folder.
func (l *loader) path(path string) error {
	info, err := os.Stat(path)
	if err != nil {
		return &FileError{path, plain(err), "check the path and whether this user may read it", err}
	}
	if !info.IsDir() {
		return l.file(path)
	}
	before, files := l.count(), 0
	err = filepath.WalkDir(path, func(inside string, d fs.DirEntry, err error) error {
		if err != nil {
			return &FileError{inside, plain(err), "check whether this user may read it", err}
		}
		if d.IsDir() {
			if depth(path, inside) > maxNested {
				return fs.SkipDir
			}
			return nil
		}
		if !d.Type().IsRegular() {
			return nil
		}
		if files++; files > maxFiles {
			return &FileError{path, fmt.Sprintf("holds over %d files", maxFiles), "give the files that are meant", nil}
		}
		var bad *FileError
		if err := l.file(inside); errors.As(err, &bad) {
			l.skipped = append(l.skipped, Skipped{inside, bad.Problem})
		} else if err != nil {
			return err
		}
		return nil
	})
	if err != nil {
		return err
	}
	if l.count() == before {
		return &FileError{path, "the folder holds nothing that can be used", l.remedy, nil}
	}
	return nil
}

func depth(root, path string) int {
	rel, err := filepath.Rel(root, path)
	if err != nil {
		return 0
	}
	return len(bytes.Split([]byte(rel), []byte{filepath.Separator}))
}

func plain(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}

// count tells how much was found.
func (l *loader) count() int { return len(l.items) }

func (l *loader) file(path string) error {
	info, err := os.Stat(path)
	if err == nil && !info.Mode().IsRegular() {
		return &FileError{path, "is no file", "give a file with certificates or lists, or a folder of these", nil}
	}
	if err == nil && info.Size() > maxFile {
		return &FileError{path, fmt.Sprintf("is larger than %d MB", maxFile>>20), "give the export in parts", nil}
	}
	if l.importing {
		if found, err := l.signedFile(path); found || err != nil {
			return err
		}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return &FileError{path, plain(err), "check whether this user may read it", err}
	}
	before := l.count()
	if err := l.contents(path, b); err != nil {
		return &FileError{path, err.Error(), l.remedy, err}
	}
	if l.count() == before {
		return &FileError{path, "holds nothing that can be used", l.remedy, nil}
	}
	return nil
}

// signedFile takes a register or a bundle, which are not read into memory.
func (l *loader) signedFile(path string) (found bool, err error) {
	f, err := os.Open(path)
	if err != nil {
		return false, &FileError{path, plain(err), "check whether this user may read it", err}
	}
	defer f.Close()
	kind := signedKind(f)
	if kind == "" {
		return false, nil
	}
	sum, size, err := sumFile(path)
	if err != nil {
		return false, &FileError{path, plain(err), "check whether this user may read it", err}
	}
	l.items = append(l.items, item{path: path, signed: kind, sum: sum, size: size})
	return true, nil
}

// contents tells the kind of a file by its first octets.
func (l *loader) contents(path string, b []byte) error {
	switch start := bytes.TrimLeft(b[:min(len(b), 4096)], "\ufeff \t\r\n"); {
	case len(b) > 0 && b[0] == der.Sequence:
		return l.object(path, b)
	case isSigned(b):
		return errors.New("is a register or a bundle, which skranke trust import takes")
	case isLDIF(start):
		return l.ldif(path, b)
	case bytes.Contains(b, []byte("-----BEGIN ")):
		return l.pem(path, b)
	}
	return errors.New("is of no known kind")
}

func (l *loader) pem(path string, b []byte) error {
	for {
		var block *pem.Block
		if block, b = pem.Decode(b); block == nil {
			return nil
		}
		if l.importing {
			if i, ok, err := importPEM(path, block); err != nil {
				return fmt.Errorf("%s: %w", block.Type, err)
			} else if ok {
				l.items = append(l.items, i)
				continue
			}
		}
		if err := l.object(path, block.Bytes); err != nil {
			return fmt.Errorf("%s: %w", block.Type, err)
		}
	}
}

// object takes a certificate, a revocation list, a master list or a deviation list in DER.
func (l *loader) object(path string, b []byte) error {
	if !l.onlyCRLs {
		if c, err := ParseCertificate(b); err == nil {
			l.items = append(l.items, item{path: path, raw: b, cert: c, candidate: !c.IsCA})
			return nil
		}
	}
	if crl, err := ParseCRL(b); err == nil {
		crl.Source = path
		l.items = append(l.items, item{path: path, raw: b, crl: crl})
		return nil
	}
	if l.onlyCRLs {
		return errors.New("is no revocation list")
	}
	if d, err := parseDeviationList(path, b); err == nil {
		l.items = append(l.items, item{path: path, raw: b, deviations: d})
		return nil
	} else if !errors.Is(err, errNoDeviations) {
		return fmt.Errorf("is a damaged deviation list: %w", err)
	}
	list, err := parseMasterList(path, b)
	if err != nil {
		if errors.Is(err, errNoList) {
			return err
		}
		if _, _, cerr := cms.Parse(b, listLimits); cerr == nil {
			return fmt.Errorf("is a damaged master list: %w", err)
		}
		return fmt.Errorf("is no certificate, list of certificates or revocation list: %w", err)
	}
	l.items = append(l.items, item{path: path, raw: b, list: list})
	return nil
}

// store makes a store of what was found, for one run. A list that does not count yet may do so when another has been
// taken in, and a deviation list counts by what is trusted in the end.
func (l *loader) store(base *Store) *Store {
	s := newStore()
	s.inherit(base)
	s.skipped = append(s.skipped, l.skipped...)
	var waiting []*masterList
	for _, i := range l.items {
		switch {
		case i.cert != nil && i.candidate:
			s.signers = append(s.signers, i.cert)
		case i.cert != nil:
			s.add(i.cert, i.path, true)
		case i.crl != nil:
			s.crls = append(s.crls, i.crl)
		case i.list != nil:
			waiting = append(waiting, i.list)
		}
	}
	for progress := true; progress && len(waiting) > 1; {
		progress = false
		var later []*masterList
		for _, list := range waiting {
			if _, _, _, err := list.check(base, s, false); err != nil {
				later = append(later, list)
				continue
			}
			s.take(list, base)
			progress = true
		}
		waiting = later
	}
	for _, list := range waiting {
		s.take(list, base)
	}
	for _, i := range l.items {
		if i.deviations == nil {
			continue
		}
		if err := i.deviations.verify(base, s); err != nil {
			s.skipped = append(s.skipped, Skipped{i.path, "the deviation list does not count: " + err.Error()})
		} else {
			s.deviations = append(s.deviations, i.deviations)
		}
	}
	return s
}
