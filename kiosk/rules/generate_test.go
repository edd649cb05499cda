package rules

import (
	"fmt"

	"github.com/skranke/skranke/kiosk/cpr"
	"pgregory.net/rapid"
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
