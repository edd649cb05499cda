package inspect

import (
	"fmt"
	"strings"
	"time"

	"github.com/skranke/skranke/mrtd/lds"
)

// describe fills in what the report tells beside the checks.
func (j *judging) describe(r *Report) {
	if j.mrz != nil {
		r.Document = j.document()
	}
	r.Face = j.face
	r.Chip = j.chip()
	for _, s := range j.signers {
		if s.cert != nil {
			r.Signer = describeSigner(s, j.At)
			break
		}
	}
	r.Trust = j.trusted()
	r.Timing = Timing{Phases: []PhaseTiming{}}
	if j.session != nil {
		r.Timing.TotalMS = j.session.Timing.TotalMS
		r.Timing.Phases = append(r.Timing.Phases, j.session.Timing.Phases...)
	}
}

func (j *judging) document() *Document {
	m := j.mrz
	d := &Document{
		Format: fmt.Sprint(m.Size), Code: m.Code, Issuer: m.Issuer, Number: m.Number, Surname: m.Surname, GivenNames: m.GivenNames,
		Nationality: m.Nationality, DateOfBirth: m.DateOfBirth(j.At), Sex: m.Sex, DateOfExpiry: m.DateOfExpiry(j.At),
		OptionalData: m.OptionalData, MRZ: m.Lines(),
	}
	if j.signed(11).Outcome == Successful {
		if more, err := lds.ParseDG11(j.evidence.Files[DG(11)]); err == nil {
			if surname, givenNames, ok := m.Printed(more.Name); ok {
				d.PrintedSurname, d.PrintedGivenNames = printable(surname), printable(givenNames)
			}
		}
	}
	return d
}

func (j *judging) chip() Chip {
	c := Chip{DataGroups: []int{}}
	if j.session != nil {
		c.Access, c.Domain = printable(j.session.Access.Protocol), printable(j.session.Access.Domain)
	}
	if j.Source == Live {
		for _, p := range proofs {
			if c.GenuineBy == "" && j.result(p.id).Outcome == Successful {
				c.GenuineBy = p.name
			}
		}
	}
	if j.sod != nil {
		c.LDS = j.sod.LDSVersion
		c.DataGroups = append(c.DataGroups, j.sod.DataGroups()...)
	}
	if b, ok := j.evidence.Files[COM]; ok && c.LDS == "" {
		if com, err := lds.ParseCOM(b); err == nil {
			c.LDS = com.LDSVersion
		}
	}
	return c
}

func describeSigner(s *signer, at time.Time) *Signer {
	d := &Signer{Country: country(s), Subject: s.cert.Subject.String(), Serial: s.cert.Serial.Text(16)}
	if !s.cert.NotBefore.IsZero() {
		d.NotBefore = s.cert.NotBefore.Format(time.RFC3339)
	}
	if !s.cert.NotAfter.IsZero() {
		d.NotAfter = s.cert.NotAfter.Format(time.RFC3339)
	}
	if a := s.anchor(); a != nil {
		c := a.CertificateAt(at)
		d.CSCA = c.Subject.String()
		if id := c.KeyID(); id != "" {
			d.CSCA += " (" + id + ")"
		}
	}
	return d
}

func (j *judging) trusted() Trust {
	sum := j.Store.Summary()
	t := Trust{CSCA: sum.CSCA, Lists: []TrustList{}}
	for _, l := range sum.Lists {
		entry := TrustList{Name: l.Name}
		if !l.Date.IsZero() {
			entry.Date = l.Date.Format(time.DateOnly)
		}
		t.Lists = append(t.Lists, entry)
	}
	if newest := j.Store.NewestRevocation(); !newest.IsZero() {
		t.CRLNewest = newest.Format(time.RFC3339)
	}
	return t
}

// printable makes text of a chip or a dump fit for a line of the report: no control characters, at most 200 characters.
func printable(s string) string {
	var b strings.Builder
	n := 0
	for _, r := range s {
		if n++; n > 200 {
			b.WriteString("…")
			break
		}
		if r < ' ' || r >= 0x7f && r < 0xa0 || r >= 0x2028 && r <= 0x202e || r >= 0x2066 && r <= 0x2069 {
			r = '\ufffd'
		}
		b.WriteRune(r)
	}
	return b.String()
}
