package desk

import (
	"strings"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/mrtd/mrz"
)

// digitState tells how a check digit stands while someone types.
type digitState int

const (
	digitOpen digitState = iota // not typed yet
	digitRight
	digitWrong
)

// digit is one check digit of the lines.
type digit struct {
	field mrz.Field
	state digitState
}

// span is where a field stands in the lines without their line ends; its check digit comes right behind it.
type span struct {
	field    mrz.Field
	from, to int
}

// spans of the three sizes (Doc 9303-4 §4.2.2, 9303-5 §4.2.2, 9303-6 §4.2.2).
var spans = map[mrz.Size][]span{
	mrz.TD3: {{mrz.FieldNumber, 44, 53}, {mrz.FieldBirth, 57, 63}, {mrz.FieldExpiry, 65, 71}},
	mrz.TD2: {{mrz.FieldNumber, 36, 45}, {mrz.FieldBirth, 49, 55}, {mrz.FieldExpiry, 57, 63}},
	mrz.TD1: {{mrz.FieldNumber, 5, 14}, {mrz.FieldBirth, 30, 36}, {mrz.FieldExpiry, 38, 44}},
}

// typedDigits tells of each check digit in lines that are being typed how it stands, and how many characters are still to
// come; below 0 for too many. It gives none for what cannot be the beginning of such lines.
func typedDigits(text string) (digits []digit, missing int) {
	size, missing := mrz.Identify(text)
	plain := strings.ToUpper(strings.Join(strings.Fields(text), ""))
	for _, at := range spans[size] {
		now := digit{field: at.field}
		// A card's number that goes on in the optional data has < for its digit here (Doc 9303-5 §4.2.2): only whole lines tell.
		if len(plain) > at.to && plain[at.to] != '<' {
			now.state = digitOf(plain[at.from:at.to], plain[at.to:at.to+1])
		}
		digits = append(digits, now)
	}
	if size == "" {
		return nil, missing
	}
	whole := digit{field: mrz.FieldComposite}
	if missing == 0 {
		if lines, err := mrz.Parse(text); err == nil {
			whole.state = digitRight
			if lines.Validate() != nil {
				whole.state = digitWrong
			}
		}
	}
	return append(digits, whole), missing
}

// digitOf tells whether a typed check digit fits a field.
func digitOf(field, typed string) digitState {
	switch {
	case field == "" || typed == "":
		return digitOpen
	case len(typed) == 1 && mrz.CheckDigit(field) == typed[0]:
		return digitRight
	}
	return digitWrong
}

// confused are characters that people and readers take for one another.
var confused = []string{"O0", "I1", "S5", "B8", "Z2", "G6"}

// alike gives texts that differ from one typed in a single character that is easily mistaken, and that the check digit fits.
func alike(text, typed string) []string {
	var found []string
	for i := range len(text) {
		for _, pair := range confused {
			for j := range 2 {
				other := text[:i] + pair[1-j:2-j] + text[i+1:]
				if text[i] == pair[j] && digitOf(other, typed) == digitRight {
					found = append(found, other)
				}
			}
		}
	}
	return found
}

// digitLooks says how each state of a check digit is shown; words beside it say the same.
var digitLooks = map[digitState]struct {
	icon, key string
	tone      look.Tone
}{
	digitOpen:  {"pending", "entry.digit.open", look.Muted},
	digitRight: {"successful", "entry.digit.right", look.Good},
	digitWrong: {"failed", "entry.digit.wrong", look.Bad},
}

// digitRow shows how the check digits stand.
func digitRow(w *window, digits []digit) fyne.CanvasObject {
	row := look.Row(look.Space)
	for _, d := range digits {
		shown := digitLooks[d.state]
		text := look.NewProse(w.say(shown.key, "field", w.say("field."+string(d.field))), look.Style{Size: look.Small, Tone: shown.tone, OneLine: true})
		row.Add(look.Beside(4, look.NewIcon(shown.icon, shown.tone, 18), text))
	}
	return row
}
