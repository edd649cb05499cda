package desk

import (
	"strings"
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/test"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/desk/look/looktest"
)

// shown is all text that the window shows, a line for each piece.
func (w *window) shown() string {
	var lines []string
	looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if text, ok := thing.(*canvas.Text); ok && strings.TrimSpace(text.Text) != "" {
			lines = append(lines, text.Text)
		}
	})
	return strings.Join(lines, "\n")
}

// said is all text of the window with lines joined, so that sentences that were broken can be found.
func (w *window) said() string { return strings.Join(strings.Fields(w.shown()), " ") }

func (w *window) buttons() []*look.Button {
	var buttons []*look.Button
	looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if button, ok := thing.(*look.Button); ok {
			buttons = append(buttons, button)
		}
	})
	return buttons
}

// press presses the button that says something.
func press(t *testing.T, w *window, text string) {
	t.Helper()
	for _, button := range w.buttons() {
		if button.Text() == text {
			test.Tap(button)
			return
		}
	}
	t.Fatalf("no button says %q", text)
}

// disclose presses the line that says something.
func disclose(t *testing.T, w *window, label string) {
	t.Helper()
	found := false
	looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if line, ok := thing.(*look.Pressable); ok && !found && strings.HasPrefix(line.AccessibilityLabel(), label) {
			found = true
			defer test.Tap(line)
		}
	})
	if !found {
		t.Fatalf("no line says %q", label)
	}
}

// choice finds a choice by its label.
func choice(t *testing.T, w *window, label string) *look.Choice {
	t.Helper()
	var found *look.Choice
	looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if c, ok := thing.(*look.Choice); ok && strings.HasPrefix(c.AccessibilityLabel(), label) {
			found = c
		}
	})
	if found == nil {
		t.Fatalf("no choice is called %q", label)
	}
	return found
}

func key(name fyne.KeyName) *fyne.KeyEvent { return &fyne.KeyEvent{Name: name} }

func control(name fyne.KeyName) fyne.Shortcut {
	return &desktop.CustomShortcut{KeyName: name, Modifier: fyne.KeyModifierControl}
}

// focused is what the keyboard acts on.
func focused(w *window) fyne.Focusable { return w.window.Canvas().Focused() }

// typeText types where the keyboard's place is.
func typeText(w *window, text string) {
	for _, letter := range text {
		if letter == '\n' {
			focused(w).TypedKey(key(fyne.KeyReturn))
			continue
		}
		focused(w).TypedRune(letter)
	}
}
