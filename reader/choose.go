package reader

import (
	"bytes"
	"fmt"
	"regexp"
	"strings"
)

// A reader with several slots shows as several readers. Drivers name the slots in their own ways; these are what the
// common ones say of a contactless slot, and of one that takes a passport in no case: a slot for contact cards, or for a
// security module (SAM) or SIM.
//
//	ACS ACR1281 1S Dual Reader(1) 00 01          ACS ACR1281U PICC / ICC / SAM        ACS ACR122U PICC Interface
//	[OMNIKEY 5422CL Smartcard Reader]            OMNIKEY CardMan 5x21-CL 0            [OMNIKEY 5422 Smartcard Reader]
//	[uTrust 4701 F Contactless Reader]           [uTrust 4701 F Contact Reader]       SCM Microsystems SCL3711
//	[Prox-DU Contactless_12345]                  [Prox-DU Contact_12345]              REINER SCT cyberJack RFID
var (
	contactlessName = regexp.MustCompile(`(?i)contact-?less|\bPICC\b|\bNFC|RFID|FeliCa|\dCL\b|-CL\b|\bCL\b|\bProx-SU\b`)
	contactName     = regexp.MustCompile(`(?i)\bcontact(ed)?(\b|_)|\bICC\b|\bSAM\b|\bSIM\b|Smart ?Card ?Slot`)
)

// Contactless says whether the reader is a contactless slot, as its name tells, or else the ATR of the card on it: what
// PC/SC part 3 §3.1.3.2.3 has a reader make up for a contactless card begins 3B 8n 80 01. known is false where neither tells.
func (s State) Contactless() (yes, known bool) {
	switch {
	case contactlessName.MatchString(s.Name):
		return true, true
	case contactName.MatchString(s.Name):
		return false, true
	case len(s.ATR) >= 4 && s.ATR[0] == 0x3b && s.ATR[1]&0xf0 == 0x80 && bytes.Equal(s.ATR[2:4], []byte{0x80, 0x01}):
		return true, true
	}
	return false, false
}

// candidates returns the readers that a document may lie on, of those that the service knows: the one called name; else
// those whose name holds name in any case; of these, or of all if name is empty, the contactless slots; without any, those
// that may be; without any, all. Errors are ErrNoReader and ErrUnknownReader.
func candidates(all []State, name string) ([]State, error) {
	if len(all) == 0 {
		return nil, ErrNoReader
	}
	if name != "" {
		var named []State
		for _, state := range all {
			if state.Name == name {
				return []State{state}, nil
			}
			if strings.Contains(strings.ToLower(state.Name), strings.ToLower(name)) {
				named = append(named, state)
			}
		}
		if len(named) == 0 {
			return nil, fmt.Errorf("%w: %q", ErrUnknownReader, name)
		}
		all = named
	}
	var ranks [3][]State
	for _, state := range all {
		yes, known := state.Contactless()
		switch {
		case yes && contactlessName.MatchString(state.Name):
			ranks[0] = append(ranks[0], state)
		case yes || !known:
			ranks[1] = append(ranks[1], state)
		default:
			ranks[2] = append(ranks[2], state)
		}
	}
	for _, rank := range ranks {
		if len(rank) > 0 {
			return rank, nil
		}
	}
	return nil, ErrNoReader
}

// choose returns the reader to connect to: the first of the candidates on which a card lies, one that is surely
// contactless before others, an answering one before a mute one. Errors are those of candidates, ErrNoCard, and
// ErrReaderRemoved if none of the candidates answers.
func choose(all []State, name string) (State, error) {
	of, err := candidates(all, name)
	if err != nil {
		return State{}, err
	}
	var best State
	score, answering := 0, false
	for _, state := range of {
		points := 0
		answering = answering || state.Card != Unknown
		switch yes, _ := state.Contactless(); {
		case state.Card == Present && yes:
			points = 3
		case state.Card == Present:
			points = 2
		case state.Card == Mute:
			points = 1
		}
		if points > score {
			best, score = state, points
		}
	}
	switch {
	case !answering:
		return State{}, ErrReaderRemoved
	case score == 0:
		return State{}, ErrNoCard
	}
	return best, nil
}
