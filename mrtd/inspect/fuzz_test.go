package inspect_test

import (
	"bytes"
	"strings"
	"sync"
	"testing"

	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// FuzzJudge puts other octets in the place of each file that is parsed of a genuine document: no panic, every check once, and no verdict but
// counterfeit or undetermined where the file that was changed is one that EF.SOD vouches for. The seeds are the files themselves.
func FuzzJudge(f *testing.F) {
	files := []inspect.File{
		inspect.SOD, inspect.COM, inspect.CardAccess, inspect.DG(14), inspect.CardSecurity, inspect.DG(1), inspect.DG(2), inspect.DG(15),
	}
	d := scene{}.make(f)
	store := storeOf(f, d.CSCA.Certificate)
	for i, file := range files {
		f.Add(byte(i), liveEvidence(f, d).Files[file])
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		file := files[int(which)%len(files)]
		ev := liveEvidence(t, d)
		same := bytes.Equal(b, ev.Files[file])
		ev.Files[file] = b
		r := inspect.Judge(ev, inspect.JudgeInput{Source: inspect.Live, At: today, Store: store, Face: anyFace})
		checkDocumented(t, r)
		if len(r.Checks) != 40 {
			t.Errorf("%d checks", len(r.Checks))
		}
		if r.Authenticity == inspect.Genuine && !same && strings.HasPrefix(string(file), "EF.DG") {
			t.Errorf("genuine with another %s", file)
		}
	})
}

// TestManyAtOnce judges on several goroutines with one store, for the race detector.
func TestManyAtOnce(t *testing.T) {
	store, err := trust.Embedded()
	if err != nil {
		t.Fatal(err)
	}
	d := scene{}.make(t)
	ev := liveEvidence(t, d)
	own := storeOf(t, d.CSCA.Certificate).WithRevocationLists(must(trust.ParseCRL(d.CRL)))
	var wg sync.WaitGroup
	for range 4 {
		wg.Go(func() {
			for range 5 {
				if r := inspect.Judge(ev, inspect.JudgeInput{Source: inspect.Live, At: today, Store: own}); r.Authenticity != inspect.Genuine {
					t.Errorf("%s: %v", r.Authenticity, r.Obstacles())
				}
				inspect.Judge(ev, inspect.JudgeInput{Source: inspect.Live, At: today, Store: store})
			}
		})
	}
	wg.Wait()
}

func must[T any](v T, err error) T {
	if err != nil {
		panic(err)
	}
	return v
}
