package desk

import (
	"strconv"
	"time"

	"fyne.io/fyne/v2"
	"golang.org/x/text/language"
	"golang.org/x/text/language/display"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
)

// names are the holder's, as the chip has them.
func names(d *inspect.Document) fyne.CanvasObject {
	list := look.Stack(0)
	surname, givenNames := d.Names()
	for _, name := range []string{surname, givenNames} {
		if name != "" {
			list.Add(look.NewProse(name, look.Style{Size: look.Lead, Bold: true}))
		}
	}
	return list
}

// holder is what else the chip says about the holder and the document.
func holder(w *window, d *inspect.Document) fyne.CanvasObject {
	sex := ""
	if key := "holder.sex." + d.Sex; w.words.Has(key) {
		sex = w.say(key)
	}
	rows := []struct{ key, value string }{
		{"holder.date_of_birth", longDate(w.words, d.DateOfBirth)},
		{"holder.sex", sex},
		{"holder.nationality", country(w.words, d.Nationality)},
		{"holder.document", w.say("document." + documentKind(d.Code))},
		{"holder.number", d.Number},
		{"holder.issuer", country(w.words, d.Issuer)},
		{"holder.date_of_expiry", longDate(w.words, d.DateOfExpiry)},
	}
	if d.OptionalData != "" {
		rows = append(rows, struct{ key, value string }{"holder.optional_data", d.OptionalData})
	}
	list := look.Stack(look.Gap)
	for _, row := range rows {
		value := row.value
		if value == "" {
			value = w.say("holder.unknown")
		}
		list.Add(look.Stack(
			0, look.NewProse(w.say(row.key), look.Style{Size: look.Small, Tone: look.Muted}),
			look.NewProse(value, look.Style{}),
		))
	}
	return list
}

// documentKind is the kind of document that a document code stands for, as the texts call it.
func documentKind(code string) string {
	if kind, ok := visit.DocumentType(code); ok {
		return string(kind)
	}
	return "other"
}

// longDate writes a date with the month's name. One that is not known whole stays as the chip has it.
func longDate(words *assets.Words, text string) string {
	day, err := time.Parse(time.DateOnly, text)
	if err != nil {
		return text
	}
	return words.Say("date", "day", strconv.Itoa(day.Day()), "month", words.Say("month."+strconv.Itoa(int(day.Month()))),
		"year", strconv.Itoa(day.Year()))
}

// country names a state or organization by its code in the MRZ (Doc 9303-3 §5). A code that nobody knows stands as it is.
func country(words *assets.Words, code string) string {
	if key := "country." + code; words.Has(key) {
		return words.Say(key)
	}
	region, err := language.ParseRegion(code)
	if err != nil || len(code) != 3 || !mrz.IsCode(code) {
		return code
	}
	if name := display.Regions(language.Make(string(words.Language()))).Name(region); name != "" {
		return name
	}
	return code
}
