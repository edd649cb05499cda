// Package do is data objects with a one-byte tag, as commands, responses and secure messaging are made of (ISO/IEC 7816-4 §6.3).
package do

import "encoding/asn1"

// Append appends an object with a minimal length to out. A value has at most 65,535 bytes.
func Append(out []byte, tag byte, value []byte) []byte {
	out = append(out, tag)
	switch n := len(value); {
	case n < 0x80:
		out = append(out, byte(n))
	case n < 0x100:
		out = append(out, 0x81, byte(n))
	default:
		out = append(out, 0x82, byte(n>>8), byte(n))
	}
	return append(out, value...)
}

// Encode is one object by itself.
func Encode(tag byte, value []byte) []byte { return Append(nil, tag, value) }

// Take takes one object off the front of b. Lengths need not be minimal, since some chips pad theirs, but have at most three
// bytes; value and rest share b's memory.
func Take(b []byte) (tag byte, value, rest []byte, ok bool) {
	if len(b) < 2 {
		return 0, nil, nil, false
	}
	n, head := int(b[1]), 2
	if n > 0x83 || n == 0x80 {
		return 0, nil, nil, false
	}
	if n > 0x80 {
		if head += n - 0x80; len(b) < head {
			return 0, nil, nil, false
		}
		n = 0
		for _, x := range b[2:head] {
			n = n<<8 | int(x)
		}
	}
	if n > len(b)-head {
		return 0, nil, nil, false
	}
	return b[0], b[head : head+n], b[head+n:], true
}

// Only takes the value out of b where b is one object with the tag given and nothing else.
func Only(tag byte, b []byte) ([]byte, bool) {
	t, value, rest, ok := Take(b)
	return value, ok && t == tag && len(rest) == 0
}

// OID is the value of an object identifier's encoding, without tag and length; nil for one that cannot be encoded.
func OID(oid asn1.ObjectIdentifier) []byte {
	der, err := asn1.Marshal(oid)
	if err != nil {
		return nil
	}
	return der[2:]
}
