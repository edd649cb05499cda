package visit

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

var on = rules.Date{Year: 2026, Month: time.November, Day: 22}

func facts(r *inspect.Report, seen Seen) rules.Facts {
	return ReportToFacts(r, seen, rules.MitID, rules.Counter, on)
}

func TestReportToFacts(t *testing.T) {
	id := "karin.e"
	f := facts(goodReport(), Seen{
		Look: Look{SamePerson: Yes, CPRInDocument: true}, Questions: rules.QuestionsPassed,
		Papers: []rules.Document{{Type: "health_card", Issuer: "DNK", ShowsCPR: is(true)}}, Applicant: rules.Applicant{UserID: &id},
	})
	if f.Schema != rules.FactsSchema || f.Scheme != rules.MitID || f.Channel != rules.Counter || f.On != on {
		t.Error("the frame of the facts is wrong")
	}
	if f.Applicant.DateOfBirth.String() != "1990-02-03" || f.Applicant.HasCPR != nil || !f.Applicant.CPR.IsZero() ||
		f.Applicant.UserID == nil || *f.Applicant.UserID != "karin.e" {
		t.Error("the applicant is wrong")
	}
	if f.ControlQuestions != rules.QuestionsPassed || f.Witness.Present != nil {
		t.Error("questions or witness are wrong")
	}
	if len(f.Documents) != 2 {
		t.Fatalf("%d documents", len(f.Documents))
	}
	d := f.Documents[0]
	if d.Type != "passport" || d.Issuer != "DNK" || d.Territory != "" || d.DateOfExpiry.String() != "2030-02-02" ||
		!d.DateOfIssue.IsZero() || d.Provisional != nil || d.Photo == nil || !*d.Photo || d.ShowsCPR == nil || !*d.ShowsCPR || d.TravelDocument != nil {
		t.Error("the document is wrong")
	}
	if c := d.Chip; c.Authenticity != rules.Genuine || len(c.Codes) != 0 || c.CloneCheck != rules.CheckSuccessful ||
		c.Reported != rules.CheckUndetermined || c.HolderMatch != rules.CheckSuccessful {
		t.Errorf("the chip is wrong: %+v", *c)
	}
	if card := f.Documents[1]; card.Type != "health_card" || card.Chip != nil || card.ShowsCPR == nil || !*card.ShowsCPR {
		t.Error("the health card is wrong")
	}
}

func TestWhatIsNotKnownStaysUnknown(t *testing.T) {
	report := goodReport()
	report.Document.DateOfBirth, report.Document.DateOfExpiry = "1990-XX-XX", ""
	report.Face, report.Checks = nil, nil
	f := facts(report, Seen{})
	d := f.Documents[0]
	if !f.Applicant.DateOfBirth.IsZero() || f.Applicant.UserID != nil || !d.DateOfExpiry.IsZero() || d.Photo != nil || d.ShowsCPR != nil ||
		f.ControlQuestions != "" || d.Chip.HolderMatch != rules.CheckNotDone || d.Chip.CloneCheck != rules.CheckNotDone ||
		d.Chip.Reported != rules.CheckNotDone {
		t.Error("something was guessed")
	}
	for _, empty := range []*inspect.Report{nil, {Authenticity: inspect.AuthenticityUndetermined}} {
		if f := facts(empty, Seen{}); len(f.Documents) != 0 || f.Documents == nil || !f.Applicant.DateOfBirth.IsZero() {
			t.Error("a report without a document gave one")
		}
	}
	report = goodReport()
	report.Document.Code = "V"
	if f := facts(report, Seen{}); len(f.Documents) != 0 {
		t.Error("a visa became a document")
	}
}

// What the caseworker knows fills what the chip does not tell, and never takes its place.
func TestTheChipStandsBeforeWhatWasTold(t *testing.T) {
	told := rules.Applicant{DateOfBirth: rules.Date{Year: 1980, Month: time.May, Day: 1}, LawfulStay: rules.StayYes, Abroad: is(false)}
	f := facts(goodReport(), Seen{Applicant: told})
	if f.Applicant.DateOfBirth.String() != "1990-02-03" || f.Applicant.LawfulStay != rules.StayYes || f.Applicant.Abroad == nil {
		t.Error("the chip's date of birth, or what was told, is lost")
	}
	report := goodReport()
	report.Document.DateOfBirth = "1990-XX-XX"
	if f := facts(report, Seen{Applicant: told}); f.Applicant.DateOfBirth != told.DateOfBirth {
		t.Error("a date that the chip does not tell is not taken from the caseworker")
	}
	if f := facts(nil, Seen{Applicant: told}); f.Applicant.DateOfBirth != told.DateOfBirth {
		t.Error("without a chip the caseworker's word is lost")
	}
}

func TestTerritoryInPrint(t *testing.T) {
	if d := facts(goodReport(), Seen{Look: Look{Territory: rules.FaroeIslands}}).Documents[0]; d.Territory != rules.FaroeIslands {
		t.Errorf("territory %q", d.Territory)
	}
}

// A Danish passport that was extended by hand is good until the later day, at the counter and for the rules alone.
func TestAPassportExtendedByHand(t *testing.T) {
	expired := func() *inspect.Report {
		r := goodReport()
		r.Document.DateOfExpiry = "2026-11-21"
		r.Checks = append(r.Checks, inspect.Check{ID: "document.expiry", Outcome: inspect.Failed, Code: "expired"})
		return r
	}
	later, earlier := rules.Date{Year: 2027, Month: time.March, Day: 1}, rules.Date{Year: 2025, Month: time.March, Day: 1}
	for name, row := range map[string]struct {
		change   func(*inspect.Report)
		channel  rules.Channel
		extended rules.Date
		want     string
	}{
		"until a later day":           {nil, rules.Counter, later, "2027-03-01"},
		"not at all":                  {nil, rules.Counter, rules.Date{}, "2026-11-21"},
		"until an earlier day":        {nil, rules.Counter, earlier, "2026-11-21"},
		"as a kiosk may not":          {nil, rules.ChipScan, later, "2026-11-21"},
		"as no other state's may be":  {func(r *inspect.Report) { r.Document.Issuer = "SWE" }, rules.Counter, later, "2026-11-21"},
		"as no card may be":           {func(r *inspect.Report) { r.Document.Code = "I" }, rules.Counter, later, "2026-11-21"},
		"as no emergency one may be":  {func(r *inspect.Report) { r.Document.Code = "PE" }, rules.Counter, later, "2026-11-21"},
		"where the chip says nothing": {func(r *inspect.Report) { r.Document.DateOfExpiry = "" }, rules.Counter, later, ""},
	} {
		r := expired()
		if row.change != nil {
			row.change(r)
		}
		f := ReportToFacts(r, Seen{Look: Look{Extended: row.extended}}, rules.MitID, row.channel, on)
		got := ""
		if d := f.Documents[0].DateOfExpiry; !d.IsZero() {
			got = d.String()
		}
		if got != row.want {
			t.Errorf("extended %s: good until %q, want %q", name, got, row.want)
		}
	}
	pack, err := rules.Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	id := func(extended rules.Date) rules.Status {
		seen := Seen{Look: Look{SamePerson: Yes, Ordinary: Yes, Extended: extended}, Questions: rules.QuestionsPassed}
		d, err := pack.Decide(facts(expired(), seen))
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range d.Requirements {
			if r.ID == "mitid.photo-id" {
				return r.Status
			}
		}
		return ""
	}
	if before, after := id(rules.Date{}), id(later); before == rules.StatusMet || after != rules.StatusMet {
		t.Errorf("expired the passport identifies: %s; extended: %s", before, after)
	}
}

func TestChipsThatTellDifferentThings(t *testing.T) {
	born := func(dates ...string) rules.Facts {
		var chips []looked
		for i, date := range dates {
			r := goodReport()
			r.Document.DateOfBirth = date
			if i > 0 {
				r.Document.Code = "ID"
			}
			chips = append(chips, looked{r, Look{Travel: Yes}})
		}
		return factsOf(chips, Seen{}, rules.MitID, rules.Counter, on)
	}
	f := born("1990-02-03", "1990-02-03", "1990-XX-XX")
	if len(f.Documents) != 3 || f.Documents[1].Type != "national_id" || f.Documents[1].TravelDocument == nil || f.Applicant.DateOfBirth.String() != "1990-02-03" {
		t.Error("the second chip is not in the facts, or took something from the first")
	}
	if f := born("1990-02-03", "1980-02-03", "1970-02-03"); !f.Applicant.DateOfBirth.IsZero() {
		t.Error("of three dates of birth one was chosen")
	}
	one, other := goodReport(), goodReport()
	one.Document.OptionalData = "0302901239"
	other.Document.DateOfBirth = "1980-02-03"
	f = factsOf([]looked{{one, Look{}}, {other, Look{}}}, Seen{}, rules.MitID, rules.Counter, on)
	if !f.Applicant.CPR.IsZero() || f.Applicant.HasCPR != nil {
		t.Error("a number is taken from one of two persons")
	}
}

// A person's look is asked for where the photo proves something, and not where something stands in the citizen's way.
func TestNeedsLook(t *testing.T) {
	pack, err := rules.Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	for name, test := range map[string]struct {
		change func(*inspect.Report)
		seen   Answer
		want   bool
	}{
		"genuine":        {func(*inspect.Report) {}, Unanswered, true},
		"compared":       {func(*inspect.Report) {}, Yes, false},
		"another person": {func(*inspect.Report) {}, No, false},
		"counterfeit":    {func(r *inspect.Report) { r.Authenticity = inspect.Counterfeit }, Unanswered, false},
		"undetermined":   {func(r *inspect.Report) { r.Authenticity = inspect.AuthenticityUndetermined }, Unanswered, false},
		"a copy perhaps": {func(r *inspect.Report) { r.Checks[0].Outcome = inspect.NotSupported }, Unanswered, false},
		"too young":      {func(r *inspect.Report) { r.Document.DateOfBirth = "2020-01-01" }, Unanswered, false},
	} {
		onBench(t, func(c *Config) {
			c.Channel = rules.ChipScan
			c.Decide = func(f rules.Facts) (*rules.Decision, error) {
				d, err := pack.Decide(f)
				return &d, err
			}
		}, func(b *bench) {
			b.inspect = func(context.Context, mrtd.Link, Given, *inspect.Evidence, func(Progress)) (*Inspection, error) {
				i := goodInspection()
				test.change(i.Report)
				return i, nil
			}
			b.lay(with(ReaderCard, 1))
			b.give()
			b.counter.See(Seen{Look: Look{SamePerson: test.seen, Ordinary: Yes}})
			if s := b.expect(Done, ""); s.Result.Decision == nil || s.Result.NeedsLook != test.want {
				t.Errorf("%s: %v", name, s.Result.NeedsLook)
			}
		})
	}
}

// Nobody compares a person with a photo that cannot be shown.
func TestNoPhotoNoMatch(t *testing.T) {
	r := goodReport()
	r.Checks = []inspect.Check{{ID: "face.decode", Outcome: inspect.Failed}}
	if got := facts(r, Seen{Look: Look{SamePerson: Yes}}).Documents[0].Chip.HolderMatch; got != rules.CheckNotDone {
		t.Errorf("holder_match %q without a photo", got)
	}
	result := Result{Report: goodReport()}
	if result.looked(Look{SamePerson: Yes}).look.SamePerson != Unanswered {
		t.Error("an answer about a photo that was not shown counts")
	}
}

func TestAProofOnFileIsNoProof(t *testing.T) {
	report := goodReport()
	report.Source = inspect.Dump
	if c := facts(report, Seen{}).Documents[0].Chip.CloneCheck; c != rules.CheckNotDone {
		t.Errorf("clone_check %q from a dump", c)
	}
}

func TestHolderMatch(t *testing.T) {
	for answer, want := range map[Answer]rules.Outcome{
		Unanswered: rules.CheckNotDone, Yes: rules.CheckSuccessful, No: rules.CheckFailed,
	} {
		if got := facts(goodReport(), Seen{Look: Look{SamePerson: answer}}).Documents[0].Chip.HolderMatch; got != want {
			t.Errorf("%q gave %q, want %q", answer, got, want)
		}
	}
}

func TestWhatKindOfDocumentAPersonSees(t *testing.T) {
	truth := map[Answer]*bool{Unanswered: nil, Yes: is(true), No: is(false)}
	same := func(a, b *bool) bool { return (a == nil) == (b == nil) && (a == nil || *a == *b) }
	for answer, want := range truth {
		d := facts(goodReport(), Seen{Look: Look{Travel: answer}}).Documents[0]
		if !same(d.TravelDocument, want) || d.Provisional != nil {
			t.Errorf("travel %q", answer)
		}
		opposite := map[Answer]*bool{Unanswered: nil, Yes: is(false), No: is(true)}[answer]
		if d := facts(goodReport(), Seen{Look: Look{Ordinary: answer}}).Documents[0]; !same(d.Provisional, opposite) || d.TravelDocument != nil {
			t.Errorf("ordinary %q", answer)
		}
	}
}

func TestDocumentType(t *testing.T) {
	for code, want := range map[string]rules.DocumentType{
		"P": "passport", "PP": "passport", "PD": "passport", "PE": "passport", "I": "national_id", "ID": "national_id",
		"C": "national_id", "AR": "residence_permit", "IR": "residence_permit", "A": "national_id", "V": "", "": "", "XX": "",
	} {
		got, ok := DocumentType(code)
		if got != want || ok != (want != "") {
			t.Errorf("%q is a %q, want %q", code, got, want)
		}
	}
	report := goodReport()
	report.Document.Code = "PE"
	if p := facts(report, Seen{Look: Look{Ordinary: Yes}}).Documents[0].Provisional; p == nil || !*p {
		t.Error("an emergency passport is not provisional")
	}
}

func TestPersonalNumber(t *testing.T) {
	for _, test := range []struct {
		name   string
		change func(*inspect.Report)
		want   bool
	}{
		{"as it is", func(*inspect.Report) {}, true},
		{"another birth date", func(r *inspect.Report) { r.Document.DateOfBirth = "1990-02-04" }, false},
		{"another century", func(r *inspect.Report) { r.Document.OptionalData = "0302905234" }, false},
		{"not ten digits", func(r *inspect.Report) { r.Document.OptionalData = "ZE184226B" }, false},
		{"a foreign document", func(r *inspect.Report) { r.Document.Issuer = "SWE" }, false},
		{"not genuine", func(r *inspect.Report) { r.Authenticity = inspect.AuthenticityUndetermined }, false},
		{"a replacement number", func(r *inspect.Report) { r.Document.OptionalData = "6302901234" }, false},
	} {
		t.Run(test.name, func(t *testing.T) {
			report := goodReport()
			report.Document.OptionalData = "0302901234"
			test.change(report)
			f := facts(report, Seen{})
			if got := !f.Applicant.CPR.IsZero(); got != test.want {
				t.Errorf("number taken: %t", got)
			}
			if got := f.Documents[0].ShowsCPR != nil; got != test.want {
				t.Errorf("the document shows a number: %t", got)
			}
			if (f.Applicant.HasCPR != nil) != test.want {
				t.Error("has_cpr does not follow the number")
			}
		})
	}
}

func TestCodesAgainst(t *testing.T) {
	ids := []string{"sod.hash", "sod.signature", "signer.signature", "signer.usage", "csca.trust", "dg.1", "dg.2", "signer.validity", "csca.validity", "chip.genuine"}
	report := func(authenticity inspect.Authenticity, other map[string]inspect.Check) *inspect.Report {
		r := goodReport()
		r.Authenticity, r.Checks = authenticity, nil
		for _, id := range ids {
			check, ok := other[id]
			if !ok {
				check = inspect.Check{Outcome: inspect.Successful}
			}
			check.ID = id
			r.Checks = append(r.Checks, check)
		}
		for _, id := range []string{"dg.14", "dg.15"} {
			r.Checks = append(r.Checks, inspect.Check{ID: id, Outcome: inspect.NotDone, Code: inspect.CodeNotListed})
		}
		return r
	}
	open := inspect.Check{Outcome: inspect.Undetermined, Code: "no_csca"}
	for _, test := range []struct {
		name   string
		report *inspect.Report
		want   []string
	}{
		{"genuine", report(inspect.Genuine, nil), nil},
		{"one code once", report(inspect.AuthenticityUndetermined, map[string]inspect.Check{"signer.signature": open, "csca.trust": open}), []string{"no_csca"}},
		{"a check without a code", report(inspect.AuthenticityUndetermined, map[string]inspect.Check{"dg.2": {Outcome: inspect.NotDone}}), []string{"dg.2"}},
		{"a forgery", report(inspect.Counterfeit, map[string]inspect.Check{"dg.1": {Outcome: inspect.Failed, Code: "hash_mismatch"}}), []string{"hash_mismatch"}},
	} {
		got := facts(test.report, Seen{}).Documents[0].Chip.Codes
		if !slices.Equal(got, test.want) {
			t.Errorf("%s: codes %q, want %q", test.name, got, test.want)
		}
	}
}

// The facts are such that the rules take them: nothing in them is out of the contract's vocabulary.
func TestTheRulesTakeTheFacts(t *testing.T) {
	pack, err := rules.Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	for _, seen := range []Seen{
		{},
		{Look: Look{SamePerson: Yes, CPRInDocument: true}, Questions: rules.QuestionsPassed, Papers: []rules.Document{{Type: "health_card"}}},
		{Look: Look{SamePerson: No}, Witness: &Witness{Sworn: No}},
	} {
		for _, code := range []string{"P", "PE", "ID", "AR", "V", ""} {
			report := goodReport()
			report.Document.Code = code
			for _, channel := range []rules.Channel{rules.Counter, rules.ChipScan} {
				f := ReportToFacts(report, seen, rules.MitID, channel, on)
				if _, err := pack.Decide(f); err != nil {
					t.Errorf("code %q, channel %q: %v", code, channel, err)
				}
			}
		}
	}
	// The counter's own story: a genuine passport, the same person, questions passed and a health card are enough.
	id := "anna.k"
	d, err := pack.Decide(facts(goodReport(), Seen{
		Look: Look{SamePerson: Yes, Ordinary: Yes}, Questions: rules.QuestionsPassed,
		Papers: []rules.Document{{Type: "health_card"}}, Applicant: rules.Applicant{UserID: &id},
	}))
	if err != nil || d.Outcome != rules.Eligible {
		t.Errorf("outcome %q, %v", d.Outcome, err)
	}
	d, err = pack.Decide(facts(goodReport(), Seen{Look: Look{SamePerson: No}, Questions: rules.QuestionsPassed}))
	if err != nil || d.Outcome != rules.Refer {
		t.Errorf("another person: outcome %q, %v", d.Outcome, err)
	}
}
