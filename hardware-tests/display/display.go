//go:build linux

// Package display gives a test a screen in memory, for the program's real windows with real keys and pointers.
package display

import (
	"bufio"
	"bytes"
	"context"
	"fmt"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Patience bounds every wait of those who watch a screen. A wait ends as soon as what it waits for is there.
const Patience = 2 * time.Minute

// Screen is an X server that only this process and its children reach, and a home of its own for what runs on it.
type Screen struct {
	t testing.TB
	// Home is the one folder where what runs here may write.
	Home string
	name string
}

// Open starts a screen of so many points. It ends with the test.
func Open(t testing.TB, width, height int) *Screen {
	t.Helper()
	reading, writing, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = reading.Close() }()
	server := exec.Command("Xvfb", "-displayfd", "3", "-screen", "0", fmt.Sprintf("%dx%dx24", width, height), "-nolisten", "tcp", "-noreset")
	server.ExtraFiles = []*os.File{writing}
	var log bytes.Buffer
	server.Stdout, server.Stderr = &log, &log
	if err := server.Start(); err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = server.Process.Signal(syscall.SIGTERM)
		_ = server.Wait()
		if t.Failed() {
			t.Logf("Xvfb: %s", log.Bytes())
		}
	})
	_ = writing.Close() // the server has its own
	number, err := bufio.NewReader(reading).ReadString('\n')
	if err != nil {
		t.Fatalf("Xvfb did not start: %v", err)
	}
	return &Screen{t: t, name: ":" + strings.TrimSpace(number), Home: t.TempDir()}
}

// For is the same screen for a part of the test, which its troubles are then told of.
func (s *Screen) For(t testing.TB) *Screen {
	part := *s
	part.t = t
	return &part
}

// Environment leads programs to the screen, drawn by the processor.
func (s *Screen) Environment() []string {
	return append(os.Environ(), "DISPLAY="+s.name, "WAYLAND_DISPLAY=", "LIBGL_ALWAYS_SOFTWARE=1", "HOME="+s.Home, "TMPDIR="+s.Home,
		"XDG_RUNTIME_DIR="+s.Home, "XDG_CONFIG_HOME=", "XDG_CACHE_HOME=", "XDG_DATA_HOME=")
}

// Command runs a program on the screen, such as xdotool or import, and gives what it printed. The test ends where it fails.
func (s *Screen) Command(name string, args ...string) []byte {
	s.t.Helper()
	out, err := s.Try(name, args...)
	if err != nil {
		s.t.Fatal(err)
	}
	return out
}

// Try is Command for what may fail.
func (s *Screen) Try(name string, args ...string) ([]byte, error) {
	ctx, cancel := context.WithTimeout(context.Background(), Patience)
	defer cancel()
	command := exec.CommandContext(ctx, name, args...)
	command.Env = s.Environment()
	var trouble bytes.Buffer
	command.Stderr = &trouble
	out, err := command.Output()
	if err != nil {
		return nil, fmt.Errorf("%s %s: %w %s", name, args[0], err, trouble.Bytes())
	}
	return out, nil
}
