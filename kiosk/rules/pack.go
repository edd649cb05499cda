package rules

import (
	"slices"
	"strconv"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/userid"
)

// Pack is a rule pack that was read and checked. It is not changed after [Load] and may be used by many goroutines.
type Pack struct {
	version string
	pages   map[string]pageSource
	kinds   map[DocumentType]DocumentType
	names   map[DocumentType]Text
	types   []DocumentType
	signs   map[string]Text
	phrases map[string]Text
	numbers map[string]int
	userIDs *userid.Rules

	classes, findings []*program
	lists             map[route]*ruleList
	alternatives      []alternative
}

// route is the way that a decision is asked for.
type route struct {
	scheme  Scheme
	channel Channel
}

// ruleList is the requirements of one route, in the order of their checking.
type ruleList struct{ requirements []*requirementRule }

// requirementRule is a requirement as it stands in one scheme.
type requirementRule struct {
	*requirement
	// id is "mitid.photo-id", name "photo_id".
	id, name string
}

// Version returns the pack's version, as its author wrote it.
func (p *Pack) Version() string { return p.version }

// CheckUserID tells whether a text may be a MitID user ID by this pack: see [userid.Rules.Check].
func (p *Pack) CheckUserID(text string, number *cpr.Number) userid.Result {
	return p.userIDs.Check(text, number)
}

// Number returns the limit of that name, "witness_persons", and whether the pack has it as a number: for what holds a
// limit outside the rules.
func (p *Pack) Number(limit string) (int, bool) {
	n, ok := p.numbers[limit]
	return n, ok
}

// DocumentName returns what citizens call a document of the type: "dit pas", "your passport".
func (p *Pack) DocumentName(t DocumentType) Text { return p.names[t] }

// DocumentTypes lists the types of documents that facts can name, in the pack's order.
func (p *Pack) DocumentTypes() []DocumentType { return slices.Clone(p.types) }

// HasType tells whether facts can name a document of the type.
func (p *Pack) HasType(t DocumentType) bool {
	_, ok := p.names[t]
	return ok
}

// checkTypes tests that the pack has the types of the documents in the facts.
func (p *Pack) checkTypes(f *Facts) error {
	for i := range f.Documents {
		if !p.HasType(f.Documents[i].Type) {
			return &FactsError{documentPath(i) + ".type", "not a document type known here", "see documents: in the rule pack", 0}
		}
	}
	if d := f.Witness.Document; d != nil && !p.HasType(d.Type) {
		return &FactsError{"witness.document.type", "not a document type known here", "see documents: in the rule pack", 0}
	}
	return nil
}

// SignText returns what the code of a failed or open check means, in words for a caseworker.
func (p *Pack) SignText(code string) Text {
	if text, ok := p.signs[code]; ok {
		return text
	}
	other := p.phrases["other_sign"]
	quoted := strconv.Quote(code)
	return Text{DA: other.DA + " " + quoted, EN: other.EN + " " + quoted}
}

// kind gives the type that t is another form of, or t itself.
func (p *Pack) kind(t DocumentType) DocumentType {
	if same, ok := p.kinds[t]; ok {
		return same
	}
	return t
}

// The signs that no check's code stands for.
const (
	signClone       = "clone_check"
	signCounterfeit = "counterfeit"
)

// signsOf lists what speaks against a chip: what its codes mean, and where it has none, what its verdict says.
func (p *Pack) signsOf(c *Chip) []Text {
	if c == nil {
		return nil
	}
	signs := []Text{}
	if c.CloneCheck == CheckFailed {
		signs = append(signs, p.signs[signClone])
	}
	for _, code := range c.Codes {
		signs = append(signs, p.SignText(code))
	}
	switch {
	case len(signs) > 0:
	case c.Authenticity == Counterfeit:
		signs = append(signs, p.signs[signCounterfeit])
	default:
		signs = append(signs, p.phrases["no_sign"])
	}
	return signs
}

// source gives a quotation as a decision shows it.
func (p *Pack) source(q quotation, from Date) Source {
	page := p.pages[q.Page]
	return Source{File: page.File, External: page.External, Quote: q.Quote, From: from}
}
