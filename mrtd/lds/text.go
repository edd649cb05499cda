package lds

import (
	"fmt"
	"strings"
	"time"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// text gives a text field (UTF-8, Doc 9303-10 §4.7.11). Octets that are no UTF-8 become the replacement character.
func text(e der.Element) string { return strings.ToValidUTF8(string(e.Value), "\ufffd") }

// texts reads the template A0 { 02 count, field, field … }, the count being ignored: what is there counts.
func texts(e der.Element, tag uint32) ([]string, error) {
	var all []string
	for in := e.Inside(); !in.Empty(); {
		f, err := in.Next()
		if err != nil {
			return nil, err
		}
		if f.Tag == tag {
			all = append(all, text(f))
		}
	}
	return all, nil
}

// date gives a date of eight digits as text, or of four octets BCD as older documents have it, as YYYY-MM-DD. Month
// and day that are 00 are unknown and written XX. It is empty for what is no date.
func date(e der.Element) string {
	digits := digitsOf(e.Value, 8)
	if digits < "1800" { // some documents have day and month first
		return ""
	}
	year, month, day := digits[:4], digits[4:6], digits[6:]
	if month == "00" || day == "00" {
		if month > "12" || day > "31" {
			return ""
		}
		return year + "-" + strings.Replace(month, "00", "XX", 1) + "-" + strings.Replace(day, "00", "XX", 1)
	}
	d, err := time.Parse("20060102", digits)
	if err != nil {
		return ""
	}
	return d.Format(time.DateOnly)
}

// dateTime gives a date and time of fourteen digits, or seven octets BCD, as YYYY-MM-DD HH:MM:SS; empty for what is none.
func dateTime(e der.Element) string {
	d, err := time.Parse("20060102150405", digitsOf(e.Value, 14))
	if err != nil {
		return ""
	}
	return d.Format(time.DateTime)
}

// digitsOf gives n digits, from as many characters or half as many octets BCD; empty if it is not that.
func digitsOf(b []byte, n int) string {
	digits := string(b)
	if len(b) == n/2 {
		digits = fmt.Sprintf("%x", b)
	}
	if len(digits) != n || strings.Trim(digits, "0123456789") != "" {
		return ""
	}
	return digits
}
