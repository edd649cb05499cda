package inspect_test

import (
	"bytes"
	"runtime"
	"testing"

	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds"
)

// bombs are files that ask a parser for more than they have: nested without end, of lengths that are not there, of counts beyond all memory.
func bombs() map[string]map[inspect.File][]byte {
	all := inspect.File("")
	of := func(b []byte) map[inspect.File][]byte { return map[inspect.File][]byte{all: b} }
	within := func(head, filler []byte) []byte {
		return append(head, bytes.Repeat(filler, (64<<10)/len(filler)-len(head))...)
	}
	group := func(tag byte, list []byte, count ...byte) []byte {
		return append([]byte{tag, byte(2 + len(list) + len(count)), 0x5c, byte(len(list))}, append(list, count...)...)
	}
	files := map[string]map[inspect.File][]byte{
		"64 KB of 30 80":                   of(bytes.Repeat([]byte{0x30, 0x80}, 32<<10)),
		"64 KB of 30 80 in an EF.SOD":      {inspect.SOD: within([]byte{0x77, 0x80}, []byte{0x30, 0x80})},
		"64 KB of 24 80":                   of(bytes.Repeat([]byte{0x24, 0x80}, 32<<10)),
		"64 KB of lengths that lie":        of(bytes.Repeat([]byte{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff}, 11<<10)),
		"64 KB of NULL in an EF.SOD":       {inspect.SOD: append([]byte{0x77, 0x83, 0, 0xff, 0xf0}, bytes.Repeat([]byte{5, 0}, 0x7ff8)...)},
		"an EF.SOD of 77 80":               {inspect.SOD: {0x77, 0x80}},
		"a DG11 of a count beyond all":     {inspect.DG(11): group(0x6b, []byte{0x5f, 0x0e}, 0xa0, 5, 2, 4, 0x7f, 0xff, 0xff, 0xff)},
		"a DG12 of a count beyond all":     {inspect.DG(12): group(0x6c, []byte{0x5f, 0x19}, 0xa0, 5, 2, 4, 0x7f, 0xff, 0xff, 0xff)},
		"a DG2 of more faces than octets":  {inspect.DG(2): {0x75, 9, 0x7f, 0x61, 6, 2, 4, 0x7f, 0xff, 0xff, 0xff}},
		"a DG14 nested without end":        {inspect.DG(14): within([]byte{0x6e, 0x80}, []byte{0x31, 0x80})},
		"EF.CardAccess nested without end": {inspect.CardAccess: bytes.Repeat([]byte{0x31, 0x80}, 2000)},
	}
	for _, f := range files {
		if b, ok := f[all]; ok {
			delete(f, all)
			for _, name := range []inspect.File{inspect.SOD, inspect.COM, inspect.CardAccess, inspect.CardSecurity, inspect.DG(1), inspect.DG(2), inspect.DG(14), inspect.DG(15)} {
				f[name] = b
			}
		}
	}
	return files
}

// defuse judges what is in the files, and reads those that only a window shows.
func defuse(files map[inspect.File][]byte) *inspect.Report {
	_, _ = lds.ParseDG11(files[inspect.DG(11)])
	_, _ = lds.ParseDG12(files[inspect.DG(12)])
	return inspect.Judge(&inspect.Evidence{Files: files}, inspect.JudgeInput{Source: inspect.Dump, At: today, Face: anyFace})
}

// TestBombsCostNothing counts what judging them allocates: at most a fiftieth of the 50 MB that are allowed. How long it takes is
// [BenchmarkBombs]'s to say.
func TestBombsCostNothing(t *testing.T) {
	const most = 1 << 20
	for name, files := range bombs() {
		r := defuse(files)
		checkDocumented(t, r)
		if r.Authenticity == inspect.Genuine {
			t.Errorf("%s is genuine", name)
		}
		var before, after runtime.MemStats
		runtime.ReadMemStats(&before)
		defuse(files)
		runtime.ReadMemStats(&after)
		if n := after.TotalAlloc - before.TotalAlloc; n > most {
			t.Errorf("%s: %d octets allocated, at most %d", name, n, most)
		}
	}
}

// BenchmarkBombs measures what each costs: 50 ms and 50 MB are allowed.
func BenchmarkBombs(b *testing.B) {
	for name, files := range bombs() {
		b.Run(name, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				defuse(files)
			}
		})
	}
}
