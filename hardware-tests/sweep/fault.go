// Package sweep places one fault at every command of a read, of every kind, on every document: the card vanishes, a status word appears, a bit
// flips. A read must then end within bounds, tell the truth, and leave nothing behind that spoils the next.
package sweep

import (
	"context"
	"fmt"
	"math/rand/v2"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
)

// Kind is a kind of fault.
type Kind string

// The kinds of faults.
const (
	// Gone takes the card away for good.
	Gone Kind = "gone"
	// Nudged loses the card for one command; it has forgotten its session when it answers again.
	Nudged Kind = "nudged"
	// Cancelled ends the read's context.
	Cancelled Kind = "cancelled"
	// Bare answers with a status word alone, and the chip does nothing.
	Bare Kind = "bare"
	// Sealed answers with a status word as the chip itself would say it: protected where the session is.
	Sealed Kind = "sealed"
	// Flipped flips one bit of the response.
	Flipped Kind = "flipped"
)

// Words are the status words of the sweep.
var Words = []uint16{
	0x6110, 0x6282, 0x6300, 0x63C1, 0x6581, 0x6700, 0x6884, 0x6982, 0x6983, 0x6985,
	0x6987, 0x6988, 0x6A80, 0x6A82, 0x6A86, 0x6A88, 0x6B00, 0x6C08, 0x6D00, 0x6F00,
}

// bits are the parts of a response in which a bit flips, as drawn at random: its head, anywhere, its status word.
const bits = 3

// Fault is one fault at one command.
type Fault struct {
	Kind Kind
	// At is the command's number, from 0 over all sessions of the read.
	At int
	// Word is the status word of Bare and Sealed.
	Word uint16
	// Part and Draw say which bit of the response flips: Part 0 in its first four bytes, 1 anywhere, 2 in the status word.
	Part int
	Draw uint64
}

// String is the fault as a failure names it.
func (f Fault) String() string {
	switch f.Kind {
	case Bare, Sealed:
		return fmt.Sprintf("%s %04X at command %d", f.Kind, f.Word, f.At)
	case Flipped:
		return fmt.Sprintf("bit flipped in part %d (%d) at command %d", f.Part, f.Draw, f.At)
	}
	return fmt.Sprintf("%s at command %d", f.Kind, f.At)
}

// Faults lists every fault for a read of so many commands. random draws the bits.
func Faults(commands int, random *rand.Rand) (all []Fault) {
	for at := range commands {
		for _, k := range []Kind{Gone, Nudged, Cancelled} {
			all = append(all, Fault{Kind: k, At: at})
		}
		for _, w := range Words {
			all = append(all, Fault{Kind: Bare, At: at, Word: w}, Fault{Kind: Sealed, At: at, Word: w})
		}
		for part := range bits {
			all = append(all, Fault{Kind: Flipped, At: at, Part: part, Draw: random.Uint64N(1 << 32)})
		}
	}
	return all
}

// flip is the response with the bit flipped.
func (f Fault) flip(answer []byte) []byte {
	from, to := 0, len(answer)
	switch f.Part {
	case 0:
		to = min(4, to)
	case 2:
		from = to - 2
	}
	n := int(f.Draw % uint64(8*(to-from))) //nolint:gosec // a response has at most 65,538 bytes
	answer[from+n/8] ^= 1 << (n % 8)
	return answer
}

// Arm puts a fault on a link and its chip. cancel ends the read's context. Disarm takes it off again.
func (f Fault) Arm(l *stage.Link, cancel context.CancelFunc) {
	l.Before, l.After = nil, nil
	l.Chip.SetHooks(chip.Hooks{})
	switch f.Kind {
	case Gone, Nudged, Cancelled, Bare:
		l.Before = func(n int, _ []byte) ([]byte, error) {
			if n != f.At {
				return nil, nil
			}
			switch f.Kind {
			case Bare:
				return []byte{byte(f.Word >> 8), byte(f.Word)}, nil
			case Cancelled:
				cancel()
				return nil, context.Canceled
			}
			l.Gone = f.Kind == Gone
			l.Chip.Reset()
			return nil, stage.ErrLost
		}
	case Sealed:
		l.Chip.SetHooks(chip.Hooks{Plain: func(x *chip.Exchange) {
			if l.Sent-1 == f.At {
				x.Data, x.Status = nil, f.Word
			}
		}})
	case Flipped:
		l.After = func(n int, _, answer []byte) []byte {
			if n == f.At {
				return f.flip(answer)
			}
			return answer
		}
	}
}

// Disarm takes a fault off, and brings the card back.
func Disarm(l *stage.Link) {
	l.Before, l.After, l.Gone = nil, nil, false
	l.Chip.SetHooks(chip.Hooks{})
}
