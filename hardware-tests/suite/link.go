// Package suite drives Skranke's own reader of travel documents against the virtual chips: in one process, where faults can be placed
// exactly, and through pcscd, as users have it.
package suite

import (
	"context"
	"fmt"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/mrtd"
)

// Link puts a virtual chip behind the interface that the reader's side expects, without a reader in between.
type Link struct {
	Chip *chip.Chip
	// Before sees each command, numbered from 0 over the link's life; it may answer in the chip's place, or lose the card.
	Before func(n int, command []byte) (answer []byte, err error)
	// After sees each answer and may change it.
	After func(n int, command, answer []byte) []byte
	// Sent counts the commands, Resets the resets.
	Sent, Resets int
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
	answer := l.Chip.Transmit(command)
	if l.After != nil {
		answer = l.After(n, command, answer)
	}
	return answer, nil
}

// Reset powers the chip down and up.
func (l *Link) Reset(ctx context.Context) error {
	l.Resets++
	l.Chip.Reset()
	return ctx.Err()
}

// ATR is the chip's.
func (l *Link) ATR() []byte { return l.Chip.ATR() }

// ErrLost is what a fault injector gives for a card that is gone.
var ErrLost = fmt.Errorf("the test took the card away: %w", mrtd.ErrLinkLost)
