package suite

import (
	"bytes"
	"context"
	"crypto/rand"
	"errors"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
)

var at = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

// document makes a specimen, once per profile: its keys take a while. Tests must not change what it points to.
func document(t testing.TB, profile string) *specimen.Document {
	t.Helper()
	if d, ok := documents.Load(profile); ok {
		return d.(*specimen.Document)
	}
	d, err := specimen.Make(profile, 7, at)
	if err != nil {
		t.Fatal(err)
	}
	documents.Store(profile, d)
	return d
}

var documents sync.Map

func input(t testing.TB, d *specimen.Document) inspect.Input {
	t.Helper()
	m, err := mrz.Parse(strings.Join(d.MRZ, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	key := m.Key()
	in := inspect.Input{Key: &key, Random: rand.Reader, Clock: time.Now}
	return in
}

// TestEvidence reads each profile and compares every file with what the chip was made from.
func TestEvidence(t *testing.T) {
	for _, profile := range specimen.Profiles() {
		t.Run(profile, func(t *testing.T) {
			d := document(t, profile)
			link := &Link{Chip: chip.New(d.Chip)}
			reading, err := inspect.Read(context.Background(), link, input(t, d))
			if err != nil {
				t.Fatal(err)
			}
			for _, name := range []string{"EF.CardAccess", "EF.SOD", "EF.COM", "EF.DG1", "EF.DG2", "EF.DG14", "EF.DG15"} {
				want, got := d.Files[name], reading.Evidence.Files[inspect.File(name)]
				if !bytes.Equal(got, want) {
					t.Errorf("%s: read %d bytes, the chip holds %d", name, len(got), len(want))
				}
			}
			s := reading.Evidence.Session
			t.Logf("%d commands, access %s %s, proofs %+v, refused %v, timing %+v", link.Sent, s.Access.Protocol, s.Access.Domain, s.Proofs, s.Refused, s.Timing)
		})
	}
}

// TestWrongMRZ tries a wrong document number: one quiet retry, then the typed error, and no file read.
func TestWrongMRZ(t *testing.T) {
	for _, profile := range specimen.Profiles() {
		d := document(t, profile)
		if !d.Chip.BAC && len(d.Chip.PACE) == 0 {
			continue // it opens to everyone
		}
		in := input(t, d)
		wrong, err := mrz.NewKey("X00000000", "1990-01-01", "2030-01-01")
		if err != nil {
			t.Fatal(err)
		}
		in.Key = &wrong
		link := &Link{Chip: chip.New(d.Chip)}
		reading, err := inspect.Read(context.Background(), link, in)
		if !errors.Is(err, inspect.ErrWrongPassword) || reading != nil {
			t.Errorf("%s: %v", profile, err)
		}
		if link.Resets != 1 {
			t.Errorf("%s: %d fresh sessions", profile, link.Resets)
		}
	}
}
