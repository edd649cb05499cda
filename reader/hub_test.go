package reader

import (
	"context"
	"errors"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"testing/synctest"
	"time"

	"github.com/ebfe/scard"
)

// plugboard is a PC/SC service whose readers a test plugs and unplugs. It tells of changes as pcsc-lite 1.9.9 does: of
// readers that come and go only from the moment that a wait begins, by their number.
type plugboard struct {
	t *testing.T

	mutex   sync.Mutex
	readers []scard.ReaderState
	changed chan struct{}
	// listed is called, if not nil, after each answer to the question for the list.
	listed  func()
	cancels chan struct{}
	// calls counts the calls under way, of which there is to be one at most.
	calls int
}

func newPlugboard(t *testing.T, names ...string) *plugboard {
	board := &plugboard{t: t, changed: make(chan struct{}), cancels: make(chan struct{}, 1)}
	for _, name := range names {
		board.plug(name)
	}
	return board
}

func (b *plugboard) hub() *hub { return newHub(func() (service, error) { return b, nil }) }

func (b *plugboard) change(change func()) {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	change()
	close(b.changed)
	b.changed = make(chan struct{})
}

func (b *plugboard) plug(name string) {
	b.change(func() { b.readers = append(b.readers, scard.ReaderState{Reader: name, EventState: scard.StateEmpty}) })
}

func (b *plugboard) unplug(name string) {
	b.change(func() {
		b.readers = slices.DeleteFunc(b.readers, func(r scard.ReaderState) bool { return r.Reader == name })
	})
}

// lay lays a card on a reader.
func (b *plugboard) lay(name string) {
	b.change(func() { b.readers[b.index(name)].EventState = scard.StatePresent | 1<<16 })
}

func (b *plugboard) index(name string) int {
	return slices.IndexFunc(b.readers, func(r scard.ReaderState) bool { return r.Reader == name })
}

func (b *plugboard) enter() {
	b.calls++
	if b.calls != 1 {
		b.t.Error("two calls at once")
	}
}

func (b *plugboard) ListReaders() ([]string, error) {
	b.mutex.Lock()
	b.enter()
	var names []string
	for _, reader := range b.readers {
		names = append(names, reader.Reader)
	}
	b.calls--
	listed := b.listed
	b.mutex.Unlock()
	if listed != nil {
		listed()
	}
	if len(names) == 0 {
		return nil, scard.ErrNoReadersAvailable
	}
	return names, nil
}

func (b *plugboard) GetStatusChange(asked []scard.ReaderState, timeout time.Duration) error {
	b.mutex.Lock()
	defer b.mutex.Unlock()
	b.enter()
	defer func() { b.calls-- }()
	if len(asked) > 16 {
		return scard.ErrInvalidParameter
	}
	for _, reader := range asked {
		if reader.Reader != pnp && b.index(reader.Reader) < 0 {
			return scard.ErrUnknownReader
		}
	}
	deadline := time.After(timeout)
	for number := len(b.readers); ; {
		news := false
		for i := range asked {
			reader := &asked[i]
			at := b.index(reader.Reader)
			switch {
			case reader.Reader == pnp:
				reader.EventState = 0
				if len(b.readers) == number {
					continue
				}
			case at < 0:
				reader.EventState = scard.StateUnknown | scard.StateUnavailable
			default:
				reader.EventState = b.readers[at].EventState
				if reader.EventState == reader.CurrentState {
					continue
				}
			}
			reader.EventState |= scard.StateChanged
			news = true
		}
		if news {
			return nil
		}
		changed := b.changed
		b.mutex.Unlock()
		var err error
		select {
		case <-changed:
		case <-deadline:
			err = scard.ErrTimeout
		case <-b.cancels:
			err = scard.ErrCancelled
		}
		b.mutex.Lock()
		if err != nil {
			return err
		}
	}
}

func (b *plugboard) Cancel() error {
	select {
	case b.cancels <- struct{}{}:
	default:
	}
	return nil
}

func (b *plugboard) Release() error { return nil }

func limited(t *testing.T) context.Context {
	ctx, stop := context.WithTimeout(context.Background(), patience)
	t.Cleanup(stop)
	return ctx
}

func TestReadersComeAndGo(t *testing.T) {
	ctx := limited(t)
	board := newPlugboard(t)
	events := board.hub().watch(ctx)
	expect(t, ctx, events, Event{Kind: ServiceUp})
	board.plug("a")
	expect(t, ctx, events, of(ReaderAdded, "a"))
	board.lay("a")
	expect(t, ctx, events, of(CardInserted, "a"))
	board.plug("b")
	expect(t, ctx, events, of(ReaderAdded, "b"))
	board.unplug("a")
	expect(t, ctx, events, of(CardRemoved, "a"), of(ReaderRemoved, "a"))
	board.plug("a")
	expect(t, ctx, events, of(ReaderAdded, "a"))
	board.unplug("b")
	board.unplug("a")
	var gone []string
	for range 2 {
		event := <-events
		if event.Kind != ReaderRemoved {
			t.Errorf("event %v, want %s", event, ReaderRemoved)
		}
		gone = append(gone, event.Reader.Name)
	}
	if slices.Sort(gone); !slices.Equal(gone, []string{"a", "b"}) {
		t.Errorf("gone are %v", gone)
	}
}

// A reader that comes after the list was given and before the wait begins is noticed all the same.
func TestReaderComesBetweenListAndWait(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		ctx := limited(t)
		board := newPlugboard(t, "a")
		lists := 0
		board.listed = func() {
			// The first wait, for a reader of unknown state, ends at once; the second is the one that would last.
			if lists++; lists == 2 {
				board.plug("b")
			}
		}
		begun := time.Now()
		expect(t, ctx, board.hub().watch(ctx), Event{Kind: ServiceUp}, of(ReaderAdded, "a"), of(ReaderAdded, "b"))
		if took := time.Since(begun); took > soon {
			t.Errorf("it took %v to notice the reader, want at most %v", took, soon)
		}
	})
}

// A reader that goes in that time is no trouble.
func TestReaderGoesBetweenListAndWait(t *testing.T) {
	ctx := limited(t)
	board := newPlugboard(t, "a", "b")
	var once sync.Once
	board.listed = func() { once.Do(func() { board.unplug("a") }) }
	expect(t, ctx, board.hub().watch(ctx), Event{Kind: ServiceUp}, of(ReaderAdded, "b"))
}

// pcsc-lite takes no more than 16 names, the pseudo-reader's included.
func TestMoreReadersThanFit(t *testing.T) {
	ctx := limited(t)
	var names []string
	want := []Event{{Kind: ServiceUp}}
	for i := range 16 {
		names = append(names, string(rune('a'+i)))
		if i < maxReaders {
			want = append(want, of(ReaderAdded, names[i]))
		}
	}
	expect(t, ctx, newPlugboard(t, names...).hub().watch(ctx), want...)
}

// The service is asked only while someone wants to know, and whoever comes gets what is true then.
func TestHubRestsBetweenSubscribers(t *testing.T) {
	ctx := limited(t)
	board := newPlugboard(t, "a")
	established := 0
	h := newHub(func() (service, error) { established++; return board, nil })
	for round := range 3 {
		if round == 1 {
			board.lay("a")
		}
		news := h.subscribe()
		now, err := news.next(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if got, want := now.states[0].Card == Present, round > 0; got != want {
			t.Errorf("round %d: card present %t, want %t", round, got, want)
		}
		news.close()
		<-h.ended
	}
	if established != 3 {
		t.Errorf("%d contexts were established, want 3", established)
	}
}

// A service that is not there is looked for ever less often, though at once for one who comes to ask.
func TestMissingServiceIsGivenTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts atomic.Int32
		h := newHub(func() (service, error) {
			attempts.Add(1)
			return nil, scard.ErrNoService
		})
		first := h.subscribe()
		defer first.close()
		time.Sleep(time.Minute)
		if made := attempts.Load(); made < 25 || made > 40 {
			t.Errorf("%d attempts in the first minute, want one every %v after the first few", made, lastPause)
		}
		begun := time.Now()
		other := h.subscribe()
		defer other.close()
		now, err := other.next(limited(t))
		if err != nil || !errors.Is(now.err, ErrNoService) {
			t.Errorf("%v, %v; want %v", now, err, ErrNoService)
		}
		if took := time.Since(begun); took != 0 {
			t.Errorf("the one who came later waited %v", took)
		}
	})
}

// A service that takes each connection and then fails is not asked without pause.
func TestFailingServiceIsGivenTime(t *testing.T) {
	synctest.Test(t, func(t *testing.T) {
		var attempts atomic.Int32
		h := newHub(func() (service, error) {
			attempts.Add(1)
			return failing{}, nil
		})
		news := h.subscribe()
		defer news.close()
		time.Sleep(time.Minute)
		if made := attempts.Load(); made > 40 {
			t.Errorf("%d attempts in the first minute, want one every %v after the first few", made, lastPause)
		}
	})
}

// failing is a service that answers nothing.
type failing struct{}

func (failing) ListReaders() ([]string, error) { return nil, scard.ErrInternalError }

func (failing) GetStatusChange([]scard.ReaderState, time.Duration) error {
	return scard.ErrInternalError
}
func (failing) Cancel() error  { return nil }
func (failing) Release() error { return nil }
