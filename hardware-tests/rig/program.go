package rig

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Program builds the program as its users have it, for the test alone, and gives its path. The environment variable
// SKRANKE_BINARY names one that is built already.
func Program(t testing.TB) string {
	t.Helper()
	if built := os.Getenv("SKRANKE_BINARY"); built != "" {
		return built
	}
	path := filepath.Join(t.TempDir(), "skranke")
	if out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "github.com/skranke/skranke/cmd/skranke").CombinedOutput(); err != nil {
		t.Fatalf("go build: %v\n%s", err, out)
	}
	return path
}
