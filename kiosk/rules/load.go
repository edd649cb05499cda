package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"regexp"
	"strconv"
	"strings"

	"go.yaml.in/yaml/v3"

	"github.com/skranke/skranke/kiosk/userid"
)

// PackError says what is wrong with a rule pack, and where.
type PackError struct {
	// File is the file's name in the pack, Line the line from 1; 0 where the fault is the file as a whole.
	File string
	Line int
	// Problem says what is wrong there, Remedy what to do about it.
	Problem, Remedy string
}

// Error gives the place, the problem and the remedy in one line.
func (e *PackError) Error() string {
	place := e.File
	if e.Line > 0 {
		place += ":" + strconv.Itoa(e.Line)
	}
	return fmt.Sprintf("rule pack: %s: %s; %s", place, e.Problem, e.Remedy)
}

// The bounds of a pack: more is refused before it is read any further.
const (
	maxPackFileBytes = 1 << 20
	maxPackFiles     = 20
	maxPackErrors    = 20
)

// Load reads a rule pack: pack.yaml and the files that it lists. Every condition is type-checked against the facts and
// held against [MaxConditionCost], and every text is there in both languages, or the pack is refused: the error joins
// one *[PackError] for each fault, twenty at most. Whoever has a pack in force keeps it then: see [InForce].
func Load(fsys fs.FS) (*Pack, error) {
	p, _, err := load(fsys)
	return p, err
}

// load is Load, and gives the files that the pack was made of with it.
func load(fsys fs.FS) (*Pack, []*packFile, error) {
	l := &loader{fsys: fsys, seen: map[string]bool{}, pack: &Pack{
		pages: map[string]pageSource{}, kinds: map[DocumentType]DocumentType{}, names: map[DocumentType]Text{},
		signs: map[string]Text{}, phrases: map[string]Text{}, numbers: map[string]int{}, lists: map[route]*ruleList{},
	}}
	l.files = []*packFile{l.read("pack.yaml")}
	l.names = []string{"pack.yaml"}
	if l.failed() {
		return nil, nil, l.error()
	}
	root := l.files[0]
	if l.require(len(root.Files) <= maxPackFiles, 0, "lists too many files", "list the pack's files") {
		for _, name := range root.Files {
			l.files, l.names = append(l.files, l.read(name)), append(l.names, name)
		}
	}
	l.pack.version = root.Version
	l.current = "pack.yaml"
	l.require(packVersion.MatchString(root.Version), 0, "no version, or none that can be compared",
		`write version: with the day of the change, "2026-11-22", or "2026-11-22.2" for the second of that day`)
	l.userIDs()
	if !l.failed() {
		l.compile()
	}
	if l.failed() {
		return nil, nil, l.error()
	}
	return l.pack, l.files, nil
}

// packVersion is the form of a pack's version: see [newer].
var packVersion = regexp.MustCompile(`^\d{4}-\d{2}-\d{2}(\.\d{1,3})?$`)

// userIDs reads the criteria of user IDs, which are a file of their own kind.
func (l *loader) userIDs() {
	l.current = userid.File
	var err error
	if l.pack.userIDs, err = userid.Load(l.fsys); err == nil {
		return
	}
	line, problem := 0, err.Error()
	if m := yamlLine.FindStringSubmatch(problem); m != nil {
		line, _ = strconv.Atoi(m[1])
		problem = m[2]
	}
	l.require(false, line, problem, "put the file beside pack.yaml, as userid.schema.json has it")
}

// loader reads one pack and gathers its faults.
type loader struct {
	fsys    fs.FS
	pack    *Pack
	files   []*packFile
	names   []string
	current string          // the name of the file in hand
	seen    map[string]bool // the ids that were taken, each after its kind
	errs    []error
}

func (l *loader) failed() bool { return len(l.errs) > 0 }

func (l *loader) error() error { return errors.Join(l.errs[:min(len(l.errs), maxPackErrors)]...) }

// require reports a fault unless the condition holds, which it returns.
func (l *loader) require(holds bool, line int, problem, remedy string) bool {
	if !holds {
		l.errs = append(l.errs, &PackError{l.current, line, problem, remedy})
	}
	return holds
}

// read decodes one file strictly.
func (l *loader) read(name string) *packFile {
	l.current = name
	data, err := readFile(l.fsys, name)
	if !l.require(err == nil, 0, "cannot be read, or is over 1 MiB", "put the file beside pack.yaml") {
		return nil
	}
	decoder := yaml.NewDecoder(bytes.NewReader(data))
	decoder.KnownFields(true)
	f := &packFile{}
	if err := decoder.Decode(f); err != nil {
		l.yamlError(err)
		return nil
	}
	if err := decoder.Decode(new(yaml.Node)); !l.require(errors.Is(err, io.EOF), 0, "holds more than one document", "keep one") {
		return nil
	}
	var node yaml.Node
	if err := yaml.Unmarshal(data, &node); err == nil && len(node.Content) == 1 {
		setLines(node.Content[0], reflect.ValueOf(f).Elem())
	}
	l.require(f.Schema == PackSchema, 1, "not a rule pack's file", "write schema: "+PackSchema)
	return f
}

func readFile(fsys fs.FS, name string) ([]byte, error) {
	f, err := fsys.Open(name)
	if err != nil {
		return nil, err
	}
	defer func() { _ = f.Close() }()
	data, err := io.ReadAll(io.LimitReader(f, maxPackFileBytes+1))
	if err == nil && len(data) > maxPackFileBytes {
		err = errors.New("too long")
	}
	return data, err
}

var yamlLine = regexp.MustCompile(`line (\d+): (.*)`)

// yamlError takes the lines out of what the YAML decoder says.
func (l *loader) yamlError(err error) {
	for text := range strings.Lines(err.Error()) {
		if m := yamlLine.FindStringSubmatch(text); m != nil {
			number, _ := strconv.Atoi(m[1])
			problem := strings.ReplaceAll(m[2], "rules.", "")
			l.require(false, number, problem, "see schema.json and docs/rules.md")
		}
	}
	if !l.failed() {
		l.require(false, 0, "not YAML", "see docs/rules.md")
	}
}

// each calls do for every file with that file in hand.
func (l *loader) each(do func(*packFile)) {
	for i, f := range l.files {
		l.current = l.names[i]
		do(f)
	}
}
