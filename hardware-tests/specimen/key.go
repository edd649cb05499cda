package specimen

import (
	"encoding/asn1"
	"errors"
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"sync"

	"github.com/skranke/skranke/hardware-tests/chip/domain"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// KeySpec names a kind of key: rsa-3072, rsa-2048-e3 for a public exponent of 3, or a curve by its name, with "-explicit"
// for one whose parameters are written out in full.
type KeySpec string

var (
	oidRSA        = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}
	oidECKey      = asn1.ObjectIdentifier{1, 2, 840, 10045, 2, 1}
	oidPrimeField = asn1.ObjectIdentifier{1, 2, 840, 10045, 1, 1}
)

// Key is a private key of the specimen PKI. It protects nothing and may be shown to anyone.
type Key struct {
	// N, E and D are the numbers of an RSA key.
	N, E, D *big.Int
	p, q    *big.Int // the primes, when they are known
	// Curve and Scalar are those of an ECDSA key. Explicit says that its public key writes the curve out in full.
	Curve    *domain.Curve
	Scalar   *big.Int
	Explicit bool
}

var keys sync.Map // of cacheKey to *Key: RSA keys take a while

type cacheKey struct {
	seed    uint64
	purpose string
	spec    KeySpec
}

// makeKey makes the key that belongs to a seed, a purpose and a kind.
func makeKey(seed uint64, purpose string, spec KeySpec) (*Key, error) {
	id := cacheKey{seed, purpose, spec}
	if k, ok := keys.Load(id); ok {
		return k.(*Key), nil
	}
	k, err := newKey(seed, purpose, spec)
	if err != nil {
		return nil, err
	}
	keys.Store(id, k)
	return k, nil
}

func newKey(seed uint64, purpose string, spec KeySpec) (*Key, error) {
	random := stream(seed, "key", purpose, string(spec))
	rest, isRSA := strings.CutPrefix(string(spec), "rsa-")
	if !isRSA {
		name, explicit := strings.CutSuffix(string(spec), "-explicit")
		c, err := domain.CurveByName(name)
		if err != nil {
			return nil, err
		}
		s, err := c.Scalar(random)
		if err != nil {
			return nil, err
		}
		return &Key{Curve: c, Scalar: s, Explicit: explicit}, nil
	}
	e := big.NewInt(65537)
	if before, ok := strings.CutSuffix(rest, "-e3"); ok {
		rest, e = before, big.NewInt(3)
	}
	bits, err := strconv.Atoi(rest)
	if err != nil || bits < 512 || bits > 6144 || bits%16 != 0 {
		return nil, fmt.Errorf("key %q: RSA has 512 to 6144 bits, a multiple of 16", spec)
	}
	p, q := prime(random, bits/2, e), prime(random, bits/2, e)
	n := new(big.Int).Mul(p, q)
	phi := new(big.Int).Sub(n, p)
	phi.Sub(phi, q).Add(phi, big.NewInt(1))
	d := new(big.Int).ModInverse(e, phi)
	if d == nil || p.Cmp(q) == 0 {
		return nil, errors.New("RSA key generation failed")
	}
	return &Key{N: n, E: e, D: d, p: p, q: q}, nil
}

// SubjectPublicKeyInfo is the public key as certificates and security infos carry it.
func (k *Key) SubjectPublicKeyInfo() []byte {
	if k.Curve == nil {
		return tlv.Seq(tlv.Seq(tlv.OID(oidRSA), null), tlv.Bits(k.publicKey()))
	}
	return ecPublicKeyInfo(k.Curve, k.publicKey(), k.Explicit)
}

// publicKey is the subjectPublicKey's content, which key identifiers are the SHA-1 of.
func (k *Key) publicKey() []byte {
	if k.Curve == nil {
		return tlv.Seq(tlv.BigInt(k.N), tlv.BigInt(k.E))
	}
	return k.Curve.Encode(k.Curve.Mul(k.Scalar, k.Curve.G))
}

func ecPublicKeyInfo(c *domain.Curve, public []byte, explicit bool) []byte {
	parameters := tlv.OID(c.OID)
	if explicit {
		parameters = explicitParameters(c)
	}
	return tlv.Seq(tlv.Seq(tlv.OID(oidECKey), parameters), tlv.Bits(public))
}

// explicitParameters writes a curve out in full (SEC 1 §C.2).
func explicitParameters(c *domain.Curve) []byte {
	size := c.Size()
	element := func(n *big.Int) []byte { return tlv.Octets(n.FillBytes(make([]byte, size))) }
	return tlv.Seq(
		tlv.Int(1),
		tlv.Seq(tlv.OID(oidPrimeField), tlv.BigInt(c.P)),
		tlv.Seq(element(c.A), element(c.B)),
		tlv.Octets(c.Encode(c.G)),
		tlv.BigInt(c.N),
		tlv.Int(1),
	)
}
