package selfservice

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"golang.org/x/image/draw"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/display"
	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/vpcd"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
)

// The real program on the whole of a real screen, touched where a citizen and a member of staff touch it: a specimen is read through
// pcscd, staff are called and compare, the slip is given, and the next citizen's process takes the place. A second kiosk, on the
// toolkit's test driver, goes the same way and says what the screen has to look like and where to touch it.
func TestRealKiosk(t *testing.T) {
	rig.Require(t)
	document, err := specimen.Make("danish-passport-2023", 7, time.Now())
	if err != nil {
		t.Fatal(err)
	}
	lines, err := mrz.Parse(strings.Join(document.MRZ, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	folder := t.TempDir()
	lights := filepath.Join(folder, "lights")
	hash, err := site.HashPIN([]byte(rightPIN))
	if err != nil {
		t.Fatal(err)
	}
	configuration := fmt.Sprintf("place: Borgerservice Herning\nstaff: {pin: %q, call: [/bin/sh, -c, 'echo $0 >>%s']}\n", string(hash), lights)
	trust := filepath.Join(folder, "trust")
	if err := os.Mkdir(trust, 0o700); err != nil {
		t.Fatal(err)
	}
	for path, content := range map[string][]byte{
		filepath.Join(folder, "site.yaml"): []byte(configuration), filepath.Join(trust, "csca.der"): document.CSCA.Certificate,
		filepath.Join(folder, "csca.crl"): document.CRL,
	} {
		if err := os.WriteFile(path, content, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	b := open(t, 1024, 768, func(c *Config) { c.Site.MRZReader.Port = "" })
	b.voice = nil
	b.draw()
	s := openScreen(t, b)
	end := s.start(rig.Program(t), "kiosk", "--site", filepath.Join(folder, "site.yaml"), "--reader", rig.Slot0,
		"--trust", trust, "--crl", filepath.Join(folder, "csca.crl"))

	whole := image.Rect(0, 0, 1024, 768)
	s.await("the first page", whole)
	s.touch(assets.In(assets.English).Say("kiosk.welcome.begin"))
	s.await("what is read", whole)
	s.touch(b.say("kiosk.continue"))
	s.await("how it is done", whole)
	s.touch(b.say("kiosk.continue"))
	s.touch(b.say("kiosk.way.type"))
	digits := func(text string) string { return text[8:] + text[5:7] + text[:4] } // YYYY-MM-DD as it is typed
	day := func(yymmdd string, after int) string {
		century := "20"
		if yymmdd[:2] > fmt.Sprintf("%02d", after) {
			century = "19"
		}
		return century + yymmdd[:2] + "-" + yymmdd[2:4] + "-" + yymmdd[4:6]
	}
	second := lines.Lines()[1]
	number := strings.TrimRight(second[:9], "<")
	birth, expiry := day(second[13:19], time.Now().Year()%100), day(second[21:27], 99)
	s.types(number)
	s.await("the number", whole)
	s.touch(b.say("kiosk.continue"))
	s.types(digits(birth))
	s.touch(b.say("kiosk.continue"))
	s.types(digits(expiry))
	s.touch(b.say("kiosk.continue"))
	s.await("the answers", whole)
	s.touch(b.say("kiosk.check.read"))
	b.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty, Given: visit.WayFields})
	s.await("lay your passport here", whole)
	card, err := vpcd.Insert(t.Context(), vpcd.Slot0, chip.New(document.Chip), 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	defer card.Remove()
	b.show(reading(1))
	read := done(inspect.Genuine, rules.Refer, rules.StatusRefer)
	b.show(read)
	s.await("call staff", whole)
	s.touch(b.say("kiosk.call.call"))
	s.await("staff are on the way", whole)
	s.expect(lights, "off\non\n")
	s.touch(b.say("kiosk.staff"))
	s.await("the PIN", whole)
	s.types(rightPIN)
	read.Result.Report.Document.Surname, read.Result.Report.Document.GivenNames = lines.Surname, lines.GivenNames
	read.Result.Report.Document.DateOfBirth, read.Result.Report.Document.DateOfExpiry = birth, expiry
	s.touch(b.say("kiosk.pin.open"))
	s.await("the holder's name", image.Rect(0, 80, 620, 768))
	s.expect(lights, "off\non\noff\n")
	s.keep("real-look")
	s.touch(b.say("kiosk.look.yes"))
	after := done(inspect.Genuine, rules.Refer, rules.StatusMet)
	after.Seen.SamePerson = visit.Yes
	b.show(after)
	s.await("the result", image.Rect(0, 80, 600, 170))
	s.keep("real-result")
	s.touch(b.say("kiosk.result.done"))
	b.show(visit.Snapshot{Visit: 2, Phase: visit.Waiting, Status: visit.StatusCard, LeftBehind: true})
	s.await("the next citizen's first page, with the passport that was left", whole)
	if err := end(); err != nil {
		t.Errorf("told to end, the kiosk ended with %v", err)
	}
}

// screen is an X server in memory, beside a bench that says what is to be seen on it.
type screen struct {
	*bench
	*display.Screen
}

func openScreen(t *testing.T, b *bench) *screen {
	t.Helper()
	return &screen{bench: b, Screen: display.Open(t, 1024, 768)}
}

// start starts a program on the screen. What it gives tells the program to end, and waits until it has.
func (s *screen) start(path string, args ...string) (end func() error) {
	s.t.Helper()
	program := exec.Command(path, args...)
	program.Env = s.Environment()
	var log bytes.Buffer
	program.Stdout, program.Stderr = &log, &log
	program.WaitDelay = 5 * time.Second
	if err := program.Start(); err != nil {
		s.t.Fatal(err)
	}
	var result error
	ended := make(chan struct{})
	go func() {
		result = program.Wait()
		close(ended)
	}()
	stop := func() error {
		_ = program.Process.Signal(syscall.SIGTERM)
		select {
		case <-ended:
			return result
		case <-time.After(display.Patience):
			_ = program.Process.Kill()
			<-ended
			return errors.New("it went on")
		}
	}
	s.t.Cleanup(func() {
		_ = stop()
		if s.t.Failed() {
			s.t.Logf("the program said: %s", log.Bytes())
		}
	})
	return stop
}

// touch touches the screen where the bench has what says a text, and the bench too.
func (s *screen) touch(text string) {
	s.t.Helper()
	t := s.find(text)
	if t == nil {
		s.t.Fatalf("on the page %s/%s nothing to touch says %q", s.page, s.over_(), text)
	}
	at := s.program.Driver().AbsolutePositionForObject(t).AddXY(t.Size().Width/2, t.Size().Height/2)
	time.Sleep(guard + 100*time.Millisecond) // as a person does: what is touched earlier counts for nothing
	s.Command("xdotool", "mousemove", fmt.Sprint(int(at.X)), fmt.Sprint(int(at.Y)), "click", "1")
	s.press(text)
}

func (s *screen) types(text string) {
	s.t.Helper()
	for _, letter := range text {
		s.touch(string(letter))
	}
}

// await waits until the screen looks as the bench does, in a part of it.
func (s *screen) await(what string, part image.Rectangle) {
	s.t.Helper()
	s.touchedNow()
	want := coarse(s.window.Canvas().Capture(), part)
	share := 1.0
	for end := time.Now().Add(display.Patience); time.Now().Before(end); time.Sleep(100 * time.Millisecond) {
		grey := s.Command("import", "-window", "root", "-colorspace", "Gray", "-depth", "8", "gray:-")
		if len(grey) != 1024*768 {
			s.t.Fatalf("a picture of the screen of %d bytes", len(grey))
		}
		shot := &image.Gray{Pix: grey, Stride: 1024, Rect: image.Rect(0, 0, 1024, 768)}
		if share = apart(coarse(shot, part), want); share < 0.004 {
			return
		}
	}
	s.keep("failed")
	s.bench.keep("wanted")
	s.t.Fatalf("%s did not come: %.1f %% of the screen are otherwise", what, 100*share)
}

// coarse is a part of a picture in shades of grey, a fourth as wide and high, so that it does not matter how a letter's edge falls.
func coarse(picture image.Image, part image.Rectangle) *image.Gray {
	small := image.NewGray(image.Rect(0, 0, part.Dx()/4, part.Dy()/4))
	draw.ApproxBiLinear.Scale(small, small.Rect, picture, part, draw.Src, nil)
	blurred := image.NewGray(image.Rect(0, 0, small.Rect.Dx()/2, small.Rect.Dy()/2))
	draw.BiLinear.Scale(blurred, blurred.Rect, small, small.Rect, draw.Src, nil)
	return blurred
}

// apart is the share of a picture that is clearly otherwise.
func apart(a, b *image.Gray) float64 {
	count := 0
	for i := range a.Pix {
		if max(a.Pix[i], b.Pix[i])-min(a.Pix[i], b.Pix[i]) > 48 {
			count++
		}
	}
	return float64(count) / float64(len(a.Pix))
}

// expect waits until a file holds a text.
func (s *screen) expect(path, want string) {
	s.t.Helper()
	var got []byte
	for end := time.Now().Add(display.Patience); time.Now().Before(end); time.Sleep(50 * time.Millisecond) {
		if got, _ = os.ReadFile(path); string(got) == want { // not there yet is as good as empty
			return
		}
	}
	s.t.Fatalf("%s holds %q, want %q", filepath.Base(path), got, want)
}

// keep keeps a picture of the screen for a person's eyes.
func (s *screen) keep(name string) {
	s.t.Helper()
	if folder := os.Getenv("SKRANKE_SCREENS"); folder != "" {
		s.Command("import", "-window", "root", filepath.Join(folder, name+".png"))
	}
}

// The comparison is worth something: no page is taken for the one behind it.
func TestPagesAreToldApart(t *testing.T) {
	b := open(t, 1024, 768, nil)
	whole := image.Rect(0, 0, 1024, 768)
	before := coarse(b.window.Canvas().Capture(), whole)
	for _, p := range []page{pageAbout, pageHow, pageWay, pageNumber, pageBirth, pageCheck, pageLay, pageCall, pageWait, pageResult} {
		b.to(p)
		now := coarse(b.window.Canvas().Capture(), whole)
		if share := apart(before, now); share < 0.012 {
			t.Errorf("%s and the page before it differ in %.2f %%", p, 100*share)
		}
		before = now
	}
}
