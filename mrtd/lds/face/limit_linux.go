package face

import (
	"bytes"
	"errors"
	"os"
	"strconv"

	"golang.org/x/sys/unix"
)

// limitProcess bounds this process: address space, processor time, no file to write and no core to dump, no new
// privileges. The address space is counted from what the process has now, because the Go runtime reserves far more
// than it uses.
func limitProcess() error {
	statm, err := os.ReadFile("/proc/self/statm")
	if err != nil {
		return err
	}
	first, _, _ := bytes.Cut(statm, []byte(" "))
	pages, err := strconv.ParseUint(string(first), 10, 48)
	if err != nil {
		return errors.New("the size of the process is unknown")
	}
	space := pages*uint64(os.Getpagesize()) + MaxMemory
	seconds := uint64(MaxTime.Seconds())
	for _, l := range []struct {
		resource int
		max      uint64
	}{
		{unix.RLIMIT_AS, space}, {unix.RLIMIT_CPU, seconds}, {unix.RLIMIT_FSIZE, 0}, {unix.RLIMIT_CORE, 0},
	} {
		if err := unix.Setrlimit(l.resource, &unix.Rlimit{Cur: l.max, Max: l.max}); err != nil {
			return err
		}
	}
	if err := unix.Prctl(unix.PR_SET_DUMPABLE, 0, 0, 0, 0); err != nil {
		return err
	}
	return unix.Prctl(unix.PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
}
