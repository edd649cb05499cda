// Package ec is the elliptic curves of travel documents: the standardized domain parameters of Doc 9303-11 §9.5.1, points
// on them, and Diffie-Hellman with a secret of fixed length.
//
// It stands apart because crypto/ecdh knows neither the brainpool curves nor the addition of points that PACE's generic
// mapping needs. The arithmetic is that of crypto/elliptic where it has the curve, and this package's own where not. It is
// not constant in time; the terminal's keys live for one exchange.
package ec

//lint:file-ignore SA1019 crypto/elliptic is the one interface that all curves here offer; points are checked before use.

import (
	"crypto/elliptic"
	"encoding/asn1"
	"math/big"
)

// Curve is one named curve.
type Curve struct {
	// Name is the curve's name as RFC 5639 and FIPS 186-4 write it: "brainpoolP256r1", "secp256r1".
	Name string
	// ID is the standardized domain parameter id of Doc 9303-11 table 5, 8 to 18.
	ID int
	// OID names the curve in certificates.
	OID   asn1.ObjectIdentifier
	curve elliptic.Curve
}

// Curves lists the curves of Doc 9303-11 table 5 (ids 8 to 18), by id.
var Curves = []*Curve{
	{"secp192r1", 8, asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 1}, secp192r1},
	{"brainpoolP192r1", 9, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 3}, brainpoolP192r1},
	{"secp224r1", 10, asn1.ObjectIdentifier{1, 3, 132, 0, 33}, elliptic.P224()},
	{"brainpoolP224r1", 11, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 5}, brainpoolP224r1},
	{"secp256r1", 12, asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}, elliptic.P256()},
	{"brainpoolP256r1", 13, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7}, brainpoolP256r1},
	{"brainpoolP320r1", 14, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 9}, brainpoolP320r1},
	{"secp384r1", 15, asn1.ObjectIdentifier{1, 3, 132, 0, 34}, elliptic.P384()},
	{"brainpoolP384r1", 16, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 11}, brainpoolP384r1},
	{"brainpoolP512r1", 17, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 13}, brainpoolP512r1},
	{"secp521r1", 18, asn1.ObjectIdentifier{1, 3, 132, 0, 35}, elliptic.P521()},
}

// ByID returns the curve with the standardized domain parameter id, or nil.
func ByID(id int) *Curve {
	for _, c := range Curves {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// ByOID returns the curve that the object identifier names, or nil.
func ByOID(oid asn1.ObjectIdentifier) *Curve {
	for _, c := range Curves {
		if c.OID.Equal(oid) {
			return c
		}
	}
	return nil
}

// CombinedMul returns u1 times the generator plus u2 times q, as ECDSA's verification needs it (BSI TR-03111 §4.2.1.2), or
// ErrPoint where that is the point at infinity. The scalars are big-endian.
func (c *Curve) CombinedMul(u1 []byte, q Point, u2 []byte) (Point, error) {
	if own, ok := c.curve.(*weierstrass); ok && q.Curve == c {
		return c.finite(own.combinedMult(u1, q.X, q.Y, u2))
	}
	if q.Curve != c {
		return Point{}, ErrPoint
	}
	x1, y1 := c.curve.ScalarBaseMult(u1)
	x2, y2 := c.curve.ScalarMult(q.X, q.Y, u2)
	return c.finite(c.curve.Add(x1, y1, x2, y2))
}

// Elliptic returns the curve for use with crypto/ecdsa.
func (c *Curve) Elliptic() elliptic.Curve { return c.curve }

// FieldBytes is the length of a coordinate in bytes.
func (c *Curve) FieldBytes() int { return (c.curve.Params().BitSize + 7) / 8 }

// OrderBytes is the length of a scalar in bytes.
func (c *Curve) OrderBytes() int { return (c.curve.Params().N.BitLen() + 7) / 8 }

// Coefficients returns a and b of the curve's equation y² = x³ + ax + b. The curves of crypto/elliptic have a = −3.
func (c *Curve) Coefficients() (a, b *big.Int) {
	p := c.curve.Params()
	if own, ok := c.curve.(*weierstrass); ok {
		return own.f.big(&own.a), new(big.Int).Set(p.B)
	}
	return new(big.Int).Sub(p.P, big.NewInt(3)), p.B
}
