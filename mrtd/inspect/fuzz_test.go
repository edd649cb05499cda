package inspect_test

import (
	"sync"
	"testing"

	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// FuzzJudge puts hostile octets in the place of each file that is parsed: no panic, every check once, never genuine.
func FuzzJudge(f *testing.F) {
	f.Add(byte(0), []byte{0x77, 0x80})
	f.Add(byte(3), []byte{0x6e, 0x02, 0x31, 0x00})
	f.Add(byte(5), []byte{0x61, 0x02, 0x5f, 0x1f})
	files := []inspect.File{
		inspect.SOD, inspect.COM, inspect.CardAccess, inspect.DG(14), inspect.CardSecurity, inspect.DG(1), inspect.DG(2), inspect.DG(15),
	}
	f.Fuzz(func(t *testing.T, which byte, b []byte) {
		ev := &inspect.Evidence{Files: map[inspect.File][]byte{files[int(which)%len(files)]: b}}
		r := inspect.Judge(ev, inspect.JudgeInput{Source: inspect.Live, At: today, Face: anyFace})
		checkDocumented(t, r)
		if len(r.Checks) != 40 || r.Authenticity == inspect.Genuine {
			t.Errorf("%d checks, %s", len(r.Checks), r.Authenticity)
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
