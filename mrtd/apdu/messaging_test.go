package apdu

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/internal/do"
	"github.com/skranke/skranke/mrtd/internal/replay"
	"github.com/skranke/skranke/mrtd/internal/suite"
)

// bacExample is Doc 9303-11 appendix D.
type bacExample struct {
	D3    map[string]string `json:"D3"`
	APDUs [][2]string       `json:"apdus"`
	COM   string            `json:"EF.COM"`
}

func loadBACExample(t *testing.T) bacExample {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t), "icao_9303_p11", "D_bac.json"))
	if err != nil {
		t.Fatal(err)
	}
	var e bacExample
	if err := json.Unmarshal(raw, &e); err != nil {
		t.Fatal(err)
	}
	return e
}

// TestSecureMessagingWorkedExample replays Doc 9303-11 appendix D.4: SELECT EF.COM and two READ BINARY under 3DES.
func TestSecureMessagingWorkedExample(t *testing.T) {
	e := loadBACExample(t)
	var exchanges []replay.Exchange
	for _, x := range e.APDUs[2:] {
		exchanges = append(exchanges, replay.Exchange{C: x[0], R: x[1]})
	}
	ch := NewChannel(replay.New(t, exchanges))
	ch.Secure(NewMessaging(suite.TDES, replay.Hex(t, e.D3["Kseed_session"]), replay.Hex(t, e.D3["SSC"])))
	ctx := context.Background()
	if _, err := ch.Do(ctx, Command{INS: 0xA4, P1: 2, P2: 0x0C, Data: []byte{1, 0x1E}}); err != nil {
		t.Fatal(err)
	}
	head, err := ch.Do(ctx, Command{INS: 0xB0, Le: 4})
	if err != nil {
		t.Fatal(err)
	}
	tail, err := ch.Do(ctx, Command{INS: 0xB0, P2: 4, Le: 18})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := append(head, tail...), replay.Hex(t, e.COM); !bytes.Equal(got, want) {
		t.Errorf("EF.COM is %x, the standard has %x", got, want)
	}
	if ch.APDUs != 3 {
		t.Errorf("counted %d commands, sent 3", ch.APDUs)
	}
}

// TestProtectedAnswersThatMustNotPass spoils the worked example's last answer in every way that the standard lets a terminal detect.
func TestProtectedAnswersThatMustNotPass(t *testing.T) {
	e := loadBACExample(t)
	good := replay.Hex(t, e.APDUs[4][1])
	ssc := replay.Hex(t, "887022120C06C22B") // before the last answer: two exchanges and one command on
	answer := func(spoil func([]byte) []byte) error {
		m := NewMessaging(suite.TDES, replay.Hex(t, e.D3["Kseed_session"]), ssc)
		r, err := ParseResponse(spoil(bytes.Clone(good)))
		if err != nil {
			return err
		}
		_, err = m.Unprotect(r)
		return err
	}
	if err := answer(func(b []byte) []byte { return b }); err != nil {
		t.Fatalf("the untouched answer: %v", err)
	}
	for i := range good {
		if err := answer(func(b []byte) []byte { b[i] ^= 0x01; return b }); !errors.Is(err, ErrSecureMessaging) {
			t.Errorf("a flipped bit in byte %d gives %v", i, err)
		}
	}
	for n := range len(good) {
		err := answer(func(b []byte) []byte { return append(b[:n], 0x90, 0x00) })
		if n < len(good)-2 && !errors.Is(err, ErrSecureMessaging) {
			t.Errorf("an answer cut to %d bytes gives %v", n, err)
		}
	}
	object99 := bytes.Index(good, []byte{0x99, 2, 0x90, 0})
	for name, spoil := range map[string]func([]byte) []byte{
		"bare 9000":      func([]byte) []byte { return []byte{0x90, 0} },
		"without DO'99'": func(b []byte) []byte { return append(b[:object99:object99], b[object99+4:]...) },
		"DO'99' twice": func(b []byte) []byte {
			return append(append(b[:object99+4:object99+4], 0x99, 2, 0x90, 0), b[object99+4:]...)
		},
		"without DO'8E'":   func(b []byte) []byte { return append(b[:object99+4:object99+4], 0x90, 0) },
		"bytes after 8E":   func(b []byte) []byte { return append(b[:len(b)-2:len(b)-2], 0x00, 0x00, 0x90, 0) },
		"unknown DO first": func(b []byte) []byte { return append([]byte{0x81, 1, 0}, b...) },
	} {
		if err := answer(spoil); !errors.Is(err, ErrSecureMessaging) {
			t.Errorf("%s gives %v", name, err)
		}
	}
	var bare *UnprotectedError
	if err := answer(func([]byte) []byte { return []byte{0x69, 0x88} }); !errors.As(err, &bare) || bare.Status != SMObjectsIncorrect {
		t.Errorf("a bare 6988 gives %v", err)
	}
}

// TestNonMinimalLengths accepts an answer whose lengths are padded, as chips in the field send them, since the code is taken over the bytes
// as received.
func TestNonMinimalLengths(t *testing.T) {
	secret := []byte("an invented seed")
	for _, s := range []*suite.Suite{suite.TDES, suite.AES128, suite.AES192, suite.AES256} {
		m := NewMessaging(s, secret, nil)
		chip := NewMessaging(s, secret, nil)
		chip.advance()
		cryptogram, err := chip.encrypt([]byte("hello"))
		if err != nil {
			t.Fatal(err)
		}
		body := append([]byte{0x87, 0x82, 0, byte(1 + len(cryptogram)), 1}, cryptogram...)
		body = append(body, 0x99, 0x81, 2, 0x90, 0)
		code, err := chip.code(body)
		if err != nil {
			t.Fatal(err)
		}
		r, err := m.Unprotect(Response{append(append(body, 0x8E, 8), code...), OK})
		if err != nil || string(r.Data) != "hello" {
			t.Errorf("%s: %q, %v", s.Name, r.Data, err)
		}
	}
}

// TestMaxPlain protects responses of that length and one block more, and compares the result with the limit.
func TestMaxPlain(t *testing.T) {
	for _, s := range []*suite.Suite{suite.TDES, suite.AES256} {
		m := NewMessaging(s, []byte("seed"), nil)
		length := func(plain int) int {
			cryptogram := append([]byte{1}, suite.Pad(make([]byte, plain), s.Block)...)
			return len(do.Encode(0x87, cryptogram)) + 4 + 10
		}
		for limit := 40; limit < 70000; limit += 97 {
			n := m.MaxPlain(limit)
			if length(n) > limit || length(n+s.Block) <= limit {
				t.Fatalf("%s: %d bytes of data for a limit of %d: protected they are %d, one block more %d", s.Name, n, limit, length(n), length(n+s.Block))
			}
		}
	}
}

func fuzzMessaging() *Messaging { return NewMessaging(suite.AES128, []byte("seed"), nil) }
