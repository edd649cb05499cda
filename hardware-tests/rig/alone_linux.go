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
		// The descriptor is never closed, so that the process holds the lock until it ends.
		file, err := syscall.Open(path, syscall.O_CREAT|syscall.O_RDWR|syscall.O_CLOEXEC, 0o600)
		if err != nil {
			t.Fatalf("the rig's folder: %v", err)
		}
		if err := syscall.Flock(file, syscall.LOCK_EX); err != nil {
			t.Fatalf("waiting for the readers: %v", err)
		}
	})
}
