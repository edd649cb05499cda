// Package rules decides what a citizen's documents entitle to: facts in, decision out, nothing else.
//
// The rules themselves are data, a rule pack (see docs/rules.md): [Load] reads and type-checks one, [Pack.Decide] applies
// it. No rule stands in this package.
package rules

import (
	"fmt"

	"github.com/skranke/skranke/kiosk/cpr"
)

// FactsSchema is the schema name of the facts.
const FactsSchema = "skranke.facts/1"

// The bounds of a facts document: more is refused before it is read any further.
const (
	// MaxFactsBytes is the largest facts document that [ParseFacts] takes, in bytes.
	MaxFactsBytes = 64 << 10
	// MaxDocuments is the largest number of documents that one citizen can show at a time.
	MaxDocuments = 16
	// MaxCodes is the largest number of codes that one chip can have.
	MaxCodes = 40
)

// Facts is what is known of one citizen at one counter or kiosk, skranke.facts/1. What is absent is not known: a nil
// pointer, a zero [Date], an empty string. It is personal data and prints itself as redacted.
type Facts struct {
	Schema  string  `json:"schema"`
	Scheme  Scheme  `json:"scheme"`
	Channel Channel `json:"channel"`
	// On is the day of the decision; [Pack.Decide] wants it set. In a facts document it may be absent, which means today:
	// see [Today].
	On Date `json:"on,omitzero"`

	Applicant        Applicant        `json:"applicant,omitzero"`
	Documents        []Document       `json:"documents"`
	ControlQuestions ControlQuestions `json:"control_questions,omitempty"`
	Witness          Witness          `json:"witness,omitzero"`
}

// Scheme is what is applied for.
type Scheme string

// The schemes.
const (
	MitID Scheme = "mitid"
	NemID Scheme = "nemid"
)

// Channel is the way that identity is shown.
type Channel string

// The channels.
const (
	// ChipScan is the kiosk alone: the chip is read, proven genuine and no copy, and the holder is compared with its photo.
	ChipScan Channel = "chip-scan"
	// Counter is a caseworker who looks at the documents.
	Counter Channel = "counter"
)

// LawfulStay is what is known of the applicant's right to stay in Denmark; empty: nothing.
type LawfulStay string

// The values of LawfulStay.
const (
	StayYes     LawfulStay = "yes"
	StayPending LawfulStay = "pending"
	StayUnknown LawfulStay = "unknown"
)

// ControlQuestions is how the questions from the CPR register went; empty: not known.
type ControlQuestions string

// The values of ControlQuestions.
const (
	QuestionsPassed   ControlQuestions = "passed"
	QuestionsFailed   ControlQuestions = "failed"
	QuestionsNotAsked ControlQuestions = "not_asked"
)

// Applicant is who applies.
type Applicant struct {
	DateOfBirth Date  `json:"date_of_birth,omitzero"`
	HasCPR      *bool `json:"has_cpr,omitempty"`
	// CPR is the CPR number; marshalled, it is redacted.
	CPR          cpr.Number `json:"cpr,omitzero"`
	LawfulStay   LawfulStay `json:"lawful_stay,omitempty"`
	FixedAddress *bool      `json:"fixed_address,omitempty"`
	Guardianship *bool      `json:"guardianship,omitempty"`
	CanAppear    *bool      `json:"can_appear,omitempty"`
	Abroad       *bool      `json:"abroad,omitempty"`
	// UserID is the MitID user ID that the applicant has chosen; nil when none is known. Package userid says which may be
	// chosen.
	UserID *string `json:"user_id,omitempty"`
}

// DocumentType names a kind of document: "passport". Which there are is the rule pack's business: see [Pack.HasType].
type DocumentType string

// Territory tells which part of the Kingdom issued a Danish document; empty: not stated, which counts as Denmark.
type Territory string

// The territories.
const (
	Denmark      Territory = "DNK"
	Greenland    Territory = "GRL"
	FaroeIslands Territory = "FRO"
)

// Document is one document that was shown.
type Document struct {
	Type DocumentType `json:"type"`
	// Issuer is the issuing state as the MRZ writes it, one to three capital letters: "DNK", "D".
	Issuer    string    `json:"issuer,omitempty"`
	Territory Territory `json:"territory,omitempty"`
	// DateOfExpiry is the last day on which the document is valid.
	DateOfExpiry Date  `json:"date_of_expiry,omitzero"`
	DateOfIssue  Date  `json:"date_of_issue,omitzero"`
	Provisional  *bool `json:"provisional,omitempty"`
	Photo        *bool `json:"photo,omitempty"`
	ShowsCPR     *bool `json:"shows_cpr,omitempty"`
	// TravelDocument tells whether it can be used as a travel document in the Schengen countries.
	TravelDocument *bool `json:"travel_document,omitempty"`
	// Chip is what reading the chip showed; nil when the document was only looked at.
	Chip *Chip `json:"chip,omitempty"`
}

// Authenticity is the verdict of the inspection of a chip; empty: not known.
type Authenticity string

// The verdicts, as in the inspection's report.
const (
	Genuine      Authenticity = "genuine"
	Counterfeit  Authenticity = "counterfeit"
	Undetermined Authenticity = "undetermined"
)

// Outcome is the outcome of one check of a chip, as in the inspection's report; empty: not known.
type Outcome string

// The outcomes of a check.
const (
	CheckSuccessful   Outcome = "successful"
	CheckFailed       Outcome = "failed"
	CheckUndetermined Outcome = "undetermined"
	CheckNotSupported Outcome = "not_supported"
	CheckAborted      Outcome = "aborted"
	CheckNotDone      Outcome = "not_done"
)

// Chip is what reading a document's chip showed.
type Chip struct {
	Authenticity Authenticity `json:"authenticity,omitempty"`
	// Codes are the codes of the checks that kept the verdict from genuine.
	Codes []string `json:"codes,omitempty"`
	// CloneCheck tells whether the chip proved that it is the original.
	CloneCheck Outcome `json:"clone_check,omitempty"`
	// Reported tells whether the document is free of a report of loss or theft: Failed means that it is reported.
	Reported Outcome `json:"reported,omitempty"`
	// HolderMatch tells whether the holder's face matches the chip's photo.
	HolderMatch Outcome `json:"holder_match,omitempty"`
}

// Witness is who confirms the applicant's identity.
type Witness struct {
	Present     *bool `json:"present,omitempty"`
	DateOfBirth Date  `json:"date_of_birth,omitzero"`
	// MitIDSince is the day on which the witness got MitID.
	MitIDSince Date      `json:"mitid_since,omitzero"`
	Document   *Document `json:"document,omitempty"`
	// VouchedIn120Days is how many other persons the witness has vouched for within the last 120 days, the person now being
	// vouched for not counted; nil when not known.
	VouchedIn120Days *int  `json:"vouched_in_120_days,omitempty"`
	SwornStatement   *bool `json:"sworn_statement,omitempty"`
}

// Format prints the facts as redacted, whatever the verb.
func (Facts) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted facts]")) }

// Format prints the applicant as redacted, whatever the verb.
func (Applicant) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted applicant]")) }

// Format prints the document as redacted, whatever the verb.
func (Document) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted document]")) }

// Format prints the witness as redacted, whatever the verb.
func (Witness) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted witness]")) }
