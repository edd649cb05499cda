package desk

import (
	"errors"
	"slices"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/mrz"
)

// draft is what was typed so far. It lives through a change of language or theme and ends with the visit.
type draft struct {
	way                   visit.Way
	lines                 string
	number, birth, expiry string
	can                   string
	problem               *visit.InputError
}

// ways are the ways to open a chip, in the order of the choice.
var ways = []visit.Way{visit.WayMRZ, visit.WayFields, visit.WayCAN}

// waitingScreen asks for the document and for what opens it.
type waitingScreen struct {
	window  *window
	object  fyne.CanvasObject
	trouble *fyne.Container
	first   *look.Field
	all     []*look.Field
	shown   [2]string
}

func newWaitingScreen(w *window, s visit.Snapshot) *waitingScreen {
	if w.draft.way == "" {
		w.draft.way = visit.WayMRZ
	}
	screen := &waitingScreen{window: w, trouble: look.Stack(look.Gap)}
	screen.object = look.Stack(
		look.Space, screen.trouble, look.Columns(372, look.Margin, screen.guide(), look.Panel(look.Plain, screen.entry(s))),
	)
	screen.update(s)
	return screen
}

func (screen *waitingScreen) content() fyne.CanvasObject { return screen.object }

// guide says how to lay the document.
func (screen *waitingScreen) guide() fyne.CanvasObject {
	w := screen.window
	things := []fyne.CanvasObject{
		look.NewProse(w.say("waiting.title"), look.Style{Size: look.Headline, Bold: true}),
		look.Picture("lay_passport", fyne.NewSize(300, 184)),
	}
	for _, hint := range []string{"danish", "other", "card", "cover"} {
		things = append(things, bullet(w.say("waiting.hint."+hint)))
	}
	return look.Stack(look.Gap, things...)
}

// bullet is one of several short texts.
func bullet(text string) fyne.CanvasObject {
	return look.Beside(look.Gap, look.NewProse("•", look.Style{Tone: look.Muted, OneLine: true}), look.NewProse(text, look.Style{}))
}

// entry is where what opens the chip is typed.
func (screen *waitingScreen) entry(s visit.Snapshot) fyne.CanvasObject {
	w := screen.window
	title := look.NewProse(w.say("entry.title"), look.Style{Size: look.Title, Bold: true})
	if s.Given != visit.WayNone {
		ready := look.Beside(look.Gap, look.NewIcon("successful", look.Good, 24), look.NewProse(w.say("waiting.ready"), look.Style{Size: look.Lead}))
		return look.Stack(look.Space, title, ready, left(look.NewButton(w.say("action.correct"), look.Secondary, w.counter.Correct)))
	}
	var names []string
	for _, way := range ways {
		names = append(names, w.say("entry.way."+string(way)))
	}
	choice := look.NewChoice(w.say("entry.way"), names, slices.Index(ways, w.draft.way), func(i int) {
		w.draft.way, w.draft.problem = ways[i], nil
		w.enter()
	})
	things := []fyne.CanvasObject{title, left(choice)}
	switch w.draft.way {
	case visit.WayFields:
		things = append(things, screen.fields()...)
	case visit.WayCAN:
		things = append(things, screen.can())
	default:
		things = append(things, screen.lines()...)
	}
	things = append(things, look.NewProse(w.say("waiting.lead"), look.Style{Tone: look.Muted}))
	return look.Stack(look.Space, things...)
}

// left keeps a thing at its own width, at the left.
func left(thing fyne.CanvasObject) fyne.CanvasObject { return look.Row(0, thing) }

func (screen *waitingScreen) lines() []fyne.CanvasObject {
	w := screen.window
	field := look.NewField(look.FieldStyle{
		Label: w.say("entry.mrz.label"), Hint: w.say("entry.mrz.hint"), Lines: 3, Width: 44, Capitals: true,
		Changed: func(text string) {
			w.draft.lines = text
			// Whole lines whose check digits are right need no button.
			if given, err := visit.Lines(text); err == nil {
				w.draft.problem = nil
				w.counter.Give(given)
			}
		},
		Submit: screen.submit, Shortcut: w.typedShortcut,
	})
	field.Fill(w.draft.lines)
	screen.first, screen.all = field, []*look.Field{field}
	things := []fyne.CanvasObject{field.Object}
	if problem := w.draft.problem; problem != nil {
		field.SetProblem(screen.inputText(problem))
		things = append(things, screen.suggestions()...)
	}
	return things
}

// suggestions offers lines whose check digits are right and that look like what was typed.
func (screen *waitingScreen) suggestions() []fyne.CanvasObject {
	w := screen.window
	var things []fyne.CanvasObject
	for _, suggestion := range slices.Collect(limit(mrz.Suggest(w.draft.lines), 2)) {
		text := ""
		for i, line := range suggestion.Lines() {
			if i > 0 {
				text += "\n"
			}
			text += line
		}
		things = append(things, look.Stack(
			4, look.NewProse(w.say("entry.suggestion"), look.Style{}), look.NewProse(text, look.Style{Mono: true, Size: look.Small}),
			left(look.NewButton(w.say("entry.suggestion.take"), look.Secondary, func() { w.typeIn(text) })),
		))
	}
	return things
}

// limit gives the first n.
func limit[T any](all []T, n int) func(func(T) bool) {
	return slices.Values(all[:min(n, len(all))])
}

func (screen *waitingScreen) fields() []fyne.CanvasObject {
	w := screen.window
	field := func(key, hint string, width int, text *string, codes ...visit.InputCode) *look.Field {
		f := look.NewField(look.FieldStyle{
			Label: w.say(key), Hint: hint, Width: width, Capitals: true, Changed: func(typed string) { *text = typed },
			Submit: screen.submit, Shortcut: w.typedShortcut,
		})
		f.Fill(*text)
		if problem := w.draft.problem; problem != nil && slices.Contains(codes, problem.Code) {
			f.SetProblem(screen.inputText(problem))
		}
		return f
	}
	number := field("entry.key.number", "", 22, &w.draft.number, visit.InputNumber)
	birth := field("entry.key.birth", w.say("entry.key.hint"), 10, &w.draft.birth, visit.InputBirth)
	expiry := field("entry.key.expiry", "", 10, &w.draft.expiry, visit.InputExpiry)
	screen.first, screen.all = number, []*look.Field{number, birth, expiry}
	return []fyne.CanvasObject{number.Object, birth.Object, expiry.Object}
}

func (screen *waitingScreen) can() fyne.CanvasObject {
	w := screen.window
	field := look.NewField(look.FieldStyle{
		Label: w.say("entry.can.label"), Hint: w.say("entry.can.hint"), Width: 6,
		Changed: func(text string) { w.draft.can = text }, Submit: screen.submit, Shortcut: w.typedShortcut,
	})
	field.Fill(w.draft.can)
	if problem := w.draft.problem; problem != nil {
		field.SetProblem(screen.inputText(problem))
	}
	screen.first, screen.all = field, []*look.Field{field}
	return field.Object
}

// submit gives what was typed, or says what is wrong with it.
func (screen *waitingScreen) submit() {
	w := screen.window
	var given visit.Given
	var err error
	switch w.draft.way {
	case visit.WayFields:
		given, err = visit.Fields(w.draft.number, w.draft.birth, w.draft.expiry)
	case visit.WayCAN:
		given, err = visit.CAN(w.draft.can)
	default:
		given, err = visit.Lines(w.draft.lines)
	}
	w.draft.problem = nil
	if errors.As(err, &w.draft.problem) {
		w.enter()
		return
	}
	w.counter.Give(given)
}

// inputText says what is wrong with what was typed.
func (screen *waitingScreen) inputText(problem *visit.InputError) string {
	w := screen.window
	return w.say("entry.error."+string(problem.Code), "field", w.say("field."+string(problem.Field)))
}

func (screen *waitingScreen) actions() []fyne.CanvasObject {
	w := screen.window
	actions := []fyne.CanvasObject{w.nextButton(look.Secondary)}
	if w.snapshot.Given == visit.WayNone {
		actions = append(actions, look.NewButton(w.say("entry.submit"), look.Primary, screen.submit))
	}
	return actions
}

func (screen *waitingScreen) update(s visit.Snapshot) {
	problem := s.Problem
	if problem == "" {
		problem = readerProblem(s.Status)
	}
	now := [2]string{string(problem), ""}
	if s.LeftBehind {
		now[1] = "left_behind"
	}
	if now == screen.shown {
		return
	}
	screen.shown = now
	screen.trouble.Objects = nil
	if problem != "" {
		screen.trouble.Add(problemPanel(screen.window, problem, look.Lead))
	}
	if s.LeftBehind {
		text := look.NewProse(screen.window.say("waiting.left_behind"), look.Style{Size: look.Lead, Bold: true})
		screen.trouble.Add(look.Panel(look.Info, look.Beside(look.Space, look.NewIcon("reader", look.Info, 28), text)))
	}
	screen.window.root.Refresh()
}

func (screen *waitingScreen) focus() fyne.Focusable {
	if screen.first == nil {
		return nil
	}
	return screen.first.Focusable()
}

func (screen *waitingScreen) leave() {
	for _, field := range screen.all {
		field.Forget()
	}
}
