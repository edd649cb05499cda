package reader

import (
	"bytes"
	"context"
	"errors"
	"slices"
	"testing"

	"github.com/ebfe/scard"

	"github.com/skranke/skranke/hardware-tests/rig"
)

// expect receives events until those wanted have come, in that order, and fails on any other; what CardChanged says of
// who uses a card depends on who looks when, and is passed over.
func expect(t *testing.T, ctx context.Context, events <-chan Event, want ...Event) []Event {
	t.Helper()
	var got []Event
	for _, wanted := range want {
		for {
			var event Event
			select {
			case event = <-events:
			case <-ctx.Done():
				t.Fatalf("waited in vain for %s of %q after %v", wanted.Kind, wanted.Reader.Name, got)
			}
			if event.Kind == CardChanged && wanted.Kind != CardChanged {
				continue
			}
			got = append(got, event)
			if event.Kind != wanted.Kind || event.Reader.Name != wanted.Reader.Name || !errors.Is(event.Err, wanted.Err) {
				t.Fatalf("event %v, want %s of %q", event, wanted.Kind, wanted.Reader.Name)
			}
			break
		}
	}
	return got
}

func of(kind Kind, name string) Event { return Event{Kind: kind, Reader: State{Name: name}} }

var bothSlots = []Event{{Kind: ServiceUp}, of(ReaderAdded, rig.Slot0), of(ReaderAdded, rig.Slot1)}

func TestWatch(t *testing.T) {
	ctx := require(t)
	watching, stop := context.WithCancel(ctx)
	events := Watch(watching)
	expect(t, ctx, events, bothSlots...)
	for range 3 {
		card := (&script{answer: echo}).lay(t, rig.Address1)
		inserted := expect(t, ctx, events, of(CardInserted, rig.Slot1))[0].Reader
		if inserted.Card != Present || !bytes.Equal(inserted.ATR, goodATR) {
			t.Errorf("inserted: %+v, want it present with its ATR", inserted)
		}
		card.remove()
		expect(t, ctx, events, of(CardRemoved, rig.Slot1))
	}
	stop()
	for event := range events {
		t.Errorf("after the end: %v", event)
	}
}

// That another program uses the card shows, and that it has left.
func TestWatchShowsUse(t *testing.T) {
	ctx := require(t)
	(&script{answer: echo}).lay(t, rig.Address0)
	present(ctx, t, rig.Slot0)
	leave := stranger(t, scard.ShareExclusive)
	if !stateOfSlot(ctx, t, rig.Slot0).InUse {
		t.Error("the card is not shown in use")
	}
	events := Watch(ctx)
	shown := expect(t, ctx, events, serviceUpAnd(of(ReaderAdded, rig.Slot0), of(CardInserted, rig.Slot0), of(ReaderAdded, rig.Slot1))...)
	if !shown[2].Reader.InUse {
		t.Errorf("%+v is not in use", shown[2].Reader)
	}
	leave()
	if left := expect(t, ctx, events, of(CardChanged, rig.Slot0))[0].Reader; left.InUse {
		t.Errorf("%+v is in use, though the other has left", left)
	}
}

// serviceUpAnd puts the event of the service before the others.
func serviceUpAnd(events ...Event) []Event { return append([]Event{{Kind: ServiceUp}}, events...) }

// A receiver that was busy while a card was swapped is told of both.
func TestWatchTellsOfSwap(t *testing.T) {
	ctx := require(t)
	first := (&script{answer: echo}).lay(t, rig.Address0)
	present(ctx, t, rig.Slot0)
	events := Watch(ctx)
	expect(t, ctx, events, serviceUpAnd(of(ReaderAdded, rig.Slot0), of(CardInserted, rig.Slot0), of(ReaderAdded, rig.Slot1))...)
	first.remove()
	eventually(t, "the card has gone", func() bool { return stateOfSlot(ctx, t, rig.Slot0).Card == Absent })
	(&script{answer: echo}).lay(t, rig.Address0)
	present(ctx, t, rig.Slot0)
	expect(t, ctx, events, of(CardRemoved, rig.Slot0), of(CardInserted, rig.Slot0))
}

// Many may watch and ask at once; each is told all.
func TestManyWatchers(t *testing.T) {
	ctx := require(t)
	const many = 8
	var watchers [many]<-chan Event
	for i := range watchers {
		watchers[i] = Watch(ctx)
		expect(t, ctx, watchers[i], bothSlots...)
	}
	for range 3 {
		card := (&script{answer: echo}).lay(t, rig.Address0)
		for _, events := range watchers {
			expect(t, ctx, events, of(CardInserted, rig.Slot0))
		}
		link, err := Connect(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		_ = link.Close()
		card.remove()
		for _, events := range watchers {
			expect(t, ctx, events, of(CardRemoved, rig.Slot0))
		}
	}
}

func TestDifferences(t *testing.T) {
	at := func(name string, card Presence, count uint16) State {
		return State{Name: name, Card: card, count: count}
	}
	up := func(states ...State) *snapshot { return &snapshot{states: states} }
	down := &snapshot{err: ErrNoService}
	for _, test := range []struct {
		name        string
		before, now *snapshot
		want        []Event
	}{
		{"nothing", up(at("a", Present, 1)), up(at("a", Present, 1)), nil},
		{"down from the start", nil, down, []Event{{Kind: ServiceDown, Err: ErrNoService}}},
		{"still down", down, down, nil},
		{
			"up with a mute card", nil, up(at("a", Mute, 1)),
			[]Event{{Kind: ServiceUp}, of(ReaderAdded, "a"), of(CardInserted, "a")},
		},
		{
			"the service goes", up(at("a", Present, 1), at("b", Absent, 0)), down,
			[]Event{of(CardRemoved, "a"), of(ReaderRemoved, "a"), of(ReaderRemoved, "b"), {Kind: ServiceDown, Err: ErrNoService}},
		},
		{"the service returns", down, up(at("a", Absent, 0)), []Event{{Kind: ServiceUp}, of(ReaderAdded, "a")}},
		{
			"a reader for another", up(at("a", Absent, 0)), up(at("b", Absent, 0)),
			[]Event{of(ReaderRemoved, "a"), of(ReaderAdded, "b")},
		},
		{"a swap", up(at("a", Present, 1)), up(at("a", Present, 3)), []Event{of(CardRemoved, "a"), of(CardInserted, "a")}},
		{"a swap that ends empty", up(at("a", Present, 1)), up(at("a", Absent, 4)), []Event{of(CardRemoved, "a")}},
		{"come and gone unseen", up(at("a", Absent, 0)), up(at("a", Absent, 2)), nil},
		{"gone mute", up(at("a", Present, 1)), up(at("a", Mute, 1)), []Event{of(CardChanged, "a")}},
		{"the reader fails", up(at("a", Present, 1)), up(at("a", Unknown, 1)), []Event{of(CardRemoved, "a")}},
		{"the empty reader fails", up(at("a", Absent, 1)), up(at("a", Unknown, 1)), []Event{of(CardChanged, "a")}},
		{"the reader answers again", up(at("a", Unknown, 1)), up(at("a", Absent, 1)), []Event{of(CardChanged, "a")}},
		{"a reader that fails from the start", up(), up(at("a", Unknown, 0)), []Event{of(ReaderAdded, "a"), of(CardChanged, "a")}},
	} {
		t.Run(test.name, func(t *testing.T) {
			got := differences(test.before, test.now)
			same := func(a, b Event) bool { return a.Kind == b.Kind && a.Reader.Name == b.Reader.Name && a.Err == b.Err }
			if !slices.EqualFunc(got, test.want, same) {
				t.Errorf("%v, want %v", got, test.want)
			}
		})
	}
}
