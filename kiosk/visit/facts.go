package visit

import (
	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd/inspect"
)

// ReportToFacts turns what an inspection found, and what a person saw, into the facts that the rules decide on, for a day
// and a channel. What the report does not tell stays unknown: nothing is guessed. A nil report, or one without a
// document, gives facts without that document.
func ReportToFacts(r *inspect.Report, seen Seen, scheme rules.Scheme, channel rules.Channel, on rules.Date) rules.Facts {
	facts := rules.Facts{
		Schema: rules.FactsSchema, Scheme: scheme, Channel: channel, On: on, Documents: []rules.Document{},
		Applicant: seen.Applicant, ControlQuestions: seen.Questions,
	}
	if document, ok := documentFact(r, seen.Look); ok {
		facts.Documents = append(facts.Documents, document)
		chip := applicantFact(r)
		if !chip.DateOfBirth.IsZero() {
			facts.Applicant.DateOfBirth = chip.DateOfBirth
		}
		if !chip.CPR.IsZero() {
			facts.Applicant.CPR, facts.Applicant.HasCPR = chip.CPR, chip.HasCPR
		}
	}
	facts.Documents = append(facts.Documents, seen.Papers...)
	if w := seen.Witness; w != nil {
		facts.Witness = rules.Witness{
			Present: is(true), DateOfBirth: w.DateOfBirth, MitIDSince: w.MitIDSince, Document: w.Document,
			SwornStatement: w.Sworn.fact(),
		}
	}
	return facts
}

// addDocument adds another chip of the same citizen. Where two chips tell different things of their holder, neither is
// known.
func addDocument(facts *rules.Facts, r *inspect.Report, look Look) {
	document, ok := documentFact(r, look)
	if !ok {
		return
	}
	facts.Documents = append(facts.Documents, document)
	chip := applicantFact(r)
	switch {
	case chip.DateOfBirth.IsZero():
	case facts.Applicant.DateOfBirth.IsZero():
		facts.Applicant.DateOfBirth = chip.DateOfBirth
	case facts.Applicant.DateOfBirth != chip.DateOfBirth:
		facts.Applicant.DateOfBirth = rules.Date{}
	}
	switch {
	case chip.CPR.IsZero():
	case facts.Applicant.CPR.IsZero():
		facts.Applicant.CPR, facts.Applicant.HasCPR = chip.CPR, chip.HasCPR
	case facts.Applicant.CPR != chip.CPR:
		facts.Applicant.CPR = cpr.Number{}
	}
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

func documentFact(r *inspect.Report, look Look) (rules.Document, bool) {
	if r == nil || r.Document == nil {
		return rules.Document{}, false
	}
	kind, ok := DocumentType(r.Document.Code)
	if !ok {
		return rules.Document{}, false
	}
	document := rules.Document{
		Type: kind, Issuer: r.Document.Issuer, DateOfExpiry: date(r.Document.DateOfExpiry), Chip: chipFact(r, look), Territory: look.Territory,
	}
	switch {
	case r.Document.Code == "PE": // emergency passport, Doc 9303-4 §4.2.2.3
		document.Provisional = is(true)
	case look.Ordinary != Unanswered:
		document.Provisional = is(look.Ordinary == No)
	}
	document.TravelDocument = look.Travel.fact()
	if r.Face != nil {
		document.Photo = is(true)
	}
	if _, ok := personalNumber(r); ok || look.CPRInDocument {
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

func chipFact(r *inspect.Report, look Look) *rules.Chip {
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
	switch look.SamePerson {
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
