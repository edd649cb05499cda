package rules

import (
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/hardware-tests/testdata"
)

// page reads one of the source pages, which lie beside the test data and are not part of this repository.
func page(t testing.TB, file string) string {
	t.Helper()
	data, err := os.ReadFile(filepath.Join(testdata.Dir(t), "..", "seeds", file))
	if err != nil {
		t.Fatal(err)
	}
	return string(data)
}

// quotations gives every quotation of the pack with where it stands.
func quotations(p *Pack, files []*packFile) map[string]quotation {
	all := map[string]quotation{}
	for _, f := range files {
		for _, m := range f.Limits {
			all["limit "+m.ID] = m.Source
		}
		for _, m := range f.Lists {
			all["list "+m.ID] = m.Source
		}
		for _, m := range f.Documents {
			all["document "+string(m.Type)] = m.Source
		}
		for _, r := range f.Requirements {
			id := fmt.Sprint(r.Schemes, r.Channels, r.ID)
			all[id] = r.Source
			for i, c := range r.Cases {
				if c.Source.given() {
					all[fmt.Sprintf("%s case %d", id, i)] = c.Source
				}
			}
		}
	}
	for _, a := range p.alternatives {
		all["alternative "+a.ID] = a.Source
	}
	return all
}

// loadedFiles loads the embedded pack and gives its files with it.
func loadedFiles(t testing.TB) (*Pack, []*packFile) {
	t.Helper()
	p, files, err := load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return p, files
}

func TestQuotesAreLiteral(t *testing.T) {
	p, files := loadedFiles(t)
	pages := map[string]string{}
	for id, source := range p.pages {
		if source.File != "" {
			pages[id] = page(t, source.File)
		}
	}
	checked := 0
	for where, q := range quotations(p, files) {
		text, ok := pages[q.Page]
		if !ok {
			continue // external: there is no page here to hold it against
		}
		checked++
		if !strings.Contains(text, q.Quote) {
			t.Errorf("%s: not in %s: %q", where, p.pages[q.Page].File, q.Quote)
		}
	}
	if checked < 80 {
		t.Errorf("only %d quotations were checked", checked)
	}
}

// neverOtherwise are the requirements whose cases leave nothing over: what stands after them is a safety net.
var neverOtherwise = []string{"open", "channel", "appearance"}

func TestEveryRuleHasScenarios(t *testing.T) {
	p, files := loadedFiles(t)
	type key struct {
		scheme  Scheme
		channel Channel
		id      string
	}
	good, bad := map[key]bool{}, map[key]bool{}
	fired := map[*requirement]map[int]bool{}
	offered := map[string]bool{}
	listed, unlisted := map[string]bool{}, map[string]bool{}
	for _, s := range scenarios(t) {
		d, e := decideJSON(t, p, s.json)
		for i, r := range e.list.requirements {
			k := key{d.Scheme, d.Channel, r.id}
			switch d.Requirements[i].Status {
			case StatusMet, StatusNotApplicable:
				good[k] = true
			default:
				bad[k] = true
			}
			if fired[r.requirement] == nil {
				fired[r.requirement] = map[int]bool{}
			}
			fired[r.requirement][e.fired[i]] = true
			for w := range r.Ways {
				if d.Requirements[i].Status != StatusMissing {
					continue
				}
				if holds, _ := e.matches(r.Ways[w].When, r.Ways[w].Document, expression{}); holds.Value() == true {
					offered[fmt.Sprint(r.number, r.id, r.Ways[w].ID)] = true
				}
			}
		}
		ids := map[string]bool{}
		for _, a := range d.Alternatives {
			ids[a.ID], listed[a.ID] = true, true
		}
		for _, a := range p.alternatives {
			if !ids[a.ID] {
				unlisted[a.ID] = true
			}
		}
	}
	for r, list := range p.lists {
		for _, rule := range list.requirements {
			k := key{r.scheme, r.channel, rule.id}
			if !good[k] && rule.name != "channel" {
				t.Errorf("%s by %s: no scenario that meets it", rule.id, r.channel)
			}
			if !bad[k] && !(rule.name == "witness_statement" && r.scheme == MitID) {
				t.Errorf("%s by %s: no scenario that fails it", rule.id, r.channel)
			}
			for _, w := range rule.Ways {
				if r.scheme == MitID && rule.name == "witness_statement" ||
					r.scheme == NemID && strings.Contains(w.ID, "scan") && r.channel == ChipScan ||
					r.channel == Counter && slices.Contains(rule.Channels, ChipScan) && w.ID == "scan" ||
					w.ID == "witness" && r.scheme == NemID || w.ID == "witness_with_statement" && r.scheme == MitID {
					continue // the way is another route's
				}
				if !offered[fmt.Sprint(rule.number, rule.id, w.ID)] {
					t.Errorf("%s: the way %s is offered in no scenario", rule.id, w.ID)
				}
			}
		}
	}
	for _, f := range files {
		for i := range f.Requirements {
			r := &f.Requirements[i]
			for c := range r.Cases {
				if !fired[r][c] {
					t.Errorf("%s %v: no scenario for case %d, line %d", r.ID, r.Schemes, c, r.Cases[c].number)
				}
			}
			if !fired[r][otherwise] && !slices.Contains(neverOtherwise, shortName(r.ID)) {
				t.Errorf("%s %v: no scenario for otherwise", r.ID, r.Schemes)
			}
		}
	}
	for _, a := range p.alternatives {
		if !listed[a.ID] {
			t.Errorf("alternative %s: no scenario lists it", a.ID)
		}
		if !unlisted[a.ID] {
			t.Errorf("alternative %s: every scenario lists it", a.ID)
		}
	}
}

func TestEveryTextIsFilled(t *testing.T) {
	p := embedded(t)
	for _, s := range scenarios(t) {
		d, _ := decideJSON(t, p, s.json)
		var texts []Text
		for _, r := range d.Requirements {
			texts = append(texts, r.Text)
			if r.Source.Quote == "" || r.Source.From.IsZero() || (r.Source.File == "") == (r.Source.External == "") {
				t.Errorf("%s: %s: source %+v", s.Name, r.ID, r.Source)
			}
		}
		for _, m := range d.Missing {
			if len(m.Ways) == 0 {
				t.Errorf("%s: %s: no way", s.Name, m.Requirement)
			}
			texts = append(texts, m.Ways...)
		}
		for _, a := range d.Alternatives {
			texts = append(texts, a.Text)
		}
		for _, text := range texts {
			for _, one := range []string{text.DA, text.EN} {
				if one == "" || strings.ContainsAny(one, "{}") && !strings.Contains(one, "! # $") || strings.Contains(one, "  ") {
					t.Errorf("%s: %q", s.Name, one)
				}
			}
		}
	}
}
