package trust

import (
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/skranke/skranke/mrtd/internal/cms"
)

// Store is the CSCA certificates, candidates for signers and revocation lists that documents are judged against. After
// it is made it does not change but for what it remembers; several goroutines may use it.
type Store struct {
	mu      sync.Mutex
	entries []*entry
	byPrint map[[32]byte]*entry
	byKeyID map[string][]*entry
	signers []*Certificate
	crls    []*CRL
	lists   []List
	skipped []Skipped
	// packs are signers that are parsed when a document first asks for one.
	packs []*pack
	// distrusted holds the keys that are marked as distrusted, marks what is known of those that were marked on disk.
	distrusted map[[32]byte]bool
	marks      []Mark
	deviations []*DeviationList
	bundle     *BundleState
	register   *Register
	// newest is the newest time that something signed, or an import, bears witness to.
	newest time.Time

	keys     map[string][]*Anchor
	subjects map[string][]*entry
	checked  map[[32]byte]error
	// proven holds hashes of signatures that were found to hold when they were imported, or when the program was built.
	proven []map[[32]byte]bool
}

// List is one list of CSCA certificates that a store was made of.
type List struct {
	// Name is the list's name: its country's for embedded ones, the file's without its folder for others.
	Name string
	// Date is the time at which its signer claims to have signed it; zero for an unsigned list.
	Date time.Time
	// Signer is the subject of the list's signer; empty for an unsigned list.
	Signer string
	// Certificates is the number of certificates on it.
	Certificates int
	// Verified tells that the list's signature was verified up to a CSCA that may anchor it; Problem says why not.
	Verified bool
	Problem  string
	// Imported is when the list was imported; zero for one that is shipped or was given for the run.
	Imported time.Time
}

// Skipped is a file or an entry that was left out, with the reason.
type Skipped struct{ Path, Reason string }

func newStore() *Store {
	return &Store{
		byPrint: map[[32]byte]*entry{}, byKeyID: map[string][]*entry{}, distrusted: map[[32]byte]bool{},
		keys: map[string][]*Anchor{}, checked: map[[32]byte]error{},
	}
}

// given stands in the place of the key that vouches for a certificate which counts because it was given, or pinned.
var given [32]byte

// add takes a CSCA certificate in: trusted because it was given, or merely at hand.
func (s *Store) add(c *Certificate, source string, trusted bool) {
	if trusted {
		s.vouch(c, source, given)
	} else {
		s.hold(c, source)
	}
}

// vouch takes a CSCA certificate in that counts as long as a key is not distrusted: that of the CSCA which vouches for the
// signer of the list that it is on.
func (s *Store) vouch(c *Certificate, source string, by [32]byte) {
	e := s.hold(c, source)
	if !slices.Contains(e.vouchers, by) {
		e.vouchers = append(e.vouchers, by)
	}
}

// trusts tells whether a source that counts holds the certificate.
func (s *Store) trusts(e *entry) bool {
	return slices.ContainsFunc(e.vouchers, func(key [32]byte) bool { return !s.distrusted[key] })
}

// hold takes a certificate in. What was resolved before is forgotten: new certificates may vouch for old ones.
func (s *Store) hold(c *Certificate, source string) *entry {
	if len(s.keys) > 0 {
		clear(s.keys)
	}
	s.subjects = nil
	e := s.byPrint[c.fingerprint]
	if e == nil {
		e = &entry{cert: c}
		s.entries = append(s.entries, e)
		s.byPrint[c.fingerprint] = e
		id := keyID(c)
		s.byKeyID[id] = append(s.byKeyID[id], e)
	}
	if !slices.Contains(e.sources, source) {
		e.sources = append(e.sources, source)
	}
	return e
}

// WithRevocationLists returns a store that has the lists besides what s has.
func (s *Store) WithRevocationLists(crls ...*CRL) *Store {
	out := s.clone()
	out.crls = append(out.crls, crls...)
	return out
}

// WithDistrusted returns a store that marks the keys as distrusted: their certificates, and the links that they signed,
// anchor nothing.
func (s *Store) WithDistrusted(keys ...*PublicKey) *Store {
	out := s.clone()
	for _, k := range keys {
		out.distrusted[k.ID()] = true
	}
	return out
}

// merge takes the CSCA certificates and the distrust of another store in.
func (s *Store) merge(other *Store) {
	for _, e := range other.entries {
		for _, source := range e.sources {
			s.hold(e.cert, source)
		}
		for _, key := range e.vouchers {
			s.vouch(e.cert, e.sources[0], key)
		}
	}
	for k := range other.distrusted {
		s.distrusted[k] = true
	}
	s.proven = append(s.proven, other.proven...)
}

// inherit takes from another store what stays in force whatever a run is judged against: marks of distrust, deviation
// lists, the register of reported documents, and what is known of signatures.
func (s *Store) inherit(from *Store) {
	for k := range from.distrusted {
		s.distrusted[k] = true
	}
	s.marks = slices.Clone(from.marks)
	s.deviations = slices.Clone(from.deviations)
	s.register = from.register
	s.proven = append(s.proven, from.proven...)
	s.newest, s.bundle = from.newest, from.bundle
}

func (s *Store) clone() *Store {
	out := newStore()
	out.inherit(s)
	out.merge(s)
	out.proven = slices.Clone(s.proven)
	out.packs = slices.Clone(s.packs)
	out.signers = slices.Clone(s.signers)
	out.crls = slices.Clone(s.crls)
	out.lists = slices.Clone(s.lists)
	out.skipped = slices.Clone(s.skipped)
	return out
}

// Signers returns the certificates in the store that a signer identifier may mean: candidates, whose own signature
// nobody has checked yet.
func (s *Store) Signers(info *cms.SignerInfo) []*Certificate {
	return MatchSigner(info, s.allSigners())
}

// MatchSigner returns those of the certificates that the signer identifier means: by subject key identifier, or by issuer
// and serial number. Names are compared without regard to string type and case; a serial number whose issuer's name is
// written otherwise counts where no other certificate matches, for the signature decides (Doc 9303-10 §4.6.2.2).
func MatchSigner(info *cms.SignerInfo, candidates []*Certificate) []*Certificate {
	var exact, loose []*Certificate
	for _, c := range candidates {
		switch {
		case info.SubjectKeyID != nil:
			if len(info.SubjectKeyID) > 0 && keyID(c) == string(info.SubjectKeyID) {
				exact = append(exact, c)
			}
		case info.Serial != nil && c.Serial.Cmp(info.Serial) == 0:
			if c.Issuer.Equal(Name(info.Issuer)) {
				exact = append(exact, c)
			} else {
				loose = append(loose, c)
			}
		}
	}
	if len(exact) > 0 {
		return exact
	}
	return loose
}

// Summary is what a store holds, in numbers.
type Summary struct {
	// CSCA is the number of distinct CSCA certificates, Countries that of their countries. Unverified is the number of those that stand on no
	// list whose signature was verified; they are not counted in CSCA.
	CSCA, Countries, Unverified int
	Lists                       []List
	// CRLs are the revocation lists, Signers is the number of candidates for signers that came with the store.
	CRLs    []*CRL
	Signers int
	// Skipped names what was left out of the files given.
	Skipped []Skipped
	// Distrusted are the keys marked as distrusted, Deviations the deviation lists; Register is the register of reported
	// documents, nil where none is imported.
	Distrusted []Mark
	Deviations []*DeviationList
	Register   *Register
	// Bundle is the last bundle that was imported; nil where none was.
	Bundle *BundleState
	// Newest is the newest time that verified lists, revocation lists and imports bear witness to: a clock that stands
	// before it is wrong. Zero where there is none.
	Newest time.Time
}

// Summary tells what the store holds.
func (s *Store) Summary() Summary {
	sum := Summary{Lists: s.lists, CRLs: s.crls, Signers: s.signerCount(), Skipped: s.skipped}
	sum.Distrusted, sum.Deviations, sum.Register, sum.Newest = s.marks, s.deviations, s.register, s.newest
	sum.Bundle = s.bundle
	countries := map[string]bool{}
	unverified := map[string]bool{}
	for _, l := range s.lists {
		unverified[l.Name] = !l.Verified
	}
	for _, e := range s.entries {
		if !slices.ContainsFunc(e.sources, func(name string) bool { return !unverified[name] }) {
			sum.Unverified++
			continue
		}
		sum.CSCA++
		countries[e.cert.Country()] = true
	}
	sum.Countries = len(countries)
	return sum
}

// NewestRevocation is the newest issuing time of the revocation lists at hand; zero when there is none.
func (s *Store) NewestRevocation() time.Time {
	var newest time.Time
	for _, l := range s.crls {
		if l.ThisUpdate.After(newest) {
			newest = l.ThisUpdate
		}
	}
	return newest
}

// Listed is one CSCA certificate of the store with what it is worth.
type Listed struct {
	Certificate *Certificate
	// Standing is that of the certificate's key.
	Standing Standing
	// Link tells that the certificate is a link: the key's predecessor signed it.
	Link bool
	// Sources names the lists and files that hold it.
	Sources []string
}

// Knows tells whether the store holds a CSCA key of a country, two letters in upper case, that stands for anything: one that
// is distrusted or on an unverified list too.
func (s *Store) Knows(country string) bool {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, e := range s.entries {
		if e.cert.Country() != country {
			continue
		}
		for _, a := range s.keysByID(keyID(e.cert)) {
			if slices.Contains(a.entries, e) {
				if s.resolve(a); a.standing != None {
					return true
				}
			}
		}
	}
	return false
}

// List returns every CSCA certificate with its standing, by country and beginning of validity. It verifies every
// certificate, which takes about a second for the embedded lists.
func (s *Store) List() []Listed {
	s.mu.Lock()
	defer s.mu.Unlock()
	out := make([]Listed, 0, len(s.entries))
	for _, e := range s.entries {
		l := Listed{Certificate: e.cert, Sources: e.sources}
		for _, a := range s.keysByID(keyID(e.cert)) {
			if slices.Contains(a.entries, e) {
				s.resolve(a)
				l.Link = s.verified(e.cert, a.key) != nil
				if slices.Contains(a.certs, e.cert) {
					l.Standing = a.standing
				}
			}
		}
		out = append(out, l)
	}
	slices.SortFunc(out, func(a, b Listed) int {
		if d := strings.Compare(a.Certificate.Country(), b.Certificate.Country()); d != 0 {
			return d
		}
		return a.Certificate.NotBefore.Compare(b.Certificate.NotBefore)
	})
	return out
}

// Empty returns a store that holds nothing.
func Empty() *Store { return newStore() }

// Register is the register of reported documents; nil where none is imported.
func (s *Store) Register() *Register { return s.register }
