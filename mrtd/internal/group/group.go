// Package group is the groups in which travel documents agree on keys: elliptic curves and subgroups of prime order modulo a prime, by the
// standardized domain parameters of Doc 9303-11 §9.5.1.
package group

import (
	"errors"
	"io"
	"math/big"
)

// Group is a cyclic group of prime order.
type Group interface {
	// Name is the group's name: "brainpoolP256r1", "modp2048s256".
	Name() string
	// Size is the length of a field element in bytes.
	Size() int
	// Tag is that of a public key in an authentication token (Doc 9303-11 §9.4): 86 for points, 84 for numbers.
	Tag() byte
	// Modulus is the prime of the field.
	Modulus() *big.Int
	// Generator is the group's generator.
	Generator() Element
	// Parse reads an element as it goes over the air and checks that it belongs to the group and is not neutral. The error is ErrElement.
	Parse(b []byte) (Element, error)
	// NewScalar draws a private key.
	NewScalar(random io.Reader) ([]byte, error)
	// MapInteger maps a number from 0 to the field's prime − 1 to an element, as the integrated mapping does (Doc 9303-11 §4.4.3.3.2).
	// Errors are ErrElement, and ErrMapping for a group that the standard gives no such map.
	MapInteger(x *big.Int) (Element, error)
}

// Element is an element of a group, never the neutral one.
type Element interface {
	// Bytes is the element as it goes over the air.
	Bytes() []byte
	// Secret is the element as a shared secret enters a key derivation: the x-coordinate or the number, at full length.
	Secret() []byte
	// Equal tells whether both are the same element.
	Equal(Element) bool
	// Mul is the element taken k times; ErrElement where that is neutral.
	Mul(k []byte) (Element, error)
	// Combine is the group's operation; ErrElement where the result is neutral.
	Combine(Element) (Element, error)
}

// Errors of groups.
var (
	ErrElement = errors.New("not an element of the group")
	ErrMapping = errors.New("the group has no integrated mapping")
	// ErrUnknown says that a key stands in a group that is none of the standardized ones.
	ErrUnknown    = errors.New("unknown group")
	errRandomness = errors.New("drawing a private key: the randomness never gave one in range")
)

// ByID returns the group with the standardized domain parameter id (0 to 2, 8 to 18), or nil.
func ByID(id int) Group {
	for _, g := range modpGroups {
		if g.id == id {
			return g
		}
	}
	return curveByID(id)
}
