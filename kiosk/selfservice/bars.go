package selfservice

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
)

// header has the name of the place, and what can be set at any moment.
func (k *kiosk) header() fyne.CanvasObject {
	m := k.m
	m.text = min(m.text, 1.5)
	mark := fixed(m.of(40), m.of(40), look.Picture("skranke", fyne.NewSquareSize(m.of(40))))
	name := k.site.Place
	if name == "" {
		name = k.say("app.name")
	}
	if k.large() {
		name = ""
	}
	left := leading(m.of(12), mark, look.NewProse(name, look.Style{Size: m.font(textLead), Bold: true}))
	var buttons []fyne.CanvasObject
	if k.page != pageOver {
		for _, language := range assets.Languages() {
			if language == k.words.Language() {
				continue
			}
			buttons = append(buttons, k.button(assets.In(language).Say("language."+string(language)), "kiosk_language", look.Secondary, func() {
				k.speak(language)
				k.render()
			}))
		}
		if k.voice != nil && k.over == pageNone && !k.staff && !k.large() {
			icon, text := "kiosk_speak", k.say("kiosk.speak")
			if k.speaking {
				icon, text = "kiosk_silent", k.say("kiosk.silent")
			}
			buttons = append(buttons, k.button(text, icon, look.Secondary, k.toggleSpeech))
		}
		if k.over == pageNone {
			buttons = append(buttons, k.button(k.say("kiosk.view"), "kiosk_view", look.Secondary, func() { k.lift(pageView) }))
			buttons = append(buttons, k.iconButton(k.say("kiosk.staff"), "kiosk_staff", k.askPIN))
		}
	}
	right := flowing(k.m.of(4), true, buttons...)
	return band(look.Plain, inset(k.m.of(20), k.m.of(6), nil, container.New(&headLayout{space: k.m.of(16)}, left, right)), false)
}

// headLayout sets a first thing at the left in the middle of the height, and a second at the right, below it where there is no room.
type headLayout struct {
	loose
	space float32
}

func (l *headLayout) split(things []fyne.CanvasObject, width float32) (left float32, below bool) {
	right := widthOf(things[1])
	if left = width - right - l.space; left < width/5 {
		return width, true
	}
	return left, false
}

func (l *headLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	left, below := l.split(things, width)
	first := heightOf(things[0], left)
	if below {
		return first + heightOf(things[1], width)
	}
	return max(first, heightOf(things[1], width-left-l.space))
}

func (l *headLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	left, below := l.split(things, size.Width)
	first := heightOf(things[0], left)
	if below {
		place(things[0], 0, 0, left, first)
		place(things[1], 0, first, size.Width, heightOf(things[1], size.Width))
		return
	}
	place(things[0], 0, (size.Height-first)/2, left, first)
	place(things[1], left+l.space, 0, size.Width-left-l.space, size.Height)
}

// iconButton is a thing to touch that shows a picture and has its word spoken.
func (k *kiosk) iconButton(label, icon string, press func()) *touch {
	t := k.bare(label, look.Quiet, press)
	t.icon = look.NewIcon(icon, look.Muted, k.m.of(26))
	return t
}

// footer has Help and Start over at the left, and the way on at the right.
func (k *kiosk) footer(v view) fyne.CanvasObject {
	var left, right []fyne.CanvasObject
	if !v.bare {
		left = append(left, k.button(k.say("kiosk.help"), "kiosk_help", look.Secondary, func() { k.lift(pageHelp) }))
		left = append(left, k.button(k.say("kiosk.restart"), "kiosk_restart", look.Secondary, k.startOver))
	}
	if v.back != nil {
		right = append(right, k.button(k.say("kiosk.back"), "kiosk_back", look.Secondary, v.back))
	}
	right = append(right, v.more...)
	if v.next != nil {
		right = append(right, v.next)
	}
	space := k.m.of(4)
	things := container.New(&footLayout{space: k.m.of(16)}, flowing(space, false, left...), flowing(space, true, right...))
	return band(look.Plain, inset(k.m.of(20), k.m.of(8), nil, things), true)
}

// footLayout sets two rows of buttons at the ends of one row, or under one another where there is no room.
type footLayout struct {
	loose
	space float32
}

func (l *footLayout) fits(things []fyne.CanvasObject, width float32) bool {
	return widthOf(things[0])+l.space+widthOf(things[1]) <= width
}

func (l *footLayout) heightAt(things []fyne.CanvasObject, width float32) float32 {
	first, second := heightOf(things[0], width), heightOf(things[1], width)
	if l.fits(things, width) {
		return max(first, second)
	}
	return first + second
}

func (l *footLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	if l.fits(things, size.Width) {
		left := widthOf(things[0])
		place(things[0], 0, 0, left, size.Height)
		place(things[1], left+l.space, 0, size.Width-left-l.space, size.Height)
		return
	}
	second := heightOf(things[1], size.Width)
	place(things[1], 0, 0, size.Width, second)
	place(things[0], 0, second, size.Width, heightOf(things[0], size.Width))
}

// band sets a thing on a ground across the window, with a line towards the page.
func band(tone look.Tone, thing fyne.CanvasObject, foot bool) fyne.CanvasObject {
	if foot {
		return inset(0, 0, look.Bar(tone, look.Stack(0)), column(0, look.Line(), thing))
	}
	return inset(0, 0, look.Bar(tone, look.Stack(0)), column(0, thing, look.Line()))
}
