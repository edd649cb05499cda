package inspect_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skranke/skranke/mrtd/inspect"
)

func TestDumpIsPrivate(t *testing.T) {
	ev := liveEvidence(t, scene{}.make(t))
	for name, dir := range map[string]string{
		"new":   filepath.Join(t.TempDir(), "dump"),
		"empty": t.TempDir(),
	} {
		if err := os.Chmod(filepath.Dir(dir), 0o755); err != nil {
			t.Fatal(err)
		}
		if err := inspect.WriteDump(dir, ev); err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		info, err := os.Stat(dir)
		if err != nil || info.Mode().Perm() != 0o700 {
			t.Errorf("%s: the folder has mode %v", name, info.Mode())
		}
		entries, err := os.ReadDir(dir)
		if err != nil || len(entries) != len(ev.Files)+1 {
			t.Errorf("%s: %d files for %d", name, len(entries), len(ev.Files))
		}
		for _, e := range entries {
			if info, err := e.Info(); err != nil || info.Mode() != 0o600 {
				t.Errorf("%s has mode %v", e.Name(), info.Mode())
			}
		}
		back, err := inspect.ReadDump(dir)
		if err != nil {
			t.Fatal(err)
		}
		for f, b := range ev.Files {
			if !bytes.Equal(back.Files[f], b) {
				t.Errorf("%s does not come back as it was", f)
			}
		}
	}
}

func TestDumpMixesNothing(t *testing.T) {
	ev := liveEvidence(t, scene{}.make(t))
	full := t.TempDir()
	if err := os.WriteFile(filepath.Join(full, "notes"), []byte("mine"), 0o600); err != nil {
		t.Fatal(err)
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	link := filepath.Join(t.TempDir(), "link")
	if err := os.Symlink(t.TempDir(), link); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{full, file, link, filepath.Join(t.TempDir(), "no", "such")} {
		err := inspect.WriteDump(dir, ev)
		var bad *inspect.DumpError
		if !errors.As(err, &bad) || bad.Remedy == "" {
			t.Errorf("%s: %v", dir, err)
		}
		if err2 := inspect.PrepareDump(dir); err2 == nil {
			t.Errorf("%s passes before the read and fails after it", dir)
		}
	}
	if entries, err := os.ReadDir(full); err != nil || len(entries) != 1 {
		t.Error("something was written beside what was there")
	}
}

// TestDumpsThatCannotBeRead: each is a clear error with a remedy, and none repeats what the file holds.
func TestDumpsThatCannotBeRead(t *testing.T) {
	session := func(text string) func(string) {
		return func(dir string) { write(t, dir, "session.json", []byte(text)) }
	}
	const secret = "ERIKSSON"
	for name, prepare := range map[string]func(dir string){
		"empty":              func(string) {},
		"other files":        func(dir string) { write(t, dir, "EF_SOD.bin", []byte("x")) },
		"too large":          func(dir string) { write(t, dir, "EF.DG2.bin", make([]byte, 1<<20+1)) },
		"a folder as a file": func(dir string) { _ = os.Mkdir(filepath.Join(dir, "EF.SOD.bin"), 0o700) },
		"a link": func(dir string) {
			_ = os.Symlink("/etc/hostname", filepath.Join(dir, "EF.SOD.bin"))
		},
		"no JSON":             session(secret),
		"cut JSON":            session(`{"schema":"skranke.session/1"`),
		"two documents":       session(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"failed"},"bac":{"outcome":"failed"}},"timing":{}} {}`),
		"an unknown field":    session(`{"schema":"skranke.session/1","` + secret + `":1}`),
		"another schema":      session(`{"schema":"skranke.session/2","access":{"pace":{"outcome":"failed"},"bac":{"outcome":"failed"}},"timing":{}}`),
		"a wrong type":        session(`{"schema":7}`),
		"an unknown outcome":  session(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"genuine"},"bac":{"outcome":"failed"}},"timing":{}}`),
		"an unknown proof":    session(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"failed"},"bac":{"outcome":"failed"}},"proofs":[{"id":"chip.magic","outcome":"successful"}],"timing":{}}`),
		"a proof twice":       session(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"failed"},"bac":{"outcome":"failed"}},"proofs":[{"id":"chip.ca","outcome":"failed"},{"id":"chip.ca","outcome":"successful"}],"timing":{}}`),
		"a file that is none": session(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"failed"},"bac":{"outcome":"failed"}},"refused":{"EF.` + secret + `":"6a82"},"timing":{}}`),
		"no status word":      session(`{"schema":"skranke.session/1","access":{"pace":{"outcome":"failed"},"bac":{"outcome":"failed"}},"refused":{"EF.SOD":"` + secret + `"},"timing":{}}`),
	} {
		t.Run(name, func(t *testing.T) {
			dir := t.TempDir()
			prepare(dir)
			_, err := inspect.ReadDump(dir)
			var bad *inspect.DumpError
			if !errors.As(err, &bad) || bad.Remedy == "" || bad.Path == "" {
				t.Fatalf("%v", err)
			}
			if strings.Contains(err.Error(), secret) {
				t.Errorf("the error repeats what the file holds: %v", err)
			}
		})
	}
	if _, err := inspect.ReadDump(filepath.Join(t.TempDir(), "none")); err == nil {
		t.Error("a folder that is not there can be read")
	}
}

func write(t *testing.T, dir, name string, b []byte) {
	t.Helper()
	if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
		t.Fatal(err)
	}
}

// TestDumpOnlyLowers: what a record claims makes nothing genuine that the files do not, and a dump without its record is
// judged by the files alone.
func TestDumpOnlyLowers(t *testing.T) {
	d := scene{}.make(t)
	in := inspect.JudgeInput{Source: inspect.Dump, At: today, Store: storeOf(t, d.CSCA.Certificate), Face: anyFace}
	ev := liveEvidence(t, d)
	ev.Session = nil
	r := inspect.Judge(ev, in)
	if r.Authenticity != inspect.Genuine || r.Check("chip.genuine").Code != "no_session" || r.Check("chip.ca").Outcome != inspect.NotDone {
		t.Errorf("without a record: %s, %v", r.Authenticity, r.Obstacles())
	}
	delete(ev.Files, inspect.DG(14))
	if r := inspect.Judge(ev, in); r.Authenticity != inspect.Genuine {
		t.Errorf("without a record and DG14: %s, %v", r.Authenticity, r.Obstacles())
	}
	forged := liveEvidence(t, d)
	forged.Files[inspect.DG(1)] = replace(forged.Files[inspect.DG(1)], "ANNA", "EMMA")
	if r := inspect.Judge(forged, in); r.Authenticity != inspect.Counterfeit {
		t.Errorf("a forged file with a record of success: %s", r.Authenticity)
	}
	delete(ev.Files, inspect.SOD)
	if c := inspect.Judge(ev, in).Check("sod.structure"); c.Outcome != inspect.NotDone {
		t.Errorf("a dump without EF.SOD: %v", c)
	}
}

// TestNothingAtAll judges empty evidence.
func TestNothingAtAll(t *testing.T) {
	for _, source := range []inspect.Source{inspect.Live, inspect.Dump} {
		r := inspect.Judge(&inspect.Evidence{}, inspect.JudgeInput{Source: source, At: today})
		checkDocumented(t, r)
		if r.Authenticity != inspect.AuthenticityUndetermined || len(r.Checks) != 40 {
			t.Errorf("%s: %s with %d checks", source, r.Authenticity, len(r.Checks))
		}
	}
}

// TestLostLink: a link lost at any file accuses nobody.
func TestLostLink(t *testing.T) {
	d := scene{profile: "belgian-passport-2014"}.make(t)
	in := inspect.JudgeInput{Source: inspect.Live, At: today, Store: storeOf(t, d.CSCA.Certificate), Face: anyFace}
	for _, keep := range [][]inspect.File{
		{},
		{inspect.CardAccess},
		{inspect.CardAccess, inspect.SOD},
		{inspect.CardAccess, inspect.SOD, inspect.DG(14)},
		{inspect.CardAccess, inspect.SOD, inspect.DG(14), inspect.DG(15), inspect.DG(1)},
	} {
		ev := liveEvidence(t, d)
		all := ev.Files
		ev.Files = map[inspect.File][]byte{}
		for _, f := range keep {
			ev.Files[f] = all[f]
		}
		ev.Session.LostAt = "data"
		ev.Session.Proofs = nil
		r := inspect.Judge(ev, in)
		checkDocumented(t, r)
		if r.Authenticity != inspect.AuthenticityUndetermined {
			t.Errorf("with %v: %s, %v", keep, r.Authenticity, r.Obstacles())
		}
		if c := r.Check("dg.2"); c.Outcome != inspect.Aborted || c.Code != "link_lost" {
			t.Errorf("with %v: dg.2 is %v", keep, c)
		}
		sameFromDump(t, ev, in, r)
	}
}
