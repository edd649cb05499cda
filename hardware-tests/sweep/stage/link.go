package stage

import (
	"context"
	"fmt"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/mrtd"
)

// ErrLost is what a link gives whose card is gone.
var ErrLost = fmt.Errorf("the test took the card away: %w", mrtd.ErrLinkLost)

// Link is a chip behind the interface that the reader's side expects.
type Link struct {
	Chip *chip.Chip
	// Before sees each command, numbered from 0 over the link's life. It may answer in the chip's place, or lose the card with an error.
	Before func(n int, command []byte) (answer []byte, err error)
	// After sees each answer and may change it.
	After func(n int, command, answer []byte) []byte
	// Gone says that the card is away: Reset fails too.
	Gone bool
	// Sent counts the commands, Resets the resets, Out and In the bytes of commands and of responses.
	Sent, Resets, Out, In int
}

// Transmit passes a command to the chip.
func (l *Link) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	n := l.Sent
	l.Sent++
	if l.Before != nil {
		if answer, err := l.Before(n, command); answer != nil || err != nil {
			return answer, err
		}
	}
	if l.Gone {
		return nil, ErrLost
	}
	answer := l.Chip.Transmit(command)
	if answer == nil {
		return nil, ErrLost
	}
	if l.After != nil {
		answer = l.After(n, command, answer)
	}
	l.Out += len(command)
	l.In += len(answer)
	return answer, nil
}

// Reset powers the chip down and up.
func (l *Link) Reset(ctx context.Context) error {
	l.Resets++
	if l.Gone {
		return ErrLost
	}
	l.Chip.Reset()
	return ctx.Err()
}

// ATR is the chip's.
func (l *Link) ATR() []byte { return l.Chip.ATR() }
