package rules

import (
	"io/fs"
	"os"
	"regexp"
	"slices"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/hardware-tests/counts"
)

// traceRow is one row of docs/rules-trace.tsv: the beginning of a sentence of a page, and the rules that carry it.
type traceRow struct {
	page, sentence, note string
	rules                []string
}

func trace(t *testing.T) []traceRow {
	t.Helper()
	data, err := os.ReadFile("../../docs/rules-trace.tsv")
	if err != nil {
		t.Fatal(err)
	}
	var rows []traceRow
	for i, line := range strings.Split(strings.TrimSuffix(string(data), "\n"), "\n") {
		cells := strings.Split(line, "\t")
		if len(cells) != 4 {
			t.Fatalf("line %d has %d cells", i+1, len(cells))
		}
		if i > 0 {
			rows = append(rows, traceRow{cells[0], cells[1], cells[3], strings.Fields(strings.TrimPrefix(cells[2], "-"))})
		}
	}
	return rows
}

// names gives everything in the pack that a sentence can be carried by.
func names(t *testing.T, p *Pack, files []*packFile) map[string]bool {
	t.Helper()
	all := map[string]bool{}
	for _, list := range p.lists {
		for _, r := range list.requirements {
			all[r.id] = true
		}
	}
	for _, a := range p.alternatives {
		all["alternative:"+a.ID] = true
	}
	for _, f := range files {
		for _, m := range f.Limits {
			all["limit:"+m.ID] = true
		}
		for _, m := range f.Lists {
			all["list:"+m.ID] = true
		}
		for _, d := range f.Classes {
			all["class:"+d.ID] = true
		}
	}
	data, err := fs.ReadFile(assets.Rules(), "userid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var userID struct {
		Reasons   []struct{ Code string }
		Unchecked []struct{ Code string }
	}
	if err := yaml.Unmarshal(data, &userID); err != nil {
		t.Fatal(err)
	}
	for _, r := range append(userID.Reasons, userID.Unchecked...) {
		all["userid:"+r.Code] = true
	}
	return all
}

func TestTraceNamesRulesAndSentences(t *testing.T) {
	p, files := loadedFiles(t)
	known, carried := names(t, p, files), map[string]bool{}
	for _, row := range trace(t) {
		source, ok := p.pages[row.page]
		if !ok || !strings.Contains(page(t, source.File), row.sentence) {
			t.Errorf("not in %s: %q", row.page, row.sentence)
		}
		if len(row.rules) == 0 && row.note == "" {
			t.Errorf("neither a rule nor why there is none: %q", row.sentence)
		}
		for _, r := range row.rules {
			carried[r] = true
			if !known[r] {
				t.Errorf("%q: no rule %s", row.sentence, r)
			}
		}
	}
	// What stands on no sentence of the five pages, and why.
	from := map[string]string{
		"mitid.age": "external", "limit:mitid_age": "external",
		"mitid.witness-statement": "the pages ask for it for NemID alone", "list:organisations": "what is not on a list",
	}
	for id := range known {
		_, excused := from[id]
		helper := strings.HasPrefix(id, "class:") || slices.Contains([]string{"list:papers", "list:always_shows_cpr"}, id)
		shared := strings.HasPrefix(id, "nemid.") && carried["mitid."+strings.TrimPrefix(id, "nemid.")]
		if !carried[id] && !excused && !helper && !shared {
			t.Errorf("no sentence leads to %s", id)
		}
	}
}

var (
	sentenceEnd = regexp.MustCompile(`[.!?][ \x{a0}]+`)
	// condition is what a sentence has that states a condition, a date, a document or a right.
	condition = regexp.MustCompile(`(?i)\d{2}|(^|\PL)(must|have to|has to|need|can|require|should|entitled|obligation|skal|kan|må|krav|mulighed|ret)(\PL|$)`)
)

// sentences cuts a page as the trace does: at the end of lines, and after a full stop before a capital letter.
func sentences(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		line = strings.Trim(line, " \t\n\u00a0")
		for line != "" {
			cut := len(line)
			for _, at := range sentenceEnd.FindAllStringIndex(line, -1) {
				if next := line[at[1]:]; next != "" && strings.ContainsAny(next[:min(2, len(next))], "ABCDEFGHIJKLMNOPQRSTUVWXYZÆØÅ") {
					cut = at[1]
					break
				}
			}
			all = append(all, strings.Trim(line[:cut], " \u00a0"))
			line = line[cut:]
		}
	}
	return all
}

// Every sentence of the five pages that may state a condition, a date, a document or a right is in the trace.
func TestTraceIsComplete(t *testing.T) {
	p := embedded(t)
	begins := map[string][]string{}
	for _, row := range trace(t) {
		begins[row.page] = append(begins[row.page], row.sentence)
	}
	counted := 0
	for id, source := range p.pages {
		if source.File == "" {
			continue
		}
		for _, s := range sentences(page(t, source.File)) {
			if !condition.MatchString(s) {
				continue
			}
			counted++
			if !slices.ContainsFunc(begins[id], func(b string) bool { return strings.HasPrefix(s, b) }) {
				t.Errorf("%s: not traced: %q", id, s)
			}
		}
	}
	if counted < 300 {
		t.Errorf("only %d sentences", counted)
	}
	counts.Print(t, "rules: %d sentences of the pages may state something; each is traced to its rules, or to why there is none", counted)
}
