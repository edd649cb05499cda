package chipproof

//lint:file-ignore SA1019 ecdsa.PublicKey's coordinates are the only way to a key on a brainpool curve.

import (
	"context"
	"crypto"
	"crypto/ecdsa"
	"crypto/rsa"
	_ "crypto/sha1"   // active authentication's hashes
	_ "crypto/sha256" // likewise
	_ "crypto/sha512" // likewise
	"crypto/subtle"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/ec"
)

// ChallengeLen is the length of active authentication's challenge, RND.IFD, in bytes (Doc 9303-11 §6.1).
const ChallengeLen = 8

// ErrWrongSignature says that the chip's signature over the challenge does not verify with the key given.
var ErrWrongSignature = errors.New("the chip's signature does not verify")

// AA is active authentication with one key.
type AA struct {
	// Protocol is its name: "AA-RSA" or "AA-ECDSA".
	Protocol string
	size     int // most bytes of a signature
	verify   func(challenge, signature []byte) error
}

// plainECDSA maps the last number of the plain ECDSA object identifiers (TR-03111 §5.2.1.1) to hashes.
var (
	idPlainECDSA = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 1, 4, 1}
	plainECDSA   = map[int]crypto.Hash{1: crypto.SHA1, 2: crypto.SHA224, 3: crypto.SHA256, 4: crypto.SHA384, 5: crypto.SHA512}
)

// NewAA prepares active authentication with DG15's key (SubjectPublicKeyInfo, DER). signatureAlgorithm is what DG14's
// ActiveAuthenticationInfo states; ECDSA needs it, RSA does not, whose signatures name their hash (Doc 9303-11 §6.1.2). The error
// matches ErrUnsupported, ErrUnknownGroup or ErrInvalidKey where the key is at fault.
func NewAA(spki []byte, signatureAlgorithm asn1.ObjectIdentifier) (AA, error) {
	point, err := ec.ParsePublicKey(spki)
	if err == nil {
		n := len(idPlainECDSA)
		if len(signatureAlgorithm) != n+1 || !signatureAlgorithm[:n].Equal(idPlainECDSA) {
			return AA{}, fmt.Errorf("%w: DG14 names no hash for the ECDSA key of DG15", ErrUnsupported)
		}
		hash, ok := plainECDSA[signatureAlgorithm[n]]
		if !ok {
			return AA{}, fmt.Errorf("%w: plain ECDSA with hash %d", ErrUnsupported, signatureAlgorithm[n])
		}
		return AA{"AA-ECDSA", 2*point.Curve.OrderBytes() + 16, func(challenge, signature []byte) error {
			return verifyECDSA(point, hash, challenge, signature)
		}}, nil
	}
	if !errors.Is(err, ec.ErrKeyType) {
		return AA{}, badKey(err)
	}
	public, err := parseRSA(spki)
	if err != nil {
		return AA{}, err
	}
	return AA{"AA-RSA", public.Size(), func(challenge, signature []byte) error {
		return verifyISO9796(public, challenge, signature)
	}}, nil
}

// The sizes of an RSA modulus that is taken, in bits, and the largest public exponent. Real ones have 1024 to 4096 bits.
const (
	minModulus  = 512
	maxModulus  = 8192
	maxExponent = 1<<31 - 1
)

var oidRSA = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 1, 1}

// parseRSA reads a SubjectPublicKeyInfo with an RSA key (RFC 3279 §2.3.1), with the NULL parameter or without, as chips have it. Errors are
// ErrUnsupported and ErrInvalidKey.
func parseRSA(spki []byte) (*rsa.PublicKey, error) {
	var info struct {
		Algorithm struct {
			Algorithm  asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		PublicKey asn1.BitString
	}
	var key struct{ N, E *big.Int }
	rest, err := asn1.Unmarshal(spki, &info)
	if err != nil || len(rest) != 0 || !info.Algorithm.Algorithm.Equal(oidRSA) {
		return nil, fmt.Errorf("%w: the key of DG15", ErrUnsupported)
	}
	if rest, err = asn1.Unmarshal(info.PublicKey.RightAlign(), &key); err != nil || len(rest) != 0 {
		return nil, ErrInvalidKey
	}
	bits := key.N.BitLen()
	if key.N.Sign() <= 0 || bits < minModulus || bits > maxModulus || key.N.Bit(0) == 0 ||
		key.E.Cmp(big.NewInt(3)) < 0 || key.E.Cmp(big.NewInt(maxExponent)) > 0 || key.E.Bit(0) == 0 {
		return nil, fmt.Errorf("%w: out of bounds", ErrInvalidKey)
	}
	return &rsa.PublicKey{N: key.N, E: int(key.E.Int64())}, nil
}

// Run lets the chip sign a fresh challenge (INTERNAL AUTHENTICATE, Doc 9303-11 §6.1.2) and verifies the signature. It returns challenge and signature
// for the record. Errors: *RefusedError, ErrWrongSignature, or the channel's.
func (a AA) Run(ctx context.Context, ch *apdu.Channel, random io.Reader) (challenge, signature []byte, err error) {
	challenge = make([]byte, ChallengeLen)
	if _, err := io.ReadFull(random, challenge); err != nil {
		return nil, nil, fmt.Errorf("drawing a challenge: %w", err)
	}
	// A signature that does not fit a short protected answer needs extended length (Australian passports); a chip that
	// refuses that is asked once more in the short form.
	cmd := apdu.Command{INS: 0x88, Data: challenge, Le: apdu.MaxShortLe, Extended: a.size > ch.MaxPlain(apdu.MaxShortLe)}
	signature, err = ch.Do(ctx, cmd)
	var status apdu.Status
	if cmd.Extended && errors.Is(err, apdu.WrongLength) && !errors.Is(err, apdu.ErrSecureMessaging) {
		cmd.Extended = false
		signature, err = ch.Do(ctx, cmd)
	}
	if errors.As(err, &status) && !errors.Is(err, apdu.ErrSecureMessaging) {
		return challenge, nil, &RefusedError{"INTERNAL AUTHENTICATE", status}
	}
	if err != nil {
		return challenge, nil, err
	}
	return challenge, signature, a.verify(challenge, signature)
}

// verifyECDSA takes a signature as r‖s (TR-03111 §5.2.1) or, as some chips send it, as a DER sequence.
func verifyECDSA(p ec.Point, hash crypto.Hash, challenge, signature []byte) error {
	r, s := new(big.Int), new(big.Int)
	n := p.Curve.OrderBytes()
	var pair struct{ R, S *big.Int }
	if len(signature) == 2*n {
		r.SetBytes(signature[:n])
		s.SetBytes(signature[n:])
	} else if rest, err := asn1.Unmarshal(signature, &pair); err == nil && len(rest) == 0 {
		r, s = pair.R, pair.S
	} else {
		return fmt.Errorf("%w: it has the wrong length", ErrWrongSignature)
	}
	order := p.Curve.Elliptic().Params().N
	for _, v := range []*big.Int{r, s} {
		if v.Sign() <= 0 || v.Cmp(order) >= 0 {
			return fmt.Errorf("%w: it is out of range", ErrWrongSignature)
		}
	}
	h := hash.New()
	h.Write(challenge)
	key := ecdsa.PublicKey{Curve: p.Curve.Elliptic(), X: p.X, Y: p.Y}
	if !ecdsa.Verify(&key, h.Sum(nil), r, s) {
		return ErrWrongSignature
	}
	return nil
}

// trailers are the hash identifiers of ISO/IEC 10118-3 in the two-byte trailer xxCC of ISO/IEC 9796-2.
var trailers = map[byte]crypto.Hash{0x33: crypto.SHA1, 0x34: crypto.SHA256, 0x35: crypto.SHA512, 0x36: crypto.SHA384, 0x38: crypto.SHA224}

// verifyISO9796 is signature opening of ISO/IEC 9796-2 digital signature scheme 1 with partial message recovery: the recovered block is
// 6A ‖ M1 ‖ H(M1 ‖ M2) ‖ trailer, and M2 is the challenge.
func verifyISO9796(key *rsa.PublicKey, challenge, signature []byte) error {
	s := new(big.Int).SetBytes(signature)
	if len(signature) != key.Size() || s.Cmp(key.N) >= 0 {
		return fmt.Errorf("%w: it has the wrong length", ErrWrongSignature)
	}
	opened := new(big.Int).Exp(s, big.NewInt(int64(key.E)), key.N)
	for _, block := range []*big.Int{opened, new(big.Int).Sub(key.N, opened)} { // the signer may have sent N − s, §B.6
		if recovered(block.FillBytes(make([]byte, key.Size())), challenge) {
			return nil
		}
	}
	return ErrWrongSignature
}

func recovered(block, challenge []byte) bool {
	if len(block) < 2 {
		return false
	}
	hash, trailer := crypto.SHA1, 1
	switch end := block[len(block)-1]; end {
	case 0xBC:
	case 0xCC:
		trailer = 2
		if hash = trailers[block[len(block)-2]]; hash == 0 {
			return false
		}
	default:
		return false
	}
	end := len(block) - trailer - hash.Size()
	if block[0] != 0x6A || end < 1 {
		return false
	}
	h := hash.New()
	h.Write(block[1:end])
	h.Write(challenge)
	return subtle.ConstantTimeCompare(h.Sum(nil), block[end:end+hash.Size()]) == 1
}
