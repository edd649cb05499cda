package reader

import (
	"context"
	"encoding/binary"
	"io"
	"net"
	"runtime"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/rig"
)

// patience bounds what should happen soon, on a machine that may be busy.
const patience = 20 * time.Second

// script is a card that does as a test tells it, on a slot of vsmartcard's virtual reader: frames of a two-byte big-endian
// length and the bytes, where one byte is a command: 0 power off, 1 power on, 2 reset, 4 "what is your ATR?".
type script struct {
	// atr is what the card answers to reset; the reader takes one of more than 33 bytes for no answer.
	atr []byte
	// answer gives the response to a command; nil takes the card off the reader.
	answer func(command []byte) []byte

	mutex  sync.Mutex
	power  []byte
	conn   net.Conn
	closed chan struct{}
}

// goodATR is that of a contactless card without historical bytes, as a reader makes it up.
var goodATR = []byte{0x3b, 0x80, 0x80, 0x01, 0x01}

// lay lays the card on a slot, and takes it off when the test ends.
func (s *script) lay(t *testing.T, address string) *script {
	t.Helper()
	if s.atr == nil {
		s.atr = goodATR
	}
	var conn net.Conn
	eventually(t, "the slot is free", func() bool {
		var err error
		conn, err = net.Dial("tcp", address)
		return err == nil
	})
	s.conn, s.closed = conn, make(chan struct{})
	go s.serve()
	t.Cleanup(s.remove)
	return s
}

// remove takes the card off.
func (s *script) remove() {
	_ = s.conn.Close()
	<-s.closed
}

func (s *script) serve() {
	defer close(s.closed)
	defer func() { _ = s.conn.Close() }()
	var length [2]byte
	for {
		if _, err := io.ReadFull(s.conn, length[:]); err != nil {
			return
		}
		frame := make([]byte, binary.BigEndian.Uint16(length[:]))
		if _, err := io.ReadFull(s.conn, frame); err != nil {
			return
		}
		var out []byte
		switch {
		case len(frame) == 1 && frame[0] == 4:
			out = s.atr
		case len(frame) == 1:
			s.mutex.Lock()
			s.power = append(s.power, frame[0])
			s.mutex.Unlock()
			continue
		default:
			if out = s.answer(frame); out == nil {
				return
			}
		}
		if _, err := s.conn.Write(append(binary.BigEndian.AppendUint16(nil, uint16(len(out))), out...)); err != nil {
			return
		}
	}
}

// powered returns the power commands that have come since the last call.
func (s *script) powered() []byte {
	s.mutex.Lock()
	defer s.mutex.Unlock()
	power := s.power
	s.power = nil
	return power
}

// echo answers with the command and 9000.
func echo(command []byte) []byte { return append(command[:len(command):len(command)], 0x90, 0x00) }

func eventually(t *testing.T, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(patience); !holds(); time.Sleep(5 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}

// require needs the rig with empty slots, and checks that the test leaves no goroutine of this package behind.
func require(t *testing.T) context.Context {
	t.Helper()
	rig.Require(t)
	ctx, stop := context.WithTimeout(context.Background(), 2*patience)
	t.Cleanup(func() {
		stop()
		eventually(t, "no goroutine is left behind", func() bool { return !strings.Contains(stacks(), "skranke/reader.") })
	})
	eventually(t, "the slots are empty", func() bool {
		states, err := List(ctx)
		return err == nil && len(states) == 2 && states[0].Card == Absent && states[1].Card == Absent
	})
	return ctx
}

// stacks returns the stacks of all goroutines but the calling one and those of the test framework.
func stacks() string {
	buffer := make([]byte, 1<<20)
	all := strings.Split(string(buffer[:runtime.Stack(buffer, true)]), "\n\n")
	var others []string
	for _, stack := range all[1:] {
		if !strings.Contains(stack, "testing.(*T).Run") && !strings.Contains(stack, "testing.tRunner") {
			others = append(others, stack)
		}
	}
	return strings.Join(others, "\n\n")
}

// present waits until the service sees a card on the slot.
func present(ctx context.Context, t *testing.T, slot string) {
	t.Helper()
	eventually(t, "the card is seen", func() bool { return stateOfSlot(ctx, t, slot).Card != Absent })
}

func stateOfSlot(ctx context.Context, t *testing.T, slot string) State {
	t.Helper()
	states, err := List(ctx)
	if err != nil {
		t.Fatal(err)
	}
	for _, state := range states {
		if state.Name == slot {
			return state
		}
	}
	t.Fatalf("no reader %q among %v", slot, states)
	return State{}
}

// connected lays the card on slot 0 and connects to it.
func connected(ctx context.Context, t *testing.T, card *script) *Card {
	t.Helper()
	card.lay(t, rig.Address0)
	link, err := Open(ctx, rig.Slot0)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = link.Close() })
	return link
}
