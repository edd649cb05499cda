package selfservice

import (
	"encoding/json"
	"time"
)

// lock keeps people from trying the staff's PIN until they have it. It goes from one visit's process to the next as
// process.Carry.Staff.
type lock struct {
	// Failures counts the wrong PINs since the last right one, and Until is when the next may be tried.
	Failures int       `json:"failures"`
	Until    time.Time `json:"until"`
}

const (
	// free is how many wrong PINs cost no time.
	free = 2
	// firstDelay is what the next one costs; each one after it twice as much as the one before, up to lastDelay.
	firstDelay = 15 * time.Second
	lastDelay  = 15 * time.Minute
)

// parseLock reads what [lock.String] wrote. What it did not write is taken for a lock that was never tried.
func parseLock(text string) lock {
	var l lock
	if err := json.Unmarshal([]byte(text), &l); err != nil || l.Failures < 0 {
		return lock{}
	}
	return l
}

// String writes the lock down.
func (l lock) String() string {
	text, err := json.Marshal(l)
	if err != nil {
		return "" // a time that no calendar writes: a year of five digits
	}
	return string(text)
}

// wait is how long it is until the PIN may be tried. A clock that was set back makes it no longer than the longest delay.
func (l lock) wait(now time.Time) time.Duration {
	return max(0, min(l.Until.Sub(now), lastDelay))
}

// failed counts a wrong PIN.
func (l *lock) failed(now time.Time) {
	l.Failures++
	if l.Failures <= free {
		return
	}
	delay := lastDelay
	if doublings := l.Failures - free - 1; doublings < 16 {
		delay = min(lastDelay, firstDelay<<doublings)
	}
	l.Until = now.Add(delay)
}

// opened begins anew.
func (l *lock) opened() { *l = lock{} }
