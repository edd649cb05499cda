//go:build linux

package desk_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"image"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"fyne.io/fyne/v2/driver/software"
	"fyne.io/fyne/v2/test"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/vpcd"
	"github.com/skranke/skranke/kiosk/desk/look"
)

// patience bounds every wait for the real window. A wait ends as soon as what it waits for is there.
const patience = 60 * time.Second

// The real program in a real window: a specimen is read through pcscd by the lines typed on the keyboard, its name and the
// verdict stand on the screen, and Ctrl+N takes them off again.
func TestRealWindow(t *testing.T) {
	rig.Require(t)
	program := build(t)
	for _, story := range []struct {
		language assets.Language
		profile  string
	}{
		{assets.Danish, "danish-passport-2023"},
		{assets.English, "german-passport-2017"},
	} {
		t.Run(string(story.language), func(t *testing.T) {
			words := assets.In(story.language)
			document, err := specimen.Make(story.profile, 7, time.Now())
			if err != nil {
				t.Fatal(err)
			}
			surname, given := names(t, document.MRZ)
			trust := t.TempDir()
			for name, content := range map[string][]byte{"csca.der": document.CSCA.Certificate, "csca.crl": document.CRL} {
				if err := os.WriteFile(filepath.Join(trust, name), content, 0o600); err != nil {
					t.Fatal(err)
				}
			}
			screen := openScreen(t)
			closed := screen.start(program, "desk", "--reader", rig.Slot0, "--trust", trust,
				"--crl", filepath.Join(trust, "csca.crl"), "--lang", string(story.language))

			title := picture(words.Say("entry.title"), look.Style{Size: look.Title, Bold: true})
			surnamePicture := picture(surname, look.Style{Size: look.Lead, Bold: true})
			givenPicture := picture(given, look.Style{Size: look.Lead, Bold: true})
			genuine := picture(words.Say("authenticity.genuine.title"), look.Style{Size: look.Title, Bold: true, Tone: look.Good})
			stranger := picture("SPECIMAN", look.Style{Size: look.Lead, Bold: true})

			screen.await("the waiting screen", func(s page) bool { return screen.shows(s, title) })
			card, err := vpcd.Insert(t.Context(), vpcd.Slot0, chip.New(document.Chip), 10*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			defer card.Remove()
			screen.command("xdotool", "type", "--delay", "5", strings.Join(document.MRZ, ""))
			done := screen.await("the finished check", func(s page) bool { return screen.shows(s, genuine) })
			screen.keep("real-" + string(story.language) + "-done")
			if !screen.shows(done, surnamePicture) || !screen.shows(done, givenPicture) {
				t.Error("the holder's name is not on the screen")
			}
			if screen.shows(done, stranger) || screen.shows(done, title) {
				t.Error("the screen shows what it cannot: the comparison is worth nothing")
			}

			screen.command("xdotool", "key", "ctrl+n")
			next := screen.await("the next visit", func(s page) bool { return screen.shows(s, title) })
			screen.keep("real-" + string(story.language) + "-next")
			if screen.shows(next, surnamePicture) || screen.shows(next, givenPicture) || screen.shows(next, genuine) {
				t.Error("the last citizen's name or verdict is still on the screen")
			}

			if err := closed(); err != nil {
				t.Errorf("told to end, the window ended with %v", err)
			}
		})
	}
}

// Without a display the program says so and points to the command line.
func TestNoDisplay(t *testing.T) {
	rig.Require(t)
	desk := exec.CommandContext(t.Context(), build(t), "desk", "--json")
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

// build builds the program, once.
func build(t *testing.T) string {
	t.Helper()
	if built == "" {
		folder, err := os.MkdirTemp("", "skranke-desk-")
		if err != nil {
			t.Fatal(err)
		}
		path := filepath.Join(folder, "skranke")
		out, err := exec.CommandContext(t.Context(), "go", "build", "-o", path, "github.com/skranke/skranke/cmd/skranke").CombinedOutput()
		if err != nil {
			t.Fatalf("go build: %v\n%s", err, out)
		}
		built = path
	}
	return built
}

var built string

func TestMain(m *testing.M) {
	code := m.Run()
	if built != "" {
		_ = os.RemoveAll(filepath.Dir(built)) // left in the temporary folder otherwise, which harms nobody
	}
	os.Exit(code)
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

// display is an X server in memory.
type display struct {
	t    *testing.T
	name string
}

// openScreen starts an X server of 1024 by 768 that only this process reaches.
func openScreen(t *testing.T) *display {
	t.Helper()
	reading, writing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", "1024x768x24", "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{writing}
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
		if t.Failed() {
			t.Logf("Xvfb: %s", log.Bytes())
		}
	})
	if err := writing.Close(); err != nil {
		t.Fatal(err)
	}
	number, err := bufio.NewReader(reading).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return &display{t: t, name: ":" + strings.TrimSpace(number)}
}

// environment leads programs to the display, drawn by the processor.
func (d *display) environment() []string {
	return append(os.Environ(), "DISPLAY="+d.name, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "HOME="+d.t.TempDir())
}

// start starts a program on the display. What it gives tells the program to end and waits until it has.
func (d *display) start(path string, args ...string) (end func() error) {
	d.t.Helper()
	program := exec.Command(path, args...)
	program.Env = d.environment()
	var log bytes.Buffer
	program.Stdout, program.Stderr = &log, &log
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
			d.t.Logf("%s: %s", filepath.Base(path), log.Bytes())
		}
	})
	return func() error {
		if err := program.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
		select {
		case <-ended:
			return result
		case <-time.After(patience):
			return errors.New("it goes on")
		}
	}
}

// command runs a program on the display.
func (d *display) command(name string, args ...string) []byte {
	d.t.Helper()
	ctx, cancel := context.WithTimeout(d.t.Context(), patience)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Env = d.environment()
	out, err := command.Output()
	if err != nil {
		d.t.Fatalf("%s %s: %v", name, args[0], err)
	}
	return out
}

// page is a picture of the screen in shades of grey.
type page struct {
	width, height int
	shades        []byte
}

// capture takes a picture of the screen.
func (d *display) capture() page {
	d.t.Helper()
	shot := page{1024, 768, d.command("import", "-window", "root", "-colorspace", "Gray", "-depth", "8", "gray:-")}
	if len(shot.shades) != shot.width*shot.height {
		d.t.Fatalf("a picture of the screen of %d bytes", len(shot.shades))
	}
	return shot
}

// keep keeps a picture of the screen for a person's eyes, in the folder that SKRANKE_SCREENS names.
func (d *display) keep(name string) {
	d.t.Helper()
	if folder := os.Getenv("SKRANKE_SCREENS"); folder != "" {
		d.command("import", "-window", "root", filepath.Join(folder, name+".png"))
	}
}

// await takes pictures until one is as it should be.
func (d *display) await(what string, good func(page) bool) page {
	d.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
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
func (d *display) shows(screen page, l letters) bool {
	d.t.Helper()
	if len(l.dots) < 500 {
		d.t.Fatalf("only %d pixels to look for", len(l.dots))
	}
	return l.within(screen)
}

// within looks for letters at every place, by a few of their dots first. Of the ink and the paper a twelfth may be off, for how a
// letter's edge falls.
func (l letters) within(screen page) bool {
	sample := l.dots[:min(len(l.dots), 64)]
	for y := 0; y+l.height <= screen.height; y++ {
		for x := 0; x+l.width <= screen.width; x++ {
			if near(screen, sample, x, y, len(sample)/5) && near(screen, l.dots, x, y, len(l.dots)/12) {
				return true
			}
		}
	}
	return false
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
