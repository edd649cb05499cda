package userid

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"

	"go.yaml.in/yaml/v3"
)

// File is the name of the criteria's file in a rule pack.
const File = "userid.yaml"

// maxFile bounds that file, in bytes.
const maxFile = 256 << 10

// The codes that the code of this package can find.
var codes = []string{
	"too_short", "too_long", "upper_case", "not_composed", "character", "space_start", "space_end", "cpr",
	"looks_like_cpr", "ten_digits",
}

// Rules are the criteria of one rule pack. They do not change after [Load] and may be used by several goroutines.
type Rules struct {
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

// Load reads userid.yaml of a rule pack, at most 256 KiB, and tests that it is whole: a text in both languages for every code.
func Load(fsys fs.FS) (*Rules, error) {
	file, err := fsys.Open(File)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }()
	data, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(data) > maxFile {
		return nil, errors.New("over 256 KiB")
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	var f rulesFile
	if err := decoder.Decode(&f); err != nil {
		return nil, err
	}
	r := &Rules{shortest: f.Shortest, longest: f.Longest, allowed: map[rune]bool{}}
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
			return nil, fmt.Errorf("line %d: no text in both languages for %q", lineOf(data, code), code)
		}
	}
	if f.Schema != "skranke.userid-rules/1" || r.shortest < 1 || r.longest < r.shortest || len(r.allowed) == 0 {
		return nil, errors.New("lengths or characters are missing")
	}
	return r, nil
}

// lineOf is the line that a word stands on as a value, or 1.
func lineOf(data []byte, word string) int {
	var root yaml.Node
	if yaml.Unmarshal(data, &root) != nil {
		return 1
	}
	for open := []*yaml.Node{&root}; len(open) > 0; {
		node := open[0]
		if open = append(open[1:], node.Content...); node.Kind == yaml.ScalarNode && node.Value == word {
			return node.Line
		}
	}
	return 1
}
