package visit

import (
	"fmt"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd/inspect"
)

// Answer is a caseworker's answer to a question with yes or no; empty: not answered.
type Answer string

// The answers.
const (
	Unanswered Answer = ""
	Yes        Answer = "yes"
	No         Answer = "no"
)

// Seen is what only a person at the counter can see. The zero Seen means that nobody has looked yet. It prints itself as
// redacted.
type Seen struct {
	// SamePerson tells whether the citizen is the person in the chip's photo.
	SamePerson Answer
	// Questions is how the control questions went; empty: not asked.
	Questions rules.ControlQuestions
	// Ordinary tells whether a passport is an ordinary one, and not an emergency or provisional passport.
	Ordinary Answer
	// Travel tells whether an identity card can be used as a travel document.
	Travel Answer
	// CPRInDocument tells that the document itself shows the CPR number.
	CPRInDocument bool
	// HealthCard tells that a health card was shown too.
	HealthCard bool
	// UserID is the MitID user ID that the citizen has chosen; empty while there is none.
	UserID string
}

// Format prints what was seen as redacted, whatever the verb.
func (Seen) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted observations]")) }

// ReportToFacts turns what an inspection found, and what a person saw, into the facts that the rules decide on, for a day
// and a channel. What the report does not tell stays unknown: nothing is guessed. A nil report, or one without a
// document, gives facts without that document.
func ReportToFacts(r *inspect.Report, seen Seen, scheme rules.Scheme, channel rules.Channel, on rules.Date) rules.Facts {
	facts := rules.Facts{Schema: rules.FactsSchema, Scheme: scheme, Channel: channel, On: on, Documents: []rules.Document{}}
	if document, ok := documentFact(r, seen); ok {
		facts.Documents = append(facts.Documents, document)
		facts.Applicant = applicantFact(r)
	}
	if seen.HealthCard {
		facts.Documents = append(facts.Documents, rules.Document{Type: "health_card", Issuer: "DNK", ShowsCPR: is(true)})
	}
	if seen.UserID != "" {
		facts.Applicant.UserID = &seen.UserID
	}
	facts.ControlQuestions = seen.Questions
	return facts
}

// applicantFact is what the chip tells about the citizen: a date of birth where it is whole, and a CPR number where a genuine Danish
// document holds one that fits that date.
func applicantFact(r *inspect.Report) rules.Applicant {
	applicant := rules.Applicant{DateOfBirth: date(r.Document.DateOfBirth)}
	if number, ok := personalNumber(r); ok {
		applicant.CPR, applicant.HasCPR = number, is(true)
	}
	return applicant
}

// personalNumber is the CPR number that a genuine Danish document holds as its optional data (Doc 9303-4 §4.2.2.2). Digits that
// do not give the holder's date of birth are something else.
func personalNumber(r *inspect.Report) (cpr.Number, bool) {
	if r.Authenticity != inspect.Genuine || r.Document.Issuer != "DNK" {
		return cpr.Number{}, false
	}
	number, err := cpr.Parse(r.Document.OptionalData)
	if err != nil || number.Replacement() {
		return cpr.Number{}, false
	}
	year, month, day := number.Birth()
	return number, rules.Date{Year: year, Month: month, Day: day} == date(r.Document.DateOfBirth)
}

func documentFact(r *inspect.Report, seen Seen) (rules.Document, bool) {
	if r == nil || r.Document == nil {
		return rules.Document{}, false
	}
	kind, ok := DocumentType(r.Document.Code)
	if !ok {
		return rules.Document{}, false
	}
	document := rules.Document{
		Type: kind, Issuer: r.Document.Issuer, DateOfExpiry: date(r.Document.DateOfExpiry), Chip: chipFact(r, seen),
	}
	switch {
	case r.Document.Code == "PE": // emergency passport, Doc 9303-4 §4.2.2.3
		document.Provisional = is(true)
	case seen.Ordinary != Unanswered:
		document.Provisional = is(seen.Ordinary == No)
	}
	if seen.Travel != Unanswered {
		document.TravelDocument = is(seen.Travel == Yes)
	}
	if r.Face != nil {
		document.Photo = is(true)
	}
	if _, ok := personalNumber(r); ok || seen.CPRInDocument {
		document.ShowsCPR = is(true)
	}
	return document, true
}

// DocumentType tells what kind of document an MRZ's document code is (Doc 9303-4 §4.2.2, Doc 9303-5 §4.2.2): P for
// passports; A, C and I for cards, with R behind it for the Union's residence permits. ok is false for any other.
func DocumentType(code string) (kind rules.DocumentType, ok bool) {
	if code == "" {
		return "", false
	}
	switch code[0] {
	case 'P':
		return "passport", true
	case 'A', 'C', 'I':
		if len(code) == 2 && code[1] == 'R' {
			return "residence_permit", true
		}
		return "national_id", true
	}
	return "", false
}

func chipFact(r *inspect.Report, seen Seen) *rules.Chip {
	chip := &rules.Chip{
		Authenticity: rules.Authenticity(r.Authenticity),
		Codes:        codesAgainst(r),
		CloneCheck:   rules.Outcome(r.Check("chip.genuine").Outcome),
		Reported:     rules.Outcome(r.Check("register.reported").Outcome),
		HolderMatch:  rules.CheckNotDone,
	}
	for _, id := range []string{"signer.signature", "csca.trust"} {
		if r.Authenticity != inspect.Genuine && chip.CloneCheck == rules.CheckSuccessful && r.Check(id).Outcome != inspect.Successful {
			chip.CloneCheck = rules.CheckUndetermined // the chip has proven a key for which no state is known to stand
		}
	}
	if r.Source != inspect.Live {
		chip.CloneCheck = rules.CheckNotDone // proofs on file are imitable
	}
	switch seen.SamePerson {
	case Yes:
		chip.HolderMatch = rules.CheckSuccessful
	case No:
		chip.HolderMatch = rules.CheckFailed
	}
	return chip
}

// date reads a date of a report; one that is not known whole is not known.
func date(text string) rules.Date {
	d, err := rules.ParseDate(text)
	if err != nil {
		return rules.Date{}
	}
	return d
}

func is(v bool) *bool { return &v }
