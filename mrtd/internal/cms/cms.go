// Package cms takes CMS SignedData apart (RFC 5652 §5), the form of EF.SOD, EF.CardSecurity, master lists and deviation
// lists. It says what is there and judges nothing.
package cms

import (
	"fmt"
	"math/big"

	"github.com/skranke/skranke/mrtd/internal/der"
)

var oidSignedData = der.MakeOID("1.2.840.113549.1.7.2")

// The signed attributes of RFC 5652 §11.
var (
	ContentType   = der.MakeOID("1.2.840.113549.1.9.3")
	MessageDigest = der.MakeOID("1.2.840.113549.1.9.4")
	SigningTime   = der.MakeOID("1.2.840.113549.1.9.5")
)

// SignedData is one signed object.
type SignedData struct {
	Version          int
	DigestAlgorithms []der.AlgorithmIdentifier
	ContentType      der.OID
	// Content is the octets of the encapsulated content; nil when it is detached.
	Content []byte
	// Certificates holds the certificates, each DER, in their order; other forms are left out.
	Certificates [][]byte
	SignerInfos  []SignerInfo
}

// SignerInfo is one signature over the content.
type SignerInfo struct {
	Version int
	// Issuer is the issuer's name, DER, and Serial the certificate's number; SubjectKeyID replaces them where it is not
	// nil.
	Issuer       []byte
	Serial       *big.Int
	SubjectKeyID []byte
	Digest       der.AlgorithmIdentifier
	// SignedAttributes is their encoding as a SET OF, which is what is signed; nil when there are none.
	SignedAttributes []byte
	Attributes       []Attribute
	Algorithm        der.AlgorithmIdentifier
	Signature        []byte
}

// Attribute is one signed attribute with its values, each a whole element.
type Attribute struct {
	Type   der.OID
	Values []der.Element
}

// Attribute returns the values of every attribute of the type given, and how many such attributes there are.
func (s *SignerInfo) Attribute(t der.OID) (values []der.Element, count int) {
	for _, a := range s.Attributes {
		if a.Type == t {
			values = append(values, a.Values...)
			count++
		}
	}
	return values, count
}

// Parse reads one ContentInfo with SignedData. It first bounds the input, and makes indefinite lengths definite. rest
// is how many octets follow the object. Errors match those of package der.
func Parse(b []byte, limits der.Limits) (sd *SignedData, rest int, err error) {
	shape, err := der.Scan(b, limits)
	if err != nil {
		return nil, 0, err
	}
	rest = len(b) - shape.Size
	b = b[:shape.Size]
	if shape.BER {
		if b, err = der.Definite(b); err != nil {
			return nil, 0, err
		}
	}
	sd, err = parse(b)
	return sd, rest, err
}

func parse(b []byte) (*SignedData, error) {
	outer, err := der.Only(b, der.Sequence)
	if err != nil {
		return nil, err
	}
	info := outer.Inside()
	id, err := info.OID()
	if err != nil {
		return nil, err
	}
	if id != oidSignedData {
		return nil, fmt.Errorf("%w: a CMS object of type %s, not signed data", der.ErrMalformed, id)
	}
	wrapped, err := info.Read(der.Context(0))
	if err != nil {
		return nil, err
	}
	if err := info.End(); err != nil {
		return nil, err
	}
	body, err := der.Only(wrapped.Value, der.Sequence)
	if err != nil {
		return nil, err
	}
	r, sd := body.Inside(), &SignedData{}
	if sd.Version, err = r.Int(); err != nil {
		return nil, err
	}
	if sd.DigestAlgorithms, err = algorithms(r); err != nil {
		return nil, err
	}
	if err := sd.readContent(r); err != nil {
		return nil, err
	}
	if err := sd.readCertificates(r); err != nil {
		return nil, err
	}
	if _, _, err := r.Optional(der.Context(1)); err != nil { // revocation lists: none is looked for here
		return nil, err
	}
	signers, err := r.Read(der.Set)
	if err != nil {
		return nil, err
	}
	for in := signers.Inside(); !in.Empty(); {
		s, err := signerInfo(in)
		if err != nil {
			return nil, fmt.Errorf("signer info: %w", err)
		}
		sd.SignerInfos = append(sd.SignerInfos, s)
	}
	return sd, r.End()
}

func algorithms(r *der.Reader) ([]der.AlgorithmIdentifier, error) {
	set, err := r.Read(der.Set)
	if err != nil {
		return nil, err
	}
	var out []der.AlgorithmIdentifier
	for in := set.Inside(); !in.Empty(); {
		a, err := in.Algorithm()
		if err != nil {
			return nil, err
		}
		out = append(out, a)
	}
	return out, nil
}

func (sd *SignedData) readContent(r *der.Reader) error {
	e, err := r.Read(der.Sequence)
	if err != nil {
		return err
	}
	in := e.Inside()
	if sd.ContentType, err = in.OID(); err != nil {
		return err
	}
	wrapped, ok, err := in.Optional(der.Context(0))
	if err != nil {
		return err
	}
	if ok {
		octets, err := der.Only(wrapped.Value, der.OctetString)
		if err != nil {
			return fmt.Errorf("content: %w", err)
		}
		sd.Content = octets.Value
	}
	return in.End()
}

func (sd *SignedData) readCertificates(r *der.Reader) error {
	set, ok, err := r.Optional(der.Context(0))
	if err != nil || !ok {
		return err
	}
	for in := set.Inside(); !in.Empty(); {
		c, err := in.Next()
		if err != nil {
			return fmt.Errorf("certificates: %w", err)
		}
		if c.Tag == der.Sequence {
			sd.Certificates = append(sd.Certificates, c.Raw)
		}
	}
	return nil
}

func signerInfo(r *der.Reader) (s SignerInfo, err error) {
	e, err := r.Read(der.Sequence)
	if err != nil {
		return s, err
	}
	in := e.Inside()
	if s.Version, err = in.Int(); err != nil {
		return s, err
	}
	if err := s.readSID(in); err != nil {
		return s, err
	}
	if s.Digest, err = in.Algorithm(); err != nil {
		return s, err
	}
	attributes, ok, err := in.Optional(der.Context(0))
	if err != nil {
		return s, err
	}
	if ok {
		// RFC 5652 §5.4: signed is the encoding with the tag of SET OF in place of [0].
		s.SignedAttributes = der.Encode(der.Set, attributes.Value)
		if err := s.readAttributes(attributes.Inside()); err != nil {
			return s, err
		}
	}
	if s.Algorithm, err = in.Algorithm(); err != nil {
		return s, err
	}
	signature, err := in.Read(der.OctetString)
	if err != nil {
		return s, err
	}
	s.Signature = signature.Value
	if _, _, err := in.Optional(der.Context(1)); err != nil { // unsigned attributes prove nothing
		return s, err
	}
	return s, in.End()
}

func (s *SignerInfo) readSID(r *der.Reader) error {
	e, err := r.Next()
	if err != nil {
		return err
	}
	switch e.Tag {
	case der.Sequence:
		in := e.Inside()
		name, err := in.Read(der.Sequence)
		if err != nil {
			return err
		}
		s.Issuer = name.Raw
		if s.Serial, err = in.BigInt(); err != nil {
			return err
		}
		return in.End()
	case der.ContextPrimitive(0):
		s.SubjectKeyID = e.Value
		return nil
	case der.Context(0): // explicitly tagged, against RFC 5652 §5.3
		octets, err := der.Only(e.Value, der.OctetString)
		s.SubjectKeyID = octets.Value
		return err
	}
	return fmt.Errorf("%w: signer identifier", der.ErrMalformed)
}

func (s *SignerInfo) readAttributes(r *der.Reader) error {
	for !r.Empty() {
		e, err := r.Read(der.Sequence)
		if err != nil {
			return err
		}
		in := e.Inside()
		a := Attribute{}
		if a.Type, err = in.OID(); err != nil {
			return err
		}
		set, err := in.Read(der.Set)
		if err != nil {
			return err
		}
		for values := set.Inside(); !values.Empty(); {
			v, err := values.Next()
			if err != nil {
				return err
			}
			a.Values = append(a.Values, v)
		}
		if err := in.End(); err != nil {
			return err
		}
		s.Attributes = append(s.Attributes, a)
	}
	return nil
}
