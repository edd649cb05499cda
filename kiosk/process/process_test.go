package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"
	"time"
)

// The test binary itself is the process of a visit: what it does in which visit stands in the variable, and what it did goes
// to a file.
const (
	variable = "SKRANKE_PROCESS_TEST"
	diary    = "SKRANKE_PROCESS_DIARY"
)

func TestMain(m *testing.M) {
	if acts := os.Getenv(variable); acts != "" {
		serve(strings.Split(acts, ","))
		return
	}
	os.Exit(m.Run())
}

// serve is one visit. acts says, for each visit from the first, what becomes of it.
func serve(acts []string) {
	note := func(what string) {
		file, err := os.OpenFile(os.Getenv(diary), os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err == nil {
			_, _ = fmt.Fprintf(file, "%d %s\n", os.Getpid(), what)
			_ = file.Close()
		}
	}
	if acts[0] == "refuse" {
		_ = Fail(os.Stdout, Failure{Status: 2, Code: "no_display", Message: "no window can be opened", Remedy: "Log in."})
		os.Exit(2)
	}
	ctx, turn := Join(context.Background(), os.Stdin, os.Stdout)
	carry, shown, err := turn.Await(ctx)
	if err != nil {
		note("gone")
		return
	}
	act := acts[int(carry.Visit-1)%len(acts)]
	if act == "invisible" {
		os.Exit(3)
	}
	note(fmt.Sprintf("visit %d in %q%s", carry.Visit, carry.Language, carry.Staff))
	shown()
	switch act {
	case "next":
		carry.Language = "en"
		if err := turn.Over(ctx, carry); err != nil {
			note("over: " + err.Error())
		}
		note("over")
	case "crash":
		os.Exit(4)
	case "quit":
		_ = turn.Quit()
	case "keep":
		carry.Staff = "locked"
		turn.Keep(carry)
		os.Exit(4)
	case "freeze":
		turn.Alive()
		select {}
	case "stay":
		<-ctx.Done()
		note("gone")
	case "babble":
		_, _ = os.Stdout.WriteString(strings.Repeat("x", 3*maxMessage) + "\n")
		<-ctx.Done()
	}
}

// supervisor makes a supervisor whose visits go as acts says, and gives the diary's reader.
func supervisor(t *testing.T, acts string) (*Supervisor, func() []string) {
	path := filepath.Join(t.TempDir(), "diary")
	s := &Supervisor{
		Command: func(bool) *exec.Cmd {
			cmd := exec.Command(os.Args[0])
			cmd.Env = append(os.Environ(), variable+"="+acts, diary+"="+path)
			cmd.Stderr = os.Stderr
			return cmd
		},
		Carry: Carry{Language: "da"},
	}
	return s, func() []string {
		text, _ := os.ReadFile(path) // not there before the first word
		return strings.Split(strings.TrimSpace(string(text)), "\n")
	}
}

// runs gives the supervisor a minute.
func runs(t *testing.T, s *Supervisor) error {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return s.Run(ctx)
}

func TestEachVisitHasAProcessOfItsOwn(t *testing.T) {
	s, diary := supervisor(t, "next,next,next,quit")
	if err := runs(t, s); err != nil {
		t.Fatal(err)
	}
	processes := map[string]bool{}
	var visits []string
	for _, line := range diary() {
		pid, what, _ := strings.Cut(line, " ")
		if strings.HasPrefix(what, "visit") {
			processes[pid] = true
			visits = append(visits, what)
		}
		if strings.HasPrefix(what, "over: ") {
			t.Error(line)
		}
	}
	want := []string{`visit 1 in "da"`, `visit 2 in "en"`, `visit 3 in "en"`, `visit 4 in "en"`}
	if len(processes) != 4 || strings.Join(visits, "\n") != strings.Join(want, "\n") {
		t.Errorf("%d processes: %q", len(processes), visits)
	}
	for pid := range processes {
		n, err := strconv.Atoi(pid)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := os.Stat("/proc/" + strconv.Itoa(n)); err == nil {
			t.Errorf("process %d is left", n)
		}
	}
}

func TestAProcessThatCrashesIsReplaced(t *testing.T) {
	s, diary := supervisor(t, "crash,babble,quit")
	lost := 0
	s.Lost = func(error) { lost++ }
	if err := runs(t, s); err != nil || lost != 2 {
		t.Errorf("%v, %d lost", err, lost)
	}
	if all := strings.Join(diary(), "\n"); !strings.Contains(all, "visit 3") {
		t.Errorf("%q", all)
	}
}

func TestWhatIsToBeKeptOutlivesACrash(t *testing.T) {
	s, diary := supervisor(t, "keep,quit")
	if err := runs(t, s); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(diary(), "\n"); !strings.Contains(all, `visit 2 in "da"locked`) {
		t.Errorf("%q", all)
	}
}

func TestAFrozenWindowIsReplaced(t *testing.T) {
	s, diary := supervisor(t, "freeze,quit")
	s.Frozen = 100 * time.Millisecond
	if err := runs(t, s); err != nil {
		t.Fatal(err)
	}
	if all := strings.Join(diary(), "\n"); !strings.Contains(all, "visit 2") {
		t.Errorf("%q", all)
	}
}

// What cannot be started for a while takes its visits when it can again.
func TestAProgramThatIsAwayForAWhile(t *testing.T) {
	s, diary := supervisor(t, "next,quit")
	good, away := s.Command, 0
	s.Command = func(first bool) *exec.Cmd {
		if away++; away > 1 && away < 4 {
			return exec.Command(filepath.Join(t.TempDir(), "nothing"))
		}
		return good(first)
	}
	lost := 0
	s.Lost = func(error) { lost++ }
	if err := runs(t, s); err != nil || lost != 2 {
		t.Errorf("%v, %d lost", err, lost)
	}
	if all := strings.Join(diary(), "\n"); !strings.Contains(all, "visit 2") {
		t.Errorf("%q", all)
	}
}

func TestAWindowThatNeverComes(t *testing.T) {
	s, _ := supervisor(t, "refuse")
	var failure *Failure
	if err := runs(t, s); !errors.As(err, &failure) || *failure != (Failure{2, "no_display", "no window can be opened", "Log in."}) {
		t.Errorf("%v", err)
	}
	s, _ = supervisor(t, "invisible")
	if err := runs(t, s); err == nil || !strings.Contains(err.Error(), "no window") {
		t.Errorf("%v", err)
	}
	s.Command = func(bool) *exec.Cmd { return exec.Command(filepath.Join(t.TempDir(), "nothing")) }
	if err := runs(t, s); err == nil {
		t.Error("a program that is not there was started")
	}
}

func TestNothingIsLeftWhenTheContextEnds(t *testing.T) {
	s, diary := supervisor(t, "stay")
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- s.Run(ctx) }()
	for limit := time.Now().Add(time.Minute); !strings.Contains(strings.Join(diary(), "\n"), "visit 1"); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(limit) {
			t.Fatal("no visit began")
		}
	}
	cancel()
	if err := <-done; !errors.Is(err, context.Canceled) {
		t.Error(err)
	}
	if all := strings.Join(diary(), "\n"); strings.Count(all, "gone") < 1 {
		t.Errorf("%q", all)
	}
}

func TestWhatIsNoMessage(t *testing.T) {
	for text, good := range map[string]bool{
		"": true, "{\"shown\":true}\n": true, "{}\n{}": true, "x\n": false, "[]\n": false, strings.Repeat(" ", 2*maxMessage): false,
	} {
		if err := receive(strings.NewReader(text), func(message) {}); (err == nil) != good {
			t.Errorf("%.20q: %v", text, err)
		}
	}
}
