package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Pressable makes any content something to press, by pointer, space or enter.
type Pressable struct {
	widget.BaseWidget
	label   string
	content fyne.CanvasObject
	press   func()

	focused, hovered bool
}

var (
	_ fyne.Focusable     = (*Pressable)(nil)
	_ fyne.Tappable      = (*Pressable)(nil)
	_ desktop.Hoverable  = (*Pressable)(nil)
	_ desktop.Cursorable = (*Pressable)(nil)
)

// NewPressable makes a content pressable. The label is what a screen reader says.
func NewPressable(label string, content fyne.CanvasObject, press func()) *Pressable {
	p := &Pressable{label: label, content: content, press: press}
	p.ExtendBaseWidget(p)
	return p
}

// Tapped presses. The keyboard's place goes to it as well.
func (p *Pressable) Tapped(*fyne.PointEvent) { take(p); p.press() }

// TypedKey presses on space and enter.
func (p *Pressable) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		passKey(p, key)
		if !hushed() {
			p.press()
		}
	default:
		passKey(p, key)
	}
}

// TypedRune goes on to the window: there is nothing to type.
func (p *Pressable) TypedRune(letter rune) { passRune(p, letter) }

// FocusGained shows the ring, and brings it into view.
func (p *Pressable) FocusGained() { p.focused = true; p.Refresh(); reveal(p) }

// FocusLost hides the ring.
func (p *Pressable) FocusLost() { p.focused = false; p.Refresh() }

// MouseIn follows the pointer.
func (p *Pressable) MouseIn(*desktop.MouseEvent) { p.hovered = true; p.Refresh() }

// MouseMoved does nothing.
func (p *Pressable) MouseMoved(*desktop.MouseEvent) {}

// MouseOut ends what MouseIn began.
func (p *Pressable) MouseOut() { p.hovered = false; p.Refresh() }

// Cursor is the hand that says "press".
func (p *Pressable) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is what a screen reader says.
func (p *Pressable) AccessibilityLabel() string { return p.label }

// AccessibilityRole is the toolkit's role for buttons.
func (p *Pressable) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is the toolkit's hook.
func (p *Pressable) CreateRenderer() fyne.WidgetRenderer {
	r := &pressableRenderer{pressable: p, ring: newRing(), ground: canvas.NewRectangle(color.Transparent)}
	r.ground.CornerRadius = radius
	r.show()
	return r
}

type pressableRenderer struct {
	pressable    *Pressable
	ring, ground *canvas.Rectangle
}

// The content keeps this from the ring at each side, and above and below.
const (
	pressableSide = ringWidth + ringGap + 3
	pressableTop  = ringWidth + ringGap
)

func (r *pressableRenderer) MinSize() fyne.Size {
	return r.pressable.content.MinSize().AddWidthHeight(2*pressableSide, 2*pressableTop)
}

func (r *pressableRenderer) Layout(size fyne.Size) {
	r.ring.Resize(size)
	r.ground.Resize(within(size, 2*ringWidth, 2*ringWidth))
	r.ground.Move(fyne.NewSquareOffsetPos(ringWidth))
	r.pressable.content.Resize(within(size, 2*pressableSide, 2*pressableTop))
	r.pressable.content.Move(fyne.NewPos(pressableSide, pressableTop))
}

func (r *pressableRenderer) show() {
	r.ground.FillColor = color.Transparent
	if r.pressable.hovered {
		r.ground.FillColor = fade(current().palette.Text, 0x14)
	}
	r.ground.Refresh()
	showRing(r.ring, r.pressable.focused)
}

func (r *pressableRenderer) Refresh() {
	r.show()
	r.pressable.content.Refresh()
	canvas.Refresh(r.pressable)
}

func (r *pressableRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.ground, r.pressable.content}
}

func (r *pressableRenderer) Destroy() {}
