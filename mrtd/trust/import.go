package trust

import (
	"bytes"
	"crypto/ed25519"
	hash "crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"time"
)

// ImportInput is what is to be imported.
type ImportInput struct {
	// Paths are files and folders: what [Open] takes, and registers, bundles and keys besides.
	Paths []string
	// Fingerprints are SHA-256 hashes, in hexadecimal, of what counts although nothing that is trusted signed it:
	// certificates, lists, and keys of publishers.
	Fingerprints []string
	// At is the time of the import.
	At time.Time
	// Files judges what a bundle brings for other rooms, before anything is imported: folder is "rules" or "texts", files what is in it.
	// Its error refuses the bundle. Nil takes such files as they are.
	Files func(folder string, files fs.FS) error
}

// Verdict is what became of an entry of an import.
type Verdict string

// The verdicts.
const (
	Taken   Verdict = "taken"
	Held    Verdict = "held"
	Refused Verdict = "refused"
)

// ImportEntry is one object in the files, with what became of it and why.
type ImportEntry struct {
	Path string `json:"path"`
	Kind string `json:"kind"`
	// Name is the subject, the issuer, or the signer of the entry.
	Name string `json:"name"`
	// Fingerprint is the SHA-256 of the entry, in hexadecimal.
	Fingerprint string  `json:"fingerprint"`
	Verdict     Verdict `json:"verdict"`
	Reason      string  `json:"reason"`
}

// ImportReport says what an import took and refused. It was made, whole, or it changed nothing.
type ImportReport struct {
	Entries              []ImportEntry
	Taken, Held, Refused int
	// LeftOut names what of the files could not be read.
	LeftOut []Skipped
}

// ImportError is an import that changed nothing.
type ImportError struct {
	Problem, Remedy string
	Report          *ImportReport
}

func (e *ImportError) Error() string { return e.Problem + "; nothing was imported" }

// candidate is an entry on its way in.
type candidate struct {
	item
	kind, name  string
	fingerprint string
	verdict     Verdict
	reason      string
	// by and vouched are as in object.
	by      string
	vouched [32]byte
	date    time.Time
	signer  string
	country string
	entries int
}

func (c *candidate) take(by, reason string, args ...any) {
	c.verdict, c.by, c.reason = Taken, by, fmt.Sprintf(reason, args...)
}

func (c *candidate) refuse(reason string, args ...any) {
	c.verdict, c.reason = Refused, fmt.Sprintf(reason, args...)
}

// importing is one import.
type importing struct {
	dir        *Dir
	in         ImportInput
	old        *manifest
	base       *Store // the embedded store and what was imported before
	run        *Store // what is taken now
	pins       map[string]bool
	candidates []*candidate
	report     *ImportReport
	// bundle is the bundle that is applied; nil where there is none.
	bundle *openedBundle
}

// Import takes files into the store. Everything that counts must be signed by what is trusted already, or named by its
// fingerprint. The import is made in one step, or not at all: a file that was named and of which nothing can be taken, and
// a list, register or bundle that does not count, stop it with an [*ImportError]. Single entries of folders and LDIF exports
// that cannot be taken are left out, each with its reason.
func (d *Dir) Import(in ImportInput) (*ImportReport, error) {
	embedded, err := Embedded()
	if err != nil {
		return nil, err
	}
	im := &importing{dir: d, in: in, pins: map[string]bool{}, report: &ImportReport{}}
	for _, f := range in.Fingerprints {
		f = strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(f))
		if !isHash(f) {
			return nil, &FileError{f, "is no SHA-256 fingerprint", "give its 64 hexadecimal digits", nil}
		}
		im.pins[f] = true
	}
	err = d.change(func(old *manifest) (*manifest, map[string]content, error) {
		im.old = old
		if im.base, err = d.load(embedded, old); err != nil {
			return nil, nil, err
		}
		return im.work()
	})
	if err != nil {
		return im.report, err
	}
	return im.report, nil
}

func (im *importing) work() (*manifest, map[string]content, error) {
	l := loader{remedy: "give certificates, lists, registers, bundles, LDIF exports of the ICAO PKD, or folders of these", importing: true}
	for _, path := range im.in.Paths {
		if err := l.path(path); err != nil {
			return nil, nil, err
		}
	}
	im.report.LeftOut = l.skipped
	items, err := im.unpack(l.items)
	if err != nil {
		return nil, nil, err
	}
	im.run = newStore()
	im.run.inherit(im.base)
	seen := map[string]bool{}
	for _, i := range items {
		c := newCandidate(i)
		if seen[c.fingerprint] {
			continue
		}
		seen[c.fingerprint] = true
		im.candidates = append(im.candidates, c)
	}
	im.judge()
	return im.settle()
}

func newCandidate(i item) *candidate {
	c := &candidate{item: i}
	switch {
	case i.cert != nil && i.candidate:
		c.kind, c.name = "document signer", i.cert.Subject.String()
	case i.cert != nil:
		c.kind, c.name = "CSCA certificate", i.cert.Subject.String()
	case i.list != nil:
		c.kind, c.name = "master list", fmt.Sprintf("%d certificates", len(i.list.certs))
	case i.crl != nil:
		c.kind, c.name = "revocation list", i.crl.Issuer.String()
	case i.deviations != nil:
		c.kind, c.name = "deviation list", fmt.Sprintf("%d deviations", i.deviations.Deviations)
	case i.publisher != nil:
		c.kind, c.name, c.fingerprint = "publisher's key", i.publisher.String(), i.publisher.Fingerprint()
	case i.registerKey != nil:
		c.kind, c.name, c.fingerprint = "key of a register", registerKeyID(i.registerKey), registerKeyID(i.registerKey)
	case i.signed != "":
		c.kind, c.name = strings.TrimSuffix(strings.TrimPrefix(i.signed, "skranke."), "/1"), filepath.Base(i.path)
		c.fingerprint = i.sum
	case i.file != "":
		c.kind, c.name = "file", i.file
	}
	if c.fingerprint == "" {
		sum := hash.Sum256(i.raw)
		c.fingerprint = hex.EncodeToString(sum[:])
	}
	return c
}

// judge decides on each candidate. One may vouch for another: they are gone through until nothing changes.
func (im *importing) judge() {
	for progress := true; progress; {
		progress = false
		for _, c := range im.candidates {
			if c.verdict == "" || c.verdict == Refused {
				before := c.verdict
				im.decide(c)
				progress = progress || before != c.verdict && c.verdict == Taken
			}
		}
	}
}

func (im *importing) decide(c *candidate) {
	switch {
	case c.registerKey != nil:
		if bytes.Equal(im.old.RegisterKeys[c.fingerprint], c.registerKey) {
			c.verdict = Held
		} else {
			c.take("given", "opens registers whose hashes were made with it")
		}
	case c.publisher != nil:
		switch {
		case slices.Contains(im.old.Publishers, *c.publisher):
			c.verdict = Held
		case im.pins[c.fingerprint]:
			c.take("fingerprint", "by its fingerprint")
		default:
			c.refuse("nothing vouches for it: compare its fingerprint with its owner's and give it with --fingerprint")
		}
	case c.file != "":
		c.take("bundle", "by the bundle's signature")
	case c.signed != "":
		im.decideRegister(c)
	case c.cert != nil && c.candidate:
		im.decideSigner(c)
	case c.cert != nil:
		im.decideCertificate(c)
	case c.list != nil:
		im.decideMasterList(c)
	case c.deviations != nil:
		im.decideDeviations(c)
	case c.crl != nil:
		im.decideCRL(c)
	}
}

// known is the store of everything that counts by now.
func (im *importing) known() *Store {
	s := newStore()
	s.inherit(im.base)
	s.merge(im.base)
	s.merge(im.run)
	return s
}

func (im *importing) decideCertificate(c *candidate) {
	if e := im.base.byPrint[c.cert.fingerprint]; e != nil && im.base.trusts(e) {
		c.verdict, c.reason = Held, "the store has it"
		return
	}
	if !authority(c.cert) {
		c.refuse("it may not sign certificates, or has a critical extension that is unknown")
		return
	}
	key, err := c.cert.PublicKey()
	if err != nil {
		c.refuse("its key cannot be used: %v", err)
		return
	}
	if im.base.distrusted[key.ID()] {
		c.refuse("its key is marked as distrusted")
		return
	}
	switch {
	case c.bundled:
		c.take("bundle", "by the bundle's signature")
	case im.pins[c.fingerprint]:
		c.take("fingerprint", "by its fingerprint")
	default:
		known := im.known()
		known.hold(c.cert, c.path)
		for _, a := range known.keysByID(keyID(c.cert)) {
			if a.key.ID() != key.ID() {
				continue
			}
			if known.resolve(a); a.standing != Trusted {
				continue
			}
			for _, old := range a.before {
				if known.verified(c.cert, old.key) == nil {
					c.take("signature", "a link, signed by a key that is trusted")
					c.vouched = old.key.ID()
				}
			}
			if c.verdict != Taken && known.verified(c.cert, a.key) == nil {
				c.take("signature", "its key is trusted already")
				c.vouched = known.voucher(a)
			}
		}
		if c.verdict != Taken {
			c.refuse("nothing that is trusted vouches for it: compare its fingerprint with its owner's and give it with --fingerprint")
			return
		}
	}
	im.run.vouch(c.cert, c.path, c.vouched)
}

// voucher is the key by which an anchor counts: that which vouches for its self-signed certificate, or that which signed its
// link. What comes in by the anchor falls with it.
func (s *Store) voucher(a *Anchor) [32]byte {
	for _, e := range a.entries {
		for _, key := range e.vouchers {
			if !s.distrusted[key] && s.verified(e.cert, a.key) == nil {
				return key
			}
		}
	}
	if len(a.before) > 0 {
		return a.before[0].key.ID()
	}
	return a.key.ID()
}

func (im *importing) decideSigner(c *candidate) {
	if slices.ContainsFunc(im.base.signers, func(s *Certificate) bool { return s.fingerprint == c.cert.fingerprint }) {
		c.verdict = Held
		return
	}
	found := im.known().findIssuer(c.cert)
	switch {
	case found.Anchor == nil:
		c.refuse("no CSCA that vouches for it is at hand")
	case found.Err != nil:
		c.refuse("the CSCA's signature on it does not hold: %v", found.Err)
	case found.Anchor.standing != Trusted:
		c.refuse("its CSCA is not trusted: %s", found.Anchor.standing)
	default:
		c.take("signature", "signed by the CSCA of %s", found.Anchor.Country())
	}
}

func (im *importing) decideMasterList(c *candidate) {
	for _, o := range im.old.Objects {
		if o.SHA256 == c.fingerprint {
			c.verdict = Held
			return
		}
	}
	signed, signer, anchor, err := c.list.check(im.base, im.run, true)
	c.date = signed
	if signer != nil {
		c.signer, c.country = signer.Subject.String(), signer.Country()
		c.name = c.signer
	}
	pinned := im.pins[c.fingerprint] || c.bundled
	for _, o := range im.old.Objects {
		if err == nil && o.Kind == kindMasterList && o.Country == c.country && o.Date.After(signed) && !pinned {
			c.refuse("it is older than the list of %s that is held, of %s", o.Country, o.Date.Format(time.DateOnly))
			return
		}
	}
	switch {
	case err == nil:
		c.vouched = anchor.key.ID()
		c.take("signature", "signed on %s, %d certificates", signed.Format(time.DateOnly), len(c.list.certs))
	case c.bundled:
		c.take("bundle", "by the bundle's signature")
	case im.pins[c.fingerprint]:
		c.take("fingerprint", "by its fingerprint, %d certificates", len(c.list.certs))
	default:
		c.refuse("%v", err)
		return
	}
	for _, certificate := range c.list.certs {
		im.run.vouch(certificate, c.path, c.vouched)
	}
}

func (im *importing) decideDeviations(c *candidate) {
	for _, o := range im.old.Objects {
		if o.SHA256 == c.fingerprint {
			c.verdict = Held
			return
		}
	}
	if err := c.deviations.verify(im.base, im.run); err != nil {
		c.refuse("%v", err)
		return
	}
	c.date, c.country, c.vouched = c.deviations.Date, c.deviations.Country, c.deviations.vouched
	c.name = c.country
	for _, o := range im.old.Objects {
		if o.Kind == kindDeviations && o.Country == c.country && o.Date.After(c.date) {
			c.refuse("it is older than the one of %s that is held, of %s", o.Country, o.Date.Format(time.DateOnly))
			return
		}
	}
	c.take("signature", "signed on %s, %d deviations, %d documents named", c.date.Format(time.DateOnly), c.deviations.Deviations, c.deviations.Documents)
}

func (im *importing) decideCRL(c *candidate) {
	for _, l := range im.base.crls {
		if l.fingerprint == c.crl.fingerprint {
			c.verdict = Held
			return
		}
	}
	known := im.known()
	var by *Anchor
	for _, e := range known.entries {
		if by != nil || e.cert.Country() != c.crl.Issuer.Country() {
			continue
		}
		for _, a := range known.keysByID(keyID(e.cert)) {
			if known.resolve(a); a.standing == Trusted && known.signed(c.crl, a) {
				by = a
			}
		}
	}
	if by == nil {
		c.refuse("no CSCA key that is trusted has signed it")
		return
	}
	for _, l := range im.base.crls {
		if l.Issuer.Equal(c.crl.Issuer) && bytes.Equal(l.authorityKeyID, c.crl.authorityKeyID) && l.ThisUpdate.After(c.crl.ThisUpdate) {
			c.refuse("it is older than the one that is held, of %s", l.ThisUpdate.Format(time.DateOnly))
			return
		}
	}
	c.vouched, c.date, c.country = by.key.ID(), c.crl.ThisUpdate, by.Country()
	c.take("signature", "of %s, %d certificates revoked", c.crl.ThisUpdate.Format(time.DateOnly), c.crl.Number)
}

func (im *importing) decideRegister(c *candidate) {
	if c.signed != registerKind {
		c.refuse("a bundle is imported by itself")
		return
	}
	keys := slices.Clone(im.old.Publishers)
	secrets := map[string][]byte{}
	maps.Copy(secrets, im.old.RegisterKeys)
	for _, other := range im.candidates {
		switch {
		case other.verdict != Taken:
		case other.publisher != nil:
			keys = append(keys, *other.publisher)
		case other.registerKey != nil:
			secrets[other.fingerprint] = other.registerKey
		}
	}
	if im.bundle != nil {
		keys = im.bundle.keys(keys)
	}
	r, err := openRegister(c.path, c.base, c.size, keys, func(id string) []byte { return secrets[id] })
	if err == nil {
		err = r.check()
	}
	switch {
	case errors.Is(err, errUnknownKey):
		c.refuse("%v: import the publisher's public key with --fingerprint first", err)
		return
	case errors.Is(err, errNoRegisterKey):
		c.refuse("%v: import the key file too", err)
		return
	case err != nil:
		c.refuse("%v", err)
		return
	}
	c.date, c.entries, c.signer = r.Made, r.Entries, r.publisher.String()
	for _, o := range im.old.Objects {
		switch {
		case o.Kind != kindRegister:
		case o.SHA256 == c.fingerprint:
			c.verdict = Held
			return
		case o.Date.After(r.Made):
			c.refuse("it is older than the register that is held, of %s", o.Date.Format(time.DateOnly))
			return
		}
	}
	c.take("signature", "made on %s, %d documents", r.Made.Format(time.DateOnly), r.Entries)
}

// settle draws up the report and the new state, or refuses the whole.
func (im *importing) settle() (*manifest, map[string]content, error) {
	perPath := map[string]int{}
	for _, c := range im.candidates {
		switch c.verdict {
		case Taken:
			im.report.Taken++
			perPath[c.path]++
		case Held:
			im.report.Held++
			perPath[c.path]++
		default:
			im.report.Refused++
		}
		im.report.Entries = append(im.report.Entries, ImportEntry{c.path, c.kind, c.name, c.fingerprint, c.verdict, c.reason})
	}
	for _, c := range im.candidates {
		whole := c.list != nil || c.deviations != nil || c.signed != ""
		if c.verdict == Refused && (whole || slices.Contains(im.in.Paths, c.path) && perPath[c.path] == 0) {
			return nil, nil, &ImportError{
				fmt.Sprintf("%s, %s %s: %s", c.path, c.kind, c.name, c.reason),
				"leave the file out, or give what vouches for it; what was imported before stays in force", im.report,
			}
		}
	}
	if im.report.Taken == 0 && im.bundle == nil {
		if im.report.Held > 0 {
			return nil, nil, nil
		}
		return nil, nil, &ImportError{"none of the entries can be taken", "see the reasons, and give what vouches for them, or a fingerprint", im.report}
	}
	return im.state()
}

// state makes the new manifest and lists the objects that it needs.
func (im *importing) state() (*manifest, map[string]content, error) {
	next := &manifest{
		Schema: storeSchema, Made: im.in.At.UTC().Truncate(time.Second), Did: fmt.Sprintf("the import of %d entries", im.report.Taken),
		Marks: im.old.Marks, Publishers: slices.Clone(im.old.Publishers), RegisterKeys: map[string][]byte{}, Bundle: im.old.Bundle,
	}
	maps.Copy(next.RegisterKeys, im.old.RegisterKeys)
	if im.bundle != nil {
		next.Did = fmt.Sprintf("the bundle %d", im.bundle.head.Sequence)
		next.Publishers = im.bundle.keys(next.Publishers)
		next.Bundle = &BundleState{im.bundle.head.Sequence, im.bundle.head.Made}
	}
	objects := map[string]content{}
	fresh := im.objects(next, objects)
	for _, o := range im.old.Objects {
		if !im.replaced(o, fresh) {
			next.Objects = append(next.Objects, o)
		}
	}
	next.Objects = append(next.Objects, fresh...)
	if err := im.prove(next, objects); err != nil {
		return nil, nil, err
	}
	return next, objects, nil
}

// objects makes the objects of what was taken: certificates of one file that count for one reason lie together.
func (im *importing) objects(next *manifest, contents map[string]content) []object {
	type bundleOf struct {
		kind, path, by string
		vouched        [32]byte
	}
	packs := map[bundleOf]*[][]byte{}
	var order []bundleOf
	var out []object
	for _, c := range im.candidates {
		if c.verdict != Taken {
			continue
		}
		o := object{
			SHA256: c.fingerprint, Size: int64(len(c.raw)), Name: filepath.Base(c.path), By: c.by, Date: c.date, Signer: c.signer, Country: c.country,
			Vouched: hex.EncodeToString(c.vouched[:]), Imported: next.Made,
		}
		if c.bundled {
			o.By = "bundle"
		}
		switch {
		case c.publisher != nil:
			if !slices.Contains(next.Publishers, *c.publisher) {
				next.Publishers = append(next.Publishers, *c.publisher)
			}
			continue
		case c.registerKey != nil:
			next.RegisterKeys[c.fingerprint] = c.registerKey
			continue
		case c.cert != nil:
			kind := kindCertificates
			if c.candidate {
				kind = kindSigners
			}
			k := bundleOf{kind, c.path, o.By, c.vouched}
			if packs[k] == nil {
				packs[k] = &[][]byte{}
				order = append(order, k)
			}
			*packs[k] = append(*packs[k], c.raw)
			continue
		case c.list != nil:
			o.Kind, o.Count = kindMasterList, len(c.list.certs)
		case c.deviations != nil:
			o.Kind, o.Count, o.Documents = kindDeviations, c.deviations.Deviations, c.deviations.Documents
		case c.crl != nil:
			o.Kind, o.Count = kindCRL, c.crl.Number
		case c.file != "":
			o.Kind, o.Name = kindFile, c.file
		case c.signed != "":
			o.Kind, o.Size, o.Count = kindRegister, c.size, c.entries
			contents[o.SHA256] = section(c.path, c.base, c.size)
			out = append(out, o)
			continue
		}
		contents[o.SHA256] = inMemory(c.raw)
		out = append(out, o)
	}
	for _, k := range order {
		raw := bytes.Join(*packs[k], nil)
		o := object{
			Kind: k.kind, SHA256: nameOf(raw), Size: int64(len(raw)), Name: filepath.Base(k.path), Count: len(*packs[k]), By: k.by,
			Vouched: hex.EncodeToString(k.vouched[:]), Imported: next.Made,
		}
		contents[o.SHA256] = inMemory(raw)
		out = append(out, o)
	}
	return out
}

// section is a part of a file as the contents of an object.
func section(path string, base, size int64) content {
	return func() (io.ReadCloser, error) {
		f, err := os.Open(path)
		if err != nil {
			return nil, err
		}
		return struct {
			io.Reader
			io.Closer
		}{io.NewSectionReader(f, base, size), f}, nil
	}
}

// replaced tells whether something that was taken now stands in the place of an object: a newer list of the same issuer, a
// newer register, or anything of the bundle before.
func (im *importing) replaced(o object, fresh []object) bool {
	if im.bundle != nil && o.By == "bundle" {
		return true
	}
	for _, n := range fresh {
		if n.SHA256 == o.SHA256 {
			return true
		}
		if n.Kind != o.Kind {
			continue
		}
		switch o.Kind {
		case kindRegister:
			return true
		case kindMasterList, kindDeviations:
			if o.Country != "" && o.Country == n.Country {
				return true
			}
		case kindCRL:
			if im.sameCRL(o, n) {
				return true
			}
		}
	}
	return false
}

// sameCRL tells whether two revocation lists are of the same issuer and key, so that the newer one is enough.
func (im *importing) sameCRL(o, n object) bool {
	var newer *CRL
	for _, c := range im.candidates {
		if c.crl != nil && c.fingerprint == n.SHA256 {
			newer = c.crl
		}
	}
	for _, l := range im.base.crls {
		if newer != nil && hex.EncodeToString(l.fingerprint[:]) == o.SHA256 {
			return l.Issuer.Equal(newer.Issuer) && bytes.Equal(l.authorityKeyID, newer.authorityKeyID)
		}
	}
	return false
}

// prove remembers the signatures that hold among all CSCA certificates of the new state, by their hash.
func (im *importing) prove(next *manifest, contents map[string]content) error {
	known := im.known()
	for _, e := range known.entries {
		for _, a := range known.keysByID(keyID(e.cert)) {
			known.resolve(a)
		}
	}
	proven := known.provenNow()
	for h := range proven {
		for _, set := range im.base.proven {
			if _, known := set[h]; known && !im.inOldProof(h) {
				delete(proven, h)
			}
		}
	}
	if len(proven) == 0 {
		return nil
	}
	b := encodeProven(proven)
	next.Proven = nameOf(b)
	contents[next.Proven] = inMemory(b)
	return nil
}

// inOldProof tells whether the hash is in the imported store's own set, which the new one replaces.
func (im *importing) inOldProof(h [32]byte) bool {
	if im.old.Proven == "" || len(im.base.proven) == 0 {
		return false
	}
	_, known := im.base.proven[len(im.base.proven)-1][h]
	return known
}

// provenNow lists the hashes of signatures that this store has checked, and whether they hold.
func (s *Store) provenNow() map[[32]byte]bool {
	out := map[[32]byte]bool{}
	for _, set := range s.proven {
		maps.Copy(out, set)
	}
	for h, err := range s.checked {
		var e *SignatureError
		switch {
		case err == nil:
			out[h] = true
		case errors.As(err, &e) && !e.Open:
			out[h] = false
		}
	}
	return out
}

// encodeProven writes what provenSet reads.
func encodeProven(set map[[32]byte]bool) []byte {
	var holding, broken [][32]byte
	for h, holds := range set {
		if holds {
			holding = append(holding, h)
		} else {
			broken = append(broken, h)
		}
	}
	var b []byte
	for i, hashes := range [][][32]byte{holding, broken} {
		slices.SortFunc(hashes, func(a, b [32]byte) int { return bytes.Compare(a[:], b[:]) })
		if i == 1 {
			b = append(b, make([]byte, 32)...)
		}
		for _, h := range hashes {
			b = append(b, h[:]...)
		}
	}
	return b
}

// Distrust marks the key of a CSCA certificate as distrusted, or takes the mark off. fingerprint is the certificate's
// SHA-256; the store must hold it, or bear the mark. It returns the certificate's subject.
func (d *Dir) Distrust(fingerprint, reason string, lift bool, at time.Time) (subject string, err error) {
	fingerprint = strings.ToLower(strings.NewReplacer(":", "", " ", "").Replace(fingerprint))
	embedded, err := Embedded()
	if err != nil {
		return "", err
	}
	unknown := &FileError{fingerprint, "the store holds no CSCA certificate of this SHA-256 fingerprint", "see skranke trust list", nil}
	if !isHash(fingerprint) {
		return "", unknown
	}
	err = d.change(func(old *manifest) (*manifest, map[string]content, error) {
		next := *old
		next.Schema, next.Made = storeSchema, at.UTC().Truncate(time.Second)
		marked := slices.IndexFunc(old.Marks, func(m Mark) bool { return m.Certificate == fingerprint })
		if lift {
			if marked < 0 {
				return nil, nil, &FileError{fingerprint, "bears no mark of distrust", "see skranke trust status", nil}
			}
			subject = old.Marks[marked].Subject
			next.Marks = slices.Delete(slices.Clone(old.Marks), marked, marked+1)
			next.Did = "the end of the distrust of " + subject
			return &next, nil, nil
		}
		if marked >= 0 {
			subject = old.Marks[marked].Subject
			return nil, nil, nil
		}
		s, err := d.load(embedded, old)
		if err != nil {
			return nil, nil, err
		}
		print, _ := hex.DecodeString(fingerprint)
		e := s.byPrint[[32]byte(print)]
		if e == nil {
			return nil, nil, unknown
		}
		key, err := e.cert.PublicKey()
		if err != nil {
			return nil, nil, &FileError{fingerprint, "its key cannot be used, and is trusted by no one", "leave it as it is", err}
		}
		subject = e.cert.Subject.String()
		id := key.ID()
		next.Marks = append(slices.Clone(old.Marks), Mark{fingerprint, hex.EncodeToString(id[:]), subject, reason, next.Made})
		next.Did = "the distrust of " + subject
		return &next, nil, nil
	})
	return subject, err
}

// Export writes what the store trusts as PEM: CSCA certificates and revocation lists. Whoever gives the file with --trust
// trusts it.
func (s *Store) Export(w io.Writer) (certificates, crls int, err error) {
	for _, l := range s.List() {
		if l.Standing != Trusted {
			continue
		}
		if _, err := fmt.Fprintf(w, "%s\nSHA-256 %s\n", l.Certificate.Subject, l.Certificate.Fingerprint()); err != nil {
			return certificates, crls, err
		}
		if err := pem.Encode(w, &pem.Block{Type: "CERTIFICATE", Bytes: l.Certificate.Raw}); err != nil {
			return certificates, crls, err
		}
		certificates++
	}
	for _, l := range s.crls {
		if err := pem.Encode(w, &pem.Block{Type: "X509 CRL", Bytes: l.raw}); err != nil {
			return certificates, crls, err
		}
		crls++
	}
	return certificates, crls, nil
}

// The types of PEM blocks that only imports take.
const (
	publicKeyPEM   = "PUBLIC KEY"
	registerKeyPEM = "SKRANKE REGISTER KEY"
)

// importPEM takes a block of PEM that is a key; ok is false where it is none.
func importPEM(path string, block *pem.Block) (i item, ok bool, err error) {
	switch block.Type {
	case registerKeyPEM:
		if len(block.Bytes) != RegisterKeySize {
			return i, true, fmt.Errorf("a key of a register has %d octets", RegisterKeySize)
		}
		return item{path: path, raw: block.Bytes, registerKey: block.Bytes}, true, nil
	case publicKeyPEM:
		key, err := x509.ParsePKIXPublicKey(block.Bytes)
		public, isEd := key.(ed25519.PublicKey)
		if err != nil || !isEd {
			return i, true, errors.New("publishers' keys are Ed25519 keys")
		}
		k := PublisherKey(public)
		return item{path: path, raw: block.Bytes, publisher: &k}, true, nil
	}
	return i, false, nil
}
