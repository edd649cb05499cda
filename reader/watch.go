package reader

import (
	"context"
	"slices"
)

// Kind says what has happened to a reader or to the service.
type Kind string

// The kinds of events. CardChanged says that a card has become mute or answers again, that a program has left it or, as far
// as the service tells, connected to it, or that a reader without a card does not answer or answers again.
const (
	ServiceUp     Kind = "service_up"
	ServiceDown   Kind = "service_down"
	ReaderAdded   Kind = "reader_added"
	ReaderRemoved Kind = "reader_removed"
	CardInserted  Kind = "card_inserted"
	CardRemoved   Kind = "card_removed"
	CardChanged   Kind = "card_changed"
)

// Event is one change.
type Event struct {
	Kind Kind
	// Reader is the reader's state after the change; the zero State for the service's own events.
	Reader State
	// Err says why the service is down; nil for all other kinds.
	Err error
}

// Watch tells what happens to the readers until ctx ends; then the channel is closed. It begins with what is there: the
// service, each reader, each card. An insertion is told after the removal before it, however quickly a card was
// swapped, and a reader's removal after its card's.
//
// When the service goes away, the cards and readers are told as removed before it, and Watch waits for its return. What
// happens while the receiver is busy is told when it receives again, as far as it still matters.
func Watch(ctx context.Context) <-chan Event { return shared.watch(ctx) }

func (h *hub) watch(ctx context.Context) <-chan Event {
	events := make(chan Event)
	news := h.subscribe()
	go func() {
		defer close(events)
		defer news.close()
		var before *snapshot
		for {
			now, err := news.next(ctx)
			if err != nil {
				return
			}
			for _, event := range differences(before, now) {
				select {
				case events <- event:
				case <-ctx.Done():
					return
				}
			}
			before = now
		}
	}()
	return events
}

// differences returns what has happened between two snapshots, of which the first may be nil.
func differences(before, now *snapshot) []Event {
	var events []Event
	tell := func(kind Kind, state State) { events = append(events, Event{Kind: kind, Reader: state}) }
	wasUp := before != nil && before.err == nil
	if wasUp {
		for _, old := range before.states {
			state, still := now.of(old.Name)
			if old.onReader() && (!still || !state.onReader() || state.count != old.count) {
				left := State{Name: old.Name, Card: Absent}
				if state.Card == Unknown {
					left.Card = Unknown
				}
				tell(CardRemoved, left)
			}
			if !still {
				tell(ReaderRemoved, State{Name: old.Name, Card: Unknown})
			}
		}
	}
	switch {
	case now.err != nil && (wasUp || before == nil):
		events = append(events, Event{Kind: ServiceDown, Err: now.err})
	case now.err == nil && !wasUp:
		tell(ServiceUp, State{})
	}
	for _, state := range now.states {
		var old State
		known := false
		if wasUp {
			old, known = before.of(state.Name)
		}
		if !known {
			old = State{Name: state.Name, Card: Absent}
			tell(ReaderAdded, old)
		}
		switch {
		case state.onReader() && (!old.onReader() || state.count != old.count):
			tell(CardInserted, state)
		case old.onReader() && !state.onReader():
			// Its removal is told above.
		case state.Card != old.Card || state.InUse != old.InUse || !slices.Equal(state.ATR, old.ATR):
			tell(CardChanged, state)
		}
	}
	return events
}
