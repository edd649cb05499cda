package main

import (
	"bytes"
	"context"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/witness"
	"github.com/skranke/skranke/mrtd/trust"
)

// come is a turn that has come.
type come struct{ process.Turn }

func (come) Await(context.Context) (process.Carry, func(), error) {
	return process.Carry{Visit: 2}, func() {}, nil
}

// TestAVisitGoesByWhatIsInForceWhenItBegins: what is changed while a process waits for its visit counts in that visit; what is changed
// later does not.
func TestAVisitGoesByWhatIsInForceWhenItBegins(t *testing.T) {
	before := built
	t.Cleanup(func() {
		built = before
		_ = assets.Install(nil)
	})
	built = "2026-11-22T11:00:00Z"
	folder := t.TempDir()
	set := filepath.Join(folder, "site.yaml")
	if err := os.WriteFile(set, []byte("place: Herning\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	store := storeFlag{Store: filepath.Join(folder, "store")}
	var log bytes.Buffer
	e := &env{ctx: t.Context(), streams: streams{nil, io.Discard, &log}}
	flags := faceFlags{
		siteFlag: siteFlag{Site: set}, judgeFlags: judgeFlags{storeFlag: store}, logFlags: logFlags{LogLevel: "info", LogFormat: "text"},
	}
	says := func() string { return assets.In(assets.Danish).Say("status.list", "name", "DE", "date", "i dag") }
	own := says()
	visit := func(meanwhile func(), begun func(*station)) {
		t.Helper()
		err := flags.open(e, "desk", come{}, func(o opening) error {
			meanwhile()
			_, _, err := o.turn.Await(t.Context())
			if err == nil {
				begun(o.station)
			}
			return err
		}, nil)
		if err != nil {
			t.Fatal(err)
		}
	}
	marked := func(s *station) int { return len(s.judge.Store.Summary().Distrusted) }
	distrust := func() {
		dir, err := store.writable()
		if err != nil {
			t.Fatal(err)
		}
		embedded, err := trust.Embedded()
		if err != nil {
			t.Fatal(err)
		}
		if _, err := dir.Distrust(embedded.List()[0].Certificate.Fingerprint(), "stolen", false, time.Now()); err != nil {
			t.Fatal(err)
		}
	}
	undo := func() {
		dir, err := store.writable()
		if err == nil {
			_, err = dir.Undo()
		}
		if err != nil {
			t.Fatal(err)
		}
	}

	visit(func() {}, func(s *station) {
		if distrust(); marked(s) != 0 {
			t.Error("a visit goes by what came after its beginning")
		}
	})
	visit(undo, func(s *station) {
		if marked(s) != 0 {
			t.Error("a mark counts that was taken off before the visit began")
		}
	})
	visit(distrust, func(s *station) {
		if marked(s) != 1 {
			t.Error("a key counts that was distrusted before the visit began")
		}
	})

	const newer = "2999-01-01"
	shipped := filepath.Join("..", "..", "assets", "rules")
	other := map[string]string{}
	entries, err := os.ReadDir(shipped)
	if err != nil {
		t.Fatal(err)
	}
	for _, entry := range entries {
		raw, err := os.ReadFile(filepath.Join(shipped, entry.Name()))
		if err != nil {
			t.Fatal(err)
		}
		if entry.Name() == "pack.yaml" {
			pack, err := rules.Load(assets.Rules())
			if err != nil {
				t.Fatal(err)
			}
			raw = bytes.Replace(raw, []byte(pack.Version()), []byte(newer), 1)
		}
		path := filepath.Join(folder, entry.Name())
		if err := os.WriteFile(path, raw, 0o600); err != nil {
			t.Fatal(err)
		}
		if filepath.Ext(path) == ".yaml" {
			other["rules/"+entry.Name()] = path
		}
	}
	visit(func() { importBundle(t, store, other) }, func(s *station) {
		if s.pack.Version() != newer || s.rules() != s.pack || says() != "Fra i dag: DE" {
			t.Errorf("the rules are of %s, and a text is %q", s.pack.Version(), says())
		}
	})
	visit(undo, func(s *station) {
		if s.pack.Version() == newer || says() != own {
			t.Errorf("taken back, the rules are of %s, and a text is %q", s.pack.Version(), says())
		}
	})
	if strings.Contains(log.String(), "refused") {
		t.Errorf("it says: %s", log.String())
	}

	visit(func() {}, func(s *station) {
		if err := os.WriteFile(filepath.Join(store.Store, "current"), []byte("damaged"), 0o600); err != nil {
			t.Fatal(err)
		}
		var bad *trust.FileError
		if err := s.load(e); !errors.As(err, &bad) {
			t.Errorf("a visit begins on a damaged store: %v", err)
		}
	})
}

// TestTheRegisterOfWitnessesComesBackInTheMiddleOfAVisit: a register that cannot be opened when a visit begins is tried again when it is asked.
func TestTheRegisterOfWitnessesComesBackInTheMiddleOfAVisit(t *testing.T) {
	folder := t.TempDir()
	at := filepath.Join(folder, "register")
	if err := os.WriteFile(at, nil, 0o600); err != nil { // where its folder is to be
		t.Fatal(err)
	}
	set := site.Default()
	set.Witnesses.File, set.Witnesses.KeyFile = filepath.Join(at, "witnesses.db"), filepath.Join(folder, "key")
	pack, err := rules.Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	var told bytes.Buffer
	log := logrus.New()
	log.SetOutput(&told)
	register := witnesses(t.Context(), set, func() *rules.Pack { return pack }, log)
	defer register.close()
	if err := register.begin(); err != nil {
		t.Fatal(err)
	}
	number, err := cpr.Parse("0101574000")
	if err != nil {
		t.Fatal(err)
	}
	now := time.Now()
	for range 2 {
		if _, err := register.Reserve(t.Context(), number, now); !errors.Is(err, witness.ErrUnavailable) {
			t.Fatalf("a register that is not there gives %v", err)
		}
	}
	if err := os.Remove(at); err != nil {
		t.Fatal(err)
	}
	place, err := register.Reserve(t.Context(), number, now)
	if err != nil || !place.Held || place.Others != 0 {
		t.Fatalf("the register is there again, and gives %v", err)
	}
	if err := register.Confirm(t.Context(), place, now); err != nil {
		t.Error(err)
	}
	if place, err = register.Reserve(t.Context(), number, now); err != nil || place.Others != 1 {
		t.Errorf("it has counted nobody: %v", err)
	}
	if err := register.Release(t.Context(), place); err != nil {
		t.Error(err)
	}
	if n := strings.Count(told.String(), "cannot be used"); n != 1 {
		t.Errorf("the log has it %d times:\n%s", n, told.String())
	}
	if witnesses(t.Context(), site.Default(), nil, log) != nil {
		t.Error("a site without a register has one")
	}
}
