package trust

import (
	hash "crypto/sha256"
	"errors"
	"fmt"
	"math/big"

	"github.com/skranke/skranke/mrtd/internal/der"
	"github.com/skranke/skranke/mrtd/internal/ec"
)

// Bounds of keys that are looked at. The largest CSCA key known is RSA-6144; a modulus of 16,384 bits is checked in a few
// milliseconds, and one under 1024 bits is weak, but a key. NIST SP 800-56B bounds the exponent by 2^256.
const (
	maxModulusBits  = 16384
	minModulusBits  = 256
	maxExponentBits = 256
)

var (
	oidRSA = der.MakeOID("1.2.840.113549.1.1.1")
	oidPSS = der.MakeOID("1.2.840.113549.1.1.10")
	oidEC  = der.MakeOID("1.2.840.10045.2.1")
)

// PublicKey is a key that verifies signatures: RSA, or ECDSA on a curve of [ec.Curves].
type PublicKey struct {
	n, e *big.Int   // RSA
	pss  *pssParams // what an RSASSA-PSS key is limited to; nil without a limit
	only bool       // the key is for RSASSA-PSS alone
	q    ec.Point   // ECDSA
	id   [32]byte
}

// ParsePublicKey reads a SubjectPublicKeyInfo (RFC 5280 §4.1, RFC 5480, RFC 4055) and checks that the key is one.
// Explicit curve parameters are compared whole with the known curves. Its error is a [*SignatureError].
func ParsePublicKey(spki []byte) (*PublicKey, error) {
	algorithm, bits, err := splitSPKI(spki)
	if err != nil {
		return nil, failed(CodeKey, "the key cannot be read: %v", err)
	}
	k := &PublicKey{}
	switch algorithm.OID {
	case oidRSA:
		err = k.readRSA(bits)
	case oidPSS:
		k.only = true
		if len(algorithm.Parameters) > 0 {
			p, perr := parsePSS(algorithm.Parameters)
			if perr != nil {
				return nil, perr
			}
			k.pss = p
		}
		err = k.readRSA(bits)
	case oidEC:
		err = k.readEC(algorithm.Parameters, bits)
	default:
		return nil, open(CodeAlgorithm, "a key of type %s", algorithm.OID)
	}
	if err != nil {
		return nil, err
	}
	k.id = k.identity()
	return k, nil
}

func splitSPKI(spki []byte) (a der.AlgorithmIdentifier, bits []byte, err error) {
	seq, err := der.Only(spki, der.Sequence)
	if err != nil {
		return a, nil, err
	}
	r := seq.Inside()
	if a, err = r.Algorithm(); err != nil {
		return a, nil, err
	}
	e, err := r.Read(der.BitString)
	if err != nil {
		return a, nil, err
	}
	if bits, err = der.Bits(e.Value); err != nil {
		return a, nil, err
	}
	return a, bits, r.End()
}

func (k *PublicKey) readRSA(b []byte) error {
	seq, err := der.Only(b, der.Sequence)
	if err != nil {
		return failed(CodeKey, "the RSA key cannot be read: %v", err)
	}
	r := seq.Inside()
	n, err1 := r.BigInt()
	e, err2 := r.BigInt()
	if err := errors.Join(err1, err2, r.End()); err != nil {
		return failed(CodeKey, "the RSA key cannot be read: %v", err)
	}
	switch {
	case n.Sign() <= 0 || n.Bit(0) == 0 || n.BitLen() < minModulusBits || n.BitLen() > maxModulusBits:
		return failed(CodeKey, "an RSA modulus of %d bits that is even, or out of bounds", n.BitLen())
	case e.Sign() <= 0 || e.Bit(0) == 0 || e.BitLen() > maxExponentBits:
		return failed(CodeKey, "an RSA exponent that is even, or out of bounds")
	}
	k.n, k.e = n, e
	return nil
}

func (k *PublicKey) readEC(parameters, point []byte) error {
	curve, err := ec.ParseParameters(parameters)
	if err != nil {
		if len(parameters) > 0 && parameters[0] == der.ObjectID {
			return open(CodeAlgorithm, "%v", err)
		}
		return open(CodeCurve, "%v", err)
	}
	if len(point) > 0 && (point[0] == 2 || point[0] == 3) {
		return open(CodeAlgorithm, "a compressed point")
	}
	q, err := curve.ParsePoint(point)
	if err != nil {
		return failed(CodeKey, "%v", err)
	}
	k.q = q
	return nil
}

// identity hashes the key's mathematics, so that certificates that encode one key in several ways (named curve or
// explicit parameters) are known to hold the same one.
func (k *PublicKey) identity() [32]byte {
	if k.n != nil {
		return hash.Sum256(fmt.Appendf(nil, "rsa %x %x", k.n, k.e))
	}
	return hash.Sum256(fmt.Appendf(nil, "ec %s %x", k.q.Curve.Name, k.q.Bytes()))
}

// ID identifies the key, whatever the form in which certificates hold it.
func (k *PublicKey) ID() [32]byte { return k.id }

// String names the key's kind: "RSA-3072", "brainpoolP256r1".
func (k *PublicKey) String() string {
	if k.n != nil {
		return fmt.Sprintf("RSA-%d", k.n.BitLen())
	}
	return k.q.Curve.Name
}

// Verify checks a signature over a message. algorithm is the signature's; digest is used where the algorithm leaves the
// hash to it, as rsaEncryption in CMS does (RFC 3370 §3.2). Its error is a [*SignatureError].
func (k *PublicKey) Verify(algorithm, digest der.AlgorithmIdentifier, message, signature []byte) error {
	s, err := findScheme(algorithm, digest)
	if err != nil {
		return err
	}
	switch {
	case s.kind == ecdsaScheme && k.n == nil:
		return k.verifyECDSA(s.digest.Sum(message), signature)
	case s.kind == plainScheme && k.n == nil:
		return k.verifyPlainECDSA(s.digest.Sum(message), signature)
	case s.kind == ecdsaScheme || s.kind == plainScheme || k.n == nil:
		return failed(CodeParameters, "a signature by %s with a key of type %s", algorithm.OID, k)
	case s.kind == pssScheme:
		if k.pss != nil && !k.pss.allows(s.pss) {
			return failed(CodeParameters, "the signature's RSASSA-PSS parameters are not those that the key is limited to")
		}
		return k.verifyPSS(s.pss, message, signature)
	case k.only:
		return failed(CodeParameters, "a key for RSASSA-PSS alone with a signature by %s", algorithm.OID)
	}
	return k.verifyPKCS1(s.digest, message, signature)
}
