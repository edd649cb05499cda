package quirks_test

import (
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/mrtd/inspect"
)

// TestNamesAsPrinted reads documents whose lines have AE, OE and AA for letters of their holders' names: where DG11 is signed and says how they are printed, they are
// shown so; where there is none, or another name, as in the lines.
func TestNamesAsPrinted(t *testing.T) {
	danish := func(more string) string {
		return strings.NewReplacer("surname: SPECIMEN", "surname: Sørensen", "given_names: QUIRK", "given_names: Åse Mæhl").Replace(profile("  bac: true\n", more))
	}
	for _, c := range []struct{ name, yaml, surname, given string }{
		{"signed", danish("lds: {groups: [11]}"), "SØRENSEN", "ÅSE MÆHL"},
		{"no DG11", danish(""), "SOERENSEN", "AASE MAEHL"},
	} {
		t.Run(c.name, func(t *testing.T) {
			d := set(t, "printed "+c.name, c.yaml, nil, chip.Hooks{}).genuine(t).Report.Document
			if surname, given := d.Names(); surname != c.surname || given != c.given {
				t.Errorf("shown as %s, %s", surname, given)
			}
			if d.Surname != "SOERENSEN" || d.GivenNames != "AASE MAEHL" {
				t.Errorf("the lines have %s, %s", d.Surname, d.GivenNames)
			}
		})
	}
	t.Run("another DG11", func(t *testing.T) { // which is read, and found not to be the signed one
		s := set(t, "printed signed", danish("lds: {groups: [11]}"), func(c *chip.Config) {
			for i, f := range c.LDS {
				if f.ID == 0x010B {
					c.LDS[i].Data = []byte(strings.Replace(string(f.Data), "SØRENSEN", "SÖRENSEN", 1))
				}
			}
		}, chip.Hooks{})
		reading, err := s.read()
		if err != nil {
			t.Fatal(err)
		}
		s.wantVerdict(t, reading, inspect.Counterfeit)
		check(t, reading.Report, "dg.11", inspect.Failed, "hash_mismatch")
		if surname, _ := reading.Report.Document.Names(); surname != "SOERENSEN" {
			t.Errorf("shown as %s", surname)
		}
	})
	t.Run("refused", func(t *testing.T) {
		s := set(t, "printed signed", danish("lds: {groups: [11]}"), nil, answer(0x6982, func(x *chip.Exchange) bool { return x.LDS && x.File == 0x010B }))
		check(t, s.genuine(t).Report, "dg.11", inspect.NotDone, "refused")
	})
}
