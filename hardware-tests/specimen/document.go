// Package specimen makes travel documents: the files of the chip, signed by a PKI of their own, and what the chip needs to
// play its part. Everything is derived from a profile, a seed and a date, so that a document can be made again
// anywhere; nothing of it is, or may be taken for, a real document.
package specimen

import (
	"cmp"
	"fmt"
	"maps"
	"math/big"
	"math/rand/v2"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// Document is one specimen document.
type Document struct {
	// Profile, Seed and Day are what it was made from; Day is midnight UTC.
	Profile *Profile
	Seed    uint64
	Day     time.Time
	// Files holds the chip's files by the names that dumps use: EF.CardAccess, EF.COM, EF.SOD, EF.DG1.
	Files map[string][]byte
	// MRZ holds the lines printed on the document, Information the characters that keys are derived from, and CAN the
	// card access number, "" when there is none.
	MRZ         []string
	Information []byte
	CAN         string
	// Number, Birth and Expiry identify the document to its chip.
	Number        string
	Birth, Expiry time.Time
	// CSCA is the country's authority, Signer the document signer, and CRL the authority's revocation list (DER), which
	// revokes a signer that signed nothing.
	CSCA, Signer *Authority
	CRL          []byte
	// Chip is what chip.New takes.
	Chip chip.Config

	edit Editor
}

// Editor alters a part of a document while it is made: b is the part at a point, and what Editor gives takes its place.
// The points are, in the order in which they come: csca.tbs and csca, signer.tbs and signer (certificates, before and
// after they are signed), EF.CardAccess, card-security (the content of EF.CardSecurity), EF.DG1 to EF.DG16 and EF.COM,
// lds-object (the LDS security object), attributes (the SOD's signed attributes), EF.SOD, and then every file once more
// under "forged " and its name, when nothing is signed any more. A nil part is left out.
type Editor func(point string, b []byte) ([]byte, error)

// Make makes the document of a built-in profile, valid on the day of now.
func Make(profile string, seed uint64, now time.Time) (*Document, error) {
	p, err := Load(profile)
	if err != nil {
		return nil, err
	}
	return p.Make(seed, now)
}

// Make makes the document of this profile that belongs to a seed, as it is on the day of now.
func (p *Profile) Make(seed uint64, now time.Time) (*Document, error) {
	return p.MakeAltered(seed, now, func(_ string, b []byte) ([]byte, error) { return b, nil })
}

// MakeAltered makes a document with an editor at work.
func (p *Profile) MakeAltered(seed uint64, now time.Time, edit Editor) (*Document, error) {
	d := &Document{
		Profile: p, Seed: seed, Files: map[string][]byte{}, edit: edit,
		Day: time.Date(now.UTC().Year(), now.UTC().Month(), now.UTC().Day(), 0, 0, 0, 0, time.UTC),
	}
	for _, step := range []func() error{d.hold, d.establish, d.equip, d.sign, d.forge, d.assemble} {
		if err := step(); err != nil {
			return nil, fmt.Errorf("specimen %s with seed %d: %w", p.Name, seed, err)
		}
	}
	return d, nil
}

// hold invents the holder: the MRZ, the numbers and the face.
func (d *Document) hold() error {
	p, random := d.Profile, stream(d.Seed, d.Profile.Name, "holder")
	issued := d.Day.AddDate(0, 0, -p.Document.Issued)
	who := printed{
		format: p.Document.Format, code: p.Document.Code, issuer: p.Document.Issuer,
		nationality: p.Document.Nationality, surname: p.Document.Surname, givenNames: p.Document.GivenNames,
		sex: p.Document.Sex, number: pattern(p.Document.Number, random),
		optional: pattern(p.Document.Optional, random), optional2: pattern(p.Document.Optional2, random),
		birth:  d.Day.AddDate(-p.Document.Age, 0, -1-draw(random, 360)),
		expiry: issued.AddDate(p.Document.Years, 0, -1),
	}
	var err error
	if d.MRZ, err = who.lines(); err != nil {
		return err
	}
	d.Information, d.Number, d.Birth, d.Expiry = who.information(), who.number, who.birth, who.expiry
	if p.Chip.CAN {
		d.CAN = pattern("######", random)
	}
	d.Files["EF.DG1"] = makeDG1(d.MRZ)
	picture, kind, err := portrait(p, d.Seed)
	if err != nil {
		return err
	}
	d.Files["EF.DG2"] = makeDG2(picture, kind, p.Face.Width, p.Face.Height, p.Document.Sex, p.Face.Features)
	for _, g := range p.LDS.Groups {
		name := "EF.DG" + strconv.Itoa(g)
		switch g {
		case 3:
			d.Files[name] = tlv.Make(0x63, tlv.Make(0x7F61, tlv.Make(0x02, []byte{0}), tlv.Make(0x53, octets(random, 32))))
		case 11:
			d.Files[name] = makeDG11(who)
		case 12:
			d.Files[name] = makeDG12("SPECIMEN AUTHORITY", issued.Format("20060102"))
		}
	}
	return nil
}

// pattern fills in a number's pattern.
func pattern(text string, random *rand.ChaCha8) string {
	const consonants = "0123456789CFGHJKLMNPRTVWXYZ"
	out := []byte(text)
	for i, c := range out {
		switch c {
		case '#':
			out[i] = "0123456789"[draw(random, 10)]
		case '@':
			out[i] = consonants[draw(random, len(consonants))]
		}
	}
	return string(out)
}

// portraits remembers the faces that were drawn, since drawing takes longer than all else.
var portraits sync.Map // of portraitKey to []byte

type portraitKey struct {
	profile, sex, format string
	seed                 uint64
	w, h, bytes          int
}

// portrait draws the holder's face in the profile's format; kind is what DG2 calls it.
func portrait(p *Profile, seed uint64) (picture []byte, kind byte, err error) {
	if p.Face.Format != "jpeg" {
		kind = 1
	}
	id := portraitKey{p.Name, p.Document.Sex, p.Face.Format, seed, p.Face.Width, p.Face.Height, p.Face.Bytes}
	if known, ok := portraits.Load(id); ok {
		return known.([]byte), kind, nil
	}
	random := stream(seed, p.Name, "face")
	m := newLook(random, p.Document.Sex).draw(p.Face.Width, p.Face.Height, random)
	if kind == 0 {
		picture, err = encodeJPEG(m, p.Face.Bytes)
	} else {
		picture, err = encodeJPEG2000(m, p.Face.Format, p.Face.Bytes)
	}
	if err == nil {
		portraits.Store(id, picture)
	}
	return picture, kind, err
}

// establish makes the PKI. The CSCA depends on the country, its keys and its generation and not on the profile, so
// that documents of one country with the same seed share it.
func (d *Document) establish() error {
	p := d.Profile
	seed := d.Seed ^ p.PKI.Seed<<32
	state := p.Document.Issuer
	issued := d.Day.AddDate(0, 0, -p.Document.Issued)
	from := generation(issued)
	purpose := strings.Join([]string{p.PKI.Country, p.PKI.Organization, strconv.Itoa(from.Year())}, "/")
	cscaKey, err := makeKey(seed, "CSCA "+purpose, p.PKI.CSCA.Key)
	if err != nil {
		return fmt.Errorf("pki.csca: %w", err)
	}
	cscaScheme, err := parseSignature(p.PKI.CSCA.Signature)
	if err != nil {
		return fmt.Errorf("pki.csca: %w", err)
	}
	signerKey, err := makeKey(seed, "signer "+p.Name, p.PKI.Signer.Key)
	if err != nil {
		return fmt.Errorf("pki.signer: %w", err)
	}
	signerScheme, err := parseSignature(p.PKI.Signer.Signature)
	if err != nil {
		return fmt.Errorf("pki.signer: %w", err)
	}
	if err := signerScheme.fits(signerKey); err != nil {
		return fmt.Errorf("pki.signer: %w", err)
	}
	subject := name{country: p.PKI.Country, organization: p.PKI.Organization, unit: "TEST ONLY"}
	authority, signer := subject, subject
	authority.common = "SPECIMEN Country Signing CA " + state
	signer.common = "SPECIMEN Document Signer " + p.Name
	valid := validity{from: from, to: from.AddDate(15, 6, 0), keyTo: from.AddDate(5, 0, 0)}
	if d.CSCA, err = newAuthority(d.edit, state, authority, serial(seed, "CSCA", purpose, string(p.PKI.CSCA.Signature)), cscaKey, cscaScheme, valid); err != nil {
		return fmt.Errorf("pki.csca: %w", err)
	}
	valid = validity{from: issued.AddDate(0, 0, -60), to: issued.AddDate(p.Document.Years, 6, 0), keyTo: issued.AddDate(0, 0, 60)}
	d.Signer, err = d.CSCA.newSigner(d.edit, signer, serial(seed, "signer", p.Name), signerKey, signerScheme, valid, p.PKI.Signer.Types)
	if err != nil {
		return fmt.Errorf("pki.signer: %w", err)
	}
	revoked := serial(seed, "revoked", purpose)
	if p.PKI.Revoked {
		revoked = d.Signer.serial
	}
	d.CRL, err = d.CSCA.revocationList(1, d.Day.AddDate(0, 0, -1), d.Day.AddDate(0, 0, 90), revoked)
	return err
}

// generation is when the CSCA came into use under which a document was issued: they change every four years.
func generation(issued time.Time) time.Time {
	year := issued.AddDate(0, 0, -61).Year()
	return time.Date(year-year%4, 1, 1, 0, 0, 0, 0, time.UTC)
}

// serial gives a certificate's serial number: positive, eight octets.
func serial(seed uint64, purpose ...string) *big.Int {
	b := octets(stream(seed, append([]string{"serial"}, purpose...)...), 8)
	b[0] = b[0]&0x3F | 0x40
	return new(big.Int).SetBytes(b)
}

// equip makes the chip's keys and the files that announce them: EF.CardAccess, DG14 and DG15.
func (d *Document) equip() error {
	p := d.Profile
	variants, err := p.pace()
	if err != nil {
		return err
	}
	agreements, encodings, err := p.agreements(d.Seed)
	if err != nil {
		return err
	}
	var announced, infos, secured [][]byte
	for _, v := range variants {
		announced = append(announced, paceInfo(v))
	}
	infos = slices.Clone(announced)
	secured = slices.Clone(announced)
	for i, a := range agreements {
		if a.Mapping {
			secured = append(secured, agreementInfos(a, encodings[i])...)
			continue
		}
		infos = append(infos, agreementInfos(a, encodings[i])...)
	}
	if aa := p.Chip.ActiveAuthentication; aa.Key != "" {
		h, err := hashByName(aa.Hash)
		if err != nil {
			return err
		}
		k, err := makeKey(d.Seed, "active authentication "+p.Name, aa.Key)
		if err != nil {
			return err
		}
		if d.Chip.Active, err = Active(k, aa.Hash, aa.Trailer); err != nil {
			return err
		}
		d.Files["EF.DG15"] = tlv.Make(0x6F, k.SubjectPublicKeyInfo())
		if k.Curve != nil {
			infos = append(infos, activeInfo(h))
		}
	}
	if len(infos) > 0 {
		d.Files["EF.DG14"] = tlv.Make(0x6E, tlv.Set(infos...))
	}
	if len(announced) > 0 {
		d.Files["EF.CardAccess"] = tlv.Set(announced...)
	}
	if len(secured) > len(announced) {
		content, err := d.edit("card-security", tlv.Set(secured...))
		if err != nil {
			return err
		}
		e := envelope{contentType: oidCardSecurity, digest: d.Signer.scheme.hash, identifier: p.SOD.Identifier, time: d.signedAt()}
		if d.Files["EF.CardSecurity"], err = e.sign(content, d.Signer); err != nil {
			return err
		}
	}
	if x := p.Chip.ExtendedLength; x.ATRInfo {
		d.Files["EF.ATR-INFO"] = atrInfo(x.Command, x.Response)
	}
	d.Chip.PACE, d.Chip.Agreements, d.Chip.BAC = variants, agreements, p.Chip.BAC
	return nil
}

// signedAt is when the document was personalized.
func (d *Document) signedAt() time.Time {
	return d.Day.AddDate(0, 0, -d.Profile.Document.Issued).Add(10 * time.Hour)
}

// groups lists the data groups that the document has, in order.
func (d *Document) groups() []int {
	var all []int
	for n := range d.Files {
		if text, ok := strings.CutPrefix(n, "EF.DG"); ok {
			if g, err := strconv.Atoi(text); err == nil {
				all = append(all, g)
			}
		}
	}
	slices.Sort(all)
	return all
}

// sign makes EF.COM and EF.SOD.
func (d *Document) sign() error {
	p := d.Profile
	if !p.LDS.NoCOM {
		d.Files["EF.COM"] = makeCOM(p.LDS.Version, p.LDS.Unicode, d.groups())
	}
	if err := d.editFiles(""); err != nil {
		return err
	}
	h, err := hashByName(p.SOD.Hash)
	if err != nil {
		return fmt.Errorf("sod.hash: %w", err)
	}
	digest, err := hashByName(p.SOD.Digest)
	if err != nil {
		return fmt.Errorf("sod.digest: %w", err)
	}
	files := map[int][]byte{}
	for _, g := range d.groups() {
		files[g] = d.Files["EF.DG"+strconv.Itoa(g)]
	}
	content, err := d.edit("lds-object", securityObject(h, files, p.SOD.Version == 1, p.LDS.Version, p.LDS.Unicode))
	if err != nil {
		return err
	}
	e := envelope{
		edit:        d.edit,
		contentType: oidLDSSecurity, digest: digest, identifier: p.SOD.Identifier, time: d.signedAt(),
		noTime: p.SOD.SigningTime != nil && !*p.SOD.SigningTime, noCert: p.SOD.Certificate != nil && !*p.SOD.Certificate,
	}
	cms, err := e.sign(content, d.Signer)
	if err != nil {
		return err
	}
	sod, err := d.edit("EF.SOD", tlv.Make(0x77, cms))
	if err != nil {
		return err
	}
	d.Files["EF.SOD"] = sod
	return nil
}

// editFiles shows every file to the editor, under a prefix and its name.
func (d *Document) editFiles(prefix string) error {
	for _, n := range slices.Sorted(maps.Keys(d.Files)) {
		b, err := d.edit(prefix+n, d.Files[n])
		if err != nil {
			return err
		}
		if b == nil {
			delete(d.Files, n)
			continue
		}
		d.Files[n] = b
	}
	return nil
}

// forge lets the editor alter the files when all is signed.
func (d *Document) forge() error { return d.editFiles("forged ") }

// assemble lays the files out on the chip.
func (d *Document) assemble() error {
	p, c := d.Profile, &d.Chip
	c.MRZ, c.CAN = d.Information, d.CAN
	x := p.Chip.ExtendedLength
	c.ExtendedLength = x.Command > 0 || x.Response > 0 || x.ATRInfo
	if c.ExtendedLength { // 0 is the most there is
		x.Command, x.Response = cmp.Or(x.Command, 65535), cmp.Or(x.Response, 65000)
	}
	c.MaxCommand, c.MaxResponse = x.Command, x.Response
	c.EndOfFile, c.NoOddRead, c.NoShortID = chip.EndOfFile(p.Chip.EndOfFile), p.Chip.NoOddRead, p.Chip.NoShortID
	if p.Chip.MasterStatus != "" {
		sw, err := strconv.ParseUint(p.Chip.MasterStatus, 16, 16)
		if err != nil {
			return err
		}
		c.MasterStatus = uint16(sw)
	}
	c.ATR = answerToReset(c.ExtendedLength, x.ATRInfo)
	c.Master, c.LDS = Layout(d.Files)
	return nil
}

// answerToReset is a contactless card's ATR (PC/SC part 3 §3.1.3.2.3) whose historical bytes name the card's
// capabilities: selection by name, file identifier and short identifier; chaining; extended length.
func answerToReset(extended, announced bool) []byte {
	capabilities := byte(0x80)
	if extended {
		capabilities |= 0x40
	}
	if announced {
		capabilities |= 0x20
	}
	historical := []byte{0x80, 0x73, 0x94, 0x01, capabilities}
	atr := append([]byte{0x3B, 0x80 | byte(len(historical)), 0x80, 0x01}, historical...) //nolint:gosec // five
	check := byte(0)
	for _, b := range atr[1:] {
		check ^= b
	}
	return append(atr, check)
}

// atrInfo writes EF.ATR/INFO: the extended length information of ISO/IEC 7816-4 §12.7.1, and the capabilities.
func atrInfo(command, response int) []byte {
	length := func(n int) []byte {
		if n == 0 {
			n = 65535
		}
		return tlv.Make(0x02, []byte{byte(n >> 8), byte(n)})
	}
	return append(tlv.Make(0x43, []byte{0x01}), tlv.Make(0x7F66, length(command), length(response))...)
}

// Layout gives the files of a dump the identifiers and access rules that Doc 9303-10 §3.4 gives them.
func Layout(files map[string][]byte) (master, lds []chip.File) {
	for _, n := range slices.Sorted(maps.Keys(files)) {
		f := chip.File{Data: files[n]}
		switch n {
		case "EF.CardAccess":
			f.ID, f.ShortID, f.Access = 0x011C, 0x1C, chip.Always
			master = append(master, f)
		case "EF.CardSecurity":
			f.ID, f.ShortID = 0x011D, 0x1D
			master = append(master, f)
		case "EF.ATR-INFO":
			f.ID, f.ShortID, f.Access = 0x2F01, 0x01, chip.Always
			master = append(master, f)
		case "EF.COM":
			f.ID, f.ShortID = 0x011E, 0x1E
			lds = append(lds, f)
		case "EF.SOD":
			f.ID, f.ShortID = 0x011D, 0x1D
			lds = append(lds, f)
		default:
			text, ok := strings.CutPrefix(n, "EF.DG")
			g, err := strconv.Atoi(text)
			if !ok || err != nil || g < 1 || g > 16 {
				continue
			}
			f.ID, f.ShortID = 0x0100|uint16(g), byte(g) //nolint:gosec // 1 to 16
			if g == 3 || g == 4 {
				f.Access = chip.AfterTerminalAuthentication
			}
			lds = append(lds, f)
		}
	}
	return master, lds
}
