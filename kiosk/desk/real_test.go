//go:build linux

package desk_test

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"image"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/display"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/memory"
	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/vpcd"
	"github.com/skranke/skranke/kiosk/desk/look"
)

// stories are a caseworker's: the real program in a real window, with real keys and the pointer, through pcscd with the virtual
// chip. What each ends in is seen on the screen, and read from the summary that the desk saves on Enter.
type stories struct {
	*screen
	t      *testing.T
	words  *assets.Words
	slot   *vpcd.Slot
	titles map[string]letters
}

func TestStories(t *testing.T) {
	rig.Require(t)
	program := rig.Program(t)
	s := &stories{screen: onScreen(t), words: assets.In(assets.Danish), titles: map[string]letters{}}
	now := time.Now()
	documents := map[string]*specimen.Document{}
	trust := t.TempDir()
	for name, made := range map[string]struct {
		profile, fault string
		seed           uint64
		at             time.Time
	}{
		"danish": {"danish-passport-2023", "", 7, now}, "clone": {"danish-passport-2023", "clone", 9, now},
		"expired": {"danish-passport-2023", "", 11, now.AddDate(-11, 0, 0)}, "card": {"danish-residence-permit", "", 7, now},
		"swedish": {"swedish-passport-2022", "", 7, now}, "german": {"german-passport-2017", "", 7, now},
		"stolen": {"danish-passport-2023", "", 13, now},
	} {
		script, err := fault.Parse(made.fault)
		if err != nil {
			t.Fatal(err)
		}
		profile, err := specimen.Load(made.profile)
		if err != nil {
			t.Fatal(err)
		}
		document, err := script.Make(profile, made.seed, made.at)
		if err != nil {
			t.Fatal(err)
		}
		documents[name] = document
		if err := os.WriteFile(filepath.Join(trust, name+".der"), document.CSCA.Certificate, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	site := filepath.Join(t.TempDir(), "skranke.yaml")
	witnesses := t.TempDir()
	if err := os.WriteFile(site, []byte("witnesses: {file: "+witnesses+"/register.db, key_file: "+witnesses+"/key}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	store := filepath.Join(t.TempDir(), "store")
	if out, err := exec.CommandContext(t.Context(), program, "trust", "import", "--store", store, "--fingerprint", fingerprint(documents["stolen"]),
		filepath.Join(trust, "stolen.der")).CombinedOutput(); err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	closed := s.start(program, "desk", "--site", site, "--store", store, "--trust", trust, "--lang", "da")
	lead := func(key string, pairs ...string) letters {
		return picture(s.words.Say(key, pairs...), look.Style{Size: look.Lead, Bold: true})
	}
	body := func(key string, pairs ...string) letters { return picture(s.words.Say(key, pairs...), look.Style{}) }

	story := func(name string, tell func(*stories)) {
		t.Run(name, func(t *testing.T) {
			told := *s
			told.t, told.screen = t, &screen{Screen: s.For(t), t: t, log: s.log}
			defer func() {
				if t.Failed() { // the others are told all the same
					told.over()
				}
			}()
			told.see("entry.title", look.Plain)
			tell(&told)
			told.keep("story-" + strings.ReplaceAll(name, " ", "-"))
			told.next()
		})
		s.slot = nil
	}
	story("an honest passport", func(s *stories) {
		s.lay(documents["danish"].Chip)
		s.lines(documents["danish"])
		done := s.see("authenticity.genuine.title", look.Good)
		surname, given := names(s.t, documents["danish"].MRZ)
		for _, name := range []string{surname, given} {
			if !s.shows(done, picture(name, look.Style{Size: look.Lead, Bold: true})) {
				s.t.Error("the holder's name is not on the screen")
			}
		}
		if s.shows(done, picture("SPECIMAN", look.Style{Size: look.Lead, Bold: true})) {
			s.t.Error("the screen shows what it cannot: the comparison is worth nothing")
		}
		s.keys("Right") // yes: the same person as in the photo
		s.summary([]string{"Pas, Danmark", "Dokumentet er ægte", "Opfyldt: "}, []string{surname, documents["danish"].Number})
	})
	story("wrong lines, corrected", func(s *stories) {
		s.lay(documents["danish"].Chip)
		s.lines(documents["german"])
		wrong := lead("problem.wrong_mrz.title")
		s.await("the wrong lines", func(p page) bool { return s.shows(p, wrong) })
		s.keys("ctrl+a")
		s.lines(documents["danish"])
		s.see("authenticity.genuine.title", look.Good)
		s.summary([]string{"Dokumentet er ægte"}, nil)
	})
	story("a copy of a chip", func(s *stories) {
		s.lay(documents["clone"].Chip)
		s.lines(documents["clone"])
		s.see("authenticity.counterfeit.title", look.Bad)
		s.summary([]string{"Tegn på forfalskning", "Fejlet: Kontrol for kopi af chippen"}, nil)
	})
	story("a key that is good no more in the next visit", func(s *stories) { // whose process stands behind this one already
		s.lay(documents["stolen"].Chip)
		s.lines(documents["stolen"])
		s.see("authenticity.genuine.title", look.Good)
		if out, err := exec.CommandContext(s.t.Context(), program, "trust", "distrust", "--store", store, fingerprint(documents["stolen"])).CombinedOutput(); err != nil {
			s.t.Fatalf("%v: %s", err, out)
		}
		s.next()
		s.lay(documents["stolen"].Chip)
		s.lines(documents["stolen"])
		s.see("authenticity.counterfeit.title", look.Bad)
	})
	story("an expired passport", func(s *stories) {
		s.lay(documents["expired"].Chip)
		s.lines(documents["expired"])
		s.see("decision.title.missing", look.Info, "scheme", "MitID")
		over := picture("Det, du har vist, er udløbet: dit pas. Du skal vise gyldig legitimation.", look.Style{})
		s.await("that it has expired", func(p page) bool { return s.shows(p, over) })
		s.click(picture(s.words.Say("seen.extended"), look.Style{Bold: true}))
		s.Command("xdotool", "mousemove_relative", "180", "28", "click", "1") // the field beside it
		s.slowly(now.AddDate(1, 0, 0).Format("02-01-2006"))
		s.summary([]string{"Fejlet: Udløbsdato", "Forlænget i hånden til"}, []string{"er udløbet"})
	})
	story("lifted early and laid back", func(s *stories) {
		s.layOn(vpcd.Slot0, &lifted{Card: chip.New(documents["danish"].Chip), after: 12})
		s.lines(documents["danish"])
		s.see("problem.link_lost.title", look.Plain)
		s.lay(documents["danish"].Chip)
		s.see("authenticity.genuine.title", look.Good)
		s.summary([]string{"Dokumentet er ægte"}, nil)
	})
	story("a card by its number, on the second reader", func(s *stories) {
		s.keys("shift+Tab", "End")
		s.slowly(documents["card"].CAN)
		s.layOn(vpcd.Slot1, chip.New(documents["card"].Chip))
		s.see("authenticity.genuine.title", look.Good)
		s.summary([]string{"Opholdskort, Danmark", "Dokumentet er ægte"}, nil)
	})
	story("a foreign passport with a health card", func(s *stories) {
		s.lay(documents["swedish"].Chip)
		s.lines(documents["swedish"])
		s.see("authenticity.genuine.title", look.Good)
		s.click(body("seen.cpr.health_card"))
		s.summary([]string{"Pas, Sverige", "Sundhedskort · Danmark", "Dit CPR-nummer står på dit sundhedskort."}, nil)
	})
	story("a witness", func(s *stories) {
		s.lay(documents["danish"].Chip)
		s.lines(documents["danish"])
		s.see("authenticity.genuine.title", look.Good)
		s.click(body("witness.present"))
		s.keys("Tab")
		s.slowly("0101574000")
		held, written := body("vouching.held", "count", "0"), body("vouching.written")
		s.keys("Tab", "Tab", "Tab", "Tab", "Tab")                                                  // by date, document, issuer and expiry to the statement
		s.await("the register's word", func(p page) bool { return s.shows(p, held) || s.wheel() }) // it may come below the edge
		s.keys("Tab", "space")                                                                     // the witness has vouched
		s.await("the register's receipt", func(p page) bool { return s.shows(p, written) || s.wheel() })
		s.summary([]string{"Vidnet er fyldt 18 år."}, []string{"0101574000"})
	})
	story("another language midway", func(s *stories) {
		s.lay(documents["german"].Chip)
		s.types(strings.Join(documents["german"].MRZ, "")[:50])
		s.keys("ctrl+l")
		s.types(strings.Join(documents["german"].MRZ, "")[50:])
		s.words = assets.In(assets.English)
		s.see("authenticity.genuine.title", look.Good)
		s.keys("ctrl+l")
		s.words = assets.In(assets.Danish)
		s.see("authenticity.genuine.title", look.Good)
		s.summary([]string{"Pas, Tyskland", "Dokumentet er ægte"}, nil)
	})
	story("the card service comes back", func(s *stories) {
		rig.StopService(s.t)
		stopped := lead("problem.no_service.title")
		s.await("no service", func(p page) bool { return s.shows(p, stopped) })
		rig.StartService(s.t)
		s.await("the service", func(p page) bool { return !s.shows(p, stopped) })
		s.lay(documents["danish"].Chip)
		s.lines(documents["danish"])
		s.see("authenticity.genuine.title", look.Good)
	})
	story("an abandoned visit", func(s *stories) {
		s.lay(documents["danish"].Chip)
		s.lines(documents["danish"])
		done := s.see("authenticity.genuine.title", look.Good)
		surname, _ := names(s.t, documents["danish"].MRZ)
		name := picture(surname, look.Style{Size: look.Lead, Bold: true})
		if !s.shows(done, name) {
			s.t.Fatal("there is nothing to wipe")
		}
		s.over()
		behind := lead("waiting.left_behind")
		left := s.await("the document left behind", func(p page) bool { return s.shows(p, behind) })
		if s.shows(left, name) || s.shows(left, s.title("authenticity.genuine.title", look.Good)) {
			s.t.Error("the last citizen's name or verdict is still on the screen")
		}
	})
	if err := closed(); err != nil {
		t.Errorf("told to end, the window ended with %v", err)
	}
}

// fingerprint is that of the certificate of a document's country.
func fingerprint(d *specimen.Document) string {
	return fmt.Sprintf("%x", sha256.Sum256(d.CSCA.Certificate))
}

// lifted is a card that is taken away after some commands.
type lifted struct {
	vpcd.Card
	after int
}

// Transmit answers some commands, and then is gone.
func (l *lifted) Transmit(command []byte) []byte {
	if l.after--; l.after < 0 {
		return nil
	}
	return l.Card.Transmit(command)
}

// lay lays a chip on the first reader.
func (s *stories) lay(config chip.Config) { s.layOn(vpcd.Slot0, chip.New(config)) }

func (s *stories) layOn(address string, card vpcd.Card) {
	s.t.Helper()
	slot, err := vpcd.Insert(s.t.Context(), address, card, 30*time.Second)
	if err != nil {
		s.t.Fatal(err)
	}
	s.t.Cleanup(slot.Remove)
	s.slot = slot
}

// lines types a document's lines.
func (s *stories) lines(d *specimen.Document) { s.types(strings.Join(d.MRZ, "")) }

func (s *stories) types(text string) { s.Command("xdotool", "type", "--delay", "5", text) }

// slowly types as a person does, and not as a reader.
func (s *stories) slowly(text string) { s.Command("xdotool", "type", "--delay", "110", text) }

func (s *stories) keys(keys ...string) {
	s.Command("xdotool", append([]string{"key", "--delay", "60"}, keys...)...)
}

// title is a title on the screen.
func (s *stories) title(key string, tone look.Tone, pairs ...string) letters {
	text := s.words.Say(key, pairs...)
	if _, ok := s.titles[text]; !ok {
		s.titles[text] = picture(text, look.Style{Size: look.Title, Bold: true, Tone: tone})
	}
	return s.titles[text]
}

// see waits for a title.
func (s *stories) see(key string, tone look.Tone, pairs ...string) page {
	s.t.Helper()
	return s.await(key, func(p page) bool { return s.shows(p, s.title(key, tone, pairs...)) })
}

// wheel scrolls a little further down; it is never what was waited for.
func (s *stories) wheel() bool {
	s.Command("xdotool", "mousemove", "700", "400", "click", "--repeat", "5", "--delay", "10", "5")
	return false
}

// click clicks on a text, and scrolls until it is there and stands still.
func (s *stories) click(l letters) {
	s.t.Helper()
	before := image.Pt(-1, -1)
	s.await("something to click on", func(p page) bool {
		x, y, ok := l.find(p)
		at := image.Pt(x, y)
		switch {
		case !ok || y > 560:
			before = image.Pt(-1, -1)
			return s.wheel()
		case at != before:
			before = at
			return false
		}
		s.Command("xdotool", "mousemove", strconv.Itoa(x+l.width/2), strconv.Itoa(y+l.height/2), "sleep", "0.2", "click", "1")
		return true
	})
}

// summary saves the summary by the keyboard, and looks for what it says and what it must not.
func (s *stories) summary(says, never []string) {
	s.t.Helper()
	s.keys("ctrl+p")
	head := picture(s.words.Say("summary.title"), look.Style{Size: look.Headline, Bold: true})
	s.await("the summary", func(p page) bool { return s.shows(p, head) })
	s.keys("Return")
	var text string
	s.await("the saved summary", func(page) bool {
		files, err := filepath.Glob(filepath.Join(s.Home, "skranke-*.txt"))
		if err != nil || len(files) == 0 {
			return false
		}
		raw, err := os.ReadFile(files[0])
		text = string(raw)
		return err == nil && strings.Contains(text, s.words.Say("summary.impersonal"))
	})
	files, _ := filepath.Glob(filepath.Join(s.Home, "skranke-*.txt"))
	for _, file := range files {
		_ = os.Remove(file) // another one has a name of its own
	}
	for _, want := range says {
		if !strings.Contains(text, want) {
			s.t.Errorf("the summary does not say %q:\n%s", want, text)
		}
	}
	for _, secret := range never {
		if strings.Contains(text, secret) {
			s.t.Error("the summary holds what is the citizen's own")
		}
	}
}

// over ends the visit, and waits until the next one's window has taken the place of this one's.
func (s *stories) over() {
	before := s.log.visits()
	s.keys("ctrl+n")
	for end := time.Now().Add(display.Patience); s.log.visits() == before && time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
	}
}

// next takes the document off and ends the visit; the next one's window stands when it returns.
func (s *stories) next() {
	s.t.Helper()
	if s.slot != nil {
		s.slot.Remove()
	}
	s.over()
	after := s.see("entry.title", look.Plain)
	for _, key := range []string{"authenticity.genuine.title", "authenticity.counterfeit.title"} {
		if s.shows(after, s.title(key, look.Plain)) {
			s.t.Error("the last verdict is still on the screen")
		}
	}
}

// Without a display the program says so and points to the command line.
func TestNoDisplay(t *testing.T) {
	rig.Require(t)
	desk := exec.CommandContext(t.Context(), rig.Program(t), "desk", "--json")
	for _, variable := range os.Environ() {
		if !strings.HasPrefix(variable, "DISPLAY=") && !strings.HasPrefix(variable, "WAYLAND_DISPLAY=") {
			desk.Env = append(desk.Env, variable)
		}
	}
	out, err := desk.Output()
	var exit *exec.ExitError
	if !errors.As(err, &exit) || exit.ExitCode() != 2 {
		t.Errorf("ended with %v, want exit status 2", err)
	}
	if !bytes.Contains(out, []byte(`"code":"no_display"`)) {
		t.Errorf("standard output is %q", out)
	}
}

// names are the surname and the given names of an MRZ of two lines, as the window shows them.
func names(t *testing.T, lines []string) (surname, given string) {
	t.Helper()
	if len(lines) != 2 || len(lines[0]) != 44 {
		t.Fatalf("not the lines of a passport")
	}
	surname, given, _ = strings.Cut(strings.TrimRight(lines[0][5:], "<"), "<<")
	return strings.ReplaceAll(surname, "<", " "), strings.ReplaceAll(given, "<", " ")
}

// screen is a screen with the program on it.
type screen struct {
	*display.Screen
	t testing.TB
	// log is what the program that was started last has said.
	log *record
}

// record keeps what a program says.
type record struct {
	mu   sync.Mutex
	text bytes.Buffer
}

func (r *record) Write(p []byte) (int, error) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.text.Write(p)
}

// visits counts the visits whose windows have stood.
func (r *record) visits() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return bytes.Count(r.text.Bytes(), []byte("a visit begins"))
}

func onScreen(t testing.TB) *screen {
	t.Helper()
	return &screen{Screen: display.Open(t, 1024, 768), t: t}
}

// start starts a program on the display. What it gives tells the program to end and waits until it has.
func (d *screen) start(path string, args ...string) (end func() error) {
	d.t.Helper()
	_, end = d.run(path, args...)
	return end
}

// run is start, and gives the program's process as well.
func (d *screen) run(path string, args ...string) (pid int, end func() error) {
	d.t.Helper()
	program := exec.Command(path, args...)
	program.Env = d.Environment()
	log := &record{}
	d.log = log
	program.Stdout, program.Stderr = log, log
	if err := program.Start(); err != nil {
		d.t.Fatal(err)
	}
	var result error
	ended := make(chan struct{})
	go func() {
		result = program.Wait()
		close(ended)
	}()
	d.t.Cleanup(func() {
		_ = program.Process.Kill()
		<-ended
		if d.t.Failed() {
			d.t.Logf("%s: %s", filepath.Base(path), log.text.Bytes())
		}
	})
	return program.Process.Pid, func() error {
		if err := program.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
		select {
		case <-ended:
			return result
		case <-time.After(display.Patience):
			return errors.New("it goes on")
		}
	}
}

// page is a picture of the screen in shades of grey.
type page struct {
	width, height int
	shades        []byte
}

// capture takes a picture of the screen.
func (d *screen) capture() page {
	d.t.Helper()
	shot := page{1024, 768, d.Command("import", "-window", "root", "-colorspace", "Gray", "-depth", "8", "gray:-")}
	if len(shot.shades) != shot.width*shot.height {
		d.t.Fatalf("a picture of the screen of %d bytes", len(shot.shades))
	}
	return shot
}

// keep keeps a picture of the screen for a person's eyes, in the folder that SKRANKE_SCREENS names.
func (d *screen) keep(name string) {
	d.t.Helper()
	if folder := os.Getenv("SKRANKE_SCREENS"); folder != "" {
		d.Command("import", "-window", "root", filepath.Join(folder, name+".png"))
	}
}

// await takes pictures until one is as it should be.
func (d *screen) await(what string, good func(page) bool) page {
	d.t.Helper()
	for end := time.Now().Add(display.Patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if shot := d.capture(); good(shot) {
			return shot
		}
	}
	d.keep("failed-" + strings.ReplaceAll(what, " ", "-"))
	d.t.Fatalf("%s did not come", what)
	return page{}
}

// letters is how a text looks on the screen: which pixels of a rectangle are ink, and which are paper.
type letters struct {
	width, height int
	dots          []dot
}

type dot struct {
	x, y int
	ink  bool
}

// picture draws a text as the window does, with the toolkit's own painter, and finds its ink.
func picture(text string, style look.Style) letters {
	style.OneLine = true
	program := test.NewApp()
	defer program.Quit()
	theme, err := look.NewTheme("light")
	if err != nil {
		panic(err) // assets' own test reads every theme
	}
	program.Settings().SetTheme(theme)
	words := look.NewProse(text, style)
	canvas := software.NewTransparentCanvas()
	canvas.SetPadded(false)
	canvas.SetContent(words)
	canvas.Resize(words.MinSize())
	drawn := canvas.Capture()
	alpha := func(x, y int) uint32 { _, _, _, a := drawn.At(x, y).RGBA(); return a }
	cut := image.Rectangle{}
	for y := range drawn.Bounds().Dy() {
		for x := range drawn.Bounds().Dx() {
			if alpha(x, y) > 0x8000 {
				cut = cut.Union(image.Rect(x, y, x+1, y+1))
			}
		}
	}
	found := letters{width: cut.Dx(), height: cut.Dy()}
	for y := cut.Min.Y; y < cut.Max.Y; y++ {
		for x := cut.Min.X; x < cut.Max.X; x++ {
			if a := alpha(x, y); a > 0xE000 || a < 0x0800 {
				found.dots = append(found.dots, dot{x - cut.Min.X, y - cut.Min.Y, a > 0xE000})
			}
		}
	}
	// In any order but that of the lines a place where the letters are not is given up soon.
	rand.New(rand.NewPCG(1, 2)).Shuffle(len(found.dots), func(i, j int) {
		found.dots[i], found.dots[j] = found.dots[j], found.dots[i]
	})
	return found
}

// shows tells whether letters stand anywhere on a picture of the screen.
func (d *screen) shows(screen page, l letters) bool {
	d.t.Helper()
	if len(l.dots) < 500 {
		d.t.Fatalf("only %d pixels to look for", len(l.dots))
	}
	return l.within(screen)
}

// within tells whether letters stand anywhere. They are looked for at every place, by a few of their dots first. Of the ink and the paper a twelfth may be off, for how a
// letter's edge falls.
func (l letters) within(screen page) bool {
	_, _, ok := l.find(screen)
	return ok
}

// find gives the place where letters stand.
func (l letters) find(screen page) (x, y int, ok bool) {
	sample := l.dots[:min(len(l.dots), 64)]
	for y := 0; y+l.height <= screen.height; y++ {
		for x := 0; x+l.width <= screen.width; x++ {
			if near(screen, sample, x, y, len(sample)/5) && near(screen, l.dots, x, y, len(l.dots)/12) {
				return x, y, true
			}
		}
	}
	return 0, 0, false
}

// near tells whether no more than most of the dots are off at a place. Half a million places are too many under the race
// detector, which has nothing to see here.
//
//go:norace
func near(screen page, dots []dot, x, y, most int) bool {
	const light, dark = 200, 150
	wrong := 0
	for i := range dots {
		shade := screen.shades[(y+dots[i].y)*screen.width+x+dots[i].x]
		if dots[i].ink && shade > dark || !dots[i].ink && shade < light {
			if wrong++; wrong > most {
				return false
			}
		}
	}
	return true
}

// BenchmarkWindow takes the time from the start of the program to the first window that stands whole on the screen, and what of
// a processor an idle window takes in ten seconds, itself and the one that waits behind it together.
func BenchmarkWindow(b *testing.B) {
	program := rig.Program(b)
	screen := onScreen(b)
	title := picture(assets.In(assets.Danish).Say("entry.title"), look.Style{Size: look.Title, Bold: true})
	var first, busy time.Duration
	for b.Loop() {
		started := time.Now()
		pid, end := screen.run(program, "desk", "--lang", "da")
		screen.await("the first window", func(p page) bool { return screen.shows(p, title) })
		first = time.Since(started)
		time.Sleep(5 * time.Second) // the next one starts behind it
		before, err := busyFor(pid)
		if err != nil {
			b.Fatal(err)
		}
		time.Sleep(10 * time.Second)
		after, err := busyFor(pid)
		if err != nil {
			b.Fatal(err)
		}
		busy = after - before
		if err := end(); err != nil {
			b.Fatal(err)
		}
	}
	b.ReportMetric(float64(first.Milliseconds()), "first-paint-ms")
	b.ReportMetric(busy.Seconds()*10, "idle-%")
}

// busyFor is what a program and its children have taken of the processors so far, in steps of a hundredth of a second.
func busyFor(pid int) (time.Duration, error) {
	pids, err := memory.Children(pid)
	if err != nil {
		return 0, err
	}
	var all time.Duration
	for _, pid := range append(pids, pid) {
		raw, err := os.ReadFile(filepath.Join("/proc", strconv.Itoa(pid), "stat"))
		if err != nil {
			return 0, err
		}
		fields := strings.Fields(string(raw[bytes.LastIndexByte(raw, ')')+1:]))
		for _, field := range fields[11:13] { // utime and stime, proc_pid_stat(5)
			ticks, err := strconv.ParseInt(field, 10, 64)
			if err != nil {
				return 0, err
			}
			all += time.Duration(ticks) * 10 * time.Millisecond
		}
	}
	return all, nil
}
