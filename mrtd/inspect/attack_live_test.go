package inspect_test

import (
	"context"
	"crypto/rand"
	"maps"
	"math/big"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/suite"
	"github.com/skranke/skranke/mrtd/inspect"
)

// behaviour is what a false chip does besides having other files.
type behaviour struct {
	// script is what it does with commands, in the words of package fault.
	script string
	// keys changes the private keys that it holds.
	keys func(t *testing.T, c *chip.Config)
}

// keysOf gives the chip the private keys of another document.
func keysOf(s scene) func(*testing.T, *chip.Config) {
	return func(t *testing.T, c *chip.Config) {
		foreign := s.make(t).Chip
		c.Agreements, c.Active = foreign.Agreements, foreign.Active
	}
}

func wrongKey(_ *testing.T, c *chip.Config) {
	for i := range c.Agreements {
		c.Agreements[i].Private = big.NewInt(0xC10E)
	}
}

// behaviours are those of the attacks that other files do not make.
var behaviours = map[string]behaviour{
	"another key in DG14, which the chip proves": {keys: keysOf(scene{profile: "german-passport-2017"})},
	"another key in DG15, which the chip proves": {keys: keysOf(scene{profile: "belgian-passport-2014", with: [][2]string{{"chip.active_authentication.key", "rsa-1024-e3"}}})},
	"a copy without the key":                     {keys: wrongKey},
	"a copy that refuses chip authentication":    {keys: wrongKey, script: "on ca every: sw 6A80; on mse-kat every: sw 6A80; on mse-ca every: sw 6A80"},
	"a copy that hides DG14":                     {script: "on select EF.DG14 every: sw 6A82; on read EF.DG14 every: sw 6A82"},
	"a copy that refuses DG14":                   {script: "on select EF.DG14 every: sw 6982; on read EF.DG14 every: sw 6982"},
	"a copy that hides DG15":                     {script: "on select EF.DG15 every: sw 6A82; on read EF.DG15 every: sw 6A82"},
	"a copy that hides DG15, and DG15 in EF.COM": {script: "on select EF.DG15 every: sw 6A82; on read EF.DG15 every: sw 6A82"},
	"a copy that signs with another key":         {keys: keysOf(scene{profile: "belgian-passport-2014", with: [][2]string{{"pki.seed", "5"}, {"chip.active_authentication.key", "rsa-1024-e3"}}})},
	"no EF.SOD":                                  {script: "on select EF.SOD every: sw 6A82; on read EF.SOD every: sw 6A82"},
}

// seenLive is what a terminal sees otherwise of a chip than of its files on record.
var seenLive = map[string]attack{
	// A chip that selects a file and refuses its first byte as past the end holds an empty one.
	"an empty EF.SOD": {verdict: counterfeit, check: "sod.structure", outcome: inspect.Failed, code: "invalid"},
	// A file of indefinite length is no file of the LDS: it is not read at all.
	"a nest of 64 KB": {verdict: counterfeit, check: "sod.structure", outcome: inspect.Failed, code: "invalid"},
}

// notLive are attacks on what a session claims, which only a dump, or a terminal that lies, can make.
var notLive = map[string]string{
	"a proof of a key that is not in DG14": "the terminal proves keys of DG14 alone",
	"no proof at all":                      "the terminal always asks",
	"chip authentication mapping with an EF.CardSecurity of another state":      "made on the session's record; the files alone make another document",
	"chip authentication mapping with a key that EF.CardSecurity does not hold": "the terminal checks the mapping against EF.CardSecurity itself",
	"chip authentication mapping with an EF.CardSecurity that was changed":      "made on the session's record; the files alone make another document",
	"a data group that the state did not sign":                                  "the terminal reads no data group that EF.SOD does not list",
}

// TestAttacksLive plays every attack that a chip can make on the virtual chip, read as any document is. None may be genuine, and
// the check that catches it offline catches it live.
func TestAttacksLive(t *testing.T) {
	played := 0
	left := map[string]bool{}
	for _, a := range attacks(t) {
		if notLive[a.name] != "" {
			left[a.name] = true
			continue
		}
		t.Run(a.name, func(t *testing.T) {
			played++
			d := a.make(t)
			c, finish := falseChip(t, a, d)
			in := inspect.JudgeInput{At: today, Store: storeOf(t, d.CSCA.Certificate), Face: anyFace}
			if a.judge != nil {
				a.judge(t, d, &in)
			}
			m := parseMRZ(t, strings.Join(d.MRZ, "\n"))
			key := m.Key()
			reading, err := inspect.Read(context.Background(), &suite.Link{Chip: c}, inspect.Input{Key: &key, Judge: in, Random: rand.Reader, Clock: time.Now})
			if err != nil {
				t.Fatal(err)
			}
			finish()
			r := reading.Report
			if seen, ok := seenLive[a.name]; ok {
				a.verdict, a.check, a.outcome, a.code = seen.verdict, seen.check, seen.outcome, seen.code
			}
			checkDocumented(t, r)
			if r.Authenticity != a.verdict {
				t.Errorf("the verdict is %s, want %s; in its way: %v", r.Authenticity, a.verdict, r.Obstacles())
			}
			if got := r.Check(a.check); got.Outcome != a.outcome || a.code != "" && got.Code != a.code {
				t.Errorf("%s is %s %s (%s), want %s %s", got.ID, got.Outcome, got.Code, got.Detail, a.outcome, a.code)
			}
		})
	}
	for name := range notLive {
		if !left[name] {
			t.Errorf("there is no attack called %q", name)
		}
	}
	if played < 40 {
		t.Errorf("only %d attacks", played)
	}
	counts.Print(t, "%d attacks played live, none genuine; %d are on what a session's record claims, and are not for a chip", played, len(left))
}

// falseChip makes the chip of an attack: the files that the terminal is to read, and what the chip does. finish tells whether
// what it was to do was done.
func falseChip(t *testing.T, a attack, d *specimen.Document) (c *chip.Chip, finish func()) {
	t.Helper()
	config := d.Chip
	config.Agreements = slices.Clone(config.Agreements)
	b := behaviours[a.name]
	if a.evidence != nil && b.script == "" {
		ev := liveEvidence(t, d)
		proofs := len(ev.Session.Proofs)
		a.evidence(d, ev)
		files := map[string][]byte{}
		maps.Copy(files, d.Files)
		for name := range d.Files {
			if _, there := ev.Files[inspect.File(name)]; !there && name != "EF.ATR-INFO" {
				delete(files, name)
			}
		}
		for name, data := range ev.Files {
			files[string(name)] = data
		}
		config.Master, config.LDS = specimen.Layout(files)
		if len(ev.Session.Proofs) != proofs && b.keys == nil {
			t.Fatal("an attack on the session that no behaviour of a chip stands for")
		}
	}
	if b.keys != nil {
		b.keys(t, &config)
	}
	c = chip.New(config)
	if b.script == "" {
		return c, func() {}
	}
	script, err := fault.Parse(b.script)
	if err != nil {
		t.Fatal(err)
	}
	report := script.Arm(c)
	return c, func() {
		if r := report(); r.Err != nil || len(r.Fired) == 0 {
			t.Errorf("the chip did not do what it was to do: %v %v", r.Fired, r.Err)
		}
	}
}
