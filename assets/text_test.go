package assets

import (
	"encoding/json"
	"regexp"
	"slices"
	"strings"
	"testing"
)

var placeholder = regexp.MustCompile(`\{[a-z_]+\}`)

func TestEveryLanguageSaysTheSame(t *testing.T) {
	first := In(Languages()[0])
	if len(first.Keys()) < 100 {
		t.Fatalf("only %d texts", len(first.Keys()))
	}
	for _, language := range Languages()[1:] {
		other := In(language)
		if other.Language() != language {
			t.Fatalf("no texts in %q", language)
		}
		for _, key := range first.Keys() {
			if !other.Has(key) {
				t.Errorf("%s lacks %q", language, key)
				continue
			}
			want := slices.Sorted(slices.Values(placeholder.FindAllString(first.Say(key), -1)))
			got := slices.Sorted(slices.Values(placeholder.FindAllString(other.Say(key), -1)))
			if !slices.Equal(want, got) {
				t.Errorf("%q: placeholders %v in %s, %v in %s", key, want, first.Language(), got, language)
			}
		}
		for _, key := range other.Keys() {
			if !first.Has(key) {
				t.Errorf("%s lacks %q", first.Language(), key)
			}
		}
	}
}

func TestTextsAreCleanAndNotDoubled(t *testing.T) {
	for _, language := range Languages() {
		raw, err := texts.ReadFile("text/" + string(language) + ".json")
		if err != nil {
			t.Fatal(err)
		}
		// encoding/json takes a doubled key silently: the last one wins, and a correction above it is lost.
		seen := map[string]bool{}
		decoder := json.NewDecoder(strings.NewReader(string(raw)))
		if _, err := decoder.Token(); err != nil {
			t.Fatal(err)
		}
		for decoder.More() {
			key, err := decoder.Token()
			if err != nil {
				t.Fatal(err)
			}
			if seen[key.(string)] {
				t.Errorf("%s: %q stands twice", language, key)
			}
			seen[key.(string)] = true
			if _, err := decoder.Token(); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range In(language).Keys() {
			if text := In(language).Say(key); strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text {
				t.Errorf("%s: %q is empty or has blanks around it: %q", language, key, text)
			}
		}
	}
}

func TestSayFillsIn(t *testing.T) {
	w := In(English)
	if got := w.Say("decision.title.eligible", "scheme", "MitID"); got != "Meets the requirements for MitID" {
		t.Errorf("got %q", got)
	}
	if got := w.Say("no.such.key"); got != "no.such.key" {
		t.Errorf("a missing text gave %q, not its key", got)
	}
	// A value that looks like a placeholder is not filled in again.
	if got := w.Say("status.list", "name", "{date}", "date", "2026-01-08"); got != "{date}, 2026-01-08" {
		t.Errorf("got %q", got)
	}
}

func TestParseLanguage(t *testing.T) {
	if l, ok := ParseLanguage("da"); !ok || l != Danish {
		t.Error("da is not Danish")
	}
	if _, ok := ParseLanguage("kl"); ok {
		t.Error("a language without texts was taken")
	}
	if In("kl").Language() != Danish {
		t.Error("an unknown language does not fall back to the first")
	}
}
