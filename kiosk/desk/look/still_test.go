package look

import (
	"testing"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

func TestNothingMovesByItself(t *testing.T) {
	program := test.NewTempApp(t)
	if !fyne.CurrentApp().Settings().ShowAnimations() {
		t.Fatal("nothing moves anyhow")
	}
	Still(program)
	t.Cleanup(func() { fyne.SetCurrentApp(program) })
	if fyne.CurrentApp().Settings().ShowAnimations() {
		t.Error("the toolkit may move what it likes")
	}
}
