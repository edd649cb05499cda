//go:build unix

package main

import "golang.org/x/sys/unix"

// noCore keeps the system from writing what this process holds to a file, should it crash.
func noCore() { _ = unix.Setrlimit(unix.RLIMIT_CORE, &unix.Rlimit{}) } // to lower a limit is always allowed
