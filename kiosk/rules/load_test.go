package rules

import (
	"errors"
	"io/fs"
	"strings"
	"testing"
	"testing/fstest"

	"github.com/skranke/skranke/assets"
)

func embedded(t testing.TB) *Pack {
	t.Helper()
	p, err := Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

// changed gives the embedded pack with one text in one file replaced, which must be there.
func changed(t testing.TB, file, from, to string) fstest.MapFS {
	t.Helper()
	m := fstest.MapFS{}
	names, err := fs.Glob(assets.Rules(), "*")
	if err != nil {
		t.Fatal(err)
	}
	for _, name := range names {
		data, err := fs.ReadFile(assets.Rules(), name)
		if err != nil {
			t.Fatal(err)
		}
		text := string(data)
		if name == file {
			if !strings.Contains(text, from) {
				t.Fatalf("%s does not hold %q", file, from)
			}
			text = strings.Replace(text, from, to, 1)
		}
		m[name] = &fstest.MapFile{Data: []byte(text)}
	}
	return m
}

func TestLoadRefuses(t *testing.T) {
	for _, row := range []struct {
		name, file, from, to string
		says                 string
		line                 bool
	}{
		{"a type error", "conditions.yaml", "on > limit.nemid_last_day", `on > "tomorrow"`, "no matching overload", true},
		{"no bool", "conditions.yaml", "on > limit.nemid_last_day", "on", "not a bool", true},
		{"an unknown fact", "conditions.yaml", "applicant.can_appear\n", "applicant.can_fly\n", "can_fly", true},
		{"an unknown limit", "conditions.yaml", "on > limit.nemid_last_day", "on > limit.never", "limit", true},
		{"an unknown class", "mitid.yaml", "document: d.mitid_photo_counts", "document: d.mitid_photo_county", "mitid_photo_county", true},
		{"a class that follows", "documents.yaml", "when: d.kingdom && !d.faroese\n", "when: d.kingdom && !d.counts\n", "counts", true},
		{"a syntax error", "conditions.yaml", "on > limit.nemid_last_day", "on > > limit.nemid_last_day", "Syntax error", true},
		{"an unknown requirement", "mitid.yaml", "requirement.two_papers", "requirement.three_papers", "three_papers", true},
		{"another list's requirement", "confirmation.yaml", "requirement.witness_age", "requirement.scan_valid", "lack", true},
		{"a circle", "mitid.yaml", "document: d.mitid_photo_counts\n        text:\n          da: \"Du har vist legitimation", "when: requirement.photo_id == \"met\"\n        text:\n          da: \"Du har vist legitimation", "circle", true},
		{"a cost too high", "conditions.yaml", "on > limit.nemid_last_day", "documents.all(a, documents.all(b, documents.all(c, a.type == b.type && b.type == c.type)))", "cost", true},
		{"a missing English text", "conditions.yaml", `en: "You have come in person."`, `en: ""`, "English", true},
		{"a missing Danish text", "alternatives.yaml", `da: "Få MitID i stedet. Det har afløst NemID."`, "da: ' '", "Danish", true},
		{"an unknown field", "conditions.yaml", "otherwise: missing", "otherwise: missing\n    colour: red", "colour", true},
		{"a key given twice", "conditions.yaml", "otherwise: missing", "otherwise: missing\n    otherwise: refer", "already defined", true},
		{"a silent yes", "conditions.yaml", "otherwise: missing", "otherwise: met", "never met", true},
		{"an unknown status", "conditions.yaml", "- status: unmet", "- status: perhaps", "status", true},
		{"a case without a condition", "conditions.yaml", "        when: on > limit.nemid_last_day\n", "", "without a condition", true},
		{"no ways", "confirmation.yaml", "    otherwise: refer\n    ways:\n", "    otherwise: refer\n    cases_of_old:\n", "cases_of_old", true},
		{"an unknown page", "conditions.yaml", "source: {page: borger", "source: {page: berger", "berger", true},
		{"no quotation", "conditions.yaml", `quote: "You have to be legally living in Denmark."`, `quote: ""`, "quotation", true},
		{"a day that does not exist", "conditions.yaml", "date: 2023-05-30", "date: 2023-05-32", "date", true},
		{"no first day", "mitid.yaml", "    from: 2022-01-01\n", "", "first day", true},
		{"an alternative without a first day", "alternatives.yaml", "    from: 2022-01-01\n", "", "first day", true},
		{"a last day before the first", "alternatives.yaml", "    from: 2022-01-01\n", "    from: 2022-01-01\n    until: 2021-12-31\n", "before the first", true},
		{"a document without a source", "documents.yaml", "name: {da: dit kørekort, en: your driving licence},\n      source: {page: herning, quote: \"Nationalt kørekort udstedt i Danmark samt Grønland\"}}", "name: {da: dit kørekort, en: your driving licence}}", "no page", true},
		{"an id twice", "mitid.yaml", `"{scheme}.two-papers"`, `"{scheme}.photo-id"`, "twice", true},
		{"an id of the wrong form", "mitid.yaml", `"{scheme}.two-papers"`, `"two papers"`, "proper id", true},
		{"a phrase less", "pack.yaml", "  - id: no_sign\n", "  - id: no_sing\n", "no_sign", false},
		{"another schema", "mitid.yaml", "schema: skranke.rules/1", "schema: skranke.rules/2", "rule pack's file", true},
		{"no version", "pack.yaml", `version: "2026-11-22"`, `version: ""`, "version", false},
		{"a version that is no day", "pack.yaml", `version: "2026-11-22"`, `version: "two"`, "version", false},
		{"a field of user IDs that is unknown", "userid.yaml", "shortest: 5", "smallest: 5", "smallest", true},
		{"a missing text of a user ID", "userid.yaml", `en: "The user ID must not be your CPR number."`, `en: ""`, "languages", true},
		{"a file that is not there", "pack.yaml", "- mitid.yaml", "- midid.yaml", "cannot be read", false},
		{"a file outside", "pack.yaml", "- mitid.yaml", "- ../mitid.yaml", "cannot be read", false},
		{"no YAML", "mitid.yaml", "lists:\n", "lists: [\n", "", false},
		{"two documents in a file", "mitid.yaml", "lists:\n", "---\nlists:\n", "more than one", false},
		{"a file too long", "mitid.yaml", "lists:\n", "# " + strings.Repeat("x", maxPackFileBytes) + "\nlists:\n", "1 MiB", false},
		{"a refer that decides nothing", "chip.yaml", "status: refer\n        decides: true", "status: met\n        decides: true", "decides", true},
		{"a class with a fact's name", "documents.yaml", "  - id: current\n", "  - id: photo\n", "field of the facts", true},
	} {
		t.Run(row.name, func(t *testing.T) {
			_, err := Load(changed(t, row.file, row.from, row.to))
			if err == nil {
				t.Fatal("taken")
			}
			fault, ok := errors.AsType[*PackError](err)
			if !ok {
				t.Fatalf("%T: %v", err, err)
			}
			if !strings.Contains(err.Error(), row.says) {
				t.Errorf("does not say %q: %v", row.says, err)
			}
			if fault.Remedy == "" || !strings.HasSuffix(fault.File, ".yaml") {
				t.Errorf("%+v", fault)
			}
			if row.line && fault.Line == 0 {
				t.Errorf("no line: %v", err)
			}
		})
	}
}

// A fault names the line that it stands on.
func TestLoadNamesTheLine(t *testing.T) {
	data, err := fs.ReadFile(assets.Rules(), "conditions.yaml")
	if err != nil {
		t.Fatal(err)
	}
	before, _, _ := strings.Cut(string(data), "on > limit.nemid_last_day")
	want := strings.Count(before, "\n") + 1
	_, err = Load(changed(t, "conditions.yaml", "on > limit.nemid_last_day", "on > 5"))
	fault, ok := errors.AsType[*PackError](err)
	if !ok || fault.File != "conditions.yaml" || fault.Line != want {
		t.Errorf("want conditions.yaml:%d: %v", want, err)
	}
}

// The installed pack decides where it is later than the shipped one; one that is refused leaves the shipped one in force.
func TestInForce(t *testing.T) {
	shipped := assets.Rules()
	of := func(version string) fstest.MapFS {
		return changed(t, "pack.yaml", `version: "2026-11-22"`, `version: "`+version+`"`)
	}
	broken := of("2027-01-01")
	broken["mitid.yaml"].Data = append([]byte("colour: red\n"), broken["mitid.yaml"].Data...)
	older := of("2020-01-01")
	older["mitid.yaml"] = broken["mitid.yaml"]
	for _, row := range []struct {
		name      string
		installed fs.FS
		version   string
		refused   string
	}{
		{"none", nil, "2026-11-22", ""},
		{"a later one", of("2027-01-01"), "2027-01-01", ""},
		{"a second one of the day", of("2026-11-22.2"), "2026-11-22.2", ""},
		{"a tenth one of the day", of("2026-11-22.10"), "2026-11-22.10", ""},
		{"the same", of("2026-11-22"), "2026-11-22", ""},
		{"an older one, with a newer program", of("2026-11-21.3"), "2026-11-22", ""},
		{"a broken one", broken, "2026-11-22", "mitid.yaml:1"},
		{"a broken one that is older", older, "2026-11-22", ""},
		{"one without pack.yaml", fstest.MapFS{}, "2026-11-22", "pack.yaml"},
	} {
		p, refused, err := InForce(shipped, row.installed)
		if err != nil {
			t.Fatal(err)
		}
		if p.Version() != row.version || (refused != nil) != (row.refused != "") || refused != nil && !strings.Contains(refused.Error(), row.refused) {
			t.Errorf("%s: %s in force, refused %v", row.name, p.Version(), refused)
		}
	}
	if !newer("2026-11-22.10", "2026-11-22.9") || newer("2026-11-22", "2026-11-22.2") {
		t.Error("versions are not compared by number")
	}
	if _, _, err := InForce(broken, shipped); err == nil {
		t.Error("a broken program goes on")
	}
}

// A limit is data: changed in the pack, it changes the decision.
func TestChangedLimitDecides(t *testing.T) {
	bases := map[string]map[string]any{}
	readYAML(t, "testdata/bases.yaml", &bases)
	facts := marshal(t, with(t, bases["mitid-scan"], map[string]any{"applicant.date_of_birth": "2014-11-22"}))
	if d, _ := decideJSON(t, embedded(t), facts); d.Outcome != Ineligible {
		t.Errorf("at 12: %s", d.Outcome)
	}
	p, err := Load(changed(t, "conditions.yaml", "number: 13", "number: 12"))
	if err != nil {
		t.Fatal(err)
	}
	if d, _ := decideJSON(t, p, facts); d.Outcome != Eligible {
		t.Errorf("at 12, with the limit at 12: %s", d.Outcome)
	}
}

// A new kind of document is an edit of one file. This is the worked example of docs/rules.md.
func TestNewDocumentType(t *testing.T) {
	bases := map[string]map[string]any{}
	readYAML(t, "testdata/bases.yaml", &bases)
	facts := marshal(t, with(t, bases["mitid-counter"], map[string]any{"documents[0].type": "library_card"}))
	m := changed(t, "mitid.yaml", "lists:\n", "documents:\n  - {type: library_card, name: {da: dit lånerkort, en: your library card}, source: {page: herning, quote: \"Personattest\"}}\n\nlists:\n")
	text := string(m["mitid.yaml"].Data)
	for _, change := range [][2]string{
		{"      || d.type == \"digital_driving_licence\" && d.denmark_or_greenland\n", "      || d.type == \"digital_driving_licence\" && d.denmark_or_greenland\n      || d.type == \"library_card\" && d.denmark && d.photo\n"},
	} {
		if !strings.Contains(text, change[0]) {
			t.Fatalf("no %q", change[0])
		}
		text = strings.Replace(text, change[0], change[1], 1)
	}
	m["mitid.yaml"].Data = []byte(text)
	p, err := Load(m)
	if err != nil {
		t.Fatal(err)
	}
	d, _ := decideJSON(t, p, facts)
	if r := find(d, "photo-id"); d.Outcome != Eligible || !strings.Contains(r.Text.EN, "your library card") {
		t.Error(describe(d))
	}
}

func TestNumber(t *testing.T) {
	p := embedded(t)
	if n, ok := p.Number("witness_persons"); n != 3 || !ok {
		t.Errorf("witness_persons = %d, %t", n, ok)
	}
	if _, ok := p.Number("nemid_last_day"); ok {
		t.Error("there is a number where there is a date or nothing")
	}
}
