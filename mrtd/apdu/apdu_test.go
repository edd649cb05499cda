package apdu

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

// TestEncode checks the seven forms of a command APDU (ISO/IEC 7816-3 §12.1.3).
func TestEncode(t *testing.T) {
	long := bytes.Repeat([]byte{0xAB}, 256)
	for _, c := range []struct {
		cmd  Command
		want string
	}{
		{Command{INS: 0x84}, "00840000"},
		{Command{INS: 0x84, Le: 8}, "0084000008"},
		{Command{INS: 0xB0, Le: 256}, "00b0000000"},
		{Command{INS: 0xA4, P1: 2, P2: 12, Data: []byte{1, 0x1e}}, "00a4020c02011e"},
		{Command{INS: 0x86, Data: []byte{0x7c, 0}, Le: 256}, "00860000027c0000"},
		{Command{INS: 0xB0, Le: 257}, "00b00000000101"},
		{Command{INS: 0xB0, Le: 65536}, "00b00000000000"},
		{Command{INS: 0x22, Data: long}, "0022000000" + "0100" + hex.EncodeToString(long)},
		{Command{INS: 0x86, Data: long, Le: 65536}, "0086000000" + "0100" + hex.EncodeToString(long) + "0000"},
		{Command{INS: 0x86, Data: []byte{1}, Le: 256, Extended: true}, "00860000000001010100"},
	} {
		got, err := c.cmd.Encode()
		if err != nil || hex.EncodeToString(got) != c.want {
			t.Errorf("got %x, %v; want %s", got, err, c.want)
		}
	}
	for _, cmd := range []Command{{Le: -1}, {Le: 65537}, {Data: make([]byte, 65536)}} {
		if _, err := cmd.Encode(); !errors.Is(err, ErrLength) {
			t.Errorf("lengths out of range give %v", err)
		}
	}
}

func TestStatus(t *testing.T) {
	if n, ok := Status(0x63C2).Retries(); !ok || n != 2 {
		t.Errorf("63C2 leaves %d tries, %v", n, ok)
	}
	if _, ok := AuthenticationFailed.Retries(); ok {
		t.Error("6300 counts no tries")
	}
	var err error = FileNotFound
	if err.Error() != "the chip answered 6A82" {
		t.Error(err)
	}
}

func FuzzUnprotect(f *testing.F) {
	f.Add([]byte("\x87\x09\x01abcdefgh\x99\x02\x90\x00\x8e\x08abcdefgh\x90\x00"))
	f.Add([]byte("\x99\x02\x90\x00\x8e\x08abcdefgh\x90\x00"))
	f.Add([]byte{0x90, 0})
	f.Fuzz(func(t *testing.T, b []byte) {
		r, err := ParseResponse(b)
		if err != nil {
			return
		}
		if _, err := fuzzMessaging().Unprotect(r); !errors.Is(err, ErrSecureMessaging) {
			t.Fatalf("an answer that nobody protected gives %v", err)
		}
	})
}
