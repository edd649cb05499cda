package mrz

import (
	"fmt"
	"strings"
)

// maxNumber is the longest document number, in characters: nine in the number's own field and thirteen in the
// optional data of TD1, which also holds the check digit and a filler (Doc 9303-5 §4.2.2.2); fourteen where that
// filler is left out.
const maxNumber = 23

// Key holds the three fields of the MRZ that open the chip: the document number, the date of birth and the date of
// expiry. It is a password: it prints itself as redacted. The zero Key opens nothing.
type Key struct{ number, birth, expiry string }

// Key gives the three fields as printed. Whether their check digits are right does not matter to it.
func (m *MRZ) Key() Key {
	return Key{number: m.Number, birth: m.layout.birth.of(m.text), expiry: m.layout.expiry.of(m.text)}
}

// NewKey makes a Key of three fields as a person types them. The number has 1 to 23 letters and digits: small letters
// are raised, white space left out, a hyphen is the MRZ's filler (Doc 9303-4 §4.2.2.2). Dates are YYYY-MM-DD or
// YYMMDD. An unknown part is XX in the first form and, in the second, two fillers or 00 as the document prints it.
//
// Its error is a [*FieldError] for the first field that is wrong.
func NewKey(number, birth, expiry string) (Key, error) {
	n, ok := tidyNumber(number)
	if !ok {
		return Key{}, &FieldError{Field: FieldNumber, Problem: "is not 1 to 23 letters and digits"}
	}
	b, ok := tidyDate(birth)
	if !ok {
		return Key{}, &FieldError{Field: FieldBirth, Problem: "is no date of the form YYYY-MM-DD or YYMMDD"}
	}
	e, ok := tidyDate(expiry)
	if !ok {
		return Key{}, &FieldError{Field: FieldExpiry, Problem: "is no date of the form YYYY-MM-DD or YYMMDD"}
	}
	return Key{number: n, birth: b, expiry: e}, nil
}

func tidyNumber(s string) (string, bool) {
	if len(s) > maxText {
		return "", false
	}
	n, err := join(strings.ReplaceAll(s, "-", "<"))
	n = trim(n)
	return n, err == nil && n != "" && n[0] != '<' && len(n) <= maxNumber
}

// tidyDate brings a date to YYMMDD.
func tidyDate(s string) (string, bool) {
	if len(s) > maxText {
		return "", false
	}
	s = strings.ToUpper(strings.TrimSpace(s))
	if len(s) == len("YYYY-MM-DD") && s[4] == '-' && s[7] == '-' {
		year, month, day := s[:4], s[5:7], s[8:]
		if year != "XXXX" && strings.Trim(year, "0123456789") != "" {
			return "", false
		}
		if short, ok := parseShortDate(year[2:] + month + day); ok && year != "XXXX" && short.month > 0 && short.day > 0 {
			short.year += 100 * (10*int(year[0]-'0') + int(year[1]-'0'))
			if !short.exists() {
				return "", false
			}
		}
		s = strings.ReplaceAll(year[2:]+month+day, "X", "<")
	}
	return s, dateShaped(s)
}

// Information gives the MRZ_information of Doc 9303-11 §4.3.2 that BAC and PACE derive their keys from: the document
// number, filled up to nine characters, the date of birth and the date of expiry, each followed by its check digit. A
// number of over nine characters is there whole, with one check digit. The caller owns the bytes, 24 to 38 of them;
// they are a password.
func (k Key) Information() []byte {
	number := k.number
	if short := 9 - len(number); short > 0 {
		number += strings.Repeat("<", short)
	}
	var b []byte
	for _, field := range [...]string{number, k.birth, k.expiry} {
		b = append(b, field...)
		b = append(b, CheckDigit(field))
	}
	return b
}

// IsZero tells whether the key is the zero Key.
func (k Key) IsZero() bool { return k == Key{} }

// Format prints the key as redacted, whatever the verb.
func (Key) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted MRZ key]")) }

// MarshalText keeps the key out of logs and JSON: it gives the same words as printing does.
func (Key) MarshalText() ([]byte, error) { return []byte("[redacted MRZ key]"), nil }
