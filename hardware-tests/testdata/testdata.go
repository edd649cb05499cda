// Package testdata finds the collection of real documents' files that the test suites check the product against.
//
// The collection is not part of the repository: it lies in ../shared/testdata beside the repository's root, or where the
// environment variable SKRANKE_TESTDATA points.
package testdata

import (
	"fmt"
	"os"
	"path/filepath"
	"testing"

	"github.com/skranke/skranke/hardware-tests/counts"
)

// Variable names the environment variable that says where the collection lies.
const Variable = "SKRANKE_TESTDATA"

// Dir returns the absolute path of the collection's root, the folder that holds manifest.tsv.
//
// Where the collection is absent the test fails if the environment variable CI is set, and if SKRANKE_TESTDATA points to
// a place without it; otherwise the test is skipped, and its log says that it was left out and how to have it run.
func Dir(t testing.TB) string {
	t.Helper()
	dir, err := find()
	switch {
	case err == nil:
		return dir
	case os.Getenv(Variable) != "":
		t.Fatalf("the test data is missing: %v", err)
	default:
		counts.LeftOut(t, "it needs the test data, which is not there: %v", err)
	}
	return ""
}

func find() (string, error) {
	dir := os.Getenv(Variable)
	if dir == "" {
		root, err := moduleRoot()
		if err != nil {
			return "", err
		}
		dir = filepath.Join(root, "..", "shared", "testdata")
	}
	dir, err := filepath.Abs(dir)
	if err != nil {
		return "", err
	}
	if _, err := os.Stat(filepath.Join(dir, "manifest.tsv")); err != nil {
		return "", fmt.Errorf("%w (set %s to the folder that holds manifest.tsv)", err, Variable)
	}
	return dir, nil
}

// moduleRoot walks up from the working directory, which for a test is its package's folder, to the folder of go.mod.
func moduleRoot() (string, error) {
	dir, err := os.Getwd()
	if err != nil {
		return "", err
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return dir, nil
		}
		parent := filepath.Dir(dir)
		if parent == dir {
			return "", fmt.Errorf("no go.mod above the working directory")
		}
		dir = parent
	}
}
