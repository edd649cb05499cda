package desk

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// paperField is one thing to note of a document that was only looked at.
type paperField int

const (
	paperIssuer paperField = iota
	paperIssued
	paperExpiry
	paperOrdinary
	paperPhoto
	paperCPR
	paperTravel
)

// paperFields says which things can matter for each type of document. Of any other type, all can.
var paperFields = map[rules.DocumentType][]paperField{
	"passport":                {paperIssuer, paperExpiry, paperOrdinary, paperCPR},
	"driving_licence":         {paperIssuer, paperExpiry, paperPhoto, paperCPR},
	"digital_driving_licence": {paperIssuer, paperCPR},
	"moped_licence":           {paperIssuer, paperExpiry, paperPhoto, paperCPR},
	"national_id":             {paperIssuer, paperExpiry, paperPhoto, paperTravel},
	"residence_permit":        {paperIssuer, paperExpiry, paperPhoto, paperCPR},
	"military_id":             {paperIssuer, paperExpiry, paperPhoto, paperCPR},
	"police_id":               {paperIssuer, paperExpiry, paperPhoto, paperCPR},
	"bank_id":                 {paperIssuer, paperExpiry, paperPhoto, paperCPR},
	"nato_passport":           {paperExpiry, paperPhoto},
	"personal_certificate":    {paperIssuer, paperIssued, paperCPR},
	"baptismal_certificate":   {paperIssuer, paperIssued, paperCPR},
	"birth_certificate":       {paperIssuer, paperIssued, paperCPR},
	"name_certificate":        {paperIssuer, paperIssued, paperCPR},
	"health_card":             {paperIssuer},
	"special_health_card":     {paperIssuer, paperExpiry},
	"digital_health_card":     {paperIssuer},
	"temporary_health_card":   {paperIssuer, paperExpiry, paperCPR},
	"residence_certificate":   {paperIssuer, paperIssued, paperCPR},
	"tax_statement":           {paperIssuer, paperIssued, paperCPR},
	"tax_forecast":            {paperIssuer, paperIssued, paperCPR},
	"benefit_statement":       {paperIssuer, paperIssued, paperCPR},
}

var everyPaperField = []paperField{
	paperIssuer, paperIssued, paperExpiry, paperOrdinary, paperPhoto, paperCPR, paperTravel,
}

// papers lists the documents that were only looked at, and takes others down.
type papers struct {
	window *window
	object fyne.CanvasObject
	list   *fyne.Container
	editor *fyne.Container
	add    *look.Button
	fields []*look.Field
	shown  []rules.Document
}

func newPapers(w *window, before []*visit.Result) *papers {
	p := &papers{window: w, list: look.Stack(4), editor: look.Stack(0)}
	p.add = look.NewButton(w.say("paper.add"), look.Secondary, func() { w.draft.paper = &rules.Document{}; p.edit() })
	read := look.Stack(4)
	for _, result := range before {
		read.Add(readBefore(w, result))
	}
	p.object = look.Panel(look.Plain, look.Stack(
		look.Gap, look.NewProse(w.say("paper.title"), look.Style{Size: look.Lead, Bold: true}),
		look.NewProse(w.say("paper.lead"), look.Style{Tone: look.Muted}), read, p.list, p.editor, left(p.add),
	))
	p.update(w.seen.Papers)
	if w.draft.paper != nil {
		p.edit()
	}
	return p
}

// readBefore is a document whose chip was read earlier in the visit.
func readBefore(w *window, result *visit.Result) fyne.CanvasObject {
	shown := verdictLooks[result.Report.Authenticity]
	text := w.say("authenticity." + string(result.Report.Authenticity) + ".title")
	if d := result.Report.Document; d != nil {
		text = w.say("document."+documentKind(d.Code)) + ", " + country(w.words, d.Issuer) + ": " + text
	}
	return look.Beside(look.Gap, look.NewIcon(shown.icon, shown.tone, 22), look.NewProse(text, look.Style{}))
}

// update lists the documents, where there are others than before.
func (p *papers) update(documents []rules.Document) {
	w := p.window
	if slices.Equal(documents, p.shown) && p.list.Objects != nil {
		return
	}
	p.shown = slices.Clone(documents)
	p.list.Objects = nil
	for i := range documents {
		remove := look.NewButton(w.say("paper.remove"), look.Quiet, func() {
			w.see(func(seen *visit.Seen) { seen.Papers = slices.Delete(slices.Clone(seen.Papers), i, i+1) })
			w.refreshSeen()
			w.window.Canvas().Focus(p.add)
		})
		line := look.NewProse(paperText(w, &documents[i]), look.Style{})
		p.list.Add(look.Beside(look.Gap, remove, look.Inset(12, 0, 0, 0, line)))
	}
	if len(documents) == 0 {
		p.list.Add(look.NewProse(w.say("paper.none"), look.Style{}))
	}
	w.refresh()
}

// paperText tells what was noted of a document.
func paperText(w *window, d *rules.Document) string {
	parts := []string{w.say("document." + string(d.Type))}
	switch {
	case d.Territory != "":
		parts = append(parts, w.say("paper.issuer."+string(d.Territory)))
	case d.Issuer != "":
		parts = append(parts, country(w.words, d.Issuer))
	}
	if !d.DateOfIssue.IsZero() {
		parts = append(parts, w.say("paper.issued.on", "date", longDate(w.words, d.DateOfIssue.String())))
	}
	if !d.DateOfExpiry.IsZero() {
		parts = append(parts, w.say("paper.expiry.on", "date", longDate(w.words, d.DateOfExpiry.String())))
	}
	for _, fact := range []struct {
		key   string
		value *bool
	}{{"photo", d.Photo}, {"cpr", d.ShowsCPR}, {"provisional", d.Provisional}, {"travel", d.TravelDocument}} {
		if fact.value != nil {
			answer := ".no"
			if *fact.value {
				answer = ".yes"
			}
			parts = append(parts, w.say("paper.fact."+fact.key+answer))
		}
	}
	return strings.Join(parts, " · ")
}

// edit shows the form for another document, as far as it is filled in.
func (p *papers) edit() {
	w, d := p.window, p.window.draft.paper
	kinds := w.pack.DocumentTypes()
	names := make([]string, len(kinds))
	for i, kind := range kinds {
		names[i] = string(kind)
	}
	details := look.Stack(look.Gap)
	kind := pick(w, "paper.kind", "document.", names, kinds, d.Type, func(kind rules.DocumentType) {
		*d = rules.Document{Type: kind}
		p.details(details)
		w.refresh()
	})
	p.details(details)
	add := look.NewButton(w.say("paper.take"), look.Secondary, func() {
		if d.Type == "" {
			w.window.Canvas().Focus(kind)
			return
		}
		w.see(func(seen *visit.Seen) { seen.Papers = append(slices.Clone(seen.Papers), *d) })
		p.close()
		w.refreshSeen()
	})
	cancel := look.NewButton(w.say("paper.cancel"), look.Quiet, p.close)
	p.editor.Objects = []fyne.CanvasObject{look.Panel(look.Muted, look.Stack(
		look.Gap, look.NewProse(w.say("paper.kind"), look.Style{Bold: true}), kind, details, look.Row(look.Gap, add, cancel),
	))}
	p.add.Hide()
	w.refresh()
	w.window.Canvas().Focus(kind)
}

// details asks what can matter for the type that is chosen.
func (p *papers) details(into *fyne.Container) {
	w, d := p.window, p.window.draft.paper
	p.forget()
	into.Objects = nil
	fields, known := paperFields[d.Type]
	switch {
	case d.Type == "":
		fields = nil
	case !known:
		fields = everyPaperField
	}
	day := func(key string, at *rules.Date) {
		field := w.dayField(*at, func(day rules.Date) { *at = day })
		p.fields = append(p.fields, field)
		into.Add(labelled(w, key, field.Object))
	}
	ask := func(key string, at **bool) {
		into.Add(labelled(w, key, yesNo(w, key, *at, func(value *bool) { *at = value })))
	}
	for _, field := range fields {
		switch field {
		case paperIssuer:
			issuer := newIssuerField(w, d, func() {})
			p.fields = append(p.fields, issuer.code)
			into.Add(labelled(w, "paper.issuer", issuer.object))
		case paperIssued:
			day("paper.issued", &d.DateOfIssue)
		case paperExpiry:
			day("paper.expiry", &d.DateOfExpiry)
		case paperOrdinary:
			ask("paper.provisional", &d.Provisional)
		case paperPhoto:
			ask("paper.photo", &d.Photo)
		case paperCPR:
			ask("paper.cpr", &d.ShowsCPR)
		case paperTravel:
			ask("paper.travel", &d.TravelDocument)
		}
	}
}

// close takes the form away with what was filled in.
func (p *papers) close() {
	w := p.window
	w.draft.paper = nil
	p.forget()
	p.editor.Objects = nil
	p.add.Show()
	w.refresh()
	w.window.Canvas().Focus(p.add)
}

func (p *papers) forget() {
	for _, field := range p.fields {
		field.Forget()
	}
	p.fields = nil
}
