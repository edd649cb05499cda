package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Weight tells how much a button stands out.
type Weight int

// The weights. A screen has one Primary at most.
const (
	Secondary Weight = iota
	Primary
	// Quiet is text that can be pressed.
	Quiet
)

// Button is something to press, by pointer, space or enter.
type Button struct {
	widget.BaseWidget
	text   string
	icon   string
	weight Weight
	press  func()

	focused, hovered bool
}

var (
	_ fyne.Focusable     = (*Button)(nil)
	_ fyne.Tappable      = (*Button)(nil)
	_ desktop.Hoverable  = (*Button)(nil)
	_ desktop.Cursorable = (*Button)(nil)
)

// NewButton makes a button; press is called on the toolkit's goroutine.
func NewButton(text string, weight Weight, press func()) *Button {
	b := &Button{text: text, weight: weight, press: press}
	b.ExtendBaseWidget(b)
	return b
}

// WithIcon puts one of assets' icons before the text.
func (b *Button) WithIcon(name string) *Button {
	b.icon = name
	return b
}

// Set changes text and icon.
func (b *Button) Set(text, icon string) {
	if text != b.text || icon != b.icon {
		b.text, b.icon = text, icon
		b.Refresh()
	}
}

// Text is what the button says.
func (b *Button) Text() string { return b.text }

// Press does what the button is for.
func (b *Button) Press() {
	if b.press != nil {
		b.press()
	}
}

// Tapped presses the button. The keyboard's place goes to it as well.
func (b *Button) Tapped(*fyne.PointEvent) { take(b); b.Press() }

// TypedKey presses the button on space and enter.
func (b *Button) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		passKey(b, key)
		if !hushed() {
			b.Press()
		}
	default:
		passKey(b, key)
	}
}

// TypedRune goes on to the window: a button takes no text.
func (b *Button) TypedRune(letter rune) { passRune(b, letter) }

// FocusGained shows the ring, and brings it into view.
func (b *Button) FocusGained() { b.focused = true; b.Refresh(); reveal(b) }

// FocusLost hides the ring.
func (b *Button) FocusLost() { b.focused = false; b.Refresh() }

// MouseIn, MouseMoved and MouseOut follow the pointer.
func (b *Button) MouseIn(*desktop.MouseEvent) { b.hovered = true; b.Refresh() }

// MouseMoved does nothing.
func (b *Button) MouseMoved(*desktop.MouseEvent) {}

// MouseOut ends what MouseIn began.
func (b *Button) MouseOut() { b.hovered = false; b.Refresh() }

// Cursor is the hand that says "press".
func (b *Button) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is what a screen reader says.
func (b *Button) AccessibilityLabel() string { return b.text }

// AccessibilityRole is the toolkit's role for buttons.
func (b *Button) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// CreateRenderer is the toolkit's hook.
func (b *Button) CreateRenderer() fyne.WidgetRenderer {
	r := &buttonRenderer{
		button: b, ring: newRing(), ground: canvas.NewRectangle(color.Transparent), label: canvas.NewText("", color.Black),
		image: canvas.NewImageFromResource(nil),
	}
	r.ground.CornerRadius = radius
	r.image.FillMode = canvas.ImageFillContain
	r.Refresh()
	return r
}

type buttonRenderer struct {
	button *Button
	ring   *canvas.Rectangle
	ground *canvas.Rectangle
	label  *canvas.Text
	image  *canvas.Image
}

const (
	buttonHeight float32 = 40
	buttonIcon   float32 = 20
)

func (r *buttonRenderer) inset() float32 { return ringWidth + ringGap }

func (r *buttonRenderer) padding() float32 {
	if r.button.weight == Quiet {
		return 6
	}
	return 18
}

func (r *buttonRenderer) content() (width float32) {
	width = r.label.MinSize().Width
	if r.button.icon != "" {
		width += Scaled(buttonIcon) + Gap
	}
	return width
}

func (r *buttonRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.content()+2*r.padding()+2*r.inset(), Scaled(buttonHeight)+2*r.inset())
}

func (r *buttonRenderer) Layout(size fyne.Size) {
	r.ring.Resize(size)
	inner := within(size, 2*r.inset(), 2*r.inset())
	r.ground.Resize(inner)
	r.ground.Move(fyne.NewSquareOffsetPos(r.inset()))
	x := (size.Width - r.content()) / 2
	if r.button.icon != "" {
		side := Scaled(buttonIcon)
		r.image.Resize(fyne.NewSquareSize(side))
		r.image.Move(fyne.NewPos(x, (size.Height-side)/2))
		x += side + Gap
	}
	label := r.label.MinSize()
	r.label.Resize(label)
	r.label.Move(fyne.NewPos(x, (size.Height-label.Height)/2))
}

func (r *buttonRenderer) Refresh() {
	b, p := r.button, current().palette
	front, ground := color.Color(p.OnSecondary), color.Color(p.Secondary)
	switch {
	case b.weight == Primary && b.hovered:
		front, ground = p.OnPrimary, p.PrimaryHover
	case b.weight == Primary:
		front, ground = p.OnPrimary, p.Primary
	case b.weight == Quiet:
		front, ground = p.Link, color.Transparent
		if b.hovered {
			ground = fade(p.Text, 0x14)
		}
	case b.hovered:
		ground = blend(p.Secondary, p.Text)
	}
	r.ground.FillColor = ground
	r.label.Text, r.label.Color, r.label.TextSize = b.text, front, Body.points()
	r.label.TextStyle = fyne.TextStyle{Bold: b.weight != Quiet}
	r.label.Alignment = fyne.TextAlignLeading
	r.image.Hidden = b.icon == ""
	if b.icon != "" {
		r.image.Resource = tinted(b.icon, front)
		r.image.Refresh()
	}
	showRing(r.ring, b.focused)
	r.Layout(b.Size())
	canvas.Refresh(b)
}

// blend mixes a little of the front into the ground.
func blend(ground, front color.Color) color.Color {
	gr, gg, gb, _ := ground.RGBA()
	fr, fg, fb, _ := front.RGBA()
	mix := func(g, f uint32) uint8 { return uint8((g*9 + f) / 10 >> 8) }
	return color.NRGBA{R: mix(gr, fr), G: mix(gg, fg), B: mix(gb, fb), A: 0xff}
}

func (r *buttonRenderer) Objects() []fyne.CanvasObject {
	return []fyne.CanvasObject{r.ring, r.ground, r.image, r.label}
}

func (r *buttonRenderer) Destroy() {}

// newRing makes the ring that shows where the keyboard is.
func newRing() *canvas.Rectangle {
	ring := canvas.NewRectangle(color.Transparent)
	ring.StrokeWidth = ringWidth
	ring.CornerRadius = radius + ringGap
	return ring
}

func showRing(ring *canvas.Rectangle, focused bool) {
	ring.StrokeColor = color.Transparent
	if focused {
		ring.StrokeColor = current().palette.Focus
	}
	ring.Refresh()
}

// Weight is how much the button stands out.
func (b *Button) Weight() Weight { return b.weight }
