package witness

import (
	"context"
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/kiosk/cpr"
)

func TestMain(m *testing.M) {
	if place := os.Getenv("WITNESS_TEST_COUNTER"); place != "" {
		counter(strings.Split(place, "\n"))
	}
	flag.Parse()
	if err := flag.Set("rapid.nofailfile", "true"); err != nil {
		panic(err)
	}
	status := m.Run()
	shared.cluster.stop()
	os.Exit(status)
}

// site is a register that tests open any number of times, each as a counter of its own.
type site struct{ config Config }

// open opens the register once more, as another counter does.
func (s site) open(t testing.TB) *Register {
	t.Helper()
	r, err := Open(t.Context(), s.config)
	if err != nil {
		t.Fatal(err)
	}
	r.skew = 1 << 62 // the tests' times are not the server's
	t.Cleanup(func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	})
	return r
}

// both runs a test on both databases.
func both(t *testing.T, test func(t *testing.T, s site)) {
	t.Run("sqlite", func(t *testing.T) { test(t, newSite(t, "sqlite")) })
	t.Run("postgres", func(t *testing.T) { test(t, newSite(t, "postgres")) })
}

func newSite(t testing.TB, database string) site {
	t.Helper()
	c := Config{KeyFile: t.TempDir() + "/site.key", Persons: 3, Patience: 2 * time.Minute}
	if database == "postgres" {
		c.Database = serve(t).database(t)
	} else {
		c.File = t.TempDir() + "/an odd name?&#%41.db"
	}
	return site{c}
}

// number gives the i-th of many CPR numbers.
func number(t testing.TB, i int) cpr.Number {
	t.Helper()
	n, err := cpr.Parse(fmt.Sprintf("010190%04d", i))
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// at reads a time.
func at(t testing.TB, text string) time.Time {
	t.Helper()
	v, err := time.Parse(time.RFC3339, text)
	if err != nil {
		t.Fatal(err)
	}
	return v
}

// vouch has the witness vouch for one person, who must have a place.
func vouch(t testing.TB, r *Register, witness cpr.Number, now time.Time) {
	t.Helper()
	place, err := r.Reserve(t.Context(), witness, now)
	if err != nil || !place.Held {
		t.Fatalf("Reserve: held %t, %v", place.Held, err)
	}
	if err := r.Confirm(t.Context(), place, now); err != nil {
		t.Fatalf("Confirm: %v", err)
	}
}

// counts tests how many the register knows of.
func counts(t testing.TB, r *Register, witness cpr.Number, now time.Time, want int) {
	t.Helper()
	if got, err := r.Count(t.Context(), witness, now); err != nil || got != want {
		t.Errorf("Count at %s = %d, %v; want %d", now.Format(time.RFC3339), got, err, want)
	}
}

// counter is another process, which takes a place, or begins to, says so, and waits for its end.
func counter(place []string) {
	fail := func(err error) {
		if err != nil {
			fmt.Println(err)
			os.Exit(1)
		}
	}
	ctx := context.Background()
	r, err := Open(ctx, Config{Database: place[1], File: place[2], KeyFile: place[3], Persons: 3})
	fail(err)
	r.skew = 1 << 62
	now, err := time.Parse(time.RFC3339, place[4])
	fail(err)
	n, err := cpr.Parse("0101900001")
	fail(err)
	if place[0] == "reserve" {
		_, err = r.Reserve(ctx, n, now)
		fail(err)
	} else {
		mark, err := r.mark(n)
		fail(err)
		tx, err := r.engine.db.BeginTx(ctx, nil)
		fail(err)
		if r.engine.lock != "" {
			_, err = tx.Exec(r.engine.lock, lockOf(mark))
			fail(err)
		}
		_, err = tx.Exec(`INSERT INTO witness_vouched (mark, day) VALUES ($1, $2)`, mark, 20_000)
		fail(err)
	}
	fmt.Println("ready")
	time.Sleep(10 * time.Minute)
	os.Exit(1)
}
