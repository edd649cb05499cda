// Package air models the contactless link between a reader and a chip: how long a real exchange would take. It counts
// always, and on demand it waits, so that a person sees and a benchmark measures what a real passport feels like.
package air

import (
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
)

// Link is the model of ISO/IEC 14443 type A with the block protocol of part 4.
type Link struct {
	// BitRate is in bits a second: 106,000 to 848,000.
	BitRate int
	// Frame is the size of a frame in octets, 16 to 256 or 4,096: what a reader and a chip agree on.
	Frame int
	// Turnaround is what every command costs besides its bits: the host, the reader, the radio.
	Turnaround time.Duration
	// BlockDelay is what every block costs, there or back.
	BlockDelay time.Duration
	// Compute is the chip's time for a kind of command, and PerKB its time for a kilobyte under secure messaging.
	Compute map[string]time.Duration
	PerKB   time.Duration
}

// compute is what a chip of 2015 to 2020 takes for its calculations.
var compute = map[string]time.Duration{
	"external-authenticate": 25 * time.Millisecond, "get-challenge": 4 * time.Millisecond,
	"pace-1": 25 * time.Millisecond, "pace-2": 150 * time.Millisecond, "pace-3": 130 * time.Millisecond,
	"pace-4": 15 * time.Millisecond, "ca": 130 * time.Millisecond, "mse-kat": 130 * time.Millisecond,
	"internal-authenticate": 250 * time.Millisecond, "read": 2 * time.Millisecond, "select": 3 * time.Millisecond,
	"select-application": 5 * time.Millisecond,
}

// presets are the links by name.
var presets = map[string]int{"106k": 106_000, "212k": 212_000, "424k": 424_000, "848k": 848_000}

// ErrPreset says that no link has the name.
var ErrPreset = errors.New("unknown link; known are 106k, 212k, 424k and 848k")

// Preset gives the usual link at a bit rate: 106k, 212k, 424k or 848k.
func Preset(name string) (Link, error) {
	rate, ok := presets[name]
	if !ok {
		return Link{}, fmt.Errorf("%q: %w", name, ErrPreset)
	}
	return Link{
		BitRate: rate, Frame: 256, Turnaround: 10 * time.Millisecond, BlockDelay: 300 * time.Microsecond,
		Compute: compute, PerKB: 2 * time.Millisecond,
	}, nil
}

// Transfer is how long octets take on the air, one way: nine bits an octet with parity, blocks with a prologue of one
// octet and an epilogue of two.
func (l Link) Transfer(octets int) time.Duration {
	if l.BitRate <= 0 || l.Frame <= 3 {
		return 0
	}
	blocks := max(1, (octets+l.Frame-4)/(l.Frame-3))
	bits := (octets + 3*blocks) * 9
	return time.Duration(int64(bits)*int64(time.Second)/int64(l.BitRate)) + time.Duration(blocks)*l.BlockDelay
}

// Exchange is how long a command of a kind and its response take.
func (l Link) Exchange(kind string, command, response int) time.Duration {
	work := l.Compute[kind] + time.Duration(int64(l.PerKB)*int64(command+response)/1024)
	return l.Turnaround + l.Transfer(command) + l.Transfer(response) + work
}

// Count is what has gone over the link.
type Count struct {
	// APDUs counts exchanges; Sent and Received their octets, as the terminal sees them.
	APDUs, Sent, Received int
	// Modelled is how long it would have taken.
	Modelled time.Duration
}

// Card is a chip behind a link. It satisfies vpcd.Card.
type Card struct {
	chip *chip.Chip
	link Link
	wait bool

	mutex sync.Mutex
	count Count
}

// New puts a chip behind a link; wait has every exchange take as long as the model says.
func New(c *chip.Chip, l Link, wait bool) *Card { return &Card{chip: c, link: l, wait: wait} }

// Transmit answers a command as the chip does.
func (c *Card) Transmit(command []byte) []byte {
	begin := time.Now()
	response := c.chip.Transmit(command)
	model := c.link.Exchange(c.chip.Kind(), len(command), len(response))
	c.mutex.Lock()
	c.count.APDUs++
	c.count.Sent += len(command)
	c.count.Received += len(response)
	c.count.Modelled += model
	c.mutex.Unlock()
	if c.wait {
		time.Sleep(model - time.Since(begin))
	}
	return response
}

// Reset resets the chip, and not what was counted.
func (c *Card) Reset() { c.chip.Reset() }

// ATR is the chip's.
func (c *Card) ATR() []byte { return c.chip.ATR() }

// Count tells what has gone over the link since the card was made. It may be called at any time.
func (c *Card) Count() Count {
	c.mutex.Lock()
	defer c.mutex.Unlock()
	return c.count
}
