package face

import (
	"errors"
	"os"
	"os/exec"
	"testing"
	"time"
)

// allocateCommand makes the test's program, run as a child, ask for more memory than a decoder may have.
const allocateCommand = "allocate-without-end"

var kept [][]byte

func allocate() int {
	if err := limitProcess(); err != nil {
		return exitBroken
	}
	for range 64 {
		b := make([]byte, 64<<20)
		for i := 0; i < len(b); i += 4096 {
			b[i] = 1
		}
		kept = append(kept, b)
	}
	return exitDecoded
}

// The limit of memory holds: four gigabytes are not to be had, and the process that asks for them ends.
func TestMemoryLimit(t *testing.T) {
	path, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), path, allocateCommand)
	cmd.Env = childEnvironment()
	start := time.Now()
	err = cmd.Run()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() == exitDecoded || exit.ExitCode() == exitBroken {
		t.Fatalf("asking for 4 GB gives %v", err)
	}
	if d := time.Since(start); d > MaxTime {
		t.Errorf("it took %v", d)
	}
}
