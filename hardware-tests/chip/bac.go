package chip

import (
	"bytes"
	"crypto/sha1" //nolint:gosec // prescribed
	"crypto/subtle"
	"io"
)

// getChallenge is GET CHALLENGE: eight random octets for the next EXTERNAL AUTHENTICATE.
func (c *Chip) getChallenge(cmd Command) ([]byte, uint16) {
	c.kind = "get-challenge"
	if cmd.P1 != 0 || cmd.P2 != 0 {
		return nil, swWrongP1P2
	}
	if cmd.Ne != 8 && cmd.Ne != 256 && cmd.Ne != 65536 || len(cmd.Data) != 0 {
		return nil, swWrongLength
	}
	if !c.cfg.BAC || c.session != nil {
		return nil, swConditions
	}
	challenge := make([]byte, 8)
	if _, err := io.ReadFull(c.cfg.Random, challenge); err != nil {
		return nil, swConditions
	}
	c.bac = challenge
	return challenge, swOK
}

// externalAuthenticate is the second half of basic access control (Doc 9303-11 §4.3.1).
func (c *Chip) externalAuthenticate(cmd Command) ([]byte, uint16) {
	c.kind = "external-authenticate"
	challenge := c.bac
	c.bac = nil
	switch {
	case cmd.P1 != 0 || cmd.P2 != 0:
		return nil, swWrongP1P2
	case !c.cfg.BAC || c.cfg.MRZ == nil || c.session != nil || challenge == nil:
		return nil, swConditions
	case len(cmd.Data) != 40:
		return nil, swWrongLength
	}
	sum := sha1.Sum(c.cfg.MRZ) //nolint:gosec // prescribed
	seed := sum[:16]
	enc, auth := TDES.derive(seed, forEncryption), TDES.derive(seed, forMAC)
	secret, code := cmd.Data[:32], cmd.Data[32:]
	if subtle.ConstantTimeCompare(TDES.mac(auth, secret), code) != 1 {
		return nil, swFailed
	}
	zero := make([]byte, 8)
	plain := TDES.decrypt(enc, zero, secret)
	theirNonce, theirKey := plain[:8], plain[16:]
	if !bytes.Equal(plain[8:16], challenge) {
		return nil, swFailed
	}
	key := make([]byte, 16)
	if _, err := io.ReadFull(c.cfg.Random, key); err != nil {
		return nil, swConditions
	}
	if c.cfg.WrongNonce {
		theirNonce = bytes.Repeat([]byte{0x5A}, len(theirNonce))
	}
	answer := bytes.Join([][]byte{challenge, theirNonce, key}, nil)
	answer = TDES.encrypt(enc, zero, answer)
	answer = append(answer, TDES.mac(auth, answer)...)

	shared := make([]byte, 16)
	subtle.XORBytes(shared, theirKey, key)
	c.next = newSession(TDES, shared)
	c.next.counter = append(bytes.Clone(challenge[4:]), theirNonce[4:]...)
	c.open = true
	return answer, swOK
}
