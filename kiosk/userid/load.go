package userid

import (
	"bytes"
	"errors"
	"fmt"
	"io/fs"
	"sync"

	"go.yaml.in/yaml/v3"

	"github.com/skranke/skranke/assets"
)

// The codes that the code of this package can find.
var codes = []string{
	"too_short", "too_long", "upper_case", "not_composed", "character", "space_start", "space_end", "cpr",
	"looks_like_cpr", "ten_digits",
}

// rules is userid.yaml, ready for use.
type rules struct {
	shortest, longest  int
	allowed            map[rune]bool
	reasons, unchecked []Reason
}

type rulesFile struct {
	Schema          string       `yaml:"schema"`
	File            string       `yaml:"file"`
	From            string       `yaml:"from"`
	Shortest        int          `yaml:"shortest"`
	Longest         int          `yaml:"longest"`
	LengthQuote     string       `yaml:"length_quote"`
	Characters      string       `yaml:"characters"`
	CharactersQuote string       `yaml:"characters_quote"`
	Reasons         []reasonFile `yaml:"reasons"`
	Unchecked       []reasonFile `yaml:"unchecked"`
}

type reasonFile struct {
	Code  string `yaml:"code"`
	Quote string `yaml:"quote"`
	Text  Text   `yaml:"text"`
}

// loaded gives the rules that the binary carries. The tests load the same file, so that a binary with a broken one is
// never built.
var loaded = sync.OnceValue(func() *rules {
	r, err := load(assets.Rules())
	if err != nil {
		panic(err)
	}
	return r
})

// load reads userid.yaml from a rule pack and tests that it is whole.
func load(fsys fs.FS) (*rules, error) {
	data, err := fs.ReadFile(fsys, "userid.yaml")
	if err != nil {
		return nil, fmt.Errorf("the rules of user IDs: %w", err)
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var f rulesFile
	if err := decoder.Decode(&f); err != nil {
		return nil, fmt.Errorf("the rules of user IDs: userid.yaml: %w", err)
	}
	r := &rules{shortest: f.Shortest, longest: f.Longest, allowed: map[rune]bool{}}
	for _, c := range f.Characters {
		r.allowed[c] = true
	}
	known := map[string]bool{}
	for _, reason := range f.Reasons {
		known[reason.Code] = reason.Text.DA != "" && reason.Text.EN != ""
		r.reasons = append(r.reasons, Reason{reason.Code, reason.Text})
	}
	for _, reason := range f.Unchecked {
		r.unchecked = append(r.unchecked, Reason{reason.Code, reason.Text})
	}
	for _, code := range codes {
		if !known[code] {
			return nil, fmt.Errorf("the rules of user IDs: userid.yaml: no text in both languages for %q", code)
		}
	}
	if f.Schema != "skranke.userid-rules/1" || r.shortest < 1 || r.longest < r.shortest || len(r.allowed) == 0 {
		return nil, errors.New("the rules of user IDs: userid.yaml: lengths or characters are missing")
	}
	return r, nil
}
