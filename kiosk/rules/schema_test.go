package rules

import (
	"bytes"
	"encoding/json"
	"io/fs"
	"slices"
	"strings"
	"testing"

	"github.com/santhosh-tekuri/jsonschema/v6"
	"go.yaml.in/yaml/v3"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/userid"
)

// schema compiles one of the JSON Schemas that lie beside the rules.
func schema(t *testing.T, name string) *jsonschema.Schema {
	t.Helper()
	data, err := fs.ReadFile(assets.Rules(), name)
	if err != nil {
		t.Fatal(err)
	}
	document, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	c := jsonschema.NewCompiler()
	if err := c.AddResource(name, document); err != nil {
		t.Fatal(err)
	}
	s, err := c.Compile(name)
	if err != nil {
		t.Fatal(err)
	}
	return s
}

func validate(t *testing.T, s *jsonschema.Schema, data []byte) error {
	t.Helper()
	value, err := jsonschema.UnmarshalJSON(bytes.NewReader(data))
	if err != nil {
		t.Fatal(err)
	}
	return s.Validate(value)
}

func TestPackMeetsItsSchema(t *testing.T) {
	s := schema(t, "schema.json")
	names, err := fs.Glob(assets.Rules(), "*.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range slices.DeleteFunc(names, func(n string) bool { return n == userid.File }) {
		data, err := fs.ReadFile(assets.Rules(), name)
		if err != nil {
			t.Fatal(err)
		}
		var value any
		if err := yaml.Unmarshal(data, &value); err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, marshal(t, value)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
	data, err := fs.ReadFile(assets.Rules(), userid.File)
	if err != nil {
		t.Fatal(err)
	}
	var value map[string]any
	if err := yaml.Unmarshal(data, &value); err != nil {
		t.Fatal(err)
	}
	s = schema(t, "userid.schema.json")
	if err := validate(t, s, marshal(t, value)); err != nil {
		t.Error(err)
	}
	delete(value, "longest")
	if validate(t, s, marshal(t, value)) == nil {
		t.Error("the schema takes criteria without a length")
	}
}

// What the schema refuses, loading refuses too: see TestLoadRefuses. These are the same faults.
func TestSchemaRefuses(t *testing.T) {
	s := schema(t, "schema.json")
	for _, row := range [][3]string{
		{"conditions.yaml", "otherwise: missing", "otherwise: met"},
		{"conditions.yaml", "- status: unmet", "- status: perhaps"},
		{"conditions.yaml", `en: "You have come in person."`, `en: ""`},
		{"conditions.yaml", "otherwise: missing", "otherwise: missing\n    colour: red"},
		{"mitid.yaml", `"{scheme}.two-papers"`, `"two papers"`},
		{"mitid.yaml", "    from: 2022-01-01\n", ""},
		{"chip.yaml", "status: refer\n        decides: true", "status: met\n        decides: true"},
	} {
		var value any
		if err := yaml.Unmarshal(changed(t, row[0], row[1], row[2])[row[0]].Data, &value); err != nil {
			t.Fatal(err)
		}
		if err := validate(t, s, marshal(t, value)); err == nil {
			t.Errorf("%s: the schema takes %q", row[0], row[2])
		}
	}
}

func TestFactsAndDecisionsMeetTheirSchemas(t *testing.T) {
	p := embedded(t)
	facts, decision := schema(t, "facts.schema.json"), schema(t, "decision.schema.json")
	rows := append(scenarios(t), scenario{Name: "the contract's example", json: []byte(example)})
	for _, s := range rows {
		if err := validate(t, facts, s.json); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
		d, _ := decideJSON(t, p, s.json)
		data, err := json.Marshal(d)
		if err != nil {
			t.Fatal(err)
		}
		if err := validate(t, decision, data); err != nil {
			t.Errorf("%s: %v", s.Name, err)
		}
	}
	for _, refused := range []string{
		strings.Replace(example, `"abroad":false`, `"abroad":false,"colour":"red"`, 1),
		strings.Replace(example, `"passport"`, `"Library card"`, 1),
		strings.Replace(example, `"vouched_in_120_days":1`, `"vouched_in_120_days":-1`, 1),
	} {
		if validate(t, facts, []byte(refused)) == nil {
			t.Error("the facts' schema takes what is refused")
		}
	}
}
