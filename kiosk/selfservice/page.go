package selfservice

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/kiosk/desk/look"
)

// view is what a page shows.
type view struct {
	things []fyne.CanvasObject
	// side stands at the right, or below where there is no room; wide is how wide it is.
	side fyne.CanvasObject
	wide float32
	// back and next are at the foot; nil for none.
	back func()
	next *touch
	// more are buttons beside next.
	more []fyne.CanvasObject
	// bare leaves out Help and Start over, on pages that are theirs or the staff's.
	bare bool
}

// paged sets a page between header and footer. Where it is higher than its place, large buttons move it: touching and drawing is more
// than every hand can do.
func (k *kiosk) paged(v view) fyne.CanvasObject {
	space := k.m.of(20)
	var content fyne.CanvasObject = column(space, v.things...)
	if v.side != nil {
		content = beside(k.m.of(36), v.wide, k.m.of(330), content, v.side)
	}
	k.content = content
	return container.New(&still{})
}

// still is a layout that leaves things where they are.
type still struct{ loose }

// Layout does nothing.
func (*still) Layout([]fyne.CanvasObject, fyne.Size) {}

// measured is a content of a height that was worked out.
type measured struct {
	height, edge float32
}

func (l *measured) MinSize([]fyne.CanvasObject) fyne.Size { return fyne.NewSize(0, l.height) }

func (l *measured) Layout(things []fyne.CanvasObject, size fyne.Size) {
	place(things[0], l.edge, 0, size.Width-2*l.edge, l.height)
}

// arrangePage sets the page into its place.
func (k *kiosk) arrangePage(holder *fyne.Container, size fyne.Size) {
	side, top := k.m.of(32), k.m.of(30)
	width := min(size.Width-2*side, k.m.of(1280))
	left := (size.Width - width) / 2
	high := heightOf(k.content, width)
	k.scroll = nil
	if high <= size.Height-2*top {
		// On a screen that is higher than wide the page stands nearer to the hand.
		if spare := size.Height - high; size.Height > size.Width && spare > 4*top {
			top = spare / 3
		}
		holder.Objects = []fyne.CanvasObject{k.content}
		place(k.content, left, top, width, high)
		return
	}
	rail := k.m.side() + k.m.of(10)
	width -= rail + k.m.of(24)
	high = heightOf(k.content, width)
	edge := k.m.of(10) // for the rings of what stands at the edge
	scroll := container.NewVScroll(container.New(&measured{height: high, edge: edge}, k.content))
	scroll.OnScrolled = func(fyne.Position) { k.touchedNow() }
	move := func(share float32) func() {
		return func() {
			end := max(0, high-scroll.Size().Height)
			scroll.ScrollToOffset(fyne.NewPos(0, min(end, max(0, scroll.Offset.Y+share*scroll.Size().Height))))
		}
	}
	up, down := k.bare(k.say("kiosk.up"), look.Secondary, move(-0.8)), k.bare(k.say("kiosk.down"), look.Secondary, move(0.8))
	up.icon, down.icon = look.NewIcon("kiosk_up", look.Plain, k.m.of(30)), look.NewIcon("kiosk_down", look.Plain, k.m.of(30))
	holder.Objects = []fyne.CanvasObject{scroll, up, down}
	x := left + width + k.m.of(24)
	place(scroll, left-edge, top/2, width+2*edge, size.Height-top)
	place(up, x, top/2, rail, rail)
	place(down, x, size.Height-top/2-rail, rail, rail)
	k.scroll = scroll
}

// reveal brings what has the keyboard's place into view.
func (k *kiosk) reveal(thing fyne.CanvasObject) {
	if k.scroll == nil {
		return
	}
	driver := k.program.Driver()
	top := driver.AbsolutePositionForObject(k.scroll)
	at := driver.AbsolutePositionForObject(thing)
	if at.X >= top.X+k.scroll.Size().Width || at.Y+thing.Size().Height <= 0 {
		return // beside the page
	}
	if by := at.Y - top.Y; by < 0 || by+thing.Size().Height > k.scroll.Size().Height {
		end := max(0, k.scroll.Content.Size().Height-k.scroll.Size().Height)
		k.scroll.ScrollToOffset(fyne.NewPos(0, min(end, max(0, k.scroll.Offset.Y+by-k.m.of(20)))))
	}
}
