package fault_test

import (
	"bytes"
	"io"
	"log/slog"
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/gmrtd/gmrtd/bac"
	"github.com/gmrtd/gmrtd/document"
	"github.com/gmrtd/gmrtd/iso7816"
	"github.com/gmrtd/gmrtd/pace"
	"github.com/gmrtd/gmrtd/password"
	"github.com/gmrtd/gmrtd/reader"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

var day = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func init() { slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil))) }

type wire func([]byte) []byte

func (w wire) Transceive(_, _, _, _ int, _ []byte, _ int, encoded []byte) []byte { return w(encoded) }

type quiet struct{}

func (quiet) Status(string) {}

func parse(t *testing.T, text string) *fault.Script {
	t.Helper()
	s, err := fault.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func makeFaulty(t *testing.T, s *fault.Script, profile string) *specimen.Document {
	t.Helper()
	p, err := specimen.Load(profile)
	if err != nil {
		t.Fatal(err)
	}
	d, err := s.Make(p, 7, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

func passwordOf(t *testing.T, d *specimen.Document) *password.Password {
	t.Helper()
	pass, err := password.NewPasswordMrzi(d.Number, d.Birth.Format("060102"), d.Expiry.Format("060102"))
	if err != nil {
		t.Fatal(err)
	}
	return pass
}

// session has gmrtd open a chip by BAC and gives its session, for single commands under secure messaging.
func session(t *testing.T, d *specimen.Document, transmit func([]byte) []byte) *iso7816.NfcSession {
	t.Helper()
	nfc := iso7816.NewNfcSession(wire(transmit))
	if _, err := nfc.SelectAid([]byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}); err != nil {
		t.Fatal(err)
	}
	var doc document.Document
	if r, err := bac.NewBAC(nfc, &doc, passwordOf(t, d)).DoBAC(); err != nil || r == nil || !r.Success {
		t.Fatalf("BAC: %v", err)
	}
	return nfc
}

// TestSecureMessagingFaults provokes each fault of secure messaging and sees what comes over the wire.
func TestSecureMessagingFaults(t *testing.T) {
	shape := func(b []byte) string { // the tags of a response's objects, in order
		var tags []string
		for b = b[:len(b)-2]; len(b) > 0; {
			n := int(b[1])
			tags = append(tags, map[byte]string{0x87: "87", 0x99: "99", 0x8E: "8E"}[b[0]])
			if 2+n > len(b) {
				return strings.Join(append(tags, "broken"), ",")
			}
			b = b[2+n:]
		}
		return strings.Join(tags, ",")
	}
	for name, c := range map[string]struct{ action, shape string }{
		"honest":            {"delay 0s", "87,99,8E"},
		"no code":           {"sm 8E remove", "87,99"},
		"no status":         {"sm-signed 99 remove", "87,8E"},
		"no data":           {"sm-signed 87 remove", "99,8E"},
		"wrong code":        {"sm 8E flip -1", "87,99,8E"},
		"order":             {"sm 99 move 0", "99,87,8E"},
		"length lie":        {"sm 8E length +5", "87,99,8E,broken"},
		"plain status":      {"bare 6988", ""},
		"truncated":         {"raw cut 5", "87,99,8E,broken"},
		"wrong data":        {"sm-signed 87 flip 5.3", "87,99,8E"},
		"another status":    {"sm-signed 99 set 6A82", "87,99,8E"},
		"without messaging": {"naked", "broken"},
	} {
		t.Run(name, func(t *testing.T) {
			s := parse(t, "on read EF.COM: "+c.action)
			d := makeFaulty(t, s, "bac-passport-2009")
			ch := chip.New(d.Chip)
			report := s.Arm(ch)
			var last []byte
			nfc := session(t, d, func(b []byte) []byte {
				last = ch.Transmit(b)
				return last
			})
			func() {
				defer func() { _ = recover() }() // gmrtd panics on some of these
				if _, err := nfc.SelectEF(0x011E); err != nil {
					t.Fatal(err)
				}
				got, err := nfc.ReadBinaryFromOffset(0, 4)
				if (name == "honest") != (err == nil && bytes.Equal(got, d.Files["EF.COM"][:4])) && name != "plain status" {
					t.Logf("gmrtd takes the response: %X, %v", got, err)
				}
			}()
			if r := report(); r.Err != nil || len(r.Fired) != 1 {
				t.Fatalf("fired %q, %v", r.Fired, r.Err)
			}
			if name == "without messaging" {
				if !bytes.Equal(last, append(slices.Clone(d.Files["EF.COM"][:4]), 0x90, 0)) {
					t.Errorf("the response is %X", last)
				}
				return
			}
			if got := shape(last); got != c.shape {
				t.Errorf("the response has the objects %q, want %q: %X", got, c.shape, last)
			}
		})
	}
}

// TestPACEFaults provokes a fault at each step of PACE: gmrtd must not succeed.
func TestPACEFaults(t *testing.T) {
	for _, script := range []string{
		"on mse-pace: sw 6A80",
		"on pace-1: plain 7C/80 flip 0", "on pace-1: sw 6300", "on pace-1: plain 7C/80 tag 90",
		"on pace-2: sw 6300", "on pace-2: plain 7C/82 tag 92", "on pace-2: plain 7C/82 foreign",
		"on pace-2: plain 7C/82 flip -1", "on pace-2: plain 7C/82 zero", "on pace-2: plain 7C/82 put 0 05",
		"on pace-3: sw 6300", "on pace-3: plain 7C/84 tag 94", "on pace-3: plain 7C/84 foreign",
		"on pace-3: plain 7C/84 mirror", "on pace-3: plain 7C/84 flip -1",
		"on pace-4: sw 6300", "on pace-4: plain 7C/86 tag 96", "on pace-4: plain 7C/86 flip -1",
	} {
		t.Run(script, func(t *testing.T) {
			s := parse(t, script)
			d := makeFaulty(t, s, "danish-passport-2023")
			ch := chip.New(d.Chip)
			report := s.Arm(ch)
			nfc := iso7816.NewNfcSession(wire(ch.Transmit))
			var doc document.Document
			var err error
			if doc.Mf.CardAccess, err = document.NewCardAccess(d.Files["EF.CardAccess"]); err != nil {
				t.Fatal(err)
			}
			success := func() bool {
				defer func() { _ = recover() }() // gmrtd panics on some of these
				r, err := pace.NewPace(nfc, &doc, passwordOf(t, d)).DoPACE()
				return err == nil && r != nil && r.Success
			}()
			if success {
				t.Error("gmrtd says that PACE succeeded")
			}
			if r := report(); r.Err != nil || len(r.Fired) != 1 {
				t.Errorf("fired %q, %v", r.Fired, r.Err)
			}
		})
	}
}

// TestGoneAndReset takes the card away and resets it in mid-session.
func TestGoneAndReset(t *testing.T) {
	s := parse(t, "at 3: drop")
	c := chip.New(makeFaulty(t, s, "danish-passport-2023").Chip)
	s.Arm(c)
	selectApplication := []byte{0, 0xA4, 4, 0x0C, 7, 0xA0, 0, 0, 2, 0x47, 0x10, 1}
	for i, want := range []int{2, 2, 0} {
		if got := c.Transmit(selectApplication); len(got) != want {
			t.Errorf("command %d is answered with %d octets", i+1, len(got))
		}
	}
	s = parse(t, "on secured 2: reset")
	d := makeFaulty(t, s, "bac-passport-2009")
	c = chip.New(d.Chip)
	s.Arm(c)
	nfc := session(t, d, c.Transmit)
	if _, err := nfc.SelectEF(0x011E); err != nil {
		t.Fatal(err)
	}
	if _, err := nfc.ReadBinaryFromOffset(0, 4); err == nil {
		t.Error("the session outlived the reset")
	}
}

// TestAttacks makes every attack on a document that it fits, and sees that it leaves its mark.
func TestAttacks(t *testing.T) {
	honest, err := specimen.Make("danish-passport-2023", 7, day)
	if err != nil {
		t.Fatal(err)
	}
	for name := range fault.Attacks {
		t.Run(name, func(t *testing.T) {
			profile := "danish-passport-2023"
			if name == "substitute-dg15" {
				t.Log("on a document with active authentication")
				profile = "belgian-passport-2014"
			}
			s := parse(t, name)
			d := makeFaulty(t, s, profile)
			if d.Number != honest.Number && profile == "danish-passport-2023" {
				t.Errorf("the document has another number")
			}
			c := chip.New(d.Chip)
			report := s.Arm(c)
			differs := profile != "danish-passport-2023" || !maps.EqualFunc(d.Files, honest.Files, bytes.Equal)
			same := slices.EqualFunc(d.Chip.Agreements, honest.Chip.Agreements, func(a, b chip.Agreement) bool {
				return a.Private.Cmp(b.Private) == 0
			})
			if !differs && same {
				r := reader.NewReader(quiet{})
				_, err := r.ReadDocument(wire(c.Transmit), passwordOf(t, d), c.ATR(), nil)
				if got := report(); len(got.Fired) == 0 || got.Err != nil {
					t.Errorf("nothing has happened: %q, %v; gmrtd says %v", got.Fired, got.Err, err)
				}
			}
		})
	}
}

// TestCloneIsFoundOut has gmrtd read a clone: chip authentication fails with it.
func TestCloneIsFoundOut(t *testing.T) {
	s := parse(t, "clone")
	d := makeFaulty(t, s, "danish-passport-2023")
	c := chip.New(d.Chip)
	s.Arm(c)
	got, _ := reader.NewReader(quiet{}).ReadDocument(wire(c.Transmit), passwordOf(t, d), c.ATR(), nil)
	if got.Session.ChipAuthenticated() {
		t.Error("gmrtd takes the clone for the original")
	}
}

// TestCloneWithBare9000 has gmrtd read a clone that answers chip authentication with a bare 9000: version 0.22.1 takes
// it for the original, which is why nothing is concluded from its verdict.
func TestCloneWithBare9000(t *testing.T) {
	s := parse(t, "clone-bare-9000")
	d := makeFaulty(t, s, "danish-passport-2023")
	c := chip.New(d.Chip)
	report := s.Arm(c)
	_, _ = reader.NewReader(quiet{}).ReadDocument(wire(c.Transmit), passwordOf(t, d), c.ATR(), nil)
	if len(report().Fired) == 0 {
		t.Error("chip authentication was not attempted")
	}
}

// TestEdits alters parts of a document while it is made, and sees that what is signed afterwards fits.
func TestEdits(t *testing.T) {
	honest, err := specimen.Make("danish-passport-2023", 7, day)
	if err != nil {
		t.Fatal(err)
	}
	for _, c := range []struct {
		script, file string
		check        func(b []byte) bool
	}{
		{"edit EF.DG1 61 tag 62", "EF.DG1", func(b []byte) bool { return b[0] == 0x62 }},
		{"edit EF.DG1 61 length -1", "EF.DG1", func(b []byte) bool { return b[1] == 0x5A && len(b) == 0x5D }},
		{"edit EF.DG1 61/5F1F put 0 'X<'", "EF.DG1", func(b []byte) bool { return string(b[5:7]) == "X<" }},
		{"edit EF.COM 60/5F36 remove", "EF.COM", func(b []byte) bool { return !bytes.Contains(b, []byte{0x5F, 0x36}) }},
		{"edit EF.DG14 6E/31/30#2 remove", "EF.DG14", func(b []byte) bool { return len(b) < len(honest.Files["EF.DG14"]) }},
		{"with sod.hash = sha1", "EF.SOD", func(b []byte) bool { return bytes.Contains(b, []byte{0x2B, 0x0E, 0x03, 0x02, 0x1A}) }},
		{"edit lds-object 30/30#2/30#2/04 flip 0", "EF.SOD", func(b []byte) bool { return !bytes.Equal(b, honest.Files["EF.SOD"]) }},
		{"edit EF.SOD 77 tag 78", "EF.SOD", func(b []byte) bool { return b[0] == 0x78 }},
		{"edit attributes 31/30#1 remove", "EF.SOD", func(b []byte) bool { return len(b) < len(honest.Files["EF.SOD"]) }},
		{"edit signer.tbs 30/A3/30/30#1 remove", "EF.SOD", func(b []byte) bool { return len(b) < len(honest.Files["EF.SOD"]) }},
		{"edit forged EF.DG2 . flip 900", "EF.DG2", func(b []byte) bool { return !bytes.Equal(b, honest.Files["EF.DG2"]) }},
	} {
		d := makeFaulty(t, parse(t, c.script), "danish-passport-2023")
		if !c.check(d.Files[c.file]) {
			t.Errorf("%s: %s is %.40X…", c.script, c.file, d.Files[c.file])
		}
		// What is altered before the security object is made is signed with the rest; what is forged is not.
		renewed := !bytes.Equal(d.Files["EF.SOD"], honest.Files["EF.SOD"])
		if strings.HasPrefix(c.script, "edit EF.DG") && !renewed || strings.Contains(c.script, "forged") && renewed {
			t.Errorf("%s: the signature was renewed: %v", c.script, renewed)
		}
	}
}

// TestRefused hands in scripts that mean nothing.
func TestRefused(t *testing.T) {
	for script, word := range map[string]string{
		"explode": "explode", "on raed: drop": "raed", "on read drop": "on KIND", "on read: drop now": "drop",
		"on read 0: drop": "0", "on read EF.DG17: drop": "EF.DG17", "at x: drop": "x", "on read: sw 90": "90",
		"on read: delay soon": "soon", "on read: delay 2h": "2h", "on read: plain": "path", "on read: plain 7C/ flip 1": "step",
		"on read: plain XX flip 1": "XX", "on read: plain 7C flop 1": "flop", "on read: plain 7C flip": "arguments",
		"on read: raw set 1G": "1G", "edit EF.DG1 61": "edit", "edit EF.DG99 61 remove": "EF.DG99", "edit EF.DG1 61 mirror": "mirror",
		"edit EF.DG1 61 from 3": "whole", "chip melt": "melt", "chip clone now": "clone", "chip end-of-file 1234": "1234",
		"with sod.hash": "KEY", "on read: sm 87 flip 1.9": "bit", strings.Repeat("#", 20000): "octets",
	} {
		if _, err := fault.Parse(script); err == nil {
			t.Errorf("%q: accepted", script)
		} else if !strings.Contains(err.Error(), word) {
			t.Errorf("%q: the error does not say %q: %v", script, word, err)
		}
	}
	for _, script := range []string{
		"edit EF.DG15 . remove", "edit EF.DG1 7F60 remove", "edit forged EF.DG1 . as EF.DG9", "with sod.hsah = sha1",
		"edit EF.DG1 61/5F1F put 80 'TOO LONG FOR IT'",
	} {
		p, err := specimen.Load("danish-passport-2023")
		if err != nil {
			t.Fatal(err)
		}
		if _, err := parse(t, script).Make(p, 7, day); err == nil {
			t.Errorf("%q: made", script)
		}
	}
}
