package rules

import (
	"fmt"
	"regexp"
	"strings"

	"github.com/google/cel-go/cel"
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

var (
	wordID        = regexp.MustCompile(`^[a-z][a-z0-9_]{0,60}$`)
	requirementID = regexp.MustCompile(`^\{scheme\}\.[a-z][a-z0-9-]{0,60}$`)
	signCode      = regexp.MustCompile(`^[a-z0-9_.]{1,64}$`)
	alternativeID = regexp.MustCompile(`^[a-z][a-z0-9-]{0,60}$`)
)

// unique tests the form of an id, and that its kind has it once.
func (l *loader) unique(kind, id string, form *regexp.Regexp, line int) {
	l.require(form.MatchString(id), line, fmt.Sprintf("%s %q has no proper id", kind, id), "write one of the form "+form.String())
	l.require(!l.seen[kind+id], line, fmt.Sprintf("%s %q is there twice", kind, id), "rename or remove one")
	l.seen[kind+id] = true
}

// compile builds the pack from its files: what conditions can name first, then the conditions.
func (l *loader) compile() {
	l.each(l.pages)
	var constants []cel.EnvOption
	l.each(func(f *packFile) { constants = append(constants, l.constants(f)...) })
	l.each(l.words)
	l.current = l.names[0]
	l.require(len(l.pack.names) > 0, 0, "no documents", "add the document types with their names")
	for _, id := range []string{"and", "outside_dates", "no_sign", "other_sign"} {
		l.require(l.seen["phrase"+id], 0, fmt.Sprintf("no phrase %q", id), "add it")
	}
	for _, code := range []string{signClone, signCounterfeit} {
		l.require(l.seen["sign"+code], 0, fmt.Sprintf("no sign %q", code), "add it")
	}
	if l.failed() {
		return
	}
	c, err := newCompiler(constants)
	if !l.require(err == nil, 0, fmt.Sprint("the conditions' vocabulary: ", err), "see docs/rules.md") {
		return
	}
	l.each(func(f *packFile) { l.definitions(c, f) })
	l.each(func(f *packFile) { l.statuses(c, f) })
	l.each(func(f *packFile) {
		for i := range f.Requirements {
			l.requirement(c, &f.Requirements[i])
		}
		for i := range f.Alternatives {
			l.alternative(c, &f.Alternatives[i])
		}
	})
	if !l.failed() {
		l.complete()
	}
}

func (l *loader) pages(f *packFile) {
	for _, p := range f.Pages {
		l.unique("page", p.ID, wordID, p.number)
		l.require((p.File == "") != (p.External == ""), p.number, "a page is a file or external", "give one of the two")
		l.pack.pages[p.ID] = p
	}
}

// constants gives the limits and lists of a file their names in conditions.
func (l *loader) constants(f *packFile) []cel.EnvOption {
	var all []cel.EnvOption
	for _, m := range f.Limits {
		l.unique("limit", m.ID, wordID, m.number)
		if c := l.limit(m); c != nil {
			all = append(all, c)
		}
	}
	for _, m := range f.Lists {
		l.unique("list", m.ID, wordID, m.number)
		l.require(len(m.Values) > 0, m.number, "an empty list", "give its values")
		l.quoted(m.Source, m.number)
		all = append(all, cel.Constant("list."+m.ID, cel.ListType(cel.StringType),
			types.NewStringList(types.DefaultTypeAdapter, m.Values)))
	}
	return all
}

// words takes the names, signs and phrases of a file.
func (l *loader) words(f *packFile) {
	for _, d := range f.Documents {
		l.unique("document", string(d.Type), wordID, d.number)
		l.pack.names[d.Type] = l.text(d.Name, d.number)
		l.pack.types = append(l.pack.types, d.Type)
		l.quoted(d.Source, d.number)
		if d.SameAs != "" {
			l.pack.kinds[d.Type] = d.SameAs
		}
	}
	for _, s := range f.Signs {
		l.unique("sign", s.Code, signCode, s.number)
		l.pack.signs[s.Code] = l.text(s.Text, s.number)
	}
	for _, p := range f.Phrases {
		l.unique("phrase", p.ID, wordID, p.number)
		l.pack.phrases[p.ID] = l.text(p.Text, p.number)
	}
}

// definitions compiles the classes and findings of a file; each can speak of those before it.
func (l *loader) definitions(c *compiler, f *packFile) {
	for _, d := range f.Classes {
		l.unique("class", d.ID, wordID, d.number)
		i := len(l.pack.classes)
		l.pack.classes = append(l.pack.classes, l.condition(c, &d.When, overDocument, d.number))
		l.name(c, documentType, d, func(s any) ref.Val { return s.(*shown).class(i) })
		c.classes[d.ID] = i
	}
	for _, d := range f.Findings {
		l.unique("finding", d.ID, wordID, d.number)
		i := len(l.pack.findings)
		l.pack.findings = append(l.pack.findings, l.condition(c, &d.When, overFacts, d.number))
		l.name(c, findingType, d, func(s any) ref.Val { return s.(*memory).finding(i) })
	}
}

// statuses lets conditions speak of the requirements of a file.
func (l *loader) statuses(c *compiler, f *packFile) {
	for i := range f.Requirements {
		r := &f.Requirements[i]
		for _, s := range r.Schemes {
			for _, ch := range r.Channels {
				l.unique(fmt.Sprintf("%s requirement by %s", s, ch), r.ID, requirementID, r.number)
			}
		}
		name := shortName(r.ID)
		c.vocabulary.objects[requirementType.TypeName()][name] = attribute{
			cel.StringType, func(s any) ref.Val { return s.(*memory).statusOf(name) },
		}
	}
}

func (l *loader) alternative(c *compiler, a *alternative) {
	l.unique("alternative", a.ID, alternativeID, a.number)
	if a.When.given() {
		a.When.program = l.condition(c, &a.When, overOutcome, a.number)
		l.require(a.When.program == nil || len(a.When.program.requirements) == 0, a.When.number,
			"an alternative asks for a requirement", "ask for the facts or the outcome")
	}
	l.text(a.Text, a.number)
	l.quoted(a.Source, a.number)
	a.from, a.until = l.dates(a.From, a.Until, a.number)
	l.pack.alternatives = append(l.pack.alternatives, *a)
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
		l.pack.numbers[m.ID] = int(*m.Number)
		return cel.Constant("limit."+m.ID, cel.IntType, types.Int(*m.Number))
	}
	l.require(false, m.number, "a limit is a date or a number", "give one of the two")
	return nil
}

// text tests that a text is there in both languages.
func (l *loader) text(w words, line int) Text {
	if w.given() {
		line = w.number
	}
	t := w.text()
	l.require(t.DA != "", line, "the Danish text is missing", "write da:")
	l.require(t.EN != "", line, "the English text is missing", "write en:")
	return t
}

// dates reads the first day on which something holds, which must be there, and the last, which may be.
func (l *loader) dates(first, last string, line int) (from, until Date) {
	from, until = l.day(first, line), l.day(last, line)
	l.require(!from.IsZero(), line, "no first day", "write from: with the day from which it is known to hold")
	l.require(until.IsZero() || !until.Before(from), line, "the last day is before the first", "correct one of the two")
	return from, until
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
