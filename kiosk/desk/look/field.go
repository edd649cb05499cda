package look

import (
	"time"
	"unicode"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"
	"fyne.io/fyne/v2/theme"
	"fyne.io/fyne/v2/widget"
)

// Field is a place to type, with its label above it, a hint, and what is wrong with what was typed.
type Field struct {
	// Object is the whole field, for a layout.
	Object fyne.CanvasObject

	input   *input
	problem *fyne.Container
	message *Prose
}

// FieldStyle says how a [Field] is.
type FieldStyle struct {
	// Label stands above the field, and Hint below it, where there are any.
	Label, Hint string
	// Lines is how many lines are shown; one when zero.
	Lines int
	// Width is the least width in characters.
	Width int
	// Lines of a reader that types may come into any field; Own tells that they belong into this one.
	Own bool
	// Capitals turns small letters into capitals as they are typed.
	Capitals bool
	// Changed is called with each new text, Submit on enter, or on ctrl+enter where there are several lines.
	Changed func(string)
	Submit  func()
	// Shortcut is called with each shortcut beside those for the clipboard, so that the window's own work in a field too.
	Shortcut func(fyne.Shortcut)
}

// NewField makes a field.
func NewField(style FieldStyle) *Field {
	f := &Field{input: newInput(style), message: NewProse("", Style{Tone: Bad, Bold: true})}
	f.problem = Beside(Gap, NewIcon("warning", Bad, 20), f.message)
	f.problem.Hide()
	var things []fyne.CanvasObject
	if style.Label != "" {
		things = append(things, NewProse(style.Label, Style{Bold: true}))
	}
	if style.Hint != "" {
		things = append(things, NewProse(style.Hint, Style{Tone: Muted}))
	}
	// As wide as what belongs there, which tells how much that is.
	f.Object = Stack(4, append(things, f.problem, Snug(f.input.framed()))...)
	return f
}

// Text is what was typed.
func (f *Field) Text() string { return f.input.Text }

// Fill puts a text in the place of what was typed, without telling anyone.
func (f *Field) Fill(text string) {
	tell := f.input.OnChanged
	f.input.OnChanged = nil
	f.input.SetText(text)
	f.input.OnChanged = tell
	f.input.filled = text != ""
}

// SetProblem says what is wrong with what was typed; empty when nothing is.
func (f *Field) SetProblem(text string) {
	f.message.SetText(text)
	if text == "" {
		f.problem.Hide()
	} else {
		f.problem.Show()
	}
	f.input.wrong = text != ""
	f.input.frame()
}

// Focusable is what the keyboard's place can be put on.
func (f *Field) Focusable() fyne.Focusable { return f.input }

// Forget empties the field, with what it would undo.
func (f *Field) Forget() {
	f.Fill("")
	f.input.rested = ""
	f.SetProblem("")
}

// input is the toolkit's entry with a ring, and with keys that do what people expect of a form.
type input struct {
	widget.Entry
	style FieldStyle
	ring  *canvas.Rectangle
	edge  *canvas.Rectangle
	wrong bool
	here  bool
	// rested is what stood here when typing began after a rest, and last when a letter came last.
	rested string
	last   time.Time
	// filled tells that what stands here was put here, so that typing goes on behind it.
	filled bool
}

// rest is how long nothing is typed between a person's typing and a reader's.
const rest = 400 * time.Millisecond

// lineLength is less than the shortest line of an MRZ has, in characters, and more than people type into a field without a rest.
const lineLength = 20

// Unscan puts back what stood here before a reader typed its lines.
func (i *input) Unscan() {
	if !i.style.Own {
		i.SetText(i.rested)
	}
}

func newInput(style FieldStyle) *input {
	i := &input{style: style, ring: newRing(), edge: canvas.NewRectangle(nil)}
	i.ExtendBaseWidget(i)
	i.MultiLine = style.Lines > 1
	i.TextStyle = fyne.TextStyle{Monospace: true}
	i.Wrapping = fyne.TextWrapOff
	i.Scroll = container.ScrollNone
	if i.MultiLine {
		i.Wrapping = fyne.TextWrapBreak
		i.Scroll = container.ScrollVerticalOnly
		i.SetMinRowsVisible(style.Lines)
	}
	i.OnChanged = style.Changed
	i.OnSubmitted = func(string) { i.submit() }
	return i
}

func (i *input) submit() {
	if i.style.Submit != nil {
		i.style.Submit()
	}
}

// framed sets the input inside its ring.
func (i *input) framed() fyne.CanvasObject {
	i.edge.StrokeWidth, i.edge.CornerRadius = 2, radius
	i.frame()
	inset := ringWidth + ringGap
	return container.NewStack(i.ring, Inset(inset, inset, inset, inset, container.NewStack(i, i.edge)))
}

// frame draws the ring and the edge: a wrong text has an edge of its own colour.
func (i *input) frame() {
	p := current().palette
	i.edge.FillColor = nil
	i.edge.StrokeColor = p.Control
	if i.wrong {
		i.edge.StrokeColor = p.Bad
	}
	i.edge.Refresh()
	showRing(i.ring, i.here)
}

func (i *input) MinSize() fyne.Size {
	size := i.Entry.MinSize()
	letter := fyne.MeasureText("M", Body.points(), fyne.TextStyle{Monospace: true}).Width
	padding := 2*theme.Size(theme.SizeNameInnerPadding) + 2*theme.Size(theme.SizeNameInputBorder) + Gap
	size.Width = max(size.Width, float32(i.style.Width)*letter+padding)
	return size
}

// AcceptsTab lets the tabulator go on to the next field, from one of several lines as well.
func (i *input) AcceptsTab() bool { return false }

func (i *input) FocusGained() {
	i.here = true
	i.Entry.FocusGained()
	if i.filled {
		i.filled = false
		if i.MultiLine {
			i.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyPageDown})
		}
		i.Entry.TypedKey(&fyne.KeyEvent{Name: fyne.KeyEnd})
	}
	i.frame()
	reveal(i)
}

func (i *input) FocusLost() {
	i.here = false
	i.Entry.FocusLost()
	i.frame()
}

func (i *input) TypedRune(letter rune) {
	if now := time.Now(); now.Sub(i.last) > rest {
		i.rested, i.last = i.Text, now
	} else {
		i.last = now
	}
	typed := letter
	if i.style.Capitals {
		typed = unicode.ToUpper(letter)
	}
	i.Entry.TypedRune(typed)
	if !i.style.Own {
		passRune(i, letter)
	}
}

func (i *input) TypedKey(key *fyne.KeyEvent) {
	enter := key.Name == fyne.KeyReturn || key.Name == fyne.KeyEnter
	if enter && !i.style.Own {
		passKey(i, key)
		if hushed() && len(i.Text)-len(i.rested) >= lineLength {
			return // it ends a line that a reader types
		}
	}
	i.Entry.TypedKey(key)
}

func (i *input) TypedShortcut(shortcut fyne.Shortcut) {
	i.Entry.TypedShortcut(shortcut)
	// The toolkit gives shortcuts to the text field alone, which does nothing on those it does not know.
	if _, custom := shortcut.(*desktop.CustomShortcut); custom && i.style.Shortcut != nil {
		i.style.Shortcut(shortcut)
	}
}

func (i *input) Refresh() {
	i.frame()
	i.Entry.Refresh()
}
