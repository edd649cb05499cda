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

// Stack sets things under one another with the space given between them.
func Stack(space float32, things ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedVBoxLayout(space), things...)
}

// Row sets things beside one another with the space given between them; things keep their widths.
func Row(space float32, things ...fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedHBoxLayout(space), things...)
}

// Beside sets a thing of its own width before, and behind it a content that takes the rest.
func Beside(space float32, before, content fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{space: space}, before, content)
}

// Between sets a thing at either end of a row.
func Between(before, after fyne.CanvasObject) *fyne.Container {
	return container.NewBorder(nil, nil, before, after)
}

// Inset sets a content with space around it.
func Inset(top, bottom, left, right float32, content fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), content)
}

// beside lays a first object at its own width and lets a second one have the rest.
type beside struct{ space float32 }

func (l *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(first.Width+l.space+second.Width, max(first.Height, second.Height))
}

func (l *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	first := objects[0].MinSize()
	objects[0].Resize(fyne.NewSize(first.Width, size.Height))
	objects[0].Move(fyne.NewPos(0, 0))
	objects[1].Resize(fyne.NewSize(max(0, size.Width-first.Width-l.space), size.Height))
	objects[1].Move(fyne.NewPos(first.Width+l.space, 0))
}

// Columns lays two objects beside one another, the first of a fixed width, both as high as they need.
func Columns(width, space float32, first, second fyne.CanvasObject) *fyne.Container {
	return container.New(&columns{width: width, space: space}, first, second)
}

type columns struct{ width, space float32 }

func (l *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(l.width+l.space+second.Width, max(first.Height, second.Height))
}

func (l *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Resize(fyne.NewSize(l.width, objects[0].MinSize().Height))
	objects[0].Move(fyne.NewPos(0, 0))
	objects[1].Move(fyne.NewPos(l.width+l.space, 0))
	rest := max(0, size.Width-l.width-l.space)
	objects[1].Resize(fyne.NewSize(rest, objects[1].MinSize().Height))
	// The heights follow from the widths: once more, now that lines are broken.
	objects[0].Resize(fyne.NewSize(l.width, objects[0].MinSize().Height))
	objects[1].Resize(fyne.NewSize(rest, objects[1].MinSize().Height))
}

// within is a size less what stands around it, never below nothing.
func within(size fyne.Size, width, height float32) fyne.Size {
	return fyne.NewSize(max(0, size.Width-width), max(0, size.Height-height))
}
