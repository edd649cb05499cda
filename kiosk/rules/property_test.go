package rules

import (
	"fmt"
	"math/rand"
	"slices"
	"testing"

	"go.yaml.in/yaml/v3"
	"pgregory.net/rapid"

	"github.com/skranke/skranke/kiosk/cpr"
)

// The generators give any valid facts, leaning towards the days, ages and documents where rules change.

func drawDate(t *rapid.T, label string, around Date) Date {
	steps := []int{0, 0, 1, -1, 2, -2, 10, -10, -11, -12, 30, -90, -120, 365, 3650, -3650}
	return around.AddDays(rapid.SampledFrom(steps).Draw(t, label))
}

var days = []Date{
	{2021, 12, 31},
	{2022, 1, 1},
	{2022, 10, 30},
	{2022, 10, 31},
	{2023, 2, 28},
	{2023, 5, 1},
	{2023, 5, 29},
	{2023, 5, 30},
	{2023, 5, 31},
	{2023, 6, 4},
	{2023, 6, 5},
	{2023, 6, 30},
	{2023, 7, 1},
	{2023, 10, 31},
	{2023, 11, 1},
	{2024, 2, 29},
	{2026, 11, 22},
}

func drawFacts() *rapid.Generator[Facts] {
	return rapid.Custom(func(t *rapid.T) Facts {
		f := Facts{
			Schema:  FactsSchema,
			Scheme:  rapid.SampledFrom([]Scheme{MitID, NemID}).Draw(t, "scheme"),
			Channel: rapid.SampledFrom([]Channel{Counter, Counter, Counter, ChipScan}).Draw(t, "channel"),
			On:      rapid.SampledFrom(days).Draw(t, "on"),
			ControlQuestions: rapid.SampledFrom([]ControlQuestions{
				"", QuestionsPassed, QuestionsPassed, QuestionsFailed, QuestionsNotAsked,
			}).Draw(t, "questions"),
		}
		f.Applicant = Applicant{
			DateOfBirth:  drawBirth(t, "birth", f.On, 13, 15, 30),
			HasCPR:       drawBool(t, "has_cpr"),
			LawfulStay:   rapid.SampledFrom([]LawfulStay{"", StayYes, StayYes, StayPending, StayUnknown}).Draw(t, "stay"),
			FixedAddress: drawBool(t, "address"),
			Guardianship: rapid.SampledFrom([]*bool{nil, new(false), new(false), new(true)}).Draw(t, "guardianship"),
			CanAppear:    drawBool(t, "can_appear"),
			Abroad:       rapid.SampledFrom([]*bool{nil, new(false), new(false), new(true)}).Draw(t, "abroad"),
			UserID:       rapid.SampledFrom([]*string{nil, new("anna.k"), new("ANNA.K"), new("x")}).Draw(t, "user_id"),
		}
		if b := f.Applicant.DateOfBirth; !b.IsZero() && b.Year >= 1937 && rapid.Bool().Draw(t, "cpr") {
			digits := fmt.Sprintf("%02d%02d%02d4321", b.Day, b.Month, b.Year%100)
			if b.Year < 2000 {
				digits = digits[:6] + "1321"
			}
			if n, err := cpr.Parse(digits); err == nil {
				if year, _, _ := n.Birth(); year == b.Year {
					f.Applicant.CPR, f.Applicant.HasCPR = n, new(true)
				}
			}
		}
		f.Documents = rapid.SliceOfN(drawDocument(f.On), 0, 4).Draw(t, "documents")
		if rapid.Bool().Draw(t, "witness") {
			f.Witness = Witness{
				Present:        drawBool(t, "present"),
				DateOfBirth:    drawBirth(t, "witness birth", f.On, 18, 40),
				SwornStatement: drawBool(t, "sworn"),
			}
			if since := drawDate(t, "since", f.On); !since.After(f.On) && !f.Witness.DateOfBirth.After(since) {
				f.Witness.MitIDSince = since
			}
			if n := rapid.IntRange(-1, 4).Draw(t, "vouched"); n >= 0 {
				f.Witness.VouchedIn120Days = new(n)
			}
			if rapid.Bool().Draw(t, "witness shows") {
				f.Witness.Document = new(drawDocument(f.On).Draw(t, "witness document"))
			}
		}
		if err := f.Validate(); err != nil {
			t.Fatalf("the generator's facts are refused: %v", err)
		}
		return f
	})
}

func drawBool(t *rapid.T, label string) *bool {
	return rapid.SampledFrom([]*bool{nil, new(true), new(true), new(false)}).Draw(t, label)
}

// drawBirth gives a birthday near one of the ages, or none.
func drawBirth(t *rapid.T, label string, on Date, ages ...int) Date {
	if rapid.IntRange(0, 5).Draw(t, label+" known") == 0 {
		return Date{}
	}
	d := on.Anniversary(-rapid.SampledFrom(ages).Draw(t, label+" age")).AddDays(rapid.IntRange(-1, 1).Draw(t, label))
	return d
}

func drawDocument(on Date) *rapid.Generator[Document] {
	return rapid.Custom(func(t *rapid.T) Document {
		d := Document{
			Type: rapid.OneOf(rapid.Just(DocumentType("passport")), rapid.SampledFrom(documentTypes)).Draw(t, "type"),
			Issuer: rapid.SampledFrom([]string{"", "DNK", "DNK", "DNK", "D", "SWE", "GBR", "GRL", "FRO", "UNO"}).
				Draw(t, "issuer"),
			Provisional:    rapid.SampledFrom([]*bool{nil, new(false), new(false), new(true)}).Draw(t, "provisional"),
			Photo:          drawBool(t, "photo"),
			ShowsCPR:       drawBool(t, "shows_cpr"),
			TravelDocument: drawBool(t, "travel"),
		}
		if d.Issuer == "DNK" {
			d.Territory = rapid.SampledFrom([]Territory{"", Denmark, Greenland, FaroeIslands}).Draw(t, "territory")
		}
		if rapid.IntRange(0, 3).Draw(t, "expiry known") > 0 {
			d.DateOfExpiry = drawDate(t, "expiry", on)
		}
		if issued := on.AddMonths(-3).AddDays(rapid.IntRange(-1, 1).Draw(t, "issued")); rapid.Bool().Draw(t, "issue known") &&
			(d.DateOfExpiry.IsZero() || !issued.After(d.DateOfExpiry)) {
			d.DateOfIssue = issued
		}
		if rapid.Bool().Draw(t, "chip read") {
			outcomes := []Outcome{
				"", CheckSuccessful, CheckSuccessful, CheckSuccessful, CheckFailed, CheckUndetermined, CheckNotSupported,
				CheckAborted, CheckNotDone,
			}
			d.Chip = &Chip{
				Authenticity: rapid.SampledFrom([]Authenticity{"", Genuine, Genuine, Genuine, Undetermined, Counterfeit}).
					Draw(t, "authenticity"),
				CloneCheck:  rapid.SampledFrom(outcomes).Draw(t, "clone"),
				Reported:    rapid.SampledFrom(outcomes).Draw(t, "reported"),
				HolderMatch: rapid.SampledFrom(outcomes).Draw(t, "holder"),
			}
			if d.Chip.Authenticity == Undetermined {
				d.Chip.Codes = rapid.SliceOfN(rapid.SampledFrom([]string{"not_read", "no_csca", "refused"}), 0, 2).Draw(t, "codes")
			}
		}
		return d
	})
}

func decideOn(t *rapid.T, p *Pack, f Facts) (Decision, *evaluation) {
	if _, err := p.Decide(f); err != nil {
		t.Fatal(err)
	}
	return p.decide(&f)
}

// standing orders outcomes: what is open is neither better nor worse, whether a person must decide or something must
// still be shown.
func standing(v Verdict) int {
	switch v {
	case Eligible:
		return 2
	case Ineligible:
		return 0
	}
	return 1
}

func good(s Status) bool { return s == StatusMet || s == StatusNotApplicable }

// Every valid facts get a decision in which everything is accounted for.
func TestEvaluationIsTotal(t *testing.T) {
	p := embedded(t)
	rapid.Check(t, func(t *rapid.T) {
		d, e := decideOn(t, p, drawFacts().Draw(t, "facts"))
		if len(d.Requirements) == 0 {
			t.Fatal("no requirements")
		}
		missing := 0
		count := map[Status]int{}
		for _, r := range d.Requirements {
			count[r.Status]++
			if !slices.Contains(statuses, r.Status) || r.Text.DA == "" || r.Text.EN == "" || r.Source.Quote == "" ||
				r.Source.File+r.Source.External == "" || r.By == nil {
				t.Fatalf("%+v", r)
			}
			if r.Status == StatusMissing {
				if d.Missing[missing].Requirement != r.ID || len(d.Missing[missing].Ways) == 0 {
					t.Fatalf("%s is missing without a way", r.ID)
				}
				missing++
			}
		}
		if missing != len(d.Missing) {
			t.Fatalf("%d missing, %d listed", missing, len(d.Missing))
		}
		open := count[StatusUnmet] + count[StatusRefer] + count[StatusMissing]
		if (d.Outcome == Eligible) != (open == 0) {
			t.Fatalf("%s with %d open requirements", d.Outcome, open)
		}
		if d.Outcome != Eligible && len(d.Alternatives) == 0 {
			t.Fatal("no alternatives")
		}
		for i := range e.pack.findings {
			e.finding(i)
		}
	})
}

// The order of documents never matters.
func TestOrderOfDocuments(t *testing.T) {
	p := embedded(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts().Draw(t, "facts")
		before, _ := decideOn(t, p, f)
		turned := f
		turned.Documents = slices.Clone(f.Documents)
		shuffle := rand.New(rand.NewSource(rapid.Int64().Draw(t, "shuffle")))
		shuffle.Shuffle(len(turned.Documents), func(i, j int) {
			turned.Documents[i], turned.Documents[j] = turned.Documents[j], turned.Documents[i]
		})
		after, _ := decideOn(t, p, turned)
		if before.Outcome != after.Outcome {
			t.Fatalf("%s, in another order %s", before.Outcome, after.Outcome)
		}
		for i, r := range before.Requirements {
			if s := after.Requirements[i].Status; s != r.Status {
				t.Fatalf("%s: %s, in another order %s", r.ID, r.Status, s)
			}
		}
		for i, m := range before.Missing {
			if len(m.Ways) != len(after.Missing[i].Ways) {
				t.Fatalf("%s: other ways in another order", m.Requirement)
			}
		}
	})
}

// A forged document never helps: with it no one is eligible, and no requirement but those on the chip gets better.
func TestForgedDocumentNeverHelps(t *testing.T) {
	p := embedded(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts().Draw(t, "facts")
		forged := drawDocument(f.On).Draw(t, "forged")
		forged.Chip = &Chip{Authenticity: Counterfeit, CloneCheck: CheckSuccessful, Reported: CheckSuccessful, HolderMatch: CheckSuccessful}
		if rapid.Bool().Draw(t, "copied") {
			forged.Chip.Authenticity, forged.Chip.CloneCheck = Genuine, CheckFailed
		}
		before, _ := decideOn(t, p, f)
		f.Documents = append(slices.Clone(f.Documents), forged)
		after, _ := decideOn(t, p, f)
		if after.Outcome != Refer && after.On.After(Date{2021, 12, 31}) {
			t.Fatalf("%s with a forged document", after.Outcome)
		}
		if after.Outcome == Eligible {
			t.Fatal("eligible with a forged document")
		}
		for i, r := range before.Requirements {
			if now := after.Requirements[i]; !good(r.Status) && good(now.Status) {
				t.Fatalf("%s: %s, with a forged document %s", r.ID, r.Status, now.Status)
			}
		}
	})
}

// More valid evidence never makes an outcome worse.
func TestMoreEvidenceNeverHarms(t *testing.T) {
	p := embedded(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts().Draw(t, "facts")
		before, _ := decideOn(t, p, f)
		switch rapid.IntRange(0, 4).Draw(t, "evidence") {
		case 0:
			d := drawDocument(f.On).Draw(t, "document")
			d.Provisional, d.DateOfExpiry = new(false), f.On.AddDays(rapid.IntRange(0, 1).Draw(t, "left"))
			d.Chip = rapid.SampledFrom([]*Chip{
				nil, {Authenticity: Genuine, CloneCheck: CheckSuccessful, Reported: CheckSuccessful, HolderMatch: CheckSuccessful},
			}).Draw(t, "chip")
			f.Documents = append(slices.Clone(f.Documents), d)
		case 1:
			f.ControlQuestions = QuestionsPassed
		case 2:
			f.Applicant.LawfulStay = StayYes
		case 3:
			f.Applicant.UserID = new("solsikke.42")
		case 4:
			if f.Witness != (Witness{}) {
				return // the one who stands there already would be replaced
			}
			f.Witness = Witness{
				Present: new(true), DateOfBirth: Date{1970, 1, 1}, MitIDSince: Date{2021, 11, 1}, VouchedIn120Days: new(0),
				SwornStatement: new(true),
				Document:       &Document{Type: "passport", Issuer: "DNK", Provisional: new(false), DateOfExpiry: Date{2099, 1, 1}},
			}
		}
		after, _ := decideOn(t, p, f)
		if standing(after.Outcome) < standing(before.Outcome) {
			t.Fatalf("%s, with more evidence %s", before.Outcome, after.Outcome)
		}
		for i, r := range before.Requirements {
			if now := after.Requirements[i]; r.Status == StatusMet && !good(now.Status) {
				t.Fatalf("%s: %s, with more evidence %s", r.ID, r.Status, now.Status)
			}
		}
	})
}

// Knowing less never makes anyone eligible: not where a fact is something to show.
func TestUnknownNeverHelps(t *testing.T) {
	p := embedded(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts().Draw(t, "facts")
		before, _ := decideOn(t, p, f)
		f.Documents = slices.Clone(f.Documents)
		if len(f.Documents) > 0 {
			d := &f.Documents[rapid.IntRange(0, len(f.Documents)-1).Draw(t, "which")]
			switch rapid.IntRange(0, 4).Draw(t, "forgotten") {
			case 0:
				if d.Type == "passport" {
					d.Provisional = nil
				}
			case 1:
				if d.Type == "passport" || d.Type == "driving_licence" || d.Type == "national_id" {
					d.DateOfExpiry = Date{}
				}
			case 2:
				d.TravelDocument = nil
			case 3:
				d.DateOfIssue = Date{}
			case 4:
				if d.Type == "national_id" || d.Type == "residence_permit" {
					d.Photo = nil
				}
			}
		}
		switch rapid.IntRange(0, 8).Draw(t, "not known") {
		case 0:
			f.Applicant.DateOfBirth = Date{}
			f.Applicant.CPR = cpr.Number{}
		case 1:
			f.Applicant.FixedAddress = nil
		case 2:
			f.ControlQuestions = ""
		case 3:
			f.Witness.DateOfBirth = Date{}
		case 4:
			f.Witness.MitIDSince = Date{}
		case 5:
			f.Witness.VouchedIn120Days = nil
		case 6:
			f.Witness.Document = nil
		case 7:
			f.Witness.Present = nil
		case 8:
			f.Witness.SwornStatement = nil
		}
		after, _ := decideOn(t, p, f)
		if before.Outcome != Eligible && after.Outcome == Eligible && !witnessWasTheSign(before) {
			t.Fatalf("%s, knowing less %s", before.Outcome, after.Outcome)
		}
	})
}

// witnessWasTheSign tells whether a sign at the witness's document was all that stood against a decision: a witness who
// takes a document away takes the sign away too.
func witnessWasTheSign(d Decision) bool {
	for _, r := range d.Requirements {
		if !good(r.Status) && !slices.Contains(r.By, "witness.document") {
			return false
		}
	}
	return true
}

// Every way that is offered, once followed, meets its requirement and brings the decision no further away; a way that
// asks for a fact is not offered again once the fact is known.
func TestWaysLeadOn(t *testing.T) {
	p := embedded(t)
	rapid.Check(t, func(t *rapid.T) {
		f := drawFacts().Draw(t, "facts")
		before, e := decideOn(t, p, f)
		for i, r := range e.list.requirements {
			if before.Requirements[i].Status != StatusMissing {
				continue
			}
			for w := range r.Ways {
				way := &r.Ways[w]
				if holds, _ := e.matches(way.When, way.Document, expression{}); holds.Value() != true {
					continue
				}
				after, then := decideOn(t, p, follow(t, f, &way.Example))
				if way.Asks {
					if holds, _ := then.matches(way.When, way.Document, expression{}); holds.Value() == true {
						t.Fatalf("%s by %s: asked again", r.id, way.ID)
					}
					continue
				}
				if now := after.Requirements[i]; !good(now.Status) {
					t.Fatalf("%s by %s: %s after %s", r.id, way.ID, now.Status, way.Text.EN)
				}
				// Another witness takes the sign away that stood at the first one's document, and with it the referral.
				if standing(after.Outcome) < standing(before.Outcome) && !e.decided {
					t.Fatalf("%s by %s: %s became %s", r.id, way.ID, before.Outcome, after.Outcome)
				}
			}
		}
	})
}

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
