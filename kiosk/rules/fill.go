package rules

import (
	"slices"
	"strings"
)

// fill replaces the placeholders of a text: {scheme}, {documents} by the names of the documents matched, and {signs} by
// what the codes of their chips mean.
func (e *evaluation) fill(t Text, matched []*shown) Text {
	return Text{
		DA: e.fillIn(t, matched, func(t Text) string { return t.DA }),
		EN: e.fillIn(t, matched, func(t Text) string { return t.EN }),
	}
}

func (e *evaluation) fillIn(t Text, matched []*shown, in func(Text) string) string {
	text := strings.ReplaceAll(in(t), "{scheme}", schemeName[e.facts.Scheme])
	and := in(e.pack.phrases["and"])
	if strings.Contains(text, "{documents}") {
		var names []string
		for _, d := range matched {
			names = appendNew(names, in(e.pack.names[d.document.Type]))
		}
		text = strings.ReplaceAll(text, "{documents}", enumerate(names, and))
	}
	if strings.Contains(text, "{signs}") {
		var signs []string
		for _, d := range matched {
			for _, sign := range e.pack.signsOf(d.document.Chip) {
				signs = appendNew(signs, in(sign))
			}
		}
		text = strings.ReplaceAll(text, "{signs}", enumerate(signs, and))
	}
	if first, rest := text[:min(1, len(text))], text[min(1, len(text)):]; first >= "a" && first <= "z" {
		text = strings.ToUpper(first) + rest // a text may begin with a placeholder
	}
	return text
}

var schemeName = map[Scheme]string{MitID: "MitID", NemID: "NemID"}

func appendNew(list []string, s string) []string {
	if slices.Contains(list, s) {
		return list
	}
	return append(list, s)
}

// enumerate gives "a, b and c".
func enumerate(items []string, and string) string {
	if len(items) < 2 {
		return strings.Join(items, "")
	}
	last := len(items) - 1
	return strings.Join(items[:last], ", ") + " " + and + " " + items[last]
}
