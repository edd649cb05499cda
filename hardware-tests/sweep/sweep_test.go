package sweep_test

import (
	"context"
	"encoding/binary"
	"flag"
	"fmt"
	"io"
	"math/rand/v2"
	"runtime"
	"sort"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/sweep"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
)

var (
	all   = flag.Bool("sweep.all", false, "sweep every fault at every command of every profile, instead of a sample")
	seed  = flag.Uint64("sweep.seed", 0, "the seed that cases and bits are drawn by; 0 draws it by the clock")
	cases = flag.Int("sweep.cases", 2000, "how many cases the sample has")
	slim  = flag.Bool("sweep.small", false, "with small faces in place of whole ones, which leaves out blocks that are like others")
	only  = flag.String("sweep.profile", "", "sweep this profile alone")
	at    = flag.Int("sweep.at", -1, "sweep this command alone")
)

// sampled are the profiles of the sample, with how many of a hundred cases each gets. Between them they speak every protocol; the
// larger shares go to those that cost little, since the places for a fault are much the same in all.
var sampled = []struct {
	profile string
	share   int
}{
	{"bac-passport-2009", 26},      // BAC alone
	{"chinese-passport-2019", 23},  // BAC, AA by RSA, reads past the end in silence
	{"utopian-open", 34},           // no access control
	{"danish-passport-2012", 6},    // BAC, CA by 3DES and MSE:Set KAT
	{"norwegian-passport-2020", 4}, // PACE and CA on a NIST curve, extended length
	{"indian-passport-2024", 2},    // no short file identifiers, 6B00 past the end
	{"danish-passport-2023", 1},    // the commonest
	{"estonian-id-2018", 1},
	{"german-passport-2024", 1},    // PACE-CAM
	{"french-passport-2023", 1},    // PACE-IM, 6A86 to SELECT MF
	{"singapore-passport-2022", 1}, // AES-256, AA
}

type job struct {
	base  *sweep.Baseline
	fault sweep.Fault
	next  bool // carry on with the evidence instead of reading anew
}

// small makes a face of a few blocks, each of which is as good a place for a fault as any of a hundred.
var small = [][2]string{{"face.bytes", "3000"}, {"face.width", "200"}, {"face.height", "260"}}

// establish sets up a profile and reads it once.
func establish(t *testing.T, profile string, overrides ...[2]string) *sweep.Baseline {
	t.Helper()
	s := stage.For(t, profile, overrides...)
	b, err := sweep.Establish(s, &stage.Link{Chip: chip.New(s.Document.Chip)})
	if err != nil {
		t.Fatalf("%s: %v", profile, err)
	}
	return b
}

// draw draws the cases: all of them, or the sample.
func draw(t *testing.T, random *rand.Rand) (jobs []job) {
	add := func(b *sweep.Baseline, f sweep.Fault) {
		if *at < 0 || f.At == *at {
			jobs = append(jobs, job{b, f, random.IntN(2) == 0})
		}
	}
	switch {
	case *all || *only != "":
		for _, p := range specimen.Profiles() {
			if *only == "" || p == *only {
				var overrides [][2]string
				if *slim {
					overrides = small
				}
				b := establish(t, p, overrides...)
				for _, f := range sweep.Faults(b.Commands, random) {
					add(b, f)
				}
			}
		}
	default:
		for _, s := range sampled {
			b := establish(t, s.profile, small...)
			faults := sweep.Faults(b.Commands, random)
			for range *cases * s.share / 100 {
				add(b, faults[random.IntN(len(faults))])
			}
		}
	}
	return jobs
}

// draws is the randomness of one side, the same in every case, by the sweep's seed: what is computed with it need not be computed again each time.
func draws(side byte) io.Reader {
	key := [32]byte{side}
	binary.BigEndian.PutUint64(key[1:], drawn)
	return rand.NewChaCha8(key)
}

// drawn is the seed that cases and bits are drawn by.
var drawn uint64

// run runs one case: a read under the fault, then one of the same card without.
func (j job) run() (problems []string) {
	s := j.base.Stage
	config := s.Document.Chip
	config.Random = draws(1)
	link := &stage.Link{Chip: chip.New(config)}
	ctx, cancel := context.WithCancel(context.Background())
	defer cancel()
	j.fault.Arm(link, cancel)
	in := s.Input()
	in.Random, in.Early = draws(2), func(*inspect.Report) {}
	var r sweep.Result
	r.Reading, r.Err = inspect.Read(ctx, link, in)
	r.Sent, r.Resets = link.Sent, link.Resets
	problems = j.base.Misjudged(j.fault, r)
	sweep.Disarm(link)
	_ = link.Reset(context.Background())
	in = s.Input()
	in.Random = draws(3)
	if j.next && r.Reading != nil {
		in.Earlier = r.Reading.Evidence
	}
	reading, err := inspect.Read(context.Background(), link, in)
	for _, p := range j.base.Good(reading, err) {
		problems = append(problems, fmt.Sprintf("the next read (carrying on %v): %s", in.Earlier != nil, p))
	}
	return problems
}

// TestSweep places one fault in each read. It prints how many cases it ran and how many were misjudged.
func TestSweep(t *testing.T) {
	by := *seed
	if by == 0 {
		by = uint64(time.Now().UnixNano()) //nolint:gosec // any number will do
	}
	drawn = by
	t.Logf("seed %d; again by: go test ./hardware-tests/sweep -sweep.seed %d", by, by)
	jobs := draw(t, rand.New(rand.NewPCG(by, 1)))
	before := runtime.NumGoroutine()
	var (
		mutex     sync.Mutex
		misjudged int
		kinds     = map[sweep.Kind]int{}
	)
	queue := make(chan job)
	var workers sync.WaitGroup
	for range runtime.GOMAXPROCS(0) {
		workers.Go(func() {
			for j := range queue {
				problems := j.run()
				mutex.Lock()
				kinds[j.fault.Kind]++
				if len(problems) > 0 {
					misjudged++
					if misjudged <= 300 {
						t.Errorf("%s, %s: %s", j.base.Stage.Document.Profile.Name, j.fault, strings.Join(problems, "; "))
					}
				}
				mutex.Unlock()
			}
		})
	}
	for i, j := range jobs {
		queue <- j
		if *all && i%5000 == 4999 {
			t.Logf("%d of %d", i+1, len(jobs))
		}
	}
	close(queue)
	workers.Wait()
	for deadline := time.Now().Add(5 * time.Second); runtime.NumGoroutine() > before && time.Now().Before(deadline); {
		time.Sleep(10 * time.Millisecond)
	}
	if n := runtime.NumGoroutine(); n > before {
		t.Errorf("%d goroutines before, %d after", before, n)
	}
	var tally []string
	for k, n := range kinds {
		tally = append(tally, fmt.Sprintf("%s %d", k, n))
	}
	sort.Strings(tally)
	counts.Print(t, "fault sweep: cases: %d (%s), misjudged: %d", len(jobs), strings.Join(tally, ", "), misjudged)
}
