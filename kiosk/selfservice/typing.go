package selfservice

import (
	"strings"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/kiosk/desk/look"
)

// maxNumber is the longest document number (Doc 9303-5 §4.2.2: 9 characters and up to 5 in the optional data).
const maxNumber = 14

// maxPIN bounds what is typed as a PIN.
const maxPIN = 16

// answerOf is the answer that the present page has typed, and how long it may be; nil where nothing is typed.
func (k *kiosk) answerOf() (answer *string, most int) {
	if k.over != pageNone {
		return nil, 0
	}
	switch k.page {
	case pageNumber:
		return &k.draft.number, maxNumber
	case pageBirth:
		return &k.draft.birth, 8
	case pageExpiry:
		return &k.draft.expiry, 8
	case pageCAN:
		return &k.draft.can, 6
	}
	return nil, 0
}

// enter takes a letter or figure as an answer's next.
func (k *kiosk) enter(letter rune) {
	letter = []rune(strings.ToUpper(string(letter)))[0]
	digit := letter >= '0' && letter <= '9'
	if k.over == pagePIN {
		if digit && len(k.pin) < maxPIN && !k.checking {
			if k.pin == nil {
				k.pin = make([]byte, 0, maxPIN) // never grown, so that no copy is left behind
			}
			k.pin, k.wrongPIN = append(k.pin, byte(letter)), false
			k.speakTyped("")
			k.render()
		}
		return
	}
	answer, most := k.answerOf()
	if answer == nil || !digit && (k.page != pageNumber || letter < 'A' || letter > 'Z') {
		return
	}
	k.draft.problem = ""
	if len(*answer) >= most {
		k.cue(cueAsk)
		return
	}
	*answer += string(letter)
	k.speakTyped(string(letter))
	k.render()
}

// erase takes the last character away.
func (k *kiosk) erase() {
	if k.over == pagePIN {
		if n := len(k.pin); n > 0 && !k.checking {
			k.pin[n-1] = 0
			k.pin = k.pin[:n-1]
			k.render()
		}
		return
	}
	if answer, _ := k.answerOf(); answer != nil && *answer != "" {
		*answer = (*answer)[:len(*answer)-1]
		k.draft.problem = ""
		k.render()
	}
}

// keySide is how large keys are: at least the least target, and larger where the screen has room for rows of them.
func (k *kiosk) keySide(columns, rows int) float32 {
	least := k.m.side() + k.m.of(10)
	most := k.m.of(82)
	high := (k.size.Height - k.m.of(270)) / float32(rows)
	wide := (k.size.Width*0.5 - k.m.of(40)) / float32(columns)
	if k.size.Height > k.size.Width {
		high, wide = k.size.Height*0.4/float32(rows), (k.size.Width-k.m.of(80))/float32(columns)
	}
	return max(least, min(most, high, wide))
}

// figures is a keypad of figures, in the order of telephones, with a key that erases.
func (k *kiosk) figures() (keys fyne.CanvasObject, wide float32) {
	var all []fyne.CanvasObject
	for _, digit := range "123456789" {
		all = append(all, k.letter(digit))
	}
	all = append(all, nil, k.letter('0'), k.eraser())
	return k.keypad(3, 4, all)
}

// letters is a keypad of figures and letters.
func (k *kiosk) letters() (keys fyne.CanvasObject, wide float32) {
	figures := []string{"123", "456", "789", "\x000\b"}
	letters := []string{"ABCDE", "FGHIJ", "KLMNO", "PQRST", "UVWXY", "Z"}
	var all []fyne.CanvasObject
	for row := range letters {
		line := "\x00\x00\x00"
		if row < len(figures) {
			line = figures[row]
		}
		for _, letter := range line + letters[row] {
			switch letter {
			case 0:
				all = append(all, nil)
			case '\b':
				all = append(all, k.eraser())
			default:
				all = append(all, k.letter(letter))
			}
		}
	}
	return k.keypad(8, 6, all)
}

func (k *kiosk) keypad(columns, rows int, all []fyne.CanvasObject) (keys fyne.CanvasObject, wide float32) {
	side := k.keySide(columns, rows)
	keypad := pad(columns, side, 0, all...)
	wide = keypad.MinSize().Width
	return fixed(wide, keypad.MinSize().Height, keypad), wide
}

func (k *kiosk) letter(letter rune) fyne.CanvasObject {
	return k.key(string(letter), func() { k.enter(letter) })
}

func (k *kiosk) eraser() fyne.CanvasObject {
	t := k.bare(k.say("kiosk.erase"), look.Secondary, k.erase)
	t.icon = look.NewIcon("kiosk_erase", look.Plain, k.m.of(32))
	return t
}

// typedText shows what was typed in a frame, as wide as what it is for.
func (k *kiosk) typedText(text string, characters int) fyne.CanvasObject {
	font := k.m.font(textKey)
	wide := fyne.MeasureText(strings.Repeat("0", characters), float32(font), fyne.TextStyle{Monospace: true}).Width + k.m.of(28)
	palette := k.theme.Palette()
	edge := canvas.NewRectangle(palette.Panel)
	edge.StrokeColor, edge.StrokeWidth, edge.CornerRadius = palette.Control, k.m.of(2), k.m.of(4)
	if text == "" {
		text = " "
	}
	words := look.NewProse(text, look.Style{Size: font, Mono: true, OneLine: true})
	high := max(k.m.of(52), float32(font)*1.7)
	return fixed(wide, high, container.New(&boxed{inset: k.m.of(14)}, edge, words))
}

// boxed sets a line in the middle of the height of a box.
type boxed struct {
	loose
	inset float32
}

// Layout is the toolkit's hook.
func (l *boxed) Layout(things []fyne.CanvasObject, size fyne.Size) {
	place(things[0], 0, 0, size.Width, size.Height)
	high := things[1].MinSize().Height
	place(things[1], l.inset, (size.Height-high)/2, max(0, size.Width-2*l.inset), high)
}

// date shows the typed part of a date in three boxes, each with its name.
func (k *kiosk) date(digits string) fyne.CanvasObject {
	var boxes []fyne.CanvasObject
	for _, part := range []struct {
		name     string
		from, to int
	}{{"day", 0, 2}, {"month", 2, 4}, {"year", 4, 8}} {
		text := ""
		if len(digits) > part.from {
			text = digits[part.from:min(part.to, len(digits))]
		}
		name := look.NewProse(k.say("kiosk.date."+part.name), look.Style{Size: k.m.font(textSmall)})
		box := k.typedText(text, part.to-part.from)
		wide := max(widthOf(box), fyne.MeasureText(name.Text(), float32(k.m.font(textSmall)), fyne.TextStyle{}).Width+1)
		boxes = append(boxes, container.New(&columnLayout{space: k.m.of(4), wide: wide}, name, flowing(0, false, box)))
	}
	return flowing(k.m.of(12), false, boxes...)
}
