package assets

import (
	"io/fs"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

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
			want, got := holes(first.Say(key)), holes(other.Say(key))
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
		// encoding/json takes a doubled key silently: the last one wins, and a correction above it is lost.
		if _, err := readTexts(texts, "text/"+string(language)+".json"); err != nil {
			t.Errorf("%s: %v", language, err)
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

// TestInstall puts texts in the place of others, and refuses what would leave a hole on the screen.
func TestInstall(t *testing.T) {
	t.Cleanup(func() { words.Store(nil) })
	both := func(da, en string) fstest.MapFS {
		return fstest.MapFS{"da.json": {Data: []byte(da)}, "en.json": {Data: []byte(en)}}
	}
	before := In(Danish).Say("status.list", "name", "DE", "date", "i dag")
	for name, row := range map[string]struct {
		files fs.FS
		says  string
	}{
		"an unknown key":         {both(`{"no.such.key":"a"}`, `{"no.such.key":"a"}`), "no.such.key"},
		"a key in one language":  {both(`{"status.list":"{name}: {date}"}`, `{}`), "same texts"},
		"a key in the other one": {both(`{}`, `{"status.list":"{name}: {date}"}`), "same texts"},
		"a place less":           {both(`{"status.list":"{name}"}`, `{"status.list":"{name}, {date}"}`), "{date}"},
		"an empty text":          {both(`{"status.list":""}`, `{"status.list":"{name}, {date}"}`), "empty"},
		"a key twice":            {both(`{"a":"b","a":"c"}`, `{}`), "twice"},
		"no texts":               {both(`{"a":{}}`, `{}`), "text"},
		"a list":                 {both(`[]`, `{}`), "object"},
		"cut short":              {both(`{"status.list":"{name}, {date}"`, `{}`), "short"},
		"more":                   {both(`{}{}`, `{}`), "more than one"},
		"a language less":        {fstest.MapFS{"da.json": {Data: []byte("{}")}}, "en.json"},
		"too long":               {both(`{"a":"`+strings.Repeat("x", maxTexts)+`"}`, `{}`), "MiB"},
	} {
		if err := Install(row.files); err == nil || !strings.Contains(err.Error(), row.says) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if got := In(Danish).Say("status.list", "name", "DE", "date", "i dag"); got != before {
		t.Errorf("refused texts have changed %q to %q", before, got)
	}
	other := both(`{"status.list":"{date}: {name}"}`, `{"status.list":"{date}: {name}"}`)
	if err := CheckTexts(other); err != nil || In(Danish).Say("status.list", "name", "DE", "date", "i dag") != before {
		t.Errorf("looking at texts has installed them: %v", err)
	}
	if err := Install(other); err != nil {
		t.Fatal(err)
	}
	if got := In(Danish).Say("status.list", "name", "DE", "date", "i dag"); got != "i dag: DE" {
		t.Errorf("installed, and still %q", got)
	}
	if len(In(English).Keys()) != len(shipped()[English].Keys()) {
		t.Error("the other texts are gone")
	}
	if err := Install(nil); err != nil || In(Danish) != shipped()[Danish] {
		t.Errorf("the shipped texts do not stand again: %v", err)
	}
}

func TestLongerTextsKeepTheirPlaceholders(t *testing.T) {
	plain, longer := In(Danish), In(Danish).Longer(0.4)
	var before, after int
	for _, key := range plain.Keys() {
		before, after = before+len(plain.Say(key)), after+len(longer.Say(key))
		if got, want := placeholders.FindAllString(longer.Say(key), -1), placeholders.FindAllString(plain.Say(key), -1); !slices.Equal(got, want) {
			t.Errorf("%q: placeholders %v, want %v", key, got, want)
		}
	}
	if after*100 < before*130 {
		t.Errorf("%d bytes became only %d", before, after)
	}
}
