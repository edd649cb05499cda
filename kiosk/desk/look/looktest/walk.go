// Package looktest is for the tests of what is drawn with look.
package looktest

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/test"
)

// Walk visits everything that is shown below a thing, with what each widget draws.
func Walk(thing fyne.CanvasObject, visit func(fyne.CanvasObject)) {
	if thing == nil || !thing.Visible() {
		return
	}
	visit(thing)
	switch node := thing.(type) {
	case *fyne.Container:
		for _, child := range node.Objects {
			Walk(child, visit)
		}
	case fyne.Widget:
		for _, child := range test.WidgetRenderer(node).Objects() {
			Walk(child, visit)
		}
	}
}
