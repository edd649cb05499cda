package quirks_test

import (
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds"
)

// scripted sets up a document of a profile in YAML with the changes of a fault script. The terminal is given the lines that DG1 then holds, and the chip opens to them.
func scripted(t *testing.T, yaml, script string) *scene {
	t.Helper()
	parsed, err := fault.Parse(script)
	if err != nil {
		t.Fatal(err)
	}
	s := &scene{Stage: stage.By(t, func() (*specimen.Document, error) {
		p, err := specimen.Parse("scripted", []byte(yaml))
		if err != nil {
			return nil, err
		}
		return parsed.Make(p, 7, stage.Day)
	})}
	config := s.Document.Chip
	if m, err := lds.ParseDG1(s.Document.Files["EF.DG1"]); err == nil {
		s.MRZ, s.Key = m, m.Key()
		config.MRZ = s.Key.Information()
	}
	s.chip = chip.New(config)
	report := parsed.Arm(s.chip)
	t.Cleanup(func() {
		if r := report(); r.Err != nil {
			t.Errorf("the script does not fit the document: %v", r.Err)
		}
	})
	s.link = &stage.Link{Chip: s.chip}
	s.in = s.Input()
	return s
}

// ends wants a reading that ended by itself, whatever came of it.
func (s *scene) ends(t *testing.T) *inspect.Reading {
	t.Helper()
	reading, err := s.read()
	if err != nil {
		t.Fatal(err)
	}
	return reading
}
