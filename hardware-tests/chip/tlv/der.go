package tlv

import (
	"bytes"
	"encoding/asn1"
	"math/big"
	"slices"
)

// Set writes a DER SET OF: the parts in ascending order of their encodings (X.690 §11.6).
func Set(parts ...[]byte) []byte {
	sorted := slices.Clone(parts)
	slices.SortFunc(sorted, bytes.Compare)
	return Make(0x31, sorted...)
}

// OID writes an OBJECT IDENTIFIER. It panics on one that cannot be written: they are constants here.
func OID(oid asn1.ObjectIdentifier) []byte {
	b, err := asn1.Marshal(oid)
	if err != nil {
		panic("tlv: " + err.Error())
	}
	return b
}

// OIDValue is OID without tag and length.
func OIDValue(oid asn1.ObjectIdentifier) []byte { return OID(oid)[2:] }

// Int writes a DER INTEGER.
func Int(n int64) []byte { return BigInt(big.NewInt(n)) }

// BigInt writes a DER INTEGER.
func BigInt(n *big.Int) []byte {
	b, err := asn1.Marshal(n)
	if err != nil {
		panic("tlv: " + err.Error())
	}
	return b
}

// Seq writes a DER SEQUENCE of parts that are encoded already.
func Seq(parts ...[]byte) []byte { return Make(0x30, parts...) }

// Octets writes a DER OCTET STRING.
func Octets(parts ...[]byte) []byte { return Make(0x04, parts...) }

// Bits writes a DER BIT STRING of whole octets.
func Bits(b []byte) []byte { return Make(0x03, []byte{0}, b) }
