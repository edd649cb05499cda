package witness

import (
	"bufio"
	"os"
	"os/exec"
	"strings"
	"sync"
	"testing"
	"time"
)

// counters is how many ask at the same moment.
const counters = 50

// atOnce has every counter do something at the same moment, and waits for all.
func atOnce(t *testing.T, s site, do func(i int, r *Register)) {
	t.Helper()
	registers := make([]*Register, counters)
	for i := range registers {
		registers[i] = s.open(t)
	}
	begin := make(chan struct{})
	var all sync.WaitGroup
	for i, r := range registers {
		all.Go(func() {
			<-begin
			do(i, r)
		})
	}
	close(begin)
	all.Wait()
}

func TestFiftyCountersAtOnce(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		now := at(t, "2026-03-01T12:00:00+01:00")
		var mutex sync.Mutex
		held, others := 0, map[int]int{}
		atOnce(t, s, func(_ int, r *Register) {
			place, err := r.Reserve(t.Context(), number(t, 1), now)
			if err == nil && place.Held {
				err = r.Confirm(t.Context(), place, now)
			}
			if err != nil {
				t.Error(err)
			}
			mutex.Lock()
			defer mutex.Unlock()
			if place.Held {
				held++
			}
			others[place.Others]++
		})
		if held != 3 || others[0] != 1 || others[1] != 1 || others[2] != 1 || others[3] != counters-3 {
			t.Errorf("%d counters: %d places held, told %v; want 3, of the numbers 0, 1 and 2 one each", counters, held, others)
		}
		counts(t, s.open(t), number(t, 1), now, 3)
	})
}

// Each counter takes a place and gives it back or keeps it, for one of two witnesses, many times.
func TestFiftyCountersThatAbandon(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		now := at(t, "2026-03-01T12:00:00+01:00")
		var mutex sync.Mutex
		standing, kept := map[int]int{}, map[int]int{}
		atOnce(t, s, func(i int, r *Register) {
			for round := range 4 {
				witness := (i + round) % 2
				place, err := r.Reserve(t.Context(), number(t, witness), now)
				if err != nil {
					t.Error(err)
					return
				}
				if !place.Held {
					continue
				}
				mutex.Lock()
				standing[witness]++
				if standing[witness] > 3 {
					t.Errorf("%d places held at once", standing[witness])
				}
				keep := (i+round)%3 == 0
				if keep {
					kept[witness]++
				} else {
					standing[witness]-- // before it is released: a place is never counted here when it stands nowhere
				}
				mutex.Unlock()
				if keep {
					err = r.Confirm(t.Context(), place, now)
				} else {
					err = r.Release(t.Context(), place)
				}
				if err != nil {
					t.Error(err)
				}
			}
		})
		r := s.open(t)
		for witness := range 2 {
			if kept[witness] > 3 {
				t.Errorf("%d persons", kept[witness])
			}
			counts(t, r, number(t, witness), now, kept[witness])
		}
		rows(t, r, "witness_reserved", 0)
	})
}

// A new register is opened by all counters at the same moment, and has one key.
func TestFiftyCountersBegin(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		now := at(t, "2026-03-01T12:00:00+01:00")
		var all sync.WaitGroup
		for range counters {
			all.Go(func() {
				r, err := Open(t.Context(), s.config)
				if err != nil {
					t.Error(err)
					return
				}
				r.skew = 1 << 62
				if _, err := r.Reserve(t.Context(), number(t, 1), now); err != nil {
					t.Error(err)
				}
				if err := r.Close(); err != nil {
					t.Error(err)
				}
			})
		}
		all.Wait()
		counts(t, s.open(t), number(t, 1), now, 3)
	})
}

// begin starts another process that is a counter, and waits until it holds what it shall hold.
func begin(t *testing.T, s site, what string, now time.Time) (kill func()) {
	t.Helper()
	program, err := os.Executable()
	if err != nil {
		t.Fatal(err)
	}
	c := exec.Command(program)
	c.Env = append(os.Environ(), "WITNESS_TEST_COUNTER="+strings.Join(
		[]string{what, s.config.Database, s.config.File, s.config.KeyFile, now.Format(time.RFC3339)}, "\n"))
	out, err := c.StdoutPipe()
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Start(); err != nil {
		t.Fatal(err)
	}
	kill = sync.OnceFunc(func() {
		_ = c.Process.Kill() // it may have ended
		_ = c.Wait()         // and was killed
	})
	t.Cleanup(kill)
	if line, err := bufio.NewReader(out).ReadString('\n'); line != "ready\n" {
		t.Fatalf("the other counter says %q, %v", line, err)
	}
	return kill
}

// The place of a counter that is killed stands until it lapses, and no longer.
func TestHolderDies(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		now := at(t, "2026-03-01T12:00:00+01:00")
		r := s.open(t)
		begin(t, s, "reserve", now)()
		counts(t, r, number(t, 1), now, 1)
		counts(t, r, number(t, 1), now.Add(DefaultHold-time.Second), 1)
		counts(t, r, number(t, 1), now.Add(DefaultHold), 0)
	})
}

// A counter that is killed in the middle of a transaction leaves neither a lock nor a row.
func TestHolderDiesInTheMiddle(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		now := at(t, "2026-03-01T12:00:00+01:00")
		r := s.open(t)
		kill := begin(t, s, "transaction", now)
		impatient := *r.engine // the lock is held: who waits for it no longer than a moment learns nothing
		waiting := &Register{config: r.config, engine: &impatient, key: r.key, skew: r.skew, forgotten: r.forgotten}
		waiting.config.Patience = 300 * time.Millisecond
		place, err := waiting.Reserve(t.Context(), number(t, 1), now)
		if err == nil || place.Held {
			t.Errorf("while another counter holds the lock: held %t, %v", place.Held, err)
		}
		kill()
		place, err = r.Reserve(t.Context(), number(t, 1), now)
		if err != nil || !place.Held || place.Others != 0 {
			t.Errorf("after it died: held %t, others %d, %v; want a place, 0", place.Held, place.Others, err)
		}
		rows(t, r, "witness_vouched", 0)
	})
}
