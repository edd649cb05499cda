package fault_test

import (
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// TestCases makes the document of every case of TR-03105-5.1 and arms its chip: each of the guideline's 338 ids is there,
// with a script that works or a reason.
func TestCases(t *testing.T) {
	ids, runs, none := map[string]bool{}, 0, 0
	for _, c := range fault.Cases() {
		ids[c.ID] = true
		if c.Reason != "" {
			none++
			continue
		}
		p, err := specimen.Load(c.Profile)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		s, err := fault.Parse(c.Script)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		d, err := s.Make(p, 7, day)
		if err != nil {
			t.Errorf("%s: %v", c.ID, err)
			continue
		}
		s.Arm(chip.New(d.Chip))
		runs++
	}
	counts.Print(t, "TR-03105-5.1 on the chip: %d ids, %d runs, %d without a script", len(ids), runs, none)
	if len(ids) != 338 || runs < 300 {
		t.Errorf("%d ids and %d runs, want 338 and 300 at least", len(ids), runs)
	}
}
