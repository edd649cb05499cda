package rig

import (
	"os"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
)

var lock sync.Once

// alone waits until no other test binary uses the readers of this with-pcscd, and keeps the others out for as long as
// this process runs: a suite's chips stay on the slots between its tests.
func alone(t testing.TB) {
	t.Helper()
	lock.Do(func() {
		path := filepath.Join(os.Getenv("SKRANKE_PCSCD_CONFIG"), "..", "suite.lock")
		file, err := os.OpenFile(path, os.O_CREATE|os.O_RDWR, 0o600)
		if err != nil {
			t.Fatalf("the rig's folder: %v", err)
		}
		// The file stays open, and with it the lock, until the process ends.
		if err := syscall.Flock(int(file.Fd()), syscall.LOCK_EX); err != nil {
			t.Fatalf("waiting for the readers: %v", err)
		}
		held = file
	})
}

var held *os.File
