package inspect_test

import (
	"context"
	"encoding/asn1"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/trust"
)

// today is the day on which the specimens are judged.
var today = time.Date(2026, 11, 22, 10, 0, 0, 0, time.FixedZone("CET", 3600))

// scene is one document on the counter: a specimen, made with whatever is done to it, and what the terminal does with it.
type scene struct {
	profile string
	with    [][2]string
	// edit alters the document while it is made, before or after things are signed: see specimen.Editor.
	edit func(point string, b []byte) []byte
	// evidence alters what the terminal has read, judge what it judges with.
	evidence func(d *specimen.Document, ev *inspect.Evidence)
	judge    func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput)
}

// make makes the specimen.
func (s scene) make(t testing.TB) *specimen.Document {
	t.Helper()
	if s.profile == "" {
		s.profile = "danish-passport-2023"
	}
	p, err := specimen.Load(s.profile)
	if err != nil {
		t.Fatal(err)
	}
	if p, err = p.With(append([][2]string{{"face.bytes", "6000"}, {"face.width", "120"}, {"face.height", "160"}}, s.with...)...); err != nil {
		t.Fatal(err)
	}
	d, err := p.MakeAltered(1, today, func(point string, b []byte) ([]byte, error) {
		if s.edit == nil {
			return b, nil
		}
		return s.edit(point, b), nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// play judges the scene as a live read: the chip's session has gone well, and the chip has proven the keys of its files.
func (s scene) play(t *testing.T) *inspect.Report {
	t.Helper()
	d := s.make(t)
	ev := liveEvidence(t, d)
	if s.evidence != nil {
		s.evidence(d, ev)
	}
	in := inspect.JudgeInput{Source: inspect.Live, At: today, Store: storeOf(t, d.CSCA.Certificate), Face: anyFace}
	if s.judge != nil {
		s.judge(t, d, &in)
	}
	r := inspect.Judge(ev, in)
	checkDocumented(t, r)
	sameFromDump(t, ev, in, r)
	return r
}

// sameFromDump writes the evidence as a dump, reads it again, and wants the live verdict of it, with nothing proven of the
// chip.
func sameFromDump(t *testing.T, ev *inspect.Evidence, in inspect.JudgeInput, live *inspect.Report) {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "dump")
	if err := inspect.WriteDump(dir, ev); err != nil {
		t.Fatal(err)
	}
	back, err := inspect.ReadDump(dir)
	if err != nil {
		t.Fatal(err)
	}
	in.Source = inspect.Dump
	r := inspect.Judge(back, in)
	checkDocumented(t, r)
	if r.Authenticity != live.Authenticity {
		t.Errorf("live the verdict is %s, from the dump %s; in its way: %v", live.Authenticity, r.Authenticity, r.Obstacles())
	}
	for _, c := range r.Checks {
		l := live.Check(c.ID)
		if l.Outcome == inspect.Successful && (strings.HasPrefix(c.ID, "chip.") || strings.HasPrefix(c.ID, "access.")) {
			if c.Outcome != inspect.NotDone || c.Code != "recorded" {
				t.Errorf("%s is %s %s from a dump", c.ID, c.Outcome, c.Code)
			}
		} else if c != l {
			t.Errorf("%s is %v live and %v from the dump", c.ID, l, c)
		}
	}
	if r.Chip.GenuineBy != "" {
		t.Error("a dump says that its chip is genuine")
	}
}

func anyFace(context.Context, []byte) (string, int, int, error) { return "jpeg", 120, 160, nil }

// liveEvidence is what a terminal gathers from an honest chip with the document's files.
func liveEvidence(t testing.TB, d *specimen.Document) *inspect.Evidence {
	t.Helper()
	ev := &inspect.Evidence{Files: map[inspect.File][]byte{}, Session: &inspect.Session{
		Schema: inspect.SessionSchema,
		Access: inspect.Access{
			Protocol: "PACE-ECDH-GM-AES-CBC-CMAC-128", PACE: inspect.Result{Outcome: inspect.Successful},
			BAC: inspect.Result{Outcome: inspect.NotDone},
		},
	}}
	for name, b := range d.Files {
		if name != "EF.ATR-INFO" {
			ev.Files[inspect.File(name)] = b
		}
	}
	if _, there := d.Files["EF.COM"]; !there {
		ev.Session.Refused = map[inspect.File]string{inspect.COM: "6a82"}
	}
	prove(t, ev)
	return ev
}

// prove adds the proofs that an honest chip with these files gives.
func prove(t testing.TB, ev *inspect.Evidence) {
	t.Helper()
	ev.Session.Proofs = nil
	add := func(id string, key []byte) {
		ev.Session.Proofs = append(ev.Session.Proofs, inspect.Proof{ID: id, Key: key, Result: inspect.Result{Outcome: inspect.Successful}})
	}
	if b, ok := ev.Files[inspect.DG(14)]; ok {
		infos, err := lds.ParseDG14(b)
		if err != nil {
			t.Fatal(err)
		}
		if len(infos.ChipAuthenticationKeys) > 0 {
			add("chip.ca", infos.ChipAuthenticationKeys[0].Key)
		}
	}
	if b, ok := ev.Files[inspect.DG(15)]; ok {
		key, err := lds.ParseDG15(b)
		if err != nil {
			t.Fatal(err)
		}
		add("chip.aa", key)
	}
}

// storeOf is a store that trusts the certificates and nothing else.
func storeOf(t testing.TB, certificates ...[]byte) *trust.Store {
	t.Helper()
	store, err := trust.Load(filesOf(t, certificates...), nil)
	if err != nil {
		t.Fatal(err)
	}
	return store
}

func filesOf(t testing.TB, contents ...[]byte) []string {
	t.Helper()
	var paths []string
	dir := t.TempDir()
	for i, c := range contents {
		path := filepath.Join(dir, string(rune('a'+i)))
		if err := os.WriteFile(path, c, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	return paths
}

// at alters the part at one point and leaves the others alone.
func at(point string, change func(b []byte) []byte) func(string, []byte) []byte {
	return func(p string, b []byte) []byte {
		if p == point {
			return change(b)
		}
		return b
	}
}

// fields takes a constructed element apart, lets its elements be changed, and puts it together again.
func fields(b []byte, change func(f [][]byte) [][]byte) []byte {
	outer, _, err := tlv.Next(b)
	if err != nil {
		panic(err)
	}
	list, err := tlv.List(outer.Value)
	if err != nil {
		panic(err)
	}
	var raw [][]byte
	for _, e := range list {
		raw = append(raw, e.Raw)
	}
	return tlv.Make(outer.Tag, change(raw)...)
}

// field changes the nth element of a constructed one.
func field(n int, change func(b []byte) []byte) func([]byte) []byte {
	return func(b []byte) []byte {
		return fields(b, func(f [][]byte) [][]byte {
			f[n] = change(f[n])
			return f
		})
	}
}

// within follows a path of element numbers inwards.
func within(change func(b []byte) []byte, path ...int) func([]byte) []byte {
	for _, n := range slices.Backward(path) {
		change = field(n, change)
	}
	return change
}

// The elements of a certificate to be signed.
const (
	tbsIssuer     = 3
	tbsValidity   = 4
	tbsSubject    = 5
	tbsKey        = 6
	tbsExtensions = 7
)

func oid(numbers ...int) asn1.ObjectIdentifier { return numbers }

// extensionsOf changes the extensions of a certificate to be signed.
func extensionsOf(change func(e [][]byte) [][]byte) func([]byte) []byte {
	return within(func(b []byte) []byte { return fields(b, change) }, tbsExtensions, 0)
}

func extension(id asn1.ObjectIdentifier, critical bool, value []byte) []byte {
	parts := [][]byte{tlv.OID(id)}
	if critical {
		parts = append(parts, []byte{1, 1, 0xff})
	}
	return tlv.Seq(append(parts, tlv.Octets(value))...)
}

// with adds an extension in place of any of the same identifier.
func withExtension(id asn1.ObjectIdentifier, critical bool, value []byte) func([]byte) []byte {
	return extensionsOf(func(e [][]byte) [][]byte {
		return append(without(e, id), extension(id, critical, value))
	})
}

func withoutExtension(id asn1.ObjectIdentifier) func([]byte) []byte {
	return extensionsOf(func(e [][]byte) [][]byte { return without(e, id) })
}

func without(e [][]byte, id asn1.ObjectIdentifier) [][]byte {
	return slices.DeleteFunc(e, func(x []byte) bool {
		first, _, err := tlv.Next(x)
		if err != nil {
			panic(err)
		}
		found, _, err := tlv.Next(first.Value)
		return err == nil && string(found.Raw) == string(tlv.OID(id))
	})
}
