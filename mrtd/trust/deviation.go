package trust

import (
	"bytes"
	"errors"
	"fmt"
	"math/big"
	"path/filepath"
	"strings"
	"sync"
	"time"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

var (
	oidDeviationList       = der.MakeOID("2.23.136.1.1.7")
	oidDeviationListSigner = der.MakeOID("2.23.136.1.1.8")
	errNoDeviations        = errors.New("no deviation list")
)

// deviationLimits bound a deviation list's shape; Estonia's names 155,000 documents.
var deviationLimits = der.Limits{Depth: 24, Elements: 1 << 22}

// DefectType is what a state says is wrong with documents of its own (Doc 9303-12 §10.2, id-Deviation-…).
type DefectType string

// The types of defects, by their last two numbers under 2.23.136.1.1.7.
const (
	DefectSignerSignature  DefectType = "1.1" // the CSCA's signature on the document signer is wrong
	DefectSignerEncoding   DefectType = "1.2"
	DefectCSCAEncoding     DefectType = "1.3"
	DefectKeyCompromised   DefectType = "1.4" // active authentication shall not be relied upon
	DefectDataGroup        DefectType = "2.1" // the encoding of a data group is corrupted
	DefectDataGroupHash    DefectType = "2.2"
	DefectSODSignature     DefectType = "2.3"
	DefectCOM              DefectType = "2.4" // EF.COM and EF.SOD contradict each other
	DefectMRZ              DefectType = "3"
	DefectMRZData          DefectType = "3.1"
	DefectMRZCheckDigit    DefectType = "3.2"
	DefectChip             DefectType = "4"
	deviationOIDPrefix                = "2.23.136.1.1.7."
	maxDeviationsOfOneList            = 1 << 16
)

// Defect is one known defect of a document.
type Defect struct {
	Type DefectType
	// Number is the type's parameter where it is a number, −1 where it has none: a data group 1 to 16, 20 for EF.SOD, 21
	// for EF.COM; a field of the MRZ.
	Number int
	// Country is the list's, two letters; List names it and the list's date: "EE of 2014-05-01".
	Country, List string
}

// DeviationList is a state's list of defects in documents of its own (Doc 9303-12 §10).
type DeviationList struct {
	signedList
	// Country is that of the list's signer, Date the signing time that it claims; both are set once it is verified.
	Country string
	Date    time.Time
	// Deviations is the number of deviations, Documents that of documents that it names by number.
	Deviations, Documents int
	// Imported is when it was imported; zero for one given for the run.
	Imported time.Time

	vouched    [32]byte
	digest     *Digest
	deviations []deviation
	// read fills in the deviations when a document of the state first asks; nil where they are there.
	read func() ([]deviation, *Digest)
	once sync.Once
}

// all gives the deviations. Those of an imported list are read when they are first needed: Estonia's takes 50 ms. A file
// that cannot be read then excuses nothing.
func (l *DeviationList) all() []deviation {
	l.once.Do(func() {
		if l.read != nil {
			l.deviations, l.digest = l.read()
		}
	})
	return l.deviations
}

// deviation is one Deviation: which documents, and what is wrong with them.
type deviation struct {
	documentType string
	issuer       Name
	serial       *big.Int
	keyID        []byte
	fingerprint  []byte
	from, to     time.Time
	numbers      map[string]bool
	defects      []Defect
}

// parseDeviationList reads a deviation list. What it is worth is not known yet. The error is errNoDeviations where the
// object is something else.
func parseDeviationList(name string, b []byte) (*DeviationList, error) {
	if len(b) > maxList {
		return nil, errNoDeviations
	}
	sd, rest, err := cms.Parse(b, deviationLimits)
	if err != nil || sd.ContentType != oidDeviationList {
		return nil, errNoDeviations
	}
	if rest > 0 {
		return nil, der.ErrTrailing
	}
	d := &DeviationList{signedList: signedList{name: name, contentType: oidDeviationList, usage: oidDeviationListSigner, signed: sd}}
	seq, err := der.Only(sd.Content, der.Sequence)
	if err != nil {
		return nil, err
	}
	r := seq.Inside()
	if version, err := r.Int(); err != nil || version != 0 {
		return nil, errors.New("not of version 0")
	}
	if r.Peek() == der.Sequence {
		a, err := r.Algorithm()
		if err != nil {
			return nil, err
		}
		d.digest = FindDigest(a)
	}
	set, err := r.Read(der.Set)
	if err != nil {
		return nil, err
	}
	for in := set.Inside(); !in.Empty(); {
		e, err := in.Read(der.Sequence)
		if err != nil {
			return nil, err
		}
		one, err := readDeviation(e.Inside())
		if err != nil {
			return nil, err
		}
		if d.Deviations++; d.Deviations > maxDeviationsOfOneList {
			return nil, der.ErrTooComplex
		}
		d.Documents += len(one.numbers)
		d.deviations = append(d.deviations, one)
	}
	return d, r.End()
}

func readDeviation(r *der.Reader) (d deviation, err error) {
	documents, err := r.Read(der.Sequence)
	if err != nil {
		return d, err
	}
	for in := documents.Inside(); !in.Empty(); {
		e, err := in.Next()
		if err != nil {
			return d, err
		}
		if err := d.readDocuments(e); err != nil {
			return d, err
		}
	}
	descriptions, err := r.Read(der.Set)
	if err != nil {
		return d, err
	}
	for in := descriptions.Inside(); !in.Empty(); {
		e, err := in.Read(der.Sequence)
		if err != nil {
			return d, err
		}
		defect, err := readDefect(e.Inside())
		if err != nil {
			return d, err
		}
		d.defects = append(d.defects, defect)
	}
	return d, r.End()
}

// readDocuments reads one part of DeviationDocuments; the tags are implicit.
func (d *deviation) readDocuments(e der.Element) error {
	switch e.Tag {
	case der.ContextPrimitive(0):
		d.documentType = documentType(e)
	case der.Context(1):
		in := e.Inside()
		name, err := in.Read(der.Sequence)
		if err != nil {
			return err
		}
		d.issuer = name.Raw
		if d.serial, err = in.BigInt(); err != nil {
			return err
		}
	case der.ContextPrimitive(2):
		d.keyID = e.Value
	case der.ContextPrimitive(3):
		d.fingerprint = e.Value
	case der.Context(4):
		in := e.Inside()
		for _, t := range []*time.Time{&d.from, &d.to} {
			at, err := in.Next()
			if err != nil {
				return err
			}
			if *t, err = der.Time(at); err != nil {
				return err
			}
		}
	case der.Context(5):
		d.numbers = map[string]bool{}
		for in := e.Inside(); !in.Empty(); {
			number, err := in.Next()
			if err != nil {
				return err
			}
			d.numbers[plainNumber(text(number))] = true
		}
	default:
		return fmt.Errorf("%w: deviation documents", der.ErrMalformed)
	}
	return nil
}

func readDefect(r *der.Reader) (Defect, error) {
	d := Defect{Number: -1}
	if r.Peek() != der.ObjectID {
		if _, err := r.Next(); err != nil { // a description for people
			return d, err
		}
	}
	id, err := r.OID()
	if err != nil {
		return d, err
	}
	d.Type = DefectType(strings.TrimPrefix(id.String(), deviationOIDPrefix))
	parameters, ok, err := r.Optional(der.Context(0))
	if err != nil {
		return d, err
	}
	if ok {
		if n, err := parameters.Inside().Int(); err == nil {
			d.Number = n
		}
	}
	return d, nil
}

// verify checks the list's signature strictly: its signer's CSCA must be trusted by base or run.
func (d *DeviationList) verify(base, run *Store) error {
	signed, signer, anchor, err := d.check(base, run, true)
	if err != nil {
		return err
	}
	d.Date, d.Country, d.vouched = signed, signer.Country(), anchor.key.ID()
	return nil
}

// Name is the list's name: that of its file.
func (d *DeviationList) Name() string { return filepath.Base(d.name) }

// DeviationQuery is what is known of a document whose defects are looked for.
type DeviationQuery struct {
	// Countries are the codes of two letters that the issuing state stands for.
	Countries []string
	// Signer is the document signer's certificate; nil where it is not known.
	Signer *Certificate
	// Code and Number are those of the MRZ; Signed is the signing time that the signer claims, or zero.
	Code, Number string
	Signed       time.Time
}

// Defects lists the defects that the issuing state says the document has. A deviation that names neither signer, number
// nor time would speak of every document of a state, and is left aside.
func (s *Store) Defects(q DeviationQuery) []Defect {
	var found []Defect
	for _, list := range s.deviations {
		if s.distrusted[list.vouched] || !containsFold(q.Countries, list.Country) {
			continue
		}
		deviations := list.all()
		for i := range deviations {
			d := &deviations[i]
			if !list.speaksOf(d, q) {
				continue
			}
			for _, defect := range d.defects {
				defect.Country, defect.List = list.Country, list.Country+" of "+list.Date.Format(time.DateOnly)
				found = append(found, defect)
			}
		}
	}
	return found
}

func (l *DeviationList) speaksOf(d *deviation, q DeviationQuery) bool {
	if d.documentType != "" && d.documentType != strings.TrimRight(q.Code, "<") {
		return false
	}
	named := false
	if d.serial != nil || d.keyID != nil || d.fingerprint != nil {
		if named = true; q.Signer == nil {
			return false
		}
	}
	switch {
	case d.serial != nil && (d.serial.Cmp(q.Signer.Serial) != 0 || !d.issuer.Equal(q.Signer.Issuer)),
		d.keyID != nil && !bytes.Equal(d.keyID, q.Signer.SubjectKeyID),
		d.fingerprint != nil && (l.digest == nil || !bytes.Equal(d.fingerprint, l.digest.Sum(q.Signer.Raw))):
		return false
	}
	if d.numbers != nil {
		if named = true; !d.numbers[plainNumber(q.Number)] {
			return false
		}
	}
	if !d.from.IsZero() {
		if named = true; q.Signed.IsZero() || q.Signed.Before(d.from) || q.Signed.After(d.to) {
			return false
		}
	}
	return named
}

func containsFold(list []string, s string) bool {
	for _, x := range list {
		if strings.EqualFold(x, s) {
			return true
		}
	}
	return false
}

// plainNumber writes a document number as it is compared: capital letters and digits alone.
func plainNumber(s string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			return r - 'a' + 'A'
		case r >= 'A' && r <= 'Z', r >= '0' && r <= '9':
			return r
		}
		return -1
	}, s)
}
