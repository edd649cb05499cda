package desk

import (
	"errors"
	"slices"
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/mrz"
)

// draft is what was typed so far. It lives through a change of language or theme and ends with the visit.
type draft struct {
	way                   visit.Way
	lines                 string
	number, birth, expiry string
	// digits are the check digits of number, birth and expiry, where they were typed.
	digits  [3]string
	can     string
	problem *visit.InputError
	// scanned are lines that came while another document's result stood there.
	scanned string
	// paper is a document that is being taken down; nil for none.
	paper *rules.Document
	// witnessNumber is the witness's CPR number as typed, allQuestions tells that all questions are shown.
	witnessNumber string
	allQuestions  bool
	// summary is how the summary is to be; nil while it is not shown.
	summary *summary
}

// ways are the ways to open a chip, in the order of the choice.
var ways = []visit.Way{visit.WayMRZ, visit.WayFields, visit.WayCAN}

// waitingScreen asks for the document and for what opens it.
type waitingScreen struct {
	window  *window
	object  fyne.CanvasObject
	trouble *fyne.Container
	digits  *fyne.Container
	first   *look.Field
	all     []*look.Field
	shown   [2]string
}

func newWaitingScreen(w *window, s visit.Snapshot) *waitingScreen {
	if w.draft.way == "" {
		w.draft.way = visit.WayMRZ
	}
	screen := &waitingScreen{window: w, trouble: look.Stack(look.Gap), digits: look.Stack(4)}
	things := []fyne.CanvasObject{screen.trouble}
	if len(s.Before) > 0 {
		list := look.Stack(4, look.NewProse(w.say("waiting.before"), look.Style{Size: look.Lead, Bold: true}))
		for _, result := range s.Before {
			list.Add(readBefore(w, result))
		}
		things = append(things, look.Panel(look.Info, list))
	}
	screen.object = look.Stack(
		look.Space, append(things, look.Columns(372, look.Margin, screen.guide(), look.Panel(look.Plain, screen.entry(s))))...,
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
	screen.digits.Objects = nil
	var names []string
	for _, way := range ways {
		names = append(names, w.say("entry.way."+string(way)))
	}
	choice := look.NewChoice(w.say("entry.way"), names, slices.Index(ways, w.draft.way), func(i int) {
		w.draft.way, w.draft.problem = ways[i], nil
		w.enter()
	})
	things := []fyne.CanvasObject{title, choice}
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
		Label: w.say("entry.mrz.label"), Hint: w.say("entry.mrz.hint"), Lines: 3, Width: 44, Capitals: true, Own: true,
		Changed: func(text string) {
			w.draft.lines = text
			screen.watch()
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
	things := []fyne.CanvasObject{field.Object, screen.digits}
	screen.watch()
	if problem := w.draft.problem; problem != nil {
		field.SetProblem(screen.inputText(problem))
		things = append(things, screen.suggestions()...)
	}
	return things
}

// watch tells how the check digits stand, and how much is still to come.
func (screen *waitingScreen) watch() {
	w := screen.window
	screen.digits.Objects = nil
	if digits, missing := typedDigits(w.draft.lines); len(digits) > 0 {
		screen.digits.Add(digitRow(w, digits))
		if missing > 0 {
			screen.digits.Add(look.NewProse(w.say("entry.missing", "count", strconv.Itoa(missing)), look.Style{Size: look.Small, Tone: look.Muted}))
		}
	}
	w.refresh()
}

// suggestions offers lines that differ from those typed in characters that are easily mistaken.
func (screen *waitingScreen) suggestions() []fyne.CanvasObject {
	w := screen.window
	var things []fyne.CanvasObject
	for _, suggestion := range slices.Collect(limit(mrz.Suggest(w.draft.lines), 2)) {
		text := strings.Join(suggestion.Lines(), "\n")
		things = append(things, screen.suggestion(text, func() { w.typeIn(text) }))
	}
	return things
}

func (screen *waitingScreen) suggestion(text string, take func()) fyne.CanvasObject {
	w := screen.window
	return look.Stack(
		4, look.NewProse(w.say("entry.suggestion"), look.Style{}), look.NewProse(text, look.Style{Mono: true, Size: look.Small}),
		left(look.NewButton(w.say("entry.suggestion.take"), look.Secondary, take)),
	)
}

// limit gives the first n.
func limit[T any](all []T, n int) func(func(T) bool) {
	return slices.Values(all[:min(n, len(all))])
}

// fields asks for number and dates, each with its check digit behind it as in the lines.
func (screen *waitingScreen) fields() []fyne.CanvasObject {
	w := screen.window
	var things []fyne.CanvasObject
	for i, part := range []struct {
		key, hint string
		field     mrz.Field
		text      *string
		code      visit.InputCode
	}{
		{"entry.key.number", "", mrz.FieldNumber, &w.draft.number, visit.InputNumber},
		{"entry.key.birth", w.say("entry.key.hint"), mrz.FieldBirth, &w.draft.birth, visit.InputBirth},
		{"entry.key.expiry", "", mrz.FieldExpiry, &w.draft.expiry, visit.InputExpiry},
	} {
		text := look.NewField(look.FieldStyle{
			Label: w.say(part.key), Hint: part.hint, Width: 22, Capitals: true, Submit: screen.submit, Shortcut: w.typedShortcut,
			Changed: func(typed string) {
				*part.text = typed
				screen.watchFields()
			},
		})
		text.Fill(*part.text)
		if problem := w.draft.problem; problem != nil && (problem.Code == part.code || problem.Code == visit.InputDigit && problem.Field == part.field) {
			text.SetProblem(screen.inputText(problem))
		}
		check := look.NewField(look.FieldStyle{
			Label: w.say("entry.key.digit"), Width: 8, Submit: screen.submit, Shortcut: w.typedShortcut,
			Changed: func(typed string) {
				w.draft.digits[i] = typed
				screen.watchFields()
			},
		})
		check.Fill(w.draft.digits[i])
		screen.all = append(screen.all, text, check)
		things = append(things, look.Columns(260, look.Space, text.Object, check.Object))
	}
	screen.first = screen.all[0]
	screen.watchFields()
	return append(things, screen.digits)
}

// masked are the three fields as they stand in the lines.
func (d *draft) masked() [3]string {
	number := strings.ToUpper(strings.TrimSpace(d.number))
	for len(number) > 0 && len(number) < 9 {
		number += "<"
	}
	short := func(text string) string {
		if day, err := rules.ParseDate(strings.TrimSpace(text)); err == nil {
			return day.Time().Format("060102")
		}
		return strings.TrimSpace(text)
	}
	return [3]string{number, short(d.birth), short(d.expiry)}
}

// maskedFields names the three fields.
var maskedFields = [3]mrz.Field{mrz.FieldNumber, mrz.FieldBirth, mrz.FieldExpiry}

// watchFields tells how the check digits stand that were typed, and offers what they fit.
func (screen *waitingScreen) watchFields() {
	w := screen.window
	masked := w.draft.masked()
	var digits []digit
	for i, field := range maskedFields {
		if state := digitOf(masked[i], w.draft.digits[i]); state != digitOpen {
			digits = append(digits, digit{field, state})
		}
	}
	screen.digits.Objects = nil
	if len(digits) > 0 {
		screen.digits.Add(digitRow(w, digits))
	}
	if digitOf(masked[0], w.draft.digits[0]) == digitWrong {
		for _, other := range slices.Collect(limit(alike(masked[0], w.draft.digits[0]), 2)) {
			screen.digits.Add(screen.suggestion(strings.TrimRight(other, "<"), func() {
				w.draft.number = strings.TrimRight(other, "<")
				w.enter()
			}))
		}
	}
	w.refresh()
}

func (screen *waitingScreen) can() fyne.CanvasObject {
	w := screen.window
	field := look.NewField(look.FieldStyle{
		Label: w.say("entry.can.label"), Hint: w.say("entry.can.hint"), Width: 6,
		Changed: func(text string) {
			w.draft.can = text
			if given, err := visit.CAN(text); err == nil {
				w.draft.problem = nil
				w.counter.Give(given)
			}
		},
		Submit: screen.submit, Shortcut: w.typedShortcut,
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
		masked := w.draft.masked()
		for i, field := range maskedFields {
			if err == nil && digitOf(masked[i], w.draft.digits[i]) == digitWrong {
				err = &visit.InputError{Code: visit.InputDigit, Field: field}
			}
		}
		if err == nil {
			given, err = visit.Fields(w.draft.number, w.draft.birth, w.draft.expiry)
		}
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
	actions := []fyne.CanvasObject{
		look.NewButton(w.say("action.without_chip"), look.Quiet, w.withoutChip), w.nextButton(look.Secondary),
	}
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
	screen.window.refresh()
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
