package desk

import (
	"testing"
	"time"

	"fyne.io/fyne/v2/test"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/visit"
)

// BenchmarkScreens takes the time that the toolkit's goroutine is busy with one snapshot, painting aside: with another screen, with
// progress on the same one, and with a new decision. 50 ms are the most that nobody notices.
func BenchmarkScreens(b *testing.B) {
	open := func() *window {
		program := test.NewTempApp(b)
		w, err := newWindow(program, Config{Visit: visit.Config{Now: time.Now}, Language: assets.Danish, Rules: pack, Status: func() Status { return Status{} }})
		if err != nil {
			b.Fatal(err)
		}
		w.counter = &deskCounter{}
		w.window.Show()
		w.window.Resize(size)
		return w
	}
	for _, name := range []string{"waiting", "reading", "missing", "counterfeit", "unknown"} {
		b.Run("enter/"+name, func(b *testing.B) {
			w := open()
			shown := states()[name]
			other := visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty, Given: visit.WayCAN}
			for b.Loop() {
				b.StopTimer()
				w.show(other)
				b.StartTimer()
				w.show(shown)
			}
		})
	}
	b.Run("progress", func(b *testing.B) {
		w := open()
		s := states()["reading"]
		w.show(s)
		for b.Loop() {
			s.Steps = append([]visit.Step(nil), s.Steps...)
			s.Steps[5].Bytes += 1000
			w.show(s)
		}
	})
	b.Run("decision", func(b *testing.B) {
		w := open()
		one, other := states()["missing"], states()["eligible"]
		w.show(one)
		for b.Loop() {
			w.show(other)
			one, other = other, one
		}
	})
}
