package visit

import (
	"fmt"
	"slices"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/rules"
)

// Answer is a caseworker's answer to a question with yes or no; empty: not answered.
type Answer string

// The answers.
const (
	Unanswered Answer = ""
	Yes        Answer = "yes"
	No         Answer = "no"
)

// fact is the answer as the rules take it; nil for none.
func (a Answer) fact() *bool {
	if a == Unanswered {
		return nil
	}
	return is(a == Yes)
}

// Look is what a person sees of one document with a chip, and of its holder. The zero Look means that nobody has looked yet.
type Look struct {
	// SamePerson tells whether the citizen is the person in the chip's photo.
	SamePerson Answer
	// Ordinary tells whether a passport is an ordinary one, and not an emergency or provisional passport.
	Ordinary Answer
	// Travel tells whether an identity card can be used as a travel document.
	Travel Answer
	// Territory is the part of the Kingdom that a Danish document names as its issuer in print: its lines say DNK whichever it
	// is.
	Territory rules.Territory
	// Extended is the day until which an older Danish passport was extended by hand; zero for none. It counts at the counter alone,
	// and only where it is later than what the chip says.
	Extended rules.Date
	// CPRInDocument tells that the document itself shows the CPR number.
	CPRInDocument bool
}

// Seen is what only a person at the counter can see. The zero Seen means that nobody has looked yet. It prints itself as
// redacted.
type Seen struct {
	// Look is about the document that is read now.
	Look
	// Papers are the documents that were only looked at.
	Papers []rules.Document
	// Applicant is what the citizen told, or the caseworker knows, of the citizen. What the chip tells stands before it.
	Applicant rules.Applicant
	// Questions is how the control questions went; empty: not asked.
	Questions rules.ControlQuestions
	// Witness is who confirms the citizen's identity; nil for none.
	Witness *Witness
}

// Witness is who confirms a citizen's identity.
type Witness struct {
	// CPR is the number that the register knows the witness by; the zero Number while it is not known. It goes no further.
	CPR cpr.Number
	// DateOfBirth of the witness, and the day on which the witness got MitID; zero while not known.
	DateOfBirth, MitIDSince rules.Date
	// Document is what the witness showed; nil for nothing.
	Document *rules.Document
	// Sworn tells whether the witness has signed the sworn statement.
	Sworn Answer
}

// copy copies what the pointers and lists hold, so that whoever gave or got it changes nothing.
func (s Seen) copy() Seen {
	s.Papers = slices.Clone(s.Papers)
	if s.Witness != nil {
		witness := *s.Witness
		if witness.Document != nil {
			document := *witness.Document
			witness.Document = &document
		}
		s.Witness = &witness
	}
	return s
}

// Format prints what was seen as redacted, whatever the verb.
func (Seen) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted observations]")) }

// Format prints the look as redacted, whatever the verb.
func (Look) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted observations]")) }

// Format prints the witness as redacted, whatever the verb.
func (Witness) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted witness]")) }
