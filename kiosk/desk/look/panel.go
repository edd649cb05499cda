package look

import (
	"image/color"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
	"fyne.io/fyne/v2/widget"
)

// Panel sets content on a ground of its own, with a line around it and, for any tone but Plain, a bar at its left.
func Panel(tone Tone, content fyne.CanvasObject) fyne.CanvasObject {
	ground := newGround(tone)
	return container.NewStack(ground, container.New(layout.NewCustomPaddedLayout(Space, Space, Space+4, Space), content))
}

// ground is a rectangle that follows the theme.
type ground struct {
	widget.BaseWidget
	tone Tone
}

func newGround(tone Tone) *ground {
	g := &ground{tone: tone}
	g.ExtendBaseWidget(g)
	return g
}

func (g *ground) CreateRenderer() fyne.WidgetRenderer {
	r := &groundRenderer{ground: g, plane: canvas.NewRectangle(color.Transparent), bar: canvas.NewRectangle(color.Transparent)}
	r.plane.CornerRadius = radius
	r.plane.StrokeWidth = 1
	r.Refresh()
	return r
}

type groundRenderer struct {
	ground     *ground
	plane, bar *canvas.Rectangle
}

func (r *groundRenderer) Layout(size fyne.Size) {
	r.plane.Resize(size)
	r.bar.Resize(fyne.NewSize(5, size.Height))
}
func (r *groundRenderer) MinSize() fyne.Size { return fyne.Size{} }
func (r *groundRenderer) Refresh() {
	t := current()
	r.plane.FillColor = t.ground(r.ground.tone)
	r.plane.StrokeColor = t.palette.Line
	r.bar.FillColor = color.Transparent
	switch r.ground.tone {
	case Good, Warn, Bad, Info:
		r.bar.FillColor = t.colour(r.ground.tone)
		r.plane.StrokeColor = t.ground(r.ground.tone)
		if t.palette.GoodPanel == t.palette.Panel {
			r.plane.StrokeColor = t.colour(r.ground.tone)
		}
	}
	r.plane.Refresh()
	r.bar.Refresh()
}

func (r *groundRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.plane, r.bar} }
func (r *groundRenderer) Destroy()                     {}

// Bar sets content on a ground across the window, without a line.
func Bar(tone Tone, content fyne.CanvasObject) fyne.CanvasObject {
	return container.NewStack(newBand(tone), container.New(layout.NewCustomPaddedLayout(4, 4, Margin, Margin), content))
}

type band struct {
	widget.BaseWidget
	tone Tone
}

func newBand(tone Tone) *band {
	b := &band{tone: tone}
	b.ExtendBaseWidget(b)
	return b
}

func (b *band) CreateRenderer() fyne.WidgetRenderer {
	plane := canvas.NewRectangle(color.Transparent)
	r := &bandRenderer{band: b, plane: plane}
	r.Refresh()
	return r
}

type bandRenderer struct {
	band  *band
	plane *canvas.Rectangle
}

func (r *bandRenderer) Layout(size fyne.Size) { r.plane.Resize(size) }
func (r *bandRenderer) MinSize() fyne.Size    { return fyne.Size{} }
func (r *bandRenderer) Refresh() {
	r.plane.FillColor = current().ground(r.band.tone)
	r.plane.Refresh()
}
func (r *bandRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.plane} }
func (r *bandRenderer) Destroy()                     {}

// Line is a thin line across, which divides and says nothing.
func Line() fyne.CanvasObject {
	l := &line{}
	l.ExtendBaseWidget(l)
	return l
}

type line struct{ widget.BaseWidget }

func (l *line) CreateRenderer() fyne.WidgetRenderer {
	return &lineRenderer{canvas.NewRectangle(current().palette.Line)}
}

type lineRenderer struct{ plane *canvas.Rectangle }

func (r *lineRenderer) Layout(size fyne.Size) { r.plane.Resize(size) }
func (r *lineRenderer) MinSize() fyne.Size    { return fyne.NewSize(0, 1) }
func (r *lineRenderer) Refresh() {
	r.plane.FillColor = current().palette.Line
	r.plane.Refresh()
}
func (r *lineRenderer) Objects() []fyne.CanvasObject { return []fyne.CanvasObject{r.plane} }
func (r *lineRenderer) Destroy()                     {}

// within is a size less what stands around it, never below nothing.
func within(size fyne.Size, width, height float32) fyne.Size {
	return fyne.NewSize(max(0, size.Width-width), max(0, size.Height-height))
}
