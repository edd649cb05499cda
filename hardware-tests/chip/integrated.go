package chip

import (
	"bytes"
	"math/big"

	"github.com/skranke/skranke/hardware-tests/chip/domain"
)

// The constants of the pseudo-random function for 128-bit keys, and for longer ones (Doc 9303-11 §4.4.3.3.2).
var (
	prf128 = [2][]byte{unhex("a668892a7c41e3ca739f40b057d85904"), unhex("a4e136ac725f738b01c1f60217c188ad")}
	prf256 = [2][]byte{
		unhex("d463d65234124ef7897054986dca0a174e28df758cbaa03f240616414d5a1676"),
		unhex("54bd7255f0aaf831bec3423fcf39d69b6cbf066677d0faae5aadd99df8e53517"),
	}
)

// integrate finds the generator of the integrated mapping from the nonces s and t.
func (p *pace) integrate(t []byte) (element, bool) {
	if len(t) != p.Suite.keySize() {
		return element{}, false
	}
	prime := func() *big.Int {
		if p.Parameters.Curve != nil {
			return p.Parameters.Curve.P
		}
		return p.Parameters.Group.P
	}()
	u := p.pseudoRandom(p.nonce, t, prime)
	if curve := p.Parameters.Curve; curve != nil {
		point := encodeToPoint(curve, u)
		return element{point: point}, !point.Infinity()
	}
	g := p.Parameters.Group
	cofactor := new(big.Int).Sub(g.P, big.NewInt(1))
	cofactor.Div(cofactor, g.Q)
	y := new(big.Int).Exp(u, cofactor, g.P)
	return element{y: y}, y.Cmp(big.NewInt(1)) > 0
}

// pseudoRandom is Rp(s, t): a number below the prime from the two nonces.
func (p *pace) pseudoRandom(s, t []byte, prime *big.Int) *big.Int {
	constants, l := prf128, 16
	if p.Suite.keySize() > 16 {
		constants, l = prf256, 32
	}
	zero := make([]byte, p.Suite.blockSize())
	key := p.Suite.encrypt(t, zero, s)
	var out []byte
	for bits := 0; bits < prime.BitLen()+64; bits += l * 8 {
		k := key[:p.Suite.keySize()]
		out = append(out, p.Suite.encrypt(k, zero, constants[1])...)
		key = p.Suite.encrypt(k, zero, constants[0])
	}
	return new(big.Int).Mod(new(big.Int).SetBytes(out), prime)
}

// encodeToPoint is the point encoding of Doc 9303-11 appendix B.2, for curves over a prime p with p = 3 mod 4.
func encodeToPoint(c *domain.Curve, t *big.Int) domain.Point {
	mod := func(x *big.Int) *big.Int { return x.Mod(x, c.P) }
	mul := func(x, y *big.Int) *big.Int { return mod(new(big.Int).Mul(x, y)) }
	exp := func(x, e *big.Int) *big.Int { return new(big.Int).Exp(x, e, c.P) }
	p1 := new(big.Int).Sub(c.P, big.NewInt(1))
	p2 := new(big.Int).Sub(c.P, big.NewInt(2))

	alpha := mod(new(big.Int).Neg(mul(t, t)))
	alpha2 := mod(new(big.Int).Add(alpha, mul(alpha, alpha)))
	x := mul(mod(new(big.Int).Neg(c.B)), mod(new(big.Int).Add(big.NewInt(1), alpha2)))
	x = mul(x, exp(mul(c.A, alpha2), p2))
	x3 := mul(alpha, x)
	rhs := func(x *big.Int) *big.Int {
		r := mul(mul(x, x), x)
		r.Add(r, mul(c.A, x))
		return mod(r.Add(r, c.B))
	}
	h2 := rhs(x)
	u := mul(mul(mul(t, t), t), h2)
	// A = h2^(p-1-(p+1)/4): its square times h2 is 1 when h2 is a square.
	e := new(big.Int).Add(c.P, big.NewInt(1))
	e.Rsh(e, 2).Sub(p1, e)
	root := exp(h2, e)
	if mul(mul(root, root), h2).Cmp(big.NewInt(1)) == 0 {
		return domain.Point{X: x, Y: mul(root, h2)}
	}
	return domain.Point{X: x3, Y: mul(root, u)}
}

func unhex(s string) []byte {
	n, ok := new(big.Int).SetString(s, 16)
	if !ok {
		panic("chip: a constant is not hexadecimal")
	}
	return n.FillBytes(bytes.Repeat([]byte{0}, len(s)/2))
}
