package chip

import (
	"bytes"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// manageSecurityEnvironment is MSE:Set in its three uses: C1A4 for PACE, 41A4 for chip authentication, 41A6 for chip
// authentication in one step with triple DES.
func (c *Chip) manageSecurityEnvironment(cmd Command) ([]byte, uint16) {
	data, done, sw := c.assemble(cmd)
	if !done {
		return nil, sw
	}
	objects, err := tlv.List(data)
	if err != nil {
		return nil, swWrongData
	}
	switch uint16(cmd.P1)<<8 | uint16(cmd.P2) {
	case 0xC1A4:
		return c.startPACE(objects)
	case 0x41A4:
		return c.chooseAgreement(objects)
	case 0x41A6:
		return c.agreeAtOnce(objects)
	default:
		return nil, swWrongP1P2
	}
}

// assemble puts a chained command together (ISO/IEC 7816-4 §5.3.3). PACE sets the chaining bit on commands that are
// whole; those are told by their data object, which is complete, and done is true for them.
func (c *Chip) assemble(cmd Command) (data []byte, done bool, sw uint16) {
	if len(c.chain)+len(cmd.Data) > maxChainedCommand {
		c.chain = nil
		return nil, false, swWrongLength
	}
	data = append(bytes.Clone(c.chain), cmd.Data...)
	if cmd.CLA&classChaining != 0 {
		whole := false
		if cmd.INS == insGeneralAuth {
			_, rest, err := tlv.Next(data)
			whole = err == nil && len(rest) == 0
		}
		if !whole {
			c.chain, c.chainID = data, [3]byte{cmd.INS, cmd.P1, cmd.P2}
			return nil, false, swOK
		}
	}
	c.chain = nil
	return data, true, swOK
}

// generalAuthenticate is GENERAL AUTHENTICATE: the steps of PACE, or chip authentication.
func (c *Chip) generalAuthenticate(cmd Command) ([]byte, uint16) {
	if cmd.P1 != 0 || cmd.P2 != 0 {
		return nil, swWrongP1P2
	}
	data, done, sw := c.assemble(cmd)
	if !done {
		return nil, sw
	}
	outer, rest, err := tlv.Next(data)
	if err != nil || outer.Tag != 0x7C || len(rest) != 0 {
		c.pace, c.agree = nil, nil
		return nil, swWrongData
	}
	objects, err := tlv.List(outer.Value)
	if err != nil {
		c.pace, c.agree = nil, nil
		return nil, swWrongData
	}
	switch {
	case c.pace != nil:
		return c.stepPACE(cmd, objects)
	case c.agree != nil:
		return c.agreeInTwoSteps(objects)
	default:
		return nil, swConditions
	}
}

// keyReference finds the key that a terminal means: by protocol, and by key identifier where keys have one.
func (c *Chip) keyReference(match func(Agreement) bool, objects []tlv.Object) (*Agreement, uint16) {
	reference, named := tlv.Find(objects, 0x84)
	var found *Agreement
	for i, a := range c.cfg.Agreements {
		if a.Mapping || !match(a) {
			continue
		}
		if named && (a.KeyID < 0 || !bytes.Equal(reference, tlv.Int(int64(a.KeyID))[2:])) {
			continue
		}
		if found != nil || !named && a.KeyID >= 0 {
			return nil, swReferenceNotFound // the key must be named and is not
		}
		found = &c.cfg.Agreements[i]
	}
	if found == nil {
		if named {
			return nil, swReferenceNotFound
		}
		return nil, swWrongData
	}
	return found, swOK
}

// chooseAgreement is MSE:Set AT for chip authentication (Doc 9303-11 §6.2.4.2).
func (c *Chip) chooseAgreement(objects []tlv.Object) ([]byte, uint16) {
	c.kind, c.agree, c.pace = "mse-ca", nil, nil
	if c.session == nil {
		return nil, swSecurityNotSatisfied
	}
	protocol, ok := tlv.Find(objects, 0x80)
	if !ok {
		return nil, swWrongData
	}
	key, sw := c.keyReference(func(a Agreement) bool {
		return bytes.Equal(tlv.OIDValue(a.Protocol()), protocol)
	}, objects)
	if sw != swOK {
		return nil, sw
	}
	c.agree = key
	return nil, swOK
}

// agreeInTwoSteps is GENERAL AUTHENTICATE of chip authentication: the terminal's ephemeral key comes in, an empty
// dynamic authentication data object goes out, and the next command uses the new keys.
func (c *Chip) agreeInTwoSteps(objects []tlv.Object) ([]byte, uint16) {
	key := c.agree
	c.kind, c.parameters, c.agree = "ca", &key.Parameters, nil
	if len(objects) != 1 || objects[0].Tag != 0x80 {
		return nil, swWrongData
	}
	if sw := c.agreeWith(key, objects[0].Value); sw != swOK {
		return nil, sw
	}
	return tlv.Make(0x7C), swOK
}

// agreeAtOnce is MSE:Set KAT (Doc 9303-11 §6.2.4.1), for triple DES only.
func (c *Chip) agreeAtOnce(objects []tlv.Object) ([]byte, uint16) {
	c.kind = "mse-kat"
	if c.session == nil {
		return nil, swSecurityNotSatisfied
	}
	public, ok := tlv.Find(objects, 0x91)
	if !ok {
		return nil, swWrongData
	}
	key, sw := c.keyReference(func(a Agreement) bool { return a.Suite == TDES }, objects)
	if sw != swOK {
		return nil, sw
	}
	return nil, c.agreeWith(key, public)
}

// agreeWith computes the shared secret of chip authentication and prepares the new session.
func (c *Chip) agreeWith(a *Agreement, public []byte) uint16 {
	theirs, err := a.Parameters.decode(public)
	if err != nil {
		return swWrongData
	}
	shared := a.Parameters.times(a.Private, theirs)
	if a.Parameters.neutral(shared) {
		return swWrongData
	}
	secret := a.Parameters.secret(shared)
	c.agreed(secret)
	if !c.cfg.KeepKeys {
		c.next = newSession(a.Suite, secret)
	}
	return swOK
}
