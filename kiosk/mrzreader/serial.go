package mrzreader

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.bug.st/serial"
)

// DefaultBaud is the speed in bits a second of a reader for which none is set.
const DefaultBaud = 9600

// again is how long it takes until a port that is gone is looked for once more.
const again = 2 * time.Second

// Lines calls found, from one goroutine, with the lines of each document that is laid on the reader on a serial port, 8 bits, no
// parity, 1 stop bit at a speed in bits a second, [DefaultBaud] for zero. What it calls it with has check digits that are right, or is of the
// right length with a slip in it. It lives through a reader that is unplugged and plugged in, and tells connected each time; its
// error is that of ctx, which ends it within a [Pause]. Several programs cannot share a port.
func Lines(ctx context.Context, port string, baud int, connected func(bool), found func(text string)) error {
	if baud == 0 {
		baud = DefaultBaud
	}
	mode := &serial.Mode{BaudRate: baud, DataBits: 8, Parity: serial.NoParity, StopBits: serial.OneStopBit}
	known, was := false, false
	tell := func(is bool) {
		if !known || is != was {
			known, was = true, is
			connected(is)
		}
	}
	for {
		if open, err := serial.Open(port, mode); err == nil {
			tell(true)
			err = listen(ctx, open, found)
			_ = open.Close() // it is gone, or let go
			if ctx.Err() != nil {
				return ctx.Err()
			}
			if errors.Is(err, errTimeout) {
				return err
			}
		}
		tell(false)
		select {
		case <-ctx.Done():
			return ctx.Err()
		case <-time.After(again):
		}
	}
}

var errTimeout = errors.New("the serial port takes no time limit")

// listen reads from an open port until it breaks or ctx ends.
func listen(ctx context.Context, port serial.Port, found func(text string)) error {
	if err := port.SetReadTimeout(Pause / 2); err != nil {
		return fmt.Errorf("%w: %w", errTimeout, err)
	}
	var lines Collector
	defer lines.Forget()
	chunk := make([]byte, 128)
	defer clear(chunk)
	for ctx.Err() == nil {
		n, err := port.Read(chunk)
		if err != nil {
			return err
		}
		now := time.Now()
		for _, character := range chunk[:n] {
			if text, ok := lines.Take(rune(character), now); ok {
				found(text)
			}
		}
		clear(chunk[:n])
	}
	return ctx.Err()
}
