// Package domain holds the standardized domain parameters of Doc 9303-11 §9.5.1 (table 6) and the arithmetic over them,
// for the chip's side of the protocols.
//
// It is written with math/big and shares no code with the terminal's side, on purpose: a mistake in one implementation
// must not be able to hide in the other. It makes no attempt at constant time, since the keys of a specimen protect
// nobody.
package domain

import (
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"
)

type curveText struct {
	name             string
	id               int
	oid              asn1.ObjectIdentifier
	p, a, b, x, y, n string
}

// Curve is an elliptic curve y² = x³ + ax + b over a prime field, with a generator of prime order and cofactor 1.
type Curve struct {
	// Name is the curve's usual name, such as brainpoolP256r1.
	Name string
	// ID is the curve's identifier in Doc 9303-11 table 6, 8 to 18.
	ID int
	// OID names the curve in certificates and in security infos.
	OID asn1.ObjectIdentifier
	// P, A and B are the field's prime and the two coefficients; N is the generator's order.
	P, A, B, N *big.Int
	// G is the generator.
	G Point
}

// Point is a point of a curve in affine coordinates. The point at infinity has nil coordinates.
type Point struct{ X, Y *big.Int }

// Infinity says whether p is the neutral element.
func (p Point) Infinity() bool { return p.X == nil }

// Equal says whether two points are the same.
func (p Point) Equal(q Point) bool {
	if p.Infinity() || q.Infinity() {
		return p.Infinity() && q.Infinity()
	}
	return p.X.Cmp(q.X) == 0 && p.Y.Cmp(q.Y) == 0
}

// ErrPoint says that octets are no point of the curve other than infinity.
var ErrPoint = errors.New("not a point of the curve")

var curves = func() []*Curve {
	all := make([]*Curve, 0, len(curveTable))
	for _, t := range curveTable {
		all = append(all, &Curve{
			Name: t.name, ID: t.id, OID: t.oid,
			P: number(t.p), A: number(t.a), B: number(t.b), N: number(t.n),
			G: Point{number(t.x), number(t.y)},
		})
	}
	return all
}()

func number(hexText string) *big.Int {
	b, err := hex.DecodeString(hexText)
	if err != nil {
		panic("domain: a number in the table is not hexadecimal: " + hexText)
	}
	return new(big.Int).SetBytes(b)
}

// Curves returns every standardized curve in the order of its identifier. The caller must not alter them.
func Curves() []*Curve { return curves }

// CurveByID returns the curve with an identifier of Doc 9303-11 table 6, or nil.
func CurveByID(id int) *Curve {
	for _, c := range curves {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// CurveByName returns the curve with the given name, or an error that lists the names.
func CurveByName(name string) (*Curve, error) {
	for _, c := range curves {
		if c.Name == name {
			return c, nil
		}
	}
	return nil, fmt.Errorf("unknown curve %q; known are secp192r1, secp224r1, secp256r1, secp384r1, secp521r1 and "+
		"brainpoolP192r1, P224r1, P256r1, P320r1, P384r1, P512r1", name)
}

// Size is the length of a coordinate in octets.
func (c *Curve) Size() int { return (c.P.BitLen() + 7) / 8 }

// OnCurve says whether p is a point of the curve other than infinity, with reduced coordinates.
func (c *Curve) OnCurve(p Point) bool {
	if p.Infinity() || p.X.Sign() < 0 || p.Y.Sign() < 0 || p.X.Cmp(c.P) >= 0 || p.Y.Cmp(c.P) >= 0 {
		return false
	}
	left := new(big.Int).Mul(p.Y, p.Y)
	left.Sub(left, c.rhs(p.X))
	return left.Mod(left, c.P).Sign() == 0
}

// rhs is x³ + ax + b, reduced.
func (c *Curve) rhs(x *big.Int) *big.Int {
	r := new(big.Int).Mul(x, x)
	r.Add(r, c.A)
	r.Mul(r, x)
	r.Add(r, c.B)
	return r.Mod(r, c.P)
}

// jacobian is a point in Jacobian coordinates: x = X/Z², y = Y/Z³; Z = 0 is infinity.
type jacobian struct{ x, y, z *big.Int }

func (c *Curve) toJacobian(p Point) jacobian {
	if p.Infinity() {
		return jacobian{big.NewInt(1), big.NewInt(1), new(big.Int)}
	}
	return jacobian{new(big.Int).Set(p.X), new(big.Int).Set(p.Y), big.NewInt(1)}
}

func (c *Curve) toAffine(j jacobian) Point {
	if j.z.Sign() == 0 {
		return Point{}
	}
	inv := new(big.Int).ModInverse(j.z, c.P)
	inv2 := c.mul(inv, inv)
	return Point{c.mul(j.x, inv2), c.mul(j.y, c.mul(inv2, inv))}
}

func (c *Curve) mul(a, b *big.Int) *big.Int {
	r := new(big.Int).Mul(a, b)
	return r.Mod(r, c.P)
}

func (c *Curve) sub(a, b *big.Int) *big.Int {
	r := new(big.Int).Sub(a, b)
	return r.Mod(r, c.P)
}

func (c *Curve) double(p jacobian) jacobian {
	if p.z.Sign() == 0 || p.y.Sign() == 0 {
		return c.toJacobian(Point{})
	}
	yy := c.mul(p.y, p.y)
	s := c.mul(p.x, yy)
	s.Lsh(s, 2).Mod(s, c.P)
	zz := c.mul(p.z, p.z)
	m := c.mul(p.x, p.x)
	m.Mul(m, big.NewInt(3)).Add(m, c.mul(c.A, c.mul(zz, zz))).Mod(m, c.P)
	x := c.mul(m, m)
	x = c.sub(x, new(big.Int).Lsh(s, 1))
	y4 := c.mul(yy, yy)
	y4.Lsh(y4, 3)
	y := c.sub(c.mul(m, c.sub(s, x)), y4)
	z := c.mul(p.y, p.z)
	z.Lsh(z, 1).Mod(z, c.P)
	return jacobian{x, y, z}
}

func (c *Curve) add(p, q jacobian) jacobian {
	if p.z.Sign() == 0 {
		return q
	}
	if q.z.Sign() == 0 {
		return p
	}
	pzz, qzz := c.mul(p.z, p.z), c.mul(q.z, q.z)
	u1, u2 := c.mul(p.x, qzz), c.mul(q.x, pzz)
	s1, s2 := c.mul(p.y, c.mul(qzz, q.z)), c.mul(q.y, c.mul(pzz, p.z))
	h, r := c.sub(u2, u1), c.sub(s2, s1)
	if h.Sign() == 0 {
		if r.Sign() == 0 {
			return c.double(p)
		}
		return c.toJacobian(Point{})
	}
	hh := c.mul(h, h)
	hhh := c.mul(hh, h)
	v := c.mul(u1, hh)
	x := c.sub(c.sub(c.mul(r, r), hhh), new(big.Int).Lsh(v, 1))
	y := c.sub(c.mul(r, c.sub(v, x)), c.mul(s1, hhh))
	return jacobian{x, y, c.mul(c.mul(p.z, q.z), h)}
}

// Add returns p + q.
func (c *Curve) Add(p, q Point) Point {
	return c.toAffine(c.add(c.toJacobian(p), c.toJacobian(q)))
}

// Mul returns k·p for k ≥ 0.
func (c *Curve) Mul(k *big.Int, p Point) Point {
	base, sum := c.toJacobian(p), c.toJacobian(Point{})
	for i := k.BitLen() - 1; i >= 0; i-- {
		sum = c.double(sum)
		if k.Bit(i) == 1 {
			sum = c.add(sum, base)
		}
	}
	return c.toAffine(sum)
}

// Encode writes p uncompressed: 04, x and y, each as long as the field (TR-03111 §3.2.1).
func (c *Curve) Encode(p Point) []byte {
	size := c.Size()
	out := make([]byte, 1+2*size)
	out[0] = 4
	p.X.FillBytes(out[1 : 1+size])
	p.Y.FillBytes(out[1+size:])
	return out
}

// Decode reads an uncompressed point; anything that is not one of the curve's own is [ErrPoint].
func (c *Curve) Decode(b []byte) (Point, error) {
	size := c.Size()
	if len(b) != 1+2*size || b[0] != 4 {
		return Point{}, ErrPoint
	}
	p := Point{new(big.Int).SetBytes(b[1 : 1+size]), new(big.Int).SetBytes(b[1+size:])}
	if !c.OnCurve(p) {
		return Point{}, ErrPoint
	}
	return p, nil
}

// Scalar draws a private key, 1 to N-1, from random.
func (c *Curve) Scalar(random io.Reader) (*big.Int, error) { return scalar(random, c.N) }

// scalar draws a number from 1 to n-1 by rejection. It reads exactly as many octets as n has at each try, so that a
// worked example's private key, fed in as randomness, comes out unchanged.
func scalar(random io.Reader, n *big.Int) (*big.Int, error) {
	b := make([]byte, (n.BitLen()+7)/8)
	for range 1000 {
		if _, err := io.ReadFull(random, b); err != nil {
			return nil, fmt.Errorf("drawing a private key: %w", err)
		}
		if excess := len(b)*8 - n.BitLen(); excess > 0 {
			b[0] &= 0xFF >> excess
		}
		k := new(big.Int).SetBytes(b)
		if k.Sign() > 0 && k.Cmp(n) < 0 {
			return k, nil
		}
	}
	return nil, errors.New("drawing a private key: the source of randomness gives no usable number")
}
