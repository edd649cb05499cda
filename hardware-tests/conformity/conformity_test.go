package conformity_test

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/conformity"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/suite"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/mrz"
	"github.com/skranke/skranke/mrtd/trust"
)

// day is when every document is looked at.
var day = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

// maxCommands bounds a read of a document in this table, retries included. The longest file of them has 45 kB, which a chip without extended length
// gives in some two hundred blocks.
const maxCommands = 600

// scripts are the cases' scripts by id, in the order of the runs; a case without one has its reason alone.
func scripts() map[string][]fault.Case {
	all := map[string][]fault.Case{}
	for _, c := range fault.Cases() {
		all[c.ID] = append(all[c.ID], c)
	}
	return all
}

// TestTable holds the table against the cases: every id and every run has its row, and every row that departs from the guideline's word says why.
func TestTable(t *testing.T) {
	rows, err := conformity.Rows()
	if err != nil {
		t.Fatal(err)
	}
	type run struct {
		id      string
		n       int
		setting conformity.Setting
	}
	seen := map[run]bool{}
	settings := []conformity.Setting{conformity.Plain, conformity.Page, conformity.Signer}
	guidelines := []conformity.Guideline{conformity.Passed, conformity.Failed, conformity.Either, conformity.None}
	for _, r := range rows {
		if seen[run{r.ID, r.Run, r.Setting}] {
			t.Errorf("%s run %d stands there twice", r.ID, r.Run)
		}
		seen[run{r.ID, r.Run, r.Setting}] = true
		if !slices.Contains(settings, r.Setting) || !slices.Contains(guidelines, r.Guideline) {
			t.Errorf("%s run %d: setting %q, guideline %q", r.ID, r.Run, r.Setting, r.Guideline)
		}
		if (r.Departure() != conformity.AsWanted || r.Run == 0) && r.Why == "" {
			t.Errorf("%s run %d: the guideline wants %s, the table %s, and nobody says why", r.ID, r.Run, r.Guideline, r.Result)
		}
	}
	cases, runs := scripts(), 0
	for id, all := range cases {
		for i, c := range all {
			n := i + 1
			if c.Reason != "" {
				n = 0
			}
			runs++
			if !slices.ContainsFunc(settings, func(s conformity.Setting) bool { return seen[run{id, n, s}] }) {
				t.Errorf("%s run %d is missing", id, n)
			}
		}
	}
	for _, r := range rows {
		if all := cases[r.ID]; r.Run > len(all) || r.Run == 0 && (len(all) != 1 || all[0].Reason == "") {
			t.Errorf("%s run %d: there is no such run", r.ID, r.Run)
		}
	}
	t.Logf("%d ids, %d scripts, %d rows", len(cases), runs, len(rows))
}

// TestConformity plays every run on the virtual chip and compares the report with the table. Under the race detector it plays a sample, drawn by a seed
// that is printed; -conformity.seed repeats one.
func TestConformity(t *testing.T) {
	rows, err := conformity.Rows()
	if err != nil {
		t.Fatal(err)
	}
	played := sample(t, rows)
	cases := scripts()
	runs, most, departures := 0, 0, map[conformity.Departure]int{}
	for _, r := range played {
		if r.Run == 0 {
			continue
		}
		if r.Run > len(cases[r.ID]) {
			continue // TestTable tells
		}
		c := cases[r.ID][r.Run-1]
		t.Run(fmt.Sprintf("%s/%d/%s", r.ID, r.Run, r.Setting), func(t *testing.T) {
			result, sent := play(t, c, r.Setting)
			result.compare(t, r)
			most = max(most, sent)
			if sent > maxCommands {
				t.Errorf("%d commands", sent)
			}
		})
		runs++
		departures[r.Departure()]++
	}
	counts.Print(t, "TR-03105-5.1: %d runs: %d as the guideline has it; with a reason: %d failed there and not accused here, %d failed there and genuine here, %d successful "+
		"there and not genuine here; %d commands at most", runs, departures[conformity.AsWanted], departures[conformity.NotAccused],
		departures[conformity.LetPass], departures[conformity.Refused], most)
}

// result is what a run came to.
type result struct {
	word    string // the authenticity, or the code of the error
	session string
	checks  map[string]string
}

// play makes the case's document and chip, reads and judges it.
func play(t *testing.T, c fault.Case, setting conformity.Setting) (result, int) {
	t.Helper()
	profile, err := specimen.Load(c.Profile)
	if err != nil {
		t.Fatal(err)
	}
	script, err := fault.Parse(c.Script)
	if err != nil {
		t.Fatal(err)
	}
	d, err := script.Make(profile, 7, day)
	if err != nil {
		t.Fatal(err)
	}
	d.Chip.Random = rand.NewChaCha8([32]byte{1})
	virtual := chip.New(d.Chip)
	report := script.Arm(virtual)
	link := &suite.Link{Chip: virtual}
	ctx, cancel := context.WithTimeout(t.Context(), 5*time.Minute)
	defer cancel()
	reading, err := inspect.Read(ctx, link, input(t, d, setting))
	done := report()
	if done.Err != nil {
		t.Errorf("the script does not fit its document: %v", done.Err)
	}
	if strings.Contains("; "+c.Script, "; on ") && len(done.Fired) == 0 {
		t.Error("the script never came to bear")
	}
	switch {
	case errors.Is(err, inspect.ErrWrongPassword):
		return result{word: "wrong_password"}, link.Sent
	case errors.Is(err, inspect.ErrNotTravelDocument):
		return result{word: "not_a_travel_document"}, link.Sent
	case err != nil:
		return result{word: err.Error()}, link.Sent
	}
	return told(reading.Report), link.Sent
}

// told is a report in the table's words.
func told(report *inspect.Report) result {
	r := result{word: string(report.Authenticity), checks: map[string]string{}}
	r.session = report.Chip.Access
	if report.Chip.Domain != "" {
		r.session += "/" + report.Chip.Domain
	}
	if report.Chip.GenuineBy != "" {
		r.session += "+" + report.Chip.GenuineBy
	}
	for _, check := range report.Checks {
		outcome := string(check.Outcome)
		if check.Code != "" {
			outcome += "/" + check.Code
		}
		r.checks[check.ID] = outcome
	}
	return r
}

// quiet tells whether a check may come out so without the table's saying it.
func quiet(id, outcome string) bool {
	word, _, _ := strings.Cut(outcome, "/")
	return id == "register.reported" || word == "successful" || word == "not_done" || word == "not_supported"
}

// compare tells where a result is not the table's.
func (r result) compare(t *testing.T, want conformity.Row) {
	t.Helper()
	if r.word != want.Result {
		t.Errorf("%s, want %s", r.word, want.Result)
	}
	if r.session != want.Session {
		t.Errorf("session %q, want %q", r.session, want.Session)
	}
	for id, outcome := range want.Checks {
		if r.checks[id] != outcome {
			t.Errorf("%s=%s, want %s", id, r.checks[id], outcome)
		}
	}
	for id, outcome := range r.checks {
		if _, ok := want.Checks[id]; !ok && !quiet(id, outcome) {
			t.Errorf("%s=%s, which nobody expects", id, outcome)
		}
	}
}

// input is what a person at the counter gives: the printed MRZ, and a store that knows the document's CSCA.
func input(t *testing.T, d *specimen.Document, setting conformity.Setting) inspect.Input {
	t.Helper()
	dir := t.TempDir()
	files := map[string][]byte{"csca.der": d.CSCA.Certificate, "csca.crl": d.CRL}
	if setting == conformity.Signer {
		files["signer.der"] = d.Signer.Certificate
	}
	for name, data := range files {
		if err := os.WriteFile(filepath.Join(dir, name), data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	anchors := []string{filepath.Join(dir, "csca.der")}
	if setting == conformity.Signer {
		anchors = append(anchors, filepath.Join(dir, "signer.der"))
	}
	store, err := trust.Load(anchors, []string{filepath.Join(dir, "csca.crl")})
	if err != nil {
		t.Fatal(err)
	}
	made, err := mrz.Parse(strings.Join(d.MRZ, "\n"))
	if err != nil {
		t.Fatal(err)
	}
	key, given := made.Key(), made
	if setting != conformity.Page {
		if printed, err := lds.ParseDG1(d.Files["EF.DG1"]); err == nil {
			given = printed
		}
	}
	return inspect.Input{
		Key: &key, Random: rand.NewChaCha8([32]byte{2}),
		Judge: inspect.JudgeInput{Store: store, At: day, Given: given, Face: func(context.Context, []byte) (string, int, int, error) {
			return "jpeg", 413, 531, nil
		}},
	}
}

// TestFreshKeys inspects one document twice, as case ISO7816_D_10 has it, and compares the terminal's ephemeral keys of chip authentication.
func TestFreshKeys(t *testing.T) {
	d, err := specimen.Make("danish-passport-2023", 7, day)
	if err != nil {
		t.Fatal(err)
	}
	in := input(t, d, conformity.Plain)
	var keys []string
	for range 2 {
		reading, err := inspect.Read(t.Context(), &suite.Link{Chip: chip.New(d.Chip)}, in)
		if err != nil {
			t.Fatal(err)
		}
		if reading.Report.Authenticity != inspect.Genuine {
			t.Errorf("%s", reading.Report.Authenticity)
		}
		i := slices.IndexFunc(reading.Evidence.Session.Proofs, func(p inspect.Proof) bool { return p.ID == "chip.ca" })
		if i < 0 {
			t.Fatal("no chip authentication")
		}
		keys = append(keys, string(reading.Evidence.Session.Proofs[i].Transcript["ephemeral_public_key"]))
	}
	if keys[0] == keys[1] || len(keys[0]) < 64 {
		t.Error("the terminal used one ephemeral key twice")
	}
}
