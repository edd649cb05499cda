package access_test

import (
	"bytes"
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/domain"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/access"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/mrz"
)

// random is the same randomness every time, so that a recorded chip's answers are right again.
func random() io.Reader { return rand.NewChaCha8([32]byte{7}) }

// scene is one way into a chip, and what an honest chip answers on it.
type scene struct {
	enter   func(*apdu.Channel) error
	answers [][]byte
}

// scenes are BAC and PACE in its variants.
func scenes(f *testing.F) []scene {
	f.Helper()
	key, err := mrz.NewKey("L898902C", "1969-08-06", "1994-06-23")
	if err != nil {
		f.Fatal(err)
	}
	curve, err := domain.CurveByName("secp256r1")
	if err != nil {
		f.Fatal(err)
	}
	group, err := domain.GroupByName("modp1024-160")
	if err != nil {
		f.Fatal(err)
	}
	password := access.MRZ(key)
	ctx := context.Background()
	all := []scene{{enter: func(ch *apdu.Channel) error { return access.BAC(ctx, ch, password, random()) }}}
	chips := []chip.Config{{BAC: true, MRZ: key.Information(), LDS: []chip.File{{ID: 0x0101}}}}
	for _, p := range []chip.PACE{
		{Mapping: chip.GenericMapping, Suite: chip.AES128, Parameters: chip.Parameters{Curve: curve}},
		{Mapping: chip.GenericMapping, Suite: chip.TDES, Parameters: chip.Parameters{Group: group}},
		{Mapping: chip.IntegratedMapping, Suite: chip.AES192, Parameters: chip.Parameters{Curve: curve}},
		{Mapping: chip.IntegratedMapping, Suite: chip.AES128, Parameters: chip.Parameters{Group: group}},
		{Mapping: chip.ChipAuthenticationMapping, Suite: chip.AES256, Parameters: chip.Parameters{Curve: curve}},
	} {
		offer, err := access.Choose([]lds.PACEInfo{{Protocol: p.Protocol(), Version: 2, ParameterID: p.Parameters.ID()}})
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, scene{enter: func(ch *apdu.Channel) error {
			_, err := access.PACE(ctx, ch, offer, password, random())
			return err
		}})
		config := chip.Config{PACE: []chip.PACE{p}, MRZ: key.Information()}
		if p.Mapping == chip.ChipAuthenticationMapping {
			static, err := p.Parameters.Key(random())
			if err != nil {
				f.Fatal(err)
			}
			config.Agreements = []chip.Agreement{{Suite: p.Suite, Parameters: p.Parameters, Private: static, Mapping: true}}
		}
		chips = append(chips, config)
	}
	for i := range all {
		chips[i].Random = rand.NewChaCha8([32]byte{byte(i)})
		link := &stage.Link{Chip: chip.New(chips[i])}
		link.After = func(_ int, _, answer []byte) []byte {
			all[i].answers = append(all[i].answers, append([]byte(nil), answer...))
			return answer
		}
		if i == 0 { // BAC lives in the application
			link.Chip.Transmit([]byte{0x00, 0xA4, 0x04, 0x0C, 0x07, 0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01})
		}
		if err := all[i].enter(apdu.NewChannel(link)); err != nil {
			f.Fatal(err)
		}
	}
	return all
}

// FuzzAccess lets a hostile chip answer BAC and PACE, the first byte saying which. Nobody gets in who does not answer as the chip did that knows the
// password, and every refusal is one of the errors that callers tell apart.
func FuzzAccess(f *testing.F) {
	all := scenes(f)
	for i, s := range all {
		f.Add(append([]byte{byte(i)}, stage.Tape(s.answers...)...))
		for cut := range s.answers {
			f.Add(append([]byte{byte(i)}, stage.Tape(append(s.answers[:cut:cut], []byte{0x63, 0x00})...)...))
		}
	}
	f.Fuzz(func(t *testing.T, tape []byte) {
		if len(tape) == 0 {
			return
		}
		s := all[int(tape[0])%len(all)]
		link := stage.NewHostile(tape[1:])
		ch := apdu.NewChannel(link)
		err := s.enter(ch)
		var failure *access.Failure
		switch {
		case err == nil:
			if !ch.Secured() || !sameAnswers(link, s.answers) {
				t.Fatal("a hostile chip was let in")
			}
		case ch.Secured():
			t.Fatal("secure messaging is on after a failure")
		case errors.As(err, &failure), errors.Is(err, access.ErrWrongPassword), errors.Is(err, access.ErrBACNotOffered),
			errors.Is(err, mrtd.ErrLinkLost), errors.Is(err, apdu.ErrResponse):
		default:
			t.Fatalf("an error of no known kind: %v", err)
		}
		if ch.APDUs > 600 {
			t.Fatalf("%d commands", ch.APDUs)
		}
	})
}

// sameAnswers tells whether the chip said what the honest one did. GET RESPONSE and a second MSE:Set AT may stand between: what counts is the
// token in the last answer, which only the password's holder can give for this terminal's keys. What chip authentication mapping says beside it is
// judged by others.
func sameAnswers(link *stage.Hostile, honest [][]byte) bool {
	last := honest[len(honest)-1]
	var joined []byte
	for _, a := range link.Answers {
		if len(a) >= 2 {
			joined = append(joined, a[:len(a)-2]...)
		}
	}
	want := last[:len(last)-2]
	if token := []byte{0x86, 8}; len(want) > 12 && bytes.Equal(want[2:4], token) {
		want = want[2:12]
	}
	for i := 0; i+len(want) <= len(joined); i++ {
		if string(joined[i:i+len(want)]) == string(want) {
			return true
		}
	}
	return false
}
