// Package reader reaches chips through PC/SC: pcsc-lite on Linux, WinSCard on Windows. It lists readers, watches cards
// come and go, and carries bytes; a [Card] is a [mrtd.Link].
//
// Changes come from the service, which is not polled. Everything that waits ends with its context at once, even where PC/SC
// itself cannot be interrupted.
package reader

import (
	"context"
	"encoding/hex"
	"encoding/json"
	"slices"

	"github.com/ebfe/scard"
)

// Presence says whether a card lies on a reader.
type Presence string

// The presences. A mute card is one that did not answer when it was powered. Unknown is said of a reader that does not
// answer, as between its unplugging and the moment that the service drops it.
const (
	Absent  Presence = "absent"
	Present Presence = "present"
	Mute    Presence = "mute"
	Unknown Presence = "unknown"
)

// State is what the service says of one reader.
type State struct {
	// Name is the reader's PC/SC name, such as "HID Global OMNIKEY 5422 Smartcard Reader [OMNIKEY 5422CL Smartcard Reader] 00 00".
	Name string
	// Card says whether a card lies on it.
	Card Presence
	// InUse says that some program was connected to the card when the service last told of the reader; pcsc-lite tells when
	// one leaves, not when one comes.
	InUse bool
	// ATR is the card's answer to reset, nil when there is none.
	ATR []byte
	// count is the service's counter of insertions and removals, modulo 65,536; 0 where it does not count.
	count uint16
	// flags is the state as the service gave it, to be given back when waiting for another one.
	flags scard.StateFlag
}

// MarshalJSON gives {"name":"…","card":"present","in_use":false,"contactless":true,"atr":"3b88…"}; contactless is absent
// where neither the reader's name nor its card tells, atr where there is none.
func (s State) MarshalJSON() ([]byte, error) {
	out := struct {
		Name        string   `json:"name"`
		Card        Presence `json:"card"`
		InUse       bool     `json:"in_use"`
		Contactless *bool    `json:"contactless,omitempty"`
		ATR         string   `json:"atr,omitempty"`
	}{Name: s.Name, Card: s.Card, InUse: s.InUse, ATR: hex.EncodeToString(s.ATR)}
	if yes, known := s.Contactless(); known {
		out.Contactless = &yes
	}
	return json.Marshal(out)
}

// stateOf reads what SCardGetStatusChange has said of the reader called name.
func stateOf(name string, from *scard.ReaderState) State {
	flags := from.EventState
	state := State{Name: name, Card: Absent, count: uint16(flags >> 16), flags: flags &^ scard.StateChanged}
	switch {
	case flags&(scard.StateUnavailable|scard.StateUnknown) != 0:
		state.Card = Unknown
	case flags&scard.StateMute != 0:
		state.Card = Mute
	case flags&scard.StatePresent != 0:
		state.Card = Present
		state.ATR = slices.Clone(from.Atr)
	}
	state.InUse = flags&(scard.StateInuse|scard.StateExclusive) != 0
	return state
}

// same says whether two states do not differ in anything that is told.
func (s State) same(other State) bool {
	return s.Name == other.Name && s.Card == other.Card && s.InUse == other.InUse && s.count == other.count &&
		slices.Equal(s.ATR, other.ATR)
}

// onReader says whether anything lies on the reader.
func (s State) onReader() bool { return s.Card == Present || s.Card == Mute }

// List returns the readers that the service knows, in its order, and what lies on them. No reader is no error. Errors are
// ErrNoService, ErrServiceDenied, ErrPCSC, and ctx's.
func List(ctx context.Context) ([]State, error) {
	service := shared.subscribe()
	defer service.close()
	now, err := service.next(ctx)
	if err != nil {
		return nil, err
	}
	return slices.Clone(now.states), now.err
}
