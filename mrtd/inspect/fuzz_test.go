package inspect_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
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

// FuzzSessionRecord puts any text in the place of a dump's session.json beside the files of a genuine document: it is refused, or it is judged, and whatever it claims makes no proof
// and no code that nobody has explained.
func FuzzSessionRecord(f *testing.F) {
	d := scene{}.make(f)
	in := inspect.JudgeInput{Source: inspect.Dump, At: today, Store: storeOf(f, d.CSCA.Certificate), Face: anyFace}
	dir := filepath.Join(f.TempDir(), "dump")
	if err := inspect.WriteDump(dir, liveEvidence(f, d)); err != nil {
		f.Fatal(err)
	}
	record := filepath.Join(dir, "session.json")
	honest, err := os.ReadFile(record)
	if err != nil {
		f.Fatal(err)
	}
	f.Add(honest)
	f.Add([]byte(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"failed","code":"bad_token"},"bac":{"outcome":"not_done"}},"refused":{"EF.DG14":"6a82"},"lost_at":"face","timing":{}}`))
	f.Add([]byte(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"aborted"},"bac":{"outcome":""}},"proofs":[{"id":"chip.ca","outcome":"failed","code":"wrong_key","transcript":{"a":"00"}}],"timing":{"total_ms":1,"phases":[{"name":"x","ms":1}]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		if err := os.WriteFile(record, text, 0o600); err != nil {
			t.Fatal(err)
		}
		ev, err := inspect.ReadDump(dir)
		var refused *inspect.DumpError
		if err != nil {
			if !errors.As(err, &refused) || refused.Remedy == "" {
				t.Fatal(err)
			}
			return
		}
		r := inspect.Judge(ev, in)
		checkDocumented(t, r)
		for _, c := range r.Checks {
			if c.Outcome == inspect.Successful && (strings.HasPrefix(c.ID, "chip.") || strings.HasPrefix(c.ID, "access.")) {
				t.Fatalf("%s is successful by a record", c.ID)
			}
		}
	})
}
