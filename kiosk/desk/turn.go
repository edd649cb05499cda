package desk

import (
	"cmp"
	"context"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/process"
)

// begin is what a visit begins with.
type begin struct {
	ctx    context.Context
	config Config
	carry  process.Carry
	// shown is called when the window stands.
	shown func()
}

// begin shows the window.
func (w *window) begin(b begin) {
	w.turn, w.carry = b.config.Turn, b.carry
	w.status, w.pack = b.config.Status(), b.config.Rules() // the window was made when the visit before began
	if b.carry.Look != "" && b.carry.Look != w.theme.Name() {
		w.wear(b.carry.Look)
	}
	if language := cmp.Or(assets.Language(b.carry.Language), w.words.Language()); w.words != assets.In(language) {
		w.speak(language) // the same one too, where its texts have changed
	}
	if b.carry.Text != 0 {
		w.size(b.carry.Text)
	}
	if b.carry.Visit > 1 {
		w.renewed = true
		w.counter.Next() // what lies on a reader now belongs to the citizen before
	}
	w.bar.Objects = []fyne.CanvasObject{w.statusBar()}
	w.refresh()
	w.open(b.config)
	var listening context.Context
	listening, w.release = context.WithCancel(b.ctx)
	go w.listen(listening, b.config.Port)
	b.shown()
}

// hand ends this process's visit: the window stands empty until the next one's has taken its place.
func (w *window) hand() {
	w.over = true
	if w.release != nil {
		w.release() // the next process wants the serial port
	}
	w.forget()
	w.counter.Next()
	w.carry.Language, w.carry.Look, w.carry.Text = string(w.words.Language()), w.theme.Name(), w.theme.Percent()
	go func() {
		_ = w.turn.Over(context.Background(), w.carry) // whatever the supervisor says, this process ends
		fyne.Do(w.program.Quit)
	}()
}
