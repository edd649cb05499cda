package fault

import (
	"encoding/hex"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// step is one step down into nested data objects: the n-th (from 1) with a tag, or the n-th of any tag when tag is 0.
type step struct {
	tag uint32
	n   int
}

// parsePath reads a path such as 7C/82, 30/30#2 or #1/#3; "." is the whole.
func parsePath(text string) ([]step, error) {
	if text == "." {
		return nil, nil
	}
	var path []step
	for part := range strings.SplitSeq(text, "/") {
		tag, number, numbered := strings.Cut(part, "#")
		s := step{n: 1}
		if numbered {
			n, err := strconv.Atoi(number)
			if err != nil || n < 1 {
				return nil, fmt.Errorf("path %q: %q is no number from 1", text, number)
			}
			s.n = n
		}
		if tag != "" {
			v, err := strconv.ParseUint(tag, 16, 24)
			if err != nil || v == 0 {
				return nil, fmt.Errorf("path %q: %q is no tag in hexadecimal", text, tag)
			}
			s.tag = uint32(v)
		} else if !numbered {
			return nil, fmt.Errorf("path %q has an empty step", text)
		}
		path = append(path, s)
	}
	return path, nil
}

var errNotThere = errors.New("there is no such data object")

// descend applies a change to the object at the end of a path, and writes the lengths of those around it anew.
func descend(b []byte, path []step, change func(tlv.Object) ([]byte, error)) ([]byte, error) {
	if len(path) == 0 {
		return change(tlv.Object{Value: b, Raw: b})
	}
	var out []byte
	seen, found := 0, false
	for len(b) > 0 {
		o, rest, err := tlv.Next(b)
		if err != nil {
			return nil, fmt.Errorf("%w: %w", errNotThere, err)
		}
		b = rest
		if path[0].tag == 0 || path[0].tag == o.Tag {
			seen++
		}
		if found || seen != path[0].n || path[0].tag != 0 && path[0].tag != o.Tag {
			out = append(out, o.Raw...)
			continue
		}
		found = true
		if len(path) == 1 {
			raw, err := change(o)
			if err != nil {
				return nil, err
			}
			out = append(out, raw...)
			continue
		}
		value, err := descend(o.Value, path[1:], change)
		if err != nil {
			return nil, err
		}
		out = append(out, tlv.Make(o.Tag, value)...)
	}
	if !found {
		return nil, errNotThere
	}
	return out, nil
}

// operation is one change of a data object, or of a whole.
type operation struct {
	name string
	args []string
}

// arguments says how many arguments each operation takes, at least and at most.
var arguments = map[string][2]int{
	"remove": {0, 0}, "set": {1, 1}, "flip": {1, 1}, "cut": {1, 1}, "append": {1, 1}, "tag": {1, 1}, "length": {1, 1},
	"unwrap": {0, 0}, "raw": {1, 1}, "insert": {1, 1}, "put": {2, 2}, "move": {1, 1},
	"splice": {2, 2}, "keep": {1, 1}, "check-digits": {0, 0},
	"mirror": {0, 0}, "foreign": {0, 0}, "zero": {0, 0}, "one": {0, 0}, "minus-one": {0, 0}, "prime": {0, 0},
	"from": {1, 1}, "as": {1, 1},
}

func parseOperation(words []string) (operation, error) {
	if len(words) == 0 {
		return operation{}, errors.New("the operation is missing")
	}
	o := operation{words[0], words[1:]}
	n, ok := arguments[o.name]
	if !ok {
		return operation{}, fmt.Errorf("unknown operation %q", o.name)
	}
	if len(o.args) < n[0] || len(o.args) > n[1] {
		return operation{}, fmt.Errorf("operation %s takes %d arguments, not %d", o.name, n[0], len(o.args))
	}
	switch o.name {
	case "set", "append", "raw", "insert":
		_, err := octets(o.args[0])
		return o, err
	case "put", "splice":
		if _, err := strconv.Atoi(o.args[0]); err != nil {
			return o, fmt.Errorf("%s: %q is no offset", o.name, o.args[0])
		}
		_, err := octets(o.args[1])
		return o, err
	case "tag":
		if v, err := strconv.ParseUint(o.args[0], 16, 24); err != nil || v == 0 {
			return o, fmt.Errorf("tag: %q is no tag in hexadecimal", o.args[0])
		}
	case "cut", "keep", "length", "move", "from":
		if _, err := strconv.Atoi(o.args[0]); err != nil {
			return o, fmt.Errorf("%s: %q is no number", o.name, o.args[0])
		}
	case "flip":
		if _, _, err := flipped(o.args[0]); err != nil {
			return o, err
		}
	}
	return o, nil
}

// octets reads hexadecimal digits, or text in single quotes.
func octets(text string) ([]byte, error) {
	if len(text) >= 2 && text[0] == '\'' && text[len(text)-1] == '\'' {
		return []byte(text[1 : len(text)-1]), nil
	}
	b, err := hex.DecodeString(text)
	if err != nil {
		return nil, fmt.Errorf("%q is neither hexadecimal nor text in single quotes", text)
	}
	return b, nil
}

// flipped reads what is to be flipped: an octet, from the end when negative, and after a dot its bit, 0 when absent.
func flipped(text string) (at, bit int, err error) {
	before, after, dotted := strings.Cut(text, ".")
	if at, err = strconv.Atoi(before); err != nil {
		return 0, 0, fmt.Errorf("flip: %q is no octet's number", text)
	}
	if dotted {
		if bit, err = strconv.Atoi(after); err != nil || bit < 0 || bit > 7 {
			return 0, 0, fmt.Errorf("flip: %q names no bit from 0 to 7", text)
		}
	}
	return at, bit, nil
}

// apply changes an object; ex is the exchange at hand, nil while a document is made.
func (o operation) apply(obj tlv.Object, ex *chip.Exchange) ([]byte, error) {
	remake := func(value []byte) ([]byte, error) {
		if obj.Tag == 0 {
			return value, nil
		}
		return tlv.Make(obj.Tag, value), nil
	}
	value := append([]byte{}, obj.Value...)
	var given []byte
	switch o.name {
	case "set", "append", "raw", "insert":
		given, _ = octets(o.args[0])
	case "put", "splice":
		given, _ = octets(o.args[1])
	}
	number := 0
	switch o.name {
	case "cut", "keep", "length", "put", "splice":
		number, _ = strconv.Atoi(o.args[0])
	}
	switch o.name {
	case "remove":
		return nil, nil
	case "set":
		return remake(given)
	case "append":
		return remake(append(value, given...))
	case "raw":
		return given, nil
	case "insert":
		return append(append([]byte{}, obj.Raw...), given...), nil
	case "unwrap":
		return value, nil
	case "cut":
		if number < 0 {
			return remake(value[min(-number, len(value)):])
		}
		return remake(value[:max(0, len(value)-number)])
	case "keep":
		return remake(value[:min(max(0, number), len(value))])
	case "check-digits":
		return remake(recheck(value))
	case "splice":
		if number < 0 || number > len(value) {
			return nil, fmt.Errorf("splice: the object has %d octets", len(value))
		}
		return remake(append(append(append([]byte{}, value[:number]...), given...), value[number:]...))
	case "put":
		if number < 0 {
			number += len(value)
		}
		if number < 0 || number+len(given) > len(value) {
			return nil, fmt.Errorf("put: the object has %d octets", len(value))
		}
		copy(value[number:], given)
		return remake(value)
	case "flip":
		at, bit, _ := flipped(o.args[0])
		if at < 0 {
			at += len(value)
		}
		if at < 0 || at >= len(value) {
			return nil, fmt.Errorf("flip: the object has %d octets", len(value))
		}
		value[at] ^= 1 << bit
		return remake(value)
	case "tag":
		tag, _ := strconv.ParseUint(o.args[0], 16, 24)
		return tlv.Make(uint32(tag), value), nil
	case "length":
		return lieAboutLength(obj, o.args[0], number)
	default:
		b, err := o.key(obj, ex)
		if err != nil {
			return nil, err
		}
		return remake(b)
	}
}

// lieAboutLength writes another length than the object has: so many more or fewer with a sign, else that many.
func lieAboutLength(obj tlv.Object, text string, n int) ([]byte, error) {
	if obj.Tag == 0 {
		return nil, errors.New("length: the whole has no length of its own; name a data object")
	}
	if text[0] == '+' || text[0] == '-' {
		n += len(obj.Value)
	}
	if n < 0 || n > 0xFFFF {
		return nil, fmt.Errorf("length: %d cannot be written", n)
	}
	honest := tlv.Make(obj.Tag, make([]byte, n))
	return append(honest[:len(honest)-n], obj.Value...), nil
}

// key makes a public key that is not the chip's: operations mirror, foreign, zero, one, minus-one and prime.
func (o operation) key(obj tlv.Object, ex *chip.Exchange) ([]byte, error) {
	if ex == nil || ex.Parameters == nil {
		return nil, fmt.Errorf("%s works on the public keys of PACE and chip authentication", o.name)
	}
	par, size := ex.Parameters, len(obj.Value)
	fill := func(n *big.Int) []byte {
		if par.Curve != nil {
			return n.Bytes()
		}
		return n.FillBytes(make([]byte, par.Group.Size()))
	}
	switch o.name {
	case "mirror":
		outer, _, err := tlv.Next(ex.Command.Data)
		if err != nil {
			return nil, err
		}
		inner, _, err := tlv.Next(outer.Value)
		return inner.Value, err
	case "foreign":
		return par.PublicKey(big.NewInt(0x5EED)), nil
	case "zero":
		if par.Curve != nil {
			return []byte{0}, nil // the point at infinity
		}
		return make([]byte, size), nil
	case "one":
		return fill(big.NewInt(1)), nil
	case "minus-one":
		if par.Curve != nil {
			return nil, errors.New("minus-one is for DH")
		}
		return fill(new(big.Int).Sub(par.Group.P, big.NewInt(1))), nil
	case "prime":
		if par.Curve != nil {
			return nil, errors.New("prime is for DH")
		}
		return fill(par.Group.P), nil
	default:
		return nil, fmt.Errorf("operation %s has no place here", o.name)
	}
}

// recheck makes the check digits of a TD3 machine readable zone right again, as far as there are any.
func recheck(m []byte) []byte {
	if len(m) != 88 {
		return m
	}
	second := m[44:]
	digit := func(parts ...[]byte) byte {
		sum, i := 0, 0
		for _, p := range parts {
			for _, c := range p {
				v := 0
				switch {
				case c >= '0' && c <= '9':
					v = int(c - '0')
				case c >= 'A' && c <= 'Z':
					v = int(c-'A') + 10
				}
				sum += v * []int{7, 3, 1}[i%3]
				i++
			}
		}
		return byte('0' + sum%10) //nolint:gosec // a digit
	}
	second[9], second[19], second[27] = digit(second[:9]), digit(second[13:19]), digit(second[21:27])
	if second[42] != '<' || strings.Trim(string(second[28:42]), "<") != "" {
		second[42] = digit(second[28:42])
	}
	second[43] = digit(second[:10], second[13:20], second[21:43])
	return m
}
