package rules

import (
	"errors"
	"testing"
	"time"
)

func TestParseDate(t *testing.T) {
	for text, good := range map[string]bool{
		"2024-02-29": true, "2023-02-29": false, "2023-04-31": false, "2023-13-01": false, "2023-00-10": false,
		"2023-1-1": false, "20230101": false, "": false, "1800-01-01": true, "1799-12-31": false, "2299-12-31": true,
		"2300-01-01": false, "2023-01-01T00:00:00Z": false, " 2023-01-01": false, "+2023-01-01": false,
	} {
		d, err := ParseDate(text)
		if (err == nil) != good || err != nil && !errors.Is(err, ErrDate) {
			t.Errorf("%q: %v", text, err)
		}
		if good && d.String() != text {
			t.Errorf("%q became %s", text, d)
		}
	}
}

func TestAge(t *testing.T) {
	for _, row := range []struct {
		birth, on Date
		age       int
	}{
		{Date{2013, 11, 23}, Date{2026, 11, 22}, 12},
		{Date{2013, 11, 22}, Date{2026, 11, 22}, 13},
		{Date{2013, 11, 21}, Date{2026, 11, 22}, 13},
		{Date{2012, 2, 29}, Date{2025, 2, 28}, 12},
		{Date{2012, 2, 29}, Date{2025, 3, 1}, 13},
		{Date{2012, 2, 29}, Date{2028, 2, 28}, 15},
		{Date{2012, 2, 29}, Date{2028, 2, 29}, 16},
		{Date{2026, 11, 22}, Date{2026, 11, 22}, 0},
		{Date{1926, 1, 1}, Date{2026, 12, 31}, 100},
	} {
		if got := row.birth.Age(row.on); got != row.age {
			t.Errorf("born %s, on %s: %d, want %d", row.birth, row.on, got, row.age)
		}
	}
}

func TestAddMonths(t *testing.T) {
	for _, row := range []struct {
		from Date
		n    int
		want Date
	}{
		{Date{2022, 11, 30}, 3, Date{2023, 2, 28}},
		{Date{2023, 11, 30}, 3, Date{2024, 2, 29}},
		{Date{2023, 1, 31}, 3, Date{2023, 4, 30}},
		{Date{2023, 1, 15}, 3, Date{2023, 4, 15}},
		{Date{2023, 10, 31}, 3, Date{2024, 1, 31}},
		{Date{2023, 3, 31}, -1, Date{2023, 2, 28}},
	} {
		if got := row.from.AddMonths(row.n); got != row.want {
			t.Errorf("%s and %d months: %s, want %s", row.from, row.n, got, row.want)
		}
	}
}

// Copenhagen is an hour ahead of UTC in winter and two in summer.
func TestToday(t *testing.T) {
	for _, row := range []struct {
		now  time.Time
		want Date
	}{
		{time.Date(2026, 11, 22, 22, 59, 59, 0, time.UTC), Date{2026, 11, 22}},
		{time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC), Date{2026, 11, 23}},
		{time.Date(2026, 7, 1, 21, 59, 59, 0, time.UTC), Date{2026, 7, 1}},
		{time.Date(2026, 7, 1, 22, 0, 0, 0, time.UTC), Date{2026, 7, 2}},
	} {
		if got := Today(row.now); got != row.want {
			t.Errorf("%s: %s, want %s", row.now, got, row.want)
		}
	}
}
