package trust

import (
	hash "crypto/sha256"
	"errors"
	"fmt"
	"path/filepath"

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
	signedList
	// certs is what is on it; skipped counts entries that are no certificates of authorities, or cannot be read.
	certs   []*Certificate
	skipped int
}

var errNoList = errors.New("no CSCA master list")

// parseMasterList reads a master list, signed or bare.
func parseMasterList(name string, b []byte) (*masterList, error) {
	return parseMasterListKnowing(name, b, nil)
}

// parseMasterListKnowing reads a master list; certificates that are known are not read again.
func parseMasterListKnowing(name string, b []byte, known map[[32]byte]*entry) (*masterList, error) {
	if len(b) > maxList {
		return nil, fmt.Errorf("a list of %d octets: %w", len(b), der.ErrTooComplex)
	}
	list := &masterList{signedList: signedList{name: name, contentType: oidMasterList, usage: oidMasterListSigner}}
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
		if k := known[hash.Sum256(e.Raw)]; k != nil {
			list.certs = append(list.certs, k.cert)
			continue
		}
		c, err := ParseCertificate(e.Raw)
		if err != nil {
			list.skipped++
			continue
		}
		list.certs = append(list.certs, c)
	}
	list.beside = list.certs
	return list, r.End()
}

// take puts the list into a store, trusted if its signature counts.
func (s *Store) take(l *masterList, base *Store) {
	signed, signer, anchor, err := l.check(base, s, false)
	entry := List{Name: filepath.Base(l.name), Date: signed, Certificates: len(l.certs), Verified: err == nil}
	if signer != nil {
		entry.Signer = signer.Subject.String()
	}
	if err != nil {
		entry.Problem = err.Error()
	}
	s.lists = append(s.lists, entry)
	for _, c := range l.certs {
		if anchor != nil {
			s.vouch(c, l.name, anchor.key.ID())
		} else {
			s.add(c, l.name, false)
		}
	}
	if l.skipped > 0 {
		s.skipped = append(s.skipped, Skipped{l.name, fmt.Sprintf("%d entries that are no certificates", l.skipped)})
	}
}
