package specimen

import (
	"bytes"
	"crypto"
	"crypto/hmac"
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strings"

	"github.com/skranke/skranke/hardware-tests/chip/domain"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// SignatureSpec names a signature algorithm: pkcs1-sha256, pss-sha256 (with a salt as long as the hash),
// pss-sha256-salt20, ecdsa-sha256, or ecdsa-plain-sha256 for BSI TR-03111's identifiers and format.
type SignatureSpec string

var (
	oidPKCS1      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1}
	oidMGF1       = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 8}
	oidPlainECDSA = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 1, 4, 1}
)

func under(oid asn1.ObjectIdentifier, last int) asn1.ObjectIdentifier {
	return append(append(asn1.ObjectIdentifier{}, oid...), last)
}

// scheme is a signature algorithm, taken apart.
type scheme struct {
	kind string // pkcs1, pss, ecdsa, ecdsa-plain
	hash hash
	salt int
}

func parseSignature(spec SignatureSpec) (scheme, error) {
	for _, kind := range []string{"pkcs1", "pss", "ecdsa-plain", "ecdsa"} {
		name, ok := strings.CutPrefix(string(spec), kind+"-")
		if !ok {
			continue
		}
		s := scheme{kind: kind, salt: -1}
		if before, after, ok := strings.Cut(name, "-salt"); ok && kind == "pss" {
			name = before
			if n, err := fmt.Sscanf(after, "%d", &s.salt); n != 1 || err != nil || s.salt < 0 || s.salt > 64 {
				return scheme{}, fmt.Errorf("signature %q: the salt has 0 to 64 octets", spec)
			}
		}
		h, err := hashByName(name)
		if err != nil {
			return scheme{}, fmt.Errorf("signature %q: %w", spec, err)
		}
		s.hash = h
		if s.salt < 0 {
			s.salt = h.Size()
		}
		if strings.HasPrefix(kind, "ecdsa") && h.ecdsa == nil {
			return scheme{}, fmt.Errorf("signature %q: ECDSA has no such hash", spec)
		}
		return s, nil
	}
	return scheme{}, fmt.Errorf("unknown signature algorithm %q; write pkcs1-, pss-, ecdsa- or ecdsa-plain- and a hash", spec)
}

// fits says whether a key can sign this way.
func (s scheme) fits(k *Key) error {
	if (k.Curve != nil) != strings.HasPrefix(s.kind, "ecdsa") {
		return fmt.Errorf("a signature by %s does not go with that kind of key", s.kind)
	}
	return nil
}

// identifier is the signature's AlgorithmIdentifier.
func (s scheme) identifier() []byte {
	switch s.kind {
	case "pkcs1":
		return tlv.Seq(tlv.OID(under(oidPKCS1, s.hash.rsa)), null)
	case "pss":
		return tlv.Seq(tlv.OID(under(oidPKCS1, 10)), tlv.Seq(
			tlv.Make(0xA0, s.hash.identifier()),
			tlv.Make(0xA1, tlv.Seq(tlv.OID(oidMGF1), s.hash.identifier())),
			tlv.Make(0xA2, tlv.Int(int64(s.salt))),
		))
	case "ecdsa":
		return tlv.Seq(tlv.OID(s.hash.ecdsa))
	default:
		return tlv.Seq(tlv.OID(under(oidPlainECDSA, s.hash.plain)))
	}
}

// sign signs a message. Nonces and salts are derived from key and message, so that the signature is always the same.
func (s scheme) sign(k *Key, message []byte) ([]byte, error) {
	if err := s.fits(k); err != nil {
		return nil, err
	}
	digest := s.hash.sum(message)
	switch s.kind {
	case "pkcs1":
		return s.signPKCS1(k, digest)
	case "pss":
		return s.signPSS(k, digest)
	default:
		r, v := SignECDSA(k.Curve, k.Scalar, s.hash.Hash, digest)
		if s.kind == "ecdsa" {
			return tlv.Seq(tlv.BigInt(r), tlv.BigInt(v)), nil
		}
		size := (k.Curve.N.BitLen() + 7) / 8
		return append(r.FillBytes(make([]byte, size)), v.FillBytes(make([]byte, size))...), nil
	}
}

var errKeyTooShort = errors.New("the RSA key is too short for the hash")

// Raw applies the private RSA operation to a block as long as the modulus.
func (k *Key) Raw(block []byte) []byte {
	m, size := new(big.Int).SetBytes(block), (k.N.BitLen()+7)/8
	if k.p == nil {
		return m.Exp(m, k.D, k.N).FillBytes(make([]byte, size))
	}
	// By the Chinese remainder theorem, which takes a quarter of the time.
	one := big.NewInt(1)
	half := func(prime *big.Int) *big.Int {
		return new(big.Int).Exp(m, new(big.Int).Mod(k.D, new(big.Int).Sub(prime, one)), prime)
	}
	a, b := half(k.p), half(k.q)
	h := new(big.Int).Sub(a, b)
	h.Mul(h, new(big.Int).ModInverse(k.q, k.p)).Mod(h, k.p)
	return h.Mul(h, k.q).Add(h, b).FillBytes(make([]byte, size))
}

// signPKCS1 is RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.1).
func (s scheme) signPKCS1(k *Key, digest []byte) ([]byte, error) {
	info := tlv.Seq(s.hash.identifier(), tlv.Octets(digest))
	size := (k.N.BitLen() + 7) / 8
	if size < len(info)+11 {
		return nil, errKeyTooShort
	}
	block := make([]byte, size)
	block[1] = 1
	for i := 2; i < size-len(info)-1; i++ {
		block[i] = 0xFF
	}
	copy(block[size-len(info):], info)
	return k.Raw(block), nil
}

// signPSS is RSASSA-PSS (RFC 8017 §8.1.1) with MGF1 over the same hash.
func (s scheme) signPSS(k *Key, digest []byte) ([]byte, error) {
	bits := k.N.BitLen() - 1
	size := (bits + 7) / 8
	h := s.hash.Size()
	if size < h+s.salt+2 {
		return nil, errKeyTooShort
	}
	seed := hmac.New(s.hash.New, k.D.Bytes())
	seed.Write(digest)
	salt := mgf1(s.hash, seed.Sum(nil), s.salt)
	sum := s.hash.sum(make([]byte, 8), digest, salt)
	block := make([]byte, size)
	db := block[:size-h-1]
	db[len(db)-s.salt-1] = 1
	copy(db[len(db)-s.salt:], salt)
	for i, b := range mgf1(s.hash, sum, len(db)) {
		db[i] ^= b
	}
	db[0] &= 0xFF >> (size*8 - bits)
	copy(block[len(db):], sum)
	block[size-1] = 0xBC
	return k.Raw(block), nil
}

func mgf1(h hash, seed []byte, n int) []byte {
	var out []byte
	for i := 0; len(out) < n; i++ {
		out = append(out, h.sum(seed, []byte{byte(i >> 24), byte(i >> 16), byte(i >> 8), byte(i)})...)
	}
	return out[:n]
}

// SignECDSA signs a digest with the nonce of RFC 6979, so that the same input always gives the same signature.
func SignECDSA(c *domain.Curve, key *big.Int, f crypto.Hash, digest []byte) (r, s *big.Int) {
	size := (c.N.BitLen() + 7) / 8
	e := leftmost(digest, c.N)
	reduced := new(big.Int).Mod(e, c.N).FillBytes(make([]byte, size))
	seed := append(key.FillBytes(make([]byte, size)), reduced...)

	k, v := make([]byte, f.Size()), bytes.Repeat([]byte{1}, f.Size())
	sum := func(parts ...[]byte) []byte {
		m := hmac.New(f.New, k)
		for _, p := range parts {
			m.Write(p)
		}
		return m.Sum(nil)
	}
	for _, octet := range []byte{0, 1} {
		k = sum(v, []byte{octet}, seed)
		v = sum(v)
	}
	for {
		var t []byte
		for len(t) < size {
			v = sum(v)
			t = append(t, v...)
		}
		nonce := leftmost(t[:size], c.N)
		if nonce.Sign() > 0 && nonce.Cmp(c.N) < 0 {
			r = new(big.Int).Mod(c.Mul(nonce, c.G).X, c.N)
			s = new(big.Int).Mul(r, key)
			s.Add(s, e).Mul(s, new(big.Int).ModInverse(nonce, c.N)).Mod(s, c.N)
			if r.Sign() != 0 && s.Sign() != 0 {
				return r, s
			}
		}
		k = sum(v, []byte{0})
		v = sum(v)
	}
}

// leftmost is the number made of the leftmost bits of b, as many as n has.
func leftmost(b []byte, n *big.Int) *big.Int {
	e := new(big.Int).SetBytes(b)
	if excess := len(b)*8 - n.BitLen(); excess > 0 {
		e.Rsh(e, uint(excess)) //nolint:gosec // positive
	}
	return e
}
