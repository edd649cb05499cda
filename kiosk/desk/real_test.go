//go:build linux

package desk_test

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"image"
	"image/png"
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

			screen.await("the waiting screen", func(s *image.Gray) bool { return screen.shows(s, title) })
			card, err := vpcd.Insert(t.Context(), vpcd.Slot0, chip.New(document.Chip), 10*time.Second)
			if err != nil {
				t.Fatal(err)
			}
			defer card.Remove()
			screen.command("xdotool", "type", "--delay", "5", strings.Join(document.MRZ, ""))
			done := screen.await("the finished check", func(s *image.Gray) bool { return screen.shows(s, genuine) })
			screen.keep("real-" + string(story.language) + "-done")
			if !screen.shows(done, surnamePicture) || !screen.shows(done, givenPicture) {
				t.Error("the holder's name is not on the screen")
			}
			if screen.shows(done, stranger) || screen.shows(done, title) {
				t.Error("the screen shows what it cannot: the comparison is worth nothing")
			}

			screen.command("xdotool", "key", "ctrl+n")
			next := screen.await("the next visit", func(s *image.Gray) bool { return screen.shows(s, title) })
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
	ended := make(chan error, 1)
	go func() { ended <- program.Wait() }()
	d.t.Cleanup(func() {
		_ = program.Process.Kill()
		if d.t.Failed() {
			d.t.Logf("%s: %s", filepath.Base(path), log.Bytes())
		}
	})
	return func() error {
		if err := program.Process.Signal(syscall.SIGTERM); err != nil {
			return err
		}
		select {
		case err := <-ended:
			return err
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

// capture takes a picture of the screen.
func (d *display) capture() image.Image {
	d.t.Helper()
	shot, err := png.Decode(bytes.NewReader(d.command("import", "-window", "root", "png:-")))
	if err != nil {
		d.t.Fatal(err)
	}
	return shot
}

// keep keeps a picture of the screen for a person's eyes, in the folder that SKRANKE_SCREENS names.
func (d *display) keep(name string) {
	d.t.Helper()
	folder := os.Getenv("SKRANKE_SCREENS")
	if folder == "" {
		return
	}
	file, err := os.Create(filepath.Join(folder, name+".png"))
	if err != nil {
		d.t.Fatal(err)
	}
	if err := png.Encode(file, d.capture()); err != nil {
		d.t.Fatal(err)
	}
	if err := file.Close(); err != nil {
		d.t.Fatal(err)
	}
}

// await takes pictures until one is as it should be.
func (d *display) await(what string, good func(*image.Gray) bool) *image.Gray {
	d.t.Helper()
	for end := time.Now().Add(patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		if shot := grey(d.capture()); good(shot) {
			return shot
		}
	}
	d.keep("failed-" + strings.ReplaceAll(what, " ", "-"))
	d.t.Fatalf("%s did not come", what)
	return nil
}

func grey(from image.Image) *image.Gray {
	to := image.NewGray(image.Rect(0, 0, from.Bounds().Dx(), from.Bounds().Dy()))
	for y := range to.Rect.Dy() {
		for x := range to.Rect.Dx() {
			to.Set(x, y, from.At(from.Bounds().Min.X+x, from.Bounds().Min.Y+y))
		}
	}
	return to
}

// letters is how a text looks on the screen: which pixels of a rectangle are ink.
type letters struct {
	width, height int
	ink, paper    []image.Point
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
	cut := image.Rectangle{}
	alpha := func(x, y int) uint32 { _, _, _, a := drawn.At(x, y).RGBA(); return a }
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
			at := image.Pt(x, y).Sub(cut.Min)
			switch a := alpha(x, y); {
			case a > 0xE000:
				found.ink = append(found.ink, at)
			case a < 0x0800:
				found.paper = append(found.paper, at)
			}
		}
	}
	return found
}

// shows tells whether letters stand anywhere on a picture of the screen: nearly all their ink is clearly darker than nearly
// all the paper between.
func (d *display) shows(screen *image.Gray, l letters) bool {
	d.t.Helper()
	if len(l.ink) < 100 {
		d.t.Fatalf("only %d pixels of ink to look for", len(l.ink))
	}
	for y := 0; y+l.height <= screen.Rect.Dy(); y++ {
		for x := 0; x+l.width <= screen.Rect.Dx(); x++ {
			if l.at(screen, x, y) {
				return true
			}
		}
	}
	return false
}

// at tells whether letters stand at a place. A tenth of the pixels may be off, for how a letter's edge falls.
func (l letters) at(screen *image.Gray, x, y int) bool {
	const light, dark = 200, 150
	wrong := 0
	for _, p := range l.ink {
		if screen.GrayAt(x+p.X, y+p.Y).Y > dark {
			if wrong++; wrong > len(l.ink)/10 {
				return false
			}
		}
	}
	wrong = 0
	for _, p := range l.paper {
		if screen.GrayAt(x+p.X, y+p.Y).Y < light {
			if wrong++; wrong > len(l.paper)/10 {
				return false
			}
		}
	}
	return true
}
