// Package desk is the caseworker's window: one window for a whole visit, over a kiosk/visit.
//
// It shows what the visit says and passes on what the caseworker does. It decides nothing.
package desk

import (
	"context"
	"errors"
	"fmt"
	"runtime"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/app"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// ErrNoDisplay says that no window can be opened here: there is no display, or one without OpenGL, such as a remote
// desktop. The command line does the same work without a window.
var ErrNoDisplay = errors.New("no window can be opened on this machine; `skranke read` and `skranke decide` do the same work on the command line")

// Config is what the window works with.
type Config struct {
	// Visit is what the visits work with. Changed is the window's own business.
	Visit visit.Config
	// Language and Look are those that the window opens in: the first of assets.Languages and of assets.Palettes when
	// empty.
	Language assets.Language
	Look     string
	// Lines are typed in for the first visit, as if the caseworker had; empty for none. They open the specimen document
	// of a demonstration.
	Lines string
	// Status gives what the bar at the foot says about what the machine works with.
	Status func() Status
	// Rules gives the pack that Visit decides by: it says which documents there are, and what a user ID may be. Both may give
	// something else when the Turn has come than before.
	Rules func() *rules.Pack
	// Port is where a reader for the printed lines is; the zero Port for none, or one that types like a keyboard.
	Port Port
	// Citizen tells that a second screen faces the citizen. Where the machine has one screen only, nothing is shown there.
	Citizen bool
	// Turn is the place of this visit among those that have processes of their own; nil where this process serves one visit
	// after another.
	Turn process.Turn
}

// Run shows the window until it is closed or ctx ends, and gives ctx's error, nil for a window that was closed, or an
// error that matches [ErrNoDisplay]. It must be called on the program's first goroutine, once.
func Run(ctx context.Context, config Config) error {
	if _, err := look.Probe(); err != nil {
		return fmt.Errorf("%w: %w", ErrNoDisplay, err)
	}
	program := app.New()
	look.Still(program)
	frame, err := newWindow(program, config)
	if err != nil {
		return err
	}
	configured := config.Visit
	configured.Changed = func(s visit.Snapshot) { fyne.Do(func() { frame.show(s) }) }
	counter, err := visit.New(configured)
	if err != nil {
		return err
	}
	frame.counter = counter

	inner, cancel := context.WithCancel(ctx)
	defer cancel()
	ended := make(chan error, 1)
	go func() {
		err := counter.Run(inner)
		ended <- err
		fyne.Do(program.Quit)
	}()
	start := begin{ctx: inner, config: config, shown: func() {}}
	if config.Turn != nil {
		// The toolkit is not run before: even a window that is not shown costs it time.
		if start.carry, start.shown, err = config.Turn.Await(inner); err != nil {
			cancel()
			<-ended
			return err
		}
	}
	program.Lifecycle().SetOnStarted(func() { frame.begin(start) })
	program.Run()
	runtime.KeepAlive(frame)
	if config.Turn != nil && !frame.over && ctx.Err() == nil { // the window was closed
		_ = config.Turn.Quit() // a supervisor that has gone needs no word
	}
	cancel()
	if err := <-ended; ctx.Err() != nil || !errors.Is(err, context.Canceled) {
		return err
	}
	return nil
}

// open shows the window, and the citizen's where the machine has a screen for it, which is known only once the toolkit runs.
func (w *window) open(config Config) {
	if config.Citizen {
		if w.citizen = newCitizen(w); w.citizen != nil {
			w.build()
		}
	}
	w.window.Show()
	w.citizen.open()
	w.typeIn(config.Lines)
}

// size is what the window opens with: it fits a screen of 1024 by 768 with a panel.
var size = fyne.NewSize(1024, 720)

func newWindow(program fyne.App, config Config) (*window, error) {
	if config.Language == "" {
		config.Language = assets.Languages()[0]
	}
	if config.Look == "" {
		config.Look = assets.Palettes()[0]
	}
	theme, err := look.NewTheme(config.Look)
	if err != nil {
		return nil, err
	}
	if now, ok := program.Settings().Theme().(*look.Theme); !ok || *now != *theme {
		program.Settings().SetTheme(theme) // which has every font read anew
	}
	program.SetIcon(look.AppIcon())
	w := &window{
		program: program, window: program.NewWindow("Skranke"), words: assets.In(config.Language), theme: theme,
		status: config.Status(), now: config.Visit.Now, aside: func(do func()) { go do() }, pack: config.Rules(),
	}
	look.Hush(func() bool { return w.typed.Busy(w.now()) })
	w.window.SetPadded(false)
	w.window.Resize(size)
	w.window.SetMaster()
	w.build()
	return w, nil
}
