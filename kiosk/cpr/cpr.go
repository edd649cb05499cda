// Package cpr reads Danish civil registration numbers (CPR numbers, personnumre).
//
// The rules are those of the CPR office, "Personnummeret i CPR" and cpr.dk, "Opbygning af CPR-nummeret" and
// "Personnumre uden kontrolciffer (modulus 11 kontrol)": six digits for the date of birth, four for the serial number,
// the first of which gives the century together with the year.
//
// A number is personal data: no error of this package holds it, and [Number] prints itself as redacted.
package cpr

import (
	"errors"
	"fmt"
	"time"
)

// What [Parse] refuses a text for. None of them, nor any error that wraps them, holds the text.
var (
	// ErrForm: not ten digits, with or without one hyphen after the sixth.
	ErrForm = errors.New("a CPR number is ten digits, with or without a hyphen after the sixth")
	// ErrDate: the first six digits, read with the century of the seventh, are no date that exists.
	ErrDate = errors.New("the first six digits of the CPR number are not a date that exists")
	// ErrModulus11: the number was issued when every number passed modulus 11, and it does not.
	ErrModulus11 = errors.New("the digits of the CPR number do not fit together (modulus 11)")
)

// Modulus11Until is the day from which numbers were issued that fail modulus 11: until 1 October 2007 every number
// passed it (cpr.dk, "Opbygning af CPR-nummeret").
var Modulus11Until = time.Date(2007, time.October, 1, 0, 0, 0, 0, time.UTC)

// Number is a CPR number whose date exists. The zero Number is none. It is comparable.
type Number struct {
	digits [10]byte // '0' to '9'
}

// Parse reads a CPR number, "DDMMYY-SSSS" or "DDMMYYSSSS", without any other character. It does not test modulus 11,
// which a number need not pass: see [Number.CheckIssued]. Errors match [ErrForm] or [ErrDate].
func Parse(text string) (Number, error) {
	var n Number
	switch {
	case len(text) == 11 && text[6] == '-':
		text = text[:6] + text[7:]
	case len(text) == 10:
	default:
		return Number{}, ErrForm
	}
	for i := range n.digits {
		c := text[i]
		if c < '0' || c > '9' {
			return Number{}, ErrForm
		}
		n.digits[i] = c
	}
	if n.birth().IsZero() {
		return Number{}, ErrDate
	}
	return n, nil
}

// IsZero tells whether n is no number at all.
func (n Number) IsZero() bool { return n == Number{} }

// Digits returns the ten digits without a hyphen; empty for the zero Number. It is personal data in the clear.
func (n Number) Digits() string {
	if n.IsZero() {
		return ""
	}
	return string(n.digits[:])
}

// Birth returns the date of birth that the number states. For a replacement number it is the date with the 60 taken off
// again.
func (n Number) Birth() (year int, month time.Month, day int) { return n.birth().Date() }

// Replacement tells whether n is a replacement number (erstatningspersonnummer): the day of birth is raised by 60, and
// an authority that had no CPR number for the person made it up for its own use. It is not registered in CPR (cpr.dk,
// "Spørgsmål og svar, Personnummer").
func (n Number) Replacement() bool { return !n.IsZero() && n.digits[0] >= '6' }

// birth returns the date of birth at midnight UTC, or the zero time when there is no such date.
func (n Number) birth() time.Time {
	if n.IsZero() {
		return time.Time{}
	}
	pair := func(i int) int { return int(n.digits[i]-'0')*10 + int(n.digits[i+1]-'0') }
	day, month := pair(0), time.Month(pair(2))
	if n.Replacement() {
		day -= 60
	}
	year := n.century() + pair(4)
	t := time.Date(year, month, day, 0, 0, 0, 0, time.UTC)
	if t.Year() != year || t.Month() != month || t.Day() != day {
		return time.Time{}
	}
	return t
}

// century returns 1800, 1900 or 2000 from the seventh digit and the year ("Personnummeret i CPR", table of position 7).
func (n Number) century() int {
	year := int(n.digits[4]-'0')*10 + int(n.digits[5]-'0')
	switch c := n.digits[6]; {
	case c <= '3':
		return 1900
	case c == '4' || c == '9':
		if year <= 36 {
			return 2000
		}
		return 1900
	default: // '5' to '8'
		if year <= 57 {
			return 2000
		}
		return 1800
	}
}

// Modulus11 tells whether the weighted sum of the digits is divisible by 11. A valid number may fail it.
func (n Number) Modulus11() bool {
	sum := 0
	for i, weight := range [10]int{4, 3, 2, 7, 6, 5, 4, 3, 2, 1} {
		sum += int(n.digits[i]-'0') * weight
	}
	return !n.IsZero() && sum%11 == 0
}

// CheckIssued tests n against modulus 11 where that binds: when the number was issued before [Modulus11Until] and is not
// a replacement number. The day of issue is known to the register, seldom to anyone else; the zero time means unknown,
// and then nothing binds. The error matches [ErrModulus11].
func (n Number) CheckIssued(issued time.Time) error {
	if issued.IsZero() || n.Replacement() || !issued.Before(Modulus11Until) || n.Modulus11() {
		return nil
	}
	return ErrModulus11
}

// Format prints the number as redacted, whatever the verb.
func (Number) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted CPR number]")) }

// UnmarshalText reads a number as [Parse] does.
func (n *Number) UnmarshalText(text []byte) error {
	parsed, err := Parse(string(text))
	if err != nil {
		return err
	}
	*n = parsed
	return nil
}

// MarshalText gives the redacted form: a CPR number leaves by [Number.Digits] alone.
func (Number) MarshalText() ([]byte, error) { return []byte("[redacted CPR number]"), nil }
