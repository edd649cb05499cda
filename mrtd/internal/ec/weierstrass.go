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

// affine is the point (x, y), or the point at infinity.
type affine struct {
	x, y     number
	infinite bool
}

// window holds the multiples 1 to 16 of a point: what five bits of a scalar, with a sign, can ask for.
type window [windowSize]affine

// A scalar is taken windowBits bits at a time.
const (
	windowBits = 5
	windowSize = 1 << (windowBits - 1)
)

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
	var sum jacobian
	c.add(&sum, &p, false)
	c.add(&sum, &q, false)
	return c.coordinates(&sum)
}

// Double returns twice a point.
func (c *weierstrass) Double(x1, y1 *big.Int) (x, y *big.Int) {
	p := c.point(x1, y1)
	var sum jacobian
	c.add(&sum, &p, false)
	c.double(&sum, 1)
	return c.coordinates(&sum)
}

// ScalarMult returns k times a point; k is big-endian and not negative.
func (c *weierstrass) ScalarMult(x1, y1 *big.Int, k []byte) (x, y *big.Int) {
	p := c.combine(nil, nil, c.multiples(c.point(x1, y1)), k)
	return c.coordinates(&p)
}

// ScalarBaseMult returns k times the generator.
func (c *weierstrass) ScalarBaseMult(k []byte) (x, y *big.Int) {
	p := c.combine(c.base, k, nil, nil)
	return c.coordinates(&p)
}

// combinedMult returns u1 times the generator plus u2 times a point: what an ECDSA signature is checked with.
func (c *weierstrass) combinedMult(u1 []byte, x1, y1 *big.Int, u2 []byte) (x, y *big.Int) {
	p := c.combine(c.base, u1, c.multiples(c.point(x1, y1)), u2)
	return c.coordinates(&p)
}

func (c *weierstrass) point(x, y *big.Int) affine {
	if x.Sign() == 0 && y.Sign() == 0 {
		return affine{infinite: true}
	}
	return affine{x: c.f.from(x), y: c.f.from(y)}
}

func (c *weierstrass) coordinates(p *jacobian) (x, y *big.Int) {
	if p.z == (number{}) {
		return new(big.Int), new(big.Int)
	}
	inverse := c.f.inverse(&p.z)
	a := c.affine(p, &inverse)
	return c.f.big(&a.x), c.f.big(&a.y)
}

// affine gives a point that is not infinity its coordinates; inverse is that of its z.
func (c *weierstrass) affine(p *jacobian, inverse *number) (a affine) {
	f := c.f
	var square number
	f.sqr(&square, inverse)
	f.mul(&a.x, &p.x, &square)
	f.mul(&a.y, &p.y, &square)
	f.mul(&a.y, &a.y, inverse)
	return a
}

// multiples gives the multiples of a point, with one inversion for all of them (Montgomery's trick).
func (c *weierstrass) multiples(p affine) *window {
	var points [windowSize]jacobian
	var products [windowSize]number // of the z up to each
	product := c.f.one
	for i := range points {
		if i > 0 {
			points[i] = points[i-1]
		}
		c.add(&points[i], &p, false)
		products[i] = product
		if points[i].z != (number{}) {
			c.f.mul(&product, &product, &points[i].z)
		}
	}
	inverse := c.f.inverse(&product)
	w := &window{}
	for i := windowSize - 1; i >= 0; i-- {
		if points[i].z == (number{}) {
			w[i].infinite = true
			continue
		}
		var own number
		c.f.mul(&own, &inverse, &products[i])
		c.f.mul(&inverse, &inverse, &points[i].z)
		w[i] = c.affine(&points[i], &own)
	}
	return w
}

// combine returns k1·P1 + k2·P2, five bits of both scalars at a time; a nil window is left out.
func (c *weierstrass) combine(w1 *window, k1 []byte, w2 *window, k2 []byte) jacobian {
	var sum jacobian
	for i := 8 * max(len(k1), len(k2)) / windowBits; i >= 0; i-- {
		c.double(&sum, windowBits)
		c.addDigit(&sum, w1, k1, i)
		c.addDigit(&sum, w2, k2, i)
	}
	return sum
}

// addDigit adds what digit i of a scalar asks for, in Booth's recoding: the digits are −16 to 16, and each takes the highest bit of the one below
// into account.
func (c *weierstrass) addDigit(sum *jacobian, w *window, k []byte, i int) {
	if w == nil {
		return
	}
	bits := 0
	for at := windowBits*(i+1) - 1; at >= windowBits*i-1; at-- {
		bits <<= 1
		if at >= 0 && at < 8*len(k) {
			bits |= int(k[len(k)-1-at/8]>>(at%8)) & 1
		}
	}
	negative := bits >= 1<<windowBits
	if negative {
		bits = 1<<(windowBits+1) - 1 - bits
	}
	if digit := (bits + 1) / 2; digit > 0 {
		c.add(sum, &w[digit-1], negative)
	}
}

// double doubles a point several times. With W = az⁴, S = 4xy², U = 8y⁴ and M = 3x² + W the double is (M² − 2S, M(S − x') − U, 2yz), and its W is 2UW.
func (c *weierstrass) double(p *jacobian, times int) {
	if p.z == (number{}) {
		return
	}
	f := c.f
	var w, yy, s, m, u, t number
	f.sqr(&w, &p.z)
	f.sqr(&w, &w)
	f.mul(&w, &w, &c.a)
	for ; times > 0; times-- {
		f.sqr(&yy, &p.y)
		f.mul(&s, &p.x, &yy)
		f.add(&s, &s, &s)
		f.add(&s, &s, &s)
		f.sqr(&t, &p.x)
		f.add(&m, &w, &t)
		f.add(&t, &t, &t)
		f.add(&m, &m, &t)
		f.sqr(&u, &yy)
		f.add(&u, &u, &u)
		f.add(&u, &u, &u)
		f.add(&u, &u, &u)
		if times > 1 {
			f.mul(&w, &w, &u)
			f.add(&w, &w, &w)
		}
		f.mul(&p.z, &p.y, &p.z)
		f.add(&p.z, &p.z, &p.z)
		f.sqr(&p.x, &m)
		f.sub(&p.x, &p.x, &s)
		f.sub(&p.x, &p.x, &s)
		f.sub(&s, &s, &p.x)
		f.mul(&p.y, &s, &m)
		f.sub(&p.y, &p.y, &u)
	}
}

// add adds q, or −q, to p, whatever the two are.
func (c *weierstrass) add(p *jacobian, q *affine, negative bool) {
	if q.infinite {
		return
	}
	f := c.f
	qy := q.y
	if negative {
		var zero number
		f.sub(&qy, &zero, &q.y)
	}
	if p.z == (number{}) {
		p.x, p.y, p.z = q.x, qy, f.one
		return
	}
	var zz, h, d number
	f.sqr(&zz, &p.z)
	f.mul(&h, &q.x, &zz)
	f.sub(&h, &h, &p.x)
	f.mul(&d, &qy, &zz)
	f.mul(&d, &d, &p.z)
	f.sub(&d, &d, &p.y)
	if h == (number{}) {
		if d == (number{}) {
			c.double(p, 1)
		} else {
			*p = jacobian{}
		}
		return
	}
	var hh, hhh, v number
	f.sqr(&hh, &h)
	f.mul(&hhh, &hh, &h)
	f.mul(&v, &p.x, &hh)
	f.mul(&p.z, &p.z, &h)
	f.sqr(&p.x, &d)
	f.sub(&p.x, &p.x, &hhh)
	f.sub(&p.x, &p.x, &v)
	f.sub(&p.x, &p.x, &v)
	f.sub(&v, &v, &p.x)
	f.mul(&v, &v, &d)
	f.mul(&hhh, &hhh, &p.y)
	f.sub(&p.y, &v, &hhh)
}
