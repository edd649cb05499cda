package der

import "fmt"

// Limits bound what is looked at before it is parsed.
type Limits struct {
	// Depth is the deepest nesting, the outermost element being 1.
	Depth int
	// Elements is the largest number of elements.
	Elements int
}

// Shape is what a scan saw of one element.
type Shape struct {
	// Size is the length of the whole element; more may follow it.
	Size int
	// BER tells that a length is indefinite or a string constructed, so that [Definite] is needed.
	BER bool
}

// Scan walks over the first element of b and everything in it, without recursion and without memory beyond the depth
// allowed, and returns its shape. Errors are ErrMalformed and ErrTooComplex.
func Scan(b []byte, limits Limits) (Shape, error) {
	type level struct {
		end        int // of a definite length, else the end of what encloses it
		indefinite bool
	}
	var shape Shape
	stack := make([]level, 0, limits.Depth)
	pos, limit := 0, len(b)
	for elements := 0; ; {
		for len(stack) > 0 && !stack[len(stack)-1].indefinite && pos == stack[len(stack)-1].end {
			stack = stack[:len(stack)-1]
		}
		if len(stack) > 0 {
			limit = stack[len(stack)-1].end
		} else if elements > 0 {
			shape.Size = pos
			return shape, nil
		}
		if len(stack) > 0 && stack[len(stack)-1].indefinite && limit-pos >= 2 && b[pos] == 0 && b[pos+1] == 0 {
			pos += 2
			stack = stack[:len(stack)-1]
			continue
		}
		tag, size, length, err := header(b[pos:limit])
		if err != nil {
			return Shape{}, err
		}
		if tag == 0 {
			return Shape{}, fmt.Errorf("%w: end of contents out of place", ErrMalformed)
		}
		if elements++; elements > limits.Elements || len(stack) >= limits.Depth {
			return Shape{}, ErrTooComplex
		}
		pos += size
		switch {
		case length == indefinite:
			if !constructed(tag) {
				return Shape{}, fmt.Errorf("%w: a primitive element of indefinite length", ErrMalformed)
			}
			shape.BER = true
			stack = append(stack, level{limit, true})
		case length > limit-pos:
			return Shape{}, fmt.Errorf("%w: length", ErrMalformed)
		case constructed(tag):
			if tag == OctetString|0x20 {
				shape.BER = true
			}
			stack = append(stack, level{pos + length, false})
		default:
			pos += length
		}
	}
}

// Definite returns the first element of b with every indefinite length made definite and every constructed octet
// string made one primitive string. Elements without either keep their bytes, so that what was signed stays as it was.
// The caller has scanned b: the recursion is as deep as the scan's limit.
func Definite(b []byte) ([]byte, error) {
	out, _, _, err := definite(b)
	return out, err
}

// definite converts the first element of b and tells how many octets of b it took, and whether anything changed.
func definite(b []byte) (out []byte, taken int, changed bool, err error) {
	tag, size, length, err := header(b)
	if err != nil {
		return nil, 0, false, err
	}
	if length != indefinite && length > len(b)-size {
		return nil, 0, false, fmt.Errorf("%w: length", ErrMalformed)
	}
	if !constructed(tag) {
		if length == indefinite {
			return nil, 0, false, fmt.Errorf("%w: a primitive element of indefinite length", ErrMalformed)
		}
		return b[:size+length], size + length, false, nil
	}
	contents, pos, isString := b[size:], 0, tag == OctetString|0x20
	if length != indefinite {
		contents = b[size : size+length]
	}
	changed = length == indefinite || isString
	var value []byte
	for {
		if length == indefinite {
			if len(contents)-pos >= 2 && contents[pos] == 0 && contents[pos+1] == 0 {
				taken = size + pos + 2
				break
			}
		} else if pos == length {
			taken = size + length
			break
		}
		child, n, childChanged, err := definite(contents[pos:])
		if err != nil {
			return nil, 0, false, err
		}
		if isString {
			part, err := Only(child, OctetString)
			if err != nil {
				return nil, 0, false, err
			}
			child = part.Value
		}
		value = append(value, child...)
		changed = changed || childChanged
		pos += n
	}
	if !changed {
		return b[:taken], taken, false, nil
	}
	if isString {
		tag = OctetString
	}
	return Encode(tag, value), taken, true, nil
}

// Encode returns an element with a definite length of the fewest octets.
func Encode(tag uint32, value []byte) []byte {
	var out []byte
	for shift := 24; shift >= 0; shift -= 8 {
		if c := byte(tag >> shift); c != 0 || len(out) > 0 {
			out = append(out, c)
		}
	}
	if n := len(value); n < 0x80 {
		out = append(out, byte(n))
	} else {
		var length []byte
		for ; n > 0; n >>= 8 {
			length = append([]byte{byte(n)}, length...)
		}
		out = append(append(out, 0x80|byte(len(length))), length...)
	}
	return append(out, value...)
}
