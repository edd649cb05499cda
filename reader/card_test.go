package reader

import (
	"bytes"
	"context"
	"errors"
	"testing"
	"time"

	"github.com/ebfe/scard"

	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/mrtd"
)

var selectMF = []byte{0x00, 0xa4, 0x00, 0x0c}

func TestTransmit(t *testing.T) {
	ctx := require(t)
	link := connected(ctx, t, &script{answer: echo})
	got, err := link.Transmit(ctx, selectMF)
	if want := echo(selectMF); err != nil || !bytes.Equal(got, want) {
		t.Errorf("Transmit = %x, %v; want %x", got, err, want)
	}
	if got := link.ATR(); !bytes.Equal(got, goodATR) {
		t.Errorf("ATR = %x, want %x", got, goodATR)
	}
	if got := link.Reader(); got != rig.Slot0 {
		t.Errorf("Reader = %q, want %q", got, rig.Slot0)
	}
	for _, length := range []int{0, 3, 65545} {
		if _, err := link.Transmit(ctx, make([]byte, length)); err == nil || errors.Is(err, mrtd.ErrLinkLost) {
			t.Errorf("a command of %d bytes: %v; want it refused, and nothing lost", length, err)
		}
	}
	if _, err := link.Transmit(ctx, selectMF); err != nil {
		t.Errorf("after the refused commands: %v", err)
	}
}

// The virtual reader's frames end at 65,535 bytes; one response goes up to that, one command too.
func TestTransmitExtended(t *testing.T) {
	ctx := require(t)
	received := make(chan []byte, 1)
	response := bytes.Repeat([]byte{0x5a, 0xa5, 0x11}, 65535/3)
	link := connected(ctx, t, &script{answer: func(command []byte) []byte {
		received <- command
		return response
	}})
	command := append([]byte{0x00, 0xcb, 0x3f, 0xff, 0x00, 0xff, 0xf6}, bytes.Repeat([]byte{0x42}, 0xfff6)...)
	command = append(command, 0x00, 0x00)
	if len(command) != 65535 {
		t.Fatalf("the command has %d bytes", len(command))
	}
	got, err := link.Transmit(ctx, command)
	if err != nil {
		t.Fatal(err)
	}
	if got := <-received; !bytes.Equal(got, command) {
		t.Errorf("the card received %d bytes that are not the command's %d", len(got), len(command))
	}
	if !bytes.Equal(got, response) {
		t.Errorf("the response has %d bytes that are not the card's %d", len(got), len(response))
	}
}

func TestResetPowersDownAndUp(t *testing.T) {
	ctx := require(t)
	card := &script{answer: echo}
	link := connected(ctx, t, card)
	card.powered()
	if err := link.Reset(ctx); err != nil {
		t.Fatal(err)
	}
	if got, want := card.powered(), []byte{0, 1}; !bytes.Equal(got, want) {
		t.Errorf("power commands %v, want %v", got, want)
	}
	if _, err := link.Transmit(ctx, selectMF); err != nil {
		t.Errorf("after the reset: %v", err)
	}
	if err := link.Close(); err != nil {
		t.Fatal(err)
	}
	eventually(t, "the card is powered down at the end", func() bool { return bytes.Equal(card.powered(), []byte{0}) })
	for name, use := range map[string]func() error{
		"Transmit": func() error { _, err := link.Transmit(ctx, selectMF); return err },
		"Reset":    func() error { return link.Reset(ctx) },
	} {
		if err := use(); !errors.Is(err, ErrClosed) {
			t.Errorf("%s after Close: %v, want %v", name, err, ErrClosed)
		}
	}
	if err := link.Close(); err != nil {
		t.Errorf("closing again: %v", err)
	}
}

func TestCardRemovedDuringTransmit(t *testing.T) {
	ctx := require(t)
	link := connected(ctx, t, &script{answer: func([]byte) []byte { return nil }})
	_, err := link.Transmit(ctx, selectMF)
	if !errors.Is(err, ErrCardRemoved) || !errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Transmit: %v, want %v and %v", err, ErrCardRemoved, mrtd.ErrLinkLost)
	}
	if err := link.Reset(ctx); !errors.Is(err, ErrCardRemoved) || !errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Reset: %v, want %v", err, ErrCardRemoved)
	}
}

// A card that was taken off and laid back while nothing was sent is another card, for all that the link knows.
func TestCardSwappedBetweenCommands(t *testing.T) {
	for name, use := range map[string]func(ctx context.Context, link *Card) error{
		"Transmit": func(ctx context.Context, link *Card) error { _, err := link.Transmit(ctx, selectMF); return err },
		"Reset":    func(ctx context.Context, link *Card) error { return link.Reset(ctx) },
	} {
		t.Run(name, func(t *testing.T) {
			ctx := require(t)
			first := &script{answer: echo}
			link := connected(ctx, t, first)
			first.remove()
			eventually(t, "the card has gone", func() bool { return stateOfSlot(ctx, t, rig.Slot0).Card == Absent })
			(&script{answer: echo}).lay(t, rig.Address0)
			present(ctx, t, rig.Slot0)
			for range 2 {
				if err := use(ctx, link); !errors.Is(err, ErrCardRemoved) || !errors.Is(err, mrtd.ErrLinkLost) {
					t.Errorf("%v, want %v", err, ErrCardRemoved)
				}
			}
			if err := link.Close(); err != nil {
				t.Fatal(err)
			}
			again, err := Connect(ctx, rig.Slot0)
			if err != nil {
				t.Fatalf("connecting to the second card: %v", err)
			}
			defer func() { _ = again.Close() }()
			if _, err := again.Transmit(ctx, selectMF); err != nil {
				t.Errorf("speaking with the second card: %v", err)
			}
		})
	}
}

// silent is a card that keeps its answer back until it is let go.
func silent() (card *script, asked, letGo chan struct{}) {
	asked, letGo = make(chan struct{}, 1), make(chan struct{})
	return &script{answer: func(command []byte) []byte {
		if command[1] == 0xff {
			asked <- struct{}{}
			<-letGo
		}
		return echo(command)
	}}, asked, letGo
}

var noAnswer = []byte{0x00, 0xff, 0x00, 0x00}

func TestCancelledTransmit(t *testing.T) {
	ctx := require(t)
	card, asked, letGo := silent()
	link := connected(ctx, t, card)
	sending, cancel := context.WithCancel(ctx)
	go func() {
		<-asked
		cancel()
	}()
	command := bytes.Clone(noAnswer)
	if _, err := link.Transmit(sending, command); !errors.Is(err, context.Canceled) || errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Transmit: %v, want %v and no lost link", err, context.Canceled)
	}
	clear(command) // It is the caller's again, though the card has not answered; the race detector would tell.

	if _, err := link.Transmit(ctx, selectMF); !errors.Is(err, ErrInterrupted) || !errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Transmit while the exchange goes on: %v, want %v", err, ErrInterrupted)
	}
	short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	defer stop()
	if err := link.Reset(short); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Reset while the exchange goes on: %v, want %v", err, context.DeadlineExceeded)
	}
	card.powered()
	close(letGo)
	if err := link.idle(ctx); err != nil {
		t.Fatal(err)
	}
	if _, err := link.Transmit(ctx, selectMF); !errors.Is(err, ErrInterrupted) {
		t.Errorf("Transmit without a reset: %v, want %v", err, ErrInterrupted)
	}
	if err := link.Reset(ctx); err != nil {
		t.Fatalf("Reset: %v", err)
	}
	if got, want := card.powered(), []byte{0, 1}; !bytes.Equal(got, want) {
		t.Errorf("power commands %v, want %v", got, want)
	}
	if got, err := link.Transmit(ctx, selectMF); err != nil || !bytes.Equal(got, echo(selectMF)) {
		t.Errorf("Transmit after the reset = %x, %v", got, err)
	}
}

// A context that has ended before anything was sent costs no session.
func TestTransmitWithEndedContext(t *testing.T) {
	ctx := require(t)
	link := connected(ctx, t, &script{answer: echo})
	ended, cancel := context.WithCancel(ctx)
	cancel()
	if _, err := link.Transmit(ended, selectMF); !errors.Is(err, context.Canceled) {
		t.Errorf("Transmit: %v, want %v", err, context.Canceled)
	}
	if err := link.Reset(ended); !errors.Is(err, context.Canceled) {
		t.Errorf("Reset: %v, want %v", err, context.Canceled)
	}
	if _, err := link.Transmit(ctx, selectMF); err != nil {
		t.Errorf("Transmit afterwards: %v", err)
	}
}

// Closing in the middle of an exchange returns, and the next connection waits for the exchange to end.
func TestCloseDuringTransmit(t *testing.T) {
	ctx := require(t)
	card, asked, letGo := silent()
	link := connected(ctx, t, card)
	sending, cancel := context.WithCancel(ctx)
	go func() {
		<-asked
		cancel()
	}()
	if _, err := link.Transmit(sending, noAnswer); !errors.Is(err, context.Canceled) {
		t.Fatalf("Transmit: %v, want %v", err, context.Canceled)
	}
	if err := link.Close(); err != nil {
		t.Fatal(err)
	}
	short, stop := context.WithTimeout(ctx, 50*time.Millisecond)
	defer stop()
	if _, err := Connect(short, rig.Slot0); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("Connect while the exchange goes on: %v, want %v", err, context.DeadlineExceeded)
	}
	close(letGo)
	again, err := Connect(ctx, rig.Slot0)
	if err != nil {
		t.Fatalf("Connect: %v", err)
	}
	defer func() { _ = again.Close() }()
	if _, err := again.Transmit(ctx, selectMF); err != nil {
		t.Errorf("Transmit: %v", err)
	}
}

func TestShortResponse(t *testing.T) {
	ctx := require(t)
	link := connected(ctx, t, &script{answer: func([]byte) []byte { return []byte{0x90} }})
	if _, err := link.Transmit(ctx, selectMF); !errors.Is(err, ErrExchangeFailed) || !errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Transmit: %v, want %v", err, ErrExchangeFailed)
	}
	if err := link.Reset(ctx); err != nil {
		t.Errorf("Reset: %v", err)
	}
}

// stranger is another program that connects to the card.
func stranger(t *testing.T, mode scard.ShareMode) (leave func()) {
	t.Helper()
	service, err := scard.EstablishContext()
	if err != nil {
		t.Fatal(err)
	}
	card, err := service.Connect(rig.Slot0, mode, scard.ProtocolAny)
	if err != nil {
		t.Fatal(err)
	}
	return func() {
		_ = card.Disconnect(scard.LeaveCard)
		_ = service.Release()
	}
}

func TestCardInUse(t *testing.T) {
	for name, mode := range map[string]scard.ShareMode{"exclusively": scard.ShareExclusive, "shared": scard.ShareShared} {
		t.Run(name, func(t *testing.T) {
			ctx := require(t)
			(&script{answer: echo}).lay(t, rig.Address0)
			present(ctx, t, rig.Slot0)
			leave := stranger(t, mode)
			_, err := Connect(ctx, rig.Slot0)
			if !errors.Is(err, ErrCardInUse) || errors.Is(err, mrtd.ErrLinkLost) {
				t.Errorf("Connect: %v, want %v", err, ErrCardInUse)
			}
			leave()
			link, err := Connect(ctx, rig.Slot0)
			if err != nil {
				t.Fatalf("Connect when the other has left: %v", err)
			}
			_ = link.Close()
		})
	}
}

// A program that only looks at a new card is waited for.
func TestCardInUseForAMoment(t *testing.T) {
	ctx := require(t)
	events := Watch(ctx)
	expect(t, ctx, events, bothSlots...)
	(&script{answer: echo}).lay(t, rig.Address0)
	expect(t, ctx, events, of(CardInserted, rig.Slot0))
	leave := stranger(t, scard.ShareShared)
	time.AfterFunc(inUseGrace/4, leave)
	link, err := Connect(ctx, rig.Slot0)
	if err != nil {
		t.Fatalf("Connect: %v", err)
	}
	_ = link.Close()
}

// The link keeps others out for as long as it lasts.
func TestCardIsOursAlone(t *testing.T) {
	ctx := require(t)
	link := connected(ctx, t, &script{answer: echo})
	service, err := scard.EstablishContext()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = service.Release() }()
	if _, err := service.Connect(rig.Slot0, scard.ShareShared, scard.ProtocolAny); !errors.Is(err, scard.ErrSharingViolation) {
		t.Errorf("another program's connection: %v, want %v", err, scard.ErrSharingViolation)
	}
	if _, err := link.Transmit(ctx, selectMF); err != nil {
		t.Errorf("Transmit: %v", err)
	}
}

func TestMuteCard(t *testing.T) {
	ctx := require(t)
	(&script{atr: make([]byte, 34), answer: echo}).lay(t, rig.Address0)
	present(ctx, t, rig.Slot0)
	if got := stateOfSlot(ctx, t, rig.Slot0).Card; got != Mute {
		t.Errorf("the card is %s, want %s", got, Mute)
	}
	if _, err := Connect(ctx, rig.Slot0); !errors.Is(err, ErrCardMute) || errors.Is(err, mrtd.ErrLinkLost) {
		t.Errorf("Connect: %v, want %v", err, ErrCardMute)
	}
}
