// Package vpcd puts a virtual chip on a slot of vsmartcard's virtual PC/SC reader.
//
// The reader's driver, inside pcscd, listens; the card dials it. Either side sends frames of a two-octet length and that
// many octets. The driver's frames of one octet are orders: power off, power on, reset, and the question for the ATR; all
// others are command APDUs. A card that closes its connection has been taken off the reader.
package vpcd

import (
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"net"
	"sync"
	"time"
)

// Card is what lies on the slot. It is used by one goroutine at a time.
type Card interface {
	// Transmit answers a command APDU; an empty response says that the card has left the field.
	Transmit(command []byte) []byte
	// Reset takes the power away and gives it back.
	Reset()
	// ATR is the answer to reset.
	ATR() []byte
}

// The addresses of the virtual reader's two slots.
const (
	Slot0 = "127.0.0.1:35963"
	Slot1 = "127.0.0.1:35964"
)

var (
	// ErrNoReader says that nobody listens at the slot's address: pcscd is not running, or has no vsmartcard-vpcd.
	ErrNoReader = errors.New("no virtual reader: pcscd is not running here, or vsmartcard-vpcd is not installed")
	// ErrSlotTaken says that the reader took the connection and did not ask for the card's ATR: another card is there.
	ErrSlotTaken = errors.New("the slot is taken by another card")
	// ErrRemoved says that the card took itself off the reader.
	ErrRemoved = errors.New("the card has left the field")
)

// The driver's orders.
const (
	powerOff = 0
	powerOn  = 1
	reset    = 2
	getATR   = 4
)

// patience is how long the driver may take to ask for the ATR: it does so within a second when the slot is free. One
// that took a card lately may first have to notice that it has gone, so a second attempt is made.
const (
	patience = 3 * time.Second
	attempts = 2
)

// Slot is a card on its slot.
type Slot struct {
	conn net.Conn
	card Card
	once sync.Once
	done chan struct{}
	err  error
}

// Insert lays a card on the slot at an address, Slot0 or Slot1, and serves it until Remove, or until ctx ends. Where
// nobody listens it tries again until ctx ends or wait has passed, and then gives [ErrNoReader]. A slot with another
// card is [ErrSlotTaken].
func Insert(ctx context.Context, address string, card Card, wait time.Duration) (*Slot, error) {
	var s *Slot
	var err error
	for range attempts {
		if s, err = insert(ctx, address, card, wait); !errors.Is(err, ErrSlotTaken) {
			break
		}
	}
	return s, err
}

func insert(ctx context.Context, address string, card Card, wait time.Duration) (*Slot, error) {
	conn, err := dial(ctx, address, wait)
	if err != nil {
		return nil, err
	}
	s := &Slot{conn: conn, card: card, done: make(chan struct{})}
	noticed := make(chan struct{})
	go s.serve(noticed)
	stop := context.AfterFunc(ctx, s.Remove)
	go func() {
		<-s.done
		stop()
	}()
	timer := time.NewTimer(patience)
	defer timer.Stop()
	select {
	case <-noticed:
		return s, nil
	case <-timer.C:
		s.Remove()
		return nil, ErrSlotTaken
	case <-s.done:
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, fmt.Errorf("%w: the reader hung up at once: %w", ErrSlotTaken, s.err)
	}
}

func dial(ctx context.Context, address string, wait time.Duration) (net.Conn, error) {
	deadline := time.Now().Add(wait)
	for {
		d := net.Dialer{Timeout: patience}
		conn, err := d.DialContext(ctx, "tcp", address)
		if err == nil {
			return conn, nil
		}
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		// Somebody listens and does not answer: the reader takes one card, and its queue is full.
		if timeout := net.Error(nil); errors.As(err, &timeout) && timeout.Timeout() {
			return nil, fmt.Errorf("%w: %w", ErrSlotTaken, err)
		}
		if time.Now().After(deadline) {
			return nil, fmt.Errorf("%w (%v)", ErrNoReader, err)
		}
		select {
		case <-ctx.Done():
			return nil, ctx.Err()
		case <-time.After(50 * time.Millisecond):
		}
	}
}

// Remove takes the card off the reader and waits until it serves no more. It may be called more than once.
func (s *Slot) Remove() {
	s.once.Do(func() { s.conn.Close() })
	<-s.done
}

// Done is closed when the card is off the reader, for whatever reason; Err then tells which.
func (s *Slot) Done() <-chan struct{} { return s.done }

// Err is nil while the card is on the reader and after Remove, [ErrRemoved] when the card took itself away, and the
// connection's error when the reader hung up. It is to be called after Done.
func (s *Slot) Err() error { return s.err }

// serve answers the driver until the connection ends; noticed is closed at the first frame.
func (s *Slot) serve(noticed chan struct{}) {
	defer close(s.done)
	defer s.conn.Close()
	first := true
	for {
		frame, err := receive(s.conn)
		if err != nil {
			if !errors.Is(err, net.ErrClosed) {
				s.err = fmt.Errorf("the virtual reader hung up: %w", err)
			}
			return
		}
		if first {
			close(noticed)
			first = false
		}
		var answer []byte
		switch {
		case len(frame) == 0:
			continue
		case len(frame) > 1:
			answer = s.card.Transmit(frame)
			if len(answer) == 0 {
				s.err = ErrRemoved
				return
			}
		case frame[0] == getATR:
			answer = s.card.ATR()
		case frame[0] == powerOff, frame[0] == powerOn, frame[0] == reset:
			s.card.Reset()
			continue
		default:
			continue
		}
		if err := send(s.conn, answer); err != nil {
			if !errors.Is(err, net.ErrClosed) {
				s.err = fmt.Errorf("the virtual reader hung up: %w", err)
			}
			return
		}
	}
}

// receive reads one frame. The driver writes length and data in two packets; unless the first is acknowledged at once,
// it waits for the delayed acknowledgement, some 40 ms, before it sends the second. quickACK prevents that, and has to be
// said again before every read, since the kernel falls back by itself.
func receive(conn net.Conn) ([]byte, error) {
	var header [2]byte
	if err := readFull(conn, header[:]); err != nil {
		return nil, err
	}
	frame := make([]byte, binary.BigEndian.Uint16(header[:]))
	if err := readFull(conn, frame); err != nil {
		return nil, err
	}
	return frame, nil
}

func readFull(conn net.Conn, b []byte) error {
	for len(b) > 0 {
		if err := quickACK(conn); err != nil {
			return err
		}
		n, err := conn.Read(b)
		if n == 0 && err != nil {
			return err
		}
		b = b[n:]
	}
	return nil
}

// send writes one frame in one packet.
func send(conn net.Conn, b []byte) error {
	if len(b) > 0xFFFF {
		return io.ErrShortWrite
	}
	frame := binary.BigEndian.AppendUint16(make([]byte, 0, 2+len(b)), uint16(len(b))) //nolint:gosec // bounded above
	_, err := conn.Write(append(frame, b...))
	return err
}
