package group

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"

	"github.com/skranke/skranke/mrtd/internal/ec"
)

// The object identifiers of Diffie-Hellman keys: X9.42 (RFC 3279 §2.3.3) and PKCS #3; and that of keys of either kind whose parameter is the number of
// standardized ones (TR-03110-3 A.2.1.1).
var (
	oidX942         = asn1.ObjectIdentifier{1, 2, 840, 10046, 2, 1}
	oidPKCS3        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 3, 1}
	oidStandardized = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 2}
)

// The sizes of a prime that is taken, in bits.
const (
	minPrime = 1024
	maxPrime = 4096
)

// ParsePublicKey reads a SubjectPublicKeyInfo with a key for key agreement, on an elliptic curve or modulo a prime, and returns
// the group and the key in it. Errors are ErrElement, those of ec.ParsePublicKey, or a syntax error.
func ParsePublicKey(spki []byte) (Group, Element, error) {
	var info struct {
		Algorithm struct {
			Algorithm  asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		PublicKey asn1.BitString
	}
	if rest, err := asn1.Unmarshal(spki, &info); err != nil || len(rest) != 0 {
		return nil, nil, errors.New("not a SubjectPublicKeyInfo")
	}
	oid := info.Algorithm.Algorithm
	var id int
	if oid.Equal(oidStandardized) {
		if _, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &id); err == nil && id < len(modpGroups) && id >= 0 {
			return modpGroups[id].integer(info.PublicKey)
		}
	}
	if !oid.Equal(oidX942) && !oid.Equal(oidPKCS3) {
		p, err := ec.ParsePublicKey(spki)
		if err != nil {
			return nil, nil, err
		}
		g, e := OfPoint(p)
		return g, e, nil
	}
	// Both kinds begin with p and g; X9.42 goes on with q, PKCS #3 with a length.
	var parameters struct {
		P, G  *big.Int
		Q     *big.Int      `asn1:"optional"`
		J     asn1.RawValue `asn1:"optional"`
		Proof asn1.RawValue `asn1:"optional"`
	}
	if rest, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &parameters); err != nil || len(rest) != 0 {
		return nil, nil, errors.New("malformed Diffie-Hellman parameters")
	}
	g, err := known(parameters.P, parameters.G)
	if err != nil {
		return nil, nil, err
	}
	return g.integer(info.PublicKey)
}

// integer reads a key, an INTEGER in the bits of a SubjectPublicKeyInfo.
func (g *modp) integer(bits asn1.BitString) (Group, Element, error) {
	var y *big.Int
	if rest, err := asn1.Unmarshal(bits.RightAlign(), &y); err != nil || len(rest) != 0 {
		return nil, nil, errors.New("malformed Diffie-Hellman key")
	}
	key, err := g.element(y)
	return g, key, err
}

// known finds the group of RFC 5114 with this prime and generator. Keys on other parameters are refused: nothing but their issuer's word
// would stand for them.
func known(p, generator *big.Int) (*modp, error) {
	if bits := p.BitLen(); bits < minPrime || bits > maxPrime {
		return nil, fmt.Errorf("%w: a prime of %d bits", ErrUnknown, bits)
	}
	for _, g := range modpGroups {
		if g.p.Cmp(p) == 0 && g.g.Cmp(generator) == 0 {
			return g, nil
		}
	}
	return nil, fmt.Errorf("%w: Diffie-Hellman parameters that match no standardized group", ErrUnknown)
}
