// Package rig is for the suites that drive the product through a real pcscd: it says whether the PC/SC service of
// hardware-tests/with-pcscd is there, and what its readers are called.
package rig

import (
	"os"
	"testing"

	"github.com/skranke/skranke/hardware-tests/counts"
)

// Variable names the environment variable that with-pcscd sets to "1" for its command.
const Variable = "SKRANKE_PCSCD"

// Slot0 and Slot1 are the PC/SC names of the virtual reader's two slots.
const (
	Slot0 = "Virtual PCD 00 00"
	Slot1 = "Virtual PCD 00 01"
)

// Address0 and Address1 are where a virtual chip dials to lie on the slot. A slot takes one chip at a time.
const (
	Address0 = "127.0.0.1:35963"
	Address1 = "127.0.0.1:35964"
)

// Require ends the test unless it runs under hardware-tests/with-pcscd. Where the environment variable CI is set it
// fails; otherwise it is skipped, and its log says that it was left out and how to have it run. The test then has the
// readers to itself: where several test binaries share one with-pcscd, they wait for each other here.
func Require(t testing.TB) {
	t.Helper()
	if os.Getenv(Variable) != "1" {
		counts.LeftOut(t, "it needs the virtual reader: go test -exec \"$PWD/hardware-tests/with-pcscd\"")
	}
	alone(t)
}
