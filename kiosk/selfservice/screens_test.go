package selfservice

import (
	"bytes"
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"golang.org/x/image/draw"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/desk/look/looktest"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

// scene is a screen, and how one comes to it.
type scene struct {
	name string
	play func(b *bench)
}

// typed is a kiosk whose citizen has typed all three answers.
func (b *bench) typedAll() {
	b.draft = draft{number: "X00000001", birth: "03021990", expiry: "02022030"}
	b.to(pageCheck)
}

func (b *bench) laid(s visit.Snapshot) {
	b.typedAll()
	b.next()
	s.Visit, s.Given = 1, visit.WayFields
	b.show(s)
}

// scenes are all screens of the kiosk, in the order of a visit.
func scenes() []scene {
	problem := func(p visit.Problem, status visit.ReaderStatus) func(b *bench) {
		return func(b *bench) {
			b.laid(visit.Snapshot{Phase: visit.Trouble, Status: status, Problem: p, Steps: steps(4)})
		}
	}
	result := func(outcome rules.Verdict, look visit.Answer) func(b *bench) {
		return func(b *bench) {
			b.laid(visit.Snapshot{Phase: visit.Reading, Status: visit.StatusReading, Steps: steps(2)})
			person := rules.StatusRefer
			if look == visit.Yes {
				person = rules.StatusMet
			}
			b.compared = look
			b.show(done(inspect.Genuine, outcome, person))
			b.to(pageResult)
		}
	}
	return []scene{
		{"welcome", func(*bench) {}},
		{"left-behind", func(b *bench) {
			b.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusCard, LeftBehind: true})
		}},
		{"closed", func(b *bench) {
			b.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusNoReader})
			b.wait(5 * time.Second)
		}},
		{"about", func(b *bench) { b.to(pageAbout) }},
		{"how", func(b *bench) { b.to(pageHow) }},
		{"way", func(b *bench) { b.to(pageWay) }},
		{"scan", func(b *bench) { b.to(pageScan) }},
		{"number", func(b *bench) { b.draft.number = "X0000"; b.to(pageNumber) }},
		{"birth", func(b *bench) { b.draft.birth = "03021"; b.to(pageBirth) }},
		{"birth-wrong", func(b *bench) { b.draft.birth = "31021990"; b.to(pageBirth); b.next() }},
		{"expiry", func(b *bench) { b.to(pageExpiry) }},
		{"check", func(b *bench) { b.typedAll() }},
		{"can", func(b *bench) { b.draft.can = "1234"; b.to(pageCAN) }},
		{"lay", func(b *bench) { b.laid(empty) }},
		{"lay-turned", func(b *bench) { b.laid(empty); b.anotherHint() }},
		{"lay-open", func(b *bench) { b.laid(empty); b.anotherHint(); b.anotherHint() }},
		{"lay-card", func(b *bench) { b.draft.can = "123456"; b.to(pageCAN); b.next() }},
		{"mute", func(b *bench) { b.laid(visit.Snapshot{Phase: visit.Waiting, Status: visit.StatusMute}) }},
		{"gone", func(b *bench) { b.laid(visit.Snapshot{Phase: visit.Waiting, Status: visit.StatusNoReader}) }},
		{"reading", func(b *bench) {
			b.laid(visit.Snapshot{Phase: visit.Reading, Status: visit.StatusReading, Steps: steps(5)})
		}},
		{"link-lost", problem(visit.ProblemLinkLost, visit.StatusEmpty)},
		{"not-a-passport", problem(visit.ProblemNotAPassport, visit.StatusCard)},
		{"wrong-mrz", func(b *bench) {
			b.laid(visit.Snapshot{Phase: visit.Reading, Status: visit.StatusReading, Steps: steps(1)})
			b.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusCard, Problem: visit.ProblemWrongMRZ})
		}},
		{"call", func(b *bench) {
			b.laid(visit.Snapshot{Phase: visit.Reading, Status: visit.StatusReading, Steps: steps(6)})
			b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
		}},
		{"wait", func(b *bench) {
			b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
			b.callStaff(true)
			b.to(pageWait)
		}},
		{"pin", func(b *bench) { b.askPIN(); b.types("246") }},
		{"pin-wait", func(b *bench) {
			b.askPIN()
			for range 4 {
				b.lock.failed(b.clock)
			}
			b.render()
		}},
		{"look", func(b *bench) {
			b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
			b.staff = true
			b.to(pageLook)
		}},
		{"eligible", result(rules.Eligible, visit.Yes)},
		{"unseen", result(rules.Refer, visit.Unanswered)},
		{"refer", func(b *bench) { b.show(done(inspect.Counterfeit, rules.Refer, rules.StatusRefer)); b.to(pageResult) }},
		{"unread", func(b *bench) { b.laid(empty); b.to(pageResult) }},
		{"help", func(b *bench) { b.to(pageNumber); b.lift(pageHelp) }},
		{"view", func(b *bench) { b.lift(pageView) }},
		{"restart", func(b *bench) { b.typedAll(); b.lift(pageRestart) }},
		{"still", func(b *bench) { b.typedAll(); b.lift(pageStill) }},
		{"menu", func(b *bench) { b.staff = true; b.lift(pageMenu) }},
		{"off", func(b *bench) { b.staff = true; b.lift(pageOff) }},
		{"over", func(b *bench) { b.to(pageOver) }},
	}
}

// screenSize is a screen in pixels, with its points an inch.
type screenSize struct {
	width, height float32
	dpi           float64
}

var sizes = []screenSize{{1024, 768, 96}, {1366, 768, 100}, {1920, 1080, 92}, {1080, 1920, 82}, {3840, 2160, 160}}

// Every screen stands in both languages on every size of screen, with the texts as they are, 40 % longer, and at twice the size.
func TestEveryScreenStands(t *testing.T) {
	for _, s := range scenes() {
		t.Run(s.name, func(t *testing.T) {
			b := open(t, 1024, 768, nil)
			s.play(b)
			for _, language := range assets.Languages() {
				for i, size := range sizes {
					b.site.Screen.DPI = size.dpi
					b.window.Resize(fyne.NewSize(size.width, size.height))
					for _, longer := range []bool{false, true} {
						b.speak(language)
						if longer {
							b.say = lengthened(b.say)
						}
						for _, text := range []int{100, 200} {
							if text > 100 && i%3 != 0 {
								continue // the least screen and the one that is higher than wide say what there is to say
							}
							b.text = text
							b.draw()
							b.holds(fmt.Sprintf("%s, %v, longer %v, %d %%", language, size, longer, text))
							if t.Failed() {
								return
							}
						}
					}
				}
			}
		})
	}
}

// lengthened makes texts 40 % longer.
func lengthened(say func(string, ...string) string) func(string, ...string) string {
	return func(key string, pairs ...string) string {
		text := say(key, pairs...)
		words := strings.Fields(text)
		for i, short := 0, utf8.RuneCountInString(text); i < 2*len(words) && utf8.RuneCountInString(text)*10 < short*14; i++ {
			text += " " + words[i%len(words)]
		}
		return text
	}
}

// holds holds a screen against what all screens have to keep.
func (b *bench) holds(where string) {
	b.t.Helper()
	driver := b.program.Driver()
	window := b.window.Canvas().Size()
	inside := func(thing fyne.CanvasObject) bool { // in the window; up and down what is scrolled is no matter
		at := driver.AbsolutePositionForObject(thing)
		if at.X < -0.5 || at.X+thing.Size().Width > window.Width+0.5 {
			return false
		}
		return b.scroll != nil && b.scrolled(thing) || at.Y >= -0.5 && at.Y+thing.Size().Height <= window.Height+0.5
	}
	primaries := 0
	least := float32(15 * b.site.Screen.DPI / 25.4)
	touches := b.touches()
	for i, one := range touches {
		seen := one.Size().SubtractWidthHeight(2*one.ring(), 2*one.ring())
		if seen.Width < least || seen.Height < least {
			b.t.Errorf("%s: %q is %v, and less than 15 mm is %v", where, one.label, seen, least)
		}
		if !inside(one) {
			b.t.Errorf("%s: %q at %v of %v is outside", where, one.label, driver.AbsolutePositionForObject(one), one.Size())
		}
		if one.weight == look.Primary {
			primaries++
		}
		if one.label == "" {
			b.t.Errorf("%s: something to touch has no name", where)
		}
		for _, other := range touches[:i] {
			if b.scrolled(one) == b.scrolled(other) && overlap(driver, one, other) {
				b.t.Errorf("%s: %q and %q lie on one another", where, one.label, other.label)
			}
		}
	}
	if primaries > 1 {
		b.t.Errorf("%s: %d primary buttons", where, primaries)
	}
	var around []*look.Prose
	looktest.Walk(b.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		switch thing := thing.(type) {
		case *look.Prose:
			around = append(around, thing)
			if !inside(thing) {
				b.t.Errorf("%s: %q is outside", where, thing.Text())
			}
		case *canvas.Text:
			if wide := around[len(around)-1].Size().Width; thing.MinSize().Width > wide+1 {
				b.t.Errorf("%s: %q is %v wide in %v", where, thing.Text, thing.MinSize().Width, wide)
			}
			if strings.Contains(thing.Text, "kiosk.") || strings.Contains(thing.Text, "{") {
				b.t.Errorf("%s: %q is no text for people", where, thing.Text)
			}
		}
	})
	if shown := b.shown(); b.page != pageLook && (strings.Contains(shown, surname) || strings.Contains(shown, "KARIN")) {
		b.t.Errorf("%s: the citizen's name stands where anybody sees it", where)
	}
}

// scrolled tells whether a thing is in the part of the page that moves.
func (b *bench) scrolled(thing fyne.CanvasObject) bool {
	found := false
	if b.scroll != nil {
		looktest.Walk(b.scroll.Content, func(inside fyne.CanvasObject) { found = found || inside == thing })
	}
	return found
}

// overlap tells whether what is to be seen of two things lies on one another.
func overlap(driver fyne.Driver, one, other *touch) bool {
	edge := one.ring() - 0.5
	a, b := driver.AbsolutePositionForObject(one).AddXY(edge, edge), driver.AbsolutePositionForObject(other).AddXY(edge, edge)
	return a.X < b.X+other.Size().Width-2*edge && b.X < a.X+one.Size().Width-2*edge &&
		a.Y < b.Y+other.Size().Height-2*edge && b.Y < a.Y+one.Size().Height-2*edge
}

var update = flag.Bool("update", false, "write the sheets of all screens anew instead of comparing with them")

// A sheet has all screens of one language and theme, each of 128 by 96 points in shades of grey: small enough to be kept, and fine
// enough to tell a screen that has come to look otherwise.
const (
	sheetColumns = 7
	stampWidth   = 128
	stampHeight  = 96
)

// Every screen in every language and theme looks as it did, and is drawn in the colours of the theme alone, whose contrast assets
// measures. A screen of 512 by 384 points at 48 an inch is laid out as one of 1024 by 768 at 96.
func TestEveryScreenInEveryTheme(t *testing.T) {
	for _, language := range assets.Languages() {
		for _, name := range assets.Palettes() {
			t.Run(string(language)+"-"+name, func(t *testing.T) {
				b := open(t, 512, 384, func(c *Config) { c.Site.Screen.DPI, c.Site.Language, c.Site.Look = 48, language, name })
				all := scenes()
				sheet := image.NewGray(image.Rect(0, 0, sheetColumns*stampWidth, (len(all)+sheetColumns-1)/sheetColumns*stampHeight))
				for i, s := range all {
					b.anew()
					s.play(b)
					b.inThemeColours(s.name)
					corner := image.Pt(i%sheetColumns*stampWidth, i/sheetColumns*stampHeight)
					stamp := image.Rectangle{corner, corner.Add(image.Pt(stampWidth, stampHeight))}
					shot := b.window.Canvas().Capture()
					draw.ApproxBiLinear.Scale(sheet, stamp, shot, shot.Bounds(), draw.Src, nil)
					if os.Getenv("SKRANKE_SCREENS") != "" {
						b.site.Screen.DPI = 96
						b.window.Resize(fyne.NewSize(1024, 768))
						b.keep(fmt.Sprintf("kiosk-%s-%s-%s", language, name, s.name))
						b.site.Screen.DPI = 48
						b.window.Resize(fyne.NewSize(512, 384))
					}
				}
				compareSheet(t, string(language)+"-"+name, sheet, all)
			})
		}
	}
}

// compareSheet holds a sheet against the one that is kept, with a tolerance for how a letter's edge falls.
func compareSheet(t *testing.T, name string, sheet *image.Gray, all []scene) {
	t.Helper()
	for i, shade := range sheet.Pix {
		sheet.Pix[i] = shade&^0x0F | 0x08 // sixteen shades
	}
	path := filepath.Join("testdata", "screens", name+".png")
	if *update {
		writePicture(t, path, sheet)
		return
	}
	file, err := os.Open(path)
	if err != nil {
		t.Fatalf("%v; look at what `go test -update` writes", err)
	}
	defer file.Close()
	kept, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	want, ok := kept.(*image.Gray)
	if !ok || want.Rect != sheet.Rect {
		t.Fatalf("%s is not of %v", path, sheet.Rect)
	}
	for i, s := range all {
		off := 0
		for y := range stampHeight {
			for x := range stampWidth {
				at := sheet.PixOffset(i%sheetColumns*stampWidth+x, i/sheetColumns*stampHeight+y)
				if a, b := sheet.Pix[at], want.Pix[at]; max(a, b)-min(a, b) > 48 {
					off++
				}
			}
		}
		if share := float64(off) / (stampWidth * stampHeight); share > 0.004 {
			t.Errorf("%s looks otherwise: %.1f %% of it", s.name, 100*share)
		}
	}
	if t.Failed() {
		writePicture(t, filepath.Join("testdata", "failed", name+".png"), sheet)
	}
}

func writePicture(t *testing.T, path string, picture image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	var file bytes.Buffer
	if err := (&png.Encoder{CompressionLevel: png.BestCompression}).Encode(&file, picture); err != nil {
		t.Fatal(err)
	}
	if err := os.WriteFile(path, file.Bytes(), 0o644); err != nil {
		t.Fatal(err)
	}
}

// anew forgets what was played before.
func (b *bench) anew() {
	b.finish()
	b.ended, b.snapshot, b.lock = 0, visit.Snapshot{}, lock{}
	b.show(empty)
}

// inThemeColours tells of text in a colour that is not the theme's.
func (b *bench) inThemeColours(where string) {
	b.t.Helper()
	p := b.theme.Palette()
	allowed := []assets.Colour{p.Text, p.Muted, p.OnPrimary, p.Good, p.Warn, p.Bad, p.Info, p.Link, p.OnSecondary}
	looktest.Walk(b.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if text, ok := thing.(*canvas.Text); ok && !slices.ContainsFunc(allowed, func(c assets.Colour) bool { return same(c, text.Color) }) {
			b.t.Errorf("%s: %q is drawn in %v", where, text.Text, text.Color)
		}
	})
}

func same(a, b color.Color) bool {
	ar, ag, ab, aa := a.RGBA()
	br, bg, bb, ba := b.RGBA()
	return ar == br && ag == bg && ab == bb && aa == ba
}

// The citizen's pages all have Help and Start over.
func TestHelpAndStartOverEverywhere(t *testing.T) {
	b := open(t, 1024, 768, nil)
	for _, s := range scenes() {
		b.anew()
		s.play(b)
		citizens := b.over_() == pageNone && b.page != pageLook && b.page != pageOver
		if citizens && (b.find(b.say("kiosk.help")) == nil || b.find(b.say("kiosk.restart")) == nil) {
			t.Errorf("%s lacks Help or Start over", s.name)
		}
		if citizens && len(b.spoken) == 0 {
			t.Errorf("nothing of %s is spoken", s.name)
		}
	}
}
