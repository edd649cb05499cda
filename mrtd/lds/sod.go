package lds

import (
	"errors"
	"fmt"
	"slices"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

// SOD is EF.SOD: the security object that holds the hashes of the data groups, and the signatures over it (Doc 9303-10
// §4.6.2 and appendix D). Nothing of it is verified yet.
type SOD struct {
	// Signed is the signed object around the security object.
	Signed *cms.SignedData
	// Legacy names the content type where it is one from before Doc 9303 settled on 2.23.136.1.1.1; empty otherwise.
	Legacy string
	// Version is that of the security object: 0 or 1 in those that Doc 9303-10 knows. Of another one only that is read: see [SOD.Readable].
	Version int
	// Digest is the hash algorithm of the data groups.
	Digest der.AlgorithmIdentifier
	// Hashes are the data groups' hashes in the order of the file.
	Hashes []DataGroupHash
	// LDSVersion is "1.8"; empty where the security object states none.
	LDSVersion string
	// Departures are what departs from Doc 9303-10 appendix D in fields on which nothing rests, each a word, a colon and a sentence.
	Departures []string
	// Padding is how many octets follow the outer data object: they are not part of it.
	Padding int
	// Problems are the rules of structure that the object breaks although it could be read.
	Problems []SODError
}

// DataGroupHash is one data group's number, 1 to 16 in a sound object, with its hash.
type DataGroupHash struct {
	Number int
	Hash   []byte
}

// SODError is a rule of structure that an EF.SOD breaks. Code is one of the constants below.
type SODError struct {
	Code   string
	Detail string
}

func (e *SODError) Error() string { return "EF.SOD: " + e.Detail }

// The codes of a [SODError].
const (
	SODEmpty       = "empty"
	SODMalformed   = "malformed"
	SODTooComplex  = "too_complex"
	SODTrailing    = "trailing_data"
	SODContentType = "content_type"
	SODContent     = "content_missing"
	SODVersion     = "lds_version"
	SODNoSigner    = "signer_info_missing"
	SODAttributes  = "signed_attributes"
	SODDuplicate   = "duplicate_data_group"
	SODNumber      = "data_group_number"
)

var (
	oidSecurityObject = der.MakeOID("2.23.136.1.1.1")
	// legacySecurityObjects are the content types of documents from before 2.23.136.1.1.1 was settled, and of signers
	// that wrote plain data instead (China until today).
	legacySecurityObjects = map[der.OID]string{
		der.MakeOID("1.2.840.113549.1.7.1"):  "id-data",
		der.MakeOID("1.3.27.1.1.1"):          "1.3.27.1.1.1",
		der.MakeOID("1.2.528.1.1006.1.20.1"): "1.2.528.1.1006.1.20.1",
	}
)

// sodLimits bound the shape of EF.SOD; the most elaborate known has 450 elements, 12 deep.
var sodLimits = der.Limits{Depth: maxDepth, Elements: 16384}

// ParseSOD reads EF.SOD. Its error is a [*SODError]: the object cannot be read. An object that can be read but breaks a
// rule comes with the rule in its Problems.
func ParseSOD(b []byte) (*SOD, error) {
	if len(b) == 0 {
		return nil, &SODError{SODEmpty, "the file is empty"}
	}
	if len(b) > MaxFile {
		return nil, &SODError{SODTooComplex, fmt.Sprintf("the file has over %d octets", MaxFile)}
	}
	shape, err := der.Scan(b, sodLimits)
	if err != nil {
		return nil, sodError(err)
	}
	sod := &SOD{Padding: len(b) - shape.Size}
	object := b[:shape.Size]
	if shape.BER {
		if object, err = der.Definite(object); err != nil {
			return nil, sodError(err)
		}
	}
	outer, err := der.NewReader(object).Read(0x77)
	if err != nil {
		return nil, &SODError{SODMalformed, "the file does not begin with tag 77"}
	}
	signed, rest, err := cms.Parse(outer.Value, sodLimits)
	if err != nil {
		return nil, sodError(err)
	}
	sod.Signed = signed
	if rest > 0 {
		sod.problem(SODTrailing, "%d octets follow the signed object inside tag 77", rest)
	}
	if signed.Content == nil {
		return nil, &SODError{SODContent, "the signed object has no content"}
	}
	sod.contentType()
	sod.signers()
	sod.versions()
	if err := sod.securityObject(); err != nil {
		return nil, sodError(err)
	}
	return sod, nil
}

func sodError(err error) *SODError {
	switch {
	case errors.Is(err, der.ErrTooComplex):
		return &SODError{SODTooComplex, err.Error()}
	case errors.Is(err, der.ErrTrailing):
		return &SODError{SODTrailing, err.Error()}
	}
	return &SODError{SODMalformed, err.Error()}
}

func (s *SOD) problem(code, format string, args ...any) {
	s.Problems = append(s.Problems, SODError{code, fmt.Sprintf(format, args...)})
}

func (s *SOD) depart(format string, args ...any) {
	s.Departures = append(s.Departures, fmt.Sprintf(format, args...))
}

// versions names versions and lists that are not as Doc 9303-10 appendix D and RFC 5652 §5 have them. Nothing signs these fields, and
// the signatures are checked without them.
func (s *SOD) versions() {
	if want := 3; s.Signed.Version != want && (s.Legacy != "id-data" || s.Signed.Version != 1) {
		s.depart("cms_version: the signed object is of version %d, not %d.", s.Signed.Version, want)
	}
	for i := range s.Signed.SignerInfos {
		info := &s.Signed.SignerInfos[i]
		want := 1
		if info.SubjectKeyID != nil {
			want = 3
		}
		if info.Version != want {
			s.depart("cms_version: a SignerInfo is of version %d, not %d.", info.Version, want)
		}
		if !slices.ContainsFunc(s.Signed.DigestAlgorithms, func(a der.AlgorithmIdentifier) bool { return a.OID == info.Digest.OID }) {
			s.depart("digest_algorithms: the signed object does not list the hash algorithm of a SignerInfo.")
		}
		if i == 3 {
			break // the judge looks at no more
		}
	}
}

func (s *SOD) contentType() {
	t := s.Signed.ContentType
	if t == oidSecurityObject {
		return
	}
	if name, ok := legacySecurityObjects[t]; ok {
		s.Legacy = name
		return
	}
	s.problem(SODContentType, "the content is of type %s, not an LDS security object", t)
}

// signers checks what every SignerInfo must have (RFC 5652 §5.3 and §11): signed attributes, among them the content
// type and the message digest, each once and with one value, and the content type that of the content. A signing time
// may be missing.
func (s *SOD) signers() {
	for _, p := range CheckSignerInfos(s.Signed) {
		s.problem(p.Code, "%s", p.Detail)
	}
}

// CheckSignerInfos names the rules of RFC 5652 §5.3 and §11 that the signer infos of a signed object break; none when
// it is sound.
func CheckSignerInfos(signed *cms.SignedData) []SODError {
	var problems []SODError
	problem := func(code, format string, args ...any) {
		problems = append(problems, SODError{code, fmt.Sprintf(format, args...)})
	}
	if len(signed.SignerInfos) == 0 {
		problem(SODNoSigner, "there is no SignerInfo")
	}
	for i := range signed.SignerInfos {
		info := &signed.SignerInfos[i]
		if info.SignedAttributes == nil {
			problem(SODAttributes, "a SignerInfo has no signed attributes")
			continue
		}
		types, n := info.Attribute(cms.ContentType)
		switch {
		case n != 1 || len(types) != 1:
			problem(SODAttributes, "the signed attributes hold %d content types", n)
		case types[0].Tag != der.ObjectID || der.OID(types[0].Value) != signed.ContentType:
			problem(SODAttributes, "the signed content type is not that of the content")
		}
		digests, n := info.Attribute(cms.MessageDigest)
		if n != 1 || len(digests) != 1 || digests[0].Tag != der.OctetString {
			problem(SODAttributes, "the signed attributes hold %d message digests", n)
		}
		if times, n := info.Attribute(cms.SigningTime); n > 1 || n == 1 && len(times) != 1 {
			problem(SODAttributes, "the signed attributes hold several signing times")
		}
	}
	return problems
}

// securityObject reads the LDSSecurityObject (Doc 9303-10 appendix D.1).
func (s *SOD) securityObject() error {
	seq, err := der.Only(s.Signed.Content, der.Sequence)
	if err != nil {
		return fmt.Errorf("security object: %w", err)
	}
	r := seq.Inside()
	if s.Version, err = r.Int(); err != nil {
		return err
	}
	if !s.Readable() {
		return nil // what follows need not be what it is in the versions that are known
	}
	if s.Digest, err = r.Algorithm(); err != nil {
		return err
	}
	if err := s.readHashes(r); err != nil {
		return err
	}
	if err := s.readVersionInfo(r); err != nil {
		return err
	}
	return r.End()
}

func (s *SOD) readHashes(r *der.Reader) error {
	list, err := r.Read(der.Sequence)
	if err != nil {
		return err
	}
	for in := list.Inside(); !in.Empty(); {
		pair, err := in.Read(der.Sequence)
		if err != nil {
			return err
		}
		p := pair.Inside()
		n, err := p.Int()
		if err != nil {
			return err
		}
		hash, err := p.Read(der.OctetString)
		if err != nil {
			return err
		}
		if err := p.End(); err != nil {
			return err
		}
		if n < 1 || n > 16 {
			s.problem(SODNumber, "a data group is numbered %d", n)
		}
		if s.Hash(n) != nil {
			s.problem(SODDuplicate, "data group %d is listed twice", n)
		}
		s.Hashes = append(s.Hashes, DataGroupHash{n, hash.Value})
	}
	if len(s.Hashes) == 0 {
		return fmt.Errorf("%w: no data group is listed", der.ErrMalformed)
	}
	return nil
}

func (s *SOD) readVersionInfo(r *der.Reader) error {
	info, ok, err := r.Optional(der.Sequence)
	if err == nil && ok != (s.Version == 1) {
		s.depart("lds_version_info: the security object is of version %d, and the version of the LDS is %s.", s.Version, map[bool]string{true: "stated", false: "not stated"}[ok])
	}
	if err != nil || !ok {
		return err
	}
	in := info.Inside()
	version, err := in.Read(der.PrintableString)
	if err != nil {
		return err
	}
	if _, err := in.Read(der.PrintableString); err != nil {
		return err
	}
	s.LDSVersion = Version(string(version.Value))
	return in.End()
}

// Readable tells whether the security object is of a version whose contents are known: 0 or 1. One of another version lists no hashes here.
func (s *SOD) Readable() bool { return s.Version == 0 || s.Version == 1 }

// Hash returns the hash of data group n, nil where the security object does not list it. With a data group listed twice
// it is the first, and the object is in Problems.
func (s *SOD) Hash(n int) []byte {
	for _, h := range s.Hashes {
		if h.Number == n {
			return h.Hash
		}
	}
	return nil
}

// DataGroups lists the numbers of the data groups that the security object holds a hash of, ascending, each once.
func (s *SOD) DataGroups() []int {
	var numbers []int
	for _, h := range s.Hashes {
		if h.Number >= 1 && h.Number <= 16 && !slices.Contains(numbers, h.Number) {
			numbers = append(numbers, h.Number)
		}
	}
	slices.Sort(numbers)
	return numbers
}
