package selfservice

import (
	"fyne.io/fyne/v2"
)

// readerSends tells whether keys come from a reader for printed lines.
func (k *kiosk) readerSends() bool { return k.lines.Busy(k.now()) }

// typed takes a character that was typed anywhere in the window.
func (k *kiosk) typed(letter rune) {
	now := k.now()
	if k.lines.Fresh(now) {
		k.before = k.draft
	}
	text, whole := k.lines.Take(letter, now)
	switch {
	case whole:
		k.draft = k.before
		k.scanned(text)
	case k.lines.Busy(now):
		if k.draft != k.before {
			k.draft = k.before
			k.render()
		}
	default:
		k.touchedNow()
		k.enter(letter)
	}
}

// typedKey takes a key that no control took.
func (k *kiosk) typedKey(key *fyne.KeyEvent) {
	canvas := k.window.Canvas()
	if k.page == pageWelcome && k.over == pageNone && k.now().Sub(k.touchedAt) >= stillFor {
		k.speakPage() // somebody has come who may not see the screen
	}
	switch key.Name {
	case fyne.KeyReturn, fyne.KeyEnter:
		if k.readerSends() {
			if text, whole := k.lines.Take('\n', k.now()); whole {
				k.scanned(text)
			}
			return
		}
		if canvas.Focused() == nil && k.main != nil && k.now().Sub(k.entered) >= guard {
			k.main.act()
			return
		}
	case fyne.KeyEscape:
		if k.behind != nil {
			k.behind()
		}
	case fyne.KeyBackspace, fyne.KeyDelete:
		k.erase()
	case fyne.KeyRight, fyne.KeyDown:
		canvas.FocusNext()
	case fyne.KeyLeft, fyne.KeyUp:
		canvas.FocusPrevious()
	case fyne.KeyF1:
		if k.over == pageNone && k.page != pageOver {
			k.lift(pageHelp)
		}
	case fyne.KeyF2:
		k.speakPage()
	case fyne.KeyF3:
		k.hush()
	case fyne.KeyF4: // as Start over, and pressed again as its answer
		switch {
		case k.over == pageRestart:
			k.finish()
		case k.page != pageOver && !k.staff && (k.over == pageNone || k.over == pageHelp || k.over == pageView):
			k.startOver()
		}
	}
	k.touchedNow()
}
