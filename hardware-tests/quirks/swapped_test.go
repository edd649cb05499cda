package quirks_test

import (
	"context"
	"errors"
	"math/big"
	"slices"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// turntable is a link whose chip is another after each reset: somebody takes documents off the reader and lays others on.
type turntable struct {
	*stage.Link
	next []*chip.Chip
}

func (l *turntable) Reset(ctx context.Context) error {
	if len(l.next) > 0 {
		l.Chip, l.next = l.next[0], l.next[1:]
	}
	return l.Link.Reset(ctx)
}

// copyOf makes a chip with all of a document's files and none of its keys.
func copyOf(s *stage.Stage) *chip.Chip {
	c := s.Document.Chip
	c.Agreements = slices.Clone(c.Agreements)
	for i := range c.Agreements {
		c.Agreements[i].Private = big.NewInt(0xC10E)
	}
	return chip.New(c)
}

// leaving makes a chip that gives up its session rather than prove itself.
func leaving(s *stage.Stage) *chip.Chip {
	c := chip.New(s.Document.Chip)
	c.SetHooks(chip.Hooks{Before: func(x *chip.Exchange) ([]byte, bool) {
		return []byte{0x69, 0x88}, x.Command.INS == insGeneralAuth && x.Command.CLA&0x0C != 0
	}})
	return c
}

// TestAnotherDocumentIsNotAccusedOfTheFirst lays a document beside which another with the same lines, but another EF.SOD, has failed its proof or refused it as
// often as it takes: the second is asked itself.
func TestAnotherDocumentIsNotAccusedOfTheFirst(t *testing.T) {
	const cam = `  pace:
    - {protocol: ecdh-cam-aes128, parameters: secp256r1}
  extended_length: {command: 2000, response: 2000, atr_info: true}
`
	for name, chipPart := range map[string]string{
		"chip authentication": "  bac: true\n  chip_authentication:\n    - {protocol: ecdh-aes128, parameters: secp256r1}\n",
		"mapping":             cam,
	} {
		one := stage.Of(t, "turned "+name, profile(chipPart, "face: {bytes: 3000, width: 200, height: 260}"))
		other := stage.Of(t, "turned "+name, profile(chipPart, "face: {bytes: 4000, width: 220, height: 280}"))
		if one.MRZ.Lines()[0] != other.MRZ.Lines()[0] || string(one.Document.Files["EF.SOD"]) == string(other.Document.Files["EF.SOD"]) {
			t.Fatal("the two documents are not what they are to be")
		}
		sound := func() *chip.Chip { return chip.New(other.Document.Chip) }
		for how, chips := range map[string][]*chip.Chip{
			"failed once":   {copyOf(one), sound()},
			"failed twice":  {copyOf(one), copyOf(one), sound()},
			"refused twice": {leaving(one), leaving(one), sound()},
		} {
			if name == "mapping" && how == "refused twice" {
				continue // its proof comes with PACE, and cannot be refused alone
			}
			t.Run(name+" "+how, func(t *testing.T) {
				link := &turntable{&stage.Link{Chip: chips[0]}, chips[1:]}
				reading, err := inspect.Read(context.Background(), link, other.Input())
				if err != nil {
					t.Fatal(err)
				}
				if r := reading.Report; r.Authenticity != inspect.Genuine {
					t.Errorf("%s: %v", r.Authenticity, r.Obstacles())
				}
				if differing := other.Whole(reading.Evidence); len(differing) > 0 {
					t.Errorf("%v are not the second document's", differing)
				}
			})
		}
		t.Run(name+" both copies", func(t *testing.T) {
			link := &turntable{&stage.Link{Chip: copyOf(one)}, []*chip.Chip{copyOf(other)}}
			reading, err := inspect.Read(context.Background(), link, other.Input())
			if err != nil || reading.Report.Authenticity != inspect.Counterfeit {
				t.Fatalf("%v, %v", reading.Report.Authenticity, err)
			}
			if link.Resets < 2 {
				t.Errorf("the second document was accused after %d sessions", link.Resets)
			}
		})
	}
}

// TestEarlierReadingIsNoProof carries on from a reading that was whole and genuine, and loses the card at every command: what was true of the chip then is not said
// of the one that is gone now, and what was read is there for the next try.
func TestEarlierReadingIsNoProof(t *testing.T) {
	for name, yaml := range map[string]string{"modern": modern, "no proof": profile("  bac: true\n")} {
		whole := set(t, name, yaml, nil, chip.Hooks{})
		earlier := whole.genuine(t).Evidence
		again := set(t, name, yaml, nil, chip.Hooks{})
		again.in.Earlier = earlier
		again.genuine(t)
		for at := range again.link.Sent {
			s := set(t, name, yaml, nil, chip.Hooks{})
			s.in.Earlier = earlier
			s.link.Before = func(n int, _ []byte) ([]byte, error) {
				s.link.Gone = s.link.Gone || n == at
				return nil, nil
			}
			reading, err := s.read()
			if !errors.Is(err, mrtd.ErrLinkLost) {
				t.Fatalf("%s: gone at command %d: %v", name, at, err)
			}
			if reading.Report.Authenticity == inspect.Genuine || reading.Report.Check("chip.genuine").Outcome == inspect.Successful {
				t.Errorf("%s: gone at command %d: %s, and the chip is %v", name, at, reading.Report.Authenticity, reading.Report.Check("chip.genuine"))
			}
			if len(reading.Evidence.Files[inspect.DG(2)]) == 0 {
				t.Errorf("%s: gone at command %d: nothing is left to carry on with", name, at)
			}
		}
		if earlier.Session.LostAt != "" {
			t.Errorf("%s: the earlier reading was changed", name)
		}
	}
}

// TestLeftPACEIsTriedAgain has the chip leave PACE in its midst once: PACE runs again, on a fresh session, and BAC is not needed.
func TestLeftPACEIsTriedAgain(t *testing.T) {
	for _, step := range []string{"pace-1", "pace-2", "pace-3", "pace-4"} {
		left := 1
		s := set(t, "modern", modern, nil, answer(0x6A80, func(x *chip.Exchange) bool {
			if x.Kind != step {
				return false
			}
			left--
			return left >= 0
		}))
		check(t, s.genuine(t).Report, "access.pace", inspect.Successful, "")
		if n := s.count(insGetChallenge); n > 0 {
			t.Errorf("%s: %d commands of BAC", step, n)
		}
	}
}

// TestExplicitPACEParametersAreRefused offers PACE on parameters that the chip spells out: they are refused with the reason, and BAC opens the document.
func TestExplicitPACEParametersAreRefused(t *testing.T) {
	s := set(t, "modern", modern, func(c *chip.Config) {
		for i, f := range c.Master {
			if f.ID == 0x011C {
				c.Master[i].Data = []byte("\x31\x14\x30\x12\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x04\x02\x02\x02\x01\x02\x02\x01\x20")
			}
		}
	}, chip.Hooks{})
	reading, err := s.read()
	if err != nil {
		t.Fatal(err)
	}
	c := reading.Report.Check("access.pace")
	if c.Outcome != inspect.Undetermined || c.Detail != "the chip offers no variant of PACE that is supported here: it wants explicit domain parameters" {
		t.Errorf("%s: %s", c.Outcome, c.Detail)
	}
	check(t, reading.Report, "access.bac", inspect.Successful, "")
	check(t, reading.Report, "cardaccess.match", inspect.Failed, "not_contained")
}

// TestRefusedCOM has the chip keep EF.COM closed, give something that is no file, or claim too much: whether its list is right stays open. Only where there is
// none, there is nothing to compare.
func TestRefusedCOM(t *testing.T) {
	com := func(x *chip.Exchange) bool { return x.LDS && x.File == 0x011E && x.Kind == "read" }
	for code, hooks := range map[string]chip.Hooks{
		"refused":    answer(0x6982, com),
		"invalid":    {Plain: func(x *chip.Exchange) { x.Data = replaced(com(x), x.Data, []byte{0x60, 0x80, 0, 0}) }},
		"over_limit": {Plain: func(x *chip.Exchange) { x.Data = replaced(com(x), x.Data, []byte{0x60, 0x83, 1, 0, 1, 0}) }},
		"malformed":  {Plain: func(x *chip.Exchange) { x.Data = replaced(com(x), x.Data, []byte{0x60, 0}) }},
	} {
		s := set(t, "modern", modern, nil, hooks)
		reading, err := s.read()
		if err != nil {
			t.Fatal(err)
		}
		check(t, reading.Report, "sod.com", inspect.Undetermined, code)
		s.wantVerdict(t, reading, inspect.Genuine)
	}
	check(t, set(t, "modern", modern, nil, answer(0x6A82, com)).genuine(t).Report, "sod.com", inspect.NotSupported, "no_com")
}

func replaced(when bool, data, by []byte) []byte {
	if when {
		return by
	}
	return data
}
