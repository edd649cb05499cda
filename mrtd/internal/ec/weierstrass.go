package ec

import (
	"crypto/elliptic"
	"math/big"
)

// weierstrass is a curve y² = x³ + ax + b of prime order over a prime field, for the curves that crypto/elliptic does not
// bring. It satisfies elliptic.Curve, so that crypto/ecdsa verifies on it. It is not constant in time.
type weierstrass struct {
	params *elliptic.CurveParams
	f      *field
	a      number
	base   *window // multiples of the generator
}

// jacobian is the point (x/z², y/z³); the point at infinity where z is 0.
type jacobian struct{ x, y, z number }

// window holds the multiples 0 to 15 of a point.
type window [16]jacobian

var _ elliptic.Curve = (*weierstrass)(nil)

// newWeierstrass makes a curve of its parameters in hexadecimal.
func newWeierstrass(name string, p, a, b, gx, gy, n string) *weierstrass {
	number := func(hex string) *big.Int {
		x, ok := new(big.Int).SetString(hex, 16)
		if !ok {
			panic("ec: a parameter of " + name)
		}
		return x
	}
	params := &elliptic.CurveParams{Name: name, P: number(p), B: number(b), Gx: number(gx), Gy: number(gy), N: number(n)}
	params.BitSize = params.P.BitLen()
	c := &weierstrass{params: params, f: newField(params.P)}
	c.a = c.f.from(number(a))
	c.base = c.multiples(c.point(params.Gx, params.Gy))
	return c
}

// Params returns the curve's parameters but for a. Its methods are those of curves with a = −3: they are not to be used.
func (c *weierstrass) Params() *elliptic.CurveParams { return c.params }

// IsOnCurve tells whether the coordinates are reduced and those of a point other than infinity.
func (c *weierstrass) IsOnCurve(x, y *big.Int) bool {
	p := c.params.P
	if x.Sign() < 0 || y.Sign() < 0 || x.Cmp(p) >= 0 || y.Cmp(p) >= 0 {
		return false
	}
	f := c.f
	xm, ym, right := f.from(x), f.from(y), f.from(c.params.B)
	var left, t number
	f.sqr(&left, &ym)
	f.sqr(&t, &xm)
	f.add(&t, &t, &c.a)
	f.mul(&t, &t, &xm)
	f.add(&right, &right, &t)
	return left == right
}

// Add returns the sum of two points. As in crypto/elliptic, (0, 0) stands for infinity.
func (c *weierstrass) Add(x1, y1, x2, y2 *big.Int) (x, y *big.Int) {
	p, q := c.point(x1, y1), c.point(x2, y2)
	c.add(&p, &p, &q)
	return c.affine(&p)
}

// Double returns twice a point.
func (c *weierstrass) Double(x1, y1 *big.Int) (x, y *big.Int) {
	p := c.point(x1, y1)
	c.double(&p, &p)
	return c.affine(&p)
}

// ScalarMult returns k times a point; k is big-endian and not negative.
func (c *weierstrass) ScalarMult(x1, y1 *big.Int, k []byte) (x, y *big.Int) {
	p := c.combine(nil, nil, c.multiples(c.point(x1, y1)), k)
	return c.affine(&p)
}

// ScalarBaseMult returns k times the generator.
func (c *weierstrass) ScalarBaseMult(k []byte) (x, y *big.Int) {
	p := c.combine(c.base, k, nil, nil)
	return c.affine(&p)
}

// combinedMult returns u1 times the generator plus u2 times a point: what an ECDSA signature is checked with.
func (c *weierstrass) combinedMult(u1 []byte, x1, y1 *big.Int, u2 []byte) (x, y *big.Int) {
	p := c.combine(c.base, u1, c.multiples(c.point(x1, y1)), u2)
	return c.affine(&p)
}

func (c *weierstrass) point(x, y *big.Int) jacobian {
	if x.Sign() == 0 && y.Sign() == 0 {
		return jacobian{}
	}
	return jacobian{c.f.from(x), c.f.from(y), c.f.one}
}

func (c *weierstrass) affine(p *jacobian) (x, y *big.Int) {
	if p.z == (number{}) {
		return new(big.Int), new(big.Int)
	}
	f := c.f
	inverse := f.from(new(big.Int).ModInverse(f.big(&p.z), f.modulus))
	var square, ax, ay number
	f.sqr(&square, &inverse)
	f.mul(&ax, &p.x, &square)
	f.mul(&ay, &p.y, &square)
	f.mul(&ay, &ay, &inverse)
	return f.big(&ax), f.big(&ay)
}

func (c *weierstrass) multiples(p jacobian) *window {
	w := &window{1: p}
	for i := 2; i < len(w); i++ {
		c.add(&w[i], &w[i-1], &p)
	}
	return w
}

// combine returns k1·P1 + k2·P2, four bits of both scalars at a time; a nil window is left out.
func (c *weierstrass) combine(w1 *window, k1 []byte, w2 *window, k2 []byte) jacobian {
	var sum jacobian
	for i := max(len(k1), len(k2)); i > 0; i-- {
		for _, shift := range [2]uint{4, 0} {
			for range 4 {
				c.double(&sum, &sum)
			}
			if i <= len(k1) {
				c.add(&sum, &sum, &w1[k1[len(k1)-i]>>shift&15])
			}
			if i <= len(k2) {
				c.add(&sum, &sum, &w2[k2[len(k2)-i]>>shift&15])
			}
		}
	}
	return sum
}

// double sets r = 2p. With S = 4xy² and M = 3x² + az⁴ the double is (M² − 2S, M(S − x') − 8y⁴, 2yz).
func (c *weierstrass) double(r, p *jacobian) {
	f := c.f
	var yy, s, m, t, x, y, z number
	f.sqr(&yy, &p.y)
	f.mul(&s, &p.x, &yy)
	f.add(&s, &s, &s)
	f.add(&s, &s, &s)
	f.sqr(&t, &p.z)
	f.sqr(&t, &t)
	f.mul(&m, &t, &c.a)
	f.sqr(&t, &p.x)
	f.add(&m, &m, &t)
	f.add(&t, &t, &t)
	f.add(&m, &m, &t)

	f.sqr(&x, &m)
	f.sub(&x, &x, &s)
	f.sub(&x, &x, &s)
	f.mul(&z, &p.y, &p.z)
	f.add(&z, &z, &z)
	f.sqr(&yy, &yy)
	f.add(&yy, &yy, &yy)
	f.add(&yy, &yy, &yy)
	f.add(&yy, &yy, &yy)
	f.sub(&y, &s, &x)
	f.mul(&y, &y, &m)
	f.sub(&y, &y, &yy)
	r.x, r.y, r.z = x, y, z
}

// add sets r = p + q, whatever the two are.
func (c *weierstrass) add(r, p, q *jacobian) {
	switch {
	case q.z == number{}:
		*r = *p
		return
	case p.z == number{}:
		*r = *q
		return
	}
	f := c.f
	var zz1, zz2, u1, u2, s1, s2, h, d number
	f.sqr(&zz1, &p.z)
	f.sqr(&zz2, &q.z)
	f.mul(&u1, &p.x, &zz2)
	f.mul(&u2, &q.x, &zz1)
	f.mul(&s1, &p.y, &zz2)
	f.mul(&s1, &s1, &q.z)
	f.mul(&s2, &q.y, &zz1)
	f.mul(&s2, &s2, &p.z)
	f.sub(&h, &u2, &u1)
	f.sub(&d, &s2, &s1)
	if h == (number{}) {
		if d == (number{}) {
			c.double(r, p)
		} else {
			*r = jacobian{}
		}
		return
	}
	var hh, hhh, v, x, y, z number
	f.sqr(&hh, &h)
	f.mul(&hhh, &hh, &h)
	f.mul(&v, &u1, &hh)
	f.sqr(&x, &d)
	f.sub(&x, &x, &hhh)
	f.sub(&x, &x, &v)
	f.sub(&x, &x, &v)
	f.sub(&y, &v, &x)
	f.mul(&y, &y, &d)
	f.mul(&s1, &s1, &hhh)
	f.sub(&y, &y, &s1)
	f.mul(&z, &p.z, &q.z)
	f.mul(&z, &z, &h)
	r.x, r.y, r.z = x, y, z
}
