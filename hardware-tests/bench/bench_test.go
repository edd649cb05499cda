package bench_test

import (
	"context"
	"errors"
	"runtime"
	"testing"

	"github.com/skranke/skranke/hardware-tests/bench"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
)

// answers is a recorded read: the chip's side costs nothing when it is read again with the same randomness.
type answers struct {
	atr  []byte
	all  [][]byte
	next int
}

var errOver = errors.New("the recording is over")

func (a *answers) Transmit(context.Context, []byte) ([]byte, error) {
	if a.next == len(a.all) {
		return nil, errOver
	}
	a.next++
	return append([]byte(nil), a.all[a.next-1]...), nil
}

func (a *answers) Reset(context.Context) error { return errOver }

func (a *answers) ATR() []byte { return a.atr }

// recording reads a document and keeps what the chip answered.
func recording(t testing.TB, s *stage.Stage) *answers {
	t.Helper()
	l := newLink(s)
	a := &answers{atr: l.ATR()}
	l.After = func(_ int, _, answer []byte) []byte {
		a.all = append(a.all, append([]byte(nil), answer...))
		return answer
	}
	if _, err := inspect.Read(context.Background(), l, input(t, s)); err != nil {
		t.Fatal(err)
	}
	return a
}

// again reads the recording.
func (a *answers) again(t testing.TB, in inspect.Input) {
	a.next, in.Random = 0, random()
	reading, err := inspect.Read(context.Background(), a, in)
	if err != nil {
		t.Fatal(err)
	}
	if reading.Report.Authenticity != inspect.Genuine {
		t.Fatalf("%s: %v", reading.Report.Authenticity, reading.Report.Obstacles())
	}
}

// The targets for what Skranke itself spends on a document, its report and the one before the face included.
const (
	mostCPU       = 60   // milliseconds
	mostAllocated = 12e6 // bytes
)

// BenchmarkRead measures Skranke's own computing for one document, from the first command to the report, with the embedded trust lists loaded: the chip's
// answers come from a recording. Beside it stand the commands, bytes and modelled times of docs/performance.md.
func BenchmarkRead(b *testing.B) {
	for _, p := range rows() {
		b.Run(p.String(), func(b *testing.B) {
			s := p.stage(b)
			read := ours(b, s)
			cost, floor := bench.Of(read), bench.Of(bench.Floor(s.Document, read))
			steps, _ := theirs(b, s)
			their := bench.Of(steps)
			a, in := recording(b, s), input(b, s)
			b.ReportAllocs()
			b.ResetTimer()
			before := processTime(b)
			for range b.N {
				a.again(b, in)
			}
			cpu := float64(processTime(b)-before) / float64(b.N) / 1e6
			b.ReportMetric(cpu, "cpu-ms/op")
			b.ReportMetric(float64(cost.APDUs), "APDUs")
			b.ReportMetric(float64(cost.Out), "out-B")
			b.ReportMetric(float64(cost.In), "in-B")
			b.ReportMetric(float64(cost.Time.Milliseconds()), "model-ms")
			b.ReportMetric(float64(cost.Time)/float64(floor.Time), "of-floor")
			b.ReportMetric(float64(their.APDUs), "gmrtd-APDUs")
			b.ReportMetric(float64(their.Time.Milliseconds()), "gmrtd-model-ms")
			if cpu > mostCPU && b.N > 5 {
				b.Errorf("%.0f ms of computing for a document", cpu)
			}
		})
	}
}

// TestAllocations bounds what is allocated for one document.
func TestAllocations(t *testing.T) {
	for _, p := range rows() {
		s := p.stage(t)
		a, in := recording(t, s), input(t, s)
		a.again(t, in) // what is made once
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		a.again(t, in)
		runtime.ReadMemStats(&after)
		n := after.TotalAlloc - before.TotalAlloc
		t.Logf("%s: %.2f MB in %d allocations", p, float64(n)/1e6, after.Mallocs-before.Mallocs)
		if n > mostAllocated {
			t.Errorf("%s: %d bytes allocated", p, n)
		}
	}
}
