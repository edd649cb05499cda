package rules

import (
	"bytes"
	"encoding/json"
	"errors"
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
	// Line is the line of the document that it stands on, from 1; 0 where that is not known: see [Locate].
	Line int
}

// Error gives line, path, problem and remedy in one line.
func (e *FactsError) Error() string {
	where := "facts"
	if e.Line > 0 {
		where += ": line " + strconv.Itoa(e.Line)
	}
	if e.Path != "" {
		where += ": " + e.Path
	}
	return where + ": " + e.Problem + "; " + e.Remedy
}

// Locate adds the line to a [*FactsError] about facts that were read from the document, and gives any other error as it is. What is missing has
// the line of what it is missing from.
func Locate(data []byte, err error) error {
	wrong, ok := errors.AsType[*FactsError](err)
	if !ok || wrong.Line > 0 {
		return err
	}
	w := newWalker(data)
	_ = w.document()
	located := *wrong
	for path := wrong.Path; located.Line == 0 && path != ""; path = path[:max(0, strings.LastIndexAny(path, ".["))] {
		located.Line = w.lines[path]
	}
	if located.Line == 0 {
		located.Line = w.lines[""]
	}
	return &located
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
	w := newWalker(data)
	if err := w.document(); err != nil {
		return Facts{}, err
	}
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	var f Facts
	if err := decoder.Decode(&f); err != nil {
		return Facts{}, Locate(data, w.decodeError(err))
	}
	if err := f.required(); err != nil {
		return Facts{}, Locate(data, err)
	}
	if err := f.Validate(); err != nil {
		return Facts{}, Locate(data, err)
	}
	return f, nil
}

// required tests what a facts document must have and a Facts value made by a program need not.
func (f *Facts) required() error {
	switch {
	case f.Schema == "":
		return &FactsError{"schema", "missing", `write "schema":"` + FactsSchema + `"`, 0}
	case f.Documents == nil:
		return &FactsError{"documents", "missing", "write an empty list when nothing was shown", 0}
	}
	return nil
}

// walker reads the document token by token for what a decoder into Go values lets pass: keys given twice, nulls, values
// after the end, and too many of anything.
type walker struct {
	data    []byte
	decoder *json.Decoder
	values  int
	paths   map[string]string // where each name of a field stood last
	lines   map[string]int    // the line of each field and of each element of a list
}

func newWalker(data []byte) *walker {
	w := &walker{data: data, decoder: json.NewDecoder(bytes.NewReader(data)), paths: map[string]string{}, lines: map[string]int{}}
	w.decoder.UseNumber()
	return w
}

// line is the line that an offset into the document lies on.
func (w *walker) line(offset int64) int {
	return 1 + bytes.Count(w.data[:min(max(offset, 0), int64(len(w.data)))], []byte{'\n'})
}

// refuse gives an error about what was read last.
func (w *walker) refuse(path, problem, remedy string) error {
	return &FactsError{path, problem, remedy, w.line(w.decoder.InputOffset())}
}

func (w *walker) document() error {
	if err := w.value("", 1); err != nil {
		return err
	}
	if _, err := w.decoder.Token(); !errors.Is(err, io.EOF) {
		return w.refuse("", "something follows the facts", "give exactly one JSON object")
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
		return w.refuse(path, "too many values or too deep", "give one citizen's facts")
	}
	w.lines[path] = w.line(w.decoder.InputOffset())
	switch token {
	case nil:
		return w.refuse(path, "null", "leave out what is not known")
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
	if text, ok := token.(string); ok {
		return w.text(path, text)
	}
	return nil
}

// text tests a text by the name of its field: the decoder does not say where the date is that it refuses.
func (w *walker) text(path, text string) error {
	var err error
	switch path[strings.LastIndex(path, ".")+1:] {
	case "on", "date_of_birth", "date_of_expiry", "date_of_issue", "mitid_since":
		_, err = ParseDate(text)
	case "cpr":
		_, err = cpr.Parse(text)
	}
	for _, known := range []error{ErrDate, cpr.ErrForm, cpr.ErrDate} {
		if errors.Is(err, known) {
			return w.refuse(path, known.Error(), "correct it, or leave it out when it is not known")
		}
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
			return w.refuse(path, "a field that the schema does not have", "see the schema "+FactsSchema)
		}
		field := strings.TrimPrefix(path+"."+key, ".")
		if seen[key] {
			return w.refuse(field, "given twice", "give it once")
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
		problem := "not JSON from here on"
		if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) {
			problem = "the JSON ends too early"
		}
		return nil, w.refuse(path, problem, "give one JSON object")
	}
	return token, nil
}

// decodeError tells what the decoder found, without the value that its own text may hold.
func (w *walker) decodeError(err error) error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return &FactsError{wrong.Field, "a value of the wrong type", "write " + typeName(wrong.Type.Kind().String()), w.line(wrong.Offset)}
	}
	if name, ok := strings.CutPrefix(err.Error(), "json: unknown field "); ok {
		return &FactsError{w.paths[strings.Trim(name, `"`)], "a field that the schema does not have", "see the schema " + FactsSchema, 0}
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
