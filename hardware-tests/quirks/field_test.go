package quirks_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
)

// TestResetByAnotherProcess resets the chip behind the reader's back, once, at every command: it has forgotten its session, answers what it then answers,
// and one quiet retry makes it whole.
func TestResetByAnotherProcess(t *testing.T) {
	whole := set(t, "modern", modern, nil, chip.Hooks{})
	whole.genuine(t)
	for at := range whole.link.Sent {
		s := set(t, "modern", modern, nil, chip.Hooks{})
		s.link.Before = func(n int, _ []byte) ([]byte, error) {
			if n == at {
				s.chip.Reset()
			}
			return nil, nil
		}
		reading, err := s.read()
		if err != nil {
			t.Errorf("reset at command %d: %v", at, err)
			continue
		}
		// A reset in the middle of PACE is a refusal by the chip, after which BAC may have its turn; either way the document is whole.
		s.wantVerdict(t, reading, inspect.Genuine)
		if s.link.Resets > 2 {
			t.Errorf("reset at command %d: %d fresh sessions", at, s.link.Resets)
		}
	}
}

// TestUnpluggedMidRead loses the reader at every command: every later command and reset fails. The account says where, and accuses nobody.
func TestUnpluggedMidRead(t *testing.T) {
	whole := set(t, "modern", modern, nil, chip.Hooks{})
	whole.genuine(t)
	for at := range whole.link.Sent {
		s := set(t, "modern", modern, nil, chip.Hooks{})
		s.link.Before = func(n int, _ []byte) ([]byte, error) {
			if n == at {
				s.link.Gone = true
			}
			return nil, nil
		}
		reading, err := s.read()
		if !errors.Is(err, stage.ErrLost) || reading == nil || reading.Evidence.Session.LostAt == "" {
			t.Fatalf("unplugged at command %d: %v", at, err)
		}
		s.wantVerdict(t, reading, inspect.AuthenticityUndetermined)
		for _, c := range reading.Report.Checks {
			if c.Outcome == inspect.Failed {
				t.Errorf("unplugged at command %d: %s failed, %s", at, c.ID, c.Code)
			}
		}
	}
}

// TestBankCard lays something on the reader that is no passport: it knows neither the files nor the application, and says so in various ways. No password
// is tried on it.
func TestBankCard(t *testing.T) {
	for _, sw := range []uint16{0x6A82, 0x6D00, 0x6E00, 0x6985, 0x6999, 0x6F00, 0x6882} {
		t.Run(fmt.Sprintf("%04X", sw), func(t *testing.T) {
			s := set(t, "bac", bacOnly, nil, chip.Hooks{Before: func(*chip.Exchange) ([]byte, bool) {
				return []byte{byte(sw >> 8), byte(sw)}, true
			}})
			tried := false
			s.link.Before = func(_ int, command []byte) ([]byte, error) {
				tried = tried || command[1] == insExternalAuth || command[1] == insGeneralAuth
				return nil, nil
			}
			reading, err := s.read()
			switch {
			case sw == 0x6985: // which a passport with PACE alone may say too
				if err != nil || reading.Report.Authenticity != inspect.AuthenticityUndetermined {
					t.Error(err)
				}
			case !errors.Is(err, inspect.ErrNotTravelDocument):
				t.Error(err)
			}
			if tried || errors.Is(err, inspect.ErrWrongPassword) {
				t.Error("a password was tried")
			}
			if s.link.Sent > 20 {
				t.Errorf("%d commands", s.link.Sent)
			}
		})
	}
}

// TestAnswersInPieces has a reader that passes on 61xx, and wants GET RESPONSE, before secure messaging is on.
func TestAnswersInPieces(t *testing.T) {
	s := set(t, "modern", modern, nil, chip.Hooks{})
	var rest []byte
	pieces := 0
	s.link.Before = func(_ int, command []byte) ([]byte, error) {
		if command[1] != 0xC0 {
			return nil, nil
		}
		pieces++
		answer := rest
		rest = nil
		return answer, nil
	}
	s.link.After = func(_ int, command, answer []byte) []byte {
		if command[0]&0x0C != 0 || len(answer) <= 2 {
			return answer
		}
		rest = answer
		return []byte{0x61, byte(len(answer) - 2)}
	}
	s.genuine(t)
	if pieces == 0 {
		t.Error("GET RESPONSE was never asked for")
	}
}

// TestSecurityObjectsInTheField signs in further ways that documents are signed in, and reads further kinds of documents.
func TestSecurityObjectsInTheField(t *testing.T) {
	for name, more := range map[string]string{
		"no signing time":     "sod: {signing_time: false}",
		"hashes of 224 bits":  "sod: {hash: sha224, digest: sha256}",
		"further data groups": "lds: {groups: [11, 12]}",
	} {
		t.Run(name, func(t *testing.T) {
			set(t, name, profile("  bac: true\n", more), nil, chip.Hooks{}).genuine(t)
		})
	}
	for _, name := range []string{"utopian-td2", "un-laissez-passer"} {
		t.Run(name, func(t *testing.T) {
			s := stage.For(t, name)
			if r := s.Read(t, chip.New(s.Document.Chip), s.Input()).Report; r.Authenticity != inspect.Genuine {
				t.Errorf("%s: %v", r.Authenticity, r.Obstacles())
			}
		})
	}
}
