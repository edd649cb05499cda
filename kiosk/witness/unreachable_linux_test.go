package witness

import (
	"bytes"
	"context"
	"errors"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/rules"
)

// decided gives the outcome, and the status of the limit, for someone with a witness for whom the register gave an answer.
func decided(t *testing.T, place Reservation, trouble error) (rules.Verdict, rules.Status) {
	t.Helper()
	pack, err := rules.Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	facts, err := rules.ParseFacts([]byte(`{"schema":"skranke.facts/1","scheme":"mitid","channel":"counter","on":"2026-11-22",
		"applicant":{"date_of_birth":"1990-02-03","has_cpr":true,"can_appear":true,"guardianship":false,"user_id":"anna.k"},
		"documents":[{"type":"passport","issuer":"DNK","territory":"DNK","date_of_expiry":"2030-02-02","provisional":false,"shows_cpr":true}],
		"control_questions":"not_asked",
		"witness":{"present":true,"date_of_birth":"1980-01-01","mitid_since":"2022-01-05",
			"document":{"type":"driving_licence","issuer":"DNK","territory":"DNK","date_of_expiry":"2031-01-01"}}}`))
	if err != nil {
		t.Fatal(err)
	}
	if trouble == nil {
		facts.Witness.VouchedIn120Days = &place.Others
	}
	decision, err := pack.Decide(facts)
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range decision.Requirements {
		if r.ID == "mitid.witness-limit" {
			return decision.Outcome, r.Status
		}
	}
	t.Fatal("the decision has no limit for the witness")
	return "", ""
}

// What the register says is what the rules decide on, and where it says nothing a person decides.
func TestDecision(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		now := at(t, "2026-11-22T12:00:00+01:00")
		for i := range 4 {
			place, err := r.Reserve(t.Context(), number(t, 1), now)
			outcome, status := decided(t, place, err)
			if held := i < 3; place.Held != held || (outcome == rules.Eligible) != held || (status == rules.StatusMet) != held {
				t.Errorf("person %d: held %t, the limit is %s, the outcome %s", i+1, place.Held, status, outcome)
			}
		}
		if err := r.engine.db.Close(); err != nil {
			t.Fatal(err)
		}
		place, err := r.Reserve(t.Context(), number(t, 2), now)
		if outcome, status := decided(t, place, err); outcome != rules.Refer || status != rules.StatusRefer || !errors.Is(err, ErrUnavailable) {
			t.Errorf("a register that cannot be reached: %v, the limit is %s, the outcome %s", err, status, outcome)
		}
	})
}

// unanswered tests that none of the calls answers, and that they end in time.
func unanswered(t *testing.T, r *Register, within time.Duration) {
	t.Helper()
	now := time.Now()
	place, reserving := r.Reserve(t.Context(), number(t, 1), now)
	count, counting := r.Count(t.Context(), number(t, 1), now)
	for what, err := range map[string]error{
		"Reserve": reserving, "Count": counting, "Confirm": r.Confirm(t.Context(), Reservation{Held: true, mark: r.key.mark(number(t, 1))}, now),
		"Release": r.Release(t.Context(), Reservation{Held: true}), "Forget": r.Forget(t.Context(), now),
	} {
		if !errors.Is(err, ErrUnavailable) {
			t.Errorf("%s: %v", what, err)
		}
	}
	if place != (Reservation{}) || count != 0 {
		t.Error("there is an answer beside the error")
	}
	if took := time.Since(now); took > within {
		t.Errorf("it took %s", took)
	}
}

func TestFileThatIsNoRegister(t *testing.T) {
	s := newSite(t, "sqlite")
	r := s.open(t)
	junk := []byte(strings.Repeat("this is no database. ", 5000))
	if err := os.WriteFile(s.config.File, junk, 0o600); err != nil {
		t.Fatal(err)
	}
	unanswered(t, r, time.Minute)
	if _, err := Open(t.Context(), s.config); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Open: %v", err)
	}
	if text, err := os.ReadFile(s.config.File); err != nil || string(text) != string(junk) {
		t.Errorf("someone else's file was changed: %v", err)
	}
	c := s.config
	c.File = filepath.Join(s.config.File, "below", "a file")
	if _, err := Open(t.Context(), c); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Open below a file: %v", err)
	}
}

func TestFileThatIsLocked(t *testing.T) {
	s := newSite(t, "sqlite")
	r, other := s.open(t), s.open(t)
	tx, err := other.engine.db.BeginTx(t.Context(), nil)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := tx.ExecContext(t.Context(), `DELETE FROM witness_vouched`); err != nil {
		t.Fatal(err)
	}
	r.config.Patience = 200 * time.Millisecond
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	if _, err := r.Reserve(ctx, number(t, 1), time.Now()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Reserve: %v", err)
	}
	if err := r.Forget(t.Context(), time.Now()); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Forget: %v", err)
	}
	if err := tx.Rollback(); err != nil {
		t.Fatal(err)
	}
	r.config.Patience = time.Minute
	vouch(t, r, number(t, 1), time.Now())
}

// A server that hangs, ends and comes back: no answer in the meantime, the whole answer afterwards.
func TestServerThatHangsAndEnds(t *testing.T) {
	serve(t) // or be skipped
	bin, err := binaries()
	if err != nil {
		t.Fatal(err)
	}
	own, err := startCluster(bin)
	t.Cleanup(own.stop)
	if err != nil {
		t.Fatal(err)
	}
	s := site{Config{Database: own.database(t), KeyFile: t.TempDir() + "/key", Persons: 3, Patience: time.Minute}}
	r := s.open(t)
	vouch(t, r, number(t, 1), time.Now())
	r.config.Patience = 300 * time.Millisecond

	processes := append(children(t, own.server.Process.Pid), own.server.Process.Pid)
	for _, p := range processes {
		if err := syscall.Kill(p, syscall.SIGSTOP); err != nil {
			t.Fatal(err)
		}
	}
	unanswered(t, r, 20*time.Second)
	c := s.config
	c.Patience = 300 * time.Millisecond
	if _, err := Open(t.Context(), c); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Open while the server hangs: %v", err)
	}
	for _, p := range processes {
		if err := syscall.Kill(p, syscall.SIGCONT); err != nil {
			t.Fatal(err)
		}
	}
	r.config.Patience = time.Minute
	counts(t, r, number(t, 1), time.Now(), 1)

	if err := own.server.Process.Signal(syscall.SIGINT); err != nil {
		t.Fatal(err)
	}
	<-own.ended
	unanswered(t, r, 20*time.Second)
	if _, err := Open(t.Context(), c); !errors.Is(err, ErrUnavailable) {
		t.Errorf("Open without a server: %v", err)
	}
	if err := own.start(bin); err != nil {
		t.Fatal(err)
	}
	counts(t, r, number(t, 1), time.Now(), 1)
}

// children lists the processes that a process has started.
func children(t *testing.T, pid int) (list []int) {
	t.Helper()
	stats, err := filepath.Glob("/proc/[0-9]*/stat")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range stats {
		text, err := os.ReadFile(path)
		if err != nil {
			continue // it has ended
		}
		// pid (name) state parent ..., proc(5); the name may hold anything
		fields := strings.Fields(string(text[bytes.LastIndexByte(text, ')')+1:]))
		if fields[1] == strconv.Itoa(pid) {
			child, err := strconv.Atoi(filepath.Base(filepath.Dir(path)))
			if err != nil {
				t.Fatal(err)
			}
			list = append(list, child)
		}
	}
	if len(list) == 0 {
		t.Fatal("the server has no processes")
	}
	return list
}

func TestNewerRegister(t *testing.T) {
	both(t, func(t *testing.T, s site) {
		r := s.open(t)
		if _, err := r.engine.db.ExecContext(t.Context(), `INSERT INTO witness_migration (version) VALUES (99)`); err != nil {
			t.Fatal(err)
		}
		if _, err := Open(t.Context(), s.config); !errors.Is(err, ErrNewer) {
			t.Errorf("Open: %v", err)
		}
	})
}

// A counter's account needs no more rights than to read and write the tables, once they are there.
func TestAccountWithFewRights(t *testing.T) {
	s := newSite(t, "postgres")
	owner := s.open(t)
	for _, statement := range []string{
		"CREATE ROLE till LOGIN", "REVOKE ALL ON SCHEMA public FROM PUBLIC", "GRANT USAGE ON SCHEMA public TO till",
		"GRANT SELECT ON witness_migration, witness_key TO till",
		"GRANT SELECT, INSERT, DELETE ON witness_vouched, witness_reserved TO till",
	} {
		if _, err := owner.engine.db.ExecContext(t.Context(), statement); err != nil {
			t.Fatal(err)
		}
	}
	s.config.Database = strings.Replace(s.config.Database, "skranke@", "till@", 1)
	till := s.open(t)
	vouch(t, till, number(t, 1), time.Now())
	counts(t, owner, number(t, 1), time.Now(), 1)
	if err := till.Forget(t.Context(), time.Now().AddDate(0, 0, 200)); err != nil {
		t.Error(err)
	}
	counts(t, owner, number(t, 1), time.Now(), 0)
}

func TestConfig(t *testing.T) {
	good := Config{File: t.TempDir() + "/register.db", KeyFile: t.TempDir() + "/key", Persons: 3}
	for name, change := range map[string]func(*Config){
		"no limit":       func(c *Config) { c.Persons = 0 },
		"no key file":    func(c *Config) { c.KeyFile = "" },
		"no database":    func(c *Config) { c.File = "" },
		"two databases":  func(c *Config) { c.Database = "host=/nowhere" },
		"too short hold": func(c *Config) { c.Hold = MaxSkew },
		"no patience":    func(c *Config) { c.Patience = -1 },
		"nonsense":       func(c *Config) { c.File, c.Database = "", "postgres://u:geheim@[nonsense/db?sslmode=perhaps" },
	} {
		c := good
		change(&c)
		if _, err := Open(t.Context(), c); !errors.Is(err, ErrConfig) || strings.Contains(err.Error(), "geheim") {
			t.Errorf("%s: %v", name, err)
		}
	}
	// What is told when no server is there names no password either.
	c := good
	c.File, c.Database = "", "host=/nowhere user=till password=geheim dbname=register"
	if _, err := Open(t.Context(), c); !errors.Is(err, ErrUnavailable) || strings.Contains(err.Error(), "geheim") {
		t.Errorf("no server: %v", err)
	}
	if r, err := Open(t.Context(), good); err != nil {
		t.Error(err)
	} else if err := r.Close(); err != nil {
		t.Error(err)
	}
}
