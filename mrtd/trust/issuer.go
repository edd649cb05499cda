package trust

import (
	stdsha1 "crypto/sha1"
	hash "crypto/sha256"
	"errors"
	"time"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// Standing tells what a CSCA key is worth.
type Standing int

// The standings, in ascending order of worth.
const (
	// None: no certificate of the key is one of an authority that vouches for itself or that an anchor vouches for.
	None Standing = iota
	// Unverified: the key stands only on a list whose own signature was not verified.
	Unverified
	// Distrusted: the key is marked as distrusted.
	Distrusted
	// Trusted: the key is an anchor.
	Trusted
)

func (s Standing) String() string {
	return [...]string{"none", "unverified", "distrusted", "trusted"}[s]
}

// entry is one CSCA certificate in the store.
type entry struct {
	cert *Certificate
	// vouchers are the keys by which it counts: see [Store.vouch].
	vouchers [][32]byte
	sources  []string
}

// Anchor is one CSCA key with the certificates that hold it. Several certificates of one key are one anchor.
type Anchor struct {
	key      *PublicKey
	entries  []*entry
	resolved bool
	standing Standing
	// certs holds the certificates by which the key has its standing: self-signed ones first, then links.
	certs []*Certificate
	// before holds the keys that signed its links.
	before []*Anchor
}

// Standing tells what the key is worth.
func (a *Anchor) Standing() Standing { return a.standing }

// Key is the anchor's key.
func (a *Anchor) Key() *PublicKey { return a.key }

// CertificateAt returns the anchor's certificate that is valid at the time given, a self-signed one before a link, or,
// where none is, the one that ends last.
func (a *Anchor) CertificateAt(at time.Time) *Certificate {
	var last *Certificate
	for _, c := range a.certs {
		if c.ValidAt(at) {
			return c
		}
		if last == nil || c.NotAfter.After(last.NotAfter) {
			last = c
		}
	}
	if last == nil {
		return a.entries[0].cert
	}
	return last
}

// Country is the country of the anchor's certificates.
func (a *Anchor) Country() string {
	if len(a.certs) > 0 {
		return a.certs[0].Country()
	}
	return a.entries[0].cert.Country()
}

// Issuer is what the store knows of the authority that a certificate names as its issuer.
type Issuer struct {
	// Anchor is the key that verified the certificate; where none did, the one that was to, or nil where the store
	// holds no key for it that stands for anything.
	Anchor *Anchor
	// Err is nil where Anchor's key verified the certificate; otherwise it is a [*SignatureError] or nil with Anchor nil.
	Err error
	// ByKeyID tells that the certificate names its issuer's key by its identifier; otherwise the name was all there was
	// to go by.
	ByKeyID bool
	// NameDiffers tells that the issuer's name in the certificate is not the authority's own, in more than string type
	// and case.
	NameDiffers bool
	// Rootless tells that the store holds certificates of the key, but none that an anchor vouches for.
	Rootless bool
}

// FindIssuer looks for the CSCA key that signed a certificate: by key identifier where the certificate has one, else
// among the keys of the issuer's name (Doc 9303-12 §7.1.1).
func (s *Store) FindIssuer(c *Certificate) Issuer {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.findIssuer(c)
}

func (s *Store) findIssuer(c *Certificate) Issuer {
	found := Issuer{ByKeyID: c.AuthorityKeyID != nil}
	candidates := s.issuersOf(c)
	for standing := Trusted; standing > None; standing-- {
		for _, a := range candidates {
			if s.resolve(a); a.standing != standing {
				continue
			}
			err := s.verified(c, a.key)
			if err == nil {
				found.Anchor, found.Err = a, nil
				found.NameDiffers = !namesIssuer(c, a)
				return found
			}
			if found.Anchor == nil || betterError(err, found.Err) {
				found.Anchor, found.Err = a, err
			}
		}
		if found.ByKeyID && found.Anchor != nil {
			break // a key of less worth that bears the same identifier makes no false signature good
		}
	}
	found.Rootless = found.Anchor == nil && len(candidates) > 0
	return found
}

// betterError prefers an open verdict to a false one: with several candidates, the one that cannot be judged may be
// right.
func betterError(err, than error) bool {
	var a, b *SignatureError
	return errors.As(err, &a) && errors.As(than, &b) && a.Open && !b.Open
}

func namesIssuer(c *Certificate, a *Anchor) bool {
	for _, e := range a.entries {
		if c.Issuer.Equal(e.cert.Subject) {
			return true
		}
	}
	return false
}

// issuersOf lists the keys that may have signed the certificate.
func (s *Store) issuersOf(c *Certificate) []*Anchor {
	if c.AuthorityKeyID != nil {
		return s.keysByID(string(c.AuthorityKeyID))
	}
	var keys []*Anchor
	for _, e := range s.bySubject(c.Issuer) {
		for _, a := range s.keysByID(keyID(e.cert)) {
			for _, other := range a.entries {
				if other == e {
					keys = appendOnce(keys, a)
				}
			}
		}
	}
	return keys
}

func appendOnce(keys []*Anchor, a *Anchor) []*Anchor {
	for _, k := range keys {
		if k == a {
			return keys
		}
	}
	return append(keys, a)
}

// keyID gives the identifier that certificates signed by this one name: the subject key identifier, or, where there is
// none, the SHA-1 of the key (RFC 5280 §4.2.1.2, method 1).
func keyID(c *Certificate) string {
	if len(c.SubjectKeyID) > 0 {
		return string(c.SubjectKeyID)
	}
	_, bits, err := splitSPKI(c.SPKI)
	if err != nil {
		return ""
	}
	sum := stdsha1.Sum(bits)
	return string(sum[:])
}

// keysByID returns the keys whose certificates bear the identifier. Certificates whose key cannot be used are left out.
func (s *Store) keysByID(id string) []*Anchor {
	if keys, ok := s.keys[id]; ok {
		return keys
	}
	var keys []*Anchor
next:
	for _, e := range s.byKeyID[id] {
		key, err := e.cert.PublicKey()
		if err != nil {
			continue
		}
		for _, a := range keys {
			if a.key.ID() == key.ID() {
				a.entries = append(a.entries, e)
				continue next
			}
		}
		keys = append(keys, &Anchor{key: key, entries: []*entry{e}})
	}
	s.keys[id] = keys
	return keys
}

func (s *Store) bySubject(n Name) []*entry {
	if s.subjects == nil {
		s.subjects = map[string][]*entry{}
		for _, e := range s.entries {
			c := e.cert.Subject.canonical()
			s.subjects[c] = append(s.subjects[c], e)
		}
	}
	return s.subjects[n.canonical()]
}

// resolve works out the key's standing, once. A certificate counts if it is that of an authority that may sign
// certificates, without a critical extension that is unknown, and either signed by its own key or a link: signed by the
// key of an anchor of the same country that was valid when the link began (Doc 9303-12 §7.1.1, CSCA link certificates).
func (s *Store) resolve(a *Anchor) {
	if a.resolved {
		return
	}
	a.resolved = true // also ends the recursion of links that go round in a circle
	if s.distrusted[a.key.ID()] {
		a.standing = Distrusted
		for _, e := range a.entries {
			a.certs = append(a.certs, e.cert)
		}
		return
	}
	var links []*entry
	for _, e := range a.entries {
		switch {
		case !authority(e.cert):
		case s.verified(e.cert, a.key) == nil:
			worth := Unverified
			if s.trusts(e) {
				worth = Trusted
			}
			a.add(e.cert, worth)
		default:
			links = append(links, e)
		}
	}
	for _, e := range links {
		for _, old := range s.issuersOf(e.cert) {
			if old == a {
				continue
			}
			s.resolve(old)
			if (old.standing == Trusted || old.standing == Unverified) && old.Country() == e.cert.Country() &&
				old.validAt(e.cert.NotBefore) && s.verified(e.cert, old.key) == nil {
				a.add(e.cert, old.standing)
				a.before = appendOnce(a.before, old)
			}
		}
	}
}

// add takes a certificate for the key. Certificates that give it more worth push out those that give it less.
func (a *Anchor) add(c *Certificate, worth Standing) {
	switch {
	case worth > a.standing:
		a.standing = worth
		a.certs = []*Certificate{c}
	case worth == a.standing:
		a.certs = append(a.certs, c)
	}
}

func (a *Anchor) validAt(t time.Time) bool {
	for _, c := range a.certs {
		if c.ValidAt(t) {
			return true
		}
	}
	return false
}

// authority tells whether the certificate can make its key an anchor.
func authority(c *Certificate) bool {
	return c.MaySign() && len(c.UnknownCritical) == 0
}

// maxRemembered bounds how many signatures are remembered; a day at a counter sees some hundred signers.
const maxRemembered = 8192

// verified checks a certificate's signature with a key, and remembers the outcome by the hash of both.
func (s *Store) verified(c *Certificate, key *PublicKey) error {
	return s.remember(c.fingerprint, key, func() error { return c.VerifiedBy(key) })
}

func (s *Store) remember(object [32]byte, key *PublicKey, check func() error) error {
	id := key.ID()
	h := hash.Sum256(append(object[:], id[:]...))
	for _, proven := range s.proven {
		if holds, known := proven[h]; known && holds {
			return nil
		} else if known {
			return failed(CodeInvalid, "the signature does not hold")
		}
	}
	if err, ok := s.checked[h]; ok {
		return err
	}
	err := check()
	if len(s.checked) >= maxRemembered {
		clear(s.checked)
	}
	s.checked[h] = err
	return err
}

// oidMasterListSigner is the extended key usage of a master list signer (Doc 9303-12 §7.1.1.5).
var oidMasterListSigner = der.MakeOID("2.23.136.1.1.3")
