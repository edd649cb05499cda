package mrz

import (
	"errors"
	"fmt"
	"strings"
	"unicode"
)

// maxText bounds the text that is looked at, in bytes: the longest MRZ has 90 characters, the rest is room for spaces and
// line ends.
const maxText = 1024

// MRZ is one parsed machine readable zone. Values are as printed, in the Latin letters of the MRZ, fillers removed; they
// are personal data, and the MRZ prints itself as redacted.
type MRZ struct {
	Size Size
	// Code is the document code: "P", "PP", "ID", "AR".
	Code string
	// Issuer and Nationality are codes of Doc 9303-3 §5: "DNK", "D", "XXA". See [CountryOf].
	Issuer      string
	Nationality string
	// Number is the document number, whole where it goes on in the optional data of TD1 and TD2, up to 23 characters. A
	// filler inside it stands for a character that the MRZ cannot show.
	Number string
	// Surname and GivenNames are the primary and the secondary identifier, with a space between names (Doc 9303-3
	// §4.6). A name without a separator is all surname. Either may be cut short by the MRZ's width.
	Surname    string
	GivenNames string
	// Sex is "F", "M" or, for unspecified, "X"; empty where the MRZ has none of F, M, X and <.
	Sex string
	// OptionalData is what the state added, without the continuation of a long document number: in TD1 the elements
	// of the first and the second line, with a space between them where both are there. In Denmark it may hold a CPR
	// number.
	OptionalData string

	text   string
	layout *layout
	// number as the check digit covers it, and that digit.
	checkedNumber string
	numberDigit   byte
}

// Parse reads the lines of TD1, TD2 and TD3 as people give them: spaces and line ends count for nothing, letters may
// be small. Its errors are a [*LengthError], a [*CharacterError], [ErrVisa] or [ErrKind]. A wrong check digit, a date
// that no calendar has or an unknown code is no error here: see [MRZ.Validate].
func Parse(text string) (*MRZ, error) {
	joined, err := join(text)
	if err != nil {
		return nil, err
	}
	if strings.HasPrefix(joined, "P") && len(joined) != layoutOf(TD3).length() {
		// Only a passport booklet's code begins with P (Doc 9303-5 §4.2.2.1, Doc 9303-6 §4.2.2.1): a card it is not,
		// but lines that are too long or too short.
		return nil, &LengthError{Length: len(joined)}
	}
	return ParseStrict(joined)
}

// join removes white space and raises small letters.
func join(text string) (string, error) {
	if len(text) > maxText {
		return "", &LengthError{Length: len(text)}
	}
	var b strings.Builder
	n := 0
	for _, r := range text {
		if unicode.IsSpace(r) || r == '\ufeff' {
			continue
		}
		n++
		if 'a' <= r && r <= 'z' {
			r += 'A' - 'a'
		}
		if !allowed(r) {
			return "", &CharacterError{Position: n}
		}
		b.WriteByte(byte(r))
	}
	return b.String(), nil
}

func allowed(r rune) bool { return r == '<' || '0' <= r && r <= '9' || 'A' <= r && r <= 'Z' }

// ParseStrict reads the joined lines as a chip holds them, 90, 72 or 88 characters with nothing between the lines and
// nothing forgiven (Doc 9303-10 §4.7.1). Its errors are those of [Parse].
func ParseStrict(text string) (*MRZ, error) {
	l := layoutOfLength(len(text))
	if l == nil {
		return nil, &LengthError{Length: len(text)}
	}
	for i, r := range text {
		if !allowed(r) {
			return nil, &CharacterError{Position: i + 1}
		}
	}
	switch c := text[0]; {
	case c == 'V' && l.size != TD1:
		return nil, ErrVisa
	case c < 'A' || c > 'Z':
		return nil, ErrKind
	}
	m := &MRZ{
		Size:        l.size,
		Code:        trim(l.code.of(text)),
		Issuer:      trim(l.issuer.of(text)),
		Nationality: trim(l.nationality.of(text)),
		Sex:         sexes[l.sex.of(text)],
		text:        text,
		layout:      l,
	}
	m.Surname, m.GivenNames = splitNames(l.names.of(text))
	m.readNumber()
	return m, nil
}

// sexes maps the MRZ's character to the value (Doc 9303-4 §4.2.2.2; X is met in the field where < is meant).
var sexes = map[string]string{"F": "F", "M": "M", "<": "X", "X": "X"}

// readNumber sets number and optional data. A number of over nine characters has a filler for its check digit, and
// goes on at the beginning of the optional data, followed by the check digit and a filler (Doc 9303-5 §4.2.2.2 note
// j, Doc 9303-6 §4.2.2.2 note j).
func (m *MRZ) readNumber() {
	l := m.layout
	m.checkedNumber = l.number.of(m.text)
	m.numberDigit = m.text[l.numberDigit]
	optional := l.optional.of(m.text)
	if l.continues && m.numberDigit == '<' {
		rest, after, _ := strings.Cut(optional, "<")
		if len(rest) >= 2 {
			m.checkedNumber += rest[:len(rest)-1]
			m.numberDigit = rest[len(rest)-1]
			optional = after
		}
	}
	m.Number = trim(m.checkedNumber)
	m.OptionalData = trim(optional)
	if second := trim(l.optional2.of(m.text)); second != "" {
		m.OptionalData = strings.TrimLeft(m.OptionalData+" "+second, " ")
	}
}

func trim(s string) string { return strings.TrimRight(s, "<") }

// splitNames splits the name field at its first double filler (Doc 9303-3 §4.6). A further double filler, which some
// states print between given names, is taken for a single one.
func splitNames(field string) (surname, given string) {
	primary, secondary, _ := strings.Cut(trim(field), "<<")
	spaced := func(s string) string {
		return strings.Join(strings.FieldsFunc(s, func(r rune) bool { return r == '<' }), " ")
	}
	return spaced(primary), spaced(secondary)
}

// Lines gives the lines as printed: three of 30, two of 36 or two of 44 characters.
func (m *MRZ) Lines() []string {
	lines := make([]string, m.layout.lines)
	for i := range lines {
		lines[i] = m.text[i*m.layout.width : (i+1)*m.layout.width]
	}
	return lines
}

// CheckDigits lists the fields whose check digit is wrong, in the order number, birth, expiry, optional data, composite;
// none when all are right. TD1 and TD2 have no digit for the optional data; in TD3 it may be a filler where there is no
// optional data (Doc 9303-4 §4.2.2.2).
func (m *MRZ) CheckDigits() []Field {
	l, text := m.layout, m.text
	var wrong []Field
	if m.numberDigit != CheckDigit(m.checkedNumber) {
		wrong = append(wrong, FieldNumber)
	}
	if text[l.birthDigit] != CheckDigit(l.birth.of(text)) {
		wrong = append(wrong, FieldBirth)
	}
	if text[l.expiryDigit] != CheckDigit(l.expiry.of(text)) {
		wrong = append(wrong, FieldExpiry)
	}
	if l.optionalDigit >= 0 {
		optional, digit := l.optional.of(text), text[l.optionalDigit]
		if digit != CheckDigit(optional) && (digit != '<' || !blank(optional)) {
			wrong = append(wrong, FieldOptional)
		}
	}
	if text[l.overall] != m.compositeDigit() {
		wrong = append(wrong, FieldComposite)
	}
	return wrong
}

func (m *MRZ) compositeDigit() byte {
	var covered strings.Builder
	for _, s := range m.layout.composite {
		covered.WriteString(s.of(m.text))
	}
	return CheckDigit(covered.String())
}

// Validate tells what is wrong with an MRZ that a person gave: nil, a [*CheckDigitError], a [*FieldError] for a date
// or a number that cannot be one, or several of them joined ([errors.Join]). The digit over the whole MRZ is named
// only where no other is wrong.
func (m *MRZ) Validate() error {
	var errs []error
	wrong := m.CheckDigits()
	for _, f := range wrong {
		if f == FieldComposite && len(wrong) > 1 {
			continue
		}
		errs = append(errs, &CheckDigitError{Field: f})
	}
	if len(errs) == 0 {
		if m.Number == "" {
			errs = append(errs, &FieldError{Field: FieldNumber, Problem: "is empty"})
		}
		if !dateShaped(m.layout.birth.of(m.text)) {
			errs = append(errs, &FieldError{Field: FieldBirth, Problem: "is no date"})
		}
		if !dateShaped(m.layout.expiry.of(m.text)) {
			errs = append(errs, &FieldError{Field: FieldExpiry, Problem: "is no date"})
		}
	}
	return errors.Join(errs...)
}

// Format prints the MRZ as redacted, whatever the verb.
func (MRZ) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted MRZ]")) }

// MarshalText keeps the MRZ out of logs and JSON: it gives the same words as printing does.
func (MRZ) MarshalText() ([]byte, error) { return []byte("[redacted MRZ]"), nil }
