package reader

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/skranke/skranke/hardware-tests/rig"
)

func TestConnectWithoutCard(t *testing.T) {
	ctx := require(t)
	for name, want := range map[string]error{rig.Slot0: ErrNoCard, "": ErrNoCard, "no such": ErrUnknownReader} {
		if _, err := Connect(ctx, name); !errors.Is(err, want) {
			t.Errorf("Connect(%q): %v, want %v", name, err, want)
		}
	}
}

// Without a name, the card is found on whichever slot it lies.
func TestConnectFindsTheCard(t *testing.T) {
	ctx := require(t)
	(&script{answer: echo}).lay(t, rig.Address1)
	present(ctx, t, rig.Slot1)
	for _, name := range []string{"", "virtual pcd", rig.Slot1} {
		link, err := Connect(ctx, name)
		if err != nil {
			t.Fatalf("Connect(%q): %v", name, err)
		}
		if got := link.Reader(); got != rig.Slot1 {
			t.Errorf("Connect(%q) took %q, want %q", name, got, rig.Slot1)
		}
		_ = link.Close()
	}
	if _, err := Connect(ctx, rig.Slot0); !errors.Is(err, ErrNoCard) {
		t.Errorf("Connect to the other slot: %v, want %v", err, ErrNoCard)
	}
}

func TestOpenWaitsForTheCard(t *testing.T) {
	ctx := require(t)
	opened := make(chan *Card)
	go func() {
		link, err := Open(ctx, rig.Slot0)
		if err != nil {
			t.Errorf("Open: %v", err)
		}
		opened <- link
	}()
	select {
	case <-opened:
		t.Fatal("Open returned without a card")
	case <-time.After(300 * time.Millisecond):
	}
	(&script{answer: echo}).lay(t, rig.Address0)
	link := <-opened
	defer func() { _ = link.Close() }()
	if _, err := link.Transmit(ctx, selectMF); err != nil {
		t.Errorf("Transmit: %v", err)
	}
}

func TestOpenEndsWithItsContext(t *testing.T) {
	ctx := require(t)
	short, stop := context.WithTimeout(ctx, 200*time.Millisecond)
	defer stop()
	_, err := Open(short, rig.Slot0)
	if !errors.Is(err, context.DeadlineExceeded) || !errors.Is(err, ErrNoCard) {
		t.Errorf("Open: %v, want %v and %v", err, context.DeadlineExceeded, ErrNoCard)
	}
}

// Open waits for another program to leave, even if it came unseen.
func TestOpenWaitsForTheOtherProgram(t *testing.T) {
	ctx := require(t)
	events := Watch(ctx) // Whoever watches already is not told by pcsc-lite that a program connects.
	expect(t, ctx, events, bothSlots...)
	(&script{answer: echo}).lay(t, rig.Address0)
	expect(t, ctx, events, of(CardInserted, rig.Slot0))
	leave := stranger(t, scard.ShareExclusive)
	time.AfterFunc(inUseGrace*3/2, leave)
	link, err := Open(ctx, "")
	if err != nil {
		t.Fatal(err)
	}
	_ = link.Close()
}
