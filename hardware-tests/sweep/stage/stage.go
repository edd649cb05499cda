// Package stage sets specimen documents before Skranke's reader in one process, without a reader in between: the document and its chip,
// what it is judged with, and a link on which faults can be placed to the command.
package stage

import (
	"context"
	"crypto/rand"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
	"github.com/skranke/skranke/mrtd/trust"
)

// Day is the day that all documents are made for and judged on.
var Day = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

const seed = 7

// Stage is one document with what it is judged with. It does not change; any number of chips may be made of it.
type Stage struct {
	Document *specimen.Document
	// Store holds the document's own CSCA and its revocation list.
	Store *trust.Store
	// MRZ is the document's, Key its key to the chip.
	MRZ *mrz.MRZ
	Key mrz.Key
}

var made sync.Map // of names to func() (*Stage, error): RSA keys take seconds

// For sets up a built-in profile, once per process. overrides change its values, as [specimen.Profile.With] does.
func For(t testing.TB, profile string, overrides ...[2]string) *Stage {
	t.Helper()
	return once(t, fmt.Sprint(profile, overrides), func() (*specimen.Profile, error) {
		p, err := specimen.Load(profile)
		if err != nil {
			return nil, err
		}
		return p.With(overrides...)
	})
}

// Of sets up a profile that a test brings along in YAML, once per process. Profiles of one name share their keys and, where it looks the same,
// their face.
func Of(t testing.TB, name, yaml string) *Stage {
	t.Helper()
	return once(t, name+"\n"+yaml, func() (*specimen.Profile, error) { return specimen.Parse(name, []byte(yaml)) })
}

// By sets up a document that a test makes in a way of its own. Documents of one profile's name share their keys.
func By(t testing.TB, make func() (*specimen.Document, error)) *Stage {
	t.Helper()
	d, err := make()
	if err != nil {
		t.Fatal(err)
	}
	s, err := set(d)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func once(t testing.TB, name string, load func() (*specimen.Profile, error)) *Stage {
	t.Helper()
	f, _ := made.LoadOrStore(name, sync.OnceValues(func() (*Stage, error) {
		p, err := load()
		if err != nil {
			return nil, err
		}
		d, err := p.Make(seed, Day)
		if err != nil {
			return nil, err
		}
		return set(d)
	}))
	s, err := f.(func() (*Stage, error))()
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func set(d *specimen.Document) (*Stage, error) {
	dir, err := os.MkdirTemp("", "skranke-stage")
	if err != nil {
		return nil, err
	}
	defer func() { _ = os.RemoveAll(dir) }()
	csca, crl := filepath.Join(dir, "csca.der"), filepath.Join(dir, "csca.crl")
	for path, data := range map[string][]byte{csca: d.CSCA.Certificate, crl: d.CRL} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			return nil, err
		}
	}
	store, err := trust.Load([]string{csca}, []string{crl})
	if err != nil {
		return nil, err
	}
	m, err := mrz.Parse(strings.Join(d.MRZ, "\n"))
	if err != nil {
		return nil, err
	}
	return &Stage{Document: d, Store: store, MRZ: m, Key: m.Key()}, nil
}

// Input is what a read with the document's MRZ needs.
func (s *Stage) Input() inspect.Input {
	key := s.Key
	return inspect.Input{Key: &key, Random: rand.Reader, Clock: time.Now, Judge: s.Judge()}
}

// InputCAN is what a read with the document's card access number needs.
func (s *Stage) InputCAN() inspect.Input {
	in := s.Input()
	in.Key, in.CAN, in.Judge.Given = nil, s.Document.CAN, nil
	return in
}

// Judge is what the document is judged with. Its face counts as decoded.
func (s *Stage) Judge() inspect.JudgeInput {
	return inspect.JudgeInput{
		Store: s.Store, At: Day, Given: s.MRZ,
		Face: func(context.Context, []byte) (string, int, int, error) { return "jpeg", 413, 531, nil },
	}
}

// Whole tells which of the files that a read gave differ from the chip's; none where all are whole.
func (s *Stage) Whole(e *inspect.Evidence) (differing []inspect.File) {
	for f, data := range e.Files {
		if string(s.Document.Files[string(f)]) != string(data) {
			differing = append(differing, f)
		}
	}
	return differing
}

// Read reads a chip through a link without faults.
func (s *Stage) Read(t testing.TB, c *chip.Chip, in inspect.Input) *inspect.Reading {
	t.Helper()
	reading, err := inspect.Read(context.Background(), &Link{Chip: c}, in)
	if err != nil {
		t.Fatal(err)
	}
	return reading
}
