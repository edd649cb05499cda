// Package counts prints what suites have counted: how many documents were read, cases judged, attacks refused, and which tests were left out. go test
// keeps the log of a test that passes or is skipped to itself; make test shows these lines at its end.
package counts

import (
	"errors"
	"fmt"
	"os"
	"testing"
)

// Variable names the environment variable with the file that the lines are appended to.
const Variable = "SKRANKE_COUNTS"

// Print logs a line, and appends it to the file that the environment names, if it names one.
func Print(t testing.TB, format string, args ...any) {
	t.Helper()
	line := fmt.Sprintf(format, args...)
	t.Log(line)
	if err := note(line); err != nil {
		t.Errorf("the counts cannot be written: %v", err)
	}
}

// LeftOut ends a test that lacks what it needs: where the environment variable CI is set it fails, elsewhere it is skipped, and make test says so
// at its end.
func LeftOut(t testing.TB, format string, args ...any) {
	t.Helper()
	line := t.Name() + ": " + fmt.Sprintf(format, args...)
	if os.Getenv("CI") != "" {
		t.Fatalf("%s", line)
		return
	}
	line = "LEFT OUT, NOT PASSED: " + line
	if err := note(line); err != nil {
		t.Fatalf("%s, which cannot be written down: %v", line, err)
		return
	}
	t.Skipf("%s", line)
}

func note(line string) error {
	path := os.Getenv(Variable)
	if path == "" {
		return nil
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	_, err = fmt.Fprintln(f, line)
	return errors.Join(err, f.Close())
}
