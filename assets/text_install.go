package assets

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"maps"
	"regexp"
	"slices"
	"strings"
)

// maxTexts bounds a file of texts, in bytes.
const maxTexts = 1 << 20

var placeholders = regexp.MustCompile(`\{[a-z_]+\}`)

// Install puts texts in the place of shipped ones, from now on and for [In]: the files da.json and en.json in fsys, each of which holds some
// of the shipped keys, the same in both, with texts that have the same {placeholders}. Anything else is refused with file and key, and
// changes nothing. With nil the shipped ones stand again.
func Install(fsys fs.FS) error {
	if fsys == nil {
		words.Store(nil)
		return nil
	}
	all, err := replaced(fsys)
	if err == nil {
		words.Store(&all)
	}
	return err
}

// CheckTexts tells whether [Install] would take the texts, and installs nothing.
func CheckTexts(fsys fs.FS) error {
	_, err := replaced(fsys)
	return err
}

// replaced gives the shipped texts with those of fsys in their place.
func replaced(fsys fs.FS) (map[Language]*Words, error) {
	all := map[Language]*Words{}
	var first []string
	for i, language := range Languages() {
		file := string(language) + ".json"
		texts, err := readTexts(fsys, file)
		if err != nil {
			return nil, fmt.Errorf("%s: %w", file, err)
		}
		own := shipped()[language]
		w := &Words{language: language, text: maps.Clone(own.text)}
		keys := slices.Sorted(maps.Keys(texts))
		for _, key := range keys {
			text := texts[key]
			switch {
			case !own.Has(key):
				return nil, fmt.Errorf("%s: %q is no text of this program", file, key)
			case strings.TrimSpace(text) == "" || strings.TrimSpace(text) != text:
				return nil, fmt.Errorf("%s: the text of %q is empty, or has blanks around it", file, key)
			case !slices.Equal(holes(text), holes(own.text[key])):
				return nil, fmt.Errorf("%s: the text of %q must have the places %v", file, key, holes(own.text[key]))
			}
			w.text[key] = text
		}
		if i == 0 {
			first = keys
		}
		if !slices.Equal(keys, first) {
			return nil, fmt.Errorf("%s and %s.json do not hold the same texts", file, Languages()[0])
		}
		all[language] = w
	}
	return all, nil
}

// holes are the places in a text that are filled in, sorted.
func holes(text string) []string {
	return slices.Sorted(slices.Values(placeholders.FindAllString(text, -1)))
}

// readTexts reads a file of texts; a key that stands twice is an error.
func readTexts(fsys fs.FS, name string) (map[string]string, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, errors.New("cannot be read")
	}
	defer func() { _ = f.Close() }()
	raw, err := io.ReadAll(io.LimitReader(f, maxTexts+1))
	if err != nil || len(raw) > maxTexts {
		return nil, errors.New("cannot be read, or is over 1 MiB")
	}
	texts := map[string]string{}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	if start, err := decoder.Token(); err != nil || start != json.Delim('{') {
		return nil, errors.New("is no JSON object")
	}
	for decoder.More() {
		key, kerr := decoder.Token()
		text, terr := decoder.Token()
		k, isKey := key.(string)
		s, isText := text.(string)
		if err := errors.Join(kerr, terr); err != nil || !isKey || !isText {
			return nil, fmt.Errorf("%q is not followed by a text", k)
		}
		if _, doubled := texts[k]; doubled {
			return nil, fmt.Errorf("%q stands twice", k)
		}
		texts[k] = s
	}
	if _, err := decoder.Token(); err != nil {
		return nil, errors.New("is cut short")
	}
	if _, err := decoder.Token(); !errors.Is(err, io.EOF) {
		return nil, errors.New("holds more than one object")
	}
	return texts, nil
}
