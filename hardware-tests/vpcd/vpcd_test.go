package vpcd_test

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"io"
	"net"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/vpcd"
)

// echo is a card that answers a command with the command, and leaves at the command DEAD.
type echo struct{ resets int }

func (e *echo) Transmit(command []byte) []byte {
	if bytes.Equal(command, []byte{0xDE, 0xAD}) {
		return nil
	}
	return append(bytes.Clone(command), 0x90, 0x00)
}
func (e *echo) Reset()      { e.resets++ }
func (e *echo) ATR() []byte { return []byte{0x3B, 0x80} }

// driver plays vpcd's side of one connection.
type driver struct {
	t    *testing.T
	conn net.Conn
}

func (d driver) send(b []byte) {
	d.t.Helper()
	// In two packets, as vpcd does.
	header := binary.BigEndian.AppendUint16(nil, uint16(len(b)))
	for _, part := range [][]byte{header, b} {
		if _, err := d.conn.Write(part); err != nil {
			d.t.Fatal(err)
		}
	}
}

func (d driver) receive() []byte {
	d.t.Helper()
	var header [2]byte
	if _, err := io.ReadFull(d.conn, header[:]); err != nil {
		d.t.Fatal(err)
	}
	b := make([]byte, binary.BigEndian.Uint16(header[:]))
	if _, err := io.ReadFull(d.conn, b); err != nil {
		d.t.Fatal(err)
	}
	return b
}

// lay lays a card before a driver that asks for its ATR.
func lay(t *testing.T, card vpcd.Card) (driver, *vpcd.Slot) {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = l.Close() })
	accepted := make(chan net.Conn, 1)
	go func() {
		conn, err := l.Accept()
		if err != nil {
			return
		}
		_, _ = conn.Write([]byte{0, 1, 4})
		accepted <- conn
	}()
	slot, err := vpcd.Insert(t.Context(), l.Addr().String(), card, time.Second)
	if err != nil {
		t.Fatal(err)
	}
	d := driver{t, <-accepted}
	t.Cleanup(func() { _ = d.conn.Close() })
	if got := d.receive(); !bytes.Equal(got, card.ATR()) {
		t.Fatalf("the ATR is %X", got)
	}
	return d, slot
}

// TestFrames exchanges orders and commands with a card, and takes it off.
func TestFrames(t *testing.T) {
	card := &echo{}
	d, slot := lay(t, card)
	for _, order := range []byte{1, 2, 0, 9} {
		d.send([]byte{order})
	}
	d.send(nil)
	for _, n := range []int{2, 300, 65533} {
		d.send(make([]byte, n))
		if got := d.receive(); len(got) != n+2 {
			t.Errorf("%d octets come back for %d", len(got), n)
		}
	}
	if card.resets != 3 {
		t.Errorf("the card was reset %d times, want 3", card.resets)
	}
	slot.Remove()
	slot.Remove()
	if _, err := d.conn.Read(make([]byte, 1)); err == nil || slot.Err() != nil {
		t.Errorf("the card is still there, or left with an error: %v", slot.Err())
	}
}

// TestEnds has the card leave by itself, and the reader hang up.
func TestEnds(t *testing.T) {
	d, slot := lay(t, &echo{})
	d.send([]byte{0xDE, 0xAD})
	<-slot.Done()
	if !errors.Is(slot.Err(), vpcd.ErrRemoved) {
		t.Errorf("a card that leaves: %v", slot.Err())
	}
	d, slot = lay(t, &echo{})
	_ = d.conn.Close()
	<-slot.Done()
	if slot.Err() == nil || errors.Is(slot.Err(), vpcd.ErrRemoved) {
		t.Errorf("a reader that hangs up: %v", slot.Err())
	}
}

// TestNoReader tries an address where nobody listens, and one where nobody asks.
func TestNoReader(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	if _, err := vpcd.Insert(t.Context(), l.Addr().String(), &echo{}, 0); !errors.Is(err, vpcd.ErrSlotTaken) {
		t.Errorf("a reader that asks nothing: %v", err)
	}
	_ = l.Close()
	if _, err := vpcd.Insert(t.Context(), l.Addr().String(), &echo{}, 0); !errors.Is(err, vpcd.ErrNoReader) {
		t.Errorf("no reader: %v", err)
	}
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	begin := time.Now()
	if _, err := vpcd.Insert(ctx, l.Addr().String(), &echo{}, time.Hour); !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("a context that ends: %v", err)
	}
	if time.Since(begin) > 5*time.Second {
		t.Error("the end of the context was not noticed")
	}
}
