package rules

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"unicode/utf8"
)

// Validate tests that the facts are within their bounds and do not contradict each other. [Pack.Decide] does it itself, and
// refuses document types that its pack does not have.
// The error is of type *[FactsError].
func (f *Facts) Validate() error {
	v := validator{on: f.On}
	v.require(f.Schema == "" || f.Schema == FactsSchema, "schema", "not a schema known here", "write "+FactsSchema)
	oneOf(&v, "scheme", f.Scheme, MitID, NemID)
	oneOf(&v, "channel", f.Channel, ChipScan, Counter)
	optional(&v, "control_questions", f.ControlQuestions, QuestionsPassed, QuestionsFailed, QuestionsNotAsked)
	v.date("on", f.On)
	v.require(len(f.Documents) <= MaxDocuments, "documents", "too many", "give at most "+strconv.Itoa(MaxDocuments))
	for i := range f.Documents {
		v.document(documentPath(i), &f.Documents[i])
	}
	v.applicant(&f.Applicant)
	v.witness(&f.Witness)
	return v.err
}

// validator keeps the first fault.
type validator struct {
	on  Date
	err error
}

func (v *validator) require(holds bool, path, problem, remedy string) {
	if !holds && v.err == nil {
		v.err = &FactsError{path, problem, remedy}
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
	v.past("applicant.date_of_birth", a.DateOfBirth)
	optional(v, "applicant.lawful_stay", a.LawfulStay, StayYes, StayPending, StayUnknown)
	v.require(a.UserID == nil || utf8.ValidString(*a.UserID), "applicant.user_id", "not UTF-8", "write it in UTF-8")
	if a.CPR.IsZero() {
		return
	}
	v.require(a.HasCPR == nil || *a.HasCPR, "applicant.has_cpr", "false, but a CPR number is given", "correct one of the two")
	born := Date{}
	born.Year, born.Month, born.Day = a.CPR.Birth()
	v.past("applicant.cpr", born)
	v.require(a.DateOfBirth.IsZero() || a.DateOfBirth == born, "applicant.cpr", "its date is not the date of birth",
		"correct one of the two; where the register itself has them differ, leave the CPR number out")
}

func (v *validator) document(path string, d *Document) {
	v.require(typeForm.MatchString(string(d.Type)), path+".type", "missing or not a document type", "see "+FactsSchema)
	v.require(d.Issuer == "" || issuerCode.MatchString(d.Issuer), path+".issuer", "not a state's code as the MRZ writes it",
		`write one to three capital letters, "DNK" or "D"`)
	optional(v, path+".territory", d.Territory, Denmark, Greenland, FaroeIslands)
	v.require(d.Territory == "" || d.Issuer == "" || d.Issuer == "DNK" || d.Issuer == string(d.Territory), path+".territory",
		"a part of the Kingdom, but the issuer is another state", "leave it out, or correct the issuer")
	v.date(path+".date_of_expiry", d.DateOfExpiry)
	v.past(path+".date_of_issue", d.DateOfIssue)
	v.ordered(path+".date_of_issue", d.DateOfIssue, d.DateOfExpiry, "after the date of expiry")
	if d.Chip == nil {
		return
	}
	c, path := d.Chip, path+".chip"
	optional(v, path+".authenticity", c.Authenticity, Genuine, Counterfeit, Undetermined)
	for _, check := range []struct {
		name    string
		outcome Outcome
	}{{"clone_check", c.CloneCheck}, {"reported", c.Reported}, {"holder_match", c.HolderMatch}} {
		optional(v, path+"."+check.name, check.outcome, CheckSuccessful, CheckFailed, CheckUndetermined, CheckNotSupported,
			CheckAborted, CheckNotDone)
	}
	v.require(len(c.Codes) <= MaxCodes, path+".codes", "too many", "give at most "+strconv.Itoa(MaxCodes))
	for i, code := range c.Codes {
		if !checkCode.MatchString(code) {
			v.require(false, fmt.Sprintf("%s.codes[%d]", path, i), "not a code of a check",
				"write lower-case letters, digits and underscores")
		}
	}
}

var (
	typeForm   = regexp.MustCompile(`^[a-z][a-z0-9_]{0,60}$`)
	issuerCode = regexp.MustCompile(`^[A-Z]{1,3}$`)
	checkCode  = regexp.MustCompile(`^[a-z0-9_.]{1,64}$`)
)

func (v *validator) witness(w *Witness) {
	v.past("witness.date_of_birth", w.DateOfBirth)
	v.past("witness.mitid_since", w.MitIDSince)
	v.ordered("witness.mitid_since", w.DateOfBirth, w.MitIDSince, "before the witness's date of birth")
	v.require(w.VouchedIn120Days == nil || *w.VouchedIn120Days >= 0 && *w.VouchedIn120Days <= 10_000,
		"witness.vouched_in_120_days", "not a count", "write a whole number from 0")
	if w.Document != nil {
		v.document("witness.document", w.Document)
	}
}
