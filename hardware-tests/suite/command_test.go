package suite

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/rig"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/vpcd"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/reader"
)

// result is what a command left.
type result struct {
	status         int
	stdout, stderr string
}

// report is the command's report; the test ends where it printed none.
func (r result) report(t *testing.T) *inspect.Report {
	t.Helper()
	var report inspect.Report
	decoder := json.NewDecoder(strings.NewReader(r.stdout))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&report); err != nil || decoder.More() {
		t.Fatalf("standard output is not one report (%v)\nstatus %d\n%s\n%s", err, r.status, r.stdout, r.stderr)
	}
	return &report
}

func skranke(t *testing.T, program string, args ...string) result {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	cmd := exec.CommandContext(ctx, program, args...)
	var stdout, stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = &stdout, &stderr
	err := cmd.Run()
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		t.Fatal(err)
	}
	return result{cmd.ProcessState.ExitCode(), stdout.String(), stderr.String()}
}

// lay lays a chip on the reader for the rest of the test.
func lay(t *testing.T, c vpcd.Card) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	slot, err := vpcd.Insert(ctx, rig.Address0, c, 10*time.Second)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		slot.Remove()
		cancel()
		noticed(t)
	})
}

// noticed waits until the service has noticed that the slot is empty: it looks a few times a second.
func noticed(t *testing.T) {
	t.Helper()
	for range 200 {
		states, err := reader.List(context.Background())
		if err != nil {
			t.Fatal(err)
		}
		i := slices.IndexFunc(states, func(s reader.State) bool { return s.Name == rig.Slot0 })
		if i >= 0 && states[i].Card == reader.Absent {
			return
		}
		time.Sleep(50 * time.Millisecond)
	}
	t.Fatal("the service still sees a card that was taken off")
}

// given writes what a citizen's document looks like to the program: the MRZ in a file, the CSCA, the revocation list.
func given(t *testing.T, d *specimen.Document) (mrz string, trust []string) {
	t.Helper()
	dir := t.TempDir()
	mrz = filepath.Join(dir, "mrz.txt")
	for name, data := range map[string][]byte{"mrz.txt": []byte(strings.Join(d.MRZ, "\n")), "csca.der": d.CSCA.Certificate, "csca.crl": d.CRL} {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	return mrz, []string{"--trust", filepath.Join(dir, "csca.der"), "--crl", filepath.Join(dir, "csca.crl"), "--at", at.Format(time.RFC3339), "--wait", "10s"}
}

// TestReadCommand reads every specimen with the command that users type, through pcscd; then verifies its dump.
func TestReadCommand(t *testing.T) {
	rig.Require(t)
	program := rig.Program(t)
	for _, profile := range specimen.Profiles() {
		t.Run(profile, func(t *testing.T) {
			d := document(t, profile)
			mrz, trust := given(t, d)
			lay(t, chip.New(d.Chip))
			dump := filepath.Join(t.TempDir(), "dump")
			r := skranke(t, program, append([]string{"read", "--mrz", mrz, "--json", "--dump", dump}, trust...)...)
			report := r.report(t)
			if r.status != 0 || report.Authenticity != inspect.Genuine || report.Source != inspect.Live {
				t.Errorf("status %d, %s, %s", r.status, report.Authenticity, report.Source)
				complain(t, report)
			}
			wantAccess := "BAC"
			switch {
			case len(d.Chip.PACE) > 0:
				wantAccess = "PACE-"
			case !d.Chip.BAC:
				wantAccess = "plain"
			}
			if !strings.HasPrefix(report.Chip.Access, wantAccess) {
				t.Errorf("access by %q, want %s", report.Chip.Access, wantAccess)
			}
			if report.Document == nil || strings.Join(report.Document.MRZ, "\n") != strings.Join(d.MRZ, "\n") {
				t.Error("the MRZ of the report is not the document's")
			}
			secrets(t, r.stderr, d)
			verified := skranke(t, program, append([]string{"verify", dump, "--json"}, trust[:6]...)...)
			if again := verified.report(t); again.Authenticity != report.Authenticity || verified.status != r.status {
				t.Errorf("live %s, its dump %s", report.Authenticity, again.Authenticity)
				complain(t, again)
			}
		})
	}
}

// secrets looks for what a log or an error must not hold.
func secrets(t *testing.T, text string, d *specimen.Document) {
	t.Helper()
	for _, secret := range append([]string{d.Number, string(d.Information)}, d.MRZ...) {
		if strings.Contains(text, secret) {
			t.Error("standard error holds the document's number or MRZ")
		}
	}
}

// TestReadCommandByCAN opens a card by its CAN.
func TestReadCommandByCAN(t *testing.T) {
	rig.Require(t)
	program := rig.Program(t)
	d := document(t, "german-passport-2017")
	_, trust := given(t, d)
	lay(t, chip.New(d.Chip))
	r := skranke(t, program, append([]string{"read", "--can", d.CAN, "--json"}, trust...)...)
	if report := r.report(t); r.status != 0 || report.Check("mrz.match").Outcome != inspect.NotDone {
		t.Errorf("status %d, mrz.match %s", r.status, report.Check("mrz.match").Outcome)
	}
	wrong := "000000"
	if d.CAN == wrong {
		wrong = "000001"
	}
	r = skranke(t, program, append([]string{"read", "--can", wrong, "--json"}, trust...)...)
	if r.status != 2 || !strings.Contains(r.stdout, `"code":"wrong_password"`) {
		t.Errorf("wrong CAN: status %d, %s", r.status, r.stdout)
	}
}

// contactless is the answer to reset of a contactless card without historical bytes (PC/SC part 3 §3.1.3.2.3.1).
var contactless = []byte{0x3B, 0x80, 0x80, 0x01, 0x01}

// TestReadCommandTroubles lays on the reader what people lay there, and takes it away.
func TestReadCommandTroubles(t *testing.T) {
	rig.Require(t)
	program := rig.Program(t)
	d := document(t, "danish-passport-2023")
	mrz, trust := given(t, d)
	readIt := func(t *testing.T, mrz string, status int, code string) {
		t.Helper()
		r := skranke(t, program, append([]string{"read", "--mrz", mrz, "--json"}, trust...)...)
		if r.status != status || !strings.Contains(r.stdout, `"code":"`+code+`"`) {
			t.Errorf("status %d, want %d with code %s\n%s\n%s", r.status, status, code, r.stdout, r.stderr)
		}
		if strings.Contains(r.stderr, "panic") || strings.Contains(r.stderr, "goroutine") {
			t.Errorf("a panic: %s", r.stderr)
		}
		secrets(t, r.stderr, d)
	}
	t.Run("wrong MRZ", func(t *testing.T) {
		other, _ := given(t, document(t, "bac-passport-2009"))
		lay(t, chip.New(d.Chip))
		readIt(t, other, 2, "wrong_password")
	})
	t.Run("a bank card", func(t *testing.T) {
		lay(t, card{contactless, func([]byte) []byte { return []byte{0x6a, 0x82} }})
		readIt(t, mrz, 4, "not_a_travel_document")
	})
	t.Run("garbage", func(t *testing.T) {
		lay(t, card{contactless, func([]byte) []byte { return []byte{0xff} }})
		r := skranke(t, program, append([]string{"read", "--mrz", mrz, "--json"}, trust...)...)
		if r.status != 4 && r.status != 3 {
			t.Errorf("status %d\n%s\n%s", r.status, r.stdout, r.stderr)
		}
	})
	t.Run("nothing", func(t *testing.T) {
		r := skranke(t, program, "read", "--mrz", mrz, "--json")
		if r.status != 4 || !strings.Contains(r.stdout, `"code":"no_card"`) {
			t.Errorf("status %d\n%s", r.status, r.stdout)
		}
	})
	for _, n := range []int{0, 1, 3, 6, 9, 14, 20} {
		t.Run("taken away", func(t *testing.T) {
			c := chip.New(d.Chip)
			sent := 0
			lay(t, card{c.ATR(), func(command []byte) []byte {
				if sent++; sent > n {
					return nil // the card has left the field
				}
				return c.Transmit(command)
			}})
			r := skranke(t, program, append([]string{"read", "--mrz", mrz, "--json"}, trust...)...)
			report := r.report(t)
			if r.status != 4 || report.Authenticity != inspect.AuthenticityUndetermined {
				t.Errorf("taken away at command %d: status %d, %s", n, r.status, report.Authenticity)
			}
			for _, check := range report.Checks {
				if check.Outcome == inspect.Failed {
					t.Errorf("a lost link accuses: %s %s", check.ID, check.Code)
				}
			}
		})
	}
}

// card is something on the reader that answers commands as it pleases.
type card struct {
	atr    []byte
	answer func([]byte) []byte
}

func (c card) Transmit(command []byte) []byte { return c.answer(command) }
func (c card) Reset()                         {}
func (c card) ATR() []byte                    { return c.atr }
