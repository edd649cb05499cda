package specimen

import (
	"crypto/sha1" //nolint:gosec // key identifiers
	"encoding/asn1"
	"math/big"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// The extensions of Doc 9303-12 §7.1.1.
var (
	extSubjectKeyID  = asn1.ObjectIdentifier{2, 5, 29, 14}
	extKeyUsage      = asn1.ObjectIdentifier{2, 5, 29, 15}
	extPrivatePeriod = asn1.ObjectIdentifier{2, 5, 29, 16}
	extSubjectAlt    = asn1.ObjectIdentifier{2, 5, 29, 17}
	extIssuerAlt     = asn1.ObjectIdentifier{2, 5, 29, 18}
	extBasic         = asn1.ObjectIdentifier{2, 5, 29, 19}
	extCRLNumber     = asn1.ObjectIdentifier{2, 5, 29, 20}
	extCRLPoints     = asn1.ObjectIdentifier{2, 5, 29, 31}
	extAuthorityID   = asn1.ObjectIdentifier{2, 5, 29, 35}
	extExtendedUse   = asn1.ObjectIdentifier{2, 5, 29, 37}
	extDocumentTypes = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 6, 2}
	oidListSigner    = asn1.ObjectIdentifier{2, 23, 136, 1, 1, 3}
)

// Authority is a country signing certificate authority, or another signer, with its key.
type Authority struct {
	// Certificate is DER.
	Certificate []byte
	// Key is the private key.
	Key *Key

	state   string
	subject name
	issuer  []byte // the issuer's name in DER, as the certificate was meant to have it
	scheme  scheme
	serial  *big.Int
}

// validity is when a certificate holds, and when its private key is used.
type validity struct{ from, to, keyTo time.Time }

// keyID is the key identifier: the SHA-1 of the public key (RFC 5280 §4.2.1.2, first method).
func keyID(k *Key) []byte {
	sum := sha1.Sum(k.publicKey()) //nolint:gosec // prescribed
	return sum[:]
}

// draft is a certificate that has not been signed yet.
type draft struct {
	state      string
	serial     *big.Int
	issuer     name
	subject    name
	valid      validity
	key        *Key
	extensions [][]byte
	edit       Editor
	point      string
}

// sign makes the certificate.
func (d draft) sign(by *Key, s scheme) ([]byte, error) {
	tbs := tlv.Seq(
		tlv.Make(0xA0, tlv.Int(2)),
		tlv.BigInt(d.serial),
		s.identifier(),
		d.issuer.der(),
		tlv.Seq(moment(d.valid.from), moment(d.valid.to)),
		d.subject.der(),
		d.key.SubjectPublicKeyInfo(),
		tlv.Make(0xA3, tlv.Seq(d.extensions...)),
	)
	tbs, err := d.edit(d.point+".tbs", tbs)
	if err != nil {
		return nil, err
	}
	der, err := signed(tbs, by, s)
	if err != nil {
		return nil, err
	}
	return d.edit(d.point, der)
}

// signed wraps what is to be signed together with its signature.
func signed(tbs []byte, by *Key, s scheme) ([]byte, error) {
	signature, err := s.sign(by, tbs)
	if err != nil {
		return nil, err
	}
	return tlv.Seq(tbs, s.identifier(), tlv.Bits(signature)), nil
}

// common are the extensions of every certificate of the PKI.
func common(state string, issuer, subject *Key, v validity) [][]byte {
	period := tlv.Seq(generalized(0x80, v.from), generalized(0x81, v.keyTo))
	point := tlv.Seq(tlv.Seq(tlv.Make(0xA0, tlv.Make(0xA0, tlv.Make(0x86, []byte(uri(state)))))))
	return [][]byte{
		extension(extAuthorityID, false, tlv.Seq(tlv.Make(0x80, keyID(issuer)))),
		extension(extSubjectKeyID, false, tlv.Octets(keyID(subject))),
		extension(extPrivatePeriod, false, period),
		extension(extIssuerAlt, false, place(state)),
		extension(extSubjectAlt, false, place(state)),
		extension(extCRLPoints, false, point),
	}
}

// authorityExtensions are those of a CSCA certificate.
func authorityExtensions(state string, issuer, subject *Key, v validity) [][]byte {
	return append(
		common(state, issuer, subject, v),
		extension(extKeyUsage, true, []byte{0x03, 0x02, 0x01, 0x06}), // keyCertSign, cRLSign
		extension(extBasic, true, tlv.Seq([]byte{0x01, 0x01, 0xFF}, tlv.Int(0))),
	)
}

// newAuthority makes a self-signed CSCA certificate.
func newAuthority(edit Editor, state string, subject name, serial *big.Int, k *Key, s scheme, v validity) (*Authority, error) {
	d := draft{
		state: state, serial: serial, issuer: subject, subject: subject, valid: v, key: k, edit: edit, point: "csca",
		extensions: authorityExtensions(state, k, k, v),
	}
	der, err := d.sign(k, s)
	if err != nil {
		return nil, err
	}
	return &Authority{Certificate: der, Key: k, state: state, subject: subject, issuer: subject.der(), scheme: s, serial: serial}, nil
}

// newSigner makes a document signer certificate; types are the document types that it may sign, P for passports.
func (a *Authority) newSigner(edit Editor, subject name, serial *big.Int, k *Key, s scheme, v validity, types []string) (*Authority, error) {
	var list [][]byte
	for _, t := range types {
		list = append(list, tlv.Make(0x13, []byte(t)))
	}
	d := draft{
		state: a.state, serial: serial, issuer: a.subject, subject: subject, valid: v, key: k, edit: edit, point: "signer",
		extensions: append(
			common(a.state, a.Key, k, v),
			extension(extKeyUsage, true, []byte{0x03, 0x02, 0x07, 0x80}), // digitalSignature
			extension(extDocumentTypes, false, tlv.Seq(tlv.Int(0), tlv.Set(list...))),
		),
	}
	der, err := d.sign(a.Key, a.scheme)
	if err != nil {
		return nil, err
	}
	return &Authority{Certificate: der, Key: k, state: a.state, subject: subject, issuer: a.subject.der(), scheme: s, serial: serial}, nil
}

// revocationList makes the CSCA's revocation list.
func (a *Authority) revocationList(number int64, from, to time.Time, revoked ...*big.Int) ([]byte, error) {
	parts := [][]byte{tlv.Int(1), a.scheme.identifier(), a.subject.der(), moment(from), moment(to)}
	var entries [][]byte
	for _, serial := range revoked {
		entries = append(entries, tlv.Seq(tlv.BigInt(serial), moment(from)))
	}
	if len(entries) > 0 {
		parts = append(parts, tlv.Seq(entries...))
	}
	parts = append(parts, tlv.Make(0xA0, tlv.Seq(
		extension(extAuthorityID, false, tlv.Seq(tlv.Make(0x80, keyID(a.Key)))),
		extension(extCRLNumber, false, tlv.Int(number)),
	)))
	return signed(tlv.Seq(parts...), a.Key, a.scheme)
}
