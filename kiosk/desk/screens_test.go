package desk

import (
	"flag"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
	"golang.org/x/image/draw"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

var update = flag.Bool("update", false, "write the pictures of the screens anew instead of comparing with them")

// The specimen lines of Doc 9303-4, appendix B.
const specimenLines = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"

// deskCounter notes what the window asks of the visit.
type deskCounter struct {
	given    []visit.Way
	seen     []visit.Seen
	corrects int
	agains   int
	nexts    int
	others   int
	chipless int
	vouched  int
}

func (c *deskCounter) Give(given visit.Given) {
	switch {
	case given.MRZ() != nil:
		c.given = append(c.given, visit.WayMRZ)
	case given.CAN() != "":
		c.given = append(c.given, visit.WayCAN)
	default:
		c.given = append(c.given, visit.WayFields)
	}
}
func (c *deskCounter) Correct()            { c.corrects++ }
func (c *deskCounter) Again()              { c.agains++ }
func (c *deskCounter) See(seen visit.Seen) { c.seen = append(c.seen, seen) }
func (c *deskCounter) Next()               { c.nexts++ }
func (c *deskCounter) Another()            { c.others++ }
func (c *deskCounter) WithoutChip()        { c.chipless++ }
func (c *deskCounter) Vouched()            { c.vouched++ }

// pack is the rules that come with the program.
var pack = sync.OnceValue(func() *rules.Pack {
	pack, err := rules.Load(assets.Rules())
	if err != nil {
		panic(err) // their own tests read them
	}
	return pack
})

// today is the day of every test.
var today = time.Date(2026, 11, 22, 9, 30, 0, 0, time.UTC)

// person is the clock of somebody who types no faster than people do: it goes on whenever it is asked.
func person() func() time.Time {
	now := today
	return func() time.Time {
		now = now.Add(130 * time.Millisecond)
		return now
	}
}

// openWindow opens the window with the toolkit's test driver, 1024 by 720.
func openWindow(t *testing.T, language assets.Language, lookName string) (*window, *deskCounter) {
	t.Helper()
	return openWindowIn(t, test.NewTempApp(t), language, lookName)
}

func openWindowIn(t *testing.T, program fyne.App, language assets.Language, lookName string) (*window, *deskCounter) {
	t.Helper()
	w, err := newWindow(program, Config{
		Visit:    visit.Config{Now: person()},
		Language: language, Look: lookName, Rules: pack,
		Status: func() Status {
			return Status{Certificates: 613, TrustFrom: time.Date(2026, 11, 2, 0, 0, 0, 0, time.UTC), Rules: "2026-11-22"}
		},
	})
	if err != nil {
		t.Fatal(err)
	}
	counter := &deskCounter{}
	w.counter = counter
	w.window.Show()
	w.window.Resize(size)
	return w, counter
}

// drawnFace is a face that nobody has.
func drawnFace() image.Image {
	face := image.NewNRGBA(image.Rect(0, 0, 413, 531))
	draw.Draw(face, face.Bounds(), image.NewUniform(color.NRGBA{0xDD, 0xE4, 0xE8, 0xFF}), image.Point{}, draw.Src)
	disc := func(cx, cy, rx, ry int, c color.NRGBA) {
		for y := cy - ry; y <= cy+ry; y++ {
			for x := cx - rx; x <= cx+rx; x++ {
				dx, dy := float64(x-cx)/float64(rx), float64(y-cy)/float64(ry)
				if dx*dx+dy*dy <= 1 && image.Pt(x, y).In(face.Bounds()) {
					face.SetNRGBA(x, y, c)
				}
			}
		}
	}
	disc(206, 530, 190, 120, color.NRGBA{0x3E, 0x5C, 0x76, 0xFF})
	disc(206, 240, 128, 170, color.NRGBA{0x6B, 0x4A, 0x2F, 0xFF})
	disc(206, 270, 104, 146, color.NRGBA{0xE8, 0xC3, 0xA0, 0xFF})
	disc(166, 250, 12, 9, color.NRGBA{0x22, 0x22, 0x22, 0xFF})
	disc(246, 250, 12, 9, color.NRGBA{0x22, 0x22, 0x22, 0xFF})
	disc(206, 345, 40, 9, color.NRGBA{0xA8, 0x5A, 0x50, 0xFF})
	return face
}

// allChecks is a report's checks with all successful but those given.
func allChecks(other map[string]inspect.Check) []inspect.Check {
	var checks []inspect.Check
	for _, id := range checkIDs {
		check := inspect.Check{ID: id, Outcome: inspect.Successful}
		if given, ok := other[id]; ok {
			check = given
			check.ID = id
		}
		checks = append(checks, check)
	}
	return checks
}

var checkIDs = []string{
	"mrz.check_digits", "mrz.match", "document.expiry", "access.pace", "access.bac", "chip.ca", "chip.aa",
	"chip.pace_cam", "chip.genuine", "sod.structure", "sod.hash", "sod.signature", "sod.com", "dg.1", "dg.2", "dg.3", "dg.4",
	"dg.5", "dg.6", "dg.7", "dg.8", "dg.9", "dg.10", "dg.11", "dg.12", "dg.13", "dg.14", "dg.15", "dg.16", "signer.signature",
	"signer.validity", "signer.usage", "signer.revocation", "csca.validity", "csca.trust", "issuer.match",
	"algorithm.strength", "cardaccess.match", "face.decode", "register.reported",
}

func usual() map[string]inspect.Check {
	other := map[string]inspect.Check{
		"access.bac":        {Outcome: inspect.NotDone},
		"chip.aa":           {Outcome: inspect.NotSupported, Code: "not_offered"},
		"chip.pace_cam":     {Outcome: inspect.NotSupported, Code: "not_offered"},
		"sod.com":           {Outcome: inspect.NotSupported, Code: "no_file"},
		"dg.15":             {Outcome: inspect.NotDone, Code: inspect.CodeNotListed},
		"dg.16":             {Outcome: inspect.NotDone, Code: inspect.CodeNotListed},
		"signer.revocation": {Outcome: inspect.Undetermined, Code: "no_crl"},
		"register.reported": {Outcome: inspect.Undetermined, Code: "no_register"},
	}
	for n := 3; n <= 13; n++ {
		other[fmt.Sprintf("dg.%d", n)] = inspect.Check{Outcome: inspect.NotDone, Code: inspect.CodeNotListed}
	}
	return other
}

func specimenReport(authenticity inspect.Authenticity, change map[string]inspect.Check) *inspect.Report {
	other := usual()
	for id, check := range change {
		other[id] = check
	}
	return &inspect.Report{
		Schema: inspect.ReportSchema, Authenticity: authenticity, Source: inspect.Live,
		Document: &inspect.Document{
			Format: "TD3", Code: "P", Issuer: "DNK", Number: "X00000001", Surname: "EKSEMPEL", GivenNames: "KARIN SPECIMEN",
			Nationality: "DNK", DateOfBirth: "1990-02-03", Sex: "F", DateOfExpiry: "2030-02-02",
		},
		Face: &inspect.Face{Format: "jpeg2000", Width: 413, Height: 531},
		Chip: inspect.Chip{
			Access: "PACE-ECDH-GM-AES-CBC-CMAC-128", Domain: "brainpoolP256r1", GenuineBy: "CA", LDS: "1.7", DataGroups: []int{1, 2, 14},
		},
		Checks: allChecks(other),
	}
}

func text(da, en string) rules.Text { return rules.Text{DA: da, EN: en} }

func decision(outcome rules.Verdict, requirements []rules.Requirement, missing []rules.Missing) *rules.Decision {
	d := &rules.Decision{
		Scheme: rules.MitID, Channel: rules.Counter, Outcome: outcome, Requirements: requirements, Missing: missing,
	}
	if outcome != rules.Eligible {
		d.Alternatives = []rules.Alternative{
			{ID: "digital-post-exemption", Text: text("Fritagelse for Digital Post", "Exemption from Digital Post")},
		}
	}
	return d
}

var (
	photoID = rules.Requirement{
		ID: "mitid.photo-id", Status: rules.StatusMet, Text: text("Gyldig legitimation med foto", "Valid photo identification"),
	}
	identity = rules.Requirement{
		ID: "mitid.confirmation", Status: rules.StatusMissing,
		Text: text("Kontrolspørgsmål fra CPR-registret eller et vidne", "Control questions from the CPR register, or a witness"),
	}
)

func met(r rules.Requirement) rules.Requirement {
	r.Status = rules.StatusMet
	return r
}

func steps(done int, last visit.StepState) []visit.Step {
	var list []visit.Step
	for i, id := range visit.StepIDs() {
		step := visit.Step{ID: id, State: visit.StepPending}
		if i < done {
			step.State, step.Bytes, step.Took = visit.StepDone, 2100*i, time.Duration(i)*310*time.Millisecond
		}
		if i == done {
			step.State, step.Bytes, step.Total, step.Took = last, 7300, 18400, 640*time.Millisecond
		}
		list = append(list, step)
	}
	return list
}

var face = sync.OnceValue(func() *visit.Photo { return visit.NewPhoto(drawnFace()) })

// states are the states of a visit that the window is drawn in.
func states() map[string]visit.Snapshot {
	face := face()
	done := func(report *inspect.Report, d *rules.Decision, photo *visit.Photo) visit.Snapshot {
		return visit.Snapshot{
			Visit: 1, Phase: visit.Done, Status: visit.StatusCard, Steps: steps(9, visit.StepDone),
			Result: &visit.Result{Report: report, Photo: photo, Decision: d},
		}
	}
	long := specimenReport(inspect.AuthenticityUndetermined, map[string]inspect.Check{
		"signer.signature": {Outcome: inspect.Undetermined, Code: "no_csca"},
		"csca.trust":       {Outcome: inspect.Undetermined, Code: "no_csca"},
		"csca.validity":    {Outcome: inspect.Undetermined, Code: "no_csca"},
	})
	// A Greenlandic name of 39 letters, the most that the lines can hold, and one with a letter that is not in them.
	long.Document.Surname = "NUUKARSUAQQAARSISSAANNGITSORSUAQKALAALE"
	long.Document.GivenNames = "BJØRN ÅGE"
	long.Document.Issuer, long.Document.Nationality = "QQQ", "D"
	long.Document.DateOfBirth = "1990-XX-XX"
	return map[string]visit.Snapshot{
		"waiting":   {Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty},
		"left":      {Visit: 2, Phase: visit.Waiting, Status: visit.StatusCard, LeftBehind: true},
		"given":     {Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty, Given: visit.WayMRZ},
		"no-reader": {Visit: 1, Phase: visit.Waiting, Status: visit.StatusNoReader},
		"wrong-mrz": {Visit: 1, Phase: visit.Waiting, Status: visit.StatusCard, Problem: visit.ProblemWrongMRZ},
		"reading":   {Visit: 1, Phase: visit.Reading, Status: visit.StatusReading, Given: visit.WayMRZ, Steps: steps(5, visit.StepRunning)},
		"link-lost": {
			Visit: 1, Phase: visit.Trouble, Status: visit.StatusEmpty, Given: visit.WayMRZ, Problem: visit.ProblemLinkLost,
			Steps: steps(5, visit.StepFailed),
		},
		"eligible": done(specimenReport(inspect.Genuine, nil), decision(rules.Eligible, []rules.Requirement{photoID, met(identity)}, nil), face),
		"missing": done(specimenReport(inspect.Genuine, nil), decision(
			rules.MissingEvidence, []rules.Requirement{photoID, identity},
			[]rules.Missing{{Requirement: "mitid.confirmation", Ways: []rules.Text{
				text("Stil kontrolspørgsmål fra CPR-registret.", "Ask control questions from the CPR register."),
				text("Lad et vidne bekræfte, hvem borgeren er.", "Have a witness confirm who the citizen is."),
			}}},
		), face),
		"counterfeit": done(specimenReport(inspect.Counterfeit, map[string]inspect.Check{
			"dg.2":         {Outcome: inspect.Failed, Code: "hash_mismatch"},
			"chip.ca":      {Outcome: inspect.Failed, Code: "wrong_key"},
			"chip.genuine": {Outcome: inspect.Failed, Code: "wrong_key"},
		}), decision(rules.Refer, []rules.Requirement{{
			ID: "mitid.photo-id", Status: rules.StatusRefer,
			Text: text("Chippen tyder på en forfalskning.", "The chip points to a forgery."),
		}}, nil), face),
		"unknown": done(long, nil, nil),
		"no-chip": {
			Visit: 1, Phase: visit.Done, Status: visit.StatusEmpty, Result: &visit.Result{Decision: decision(
				rules.MissingEvidence, []rules.Requirement{identity},
				[]rules.Missing{{Requirement: "mitid.confirmation", Ways: []rules.Text{
					text("Stil kontrolspørgsmål fra CPR-registret.", "Ask control questions from the CPR register."),
				}}},
			)},
		},
		"another": {
			Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty,
			Before: []*visit.Result{{Report: specimenReport(inspect.Genuine, nil)}},
		},
	}
}

// scene is a state of the window: a snapshot, and what is done in it.
type scene struct {
	snapshot string
	act      func(*testing.T, *window)
}

// scenes are every screen and state that the window can show.
func scenes() map[string]scene {
	all := map[string]scene{}
	for name := range states() {
		all[name] = scene{snapshot: name}
	}
	add := func(name, snapshot string, act func(*testing.T, *window)) { all[name] = scene{snapshot, act} }
	add("mrz-typing", "waiting", func(_ *testing.T, w *window) {
		typeText(w, strings.Replace(specimenLines[:len(specimenLines)-20], "L898902C36", "L8989O2C36", 1))
	})
	add("mrz-slip", "waiting", func(t *testing.T, w *window) {
		typeText(w, strings.Replace(specimenLines, "L898902C36", "L8989O2C36", 1))
		press(t, w, w.say("entry.submit"))
	})
	add("fields", "waiting", func(t *testing.T, w *window) {
		choice(t, w, w.say("entry.way")).TypedKey(key(fyne.KeyRight))
		for _, typed := range []string{"L8989O2C3", "6", "740812", "2", "120415"} {
			typeText(w, typed)
			w.window.Canvas().FocusNext()
		}
	})
	add("can", "waiting", func(t *testing.T, w *window) {
		choice(t, w, w.say("entry.way")).TypedKey(key(fyne.KeyEnd))
		typeText(w, "1234")
		focused(w).TypedKey(key(fyne.KeyReturn))
	})
	add("questions", "missing", func(t *testing.T, w *window) {
		press(t, w, w.say("seen.more"))
		w.window.Canvas().Focus(w.screen.(*resultScreen).questions.fields[1].Focusable()) // the first is until when a passport was extended
		typeText(w, "Anna K")
		lookAt(w, w.screen.(*resultScreen).questions.object)
	})
	add("paper-form", "missing", func(t *testing.T, w *window) {
		press(t, w, w.say("paper.add"))
		choice(t, w, w.say("paper.kind")).Choose(1)
		lookAt(w, w.screen.(*resultScreen).papers.object)
	})
	add("papers", "no-chip", func(_ *testing.T, w *window) {
		w.see(func(seen *visit.Seen) { seen.Papers = samplePapers })
		w.refreshSeen()
		lookAt(w, w.screen.(*resultScreen).papers.object)
	})
	add("witness", "missing", func(_ *testing.T, w *window) {
		w.see(func(seen *visit.Seen) { seen.Witness = &visit.Witness{} })
		w.enter()
		s := w.snapshot
		s.Vouching = visit.Vouching{State: visit.VouchingHeld, Others: 1}
		w.show(s)
		lookAt(w, w.screen.(*resultScreen).witness.object)
	})
	add("checks", "counterfeit", func(t *testing.T, w *window) {
		press(t, w, w.say("checks.show"))
		disclose(t, w, w.say("check.dg.2"))
		w.scroll.ScrollToBottom()
	})
	add("scanned", "missing", func(_ *testing.T, w *window) { w.scanned(specimenLines) })
	add("summary", "missing", func(_ *testing.T, w *window) {
		w.summarize()
		w.draft.summary.path = "/home/desk/skranke-20261122-0930.txt"
		w.enter()
	})
	add("text-200", "missing", func(_ *testing.T, w *window) { w.size(200) })
	add("stale", "waiting", func(_ *testing.T, w *window) {
		w.status.TrustFrom, w.status.Rules = today.AddDate(0, -7, 0), "2025-11-01"
		w.serial = serialGone
		w.build()
	})
	return all
}

// samplePapers are papers of several sorts.
var samplePapers = []rules.Document{
	{Type: "driving_licence", Issuer: "DNK", Territory: "GRL", DateOfExpiry: rules.Date{Year: 2031, Month: 5, Day: 4}, Photo: new(true), ShowsCPR: new(true)},
	{Type: "birth_certificate", Issuer: "DNK", DateOfIssue: rules.Date{Year: 2026, Month: 9, Day: 1}},
	{Type: "health_card", Issuer: "DNK"},
}

// lookAt scrolls to a thing.
func lookAt(w *window, thing fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	top := driver.AbsolutePositionForObject(thing).Y - driver.AbsolutePositionForObject(w.scroll.Content).Y
	w.scroll.ScrollToOffset(fyne.NewPos(0, max(0, top-look.Space)))
}

// TestScreens holds every screen and state, in both languages and all themes, against a sheet that is kept in the repository:
// a row for each language, a column for each theme.
//
// Under the race detector it is one column; `make test` draws the others without it.
func TestScreens(t *testing.T) {
	palettes := assets.Palettes()
	if raced && !*update {
		palettes = palettes[:1]
	}
	sheets := map[string]*image.RGBA{}
	draws := func(name, palette string, row, column int, of fyne.Window) {
		full := os.Getenv("SKRANKE_SCREENS")
		drawn := of.Canvas().(interface{ SetScale(float32) })
		if full != "" {
			language := assets.Languages()[row]
			write(t, filepath.Join(full, "desk-"+name+"-"+string(language)+"-"+palette+".png"), of.Canvas().Capture())
		}
		if sheets[name] == nil {
			sheets[name] = image.NewRGBA(image.Rect(0, 0, tile.X*len(palettes), tile.Y*len(assets.Languages())))
		}
		drawn.SetScale(float32(tile.X) / size.Width)
		at := image.Pt(column*tile.X, row*tile.Y)
		draw.Draw(sheets[name], image.Rectangle{Min: at, Max: at.Add(tile)}, of.Canvas().Capture(), image.Point{}, draw.Src)
	}
	for column, palette := range palettes {
		program := test.NewTempApp(t)
		for row, language := range assets.Languages() {
			for name, scene := range scenes() {
				w, _ := openWindowIn(t, program, language, palette)
				w.show(states()[scene.snapshot])
				if scene.act != nil {
					scene.act(t, w)
				}
				draws(name, palette, row, column, w.window)
				w.window.Close()
			}
			for _, name := range []string{"waiting", "left", "reading", "link-lost", "eligible", "missing", "counterfeit"} {
				w, _ := openWindowIn(t, program, language, palette)
				w.citizen = citizenOn(w, program.NewWindow(""))
				w.show(states()[name])
				w.citizen.window.Show()
				w.citizen.window.Resize(size)
				draws("citizen-"+name, palette, row, column, w.citizen.window)
				w.citizen.window.Close()
				w.window.Close()
			}
		}
	}
	for name, sheet := range sheets {
		compareSheet(t, name, sheet)
	}
}

// tile is the size of a screen on a sheet, five sixteenths of its own.
var tile = image.Pt(320, 225)

// compareSheet holds a sheet against the one kept in testdata, with a tolerance for the last bit of how letters are drawn.
func compareSheet(t *testing.T, name string, sheet *image.RGBA) {
	t.Helper()
	coarse(sheet)
	path := filepath.Join("testdata", "screens", name+".png")
	if *update {
		write(t, path, sheet)
		return
	}
	file, err := os.Open(path)
	if err != nil {
		t.Errorf("no picture to compare with; look at what `go test -update` writes to %s: %v", path, err)
		return
	}
	defer file.Close()
	whole, err := png.Decode(file)
	if err != nil {
		t.Fatal(err)
	}
	want := image.NewRGBA(sheet.Bounds())
	draw.Draw(want, want.Bounds(), whole, image.Point{}, draw.Src)
	if different := differing(sheet, want); different > 0.001 {
		got := filepath.Join("testdata", "failed", name+".png")
		write(t, got, sheet)
		t.Errorf("%.2f %% of the picture differs from %s; see %s", 100*different, path, got)
	}
}

// coarse leaves eight shades of each colour, for a small file.
func coarse(picture *image.RGBA) {
	for i, shade := range picture.Pix {
		picture.Pix[i] = shade&0xE0 | shade>>5
	}
}

// differing is the share of pixels that differ by more than a shade; 1 for pictures of different size.
func differing(got *image.RGBA, kept image.Image) float64 {
	if got.Bounds().Size() != kept.Bounds().Size() {
		return 1
	}
	want := image.NewRGBA(got.Bounds())
	draw.Draw(want, want.Bounds(), kept, kept.Bounds().Min, draw.Src)
	const shade = 40
	count := 0
	for i := 0; i+3 < len(want.Pix); i += 4 {
		if apart(got.Pix[i], want.Pix[i]) > shade || apart(got.Pix[i+1], want.Pix[i+1]) > shade || apart(got.Pix[i+2], want.Pix[i+2]) > shade {
			count++
		}
	}
	return float64(count) / float64(len(want.Pix)/4)
}

func apart(a, b uint8) uint8 { return max(a, b) - min(a, b) }

func write(t *testing.T, path string, picture image.Image) {
	t.Helper()
	if err := os.MkdirAll(filepath.Dir(path), 0o755); err != nil {
		t.Fatal(err)
	}
	file, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	encoder := png.Encoder{CompressionLevel: png.BestCompression}
	if err := encoder.Encode(file, picture); err != nil {
		t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		t.Fatal(err)
	}
}
