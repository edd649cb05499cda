package rules

// DecisionSchema is the schema name of a decision.
const DecisionSchema = "skranke.decision/1"

// Decision is the answer to [Facts], skranke.decision/1. It names documents by their place in the facts and their kind,
// and holds no personal data.
type Decision struct {
	Schema  string  `json:"schema"`
	Scheme  Scheme  `json:"scheme"`
	Channel Channel `json:"channel"`
	On      Date    `json:"on"`
	Outcome Verdict `json:"outcome"`
	// Requirements holds every requirement of the scheme and channel, met or not, in the order in which a caseworker checks
	// them.
	Requirements []Requirement `json:"requirements"`
	// Missing holds the requirements with status missing, each with the ways to meet it, the easiest first.
	Missing []Missing `json:"missing"`
	// Alternatives holds what else the citizen can do; empty when the outcome is eligible.
	Alternatives []Alternative `json:"alternatives"`
}

// Verdict is the outcome of a decision.
type Verdict string

// The verdicts.
const (
	// Eligible: everything required is shown.
	Eligible Verdict = "eligible"
	// MissingEvidence: it can still be shown.
	MissingEvidence Verdict = "missing"
	// Ineligible: nothing brought along can change it today.
	Ineligible Verdict = "ineligible"
	// Refer: a person must decide.
	Refer Verdict = "refer"
)

// Status is how a requirement stands.
type Status string

// The statuses.
const (
	StatusMet           Status = "met"
	StatusUnmet         Status = "unmet"
	StatusMissing       Status = "missing"
	StatusRefer         Status = "refer"
	StatusNotApplicable Status = "not_applicable"
)

// Text is a text for people in both languages of the product.
type Text struct {
	DA string `json:"da"`
	EN string `json:"en"`
}

// In returns the text in the language "en", and in Danish for any other.
func (t Text) In(language string) string {
	if language == "en" {
		return t.EN
	}
	return t.DA
}

// Source is where a rule stands: a file of the source pages with a sentence quoted literally from it, or, for a rule
// from elsewhere, External, who says it.
type Source struct {
	File     string `json:"file,omitempty"`
	External string `json:"external,omitempty"`
	Quote    string `json:"quote"`
	// From is the first day on which the rule holds; zero where that is not stated.
	From Date `json:"from,omitzero"`
}

// Requirement is one requirement with how it stands.
type Requirement struct {
	// ID is stable: "mitid.photo-id".
	ID     string `json:"id"`
	Status Status `json:"status"`
	// Text says what is required, and why it stands as it does.
	Text Text `json:"text"`
	// By names the facts that the status rests on, by their path: "documents[0]", "witness".
	By     []string `json:"by"`
	Source Source   `json:"source"`
}

// Missing is a requirement that can still be met, with the ways to do it, the easiest first.
type Missing struct {
	// Requirement is the requirement's id.
	Requirement string `json:"requirement"`
	Ways        []Text `json:"ways"`
}

// Alternative is something else that the citizen can do.
type Alternative struct {
	ID     string `json:"id"`
	Text   Text   `json:"text"`
	Source Source `json:"source"`
}
