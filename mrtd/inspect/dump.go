package inspect

import (
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"

	"github.com/skranke/skranke/mrtd/lds"
)

// sessionFile is the name of the session's record in a dump.
const sessionFile = "session.json"

// maxDumpFile bounds each file of a dump, in octets: the longest that is ever parsed.
const maxDumpFile = lds.MaxImageFile

// DumpError is a dump that cannot be written or read, with what to do about it.
type DumpError struct {
	// Path is the folder, or the file in it.
	Path string
	// Problem says what is wrong, Remedy what to do, both in English.
	Problem string
	Remedy  string
	Err     error
}

func (e *DumpError) Error() string { return e.Path + ": " + e.Problem }

// Unwrap gives the error beneath, if there is one.
func (e *DumpError) Unwrap() error { return e.Err }

// dumpFiles lists every file that a dump may hold, in the order in which they are written.
var dumpFiles = func() []File {
	files := []File{CardAccess, CardSecurity, COM, SOD}
	for n := 1; n <= 16; n++ {
		files = append(files, DG(n))
	}
	return files
}()

func (f File) dumpName() string { return string(f) + ".bin" }

// PrepareDump tells whether a dump can be written to the folder: it does not exist yet, or is empty. Its error is a
// [*DumpError].
func PrepareDump(dir string) error {
	info, err := os.Lstat(dir)
	switch {
	case errors.Is(err, fs.ErrNotExist):
		parent := filepath.Dir(filepath.Clean(dir))
		if p, err := os.Stat(parent); err != nil || !p.IsDir() {
			return &DumpError{parent, "there is no such folder", "make it first, or choose another place for the dump", err}
		}
		return nil
	case err != nil:
		return &DumpError{dir, reason(err), "choose a folder that this user may read and write", err}
	case !info.IsDir():
		return &DumpError{dir, "is there already and is no folder", "choose a new folder for the dump", nil}
	}
	entries, err := os.ReadDir(dir)
	if err != nil {
		return &DumpError{dir, reason(err), "choose a folder that this user may read and write", err}
	}
	if len(entries) > 0 {
		return &DumpError{dir, "is not empty", "choose a new folder, so that two documents do not mix", nil}
	}
	return nil
}

// WriteDump writes the evidence into a new or empty folder, which only this user may enter (mode 0700, files 0600). It
// holds personal data. session.json comes last; after an error nothing that was written is left. The error is a
// [*DumpError].
func WriteDump(dir string, ev *Evidence) (err error) {
	if err := PrepareDump(dir); err != nil {
		return err
	}
	fail := func(path string, err error) error {
		return &DumpError{path, reason(err), "check the free space and whether this user may write there", err}
	}
	made := false
	if err := os.Mkdir(dir, 0o700); err == nil {
		made = true
	} else if !errors.Is(err, fs.ErrExist) {
		return fail(dir, err)
	}
	if err := os.Chmod(dir, 0o700); err != nil {
		return fail(dir, err)
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return fail(dir, err)
	}
	defer root.Close()
	var written []string
	defer func() {
		if err == nil {
			return
		}
		for _, name := range written {
			_ = root.Remove(name)
		}
		if made {
			_ = os.Remove(dir)
		}
	}()
	for _, f := range dumpFiles {
		b, ok := ev.Files[f]
		if !ok {
			continue
		}
		written = append(written, f.dumpName())
		if err := writeNew(root, f.dumpName(), b); err != nil {
			return fail(filepath.Join(dir, f.dumpName()), err)
		}
	}
	if ev.Session == nil {
		return nil
	}
	b, err := encodeSession(ev.Session)
	if err != nil {
		return fail(filepath.Join(dir, sessionFile), err)
	}
	written = append(written, sessionFile)
	if err := writeNew(root, sessionFile, b); err != nil {
		return fail(filepath.Join(dir, sessionFile), err)
	}
	return nil
}

func writeNew(root *os.Root, name string, b []byte) error {
	f, err := root.OpenFile(name, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
	if err != nil {
		return err
	}
	_, err = f.Write(b)
	return errors.Join(err, f.Sync(), f.Close())
}

// ReadDump reads a dump: the chip's files that the folder holds, each at most 1 MB, and session.json where it is there.
// Only plain files count: a link may lead anywhere. Files of other names are not looked at. The error is a
// [*DumpError].
func ReadDump(dir string) (*Evidence, error) {
	info, err := os.Stat(dir)
	if err != nil {
		return nil, &DumpError{dir, reason(err), "give the folder that holds EF.SOD.bin and the other files", err}
	}
	if !info.IsDir() {
		return nil, &DumpError{dir, "is no folder", "give the folder that holds EF.SOD.bin and the other files", nil}
	}
	root, err := os.OpenRoot(dir)
	if err != nil {
		return nil, &DumpError{dir, reason(err), "check whether this user may read the folder", err}
	}
	defer root.Close()
	ev := &Evidence{Files: map[File][]byte{}}
	for _, f := range dumpFiles {
		b, err := readPlain(root, dir, f.dumpName())
		if err != nil {
			return nil, err
		}
		if b != nil {
			ev.Files[f] = b
		}
	}
	b, err := readPlain(root, dir, sessionFile)
	if err != nil {
		return nil, err
	}
	if b != nil {
		if ev.Session, err = decodeSession(b); err != nil {
			return nil, &DumpError{
				filepath.Join(dir, sessionFile), err.Error(),
				"leave " + sessionFile + " as it was written, or remove it to judge the files alone", err,
			}
		}
	}
	if len(ev.Files) == 0 && ev.Session == nil {
		return nil, &DumpError{dir, "holds none of the chip's files", "name them as the chip does: EF.SOD.bin, EF.DG1.bin, EF.DG2.bin …", nil}
	}
	return ev, nil
}

// readPlain reads a file of the dump; nil, and no error, where it is not there.
func readPlain(root *os.Root, dir, name string) ([]byte, error) {
	path := filepath.Join(dir, name)
	info, err := root.Lstat(name)
	if errors.Is(err, fs.ErrNotExist) {
		return nil, nil
	}
	if err != nil {
		return nil, &DumpError{path, reason(err), "check whether this user may read it", err}
	}
	if !info.Mode().IsRegular() {
		return nil, &DumpError{path, "is no plain file", "copy the file itself into the folder", nil}
	}
	if info.Size() > maxDumpFile {
		return nil, &DumpError{path, fmt.Sprintf("has over %d octets, more than any file of a chip", maxDumpFile), "check where the file comes from", nil}
	}
	f, err := root.Open(name)
	if err != nil {
		return nil, &DumpError{path, reason(err), "check whether this user may read it", err}
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxDumpFile+1))
	if err != nil {
		return nil, &DumpError{path, reason(err), "check the disk", err}
	}
	if len(b) > maxDumpFile {
		return nil, &DumpError{path, "grew while it was read", "try again", nil}
	}
	return b, nil
}

// reason is an error's own words without the path, which the caller names.
func reason(err error) string {
	var p *fs.PathError
	if errors.As(err, &p) {
		return p.Err.Error()
	}
	return err.Error()
}
