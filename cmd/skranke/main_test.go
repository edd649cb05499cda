package main

import (
	"bytes"
	"errors"
	"io"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/rogpeppe/go-internal/testscript"

	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/lds/face"
)

func TestMain(m *testing.M) {
	face.RunChild()
	testscript.Main(m, map[string]func(){
		"skranke":  main,
		"specimen": writeSpecimen,
	})
}

// TestScripts runs the commands as people type them.
func TestScripts(t *testing.T) {
	vectors := testdata.Dir(t)
	testscript.Run(t, testscript.Params{
		Dir: "testdata/script",
		Setup: func(e *testscript.Env) error {
			e.Setenv("TESTDATA", vectors)
			rules, err := filepath.Abs(filepath.Join("..", "..", "assets", "rules"))
			e.Setenv("RULES", rules)
			e.Setenv("PCSCLITE_CSOCK_NAME", filepath.Join(e.WorkDir, "no-pcscd")) // scripts here have no reader
			e.Setenv("DISPLAY", "")
			e.Setenv("WAYLAND_DISPLAY", "")
			return err
		},
		Cmds: map[string]func(*testscript.TestScript, bool, []string){
			"exits": exits,
			"truncate": func(ts *testscript.TestScript, _ bool, args []string) {
				n, err := strconv.ParseInt(args[1], 10, 64)
				ts.Check(err)
				ts.Check(os.Truncate(ts.MkAbs(args[0]), n))
			},
			"nest": func(ts *testscript.TestScript, _ bool, args []string) {
				ts.Check(os.WriteFile(ts.MkAbs(args[0]), bytes.Repeat([]byte{0x30, 0x80}, 32<<10), 0o600))
			},
		},
	})
}

// exits is a command of the scripts: exits N COMMAND... runs a command that must end with status N.
func exits(ts *testscript.TestScript, neg bool, args []string) {
	if neg || len(args) < 2 {
		ts.Fatalf("usage: exits N COMMAND...")
	}
	err := ts.Exec(args[1], args[2:]...)
	status := 0
	var failed *exec.ExitError
	if errors.As(err, &failed) {
		status = failed.ExitCode()
	} else {
		ts.Check(err)
	}
	if strconv.Itoa(status) != args[0] {
		ts.Fatalf("exit status %d, want %s", status, args[0])
	}
}

// writeSpecimen is a command of the scripts: specimen PROFILE DIR writes a dump, the CSCA, the revocation list and the MRZ of a specimen.
func writeSpecimen() {
	d, err := specimen.Make(os.Args[1], 7, time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC))
	if err != nil {
		_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
		os.Exit(2)
	}
	dir := os.Args[2]
	lines := ""
	for _, l := range d.MRZ {
		lines += l + "\n"
	}
	files := map[string][]byte{"csca.der": d.CSCA.Certificate, "csca.crl": d.CRL, "mrz.txt": []byte(lines)}
	for name, data := range d.Files {
		files[filepath.Join("dump", name+".bin")] = data
	}
	for name, data := range files {
		path := filepath.Join(dir, name)
		err := os.MkdirAll(filepath.Dir(path), 0o700)
		if err == nil {
			err = os.WriteFile(path, data, 0o600)
		}
		if err != nil {
			_, _ = io.WriteString(os.Stderr, err.Error()+"\n")
			os.Exit(2)
		}
	}
}
