package selfservice

import (
	"image/color"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"

	"github.com/skranke/skranke/kiosk/desk/look"
)

// guard is how long after a screen has come what is touched counts for nothing: the second tap of a finger that tapped twice is
// meant for the screen before.
const guard = 250 * time.Millisecond

// touch is something to touch, at least 15 mm high and wide, or to press by space or enter. It acts when the finger is lifted from it, so
// that it can be found without acting.
type touch struct {
	widget.BaseWidget
	k      *kiosk
	label  string
	press  func()
	weight look.Weight
	parts  []*look.Prose
	widths []float32
	icon   *look.Icon
	picked bool
	// left sets the content at the left edge, over sets the icon over the text.
	left, over bool
	least      fyne.Size

	focused, down bool
}

var (
	_ fyne.Focusable    = (*touch)(nil)
	_ fyne.Tappable     = (*touch)(nil)
	_ desktop.Mouseable = (*touch)(nil)
)

// button makes something to touch that says one thing.
func (k *kiosk) button(text, icon string, weight look.Weight, press func()) *touch {
	t := k.bare(text, weight, press)
	t.write(text, textBody, true)
	if icon != "" {
		t.icon = look.NewIcon(icon, t.tone(), k.m.of(26)*min(k.m.text, 1.5))
	}
	return t
}

// tile makes a large thing to touch that says what it is and more about it.
func (k *kiosk) tile(text, more, icon string, press func()) *touch {
	t := k.bare(text, look.Secondary, press)
	t.left = true
	t.write(text, textLead, true)
	if more != "" {
		t.write(more, textBody, false)
		t.label = text + ". " + more
	}
	if icon != "" {
		t.icon = look.NewIcon(icon, t.tone(), k.m.of(44))
	}
	t.least.Height = k.m.of(78)
	return t
}

// key makes a key of a keypad.
func (k *kiosk) key(text string, press func()) *touch {
	t := k.bare(text, look.Secondary, press)
	t.write(text, textKey, true)
	return t
}

func (k *kiosk) bare(label string, weight look.Weight, press func()) *touch {
	t := &touch{k: k, label: label, weight: weight, press: press, least: fyne.NewSquareSize(k.m.side())}
	t.ExtendBaseWidget(t)
	k.made = append(k.made, t)
	return t
}

func (t *touch) tone() look.Tone {
	if t.weight == look.Primary {
		return look.OnPrimary
	}
	return look.Plain
}

func (t *touch) write(text string, size float32, bold bool) {
	font := t.k.m.font(size)
	t.parts = append(t.parts, look.NewProse(text, look.Style{Size: font, Bold: bold, Tone: t.tone()}))
	t.widths = append(t.widths, fyne.MeasureText(text, float32(font), fyne.TextStyle{Bold: bold}).Width+1)
}

// Tapped does what the thing is for, unless the screen has only just come.
func (t *touch) Tapped(*fyne.PointEvent) {
	if t.k.now().Sub(t.k.entered) >= guard {
		t.act()
	}
}

func (t *touch) act() {
	t.k.touchedNow()
	if t.press != nil {
		t.press()
	}
}

// MouseDown shows that the finger is on it.
func (t *touch) MouseDown(*desktop.MouseEvent) { t.down = true; t.k.touchedNow(); t.Refresh() }

// MouseUp ends what MouseDown began.
func (t *touch) MouseUp(*desktop.MouseEvent) { t.down = false; t.Refresh() }

// TypedKey presses on space and enter; other keys are the window's.
func (t *touch) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeySpace, fyne.KeyReturn, fyne.KeyEnter:
		if t.k.readerSends() {
			t.k.typedKey(key)
			return
		}
		t.act()
	default:
		t.k.typedKey(key)
	}
}

// TypedRune gives the character to the window: readers for printed lines type wherever the keyboard's place is.
func (t *touch) TypedRune(letter rune) { t.k.typed(letter) }

// FocusGained shows the ring, and has it spoken.
func (t *touch) FocusGained() {
	t.focused = true
	t.Refresh()
	t.k.reveal(t)
	if !t.k.refocusing {
		t.k.place = t.label
		t.k.speakLabel(t.label)
	}
}

// FocusLost hides the ring.
func (t *touch) FocusLost() {
	t.focused = false
	if !t.k.refocusing {
		t.k.place = ""
	}
	t.Refresh()
}

// AccessibilityLabel is what a screen reader says.
func (t *touch) AccessibilityLabel() string { return t.label }

// AccessibilityRole is the toolkit's role for buttons.
func (t *touch) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

// ring is how wide the ring of what has the keyboard's place is, with its distance.
func (t *touch) ring() float32 { return t.k.m.of(5) }

func (t *touch) pad() float32 {
	if len(t.label) <= 1 {
		return 0
	}
	return t.k.m.of(14)
}

// aside is what the icon takes of the width.
func (t *touch) aside() float32 {
	if t.icon == nil || t.over {
		return 0
	}
	if len(t.parts) == 0 {
		return t.icon.MinSize().Width
	}
	return t.icon.MinSize().Width + t.k.m.of(10)
}

func (t *touch) textWidth() float32 {
	width := float32(0)
	for _, part := range t.widths {
		width = max(width, part)
	}
	return width
}

func (t *touch) natural() float32 {
	width := t.textWidth() + t.aside()
	if t.over && t.icon != nil {
		width = max(width, t.icon.MinSize().Width)
	}
	return max(t.least.Width, width+2*t.pad()) + 2*t.ring()
}

// textHeight breaks the text's lines at the width that it has in a width.
func (t *touch) textHeight(width float32) (height, wide float32) {
	room := max(1, width-2*t.ring()-2*t.pad()-t.aside())
	wide = min(room, t.textWidth())
	if t.left {
		wide = room
	}
	for _, part := range t.parts {
		height += heightOf(part, wide)
	}
	return height, wide
}

func (t *touch) heightAt(width float32) float32 {
	height, _ := t.textHeight(width)
	if t.icon != nil {
		if t.over {
			height += t.icon.MinSize().Height
		} else {
			height = max(height, t.icon.MinSize().Height)
		}
	}
	return max(t.least.Height, height+t.k.m.of(12)) + 2*t.ring()
}

// CreateRenderer is the toolkit's hook.
func (t *touch) CreateRenderer() fyne.WidgetRenderer {
	r := &touchRenderer{touch: t, ring: canvas.NewRectangle(color.Transparent), ground: canvas.NewRectangle(color.Transparent)}
	r.ring.StrokeWidth, r.ring.CornerRadius = t.k.m.of(3), t.k.m.of(9)
	r.ground.CornerRadius = t.k.m.of(6)
	r.paint()
	return r
}

type touchRenderer struct {
	touch        *touch
	ring, ground *canvas.Rectangle
}

func (r *touchRenderer) MinSize() fyne.Size {
	return fyne.NewSize(r.touch.least.Width, r.touch.least.Height).AddWidthHeight(2*r.touch.ring(), 2*r.touch.ring())
}

func (r *touchRenderer) Layout(size fyne.Size) {
	t := r.touch
	edge := t.ring()
	place(r.ring, 0, 0, size.Width, size.Height)
	place(r.ground, edge, edge, max(0, size.Width-2*edge), max(0, size.Height-2*edge))
	height, wide := t.textHeight(size.Width)
	x := edge + t.pad()
	if !t.left {
		x = (size.Width - wide - t.aside()) / 2
	}
	if t.icon != nil {
		icon := t.icon.MinSize()
		if t.over {
			height += icon.Height
			place(t.icon, (size.Width-icon.Width)/2, (size.Height-height)/2, icon.Width, icon.Height)
		} else {
			place(t.icon, x, (size.Height-icon.Height)/2, icon.Width, icon.Height)
		}
	}
	y := (size.Height - height) / 2
	if t.over && t.icon != nil {
		y += t.icon.MinSize().Height
	}
	for _, part := range t.parts {
		tall := heightOf(part, wide)
		place(part, x+t.aside(), y, wide, tall)
		y += tall
	}
}

func (r *touchRenderer) paint() {
	t, p := r.touch, r.touch.k.theme.Palette()
	front, ground, edge := color.Color(p.Secondary), color.Color(p.Panel), color.Color(p.Control)
	switch t.weight {
	case look.Primary:
		ground, edge = p.Primary, p.Primary
		if t.down {
			ground = p.PrimaryHover
		}
	case look.Quiet:
		ground, edge = color.Transparent, color.Transparent
		if t.down {
			ground = front
		}
	default:
		if t.down {
			ground = front
		}
	}
	r.ground.FillColor, r.ground.StrokeColor, r.ground.StrokeWidth = ground, edge, t.k.m.of(1.5)
	if t.picked {
		r.ground.StrokeColor, r.ground.StrokeWidth = p.Primary, t.k.m.of(4)
	}
	r.ring.StrokeColor = color.Transparent
	if t.focused {
		r.ring.StrokeColor = p.Focus
	}
}

func (r *touchRenderer) Refresh() {
	r.paint()
	r.ground.Refresh()
	r.ring.Refresh()
	canvas.Refresh(r.touch)
}

func (r *touchRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.ring, r.ground}
	if r.touch.icon != nil {
		objects = append(objects, r.touch.icon)
	}
	for _, part := range r.touch.parts {
		objects = append(objects, part)
	}
	return objects
}

func (r *touchRenderer) Destroy() {}
