package selfservice

import (
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"
	"golang.org/x/image/draw"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look/looktest"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

// counting notes what the kiosk asks of the visit, and does none of it.
type counting struct {
	given                  []visit.Given
	seen                   []visit.Seen
	corrects, agains, next int
}

func (c *counting) Give(given visit.Given) { c.given = append(c.given, given) }
func (c *counting) Correct()               { c.corrects++ }
func (c *counting) Again()                 { c.agains++ }
func (c *counting) See(seen visit.Seen)    { c.seen = append(c.seen, seen) }
func (c *counting) Next()                  { c.next++ }

// heard notes what is spoken and which cues are played.
type heard struct {
	said   []string
	stops  int
	played int
}

func (h *heard) Say(_ assets.Language, text string) { h.said = append(h.said, text) }
func (h *heard) Stop()                              { h.stops++ }
func (h *heard) Play([]byte)                        { h.played++ }

// bench is a kiosk on the toolkit's test driver, with a clock that the test sets.
type bench struct {
	*kiosk
	t       testing.TB
	counter *counting
	heard   *heard
	clock   time.Time
	lights  []bool
	over    []process.Carry
	off     int
}

const rightPIN = "246810"

// open opens a kiosk of a size in pixels at 96 dpi.
func open(t testing.TB, width, height float32, change func(*Config)) *bench {
	t.Helper()
	b := &bench{t: t, counter: &counting{}, heard: &heard{}, clock: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	config := Config{
		Visit:  visit.Config{Now: func() time.Time { return b.clock }},
		Site:   site.Default(),
		Status: func() Status { return Status{Certificates: 613, Rules: "2026-11"} },
	}
	config.Site.Place = "Borgerservice Herning"
	config.Site.MRZReader.Port = "/dev/ttyACM0"
	config.Site.Staff.Call = []string{"/nonexistent/light"} // which the bench takes the place of
	if change != nil {
		change(&config)
	}
	program := test.NewTempApp(t)
	k, err := newKiosk(program, config)
	if err != nil {
		t.Fatal(err)
	}
	k.counter, k.voice, k.chimes = b.counter, b.heard, b.heard
	k.matches = func(pin []byte) bool { return string(pin) == rightPIN }
	k.background = func(work func() func()) { work()() }
	k.light = func(on bool) { b.lights = append(b.lights, on) }
	k.turnOff = func() { b.off++ }
	k.lot = func() string { return "4729" }
	k.visits = 1
	b.kiosk = k
	k.window.Show()
	k.window.Resize(fyne.NewSize(width, height))
	k.show(empty)
	b.wait(time.Second)
	return b
}

// wait lets time pass, with a tick each second.
func (b *bench) wait(d time.Duration) {
	for end := b.clock.Add(d); b.clock.Before(end); {
		b.clock = b.clock.Add(min(time.Second, end.Sub(b.clock)))
		b.tick()
	}
}

// touches lists everything that can be touched.
func (b *bench) touches() []*touch {
	var all []*touch
	looktest.Walk(b.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if t, ok := thing.(*touch); ok {
			all = append(all, t)
		}
	})
	return all
}

// find finds what can be touched by what it says first.
func (b *bench) find(text string) *touch {
	for _, t := range b.touches() {
		if t.label == text || len(t.parts) > 0 && t.parts[0].Text() == text {
			return t
		}
	}
	return nil
}

// press touches what says a text, a while after the screen has come.
func (b *bench) press(text string) {
	b.t.Helper()
	t := b.find(text)
	if t == nil {
		b.t.Fatalf("on the page %s/%s nothing to touch says %q", b.page, b.over_(), text)
	}
	b.clock = b.clock.Add(guard)
	test.Tap(t)
}

func (b *bench) over_() page { return b.kiosk.over }

// key presses by the key of a text.
func (b *bench) key(key string) {
	b.t.Helper()
	b.press(b.say(key))
}

// type_ touches the keys of a text, one after another.
func (b *bench) types(text string) {
	b.t.Helper()
	for _, letter := range text {
		b.press(string(letter))
	}
}

// shown is all text on the screen, with lines joined.
func (b *bench) shown() string {
	var lines []string
	looktest.Walk(b.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if text, ok := thing.(*canvas.Text); ok {
			lines = append(lines, text.Text)
		}
	})
	return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
}

// on fails unless a page is shown.
func (b *bench) on(p page) {
	b.t.Helper()
	if b.kiosk.over != pageNone || b.page != p {
		b.t.Fatalf("on the page %s/%s, want %s", b.page, b.kiosk.over, p)
	}
}

var empty = visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty}

// steps are the steps of a reading of which some are done.
func steps(done int) []visit.Step {
	var list []visit.Step
	for i, id := range visit.StepIDs() {
		step := visit.Step{ID: id, State: visit.StepPending}
		switch {
		case i < done:
			step.State = visit.StepDone
		case i == done:
			step.State, step.Bytes, step.Total = visit.StepRunning, 7300, 18400
		}
		list = append(list, step)
	}
	return list
}

// The person on the specimen. Nothing of it may be on any page but the one that is the staff's.
const (
	surname = "EKSEMPEL"
	given   = "KARIN SPECIMEN"
)

// done is a visit whose document was read.
func done(authenticity inspect.Authenticity, outcome rules.Verdict, person rules.Status) visit.Snapshot {
	text := func(da, en string) rules.Text { return rules.Text{DA: da, EN: en} }
	met := rules.StatusMet
	if authenticity != inspect.Genuine {
		met = rules.StatusRefer
	}
	d := &rules.Decision{
		Scheme: rules.MitID, Channel: rules.ChipScan, Outcome: outcome, Requirements: []rules.Requirement{
			{ID: "mitid.scan-passport", Status: rules.StatusMet, Text: text("Vi har set passet.", "We have seen the passport.")},
			{ID: "mitid.scan-valid", Status: rules.StatusMet, Text: text("Passet er gyldigt.", "The passport is valid.")},
			{ID: "mitid.scan-genuine", Status: met, Text: text("Chippen er læst, og passet er ægte.", "The chip has been read, and the passport is genuine.")},
			{ID: "mitid.scan-original", Status: met, Text: text("Chippen har bevist, at den ikke er en kopi.", "The chip has proven that it is not a copy.")},
			{ID: "mitid.no-forgery", Status: rules.StatusNotApplicable, Text: text("Ingen chip er læst.", "No chip has been read.")},
			{ID: "mitid.holder-match", Status: person, Text: text(
				"Ingen har endnu sammenlignet dit ansigt med billedet i chippen. En medarbejder gør det.",
				"No one has compared your face with the picture in the chip yet. A member of staff will do it.")},
		},
	}
	if outcome != rules.Eligible {
		d.Alternatives = []rules.Alternative{{
			ID: "digital-post-exemption", Text: text("Du kan blive fritaget for Digital Post.", "You can be exempted from Digital Post."),
		}}
	}
	return visit.Snapshot{
		Visit: 1, Phase: visit.Done, Status: visit.StatusCard, Given: visit.WayFields, Steps: steps(9),
		Result: &visit.Result{Report: &inspect.Report{
			Schema: inspect.ReportSchema, Authenticity: authenticity, Source: inspect.Live, Document: &inspect.Document{
				Format: "TD3", Code: "P", Issuer: "DNK", Number: "X00000001", Surname: surname, GivenNames: given,
				Nationality: "DNK", DateOfBirth: "1990-02-03", Sex: "F", DateOfExpiry: "2030-02-02",
			},
		}, Photo: visit.NewPhoto(drawnFace()), Decision: d, NeedsLook: authenticity == inspect.Genuine && person == rules.StatusRefer},
	}
}

// drawnFace is a face that nobody has.
func drawnFace() image.Image {
	face := image.NewNRGBA(image.Rect(0, 0, 413, 531))
	draw.Draw(face, face.Bounds(), image.NewUniform(color.NRGBA{0xDD, 0xE4, 0xE8, 0xFF}), image.Point{}, draw.Src)
	draw.Draw(face, image.Rect(100, 100, 310, 400), image.NewUniform(color.NRGBA{0xE8, 0xC3, 0xA0, 0xFF}), image.Point{}, draw.Src)
	draw.Draw(face, image.Rect(40, 430, 370, 531), image.NewUniform(color.NRGBA{0x3E, 0x5C, 0x76, 0xFF}), image.Point{}, draw.Src)
	return face
}

// keep writes a picture of the screen for a person's eyes, into the folder that SKRANKE_SCREENS names.
func (b *bench) keep(name string) {
	b.t.Helper()
	folder := os.Getenv("SKRANKE_SCREENS")
	if folder == "" {
		return
	}
	file, err := os.Create(filepath.Join(folder, name+".png"))
	if err != nil {
		b.t.Fatal(err)
	}
	if err := png.Encode(file, b.window.Canvas().Capture()); err != nil {
		b.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		b.t.Fatal(err)
	}
}
