package look

import "fyne.io/fyne/v2"

// Disclosure is a line that shows more when it is pressed.
type Disclosure struct {
	// Object is the whole of it, for a layout.
	Object fyne.CanvasObject

	chevron *Icon
	more    fyne.CanvasObject
	build   func() fyne.CanvasObject
	holder  *fyne.Container
	open    bool
}

// NewDisclosure makes a disclosure. The label is what a screen reader says of the line; more is built when it is asked for
// first.
func NewDisclosure(label string, line fyne.CanvasObject, more func() fyne.CanvasObject) *Disclosure {
	d := &Disclosure{chevron: NewIcon("show", Muted, 20), build: more}
	head := NewPressable(label, Beside(Gap, d.chevron, line), d.flip)
	d.holder = Stack(0)
	d.holder.Hide()
	d.Object = Stack(0, head, d.holder)
	return d
}

// Open tells whether more is shown.
func (d *Disclosure) Open() bool { return d.open }

func (d *Disclosure) flip() {
	d.open = !d.open
	if d.open && d.more == nil {
		d.more = d.build()
		d.holder.Add(Inset(0, Gap, 36, Gap, d.more))
	}
	if d.open {
		d.chevron.Set("hide", Muted)
		d.holder.Show()
	} else {
		d.chevron.Set("show", Muted)
		d.holder.Hide()
	}
	if canvas := canvasOf(d.Object); canvas != nil {
		Settle(canvas.Content())
	}
	d.Object.Refresh()
}
