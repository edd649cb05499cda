// Package der takes signed files apart: certificates, CMS objects and lists, as hostile chips, dumps and downloads bring
// them. It reads by hand, element by element, because encoding/asn1 recurses without a bound, allocates by what a length
// claims, and refuses or re-encodes certificates that states have really issued.
//
// [Scan] bounds depth and number of elements before anything else looks at the bytes; [Definite] turns BER with
// indefinite lengths into the same with definite ones; [Reader] walks through the result.
package der

import (
	"errors"
	"fmt"
)

// The errors of this package, to be told apart with errors.Is.
var (
	// ErrMalformed says that the bytes do not follow the encoding rules of X.690, or not the structure looked for.
	ErrMalformed = errors.New("malformed ASN.1")
	// ErrTooComplex says that nesting or number of elements pass the limits.
	ErrTooComplex = errors.New("ASN.1 nested too deeply or of too many elements")
	// ErrTrailing says that something follows where the structure ends.
	ErrTrailing = errors.New("octets after the end of the structure")
)

// The identifier octets that are looked for by name.
const (
	Boolean         = 0x01
	Integer         = 0x02
	BitString       = 0x03
	OctetString     = 0x04
	Null            = 0x05
	ObjectID        = 0x06
	UTF8String      = 0x0c
	NumericString   = 0x12
	PrintableString = 0x13
	T61String       = 0x14
	IA5String       = 0x16
	UTCTime         = 0x17
	GeneralizedTime = 0x18
	VisibleString   = 0x1a
	UniversalString = 0x1c
	BMPString       = 0x1e
	Sequence        = 0x30
	Set             = 0x31
)

// Context gives the identifier of a constructed context-specific element, number 0 to 30.
func Context(number int) uint32 { return 0xa0 | uint32(number) }

// ContextPrimitive gives the identifier of a primitive context-specific element, number 0 to 30.
func ContextPrimitive(number int) uint32 { return 0x80 | uint32(number) }

// Element is one element: a slice of the input, not a copy.
type Element struct {
	// Tag is the identifier octets as a big-endian number: 0x30, 0x77, 0x5f1f.
	Tag uint32
	// Raw is the whole element, Value its contents.
	Raw, Value []byte
}

// Inside returns a reader of the element's contents.
func (e Element) Inside() *Reader { return &Reader{rest: e.Value} }

const indefinite = -1

// header reads the identifier and length octets of the first element: length is that of the contents, or indefinite.
func header(b []byte) (tag uint32, size, length int, err error) {
	if len(b) < 2 {
		return 0, 0, 0, fmt.Errorf("%w: cut short", ErrMalformed)
	}
	tag, size = uint32(b[0]), 1
	if b[0]&0x1f == 0x1f {
		for {
			if size >= len(b) || size > 3 {
				return 0, 0, 0, fmt.Errorf("%w: identifier", ErrMalformed)
			}
			c := b[size]
			tag = tag<<8 | uint32(c)
			size++
			if c&0x80 == 0 {
				break
			}
		}
		if size >= len(b) {
			return 0, 0, 0, fmt.Errorf("%w: cut short", ErrMalformed)
		}
	}
	first := b[size]
	size++
	switch {
	case first < 0x80:
		return tag, size, int(first), nil
	case first == 0x80:
		return tag, size, indefinite, nil
	}
	n := int(first & 0x7f)
	if n > 4 || size+n > len(b) {
		return 0, 0, 0, fmt.Errorf("%w: length", ErrMalformed)
	}
	var long uint64
	for _, c := range b[size : size+n] {
		long = long<<8 | uint64(c)
	}
	if long > 1<<31-1 {
		return 0, 0, 0, fmt.Errorf("%w: length", ErrMalformed)
	}
	return tag, size + n, int(long), nil
}

func constructed(tag uint32) bool {
	for tag > 0xff {
		tag >>= 8
	}
	return tag&0x20 != 0
}

// Reader reads one element after the other. Its zero value is at the end.
type Reader struct{ rest []byte }

// NewReader returns a reader of the elements in b, which has definite lengths: see [Definite].
func NewReader(b []byte) *Reader { return &Reader{rest: b} }

// Empty tells whether nothing is left.
func (r *Reader) Empty() bool { return len(r.rest) == 0 }

// Rest returns what was not read yet.
func (r *Reader) Rest() []byte { return r.rest }

// Peek returns the identifier of the next element, 0 at the end or where there is none.
func (r *Reader) Peek() uint32 {
	tag, _, _, err := header(r.rest)
	if err != nil {
		return 0
	}
	return tag
}

// Next reads the next element, whatever it is. Errors match ErrMalformed.
func (r *Reader) Next() (Element, error) {
	tag, size, length, err := header(r.rest)
	if err != nil {
		return Element{}, err
	}
	if length == indefinite || length > len(r.rest)-size {
		return Element{}, fmt.Errorf("%w: length", ErrMalformed)
	}
	e := Element{Tag: tag, Raw: r.rest[: size+length : size+length], Value: r.rest[size : size+length : size+length]}
	r.rest = r.rest[size+length:]
	return e, nil
}

// Read reads the next element, which must have the identifier. Errors match ErrMalformed.
func (r *Reader) Read(tag uint32) (Element, error) {
	e, err := r.Next()
	if err == nil && e.Tag != tag {
		return Element{}, fmt.Errorf("%w: %#x where %#x is expected", ErrMalformed, e.Tag, tag)
	}
	return e, err
}

// Optional reads the next element if it has the identifier.
func (r *Reader) Optional(tag uint32) (e Element, ok bool, err error) {
	if r.Peek() != tag {
		return Element{}, false, nil
	}
	e, err = r.Next()
	return e, err == nil, err
}

// End returns ErrTrailing unless nothing is left.
func (r *Reader) End() error {
	if !r.Empty() {
		return ErrTrailing
	}
	return nil
}

// Only reads the one element that b is, which must have the identifier. Errors match ErrMalformed or ErrTrailing.
func Only(b []byte, tag uint32) (Element, error) {
	r := NewReader(b)
	e, err := r.Read(tag)
	if err != nil {
		return Element{}, err
	}
	return e, r.End()
}
