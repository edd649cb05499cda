package trust

import (
	"bytes"
	"errors"
	"fmt"
	"time"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

// signedList is what master lists and deviation lists (Doc 9303-12 §9 and §10) have in common: a CMS object of a content
// type, signed by one whom extended key usage makes its signer.
type signedList struct {
	name        string
	contentType der.OID
	usage       der.OID
	signed      *cms.SignedData // nil where the list bears no signature
	// beside holds the certificates on the list, which may tie its signer's CSCA to one that is trusted.
	beside []*Certificate
}

// check verifies the list's own signature: made by one who may sign such lists, in its time and that of its CSCA, which
// base or run trusts. Where it is not strict, the CSCA may be on the list alone, if neither base nor run has another key
// of that country or of that identifier. It returns the claimed signing time, the signer, and the key that vouches for it.
func (l *signedList) check(base, run *Store, strict bool) (signed time.Time, signer *Certificate, anchor *Anchor, err error) {
	if l.signed == nil {
		return time.Time{}, nil, nil, errors.New("the list bears no signature")
	}
	if len(l.signed.SignerInfos) == 0 {
		return time.Time{}, nil, nil, errors.New("the list has no signer")
	}
	for i := range l.signed.SignerInfos {
		info := &l.signed.SignerInfos[i]
		if signed, err = l.attributes(info); err != nil {
			return signed, nil, nil, err
		}
		if signer, err = l.signer(info); err != nil {
			return signed, nil, nil, err
		}
		if anchor, err = l.anchored(signer, signed, base, run, strict); err != nil {
			return signed, signer, nil, err
		}
	}
	return signed, signer, anchor, nil
}

// attributes checks the signed attributes and gives the claimed signing time.
func (l *signedList) attributes(info *cms.SignerInfo) (time.Time, error) {
	if info.SignedAttributes == nil {
		return time.Time{}, errors.New("the list has no signed attributes")
	}
	types, n := info.Attribute(cms.ContentType)
	if n != 1 || len(types) != 1 || types[0].Tag != der.ObjectID || der.OID(types[0].Value) != l.contentType {
		return time.Time{}, errors.New("the signed content type is not that of such a list")
	}
	digest := FindDigest(info.Digest)
	if digest == nil {
		return time.Time{}, fmt.Errorf("unknown hash algorithm %s", info.Digest.OID)
	}
	digests, n := info.Attribute(cms.MessageDigest)
	if n != 1 || len(digests) != 1 || !bytes.Equal(digests[0].Value, digest.Sum(l.signed.Content)) {
		return time.Time{}, errors.New("the signed message digest is not that of the list")
	}
	times, n := info.Attribute(cms.SigningTime)
	if n != 1 || len(times) != 1 {
		return time.Time{}, errors.New("the list states no signing time")
	}
	return der.Time(times[0])
}

func (l *signedList) signer(info *cms.SignerInfo) (*Certificate, error) {
	var candidates []*Certificate
	for _, raw := range l.signed.Certificates {
		if c, err := ParseCertificate(raw); err == nil {
			candidates = append(candidates, c)
		}
	}
	err := errors.New("the signer's certificate is not in the list")
	for _, c := range MatchSigner(info, candidates) {
		var key *PublicKey
		if key, err = c.PublicKey(); err != nil {
			continue
		}
		if err = key.Verify(info.Algorithm, info.Digest, info.SignedAttributes, info.Signature); err == nil {
			return c, nil
		}
	}
	return nil, err
}

func (l *signedList) anchored(signer *Certificate, signed time.Time, base, run *Store, strict bool) (*Anchor, error) {
	if limited, allowed := signer.Limited(l.usage); !limited || !allowed {
		return nil, fmt.Errorf("the signer may not sign such lists: extended key usage %s is missing", l.usage)
	}
	if signer.HasUsage && signer.Usage&DigitalSignature == 0 || len(signer.UnknownCritical) > 0 {
		return nil, errors.New("the signer may not sign: key usage, or an unknown critical extension")
	}
	if !signer.ValidAt(signed) {
		return nil, errors.New("the signer's certificate was not valid at the signing time")
	}
	held := newStore()
	for _, s := range []*Store{base, run} {
		if s != nil {
			held.merge(s)
		}
	}
	issuer := held.findIssuer(signer)
	if issuer.Anchor == nil || issuer.Anchor.standing != Trusted {
		// The list's own links may tie its signer's CSCA to a key that is trusted, or the CSCA be on the list alone.
		both := newStore()
		both.merge(held)
		for _, c := range l.beside {
			both.add(c, l.name, false)
		}
		issuer = both.findIssuer(signer)
	}
	switch {
	case issuer.Anchor == nil:
		return nil, fmt.Errorf("no CSCA is at hand for the signer %s", signer.Subject)
	case issuer.Err != nil:
		return nil, fmt.Errorf("the signer's certificate: %w", issuer.Err)
	case issuer.Anchor.Country() != signer.Country():
		return nil, errors.New("the signer's CSCA is of another country")
	case issuer.Anchor.standing == Distrusted:
		return nil, errors.New("the signer's CSCA is distrusted")
	case !issuer.Anchor.validAt(signed):
		return nil, errors.New("the signer's CSCA was not valid at the signing time")
	case issuer.Anchor.standing == Trusted:
		return issuer.Anchor, nil
	case strict:
		return nil, fmt.Errorf("nothing that is trusted vouches for the signer's CSCA, %s (SHA-256 %s)",
			issuer.Anchor.entries[0].cert.Subject, issuer.Anchor.entries[0].cert.Fingerprint())
	case !contradicted(issuer.Anchor, held.entries):
		return issuer.Anchor, nil
	}
	return nil, fmt.Errorf("the signer's CSCA is not trusted, and another key of %s is", signer.Country())
}

// contradicted tells whether a certificate that is held is of the anchor's country or key identifier with another key.
func contradicted(a *Anchor, held []*entry) bool {
	for _, e := range held {
		if e.cert.Country() != a.Country() && keyID(e.cert) != keyID(a.entries[0].cert) {
			continue
		}
		key, err := e.cert.PublicKey()
		if err != nil || key.ID() != a.key.ID() {
			return true
		}
	}
	return false
}
