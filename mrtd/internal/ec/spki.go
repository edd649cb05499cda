package ec

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
)

var (
	// oidStandardized names a key whose parameter is a standardized domain parameter id (TR-03110-3 A.2.1.1).
	oidStandardized = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 2}
	oidECPublicKey  = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidPrimeField   = asn1.ObjectIdentifier{1, 2, 840, 10045, 1, 1}
)

// ErrUnknownCurve says that a key stands on a curve that is none of [Curves], or whose explicit parameters match none of
// them whole.
var ErrUnknownCurve = errors.New("unknown elliptic curve")

// ErrKeyType says that a key is of another kind than those on elliptic curves. It matches ErrUnknownCurve.
var ErrKeyType = fmt.Errorf("%w: another kind of key", ErrUnknownCurve)

type subjectPublicKeyInfo struct {
	Algorithm struct {
		Algorithm  asn1.ObjectIdentifier
		Parameters asn1.RawValue `asn1:"optional"`
	}
	PublicKey asn1.BitString
}

type specifiedDomain struct {
	Version int
	Field   struct {
		Type  asn1.ObjectIdentifier
		Prime *big.Int
	}
	Curve struct {
		A, B []byte
		Seed asn1.BitString `asn1:"optional"`
	}
	Base     []byte
	Order    *big.Int
	Cofactor *big.Int      `asn1:"optional"`
	Hash     asn1.RawValue `asn1:"optional"`
}

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5480) with an EC key on a named curve or on explicit parameters
// (X9.62 ECParameters), or on standardized domain parameters by their id. Explicit parameters are compared whole, prime, coefficients, generator, order and cofactor, with the
// known curves, so that no foreign generator slips in. Errors are ErrUnknownCurve, ErrKeyType, ErrPoint, or a syntax error.
func ParsePublicKey(spki []byte) (Point, error) {
	var info subjectPublicKeyInfo
	if rest, err := asn1.Unmarshal(spki, &info); err != nil || len(rest) != 0 {
		return Point{}, errors.New("not a SubjectPublicKeyInfo")
	}
	if id := 0; info.Algorithm.Algorithm.Equal(oidStandardized) {
		if _, err := asn1.Unmarshal(info.Algorithm.Parameters.FullBytes, &id); err != nil || ByID(id) == nil {
			return Point{}, fmt.Errorf("%w: no curve is standardized as %d", ErrUnknownCurve, id)
		}
		return ByID(id).ParsePoint(info.PublicKey.RightAlign())
	}
	if !info.Algorithm.Algorithm.Equal(oidECPublicKey) {
		return Point{}, fmt.Errorf("%w: %s", ErrKeyType, info.Algorithm.Algorithm)
	}
	curve, err := ParseParameters(info.Algorithm.Parameters.FullBytes)
	if err != nil {
		return Point{}, err
	}
	return curve.ParsePoint(info.PublicKey.RightAlign())
}

// ParseParameters reads the ECParameters of an algorithm identifier: a curve's object identifier, or the parameters
// written out. Errors are ErrUnknownCurve or a syntax error.
func ParseParameters(der []byte) (*Curve, error) {
	if len(der) == 0 {
		return nil, fmt.Errorf("%w: no parameters", ErrUnknownCurve)
	}
	var oid asn1.ObjectIdentifier
	if rest, err := asn1.Unmarshal(der, &oid); err == nil && len(rest) == 0 {
		if c := ByOID(oid); c != nil {
			return c, nil
		}
		return nil, fmt.Errorf("%w: %s", ErrUnknownCurve, oid)
	}
	var d specifiedDomain
	if rest, err := asn1.Unmarshal(der, &d); err != nil || len(rest) != 0 {
		return nil, errors.New("the EC parameters are malformed")
	}
	for _, c := range Curves {
		if d.matches(c) {
			return c, nil
		}
	}
	return nil, fmt.Errorf("%w: explicit parameters that match no known curve", ErrUnknownCurve)
}

func (d *specifiedDomain) matches(c *Curve) bool {
	p := c.curve.Params()
	coefficientA, coefficientB := c.Coefficients()
	g := c.Generator().Bytes()
	n := c.FieldBytes()
	base := d.Base
	if len(base) == 1+n && base[0] == 2+byte(p.Gy.Bit(0)) { // compressed generator
		base = append([]byte{4}, append(append([]byte{}, base[1:]...), g[1+n:]...)...)
	}
	return d.Version >= 1 && d.Version <= 3 && (len(d.Hash.FullBytes) == 0 || d.Hash.Tag == asn1.TagSequence) &&
		d.Field.Type.Equal(oidPrimeField) && d.Field.Prime.Cmp(p.P) == 0 &&
		new(big.Int).SetBytes(d.Curve.A).Cmp(coefficientA) == 0 && new(big.Int).SetBytes(d.Curve.B).Cmp(coefficientB) == 0 &&
		string(base) == string(g) && d.Order.Cmp(p.N) == 0 &&
		(d.Cofactor == nil || d.Cofactor.Cmp(big.NewInt(1)) == 0)
}
