package trust

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"time"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

// maxList is the largest master list that is read, in octets, and listLimits bounds its shape. The lists known have up
// to 900,000 octets; a certificate has about 150 elements.
const maxList = 32 << 20

var listLimits = der.Limits{Depth: 32, Elements: 1 << 21}

var oidMasterList = der.MakeOID("2.23.136.1.1.2")

// masterList is a CSCA master list (Doc 9303-12 §9.2) before it is known what it is worth.
type masterList struct {
	name   string
	signed *cms.SignedData // nil for a bare list
	// certs is what is on it; skipped counts entries that are no certificates of authorities, or cannot be read.
	certs   []*Certificate
	skipped int
}

var errNoList = errors.New("no CSCA master list")

// parseMasterList reads a master list, signed or bare.
func parseMasterList(name string, b []byte) (*masterList, error) {
	if len(b) > maxList {
		return nil, fmt.Errorf("a list of %d octets: %w", len(b), der.ErrTooComplex)
	}
	list := &masterList{name: name}
	content := b
	if sd, rest, err := cms.Parse(b, listLimits); err == nil {
		if sd.ContentType != oidMasterList {
			return nil, fmt.Errorf("%w: the signed content is of type %s", errNoList, sd.ContentType)
		}
		if rest > 0 {
			return nil, der.ErrTrailing
		}
		list.signed, content = sd, sd.Content
	} else if errors.Is(err, der.ErrTooComplex) {
		return nil, err
	}
	shape, err := der.Scan(content, listLimits)
	if err != nil {
		return nil, err
	}
	if shape.Size != len(content) {
		return nil, der.ErrTrailing
	}
	seq, err := der.Only(content, der.Sequence)
	if err != nil {
		return nil, err
	}
	r := seq.Inside()
	if version, err := r.Int(); err != nil || version != 0 {
		return nil, fmt.Errorf("%w: not of version 0", errNoList)
	}
	set, err := r.Read(der.Set)
	if err != nil {
		return nil, err
	}
	for in := set.Inside(); !in.Empty(); {
		e, err := in.Next()
		if err != nil {
			return nil, err
		}
		c, err := ParseCertificate(e.Raw)
		if err != nil {
			list.skipped++
			continue
		}
		list.certs = append(list.certs, c)
	}
	return list, r.End()
}

// check verifies the list's own signature: made by one who may sign lists (extended key usage 2.23.136.1.1.3), in its
// time and that of its CSCA, which base or run trusts, or which the list itself holds where neither has another key of
// that country or of that identifier. It returns the signing time and the signer.
func (l *masterList) check(base, run *Store) (signed time.Time, signer *Certificate, err error) {
	if l.signed == nil {
		return time.Time{}, nil, errors.New("the list bears no signature")
	}
	if len(l.signed.SignerInfos) == 0 {
		return time.Time{}, nil, errors.New("the list has no signer")
	}
	for i := range l.signed.SignerInfos {
		info := &l.signed.SignerInfos[i]
		if signed, err = l.attributes(info); err != nil {
			return signed, nil, err
		}
		if signer, err = l.signer(info); err != nil {
			return signed, nil, err
		}
		if err := l.anchored(signer, signed, base, run); err != nil {
			return signed, signer, err
		}
	}
	return signed, signer, nil
}

// attributes checks the signed attributes and gives the claimed signing time.
func (l *masterList) attributes(info *cms.SignerInfo) (time.Time, error) {
	if info.SignedAttributes == nil {
		return time.Time{}, errors.New("the list has no signed attributes")
	}
	types, n := info.Attribute(cms.ContentType)
	if n != 1 || len(types) != 1 || types[0].Tag != der.ObjectID || der.OID(types[0].Value) != oidMasterList {
		return time.Time{}, errors.New("the signed content type is not that of a master list")
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

func (l *masterList) signer(info *cms.SignerInfo) (*Certificate, error) {
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

func (l *masterList) anchored(signer *Certificate, signed time.Time, base, run *Store) error {
	if limited, allowed := signer.Limited(oidMasterListSigner); !limited || !allowed {
		return errors.New("the signer may not sign master lists: extended key usage 2.23.136.1.1.3 is missing")
	}
	if signer.HasUsage && signer.Usage&DigitalSignature == 0 || len(signer.UnknownCritical) > 0 {
		return errors.New("the signer may not sign: key usage, or an unknown critical extension")
	}
	if !signer.ValidAt(signed) {
		return errors.New("the signer's certificate was not valid at the signing time")
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
		for _, c := range l.certs {
			both.add(c, l.name, false)
		}
		issuer = both.findIssuer(signer)
	}
	switch {
	case issuer.Anchor == nil:
		return fmt.Errorf("no CSCA is at hand for the signer %s", signer.Subject)
	case issuer.Err != nil:
		return fmt.Errorf("the signer's certificate: %w", issuer.Err)
	case issuer.Anchor.Country() != signer.Country():
		return errors.New("the signer's CSCA is of another country")
	case issuer.Anchor.standing == Distrusted:
		return errors.New("the signer's CSCA is distrusted")
	case !issuer.Anchor.validAt(signed):
		return errors.New("the signer's CSCA was not valid at the signing time")
	case issuer.Anchor.standing == Trusted, !contradicted(issuer.Anchor, held.entries):
		return nil
	}
	return fmt.Errorf("the signer's CSCA is not trusted, and another key of %s is", signer.Country())
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

// take puts the list into a store, trusted if its signature counts.
func (s *Store) take(l *masterList, base *Store) {
	signed, signer, err := l.check(base, s)
	entry := List{Name: filepath.Base(l.name), Date: signed, Certificates: len(l.certs), Verified: err == nil}
	if signer != nil {
		entry.Signer = signer.Subject.String()
	}
	if err != nil {
		entry.Problem = err.Error()
	}
	s.lists = append(s.lists, entry)
	for _, c := range l.certs {
		s.add(c, l.name, err == nil)
	}
	if l.skipped > 0 {
		s.skipped = append(s.skipped, Skipped{l.name, fmt.Sprintf("%d entries that are no certificates", l.skipped)})
	}
}
