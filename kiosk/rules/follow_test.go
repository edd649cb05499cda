package rules

import (
	"slices"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"
)

// follow adds to the facts what the example of a way adds: documents are added, documents_all fills in what is not known
// of each document, the witness's and the applicant's facts are set.
func follow(t *rapid.T, f Facts, example *yaml.Node) Facts {
	var change struct {
		Applicant struct {
			DateOfBirth  string     `yaml:"date_of_birth"`
			FixedAddress *bool      `yaml:"fixed_address"`
			Abroad       *bool      `yaml:"abroad"`
			LawfulStay   LawfulStay `yaml:"lawful_stay"`
			UserID       *string    `yaml:"user_id"`
		} `yaml:"applicant"`
		ControlQuestions ControlQuestions  `yaml:"control_questions"`
		Documents        []exampleDocument `yaml:"documents"`
		DocumentsAll     *exampleDocument  `yaml:"documents_all"`
		Witness          *struct {
			Present          *bool            `yaml:"present"`
			DateOfBirth      string           `yaml:"date_of_birth"`
			MitIDSince       string           `yaml:"mitid_since"`
			VouchedIn120Days *int             `yaml:"vouched_in_120_days"`
			SwornStatement   *bool            `yaml:"sworn_statement"`
			Document         *exampleDocument `yaml:"document"`
		} `yaml:"witness"`
	}
	if err := example.Decode(&change); err != nil {
		t.Fatal(err)
	}
	a := &f.Applicant
	set(&a.DateOfBirth, day(t, change.Applicant.DateOfBirth))
	set(&a.FixedAddress, change.Applicant.FixedAddress)
	set(&a.Abroad, change.Applicant.Abroad)
	set(&a.LawfulStay, change.Applicant.LawfulStay)
	set(&a.UserID, change.Applicant.UserID)
	set(&f.ControlQuestions, change.ControlQuestions)
	f.Documents = slices.Clone(f.Documents)
	if all := change.DocumentsAll; all != nil {
		for i := range f.Documents {
			fill(&f.Documents[i], all.document(t))
		}
	}
	for _, d := range change.Documents {
		f.Documents = append(f.Documents, d.document(t))
	}
	if w := change.Witness; w != nil {
		set(&f.Witness.Present, w.Present)
		set(&f.Witness.DateOfBirth, day(t, w.DateOfBirth))
		set(&f.Witness.MitIDSince, day(t, w.MitIDSince))
		set(&f.Witness.VouchedIn120Days, w.VouchedIn120Days)
		set(&f.Witness.SwornStatement, w.SwornStatement)
		if w.Document != nil {
			f.Witness.Document = new(w.Document.document(t))
		}
	}
	return f
}

type exampleDocument struct {
	Type           DocumentType `yaml:"type"`
	Issuer         string       `yaml:"issuer"`
	Territory      Territory    `yaml:"territory"`
	DateOfExpiry   string       `yaml:"date_of_expiry"`
	Provisional    *bool        `yaml:"provisional"`
	Photo          *bool        `yaml:"photo"`
	ShowsCPR       *bool        `yaml:"shows_cpr"`
	TravelDocument *bool        `yaml:"travel_document"`
	Chip           *struct {
		Authenticity Authenticity `yaml:"authenticity"`
		CloneCheck   Outcome      `yaml:"clone_check"`
		Reported     Outcome      `yaml:"reported"`
		HolderMatch  Outcome      `yaml:"holder_match"`
	} `yaml:"chip"`
}

func (d exampleDocument) document(t *rapid.T) Document {
	made := Document{
		Type: d.Type, Issuer: d.Issuer, Territory: d.Territory, DateOfExpiry: day(t, d.DateOfExpiry), Provisional: d.Provisional,
		Photo: d.Photo, ShowsCPR: d.ShowsCPR, TravelDocument: d.TravelDocument,
	}
	if c := d.Chip; c != nil {
		made.Chip = &Chip{Authenticity: c.Authenticity, CloneCheck: c.CloneCheck, Reported: c.Reported, HolderMatch: c.HolderMatch}
	}
	return made
}

// fill sets what is not known of d.
func fill(d *Document, known Document) {
	if d.Issuer == "" && d.Territory == "" {
		d.Issuer = known.Issuer
	}
	for _, f := range []struct{ to, from **bool }{
		{&d.Provisional, &known.Provisional},
		{&d.Photo, &known.Photo},
		{&d.ShowsCPR, &known.ShowsCPR},
		{&d.TravelDocument, &known.TravelDocument},
	} {
		if *f.to == nil {
			*f.to = *f.from
		}
	}
	if d.DateOfExpiry.IsZero() {
		d.DateOfExpiry = known.DateOfExpiry
	}
}

func set[T comparable](to *T, value T) {
	var zero T
	if value != zero {
		*to = value
	}
}

func day(t *rapid.T, text string) Date {
	if text == "" {
		return Date{}
	}
	d, err := ParseDate(text)
	if err != nil {
		t.Fatal(err)
	}
	return d
}
