package desk

import (
	"strconv"
	"strings"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
)

// parseDay reads a date as people write it: day, month and year of four digits with any mark between them or none, or the year
// first with marks between. It gives false for anything else, and for a day that does not exist.
func parseDay(text string) (rules.Date, bool) {
	parts := strings.FieldsFunc(text, func(letter rune) bool { return strings.ContainsRune("-./ ", letter) })
	if len(parts) == 1 && len(parts[0]) == 8 {
		parts = []string{parts[0][:2], parts[0][2:4], parts[0][4:]}
	}
	if len(parts) != 3 {
		return rules.Date{}, false
	}
	if len(parts[0]) == 4 {
		parts[0], parts[2] = parts[2], parts[0]
	}
	if len(parts[0]) > 2 || len(parts[1]) > 2 || len(parts[2]) != 4 {
		return rules.Date{}, false
	}
	for _, part := range parts {
		if _, err := strconv.ParseUint(part, 10, 16); err != nil {
			return rules.Date{}, false
		}
	}
	pad := func(part string) string { return strings.Repeat("0", 2-len(part)) + part }
	day, err := rules.ParseDate(parts[2] + "-" + pad(parts[1]) + "-" + pad(parts[0]))
	return day, err == nil
}

// typedDay is a date as it stands in a field.
func typedDay(day rules.Date) string {
	if day.IsZero() {
		return ""
	}
	text := day.String()
	return text[8:] + "-" + text[5:7] + "-" + text[:4]
}

// dayField is a field for a date. What is no date is told as soon as it is long enough to be one, and counts as not known.
func (w *window) dayField(day rules.Date, set func(rules.Date)) *look.Field {
	var field *look.Field
	field = w.field(look.FieldStyle{Hint: w.say("day.hint"), Width: 10, Changed: func(text string) {
		day, ok := parseDay(text)
		field.SetProblem("")
		if !ok && len(strings.TrimSpace(text)) >= 10 {
			field.SetProblem(w.say("day.error"))
		}
		set(day)
	}})
	field.Fill(typedDay(day))
	return field
}

// field makes a field in which the window's shortcuts work.
func (w *window) field(style look.FieldStyle) *look.Field {
	style.Shortcut = w.typedShortcut
	return look.NewField(style)
}
