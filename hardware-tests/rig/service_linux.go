package rig

import (
	"bytes"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"testing"
	"time"
)

// Socket is where the rig's pcscd listens, as any pcscd does.
const Socket = "/run/pcscd/pcscd.comm"

// StopService kills the rig's pcscd, as a crash would, and returns when it has gone. Unless it was started again by then,
// it is when the test ends.
func StopService(t testing.TB) {
	t.Helper()
	stop(t)
	t.Cleanup(func() {
		if !answers() {
			start(t, os.Getenv("SKRANKE_PCSCD_CONFIG"))
		}
	})
}

// StartService starts the rig's pcscd after StopService, and returns when it answers.
func StartService(t testing.TB) {
	t.Helper()
	start(t, os.Getenv("SKRANKE_PCSCD_CONFIG"))
}

// UseReaders restarts the rig's pcscd with the readers that the files in the folder config name, until the test ends.
func UseReaders(t testing.TB, config string) {
	t.Helper()
	stop(t)
	start(t, config)
	t.Cleanup(func() {
		stop(t)
		start(t, os.Getenv("SKRANKE_PCSCD_CONFIG"))
	})
}

func stop(t testing.TB) {
	t.Helper()
	pid := servicePID(t)
	if err := syscall.Kill(pid, syscall.SIGKILL); err != nil {
		t.Fatalf("killing pcscd: %v", err)
	}
	eventually(t, "pcscd has ended", func() bool { return errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) })
}

func start(t testing.TB, config string) {
	t.Helper()
	// #nosec G204 -- the test's own folder.
	service := exec.Command("pcscd", "--foreground", "--config", config)
	if path := os.Getenv("SKRANKE_PCSCD_LOG"); path != "" {
		log, err := os.OpenFile(path, os.O_APPEND|os.O_CREATE|os.O_WRONLY, 0o600)
		if err != nil {
			t.Fatal(err)
		}
		defer func() { _ = log.Close() }()
		service.Args = append(service.Args, "--debug", "--apdu")
		service.Stdout, service.Stderr = log, log
	}
	if err := service.Start(); err != nil {
		t.Fatalf("starting pcscd: %v", err)
	}
	go func() { _ = service.Wait() }()
	eventually(t, "pcscd answers", func() bool { return answers() && listening(Address0) && listening(Address1) })
}

// answers says whether a pcscd takes connections.
func answers() bool {
	conn, err := net.Dial("unix", Socket)
	if err != nil {
		return false
	}
	_ = conn.Close()
	return true
}

// HangService has the rig's pcscd stand still, as with a driver that is stuck; wake, or the test's end, lets it go on.
func HangService(t testing.TB) (wake func()) {
	t.Helper()
	pid := servicePID(t)
	if err := syscall.Kill(pid, syscall.SIGSTOP); err != nil {
		t.Fatalf("stopping pcscd: %v", err)
	}
	wake = func() { _ = syscall.Kill(pid, syscall.SIGCONT) }
	t.Cleanup(wake)
	return wake
}

func servicePID(t testing.TB) int {
	t.Helper()
	content, err := os.ReadFile("/run/pcscd/pcscd.pid")
	if err != nil {
		t.Fatalf("finding pcscd: %v", err)
	}
	pid, err := strconv.Atoi(strings.Trim(string(content), "\n\x00"))
	if err != nil || pid <= 1 {
		t.Fatalf("pcscd's process is %q", content)
	}
	return pid
}

// listening says whether anything listens on the address's port, without connecting: a connection is a chip.
func listening(address string) bool {
	_, port, _ := strings.Cut(address, ":")
	number, err := strconv.Atoi(port)
	if err != nil {
		return false
	}
	table, err := os.ReadFile("/proc/net/tcp")
	if err != nil {
		return false
	}
	for line := range bytes.Lines(table) {
		fields := strings.Fields(string(line))
		if len(fields) > 3 && strings.HasSuffix(fields[1], fmt.Sprintf(":%04X", number)) && fields[3] == "0A" {
			return true
		}
	}
	return false
}

func eventually(t testing.TB, what string, holds func() bool) {
	t.Helper()
	for deadline := time.Now().Add(20 * time.Second); !holds(); time.Sleep(10 * time.Millisecond) {
		if time.Now().After(deadline) {
			t.Fatalf("waited in vain: %s", what)
		}
	}
}
