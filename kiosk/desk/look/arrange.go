package look

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/layout"
)

// The arrangements below give each thing its width first and ask for its height then: how many lines a text takes, and
// whether columns stand beside one another, follows from the width.

// fit gives a thing a width, and the height that it needs at that width, which is returned.
func fit(thing fyne.CanvasObject, width float32) float32 {
	thing.Resize(fyne.NewSize(width, thing.MinSize().Height))
	height := thing.MinSize().Height
	thing.Resize(fyne.NewSize(width, height))
	return height
}

// Stack sets things under one another with the space given between them.
func Stack(space float32, things ...fyne.CanvasObject) *fyne.Container {
	return container.New(&stack{space}, things...)
}

type stack struct{ space float32 }

func (l *stack) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size, first := fyne.Size{}, true
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		least := object.MinSize()
		size.Width = max(size.Width, least.Width)
		size.Height += least.Height
		if !first {
			size.Height += l.space
		}
		first = false
	}
	return size
}

func (l *stack) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	top := float32(0)
	for _, object := range objects {
		if object.Visible() {
			object.Move(fyne.NewPos(0, top))
			top += fit(object, size.Width) + l.space
		}
	}
}

// Row sets things beside one another with the space given between them; things keep their widths. Those that find no place
// go on below.
func Row(space float32, things ...fyne.CanvasObject) *fyne.Container {
	return container.New(&row{space: space}, things...)
}

type row struct{ space, width float32 }

// natural is the size of the row on one line.
func (l *row) natural(objects []fyne.CanvasObject) fyne.Size {
	size, first := fyne.Size{}, true
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		least := natural(object)
		size.Width += least.Width
		size.Height = max(size.Height, least.Height)
		if !first {
			size.Width += l.space
		}
		first = false
	}
	return size
}

func (l *row) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := l.natural(objects)
	if l.width > 0 && size.Width > l.width {
		size.Height = l.place(objects, l.width, false)
	}
	size.Width = 0
	for _, object := range objects {
		if object.Visible() {
			size.Width = max(size.Width, object.MinSize().Width)
		}
	}
	return size
}

func (l *row) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	l.place(objects, size.Width, true)
}

// place puts the things on as many lines as they need, each in the middle of its line's height, and gives the whole height.
func (l *row) place(objects []fyne.CanvasObject, width float32, move bool) float32 {
	left, top, height := float32(0), float32(0), float32(0)
	var line []fyne.CanvasObject
	settle := func() {
		for _, object := range line {
			object.Move(fyne.NewPos(object.Position().X, top+(height-object.Size().Height)/2))
		}
		line = nil
	}
	for _, object := range objects {
		if !object.Visible() {
			continue
		}
		own := natural(object)
		if own.Width > width { // of what can be broken, only the width is known yet
			own.Width = width
			if move {
				own.Height = fit(object, width)
			}
		}
		if left > 0 && left+own.Width > width+0.5 {
			settle()
			left, top, height = 0, top+height+min(l.space, Gap), 0
		}
		if move {
			object.Resize(own)
			object.Move(fyne.NewPos(left, top))
			line = append(line, object)
		}
		left += own.Width + l.space
		height = max(height, own.Height)
	}
	settle()
	return top + height
}

// natural is the size that a thing would like to have: that of its least size, but on one line where it can be broken.
func natural(thing fyne.CanvasObject) fyne.Size {
	switch node := thing.(type) {
	case *fyne.Container:
		switch l := node.Layout.(type) {
		case *row:
			return l.natural(node.Objects)
		case *beside:
			return l.natural(node.Objects)
		}
	case *Prose:
		return node.natural()
	case *Choice:
		return node.natural()
	case *Pressable:
		return natural(node.content).AddWidthHeight(2*pressableSide, 2*pressableTop)
	}
	return thing.MinSize()
}

// Beside sets a thing of its own width before, and behind it a content that takes the rest.
func Beside(space float32, before, content fyne.CanvasObject) *fyne.Container {
	return container.New(&beside{space: space}, before, content)
}

type beside struct{ space float32 }

func (l *beside) natural(objects []fyne.CanvasObject) fyne.Size {
	first, second := natural(objects[0]), natural(objects[1])
	return fyne.NewSize(first.Width+l.space+second.Width, max(first.Height, second.Height))
}

func (l *beside) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	return fyne.NewSize(first.Width+l.space+second.Width, max(first.Height, second.Height))
}

func (l *beside) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	first := objects[0].MinSize()
	objects[0].Resize(fyne.NewSize(first.Width, size.Height))
	objects[0].Move(fyne.NewPos(0, 0))
	fit(objects[1], max(0, size.Width-first.Width-l.space))
	objects[1].Move(fyne.NewPos(first.Width+l.space, 0))
}

// Between sets a thing at either end of a row, or the second below the first where there is no place for both.
func Between(before, after fyne.CanvasObject) *fyne.Container {
	return container.New(&between{}, before, after)
}

type between struct{ width float32 }

func (l *between) stacked(objects []fyne.CanvasObject) bool {
	return l.width > 0 && natural(objects[0]).Width+Space+natural(objects[1]).Width > l.width
}

func (l *between) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	size := fyne.NewSize(max(first.Width, second.Width), max(first.Height, second.Height))
	if l.stacked(objects) {
		size.Height = first.Height + 4 + second.Height
	}
	return size
}

func (l *between) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	if l.stacked(objects) {
		objects[0].Move(fyne.NewPos(0, 0))
		objects[1].Move(fyne.NewPos(0, fit(objects[0], size.Width)+4))
		fit(objects[1], min(size.Width, natural(objects[1]).Width))
		return
	}
	for i, object := range objects {
		own := natural(object)
		object.Resize(own)
		object.Move(fyne.NewPos(float32(i)*(size.Width-own.Width), (size.Height-own.Height)/2))
	}
}

// Columns lays two objects beside one another, the first of a width that grows with the texts, or the second below the first
// where there is no place for both.
func Columns(width, space float32, first, second fyne.CanvasObject) *fyne.Container {
	return container.New(&columns{first: width, space: space}, first, second)
}

type columns struct{ first, space, width float32 }

// leastColumn is what the second column must have to stand beside the first one.
const leastColumn float32 = 180

// beside is the width of the first column, and whether there is place for the second one beside it.
func (l *columns) beside(objects []fyne.CanvasObject) (float32, bool) {
	first := max(Scaled(l.first), objects[0].MinSize().Width)
	return first, l.width == 0 || first+l.space+max(Scaled(leastColumn), objects[1].MinSize().Width) <= l.width
}

func (l *columns) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	size := fyne.NewSize(max(first.Width, second.Width), max(first.Height, second.Height))
	if _, beside := l.beside(objects); !beside {
		size.Height = first.Height + min(Gap, l.space) + second.Height
	}
	return size
}

func (l *columns) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	objects[0].Move(fyne.NewPos(0, 0))
	width, beside := l.beside(objects)
	if !beside {
		objects[1].Move(fyne.NewPos(0, fit(objects[0], size.Width)+min(Gap, l.space)))
		fit(objects[1], size.Width)
		return
	}
	fit(objects[0], width)
	objects[1].Move(fyne.NewPos(width+l.space, 0))
	fit(objects[1], size.Width-width-l.space)
}

// Halves lays two objects beside one another, of the same width, where each gets a least one that grows with the texts, and
// else the second below the first.
func Halves(least, space float32, first, second fyne.CanvasObject) *fyne.Container {
	return container.New(&halves{least: least, space: space}, first, second)
}

type halves struct{ least, space, width float32 }

func (l *halves) beside() bool { return l.width >= 2*Scaled(l.least)+l.space }

func (l *halves) MinSize(objects []fyne.CanvasObject) fyne.Size {
	first, second := objects[0].MinSize(), objects[1].MinSize()
	size := fyne.NewSize(max(first.Width, second.Width), first.Height+l.space+second.Height)
	if l.beside() {
		size.Height = max(first.Height, second.Height)
	}
	return size
}

func (l *halves) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	l.width = size.Width
	objects[0].Move(fyne.NewPos(0, 0))
	if !l.beside() {
		objects[1].Move(fyne.NewPos(0, fit(objects[0], size.Width)+l.space))
		fit(objects[1], size.Width)
		return
	}
	half := (size.Width - l.space) / 2
	fit(objects[0], half)
	objects[1].Move(fyne.NewPos(half+l.space, 0))
	fit(objects[1], half)
}

// Inset sets a content with space around it.
func Inset(top, bottom, left, right float32, content fyne.CanvasObject) *fyne.Container {
	return container.New(layout.NewCustomPaddedLayout(top, bottom, left, right), content)
}

// Snug gives a thing no more than its own width, and less where there is less.
func Snug(thing fyne.CanvasObject) *fyne.Container { return container.New(snug{}, thing) }

type snug struct{}

func (snug) MinSize(objects []fyne.CanvasObject) fyne.Size {
	return fyne.NewSize(0, objects[0].MinSize().Height)
}

func (snug) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	objects[0].Move(fyne.NewPos(0, 0))
	fit(objects[0], min(size.Width, objects[0].MinSize().Width))
}

// Page sets a head and a foot at the ends of a window, and between them a body that has the rest.
func Page(head, body, foot fyne.CanvasObject) *fyne.Container {
	return container.New(page{}, head, body, foot)
}

type page struct{}

func (page) MinSize(objects []fyne.CanvasObject) fyne.Size {
	size := fyne.Size{}
	for _, object := range objects {
		least := object.MinSize()
		size.Width = max(size.Width, least.Width)
		size.Height += least.Height
	}
	return size
}

func (page) Layout(objects []fyne.CanvasObject, size fyne.Size) {
	head, foot := fit(objects[0], size.Width), fit(objects[2], size.Width)
	objects[0].Move(fyne.NewPos(0, 0))
	objects[1].Move(fyne.NewPos(0, head))
	objects[1].Resize(fyne.NewSize(size.Width, max(0, size.Height-head-foot)))
	objects[2].Move(fyne.NewPos(0, size.Height-foot))
}

// Settle arranges a tree anew, from its leaves up, after something in it has changed: how high a thing is follows from what
// stands in it.
func Settle(tree fyne.CanvasObject) {
	switch node := tree.(type) {
	case *fyne.Container:
		for _, child := range node.Objects {
			if child.Visible() {
				Settle(child)
			}
		}
		if node.Layout != nil {
			node.Layout.Layout(node.Objects, node.Size())
		}
	case *container.Scroll:
		Settle(node.Content)
		node.Refresh()
	}
}
