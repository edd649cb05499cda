package apdu_test

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/apdu"
)

// FuzzChannel has a hostile chip answer plain commands of every shape, GET RESPONSE and chains among them: bounded, without panic, and only with errors
// that callers tell apart.
func FuzzChannel(f *testing.F) {
	f.Add(false, stage.Tape([]byte{0x6C, 0x10}, []byte{1, 2, 3, 0x90, 0}))
	f.Add(false, stage.Tape([]byte{0x61, 0x02}, []byte{1, 2, 0x61, 0x01}, []byte{3, 0x90, 0}))
	f.Add(true, stage.Tape([]byte{0x90, 0}, []byte{0x90, 0}, []byte{0x68, 0x84}))
	f.Fuzz(func(t *testing.T, extended bool, tape []byte) {
		ch := apdu.NewChannel(stage.NewHostile(tape))
		ch.Extended = extended
		for _, cmd := range []apdu.Command{
			{INS: 0xB0, Le: 256},
			{INS: 0xB0, Le: 65536},
			{INS: 0xA4, P1: 4, Data: []byte{1, 2}},
			{INS: 0x22, Data: bytes.Repeat([]byte{1}, 700)},
			{INS: 0x86, Data: bytes.Repeat([]byte{1}, 300), Le: 256},
		} {
			r, err := ch.Transmit(context.Background(), cmd)
			switch {
			case err == nil && len(r.Data) > 2*65536:
				t.Fatalf("%d bytes of response data", len(r.Data))
			case err != nil && !errors.Is(err, mrtd.ErrLinkLost) && !errors.Is(err, apdu.ErrResponse):
				t.Fatalf("an error of no known kind: %v", err)
			}
		}
		if ch.APDUs > 5*300 {
			t.Fatalf("%d commands", ch.APDUs)
		}
	})
}
