package specimen

import (
	"encoding/asn1"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/domain"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

var (
	oidPKDH       = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 1, 1}
	oidPKECDH     = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 1, 2}
	oidActive     = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 5}
	oidPKCS3      = asn1.ObjectIdentifier{1, 2, 840, 113549, 1, 3, 1}
	oidX942       = asn1.ObjectIdentifier{1, 2, 840, 10046, 2, 1}
	oidStandardDP = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 1, 2}
)

// paceInfo writes a PACEInfo (Doc 9303-11 §9.2.1).
func paceInfo(p chip.PACE) []byte {
	return tlv.Seq(tlv.OID(p.Protocol()), tlv.Int(2), tlv.Int(int64(p.Parameters.ID())))
}

// agreementInfos writes the ChipAuthenticationInfo and the ChipAuthenticationPublicKeyInfo of a key (Doc 9303-11
// §9.2.5, §9.2.6). A key for PACE-CAM has the second only.
func agreementInfos(a chip.Agreement, encoding string) [][]byte {
	var id []byte
	if a.KeyID >= 0 {
		id = tlv.Int(int64(a.KeyID))
	}
	algorithm := oidPKDH
	if a.Parameters.Curve != nil {
		algorithm = oidPKECDH
	}
	key := tlv.Seq(tlv.OID(algorithm), agreementKey(a, encoding), id)
	if a.Mapping {
		return [][]byte{key}
	}
	return [][]byte{tlv.Seq(tlv.OID(a.Protocol()), tlv.Int(1), id), key}
}

// agreementKey writes the public key: a curve by name, in full ("explicit") or as a standardized set ("standardized"); a
// group as PKCS #3 or X9.42 ("x942") writes it.
func agreementKey(a chip.Agreement, encoding string) []byte {
	public := a.Parameters.PublicKey(a.Private)
	if encoding == "standardized" {
		return tlv.Seq(tlv.Seq(tlv.OID(oidStandardDP), tlv.Int(int64(a.Parameters.ID()))), tlv.Bits(public))
	}
	if c := a.Parameters.Curve; c != nil {
		return ecPublicKeyInfo(c, public, encoding == "explicit")
	}
	return dhPublicKeyInfo(a.Parameters.Group, public, encoding)
}

func dhPublicKeyInfo(g *domain.Group, public []byte, encoding string) []byte {
	number := tlv.Make(0x02, trimmed(public))
	algorithm := tlv.Seq(tlv.OID(oidPKCS3), tlv.Seq(tlv.BigInt(g.P), tlv.BigInt(g.G), tlv.Int(int64(g.Q.BitLen()))))
	if encoding == "x942" {
		algorithm = tlv.Seq(tlv.OID(oidX942), tlv.Seq(tlv.BigInt(g.P), tlv.BigInt(g.G), tlv.BigInt(g.Q)))
	}
	return tlv.Seq(algorithm, tlv.Bits(number))
}

// trimmed writes an unsigned number as the content of a DER INTEGER.
func trimmed(b []byte) []byte {
	for len(b) > 1 && b[0] == 0 {
		b = b[1:]
	}
	if b[0]&0x80 != 0 {
		return append([]byte{0}, b...)
	}
	return b
}

// activeInfo writes the ActiveAuthenticationInfo that an ECDSA key needs (Doc 9303-11 §9.2.4).
func activeInfo(h hash) []byte {
	return tlv.Seq(tlv.OID(oidActive), tlv.Int(1), tlv.OID(under(oidPlainECDSA, h.plain)))
}
