// Package replay stands in for a chip with a recorded exchange, for tests.
package replay

import (
	"bytes"
	"context"
	"encoding/hex"
	"testing"
)

// Exchange is one command and its response, in hexadecimal.
type Exchange struct {
	C string `json:"c"`
	R string `json:"r"`
}

// Link answers each command of a recording with its response, and fails the test on any other command.
type Link struct {
	t    testing.TB
	rest []Exchange
	at   int
}

// New replays a recording. Every exchange must have taken place when the test ends.
func New(t testing.TB, exchanges []Exchange) *Link {
	l := &Link{t: t, rest: exchanges}
	t.Cleanup(func() {
		if !t.Failed() && len(l.rest) > 0 {
			t.Errorf("%d exchanges of the recording never took place", len(l.rest))
		}
	})
	return l
}

// Transmit answers from the recording.
func (l *Link) Transmit(_ context.Context, command []byte) ([]byte, error) {
	l.t.Helper()
	if len(l.rest) == 0 {
		l.t.Fatalf("command %d comes after the recording's end: %x", l.at, command)
	}
	x := l.rest[0]
	l.rest, l.at = l.rest[1:], l.at+1
	if want := Hex(l.t, x.C); !bytes.Equal(command, want) {
		l.t.Fatalf("command %d differs from the recording:\ngot  %x\nwant %x", l.at-1, command, want)
	}
	return Hex(l.t, x.R), nil
}

// Reset does nothing.
func (l *Link) Reset(context.Context) error { return nil }

// ATR is unknown.
func (l *Link) ATR() []byte { return nil }

// Hex decodes hexadecimal digits or fails the test.
func Hex(t testing.TB, s string) []byte {
	t.Helper()
	b, err := hex.DecodeString(s)
	if err != nil {
		t.Fatal(err)
	}
	return b
}
