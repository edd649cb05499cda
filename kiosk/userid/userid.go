// Package userid tells whether a text may be a MitID user ID, why not, and what nearby text may.
//
// The criteria and their wording are data, assets/rules/userid.yaml, with the page that they stand on.
package userid

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/skranke/skranke/kiosk/cpr"
)

// Schema is the schema name of a [Result]'s JSON form.
const Schema = "skranke.userid/1"

// Result is the answer to one text, skranke.userid/1. It never holds the text itself; the suggestion is near it and
// belongs to the person who gave it.
type Result struct {
	Schema string `json:"schema"`
	// Valid tells whether every criterion that can be tested here is met.
	Valid bool `json:"valid"`
	// Reasons are the criteria that are not met, each once, in the order of the rules; empty when Valid.
	Reasons []Reason `json:"reasons"`
	// Suggestion is a nearby text that is valid; empty when Valid, and when there is none that is near.
	Suggestion string `json:"suggestion"`
	// NotChecked are the criteria that no one can test offline: whether another user has the same user ID.
	NotChecked []Reason `json:"not_checked"`
}

// Reason is one criterion: a stable code, and what it says in Danish and English.
type Reason struct {
	Code string `json:"code"`
	Text Text   `json:"text"`
}

// Text is a text for people in both languages.
type Text struct {
	DA string `json:"da" yaml:"da"`
	EN string `json:"en" yaml:"en"`
}

// Check tells whether text may be a MitID user ID. Characters are counted as code points, as given, without
// normalization. number is the applicant's CPR number, which the user ID must not be; nil when it is not known, and then
// every text that looks like a CPR number is refused.
func (r *Rules) Check(text string, number *cpr.Number) Result {
	result := Result{Schema: Schema, Reasons: []Reason{}, NotChecked: r.unchecked}
	found := r.faults(text, number)
	for _, reason := range r.reasons {
		if found[reason.Code] {
			result.Reasons = append(result.Reasons, reason)
		}
	}
	result.Valid = len(found) == 0
	if !result.Valid {
		result.Suggestion = r.suggest(text, number)
	}
	return result
}

// faults gives the codes of the criteria that text does not meet.
func (r *Rules) faults(text string, number *cpr.Number) map[string]bool {
	found := map[string]bool{}
	count := utf8.RuneCountInString(text)
	switch {
	case count < r.shortest:
		found["too_short"] = true
	case count > r.longest:
		found["too_long"] = true
		if len(text) > maxText {
			text = text[:maxText] // the rest changes no reason that matters
		}
	}
	if !utf8.ValidString(text) {
		found["character"] = true
	}
	composed := norm.NFC.String(text)
	if composed != text {
		found["not_composed"] = true
	}
	for _, c := range composed {
		switch {
		case r.allowed[c]:
		case r.allowed[unicode.ToLower(c)]:
			found["upper_case"] = true
		default:
			found["character"] = true
		}
	}
	if strings.HasPrefix(text, " ") {
		found["space_start"] = true
	}
	if strings.HasSuffix(text, " ") {
		found["space_end"] = true
	}
	if code := digitsFault(text, number); code != "" {
		found[code] = true
	}
	return found
}

// maxText bounds the text that is looked at whole, in bytes.
const maxText = 4 << 10

// digitsFault tells whether text is a CPR number, with or without its hyphen, or ten digits. The applicant's own is
// found with spaces in it too.
func digitsFault(text string, number *cpr.Number) string {
	if number != nil && separators.Replace(text) == number.Digits() {
		return "cpr"
	}
	if isDigits(text, 10) {
		return "ten_digits"
	}
	if _, err := cpr.Parse(text); err == nil && number == nil {
		return "looks_like_cpr"
	}
	return ""
}

var separators = strings.NewReplacer("-", "", " ", "")

func isDigits(text string, count int) bool {
	return len(text) == count && strings.Trim(text, "0123456789") == ""
}

// suggest gives a valid text near the one refused: composed, in small letters, without marks and characters that are
// not allowed, not too long, and filled up when it is too short. A number is not made into another number.
func (r *Rules) suggest(text string, number *cpr.Number) string {
	if !utf8.ValidString(text) || len(text) > maxText || digitsFault(strings.TrimSpace(text), number) != "" {
		return ""
	}
	var kept []rune
	for _, c := range norm.NFC.String(text) {
		c = unicode.ToLower(c)
		if !r.allowed[c] {
			c, _ = utf8.DecodeRuneInString(norm.NFD.String(string(c))) // é without its mark
			c = unicode.ToLower(c)
		}
		if r.allowed[c] {
			kept = append(kept, c)
		}
	}
	kept = []rune(strings.Trim(string(kept), " "))
	if len(kept) > r.longest {
		kept = []rune(strings.TrimRight(string(kept[:r.longest]), " "))
	}
	if len(kept) < 2 {
		return ""
	}
	for next := '1'; len(kept) < r.shortest; next++ {
		kept = append(kept, next)
	}
	if suggestion := string(kept); len(r.faults(suggestion, number)) == 0 {
		return suggestion
	}
	return ""
}
