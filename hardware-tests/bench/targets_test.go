package bench_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/bench"
	"github.com/skranke/skranke/hardware-tests/chip"
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
		written(t, row(p, cost.APDUs, floor.APDUs, cost.Out, cost.In, ms(cost.Time), ms(floor.Time), fmt.Sprintf("%.3f", ratio), beside, ms(their.Time)))
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

// written logs a row of a table, and wants it to stand in docs/performance.md.
func written(t *testing.T, row string) {
	t.Helper()
	t.Log(row)
	doc, err := os.ReadFile(filepath.Join("..", "..", "docs", "performance.md"))
	if err != nil {
		t.Fatal(err)
	}
	if !strings.Contains(string(doc), "\n"+row+"\n") {
		t.Errorf("docs/performance.md has another row than\n%s", row)
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

// TestCarryOn lifts each document when four fifths of its DG2 have gone over the air, and a moment before, and lays it back: finishing costs less than half of
// a whole read. The block in flight is lost.
func TestCarryOn(t *testing.T) {
	t.Log(row("document", "APDUs", "bytes", "ms", "finishing: APDUs", "bytes", "ms", "share of ms", "lifted at 79%"))
	for _, p := range rows() {
		if p.kilobytes < 40 {
			continue
		}
		s := p.stage(t)
		cost := bench.Of(ours(t, s))
		rest := finishing(t, s, 80)
		share, before := float64(rest.Time)/float64(cost.Time), float64(finishing(t, s, 79).Time)/float64(cost.Time)
		written(t, row(p, cost.APDUs, cost.Out+cost.In, ms(cost.Time), rest.APDUs, rest.Out+rest.In, ms(rest.Time),
			fmt.Sprintf("%.3f", share), fmt.Sprintf("%.3f", before)))
		if share >= 0.5 || before >= 0.5 {
			t.Errorf("%s: finishing costs %.3f or %.3f of a whole read", p, share, before)
		}
	}
}

// finishing is what it costs to finish a read of a document that was lifted when so many hundredths of DG2 had gone over the air.
func finishing(t *testing.T, s *stage.Stage, percent int) bench.Cost {
	t.Helper()
	l, gone, lost := newLink(s), 0, -1
	l.Chip.SetHooks(chip.Hooks{Plain: func(x *chip.Exchange) {
		if x.LDS && x.File == 0x0102 {
			gone += len(x.Data)
		}
		if lost < 0 && gone > len(s.Document.Files["EF.DG2"])*percent/100 {
			lost = l.Sent - 1
		}
	}})
	if _, err := inspect.Read(context.Background(), l, input(t, s)); err != nil {
		t.Fatal(err)
	}
	l = newLink(s)
	l.Before = func(n int, _ []byte) ([]byte, error) {
		if n >= lost {
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
		t.Fatalf("%v", err)
	}
	return bench.Of(*steps)
}
