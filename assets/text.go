package assets

import (
	"embed"
	"encoding/json"
	"fmt"
	"maps"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"unicode/utf8"
)

//go:embed text/*.json
var texts embed.FS

// Language is the language of a text, by its ISO 639-1 code.
type Language string

// The languages of the product.
const (
	Danish  Language = "da"
	English Language = "en"
)

// Languages lists the languages of the product, the preferred one first.
func Languages() []Language { return []Language{Danish, English} }

// ParseLanguage gives the language whose code text is, and false when the product does not speak it.
func ParseLanguage(text string) (Language, bool) {
	language := Language(text)
	return language, slices.Contains(Languages(), language)
}

// Words is every text of the product in one language. It is read-only and serves any number of goroutines.
type Words struct {
	language Language
	text     map[string]string
}

// words are the texts in force: the shipped ones, until [Install] puts others in their place.
var words atomic.Pointer[map[Language]*Words]

var shipped = sync.OnceValue(func() map[Language]*Words {
	all := make(map[Language]*Words)
	for _, language := range Languages() {
		raw, err := texts.ReadFile("text/" + string(language) + ".json")
		if err != nil {
			panic(fmt.Sprintf("assets: the texts of %q are not in the binary: %v", language, err))
		}
		w := &Words{language: language}
		if err := json.Unmarshal(raw, &w.text); err != nil {
			panic(fmt.Sprintf("assets: text/%s.json: %v", language, err))
		}
		all[language] = w
	}
	return all
})

// In gives the texts in a language; an unknown one gets the first of [Languages].
func In(language Language) *Words {
	all := shipped()
	if installed := words.Load(); installed != nil {
		all = *installed
	}
	if w, ok := all[language]; ok {
		return w
	}
	return all[Languages()[0]]
}

// Language is the language that these texts are in.
func (w *Words) Language() Language { return w.language }

// Has tells whether there is a text under the key.
func (w *Words) Has(key string) bool {
	_, ok := w.text[key]
	return ok
}

// Keys lists the keys of all texts in alphabetical order.
func (w *Words) Keys() []string { return slices.Sorted(maps.Keys(w.text)) }

// Say gives the text under the key with its {placeholders} filled in from pairs of name and value. A key without a text
// gives the key itself, so that a slip shows on the screen and in tests instead of leaving a hole.
func (w *Words) Say(key string, pairs ...string) string {
	text, ok := w.text[key]
	if !ok {
		return key
	}
	if len(pairs) == 0 {
		return text
	}
	fill := make([]string, 0, len(pairs))
	for i := 0; i+1 < len(pairs); i += 2 {
		fill = append(fill, "{"+pairs[i]+"}", pairs[i+1])
	}
	return strings.NewReplacer(fill...).Replace(text)
}

// Longer gives the texts lengthened by a share, 0.4 for 40 %, word by word, with their placeholders untouched: what a
// layout is tried with, so that it holds in languages to come.
func (w *Words) Longer(share float64) *Words {
	longer := &Words{language: w.language, text: make(map[string]string, len(w.text))}
	for key, text := range w.text {
		due := 0.0
		parts := strings.Fields(text)
		for i, word := range parts {
			if strings.ContainsRune(word, '{') || len(word) < 2 {
				continue
			}
			due += share * float64(utf8.RuneCountInString(word))
			parts[i] = word + strings.Repeat("n", int(due))
			due -= float64(int(due))
		}
		longer.text[key] = strings.Join(parts, " ")
	}
	return longer
}
