package chip

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // prescribed
	"crypto/subtle"
	"io"
	"math/big"
	"strconv"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// pace is a run of PACE (Doc 9303-11 §4.4) on its way.
type pace struct {
	PACE
	key       []byte // Kπ
	step      int    // the next step: 1 nonce, 2 mapping, 3 key agreement, 4 tokens
	nonce     []byte
	generator element
	mapKey    *big.Int // the chip's ephemeral key of the mapping, which PACE-CAM proves itself with
	mine      []byte
	theirs    []byte
	secret    []byte
}

// nonceSize is the length of the nonce in octets: 16 with the generic mapping; with the integrated mapping, at least the
// cipher's key, in whole blocks.
func (p PACE) nonceSize() int {
	if p.Mapping == IntegratedMapping && p.Suite.keySize() > 16 {
		return 32
	}
	return 16
}

// passwordKey is Kπ for a reference of MSE:Set AT: 1 the MRZ, 2 the CAN.
func (c *Chip) passwordKey(s Suite, reference byte) []byte {
	switch {
	case reference == 1 && c.cfg.MRZ != nil:
		sum := sha1.Sum(c.cfg.MRZ) //nolint:gosec // prescribed
		return s.derive(sum[:], forPassword)
	case reference == 2 && c.cfg.CAN != "":
		return s.derive([]byte(c.cfg.CAN), forPassword)
	default:
		return nil
	}
}

// startPACE is MSE:Set AT for PACE (Doc 9303-11 §4.4.4.1).
func (c *Chip) startPACE(objects []tlv.Object) ([]byte, uint16) {
	c.kind, c.pace, c.agree = "mse-pace", nil, nil
	protocol, _ := tlv.Find(objects, 0x80)
	reference, ok := tlv.Find(objects, 0x83)
	if !ok || len(reference) != 1 {
		return nil, swWrongData
	}
	parameter, named := tlv.Find(objects, 0x84)
	var found []PACE
	for _, p := range c.cfg.PACE {
		if !bytes.Equal(tlv.OIDValue(p.Protocol()), protocol) {
			continue
		}
		if named && !(len(parameter) == 1 && int(parameter[0]) == p.Parameters.ID()) {
			continue
		}
		found = append(found, p)
	}
	if len(found) == 0 {
		if named {
			return nil, swReferenceNotFound
		}
		return nil, swWrongData
	}
	if len(found) > 1 {
		return nil, swReferenceNotFound // the domain parameters are ambiguous and not named
	}
	key := c.passwordKey(found[0].Suite, reference[0])
	if key == nil {
		return nil, swReferenceNotFound
	}
	c.pace = &pace{PACE: found[0], key: key, step: 1}
	return nil, swOK
}

// stepPACE is one GENERAL AUTHENTICATE of PACE. Whatever goes wrong ends the run.
func (c *Chip) stepPACE(cmd Command, objects []tlv.Object) (data []byte, sw uint16) {
	p := c.pace
	c.kind, c.parameters = "pace-"+strconv.Itoa(p.step), &p.Parameters
	defer func() {
		if sw != swOK {
			c.pace = nil
		}
	}()
	last := cmd.CLA&classChaining == 0
	if last != (p.step == 4) {
		return nil, swLastExpected
	}
	var in []byte
	tag := map[int]uint32{2: 0x81, 3: 0x83, 4: 0x85}[p.step]
	if p.step == 1 && len(objects) != 0 || p.step > 1 && (len(objects) != 1 || objects[0].Tag != tag) {
		return nil, swWrongData
	}
	if p.step > 1 {
		in = objects[0].Value
	}
	var out []byte
	switch p.step {
	case 1:
		out, sw = p.sendNonce(c.cfg.Random)
	case 2:
		out, sw = p.mapNonce(c.cfg.Random, in)
	case 3:
		out, sw = p.agreeKey(c.cfg.Random, in)
		for range 20000 {
			if !c.cfg.ZeroSecret || sw != swOK || p.secret[0] == 0 {
				break
			}
			out, sw = p.agreeKey(c.cfg.Random, in)
		}
		c.agreed(p.secret)
	default:
		return c.finishPACE(in)
	}
	if sw != swOK {
		return nil, sw
	}
	p.step++
	return tlv.Make(0x7C, out), swOK
}

func (p *pace) sendNonce(random io.Reader) ([]byte, uint16) {
	p.nonce = make([]byte, p.nonceSize())
	if _, err := io.ReadFull(random, p.nonce); err != nil {
		return nil, swConditions
	}
	secret := p.Suite.encrypt(p.key, make([]byte, p.Suite.blockSize()), p.nonce)
	return tlv.Make(0x80, secret), swOK
}

// mapNonce finds the ephemeral generator (Doc 9303-11 §4.4.3.3).
func (p *pace) mapNonce(random io.Reader, in []byte) ([]byte, uint16) {
	if p.Mapping == IntegratedMapping {
		g, ok := p.integrate(in)
		if !ok {
			return nil, swWrongData
		}
		p.generator = g
		return tlv.Make(0x82), swOK
	}
	par := p.Parameters
	theirs, err := par.decode(in)
	if err != nil {
		return nil, swWrongData
	}
	key, err := par.Key(random)
	if err != nil {
		return nil, swConditions
	}
	mine := par.times(key, par.generator())
	shared := par.times(key, theirs)
	s := new(big.Int).SetBytes(p.nonce)
	p.generator = par.combine(par.times(s, par.generator()), shared)
	if par.neutral(p.generator) || par.neutral(shared) {
		return nil, swWrongData
	}
	p.mapKey = key
	return tlv.Make(0x82, par.encode(mine)), swOK
}

func (p *pace) agreeKey(random io.Reader, in []byte) ([]byte, uint16) {
	par := p.Parameters
	theirs, err := par.decode(in)
	if err != nil {
		return nil, swWrongData
	}
	key, err := par.Key(random)
	if err != nil {
		return nil, swConditions
	}
	p.mine, p.theirs = par.encode(par.times(key, p.generator)), bytes.Clone(in)
	if bytes.Equal(p.mine, p.theirs) {
		return nil, swWrongData // our own key, mirrored
	}
	shared := par.times(key, theirs)
	if par.neutral(shared) {
		return nil, swWrongData
	}
	p.secret = par.secret(shared)
	return tlv.Make(0x84, p.mine), swOK
}

// token is the authentication token over a public key (Doc 9303-11 §4.4.3.4).
func (p *pace) token(s *session, public []byte) []byte {
	input := tlv.Make(0x7F49, tlv.OID(p.Protocol()), tlv.Make(p.Parameters.tag(), public))
	return s.suite.mac(s.auth, input)
}

func (c *Chip) finishPACE(in []byte) ([]byte, uint16) {
	p := c.pace
	s := newSession(p.Suite, p.secret)
	if subtle.ConstantTimeCompare(in, p.token(s, p.mine)) != 1 {
		return nil, swFailed
	}
	out := [][]byte{tlv.Make(0x86, p.token(s, p.theirs))}
	if p.Mapping == ChipAuthenticationMapping {
		proof := c.mappingProof(p, s)
		if proof == nil {
			return nil, swConditions
		}
		out = append(out, tlv.Make(0x8A, proof))
	}
	c.pace, c.next, c.open = nil, s, true
	return tlv.Make(0x7C, out...), swOK
}

// mappingProof is the encrypted chip authentication data of PACE-CAM (Doc 9303-11 §4.4.3.5): the mapping's ephemeral key
// divided by the chip's static key.
func (c *Chip) mappingProof(p *pace, s *session) []byte {
	for _, a := range c.cfg.Agreements {
		if !a.Mapping || a.Parameters != p.Parameters {
			continue
		}
		inverse := new(big.Int).ModInverse(a.Private, p.Parameters.order())
		if inverse == nil {
			return nil
		}
		data := inverse.Mul(inverse, p.mapKey)
		data.Mod(data, p.Parameters.order())
		plain := data.FillBytes(make([]byte, (p.Parameters.order().BitLen()+7)/8))
		if c.cfg.WrappedProof {
			plain = tlv.Octets(plain)
		}
		iv := make([]byte, p.Suite.blockSize())
		s.suite.block(s.enc).Encrypt(iv, bytes.Repeat([]byte{0xFF}, len(iv)))
		return s.suite.encrypt(s.enc, iv, pad(plain, len(iv)))
	}
	return nil
}
