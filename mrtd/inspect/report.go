package inspect

// ReportSchema is the schema name of a report.
const ReportSchema = "skranke.report/1"

// Outcome is one of the five outcomes of BSI TR-03135, or NotDone.
type Outcome string

// The outcomes of a check (TR-03135-1; NotDone: this run had no occasion to make it).
const (
	Successful   Outcome = "successful"
	Failed       Outcome = "failed"
	Undetermined Outcome = "undetermined"
	NotSupported Outcome = "not_supported"
	Aborted      Outcome = "aborted"
	NotDone      Outcome = "not_done"
)

// Authenticity is the verdict drawn from the checks.
type Authenticity string

// The verdicts.
const (
	Genuine                  Authenticity = "genuine"
	Counterfeit              Authenticity = "counterfeit"
	AuthenticityUndetermined Authenticity = "undetermined"
)

// Source tells whether a report speaks of a chip or of a dump.
type Source string

// The sources.
const (
	Live Source = "live"
	Dump Source = "dump"
)

// Report is the report of one inspection, skranke.report/1. It holds personal data in Document.
type Report struct {
	Schema       string       `json:"schema"`
	Authenticity Authenticity `json:"authenticity"`
	Source       Source       `json:"source"`
	// Document is what DG1 says; nil when DG1 was not read or cannot be parsed.
	Document *Document `json:"document,omitempty"`
	// Face describes the first face image of DG2 that decodes; nil when there is none.
	Face *Face `json:"face,omitempty"`
	Chip Chip  `json:"chip"`
	// Signer is the document signer that the EF.SOD was checked with; nil when none was found.
	Signer *Signer `json:"signer,omitempty"`
	// Checks holds every check of the contract once, in the contract's order.
	Checks []Check `json:"checks"`
	Trust  Trust   `json:"trust"`
	Timing Timing  `json:"timing"`
}

// Document is what the MRZ in DG1 says (Doc 9303-3). It is personal data and prints itself as redacted.
type Document struct {
	// Format is TD1, TD2 or TD3.
	Format string `json:"format"`
	// Code is the document code, fillers removed: "P", "PO", "ID", "AR".
	Code string `json:"code"`
	// Issuer and Nationality are the MRZ's codes, fillers removed: "DNK", "D".
	Issuer      string `json:"issuer"`
	Number      string `json:"number"`
	Surname     string `json:"surname"`
	GivenNames  string `json:"given_names"`
	Nationality string `json:"nationality"`
	// DateOfBirth is YYYY-MM-DD, or with unknown parts as the MRZ has them: "1990-XX-XX"; empty when unknown.
	DateOfBirth string `json:"date_of_birth"`
	// Sex is "F", "M", or "X" for unspecified.
	Sex string `json:"sex"`
	// DateOfExpiry is YYYY-MM-DD; empty when it cannot be read.
	DateOfExpiry string `json:"date_of_expiry"`
	OptionalData string `json:"optional_data"`
	// MRZ is the lines as they stand in DG1.
	MRZ []string `json:"mrz"`
	// PrintedSurname and PrintedGivenNames are the names with the letters that the MRZ cannot show (æ, ø, å), as DG11 has them under the
	// state's signature; empty where it has none, or others.
	PrintedSurname    string `json:"printed_surname,omitempty"`
	PrintedGivenNames string `json:"printed_given_names,omitempty"`
}

// Names are the holder's as a person reads them on the document: with all their letters where these are known, else as in the MRZ.
func (d *Document) Names() (surname, givenNames string) {
	if d.PrintedSurname != "" {
		return d.PrintedSurname, d.PrintedGivenNames
	}
	return d.Surname, d.GivenNames
}

// String prints the document as redacted.
func (Document) String() string { return "[redacted document]" }

// GoString prints the document as redacted.
func (Document) GoString() string { return "[redacted document]" }

// Face describes a face image: Format is "jpeg" or "jpeg2000", Width and Height are in pixels.
type Face struct {
	Format string `json:"format"`
	Width  int    `json:"width"`
	Height int    `json:"height"`
}

// Chip tells what the chip spoke.
type Chip struct {
	// Access and Domain are as in [Access].
	Access string `json:"access"`
	Domain string `json:"domain"`
	// GenuineBy is the proof that showed the chip to be the original: "CA", "AA", "PACE-CAM", or empty.
	GenuineBy string `json:"genuine_by"`
	// LDS is the LDS version, "1.7", from EF.SOD or EF.COM; empty when neither states it.
	LDS string `json:"lds"`
	// DataGroups lists the data groups that EF.SOD holds a hash of, in ascending order.
	DataGroups []int `json:"data_groups"`
}

// Signer describes the document signer certificate and the CSCA that vouches for it. Times are RFC 3339.
type Signer struct {
	Country   string `json:"country"`
	Subject   string `json:"subject"`
	Serial    string `json:"serial"`
	NotBefore string `json:"not_before"`
	NotAfter  string `json:"not_after"`
	// CSCA is the subject of the CSCA certificate, with its key identifier; empty when none was found.
	CSCA string `json:"csca"`
}

// Check is one check with its outcome. Code is a stable lower-case word for the reason, empty on success; Detail is for
// people, in English, without personal data.
type Check struct {
	ID      string  `json:"id"`
	Outcome Outcome `json:"outcome"`
	Code    string  `json:"code"`
	Detail  string  `json:"detail"`
}

// Trust tells what the signer was judged against.
type Trust struct {
	// CSCA is the number of distinct CSCA certificates at hand.
	CSCA  int         `json:"csca"`
	Lists []TrustList `json:"lists"`
	// CRLNewest is the newest thisUpdate of the revocation lists at hand, RFC 3339; empty when there is none.
	CRLNewest string `json:"crl_newest"`
}

// TrustList is one list of CSCA certificates: Date is YYYY-MM-DD, empty when the list states none.
type TrustList struct {
	Name string `json:"name"`
	Date string `json:"date"`
}

// Timing tells how long an inspection took, in milliseconds, by phase.
type Timing struct {
	TotalMS int64         `json:"total_ms"`
	Phases  []PhaseTiming `json:"phases"`
}

// PhaseTiming is one phase's time, number of command APDUs, and bytes both ways.
type PhaseTiming struct {
	Name  string `json:"name"`
	MS    int64  `json:"ms"`
	APDUs int    `json:"apdus"`
	Bytes int    `json:"bytes"`
}

// Check returns the report's check with the id given; a check that the report lacks is NotDone.
func (r *Report) Check(id string) Check {
	for _, c := range r.Checks {
		if c.ID == id {
			return c
		}
	}
	return Check{ID: id, Outcome: NotDone}
}
