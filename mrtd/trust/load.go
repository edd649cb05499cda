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

// Load makes the store for one run. Without paths it is the embedded one; with paths, what the files hold, and nothing
// else: the embedded store then serves only to tell whether a list's signer may sign. Files are certificates in DER or
// PEM, CSCA master lists, LDIF exports, and folders of these; crls are revocation lists in DER or PEM, LDIF exports,
// and folders of these.
//
// A CSCA certificate that is given as such is trusted because it was given; one on a list only if the list's signature
// counts. Certificates that are none of an authority become candidates for signers. A file that cannot be read or is of
// no known kind gives a [*FileError]; inside a folder it is left out and named in the summary.
func Load(paths, crls []string) (*Store, error) {
	base, err := Embedded()
	if err != nil {
		return nil, err
	}
	s := base
	if len(paths) > 0 {
		l := loader{store: newStore(), remedy: kindsOfTrust}
		for _, path := range paths {
			if err := l.path(path); err != nil {
				return nil, err
			}
		}
		l.finish(base)
		s = l.store
	}
	if len(crls) == 0 {
		return s, nil
	}
	l := loader{store: newStore(), onlyCRLs: true, remedy: kindsOfCRL}
	for _, path := range crls {
		if err := l.path(path); err != nil {
			return nil, err
		}
	}
	out := s.WithRevocationLists(l.store.crls...)
	out.skipped = append(out.skipped, l.store.skipped...)
	return out, nil
}

// loader collects what the files hold. Lists wait until all is read, for one may vouch for another's signer.
type loader struct {
	store    *Store
	waiting  []*masterList
	onlyCRLs bool
	remedy   string
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
			l.store.skipped = append(l.store.skipped, Skipped{inside, bad.Problem})
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

// count tells how much was taken.
func (l *loader) count() int {
	return len(l.store.entries) + len(l.store.signers) + len(l.store.crls) + len(l.waiting)
}

func (l *loader) file(path string) error {
	info, err := os.Stat(path)
	if err == nil && info.Size() > maxFile {
		return &FileError{path, fmt.Sprintf("is larger than %d MB", maxFile>>20), "give the export in parts", nil}
	}
	b, err := os.ReadFile(path)
	if err != nil {
		return &FileError{path, plain(err), "check whether this user may read it", err}
	}
	before := l.count()
	if err := l.contents(path, b); err != nil {
		return &FileError{path, err.Error(), l.remedy, err}
	}
	if l.count() == before && !l.known(path) {
		return &FileError{path, "holds nothing that can be used", l.remedy, nil}
	}
	return nil
}

// known tells whether the file held only what another file held before.
func (l *loader) known(path string) bool {
	for _, e := range l.store.entries {
		for _, s := range e.sources {
			if s == path {
				return true
			}
		}
	}
	return false
}

// contents tells the kind of a file by its first octets.
func (l *loader) contents(path string, b []byte) error {
	switch start := bytes.TrimLeft(b[:min(len(b), 4096)], "\ufeff \t\r\n"); {
	case len(b) > 0 && b[0] == der.Sequence:
		return l.object(path, b)
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
		if err := l.object(path, block.Bytes); err != nil {
			return fmt.Errorf("%s: %w", block.Type, err)
		}
	}
}

// object takes a certificate, a revocation list or a master list in DER.
func (l *loader) object(path string, b []byte) error {
	if !l.onlyCRLs {
		if c, err := ParseCertificate(b); err == nil {
			l.certificate(path, c)
			return nil
		}
	}
	if crl, err := ParseCRL(b); err == nil {
		crl.Source = path
		l.store.crls = append(l.store.crls, crl)
		return nil
	}
	if l.onlyCRLs {
		return errors.New("is no revocation list")
	}
	list, err := parseMasterList(path, b)
	if err != nil {
		if errors.Is(err, errNoList) {
			return err
		}
		if _, _, cerr := cms.Parse(b, listLimits); cerr == nil {
			return fmt.Errorf("is a damaged master list: %w", err)
		}
		return fmt.Errorf("is no certificate, master list or revocation list: %w", err)
	}
	l.waiting = append(l.waiting, list)
	return nil
}

func (l *loader) certificate(path string, c *Certificate) {
	if c.IsCA {
		l.store.add(c, path, true)
	} else {
		l.store.signers = append(l.store.signers, c)
	}
}

// finish judges the lists. One that does not count yet may do so when another has been taken in.
func (l *loader) finish(base *Store) {
	for progress := true; progress && len(l.waiting) > 1; {
		progress = false
		var later []*masterList
		for _, list := range l.waiting {
			if _, _, err := list.check(base, l.store); err != nil {
				later = append(later, list)
				continue
			}
			l.store.take(list, base)
			progress = true
		}
		l.waiting = later
	}
	for _, list := range l.waiting {
		l.store.take(list, base)
	}
	l.waiting = nil
}
