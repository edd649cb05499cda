package specimen

import (
	"encoding/base64"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// Succession is a CSCA's rollover: the next certificate with a key of its own, and the link certificate by which the old
// key vouches for the new one (Doc 9303-12 §4.1).
type Succession struct {
	// Next is the new authority with its self-signed certificate.
	Next *Authority
	// Link holds the new key under the same name, signed by the old key.
	Link []byte
}

// Succession makes the rollover of the document's CSCA on the day that the document was made for.
func (d *Document) Succession() (*Succession, error) {
	p, old := d.Profile, d.CSCA
	seed := d.Seed ^ p.PKI.Seed<<32
	key, err := makeKey(seed, "next CSCA "+p.PKI.Country+p.PKI.Organization, p.PKI.CSCA.Key)
	if err != nil {
		return nil, err
	}
	v := validity{from: d.Day.AddDate(0, 0, -7), to: d.Day.AddDate(15, 6, 0), keyTo: d.Day.AddDate(5, 0, 0)}
	next, err := newAuthority(d.edit, old.state, old.subject, serial(seed, "next CSCA", p.PKI.Country), key, old.scheme, v)
	if err != nil {
		return nil, err
	}
	link := draft{
		state: old.state, serial: serial(seed, "link", p.PKI.Country), issuer: old.subject, subject: old.subject, valid: v,
		key: key, edit: d.edit, point: "link", extensions: authorityExtensions(old.state, old.Key, key, v),
	}
	der, err := link.sign(old.Key, old.scheme)
	if err != nil {
		return nil, err
	}
	return &Succession{Next: next, Link: der}, nil
}

// MasterList makes a CSCA master list (Doc 9303-12 §9) with the given certificates, published by the document's country:
// its signer is certified by the document's CSCA for that purpose, and both certificates are in the list's envelope.
func (d *Document) MasterList(certificates ...[]byte) ([]byte, error) {
	p := d.Profile
	seed := d.Seed ^ p.PKI.Seed<<32
	key, err := makeKey(seed, "master list signer "+p.PKI.Country, p.PKI.Signer.Key)
	if err != nil {
		return nil, err
	}
	subject := d.CSCA.subject
	subject.common = "SPECIMEN Master List Signer " + d.CSCA.state
	v := validity{from: d.Day.AddDate(0, -6, 0), to: d.Day.AddDate(2, 0, 0), keyTo: d.Day.AddDate(1, 0, 0)}
	number := serial(seed, "master list signer", p.PKI.Country)
	certificate, err := draft{
		state: d.CSCA.state, serial: number, issuer: d.CSCA.subject, subject: subject, valid: v, key: key, edit: d.edit,
		point: "list-signer", extensions: append(
			common(d.CSCA.state, d.CSCA.Key, key, v),
			extension(extKeyUsage, true, []byte{0x03, 0x02, 0x07, 0x80}),
			extension(extExtendedUse, true, tlv.Seq(tlv.OID(oidListSigner))),
		),
	}.sign(d.CSCA.Key, d.CSCA.scheme)
	if err != nil {
		return nil, err
	}
	scheme, err := parseSignature(p.PKI.Signer.Signature)
	if err != nil {
		return nil, err
	}
	signer := &Authority{
		Certificate: certificate, Key: key, state: d.CSCA.state, subject: subject, issuer: d.CSCA.subject.der(),
		scheme: scheme, serial: number,
	}
	e := envelope{
		contentType: oidMasterList, digest: scheme.hash, identifier: signerByKeyID, time: d.Day.Add(-time.Hour),
		also: [][]byte{d.CSCA.Certificate},
	}
	return e.sign(tlv.Seq(tlv.Int(0), tlv.Set(certificates...)), signer)
}

// LDIF writes document signers, revocation lists and master lists as the ICAO PKD's downloads have them (RFC 2849). Lists
// are the master lists by country code.
func LDIF(documents []*Document, lists map[string][]byte) []byte {
	var b strings.Builder
	b.WriteString("version: 1\n\n")
	line := func(text string) {
		// A line has 76 octets; the next one begins with a space.
		for len(text) > 76 {
			b.WriteString(text[:76] + "\n")
			text = " " + text[76:]
		}
		b.WriteString(text + "\n")
	}
	const base = "dc=data,dc=download,dc=pkd,dc=icao,dc=int"
	entry := func(dn string, lines ...string) {
		line("dn: " + dn)
		for _, l := range lines {
			line(l)
		}
		b.WriteString("\n")
	}
	encode := base64.StdEncoding.EncodeToString
	for _, d := range documents {
		country := d.Profile.PKI.Country
		number := strings.ToUpper(d.Signer.serial.Text(16))
		entry(fmt.Sprintf(`cn=C\=%s\,CN\=SPECIMEN+sn=%s,o=dsc,c=%s,%s`, country, number, country, base),
			"pkdVersion: 1", "userCertificate;binary:: "+encode(d.Signer.Certificate), "sn: "+number,
			"objectClass: inetOrgPerson", "objectClass: pkdDownload", "objectClass: top")
		entry(fmt.Sprintf(`cn=C\=%s\,CN\=SPECIMEN,o=crl,c=%s,%s`, country, country, base),
			"certificateRevocationList;binary:: "+encode(d.CRL), "objectClass: cRLDistributionPoint", "objectClass: top")
	}
	countries := make([]string, 0, len(lists))
	for c := range lists {
		countries = append(countries, c)
	}
	slices.Sort(countries)
	for _, c := range countries {
		entry(fmt.Sprintf("cn=SPECIMEN,o=ml,c=%s,%s", c, base), "pkdMasterListContent:: "+encode(lists[c]),
			"cscaCertificateCountry: "+c, "objectClass: pkdMasterList", "objectClass: top")
	}
	return []byte(b.String())
}
