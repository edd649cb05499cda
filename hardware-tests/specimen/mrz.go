package specimen

import (
	"fmt"
	"strings"
	"time"
)

// printed is what a machine readable zone says (Doc 9303-3 §4).
type printed struct {
	format, code, issuer, nationality string
	surname, givenNames, sex          string
	number, optional, optional2       string
	birth, expiry                     time.Time
}

// checkDigit is the check digit of Doc 9303-3 §4.9: weights 7, 3, 1 over digits, letters from 10 and fillers of 0.
func checkDigit(text string) string {
	sum := 0
	for i, c := range text {
		v := 0
		switch {
		case c >= '0' && c <= '9':
			v = int(c - '0')
		case c >= 'A' && c <= 'Z':
			v = int(c-'A') + 10
		}
		sum += v * []int{7, 3, 1}[i%3]
	}
	return string(rune('0' + sum%10))
}

// national gives the letters of Doc 9303-3 §6 table A that the specimens' names use.
var national = strings.NewReplacer("Æ", "AE", "Ø", "OE", "Å", "AA", "Ä", "AE", "Ö", "OE", "Ü", "UE", "ß", "SS", "É", "E",
	"È", "E", "Á", "A", "Í", "I", "Ó", "O", "Ú", "U", "Ý", "Y", "Ð", "D", "Þ", "TH", "Ñ", "N", "Ç", "C", "Š", "S",
	"Ž", "Z", "Č", "C", "Ł", "L", "Ą", "A", "Ę", "E", "Õ", "O", "'", "", "-", "<", " ", "<")

func field(text string, n int) string {
	text = national.Replace(strings.ToUpper(text))
	if len(text) > n {
		text = text[:n]
	}
	return text + strings.Repeat("<", n-len(text))
}

func (p printed) names(n int) string {
	return field(national.Replace(strings.ToUpper(p.surname))+"<<"+p.givenNames, n)
}

// lines writes the machine readable zone of the document's format.
func (p printed) lines() ([]string, error) {
	birth, expiry := p.birth.Format("060102"), p.expiry.Format("060102")
	sex := field(p.sex, 1)
	switch p.format {
	case "TD3":
		number := field(p.number, 9)
		optional := field(p.optional, 14)
		check := checkDigit(optional)
		if p.optional == "" {
			check = "<"
		}
		second := number + checkDigit(number) + field(p.nationality, 3) + birth + checkDigit(birth) + sex +
			expiry + checkDigit(expiry) + optional + check
		second += checkDigit(second[:10] + second[13:20] + second[21:43])
		return []string{field(p.code, 2) + field(p.issuer, 3) + p.names(39), second}, nil
	case "TD2":
		number := field(p.number, 9)
		second := number + checkDigit(number) + field(p.nationality, 3) + birth + checkDigit(birth) + sex +
			expiry + checkDigit(expiry) + field(p.optional, 7)
		second += checkDigit(second[:10] + second[13:20] + second[21:35])
		return []string{field(p.code, 2) + field(p.issuer, 3) + p.names(31), second}, nil
	case "TD1":
		number, check, optional := p.longNumber()
		first := field(p.code, 2) + field(p.issuer, 3) + number + check + field(optional, 15)
		second := birth + checkDigit(birth) + sex + expiry + checkDigit(expiry) + field(p.nationality, 3) +
			field(p.optional2, 11)
		second += checkDigit(first[5:30] + second[:7] + second[8:15] + second[18:29])
		return []string{first, second, p.names(30)}, nil
	default:
		return nil, fmt.Errorf("unknown document format %q; known are TD1, TD2 and TD3", p.format)
	}
}

// longNumber splits a TD1 document number of more than nine characters: the rest and the check digit begin the optional
// data, and a filler stands where the check digit would be (Doc 9303-5 §4.2.2).
func (p printed) longNumber() (number, check, optional string) {
	if len(p.number) <= 9 {
		number = field(p.number, 9)
		return number, checkDigit(number), p.optional
	}
	return p.number[:9], "<", p.number[9:] + checkDigit(p.number) + "<" + p.optional
}

// information is the MRZ information that keys are derived from (Doc 9303-11 §4.3.2).
func (p printed) information() []byte {
	number := p.number
	if len(number) < 9 {
		number = field(number, 9)
	}
	birth, expiry := p.birth.Format("060102"), p.expiry.Format("060102")
	return []byte(number + checkDigit(number) + birth + checkDigit(birth) + expiry + checkDigit(expiry))
}
