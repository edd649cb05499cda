package rules

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"

	"github.com/skranke/skranke/kiosk/cpr"
)

// FactsError says why facts are refused. It holds no value from the facts, so that it may be shown and logged.
type FactsError struct {
	// Path is where it stands: "documents[0].date_of_expiry"; empty for the facts as a whole.
	Path string
	// Problem says what is wrong there, Remedy what to do about it.
	Problem, Remedy string
}

// Error gives path, problem and remedy in one line.
func (e *FactsError) Error() string {
	where := "facts"
	if e.Path != "" {
		where += ": " + e.Path
	}
	return where + ": " + e.Problem + "; " + e.Remedy
}

// The depth of a facts document and the number of its values: the schema's own depth is 5.
const (
	maxFactsDepth  = 8
	maxFactsValues = 1000
)

// ParseFacts reads a facts document, skranke.facts/1, strictly: at most [MaxFactsBytes] of UTF-8 JSON without unknown
// fields, duplicate keys, nulls, impossible dates, or statements that contradict each other. An absent `on` stays zero.
// Errors are of type *[FactsError].
func ParseFacts(data []byte) (Facts, error) {
	if len(data) > MaxFactsBytes {
		return Facts{}, &FactsError{Problem: "longer than 64 KiB", Remedy: "give one citizen's facts"}
	}
	if !utf8.Valid(data) {
		return Facts{}, &FactsError{Problem: "not UTF-8", Remedy: "save the file as UTF-8"}
	}
	w := walker{decoder: json.NewDecoder(bytes.NewReader(data)), paths: map[string]string{}}
	w.decoder.UseNumber()
	if err := w.document(); err != nil {
		return Facts{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var f Facts
	if err := decoder.Decode(&f); err != nil {
		return Facts{}, decodeError(err, w.paths)
	}
	if err := f.required(); err != nil {
		return Facts{}, err
	}
	if err := f.Validate(); err != nil {
		return Facts{}, err
	}
	return f, nil
}

// required tests what a facts document must have and a Facts value made by a program need not.
func (f *Facts) required() error {
	switch {
	case f.Schema == "":
		return &FactsError{"schema", "missing", `write "schema":"` + FactsSchema + `"`}
	case f.Documents == nil:
		return &FactsError{"documents", "missing", "write an empty list when nothing was shown"}
	}
	return nil
}

// walker reads the document token by token for what a decoder into Go values lets pass: keys given twice, nulls, values
// after the end, and too many of anything.
type walker struct {
	decoder *json.Decoder
	values  int
	paths   map[string]string // where each name of a field stood last
}

func (w *walker) document() error {
	if err := w.value("", 1); err != nil {
		return err
	}
	if _, err := w.decoder.Token(); !errors.Is(err, io.EOF) {
		return &FactsError{Problem: "something follows the facts", Remedy: "give exactly one JSON object"}
	}
	return nil
}

// value reads one value that stands at path.
func (w *walker) value(path string, depth int) error {
	token, err := w.token(path)
	if err != nil {
		return err
	}
	if w.values++; w.values > maxFactsValues || depth > maxFactsDepth {
		return &FactsError{path, "too many values or too deep", "give one citizen's facts"}
	}
	switch token {
	case nil:
		return &FactsError{path, "null", "leave out what is not known"}
	case json.Delim('{'):
		return w.object(path, depth)
	case json.Delim('['):
		for i := 0; w.decoder.More(); i++ {
			if err := w.value(path+"["+strconv.Itoa(i)+"]", depth+1); err != nil {
				return err
			}
		}
		_, err = w.token(path)
		return err
	}
	return nil
}

func (w *walker) object(path string, depth int) error {
	seen := map[string]bool{}
	for w.decoder.More() {
		token, err := w.token(path)
		if err != nil {
			return err
		}
		key, _ := token.(string)
		if !fieldName.MatchString(key) {
			// The decoder compares names without regard to case; the schema has none but these.
			return &FactsError{path, "a field that the schema does not have", "see the schema " + FactsSchema}
		}
		field := strings.TrimPrefix(path+"."+key, ".")
		if seen[key] {
			return &FactsError{field, "given twice", "give it once"}
		}
		seen[key], w.paths[key] = true, field
		if err := w.value(field, depth+1); err != nil {
			return err
		}
	}
	_, err := w.token(path)
	return err
}

var fieldName = regexp.MustCompile(`^[a-z0-9_]{1,40}$`)

func (w *walker) token(path string) (json.Token, error) {
	token, err := w.decoder.Token()
	if err != nil {
		problem := "not JSON"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			problem = "the JSON ends too early"
		} else if syntax, ok := errors.AsType[*json.SyntaxError](err); ok {
			problem = fmt.Sprintf("not JSON at byte %d", syntax.Offset)
		}
		return nil, &FactsError{path, problem, "give one JSON object"}
	}
	return token, nil
}

// decodeError tells what the decoder found, without the value that its own text may hold.
func decodeError(err error, paths map[string]string) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &FactsError{wrong.Field, "a value of the wrong type", "write " + typeName(wrong.Type.Kind().String())}
	}
	for _, known := range []error{ErrDate, cpr.ErrForm, cpr.ErrDate} {
		if errors.Is(err, known) {
			return &FactsError{Problem: known.Error(), Remedy: "correct it, or leave it out when it is not known"}
		}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &FactsError{paths[strings.Trim(name, `"`)], "a field that the schema does not have", "see the schema " + FactsSchema}
	}
	return &FactsError{Problem: "cannot be read", Remedy: "see the schema " + FactsSchema}
}

func typeName(kind string) string {
	switch kind {
	case "bool":
		return "true or false"
	case "int":
		return "a whole number"
	case "slice":
		return "a list"
	case "struct":
		return "an object, or for a date a text"
	default:
		return "a text"
	}
}
