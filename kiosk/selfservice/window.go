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
