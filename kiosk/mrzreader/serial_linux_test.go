package mrzreader

import (
	"context"
	"errors"
	"fmt"
	"os"
	"testing"
	"time"

	"golang.org/x/sys/unix"
)

// terminal opens a pseudo-terminal: what is written to its master comes out of the port.
func terminal(t *testing.T) (master *os.File, port string) {
	t.Helper()
	master, err := os.OpenFile("/dev/ptmx", os.O_RDWR, 0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = master.Close() }) // closed already where a test unplugs it
	if err := unix.IoctlSetPointerInt(int(master.Fd()), unix.TIOCSPTLCK, 0); err != nil {
		t.Fatal(err)
	}
	number, err := unix.IoctlGetInt(int(master.Fd()), unix.TIOCGPTN)
	if err != nil {
		t.Fatal(err)
	}
	return master, fmt.Sprintf("/dev/pts/%d", number)
}

func TestSerialReader(t *testing.T) {
	master, port := terminal(t)
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	found, connected, ended := make(chan string, 4), make(chan bool, 4), make(chan error, 1)
	go func() {
		ended <- Lines(ctx, port, 0, func(is bool) { connected <- is }, func(text string) { found <- text })
	}()
	if !wait(t, connected) {
		t.Fatal("the port was not opened")
	}
	for _, sent := range []string{td3 + "\r\n", "\x02" + td1 + "\r\x03"} {
		if _, err := master.WriteString(sent); err != nil {
			t.Fatal(err)
		}
		if got := wait(t, found); len(got) < 80 {
			t.Errorf("found %d characters", len(got))
		}
	}
	if err := master.Close(); err != nil { // unplugged
		t.Fatal(err)
	}
	if wait(t, connected) {
		t.Error("an unplugged reader is told as connected")
	}
	cancel()
	if err := wait(t, ended); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func TestSerialPortThatIsNotThere(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	connected, ended := make(chan bool, 4), make(chan error, 1)
	go func() {
		ended <- Lines(ctx, t.TempDir()+"/none", 0, func(is bool) { connected <- is }, func(string) {})
	}()
	if wait(t, connected) {
		t.Error("a port that is not there is told as connected")
	}
	cancel()
	if err := wait(t, ended); !errors.Is(err, context.Canceled) {
		t.Errorf("ended with %v", err)
	}
}

func wait[T any](t *testing.T, from <-chan T) (got T) {
	t.Helper()
	select {
	case got = <-from:
	case <-time.After(30 * time.Second):
		t.Fatal("nothing came")
	}
	return got
}
