package desk

import (
	"go/ast"
	"go/parser"
	"go/token"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
)

// Everything that the rooms below can say has words. Codes are read from their sources, so that a new one without words
// fails here.
func TestEverythingHasWords(t *testing.T) {
	words := assets.In(assets.English) // assets' own test holds the other languages against it
	want := func(key string) {
		t.Helper()
		if !words.Has(key) {
			t.Errorf("no words for %q", key)
		}
	}
	for _, check := range inspect.Judge(&inspect.Evidence{}, inspect.JudgeInput{}).Checks {
		if name := checkName(words, check.ID); name == check.ID {
			t.Errorf("check %q has no name", check.ID)
		}
		if about := checkAbout(words, check.ID); strings.HasPrefix(about, "check.") {
			t.Errorf("nothing says what check %q is", check.ID)
		}
	}
	for outcome := range checkLooks {
		want("outcome." + string(outcome))
		want("outcome." + string(outcome) + ".todo")
	}
	for _, outcome := range []inspect.Outcome{
		inspect.Successful, inspect.Failed, inspect.Undetermined, inspect.NotSupported, inspect.Aborted, inspect.NotDone,
	} {
		if _, ok := checkLooks[outcome]; !ok {
			t.Errorf("outcome %q has no looks", outcome)
		}
	}
	for authenticity := range verdictLooks {
		want("authenticity." + string(authenticity) + ".title")
		want("authenticity." + string(authenticity) + ".text")
	}
	for _, outcome := range []rules.Verdict{rules.Eligible, rules.MissingEvidence, rules.Ineligible, rules.Refer} {
		want("decision.title." + string(outcome))
		if _, ok := outcomeLooks[outcome]; !ok {
			t.Errorf("outcome %q of a decision has no looks", outcome)
		}
	}
	for _, status := range []rules.Status{rules.StatusMet, rules.StatusUnmet, rules.StatusMissing, rules.StatusRefer, rules.StatusNotApplicable} {
		want("status." + string(status))
	}
	for _, scheme := range []rules.Scheme{rules.MitID, rules.NemID} {
		want("scheme." + string(scheme))
	}
	for _, problem := range visit.Problems() {
		want("problem." + string(problem) + ".title")
		want("problem." + string(problem) + ".todo")
	}
	for _, status := range visit.ReaderStatuses() {
		want("reader." + string(status))
		if _, ok := tones[status]; !ok {
			t.Errorf("status %q has no looks", status)
		}
	}
	for _, step := range visit.StepIDs() {
		want("step." + string(step))
	}
	for state := range stepLooks {
		want("step.state." + string(state))
	}
	for _, code := range []visit.InputCode{
		visit.InputEmpty, visit.InputFormat, visit.InputVisa, visit.InputDigit, visit.InputField, visit.InputNumber, visit.InputBirth,
		visit.InputExpiry, visit.InputCAN,
	} {
		want("entry.error." + string(code))
	}
	for _, field := range []mrz.Field{
		mrz.FieldSize, mrz.FieldCode, mrz.FieldIssuer, mrz.FieldNames, mrz.FieldNumber, mrz.FieldNationality, mrz.FieldBirth,
		mrz.FieldSex, mrz.FieldExpiry, mrz.FieldOptional, mrz.FieldComposite,
	} {
		want("field." + string(field))
	}
	for _, kind := range append(pack().DocumentTypes(), "other") {
		want("document." + string(kind))
	}
	for kind := range paperFields {
		if !pack().HasType(kind) {
			t.Errorf("the rules know no document %q", kind)
		}
	}
	for _, state := range visit.VouchingStates() {
		want("vouching." + string(state))
		if _, ok := vouchingLooks[state]; !ok {
			t.Errorf("state %q of the register has no looks", state)
		}
	}
	for outcome := range outcomeLooks {
		want("citizen.outcome." + string(outcome) + ".title")
		if _, ok := citizenOutcomes[outcome]; !ok {
			t.Errorf("outcome %q has no looks for the citizen", outcome)
		}
	}
	for _, language := range assets.Languages() {
		want("language." + string(language))
	}
	for _, look := range assets.Palettes() {
		want("look." + look)
	}
	codes := constants(t, "../../mrtd/inspect", "Code")
	codes = append(codes, constants(t, "../../mrtd/lds", "SOD")...)
	codes = append(codes, constants(t, "../../mrtd/trust", "Code")...)
	if len(codes) < 60 {
		t.Fatalf("only %d codes were found", len(codes))
	}
	for _, code := range codes {
		want("code." + code)
	}
}

// constants gives the values of a package's string constants whose names begin with a word.
func constants(t *testing.T, folder, prefix string) []string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(folder, "*.go"))
	if err != nil {
		t.Fatal(err)
	}
	var values []string
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			t.Fatal(err)
		}
		ast.Inspect(file, func(node ast.Node) bool {
			spec, ok := node.(*ast.ValueSpec)
			if !ok {
				return true
			}
			for i, name := range spec.Names {
				if !strings.HasPrefix(name.Name, prefix) || name.Name == prefix || i >= len(spec.Values) {
					continue
				}
				if literal, ok := spec.Values[i].(*ast.BasicLit); ok && literal.Kind == token.STRING {
					value, err := strconv.Unquote(literal.Value)
					if err != nil {
						t.Fatal(err)
					}
					values = append(values, value)
				}
			}
			return true
		})
	}
	return values
}

// No text is carried that nobody says, and none is said that is not carried.
func TestNoTextIsIdleOrLacking(t *testing.T) {
	words := assets.In(assets.English)
	said := regexp.MustCompile(`"((?:[a-z_]+\.)+)"|"([a-z_]+(?:\.[a-z_0-9A-Z]+)+)"|"(date)"`)
	var prefixes, whole []string
	files, err := filepath.Glob("*.go")
	if err != nil {
		t.Fatal(err)
	}
	for _, path := range files {
		if strings.HasSuffix(path, "_test.go") {
			continue
		}
		source, err := os.ReadFile(path)
		if err != nil {
			t.Fatal(err)
		}
		for _, match := range said.FindAllStringSubmatch(string(source), -1) {
			switch {
			case match[1] != "":
				prefixes = append(prefixes, match[1])
			case match[2] != "":
				whole = append(whole, match[2])
			default:
				whole = append(whole, match[3])
			}
		}
	}
	for _, key := range whole {
		if !words.Has(key) {
			t.Errorf("%q is said, but has no words", key)
		}
	}
	for _, key := range words.Keys() {
		if strings.HasPrefix(key, "kiosk.") {
			continue // the kiosk's own test looks after those
		}
		if !slices.Contains(whole, key) && !slices.ContainsFunc(prefixes, func(prefix string) bool { return strings.HasPrefix(key, prefix) }) {
			t.Errorf("%q has words that nobody says", key)
		}
	}
}

func TestDatesAndCountries(t *testing.T) {
	danish, english := assets.In(assets.Danish), assets.In(assets.English)
	for _, test := range []struct{ got, want string }{
		{longDate(danish, "1990-02-03"), "3. februar 1990"},
		{longDate(english, "2030-12-31"), "31 December 2030"},
		{longDate(english, "1990-XX-XX"), "1990-XX-XX"},
		{longDate(english, ""), ""},
		{country(danish, "DNK"), "Danmark"},
		{country(english, "DNK"), "Denmark"},
		{country(danish, "D"), "Tyskland"},
		{country(english, "GRL"), "Greenland"},
		{country(danish, "SWE"), "Sverige"},
		{country(english, "UTO"), "Utopia (specimen)"},
		{country(english, "RKS"), "Kosovo"},
		{country(english, "QQQ"), "QQQ"},
		{country(english, ""), ""},
		{kilobytes(danish, 18432), "18,4 kB"},
		{kilobytes(english, 18432), "18.4 kB"},
		{kilobytes(english, 0), ""},
	} {
		if test.got != test.want {
			t.Errorf("got %q, want %q", test.got, test.want)
		}
	}
}
