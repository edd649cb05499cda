package visit

import (
	"context"
	"crypto/rand"
	"path/filepath"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/witness"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// register is one that answers when it is told to, and remembers what it was asked.
type register struct {
	mu       sync.Mutex
	asked    []cpr.Number
	ended    []string
	answer   witness.Reservation
	fail     error
	confirms error
	wait     chan struct{} // nil for no waiting
}

func (r *register) Reserve(ctx context.Context, number cpr.Number, _ time.Time) (witness.Reservation, error) {
	if r.wait != nil {
		select {
		case <-r.wait:
		case <-ctx.Done():
			return witness.Reservation{}, ctx.Err()
		}
	}
	r.mu.Lock()
	defer r.mu.Unlock()
	r.asked = append(r.asked, number)
	return r.answer, r.fail
}

func (r *register) Confirm(context.Context, witness.Reservation, time.Time) error {
	r.note("confirmed")
	return r.confirms
}

func (r *register) Release(context.Context, witness.Reservation) error {
	r.note("released")
	return nil
}

func (r *register) note(end string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.ended = append(r.ended, end)
}

func number(t *testing.T, text string) cpr.Number {
	t.Helper()
	n, err := cpr.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// withWitness is what is seen with a witness of that number.
func withWitness(t *testing.T, text string) Seen {
	return Seen{Witness: &Witness{CPR: number(t, text), Sworn: Yes}}
}

// Two numbers that are no one's: the first of January of years to come.
const (
	oneWitness     = "010157-4000"
	anotherWitness = "010157-4001"
)

func TestAWitnessIsLookedUpAndGivenBack(t *testing.T) {
	r := &register{answer: witness.Reservation{Held: true, Others: 2}}
	onBench(t, func(c *Config) { c.Witnesses = r }, func(b *bench) {
		r.wait = make(chan struct{}) // of this bubble
		b.lay(with(ReaderCard, 1))
		b.give()
		b.counter.See(withWitness(t, oneWitness))
		if s := b.now(); s.Vouching.State != VouchingAsking || b.decided[len(b.decided)-1].Witness.VouchedIn120Days != nil {
			t.Fatalf("%+v while the register is silent", s.Vouching)
		}
		close(r.wait)
		if s := b.now(); s.Vouching != (Vouching{State: VouchingHeld, Others: 2}) {
			t.Fatalf("%+v", s.Vouching)
		}
		fact := b.decided[len(b.decided)-1].Witness
		if fact.VouchedIn120Days == nil || *fact.VouchedIn120Days != 2 || !*fact.Present || !*fact.SwornStatement {
			t.Error("the number is not decided on")
		}
		b.counter.See(withWitness(t, oneWitness))
		synctest.Wait()
		if len(r.asked) != 1 {
			t.Errorf("the register was asked %d times about one witness", len(r.asked))
		}
		b.counter.See(withWitness(t, anotherWitness))
		synctest.Wait()
		if len(r.asked) != 2 || len(r.ended) != 1 || r.ended[0] != "released" {
			t.Fatalf("another witness: asked %d times, ended %v", len(r.asked), r.ended)
		}
		b.counter.Next()
		if s := b.now(); len(r.ended) != 2 || r.ended[1] != "released" || s.Vouching.State != VouchingNone || s.Seen.Witness != nil {
			t.Errorf("an abandoned visit: %v", r.ended)
		}
	})
}

// comeWithWitness has a citizen come with a document and a witness.
func (b *bench) comeWithWitness(t *testing.T) {
	b.lay(with(ReaderCard, 1))
	b.give()
	b.counter.See(withWitness(t, oneWitness))
	synctest.Wait()
}

func TestAVouchingIsWrittenDownOnce(t *testing.T) {
	r := &register{answer: witness.Reservation{Held: true}}
	onBench(t, func(c *Config) { c.Witnesses = r }, func(b *bench) {
		b.comeWithWitness(t)
		b.counter.Vouched()
		b.counter.Vouched()
		if s := b.now(); s.Vouching.State != VouchingWritten || len(r.ended) != 1 {
			t.Fatalf("%+v after %v", s.Vouching, r.ended)
		}
		b.counter.See(Seen{}) // a slip of the hand, and back
		b.counter.See(withWitness(t, oneWitness))
		if s := b.now(); s.Vouching.State != VouchingWritten || len(r.asked) != 1 {
			t.Fatalf("after the witness was seen again: %+v, asked %d times", s.Vouching, len(r.asked))
		}
		b.counter.Next()
		synctest.Wait()
		if len(r.ended) != 1 {
			t.Errorf("what was written down is taken back: %v", r.ended)
		}
	})
}

func TestARegisterThatFailsLeavesTheNumberUnknown(t *testing.T) {
	for _, r := range []*register{
		{fail: witness.ErrUnavailable},
		{answer: witness.Reservation{Held: true, Others: 1}, confirms: witness.ErrUnavailable},
		nil,
	} {
		onBench(t, func(c *Config) {
			if r != nil {
				c.Witnesses = r
			}
		}, func(b *bench) {
			b.comeWithWitness(t)
			b.counter.Vouched()
			if s := b.now(); s.Vouching != (Vouching{State: VouchingUnknown}) || b.decided[len(b.decided)-1].Witness.VouchedIn120Days != nil {
				t.Errorf("%+v", s.Vouching)
			}
		})
	}
}

func TestARegisterThatIsBackIsAskedAgain(t *testing.T) {
	r := &register{fail: witness.ErrUnavailable}
	onBench(t, func(c *Config) { c.Witnesses = r }, func(b *bench) {
		b.comeWithWitness(t)
		r.fail, r.answer = nil, witness.Reservation{Held: true}
		b.counter.See(withWitness(t, oneWitness))
		if s := b.now(); s.Vouching.State != VouchingHeld {
			t.Errorf("%+v", s.Vouching)
		}
	})
}

func TestAVouchingThatCouldNotBeWrittenDownIsTold(t *testing.T) {
	r := &register{answer: witness.Reservation{Held: true}, confirms: witness.ErrUnavailable}
	var told error
	onBench(t, func(c *Config) {
		c.Witnesses = r
		c.Unwritten = func(err error) { told = err }
	}, func(b *bench) {
		b.counter.WithoutChip()
		b.counter.See(withWitness(t, oneWitness))
		synctest.Wait()
		b.counter.Vouched()
		b.counter.Next()
		synctest.Wait()
		if told == nil || len(r.ended) != 1 {
			t.Errorf("told %v, ended %v", told, r.ended)
		}
	})
}

func TestAFullRegisterAndALapsedPlace(t *testing.T) {
	r := &register{answer: witness.Reservation{Others: 3}}
	onBench(t, func(c *Config) { c.Witnesses = r }, func(b *bench) {
		b.comeWithWitness(t)
		b.counter.Vouched()
		if s := b.now(); s.Vouching != (Vouching{State: VouchingFull, Others: 3}) || len(r.ended) != 0 {
			t.Errorf("%+v, %v", s.Vouching, r.ended)
		}
	})
	r = &register{answer: witness.Reservation{Held: true}, confirms: witness.ErrLapsed}
	onBench(t, func(c *Config) { c.Witnesses = r }, func(b *bench) {
		b.comeWithWitness(t)
		b.counter.Vouched()
		if s := b.now(); s.Vouching.State != VouchingHeld || len(r.asked) != 2 {
			t.Errorf("a lapsed place: %+v, asked %d times", s.Vouching, len(r.asked))
		}
	})
}

// The register answers after the visit has ended: what it keeps is given back.
func TestALateAnswerIsGivenBack(t *testing.T) {
	for _, end := range []string{"next", "stop"} {
		r := &register{answer: witness.Reservation{Held: true}}
		onBench(t, func(c *Config) { c.Witnesses = deaf{r} }, func(b *bench) {
			r.wait = make(chan struct{})
			b.comeWithWitness(t)
			if end == "next" {
				b.counter.Next()
			} else {
				b.stop()
			}
			synctest.Wait()
			close(r.wait)
			synctest.Wait()
			if len(r.ended) != 1 || r.ended[0] != "released" {
				t.Errorf("%s: %v", end, r.ended)
			}
		})
	}
}

// deaf does not hear that its context has ended.
type deaf struct{ *register }

func (d deaf) Reserve(_ context.Context, number cpr.Number, now time.Time) (witness.Reservation, error) {
	return d.register.Reserve(context.Background(), number, now)
}

// The real register keeps a place while the visit lasts, and has it again afterwards.
func TestWithTheRealRegister(t *testing.T) {
	folder := t.TempDir()
	open := func() *witness.Register {
		r, err := witness.Open(t.Context(), witness.Config{
			File: filepath.Join(folder, "witnesses.db"), KeyFile: filepath.Join(folder, "key"), Persons: 1, Random: rand.Reader,
		})
		if err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = r.Close() })
		return r
	}
	r := open()
	counter := func(changed func(Snapshot)) (*Counter, context.CancelFunc, chan struct{}) {
		room := newRoom()
		c, err := New(Config{
			Readers: room, Now: time.Now, Witnesses: r, Changed: changed,
			Inspect: func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
				return goodInspection(), nil
			},
			Decide: func(rules.Facts) (*rules.Decision, error) { return &rules.Decision{Outcome: rules.Eligible}, nil },
		})
		if err != nil {
			t.Fatal(err)
		}
		ctx, cancel := context.WithCancel(t.Context())
		done := make(chan struct{})
		go func() {
			defer close(done)
			_ = c.Run(ctx)
		}()
		t.Cleanup(func() { cancel(); <-done })
		return c, cancel, done
	}
	follow := func() (func(Snapshot), func(VouchingState)) {
		states := make(chan VouchingState, 1024)
		return func(s Snapshot) { states <- s.Vouching.State }, func(want VouchingState) {
			t.Helper()
			for limit := time.After(time.Minute); ; {
				select {
				case state := <-states:
					if state == want {
						return
					}
				case <-limit:
					t.Fatalf("the register did not come to %q", want)
				}
			}
		}
	}
	changed, until := follow()
	first, stop, done := counter(changed)
	first.WithoutChip()
	first.See(withWitness(t, oneWitness))
	until(VouchingHeld)
	changed2, until2 := follow()
	second, _, _ := counter(changed2)
	second.WithoutChip()
	second.See(withWitness(t, oneWitness))
	until2(VouchingFull)
	stop()
	<-done // abandoned: its place is free again
	second.Next()
	second.WithoutChip()
	second.See(withWitness(t, oneWitness))
	until2(VouchingHeld)
	second.Vouched()
	until2(VouchingWritten)
}
