package bench_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/bench"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// The targets: how much longer than the floor a read may take on the modelled link, and how many of gmrtd's commands it may have.
const (
	overFloorExtended = 1.10
	overFloorShort    = 1.25
	ofTheirsExtended  = 0.40
	ofTheirsShort     = 1.00
)

// TestTargets reads every profile and holds commands, bytes and modelled time to the targets. -v prints the table of docs/performance.md.
func TestTargets(t *testing.T) {
	t.Log(row("document", "APDUs", "floor", "bytes out", "bytes in", "ms", "floor ms", "ratio", "gmrtd APDUs", "gmrtd ms"))
	for _, p := range rows() {
		s := p.stage(t)
		if n := len(s.Document.Files["EF.DG2"]); n < p.kilobytes*950 || n > p.kilobytes*1150 {
			t.Errorf("%s: DG2 has %d bytes", p, n)
		}
		read := ours(t, s)
		cost, floor := bench.Of(read), bench.Of(bench.Floor(s.Document, read))
		steps, ok := theirs(t, s)
		their := bench.Of(steps)
		ratio := float64(cost.Time) / float64(floor.Time)
		beside := fmt.Sprint(their.APDUs)
		if !ok {
			beside += ", fails"
		}
		t.Log(row(p, cost.APDUs, floor.APDUs, cost.Out, cost.In, ms(cost.Time), ms(floor.Time), fmt.Sprintf("%.3f", ratio), beside, ms(their.Time)))
		most, share := overFloorShort, ofTheirsShort
		if p.long {
			most, share = overFloorExtended, ofTheirsExtended
		}
		if ratio > most {
			t.Errorf("%s: %.3f times the floor", p, ratio)
			t.Log(read)
		}
		commands := float64(their.APDUs)
		if !ok { // at offset 32,768, where INS B1 is needed: let it have gone on in blocks as before
			commands += float64(len(s.Document.Files["EF.DG2"])-32768) / 231
		}
		if float64(cost.APDUs) > share*commands {
			t.Errorf("%s: %d commands, gmrtd has %.0f", p, cost.APDUs, commands)
		}
	}
}

// TestEarly holds back the last block of DG2 until the early report is there, and wants it to say all that does not need DG2.
func TestEarly(t *testing.T) {
	needFace := map[string]bool{"dg.2": true, "face.decode": true}
	for _, p := range rows() {
		s := p.stage(t)
		last := len(ours(t, s)) - 1
		early := make(chan *inspect.Report, 1)
		var got *inspect.Report
		l := newLink(s)
		l.Before = func(n int, _ []byte) ([]byte, error) {
			if n == last {
				select {
				case got = <-early:
				case <-time.After(20 * time.Second):
				}
			}
			return nil, nil
		}
		in := input(t, s)
		in.Early = func(r *inspect.Report) { early <- r }
		reading, err := inspect.Read(context.Background(), l, in)
		if err != nil {
			t.Fatal(err)
		}
		if got == nil {
			t.Errorf("%s: no report before the last block of DG2", p)
			continue
		}
		for _, c := range reading.Report.Checks {
			if e := got.Check(c.ID); !needFace[c.ID] && e != c {
				t.Errorf("%s: %s is %s %s early, %s %s at the end", p, c.ID, e.Outcome, e.Code, c.Outcome, c.Code)
			}
		}
	}
}

// TestCarryOn lifts each document when four fifths of its DG2 are there, and lays it back: finishing costs less than half of a whole read
// wherever a whole read takes two seconds or more.
func TestCarryOn(t *testing.T) {
	t.Log(row("document", "APDUs", "bytes", "ms", "finishing: APDUs", "bytes", "ms", "share of ms"))
	for _, p := range rows() {
		if p.kilobytes < 40 {
			continue
		}
		s := p.stage(t)
		whole := ours(t, s)
		cost := bench.Of(whole)
		total, at := len(s.Document.Files["EF.DG2"]), 0
		for left := total / 5; left > 0 && at < len(whole)-1; at++ {
			left -= whole[len(whole)-1-at].In
		}
		l := newLink(s)
		l.Before = func(n int, _ []byte) ([]byte, error) {
			if n >= len(whole)-at {
				l.Gone = true
				return nil, stage.ErrLost
			}
			return nil, nil
		}
		first, err := inspect.Read(context.Background(), l, input(t, s))
		if !errors.Is(err, mrtd.ErrLinkLost) {
			t.Fatal(err)
		}
		l = newLink(s)
		steps := record(l)
		in := input(t, s)
		in.Earlier = first.Evidence
		reading, err := inspect.Read(context.Background(), l, in)
		if err != nil || reading.Report.Authenticity != inspect.Genuine {
			t.Fatalf("%s: %v", p, err)
		}
		rest := bench.Of(*steps)
		share := float64(rest.Time) / float64(cost.Time)
		t.Log(row(p, cost.APDUs, cost.Out+cost.In, ms(cost.Time), rest.APDUs, rest.Out+rest.In, ms(rest.Time), fmt.Sprintf("%.2f", share)))
		most := 0.5
		if p.extended == "extended-60000" {
			// The whole read is so short that access and proof alone, which a new session cannot do without, take nearly half of it.
			most = 0.62
		}
		if share >= most {
			t.Errorf("%s: finishing costs %.2f of a whole read", p, share)
		}
	}
}
