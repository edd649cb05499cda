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
	return factsOf([]looked{{r, seen.Look}}, seen, scheme, channel, on)
}

// looked is the report on a chip, and what a person saw of that document.
type looked struct {
	report *inspect.Report
	look   Look
}

// factsOf is [ReportToFacts] for several chips of one citizen. Where two of them tell different things of their holder, neither
// is known.
func factsOf(chips []looked, seen Seen, scheme rules.Scheme, channel rules.Channel, on rules.Date) rules.Facts {
	facts := rules.Facts{
		Schema: rules.FactsSchema, Scheme: scheme, Channel: channel, On: on, Documents: []rules.Document{},
		Applicant: seen.Applicant, ControlQuestions: seen.Questions,
	}
	births, numbers := map[rules.Date]bool{}, map[cpr.Number]bool{}
	for _, c := range chips {
		document, ok := documentFact(c.report, c.look, channel)
		if !ok {
			continue
		}
		facts.Documents = append(facts.Documents, document)
		if birth := date(c.report.Document.DateOfBirth); !birth.IsZero() {
			births[birth] = true
		}
		if number, ok := personalNumber(c.report); ok {
			numbers[number] = true
		}
	}
	switch len(births) {
	case 0:
	case 1:
		for birth := range births {
			facts.Applicant.DateOfBirth = birth
		}
	default:
		facts.Applicant.DateOfBirth = rules.Date{}
	}
	switch {
	case len(births) > 1 || len(numbers) > 1:
		facts.Applicant.CPR, facts.Applicant.HasCPR = cpr.Number{}, nil
	case len(numbers) == 1:
		for number := range numbers {
			facts.Applicant.CPR, facts.Applicant.HasCPR = number, is(true)
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

func documentFact(r *inspect.Report, look Look, channel rules.Channel) (rules.Document, bool) {
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
	if Extendable(r) && channel == rules.Counter && !document.DateOfExpiry.IsZero() && look.Extended.After(document.DateOfExpiry) {
		document.DateOfExpiry = look.Extended
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

// Extendable tells whether what was read may have been extended by hand: a passport of the Kingdom, no emergency one, that has expired by
// what its chip says.
func Extendable(r *inspect.Report) bool {
	if r == nil || r.Document == nil || r.Check("document.expiry").Outcome != inspect.Failed {
		return false
	}
	kind, ok := DocumentType(r.Document.Code)
	return ok && kind == "passport" && r.Document.Code != "PE" && r.Document.Issuer == "DNK"
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
	switch {
	case r.Check("face.decode").Outcome != inspect.Successful: // nobody has seen a photo to compare with
	case look.SamePerson == Yes:
		chip.HolderMatch = rules.CheckSuccessful
	case look.SamePerson == No:
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
