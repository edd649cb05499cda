package userid

import (
	"encoding/json"
	"io/fs"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/kiosk/cpr"
)

// embedded are the criteria that are shipped.
func embedded(t interface{ Fatal(...any) }) *Rules {
	r, err := Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func number(t testing.TB, text string) *cpr.Number {
	t.Helper()
	n, err := cpr.Parse(text)
	if err != nil {
		t.Fatal(err)
	}
	return &n
}

// Each row rests on the page's criteria (002_53d5181ca36f0a91.txt): the length, the list of characters, not the CPR
// number nor ten digits, no space at either end.
func TestCheck(t *testing.T) {
	own := number(t, "030290-1234")
	other := number(t, "010180-1234")
	long := strings.Repeat("abcdefgh", 6)
	for _, row := range []struct {
		name, text string
		cpr        *cpr.Number
		reasons    []string
		suggestion string
	}{
		{"an ordinary one", "anna.k", nil, nil, ""},
		{"four characters", "anna", nil, []string{"too_short"}, "anna1"},
		{"five characters", "annak", nil, nil, ""},
		{"47 characters", long[:47], nil, nil, ""},
		{"48 characters", long, nil, nil, ""},
		{"49 characters", long + "a", nil, []string{"too_long"}, long},
		{"five letters of two bytes", "æøåæø", nil, nil, ""},
		{"48 letters of two bytes", strings.Repeat("å", 48), nil, nil, ""},
		{"the letter a, which one list leaves out", "aaaaa", nil, nil, ""},
		{"the comma is in the list itself", "a,b,c", nil, nil, ""},
		{"every character of the list", "{}!#$^,*()_+-=:;?.@ 9", nil, nil, ""},
		{"all letters", "abcdefghijklmnopqrstuvwxyzæøå", nil, nil, ""},
		{"all digits but not ten", "012345678", nil, nil, ""},
		{"eleven digits", "01234567890", nil, nil, ""},
		{"ten digits", "9999999999", nil, []string{"ten_digits"}, ""},
		{"ten digits and a letter", "9999999999a", nil, nil, ""},
		{"a capital letter", "Anna.k", nil, []string{"upper_case"}, "anna.k"},
		{"a capital Å", "Åse.k", nil, []string{"upper_case"}, "åse.k"},
		{"an accent", "andré", nil, []string{"character"}, "andre"},
		{"an umlaut", "müller", nil, []string{"character"}, "muller"},
		{"a quotation mark", `anna"k`, nil, []string{"character"}, "annak"},
		{"a slash", "anna/k", nil, []string{"character"}, "annak"},
		{"a tab", "anna\tk", nil, []string{"character"}, "annak"},
		{"a no-break space", "anna\u00a0k", nil, []string{"character"}, "annak"},
		{"a zero-width space", "anna\u200bk", nil, []string{"character"}, "annak"},
		{"Cyrillic letters that look alike", "аnna.k", nil, []string{"character"}, "nna.k"},
		{"other digits", "anna١٢", nil, []string{"character"}, "anna1"},
		{"a decomposed å", "a\u030ase.k", nil, []string{"not_composed"}, "åse.k"},
		{"a decomposed å makes six of five", "a\u030ase1", nil, []string{"not_composed"}, "åse11"},
		{"a decomposed capital Å", "A\u030ase.k", nil, []string{"upper_case", "not_composed"}, "åse.k"},
		{"a space inside", "anna k", nil, nil, ""},
		{"a space before", " anna.k", nil, []string{"space_start"}, "anna.k"},
		{"a space after", "anna.k ", nil, []string{"space_end"}, "anna.k"},
		{"spaces around", " anna ", nil, []string{"space_start", "space_end"}, "anna1"},
		{"only spaces", "     ", nil, []string{"space_start", "space_end"}, ""},
		{"empty", "", nil, []string{"too_short"}, ""},
		{"the CPR number with a hyphen", "030290-1234", own, []string{"cpr"}, ""},
		{"the CPR number without a hyphen", "0302901234", own, []string{"cpr"}, ""},
		{"another CPR number with a hyphen", "030290-1234", other, nil, ""},
		{"another CPR number without a hyphen", "0302901234", other, []string{"ten_digits"}, ""},
		{"a CPR number when none is known", "030290-1234", nil, []string{"looks_like_cpr"}, ""},
		{"a replacement number when none is known", "630290-1234", nil, []string{"looks_like_cpr"}, ""},
		{"the CPR number taken apart", "03 02 90-1234", own, []string{"cpr"}, ""},
		{"the form, but no date at all", "999999-1234", nil, nil, ""},
		{"the CPR number with spaces around", " 030290-1234 ", own, []string{"space_start", "space_end", "cpr"}, ""},
		{"bytes that are no text", "anna\xff\xfe", nil, []string{"character"}, ""},
		{"a mark alone", "\u0301\u0301\u0301\u0301\u0301", nil, []string{"character"}, ""},
	} {
		got := embedded(t).Check(row.text, row.cpr)
		var codes []string
		for _, r := range got.Reasons {
			codes = append(codes, r.Code)
			if r.Text.DA == "" || r.Text.EN == "" {
				t.Errorf("%s: no text for %s", row.name, r.Code)
			}
		}
		if !slices.Equal(codes, row.reasons) || got.Valid != (len(row.reasons) == 0) {
			t.Errorf("%s: valid %v, %q, want %q", row.name, got.Valid, codes, row.reasons)
		}
		if got.Suggestion != row.suggestion {
			t.Errorf("%s: suggests %q, want %q", row.name, got.Suggestion, row.suggestion)
		}
		if len(got.NotChecked) != 1 || got.NotChecked[0].Code != "taken" {
			t.Errorf("%s: does not say what it cannot check", row.name)
		}
	}
}

func TestSuggestionsAreValid(t *testing.T) {
	own := number(t, "030290-1234")
	rapid.Check(t, func(t *rapid.T) {
		text := rapid.OneOf(
			rapid.String(),
			rapid.StringOf(rapid.SampledFrom([]rune("aAåÅé 0123456789-\u030a/."))),
		).Draw(t, "text")
		for _, n := range []*cpr.Number{nil, own} {
			got := embedded(t).Check(text, n)
			if got.Valid != (len(got.Reasons) == 0) || got.Valid && got.Suggestion != "" {
				t.Fatalf("%+v", got)
			}
			if got.Suggestion == "" {
				continue
			}
			if again := embedded(t).Check(got.Suggestion, n); !again.Valid {
				t.Fatalf("suggests %q, which is not valid: %+v", got.Suggestion, again.Reasons)
			}
		}
	})
}

func TestLongTextIsBounded(t *testing.T) {
	got := embedded(t).Check(strings.Repeat("å", 1<<20), nil)
	if got.Valid || got.Reasons[0].Code != "too_long" || got.Suggestion != "" {
		t.Errorf("%+v", got.Reasons)
	}
}

func TestJSON(t *testing.T) {
	data, err := json.Marshal(embedded(t).Check("anna.k", nil))
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{`"schema":"skranke.userid/1"`, `"valid":true`, `"reasons":[]`, `"suggestion":""`, `"code":"taken"`} {
		if !strings.Contains(string(data), part) {
			t.Errorf("no %s in %s", part, data)
		}
	}
}

func TestQuotesAreLiteral(t *testing.T) {
	data, err := assets.Rules().Open("userid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	var f rulesFile
	if err := yaml.NewDecoder(data).Decode(&f); err != nil {
		t.Fatal(err)
	}
	page, err := os.ReadFile(filepath.Join(testdata.Dir(t), "..", "seeds", f.File))
	if err != nil {
		t.Fatal(err)
	}
	quotes := []string{f.LengthQuote, f.CharactersQuote}
	for _, r := range append(f.Reasons, f.Unchecked...) {
		quotes = append(quotes, r.Quote)
	}
	for _, q := range quotes {
		if q == "" || !strings.Contains(string(page), q) {
			t.Errorf("not in %s: %q", f.File, q)
		}
	}
}

func TestLoadRefuses(t *testing.T) {
	whole, err := fs.ReadFile(assets.Rules(), "userid.yaml")
	if err != nil {
		t.Fatal(err)
	}
	for name, change := range map[string][2]string{
		"a missing text":   {`en: "The user ID must not be your CPR number."`, `en: ""`},
		"a missing reason": {"code: ten_digits", "code: something"},
		"an unknown field": {"shortest: 5", "smallest: 5"},
		"no length":        {"longest: 48", "longest: 4"},
	} {
		changed := strings.Replace(string(whole), change[0], change[1], 1)
		if changed == string(whole) {
			t.Fatalf("%s: nothing changed", name)
		}
		if _, err := Load(fstest.MapFS{"userid.yaml": {Data: []byte(changed)}}); err == nil {
			t.Errorf("%s: taken", name)
		}
	}
}
