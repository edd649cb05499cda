//go:build linux

package memory

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"os"
	"os/exec"
	"slices"
	"strings"
	"testing"
)

// The process that is searched is this binary: it gets a word on its standard input, keeps it in the form that is asked for,
// and says when it has.
func TestMain(m *testing.M) {
	form := os.Getenv("SKRANKE_MEMORY_TEST")
	if form == "" {
		os.Exit(m.Run())
	}
	in := bufio.NewReader(os.Stdin)
	word, _ := in.ReadString('\n')
	word = strings.TrimSpace(word)
	var kept any
	switch form {
	case "bytes":
		kept = append(bytes.Repeat([]byte{'.'}, chunk-5), word...) // across the border of two chunks
	case "runes":
		kept = []rune(word)
	}
	fmt.Println("kept")
	_, _ = in.ReadString('\n')
	fmt.Println(fmt.Sprint(kept)[:1])
}

func TestSearch(t *testing.T) {
	word, another := rand.Text()+"æ", rand.Text()+"æ" // made here: what the binary itself says, every process of it holds
	for _, form := range []string{"bytes", "runes"} {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), "SKRANKE_MEMORY_TEST="+form)
		in, err := cmd.StdinPipe()
		if err != nil {
			t.Fatal(err)
		}
		out, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		t.Cleanup(func() { _ = cmd.Process.Kill(); _ = cmd.Wait() })
		if _, err := fmt.Fprintln(in, word); err != nil {
			t.Fatal(err)
		}
		if _, err := bufio.NewReader(out).ReadString('\n'); err != nil {
			t.Fatal(err)
		}
		found, err := Search(cmd.Process.Pid, []Secret{Text("the word", word), Text("another", another)})
		if err != nil || !slices.Contains(found, "the word") || slices.Contains(found, "another") {
			t.Errorf("%s: found %q, %v", form, found, err)
		}
		children, err := Children(os.Getpid())
		if err != nil || !slices.Contains(children, cmd.Process.Pid) {
			t.Errorf("%d is none of %v, %v", cmd.Process.Pid, children, err)
		}
		if u, err := Measure(cmd.Process.Pid); err != nil || u.Resident == 0 || u.Threads == 0 || u.Descriptors < 3 {
			t.Errorf("%+v, %v", u, err)
		}
	}
	if found, err := Search(1<<30, []Secret{Text("the word", word)}); err != nil || found != nil {
		t.Errorf("a process that is not there: %q, %v", found, err)
	}
	if _, err := Search(os.Getpid(), []Secret{Text("short", "ab")}); err == nil {
		t.Error("a word that is found anywhere is looked for")
	}
}
