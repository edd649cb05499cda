package desk

import (
	"image"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

// resultScreen shows the photo beside the holder's data, the verdict on the document, the decision, what the caseworker sees
// and asks, the papers, the witness, and the checks. Without a chip it is all but the photo and what was read.
type resultScreen struct {
	window    *window
	object    fyne.CanvasObject
	decision  *fyne.Container
	questions *questions
	papers    *papers
	witness   *witnessPanel
	same      *look.Choice
	shown     *rules.Decision
	photo     *image.NRGBA
	picture   *canvas.Image
}

// photoSize is the size of the photo, of the shape of a passport's: 35 by 45.
var photoSize = fyne.NewSize(210, 270)

func newResultScreen(w *window, s visit.Snapshot) *resultScreen {
	screen := &resultScreen{window: w, decision: look.Stack(0)}
	report := reportOf(s)
	screen.questions = newQuestions(w, report)
	screen.papers = newPapers(w, s.Before)
	screen.witness = newWitnessPanel(w, s)
	if report == nil {
		screen.object = screen.findings(nil)
	} else {
		screen.photo = s.Result.Photo.Copy()
		screen.object = look.Columns(photoSize.Width+2*look.Space+4, look.Space, screen.person(report), screen.findings(report))
	}
	screen.update(s)
	return screen
}

// reportOf is what was read; nil where it is decided without a chip.
func reportOf(s visit.Snapshot) *inspect.Report {
	if s.Result == nil {
		return nil
	}
	return s.Result.Report
}

// kindOf is the kind of document that was read; empty for none.
func kindOf(r *inspect.Report) string {
	if r == nil || r.Document == nil {
		return ""
	}
	return documentKind(r.Document.Code)
}

func (screen *resultScreen) content() fyne.CanvasObject { return screen.object }

// person is the photo and the holder's data.
func (screen *resultScreen) person(r *inspect.Report) fyne.CanvasObject {
	w := screen.window
	caption := w.say("holder.photo")
	var picture fyne.CanvasObject
	if screen.photo != nil {
		screen.picture = canvas.NewImageFromImage(screen.photo)
		screen.picture.FillMode = canvas.ImageFillContain
		screen.picture.SetMinSize(photoSize)
		picture = screen.picture
	} else {
		caption = w.say("holder.photo.none")
		picture = container.NewGridWrap(photoSize, container.NewCenter(look.NewIcon("person", look.Muted, 96)))
	}
	var things []fyne.CanvasObject
	if r.Document != nil {
		things = append(things, names(r.Document))
	}
	things = append(
		things, look.Stack(4, picture, look.NewProse(caption, look.Style{Size: look.Small, Tone: look.Muted})),
		screen.samePerson(),
	)
	if r.Document != nil {
		things = append(things, holder(w, r.Document))
	}
	return look.Panel(look.Plain, look.Stack(look.Space, things...))
}

// findings are the verdict, the decision, what the caseworker sees and asks, and the checks.
func (screen *resultScreen) findings(r *inspect.Report) fyne.CanvasObject {
	w := screen.window
	things := []fyne.CanvasObject{}
	if asked := w.scannedPanel(); asked != nil {
		things = append(things, asked)
	}
	if r != nil {
		things = append(things, verdict(w, r))
	} else {
		things = append(things, look.Stack(
			4, look.NewProse(w.say("paper.only.title"), look.Style{Size: look.Headline, Bold: true}),
			look.NewProse(w.say("paper.only.lead"), look.Style{Size: look.Lead}),
		))
	}
	things = append(things, screen.decision)
	asked := look.Stack(look.Space, screen.questions.object, screen.papers.object, screen.witness.object)
	all := look.Stack(look.Space, look.Halves(560, look.Space, look.Stack(look.Space, things...), asked))
	if r != nil {
		all.Add(checks(w, r))
	}
	return all
}

// samePerson asks, under the photo, whether the citizen is the person in it.
func (screen *resultScreen) samePerson() fyne.CanvasObject {
	w := screen.window
	screen.same = pick(w, "seen.same", "seen.same.", []string{"yes", "no"}, []visit.Answer{visit.Yes, visit.No}, w.seen.SamePerson,
		func(answer visit.Answer) { w.see(func(seen *visit.Seen) { seen.SamePerson = answer }) })
	return look.Stack(4, look.NewProse(w.say("seen.same"), look.Style{Bold: true}), screen.same)
}

func (screen *resultScreen) actions() []fyne.CanvasObject {
	w := screen.window
	another := "action.another"
	if reportOf(w.snapshot) == nil {
		another = "action.read"
	}
	return []fyne.CanvasObject{
		look.NewButton(w.say("action.summary"), look.Quiet, w.summarize), look.NewButton(w.say(another), look.Secondary, w.another),
		w.nextButton(look.Primary),
	}
}

func (screen *resultScreen) update(s visit.Snapshot) {
	screen.questions.update(s)
	screen.papers.update(screen.window.seen.Papers)
	screen.witness.update(s)
	if s.Result == nil || (s.Result.Decision == screen.shown && len(screen.decision.Objects) > 0) {
		return
	}
	screen.shown = s.Result.Decision
	screen.decision.Objects = []fyne.CanvasObject{decisionPanel(screen.window, s.Result.Decision)}
	screen.window.refresh()
}

func (screen *resultScreen) focus() fyne.Focusable {
	if screen.same == nil {
		return screen.papers.add
	}
	return screen.same
}

// leave wipes the window's copy of the photo.
func (screen *resultScreen) leave() {
	if screen.picture != nil {
		screen.picture.Image = nil
		screen.picture.Refresh()
	}
	screen.questions.forget()
	screen.papers.forget()
	screen.witness.forget()
	visit.Wipe(screen.photo)
	screen.photo = nil
}
