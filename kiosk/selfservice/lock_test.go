package selfservice

import (
	"testing"
	"time"
)

func TestWrongPINsCostMoreAndMoreTime(t *testing.T) {
	now := time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)
	var l lock
	for i, want := range []time.Duration{
		0, 0, 15 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 4 * time.Minute, 8 * time.Minute,
		15 * time.Minute, 15 * time.Minute,
	} {
		l.failed(now)
		l = parseLock(l.String()) // the next visit's process
		if got := l.wait(now); got != want {
			t.Errorf("after %d wrong PINs the wait is %v, want %v", i+1, got, want)
		}
		now = now.Add(want)
		if got := l.wait(now); got != 0 {
			t.Errorf("when the wait is over %v are left", got)
		}
	}
	l.failed(now)
	if got := l.wait(now.Add(-24 * time.Hour)); got != lastDelay {
		t.Errorf("a clock set back by a day makes the wait %v", got)
	}
	for range 200 {
		l.failed(now)
	}
	if got := l.wait(now); got != lastDelay {
		t.Errorf("after very many wrong PINs the wait is %v", got)
	}
	l.opened()
	if l.wait(now) != 0 || l.Failures != 0 {
		t.Error("the right PIN does not begin anew")
	}
}

func TestALockThatCannotBeRead(t *testing.T) {
	for _, text := range []string{"", "{", `{"failures":-3}`, `{"until":"soon"}`} {
		if l := parseLock(text); l != (lock{}) {
			t.Errorf("%q gave %+v", text, l)
		}
	}
}
