package selfservice

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/kiosk/desk/look"
)

// fluid is a layout that knows how high its things become at a width. The toolkit asks for the least size alone, which for text
// that breaks its lines says nothing.
type fluid interface {
	fyne.Layout
	heightAt(things []fyne.CanvasObject, width float32) float32
}

// adaptive is a thing that knows the same of itself, and how wide it would like to be.
type adaptive interface {
	natural() float32
	heightAt(width float32) float32
}

// heightOf is how high a thing becomes at a width.
func heightOf(thing fyne.CanvasObject, width float32) float32 {
	switch thing := thing.(type) {
	case adaptive:
		return thing.heightAt(width)
	case *fyne.Container:
		if l, ok := thing.Layout.(fluid); ok {
			return l.heightAt(thing.Objects, width)
		}
	}
	thing.Resize(fyne.NewSize(width, thing.Size().Height))
	return thing.MinSize().Height
}

// widthOf is how wide a thing would like to be.
func widthOf(thing fyne.CanvasObject) float32 {
	switch thing := thing.(type) {
	case adaptive:
		return thing.natural()
	case *fyne.Container:
		if l, ok := thing.Layout.(interface {
			natural(things []fyne.CanvasObject) float32
		}); ok {
			return l.natural(thing.Objects)
		}
	}
	return thing.MinSize().Width
}

// loose is the least size of a layout that takes what it gets.
type loose struct{}

func (loose) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.Size{} }

func place(thing fyne.CanvasObject, x, y, width, height float32) {
	thing.Move(fyne.NewPos(x, y))
	thing.Resize(fyne.NewSize(width, height))
}

// column sets things under one another, all as wide as there is room.
func column(space float32, things ...fyne.CanvasObject) *fyne.Container {
	return container.New(&columnLayout{space: space}, things...)
}

type columnLayout struct {
	loose
	space float32
	// wide is how wide the column would like to be.
	wide float32
}

func (l *columnLayout) natural([]fyne.CanvasObject) float32 { return l.wide }

func (l *columnLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, thing := range things {
		out := overhang(thing)
		height := heightOf(thing, size.Width+2*out)
		place(thing, -out, y-out, size.Width+2*out, height)
		y += height - 2*out + l.space
	}
}

// overhang is how far what is to be seen of a thing stands in from its edge, for the ring of the keyboard's place. Texts and
// buttons stand in one line at the edge that is seen.
func overhang(thing fyne.CanvasObject) float32 {
	switch thing := thing.(type) {
	case *touch:
		return thing.ring()
	case *fyne.Container:
		if _, ok := thing.Layout.(*flowLayout); ok && len(thing.Objects) > 0 {
			return overhang(thing.Objects[0])
		}
	}
	return 0
}

func (l *columnLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	height := l.space * float32(max(0, len(things)-1))
	for _, thing := range things {
		out := overhang(thing)
		height += heightOf(thing, width+2*out) - 2*out
	}
	return height
}

// flowing sets things beside one another, each as wide as it likes, and goes on below where there is no room. end sets them at the
// right edge.
func flowing(space float32, end bool, things ...fyne.CanvasObject) *fyne.Container {
	return container.New(&flowLayout{space: space, end: end}, things...)
}

type flowLayout struct {
	loose
	space float32
	end   bool
}

func (l *flowLayout) natural(things []fyne.CanvasObject) float32 {
	width := l.space * float32(max(0, len(things)-1))
	for _, thing := range things {
		width += widthOf(thing)
	}
	return width
}

// rows breaks things into rows.
func (l *flowLayout) rows(things []fyne.CanvasObject, width float32) [][]fyne.CanvasObject {
	var rows [][]fyne.CanvasObject
	left := float32(-1)
	for _, thing := range things {
		wide := min(width, widthOf(thing))
		if left < wide-0.5 { // widths are sums, and sums are rounded
			rows, left = append(rows, nil), width
		}
		rows[len(rows)-1] = append(rows[len(rows)-1], thing)
		left -= wide + l.space
	}
	return rows
}

func (l *flowLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	y := float32(0)
	for _, row := range l.rows(things, size.Width) {
		x, height := float32(0), l.rowHeight(row, size.Width)
		if l.end {
			x = size.Width - min(size.Width, l.natural(row))
		}
		for _, thing := range row {
			wide := min(size.Width, widthOf(thing))
			place(thing, x, y, wide, height)
			x += wide + l.space
		}
		y += height + l.space
	}
}

func (l *flowLayout) rowHeight(row []fyne.CanvasObject, width float32) float32 {
	height := float32(0)
	for _, thing := range row {
		height = max(height, heightOf(thing, min(width, widthOf(thing))))
	}
	return height
}

func (l *flowLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	rows := l.rows(things, width)
	height := l.space * float32(max(0, len(rows)-1))
	for _, row := range rows {
		height += l.rowHeight(row, width)
	}
	return height
}

// beside sets a second thing of a width of its own at the right of the first, or below it where that leaves the first less than
// least.
func beside(space, width, least float32, first, second fyne.CanvasObject) *fyne.Container {
	return container.New(&besideLayout{space: space, width: width, least: least}, first, second)
}

type besideLayout struct {
	loose
	space, width, least float32
}

func (l *besideLayout) fits(width float32) bool { return width-l.width-l.space >= l.least }

func (l *besideLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	if l.fits(size.Width) {
		first := size.Width - l.width - l.space
		place(things[0], 0, 0, first, heightOf(things[0], first))
		place(things[1], first+l.space, 0, l.width, heightOf(things[1], l.width))
		return
	}
	height, second := heightOf(things[0], size.Width), min(size.Width, l.width)
	place(things[0], 0, 0, size.Width, height)
	place(things[1], (size.Width-second)/2, height+l.space, second, heightOf(things[1], second))
}

func (l *besideLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	if l.fits(width) {
		return max(heightOf(things[0], width-l.width-l.space), heightOf(things[1], l.width))
	}
	return heightOf(things[0], width) + l.space + heightOf(things[1], min(width, l.width))
}

// inset sets a thing with space around it on what lies behind it; behind may be nil.
func inset(side, top float32, behind, thing fyne.CanvasObject) *fyne.Container {
	things := []fyne.CanvasObject{thing}
	if behind != nil {
		things = []fyne.CanvasObject{behind, thing}
	}
	return container.New(&insetLayout{side: side, top: top}, things...)
}

type insetLayout struct {
	loose
	side, top float32
}

func (l *insetLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	last := len(things) - 1
	for _, behind := range things[:last] {
		place(behind, 0, 0, size.Width, size.Height)
	}
	place(things[last], l.side, l.top, max(0, size.Width-2*l.side), max(0, size.Height-2*l.top))
}

func (l *insetLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	return heightOf(things[len(things)-1], max(0, width-2*l.side)) + 2*l.top
}

func (l *insetLayout) natural(things []fyne.CanvasObject) float32 {
	return widthOf(things[len(things)-1]) + 2*l.side
}

// leading sets a thing of its own width before another that takes the rest.
func leading(space float32, before, thing fyne.CanvasObject) *fyne.Container {
	return container.New(&leadingLayout{space: space}, before, thing)
}

type leadingLayout struct {
	loose
	space float32
}

func (l *leadingLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	before := widthOf(things[0])
	place(things[0], 0, 0, before, heightOf(things[0], before))
	rest := max(0, size.Width-before-l.space)
	place(things[1], before+l.space, 0, rest, heightOf(things[1], rest))
}

func (l *leadingLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	before := widthOf(things[0])
	return max(heightOf(things[0], before), heightOf(things[1], max(0, width-before-l.space)))
}

// panel sets a thing on a ground of its own.
func (k *kiosk) panel(tone look.Tone, things ...fyne.CanvasObject) fyne.CanvasObject {
	return inset(k.m.of(20), k.m.of(16), look.Panel(tone, look.Stack(0)), column(k.m.of(10), things...))
}

// fixed is a thing of a fixed size.
func fixed(width, height float32, thing fyne.CanvasObject) fyne.CanvasObject {
	return container.New(&fixedLayout{fyne.NewSize(width, height)}, thing)
}

type fixedLayout struct{ size fyne.Size }

func (l *fixedLayout) MinSize([]fyne.CanvasObject) fyne.Size { return l.size }

func (l *fixedLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	width := min(size.Width, l.size.Width)
	for _, thing := range things {
		place(thing, (size.Width-width)/2, 0, width, l.size.Height)
	}
}

func (l *fixedLayout) heightAt([]fyne.CanvasObject, float32) float32 { return l.size.Height }

func (l *fixedLayout) natural([]fyne.CanvasObject) float32 { return l.size.Width }

// pad sets keys of one size in columns; nil leaves a place empty.
func pad(columns int, side, space float32, keys ...fyne.CanvasObject) *fyne.Container {
	l := &padLayout{columns: columns, side: side, space: space}
	var things []fyne.CanvasObject
	for i, key := range keys {
		if key != nil {
			things, l.places = append(things, key), append(l.places, i)
		}
	}
	return container.New(l, things...)
}

type padLayout struct {
	columns     int
	side, space float32
	places      []int
}

func (l *padLayout) MinSize(things []fyne.CanvasObject) fyne.Size {
	rows := 0
	if len(l.places) > 0 {
		rows = l.places[len(l.places)-1]/l.columns + 1
	}
	length := func(n int) float32 { return float32(n)*l.side + float32(n-1)*l.space }
	return fyne.NewSize(length(l.columns), length(rows))
}

func (l *padLayout) Layout(things []fyne.CanvasObject, _ fyne.Size) {
	for i, thing := range things {
		x, y := l.places[i]%l.columns, l.places[i]/l.columns
		place(thing, float32(x)*(l.side+l.space), float32(y)*(l.side+l.space), l.side, l.side)
	}
}

func (l *padLayout) heightAt(things []fyne.CanvasObject, _ float32) float32 {
	return l.MinSize(things).Height
}
