// Package tlv writes and reads BER-TLV data objects (ISO/IEC 7816-4 §5.2.2) for the chip and its specimens.
package tlv

import "errors"

// ErrMalformed says that octets are no data object.
var ErrMalformed = errors.New("malformed data object")

// Object is one data object.
type Object struct {
	// Tag is the tag's octets as one number: 0x87, 0x7F49.
	Tag uint32
	// Value is what the object holds.
	Value []byte
	// Raw is the whole object, tag and length included.
	Raw []byte
}

// Make writes a data object with the shortest length; the parts are its value, one after the other.
func Make(tag uint32, parts ...[]byte) []byte {
	n := 0
	for _, p := range parts {
		n += len(p)
	}
	out := appendTag(make([]byte, 0, n+8), tag)
	out = appendLength(out, n)
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}

func appendTag(out []byte, tag uint32) []byte {
	for shift := 24; shift > 0; shift -= 8 {
		if tag>>shift != 0 {
			out = append(out, byte(tag>>shift))
		}
	}
	return append(out, byte(tag))
}

func appendLength(out []byte, n int) []byte {
	switch {
	case n < 0x80:
		return append(out, byte(n))
	case n < 0x100:
		return append(out, 0x81, byte(n))
	case n < 0x10000:
		return append(out, 0x82, byte(n>>8), byte(n))
	default:
		return append(out, 0x83, byte(n>>16), byte(n>>8), byte(n))
	}
}

// Next takes the first data object from b and gives what follows it. Indefinite lengths are refused; an object that is
// longer than b is [ErrMalformed].
func Next(b []byte) (o Object, rest []byte, err error) {
	i := 0
	octet := func() byte {
		if i >= len(b) {
			err = ErrMalformed
			return 0
		}
		i++
		return b[i-1]
	}
	first := octet()
	o.Tag = uint32(first)
	if first&0x1F == 0x1F {
		for {
			if o.Tag > 0xFFFF {
				return Object{}, nil, ErrMalformed
			}
			t := octet()
			o.Tag = o.Tag<<8 | uint32(t)
			if t&0x80 == 0 {
				break
			}
		}
	}
	n := int(octet())
	if n >= 0x80 {
		octets := n & 0x7F
		if octets == 0 || octets > 3 {
			return Object{}, nil, ErrMalformed
		}
		n = 0
		for range octets {
			n = n<<8 | int(octet())
		}
	}
	if err != nil || n > len(b)-i {
		return Object{}, nil, ErrMalformed
	}
	o.Value, o.Raw = b[i:i+n], b[:i+n]
	return o, b[i+n:], nil
}

// List takes b apart into data objects, one after the other, at most 64.
func List(b []byte) ([]Object, error) {
	var all []Object
	for len(b) > 0 {
		if len(all) == 64 {
			return nil, ErrMalformed
		}
		o, rest, err := Next(b)
		if err != nil {
			return nil, err
		}
		all, b = append(all, o), rest
	}
	return all, nil
}

// Find gives the value of the first object with a tag, and whether there is one.
func Find(all []Object, tag uint32) ([]byte, bool) {
	for _, o := range all {
		if o.Tag == tag {
			return o.Value, true
		}
	}
	return nil, false
}
