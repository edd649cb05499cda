package chip

import (
	"io"
)

// Active is a key for active authentication (Doc 9303-11 §6.1).
type Active struct {
	// Sign answers a challenge of eight octets, with randomness from random.
	Sign func(random io.Reader, challenge []byte) ([]byte, error)
}

// internalAuthenticate is INTERNAL AUTHENTICATE: a signature over the terminal's challenge.
func (c *Chip) internalAuthenticate(cmd Command, room int) ([]byte, uint16) {
	c.kind = "internal-authenticate"
	switch {
	case c.cfg.Active == nil:
		return nil, swWrongINS
	case cmd.P1 != 0 || cmd.P2 != 0:
		return nil, swWrongP1P2
	case len(cmd.Data) != 8:
		return nil, swWrongLength
	case !c.access() || !c.inLDS:
		return nil, swSecurityNotSatisfied
	}
	signature, err := c.cfg.Active.Sign(c.cfg.Random, cmd.Data)
	if err != nil {
		return nil, swConditions
	}
	if len(signature) > min(cmd.Ne, room) {
		return nil, swWrongLength
	}
	return signature, swOK
}
