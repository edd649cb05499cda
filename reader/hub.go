package reader

import (
	"context"
	"errors"
	"slices"
	"sync"
	"time"

	"github.com/ebfe/scard"
)

// hub is the one place that asks the service for the readers and their states, for all who want to know, and only while
// someone does.
//
// One place, because pcsc-lite before 2.0 keeps the states that it got last in one array for the whole process: of two
// threads that ask at once, one can be answered with what the other was told earlier, and then waits for a change that has
// already been. And scard keeps the C string of a reader's name alive, while a call waits, by the name alone: a second call
// for the same reader takes the string from under the first.
type hub struct {
	// establish opens a context of the service.
	establish func() (service, error)

	mutex sync.Mutex
	// subscribers are those who want to know.
	subscribers map[*subscriber]struct{}
	// latest is what is known; nil while nothing is.
	latest *snapshot
	// stop ends the goroutine that asks; nil when there are no subscribers.
	stop context.CancelFunc
	// ended is closed when the goroutine that was started last has ended.
	ended chan struct{}
	// poke ends the pause between two attempts to reach the service.
	poke chan struct{}
	// renew ends a wait, to ask for all states anew.
	renew chan struct{}
}

// service is what the hub needs of a PC/SC context. Cancel alone may be called while another call waits.
type service interface {
	ListReaders() ([]string, error)
	GetStatusChange(states []scard.ReaderState, timeout time.Duration) error
	Cancel() error
	Release() error
}

// snapshot is the readers as the service knew them at one time, or why it could not be asked. It does not change.
type snapshot struct {
	states []State
	err    error
}

// of returns the state of the reader called name.
func (s *snapshot) of(name string) (State, bool) {
	i := slices.IndexFunc(s.states, func(state State) bool { return state.Name == name })
	if i < 0 {
		return State{}, false
	}
	return s.states[i], true
}

// shared is the process's hub.
var shared = newHub(func() (service, error) {
	context, err := scard.EstablishContext()
	return context, err
})

func newHub(establish func() (service, error)) *hub {
	return &hub{establish: establish, subscribers: map[*subscriber]struct{}{}, poke: make(chan struct{}, 1), renew: make(chan struct{}, 1)}
}

// subscriber sees the snapshots one after another, and misses those that a newer one has overtaken.
type subscriber struct {
	hub    *hub
	latest *snapshot
	// fresh holds a token while latest has not been looked at.
	fresh chan struct{}
}

// subscribe starts to follow the service. While the service is not there, each attempt to reach it gives a snapshot with
// the error; subscribing leads to an attempt at once. close ends it.
func (h *hub) subscribe() *subscriber {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	s := &subscriber{hub: h, fresh: make(chan struct{}, 1)}
	h.subscribers[s] = struct{}{}
	switch {
	case h.stop == nil:
		var ctx context.Context
		ctx, h.stop = context.WithCancel(context.Background())
		before, ended := h.ended, make(chan struct{})
		h.ended = ended
		go func() {
			defer close(ended)
			if before != nil {
				<-before
			}
			h.run(ctx)
		}()
	case h.latest != nil && h.latest.err == nil:
		s.latest = h.latest
		s.fresh <- struct{}{}
	default:
		select {
		case h.poke <- struct{}{}:
		default:
		}
	}
	return s
}

// refresh asks for all states anew: pcsc-lite does not tell when a program connects to a card, and of one that leaves it
// tells those alone who know that it came.
func (h *hub) refresh() {
	select {
	case h.renew <- struct{}{}:
	default:
	}
}

func (s *subscriber) close() {
	h := s.hub
	h.mutex.Lock()
	defer h.mutex.Unlock()
	delete(h.subscribers, s)
	if len(h.subscribers) == 0 && h.stop != nil {
		h.stop()
		h.stop, h.latest = nil, nil
	}
}

// next returns the newest snapshot as soon as there is one that it has not returned before, or ctx's error.
func (s *subscriber) next(ctx context.Context) (*snapshot, error) {
	select {
	case <-s.fresh:
		return s.peek(), nil
	case <-ctx.Done():
		return nil, ctx.Err()
	}
}

// peek returns the newest snapshot without waiting for one; nil when there is none yet.
func (s *subscriber) peek() *snapshot {
	s.hub.mutex.Lock()
	defer s.hub.mutex.Unlock()
	return s.latest
}

// publish gives the subscribers a snapshot, unless ctx has ended, and with it the time of those subscribers.
func (h *hub) publish(ctx context.Context, news *snapshot) {
	h.mutex.Lock()
	defer h.mutex.Unlock()
	if ctx.Err() != nil {
		return
	}
	h.latest = news
	for s := range h.subscribers {
		s.latest = news
		select {
		case s.fresh <- struct{}{}:
		default:
		}
	}
}

// The pauses between attempts to reach the service grow from the first to the last.
const (
	firstPause = 50 * time.Millisecond
	lastPause  = 2 * time.Second
)

// run asks until ctx ends.
func (h *hub) run(ctx context.Context) {
	for pause := firstPause; ctx.Err() == nil; pause = min(2*pause, lastPause) {
		begun := time.Now()
		service, err := h.establish()
		if err == nil {
			err = h.follow(ctx, service)
			_ = service.Release()
		}
		if errors.Is(err, scard.ErrCommError) {
			err = scard.ErrNoService // So pcsc-lite says that the connection to the service has broken.
		}
		h.publish(ctx, &snapshot{err: trouble(err)})
		if time.Since(begun) > lastPause {
			pause = firstPause
		}
		select {
		case <-time.After(pause):
		case <-h.poke:
		case <-ctx.Done():
		}
	}
}

// pnp is the pseudo-reader whose state changes when readers come and go.
const pnp = `\\?PnP?\Notification`

// The service tells of changes, but pcsc-lite before 2.3 not of a reader that comes between the question for the list and
// the wait: the list is asked for again soon after it has changed, as readers with several slots come one by one, and then
// every minute. pcsc-lite itself wakes as often from a wait that is to last forever.
const (
	soon  = time.Second
	later = time.Minute
)

// follow publishes what the service says until the service fails or ctx ends.
func (h *hub) follow(ctx context.Context, service service) error {
	var states []State // As published.
	var notification *scard.ReaderState
	for published, timeout := false, soon; ; {
		names, err := readers(service)
		if err != nil {
			return err
		}
		if notification == nil {
			notification = &scard.ReaderState{Reader: pnp, CurrentState: pnpState(len(names))}
		}
		known := make([]State, len(names))
		asked := make([]scard.ReaderState, len(names), len(names)+1)
		for i, name := range names {
			known[i] = State{Name: name, Card: Unknown}
			if at := slices.IndexFunc(states, func(s State) bool { return s.Name == name }); at >= 0 {
				known[i] = states[at]
			}
			asked[i] = scard.ReaderState{Reader: name, CurrentState: known[i].flags}
		}
		if !slices.EqualFunc(known, states, func(a, b State) bool { return a.Name == b.Name }) {
			timeout = soon
			states = known
			published = false
		}
		if !published && !slices.ContainsFunc(known, func(s State) bool { return s.flags == scard.StateUnaware }) {
			h.publish(ctx, &snapshot{states: known})
			published = true
		}
		err = change(ctx, service, append(asked, *notification), timeout, h.renew)
		switch {
		case errors.Is(err, scard.ErrTimeout):
			timeout = later
			continue
		case errors.Is(err, scard.ErrCancelled):
			for i := range known {
				known[i].flags = scard.StateUnaware
			}
			states = known
			continue
		case errors.Is(err, scard.ErrUnknownReader):
			continue // It went away since the list was made.
		case err != nil:
			return err
		}
		asked = asked[:len(names)+1]
		notification.CurrentState = asked[len(names)].EventState &^ scard.StateChanged
		states = make([]State, len(names))
		for i, name := range names {
			states[i] = stateOf(name, &asked[i])
		}
		if !published || !slices.EqualFunc(states, known, State.same) {
			h.publish(ctx, &snapshot{states: states})
			published = true
		}
	}
}

// maxReaders is how many readers one wait can watch beside the pseudo-reader: pcsc-lite knows 16 readers at most and
// takes no longer list (PCSCLITE_MAX_READERS_CONTEXTS).
const maxReaders = 15

// readers returns the names of the readers that the service knows, at most maxReaders.
func readers(service service) ([]string, error) {
	for {
		names, err := service.ListReaders()
		switch {
		case errors.Is(err, scard.ErrNoReadersAvailable):
			return nil, nil
		case errors.Is(err, scard.ErrInsufficientBuffer):
			continue // One has come between scard's question for the length and the one for the names.
		case err != nil:
			return nil, err
		}
		return names[:min(len(names), maxReaders)], nil
	}
}
