// Package ec is the elliptic curves of travel documents: the standardized domain parameters of Doc 9303-11 §9.5.1, points
// on them, and Diffie-Hellman with a secret of fixed length.
//
// It stands apart because crypto/ecdh knows neither the brainpool curves nor the addition of points that PACE's generic
// mapping needs. The arithmetic is that of crypto/elliptic and github.com/osanderson/brainpool. It is not constant in time;
// the terminal's keys live for one exchange.
package ec

import (
	"crypto/elliptic"
	"encoding/asn1"
	"math/big"

	"github.com/gmrtd/gmrtd/cryptoutils"
	"github.com/osanderson/brainpool"
)

// Curve is one named curve.
type Curve struct {
	// Name is the curve's name as RFC 5639 and FIPS 186-4 write it: "brainpoolP256r1", "secp256r1".
	Name string
	// ID is the standardized domain parameter id of Doc 9303-11 table 5, 8 to 18.
	ID int
	// OID names the curve in certificates.
	OID   asn1.ObjectIdentifier
	curve elliptic.Curve
}

// Curves lists the curves of Doc 9303-11 table 5 (ids 8 to 18), by id.
var Curves = []*Curve{
	{"secp192r1", 8, asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 1}, cryptoutils.EllipticP192()},
	{"brainpoolP192r1", 9, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 3}, brainpool.P192r1()},
	{"secp224r1", 10, asn1.ObjectIdentifier{1, 3, 132, 0, 33}, elliptic.P224()},
	{"brainpoolP224r1", 11, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 5}, brainpool.P224r1()},
	{"secp256r1", 12, asn1.ObjectIdentifier{1, 2, 840, 10045, 3, 1, 7}, elliptic.P256()},
	{"brainpoolP256r1", 13, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 7}, brainpool.P256r1()},
	{"brainpoolP320r1", 14, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 9}, brainpool.P320r1()},
	{"secp384r1", 15, asn1.ObjectIdentifier{1, 3, 132, 0, 34}, elliptic.P384()},
	{"brainpoolP384r1", 16, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 11}, brainpool.P384r1()},
	{"brainpoolP512r1", 17, asn1.ObjectIdentifier{1, 3, 36, 3, 3, 2, 8, 1, 1, 13}, brainpool.P512r1()},
	{"secp521r1", 18, asn1.ObjectIdentifier{1, 3, 132, 0, 35}, elliptic.P521()},
}

// ByID returns the curve with the standardized domain parameter id, or nil.
func ByID(id int) *Curve {
	for _, c := range Curves {
		if c.ID == id {
			return c
		}
	}
	return nil
}

// ByOID returns the curve that the object identifier names, or nil.
func ByOID(oid asn1.ObjectIdentifier) *Curve {
	for _, c := range Curves {
		if c.OID.Equal(oid) {
			return c
		}
	}
	return nil
}

// Elliptic returns the curve for use with crypto/ecdsa.
func (c *Curve) Elliptic() elliptic.Curve { return c.curve }

// FieldBytes is the length of a coordinate in bytes.
func (c *Curve) FieldBytes() int { return (c.curve.Params().BitSize + 7) / 8 }

// OrderBytes is the length of a scalar in bytes.
func (c *Curve) OrderBytes() int { return (c.curve.Params().N.BitLen() + 7) / 8 }

// Coefficients returns a and b of the curve's equation y² = x³ + ax + b. The NIST curves have a = −3; the brainpool package
// keeps its own to itself.
func (c *Curve) Coefficients() (a, b *big.Int) {
	p := c.curve.Params()
	if own, ok := brainpoolCoefficients[c.Name]; ok {
		a, _ = new(big.Int).SetString(own[0], 16)
		b, _ = new(big.Int).SetString(own[1], 16)
		return a, b
	}
	return new(big.Int).Sub(p.P, big.NewInt(3)), p.B
}

// brainpoolCoefficients are A and B of RFC 5639 §3.
var brainpoolCoefficients = map[string][2]string{
	"brainpoolP192r1": {
		"6A91174076B1E0E19C39C031FE8685C1CAE040E5C69A28EF",
		"469A28EF7C28CCA3DC721D044F4496BCCA7EF4146FBF25C9",
	},
	"brainpoolP224r1": {
		"68A5E62CA9CE6C1C299803A6C1530B514E182AD8B0042A59CAD29F43",
		"2580F63CCFE44138870713B1A92369E33E2135D266DBB372386C400B",
	},
	"brainpoolP256r1": {
		"7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9",
		"26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6",
	},
	"brainpoolP320r1": {
		"3EE30B568FBAB0F883CCEBD46D3F3BB8A2A73513F5EB79DA66190EB085FFA9F492F375A97D860EB4",
		"520883949DFDBC42D3AD198640688A6FE13F41349554B49ACC31DCCD884539816F5EB4AC8FB1F1A6",
	},
	"brainpoolP384r1": {
		"7BC382C63D8C150C3C72080ACE05AFA0C2BEA28E4FB22787139165EFBA91F90F8AA5814A503AD4EB04A8C7DD22CE2826",
		"04A8C7DD22CE28268B39B55416F0447C2FB77DE107DCD2A62E880EA53EEB62D57CB4390295DBC9943AB78696FA504C11",
	},
	"brainpoolP512r1": {
		"7830A3318B603B89E2327145AC234CC594CBDD8D3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CA",
		"3DF91610A83441CAEA9863BC2DED5D5AA8253AA10A2EF1C98B9AC8B57F1117A72BF2C7B9E7C1AC4D77FC94CADC083E67984050B75EBAE5DD2809BD638016F723",
	},
}
