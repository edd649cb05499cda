package look

import (
	"image/color"
	"unicode"
	"unicode/utf8"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/widget"
)

// Choice is answers beside one another of which one is chosen, or none yet: one stop of the keyboard, left and right to
// choose. Answers that find no place in the row go on below.
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
	default:
		passKey(c, key)
	}
}

// TypedRune goes to the next answer that begins with the letter, where one is chosen among many. Every rune goes on to the
// window as well.
func (c *Choice) TypedRune(letter rune) {
	passRune(c, letter)
	if len(c.answers) < manyAnswers {
		return
	}
	for i := range c.answers {
		next := (c.chosen + 1 + i) % len(c.answers)
		if first, _ := utf8.DecodeRuneInString(c.answers[next]); unicode.ToUpper(first) == unicode.ToUpper(letter) {
			c.Choose(next)
			return
		}
	}
}

// manyAnswers are so many that letters help to find one.
const manyAnswers = 6

// FocusGained shows the ring, and brings it into view.
func (c *Choice) FocusGained() { c.focused = true; c.Refresh(); reveal(c) }

// FocusLost hides the ring.
func (c *Choice) FocusLost() { c.focused = false; c.Refresh() }

// Tapped takes the answer under the pointer. The keyboard's place goes to the choice as well.
func (c *Choice) Tapped(event *fyne.PointEvent) { take(c); c.Choose(c.at(event.Position)) }

// MouseIn follows the pointer.
func (c *Choice) MouseIn(event *desktop.MouseEvent) { c.MouseMoved(event) }

// MouseMoved follows the pointer.
func (c *Choice) MouseMoved(event *desktop.MouseEvent) {
	if at := c.at(event.Position); at != c.hovered {
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

func (c *Choice) at(place fyne.Position) int {
	cells, _ := c.cells(c.Size().Width)
	for i, cell := range cells {
		if place.X >= cell.left && place.X < cell.left+cell.width && place.Y >= cell.top && place.Y < cell.top+Scaled(choiceHeight) {
			return i
		}
	}
	return -1
}

const (
	choiceHeight  float32 = 36
	choicePadding float32 = 14
	choiceMark    float32 = 16
)

// cell is where an answer stands.
type cell struct{ left, top, width float32 }

// cells places the answers within a width, all on one line for none, and gives the size of the whole.
func (c *Choice) cells(width float32) ([]cell, fyne.Size) {
	inset := ringWidth + ringGap
	cells := make([]cell, len(c.answers))
	left, top, most := inset, inset, float32(0)
	for i, answer := range c.answers {
		own := choiceWidth(answer)
		if width > 0 && left > inset && left+own > width-inset+0.5 {
			left, top = inset, top+Scaled(choiceHeight)
		}
		cells[i] = cell{left, top, own}
		left += own
		most = max(most, left)
	}
	return cells, fyne.NewSize(most+inset, top+Scaled(choiceHeight)+inset)
}

// natural is the size with all answers on one line.
func (c *Choice) natural() fyne.Size {
	_, size := c.cells(0)
	return size
}

// choiceWidth is the width of one answer, the same whether it is chosen or not.
func choiceWidth(answer string) float32 {
	text := fyne.MeasureText(answer, Body.points(), fyne.TextStyle{Bold: true}).Width
	return text + Scaled(choiceMark) + 6 + 2*choicePadding
}

// CreateRenderer is the toolkit's hook.
func (c *Choice) CreateRenderer() fyne.WidgetRenderer {
	r := &choiceRenderer{choice: c, ring: newRing(), frame: canvas.NewRectangle(color.Transparent)}
	r.frame.StrokeWidth, r.frame.CornerRadius = 2, radius
	for range c.answers {
		ground := canvas.NewRectangle(color.Transparent)
		ground.CornerRadius = radius - 1
		r.grounds = append(r.grounds, ground)
		r.labels = append(r.labels, canvas.NewText("", color.Black))
		mark := canvas.NewImageFromResource(nil)
		mark.FillMode = canvas.ImageFillContain
		r.marks = append(r.marks, mark)
	}
	r.Refresh()
	return r
}

type choiceRenderer struct {
	choice  *Choice
	ring    *canvas.Rectangle
	frame   *canvas.Rectangle
	grounds []*canvas.Rectangle
	labels  []*canvas.Text
	marks   []*canvas.Image
}

// MinSize is as wide as the widest answer, and as high as the answers are at the present width.
func (r *choiceRenderer) MinSize() fyne.Size {
	_, size := r.choice.cells(r.choice.Size().Width)
	size.Width = 0
	for _, answer := range r.choice.answers {
		size.Width = max(size.Width, choiceWidth(answer)+2*(ringWidth+ringGap))
	}
	return size
}

func (r *choiceRenderer) Layout(size fyne.Size) {
	cells, whole := r.choice.cells(size.Width)
	inset := ringWidth + ringGap
	r.ring.Resize(whole)
	r.frame.Resize(within(whole, 2*inset, 2*inset))
	r.frame.Move(fyne.NewSquareOffsetPos(inset))
	height, side := Scaled(choiceHeight), Scaled(choiceMark)
	for i, cell := range cells {
		r.grounds[i].Resize(fyne.NewSize(cell.width-4, height-4))
		r.grounds[i].Move(fyne.NewPos(cell.left+2, cell.top+2))
		r.marks[i].Resize(fyne.NewSquareSize(side))
		r.marks[i].Move(fyne.NewPos(cell.left+choicePadding, cell.top+(height-side)/2))
		label := r.labels[i].MinSize()
		r.labels[i].Resize(label)
		r.labels[i].Move(fyne.NewPos(cell.left+choicePadding+side+6, cell.top+(height-label.Height)/2))
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
		r.grounds[i].FillColor = ground
		r.grounds[i].Refresh()
		r.labels[i].Text, r.labels[i].Color, r.labels[i].TextSize = answer, front, Body.points()
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
	for i := range r.grounds {
		objects = append(objects, r.grounds[i], r.marks[i], r.labels[i])
	}
	return objects
}

func (r *choiceRenderer) Destroy() {}
