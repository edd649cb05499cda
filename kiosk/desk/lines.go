package desk

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/mrzreader"
	"github.com/skranke/skranke/kiosk/visit"
)

// serial tells what is known of the reader for printed lines on a serial port.
type serial string

const (
	serialNone  serial = ""
	serialThere serial = "there"
	serialGone  serial = "gone"
)

// Port is the serial port of a reader for the printed lines, such as /dev/ttyACM0, empty for none, and its speed in bits a
// second, zero for the usual one.
type Port struct {
	Name string
	Baud int
}

// listen takes lines from the reader on a serial port until ctx ends. The port is this process's alone meanwhile.
func (w *window) listen(ctx context.Context, port Port) {
	if port.Name == "" {
		return
	}
	connected := func(is bool) {
		fyne.Do(func() {
			w.serial = serialGone
			if is {
				w.serial = serialThere
			}
			w.bar.Objects = []fyne.CanvasObject{w.statusBar()}
			w.refresh()
		})
	}
	_ = mrzreader.Lines(ctx, port.Name, port.Baud, connected, func(text string) { fyne.Do(func() { w.scanned(text) }) })
}

// typedRune takes a letter that no field wanted, or that a field took and a reader may have typed.
func (w *window) typedRune(letter rune) {
	if text, whole := w.typed.Take(letter, w.now()); whole {
		w.typed.Forget()
		w.scanned(text)
	}
}

// typedKey takes the line ends between.
func (w *window) typedKey(key *fyne.KeyEvent) {
	if key.Name == fyne.KeyReturn || key.Name == fyne.KeyEnter {
		w.typedRune('\n')
	}
}

// scanned takes lines that a reader has read.
func (w *window) scanned(text string) {
	if w.over {
		return
	}
	if field, ok := w.window.Canvas().Focused().(interface{ Unscan() }); ok {
		field.Unscan()
	}
	switch w.snapshot.Phase {
	case visit.Waiting, visit.Trouble:
		w.typeIn(text)
	case visit.Done:
		w.draft.scanned = text
		w.enter()
	}
}

// scannedPanel asks whose document it is whose lines came while another one's result stands here; nil for none.
func (w *window) scannedPanel() fyne.CanvasObject {
	if w.draft.scanned == "" {
		return nil
	}
	read := look.NewButton(w.say("scanned.same"), look.Secondary, func() {
		text := w.draft.scanned
		w.draft.scanned = ""
		w.another()
		w.typeIn(text)
	})
	drop := look.NewButton(w.say("scanned.drop"), look.Quiet, func() {
		w.draft.scanned = ""
		w.enter()
	})
	return look.Panel(look.Info, look.Beside(look.Space, look.NewIcon("missing", look.Info, 28), look.Stack(
		look.Gap, look.NewProse(w.say("scanned.title"), look.Style{Size: look.Lead, Bold: true}),
		look.NewProse(w.say("scanned.text"), look.Style{}), look.Row(look.Gap, read, drop),
	)))
}
