package specimen

import (
	"encoding/asn1"
	"fmt"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

var (
	oidSignedData     = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 7, 2}
	oidContentType    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 3}
	oidMessageDigest  = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 4}
	oidSigningTime    = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 9, 5}
	oidLDSSecurity    = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 1}
	oidCardSecurity   = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 3, 2, 1}
	oidMasterList     = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 2}
	signerByIssuer    = "issuer"
	signerByKeyID     = "key-id"
	signerIdentifiers = []string{signerByIssuer, signerByKeyID}
)

// envelope says how a signed object is built.
type envelope struct {
	contentType asn1.ObjectIdentifier
	digest      hash   // of the content
	identifier  string // how the signer is named: issuer or key-id
	time        time.Time
	noTime      bool // no signing time
	noCert      bool // the signer's certificate is left out
	also        [][]byte
	edit        Editor // of the signed attributes; nil for none
}

// sign makes a CMS SignedData in a ContentInfo (RFC 5652 §5).
func (e envelope) sign(content []byte, by *Authority) ([]byte, error) {
	attribute := func(oid asn1.ObjectIdentifier, value []byte) []byte { return tlv.Seq(tlv.OID(oid), tlv.Set(value)) }
	attributes := [][]byte{
		attribute(oidContentType, tlv.OID(e.contentType)),
		attribute(oidMessageDigest, tlv.Octets(e.digest.sum(content))),
	}
	if !e.noTime {
		attributes = append(attributes, attribute(oidSigningTime, moment(e.time)))
	}
	set := tlv.Set(attributes...)
	if e.edit != nil {
		var err error
		if set, err = e.edit("attributes", set); err != nil {
			return nil, err
		}
	}
	signature, err := by.scheme.sign(by.Key, set)
	if err != nil {
		return nil, err
	}
	implicit := append([]byte{0xA0}, set[1:]...)

	var version int64
	var identifier []byte
	switch e.identifier {
	case signerByIssuer, "":
		version, identifier = 1, tlv.Seq(by.issuer, tlv.BigInt(by.serial))
	case signerByKeyID:
		version, identifier = 3, tlv.Make(0x80, keyID(by.Key))
	default:
		return nil, fmt.Errorf("a signer is named by %v, not by %q", signerIdentifiers, e.identifier)
	}
	signer := tlv.Seq(tlv.Int(version), identifier, e.digest.identifier(), implicit, by.scheme.identifier(),
		tlv.Octets(signature))
	parts := [][]byte{
		tlv.Int(3), tlv.Set(e.digest.identifier()),
		tlv.Seq(tlv.OID(e.contentType), tlv.Make(0xA0, tlv.Octets(content))),
	}
	certificates := e.also
	if !e.noCert {
		certificates = append([][]byte{by.Certificate}, certificates...)
	}
	if len(certificates) > 0 {
		parts = append(parts, tlv.Make(0xA0, certificates...))
	}
	parts = append(parts, tlv.Set(signer))
	return tlv.Seq(tlv.OID(oidSignedData), tlv.Make(0xA0, tlv.Seq(parts...))), nil
}
