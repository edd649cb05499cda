package rules

import (
	"slices"
	"strconv"

	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"
)

// Decide applies the pack to the facts. It gives an error, of type *[FactsError], only for facts that [Facts.Validate]
// refuses or whose day is not known; for all others there is a decision. It keeps nothing of the facts.
func (p *Pack) Decide(f Facts) (Decision, error) {
	if f.On.IsZero() {
		return Decision{}, &FactsError{"on", "the day of the decision is missing", "set it, as a rule to today", 0}
	}
	if err := f.Validate(); err != nil {
		return Decision{}, err
	}
	if err := p.checkTypes(&f); err != nil {
		return Decision{}, err
	}
	d, _ := p.decide(&f)
	return d, nil
}

// decide makes the decision and returns it with its making.
func (p *Pack) decide(f *Facts) (Decision, *evaluation) {
	e := p.begin(f)
	d := Decision{
		Schema: DecisionSchema, Scheme: f.Scheme, Channel: f.Channel, On: f.On,
		Requirements: []Requirement{}, Missing: []Missing{}, Alternatives: []Alternative{},
	}
	for i := range e.list.requirements {
		d.Requirements = append(d.Requirements, *e.requirement(i))
	}
	d.Outcome = e.verdict()
	for i, r := range e.list.requirements {
		if e.results[i].Status == StatusMissing {
			d.Missing = append(d.Missing, Missing{Requirement: r.id, Ways: e.ways(r)})
		}
	}
	if d.Outcome != Eligible {
		e.outcome = string(d.Outcome)
		d.Alternatives = e.alternatives()
	}
	return d, e
}

// evaluation is one decision in the making.
type evaluation struct {
	pack  *Pack
	facts *Facts
	list  *ruleList
	wide  scope // in which conditions over the facts alone are

	on, scheme, channel    ref.Val
	applicant, witness     ref.Val
	witnessDocument        ref.Val // nil: none is known
	documents              ref.Val
	shown                  []*shown
	findings, requirements ref.Val

	found   []ref.Val      // the findings that were asked for
	results []*Requirement // the requirements that were asked for
	fired   []int          // the case that gave each its status, or otherwise, or outsideDates
	decided bool           // a case that decides has referred
	outcome string         // known to alternatives alone
}

func (p *Pack) begin(f *Facts) *evaluation {
	e := &evaluation{
		pack: p, facts: f, list: p.lists[route{f.Scheme, f.Channel}],
		on: types.Timestamp{Time: f.On.Time()}, scheme: types.String(f.Scheme), channel: types.String(f.Channel),
	}
	e.wide = scope{evaluation: e}
	e.found = make([]ref.Val, len(p.findings))
	e.results = make([]*Requirement, len(e.list.requirements))
	e.fired = make([]int, len(e.list.requirements))
	e.applicant = &subject{subjectValue{applicantType}, e}
	e.witness = &subject{subjectValue{witnessType}, e}
	e.findings = &memory{subjectValue{findingType}, e}
	e.requirements = &memory{subjectValue{requirementType}, e}
	values := make([]ref.Val, len(f.Documents))
	for i := range f.Documents {
		d := e.show(&f.Documents[i], documentPath(i))
		e.shown = append(e.shown, d)
		values[i] = d
	}
	e.documents = types.NewRefValList(types.DefaultTypeAdapter, values)
	if f.Witness.Document != nil {
		e.witnessDocument = e.show(f.Witness.Document, "witness.document")
	}
	return e
}

func (e *evaluation) show(document *Document, path string) *shown {
	d := &shown{
		subjectValue: subjectValue{documentType}, evaluation: e, document: document, path: path,
		typeValue: types.String(document.Type), kindValue: types.String(e.pack.kind(document.Type)),
		classes: make([]ref.Val, len(e.pack.classes)),
	}
	d.own = scope{evaluation: e, d: d}
	if document.Chip != nil {
		d.chip = &chipSubject{
			subjectValue{chipType}, document.Chip, types.NewStringList(types.DefaultTypeAdapter, document.Chip.Codes),
		}
	}
	return d
}

// requirement gives requirement i of the list with its status.
func (e *evaluation) requirement(i int) *Requirement {
	if e.results[i] == nil {
		e.results[i], e.fired[i] = e.judge(e.list.requirements[i])
	}
	return e.results[i]
}

// judge goes through the cases in order. The first that is true gives the status; but a case that would refer or refuse
// and that cannot be told, for want of a fact, keeps every later one from saying met.
func (e *evaluation) judge(r *requirementRule) (*Requirement, int) {
	result := func(s Status, text words, source quotation, matched []*shown, by []string) *Requirement {
		if !text.given() {
			text = r.Text
		}
		if !source.given() {
			source = r.Source
		}
		for _, d := range matched {
			by = append(by, d.path)
		}
		return &Requirement{
			ID: r.id, Status: s, Text: e.fill(text.text(), matched), By: append([]string{}, by...),
			Source: e.pack.source(source, r.from),
		}
	}
	if e.outside(r.from, r.until) {
		refer := result(StatusRefer, r.Text, r.Source, nil, nil)
		refer.Text = e.fill(e.pack.phrases["outside_dates"], nil)
		return refer, outsideDates
	}
	barred := false
	for i := range r.Cases {
		c := &r.Cases[i]
		holds, matched := e.matches(c.When, c.Document, c.Pair)
		switch {
		case holds == types.True && !(barred && c.Status == StatusMet):
			e.decided = e.decided || c.Decides
			return result(c.Status, c.Text, c.Source, matched, slices.Clone(c.By)), i
		case types.IsUnknown(holds) && (c.Status == StatusRefer || c.Status == StatusUnmet):
			barred = true
		}
	}
	return result(r.Otherwise, r.Text, r.Source, nil, nil), otherwise
}

// What gave a requirement its status, where it was none of its cases.
const (
	otherwise    = -1
	outsideDates = -2
)

// matches tells whether all the conditions given hold, and for which documents.
func (e *evaluation) matches(when, document, pair expression) (ref.Val, []*shown) {
	holds := ref.Val(types.True)
	if when.given() {
		holds = when.program.test(&e.wide)
	}
	if holds == types.False || !document.given() && !pair.given() {
		return holds, nil
	}
	matched, possible := e.shown, []*shown(nil)
	some := ref.Val(types.True)
	if document.given() {
		matched, possible, some = e.those(document.program)
	}
	if pair.given() {
		matched, some = e.pair(pair.program, matched, possible)
	}
	if some == types.True {
		return holds, matched
	}
	return some, nil
}

// those finds the documents for which a condition over d is true, and those for which it may be.
func (e *evaluation) those(p *program) (matched, possible []*shown, some ref.Val) {
	for _, d := range e.shown {
		switch v := p.test(&d.own); {
		case v == types.True:
			matched = append(matched, d)
		case types.IsUnknown(v):
			possible = append(possible, d)
		}
	}
	switch {
	case len(matched) > 0:
		return matched, possible, types.True
	case len(possible) > 0:
		return nil, possible, unknown
	}
	return nil, nil, types.False
}

// pair finds the first two of the documents that fit together. Where only documents that may count would do, it cannot
// be told.
func (e *evaluation) pair(p *program, documents, possible []*shown) ([]*shown, ref.Val) {
	some := ref.Val(types.False)
	if len(possible) > 0 && len(documents)+len(possible) > 1 {
		some = unknown
	}
	s := scope{evaluation: e}
	for i, a := range documents {
		for j, b := range documents {
			if i == j {
				continue
			}
			s.a, s.b = a, b
			switch v := p.test(&s); {
			case v == types.True:
				if i > j {
					a, b = b, a
				}
				return []*shown{a, b}, v
			case types.IsUnknown(v):
				some = v
			}
		}
	}
	return nil, some
}

// verdict draws the outcome from the statuses, as the contract of the decision has it: a suspicion first, then what
// nothing can change today, then what a person must decide, then what can still be shown.
func (e *evaluation) verdict() Verdict {
	count := map[Status]int{}
	for _, r := range e.results {
		count[r.Status]++
	}
	switch {
	case e.decided:
		return Refer
	case count[StatusUnmet] > 0:
		return Ineligible
	case count[StatusRefer] > 0:
		return Refer
	case count[StatusMissing] > 0:
		return MissingEvidence
	case count[StatusMet] > 0:
		return Eligible
	}
	return Refer
}

func (e *evaluation) ways(r *requirementRule) []Text {
	ways := []Text{}
	for i := range r.Ways {
		w := &r.Ways[i]
		if holds, matched := e.matches(w.When, w.Document, expression{}); holds == types.True {
			ways = append(ways, e.fill(w.Text.text(), matched))
		}
	}
	return ways
}

// outside tells whether the day of the decision is before the first day or after the last; a zero last day is open.
func (e *evaluation) outside(from, until Date) bool {
	return e.facts.On.Before(from) || !until.IsZero() && e.facts.On.After(until)
}

func (e *evaluation) alternatives() []Alternative {
	list := []Alternative{}
	for i := range e.pack.alternatives {
		a := &e.pack.alternatives[i]
		if e.outside(a.from, a.until) {
			continue
		}
		if holds, _ := e.matches(a.When, expression{}, expression{}); holds == types.True {
			list = append(list, Alternative{
				ID: a.ID, Text: e.fill(a.Text.text(), nil), Source: e.pack.source(a.Source, Date{}),
			})
		}
	}
	return list
}

func documentPath(i int) string { return "documents[" + strconv.Itoa(i) + "]" }
