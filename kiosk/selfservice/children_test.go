package selfservice

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

var seed = flag.Uint64("seed", 0, "the seed of the random presses; 0 for the day's")

// Fifty children press everything, while passports come and go: the kiosk stands, shows nobody's data to whom it does not belong, and comes
// back to its first page by itself.
func TestFiftyChildren(t *testing.T) {
	if *seed == 0 {
		*seed = uint64(time.Now().Unix() / 86400)
	}
	t.Logf("-seed %d", *seed)
	random := rand.New(rand.NewPCG(*seed, 7))
	b := open(t, 1024, 768, nil)
	presses := 0
	for range 2500 {
		b.clock = b.clock.Add(time.Duration(random.IntN(700)) * time.Millisecond)
		switch random.IntN(12) {
		case 0:
			b.show(b.anySnapshot(random))
		case 1:
			b.tick()
		case 2:
			b.typedKey(&fyne.KeyEvent{Name: []fyne.KeyName{
				fyne.KeyReturn, fyne.KeyBackspace, fyne.KeyDown, fyne.KeyUp, fyne.KeyF1, fyne.KeyF2, fyne.KeyF3, fyne.KeyEscape, fyne.KeyF11,
			}[random.IntN(9)]})
		case 3:
			b.typed(rune("<;AZ09åæ😀\x00~"[random.IntN(8)]))
		case 4:
			if focused := b.window.Canvas().Focused(); focused != nil {
				focused.TypedKey(&fyne.KeyEvent{Name: fyne.KeySpace})
			}
		default:
			if touches := b.touches(); len(touches) > 0 {
				touches[random.IntN(len(touches))].Tapped(nil)
				presses++
			}
		}
		where := fmt.Sprintf("%s/%s", b.page, b.over_())
		if len(b.touches()) == 0 {
			t.Fatalf("nothing can be touched on %s", where)
		}
		shown := b.shown()
		if (strings.Contains(shown, surname) || b.portrait != nil) && (b.page != pageLook || !b.staff) {
			t.Fatalf("the name or the photo is on %s", where)
		}
		if b.page == pageLook && b.snapshot.Phase != visit.Done {
			t.Fatalf("staff look at nobody")
		}
		if strings.Contains(shown, "kiosk.") {
			t.Fatalf("no words on %s: %s", where, shown)
		}
	}
	if presses < 500 {
		t.Fatalf("only %d presses", presses)
	}
	b.show(visit.Snapshot{Visit: b.snapshot.Visit, Phase: visit.Waiting, Status: visit.StatusEmpty})
	b.wait(15 * time.Minute)
	b.on(pageWelcome)
	if b.draft != (draft{}) || b.snapshot.Result != nil || b.called {
		t.Error("something is left of the last visit")
	}
}

// anySnapshot is a visit in any state, of the present visit or, once it has ended, of the next.
func (b *bench) anySnapshot(random *rand.Rand) visit.Snapshot {
	statuses := visit.ReaderStatuses()
	s := visit.Snapshot{Phase: visit.Waiting, Status: statuses[random.IntN(len(statuses))], LeftBehind: random.IntN(5) == 0}
	problems := visit.Problems()
	switch random.IntN(6) {
	case 0:
		s = reading(random.IntN(9))
	case 1:
		s.Phase, s.Problem, s.Steps = visit.Trouble, problems[random.IntN(len(problems))], steps(3)
	case 2:
		s.Problem = []visit.Problem{visit.ProblemWrongMRZ, visit.ProblemWrongCAN, visit.ProblemNeedsMRZ}[random.IntN(3)]
	case 3:
		s = done(
			[]inspect.Authenticity{inspect.Genuine, inspect.Counterfeit, inspect.AuthenticityUndetermined}[random.IntN(3)],
			[]rules.Verdict{rules.Eligible, rules.MissingEvidence, rules.Ineligible, rules.Refer}[random.IntN(4)], rules.StatusRefer,
		)
		if random.IntN(3) == 0 {
			s.Result.Photo = nil
		}
		if random.IntN(3) == 0 {
			s.Result.Decision = nil
		}
	case 4:
		s.Phase, s.Result = visit.Done, &visit.Result{}
	}
	s.Visit = uint64(b.counter.next) + 1
	if random.IntN(4) == 0 && s.Visit > 1 {
		s.Visit-- // one that was on its way
	}
	return s
}
