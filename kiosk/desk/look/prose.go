package look

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Prose is text that breaks its lines at the width that it is given.
type Prose struct {
	widget.BaseWidget
	text string
	size Size
	tone Tone
	bold bool
	mono bool
	one  bool // one line, as wide as it is
	end  bool // lines end at the right edge

	width float32
	lines []string
}

// Style says how a [Prose] is set.
type Style struct {
	Size Size
	Tone Tone
	Bold bool
	// Mono sets letters of one width, for lines of an MRZ and numbers.
	Mono bool
	// OneLine never breaks: the text asks for its whole width.
	OneLine bool
	// End sets lines at the right edge.
	End bool
}

// NewProse makes a text. A zero Size is [Body].
func NewProse(text string, style Style) *Prose {
	if style.Size == 0 {
		style.Size = Body
	}
	p := &Prose{
		text: text, size: style.Size, tone: style.Tone, bold: style.Bold, mono: style.Mono, one: style.OneLine,
		end: style.End,
	}
	p.ExtendBaseWidget(p)
	return p
}

// Text is what the prose says.
func (p *Prose) Text() string { return p.text }

// SetText changes what the prose says.
func (p *Prose) SetText(text string) {
	if text != p.text {
		p.text = text
		p.wrap(p.width)
		p.Refresh()
	}
}

// SetTone changes the tone.
func (p *Prose) SetTone(tone Tone) {
	if tone != p.tone {
		p.tone = tone
		p.Refresh()
	}
}

// Resize breaks the lines anew.
func (p *Prose) Resize(size fyne.Size) {
	before := p.lines
	if size.Width != p.width {
		p.wrap(size.Width)
	}
	p.BaseWidget.Resize(size)
	if !slices.Equal(p.lines, before) {
		p.Refresh()
	}
}

func (p *Prose) style() fyne.TextStyle { return fyne.TextStyle{Bold: p.bold, Monospace: p.mono} }

func (p *Prose) measure(text string) float32 {
	return fyne.MeasureText(text, p.size.points(), p.style()).Width
}

// natural is the size with no line broken that need not be.
func (p *Prose) natural() fyne.Size {
	size := fyne.Size{}
	for _, paragraph := range strings.Split(p.text, "\n") {
		size.Width = max(size.Width, p.measure(paragraph))
		size.Height += p.size.lineHeight()
	}
	return size
}

// wrap breaks the text at blanks; a word that is wider than a line is broken where it must.
func (p *Prose) wrap(width float32) {
	p.width = width
	p.lines = nil
	for _, paragraph := range strings.Split(p.text, "\n") {
		if p.one || width <= 0 {
			p.lines = append(p.lines, paragraph)
			continue
		}
		// Words are measured one by one: the toolkit remembers them.
		line, wide, blank := "", float32(0), p.measure(" ")
		for _, word := range strings.Fields(paragraph) {
			own := p.measure(word)
			if line != "" && wide+blank+own <= width {
				line, wide = line+" "+word, wide+blank+own
				continue
			}
			if line != "" {
				p.lines = append(p.lines, line)
			}
			for own > width {
				head := p.head(word, width)
				p.lines = append(p.lines, head)
				word = word[len(head):]
				own = p.measure(word)
			}
			line, wide = word, own
		}
		p.lines = append(p.lines, line)
	}
}

// head is as much of a word as fits, at least one letter.
func (p *Prose) head(word string, width float32) string {
	head := ""
	for _, letter := range word {
		if head != "" && p.measure(head+string(letter)) > width {
			break
		}
		head += string(letter)
	}
	return head
}

// CreateRenderer is the toolkit's hook.
func (p *Prose) CreateRenderer() fyne.WidgetRenderer {
	if p.lines == nil {
		p.wrap(p.Size().Width)
	}
	r := &proseRenderer{prose: p}
	r.build()
	return r
}

type proseRenderer struct {
	prose   *Prose
	objects []fyne.CanvasObject
}

func (r *proseRenderer) build() {
	p := r.prose
	colour := current().colour(p.tone)
	for len(r.objects) < len(p.lines) {
		r.objects = append(r.objects, canvas.NewText("", colour))
	}
	r.objects = r.objects[:len(p.lines)]
	for i, line := range p.lines {
		text := r.objects[i].(*canvas.Text)
		text.Text, text.Color, text.TextSize, text.TextStyle = line, colour, p.size.points(), p.style()
		text.Alignment = fyne.TextAlignLeading
		if p.end {
			text.Alignment = fyne.TextAlignTrailing
		}
	}
}

func (r *proseRenderer) Layout(size fyne.Size) {
	height := r.prose.size.lineHeight()
	for i, object := range r.objects {
		object.Resize(fyne.NewSize(size.Width, height))
		object.Move(fyne.NewPos(0, float32(i)*height))
	}
}

// MinSize is as high as the lines at the present width. Of a text that breaks, the width is left to the layout.
func (r *proseRenderer) MinSize() fyne.Size {
	p := r.prose
	size := fyne.NewSize(0, float32(len(p.lines))*p.size.lineHeight())
	if p.one {
		for _, line := range p.lines {
			size.Width = max(size.Width, p.measure(line))
		}
	}
	return size
}

func (r *proseRenderer) Refresh() {
	r.build()
	r.Layout(r.prose.Size())
	for _, object := range r.objects {
		object.Refresh()
	}
	canvas.Refresh(r.prose)
}

func (r *proseRenderer) Objects() []fyne.CanvasObject { return r.objects }

func (r *proseRenderer) Destroy() {}
