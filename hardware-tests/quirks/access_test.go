package quirks_test

import (
	"errors"
	"fmt"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/mrtd/inspect"
)

// TestPACEOnlyAnswersBACWith6A88Or6985 takes EF.CardAccess out of sight of a document that speaks PACE alone, so that BAC is tried. Whether the chip refuses
// the challenge or the answer to it, the MRZ is not called wrong.
func TestPACEOnlyAnswersBACWith6A88Or6985(t *testing.T) {
	for _, sw := range []uint16{0x6A88, 0x6985} {
		for _, step := range []string{"get-challenge", "external-authenticate"} {
			t.Run(fmt.Sprintf("%04X to %s", sw, step), func(t *testing.T) {
				s := set(t, "modern", modern, func(c *chip.Config) { remove(c, 0x011C) }, answer(sw, kind(step)))
				reading, err := s.read()
				if err != nil {
					t.Fatal(err)
				}
				check(t, reading.Report, "access.bac", inspect.NotSupported, "not_offered")
				s.wantVerdict(t, reading, inspect.AuthenticityUndetermined)
			})
		}
	}
}

// TestWrongCANDoesNotFallBackToBAC gives a wrong card access number to a document that speaks both.
func TestWrongCANDoesNotFallBackToBAC(t *testing.T) {
	s := set(t, "modern", modern, nil, chip.Hooks{})
	s.in = s.InputCAN()
	s.in.CAN = map[bool]string{true: "000000", false: "111111"}[s.Document.CAN != "000000"]
	if _, err := s.read(); !errors.Is(err, inspect.ErrWrongPassword) {
		t.Error(err)
	}
	if n := s.count(insGetChallenge) + s.count(insExternalAuth); n > 0 {
		t.Errorf("%d commands of BAC", n)
	}
}

// TestRefusedPACEWithCANDoesNotFallBackToBAC has the chip refuse PACE: with a card access number there is no other way in.
func TestRefusedPACEWithCANDoesNotFallBackToBAC(t *testing.T) {
	s := set(t, "modern", modern, nil, answer(0x6A80, kind("mse-pace")))
	s.in = s.InputCAN()
	reading, err := s.read()
	if err != nil {
		t.Fatal(err)
	}
	check(t, reading.Report, "access.pace", inspect.Failed, "refused")
	if n := s.count(insGetChallenge) + s.count(insExternalAuth); n > 0 {
		t.Errorf("%d commands of BAC", n)
	}
}

// TestPACEFailureIsNotSilentlyBAC has the chip refuse PACE at each step: BAC may follow, and the report says which ran and why.
func TestPACEFailureIsNotSilentlyBAC(t *testing.T) {
	for _, step := range []string{"mse-pace", "pace-1", "pace-2", "pace-3", "pace-4"} {
		t.Run(step, func(t *testing.T) {
			s := set(t, "modern", modern, nil, answer(0x6A80, kind(step)))
			reading, err := s.read()
			if err != nil {
				t.Fatal(err)
			}
			check(t, reading.Report, "access.pace", inspect.Failed, "refused")
			check(t, reading.Report, "access.bac", inspect.Successful, "")
			if reading.Report.Chip.Access != "BAC" {
				t.Errorf("access by %q", reading.Report.Chip.Access)
			}
			if reading.Report.Check("access.pace").Detail == "" {
				t.Error("the report does not say why")
			}
		})
	}
}

// TestForgedPACEDoesNotLeadToBAC has the chip give a key of PACE that is none, and a wrong token: someone is at work, and BAC is not tried.
func TestForgedPACEDoesNotLeadToBAC(t *testing.T) {
	for _, c := range []struct {
		step, code string
		at         int // from the end of the response
	}{{"pace-2", "bad_point", 1}, {"pace-3", "bad_point", 1}, {"pace-4", "bad_token", 1}} {
		t.Run(c.step, func(t *testing.T) {
			s := set(t, "modern", modern, nil, chip.Hooks{Plain: func(x *chip.Exchange) {
				if x.Kind == c.step {
					x.Data[len(x.Data)-c.at] ^= 1
				}
			}})
			reading, err := s.read()
			if err != nil {
				t.Fatal(err)
			}
			check(t, reading.Report, "access.pace", inspect.Failed, c.code)
			check(t, reading.Report, "access.bac", inspect.NotDone, "")
			s.wantVerdict(t, reading, inspect.AuthenticityUndetermined)
			if n := s.count(insGetChallenge); n > 0 {
				t.Errorf("%d commands of BAC", n)
			}
		})
	}
}

// several offers one protocol on two curves, and a weaker one.
var several = profile(`  pace:
    - {protocol: ecdh-gm-3des, parameters: secp256r1}
    - {protocol: ecdh-gm-aes256, parameters: secp256r1}
    - {protocol: ecdh-gm-aes256, parameters: secp384r1}
  extended_length: {command: 2000, response: 2000, atr_info: true}
`)

// TestSeveralPACEInfosNeedTheParameterID chooses the strongest of several offers, and names its parameters.
func TestSeveralPACEInfosNeedTheParameterID(t *testing.T) {
	s := set(t, "several", several, nil, chip.Hooks{})
	r := s.genuine(t).Report
	if r.Chip.Access != "PACE-ECDH-GM-AES-CBC-CMAC-256" || r.Chip.Domain != "secp384r1" {
		t.Errorf("access by %s on %s", r.Chip.Access, r.Chip.Domain)
	}
	if n := s.count(insMSE); n != 1 {
		t.Errorf("%d times MSE:Set AT, one that names the parameters is enough", n)
	}
}

// TestParameterIDDemanded has a chip with one offer want its parameters named all the same.
func TestParameterIDDemanded(t *testing.T) {
	s := set(t, "modern", modern, nil, answer(0x6A80, func(x *chip.Exchange) bool {
		const plain = 2 + 10 + 3 // the protocol and the password, without tag 84
		return x.Kind == "mse-pace" && len(x.Command.Data) <= plain
	}))
	check(t, s.genuine(t).Report, "access.pace", inspect.Successful, "")
}

// TestFewTriesLeft has the chip warn at MSE:Set AT that the password has two tries left, as cards do whose CAN was mistyped before.
func TestFewTriesLeft(t *testing.T) {
	s := set(t, "modern", modern, nil, chip.Hooks{Plain: func(x *chip.Exchange) {
		if x.Kind == "mse-pace" {
			x.Status = 0x63C2
		}
	}})
	check(t, s.genuine(t).Report, "access.pace", inspect.Successful, "")
}

// TestIntermittent6300AtPACEsLastStep has the chip answer 6300 once to a right password, and then always.
func TestIntermittent6300AtPACEsLastStep(t *testing.T) {
	for _, times := range []int{1, 2} {
		left := times
		s := set(t, "modern", modern, nil, answer(0x6300, func(x *chip.Exchange) bool {
			left--
			return x.Kind == "pace-4" && left >= 0
		}))
		// Only the last steps count.
		left = times
		s.chip.SetHooks(answer(0x6300, func(x *chip.Exchange) bool {
			if x.Kind != "pace-4" {
				return false
			}
			left--
			return left >= 0
		}))
		reading, err := s.read()
		switch {
		case times == 1 && (err != nil || reading.Report.Authenticity != inspect.Genuine):
			t.Errorf("one 6300: %v", err)
		case times == 2 && !errors.Is(err, inspect.ErrWrongPassword):
			t.Errorf("6300 twice: %v", err)
		}
		if s.link.Resets != 1 {
			t.Errorf("%d fresh sessions, one quiet retry is right", s.link.Resets)
		}
	}
}

// Test6982OnCardAccess keeps EF.CardAccess closed: the document has BAC.
func Test6982OnCardAccess(t *testing.T) {
	s := set(t, "bac", bacOnly, func(c *chip.Config) {
		c.Master = append(c.Master, chip.File{ID: 0x011C, ShortID: 0x1C, Data: []byte{0x31, 0}})
	}, chip.Hooks{})
	reading := s.genuine(t)
	if reading.Evidence.Session.Refused[inspect.CardAccess] != "6982" {
		t.Errorf("refused: %v", reading.Evidence.Session.Refused)
	}
	check(t, reading.Report, "access.bac", inspect.Successful, "")
}

// TestRefusesSELECTMasterFile has chips refuse SELECT of the master file, as French ones do. Nobody asks them for it.
func TestRefusesSELECTMasterFile(t *testing.T) {
	for _, sw := range []uint16{0x6A86, 0x6A87, 0x6D00} {
		s := set(t, "modern", modern, func(c *chip.Config) { c.MasterStatus = sw }, chip.Hooks{})
		s.genuine(t)
		for _, x := range s.heard {
			if x.Kind == "select-master" {
				t.Errorf("%04X: the master file was selected", sw)
			}
		}
	}
}

// TestRefusesLeOnSELECTAndMSE has the chip refuse SELECT and MSE with an Le, as German ones do.
func TestRefusesLeOnSELECTAndMSE(t *testing.T) {
	for name, yaml := range map[string]string{"modern": modern, "bac": bacOnly, "several": several} {
		s := set(t, name, yaml, nil, answer(0x6700, func(x *chip.Exchange) bool {
			return (x.Command.INS == insSelect || x.Command.INS == insMSE) && x.Command.Ne > 0
		}))
		s.genuine(t)
	}
}
