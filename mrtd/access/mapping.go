package access

import (
	"crypto/cipher"
	"errors"
	"io"
	"math/big"

	"github.com/skranke/skranke/mrtd/internal/group"
	"github.com/skranke/skranke/mrtd/internal/suite"
)

// mapping is how PACE turns the nonce into a generator (Doc 9303-11 §4.4.3.3).
type mapping int

const (
	generic mapping = iota
	integrated
	chipAuthentication
)

// variants are the key agreements and mappings of PACE's object identifiers, by the number before the suite's (TR-03110-3 A.1.1.1).
var variants = map[int]struct {
	name    string
	mapping mapping
	curve   bool
}{
	1: {"PACE-DH-GM-", generic, false},
	2: {"PACE-ECDH-GM-", generic, true},
	3: {"PACE-DH-IM-", integrated, false},
	4: {"PACE-ECDH-IM-", integrated, true},
	6: {"PACE-ECDH-CAM-", chipAuthentication, true},
}

// mapGeneric is Ĝ = s·G + H (§4.4.3.3.1), H from an anonymous key agreement. PACE-CAM maps in the same way; the chip's public key of this step
// is what its proof is about.
func (p *pace) mapGeneric(nonce []byte) (generator, chipKey group.Element, err error) {
	const step = "mapping the nonce"
	g := p.offer.group.Generator()
	a, err := p.agree(g, doMappingData, step)
	if err != nil {
		return nil, nil, err
	}
	sg, err := g.Mul(nonce)
	if err != nil {
		return nil, nil, p.fail(step, "bad_point", err)
	}
	mapped, err := sg.Combine(a.secret)
	if err != nil {
		return nil, nil, p.fail(step, "bad_point", err)
	}
	return mapped, a.theirs, nil
}

// mapIntegrated is Ĝ = f(R_p(s, t)) (§4.4.3.3.2): the terminal adds a nonce t of its own, and a pseudo-random number of both is mapped into
// the group.
func (p *pace) mapIntegrated(s []byte) (group.Element, error) {
	const step = "mapping the nonce"
	t := make([]byte, p.offer.suite.KeyLen)
	if _, err := io.ReadFull(p.random, t); err != nil {
		return nil, err
	}
	if _, err := p.general(step, doMappingData, t, false); err != nil {
		return nil, err
	}
	number, err := pseudoRandom(p.offer.suite, s, t, p.offer.group.Modulus())
	if err != nil {
		return nil, p.fail(step, "malformed", err)
	}
	mapped, err := p.offer.group.MapInteger(number)
	if err != nil {
		return nil, p.fail(step, "bad_point", err)
	}
	return mapped, nil
}

// The constants c0 and c1 of the pseudo-random function, by the length of the nonce in bytes (§4.4.3.3.2).
var constants = map[int][2]string{
	16: {"\xa6\x68\x89\x2a\x7c\x41\xe3\xca\x73\x9f\x40\xb0\x57\xd8\x59\x04", "\xa4\xe1\x36\xac\x72\x5f\x73\x8b\x01\xc1\xf6\x02\x17\xc1\x88\xad"},
	32: {
		"\xd4\x63\xd6\x52\x34\x12\x4e\xf7\x89\x70\x54\x98\x6d\xca\x0a\x17" +
			"\x4e\x28\xdf\x75\x8c\xba\xa0\x3f\x24\x06\x16\x41\x4d\x5a\x16\x76",
		"\x54\xbd\x72\x55\xf0\xaa\xf8\x31\xbe\xc3\x42\x3f\xcf\x39\xd6\x9b" +
			"\x6c\xbf\x06\x66\x77\xd0\xfa\xae\x5a\xad\xd9\x9d\xf8\xe5\x35\x17",
	},
}

// pseudoRandom is R_p(s, t) of §4.4.3.3.2: the block cipher in CBC mode, keyed first with t, then with what it gave, until there are 64 bits
// more than the prime has.
func pseudoRandom(c *suite.Suite, s, t []byte, prime *big.Int) (*big.Int, error) {
	pair, ok := constants[len(s)]
	if !ok || len(s) < c.KeyLen {
		return nil, errNonce
	}
	c0, c1 := []byte(pair[0]), []byte(pair[1])
	encrypt := func(key, plain []byte) ([]byte, error) {
		block, err := c.Cipher(key[:c.KeyLen])
		if err != nil {
			return nil, err
		}
		out := make([]byte, len(plain))
		cipher.NewCBCEncrypter(block, make([]byte, c.Block)).CryptBlocks(out, plain)
		return out, nil
	}
	key, err := encrypt(t, s)
	if err != nil {
		return nil, err
	}
	var x []byte
	for len(x)*8 < prime.BitLen()+64 {
		part, err := encrypt(key, c1)
		if err != nil {
			return nil, err
		}
		if x = append(x, part...); len(x)*8 >= prime.BitLen()+64 {
			break
		}
		if key, err = encrypt(key, c0); err != nil {
			return nil, err
		}
	}
	n := new(big.Int).SetBytes(x)
	return n.Mod(n, prime), nil
}

var errNonce = errors.New("a nonce of the wrong length")
