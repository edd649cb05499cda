package mrz

import (
	"fmt"
	"strconv"
	"strings"
	"time"
)

// DateOfBirth gives the date of birth as YYYY-MM-DD, with XX or XXXX for parts that the MRZ leaves unknown: fillers
// (Doc 9303-3 §4.8) or, as some states print, 00 for month and day: "1990-XX-XX". It is empty where all is unknown or
// no calendar has the date.
//
// The MRZ prints two digits of the year. Nobody is born after the day given, so it is the latest year in which the
// birth is not after that day; a holder of a hundred years and more comes out a hundred years younger. The day is that of
// at in its own location.
func (m *MRZ) DateOfBirth(at time.Time) string {
	d, ok := parseShortDate(m.layout.birth.of(m.text))
	if !ok || d.year < 0 && d.month < 0 && d.day < 0 {
		return ""
	}
	if d.year >= 0 {
		year, month, day := at.Date()
		d.year += year / 100 * 100
		if after(d, year, int(month), day) || !d.exists() {
			d.year -= 100
		}
	}
	if !d.exists() {
		return ""
	}
	return d.String()
}

// DateOfExpiry gives the last day of validity as YYYY-MM-DD, and empty where it is unknown, even in part, or no
// calendar has it. A document is still valid on that day.
//
// The MRZ prints two digits of the year: of the two years nearest to the day given it is the nearer one, so that a date
// lies within fifty years of that day. The day is that of at in its own location.
func (m *MRZ) DateOfExpiry(at time.Time) string {
	d, ok := parseShortDate(m.layout.expiry.of(m.text))
	if !ok || d.year < 0 || d.month < 0 || d.day < 0 {
		return ""
	}
	d.year += at.Year() / 100 * 100
	switch {
	case d.year > at.Year()+50:
		d.year -= 100
	case d.year <= at.Year()-50:
		d.year += 100
	}
	if !d.exists() {
		return ""
	}
	return d.String()
}

// shortDate is a date of six characters; a part that is unknown is −1.
type shortDate struct{ year, month, day int }

// parseShortDate reads YYMMDD. Month and day may be fillers or 00, the year fillers; it refuses what is no number,
// and months and days that no calendar has.
func parseShortDate(s string) (shortDate, bool) {
	part := func(p string, unknown string) (int, bool) {
		if p == "<<" || p == unknown {
			return -1, true
		}
		if p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9' {
			return 0, false
		}
		n, err := strconv.Atoi(p)
		return n, err == nil
	}
	if len(s) != 6 {
		return shortDate{}, false
	}
	year, ok1 := part(s[:2], "<<")
	month, ok2 := part(s[2:4], "00")
	day, ok3 := part(s[4:], "00")
	d := shortDate{year, month, day}
	return d, ok1 && ok2 && ok3 && month <= 12 && day <= 31 && (month < 0 || day <= longestMonth[month])
}

var longestMonth = [13]int{0, 31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31}

// dateShaped tells whether six characters can be a date in one century or another.
func dateShaped(s string) bool {
	d, ok := parseShortDate(s)
	if !ok || d.month != 2 || d.day != 29 || d.year < 0 {
		return ok
	}
	return d.year%4 == 0
}

// exists tells whether the calendar has the date, whose year has four digits. Unknown parts are taken to fit.
func (d shortDate) exists() bool {
	if d.year < 0 || d.month < 0 || d.day < 0 {
		return true
	}
	t := time.Date(d.year, time.Month(d.month), d.day, 0, 0, 0, 0, time.UTC)
	return t.Day() == d.day && int(t.Month()) == d.month
}

// after tells whether the earliest day that d can be is after the day given.
func after(d shortDate, year, month, day int) bool {
	if d.year != year {
		return d.year > year
	}
	if m := max(d.month, 1); m != month {
		return m > month
	}
	return max(d.day, 1) > day
}

func (d shortDate) String() string {
	part := func(n, width int) string {
		if n < 0 {
			return strings.Repeat("X", width)
		}
		return fmt.Sprintf("%0*d", width, n)
	}
	return part(d.year, 4) + "-" + part(d.month, 2) + "-" + part(d.day, 2)
}
