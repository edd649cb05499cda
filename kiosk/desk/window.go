package desk

import (
	"context"
	"errors"
	"slices"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/mrzreader"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// counter is what the window needs of a visit.Counter.
type counter interface {
	Give(visit.Given)
	Correct()
	Again()
	See(visit.Seen)
	WithoutChip()
	Another()
	Vouched()
	Next()
}

// screen is what stands between the header and the foot.
type screen interface {
	// content is what the screen shows; it may scroll.
	content() fyne.CanvasObject
	// actions are the buttons at the foot, the primary one last.
	actions() []fyne.CanvasObject
	// update takes another snapshot of the same visit and phase.
	update(visit.Snapshot)
	// leave wipes what the screen holds; another one takes its place.
	leave()
	// focus is where the keyboard's place is at first; nil for nowhere.
	focus() fyne.Focusable
}

// window is the one window. All of it belongs to the toolkit's goroutine.
type window struct {
	program fyne.App
	window  fyne.Window
	counter counter
	words   *assets.Words
	theme   *look.Theme
	status  Status
	now     func() time.Time
	// aside does what may take long on a goroutine of its own.
	aside func(func())
	pack  *rules.Pack

	// turn is the place of the visit that this process serves, nil where it serves all; carry goes to the next, and over tells
	// that the visit has ended.
	turn  process.Turn
	carry process.Carry
	over  bool
	// renewed tells that the visit was counted anew when the window was shown, and what has been typed since is of this citizen.
	renewed bool
	// release lets the serial port go; nil while there is none.
	release context.CancelFunc

	snapshot visit.Snapshot
	// seen is what the caseworker has said in this visit; the visit has it a moment later.
	seen   visit.Seen
	draft  draft
	screen screen
	// typed gathers what a reader types that works like a keyboard; serial is the reader on a serial port.
	typed  mrzreader.Collector
	serial serial

	citizen *citizen
	reader  *readerChip
	root    *fyne.Container
	// building tells that a screen is being made, which is shown as a whole.
	building bool
	scroll   *container.Scroll
	foot     *fyne.Container
	bar      *fyne.Container
}

func (w *window) say(key string, pairs ...string) string { return w.words.Say(key, pairs...) }

// build makes the window's content anew, in the language and the theme of now.
func (w *window) build() {
	w.window.SetTitle(w.say("app.name") + " · " + w.say("app.place"))
	w.reader = newReaderChip(w)
	w.scroll = container.NewVScroll(container.NewStack())
	w.foot = container.NewStack()
	w.bar = container.NewStack(w.statusBar())
	head := look.Stack(0, w.header(), look.Line())
	foot := look.Stack(0, look.Line(), w.foot, w.bar)
	if w.theme.Percent() > 100 {
		foot = look.Stack(0, look.Line(), w.foot) // large texts need the place: the status goes on below the screen's content
	}
	w.root = look.Page(head, w.scroll, foot)
	w.window.SetContent(w.root)
	canvas := w.window.Canvas()
	canvas.SetOnTypedRune(w.typedRune)
	canvas.SetOnTypedKey(w.typedKey)
	for _, shortcut := range w.shortcuts() {
		canvas.AddShortcut(shortcut.keys, func(fyne.Shortcut) { shortcut.do() })
	}
	w.enter()
	w.citizen.build()
}

func (w *window) header() fyne.CanvasObject {
	mark := look.Picture("skranke", fyne.NewSquareSize(28))
	name := look.NewProse(w.say("app.name"), look.Style{Size: look.Lead, Bold: true, OneLine: true})
	place := look.NewProse(w.say("app.place"), look.Style{Tone: look.Muted, OneLine: true})
	left := look.Row(look.Gap, mark, name, place)
	right := look.Row(look.Space, w.reader.object, w.languages())
	if w.citizen != nil {
		label := w.say("citizen.language")
		right.Add(look.NewProse(label, look.Style{Tone: look.Muted, OneLine: true}))
		right.Add(languageChoice(w.words, label, w.citizen.words.Language(), w.citizen.speak))
	}
	return look.Bar(look.Plain, look.Between(left, right))
}

func (w *window) languages() fyne.CanvasObject {
	return languageChoice(w.words, w.say("language.label"), w.words.Language(), w.speak)
}

// languageChoice asks for a language.
func languageChoice(words *assets.Words, label string, now assets.Language, changed func(assets.Language)) *look.Choice {
	var names []string
	for _, language := range assets.Languages() {
		names = append(names, words.Say("language."+string(language)))
	}
	return look.NewChoice(label, names, slices.Index(assets.Languages(), now), func(i int) { changed(assets.Languages()[i]) })
}

// speak changes the language; the visit goes on.
func (w *window) speak(language assets.Language) {
	w.words = assets.In(language)
	w.build()
}

// wear changes the theme; the visit goes on.
func (w *window) wear(name string) {
	theme, err := look.NewTheme(name)
	if err != nil {
		fyne.LogError("the look stays as it is", err)
		return
	}
	w.dress(theme.Sized(w.theme.Percent()))
}

// size changes the size of texts to one of look.Percents; the visit goes on.
func (w *window) size(percent int) {
	if percent != w.theme.Percent() {
		w.dress(w.theme.Sized(percent))
	}
}

// larger changes the size of texts by a number of steps.
func (w *window) larger(steps int) func() {
	return func() {
		all := look.Percents()
		w.size(all[max(0, min(len(all)-1, slices.Index(all, w.theme.Percent())+steps))])
	}
}

func (w *window) dress(theme *look.Theme) {
	w.theme = theme
	w.program.Settings().SetTheme(theme)
	w.build()
}

// shortcut is a key that works everywhere in the window.
type shortcut struct {
	keys *desktop.CustomShortcut
	do   func()
}

func (w *window) shortcuts() []shortcut {
	control := func(key fyne.KeyName) *desktop.CustomShortcut {
		return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl}
	}
	shifted := func(key fyne.KeyName) *desktop.CustomShortcut {
		return &desktop.CustomShortcut{KeyName: key, Modifier: fyne.KeyModifierControl | fyne.KeyModifierShift}
	}
	return []shortcut{
		{control(fyne.KeyN), w.next},
		{control(fyne.KeyL), func() {
			all := assets.Languages()
			w.speak(all[(slices.Index(all, w.words.Language())+1)%len(all)])
		}},
		{control(fyne.KeyP), w.summarize},
		{control(fyne.KeyPlus), w.larger(1)},
		{control(fyne.KeyEqual), w.larger(1)}, // where the plus is on that key, with or without shift
		{shifted(fyne.KeyEqual), w.larger(1)},
		{shifted(fyne.KeyPlus), w.larger(1)},
		{control(fyne.KeyMinus), w.larger(-1)},
		{control(fyne.Key0), func() { w.size(100) }},
	}
}

// typedShortcut takes a shortcut that was typed in a field.
func (w *window) typedShortcut(typed fyne.Shortcut) {
	for _, shortcut := range w.shortcuts() {
		if shortcut.keys.ShortcutName() == typed.ShortcutName() {
			shortcut.do()
		}
	}
}

// next forgets this citizen. What is typed is forgotten here, all else by the visit.
func (w *window) next() {
	if w.over {
		return
	}
	if w.turn != nil {
		w.hand()
		return
	}
	w.forget()
	w.counter.Next()
	if w.snapshot.Phase == visit.Waiting {
		w.enter() // nothing of the visit may change, but what was typed is gone
	}
}

// forget drops what the window itself holds of the visit.
func (w *window) forget() {
	w.draft, w.seen = draft{}, visit.Seen{}
	w.typed.Forget()
	w.citizen.forget()
}

// another keeps what was read and seen, and waits for another document of the same citizen.
func (w *window) another() {
	w.seen.Look = visit.Look{}
	w.draft.lines, w.draft.number, w.draft.birth, w.draft.expiry, w.draft.can, w.draft.problem = "", "", "", "", "", nil
	w.counter.Another()
}

// withoutChip decides on what the caseworker sees alone.
func (w *window) withoutChip() { w.counter.WithoutChip() }

// typeIn gives lines as if they had been typed.
func (w *window) typeIn(lines string) {
	if lines == "" {
		return
	}
	w.draft.way, w.draft.lines, w.draft.problem = visit.WayMRZ, lines, nil
	given, err := visit.Lines(lines)
	if err == nil {
		w.enter()
		w.counter.Give(given)
		return
	}
	errors.As(err, &w.draft.problem)
	if w.snapshot.Phase != visit.Waiting || w.snapshot.Given != visit.WayNone {
		w.counter.Correct() // what was read has a slip: it is shown, to be mended
	}
	w.enter()
}

// show takes a snapshot of the visit.
func (w *window) show(s visit.Snapshot) {
	before := w.snapshot
	w.snapshot = s
	if s.Visit != before.Visit {
		if before.Visit != 0 {
			if !w.renewed {
				w.draft = draft{}
			}
			w.renewed = false
		}
		w.seen = s.Seen
	}
	w.reader.update(s)
	w.citizen.show(s)
	if w.screen == nil || s.Visit != before.Visit || s.Phase != before.Phase || shape(s) != shape(before) {
		w.draft.summary = nil
		w.enter()
		return
	}
	w.screen.update(s)
}

// refreshSeen shows what the caseworker has said where it stands in more than one place.
func (w *window) refreshSeen() { w.screen.update(w.snapshot) }

// shape is what the waiting screen is built of anew for; the other screens update themselves.
func shape(s visit.Snapshot) [2]string {
	if s.Phase != visit.Waiting {
		return [2]string{}
	}
	return [2]string{string(s.Problem), string(s.Given)}
}

// enter shows the screen of the phase, made anew.
func (w *window) enter() {
	if w.screen != nil {
		w.screen.leave()
	}
	s := w.snapshot
	w.building = true
	switch {
	case s.Phase == visit.Done && w.draft.summary != nil:
		w.screen = newSummaryScreen(w, s)
	case s.Phase == visit.Reading:
		w.screen = newReadingScreen(w, s)
	case s.Phase == visit.Trouble:
		w.screen = newTroubleScreen(w, s)
	case s.Phase == visit.Done:
		w.screen = newResultScreen(w, s)
	default:
		w.screen = newWaitingScreen(w, s)
	}
	content := look.Inset(look.Margin, look.Margin, look.Margin, look.Margin, w.screen.content())
	if w.theme.Percent() > 100 {
		content = look.Stack(0, content, w.bar)
	}
	w.scroll.Content = content
	w.scroll.ScrollToTop()
	hint := look.NewProse(w.say("keys.hint"), look.Style{Size: look.Small, Tone: look.Muted, OneLine: true})
	buttons := look.Row(look.Gap, w.screen.actions()...)
	foot := look.Between(hint, buttons)
	if w.theme.Percent() > 100 {
		foot = buttons
	}
	w.foot.Objects = []fyne.CanvasObject{look.Bar(look.Plain, foot)}
	w.reader.update(s)
	w.building = false
	w.refresh()
	if place := w.screen.focus(); place != nil {
		w.window.Canvas().Focus(place)
	} else {
		w.window.Canvas().Unfocus()
	}
}

// refresh shows what has changed.
func (w *window) refresh() {
	if w.root == nil || w.building {
		return
	}
	look.Settle(w.root)
	w.root.Refresh()
}

// nextButton is the button that ends a visit.
func (w *window) nextButton(weight look.Weight) *look.Button {
	return look.NewButton(w.say("action.next"), weight, w.next)
}
