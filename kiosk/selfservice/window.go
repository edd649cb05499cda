package selfservice

import (
	"fmt"
	imaging "image"
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/mrzreader"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
)

// counter is what the kiosk needs of a visit.Counter.
type counter interface {
	Give(visit.Given)
	Correct()
	Again()
	See(visit.Seen)
	Next()
}

// face is how the screen is set: what the next citizen finds.
type face struct {
	language assets.Language
	look     string
	text     int
	speaking bool
}

// kiosk is the one window with what it shows. All of it belongs to the toolkit's goroutine.
type kiosk struct {
	program fyne.App
	window  fyne.Window
	config  Config
	site    *site.Site
	counter counter
	// now is the clock, lot draws a slip's number, light switches the light that calls staff.
	now   func() time.Time
	lot   func() string
	light func(on bool)
	// matches tells whether a PIN is the staff's. It takes its time and is called on a goroutine of its own; it wipes nothing.
	matches func(pin []byte) bool
	// handOver gives the place to the next visit's process; nil where visits follow one another in this one.
	handOver func(process.Carry)
	// background does work on a goroutine of its own, and what that gives on the toolkit's.
	background func(work func() func())
	// turnOff switches the machine off.
	turnOff func()
	voice   voice
	chimes  chimes

	defaults face
	quiet    bool
	words    *assets.Words
	theme    *look.Theme
	text     int
	speaking bool
	// say gives a text of assets; a test makes it longer.
	say func(key string, pairs ...string) string

	snapshot visit.Snapshot
	visits   uint64
	// ended is the visit that is over but for its counter's word on that.
	ended uint64
	// used tells that this visit has had something of a person.
	used       bool
	page, over page
	draft      draft
	pin        []byte
	checking   bool
	wrongPIN   bool
	lock       lock
	staff      bool
	compared   visit.Answer
	called     bool
	slip       string
	slipLetter rune
	troubles   int
	hint       int
	lines      mrzreader.Collector
	// before is the draft from before the characters came that may be a reader's.
	before draft

	entered, touchedAt, hintSince, stillSince, goneSince time.Time

	size     fyne.Size
	m        measure
	root     *fyne.Container
	scroll   *container.Scroll
	drawn    string
	shown    page
	spoken   []string
	private  bool
	progress *progress
	portrait *imaging.NRGBA
	content  fyne.CanvasObject
	// made is what can be touched on the page; main the button that goes on, behind the way back; place the name of what has the keyboard's
	// place.
	made       []*touch
	main       *touch
	behind     func()
	place      string
	refocusing bool
}

// touchedNow notes that somebody is there.
func (k *kiosk) touchedNow() { k.touchedAt = k.now() }

// reset sets the face as the next citizen should find it.
func (k *kiosk) reset() {
	k.speak(k.defaults.language)
	k.text, k.speaking = k.defaults.text, k.defaults.speaking
	if k.theme.Name() != k.defaults.look {
		k.wear(k.defaults.look)
	}
	k.touchedNow()
}

// speak changes the language.
func (k *kiosk) speak(language assets.Language) {
	k.words = assets.In(language)
	k.say = k.words.Say
}

// wear changes the theme.
func (k *kiosk) wear(name string) {
	theme, err := look.NewTheme(name)
	if err != nil {
		fyne.LogError("the look stays as it is", err)
		return
	}
	k.theme = theme
	k.program.Settings().SetTheme(theme)
}

// shape is what a page is drawn anew for.
func (k *kiosk) shape() string {
	s := k.snapshot
	lock := ""
	if k.over == pagePIN {
		lock = k.lock.wait(k.now()).Round(time.Second).String()
	}
	still := ""
	if k.over == pageStill {
		still = strconv.Itoa(k.stillLeft())
	}
	return fmt.Sprint(k.page, k.over, s.Phase, s.Status, s.Problem, s.LeftBehind, k.closed(), fmt.Sprintf("%p", s.Result), lock, still)
}

// frame sets the header at the top, the footer at the foot and the page between them; it draws anew where the window has
// another size.
type frame struct {
	loose
	k *kiosk
}

func (f *frame) Layout(_ []fyne.CanvasObject, size fyne.Size) {
	if size != f.k.size {
		f.k.size = size
		f.k.draw()
	}
	f.k.arrange()
}

// arrange lays out what was drawn.
func (k *kiosk) arrange() {
	if len(k.root.Objects) != 3 {
		return
	}
	head, body, foot := k.root.Objects[0], k.root.Objects[1], k.root.Objects[2]
	width := k.size.Width
	top, bottom := heightOf(head, width), heightOf(foot, width)
	place(head, 0, 0, width, top)
	place(foot, 0, k.size.Height-bottom, width, bottom)
	place(body, 0, top, width, max(0, k.size.Height-top-bottom))
	k.arrangePage(body.(*fyne.Container), body.Size())
}

// render draws the page anew, and has it spoken where it says something else than before.
func (k *kiosk) render() {
	k.note()
	shown := k.page
	if k.over != pageNone {
		shown = k.over
	}
	if shown != k.shown {
		k.shown, k.entered, k.place = shown, k.now(), ""
	}
	before := strings.Join(k.spoken, "\n")
	k.draw()
	if strings.Join(k.spoken, "\n") != before {
		k.speakPage()
	}
}

func (k *kiosk) draw() {
	if k.size.IsZero() {
		return
	}
	visit.Wipe(k.portrait)
	k.portrait, k.progress, k.spoken, k.made, k.private = nil, nil, nil, nil, false
	k.m = newMeasure(float32(k.dpi())/k.window.Canvas().Scale(), k.size.Width, k.size.Height, float32(k.text)/100)
	v := k.view()
	k.main, k.behind = v.next, v.back
	k.root.Objects = []fyne.CanvasObject{k.header(), k.paged(v), k.footer(v)}
	k.drawn = k.shape()
	k.arrange()
	k.root.Refresh()
	k.refocus()
}

// refocus puts the keyboard's place where it was, on what was drawn anew there.
func (k *kiosk) refocus() {
	place := k.place
	k.refocusing = true
	defer func() { k.refocusing = false }()
	for _, t := range k.made {
		if place != "" && t.label == place {
			k.window.Canvas().Focus(t)
			return
		}
	}
	k.window.Canvas().Unfocus()
}

func (k *kiosk) dpi() float64 {
	if k.site.Screen.DPI == 0 {
		return 96
	}
	return k.site.Screen.DPI
}

// view is what a page shows.
type view struct {
	things []fyne.CanvasObject
	// side stands at the right, or below where there is no room; wide is how wide it is.
	side fyne.CanvasObject
	wide float32
	// back and next are at the foot; nil for none.
	back func()
	next *touch
	// more are buttons beside next.
	more []fyne.CanvasObject
	// bare leaves out Help and Start over, on pages that are theirs or the staff's.
	bare bool
}

// header has the name of the place, and what can be set at any moment.
func (k *kiosk) header() fyne.CanvasObject {
	m := k.m
	m.text = min(m.text, 1.5)
	mark := fixed(m.of(40), m.of(40), look.Picture("skranke", fyne.NewSquareSize(m.of(40))))
	name := k.site.Place
	if name == "" {
		name = k.say("app.name")
	}
	if k.large() {
		name = ""
	}
	left := leading(m.of(12), mark, look.NewProse(name, look.Style{Size: m.font(textLead), Bold: true}))
	var buttons []fyne.CanvasObject
	if k.page != pageOver {
		for _, language := range assets.Languages() {
			if language == k.words.Language() {
				continue
			}
			buttons = append(buttons, k.button(assets.In(language).Say("language."+string(language)), "kiosk_language", look.Secondary, func() {
				k.speak(language)
				k.render()
			}))
		}
		if k.voice != nil && k.over == pageNone && !k.staff && !k.large() {
			icon, text := "kiosk_speak", k.say("kiosk.speak")
			if k.speaking {
				icon, text = "kiosk_silent", k.say("kiosk.silent")
			}
			buttons = append(buttons, k.button(text, icon, look.Secondary, k.toggleSpeech))
		}
		if k.over == pageNone {
			buttons = append(buttons, k.button(k.say("kiosk.view"), "kiosk_view", look.Secondary, func() { k.lift(pageView) }))
			buttons = append(buttons, k.iconButton(k.say("kiosk.staff"), "kiosk_staff", k.askPIN))
		}
	}
	right := flowing(k.m.of(4), true, buttons...)
	return band(look.Plain, inset(k.m.of(20), k.m.of(6), nil, container.New(&headLayout{space: k.m.of(16)}, left, right)), false)
}

// headLayout sets a first thing at the left in the middle of the height, and a second at the right, below it where there is no room.
type headLayout struct {
	loose
	space float32
}

func (l *headLayout) split(things []fyne.CanvasObject, width float32) (left float32, below bool) {
	right := widthOf(things[1])
	if left = width - right - l.space; left < width/5 {
		return width, true
	}
	return left, false
}

func (l *headLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	left, below := l.split(things, width)
	first := heightOf(things[0], left)
	if below {
		return first + heightOf(things[1], width)
	}
	return max(first, heightOf(things[1], width-left-l.space))
}

func (l *headLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	left, below := l.split(things, size.Width)
	first := heightOf(things[0], left)
	if below {
		place(things[0], 0, 0, left, first)
		place(things[1], 0, first, size.Width, heightOf(things[1], size.Width))
		return
	}
	place(things[0], 0, (size.Height-first)/2, left, first)
	place(things[1], left+l.space, 0, size.Width-left-l.space, size.Height)
}

// iconButton is a thing to touch that shows a picture and has its word spoken.
func (k *kiosk) iconButton(label, icon string, press func()) *touch {
	t := k.bare(label, look.Quiet, press)
	t.icon = look.NewIcon(icon, look.Muted, k.m.of(26))
	return t
}

// footer has Help and Start over at the left, and the way on at the right.
func (k *kiosk) footer(v view) fyne.CanvasObject {
	var left, right []fyne.CanvasObject
	if !v.bare {
		left = append(left, k.button(k.say("kiosk.help"), "kiosk_help", look.Secondary, func() { k.lift(pageHelp) }))
		left = append(left, k.button(k.say("kiosk.restart"), "kiosk_restart", look.Secondary, k.startOver))
	}
	if v.back != nil {
		right = append(right, k.button(k.say("kiosk.back"), "kiosk_back", look.Secondary, v.back))
	}
	right = append(right, v.more...)
	if v.next != nil {
		right = append(right, v.next)
	}
	space := k.m.of(4)
	things := container.New(&footLayout{space: k.m.of(16)}, flowing(space, false, left...), flowing(space, true, right...))
	return band(look.Plain, inset(k.m.of(20), k.m.of(8), nil, things), true)
}

// footLayout sets two rows of buttons at the ends of one row, or under one another where there is no room.
type footLayout struct {
	loose
	space float32
}

func (l *footLayout) fits(things []fyne.CanvasObject, width float32) bool {
	return widthOf(things[0])+l.space+widthOf(things[1]) <= width
}

func (l *footLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	first, second := heightOf(things[0], width), heightOf(things[1], width)
	if l.fits(things, width) {
		return max(first, second)
	}
	return first + second
}

func (l *footLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	if l.fits(things, size.Width) {
		left := widthOf(things[0])
		place(things[0], 0, 0, left, size.Height)
		place(things[1], left+l.space, 0, size.Width-left-l.space, size.Height)
		return
	}
	second := heightOf(things[1], size.Width)
	place(things[1], 0, 0, size.Width, second)
	place(things[0], 0, second, size.Width, heightOf(things[0], size.Width))
}

// band sets a thing on a ground across the window, with a line towards the page.
func band(tone look.Tone, thing fyne.CanvasObject, foot bool) fyne.CanvasObject {
	if foot {
		return inset(0, 0, look.Bar(tone, look.Stack(0)), column(0, look.Line(), thing))
	}
	return inset(0, 0, look.Bar(tone, look.Stack(0)), column(0, thing, look.Line()))
}

// paged sets a page between header and footer. Where it is higher than its place, large buttons move it: touching and drawing is more
// than every hand can do.
func (k *kiosk) paged(v view) fyne.CanvasObject {
	space := k.m.of(20)
	var content fyne.CanvasObject = column(space, v.things...)
	if v.side != nil {
		content = beside(k.m.of(36), v.wide, k.m.of(330), content, v.side)
	}
	k.content = content
	return container.New(&still{})
}

// still is a layout that leaves things where they are.
type still struct{ loose }

// Layout does nothing.
func (*still) Layout([]fyne.CanvasObject, fyne.Size) {}

// measured is a content of a height that was worked out.
type measured struct {
	loose
	height, edge float32
}

func (l *measured) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, l.height) }

func (l *measured) Layout(things []fyne.CanvasObject, size fyne.Size) {
	place(things[0], l.edge, 0, size.Width-2*l.edge, l.height)
}

// arrangePage sets the page into its place.
func (k *kiosk) arrangePage(holder *fyne.Container, size fyne.Size) {
	side, top := k.m.of(32), k.m.of(30)
	width := min(size.Width-2*side, k.m.of(1280))
	left := (size.Width - width) / 2
	high := heightOf(k.content, width)
	k.scroll = nil
	if high <= size.Height-2*top {
		// On a screen that is higher than wide the page stands nearer to the hand.
		if spare := size.Height - high; size.Height > size.Width && spare > 4*top {
			top = spare / 3
		}
		holder.Objects = []fyne.CanvasObject{k.content}
		place(k.content, left, top, width, high)
		return
	}
	rail := k.m.side() + k.m.of(10)
	width -= rail + k.m.of(24)
	high = heightOf(k.content, width)
	edge := k.m.of(10) // for the rings of what stands at the edge
	scroll := container.NewVScroll(container.New(&measured{height: high, edge: edge}, k.content))
	scroll.OnScrolled = func(fyne.Position) { k.touchedNow() }
	move := func(share float32) func() {
		return func() {
			end := max(0, high-scroll.Size().Height)
			scroll.ScrollToOffset(fyne.NewPos(0, min(end, max(0, scroll.Offset.Y+share*scroll.Size().Height))))
		}
	}
	up, down := k.bare(k.say("kiosk.up"), look.Secondary, move(-0.8)), k.bare(k.say("kiosk.down"), look.Secondary, move(0.8))
	up.icon, down.icon = look.NewIcon("kiosk_up", look.Plain, k.m.of(30)), look.NewIcon("kiosk_down", look.Plain, k.m.of(30))
	holder.Objects = []fyne.CanvasObject{scroll, up, down}
	x := left + width + k.m.of(24)
	place(scroll, left-edge, top/2, width+2*edge, size.Height-top)
	place(up, x, top/2, rail, rail)
	place(down, x, size.Height-top/2-rail, rail, rail)
	k.scroll = scroll
}

// title is the question of a page, or what it says first.
func (k *kiosk) title(key string, pairs ...string) fyne.CanvasObject {
	return k.prose(k.say(key, pairs...), look.Style{Size: k.m.title(), Bold: true})
}

// lead says more about it.
func (k *kiosk) lead(key string, pairs ...string) fyne.CanvasObject {
	return k.prose(k.say(key, pairs...), look.Style{Size: k.m.font(textLead)})
}

func (k *kiosk) body(key string, pairs ...string) fyne.CanvasObject {
	return k.prose(k.say(key, pairs...), look.Style{Size: k.m.font(textBody)})
}

// prose is a text that is spoken too.
func (k *kiosk) prose(text string, style look.Style) fyne.CanvasObject {
	k.spoken = append(k.spoken, text)
	return look.NewProse(text, style)
}

// item is one of several short texts, with an icon before it.
func (k *kiosk) item(icon string, tone look.Tone, text string) fyne.CanvasObject {
	size := k.m.of(28) * min(k.m.text, 1.5)
	return leading(k.m.of(12), look.NewIcon(icon, tone, size), k.prose(text, look.Style{Size: k.m.font(textBody)}))
}

// point is a larger item.
func (k *kiosk) point(icon, text string) fyne.CanvasObject {
	size := k.m.of(36) * min(k.m.text, 1.5)
	return leading(k.m.of(16), look.NewIcon(icon, look.Info, size), k.prose(text, look.Style{Size: k.m.font(textLead)}))
}

// notice says what to mind before anything else.
func (k *kiosk) notice(tone look.Tone, icon, text string) fyne.CanvasObject {
	line := k.prose(text, look.Style{Size: k.m.font(textBody), Bold: true})
	return k.panel(tone, leading(k.m.of(12), look.NewIcon(icon, tone, k.m.of(30)*min(k.m.text, 1.5)), line))
}

// problem says what is wrong with an answer, where something is.
func (k *kiosk) problem() []fyne.CanvasObject {
	if k.draft.problem == "" {
		return nil
	}
	return []fyne.CanvasObject{k.notice(look.Warn, "warning", k.say(k.draft.problem, "document", k.document()))}
}

// large tells that text is so large that what only adorns a page has to give way.
func (k *kiosk) large() bool { return k.m.text >= 1.5 }

// adorn sets an illustration beside a page, where there is room for it.
func (k *kiosk) adorn(v *view, name string, width, height float32) {
	if !k.large() {
		v.side, v.wide = k.picture(name, width, height), k.m.of(width)
	}
}

// picture is an illustration of a size in 96ths of an inch.
func (k *kiosk) picture(name string, width, height float32) fyne.CanvasObject {
	w, h := k.m.of(width), k.m.of(height)
	return fixed(w, h, look.Picture(name, fyne.NewSize(1, 1)))
}

// primary is the one button that goes on.
func (k *kiosk) primary(key string, press func()) *touch {
	return k.button(k.say(key), "", look.Primary, press)
}

// reveal brings what has the keyboard's place into view.
func (k *kiosk) reveal(thing fyne.CanvasObject) {
	if k.scroll == nil {
		return
	}
	driver := k.program.Driver()
	top := driver.AbsolutePositionForObject(k.scroll)
	at := driver.AbsolutePositionForObject(thing)
	if at.X >= top.X+k.scroll.Size().Width || at.Y+thing.Size().Height <= 0 {
		return // beside the page
	}
	if by := at.Y - top.Y; by < 0 || by+thing.Size().Height > k.scroll.Size().Height {
		end := max(0, k.scroll.Content.Size().Height-k.scroll.Size().Height)
		k.scroll.ScrollToOffset(fyne.NewPos(0, min(end, max(0, k.scroll.Offset.Y+by-k.m.of(20)))))
	}
}

// readerSends tells whether keys come from a reader for printed lines.
func (k *kiosk) readerSends() bool { return k.lines.Busy(k.now()) }

// typed takes a character that was typed anywhere in the window.
func (k *kiosk) typed(letter rune) {
	now := k.now()
	if k.lines.Fresh(now) {
		k.before = k.draft
	}
	text, whole := k.lines.Take(letter, now)
	switch {
	case whole:
		k.draft = k.before
		k.scanned(text)
	case k.lines.Busy(now):
		if k.draft != k.before {
			k.draft = k.before
			k.render()
		}
	default:
		k.touchedNow()
		k.enter(letter)
	}
}

// typedKey takes a key that no control took.
func (k *kiosk) typedKey(key *fyne.KeyEvent) {
	canvas := k.window.Canvas()
	if k.page == pageWelcome && k.over == pageNone && k.now().Sub(k.touchedAt) >= stillFor {
		k.speakPage() // somebody has come who may not see the screen
	}
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if k.readerSends() {
			if text, whole := k.lines.Take('\n', k.now()); whole {
				k.scanned(text)
			}
			return
		}
		if canvas.Focused() == nil && k.main != nil && k.now().Sub(k.entered) >= guard {
			k.main.act()
			return
		}
	case fyne.KeyEscape:
		if k.behind != nil {
			k.behind()
		}
	case fyne.KeyBackspace, fyne.KeyDelete:
		k.erase()
	case fyne.KeyRight, fyne.KeyDown:
		canvas.FocusNext()
	case fyne.KeyLeft, fyne.KeyUp:
		canvas.FocusPrevious()
	case fyne.KeyF1:
		if k.over == pageNone && k.page != pageOver {
			k.lift(pageHelp)
		}
	case fyne.KeyF2:
		k.speakPage()
	case fyne.KeyF3:
		k.hush()
	case fyne.KeyF4: // as Start over, and pressed again as its answer
		switch {
		case k.over == pageRestart:
			k.finish()
		case k.page != pageOver && !k.staff && (k.over == pageNone || k.over == pageHelp || k.over == pageView):
			k.startOver()
		}
	}
	k.touchedNow()
}
