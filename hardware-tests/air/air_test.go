package air_test

import (
	"errors"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/air"
	"github.com/skranke/skranke/hardware-tests/chip"
)

// TestModel compares the model with what is measured in the field: 18 KB take half a second at 424 kbit/s, whatever the
// size of the blocks, and a command costs 10 to 20 ms besides.
func TestModel(t *testing.T) {
	l, err := air.Preset("424k")
	if err != nil {
		t.Fatal(err)
	}
	if d := l.Transfer(18 << 10); d < 350*time.Millisecond || d > 550*time.Millisecond {
		t.Errorf("18 KB take %v", d)
	}
	if d := l.Exchange("select", 24, 16); d < 10*time.Millisecond || d > 20*time.Millisecond {
		t.Errorf("a SELECT takes %v", d)
	}
	slow, err := air.Preset("106k")
	if err != nil {
		t.Fatal(err)
	}
	if a, b := slow.Transfer(4096), l.Transfer(4096); a < 3*b {
		t.Errorf("4 KB take %v at 106k and %v at 424k", a, b)
	}
	if _, err := air.Preset("9600"); !errors.Is(err, air.ErrPreset) {
		t.Errorf("9600: %v", err)
	}
}

// TestCount counts two exchanges, and sees that waiting takes the modelled time and not waiting does not.
func TestCount(t *testing.T) {
	l, err := air.Preset("424k")
	if err != nil {
		t.Fatal(err)
	}
	for _, wait := range []bool{false, true} {
		c := air.New(chip.New(chip.Config{}), l, wait)
		begin := time.Now()
		for range 2 {
			c.Transmit([]byte{0, 0xA4, 4, 0x0C, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1})
		}
		spent, got := time.Since(begin), c.Count()
		if got.APDUs != 2 || got.Sent != 24 || got.Received != 4 {
			t.Errorf("counted %+v", got)
		}
		if got.Modelled < 20*time.Millisecond || wait && spent < got.Modelled {
			t.Errorf("waiting %v: modelled %v, spent %v", wait, got.Modelled, spent)
		}
	}
}
