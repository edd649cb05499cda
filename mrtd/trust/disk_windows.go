package trust

import (
	"io/fs"
	"os"

	"golang.org/x/sys/windows"
)

// lock keeps other processes from changing the store, until release is called. The lock goes with the process.
func lock(path string) (release func(), err error) {
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE, 0o600)
	if err != nil {
		return nil, err
	}
	if err := windows.LockFileEx(windows.Handle(f.Fd()), windows.LOCKFILE_EXCLUSIVE_LOCK, 0, 1, 0, &windows.Overlapped{}); err != nil {
		_ = f.Close()
		return nil, err
	}
	return func() { _ = f.Close() }, nil
}

// syncDir does nothing: NTFS keeps a journal of names.
func syncDir(string) error { return nil }

// unsafe tells nothing: the folders of a store inherit the rights of the user's or the machine's program data.
func unsafe(fs.FileInfo) string { return "" }
