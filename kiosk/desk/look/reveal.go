package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
)

// reveal scrolls what has the keyboard's place into view. The toolkit moves the place, but not the view.
func reveal(thing fyne.CanvasObject) {
	driver := fyne.CurrentApp().Driver()
	canvas := driver.CanvasForObject(thing)
	if canvas == nil {
		return
	}
	scroll := around(canvas.Content(), thing)
	if scroll == nil {
		return
	}
	top := driver.AbsolutePositionForObject(thing).Y - driver.AbsolutePositionForObject(scroll).Y
	bottom := top + thing.Size().Height
	switch {
	case top < Gap:
		move(scroll, top-Gap)
	case bottom > scroll.Size().Height-Gap:
		move(scroll, min(top-Gap, bottom-scroll.Size().Height+Gap))
	}
}

// move scrolls by a distance, within the content.
func move(scroll *container.Scroll, by float32) {
	end := max(0, scroll.Content.Size().Height-scroll.Size().Height)
	scroll.ScrollToOffset(fyne.NewPos(scroll.Offset.X, min(end, max(0, scroll.Offset.Y+by))))
}

// around finds the scroller that a thing stands in; nil for none.
func around(tree, thing fyne.CanvasObject) *container.Scroll {
	switch node := tree.(type) {
	case *container.Scroll:
		if holds(node.Content, thing) {
			return node
		}
	case *fyne.Container:
		for _, child := range node.Objects {
			if found := around(child, thing); found != nil {
				return found
			}
		}
	}
	return nil
}

func holds(tree, thing fyne.CanvasObject) bool {
	if tree == thing {
		return true
	}
	if node, ok := tree.(*fyne.Container); ok {
		for _, child := range node.Objects {
			if holds(child, thing) {
				return true
			}
		}
	}
	return false
}
