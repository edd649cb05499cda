package witness

import (
	"context"
	"errors"
	"os"
	"testing"
	"time"

	"pgregory.net/rapid"

	"github.com/skranke/skranke/kiosk/rules"
)

func TestEdgeOf120Days(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		witness := number(t, 1)
		made := at(t, "2026-01-10T12:00:00+01:00")
		vouch(t, r, witness, made)
		for _, test := range []struct {
			at   string
			want int
		}{
			{"2026-01-10T12:00:01+01:00", 1},
			{"2026-01-11T00:00:00+01:00", 1},
			{"2026-05-09T12:00:00+02:00", 1}, // the 119th day after
			{"2026-05-10T00:00:00+02:00", 1}, // the 120th
			{"2026-05-10T23:59:59+02:00", 1},
			{"2026-05-10T21:59:59Z", 1},      // the same moment, written by another clock
			{"2026-05-11T01:00:00+04:00", 1}, // still the 10th in Copenhagen
			{"2026-05-10T22:00:00Z", 0},      // the 121st has begun in Copenhagen
			{"2026-05-11T00:00:00+02:00", 0},
			{"2026-05-12T12:00:00+02:00", 0},
		} {
			counts(t, r, witness, at(t, test.at), test.want)
		}
		rows(t, r, "witness_vouched", 0) // the last days had it forgotten
	})
}

func TestDayIsCopenhagens(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		for i, test := range []struct{ made, last, first string }{
			// In winter midnight is at 23:00 UTC, in summer at 22:00; 120 days lead from one into the other.
			{"2026-01-09T22:59:59Z", "2026-05-09T21:59:59Z", "2026-05-09T22:00:00Z"},
			{"2026-01-09T23:00:00Z", "2026-05-10T21:59:59Z", "2026-05-10T22:00:00Z"},
			{"2026-08-01T21:59:59Z", "2026-11-29T22:59:59Z", "2026-11-29T23:00:00Z"},
			{"2026-08-01T22:00:00Z", "2026-11-30T22:59:59Z", "2026-11-30T23:00:00Z"},
		} {
			vouch(t, r, number(t, i), at(t, test.made))
			counts(t, r, number(t, i), at(t, test.last), 1)
			counts(t, r, number(t, i), at(t, test.first), 0)
		}
	})
}

func TestLimit(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r, other := s.open(t), s.open(t)
		day := at(t, "2026-01-10T12:00:00+01:00")
		for i := range 3 {
			counts(t, other, number(t, 1), day, i)
			vouch(t, r, number(t, 1), day.AddDate(0, 0, i))
		}
		place, err := other.Reserve(t.Context(), number(t, 1), day.AddDate(0, 0, 120))
		if err != nil || place.Held || place.Others != 3 {
			t.Fatalf("a fourth person: held %t, others %d, %v; want no place, 3", place.Held, place.Others, err)
		}
		if err := other.Confirm(t.Context(), place, day); !errors.Is(err, ErrNotHeld) {
			t.Errorf("Confirm without a place: %v", err)
		}
		if err := other.Release(t.Context(), place); err != nil {
			t.Errorf("Release without a place: %v", err)
		}
		counts(t, r, number(t, 2), day, 0) // nobody else's number
		place, err = other.Reserve(t.Context(), number(t, 1), day.AddDate(0, 0, 121))
		if err != nil || !place.Held || place.Others != 2 {
			t.Errorf("when the first is forgotten: held %t, others %d, %v; want a place, 2", place.Held, place.Others, err)
		}
	})
}

func TestReservationEnds(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r, other := s.open(t), s.open(t)
		now := at(t, "2026-03-01T12:00:00+01:00")
		take := func(i int) Reservation {
			t.Helper()
			place, err := r.Reserve(t.Context(), number(t, i), now)
			if err != nil || !place.Held {
				t.Fatalf("Reserve: held %t, %v", place.Held, err)
			}
			return place
		}

		released := take(1)
		counts(t, other, number(t, 1), now, 1)
		for range 2 { // the second time there is nothing left to release
			if err := other.Release(t.Context(), released); err != nil {
				t.Fatal(err)
			}
		}
		counts(t, other, number(t, 1), now, 0)
		if err := r.Confirm(t.Context(), released, now); !errors.Is(err, ErrLapsed) {
			t.Errorf("Confirm after Release: %v", err)
		}

		confirmed := take(2)
		if err := r.Confirm(t.Context(), confirmed, now); err != nil {
			t.Fatal(err)
		}
		if err := r.Confirm(t.Context(), confirmed, now); !errors.Is(err, ErrLapsed) {
			t.Errorf("Confirm twice: %v", err)
		}
		if err := r.Release(t.Context(), confirmed); err != nil {
			t.Fatal(err)
		}
		counts(t, other, number(t, 2), now, 1)

		lapsed := take(3)
		if want := now.Add(DefaultHold); !lapsed.Until.Equal(want) {
			t.Errorf("Until = %s, want %s", lapsed.Until, want)
		}
		counts(t, other, number(t, 3), lapsed.Until.Add(-time.Millisecond), 1)
		counts(t, other, number(t, 3), lapsed.Until, 0)
		if err := r.Confirm(t.Context(), lapsed, lapsed.Until); !errors.Is(err, ErrLapsed) {
			t.Errorf("Confirm after the place lapsed: %v", err)
		}
		counts(t, other, number(t, 3), lapsed.Until, 0)
		if err := r.Forget(t.Context(), lapsed.Until); err != nil {
			t.Fatal(err)
		}
		rows(t, r, "witness_reserved", 0)

		last := take(4)
		if err := r.Confirm(t.Context(), last, last.Until.Add(-time.Millisecond)); err != nil {
			t.Errorf("Confirm in the last moment: %v", err)
		}
	})
}

// A visit over midnight counts for the later day.
func TestConfirmAfterMidnight(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		place, err := r.Reserve(t.Context(), number(t, 1), at(t, "2026-01-10T23:50:00+01:00"))
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Confirm(t.Context(), place, at(t, "2026-01-11T00:10:00+01:00")); err != nil {
			t.Fatal(err)
		}
		counts(t, r, number(t, 1), at(t, "2026-05-11T12:00:00+02:00"), 1)
		counts(t, r, number(t, 1), at(t, "2026-05-12T12:00:00+02:00"), 0)
	})
}

func TestClockThatIsOff(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		now := at(t, "2026-03-01T00:10:00+01:00")
		for range 3 {
			vouch(t, r, number(t, 1), now)
		}
		for name, off := range map[string]time.Duration{"behind": -20 * time.Minute, "far behind": -1000 * time.Hour, "ahead": 24 * time.Hour} {
			place, err := r.Reserve(t.Context(), number(t, 1), now.Add(off))
			if err != nil || place.Held || place.Others != 3 {
				t.Errorf("a counter whose clock is %s: held %t, others %d, %v; want no place, 3", name, place.Held, place.Others, err)
			}
		}
		// A clock that is set back between the two keeps the day of the reservation.
		place, err := r.Reserve(t.Context(), number(t, 2), now)
		if err != nil {
			t.Fatal(err)
		}
		if err := r.Confirm(t.Context(), place, now.Add(-48*time.Hour)); err != nil {
			t.Fatal(err)
		}
		counts(t, r, number(t, 2), at(t, "2026-06-29T12:00:00+02:00"), 1)
		for _, bad := range []time.Time{{}, at(t, "1999-12-31T12:00:00Z"), at(t, "2300-01-01T12:00:00Z")} {
			if _, err := r.Count(t.Context(), number(t, 1), bad); !errors.Is(err, ErrClock) {
				t.Errorf("Count in the year %d: %v", bad.Year(), err)
			}
			if _, err := r.Reserve(t.Context(), number(t, 1), bad); !errors.Is(err, ErrClock) {
				t.Errorf("Reserve in the year %d: %v", bad.Year(), err)
			}
			if err := r.Confirm(t.Context(), Reservation{Held: true}, bad); !errors.Is(err, ErrClock) {
				t.Errorf("Confirm in the year %d: %v", bad.Year(), err)
			}
			if err := r.Forget(t.Context(), bad); !errors.Is(err, ErrClock) {
				t.Errorf("Forget in the year %d: %v", bad.Year(), err)
			}
		}
	})
}

// A server has a clock of its own, and no counter whose clock differs is believed.
func TestServersClock(t *testing.T) {
	r := newSite(t, "postgres").open(t)
	r.skew = MaxSkew
	now := time.Now()
	vouch(t, r, number(t, 1), now)
	place, err := r.Reserve(t.Context(), number(t, 1), now)
	if err != nil {
		t.Fatal(err)
	}
	for _, off := range []time.Duration{-MaxSkew - time.Minute, MaxSkew + time.Minute, 200 * 24 * time.Hour} {
		wrong := now.Add(off)
		_, counting := r.Count(t.Context(), number(t, 1), wrong)
		_, reserving := r.Reserve(t.Context(), number(t, 1), wrong)
		for what, err := range map[string]error{
			"Count": counting, "Reserve": reserving, "Confirm": r.Confirm(t.Context(), place, wrong), "Forget": r.Forget(t.Context(), wrong),
		} {
			if !errors.Is(err, ErrClock) {
				t.Errorf("%s with a clock off by %s: %v", what, off, err)
			}
		}
	}
	counts(t, r, number(t, 1), now.Add(MaxSkew-time.Minute), 2)
	counts(t, r, number(t, 1), now.Add(time.Minute-MaxSkew), 2)
}

// TestProperty has a counter reserve, confirm and release over a year or more, and holds what it is told against a plain
// list: it is told the number exactly, and nobody ever vouches for more than three from any day to the 120th after it.
func TestProperty(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		next := 0
		start := rules.Date{Year: 2026, Month: time.January, Day: 1}
		rapid.Check(t, func(rt *rapid.T) {
			next++
			witness := number(t, next)
			var recorded []int64 // days
			type pending struct {
				place Reservation
				day   int64
			}
			var open []pending
			now := start.Time()
			for range rapid.IntRange(1, 25).Draw(rt, "steps") {
				now = now.Add(rapid.SampledFrom([]time.Duration{0, time.Minute, time.Hour, 24 * time.Hour, 39 * 24 * time.Hour}).Draw(rt, "later"))
				day := ordinal(rules.Today(now))
				var standing []pending
				for _, p := range open { // as this counter's clock sees them
					if p.place.Until.After(now) {
						standing = append(standing, p)
					}
				}
				known := len(standing)
				for _, d := range recorded {
					if d >= day-Days {
						known++
					}
				}
				switch rapid.SampledFrom([]string{"reserve", "reserve", "confirm", "release", "count"}).Draw(rt, "do") {
				case "count":
					if got, err := r.Count(t.Context(), witness, now); err != nil || got != known {
						rt.Fatalf("Count = %d, %v; want %d", got, err, known)
					}
				case "reserve":
					place, err := r.Reserve(t.Context(), witness, now)
					if err != nil || place.Others != known || place.Held != (known < 3) {
						rt.Fatalf("Reserve: held %t, others %d, %v; want %t, %d", place.Held, place.Others, err, known < 3, known)
					}
					if place.Held {
						open = append(open, pending{place, day})
					}
				case "confirm":
					if len(open) == 0 {
						continue
					}
					p := open[0]
					open = open[1:]
					err := r.Confirm(t.Context(), p.place, now)
					if p.place.Until.After(now) != (err == nil) || err != nil && !errors.Is(err, ErrLapsed) {
						rt.Fatalf("Confirm: %v", err)
					}
					if err == nil {
						recorded = append(recorded, max(p.day, day))
						within := 0
						for _, d := range recorded {
							if d >= day-Days {
								within++
							}
						}
						if within > 3 {
							rt.Fatalf("%d persons within %d days", within, Days)
						}
					}
				case "release":
					if len(open) == 0 {
						continue
					}
					if err := r.Release(t.Context(), open[0].place); err != nil {
						rt.Fatalf("Release: %v", err)
					}
					open = open[1:]
				}
			}
		})
	})
}

// rows tests how many rows a table has.
func rows(t testing.TB, r *Register, table string, want int) {
	t.Helper()
	got := 0
	if err := r.engine.db.QueryRowContext(context.Background(), "SELECT count(*) FROM "+table).Scan(&got); err != nil || got != want {
		t.Errorf("%s has %d rows, %v; want %d", table, got, err, want)
	}
}

// Who only looks begins nothing: no key, no table, no file.
func TestOnlyWhatExists(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		look := s
		look.config.Existing = true
		if _, err := Open(t.Context(), look.config); !errors.Is(err, ErrNotBegun) {
			t.Fatalf("before the first counter: %v", err)
		}
		for _, path := range []string{s.config.KeyFile, s.config.File} {
			if _, err := os.Stat(path); path != "" && err == nil {
				t.Errorf("%s was made", path)
			}
		}
		s.open(t)
		look.open(t)
	})
}
