package trust

import (
	hash "crypto/sha256"
	"encoding/hex"
	"fmt"
	"math/big"
	"sync"
	"time"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// maxCertificate is the largest certificate that is looked at, in octets. The largest CSCA certificate known has 2,300.
const maxCertificate = 64 << 10

var certificateLimits = der.Limits{Depth: 24, Elements: 4096}

// Certificate is an X.509 certificate (RFC 5280 §4.1), read as leniently as the certificates that states have issued
// need, and never more trusting for it. It does not change after it is parsed and may be used by several goroutines.
type Certificate struct {
	// Raw is the whole certificate, DER; the other slices are parts of it.
	Raw []byte
	// TBS is the part that is signed.
	TBS []byte
	// Version is 1, 2 or 3.
	Version int
	Serial  *big.Int
	// Algorithm is the signature's algorithm, as it stands outside the signed part.
	Algorithm der.AlgorithmIdentifier
	Signature []byte
	Issuer    Name
	Subject   Name
	// NotBefore and NotAfter are zero where they cannot be read.
	NotBefore, NotAfter time.Time
	// SPKI is the SubjectPublicKeyInfo, DER.
	SPKI []byte

	extensions
	// algorithmsDiffer tells that the algorithm inside the signed part is another one than that outside.
	algorithmsDiffer bool
	fingerprint      [32]byte

	keyOnce sync.Once
	key     *PublicKey
	keyErr  error
}

// ParseCertificate reads one certificate in DER, at most 64 KB. Errors match those of package der.
func ParseCertificate(b []byte) (*Certificate, error) {
	if len(b) > maxCertificate {
		return nil, fmt.Errorf("a certificate of %d octets: %w", len(b), der.ErrTooComplex)
	}
	parts, err := takeApart(b, certificateLimits)
	if err != nil {
		return nil, err
	}
	c := &Certificate{Raw: parts.raw, fingerprint: hash.Sum256(parts.raw)}
	c.PathLength = -1
	c.TBS, c.Algorithm, c.Signature = parts.tbs.Raw, parts.algorithm, parts.signature
	return c, c.readTBS(parts.tbs.Inside())
}

func (c *Certificate) readTBS(r *der.Reader) error {
	version, ok, err := r.Optional(der.Context(0))
	if err != nil {
		return err
	}
	c.Version = 1
	if ok {
		n, err := version.Inside().Int()
		if err != nil {
			return err
		}
		c.Version = n + 1
	}
	if c.Serial, err = r.BigInt(); err != nil {
		return err
	}
	inner, err := r.Algorithm()
	if err != nil {
		return err
	}
	c.algorithmsDiffer = inner.OID != c.Algorithm.OID ||
		(string(inner.Parameters) != string(c.Algorithm.Parameters) && !(inner.NoParameters() && c.Algorithm.NoParameters()))
	issuer, err := r.Read(der.Sequence)
	if err != nil {
		return err
	}
	c.Issuer = issuer.Raw
	validity, err := r.Read(der.Sequence)
	if err != nil {
		return err
	}
	times := validity.Inside()
	from, err := times.Next()
	if err != nil {
		return err
	}
	to, err := times.Next()
	if err != nil {
		return err
	}
	if notBefore, err := der.Time(from); err == nil {
		c.NotBefore = notBefore
	}
	if notAfter, err := der.Time(to); err == nil {
		c.NotAfter = notAfter
	}
	subject, err := r.Read(der.Sequence)
	if err != nil {
		return err
	}
	c.Subject = subject.Raw
	spki, err := r.Read(der.Sequence)
	if err != nil {
		return err
	}
	c.SPKI = spki.Raw
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return err
		}
		if e.Tag == der.Context(3) {
			c.readExtensions(e.Value)
		}
	}
	return nil
}

// PublicKey returns the subject's key. Its error is a [*SignatureError].
func (c *Certificate) PublicKey() (*PublicKey, error) {
	c.keyOnce.Do(func() { c.key, c.keyErr = ParsePublicKey(c.SPKI) })
	return c.key, c.keyErr
}

// Fingerprint is the SHA-256 of the certificate, in lower-case hexadecimal.
func (c *Certificate) Fingerprint() string { return hex.EncodeToString(c.fingerprint[:]) }

// KeyID is the subject key identifier in lower-case hexadecimal; empty when the certificate states none.
func (c *Certificate) KeyID() string { return hex.EncodeToString(c.SubjectKeyID) }

// Country is the subject's country in capital letters, or, where the subject has none, the issuer's; empty when neither
// has one.
func (c *Certificate) Country() string {
	if country := c.Subject.Country(); country != "" {
		return country
	}
	return c.Issuer.Country()
}

// ValidAt tells whether the certificate is in its time, both ends inclusive to the second. It is false where the dates
// cannot be read.
func (c *Certificate) ValidAt(t time.Time) bool {
	t = t.Truncate(time.Second)
	return !c.NotBefore.IsZero() && !c.NotAfter.IsZero() && !t.Before(c.NotBefore) && !t.After(c.NotAfter)
}

// VerifiedBy checks the certificate's signature with a key. Its error is a [*SignatureError].
func (c *Certificate) VerifiedBy(key *PublicKey) error {
	if c.algorithmsDiffer {
		return failed(CodeParameters, "the certificate names two signature algorithms")
	}
	return key.Verify(c.Algorithm, der.AlgorithmIdentifier{}, c.TBS, c.Signature)
}

// x509Parts are the parts of what X.509 signs: a certificate or a revocation list (RFC 5280 §4.1, §5.1).
type x509Parts struct {
	raw       []byte
	tbs       der.Element
	algorithm der.AlgorithmIdentifier
	signature []byte
}

// takeApart takes apart what must be b and nothing else.
func takeApart(b []byte, limits der.Limits) (parts x509Parts, err error) {
	shape, err := der.Scan(b, limits)
	if err != nil {
		return x509Parts{}, err
	}
	if shape.Size != len(b) {
		return x509Parts{}, der.ErrTrailing
	}
	outer, err := der.Only(b, der.Sequence)
	if err != nil {
		return x509Parts{}, err
	}
	parts.raw = outer.Raw
	r := outer.Inside()
	if parts.tbs, err = r.Read(der.Sequence); err != nil {
		return x509Parts{}, err
	}
	if parts.algorithm, err = r.Algorithm(); err != nil {
		return x509Parts{}, err
	}
	bits, err := r.Read(der.BitString)
	if err != nil {
		return x509Parts{}, err
	}
	if parts.signature, err = der.Bits(bits.Value); err != nil {
		return x509Parts{}, err
	}
	return parts, r.End()
}
