//go:build cgo && !windows

package main

// The Go runtime opens /dev/null in the place of a standard output that is closed, before any Go code runs, so that an answer would
// vanish in silence. This looks before the runtime does.

// #include <fcntl.h>
// static int closed;
// __attribute__((constructor)) static void look(void) { closed = fcntl(1, F_GETFD) == -1; }
// static int stdout_closed(void) { return closed; }
import "C"

// stdoutClosed tells whether the program was started with its standard output closed.
func stdoutClosed() bool { return C.stdout_closed() != 0 }
