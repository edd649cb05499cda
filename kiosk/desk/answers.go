package desk

import (
	"slices"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// see changes what the caseworker has seen, and passes it on. The window keeps it itself: a snapshot that was on its way when
// an answer was given does not know of it yet.
func (w *window) see(change func(*visit.Seen)) {
	change(&w.seen)
	w.counter.See(w.seen)
}

// pick is a choice between values of which one holds; the keys of their texts are under key.
func pick[T comparable](w *window, label, key string, names []string, values []T, now T, set func(T)) *look.Choice {
	answers := make([]string, len(names))
	for i, name := range names {
		answers[i] = w.say(key + name)
	}
	return look.NewChoice(w.say(label), answers, slices.Index(values, now), func(i int) { set(values[i]) })
}

// yesNo asks what is yes, no or not known.
func yesNo(w *window, label string, now *bool, set func(*bool)) *look.Choice {
	chosen := visit.Unanswered
	if now != nil {
		chosen = visit.No
		if *now {
			chosen = visit.Yes
		}
	}
	return pick(w, label, "answer.", []string{"yes", "no"}, []visit.Answer{visit.Yes, visit.No}, chosen, func(answer visit.Answer) {
		set(new(answer == visit.Yes))
	})
}

// labelled sets what asks beside what it asks for.
func labelled(w *window, key string, thing fyne.CanvasObject) fyne.CanvasObject {
	label := look.NewProse(w.say(key), look.Style{Bold: true})
	return look.Columns(190, look.Gap, look.Inset(10, 0, 0, 0, label), thing)
}

// issuers are who can have issued a document, as a person tells them apart: the parts of the Kingdom, or another country.
var issuers = []string{"DNK", "GRL", "FRO", "other"}

// issuerField asks who has issued a document. All of the Kingdom is DNK in print, with its part beside it.
type issuerField struct {
	object fyne.CanvasObject
	code   *look.Field
}

func newIssuerField(w *window, d *rules.Document, changed func()) *issuerField {
	f := &issuerField{}
	now := ""
	switch {
	case d.Territory != "":
		now = string(d.Territory)
	case d.Issuer == "DNK":
		now = "DNK"
	case d.Issuer != "":
		now = "other"
	}
	f.code = w.field(look.FieldStyle{Hint: w.say("paper.issuer.hint"), Width: 3, Capitals: true, Changed: func(text string) {
		d.Issuer, d.Territory = issuerCode(text), ""
		changed()
	}})
	if now == "other" {
		f.code.Fill(d.Issuer)
	} else {
		f.code.Object.Hide()
	}
	choice := pick(w, "paper.issuer", "paper.issuer.", issuers, issuers, now, func(issuer string) {
		d.Issuer, d.Territory = "DNK", rules.Territory(issuer)
		f.code.Object.Hide()
		if issuer == "other" {
			d.Issuer, d.Territory = issuerCode(f.code.Text()), ""
			f.code.Object.Show()
		}
		changed()
		w.refresh()
	})
	f.object = look.Stack(4, choice, f.code.Object)
	return f
}

// issuerCode is a code of one to three capital letters as the MRZ has it; empty for anything else.
func issuerCode(text string) string {
	if len(text) > 3 {
		return ""
	}
	for _, letter := range text {
		if letter < 'A' || letter > 'Z' {
			return ""
		}
	}
	return text
}
