package ec

//lint:file-ignore SA1019 crypto/elliptic is what the arithmetic is compared with.

import (
	"crypto/elliptic"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/osanderson/brainpool"
)

// seeded gives the same numbers in every run, so that a failure can be looked at again.
func seeded() *rand.ChaCha8 { return rand.NewChaCha8([32]byte{5}) }

func below(r *rand.ChaCha8, n *big.Int) *big.Int {
	b := make([]byte, len(n.Bytes())+8)
	_, _ = r.Read(b)
	return new(big.Int).Mod(new(big.Int).SetBytes(b), n)
}

// reference pairs each curve of our own arithmetic with another's: crypto/elliptic's curves are there with our arithmetic too.
func reference() map[*weierstrass]elliptic.Curve {
	of := func(c elliptic.Curve) *weierstrass {
		p := c.Params()
		a := new(big.Int).Sub(p.P, big.NewInt(3))
		return newWeierstrass(p.Name, p.P.Text(16), a.Text(16), p.B.Text(16), p.Gx.Text(16), p.Gy.Text(16), p.N.Text(16))
	}
	return map[*weierstrass]elliptic.Curve{
		of(elliptic.P224()): elliptic.P224(), of(elliptic.P256()): elliptic.P256(), of(elliptic.P384()): elliptic.P384(),
		secp192r1:       secp192r1.Params(), // crypto/elliptic's generic arithmetic, for a = −3
		brainpoolP192r1: brainpool.P192r1(), brainpoolP224r1: brainpool.P224r1(), brainpoolP256r1: brainpool.P256r1(),
		brainpoolP320r1: brainpool.P320r1(), brainpoolP384r1: brainpool.P384r1(), brainpoolP512r1: brainpool.P512r1(),
	}
}

// TestField compares the field's arithmetic with math/big's, at the edges and in between.
func TestField(t *testing.T) {
	r := seeded()
	for c := range reference() {
		f, p := c.f, c.params.P
		values := []*big.Int{big.NewInt(0), big.NewInt(1), big.NewInt(2), new(big.Int).Sub(p, big.NewInt(1)), new(big.Int).Sub(p, big.NewInt(2)), new(big.Int).Rsh(p, 1)}
		for shift := uint(1); shift < uint(p.BitLen()); shift += 13 {
			values = append(values, new(big.Int).Lsh(big.NewInt(1), shift))
		}
		for range 40 {
			values = append(values, below(r, p))
		}
		for _, x := range values {
			for _, y := range values {
				xm, ym := f.from(x), f.from(y)
				var sum, difference, product number
				f.add(&sum, &xm, &ym)
				f.sub(&difference, &xm, &ym)
				f.mul(&product, &xm, &ym)
				for name, pair := range map[string][2]*big.Int{
					"sum":        {f.big(&sum), new(big.Int).Add(x, y)},
					"difference": {f.big(&difference), new(big.Int).Sub(x, y)},
					"product":    {f.big(&product), new(big.Int).Mul(x, y)},
				} {
					if pair[0].Cmp(pair[1].Mod(pair[1], p)) != 0 {
						t.Fatalf("%s: the %s of %x and %x is %x, want %x", c.params.Name, name, x, y, pair[0], pair[1])
					}
				}
			}
		}
	}
}

// TestAgainstOthers compares multiples and sums of points with those of crypto/elliptic and of github.com/osanderson/brainpool.
func TestAgainstOthers(t *testing.T) {
	r := seeded()
	count := 0
	for c, other := range reference() {
		n := c.params.N
		scalars := []*big.Int{big.NewInt(1), big.NewInt(2), big.NewInt(3), big.NewInt(15), big.NewInt(16), big.NewInt(17), new(big.Int).Sub(n, big.NewInt(1)), new(big.Int).Sub(n, big.NewInt(2))}
		for range 24 {
			scalars = append(scalars, below(r, n))
		}
		x, y := c.params.Gx, c.params.Gy
		for i, k := range scalars {
			check := func(what string, gotX, gotY, wantX, wantY *big.Int) {
				t.Helper()
				count++
				if gotX.Cmp(wantX) != 0 || gotY.Cmp(wantY) != 0 {
					t.Fatalf("%s: %s with scalar %x: (%x, %x), want (%x, %x)", c.params.Name, what, k, gotX, gotY, wantX, wantY)
				}
			}
			bx, by := c.ScalarBaseMult(k.Bytes())
			wx, wy := other.ScalarBaseMult(k.Bytes())
			check("a multiple of the generator", bx, by, wx, wy)
			px, py := c.ScalarMult(x, y, k.Bytes())
			wx, wy = other.ScalarMult(x, y, k.Bytes())
			check("a multiple of a point", px, py, wx, wy)
			if !c.IsOnCurve(px, py) || c.IsOnCurve(px, new(big.Int).Add(py, big.NewInt(1))) {
				t.Errorf("%s: a point is not on the curve, or one beside it is", c.params.Name)
			}
			sx, sy := c.Add(bx, by, px, py)
			if bx.Cmp(px) != 0 {
				wx, wy = other.Add(bx, by, px, py)
			} else if by.Cmp(py) == 0 {
				wx, wy = other.Double(bx, by)
			} else {
				wx, wy = new(big.Int), new(big.Int)
			}
			check("a sum", sx, sy, wx, wy)
			dx, dy := c.Double(px, py)
			wx, wy = other.Double(px, py)
			check("a double", dx, dy, wx, wy)
			// k·G + l·P by the one combined way, and as two multiples and a sum.
			l := scalars[(i+1)%len(scalars)]
			cx, cy := c.combinedMult(k.Bytes(), x, y, l.Bytes())
			lx, ly := c.ScalarMult(x, y, l.Bytes())
			wx, wy = c.Add(bx, by, lx, ly)
			check("a combined multiple", cx, cy, wx, wy)
			x, y = px, py
		}
	}
	t.Logf("%d results compared", count)
}

// TestInfinity plays the cases that incomplete formulas get wrong.
func TestInfinity(t *testing.T) {
	for c := range reference() {
		p := c.params
		zero := new(big.Int)
		negative := new(big.Int).Sub(p.P, p.Gy)
		less := new(big.Int).Sub(p.N, big.NewInt(1)).Bytes()
		infinite := func(what string, x, y *big.Int) {
			t.Helper()
			if x.Sign() != 0 || y.Sign() != 0 {
				t.Errorf("%s: %s is not infinity", p.Name, what)
			}
		}
		same := func(what string, x, y, wantX, wantY *big.Int) {
			t.Helper()
			if x.Cmp(wantX) != 0 || y.Cmp(wantY) != 0 {
				t.Errorf("%s: %s", p.Name, what)
			}
		}
		x, y := c.Add(p.Gx, p.Gy, p.Gx, negative)
		infinite("g − g", x, y)
		x, y = c.Add(zero, zero, zero, zero)
		infinite("infinity twice", x, y)
		x, y = c.Double(zero, zero)
		infinite("infinity doubled", x, y)
		x, y = c.ScalarBaseMult(p.N.Bytes())
		infinite("n·g", x, y)
		x, y = c.ScalarBaseMult(nil)
		infinite("0·g", x, y)
		x, y = c.ScalarMult(zero, zero, []byte{7})
		infinite("7·infinity", x, y)
		x, y = c.combinedMult([]byte{5}, p.Gx, negative, []byte{5})
		infinite("5g − 5g", x, y)
		x, y = c.combinedMult([]byte{1}, p.Gx, p.Gy, less)
		infinite("g + (n−1)g", x, y)
		x, y = c.Add(p.Gx, p.Gy, zero, zero)
		same("g + infinity", x, y, p.Gx, p.Gy)
		x, y = c.Add(zero, zero, p.Gx, p.Gy)
		same("infinity + g", x, y, p.Gx, p.Gy)
		x, y = c.ScalarBaseMult(less)
		same("(n−1)g is −g", x, y, p.Gx, negative)
		x, y = c.ScalarBaseMult(append([]byte{0, 0}, 1))
		same("leading zeros", x, y, p.Gx, p.Gy)
		x, y = c.Add(p.Gx, p.Gy, p.Gx, p.Gy)
		wantX, wantY := c.Double(p.Gx, p.Gy)
		same("g + g is 2g", x, y, wantX, wantY)
		if c.IsOnCurve(zero, zero) || c.IsOnCurve(new(big.Int).Add(p.Gx, p.P), p.Gy) || c.IsOnCurve(new(big.Int).Neg(p.Gx), p.Gy) {
			t.Errorf("%s: infinity or a coordinate out of range is on the curve", p.Name)
		}
	}
}

func BenchmarkCombinedMul(b *testing.B) {
	r := seeded()
	for _, c := range Curves {
		b.Run(c.Name, func(b *testing.B) {
			n := c.curve.Params().N
			u1, u2 := below(r, n).Bytes(), below(r, n).Bytes()
			q, err := c.Generator().Mul(below(r, n).Bytes())
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				if _, err := c.CombinedMul(u1, q, u2); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
