package rules

import (
	"errors"
	"fmt"
	"time"
	_ "time/tzdata" // a machine without a zone database still knows what day it is in Copenhagen
)

// Date is a day of the civil calendar. The zero Date means that the day is not known.
type Date struct {
	Year  int
	Month time.Month
	Day   int
}

// ErrDate says that a text is no date: not of the form YYYY-MM-DD, a day that the calendar lacks, or one outside the
// years 1800 to 2299.
var ErrDate = errors.New("not a date that exists, written YYYY-MM-DD")

// ParseDate reads a date written YYYY-MM-DD. The error is [ErrDate] and does not hold the text.
func ParseDate(text string) (Date, error) {
	t, err := time.Parse(time.DateOnly, text)
	if d := DateOf(t); err == nil && d.exists() {
		return d, nil
	}
	return Date{}, ErrDate
}

// exists tells whether the calendar has the day, within the years that are taken.
func (d Date) exists() bool { return d.Year >= 1800 && d.Year <= 2299 && DateOf(d.Time()) == d }

// DateOf returns the day of t in t's own location.
func DateOf(t time.Time) Date {
	year, month, day := t.Date()
	return Date{year, month, day}
}

// Today returns the day in Copenhagen at the moment now.
func Today(now time.Time) Date {
	copenhagen, err := time.LoadLocation("Europe/Copenhagen")
	if err != nil {
		// The zone database is linked in: only a broken ZONEINFO setting leads here, and UTC is at most two hours off.
		copenhagen = time.UTC
	}
	return DateOf(now.In(copenhagen))
}

// IsZero tells whether the day is not known.
func (d Date) IsZero() bool { return d == Date{} }

// Time returns midnight UTC of the day; the zero time when it is not known.
func (d Date) Time() time.Time {
	if d.IsZero() {
		return time.Time{}
	}
	return time.Date(d.Year, d.Month, d.Day, 0, 0, 0, 0, time.UTC)
}

// Before tells whether d is an earlier day than e. Neither may be unknown.
func (d Date) Before(e Date) bool { return d.Time().Before(e.Time()) }

// After tells whether d is a later day than e. Neither may be unknown.
func (d Date) After(e Date) bool { return e.Before(d) }

// AddDays returns the day n days after d, or before it for a negative n.
func (d Date) AddDays(n int) Date { return DateOf(d.Time().AddDate(0, 0, n)) }

// AddMonths returns the day n months after d; where that month is too short, its last day.
func (d Date) AddMonths(n int) Date {
	first := time.Date(d.Year, d.Month+time.Month(n), 1, 0, 0, 0, 0, time.UTC)
	last := first.AddDate(0, 1, -1).Day()
	return Date{first.Year(), first.Month(), min(d.Day, last)}
}

// Anniversary returns the day n years after d on which n years are reached: the same day of the year, and 1 March in a
// common year for 29 February.
func (d Date) Anniversary(n int) Date { return DateOf(d.Time().AddDate(n, 0, 0)) }

// Age returns the full years from the birthday d to the day on. The age is reached on the birthday.
func (d Date) Age(on Date) int {
	years := on.Year - d.Year
	if on.Before(d.Anniversary(years)) {
		years--
	}
	return years
}

// String gives the date as YYYY-MM-DD, or "unknown".
func (d Date) String() string {
	if d.IsZero() {
		return "unknown"
	}
	return fmt.Sprintf("%04d-%02d-%02d", d.Year, int(d.Month), d.Day)
}

// MarshalText gives the date as YYYY-MM-DD; empty when it is not known.
func (d Date) MarshalText() ([]byte, error) {
	if d.IsZero() {
		return nil, nil
	}
	return []byte(d.String()), nil
}

// UnmarshalText reads a date as [ParseDate] does.
func (d *Date) UnmarshalText(text []byte) error {
	parsed, err := ParseDate(string(text))
	if err != nil {
		return err
	}
	*d = parsed
	return nil
}
