package soak

import (
	"bufio"
	"bytes"
	"encoding/json"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/display"
)

// screen is where a face stands.
type screen struct {
	*display.Screen
	t testing.TB
}

// stands waits until a face's window is there: what is typed before goes nowhere.
func (s *screen) stands() {
	s.t.Helper()
	var err error
	for end := time.Now().Add(display.Patience); time.Now().Before(end); time.Sleep(20 * time.Millisecond) {
		// It fails as well where a window goes while it looks.
		if _, err = s.Try("xdotool", "search", "--onlyvisible", "--name", "^Skranke"); err == nil {
			return
		}
	}
	s.t.Fatalf("no window has come: %v", err)
}

// keep keeps a picture of the screen of a test that has failed, in the folder that SKRANKE_SCREENS names.
func (s *screen) keep(name string) {
	if folder := os.Getenv("SKRANKE_SCREENS"); folder != "" && s.t.Failed() {
		s.Command("import", "-window", "root", filepath.Join(folder, name+".png"))
	}
}

// line is a line of the program's log.
type line struct {
	Message      string `json:"msg"`
	Level        string `json:"level"`
	Visit        uint64 `json:"visit"`
	Authenticity string `json:"authenticity"`
	Code         string `json:"code"`
}

// face is a face of the program in its window.
type face struct {
	t     testing.TB
	pid   int
	lines chan line
	ended chan struct{}
	err   error
	text  bytes.Buffer // what it wrote, to be read once it has ended
}

// start starts a face. It ends with the test.
func (s *screen) start(program string, args ...string) *face {
	s.t.Helper()
	cmd := exec.Command(program, append(args, "--log-format", "json")...)
	cmd.Env = s.Environment()
	cmd.Dir = s.Home
	out, err := cmd.StderrPipe()
	if err != nil {
		s.t.Fatal(err)
	}
	if err := cmd.Start(); err != nil {
		s.t.Fatal(err)
	}
	f := &face{t: s.t, pid: cmd.Process.Pid, lines: make(chan line, 1000), ended: make(chan struct{})}
	go func() {
		defer close(f.ended)
		for scanner := bufio.NewScanner(out); scanner.Scan(); {
			var l line
			if json.Unmarshal(scanner.Bytes(), &l) != nil { // the toolkit's own words
				continue
			}
			if l.Level == "error" || l.Level == "warning" {
				f.text.WriteString(scanner.Text() + "\n")
			}
			f.lines <- l
		}
		f.err = cmd.Wait()
	}()
	s.t.Cleanup(func() {
		_ = cmd.Process.Signal(syscall.SIGTERM)
		go func() {
			for range f.lines { // so that nothing it says stands in its way
			}
		}()
		select {
		case <-f.ended:
		case <-time.After(display.Patience):
			s.t.Error("told to end, the window goes on")
			_ = cmd.Process.Kill()
			<-f.ended
		}
		close(f.lines)
		if f.err != nil {
			s.t.Errorf("told to end, the window ended with %v", f.err)
		}
		if f.text.Len() > 0 {
			s.t.Errorf("the log has errors:\n%s", f.text.Bytes())
		}
	})
	return f
}

// await waits for a line of the log.
func (f *face) await(what string, good func(line) bool) line {
	f.t.Helper()
	for limit := time.After(display.Patience); ; {
		select {
		case l := <-f.lines:
			if good(l) {
				return l
			}
		case <-f.ended:
			f.t.Fatalf("waiting for %s: the program has ended: %v\n%s", what, f.err, f.text.Bytes())
		case <-limit:
			f.t.Fatalf("%s did not come", what)
		}
	}
}

// begins waits until a visit begins.
func (f *face) begins() uint64 {
	f.t.Helper()
	return f.await("the next visit", func(l line) bool { return l.Message == "a visit begins" }).Visit
}

// outcome waits for what becomes of a reading: the verdict, or the code of the error.
func (f *face) outcome() line {
	f.t.Helper()
	return f.await("the end of the reading", func(l line) bool {
		return l.Message == "a document was read" || l.Message == "the reading did not come to its end"
	})
}
