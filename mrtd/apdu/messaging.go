package apdu

import (
	"crypto/subtle"
	"encoding/binary"
	"errors"
	"fmt"

	"github.com/skranke/skranke/mrtd/internal/do"
	"github.com/skranke/skranke/mrtd/internal/suite"
)

// The tags of secure messaging's data objects (Doc 9303-11 §9.8.4).
const (
	tagCryptogram    = 0x87 // padding-content indicator and cryptogram
	tagCryptogramOdd = 0x85 // cryptogram of a command with odd instruction
	tagLe            = 0x97
	tagStatus        = 0x99
	tagMAC           = 0x8E
)

// ErrSecureMessaging says that a protected response does not verify: its code is wrong, or one of its data objects is missing,
// repeated, out of order or malformed. The session is over; whether that speaks against the document is for the caller.
var ErrSecureMessaging = errors.New("secure messaging failed")

// UnprotectedError says that the chip answered without protection inside a protected session, which ends it. A chip does so
// when it could not verify the command. It matches ErrSecureMessaging.
type UnprotectedError struct {
	// Status is the status word of the bare answer.
	Status Status
}

// Error names the status word.
func (e *UnprotectedError) Error() string {
	return fmt.Sprintf("the chip left secure messaging and answered %04X", uint16(e.Status))
}

// Is makes the error match ErrSecureMessaging.
func (e *UnprotectedError) Is(target error) bool { return target == ErrSecureMessaging }

// Messaging is secure messaging with one set of session keys: encryption, authentication and the send sequence counter.
type Messaging struct {
	suite    *suite.Suite
	enc, mac []byte
	ssc      []byte
}

// NewMessaging starts secure messaging with session keys derived from secret (Doc 9303-11 §9.7.1). ssc is the initial send
// sequence counter; nil stands for zero, as after PACE and chip authentication.
func NewMessaging(s *suite.Suite, secret, ssc []byte) *Messaging {
	enc, mac := s.Keys(secret)
	return NewMessagingWithKeys(s, enc, mac, ssc)
}

// NewMessagingWithKeys is NewMessaging for keys that are already derived.
func NewMessagingWithKeys(s *suite.Suite, enc, mac, ssc []byte) *Messaging {
	m := &Messaging{suite: s, enc: enc, mac: mac, ssc: make([]byte, s.Block)}
	copy(m.ssc[max(0, s.Block-len(ssc)):], ssc)
	return m
}

// Format prints the messaging as redacted: it holds session keys.
func (*Messaging) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted session keys]")) }

// MaxPlain is the most plain response data that fits a protected response of at most limit bytes of data.
func (m *Messaging) MaxPlain(limit int) int {
	const others = 2 + 2 + 2 + suite.MACLen // DO'99' and DO'8E'
	room := limit - others - 1              // the padding indicator goes into DO'87' too
	switch {
	case room < 0x80+2:
		room -= 2
	case room < 0x100+3:
		room -= 3
	default:
		room -= 4
	}
	return max(0, room/m.suite.Block*m.suite.Block-1)
}

// Protect wraps a command (Doc 9303-11 §9.8.4, figure 4). The send sequence counter is advanced. The error is ErrLength.
func (m *Messaging) Protect(c Command) (Command, error) {
	if len(c.Data) > MaxExtendedData || c.Le < 0 || c.Le > MaxExtendedLe {
		return Command{}, ErrLength
	}
	m.advance()
	p := Command{CLA: c.CLA | 0x0C, INS: c.INS, P1: c.P1, P2: c.P2}
	var objects []byte
	if len(c.Data) > 0 {
		cryptogram, err := m.encrypt(c.Data)
		if err != nil {
			return Command{}, err
		}
		if c.INS&1 == 1 {
			objects = do.Append(objects, tagCryptogramOdd, cryptogram)
		} else {
			objects = do.Append(objects, tagCryptogram, append([]byte{1}, cryptogram...))
		}
	}
	switch {
	case c.Le > MaxShortLe:
		objects = do.Append(objects, tagLe, binary.BigEndian.AppendUint16(nil, uint16(c.Le)))
	case c.Le > 0:
		objects = do.Append(objects, tagLe, []byte{byte(c.Le)})
	}
	header := suite.Pad([]byte{p.CLA, p.INS, p.P1, p.P2}, m.suite.Block)
	code, err := m.code(append(header, objects...))
	if err != nil {
		return Command{}, err
	}
	p.Data = do.Append(objects, tagMAC, code)
	p.Le = MaxShortLe
	if c.extended() || len(p.Data) > MaxShortData {
		p.Extended, p.Le = true, MaxExtendedLe
	}
	return p, nil
}

// Unprotect checks and opens a protected response. The code is verified over the bytes as received. The send sequence counter
// is advanced. Errors are *UnprotectedError and others that match ErrSecureMessaging; after any of them the session is over.
func (m *Messaging) Unprotect(r Response) (Response, error) {
	m.advance()
	if len(r.Data) == 0 {
		return Response{}, &UnprotectedError{r.Status}
	}
	var cryptogram []byte
	var cryptogramTag byte
	var status Status
	rest := r.Data
	for last := byte(0); ; {
		tag, value, after, ok := do.Take(rest)
		if !ok || tag == last {
			return Response{}, fmt.Errorf("%w: malformed data objects", ErrSecureMessaging)
		}
		switch {
		case (tag == tagCryptogram || tag == tagCryptogramOdd) && last == 0:
			cryptogram, cryptogramTag = value, tag
		case tag == tagStatus && last != tagStatus && len(value) == 2:
			status = Status(binary.BigEndian.Uint16(value))
		case tag == tagMAC && last == tagStatus && len(value) == suite.MACLen && len(after) == 0:
			code, err := m.code(r.Data[:len(r.Data)-len(rest)])
			if err != nil {
				return Response{}, err
			}
			if subtle.ConstantTimeCompare(code, value) != 1 {
				return Response{}, fmt.Errorf("%w: wrong authentication code", ErrSecureMessaging)
			}
			if status != r.Status {
				return Response{}, fmt.Errorf("%w: the status word inside differs from the one outside", ErrSecureMessaging)
			}
			data, err := m.open(cryptogramTag, cryptogram)
			return Response{data, r.Status}, err
		default:
			return Response{}, fmt.Errorf("%w: data object %02X missing, repeated or out of order", ErrSecureMessaging, tag)
		}
		last, rest = tag, after
	}
}

func (m *Messaging) open(tag byte, cryptogram []byte) ([]byte, error) {
	if tag == 0 {
		return nil, nil
	}
	if tag == tagCryptogram {
		if len(cryptogram) == 0 || cryptogram[0] != 1 {
			return nil, fmt.Errorf("%w: unknown padding indicator", ErrSecureMessaging)
		}
		cryptogram = cryptogram[1:]
	}
	iv, err := m.iv()
	if err != nil {
		return nil, err
	}
	padded, err := m.suite.Decrypt(m.enc, iv, cryptogram)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSecureMessaging, err)
	}
	plain, err := suite.Unpad(padded)
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrSecureMessaging, err)
	}
	return plain, nil
}

func (m *Messaging) encrypt(plain []byte) ([]byte, error) {
	iv, err := m.iv()
	if err != nil {
		return nil, err
	}
	return m.suite.Encrypt(m.enc, iv, suite.Pad(plain, m.suite.Block))
}

// iv is zero for 3DES and the encrypted send sequence counter for AES (Doc 9303-11 §9.8.6.1).
func (m *Messaging) iv() ([]byte, error) {
	if m.suite == suite.TDES {
		return make([]byte, m.suite.Block), nil
	}
	return m.suite.Encrypt(m.enc, make([]byte, m.suite.Block), m.ssc)
}

// code computes the authentication code over the send sequence counter and the data, padded (Doc 9303-11 §9.8.6). The MAC
// of 3DES pads by itself.
func (m *Messaging) code(data []byte) ([]byte, error) {
	in := append(append(make([]byte, 0, len(m.ssc)+len(data)+m.suite.Block), m.ssc...), data...)
	if m.suite != suite.TDES {
		in = suite.Pad(in, m.suite.Block)
	}
	return m.suite.MAC(m.mac, in)
}

func (m *Messaging) advance() {
	for i := len(m.ssc) - 1; i >= 0; i-- {
		if m.ssc[i]++; m.ssc[i] != 0 {
			return
		}
	}
}
