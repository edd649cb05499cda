package domain_test

import (
	"bytes"
	"crypto/elliptic"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip/domain"
)

// TestTable checks every number of the tables against what the numbers must satisfy.
func TestTable(t *testing.T) {
	sizes := map[int]int{8: 24, 9: 24, 10: 28, 11: 28, 12: 32, 13: 32, 14: 40, 15: 48, 16: 48, 17: 64, 18: 66}
	for _, c := range domain.Curves() {
		if c.Size() != sizes[c.ID] {
			t.Errorf("%s: a coordinate has %d octets, want %d", c.Name, c.Size(), sizes[c.ID])
		}
		if !c.P.ProbablyPrime(10) || !c.N.ProbablyPrime(10) {
			t.Errorf("%s: the field or the order is not prime", c.Name)
		}
		if !c.OnCurve(c.G) {
			t.Errorf("%s: the generator is not on the curve", c.Name)
		}
		if !c.Mul(c.N, c.G).Infinity() {
			t.Errorf("%s: the generator does not have the stated order", c.Name)
		}
	}
	for _, g := range domain.Groups() {
		if !g.P.ProbablyPrime(10) || !g.Q.ProbablyPrime(10) || !g.Valid(g.G) {
			t.Errorf("%s: the numbers do not make a group", g.Name)
		}
		if g.Valid(new(big.Int).Sub(g.P, big.NewInt(1))) || g.Valid(big.NewInt(1)) || g.Valid(g.P) {
			t.Errorf("%s: takes a public key of small order", g.Name)
		}
	}
}

// TestAgainstStandardLibrary compares the arithmetic with crypto/elliptic on the NIST curves.
func TestAgainstStandardLibrary(t *testing.T) {
	random := rand.NewChaCha8([32]byte{1})
	for id, std := range map[int]elliptic.Curve{
		10: elliptic.P224(), 12: elliptic.P256(), 15: elliptic.P384(), 18: elliptic.P521(),
	} {
		c := domain.CurveByID(id)
		for range 5 {
			k, err := c.Scalar(random)
			if err != nil {
				t.Fatal(err)
			}
			p := c.Mul(k, c.G)
			//lint:ignore SA1019 the deprecated name is the independent judge here
			x, y := std.ScalarBaseMult(k.Bytes())
			if p.X.Cmp(x) != 0 || p.Y.Cmp(y) != 0 {
				t.Fatalf("%s: k·G differs from crypto/elliptic's", c.Name)
			}
			if got := c.Add(p, c.G); !got.Equal(c.Mul(new(big.Int).Add(k, big.NewInt(1)), c.G)) {
				t.Fatalf("%s: kG + G is not (k+1)G", c.Name)
			}
			if !c.Add(p, p).Equal(c.Mul(big.NewInt(2), p)) {
				t.Fatalf("%s: P + P is not 2P", c.Name)
			}
			back, err := c.Decode(c.Encode(p))
			if err != nil || !back.Equal(p) {
				t.Fatalf("%s: a point does not survive its encoding: %v", c.Name, err)
			}
		}
	}
}

// TestDecodeRefuses hands in octets that are no point.
func TestDecodeRefuses(t *testing.T) {
	c := domain.CurveByID(13)
	good := c.Encode(c.G)
	off := bytes.Clone(good)
	off[len(off)-1] ^= 1
	unreduced := bytes.Clone(good)
	new(big.Int).Add(c.P, big.NewInt(0)).FillBytes(unreduced[1:33])
	for name, b := range map[string][]byte{
		"empty": nil, "infinity": {0}, "compressed": good[:33], "off the curve": off, "unreduced": unreduced,
		"wrong prefix": append([]byte{2}, good[1:]...), "too long": append(bytes.Clone(good), 0),
	} {
		if _, err := c.Decode(b); err == nil {
			t.Errorf("%s: taken for a point", name)
		}
	}
}
