package rules

import (
	"flag"
	"os"
	"testing"
)

// TestMain keeps rapid from writing what it found into files: a failure prints how to reproduce it.
func TestMain(m *testing.M) {
	flag.Parse()
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		panic(err)
	}
	os.Exit(m.Run())
}
