package reader

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/ebfe/scard"
)

// Connect connects to the card on a reader and keeps other programs away from it until [Card.Close].
//
// The reader is the one of that name; else the one whose name holds name, in upper or lower case; where several do, or name
// is empty, the one that a document lies on, contactless slots first: a slot that is known to be for contact cards is
// used only if it is asked for or there is nothing else.
//
// Errors are ErrNoService, ErrServiceDenied, ErrNoReader, ErrUnknownReader, ErrNoCard, ErrCardInUse (after two seconds, as
// some programs look at every new card), ErrCardMute, ErrCardUnsupported, those of a card or reader that goes meanwhile,
// ErrPCSC, and ctx's.
func Connect(ctx context.Context, name string) (*Card, error) {
	return await(ctx, func() (*Card, error) { return connect(ctx, name) }, func(card *Card) { _ = card.Close() })
}

// Open waits until a card lies on a reader, chosen as by [Connect], and connects to it. It waits through a missing
// service, a missing reader and an unplugged one, a card in use and a mute card, and returns only with a card or when ctx
// ends; the error then matches ctx's and what it was waiting for last, such as ErrNoCard.
func Open(ctx context.Context, name string) (*Card, error) {
	watching, stop := context.WithCancel(ctx)
	defer stop()
	events := Watch(watching)
	for {
		card, err := Connect(ctx, name)
		switch {
		case err == nil:
			return card, nil
		case ctx.Err() != nil:
			return nil, ctx.Err()
		}
		if errors.Is(err, ErrCardInUse) {
			shared.refresh() // So that the other program's leaving is told.
		}
		for event := range events {
			// An unsupported card stays one: what changed is that we connected to it and left.
			if event.Kind != CardChanged || !errors.Is(err, ErrCardUnsupported) {
				break
			}
		}
		if ctx.Err() != nil {
			return nil, fmt.Errorf("%w: %w", ctx.Err(), err)
		}
	}
}

// inUseGrace is how long Connect waits for another program to leave a card, looking every inUseRetry: Windows and desktop
// sessions have programs that look at every card when it comes.
const (
	inUseGrace = 2 * time.Second
	inUseRetry = 100 * time.Millisecond
)

func connect(ctx context.Context, name string) (card *Card, err error) {
	watch := shared.subscribe()
	defer func() {
		if err != nil {
			watch.close()
		}
	}()
	now, err := watch.next(ctx)
	if err != nil {
		return nil, err
	}
	if now.err != nil {
		return nil, now.err
	}
	state, err := choose(now.states, name)
	if err != nil {
		return nil, err
	}
	if err := lingering.wait(ctx, state.Name); err != nil {
		return nil, err
	}
	// pcsc-lite lets one call at a time run in a context, and an exchange may take long: each card has its own.
	service, err := scard.EstablishContext()
	if err != nil {
		return nil, trouble(err)
	}
	handle, err := take(ctx, service, state.Name)
	if err != nil {
		_ = service.Release()
		return nil, err
	}
	return newCard(service, handle, watch, state), nil
}

// take connects to the card on a reader for this program alone.
func take(ctx context.Context, service *scard.Context, reader string) (*scard.Card, error) {
	grace, stop := context.WithTimeout(ctx, inUseGrace)
	defer stop()
	for {
		handle, err := service.Connect(reader, scard.ShareExclusive, scard.ProtocolAny)
		switch {
		case err == nil && !speaks(handle):
			_ = handle.Disconnect(scard.LeaveCard)
			return nil, ErrCardUnsupported
		case !errors.Is(err, scard.ErrSharingViolation):
			return handle, trouble(err)
		}
		// pcsc-lite does not tell of a program that leaves if it has not told that it came.
		select {
		case <-time.After(inUseRetry):
		case <-grace.Done():
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			return nil, trouble(err)
		}
	}
}

// speaks says whether a protocol for commands and responses was agreed with the card; scard panics when it is to transmit
// by another.
func speaks(handle *scard.Card) bool {
	p := handle.ActiveProtocol()
	return p == scard.ProtocolT0 || p == scard.ProtocolT1
}

// lingering holds the readers whose closed card still ends an exchange that was abandoned, or its release.
var lingering = lingerers{until: map[string]<-chan struct{}{}}

type lingerers struct {
	sync.Mutex
	until map[string]<-chan struct{}
}

// add notes that the reader is taken until done is closed.
func (l *lingerers) add(reader string, done <-chan struct{}) {
	l.Lock()
	defer l.Unlock()
	l.until[reader] = done
}

// remove forgets what add has noted, unless a later one has taken its place.
func (l *lingerers) remove(reader string, done <-chan struct{}) {
	l.Lock()
	defer l.Unlock()
	if l.until[reader] == done {
		delete(l.until, reader)
	}
}

// wait returns when no closed card holds the reader any more, or with ctx's error.
func (l *lingerers) wait(ctx context.Context, reader string) error {
	l.Lock()
	done := l.until[reader]
	l.Unlock()
	if done == nil {
		return nil
	}
	select {
	case <-done:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
