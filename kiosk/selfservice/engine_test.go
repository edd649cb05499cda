//go:build unix

package selfservice

import (
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/assets"
)

// script writes a program for a shell, with what it writes going to the file "log" beside it.
func script(t *testing.T, folder, name, body string) string {
	t.Helper()
	path := filepath.Join(folder, name)
	if err := os.WriteFile(path, []byte("#!/bin/sh\nlog="+filepath.Join(folder, "log")+"\n"+body), 0o700); err != nil {
		t.Fatal(err)
	}
	return path
}

// logged waits until the log beside a script is as it should be.
func logged(t *testing.T, folder string, good func(string) bool) {
	t.Helper()
	var text []byte
	for end := time.Now().Add(time.Minute); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		if text, _ = os.ReadFile(filepath.Join(folder, "log")); good(string(text)) { // not there yet is as good as empty
			return
		}
	}
	t.Fatalf("the log is %q", text)
}

func TestTheSpeechEngineReadsItsTextWhereNobodySeesIt(t *testing.T) {
	folder := t.TempDir()
	script(t, folder, "espeak-ng", "echo \"args $*\" >>$log; echo \"said $(cat)\" >>$log; exec sleep 600")
	t.Setenv("PATH", folder+":/usr/bin:/bin")
	v := findVoice()
	if v == nil {
		t.Fatal("the engine was not found")
	}
	v.Say(assets.Danish, "Hvad er dit pasnummer?")
	logged(t, folder, func(text string) bool { return strings.Contains(text, "said Hvad er dit pasnummer?") })
	v.Say(assets.English, "Help") // does not wait for the ten minutes that the first takes
	logged(t, folder, func(text string) bool {
		if strings.Contains(text, "args -v da -s 150 --stdin pas") {
			t.Error("what is spoken stands in the list of processes")
		}
		return strings.Contains(text, "args -v en") && strings.HasSuffix(text, "said Help\n")
	})
	v.Stop()
	t.Setenv("PATH", t.TempDir())
	if findVoice() != nil || findChimes() != nil {
		t.Error("an engine was found where there is none")
	}
}

func TestTheLightFollowsTheLastWord(t *testing.T) {
	folder := t.TempDir()
	program := script(t, folder, "light", "echo \"$*\" >>$log; sleep 0.2")
	l := newLamp([]string{program, "--port", "3"})
	l.set(false) // it may burn since the power went
	logged(t, folder, func(text string) bool { return text == "--port 3 off\n" })
	l.set(true)
	logged(t, folder, func(text string) bool { return text == "--port 3 off\n--port 3 on\n" })
	for range 20 { // while it is being switched
		l.set(false)
		l.set(true)
	}
	l.set(false)
	logged(t, folder, func(text string) bool { return strings.HasSuffix(text, "on\n--port 3 off\n") })
	newLamp(nil).set(true) // a site without a light
}
