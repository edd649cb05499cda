package dump_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/dump"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

func folder(t *testing.T, profile string) (string, *specimen.Document) {
	t.Helper()
	d, err := specimen.Make(profile, 7, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	for name, b := range d.Files {
		if err := os.WriteFile(filepath.Join(dir, name+".bin"), b, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return dir, d
}

// loaded are profiles of every format, with all that a dump can hold.
var loaded = []string{
	"danish-passport-2023", "danish-residence-permit", "finnish-passport-2023", "dutch-passport-2024", "utopian-td2",
	"utopian-long-number", "utopian-dh-im", "utopian-open", "us-passport-2021",
}

// TestLoad loads the files of profiles as dumps, and compares with the profiles' own chips.
func TestLoad(t *testing.T) {
	for _, profile := range loaded {
		dir, want := folder(t, profile)
		d, err := dump.Load(dir, dump.Options{WithoutKeys: true})
		if err != nil {
			t.Errorf("%s: %v", profile, err)
			continue
		}
		if !bytes.Equal(d.Chip.MRZ, want.Information) {
			t.Errorf("%s: the MRZ information is %q, want %q", profile, d.Chip.MRZ, want.Information)
		}
		if len(d.Chip.PACE) != len(want.Chip.PACE) {
			t.Errorf("%s: %d variants of PACE, want %d", profile, len(d.Chip.PACE), len(want.Chip.PACE))
		}
		if len(d.Chip.LDS) != len(want.Chip.LDS) || len(d.Chip.Master) != len(want.Chip.Master) {
			t.Errorf("%s: files are missing", profile)
		}
	}
}

// TestRefused hands in folders that cannot be played.
func TestRefused(t *testing.T) {
	if _, err := dump.Load(t.TempDir(), dump.Options{}); !errors.Is(err, dump.ErrNoFiles) {
		t.Errorf("an empty folder: %v", err)
	}
	dir, _ := folder(t, "danish-passport-2023")
	if _, err := dump.Load(dir, dump.Options{}); !errors.Is(err, dump.ErrNoKeys) {
		t.Errorf("a dump without keys: %v", err)
	}
	for name, b := range map[string][]byte{"EF.DG14.pkcs8": {0x30, 0x00}, "EF.CardAccess.bin": {1, 2, 3}, "EF.DG1.bin": {0x61, 0x7F}} {
		dir, _ := folder(t, "danish-passport-2023")
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			t.Fatal(err)
		}
		if _, err := dump.Load(dir, dump.Options{}); err == nil {
			t.Errorf("%s malformed: accepted", name)
		}
	}
}
