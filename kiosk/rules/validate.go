package rules

import (
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Validate tests that the facts are within their bounds and do not contradict each other. [Pack.Decide] does it itself, and
// refuses document types that its pack does not have. The error is of type *[FactsError].
func (f *Facts) Validate() error {
	v := validator{on: f.On}
	v.require(f.Schema == "" || f.Schema == FactsSchema, "schema", "not a schema known here", "write "+FactsSchema)
	oneOf(&v, "scheme", f.Scheme, MitID, NemID)
	oneOf(&v, "channel", f.Channel, ChipScan, Counter)
	optional(&v, "control_questions", f.ControlQuestions, QuestionsPassed, QuestionsFailed, QuestionsNotAsked)
	v.date("on", f.On)
	v.require(len(f.Documents) <= MaxDocuments, "documents", "too many", "give at most "+strconv.Itoa(MaxDocuments))
	for i := range f.Documents {
		v.document(documentPath(i)+".", &f.Documents[i])
	}
	v.applicant(&f.Applicant)
	v.witness(&f.Witness)
	return v.err
}

// validator keeps the first fault. Paths are relative to the prefix.
type validator struct {
	on     Date
	prefix string
	err    error
}

func (v *validator) require(holds bool, path, problem, remedy string) {
	if !holds && v.err == nil {
		v.err = &FactsError{v.prefix + path, problem, remedy, 0}
	}
}

func oneOf[T ~string](v *validator, path string, value T, values ...T) {
	if !slices.Contains(values, value) {
		v.require(false, path, "missing or not a value known here", fmt.Sprintf("write one of %q", values))
	}
}

func optional[T ~string](v *validator, path string, value T, values ...T) {
	if value != "" {
		oneOf(v, path, value, values...)
	}
}

// date tests that a date exists; the ones that were parsed do.
func (v *validator) date(path string, d Date) {
	if d.IsZero() {
		return
	}
	v.require(d.exists(), path, ErrDate.Error(), "correct it, or leave it out when it is not known")
}

// past tests that a date exists and is not after the day of the decision.
func (v *validator) past(path string, d Date) {
	v.date(path, d)
	v.require(d.IsZero() || v.on.IsZero() || !d.After(v.on), path, "after the day of the decision", "correct one of the two")
}

// ordered tests that what happens at the earlier date is not after what happens at the later one.
func (v *validator) ordered(path string, earlier, later Date, problem string) {
	v.require(earlier.IsZero() || later.IsZero() || !earlier.After(later), path, problem, "correct one of the two")
}

func (v *validator) applicant(a *Applicant) {
	v.prefix = "applicant."
	v.past("date_of_birth", a.DateOfBirth)
	optional(v, "lawful_stay", a.LawfulStay, StayYes, StayPending, StayUnknown)
	v.require(a.UserID == nil || utf8.ValidString(*a.UserID), "user_id", "not UTF-8", "write it in UTF-8")
	if a.CPR.IsZero() {
		return
	}
	v.require(a.HasCPR == nil || *a.HasCPR, "has_cpr", "false, but a CPR number is given", "correct one of the two")
	born := Date{}
	born.Year, born.Month, born.Day = a.CPR.Birth()
	v.past("cpr", born)
	v.require(a.DateOfBirth.IsZero() || a.DateOfBirth == born, "cpr", "its date is not the date of birth",
		"correct one of the two; where the register itself has them differ, leave the CPR number out")
}

func (v *validator) document(prefix string, d *Document) {
	v.prefix = prefix
	v.require(made(string(d.Type), 61, isWord), "type", "missing or not a document type", "see "+FactsSchema)
	v.require(d.Issuer == "" || made(d.Issuer, 3, isCapital), "issuer", "not a state's code as the MRZ writes it",
		`write one to three capital letters, "DNK" or "D"`)
	optional(v, "territory", d.Territory, Denmark, Greenland, FaroeIslands)
	v.require(d.Territory == "" || d.Issuer == "" || d.Issuer == "DNK" || d.Issuer == string(d.Territory), "territory",
		"a part of the Kingdom, but the issuer is another state", "leave it out, or correct the issuer")
	v.date("date_of_expiry", d.DateOfExpiry)
	v.past("date_of_issue", d.DateOfIssue)
	v.ordered("date_of_issue", d.DateOfIssue, d.DateOfExpiry, "after the date of expiry")
	if c := d.Chip; c != nil {
		v.chip(c)
	}
}

func (v *validator) chip(c *Chip) {
	outcomes := []Outcome{
		CheckSuccessful, CheckFailed, CheckUndetermined, CheckNotSupported, CheckAborted, CheckNotDone,
	}
	optional(v, "chip.authenticity", c.Authenticity, Genuine, Counterfeit, Undetermined)
	optional(v, "chip.clone_check", c.CloneCheck, outcomes...)
	optional(v, "chip.reported", c.Reported, outcomes...)
	optional(v, "chip.holder_match", c.HolderMatch, outcomes...)
	v.require(len(c.Codes) <= MaxCodes, "chip.codes", "too many", "give at most "+strconv.Itoa(MaxCodes))
	for i, code := range c.Codes {
		if !made(code, 64, isCode) {
			v.require(false, fmt.Sprintf("chip.codes[%d]", i), "not a code of a check",
				"write lower-case letters, digits and underscores")
		}
	}
}

// made tells whether a text is not empty, at most so many bytes long, and made of the bytes allowed alone.
func made(text string, longest int, allowed func(byte) bool) bool {
	for i := range len(text) {
		if !allowed(text[i]) {
			return false
		}
	}
	return text != "" && len(text) <= longest
}

func isCapital(c byte) bool { return c >= 'A' && c <= 'Z' }

func isWord(c byte) bool { return c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '_' }

func isCode(c byte) bool { return isWord(c) || c == '.' }

func (v *validator) witness(w *Witness) {
	v.prefix = "witness."
	v.past("date_of_birth", w.DateOfBirth)
	v.past("mitid_since", w.MitIDSince)
	v.ordered("mitid_since", w.DateOfBirth, w.MitIDSince, "before the witness's date of birth")
	v.require(w.VouchedIn120Days == nil || *w.VouchedIn120Days >= 0 && *w.VouchedIn120Days <= 10_000,
		"vouched_in_120_days", "not a count", "write a whole number from 0")
	if w.Document != nil {
		v.document("witness.document.", w.Document)
	}
}
