package chip

import (
	"bytes"
	"crypto/subtle"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// session is one secure messaging session (Doc 9303-11 §9.8), the chip's end of it.
type session struct {
	suite     Suite
	enc, auth []byte
	counter   []byte
}

// newSession starts a session with keys from a shared secret and a send sequence counter of zero.
func newSession(s Suite, secret []byte) *session {
	return &session{
		suite: s, enc: s.derive(secret, forEncryption), auth: s.derive(secret, forMAC),
		counter: make([]byte, s.blockSize()),
	}
}

func (s *session) count() {
	for i := len(s.counter) - 1; i >= 0; i-- {
		s.counter[i]++
		if s.counter[i] != 0 {
			return
		}
	}
}

// iv is the initialisation vector: zero with DES, the encrypted counter with AES.
func (s *session) iv() []byte {
	iv := make([]byte, s.suite.blockSize())
	if s.suite != TDES {
		s.suite.block(s.enc).Encrypt(iv, s.counter)
	}
	return iv
}

// code is the authentication code over the counter and the given octets, which are padded here.
func (s *session) code(data []byte) []byte {
	input := append(bytes.Clone(s.counter), data...)
	if s.suite == TDES {
		return s.suite.mac(s.auth, input) // pads by itself
	}
	return s.suite.mac(s.auth, pad(input, s.suite.blockSize()))
}

// open removes secure messaging from a command (Doc 9303-11 §9.8.4). A status word other than 9000 says what is wrong;
// the session is over then.
func (s *session) open(c Command) (Command, uint16) {
	s.count()
	objects, err := tlv.List(c.Data)
	if err != nil {
		return c, swObjectWrong
	}
	var cryptogram, code, le []byte
	var signed []byte
	for _, o := range objects {
		switch o.Tag {
		case 0x87, 0x85:
			if cryptogram != nil || (o.Tag == 0x85) != (c.INS&1 == 1) || len(o.Value) == 0 {
				return c, swObjectWrong
			}
			cryptogram = o.Value
			if o.Tag == 0x87 {
				if o.Value[0] != 1 {
					return c, swObjectWrong
				}
				cryptogram = o.Value[1:]
			}
		case 0x97:
			le = o.Value
		case 0x8E:
			code = o.Value
			continue
		default:
			return c, swObjectWrong
		}
		if code != nil {
			return c, swObjectWrong // something follows the authentication code
		}
		signed = append(signed, o.Raw...)
	}
	if code == nil {
		return c, swObjectMissing
	}
	header := pad([]byte{c.CLA, c.INS, c.P1, c.P2}, s.suite.blockSize())
	if subtle.ConstantTimeCompare(code, s.code(append(header, signed...))) != 1 {
		return c, swObjectWrong
	}

	plain := Command{CLA: c.CLA &^ classSecure, INS: c.INS, P1: c.P1, P2: c.P2, Extended: c.Extended}
	if cryptogram != nil {
		if len(cryptogram) == 0 || len(cryptogram)%s.suite.blockSize() != 0 {
			return c, swObjectWrong
		}
		data, ok := unpad(s.suite.decrypt(s.enc, s.iv(), cryptogram))
		if !ok {
			return c, swObjectWrong
		}
		plain.Data = data
	}
	switch len(le) {
	case 0:
	case 1:
		if plain.Ne = int(le[0]); plain.Ne == 0 {
			plain.Ne = 256
		}
	case 2:
		if plain.Ne = int(le[0])<<8 | int(le[1]); plain.Ne == 0 {
			plain.Ne = 65536
		}
	default:
		return c, swObjectWrong
	}
	return plain, swOK
}

// seal makes the data objects of a protected response without its authentication code, and counts.
func (s *session) seal(odd bool, data []byte, sw uint16) []tlv.Object {
	s.count()
	var all []tlv.Object
	if len(data) > 0 {
		secret := s.suite.encrypt(s.enc, s.iv(), pad(data, s.suite.blockSize()))
		if odd {
			all = append(all, object(0x85, secret))
		} else {
			all = append(all, object(0x87, append([]byte{1}, secret...)))
		}
	}
	return append(all, object(0x99, []byte{byte(sw >> 8), byte(sw)}))
}

// sign makes the authentication code's object over the others.
func (s *session) sign(objects []tlv.Object) tlv.Object {
	return object(0x8E, s.code(join(objects)))
}

func object(tag uint32, value []byte) tlv.Object {
	return tlv.Object{Tag: tag, Value: value, Raw: tlv.Make(tag, value)}
}

func join(objects []tlv.Object) []byte {
	var out []byte
	for _, o := range objects {
		out = append(out, o.Raw...)
	}
	return out
}

// room is the most plain octets whose protected response, status word aside, stays within budget octets.
func (s *session) room(budget int) int {
	block := s.suite.blockSize()
	budget -= 4 + 10 // DO'99' and DO'8E'
	for n := budget / block * block; n > 0; n -= block {
		if len(tlv.Make(0x87, make([]byte, n+1))) <= budget {
			return n - 1 // one octet at least goes to the padding
		}
	}
	return 0
}
