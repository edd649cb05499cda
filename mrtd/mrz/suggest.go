package mrz

import (
	"slices"
	"strings"
)

// maxSuggestions bounds what Suggest gives, and maxCorrections the corrections of one field that it looks at.
const (
	maxSuggestions = 8
	maxCorrections = 16
)

// lookalikes holds the characters that people and scanners take for one another, each with what may be meant. G for 6
// and L for 1 are not among those of the document number: they weigh the same modulo 10, so that no check digit tells
// them apart.
var lookalikes = map[byte]string{
	'0': "ODQ", 'O': "0DQ", 'D': "0O", 'Q': "0O",
	'1': "I", 'I': "1L", 'L': "I",
	'2': "Z", 'Z': "2", '5': "S", 'S': "5", '8': "B", 'B': "8", 'U': "V", 'V': "U",
}

// digitFor and letterFor hold the character that must be meant where only a digit, or only a letter, can stand.
var (
	digitFor  = map[byte]byte{'O': '0', 'D': '0', 'Q': '0', 'I': '1', 'L': '1', 'Z': '2', 'S': '5', 'G': '6', 'B': '8'}
	letterFor = map[byte]byte{'0': 'O', '1': 'I', '2': 'Z', '5': 'S', '6': 'G', '8': 'B'}
)

// Suggest looks for the slips of eye and scanner that make the check digits of a text wrong: O for 0, I for 1, S for
// 5, B for 8, Z for 2 and the like. It gives whole MRZ of the same size whose check digits are all right, those with
// the fewest changed characters first, at most eight; none where the text is right already, is no whole MRZ, or no
// exchange of such characters mends it. A suggestion is for a person to compare with the document, never to be taken
// unseen: a check digit lets one wrong text in ten pass.
func Suggest(text string) []*MRZ {
	given, err := Parse(text)
	if err != nil || given.Validate() == nil {
		return nil
	}
	l := given.layout
	var found []*MRZ
	seen := map[string]bool{given.text: true}
	for _, withNumber := range correctNumber(l, fit(l, given.text)) {
		for _, t := range correctOptional(l, withNumber) {
			if m, err := ParseStrict(t); err == nil && !seen[t] && m.Validate() == nil {
				seen[t] = true
				found = append(found, m)
			}
		}
	}
	slices.SortStableFunc(found, func(a, b *MRZ) int { return changes(a.text, given.text) - changes(b.text, given.text) })
	return found[:min(len(found), maxSuggestions)]
}

// changes counts the characters in which two texts of the same length differ.
func changes(a, b string) int {
	n := 0
	for i := range len(a) {
		if a[i] != b[i] {
			n++
		}
	}
	return n
}

// fit puts digits where only digits can stand, and letters where only letters can.
func fit(l *layout, text string) string {
	b := []byte(text)
	put := func(s span, table map[byte]byte) {
		for i := s.from; i < s.to; i++ {
			if c, ok := table[b[i]]; ok {
				b[i] = c
			}
		}
	}
	for _, s := range []span{l.birth, l.expiry} {
		put(s, digitFor)
	}
	for _, i := range []int{l.numberDigit, l.birthDigit, l.expiryDigit, l.optionalDigit, l.overall} {
		if i >= 0 {
			put(span{i, i + 1}, digitFor)
		}
	}
	for _, s := range []span{l.code, l.issuer, l.nationality, l.names} {
		put(s, letterFor)
	}
	return string(b)
}

// correctNumber gives the text with its document number mended in every way that fits; the text itself where it is right.
func correctNumber(l *layout, text string) []string {
	m, err := ParseStrict(text)
	if err != nil {
		return nil
	}
	if !slices.Contains(m.CheckDigits(), FieldNumber) {
		return []string{text}
	}
	where := []span{{l.number.from, l.number.to}}
	if rest := len(m.checkedNumber) - 9; rest > 0 {
		where = append(where, span{l.optional.from, l.optional.from + rest + 1})
	}
	return corrections(text, where, func(m *MRZ) bool { return !slices.Contains(m.CheckDigits(), FieldNumber) })
}

// correctOptional does the same for the optional data, which in TD1 and TD2 only the digit over the whole MRZ covers.
func correctOptional(l *layout, text string) []string {
	m, err := ParseStrict(text)
	if err != nil {
		return nil
	}
	switch wrong := m.CheckDigits(); {
	case slices.Contains(wrong, FieldOptional):
		return corrections(text, []span{l.optional}, allRight)
	case slices.Contains(wrong, FieldComposite) && l.optionalDigit < 0:
		return corrections(text, []span{l.optional, l.optional2}, allRight)
	}
	return []string{text}
}

func allRight(m *MRZ) bool { return m.Validate() == nil }

// corrections exchanges one character, or two, of the positions given for lookalikes, and keeps what is right then.
func corrections(text string, where []span, right func(*MRZ) bool) []string {
	var positions []int
	for _, s := range where {
		for i := s.from; i < s.to; i++ {
			if lookalikes[text[i]] != "" {
				positions = append(positions, i)
			}
		}
	}
	var found []string
	try := func(t string) {
		if m, err := ParseStrict(t); err == nil && len(found) < maxCorrections && right(m) {
			found = append(found, t)
		}
	}
	swap := func(t string, i int, c byte) string {
		var b strings.Builder
		b.WriteString(t[:i])
		b.WriteByte(c)
		b.WriteString(t[i+1:])
		return b.String()
	}
	for _, i := range positions {
		for _, c := range []byte(lookalikes[text[i]]) {
			try(swap(text, i, c))
		}
	}
	if len(found) > 0 {
		return found
	}
	for n, i := range positions {
		for _, c := range []byte(lookalikes[text[i]]) {
			for _, j := range positions[n+1:] {
				for _, d := range []byte(lookalikes[text[j]]) {
					try(swap(swap(text, i, c), j, d))
				}
			}
		}
	}
	return found
}
