package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Choice is a row of answers of which one is chosen, or none yet: one stop of the keyboard, left and right to choose.
type Choice struct {
	widget.BaseWidget
	label   string
	answers []string
	chosen  int
	changed func(int)

	focused bool
	hovered int
}

var (
	_ fyne.Focusable     = (*Choice)(nil)
	_ fyne.Tappable      = (*Choice)(nil)
	_ desktop.Hoverable  = (*Choice)(nil)
	_ desktop.Cursorable = (*Choice)(nil)
)

// NewChoice makes a choice between answers, the one with the index chosen, none for -1. The label is what a screen reader says;
// changed is called on the toolkit's goroutine.
func NewChoice(label string, answers []string, chosen int, changed func(int)) *Choice {
	c := &Choice{label: label, answers: answers, chosen: chosen, changed: changed, hovered: -1}
	c.ExtendBaseWidget(c)
	return c
}

// Chosen is the index of the answer, -1 while there is none.
func (c *Choice) Chosen() int { return c.chosen }

// Choose takes the answer with the index.
func (c *Choice) Choose(i int) {
	if i < 0 || i >= len(c.answers) || i == c.chosen {
		return
	}
	c.chosen = i
	c.Refresh()
	if c.changed != nil {
		c.changed(i)
	}
}

// TypedKey moves the choice with the arrows, and to the ends with Home and End; space goes round.
func (c *Choice) TypedKey(key *fyne.KeyEvent) {
	switch key.Name {
	case fyne.KeyLeft, fyne.KeyUp:
		c.Choose(max(0, c.chosen-1))
	case fyne.KeyRight, fyne.KeyDown:
		c.Choose(c.chosen + 1)
	case fyne.KeyHome:
		c.Choose(0)
	case fyne.KeyEnd:
		c.Choose(len(c.answers) - 1)
	case fyne.KeySpace:
		c.Choose((c.chosen + 1) % len(c.answers))
	}
}

// TypedRune does nothing: a choice takes no text.
func (c *Choice) TypedRune(rune) {}

// FocusGained shows the ring, and brings it into view.
func (c *Choice) FocusGained() { c.focused = true; c.Refresh(); reveal(c) }

// FocusLost hides the ring.
func (c *Choice) FocusLost() { c.focused = false; c.Refresh() }

// Tapped takes the answer under the pointer.
func (c *Choice) Tapped(event *fyne.PointEvent) { c.Choose(c.at(event.Position.X)) }

// MouseIn follows the pointer.
func (c *Choice) MouseIn(event *desktop.MouseEvent) { c.MouseMoved(event) }

// MouseMoved follows the pointer.
func (c *Choice) MouseMoved(event *desktop.MouseEvent) {
	if at := c.at(event.Position.X); at != c.hovered {
		c.hovered = at
		c.Refresh()
	}
}

// MouseOut ends what MouseIn began.
func (c *Choice) MouseOut() { c.hovered = -1; c.Refresh() }

// Cursor is the hand that says "press".
func (c *Choice) Cursor() desktop.Cursor { return desktop.PointerCursor }

// AccessibilityLabel is what a screen reader says.
func (c *Choice) AccessibilityLabel() string {
	if c.chosen < 0 {
		return c.label
	}
	return c.label + ": " + c.answers[c.chosen]
}

// AccessibilityRole is the toolkit's role for things that are operated.
func (c *Choice) AccessibilityRole() fyne.AccessibleRole { return fyne.AccessibleRoleButton }

func (c *Choice) at(x float32) int {
	left := ringWidth + ringGap
	for i, answer := range c.answers {
		left += choiceWidth(answer)
		if x < left {
			return i
		}
	}
	return len(c.answers) - 1
}

const (
	choiceHeight  float32 = 36
	choicePadding float32 = 14
	choiceMark    float32 = 16
)

// choiceWidth is the width of one answer, the same whether it is chosen or not.
func choiceWidth(answer string) float32 {
	return fyne.MeasureText(answer, float32(Body), fyne.TextStyle{Bold: true}).Width + choiceMark + 6 + 2*choicePadding
}

// CreateRenderer is the toolkit's hook.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	r := &choiceRenderer{choice: c, ring: newRing(), frame: canvas.NewRectangle(color.Transparent)}
	r.frame.StrokeWidth, r.frame.CornerRadius = 2, radius
	for range c.answers {
		cell := canvas.NewRectangle(color.Transparent)
		cell.CornerRadius = radius - 1
		r.cells = append(r.cells, cell)
		r.labels = append(r.labels, canvas.NewText("", color.Black))
		mark := canvas.NewImageFromResource(nil)
		mark.FillMode = canvas.ImageFillContain
		r.marks = append(r.marks, mark)
	}
	r.Refresh()
	return r
}

type choiceRenderer struct {
	choice *Choice
	ring   *canvas.Rectangle
	frame  *canvas.Rectangle
	cells  []*canvas.Rectangle
	labels []*canvas.Text
	marks  []*canvas.Image
}

func (r *choiceRenderer) MinSize() fyne.Size {
	inset := ringWidth + ringGap
	width := float32(0)
	for _, answer := range r.choice.answers {
		width += choiceWidth(answer)
	}
	return fyne.NewSize(width+2*inset, choiceHeight+2*inset)
}

func (r *choiceRenderer) Layout(fyne.Size) {
	size := r.MinSize()
	inset := ringWidth + ringGap
	r.ring.Resize(size)
	r.frame.Resize(within(size, 2*inset, 2*inset))
	r.frame.Move(fyne.NewSquareOffsetPos(inset))
	x := inset
	for i, answer := range r.choice.answers {
		width := choiceWidth(answer)
		r.cells[i].Resize(fyne.NewSize(width-4, choiceHeight-4))
		r.cells[i].Move(fyne.NewPos(x+2, inset+2))
		r.marks[i].Resize(fyne.NewSquareSize(choiceMark))
		r.marks[i].Move(fyne.NewPos(x+choicePadding, inset+(choiceHeight-choiceMark)/2))
		label := r.labels[i].MinSize()
		r.labels[i].Resize(label)
		r.labels[i].Move(fyne.NewPos(x+choicePadding+choiceMark+6, inset+(choiceHeight-label.Height)/2))
		x += width
	}
}

func (r *choiceRenderer) Refresh() {
	c, p := r.choice, current().palette
	r.frame.FillColor, r.frame.StrokeColor = p.Panel, p.Control
	r.frame.Refresh()
	for i, answer := range c.answers {
		front, ground, mark := color.Color(p.Text), color.Color(color.Transparent), "pending"
		if i == c.hovered {
			ground = fade(p.Text, 0x14)
		}
		if i == c.chosen {
			front, ground, mark = p.OnSecondary, p.Secondary, "running"
		}
		r.cells[i].FillColor = ground
		r.cells[i].Refresh()
		r.labels[i].Text, r.labels[i].Color, r.labels[i].TextSize = answer, front, float32(Body)
		r.labels[i].TextStyle = fyne.TextStyle{Bold: i == c.chosen}
		r.labels[i].Refresh()
		r.marks[i].Resource = tinted(mark, front)
		r.marks[i].Refresh()
	}
	showRing(r.ring, c.focused)
	r.Layout(c.Size())
	canvas.Refresh(c)
}

func (r *choiceRenderer) Objects() []fyne.CanvasObject {
	objects := []fyne.CanvasObject{r.ring, r.frame}
	for i := range r.cells {
		objects = append(objects, r.cells[i], r.marks[i], r.labels[i])
	}
	return objects
}

func (r *choiceRenderer) Destroy() {}
