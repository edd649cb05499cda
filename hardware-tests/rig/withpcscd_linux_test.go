package rig

import (
	"bytes"
	"errors"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/counts"
)

// run starts with-pcscd, and gives its standard output and exit status when it has ended.
type run struct {
	*exec.Cmd
	stdout, stderr bytes.Buffer
}

func withPCSCD(t *testing.T, args ...string) *run {
	t.Helper()
	script, err := filepath.Abs("../with-pcscd")
	if err != nil {
		t.Fatal(err)
	}
	// #nosec G204 -- our own script.
	r := &run{Cmd: exec.Command(script, args...)}
	r.Stdout, r.Stderr = &r.stdout, &r.stderr
	return r
}

// finish runs the script to its end, and skips the test where the virtual reader is not installed.
func (r *run) finish(t *testing.T) int {
	t.Helper()
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	return r.status(t)
}

func (r *run) status(t *testing.T) int {
	t.Helper()
	err := r.Wait()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	if strings.Contains(r.stderr.String(), "missing: apt-get install") {
		counts.LeftOut(t, "%s", strings.TrimSpace(r.stderr.String()))
	}
	return r.ProcessState.ExitCode()
}

func TestWithPCSCDRunsTheCommandInside(t *testing.T) {
	r := withPCSCD(t, "bash", "-c", `test -S /run/pcscd/pcscd.comm && echo "$SKRANKE_PCSCD"; cat; ls -d "$SKRANKE_PCSCD_CONFIG"/..; exit 7`)
	r.Stdin = strings.NewReader("from outside\n")
	if got := r.finish(t); got != 7 {
		t.Errorf("exit status %d, want the command's 7; %s", got, r.stderr.String())
	}
	lines := strings.Split(r.stdout.String(), "\n")
	if len(lines) < 3 || lines[0] != "1" || lines[1] != "from outside" {
		t.Fatalf("the command printed %q", lines)
	}
	if _, err := os.Stat(lines[2]); !errors.Is(err, os.ErrNotExist) {
		t.Errorf("the work folder %s is left: %v", lines[2], err)
	}
}

func TestWithPCSCDSideBySide(t *testing.T) {
	var runs []*run
	for range 3 {
		r := withPCSCD(t, "bash", "-c", "sleep 0.5; cat /run/pcscd/pcscd.pid; exit 3")
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		runs = append(runs, r)
	}
	for _, r := range runs {
		if got := r.status(t); got != 3 || r.stdout.Len() == 0 {
			t.Errorf("exit status %d, output %q, want 3 and a process; %s", got, r.stdout.String(), r.stderr.String())
		}
	}
}

func TestWithPCSCDWrongUse(t *testing.T) {
	for _, args := range [][]string{nil, {"--chip"}, {"--chip", "true"}, {"--no-such-option", "true"}} {
		r := withPCSCD(t, args...)
		if got := r.finish(t); got != 125 || !strings.Contains(r.stderr.String(), "usage:") {
			t.Errorf("%q: exit status %d, %q; want 125 and the usage", args, got, r.stderr.String())
		}
	}
}

func TestWithPCSCDPassesSignalsOn(t *testing.T) {
	for _, mode := range [][]string{nil, {"--chip", "exec sleep 60", "--"}} {
		started := filepath.Join(t.TempDir(), "started")
		command := `trap "exit 9" TERM; : >"$0"; while :; do sleep 0.1; done`
		r := withPCSCD(t, append(mode, "bash", "-c", command, started)...)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		eventually(t, "the command has started", func() bool { _, err := os.Stat(started); return err == nil })
		if err := r.Process.Signal(syscall.SIGTERM); err != nil {
			t.Fatal(err)
		}
		if got := r.status(t); got != 9 {
			t.Errorf("%q: exit status %d, want 9; %s", mode, got, r.stderr.String())
		}
	}
}

// With --chip the chip's command is beside pcscd, and the other one where it was called.
func TestWithPCSCDChip(t *testing.T) {
	dir := t.TempDir()
	inside := filepath.Join(dir, "inside")
	t.Setenv("INSIDE", inside)
	chip := `test -S /run/pcscd/pcscd.comm && readlink /proc/self/ns/net >"$INSIDE.new" && mv "$INSIDE.new" "$INSIDE"; exec sleep 60`
	r := withPCSCD(t, "--chip", chip, "--", "bash", "-c",
		`until [ -e "$INSIDE" ]; do sleep 0.05; done; readlink /proc/self/ns/net; echo "$PCSCLITE_CSOCK_NAME"; read -r; exit 4`)
	input, err := r.StdinPipe()
	if err != nil {
		t.Fatal(err)
	}
	out, err := os.Create(filepath.Join(dir, "out"))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = out.Close() }()
	r.Stdout = out
	if err := r.Start(); err != nil {
		t.Fatal(err)
	}
	var lines []string
	eventually(t, "the command has printed", func() bool {
		content, err := os.ReadFile(out.Name())
		if err != nil {
			t.Fatal(err)
		}
		lines = strings.Split(string(content), "\n")
		return len(lines) == 3 || r.ProcessState != nil
	})
	here, err := os.Readlink("/proc/self/ns/net")
	if err != nil {
		t.Fatal(err)
	}
	there, err := os.ReadFile(inside)
	if err != nil {
		t.Fatal(err)
	}
	if lines[0] != here {
		t.Errorf("the command ran in the network %s, want the caller's %s", lines[0], here)
	}
	if strings.TrimSpace(string(there)) == here {
		t.Log("the chip ran in the caller's network: this machine allows no namespace")
	}
	conn, err := net.Dial("unix", lines[1])
	if err != nil {
		t.Errorf("the private pcscd: %v", err)
	} else {
		_ = conn.Close()
	}
	_ = input.Close()
	begun := time.Now()
	if got := r.status(t); got != 4 {
		t.Errorf("exit status %d, want 4; %s", got, r.stderr.String())
	}
	if took := time.Since(begun); took > 20*time.Second {
		t.Errorf("it took %v to end: the chip was waited for", took)
	}
	if conn, err := net.Dial("unix", lines[1]); err == nil {
		_ = conn.Close()
		t.Error("pcscd is left running")
	}
}

// Even killed, the script leaves nothing behind that it started inside, and no folder.
func TestWithPCSCDKilled(t *testing.T) {
	ticking := `while :; do echo tick >>"$TICKS"; sleep 0.1; done`
	for _, args := range [][]string{
		{"bash", "-c", `dirname "$SKRANKE_PCSCD_CONFIG"; ` + ticking},
		{"--chip", ticking, "--", "bash", "-c", `dirname "$SKRANKE_PCSCD_CONFIG"; exec sleep 5`},
	} {
		ticks := filepath.Join(t.TempDir(), "ticks")
		t.Setenv("TICKS", ticks)
		r := withPCSCD(t, args...)
		if err := r.Start(); err != nil {
			t.Fatal(err)
		}
		size := func() int64 {
			info, err := os.Stat(ticks)
			if err != nil {
				return 0
			}
			return info.Size()
		}
		eventually(t, "it runs", func() bool { return size() > 20 })
		_ = r.Process.Kill()
		_ = r.status(t)
		eventually(t, "nothing runs any more", func() bool {
			before := size()
			time.Sleep(500 * time.Millisecond)
			return size() == before
		})
		work := strings.TrimSpace(r.stdout.String())
		eventually(t, "the work folder is gone", func() bool {
			_, err := os.Stat(work)
			return work != "" && errors.Is(err, os.ErrNotExist)
		})
	}
}
