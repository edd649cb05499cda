package quirks_test

import (
	"context"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
)

// The chips' instructions.
const (
	insMSE          = 0x22
	insExternalAuth = 0x82
	insGetChallenge = 0x84
	insGeneralAuth  = 0x86
	insInternalAuth = 0x88
	insSelect       = 0xA4
	insRead         = 0xB0
	insReadOdd      = 0xB1
)

// pki is a chain that is made in no time.
const pki = `
pki:
  country: UT
  csca: {key: secp256r1, signature: ecdsa-sha256}
  signer: {key: secp256r1, signature: ecdsa-sha256}
`

// profile writes a profile's YAML: the chip's part, on one line after another, with a common rest.
func profile(chipPart string, more ...string) string {
	return `about: "Not of this world"
document: {issuer: UTO, surname: SPECIMEN, given_names: QUIRK, sex: F, number: "L########"}
` + pki + strings.Join(more, "\n") + "\nchip:\n" + chipPart
}

// Profiles that several tests use.
var (
	bacOnly = profile("  bac: true\n  chip_authentication:\n    - {protocol: ecdh-aes128, parameters: secp256r1}\n")
	modern  = profile(`  bac: true
  can: true
  pace:
    - {protocol: ecdh-gm-aes128, parameters: secp256r1}
  chip_authentication:
    - {protocol: ecdh-aes128, parameters: secp256r1}
  extended_length: {command: 2000, response: 2000, atr_info: true}
`)
	short = profile(`  bac: true
  pace:
    - {protocol: ecdh-gm-aes128, parameters: secp256r1}
  chip_authentication:
    - {protocol: ecdh-aes128, parameters: secp256r1}
`)
)

// scene is one chip with a quirk, and all that it was told.
type scene struct {
	*stage.Stage
	chip  *chip.Chip
	link  *stage.Link
	heard []chip.Exchange // every command that the chip carried out, in plain
	in    inspect.Input
}

// set sets up a document with its chip altered, and hooks that play the quirk.
func set(t *testing.T, name, yaml string, alter func(*chip.Config), hooks chip.Hooks) *scene {
	t.Helper()
	s := &scene{Stage: stage.Of(t, name, yaml)}
	config := s.Document.Chip
	config.LDS, config.Master = slices.Clone(config.LDS), slices.Clone(config.Master)
	config.Agreements = slices.Clone(config.Agreements)
	if alter != nil {
		alter(&config)
	}
	s.chip = chip.New(config)
	play := hooks.Plain
	hooks.Plain = func(x *chip.Exchange) {
		s.heard = append(s.heard, *x)
		if play != nil {
			play(x)
		}
	}
	s.chip.SetHooks(hooks)
	s.link = &stage.Link{Chip: s.chip}
	s.in = s.Input()
	return s
}

// read reads the scene's chip.
func (s *scene) read() (*inspect.Reading, error) {
	return inspect.Read(context.Background(), s.link, s.in)
}

// genuine reads the scene's chip and wants it whole and genuine.
func (s *scene) genuine(t *testing.T) *inspect.Reading {
	t.Helper()
	reading, err := s.read()
	if err != nil {
		t.Fatal(err)
	}
	s.wantVerdict(t, reading, inspect.Genuine)
	for _, f := range s.Whole(reading.Evidence) {
		t.Errorf("%s differs from the chip's", f)
	}
	return reading
}

func (s *scene) wantVerdict(t *testing.T, reading *inspect.Reading, want inspect.Authenticity) {
	t.Helper()
	if reading.Report.Authenticity == want {
		return
	}
	t.Errorf("%s, want %s", reading.Report.Authenticity, want)
	for _, c := range reading.Report.Obstacles() {
		t.Logf("%s: %s %s %s", c.ID, c.Outcome, c.Code, c.Detail)
	}
}

// count counts the commands heard with an instruction.
func (s *scene) count(ins byte) int {
	n := 0
	for _, x := range s.heard {
		if x.Command.INS == ins {
			n++
		}
	}
	return n
}

// answer makes the chip say a status word in the place of what it would have said, where when holds.
func answer(sw uint16, when func(*chip.Exchange) bool) chip.Hooks {
	return chip.Hooks{Plain: func(x *chip.Exchange) {
		if when(x) {
			x.Data, x.Status = nil, sw
		}
	}}
}

func kind(k string) func(*chip.Exchange) bool {
	return func(x *chip.Exchange) bool { return x.Kind == k }
}

func check(t *testing.T, r *inspect.Report, id string, outcome inspect.Outcome, code string) {
	t.Helper()
	if c := r.Check(id); c.Outcome != outcome || code != "" && c.Code != code {
		t.Errorf("%s is %s %s, want %s %s", id, c.Outcome, c.Code, outcome, code)
	}
}

func remove(c *chip.Config, id uint16) {
	c.LDS = slices.DeleteFunc(c.LDS, func(f chip.File) bool { return f.ID == id })
	c.Master = slices.DeleteFunc(c.Master, func(f chip.File) bool { return f.ID == id })
}
