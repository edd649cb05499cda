package counts

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
)

// verdict records how a test was ended, without ending this one.
type verdict struct {
	testing.TB
	fatal, skipped bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Name() string          { return "TestSomething" }
func (v *verdict) Fatalf(string, ...any) { v.fatal = true }
func (v *verdict) Skipf(string, ...any)  { v.skipped = true }

func TestWhatIsLeftOutIsNeverSilent(t *testing.T) {
	path := filepath.Join(t.TempDir(), "counts")
	t.Setenv(Variable, path)
	t.Setenv("CI", "true")
	var got verdict
	if LeftOut(&got, "no %s", "reader"); got != (verdict{fatal: true}) {
		t.Errorf("in CI: %+v", got)
	}
	t.Setenv("CI", "")
	got = verdict{}
	LeftOut(&got, "no %s", "reader")
	text, err := os.ReadFile(path)
	if got != (verdict{skipped: true}) || err != nil || strings.TrimSpace(string(text)) != "LEFT OUT, NOT PASSED: TestSomething: no reader" {
		t.Errorf("elsewhere: %+v, %q, %v", got, text, err)
	}
	t.Setenv(Variable, t.TempDir()) // a folder, which takes no line
	got = verdict{}
	if LeftOut(&got, "no reader"); got != (verdict{fatal: true}) {
		t.Errorf("where it cannot be written down: %+v", got)
	}
}
