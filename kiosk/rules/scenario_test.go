package rules

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"go.yaml.in/yaml/v3"

	"github.com/skranke/skranke/hardware-tests/counts"
)

// scenario is one row of testdata/scenarios: facts made of a base and what is set in it, and what must be decided.
type scenario struct {
	Name string `yaml:"name"`
	// Page is the page that the row rests on, by its id in the pack.
	Page string `yaml:"page"`
	// Set maps paths of the facts to values; null removes.
	Set     map[string]any    `yaml:"set"`
	Outcome Verdict           `yaml:"outcome"`
	Status  map[string]Status `yaml:"status"`
	// Says maps requirements to a part of their Danish text.
	Says           map[string]string `yaml:"says"`
	Alternatives   []string          `yaml:"alternatives"`
	NoAlternatives []string          `yaml:"no_alternatives"`

	file string
	json []byte
}

type scenarioFile struct {
	Base string     `yaml:"base"`
	Rows []scenario `yaml:"rows"`
}

// scenarios reads every row, with its facts as JSON.
func scenarios(t testing.TB) []scenario {
	t.Helper()
	bases := map[string]map[string]any{}
	readYAML(t, "testdata/bases.yaml", &bases)
	files, err := filepath.Glob("testdata/scenarios/*.yaml")
	if err != nil || len(files) == 0 {
		t.Fatal("no scenarios: ", err)
	}
	var all []scenario
	for _, file := range files {
		var f scenarioFile
		readYAML(t, file, &f)
		base, ok := bases[f.Base]
		if !ok {
			t.Fatalf("%s: no base %q", file, f.Base)
		}
		for _, s := range f.Rows {
			s.file = filepath.Base(file)
			s.json = marshal(t, with(t, base, s.Set))
			all = append(all, s)
		}
	}
	return all
}

func readYAML(t testing.TB, name string, into any) {
	t.Helper()
	data, err := os.Open(name)
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = data.Close() }()
	decoder := yaml.NewDecoder(data)
	decoder.KnownFields(true)
	if err := decoder.Decode(into); err != nil {
		t.Fatalf("%s: %v", name, err)
	}
}

// with returns a copy of the facts with the paths set.
func with(t testing.TB, facts map[string]any, set map[string]any) map[string]any {
	t.Helper()
	var result map[string]any
	if err := json.Unmarshal(marshal(t, facts), &result); err != nil {
		t.Fatal(err)
	}
	paths := make([]string, 0, len(set))
	for path := range set {
		paths = append(paths, path)
	}
	slices.Sort(paths) // documents[0] before documents[0].type, documents[1] before documents[2]
	for _, path := range paths {
		var node any = result
		if node = put(t, node, steps(path), set[path]); node != nil {
			result = node.(map[string]any)
		}
	}
	return result
}

var stepForm = regexp.MustCompile(`[a-z0-9_]+`)

func steps(path string) []string { return stepForm.FindAllString(path, -1) }

// put sets or removes one value below node and returns node.
func put(t testing.TB, node any, path []string, value any) any {
	t.Helper()
	if len(path) == 0 {
		return value
	}
	if list, ok := node.([]any); ok {
		i, err := strconv.Atoi(path[0])
		if err != nil || i > len(list) {
			t.Fatalf("no place %q in a list", path[0])
		}
		if i == len(list) {
			list = append(list, map[string]any{})
		}
		list[i] = put(t, list[i], path[1:], value)
		return list
	}
	object, ok := node.(map[string]any)
	if !ok {
		object = map[string]any{}
	}
	if len(path) == 1 && value == nil {
		delete(object, path[0])
		return object
	}
	object[path[0]] = put(t, object[path[0]], path[1:], value)
	return object
}

// marshal gives JSON, with dates as YAML reads them written out.
func marshal(t testing.TB, value any) []byte {
	t.Helper()
	data, err := json.Marshal(value)
	if err != nil {
		t.Fatal(err)
	}
	return midnight.ReplaceAll(data, []byte(`$1"`))
}

var midnight = regexp.MustCompile(`("\d{4}-\d{2}-\d{2})T00:00:00Z"`)

// decideJSON parses facts and decides on them, as the command does.
func decideJSON(t testing.TB, p *Pack, data []byte) (Decision, *evaluation) {
	t.Helper()
	f, err := ParseFacts(data)
	if err != nil {
		t.Fatalf("%v\n%s", err, data)
	}
	if _, err := p.Decide(f); err != nil {
		t.Fatal(err)
	}
	return p.decide(&f)
}

func TestScenarios(t *testing.T) {
	p := embedded(t)
	all := scenarios(t)
	if len(all) < 200 {
		t.Errorf("%d scenarios, fewer than 200", len(all))
	}
	names := map[string]bool{}
	for _, s := range all {
		t.Run(s.file+"/"+s.Name, func(t *testing.T) {
			if names[s.file+s.Name] {
				t.Error("there twice")
			}
			names[s.file+s.Name] = true
			if _, ok := p.pages[s.Page]; !ok {
				t.Errorf("no page %q", s.Page)
			}
			d, _ := decideJSON(t, p, s.json)
			s.check(t, d)
			if t.Failed() {
				t.Log(describe(d))
			}
		})
	}
	counts.Print(t, "rules: %d scenarios", len(all))
}

func (s scenario) check(t *testing.T, d Decision) {
	if d.Outcome != s.Outcome {
		t.Errorf("outcome %s, want %s", d.Outcome, s.Outcome)
	}
	for name, want := range s.Status {
		if r := find(d, name); r == nil || r.Status != want {
			t.Errorf("%s: want %s", name, want)
		}
	}
	for name, part := range s.Says {
		if r := find(d, name); r == nil || !strings.Contains(r.Text.DA, part) {
			t.Errorf("%s does not say %q", name, part)
		}
	}
	listed := map[string]bool{}
	for _, a := range d.Alternatives {
		listed[a.ID] = true
	}
	for _, id := range s.Alternatives {
		if !listed[id] {
			t.Errorf("the alternative %s is not listed", id)
		}
	}
	for _, id := range s.NoAlternatives {
		if listed[id] {
			t.Errorf("the alternative %s is listed", id)
		}
	}
	if (d.Outcome == Eligible) != (len(d.Alternatives) == 0) {
		t.Errorf("%s with %d alternatives", d.Outcome, len(d.Alternatives))
	}
}

// find returns the requirement by its id without the scheme.
func find(d Decision, name string) *Requirement {
	for i := range d.Requirements {
		if d.Requirements[i].ID == string(d.Scheme)+"."+name {
			return &d.Requirements[i]
		}
	}
	return nil
}

func describe(d Decision) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%s\n", d.Outcome)
	for _, r := range d.Requirements {
		fmt.Fprintf(&b, "%-14s %-24s %v %s\n", r.Status, r.ID, r.By, r.Text.EN)
	}
	for _, m := range d.Missing {
		for _, w := range m.Ways {
			fmt.Fprintf(&b, "%s: %s\n", m.Requirement, w.EN)
		}
	}
	return b.String()
}
