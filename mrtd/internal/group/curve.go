package group

import (
	"math/big"

	"github.com/skranke/skranke/mrtd/internal/ec"
)

// curve is an elliptic curve as a group.
type curve struct{ *ec.Curve }

// point is a point as an element.
type point struct{ ec.Point }

// OfPoint is the group of a point's curve, and the point as its element.
func OfPoint(p ec.Point) (Group, Element) { return curve{p.Curve}, point{p} }

func curveByID(id int) Group {
	if c := ec.ByID(id); c != nil {
		return curve{c}
	}
	return nil
}

func (c curve) Name() string       { return c.Curve.Name }
func (c curve) Size() int          { return c.FieldBytes() }
func (c curve) Tag() byte          { return 0x86 }
func (c curve) Modulus() *big.Int  { return c.Elliptic().Params().P }
func (c curve) Generator() Element { return point{c.Curve.Generator()} }

func (c curve) Parse(b []byte) (Element, error) { return element(c.ParsePoint(b)) }

// MapInteger is f_G of the integrated mapping, the point encoding of Doc 9303-11 appendix B.2 in affine coordinates. It is made for
// primes that are 3 modulo 4, which all but secp224r1's are.
func (c curve) MapInteger(t *big.Int) (Element, error) {
	p := c.Modulus()
	if p.Bit(0) != 1 || p.Bit(1) != 1 || t.Sign() <= 0 || t.Cmp(p) >= 0 {
		return nil, ErrMapping
	}
	a, b := c.Coefficients()
	mod := func(n *big.Int) *big.Int { return n.Mod(n, p) }
	mul := func(x, y *big.Int) *big.Int { return mod(new(big.Int).Mul(x, y)) }
	curveAt := func(x *big.Int) *big.Int { // x³ + ax + b
		n := mul(mul(x, x), x)
		return mod(n.Add(n, mul(a, x)).Add(n, b))
	}
	alpha := mod(new(big.Int).Neg(mul(t, t)))
	sum := new(big.Int).ModInverse(mod(new(big.Int).Add(alpha, mul(alpha, alpha))), p)
	inverse := new(big.Int).ModInverse(a, p)
	if sum == nil || inverse == nil {
		return nil, ErrElement
	}
	x2 := mul(mul(new(big.Int).Neg(b), inverse), sum.Add(sum, big.NewInt(1)))
	x3 := mul(alpha, x2)
	h2 := curveAt(x2)
	u := mul(mul(mul(t, t), t), h2)
	// A = h2^(p − 1 − (p + 1)/4)
	quarter := new(big.Int).Rsh(new(big.Int).Add(p, big.NewInt(1)), 2)
	exponent := new(big.Int).Sub(new(big.Int).Sub(p, big.NewInt(1)), quarter)
	root := new(big.Int).Exp(h2, exponent, p)
	if mul(mul(root, root), h2).Cmp(big.NewInt(1)) == 0 {
		return element(c.NewPoint(x2, mul(root, h2)))
	}
	return element(c.NewPoint(x3, mul(root, u)))
}

func (p point) Secret() []byte { return p.XBytes() }

func (p point) Equal(other Element) bool {
	q, ok := other.(point)
	return ok && p.Point.Equal(q.Point)
}

func (p point) Mul(k []byte) (Element, error) { return element(p.Point.Mul(k)) }

func (p point) Combine(other Element) (Element, error) {
	q, ok := other.(point)
	if !ok {
		return nil, ErrElement
	}
	return element(p.Add(q.Point))
}

// element turns a point or the curve's refusal into the group's.
func element(p ec.Point, err error) (Element, error) {
	if err != nil {
		return nil, ErrElement
	}
	return point{p}, nil
}
