package desk

import (
	"context"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/process"
)

// await waits for this visit's turn, then shows the window.
func (w *window) await(ctx context.Context, turn process.Turn, config Config) {
	carry, shown, err := turn.Await(ctx)
	if err != nil {
		fyne.Do(w.program.Quit)
		return
	}
	fyne.DoAndWait(func() {
		w.turn, w.carry = turn, carry
		if carry.Look != "" && carry.Look != w.theme.Name() {
			w.wear(carry.Look)
		}
		if language := assets.Language(carry.Language); carry.Language != "" && language != w.words.Language() {
			w.speak(language)
		}
		if carry.Text != 0 {
			w.size(carry.Text)
		}
		if carry.Visit > 1 {
			w.counter.Next() // what lies on a reader now belongs to the citizen before
		}
		w.window.Show()
		w.citizen.open()
		w.typeIn(config.Lines)
	})
	shown()
	listening, stop := context.WithCancel(ctx)
	fyne.Do(func() { w.release = stop })
	w.listen(listening, config.Port)
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
