package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/widget"
)

// Meter shows how far something is: of a number of parts, those that are done are filled. It stands still; words beside it
// say the same.
type Meter struct {
	widget.BaseWidget
	done, all int
}

// NewMeter makes a meter of all parts with some done.
func NewMeter(done, all int) *Meter {
	m := &Meter{done: done, all: all}
	m.ExtendBaseWidget(m)
	return m
}

// CreateRenderer is the toolkit's hook.
func (m *Meter) CreateRenderer() fyne.WidgetRenderer {
	r := &meterRenderer{meter: m}
	for range m.all {
		part := canvas.NewRectangle(color.Transparent)
		part.CornerRadius, part.StrokeWidth = radius, 2
		r.parts = append(r.parts, part)
	}
	r.Refresh()
	return r
}

type meterRenderer struct {
	meter *Meter
	parts []fyne.CanvasObject
}

func (r *meterRenderer) Layout(size fyne.Size) {
	width := (size.Width + 6) / float32(max(1, len(r.parts)))
	for i, part := range r.parts {
		part.Resize(fyne.NewSize(max(0, width-6), size.Height))
		part.Move(fyne.NewPos(float32(i)*width, 0))
	}
}

func (r *meterRenderer) MinSize() fyne.Size { return fyne.NewSize(0, Scaled(20)) }

func (r *meterRenderer) Refresh() {
	p := current().palette
	for i, object := range r.parts {
		part := object.(*canvas.Rectangle)
		part.StrokeColor, part.FillColor = p.Control, p.Panel
		if i < r.meter.done {
			part.StrokeColor, part.FillColor = p.Primary, p.Primary
		}
		part.Refresh()
	}
}

func (r *meterRenderer) Objects() []fyne.CanvasObject { return r.parts }
func (r *meterRenderer) Destroy()                     {}
