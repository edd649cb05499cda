package domain

import (
	"fmt"
	"io"
	"math/big"
)

type groupText struct {
	name    string
	id      int
	p, g, q string
}

// Group is a subgroup of prime order Q of the multiplicative group modulo the prime P.
type Group struct {
	// Name is a short name such as modp2048-256; ID is the identifier in Doc 9303-11 table 6, 0 to 2, or -1.
	Name string
	ID   int
	// P is the prime, G the generator, Q the generator's order.
	P, G, Q *big.Int
}

var groups = func() []*Group {
	all := make([]*Group, 0, len(dhTable))
	for _, t := range dhTable {
		all = append(all, &Group{t.name, t.id, number(t.p), number(t.g), number(t.q)})
	}
	return all
}()

// Groups returns the three standardized groups. The caller must not alter them.
func Groups() []*Group { return groups }

// GroupByID returns the group with an identifier of Doc 9303-11 table 6, or nil.
func GroupByID(id int) *Group {
	for _, g := range groups {
		if g.ID == id {
			return g
		}
	}
	return nil
}

// GroupByName returns the group with the given name, or an error that lists the names.
func GroupByName(name string) (*Group, error) {
	for _, g := range groups {
		if g.Name == name {
			return g, nil
		}
	}
	return nil, fmt.Errorf("unknown group %q; known are modp1024-160, modp2048-224 and modp2048-256", name)
}

// Size is the length of a public key in octets.
func (g *Group) Size() int { return (g.P.BitLen() + 7) / 8 }

// Valid says whether y is a public key of the group: 1 < y < P-1 and of order Q.
func (g *Group) Valid(y *big.Int) bool {
	one := big.NewInt(1)
	if y.Cmp(one) <= 0 || y.Cmp(new(big.Int).Sub(g.P, one)) >= 0 {
		return false
	}
	return new(big.Int).Exp(y, g.Q, g.P).Cmp(one) == 0
}

// Scalar draws a private key, 1 to Q-1, from random.
func (g *Group) Scalar(random io.Reader) (*big.Int, error) { return scalar(random, g.Q) }
