package trust

import (
	"errors"
	"io"
	"os"
)

// disk is what the store does to the disk, so that a test can let any of it fail.
type disk interface {
	// write makes a file with the contents, and returns when they are on the disk.
	write(path string, r io.Reader) error
	rename(from, to string) error
	// sync returns when the names in a folder are on the disk.
	sync(dir string) error
	mkdir(dir string) error
	remove(path string) error
}

type osDisk struct{}

func (osDisk) write(path string, r io.Reader) error {
	f, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_TRUNC, 0o600)
	if err != nil {
		return err
	}
	_, err = io.Copy(f, r)
	return errors.Join(err, f.Sync(), f.Close())
}

func (osDisk) rename(from, to string) error { return os.Rename(from, to) }
func (osDisk) sync(dir string) error        { return syncDir(dir) }
func (osDisk) mkdir(dir string) error       { return os.MkdirAll(dir, 0o700) }
func (osDisk) remove(path string) error     { return os.Remove(path) }
