package desk

import (
	"strconv"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// witnessPanel takes down who confirms the citizen's identity, and tells what the register of witnesses says.
type witnessPanel struct {
	window  *window
	object  fyne.CanvasObject
	form    *fyne.Container
	state   *fyne.Container
	fields  []*look.Field
	vouch   *look.Button
	shown   visit.Vouching
	present bool
}

func newWitnessPanel(w *window, s visit.Snapshot) *witnessPanel {
	p := &witnessPanel{window: w, form: look.Stack(look.Gap), state: look.Stack(look.Gap)}
	p.vouch = look.NewButton(w.say("witness.vouched"), look.Secondary, func() { w.counter.Vouched() })
	present := look.NewToggle(w.say("witness.present"), w.seen.Witness != nil, func(on bool) {
		w.draft.witnessNumber = ""
		w.see(func(seen *visit.Seen) {
			seen.Witness = nil
			if on {
				seen.Witness = &visit.Witness{}
			}
		})
		p.build()
		w.refresh()
	})
	p.object = look.Panel(look.Plain, look.Stack(
		look.Gap, look.NewProse(w.say("witness.title"), look.Style{Size: look.Lead, Bold: true}), left(present.Pressable), p.form,
	))
	p.build()
	p.update(s)
	return p
}

// change changes the witness and passes it on.
func (p *witnessPanel) change(change func(*visit.Witness)) {
	p.window.see(func(seen *visit.Seen) {
		witness := visit.Witness{}
		if seen.Witness != nil {
			witness = *seen.Witness
		}
		change(&witness)
		seen.Witness = &witness
	})
}

// witnessDocuments are what a witness can show; "other" stands for anything else.
var witnessDocuments = []rules.DocumentType{"passport", "driving_licence", "national_id"}

func (p *witnessPanel) build() {
	w := p.window
	p.forget()
	p.form.Objects = nil
	if w.seen.Witness == nil {
		return
	}
	now := *w.seen.Witness
	document := rules.Document{}
	if now.Document != nil {
		document = *now.Document
	}
	passDocument := func() {
		p.change(func(witness *visit.Witness) {
			shown := document
			witness.Document = &shown
		})
	}
	number := p.number()
	since := w.dayField(now.MitIDSince, func(day rules.Date) { p.change(func(witness *visit.Witness) { witness.MitIDSince = day }) })
	kind := pick(w, "witness.document", "witness.document.", []string{"passport", "driving_licence", "other"}, witnessDocuments, document.Type,
		func(kind rules.DocumentType) {
			document.Type = kind
			passDocument()
		})
	issuer := newIssuerField(w, &document, passDocument)
	expiry := w.dayField(document.DateOfExpiry, func(day rules.Date) {
		document.DateOfExpiry = day
		passDocument()
	})
	sworn := pick(w, "witness.sworn", "answer.", []string{"yes", "no"}, []visit.Answer{visit.Yes, visit.No}, now.Sworn, func(answer visit.Answer) {
		p.change(func(witness *visit.Witness) { witness.Sworn = answer })
	})
	p.fields = []*look.Field{number, since, issuer.code, expiry}
	p.form.Objects = []fyne.CanvasObject{
		labelled(w, "witness.cpr", number.Object), labelled(w, "witness.since", since.Object),
		labelled(w, "witness.document", kind), labelled(w, "paper.issuer", issuer.object), labelled(w, "paper.expiry", expiry.Object),
		labelled(w, "witness.sworn", sworn), p.state,
	}
}

// number is the field for the witness's CPR number, which tells the date of birth as well.
func (p *witnessPanel) number() *look.Field {
	w := p.window
	var field *look.Field
	field = w.field(look.FieldStyle{Hint: w.say("witness.cpr.hint"), Width: 11, Changed: func(text string) {
		w.draft.witnessNumber = text
		number, err := cpr.Parse(text)
		field.SetProblem("")
		if err != nil && len(text) >= 10 && text[len(text)-1] != '-' {
			field.SetProblem(w.say("witness.cpr.error"))
		}
		p.change(func(witness *visit.Witness) {
			witness.CPR, witness.DateOfBirth = number, rules.Date{}
			if err == nil && !number.Replacement() {
				year, month, day := number.Birth()
				witness.DateOfBirth = rules.Date{Year: year, Month: month, Day: day}
			}
		})
	}})
	field.Fill(w.draft.witnessNumber)
	return field
}

// vouchingLooks says how each state of the register is shown; a text says the same.
var vouchingLooks = map[visit.VouchingState]struct {
	icon string
	tone look.Tone
}{
	visit.VouchingAsking:  {"running", look.Info},
	visit.VouchingHeld:    {"successful", look.Good},
	visit.VouchingWriting: {"running", look.Info},
	visit.VouchingWritten: {"successful", look.Good},
	visit.VouchingFull:    {"not_supported", look.Warn},
	visit.VouchingUnknown: {"undetermined", look.Warn},
}

func (p *witnessPanel) update(s visit.Snapshot) {
	present := s.Vouching.State != visit.VouchingNone
	if s.Vouching == p.shown && present == p.present {
		return
	}
	p.shown, p.present = s.Vouching, present
	p.state.Objects = nil
	if present {
		w, shown := p.window, vouchingLooks[s.Vouching.State]
		text := look.NewProse(w.say("vouching."+string(s.Vouching.State), "count", strconv.Itoa(s.Vouching.Others)), look.Style{})
		p.state.Add(look.Beside(look.Gap, look.NewIcon(shown.icon, shown.tone, 22), text))
		if s.Vouching.State == visit.VouchingHeld {
			p.state.Add(left(p.vouch))
		}
	}
	p.window.refresh()
}

func (p *witnessPanel) forget() {
	for _, field := range p.fields {
		field.Forget()
	}
	p.fields = nil
}
