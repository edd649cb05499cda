package rules

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
	"go.yaml.in/yaml/v3"
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
	l := &loader{fsys: fsys, pack: &Pack{
		pages: map[string]pageSource{}, kinds: map[DocumentType]DocumentType{}, names: map[DocumentType]Text{},
		signs: map[string]Text{}, phrases: map[string]Text{}, lists: map[route]*ruleList{},
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
	l.require(root.Version != "", 0, "no version", "write version: with the day of the change")
	if !l.failed() {
		l.compile()
	}
	if l.failed() {
		return nil, nil, l.error()
	}
	return l.pack, l.files, nil
}

// loader reads one pack and gathers its faults.
type loader struct {
	fsys    fs.FS
	pack    *Pack
	files   []*packFile
	names   []string
	current string // the name of the file in hand
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

var (
	wordID        = regexp.MustCompile(`^[a-z][a-z0-9_]{0,60}$`)
	requirementID = regexp.MustCompile(`^\{scheme\}\.[a-z][a-z0-9-]{0,60}$`)
	signCode      = regexp.MustCompile(`^[a-z0-9_.]{1,64}$`)
	alternativeID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,60}$`)
)

// compile builds the pack from its files: what conditions can name first, then the conditions.
func (l *loader) compile() {
	seen := map[string]bool{}
	unique := func(kind, id string, form *regexp.Regexp, line int) {
		l.require(form.MatchString(id), line, fmt.Sprintf("%s %q has no proper id", kind, id), "write one of the form "+form.String())
		l.require(!seen[kind+id], line, fmt.Sprintf("%s %q is there twice", kind, id), "rename or remove one")
		seen[kind+id] = true
	}
	l.each(func(f *packFile) {
		for _, p := range f.Pages {
			unique("page", p.ID, wordID, p.number)
			l.require((p.File == "") != (p.External == ""), p.number, "a page is a file or external", "give one of the two")
			l.pack.pages[p.ID] = p
		}
	})
	var constants []cel.EnvOption
	l.each(func(f *packFile) {
		for _, m := range f.Limits {
			unique("limit", m.ID, wordID, m.number)
			constants = append(constants, l.limit(m))
		}
		for _, m := range f.Lists {
			unique("list", m.ID, wordID, m.number)
			l.require(len(m.Values) > 0, m.number, "an empty list", "give its values")
			l.quoted(m.Source, m.number)
			constants = append(constants, cel.Constant("list."+m.ID, cel.ListType(cel.StringType),
				types.NewStringList(types.DefaultTypeAdapter, m.Values)))
		}
		for _, d := range f.Documents {
			unique("document", string(d.Type), wordID, d.number)
			l.pack.names[d.Type] = l.words(d.Name, d.number)
			if d.SameAs != "" {
				l.pack.kinds[d.Type] = d.SameAs
			}
		}
		for _, s := range f.Signs {
			unique("sign", s.Code, signCode, s.number)
			l.pack.signs[s.Code] = l.words(s.Text, s.number)
		}
		for _, p := range f.Phrases {
			unique("phrase", p.ID, wordID, p.number)
			l.pack.phrases[p.ID] = l.words(p.Text, p.number)
		}
	})
	l.current = l.names[0]
	l.require(len(l.pack.names) > 0, 0, "no documents", "add the document types with their names")
	for _, id := range []string{"and", "outside_dates", "no_sign", "other_sign"} {
		l.require(seen["phrase"+id], 0, fmt.Sprintf("no phrase %q", id), "add it")
	}
	for _, code := range []string{signClone, signCounterfeit} {
		l.require(seen["sign"+code], 0, fmt.Sprintf("no sign %q", code), "add it")
	}
	if l.failed() {
		return
	}
	c, err := newCompiler(slices.DeleteFunc(constants, func(o cel.EnvOption) bool { return o == nil }))
	if !l.require(err == nil, 0, fmt.Sprint("the conditions' vocabulary: ", err), "see docs/rules.md") {
		return
	}
	l.each(func(f *packFile) {
		for _, d := range f.Classes {
			unique("class", d.ID, wordID, d.number)
			i := len(l.pack.classes)
			l.pack.classes = append(l.pack.classes, l.condition(c, &d.When, overDocument, d.number))
			l.name(c, documentType, d, func(s any) ref.Val { return s.(*shown).class(i) })
			c.classes[d.ID] = i
		}
		for _, d := range f.Findings {
			unique("finding", d.ID, wordID, d.number)
			i := len(l.pack.findings)
			l.pack.findings = append(l.pack.findings, l.condition(c, &d.When, overFacts, d.number))
			l.name(c, findingType, d, func(s any) ref.Val { return s.(*memory).finding(i) })
		}
	})
	l.each(func(f *packFile) {
		for i := range f.Requirements {
			r := &f.Requirements[i]
			for _, s := range r.Schemes {
				for _, ch := range r.Channels {
					unique(fmt.Sprintf("%s requirement by %s", s, ch), r.ID, requirementID, r.number)
				}
			}
			name := shortName(r.ID)
			c.vocabulary.objects[requirementType.TypeName()][name] = attribute{
				cel.StringType, func(s any) ref.Val { return s.(*memory).statusOf(name) },
			}
		}
	})
	l.each(func(f *packFile) {
		for i := range f.Requirements {
			l.requirement(c, &f.Requirements[i])
		}
		for i := range f.Alternatives {
			a := &f.Alternatives[i]
			unique("alternative", a.ID, alternativeID, a.number)
			if a.When.given() {
				a.When.program = l.condition(c, &a.When, overRequirement, a.number)
				l.require(a.When.program == nil || len(a.When.program.requirements) == 0, a.When.number,
					"an alternative asks for a requirement", "ask for the facts or the outcome")
			}
			l.words(a.Text, a.number)
			l.quoted(a.Source, a.number)
			l.pack.alternatives = append(l.pack.alternatives, *a)
		}
	})
	if !l.failed() {
		l.complete()
	}
}

// name lets conditions that follow speak of a class or finding.
func (l *loader) name(c *compiler, object *types.Type, d definitionSource, get func(any) ref.Val) {
	fields := c.vocabulary.objects[object.TypeName()]
	_, taken := fields[d.ID]
	if l.require(!taken, d.number, fmt.Sprintf("%q is a field of the facts", d.ID), "rename it") {
		fields[d.ID] = attribute{cel.BoolType, get}
	}
}

func (l *loader) limit(m limitSource) cel.EnvOption {
	l.quoted(m.Source, m.number)
	switch {
	case m.Date != "" && m.Number == nil:
		d, err := ParseDate(m.Date)
		l.require(err == nil, m.number, ErrDate.Error(), "correct it")
		return cel.Constant("limit."+m.ID, cel.TimestampType, types.Timestamp{Time: d.Time()})
	case m.Number != nil && m.Date == "":
		return cel.Constant("limit."+m.ID, cel.IntType, types.Int(*m.Number))
	}
	l.require(false, m.number, "a limit is a date or a number", "give one of the two")
	return nil
}

// words tests that a text is there in both languages.
func (l *loader) words(w words, line int) Text {
	if w.given() {
		line = w.number
	}
	t := w.text()
	l.require(t.DA != "", line, "the Danish text is missing", "write da:")
	l.require(t.EN != "", line, "the English text is missing", "write en:")
	return t
}

// quoted tests that a source names a page of the pack and quotes it.
func (l *loader) quoted(q quotation, line int) {
	if q.given() {
		line = q.number
	}
	_, known := l.pack.pages[q.Page]
	l.require(known, line, fmt.Sprintf("the source %q is no page of the pack", q.Page), "name one of pages:")
	l.require(strings.TrimSpace(q.Quote) != "", line, "the source has no quotation", "quote the page's sentence literally")
}

// condition compiles one condition.
func (l *loader) condition(c *compiler, e *expression, kind scopeKind, line int) *program {
	if e.given() {
		line = e.number
	}
	p, err := c.compile(e.text, kind)
	if err != nil {
		l.require(false, line, err.Error(), "see the facts and classes in docs/rules.md")
		return nil
	}
	return p
}

// optional compiles a condition that may be absent.
func (l *loader) optional(c *compiler, e *expression, kind scopeKind) {
	if e.given() {
		e.program = l.condition(c, e, kind, e.number)
	}
}

// shortName turns "{scheme}.photo-id" into "photo_id".
func shortName(id string) string {
	_, name, _ := strings.Cut(id, ".")
	return strings.ReplaceAll(name, "-", "_")
}

var statuses = []Status{StatusMet, StatusUnmet, StatusMissing, StatusRefer, StatusNotApplicable}

func (l *loader) requirement(c *compiler, r *requirement) {
	l.words(r.Text, r.number)
	l.quoted(r.Source, r.number)
	r.from, r.until = l.day(r.From, r.number), l.day(r.Until, r.number)
	l.require(!r.from.IsZero(), r.number, "no first day", "write from: with the day from which the rule is known to hold")
	l.require(slices.Contains([]Status{StatusMissing, StatusRefer, StatusUnmet, StatusNotApplicable}, r.Otherwise), r.number,
		"otherwise: must be missing, refer, unmet or not_applicable", "what no case covers is never met")
	l.require(len(r.Cases) > 0, r.number, "no cases", "say when it is met")
	missing := r.Otherwise == StatusMissing
	for i := range r.Cases {
		k := &r.Cases[i]
		l.require(slices.Contains(statuses, k.Status), k.number, "not a status", fmt.Sprintf("write one of %q", statuses))
		l.require(k.When.given() || k.Document.given() || k.Pair.given(), k.number, "a case without a condition",
			"write when:, document: or pair:")
		l.require(!k.Decides || k.Status == StatusRefer, k.number, "decides: with another status than refer", "remove it")
		l.optional(c, &k.When, overFacts)
		l.optional(c, &k.Document, overDocument)
		l.optional(c, &k.Pair, overPair)
		if k.Text.given() {
			l.words(k.Text, k.number)
		}
		if k.Source.given() {
			l.quoted(k.Source, k.number)
		}
		missing = missing || k.Status == StatusMissing
	}
	l.require(missing == (len(r.Ways) > 0), r.number, "a requirement that can be missing has ways to meet it, and no other has",
		"write ways:")
	for i := range r.Ways {
		w := &r.Ways[i]
		l.require(wordID.MatchString(w.ID), w.number, "a way without a proper id", "write one of the form "+wordID.String())
		l.words(w.Text, w.number)
		l.optional(c, &w.When, overFacts)
		l.optional(c, &w.Document, overDocument)
	}
	l.require(len(r.Schemes) > 0 && len(r.Channels) > 0, r.number, "no scheme or channel", "write schemes: and channels:")
	for _, s := range r.Schemes {
		for _, ch := range r.Channels {
			l.require(s == MitID || s == NemID, r.number, "not a scheme", "write mitid or nemid")
			l.require(ch == ChipScan || ch == Counter, r.number, "not a channel", "write chip-scan or counter")
			list := l.pack.lists[route{s, ch}]
			if list == nil {
				list = &ruleList{}
				l.pack.lists[route{s, ch}] = list
			}
			list.requirements = append(list.requirements, &requirementRule{
				r, strings.Replace(r.ID, "{scheme}", string(s), 1), shortName(r.ID),
			})
		}
	}
}

func (l *loader) day(text string, line int) Date {
	if text == "" {
		return Date{}
	}
	d, err := ParseDate(text)
	l.require(err == nil, line, ErrDate.Error(), "correct it")
	return d
}

// complete tests what can only be told when everything is read: that every route has requirements, or says that it is
// not covered, and that requirements ask for each other without going in circles.
func (l *loader) complete() {
	for _, s := range []Scheme{MitID, NemID} {
		for _, ch := range []Channel{ChipScan, Counter} {
			list := l.pack.lists[route{s, ch}]
			if list == nil {
				l.current = l.names[0]
				l.require(false, 0, fmt.Sprintf("no requirements for %s by %s", s, ch), "write at least one")
				continue
			}
			for _, r := range list.requirements {
				l.current = l.fileOf(r.requirement)
				l.order(list, r, nil)
			}
		}
	}
}

func (l *loader) fileOf(r *requirement) string {
	for i, f := range l.files {
		for k := range f.Requirements {
			if &f.Requirements[k] == r {
				return l.names[i]
			}
		}
	}
	return l.names[0]
}

// order follows what a requirement's cases ask for.
func (l *loader) order(list *ruleList, r *requirementRule, path []string) {
	if !l.require(!slices.Contains(path, r.name), r.number, "requirements ask for each other in a circle", "break it") {
		return
	}
	path = append(path, r.name)
	for i := range r.Cases {
		for _, e := range []expression{r.Cases[i].When, r.Cases[i].Document, r.Cases[i].Pair} {
			if !e.given() {
				continue
			}
			for _, name := range e.program.requirements {
				at := slices.IndexFunc(list.requirements, func(o *requirementRule) bool { return o.name == name })
				if l.require(at >= 0, e.number, fmt.Sprintf("%s asks for %q, which its scheme and channel lack", r.id, name),
					"give it the same schemes and channels") {
					l.order(list, list.requirements[at], path)
				}
			}
		}
	}
}
