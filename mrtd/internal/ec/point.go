package ec

//lint:file-ignore SA1019 crypto/elliptic is the one interface that both NIST's and brainpool's curves offer; points are checked before use.

import (
	"errors"
	"fmt"
	"io"
	"math/big"
)

// Point is a point on a curve, never the point at infinity.
type Point struct {
	Curve *Curve
	X, Y  *big.Int
}

// ErrPoint says that the bytes are no point on the curve, or the point at infinity.
var ErrPoint = errors.New("not a point on the curve")

// Generator returns the curve's base point.
func (c *Curve) Generator() Point {
	p := c.curve.Params()
	return Point{c, new(big.Int).Set(p.Gx), new(big.Int).Set(p.Gy)}
}

// ParsePoint reads an uncompressed point (BSI TR-03111 §3.2.1: 04‖X‖Y, both coordinates at full length) and checks that it
// lies on the curve. All curves here have cofactor 1, so that the curve is the subgroup.
func (c *Curve) ParsePoint(b []byte) (Point, error) {
	n := c.FieldBytes()
	if len(b) != 1+2*n || b[0] != 4 {
		return Point{}, ErrPoint
	}
	return c.NewPoint(new(big.Int).SetBytes(b[1:1+n]), new(big.Int).SetBytes(b[1+n:]))
}

// NewPoint checks that the coordinates are reduced and lie on the curve.
func (c *Curve) NewPoint(x, y *big.Int) (Point, error) {
	p := c.curve.Params().P
	if x.Sign() < 0 || y.Sign() < 0 || x.Cmp(p) >= 0 || y.Cmp(p) >= 0 || !c.curve.IsOnCurve(x, y) {
		return Point{}, ErrPoint
	}
	return Point{c, x, y}, nil
}

// Bytes encodes the point uncompressed.
func (p Point) Bytes() []byte {
	n := p.Curve.FieldBytes()
	b := make([]byte, 1+2*n)
	b[0] = 4
	p.X.FillBytes(b[1 : 1+n])
	p.Y.FillBytes(b[1+n:])
	return b
}

// XBytes encodes the x-coordinate at the full length of the field: the form in which a shared secret enters a key
// derivation (TR-03111 §4.3.1). Leading zeros stay.
func (p Point) XBytes() []byte { return p.X.FillBytes(make([]byte, p.Curve.FieldBytes())) }

// Equal tells whether both are the same point of the same curve.
func (p Point) Equal(q Point) bool {
	return p.Curve == q.Curve && p.X.Cmp(q.X) == 0 && p.Y.Cmp(q.Y) == 0
}

// Add returns p + q, or ErrPoint where that is the point at infinity.
func (p Point) Add(q Point) (Point, error) {
	if p.Curve != q.Curve {
		return Point{}, ErrPoint
	}
	if p.Equal(q) {
		x, y := p.Curve.curve.Double(p.X, p.Y)
		return p.Curve.finite(x, y)
	}
	if p.X.Cmp(q.X) == 0 {
		return Point{}, ErrPoint
	}
	x, y := p.Curve.curve.Add(p.X, p.Y, q.X, q.Y)
	return p.Curve.finite(x, y)
}

// Mul returns k·p, or ErrPoint where that is the point at infinity. k is big-endian.
func (p Point) Mul(k []byte) (Point, error) {
	reduced := new(big.Int).Mod(new(big.Int).SetBytes(k), p.Curve.curve.Params().N)
	if reduced.Sign() == 0 {
		return Point{}, ErrPoint
	}
	x, y := p.Curve.curve.ScalarMult(p.X, p.Y, reduced.FillBytes(make([]byte, p.Curve.OrderBytes())))
	return p.Curve.finite(x, y)
}

func (c *Curve) finite(x, y *big.Int) (Point, error) {
	if x.Sign() == 0 && y.Sign() == 0 {
		return Point{}, ErrPoint
	}
	return c.NewPoint(x, y)
}

// NewScalar draws a private key, 1 to the curve's order − 1, at full length, by rejection from random.
func (c *Curve) NewScalar(random io.Reader) ([]byte, error) {
	n := c.curve.Params().N
	b := make([]byte, c.OrderBytes())
	shift := uint(8*len(b) - n.BitLen())
	for range 128 {
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, fmt.Errorf("drawing a private key: %w", err)
		}
		b[0] &= 0xff >> shift
		if k := new(big.Int).SetBytes(b); k.Sign() > 0 && k.Cmp(n) < 0 {
			return b, nil
		}
	}
	return nil, errors.New("drawing a private key: the randomness never gave one in range")
}
