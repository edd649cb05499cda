package inspect_test

import (
	"context"
	"errors"
	"math/rand/v2"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/access"
	"github.com/skranke/skranke/mrtd/inspect"
)

// hostileDocument is read by PACE or BAC, and its chip proves itself; its files are small, so that a session is short.
const hostileDocument = `about: "Not of this world: for the fuzzer"
document: {issuer: UTO, surname: SPECIMEN, given_names: FUZZ, sex: F, number: "L########"}
face: {bytes: 3000, width: 200, height: 260}
pki:
  country: UT
  csca: {key: secp256r1, signature: ecdsa-sha256}
  signer: {key: secp256r1, signature: ecdsa-sha256}
chip:
  bac: true
  pace:
    - {protocol: ecdh-gm-aes128, parameters: secp256r1}
  chip_authentication:
    - {protocol: ecdh-aes128, parameters: secp256r1}
  active_authentication: {key: secp256r1, hash: sha256}
  extended_length: {command: 2000, response: 2000, atr_info: true}
`

// told wants a read of a hostile chip to end in one of the ways that callers know, within bounds.
func told(t *testing.T, reading *inspect.Reading, err error, commands, resets int) {
	t.Helper()
	switch {
	case err == nil && reading != nil, errors.Is(err, mrtd.ErrLinkLost) && reading != nil, errors.Is(err, access.ErrWrongPassword),
		errors.Is(err, inspect.ErrNotTravelDocument), errors.Is(err, inspect.ErrNeedsMRZ):
	default:
		t.Fatalf("reading %v, error %v", reading != nil, err)
	}
	if commands > 3000 || resets > 12 {
		t.Fatalf("%d commands in %d sessions", commands, resets+1)
	}
}

// FuzzSession has a hostile chip answer a whole session with arbitrary bytes. The seeds are honest sessions by PACE and by BAC, which are right again as
// long as nothing in them is changed, since the terminal's randomness is the same.
func FuzzSession(f *testing.F) {
	s := stage.Of(f, "hostile", hostileDocument)
	input := func() inspect.Input {
		in := s.Input()
		in.Random = rand.NewChaCha8([32]byte{7})
		in.Clock = nil
		in.Early = func(*inspect.Report) {}
		return in
	}
	for _, pace := range []bool{true, false} {
		config := s.Document.Chip
		config.Random = rand.NewChaCha8([32]byte{1})
		if !pace {
			config.PACE, config.Master = nil, nil
		}
		var answers [][]byte
		link := &stage.Link{Chip: chip.New(config), After: func(_ int, _, answer []byte) []byte {
			answers = append(answers, append([]byte(nil), answer...))
			return answer
		}}
		if _, err := inspect.Read(context.Background(), link, input()); err != nil {
			f.Fatal(err)
		}
		f.Add(stage.Tape(answers...))
		for _, n := range []int{1, 3, 6, 8, 10, 12} {
			if n < len(answers) {
				f.Add(stage.Tape(append(answers[:n:n], []byte{0x6A, 0x82}, []byte{0x90, 0})...))
			}
		}
	}
	f.Fuzz(func(t *testing.T, tape []byte) {
		if len(tape) > 64<<10 {
			return
		}
		link := stage.NewHostile(tape)
		link.Said = s.Document.Chip.ATR
		reading, err := inspect.Read(context.Background(), link, input())
		told(t, reading, err, len(link.Answers), link.Resets)
		if reading != nil && reading.Report.Authenticity == inspect.Genuine && len(s.Whole(reading.Evidence)) > 0 {
			t.Fatal("genuine, with files that are none of the document's")
		}
	})
}

// FuzzChip has a chip that knows its keys, and means ill: each entry of the script (a command's number, how to change the answer, a length and the bytes)
// has it say something else, rightly protected.
func FuzzChip(f *testing.F) {
	s := stage.Of(f, "hostile", hostileDocument)
	f.Add(false, []byte{8, 0, 0, 2, 0x77, 0x82})
	f.Add(false, []byte{8, 1, 0, 2, 0x6A, 0x82})
	f.Add(true, []byte{5, 2, 0, 6, 0x77, 0x84, 0x7F, 0xFF, 0xFF, 0xFF, 6, 1, 0, 2, 0x6B, 0})
	f.Add(false, []byte{0, 0, 0, 8, 0x43, 1, 1, 0x7F, 0x66, 2, 2, 0, 1, 0, 0, 2, 0x31, 0x80})
	f.Add(true, []byte{4, 3, 0, 1, 0x80, 9, 2, 0, 4, 0x61, 0x82, 0xFF, 0xFF})
	f.Fuzz(func(t *testing.T, bac bool, script []byte) {
		if len(script) > 8<<10 {
			return
		}
		config := s.Document.Chip
		config.Random = rand.NewChaCha8([32]byte{1})
		if bac {
			config.PACE, config.Master = nil, nil
		}
		changes := map[int][]byte{}
		how := map[int]byte{}
		for rest := script; len(rest) >= 4; {
			n := min(int(rest[2])<<8|int(rest[3]), len(rest)-4)
			changes[int(rest[0])%64], how[int(rest[0])%64] = rest[4:4+n], rest[1]
			rest = rest[4+n:]
		}
		link := &stage.Link{Chip: chip.New(config)}
		link.Chip.SetHooks(chip.Hooks{Plain: func(x *chip.Exchange) {
			change, ok := changes[(link.Sent-1)%64]
			if !ok {
				return
			}
			switch how[(link.Sent-1)%64] % 4 {
			case 0: // say this instead
				x.Data = change
			case 1: // refuse with this word
				if len(change) >= 2 {
					x.Data, x.Status = nil, uint16(change[0])<<8|uint16(change[1])
				}
			case 2: // begin with this
				x.Data = append([]byte(nil), x.Data...)
				copy(x.Data, change)
			case 3: // say all of it, and this
				x.Data = append(append([]byte(nil), x.Data...), change...)
			}
			if len(x.Data) > 60000 {
				x.Data = x.Data[:60000]
			}
		}})
		in := s.Input()
		in.Random, in.Clock = rand.NewChaCha8([32]byte{7}), nil
		reading, err := inspect.Read(context.Background(), link, in)
		told(t, reading, err, link.Sent, link.Resets)
		if reading != nil && reading.Report.Authenticity == inspect.Genuine {
			for _, file := range s.Whole(reading.Evidence) {
				if file != inspect.COM { // which nothing signs
					t.Fatalf("genuine, though %s is none of the document's", file)
				}
			}
		}
	})
}
