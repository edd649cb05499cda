// Package mrtd is about one machine readable travel document: its packages read a chip and judge what it says.
//
// The chip is reached through [Link], which this package owns so that a PC/SC reader, a virtual chip, a recording and a
// fault injector can all stand behind it.
package mrtd

import (
	"context"
	"errors"
)

// Link carries command APDUs to one chip and brings its response APDUs back.
//
// A Link is used by one goroutine at a time.
type Link interface {
	// Transmit sends one command APDU (ISO/IEC 7816-3 §12.1, short or extended) and returns the response APDU with its
	// two-byte status word, 2 to 65,538 bytes, in a slice that the caller owns. It returns as soon as ctx ends, with an
	// error that matches ctx's. A chip that is gone gives an error that matches [ErrLinkLost].
	Transmit(ctx context.Context, command []byte) ([]byte, error)

	// Reset powers the chip down and up, so that it has forgotten every key and selection, for a fresh session.
	// Errors are those of Transmit.
	Reset(ctx context.Context) error

	// ATR returns the chip's answer to reset (ISO/IEC 7816-3 §8.2) as the reader reported it; nil when unknown.
	ATR() []byte
}

// ErrLinkLost says that the chip left the field, or the reader went away, in the middle of something. It never speaks
// against a document: laying the document back and reading again is the remedy.
var ErrLinkLost = errors.New("the connection to the chip was lost")
