package look

import "fyne.io/fyne/v2"

// The toolkit gives keys to what has the keyboard's place, and to the window only where nothing has. What a control has no
// use for goes on to the window, so that lines that a reader types are taken wherever the place is.

func passRune(from fyne.CanvasObject, letter rune) {
	if canvas := canvasOf(from); canvas != nil && canvas.OnTypedRune() != nil {
		canvas.OnTypedRune()(letter)
	}
}

func passKey(from fyne.CanvasObject, key *fyne.KeyEvent) {
	if canvas := canvasOf(from); canvas != nil && canvas.OnTypedKey() != nil {
		canvas.OnTypedKey()(key)
	}
}

// take gives a control that was pressed with the pointer the keyboard's place: the toolkit leaves it nowhere.
func take(control fyne.Focusable) {
	if thing, ok := control.(fyne.CanvasObject); ok {
		if canvas := canvasOf(thing); canvas != nil && canvas.Focused() != control {
			canvas.Focus(control)
		}
	}
}

func canvasOf(thing fyne.CanvasObject) fyne.Canvas {
	return fyne.CurrentApp().Driver().CanvasForObject(thing)
}

// hushed tells that keys are a reader's and not a person's.
var hushed = func() bool { return false }

// Hush has buttons and the like ignore keys while busy says that a reader is typing: an Enter behind its lines is nobody's
// answer. It belongs to the toolkit's goroutine, as all of this package does.
func Hush(busy func() bool) { hushed = busy }
