package main

import (
	"bytes"
	"context"
	"io"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// TestRefusals runs the command with what cannot be: each is refused with its exit status and a word that helps.
func TestRefusals(t *testing.T) {
	dir := t.TempDir()
	typo := filepath.Join(dir, "typo.yaml")
	if err := os.WriteFile(typo, []byte("document: {isuer: DNK}\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	files := filepath.Join(dir, "dump")
	// The first one writes the dump that others use. Under with-pcscd there is a reader, so the command is ended at once.
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	status, word := 4, "pcscd"
	if os.Getenv(rig.Variable) == "1" {
		cancel()
		status, word = 0, "0 exchanges"
	}
	try(ctx, t, "no reader", "--profile danish-passport-2023 --wait 0s --slot 1 --write-files "+files, status, word)
	for _, c := range []struct {
		name, args string
		status     int
		word       string
	}{
		{"nothing", "", 2, "--profile"},
		{"unknown flag", "--profle x", 2, "profle"},
		{"argument", "--list now", 2, "now"},
		{"unknown profile", "--profile danish", 2, "danish-passport-2023"},
		{"profile's typo", "--profile " + typo, 2, "isuer"},
		{"profile's absence", "--profile " + filepath.Join(dir, "no.yaml"), 2, "no.yaml"},
		{"slot", "--profile danish-passport-2023 --slot 2", 2, "slots 0 and 1"},
		{"link", "--profile danish-passport-2023 --link 9k", 2, "424k"},
		{"day", "--profile danish-passport-2023 --at yesterday", 2, "yesterday"},
		{"fault", "--profile danish-passport-2023 --fault explode", 2, "explode"},
		{"both", "--profile danish-passport-2023 --dump " + dir, 2, "exclude"},
		{"empty dump", "--dump " + dir, 2, "EF.DG1.bin"},
		{"no keys", "--dump " + files, 2, "--without-keys"},
		{"edited dump", "--without-keys --fault clone --dump " + files, 2, "edited"},
	} {
		try(t.Context(), t, c.name, c.args, c.status, c.word)
	}
}

func try(ctx context.Context, t *testing.T, name, args string, status int, word string) {
	t.Helper()
	var out, problems bytes.Buffer
	got := run(ctx, strings.Fields(args), strings.NewReader(""), &out, &problems)
	if got != status || !strings.Contains(problems.String(), word) {
		t.Errorf("%s: exit %d, want %d; standard error, which should say %q:\n%s", name, got, status, word, problems.String())
	}
}

// TestList lists every profile and every attack with a line that says what it is.
func TestList(t *testing.T) {
	var out, problems bytes.Buffer
	if status := run(t.Context(), []string{"--list"}, nil, &out, &problems); status != 0 {
		t.Fatalf("exit %d: %s", status, problems.String())
	}
	for _, p := range specimen.Profiles() {
		if !strings.Contains(out.String(), p) {
			t.Errorf("%s is not listed", p)
		}
	}
	for line := range strings.Lines(out.String()) {
		if len(strings.Fields(line)) < 4 {
			t.Errorf("a profile does not say what it is: %q", line)
		}
	}
	out.Reset()
	if run(t.Context(), []string{"--list-attacks"}, nil, &out, &problems) != 0 || !strings.Contains(out.String(), "clone") {
		t.Errorf("the attacks are not listed: %s", out.String())
	}
}

// notes collects what a command says, and tells when a word has come.
type notes struct {
	mutex sync.Mutex
	text  bytes.Buffer
}

func (n *notes) Write(b []byte) (int, error) {
	n.mutex.Lock()
	defer n.mutex.Unlock()
	return n.text.Write(b)
}

func (n *notes) await(t *testing.T, word string, times int) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); ; time.Sleep(20 * time.Millisecond) {
		n.mutex.Lock()
		text := n.text.String()
		n.mutex.Unlock()
		if strings.Count(text, word) >= times {
			return
		}
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain for %q, %d times, in:\n%s", word, times, text)
		}
	}
}

// TestOnTheReader lays a document on the real virtual reader, finds the slot taken for a second one, takes the first off
// and lays it back by the keyboard, and ends it.
func TestOnTheReader(t *testing.T) {
	rig.Require(t)
	keyboard, typing := io.Pipe()
	var problems notes
	done := make(chan int)
	go func() {
		done <- run(t.Context(), []string{"--profile", "danish-passport-2023", "--keys"}, keyboard, io.Discard, &problems)
	}()
	problems.await(t, "lies on slot 0", 1)
	try(t.Context(), t, "a second document", "--profile german-passport-2017", 4, "taken")
	for _, step := range []struct{ keys, word string }{{"\n", "is off the reader"}, {"\n", "lies on slot 0"}} {
		if _, err := io.WriteString(typing, step.keys); err != nil {
			t.Fatal(err)
		}
		times := 1
		if step.word == "lies on slot 0" {
			times = 2
		}
		problems.await(t, step.word, times)
	}
	if _, err := io.WriteString(typing, "q\n"); err != nil {
		t.Fatal(err)
	}
	if status := <-done; status != 0 {
		t.Errorf("exit %d", status)
	}
	ctx, cancel := context.WithCancel(t.Context())
	go func() { done <- run(ctx, []string{"--profile", "danish-passport-2023"}, nil, io.Discard, &problems) }()
	problems.await(t, "lies on slot 0", 3)
	cancel()
	if status := <-done; status != 0 {
		t.Errorf("exit %d after a signal", status)
	}
}
