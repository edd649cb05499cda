package rules

import (
	"math/rand"
	"slices"
	"testing"

	"pgregory.net/rapid"

	"github.com/skranke/skranke/kiosk/cpr"
)

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
