package rules

import (
	"github.com/google/cel-go/common/types"
	"github.com/google/cel-go/common/types/ref"

	"github.com/skranke/skranke/kiosk/cpr"
)

// The objects that conditions see. Each is made once per decision, and remembers what its classes gave.

// subject is the applicant or the witness.
type subject struct {
	subjectValue
	*evaluation
}

// Value implements ref.Val.
func (s *subject) Value() any { return s }

// userIDValid tells whether the user ID chosen meets every criterion that can be tested here; nil when none is known.
func (s *subject) userIDValid() *bool {
	a := &s.facts.Applicant
	if a.UserID == nil {
		return nil
	}
	var number *cpr.Number
	if !a.CPR.IsZero() {
		number = &a.CPR
	}
	return new(s.pack.userIDs.Check(*a.UserID, number).Valid)
}

// shown is a document: one of the facts', or the witness's.
type shown struct {
	subjectValue
	*evaluation
	document *Document
	path     string
	// kindValue is the document's type, or the type that it is another form of.
	typeValue, kindValue ref.Val
	chip                 ref.Val // nil: only looked at
	// classes holds the value of each class of the pack; nil where it was not asked for yet.
	classes []ref.Val
	own     scope // in which the document is d
}

// Value implements ref.Val.
func (d *shown) Value() any { return d }

// class tells whether the document belongs to the pack's class i.
func (d *shown) class(i int) ref.Val {
	if d.classes[i] == nil {
		d.classes[i] = unknown // a class that asks for itself, which the compiler rules out, finds no answer
		d.classes[i] = d.pack.classes[i].test(&d.own)
	}
	return d.classes[i]
}

type chipSubject struct {
	subjectValue
	chip  *Chip
	codes ref.Val
}

// Value implements ref.Val.
func (c *chipSubject) Value() any { return c }

// memory is the findings or the requirements of the pack, each evaluated when a condition first asks for it.
type memory struct {
	subjectValue
	*evaluation
}

// Value implements ref.Val.
func (m *memory) Value() any { return m }

// finding gives the value of the pack's finding i.
func (e *evaluation) finding(i int) ref.Val {
	if e.found[i] == nil {
		e.found[i] = unknown
		e.found[i] = e.pack.findings[i].test(&e.wide)
	}
	return e.found[i]
}

// statusOf gives the status of the requirement with the short name; nil where the scheme and channel have none.
func (e *evaluation) statusOf(name string) ref.Val {
	for i, r := range e.list.requirements {
		if r.name == name {
			return types.String(e.requirement(i).Status)
		}
	}
	return nil
}
