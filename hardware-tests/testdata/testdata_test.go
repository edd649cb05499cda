package testdata

import (
	"os"
	"path/filepath"
	"testing"

	"github.com/skranke/skranke/hardware-tests/counts"
)

// verdict records how Dir ended a test, without ending this one.
type verdict struct {
	testing.TB
	fatal, skipped bool
}

func (v *verdict) Helper()               {}
func (v *verdict) Name() string          { return "TestSomething" }
func (v *verdict) Fatalf(string, ...any) { v.fatal = true }
func (v *verdict) Skipf(string, ...any)  { v.skipped = true }

func TestDir(t *testing.T) {
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "manifest.tsv"), nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, test := range []struct {
		name, variable, ci string
		want               verdict
		dir                string
	}{
		{name: "where the variable points", variable: full, dir: full},
		{name: "the variable points astray", variable: t.TempDir(), want: verdict{fatal: true}},
		{name: "absent in CI", ci: "true", want: verdict{fatal: true}},
		{name: "absent elsewhere", want: verdict{skipped: true}},
	} {
		t.Run(test.name, func(t *testing.T) {
			lone := filepath.Join(t.TempDir(), "repository", "a", "b")
			if err := os.MkdirAll(lone, 0o700); err != nil {
				t.Fatal(err)
			}
			t.Chdir(lone)
			if err := os.WriteFile("../../go.mod", nil, 0o600); err != nil {
				t.Fatal(err)
			}
			t.Setenv(Variable, test.variable)
			t.Setenv("CI", test.ci)
			t.Setenv(counts.Variable, "")
			var got verdict
			dir := Dir(&got)
			if dir != test.dir || got != test.want {
				t.Errorf("Dir = %q, fatal %t, skipped %t; want %q, %t, %t",
					dir, got.fatal, got.skipped, test.dir, test.want.fatal, test.want.skipped)
			}
		})
	}
}

func TestDirBesideRepository(t *testing.T) {
	base := t.TempDir()
	for _, dir := range []string{"repository/deep/down", "shared/testdata"} {
		if err := os.MkdirAll(filepath.Join(base, dir), 0o700); err != nil {
			t.Fatal(err)
		}
	}
	for _, file := range []string{"repository/go.mod", "shared/testdata/manifest.tsv"} {
		if err := os.WriteFile(filepath.Join(base, file), nil, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	t.Setenv(Variable, "")
	t.Chdir(filepath.Join(base, "repository/deep/down"))
	if got, want := Dir(t), filepath.Join(base, "shared/testdata"); got != want {
		t.Errorf("Dir = %q, want %q", got, want)
	}
}
