package reader

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ebfe/scard"

	"github.com/skranke/skranke/mrtd"
)

var _ mrtd.Link = (*Card)(nil)

// Card is an exclusive connection to the card on a reader. It is a [mrtd.Link], so one goroutine at a time uses it; Close
// may come from another.
//
// Every error of Transmit and Reset matches [mrtd.ErrLinkLost], but those of an ended context and of a command that can
// be none. After an error the session
// is over: Transmit gives the same error again until a Reset has succeeded, and a card that was taken off stays so, even if
// it or another one is laid back: connect again.
type Card struct {
	service *scard.Context
	handle  *scard.Card
	// watch follows the reader, and first is its state when the card was connected to.
	watch *subscriber
	first State

	mutex sync.Mutex
	// running is closed when the exchange that is under way has ended; nil when there is none.
	running chan struct{}
	// over is why the session is over, nil while it lasts.
	over error
	// gone says that the card, and not only the session, is over.
	gone   bool
	closed bool
}

func newCard(service *scard.Context, handle *scard.Card, watch *subscriber, state State) *Card {
	return &Card{service: service, handle: handle, watch: watch, first: state}
}

// Reader returns the PC/SC name of the reader that the card lies on.
func (c *Card) Reader() string { return c.first.Name }

// ATR returns the card's answer to reset, nil when the reader does not tell. For a contactless card the reader makes it up
// (PC/SC part 3 §3.1.3.2.3).
func (c *Card) ATR() []byte { return bytes.Clone(c.first.ATR) }

// The length of a command APDU, in bytes: from a bare header to an extended one with 65,535 bytes of data and Le
// (ISO/IEC 7816-3 §12.1.3).
const (
	minCommand = 4
	maxCommand = 4 + 3 + 65535 + 2
)

// Transmit sends a command APDU of 4 to 65,544 bytes, and returns the response APDU, status word included. How much of
// that length the reader takes is the reader's affair.
//
// When ctx ends, Transmit returns at once with its error. PC/SC cannot abort an exchange: the card stays occupied until
// the abandoned one has ended, and serves no command before a [Card.Reset].
//
// Errors besides ctx's are ErrCardRemoved, ErrReaderRemoved, ErrCardReset, ErrExchangeFailed, ErrNoService, ErrInterrupted,
// ErrClosed and ErrPCSC.
func (c *Card) Transmit(ctx context.Context, command []byte) ([]byte, error) {
	if len(command) < minCommand || len(command) > maxCommand {
		return nil, fmt.Errorf("a command APDU of %d bytes", len(command))
	}
	command = bytes.Clone(command) // The caller may use its own again when ctx has ended.
	var response []byte
	err := c.exchange(ctx, false, func() error {
		received, err := c.handle.Transmit(command)
		if err != nil {
			return c.diagnose(err)
		}
		if len(received) < 2 {
			return c.diagnose(fmt.Errorf("%w: a response of %d bytes", ErrExchangeFailed, len(received)))
		}
		response = bytes.Clone(received) // What scard returns keeps 64 KB alive.
		clear(received)
		return nil
	})
	if err != nil {
		return nil, err
	}
	return response, nil
}

// Reset powers the card down and up, for a fresh session; after it the card serves commands again. It first waits until an
// abandoned exchange has ended.
//
// When ctx ends, Reset returns at once with its error, and the card serves no command before another Reset. Errors besides
// ctx's are those of Transmit, and ErrCardMute.
func (c *Card) Reset(ctx context.Context) error {
	if err := c.idle(ctx); err != nil {
		return err
	}
	return c.exchange(ctx, true, func() error {
		// pcsc-lite powers up whatever card there is, and forgets that ours has left.
		if err := c.removed(); err != nil {
			return err
		}
		if err := c.handle.Reconnect(scard.ShareExclusive, scard.ProtocolAny, scard.UnpowerCard); err != nil {
			return c.diagnose(err)
		}
		if !speaks(c.handle) {
			return ErrCardUnsupported
		}
		return nil
	})
}

// idle waits until no exchange is under way.
func (c *Card) idle(ctx context.Context) error {
	c.mutex.Lock()
	running := c.running
	c.mutex.Unlock()
	if running == nil {
		return ctx.Err()
	}
	select {
	case <-running:
		return ctx.Err()
	case <-ctx.Done():
		return ctx.Err()
	}
}

// exchange does work that PC/SC cannot abort, and returns when the work or ctx ends. It refuses if the session is over, or,
// where the work begins a fresh one, if the card is.
func (c *Card) exchange(ctx context.Context, fresh bool, work func() error) error {
	if err := ctx.Err(); err != nil {
		return err
	}
	left := c.left(c.watch.peek())
	c.mutex.Lock()
	if left != nil && !c.closed && !c.gone {
		c.over, c.gone = left, true
	}
	if fresh && !c.gone && !c.closed && c.running == nil {
		c.over = nil
	}
	switch {
	case c.over != nil:
		defer c.mutex.Unlock()
		return lostError{c.over}
	case c.running != nil:
		defer c.mutex.Unlock()
		return lostError{ErrInterrupted}
	}
	running := make(chan struct{})
	c.running = running
	c.mutex.Unlock()

	var result error
	go func() {
		err := work()
		c.mutex.Lock()
		defer c.mutex.Unlock()
		result = err
		if errors.Is(err, ErrCardRemoved) || errors.Is(err, ErrReaderRemoved) || errors.Is(err, ErrNoService) {
			c.gone = true
		}
		if err != nil && (c.over == nil || c.gone && !c.closed) {
			c.over = err
		}
		c.running = nil
		close(running)
	}()
	select {
	case <-running:
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if result != nil {
			return lostError{result}
		}
		return nil
	case <-ctx.Done():
		c.mutex.Lock()
		defer c.mutex.Unlock()
		if c.over == nil {
			c.over = ErrInterrupted
		}
		return ctx.Err()
	}
}

// left says why the card cannot be reached any more, by what the service says of its reader; nil if it may be there.
func (c *Card) left(now *snapshot) error {
	switch state, known := now.of(c.first.Name); {
	case now.err != nil:
		return now.err
	case !known:
		return ErrReaderRemoved
	case state.Card == Absent:
		return ErrCardRemoved
	}
	return nil
}

// removed says that the card has left, be there another one or itself again. The handle knows, as it gives an attribute
// only while its card is there. The service's counter of insertions does not: pcsc-lite shows a new card before it counts it.
func (c *Card) removed() error {
	if _, err := c.handle.GetAttrib(scard.AttrAtrString); errors.Is(err, scard.ErrRemovedCard) {
		return trouble(err)
	}
	return nil
}

// settling is how long the service may take to notice that a card has gone: pcsc-lite looks every 400 ms where the driver
// does not tell it.
const settling = 600 * time.Millisecond

// diagnose turns an error of an exchange into the trouble behind it. Drivers report a card that leaves in the middle of an
// exchange as a failed exchange, and pcsc-lite takes the handle of a reader that has gone for a wrong value, so that the
// reader's state has to tell.
func (c *Card) diagnose(err error) error {
	found := trouble(err)
	switch {
	case errors.Is(err, scard.ErrNoSmartcard):
		return fmt.Errorf("%w: %w", ErrCardRemoved, err)
	case errors.Is(err, scard.ErrInvalidHandle), errors.Is(err, scard.ErrInvalidValue):
		found = fmt.Errorf("%w: %w", ErrReaderRemoved, err)
	case !errors.Is(found, ErrExchangeFailed) && !errors.Is(found, ErrCardMute) && !errors.Is(found, ErrPCSC):
		return found
	}
	settle, stop := context.WithTimeout(context.Background(), settling)
	defer stop()
	for now := c.watch.peek(); ; {
		if left := c.left(now); left != nil {
			return fmt.Errorf("%w: %w", left, err)
		}
		if left := c.removed(); left != nil {
			return left
		}
		var ended error
		if now, ended = c.watch.next(settle); ended != nil {
			return found
		}
	}
}

// closing is how long Close waits for the service to let go of the card before it leaves that to itself.
const closing = time.Second

// Close powers the card down and lets other programs have it. An exchange that is under way ends by itself first, and
// Close does not wait for it; Connect does. Using the card afterwards gives ErrClosed; closing it again does nothing.
func (c *Card) Close() error {
	c.mutex.Lock()
	if c.closed {
		c.mutex.Unlock()
		return nil
	}
	c.closed, c.over = true, ErrClosed
	running := c.running
	c.mutex.Unlock()
	done := make(chan struct{})
	lingering.add(c.first.Name, done)
	go func() {
		defer close(done)
		defer lingering.remove(c.first.Name, done)
		if running != nil {
			<-running
		}
		_ = c.handle.Disconnect(scard.UnpowerCard)
		_ = c.service.Release()
		c.watch.close()
	}()
	if running == nil {
		select {
		case <-done:
		case <-time.After(closing):
		}
	}
	return nil
}
