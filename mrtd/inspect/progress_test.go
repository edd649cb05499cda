package inspect_test

import (
	"context"
	"slices"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
)

// TestProgress listens to a read: phases in their order, every file to its last byte, an event for each block of the face and hardly one for anything else, and
// a word of a new beginning only where there was one.
func TestProgress(t *testing.T) {
	s := stage.Of(t, "hostile", hostileDocument)
	for _, nudged := range []bool{false, true} {
		var events []inspect.Event
		in := s.Input()
		in.Progress = func(e inspect.Event) { events = append(events, e) }
		c := chip.New(s.Document.Chip)
		link := &stage.Link{Chip: c, Before: func(n int, _ []byte) ([]byte, error) {
			if nudged && n == 12 {
				c.Reset()
				return nil, stage.ErrLost
			}
			return nil, nil
		}}
		reading, err := inspect.Read(context.Background(), link, in)
		if err != nil {
			t.Fatal(err)
		}
		if len(events) > 2*link.Sent+10 {
			t.Errorf("%d events for %d commands", len(events), link.Sent)
		}
		var phases []inspect.Phase
		done, again := map[inspect.File]int{}, 0
		for _, e := range events {
			if e.Again {
				again++
				phases, done = nil, map[inspect.File]int{}
			}
			if e.File == "" {
				phases = append(phases, e.Phase)
				continue
			}
			if e.Done < done[e.File] || e.Done > e.Total || e.Phase != phases[len(phases)-1] {
				t.Errorf("%s: %d of %d bytes in phase %s, after %d", e.File, e.Done, e.Total, e.Phase, done[e.File])
			}
			done[e.File] = e.Done
		}
		want := []inspect.Phase{
			inspect.PhaseAccess, inspect.PhaseSecurityObject, inspect.PhaseChip, inspect.PhaseData, inspect.PhaseFace, inspect.PhaseJudge,
		}
		if got := slices.Compact(phases); !slices.Equal(got, want) {
			t.Errorf("phases %v", got)
		}
		for f, data := range reading.Evidence.Files {
			if done[f] != len(data) {
				t.Errorf("%s: %d bytes were told of, it has %d", f, done[f], len(data))
			}
		}
		if want := map[bool]int{true: 1}[nudged]; again != want {
			t.Errorf("%d new beginnings were told of, there were %d", again, want)
		}
	}
}

// TestCancelledAtEveryCommand ends a read's context at each command: the read ends with the context's error, and sends nothing more.
func TestCancelledAtEveryCommand(t *testing.T) {
	s := stage.Of(t, "hostile", hostileDocument)
	whole := &stage.Link{Chip: chip.New(s.Document.Chip)}
	if _, err := inspect.Read(context.Background(), whole, s.Input()); err != nil {
		t.Fatal(err)
	}
	for at := range whole.Sent {
		ctx, cancel := context.WithCancel(context.Background())
		link := &stage.Link{Chip: chip.New(s.Document.Chip), After: func(n int, _, answer []byte) []byte {
			if n == at {
				cancel()
			}
			return answer
		}}
		reading, err := inspect.Read(ctx, link, s.Input())
		if at < whole.Sent-1 && (err == nil || ctx.Err() == nil || reading != nil) || link.Sent > at+1 {
			t.Errorf("cancelled at command %d: %d commands, %v", at, link.Sent, err)
		}
		cancel()
	}
}
