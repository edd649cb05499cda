package fault

import (
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// Make makes a profile's document with the script's changes to profile, document and chip. The chip then wants Arm for
// the rest.
func (s *Script) Make(p *specimen.Profile, seed uint64, now time.Time) (*specimen.Document, error) {
	if len(s.overrides) > 0 {
		var err error
		if p, err = p.With(s.overrides...); err != nil {
			return nil, fmt.Errorf("fault script: %w", err)
		}
	}
	used := make([]bool, len(s.edits))
	others := map[uint64]*specimen.Document{}
	var honest *specimen.Document
	other := func(text string) (*specimen.Document, error) {
		n, err := strconv.ParseUint(text, 10, 64)
		if err != nil {
			return nil, err
		}
		if others[n] == nil {
			others[n], err = p.Make(n, now)
		}
		return others[n], err
	}
	d, err := p.MakeAltered(seed, now, func(point string, b []byte) ([]byte, error) {
		for i, e := range s.edits {
			if e.point != point {
				continue
			}
			used[i] = true
			var err error
			switch e.op.name {
			case "from":
				var o *specimen.Document
				if o, err = other(e.op.args[0]); err == nil {
					b, err = file(o, point)
				}
			case "as":
				if honest == nil {
					honest, err = p.Make(seed, now)
				}
				if err == nil {
					b, err = file(honest, e.op.args[0])
				}
			case "remove":
				if len(e.path) == 0 {
					return nil, nil
				}
				fallthrough
			default:
				b, err = descend(b, e.path, func(o tlv.Object) ([]byte, error) { return e.op.apply(o, nil) })
			}
			if err != nil {
				return nil, fmt.Errorf("fault script, %q: %w", e.text, err)
			}
		}
		return b, nil
	})
	if err != nil {
		return nil, err
	}
	for i, e := range s.edits {
		if !used[i] {
			return nil, fmt.Errorf("fault script, %q: the document has no %s", e.text, e.point)
		}
	}
	for _, o := range s.options {
		if err := o.apply(d, other); err != nil {
			return nil, fmt.Errorf("fault script, chip %s: %w", o.name, err)
		}
	}
	return d, nil
}

func file(d *specimen.Document, point string) ([]byte, error) {
	const forged = "forged "
	if len(point) > len(forged) && point[:len(forged)] == forged {
		point = point[len(forged):]
	}
	b, ok := d.Files[point]
	if !ok {
		return nil, fmt.Errorf("the other document has no %s", point)
	}
	return b, nil
}

var errNothing = errors.New("the document has nothing of the kind")

// apply changes the chip's configuration.
func (o option) apply(d *specimen.Document, other func(string) (*specimen.Document, error)) error {
	c := &d.Chip
	number, _ := strconv.Atoi(o.arg)
	switch o.name {
	case "clone":
		for i := range c.Agreements {
			c.Agreements[i].Private = big.NewInt(0xC10E)
		}
		if c.Active != nil {
			o, err := other("1010")
			if err != nil {
				return err
			}
			c.Active = o.Chip.Active
		}
	case "keys":
		o, err := other(o.arg)
		if err != nil {
			return err
		}
		c.Agreements, c.Active = o.Chip.Agreements, o.Chip.Active
	case "keep-keys":
		c.KeepKeys = true
	case "wrong-nonce":
		c.WrongNonce = true
	case "wrapped-proof":
		c.WrappedProof = true
	case "zero-secret":
		c.ZeroSecret = true
	case "no-bac":
		c.BAC = false
	case "no-pace":
		c.PACE = nil
	case "open":
		c.BAC, c.PACE = false, nil
	case "no-active":
		c.Active = nil
	case "wrong-key-id":
		if len(c.Agreements) == 0 {
			return errNothing
		}
		for i := range c.Agreements {
			c.Agreements[i].KeyID = number
		}
	case "end-of-file":
		c.EndOfFile = chip.EndOfFile(o.arg)
	case "no-extended":
		c.ExtendedLength = false
	case "max-response":
		c.MaxResponse = number
	case "max-command":
		c.MaxCommand = number
	case "no-short-id":
		c.NoShortID = true
	case "no-odd-read":
		c.NoOddRead = true
	case "master":
		sw, err := strconv.ParseUint(o.arg, 16, 16)
		if err != nil {
			return err
		}
		c.MasterStatus = uint16(sw)
	}
	return nil
}
