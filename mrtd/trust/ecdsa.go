package trust

//lint:file-ignore SA1019 crypto/elliptic is the one interface that both NIST's and brainpool's curves offer; every point is checked before use.

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"math/big"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// verifyECDSA checks a signature in the form ECDSA-Sig-Value (RFC 3279 §2.2.3).
func (k *PublicKey) verifyECDSA(digest, signature []byte) error {
	seq, err := der.Only(signature, der.Sequence)
	if err != nil {
		return failed(CodeInvalid, "the ECDSA signature is not encoded as one: %v", err)
	}
	in := seq.Inside()
	r, err1 := in.BigInt()
	s, err2 := in.BigInt()
	if err1 != nil || err2 != nil || in.End() != nil {
		return failed(CodeInvalid, "the ECDSA signature is not encoded as one")
	}
	return k.VerifyECDSA(digest, r, s)
}

// verifyPlainECDSA checks a signature in the plain format: r and s, each as long as the order (BSI TR-03111 §5.2.1).
func (k *PublicKey) verifyPlainECDSA(digest, signature []byte) error {
	size := k.q.Curve.OrderBytes()
	if len(signature) != 2*size {
		return failed(CodeInvalid, "a plain ECDSA signature of %d octets on %s", len(signature), k)
	}
	return k.VerifyECDSA(digest, new(big.Int).SetBytes(signature[:size]), new(big.Int).SetBytes(signature[size:]))
}

// VerifyECDSA checks an ECDSA signature over a hash (BSI TR-03111 §4.2.1.2). r and s must lie in [1, n−1]. Its error is a
// [*SignatureError].
func (k *PublicKey) VerifyECDSA(digest []byte, r, s *big.Int) error {
	if k.n != nil {
		return failed(CodeParameters, "an ECDSA signature with a key of type %s", k)
	}
	curve := k.q.Curve.Elliptic()
	n := curve.Params().N
	if r.Sign() <= 0 || s.Sign() <= 0 || r.Cmp(n) >= 0 || s.Cmp(n) >= 0 {
		return failed(CodeRange, "an ECDSA value outside 1 to the order less 1")
	}
	if standard(curve) {
		if !ecdsa.Verify(&ecdsa.PublicKey{Curve: curve, X: k.q.X, Y: k.q.Y}, digest, r, s) {
			return failed(CodeInvalid, "ECDSA on %s", k)
		}
		return nil
	}
	w := new(big.Int).ModInverse(s, n)
	u1 := new(big.Int).Mul(leftBits(digest, n), w)
	u1.Mod(u1, n)
	u2 := new(big.Int).Mul(r, w)
	u2.Mod(u2, n)
	sum, err := k.q.Curve.CombinedMul(u1.Bytes(), k.q, u2.Bytes())
	if err != nil || sum.X.Mod(sum.X, n).Cmp(r) != 0 {
		return failed(CodeInvalid, "ECDSA on %s", k)
	}
	return nil
}

// standard tells whether crypto/ecdsa knows the curve.
func standard(c elliptic.Curve) bool {
	return c == elliptic.P224() || c == elliptic.P256() || c == elliptic.P384() || c == elliptic.P521()
}

// leftBits takes as many leftmost bits of a hash as the order has.
func leftBits(digest []byte, n *big.Int) *big.Int {
	z := new(big.Int).SetBytes(digest)
	if excess := 8*len(digest) - n.BitLen(); excess > 0 {
		z.Rsh(z, uint(excess))
	}
	return z
}
