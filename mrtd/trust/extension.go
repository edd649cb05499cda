package trust

import (
	"math/big"
	"strings"
	"time"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// KeyUsage is the bits of RFC 5280 §4.2.1.3.
type KeyUsage uint16

// The uses that matter here.
const (
	DigitalSignature KeyUsage = 1 << iota
	ContentCommitment
	KeyEncipherment
	DataEncipherment
	KeyAgreement
	KeyCertSign
	CRLSign
)

var (
	oidSubjectKeyID     = der.MakeOID("2.5.29.14")
	oidKeyUsage         = der.MakeOID("2.5.29.15")
	oidPrivateKeyPeriod = der.MakeOID("2.5.29.16")
	oidBasicConstraints = der.MakeOID("2.5.29.19")
	oidAuthorityKeyID   = der.MakeOID("2.5.29.35")
	oidExtendedKeyUsage = der.MakeOID("2.5.29.37")
	oidDocumentTypeList = der.MakeOID("2.23.136.1.1.6.2")
)

// known lists the extensions of Doc 9303-12 §7.1.1 that a certificate may mark critical without becoming unreadable:
// those read here, and those that say nothing about whether a signature holds.
var known = map[der.OID]bool{
	oidSubjectKeyID: true, oidKeyUsage: true, oidPrivateKeyPeriod: true, oidBasicConstraints: true,
	oidAuthorityKeyID: true, oidExtendedKeyUsage: true, oidDocumentTypeList: true,
	der.MakeOID("2.5.29.17"):        true, // subject alternative name
	der.MakeOID("2.5.29.18"):        true, // issuer alternative name
	der.MakeOID("2.5.29.31"):        true, // CRL distribution points
	der.MakeOID("2.5.29.32"):        true, // certificate policies
	der.MakeOID("2.23.136.1.1.6.1"): true, // name change
}

// extensions is what the extensions of a certificate say (RFC 5280 §4.2, Doc 9303-12 §7.1).
type extensions struct {
	SubjectKeyID []byte
	// AuthorityKeyID is the key identifier of the issuer; nil when the certificate states none.
	AuthorityKeyID []byte
	// Usage is meaningful where HasUsage.
	Usage    KeyUsage
	HasUsage bool
	// UsageCritical tells that the key usage is marked as critical.
	UsageCritical bool
	// IsCA and PathLength are the basic constraints; PathLength is −1 without a limit.
	HasConstraints bool
	IsCA           bool
	PathLength     int
	// ExtendedUsage is what the key is limited to; nil without the extension.
	ExtendedUsage []der.OID
	// PrivateKeyFrom and PrivateKeyTo bound the time in which the private key signs; zero when open.
	PrivateKeyFrom, PrivateKeyTo time.Time
	// DocumentTypes lists the document codes that the signer may sign (Doc 9303-12 §7.1.1.6); nil without the extension.
	DocumentTypes []string
	// UnknownCritical lists the critical extensions that this package does not know.
	UnknownCritical []string
	// Malformed lists extensions that are there twice, and those that decide on the certificate's use and cannot be read;
	// Unread lists the others that cannot be read.
	Malformed, Unread []string
}

func (x *extensions) readExtensions(b []byte) {
	seq, err := der.Only(b, der.Sequence)
	if err != nil {
		x.Malformed = append(x.Malformed, "all")
		return
	}
	seen := map[der.OID]bool{}
	for r := seq.Inside(); !r.Empty(); {
		id, critical, value, err := extension(r)
		if err != nil {
			x.Malformed = append(x.Malformed, "all")
			return
		}
		if seen[id] {
			x.Malformed = append(x.Malformed, id.String())
			continue
		}
		seen[id] = true
		x.UsageCritical = x.UsageCritical || critical && id == oidKeyUsage
		if critical && !known[id] {
			x.UnknownCritical = append(x.UnknownCritical, id.String())
		}
		if read := readers[id]; read != nil {
			switch err := read(x, value); {
			case err == nil:
			case critical || id == oidKeyUsage || id == oidBasicConstraints || id == oidExtendedKeyUsage:
				x.Malformed = append(x.Malformed, id.String())
			default:
				x.Unread = append(x.Unread, id.String())
			}
		}
	}
}

// extension reads one Extension. States have written the flag with values that DER does not know: anything but 0 is true.
func extension(r *der.Reader) (id der.OID, critical bool, value []byte, err error) {
	e, err := r.Read(der.Sequence)
	if err != nil {
		return "", false, nil, err
	}
	in := e.Inside()
	if id, err = in.OID(); err != nil {
		return "", false, nil, err
	}
	flag, ok, err := in.Optional(der.Boolean)
	if err != nil {
		return "", false, nil, err
	}
	octets, err := in.Read(der.OctetString)
	if err != nil {
		return "", false, nil, err
	}
	return id, ok && isTrue(flag), octets.Value, in.End()
}

func isTrue(e der.Element) bool { return len(e.Value) == 1 && e.Value[0] != 0 }

var readers = map[der.OID]func(x *extensions, b []byte) error{
	oidSubjectKeyID: func(x *extensions, b []byte) error {
		e, err := der.Only(b, der.OctetString)
		x.SubjectKeyID = e.Value
		return err
	},
	oidAuthorityKeyID: func(x *extensions, b []byte) error {
		seq, err := der.Only(b, der.Sequence)
		if err != nil {
			return err
		}
		id, ok, err := seq.Inside().Optional(der.ContextPrimitive(0))
		if ok && len(id.Value) > 0 {
			x.AuthorityKeyID = id.Value
		}
		return err
	},
	oidKeyUsage: func(x *extensions, b []byte) error {
		e, err := der.Only(b, der.BitString)
		if err != nil || len(e.Value) < 1 {
			return der.ErrMalformed
		}
		x.HasUsage = true
		for i := range 8 * (len(e.Value) - 1) {
			if i < 9 && e.Value[1+i/8]&(0x80>>(i%8)) != 0 {
				x.Usage |= 1 << i
			}
		}
		return nil
	},
	oidBasicConstraints: func(x *extensions, b []byte) error {
		seq, err := der.Only(b, der.Sequence)
		if err != nil {
			return err
		}
		x.HasConstraints = true
		in := seq.Inside()
		ca, ok, err := in.Optional(der.Boolean)
		if err != nil {
			return err
		}
		x.IsCA = ok && isTrue(ca)
		if !in.Empty() {
			var n *big.Int
			if n, err = in.BigInt(); err != nil || !n.IsInt64() || n.Sign() < 0 {
				return der.ErrMalformed
			}
			x.PathLength = int(min(n.Int64(), 1<<16))
		}
		return in.End()
	},
	oidExtendedKeyUsage: func(x *extensions, b []byte) error {
		seq, err := der.Only(b, der.Sequence)
		if err != nil {
			return err
		}
		x.ExtendedUsage = []der.OID{}
		for in := seq.Inside(); !in.Empty(); {
			id, err := in.OID()
			if err != nil {
				return err
			}
			x.ExtendedUsage = append(x.ExtendedUsage, id)
		}
		return nil
	},
	oidPrivateKeyPeriod: func(x *extensions, b []byte) error {
		seq, err := der.Only(b, der.Sequence)
		if err != nil {
			return err
		}
		for in := seq.Inside(); !in.Empty(); {
			e, err := in.Next()
			if err != nil {
				return err
			}
			t, err := der.Time(der.Element{Tag: der.GeneralizedTime, Value: e.Value})
			if err != nil {
				return err
			}
			switch e.Tag {
			case der.ContextPrimitive(0):
				x.PrivateKeyFrom = t
			case der.ContextPrimitive(1):
				x.PrivateKeyTo = t
			}
		}
		return nil
	},
	oidDocumentTypeList: func(x *extensions, b []byte) error {
		var types []string
		// Oman wrote one document type and nothing around it, Indonesia a sequence of types without version and set.
		err := eachString(der.NewReader(b), 3, func(e der.Element) { types = append(types, documentType(e)) })
		if err == nil && len(types) == 0 {
			err = der.ErrMalformed
		}
		if err == nil {
			x.DocumentTypes = types
		}
		return err
	},
}

// eachString calls found for the strings in a structure of sequences and sets, at most depth of them around each other;
// integers are passed over.
func eachString(r *der.Reader, depth int, found func(der.Element)) error {
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return err
		}
		switch e.Tag {
		case der.Integer:
		case der.PrintableString, der.UTF8String, der.IA5String:
			found(e)
		case der.Sequence, der.Set:
			if depth == 0 {
				return der.ErrMalformed
			}
			if err := eachString(e.Inside(), depth-1, found); err != nil {
				return err
			}
		default:
			return der.ErrMalformed
		}
	}
	return nil
}

// documentType writes a document type as the MRZ's code does, without fillers.
func documentType(e der.Element) string {
	return strings.TrimRight(strings.ToUpper(strings.TrimSpace(text(e))), "<")
}

// MaySign tells whether the certificate is that of an authority that may sign certificates (RFC 5280 §4.2.1.9 and
// §4.2.1.3): a CA by its basic constraints, with a key that may sign certificates.
func (c *Certificate) MaySign() bool {
	return c.IsCA && (!c.HasUsage || c.Usage&KeyCertSign != 0)
}

// Limited tells whether extended key usage limits the key, and whether it allows the use given.
func (c *Certificate) Limited(use der.OID) (limited, allowed bool) {
	for _, id := range c.ExtendedUsage {
		if id == use {
			return true, true
		}
	}
	return c.ExtendedUsage != nil, false
}
