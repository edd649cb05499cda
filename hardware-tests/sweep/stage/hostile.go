package stage

import (
	"bytes"
	"context"
	"encoding/binary"
)

// Tape is what a hostile chip answers, as a fuzzer writes it: each answer with its length in two bytes before it.
func Tape(answers ...[]byte) []byte {
	var tape []byte
	for _, a := range answers {
		tape = binary.BigEndian.AppendUint16(tape, uint16(len(a))) //nolint:gosec // cut where it is too long
		tape = append(tape, a...)
	}
	return tape
}

// Hostile is a link whose chip answers from a tape, whatever it is asked. The link is lost where the tape ends.
type Hostile struct {
	// Answers has what the chip has answered so far; Resets counts.
	Answers [][]byte
	Resets  int
	// Said is the answer to reset.
	Said []byte
	tape []byte
}

// NewHostile plays a tape.
func NewHostile(tape []byte) *Hostile { return &Hostile{tape: tape} }

// Transmit answers from the tape.
func (h *Hostile) Transmit(ctx context.Context, _ []byte) ([]byte, error) {
	if err := ctx.Err(); err != nil {
		return nil, err
	}
	if len(h.tape) < 2 {
		return nil, ErrLost
	}
	n := min(int(binary.BigEndian.Uint16(h.tape)), len(h.tape)-2)
	answer := bytes.Clone(h.tape[2 : 2+n])
	h.tape = h.tape[2+n:]
	h.Answers = append(h.Answers, answer)
	return answer, nil
}

// Reset changes nothing.
func (h *Hostile) Reset(ctx context.Context) error {
	h.Resets++
	return ctx.Err()
}

// ATR is what the chip said.
func (h *Hostile) ATR() []byte { return h.Said }
