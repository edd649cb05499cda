package desk

import (
	"image"
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// resultScreen shows the photo beside the holder's data, the verdict on the document, the decision, and the checks.
type resultScreen struct {
	window   *window
	object   fyne.CanvasObject
	decision *fyne.Container
	same     *look.Choice
	userID   *look.Field
	shown    *rules.Decision
	photo    *image.NRGBA
	picture  *canvas.Image
}

// photoSize is the size of the photo, of the shape of a passport's: 35 by 45.
var photoSize = fyne.NewSize(210, 270)

func newResultScreen(w *window, s visit.Snapshot) *resultScreen {
	screen := &resultScreen{window: w, decision: look.Stack(0)}
	if s.Result != nil {
		screen.photo = s.Result.Photo.Copy()
	}
	screen.object = look.Columns(photoSize.Width+2*look.Space+4, look.Space, screen.person(s), screen.findings(s))
	screen.update(s)
	return screen
}

func (screen *resultScreen) content() fyne.CanvasObject { return screen.object }

// person is the photo and the holder's data.
func (screen *resultScreen) person(s visit.Snapshot) fyne.CanvasObject {
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
	if s.Result != nil && s.Result.Report != nil && s.Result.Report.Document != nil {
		things = append(things, names(s.Result.Report.Document))
	}
	things = append(
		things, look.Stack(4, picture, look.NewProse(caption, look.Style{Size: look.Small, Tone: look.Muted})),
		screen.samePerson(s),
	)
	if s.Result != nil && s.Result.Report != nil && s.Result.Report.Document != nil {
		things = append(things, holder(w, s.Result.Report.Document))
	}
	return look.Panel(look.Plain, look.Stack(look.Space, things...))
}

// findings are the verdict, what the caseworker saw, the decision and the checks.
func (screen *resultScreen) findings(s visit.Snapshot) fyne.CanvasObject {
	w := screen.window
	things := []fyne.CanvasObject{}
	if s.Result != nil && s.Result.Report != nil {
		things = append(things, verdict(w, s.Result.Report))
	}
	things = append(things, screen.seen(s), screen.decision)
	if s.Result != nil && s.Result.Report != nil {
		things = append(things, checks(w, s.Result.Report))
	}
	return look.Stack(look.Space, things...)
}

// samePerson asks, under the photo, whether the citizen is the person in it.
func (screen *resultScreen) samePerson(s visit.Snapshot) fyne.CanvasObject {
	w := screen.window
	answers := []visit.Answer{visit.Yes, visit.No}
	screen.same = look.NewChoice(
		w.say("seen.same"), []string{w.say("seen.same.yes"), w.say("seen.same.no")}, slices.Index(answers, s.Seen.SamePerson),
		func(i int) {
			seen := w.snapshot.Seen
			seen.SamePerson = answers[i]
			w.see(seen)
		},
	)
	return look.Stack(4, look.NewProse(w.say("seen.same"), look.Style{Bold: true}), left(screen.same))
}

// seen asks for what else only a person can know.
func (screen *resultScreen) seen(s visit.Snapshot) fyne.CanvasObject {
	w := screen.window
	seen := func() visit.Seen { return w.snapshot.Seen }
	questions := []rules.ControlQuestions{rules.QuestionsNotAsked, rules.QuestionsPassed, rules.QuestionsFailed}
	asked := look.NewChoice(w.say("seen.questions"), []string{
		w.say("seen.questions.not_asked"), w.say("seen.questions.passed"), w.say("seen.questions.failed"),
	}, max(0, slices.Index(questions, s.Seen.Questions)), func(i int) {
		now := seen()
		now.Questions = questions[i]
		w.see(now)
	})
	document := look.NewToggle(w.say("seen.cpr.document"), s.Seen.CPRInDocument, func(on bool) {
		now := seen()
		now.CPRInDocument = on
		w.see(now)
	})
	card := look.NewToggle(w.say("seen.cpr.health_card"), slices.ContainsFunc(s.Seen.Papers, isHealthCard), func(on bool) {
		now := seen()
		now.Papers = slices.DeleteFunc(slices.Clone(now.Papers), isHealthCard)
		if on {
			now.Papers = append(now.Papers, rules.Document{Type: healthCard, Issuer: "DNK"})
		}
		w.see(now)
	})
	row := func(key string, thing fyne.CanvasObject) fyne.CanvasObject {
		label := look.NewProse(w.say(key), look.Style{Bold: true})
		return look.Columns(190, look.Gap, look.Inset(8, 0, 0, 0, label), left(thing))
	}
	rows := look.Stack(4)
	if kind := kindOf(s); kind == "passport" || kind == "national_id" {
		rows.Add(row("seen."+kind, screen.kind(s, kind)))
	}
	rows.Add(row("seen.cpr", look.Row(look.Gap, document.Pressable, card.Pressable)))
	rows.Add(row("seen.questions", asked))
	screen.userID = look.NewField(look.FieldStyle{Width: 24, Shortcut: w.typedShortcut, Changed: func(text string) {
		now := seen()
		now.Applicant.UserID = nil
		if text = strings.TrimSpace(text); text != "" {
			now.Applicant.UserID = &text
		}
		w.see(now)
	}})
	if id := s.Seen.Applicant.UserID; id != nil {
		screen.userID.Fill(*id)
	}
	rows.Add(row("seen.user_id", screen.userID.Object))
	return look.Panel(look.Plain, rows)
}

const healthCard rules.DocumentType = "health_card"

func isHealthCard(d rules.Document) bool { return d.Type == healthCard }

// kindOf is the kind of document that was read; empty for none.
func kindOf(s visit.Snapshot) string {
	if s.Result == nil || s.Result.Report == nil || s.Result.Report.Document == nil {
		return ""
	}
	return documentKind(s.Result.Report.Document.Code)
}

// kind asks what the lines do not tell: of a passport whether it is an ordinary one, of a card whether one can travel with
// it.
func (screen *resultScreen) kind(s visit.Snapshot, kind string) *look.Choice {
	w := screen.window
	answers := []visit.Answer{visit.Yes, visit.No}
	now := s.Seen.Ordinary
	if kind == "national_id" {
		now = s.Seen.Travel
	}
	key := "seen." + kind
	return look.NewChoice(w.say(key), []string{w.say(key + ".yes"), w.say(key + ".no")}, slices.Index(answers, now), func(i int) {
		seen := w.snapshot.Seen
		if kind == "national_id" {
			seen.Travel = answers[i]
		} else {
			seen.Ordinary = answers[i]
		}
		w.see(seen)
	})
}

// see passes on what the caseworker saw. It is kept at once, so that a second answer that comes before the visit has
// answered the first does not undo it.
func (w *window) see(seen visit.Seen) {
	w.snapshot.Seen = seen
	w.counter.See(seen)
}

func (screen *resultScreen) actions() []fyne.CanvasObject {
	return []fyne.CanvasObject{screen.window.nextButton(look.Primary)}
}

func (screen *resultScreen) update(s visit.Snapshot) {
	if s.Result == nil || (s.Result.Decision == screen.shown && len(screen.decision.Objects) > 0) {
		return
	}
	screen.shown = s.Result.Decision
	screen.decision.Objects = []fyne.CanvasObject{decisionPanel(screen.window, s.Result.Decision)}
	screen.window.root.Refresh()
}

func (screen *resultScreen) focus() fyne.Focusable { return screen.same }

// leave wipes the window's copy of the photo.
func (screen *resultScreen) leave() {
	if screen.picture != nil {
		screen.picture.Image = nil
		screen.picture.Refresh()
	}
	screen.userID.Forget()
	visit.Wipe(screen.photo)
	screen.photo = nil
}
