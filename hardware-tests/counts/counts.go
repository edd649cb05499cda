// Package counts prints what suites have counted: how many documents were read, cases judged, attacks refused. go test keeps the log of a test that
// passes to itself; make test shows these lines at its end.
package counts

import (
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
	path := os.Getenv(Variable)
	if path == "" {
		return
	}
	f, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
	if err == nil {
		_, err = fmt.Fprintln(f, line)
		if closeErr := f.Close(); err == nil {
			err = closeErr
		}
	}
	if err != nil {
		t.Errorf("the counts cannot be written: %v", err)
	}
}
