package visit

import (
	"context"
	"errors"

	"github.com/skranke/skranke/mrtd"
)

// ReaderState tells what a reader is doing.
type ReaderState string

// The states of a reader.
const (
	// ReaderEmpty is a reader with nothing on it.
	ReaderEmpty ReaderState = "empty"
	// ReaderCard is a reader with a chip on it that can be read.
	ReaderCard ReaderState = "card"
	// ReaderInUse is a reader that another program holds.
	ReaderInUse ReaderState = "in_use"
	// ReaderMute is a reader with something on it that does not answer.
	ReaderMute ReaderState = "mute"
)

// Reader is one reader and what it is doing.
type Reader struct {
	// Name is the reader's name, by which it is opened.
	Name  string
	State ReaderState
	// Card counts what was laid on the reader, so that the same document laid back is told from one that never left.
	Card uint64
}

// ReadersState is what is known of all readers at one moment.
type ReadersState struct {
	// Known is false until the first look.
	Known bool
	// Service is false while the machine's card service does not run.
	Service bool
	// Readers lists the readers that are connected.
	Readers []Reader
}

// Readers is what a visit needs of the room where the readers are.
type Readers interface {
	// Watch calls changed with the state of all readers, once at the start and then at each change, from one goroutine at
	// a time, until ctx ends; its error then matches ctx's. It lives through a service that stops and starts and readers
	// that come and go.
	Watch(ctx context.Context, changed func(ReadersState)) error
	// Open connects to the chip on a reader. Its errors match ErrNoService, ErrNoReader, ErrReaderRemoved, ErrInUse,
	// ErrMute, or mrtd.ErrLinkLost where the chip is gone.
	Open(ctx context.Context, reader string) (Link, error)
}

// Link is a connection to a chip that can be closed.
type Link interface {
	mrtd.Link
	// Close lets the chip go. The Link is of no use afterwards.
	Close() error
}

// What can be wrong with readers. Errors of a [Readers] and its Links match these.
var (
	ErrNoService     = errors.New("the card reader service is not running")
	ErrNoReader      = errors.New("no card reader is connected")
	ErrReaderRemoved = errors.New("the card reader was removed")
	ErrInUse         = errors.New("another program is using the card reader")
	ErrMute          = errors.New("the chip does not answer")
)
