package desk

import (
	"slices"
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/visit"
)

// counter is what the window needs of a visit.Counter.
type counter interface {
	Give(visit.Given)
	Correct()
	Again()
	See(visit.Seen)
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

	// turn is the place of the visit that this process serves, nil where it serves all; carry goes to the next, and over tells
	// that the visit has ended.
	turn  process.Turn
	carry process.Carry
	over  bool

	snapshot visit.Snapshot
	draft    draft
	screen   screen

	reader *readerChip
	root   *fyne.Container
	scroll *container.Scroll
	foot   *fyne.Container
}

func (w *window) say(key string, pairs ...string) string { return w.words.Say(key, pairs...) }

// build makes the window's content anew, in the language and the theme of now.
func (w *window) build() {
	w.window.SetTitle(w.say("app.name") + " · " + w.say("app.place"))
	w.reader = newReaderChip(w)
	w.scroll = container.NewVScroll(container.NewStack())
	w.foot = container.NewStack()
	head := look.Stack(0, w.header(), look.Line())
	foot := look.Stack(0, look.Line(), w.foot, w.statusBar())
	w.root = look.Page(head, w.scroll, foot)
	w.window.SetContent(w.root)
	for _, shortcut := range w.shortcuts() {
		w.window.Canvas().AddShortcut(shortcut.keys, func(fyne.Shortcut) { shortcut.do() })
	}
	w.enter()
}

func (w *window) header() fyne.CanvasObject {
	mark := look.Picture("skranke", fyne.NewSquareSize(28))
	name := look.NewProse(w.say("app.name"), look.Style{Size: look.Lead, Bold: true, OneLine: true})
	place := look.NewProse(w.say("app.place"), look.Style{Tone: look.Muted, OneLine: true})
	left := look.Row(look.Gap, mark, name, place)
	right := look.Row(look.Space, w.reader.object, w.languages())
	return look.Bar(look.Plain, look.Between(left, right))
}

// middle sets a thing in the middle of its height.
func middle(thing fyne.CanvasObject) fyne.CanvasObject { return container.NewCenter(thing) }

func (w *window) languages() fyne.CanvasObject {
	var names []string
	for _, language := range assets.Languages() {
		names = append(names, w.say("language."+string(language)))
	}
	now := slices.Index(assets.Languages(), w.words.Language())
	return look.NewChoice(w.say("language.label"), names, now, func(i int) { w.speak(assets.Languages()[i]) })
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
	w.theme = theme
	w.program.Settings().SetTheme(theme)
	w.build()
}

func (w *window) statusBar() fyne.CanvasObject {
	small := func(text string) fyne.CanvasObject {
		return middle(look.NewProse(text, look.Style{Size: look.Small, Tone: look.Muted, OneLine: true}))
	}
	key := "status.trust"
	if w.status.Given {
		key = "status.trust.given"
	}
	left := look.Row(look.Margin, small(w.say(key, "count", strconv.Itoa(w.status.Certificates))))
	if w.status.Rules != "" {
		left.Add(small(w.say("status.rules", "version", w.status.Rules)))
	}
	if w.status.Day != "" {
		left.Add(small(w.say("status.day", "date", longDate(w.words, w.status.Day))))
	}
	left.Add(small(w.say("status.private")))
	looks := assets.Palettes()
	next := looks[(slices.Index(looks, w.theme.Name())+1)%len(looks)]
	change := look.NewButton(w.say("look.label")+": "+w.say("look."+w.theme.Name()), look.Quiet, func() { w.wear(next) })
	return look.Bar(look.Muted, look.Between(left, change))
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
	return []shortcut{
		{control(fyne.KeyN), w.next},
		{control(fyne.KeyL), func() {
			all := assets.Languages()
			w.speak(all[(slices.Index(all, w.words.Language())+1)%len(all)])
		}},
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
	w.draft = draft{}
	w.counter.Next()
	if w.snapshot.Phase == visit.Waiting {
		w.enter() // nothing of the visit may change, but what was typed is gone
	}
}

// typeIn gives lines as if they had been typed.
func (w *window) typeIn(lines string) {
	if lines == "" {
		return
	}
	w.draft = draft{lines: lines}
	w.enter()
	if given, err := visit.Lines(lines); err == nil {
		w.counter.Give(given)
	}
}

// show takes a snapshot of the visit.
func (w *window) show(s visit.Snapshot) {
	before := w.snapshot
	w.snapshot = s
	if s.Visit != before.Visit && before.Visit != 0 {
		w.draft = draft{}
	}
	w.reader.update(s)
	if w.screen == nil || s.Visit != before.Visit || s.Phase != before.Phase || shape(s) != shape(before) {
		w.enter()
		return
	}
	w.screen.update(s)
}

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
	switch s.Phase {
	case visit.Reading:
		w.screen = newReadingScreen(w, s)
	case visit.Trouble:
		w.screen = newTroubleScreen(w, s)
	case visit.Done:
		w.screen = newResultScreen(w, s)
	default:
		w.screen = newWaitingScreen(w, s)
	}
	w.scroll.Content = look.Inset(look.Margin, look.Margin, look.Margin, look.Margin, w.screen.content())
	w.scroll.ScrollToTop()
	hint := look.NewProse(w.say("keys.hint"), look.Style{Size: look.Small, Tone: look.Muted, OneLine: true})
	buttons := look.Row(look.Gap, w.screen.actions()...)
	w.foot.Objects = []fyne.CanvasObject{look.Bar(look.Plain, look.Between(middle(hint), buttons))}
	w.reader.update(s)
	w.root.Refresh()
	if place := w.screen.focus(); place != nil {
		w.window.Canvas().Focus(place)
	} else {
		w.window.Canvas().Unfocus()
	}
}

// nextButton is the button that ends a visit.
func (w *window) nextButton(weight look.Weight) *look.Button {
	return look.NewButton(w.say("action.next"), weight, w.next)
}
