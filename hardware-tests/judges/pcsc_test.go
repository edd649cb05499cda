package judges_test

import (
	"context"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/vpcd"
	"github.com/skranke/skranke/reader"
)

// TestGMRTDThroughPCSC has gmrtd's terminal read every profile on a slot of the virtual reader, through pcscd, and
// measures what an exchange costs.
func TestGMRTDThroughPCSC(t *testing.T) {
	rig.Require(t)
	count, exchanges := 0, 0
	var spent time.Duration
	for _, profile := range specimen.Profiles() {
		if beyond[profile] != "" {
			continue
		}
		t.Run(profile, func(t *testing.T) {
			d, err := specimen.Make(profile, 7, day)
			if err != nil {
				t.Fatal(err)
			}
			all := ways(t, d)
			judge(t, d, all[len(all)-1], func(c *chip.Chip) (func([]byte) []byte, func()) {
				ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
				t.Cleanup(cancel)
				slot, err := vpcd.Insert(ctx, rig.Address0, c, 10*time.Second)
				if err != nil {
					t.Fatal(err)
				}
				t.Cleanup(slot.Remove)
				card, err := reader.Open(ctx, rig.Slot0)
				if err != nil {
					t.Fatal(err)
				}
				done := func() {
					_ = card.Close()
					slot.Remove()
				}
				t.Cleanup(done) // An exchange that fails ends the test here.
				return func(command []byte) []byte {
					begin := time.Now()
					response, err := card.Transmit(ctx, command)
					if err != nil {
						t.Fatal(err)
					}
					if command[1] == 0xB0 { // reads, which cost the chip next to nothing
						exchanges++
						spent += time.Since(begin)
					}
					return response
				}, done
			})
			count++
		})
	}
	if exchanges == 0 {
		t.Fatal("nothing was read")
	}
	mean := spent / time.Duration(exchanges)
	counts.Print(t, "gmrtd read %d documents through pcscd; %d reads took %v each", count, exchanges, mean)
	if mean > 5*time.Millisecond {
		t.Errorf("a read takes %v: acknowledgements are being delayed", mean)
	}
}
