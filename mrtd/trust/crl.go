package trust

import (
	hash "crypto/sha256"
	"fmt"
	"slices"
	"time"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// maxCRL is the largest revocation list that is read, in octets, and crlLimits bounds its shape: about a million entries.
const maxCRL = 64 << 20

var crlLimits = der.Limits{Depth: 16, Elements: 1 << 23}

// CRL is a certificate revocation list (RFC 5280 §5, Doc 9303-12 §7.1.4). Its signature is checked when it is used, for
// only then is known which authority it must come from.
type CRL struct {
	Issuer Name
	// ThisUpdate and NextUpdate bound the time in which the list is fresh; NextUpdate is zero where the list states none.
	ThisUpdate, NextUpdate time.Time
	// Number is how many certificates are on it.
	Number int
	// Unusable says why the list cannot be used; empty when it can.
	Unusable string
	// Source names the file that it came from.
	Source string
	// Imported is when it was imported; zero for one given for the run.
	Imported time.Time

	raw            []byte
	authorityKeyID []byte
	revoked        map[string]bool
	tbs            []byte
	algorithm      der.AlgorithmIdentifier
	signature      []byte
	fingerprint    [32]byte
}

var (
	oidCRLNumber    = der.MakeOID("2.5.29.20")
	oidReason       = der.MakeOID("2.5.29.21")
	oidInvalidity   = der.MakeOID("2.5.29.24")
	oidDelta        = der.MakeOID("2.5.29.27")
	oidDistribution = der.MakeOID("2.5.29.28")
)

// ParseCRL reads one revocation list in DER. Errors match those of package der.
func ParseCRL(b []byte) (*CRL, error) {
	if len(b) > maxCRL {
		return nil, fmt.Errorf("a revocation list of %d octets: %w", len(b), der.ErrTooComplex)
	}
	parts, err := takeApart(b, crlLimits)
	if err != nil {
		return nil, err
	}
	l := &CRL{raw: b, revoked: map[string]bool{}, fingerprint: hash.Sum256(b)}
	l.tbs, l.algorithm, l.signature = parts.tbs.Raw, parts.algorithm, parts.signature
	return l, l.readTBS(parts.tbs.Inside())
}

func (l *CRL) readTBS(r *der.Reader) error {
	if _, _, err := r.Optional(der.Integer); err != nil {
		return err
	}
	inner, err := r.Algorithm()
	if err != nil {
		return err
	}
	if inner.OID != l.algorithm.OID {
		l.Unusable = "it names two signature algorithms"
	}
	issuer, err := r.Read(der.Sequence)
	if err != nil {
		return err
	}
	l.Issuer = issuer.Raw
	e, err := r.Next()
	if err != nil {
		return err
	}
	if l.ThisUpdate, err = der.Time(e); err != nil {
		return err
	}
	if tag := r.Peek(); tag == der.UTCTime || tag == der.GeneralizedTime {
		if e, err = r.Next(); err != nil {
			return err
		}
		if l.NextUpdate, err = der.Time(e); err != nil {
			return err
		}
	}
	entries, ok, err := r.Optional(der.Sequence)
	if err != nil {
		return err
	}
	if ok {
		if err := l.readEntries(entries.Inside()); err != nil {
			return err
		}
	}
	extensions, ok, err := r.Optional(der.Context(0))
	if err != nil {
		return err
	}
	if ok {
		if err := l.readExtensions(extensions.Value); err != nil {
			return err
		}
	}
	l.Number = len(l.revoked)
	return r.End()
}

func (l *CRL) readEntries(r *der.Reader) error {
	for !r.Empty() {
		e, err := r.Read(der.Sequence)
		if err != nil {
			return err
		}
		in := e.Inside()
		serial, err := in.BigInt()
		if err != nil {
			return err
		}
		if _, err := in.Next(); err != nil {
			return err
		}
		l.revoked[serial.Text(62)] = true
		if in.Empty() {
			continue
		}
		seq, err := in.Read(der.Sequence)
		if err != nil {
			return err
		}
		for x := seq.Inside(); !x.Empty(); {
			id, critical, _, err := extension(x)
			if err != nil {
				return err
			}
			if critical && id != oidReason && id != oidInvalidity {
				l.Unusable = fmt.Sprintf("an entry has the critical extension %s", id)
			}
		}
	}
	return nil
}

func (l *CRL) readExtensions(b []byte) error {
	seq, err := der.Only(b, der.Sequence)
	if err != nil {
		return err
	}
	for r := seq.Inside(); !r.Empty(); {
		id, critical, value, err := extension(r)
		if err != nil {
			return err
		}
		switch {
		case id == oidAuthorityKeyID:
			var x extensions
			if err := readers[oidAuthorityKeyID](&x, value); err != nil {
				return err
			}
			l.authorityKeyID = x.AuthorityKeyID
		case id == oidDelta:
			l.Unusable = "it is a delta list"
		case id == oidDistribution:
			if why := limitedTo(value); why != "" {
				l.Unusable = why
			}
		case critical && id != oidCRLNumber:
			l.Unusable = fmt.Sprintf("it has the critical extension %s", id)
		}
	}
	return nil
}

// limitedTo reads an issuing distribution point (RFC 5280 §5.2.5) and says why a list with it does not cover document
// signers; empty when it does.
func limitedTo(b []byte) string {
	seq, err := der.Only(b, der.Sequence)
	if err != nil {
		return "its issuing distribution point cannot be read"
	}
	for r := seq.Inside(); !r.Empty(); {
		e, err := r.Next()
		if err != nil {
			return "its issuing distribution point cannot be read"
		}
		switch {
		case e.Tag == der.ContextPrimitive(2) && isTrue(e):
			return "it is for authorities' certificates alone"
		case e.Tag == der.ContextPrimitive(3):
			return "it is for some reasons of revocation alone"
		case e.Tag == der.ContextPrimitive(4) && isTrue(e):
			return "it is an indirect list"
		case e.Tag == der.ContextPrimitive(5) && isTrue(e):
			return "it is for attribute certificates alone"
		}
	}
	return ""
}

// Revocation is what the revocation lists at hand say of one certificate.
type Revocation int

// The answers.
const (
	// NoList: no list of the certificate's CSCA is at hand.
	NoList Revocation = iota
	// UnusableList: there is one, but of a kind that cannot be used.
	UnusableList
	// StaleList: the newest list is past its next update, or states none, or has not begun.
	StaleList
	// NotRevoked: a fresh list does not name the certificate.
	NotRevoked
	// Revoked: a list names the certificate. It stays revoked when the list has expired.
	Revoked
)

// Revocation looks for the certificate on the revocation lists that a trusted key of its CSCA's succession has signed.
// list is the list that the answer rests on; nil with NoList.
func (s *Store) Revocation(c *Certificate, issuer *Anchor, at time.Time) (answer Revocation, list *CRL) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if len(s.crls) == 0 {
		return NoList, nil
	}
	at = at.Truncate(time.Second)
	keys := s.succession(issuer)
	for _, l := range s.crls {
		if !slices.ContainsFunc(keys, func(a *Anchor) bool { return s.signed(l, a) }) {
			continue
		}
		this := UnusableList
		switch {
		case l.Unusable != "":
		case l.revoked[c.Serial.Text(62)]:
			return Revoked, l
		case at.Before(l.ThisUpdate) || l.NextUpdate.IsZero() || at.After(l.NextUpdate):
			this = StaleList
		default:
			this = NotRevoked
		}
		if this > answer || (this == answer && list != nil && l.ThisUpdate.After(list.ThisUpdate)) {
			answer, list = this, l
		}
	}
	return answer, list
}

// signed tells whether the key signed the list and may do so.
func (s *Store) signed(l *CRL, a *Anchor) bool {
	if l.authorityKeyID != nil && keyID(a.entries[0].cert) != string(l.authorityKeyID) {
		return false
	}
	may := slices.ContainsFunc(a.certs, func(c *Certificate) bool { return !c.HasUsage || c.Usage&CRLSign != 0 })
	return may && s.remember(l.fingerprint, a.key, func() error {
		return a.key.Verify(l.algorithm, der.AlgorithmIdentifier{}, l.tbs, l.signature)
	}) == nil
}

// succession lists the trusted keys that stand in one line with the anchor: of the same country, and of the same name
// or tied to it by links, in either direction. A CSCA's current key signs one revocation list for all certificates of
// the line (Doc 9303-12 §7.1.4).
func (s *Store) succession(of *Anchor) []*Anchor {
	country := of.Country()
	var all []*Anchor
	for _, e := range s.entries {
		if e.cert.Country() != country {
			continue
		}
		for _, a := range s.keysByID(keyID(e.cert)) {
			if s.resolve(a); a.standing == Trusted {
				all = appendOnce(all, a)
			}
		}
	}
	if of.standing != Trusted {
		return nil
	}
	line := []*Anchor{of}
	for grown := true; grown; {
		grown = false
		for _, a := range all {
			if slices.Contains(line, a) {
				continue
			}
			for _, b := range line {
				if slices.Contains(a.before, b) || slices.Contains(b.before, a) || sameName(a, b) {
					line, grown = append(line, a), true
					break
				}
			}
		}
	}
	return line
}

func sameName(a, b *Anchor) bool {
	for _, x := range a.certs {
		for _, y := range b.certs {
			if x.Subject.Equal(y.Subject) {
				return true
			}
		}
	}
	return false
}
