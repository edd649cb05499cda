package specimen

import (
	"encoding/asn1"
	"fmt"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// name is a distinguished name of the specimen PKI.
type name struct {
	country, organization, unit, common string
}

// der writes the name as an RDNSequence: the country as PrintableString, the rest as UTF8String (Doc 9303-12 §7.1.1).
func (n name) der() []byte {
	var parts [][]byte
	for _, a := range []struct {
		last int
		tag  uint32
		text string
	}{{6, 0x13, n.country}, {10, 0x0C, n.organization}, {11, 0x0C, n.unit}, {3, 0x0C, n.common}} {
		if a.text != "" {
			oid := asn1.ObjectIdentifier{2, 5, 4, a.last}
			parts = append(parts, tlv.Set(tlv.Seq(tlv.OID(oid), tlv.Make(a.tag, []byte(a.text)))))
		}
	}
	return tlv.Seq(parts...)
}

// moment writes a time as certificates do: UTCTime until 2049, GeneralizedTime from then on (RFC 5280 §4.1.2.5).
func moment(t time.Time) []byte {
	t = t.UTC()
	if t.Year() < 2050 {
		return tlv.Make(0x17, []byte(t.Format("060102150405Z")))
	}
	return generalized(0x18, t)
}

func generalized(tag uint32, t time.Time) []byte {
	return tlv.Make(tag, []byte(t.UTC().Format("20060102150405Z")))
}

// extension writes one extension of a certificate or a revocation list.
func extension(oid asn1.ObjectIdentifier, critical bool, value []byte) []byte {
	if critical {
		return tlv.Seq(tlv.OID(oid), []byte{0x01, 0x01, 0xFF}, tlv.Octets(value))
	}
	return tlv.Seq(tlv.OID(oid), tlv.Octets(value))
}

// place is a GeneralNames that gives the issuing state, as Doc 9303-12 wants in the alternative names of issuer and
// subject: a directory name with the locality set to the state's three-letter code.
func place(state string) []byte {
	locality := asn1.ObjectIdentifier{2, 5, 4, 7}
	rdn := tlv.Seq(tlv.Set(tlv.Seq(tlv.OID(locality), tlv.Make(0x13, []byte(state)))))
	return tlv.Seq(tlv.Make(0xA4, rdn))
}

// uri is where the state would publish its revocation list. The name can never be resolved (RFC 2606).
func uri(state string) string { return fmt.Sprintf("https://pki.specimen.invalid/%s.crl", state) }
