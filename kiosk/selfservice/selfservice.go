// Package selfservice is the citizen's full-screen flow, the second face over kiosk/visit: one question a screen, by touch, by
// keys, or by ear (docs/kiosk.md).
//
// It shows what the visit says and passes on what the citizen and the staff do. It decides nothing.
package selfservice

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io"
	"math/big"
	"runtime"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/mrzreader"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
)

// ErrNoDisplay says that no window can be opened here: there is no display, or one without OpenGL.
var ErrNoDisplay = errors.New("no window can be opened on this machine")

// Config is what the kiosk works with.
type Config struct {
	// Visit is what the visits work with. Changed is the window's own business; an empty Channel is rules.ChipScan.
	Visit visit.Config
	// Site is how the machine is set; nil for site.Default.
	Site *site.Site
	// Turn gives each visit a process of its own; nil for visits one after another in this one.
	Turn process.Turn
	// Status gives what the staff's menu says about what the machine works with.
	Status func() Status
	// Random draws the numbers of slips; crypto/rand when nil.
	Random io.Reader
}

// Status is what a machine works with.
type Status struct {
	// Certificates is the number of root certificates at hand.
	Certificates int
	// Rules is the version of the rules.
	Rules string
}

// Run shows the kiosk on the whole screen until ctx ends, a member of staff ends it, or, with a Turn, the visit is over and the
// next one's window stands. It gives ctx's error, nil for an end that was asked for, or an error that matches [ErrNoDisplay]. It
// must be called on the program's first goroutine, once.
func Run(ctx context.Context, config Config) error {
	display, err := look.Probe()
	if err != nil {
		return fmt.Errorf("%w: %w", ErrNoDisplay, err)
	}
	program := app.New()
	look.Still(program)
	k, err := newKiosk(program, config)
	if err != nil {
		return err
	}
	k.window.Resize(fyne.NewSize(float32(display.Width), float32(display.Height))) // an X server refuses a window that has no size
	configured := k.config.Visit
	configured.Changed = func(s visit.Snapshot) { fyne.Do(func() { k.show(s) }) }
	counter, err := visit.New(configured)
	if err != nil {
		return err
	}
	k.counter = counter
	inner, cancel := context.WithCancelCause(ctx)
	defer cancel(nil)
	r := &running{k: k, ctx: inner, cancel: cancel, turn: config.Turn, carry: process.Carry{Visit: 1}, shown: func() {}}
	ended := make(chan error, 1)
	go func() {
		err := counter.Run(inner)
		ended <- err
		fyne.Do(program.Quit)
	}()
	if config.Turn != nil {
		// The toolkit is not run before: even a window that is not shown costs it time.
		if r.carry, r.shown, err = config.Turn.Await(inner); err != nil {
			cancel(err)
			<-ended
			return err
		}
	}
	program.Lifecycle().SetOnStarted(func() { go r.begin() })
	program.Run()
	runtime.KeepAlive(k)
	cancel(errEnded)
	k.hush()
	err = <-ended
	if cause := context.Cause(inner); !errors.Is(cause, errEnded) && cause != nil {
		return cause
	}
	if errors.Is(err, context.Canceled) {
		return nil
	}
	return err
}

// errEnded ends what runs when the kiosk was asked to end.
var errEnded = errors.New("the kiosk has ended")

// running is a kiosk at work, with what goes on beside its window.
type running struct {
	k      *kiosk
	ctx    context.Context
	cancel context.CancelCauseFunc
	turn   process.Turn
	// carry is what the visit begins with; shown is called when the window stands.
	carry process.Carry
	shown func()
}

// begin shows the window, and then lets time pass.
func (r *running) begin() {
	listening, release := context.WithCancel(r.ctx)
	defer release()
	if r.turn != nil {
		r.k.handOver = func(carry process.Carry) {
			release() // the next process wants the serial port
			go func() {
				err := r.turn.Over(r.ctx, carry)
				if err == nil {
					err = errEnded
				}
				r.cancel(err)
			}()
		}
	}
	fyne.DoAndWait(func() {
		r.k.carried(r.carry)
		if r.carry.Visit > 1 {
			r.k.counter.Next() // what lies on the reader is the last citizen's
		}
		r.k.light(false) // it may burn since the power went
		r.k.window.Show()
		r.k.speakPage()
	})
	r.shown()
	if port := r.k.site.MRZReader; port.Port != "" {
		go func() {
			_ = mrzreader.Lines(listening, port.Port, port.Baud, func(bool) {}, func(text string) { // it ends with ctx alone
				fyne.Do(func() { r.k.scanned(text) })
			})
		}()
	}
	second := time.NewTicker(time.Second)
	defer second.Stop()
	for {
		select {
		case <-r.ctx.Done():
			return
		case <-second.C:
			fyne.Do(r.k.tick)
		}
	}
}

func newKiosk(program fyne.App, config Config) (*kiosk, error) {
	if config.Site == nil {
		config.Site = site.Default()
	}
	if config.Visit.Channel == "" {
		config.Visit.Channel = rules.ChipScan
	}
	if config.Random == nil {
		config.Random = rand.Reader
	}
	set := config.Site
	k := &kiosk{
		program: program, window: program.NewWindow("Skranke"), config: config, site: set, now: config.Visit.Now, page: pageWelcome,
		defaults: face{language: set.Language, look: set.Look, text: 100, speaking: set.Sound.Speech && set.Sound.Headset},
		quiet:    !set.Sound.Cues,
	}
	if k.defaults.language == "" {
		k.defaults.language = assets.Languages()[0]
	}
	if k.defaults.look == "" {
		k.defaults.look = assets.Palettes()[0]
	}
	theme, err := look.NewTheme(k.defaults.look)
	if err != nil {
		return nil, err
	}
	k.theme = theme
	program.Settings().SetTheme(theme)
	program.SetIcon(look.AppIcon())
	k.lot = func() string { return lot(config.Random) }
	k.background = func(work func() func()) {
		go func() {
			then := work()
			fyne.Do(then)
		}()
	}
	if set.Staff.PIN != "" {
		k.matches = set.Staff.PIN.Matches
	}
	if set.Sound.Speech {
		k.voice = findVoice()
	}
	k.chimes = findChimes()
	k.light = newLamp(set.Staff.Call).set
	k.turnOff = func() { k.background(func() func() { runShutdown(set.Kiosk.Shutdown); return k.quit }) }
	k.reset()
	k.root = container.New(&frame{k: k})
	k.window.SetPadded(false)
	k.window.SetContent(k.root)
	k.window.SetMaster()
	k.window.SetFullScreen(true)
	k.window.SetCloseIntercept(func() {
		if k.matches == nil { // without a PIN there is no other way to end it
			k.quit()
		}
	})
	k.window.Canvas().SetOnTypedRune(k.typed)
	k.window.Canvas().SetOnTypedKey(k.typedKey)
	k.touchedNow()
	return k, nil
}

// lot draws the four figures of a slip.
func lot(random io.Reader) string {
	n, err := rand.Int(random, big.NewInt(10000))
	if err != nil {
		return "----" // no randomness, no number: the letter alone says what the counter needs
	}
	return fmt.Sprintf("%04d", n)
}

// quit ends the kiosk.
func (k *kiosk) quit() {
	k.hush()
	k.callStaff(false)
	if k.config.Turn != nil {
		if err := k.config.Turn.Quit(); err != nil {
			fyne.LogError("the end was not told", err)
		}
	}
	k.program.Quit()
}

// switchOff switches the machine off, or ends the program where nothing is set for that.
func (k *kiosk) switchOff() {
	k.callStaff(false)
	k.turnOff()
}

// carried sets the face as the visit before left it.
func (k *kiosk) carried(c process.Carry) {
	k.lock = parseLock(c.Staff)
	if language, ok := assets.ParseLanguage(c.Language); ok {
		k.defaults.language = language
	}
	if c.Look != "" {
		k.defaults.look = c.Look
	}
	if c.Visit > 1 {
		k.quiet = c.Quiet
	}
	k.visits = c.Visit
	k.reset()
}

// carry is what the next visit's face is to know. What the citizen has set is not among it: the next one may see and hear otherwise.
func (k *kiosk) carry() process.Carry {
	return process.Carry{
		Visit: k.visits, Language: string(k.defaults.language), Look: k.defaults.look, Quiet: k.quiet, Staff: k.lock.String(),
	}
}
