package main

import (
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/mrtd/trust"
)

// TestClockBeforeTheBuild: a clock that stands before the program was made is said to be wrong.
func TestClockBeforeTheBuild(t *testing.T) {
	before := built
	t.Cleanup(func() { built = before })
	built = "2026-11-22T12:00:00+01:00"
	made := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)
	if at := earliest(trust.Empty()); !at.Equal(made) {
		t.Errorf("a program of %v takes %v for the earliest", made, at)
	}
	for at, want := range map[time.Time]bool{made.Add(-time.Second): true, made: false, made.Add(time.Hour): false} {
		said := strings.Contains(strings.Join(staleness(trust.Empty(), at), " "), "set the clock")
		if said != want {
			t.Errorf("at %v the clock is said to be wrong: %v", at, said)
		}
	}
}
