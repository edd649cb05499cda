package rules

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
)

// example is the facts document of the contract.
const example = `{"schema":"skranke.facts/1","scheme":"mitid","channel":"counter","on":"2026-11-22",
 "applicant":{"date_of_birth":"1990-02-03","has_cpr":true,"cpr":"030290-1234","lawful_stay":"yes","fixed_address":true,
              "guardianship":false,"can_appear":true,"abroad":false,"user_id":"anna.k"},
 "documents":[{"type":"passport","issuer":"DNK","territory":"DNK","date_of_expiry":"2030-02-02","date_of_issue":"2020-02-02",
               "provisional":false,"photo":true,"shows_cpr":true,"travel_document":true,
               "chip":{"authenticity":"genuine","codes":[],"clone_check":"successful","reported":"successful","holder_match":"successful"}}],
 "control_questions":"passed",
 "witness":{"present":true,"date_of_birth":"1980-01-01","mitid_since":"2024-01-01","document":{"type":"driving_licence","issuer":"DNK","territory":"DNK","date_of_expiry":"2031-01-01"},
            "vouched_in_120_days":1,"sworn_statement":true}}`

func TestContractExample(t *testing.T) {
	d, _ := decideJSON(t, embedded(t), []byte(example))
	if d.Outcome != Eligible {
		t.Error(describe(d))
	}
	for _, r := range d.Requirements {
		if r.ID == "mitid.photo-id" && (len(r.By) != 1 || r.By[0] != "documents[0]") {
			t.Errorf("by %q", r.By)
		}
	}
	data, err := json.Marshal(d)
	if err != nil {
		t.Fatal(err)
	}
	for _, part := range []string{
		`{"schema":"skranke.decision/1","scheme":"mitid","channel":"counter","on":"2026-11-22","outcome":"eligible","requirements":[{"id":"mitid.`,
		`"missing":[],"alternatives":[]}`,
		`"source":{"file":"002_53d5181ca36f0a91.txt","quote":"`,
		`"from":"2022-01-01"}`,
		`"source":{"external":"mitid.dk`,
	} {
		if !strings.Contains(string(data), part) {
			t.Errorf("no %s in %s", part, data)
		}
	}
}

func TestParseFactsRefuses(t *testing.T) {
	for _, row := range []struct {
		name, old, new string
		path           string
	}{
		{"an unknown field", `"abroad":false`, `"abroad":false,"colour":"red"`, "applicant.colour"},
		{"an unknown field of a document", `"photo":true`, `"photo":true,"number":"x"`, "documents[0].number"},
		{"an unknown field of a chip", `"codes":[]`, `"codes":[],"x":1`, "documents[0].chip.x"},
		{"a field in capital letters", `"scheme"`, `"Scheme"`, ""},
		{"a field that only looks the same", `"schema"`, `"ſchema"`, ""},
		{"a key given twice", `"abroad":false`, `"abroad":false,"abroad":true`, "applicant.abroad"},
		{"a key given twice by an escape", `"abroad":false`, `"abroad":false,"\u0061broad":true`, "applicant.abroad"},
		{"a document given twice", `"control_questions"`, `"documents":[],"control_questions"`, "documents"},
		{"null", `"abroad":false`, `"abroad":null`, "applicant.abroad"},
		{"another schema", `skranke.facts/1`, `skranke.facts/2`, "schema"},
		{"no schema", `"schema":"skranke.facts/1",`, ``, "schema"},
		{"another scheme", `"mitid"`, `"bankid"`, "scheme"},
		{"no scheme", `"scheme":"mitid",`, ``, "scheme"},
		{"another channel", `"counter"`, `"telephone"`, "channel"},
		{"a day that does not exist", `"on":"2026-11-22"`, `"on":"2026-11-31"`, ""},
		{"an empty day", `"on":"2026-11-22"`, `"on":""`, ""},
		{"a day with a time", `"on":"2026-11-22"`, `"on":"2026-11-22T10:00:00Z"`, ""},
		{"29 February of a common year", `"1990-02-03"`, `"1990-02-29"`, ""},
		{"a number for a text", `"issuer":"DNK"`, `"issuer":208`, "documents.issuer"},
		{"a text for a boolean", `"abroad":false`, `"abroad":"false"`, "applicant.abroad"},
		{"an issuer in small letters", `"issuer":"DNK"`, `"issuer":"dnk"`, "documents[0].issuer"},
		{"an issuer of four letters", `"issuer":"DNK"`, `"issuer":"DNKK"`, "documents[0].issuer"},
		{"an unknown territory", `"territory":"DNK"`, `"territory":"DEU"`, "documents[0].territory"},
		{"a territory of another state", `"issuer":"DNK","territory":"DNK","date_of_expiry":"2030`, `"issuer":"SWE","territory":"DNK","date_of_expiry":"2030`, "documents[0].territory"},
		{"an unknown type", `"type":"passport"`, `"type":"Library card"`, "documents[0].type"},
		{"no type", `"type":"passport",`, ``, "documents[0].type"},
		{"an unknown outcome", `"clone_check":"successful"`, `"clone_check":"good"`, "documents[0].chip.clone_check"},
		{"an unknown verdict", `"genuine"`, `"true"`, "documents[0].chip.authenticity"},
		{"a code of the wrong form", `"codes":[]`, `"codes":["No CSCA!"]`, "documents[0].chip.codes[0]"},
		{"questions of another kind", `"passed"`, `"maybe"`, "control_questions"},
		{"a stay of another kind", `"lawful_stay":"yes"`, `"lawful_stay":"no"`, "applicant.lawful_stay"},
		{"born tomorrow", `"1990-02-03","has_cpr":true,"cpr":"030290-1234"`, `"2026-11-23","has_cpr":true`, "applicant.date_of_birth"},
		{"issued tomorrow", `"date_of_issue":"2020-02-02"`, `"date_of_issue":"2026-11-23"`, "documents[0].date_of_issue"},
		{"expired before it was issued", `"date_of_expiry":"2030-02-02"`, `"date_of_expiry":"2020-02-01"`, "documents[0].date_of_issue"},
		{"a witness born tomorrow", `"1980-01-01"`, `"2026-11-23"`, "witness.date_of_birth"},
		{"MitID from tomorrow", `"2024-01-01"`, `"2026-11-23"`, "witness.mitid_since"},
		{"MitID before birth", `"2024-01-01"`, `"1979-12-31"`, "witness.mitid_since"},
		{"fewer than no persons", `"vouched_in_120_days":1`, `"vouched_in_120_days":-1`, "witness.vouched_in_120_days"},
		{"half a person", `"vouched_in_120_days":1`, `"vouched_in_120_days":1.5`, "witness.vouched_in_120_days"},
		{"a CPR number of the wrong form", `030290-1234`, `030290-123`, ""},
		{"a CPR number of no date", `030290-1234`, `310290-1234`, ""},
		{"a CPR number of another birthday", `030290-1234`, `040290-1234`, "applicant.cpr"},
		{"a CPR number of someone without one", `"has_cpr":true`, `"has_cpr":false`, "applicant.has_cpr"},
		{"something after the end", `"sworn_statement":true}}`, `"sworn_statement":true}}{}`, ""},
		{"an end too early", `"sworn_statement":true}}`, `"sworn_statement":true}`, ""},
		{"a list of facts", example, `[` + example + `]`, ""},
		{"a text", example, `"facts"`, ""},
		{"nothing", example, ``, ""},
		{"not UTF-8", `anna.k`, "anna\xff", ""},
		{"no documents", `"control_questions"`, `"control_questions"`, ""},
		{"seventeen documents", `"documents":[`, `"documents":[` + strings.Repeat(`{"type":"passport"},`, MaxDocuments), "documents"},
		{"41 codes", `"codes":[]`, `"codes":[` + strings.Repeat(`"x",`, MaxCodes) + `"x"]`, "documents[0].chip.codes"},
		{"a deep nest", `"codes":[]`, `"codes":` + strings.Repeat("[", 10_000) + strings.Repeat("]", 10_000), ""},
		{"a thousand values", `"codes":[]`, `"codes":[` + strings.Repeat(`"x",`, 2000) + `"x"]`, ""},
		{"too long", example, strings.Repeat(" ", MaxFactsBytes) + example, ""},
	} {
		t.Run(row.name, func(t *testing.T) {
			text := strings.Replace(example, row.old, row.new, 1)
			if row.name == "no documents" {
				text = `{"schema":"skranke.facts/1","scheme":"mitid","channel":"counter"}`
			}
			f, err := ParseFacts([]byte(text))
			refused, ok := errors.AsType[*FactsError](err)
			if !ok {
				t.Fatalf("%v, facts %v", err, f)
			}
			if whole := row.name == "not UTF-8" || row.name == "too long"; (refused.Line > 0) == whole {
				t.Errorf("line %d", refused.Line)
			}
			if row.path != "" && !strings.HasSuffix(refused.Path, row.path) {
				t.Errorf("refused at %q, want %q: %v", refused.Path, row.path, err)
			}
			if refused.Problem == "" || refused.Remedy == "" {
				t.Errorf("%+v", refused)
			}
			for _, secret := range []string{"1990", "0302", "1234", "anna", "208", "2026-11-31", "1.5"} {
				if strings.Contains(err.Error(), secret) {
					t.Errorf("the error holds %q: %v", secret, err)
				}
			}
		})
	}
}

func TestParseFactsTakes(t *testing.T) {
	for name, text := range map[string]string{
		"the least":          `{"schema":"skranke.facts/1","scheme":"nemid","channel":"chip-scan","documents":[]}`,
		"an empty applicant": `{"schema":"skranke.facts/1","scheme":"nemid","channel":"counter","documents":[],"applicant":{},"witness":{}}`,
		"a future expiry":    `{"schema":"skranke.facts/1","scheme":"mitid","channel":"counter","documents":[{"type":"passport","date_of_expiry":"2099-01-01"}]}`,
		"white space":        "\n\t " + example + "\n",
	} {
		if _, err := ParseFacts([]byte(text)); err != nil {
			t.Errorf("%s: %v", name, err)
		}
	}
}

func TestDecideWantsADay(t *testing.T) {
	f, err := ParseFacts([]byte(`{"schema":"skranke.facts/1","scheme":"mitid","channel":"counter","documents":[]}`))
	if err != nil {
		t.Fatal(err)
	}
	p := embedded(t)
	if _, err := p.Decide(f); err == nil {
		t.Error("decided without a day")
	}
	f.On = Date{2026, 2, 30}
	if _, err := p.Decide(f); err == nil {
		t.Error("decided on a day that does not exist")
	}
	f.On, f.Scheme = Date{2026, 2, 28}, "bankid"
	if _, err := p.Decide(f); err == nil {
		t.Error("decided on a scheme that does not exist")
	}
}

func TestFactsPrintRedacted(t *testing.T) {
	f, err := ParseFacts([]byte(example))
	if err != nil {
		t.Fatal(err)
	}
	marshalled, err := json.Marshal(f)
	if err != nil {
		t.Fatal(err)
	}
	if strings.Contains(string(marshalled), "0302") {
		t.Error("marshals the CPR number")
	}
	printed := ""
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%d"} {
		printed += fmt.Sprintf(verb, f) + fmt.Sprintf(verb, &f) + fmt.Sprintf(verb, f.Applicant) + fmt.Sprintf(verb, f.Documents) +
			fmt.Sprintf(verb, f.Witness) + fmt.Sprintf(verb, struct{ F Facts }{f})
	}
	for _, secret := range []string{"1990", "1980", "anna", "2030", "DNK"} {
		if strings.Contains(printed, secret) {
			t.Errorf("prints %q", secret)
		}
	}
}

// documentTypes are those of the contract of the facts.
var documentTypes = []DocumentType{
	"passport", "driving_licence", "digital_driving_licence", "moped_licence", "national_id", "residence_permit",
	"military_id", "police_id", "bank_id", "nato_passport", "personal_certificate", "baptismal_certificate",
	"birth_certificate", "name_certificate", "health_card", "special_health_card", "digital_health_card",
	"temporary_health_card", "residence_certificate", "tax_statement", "tax_forecast", "benefit_statement",
}

func TestDocumentTypes(t *testing.T) {
	p := embedded(t)
	for _, kind := range documentTypes {
		if !p.HasType(kind) || p.DocumentName(kind).In("da") == "" || p.DocumentName(kind).In("en") == "" {
			t.Errorf("no %s", kind)
		}
	}
	for _, text := range []string{
		strings.Replace(example, `"passport"`, `"library_card"`, 1), strings.Replace(example, `"driving_licence"`, `"library_card"`, 1),
	} {
		f, err := ParseFacts([]byte(text))
		if err != nil {
			t.Fatal(err)
		}
		_, err = p.Decide(f)
		if refused, ok := errors.AsType[*FactsError](err); !ok || !strings.HasSuffix(refused.Path, ".type") {
			t.Errorf("%v", err)
		}
	}
}

// A fault names the line that it stands on, and what is missing that of what it is missing from.
func TestFactsErrorsNameTheLine(t *testing.T) {
	for _, row := range []struct {
		old, new, path string
		line           int
	}{
		{`"on":"2026-11-22"`, `"on":"2026-11-31"`, "on", 1},
		{`"abroad":false`, `"abroad":null`, "applicant.abroad", 3},
		{`"abroad":false`, `"abroad":"no"`, "applicant.abroad", 3},
		{`030290-1234`, `310290-1234`, "applicant.cpr", 2},
		{`"date_of_issue":"2020-02-02"`, `"date_of_issue":"2026-11-23"`, "documents[0].date_of_issue", 4},
		{`"photo":true`, `"photo":true,"colour":1`, "documents[0].colour", 5},
		{`"clone_check":"successful"`, `"clone_check":"good"`, "documents[0].chip.clone_check", 6},
		{`"control_questions":"passed"`, `"control_questions":passed`, "control_questions", 7},
		{`"type":"passport",`, ``, "documents[0].type", 4},
		{`"type":"passport"`, `"type":"library_card"`, "documents[0].type", 4},
		{`"type":"driving_licence"`, `"type":"library_card"`, "witness.document.type", 8},
		{`"vouched_in_120_days":1`, `"vouched_in_120_days":-1`, "witness.vouched_in_120_days", 9},
		{`"scheme":"mitid",`, ``, "scheme", 1},
	} {
		data := []byte(strings.Replace(example, row.old, row.new, 1))
		f, err := ParseFacts(data)
		if err == nil {
			_, err = embedded(t).Decide(f)
			err = Locate(data, err)
		}
		refused, ok := errors.AsType[*FactsError](err)
		if !ok || refused.Path != row.path || refused.Line != row.line {
			t.Errorf("%s: %v, want %s in line %d", row.new, err, row.path, row.line)
		}
	}
	if Locate([]byte(example), nil) != nil {
		t.Error("an error where there is none")
	}
}

func FuzzParseFacts(f *testing.F) {
	f.Add([]byte(example))
	f.Add([]byte(`{"schema":"skranke.facts/1","scheme":"mitid","channel":"counter","documents":[{}]}`))
	p := embedded(f)
	f.Fuzz(func(t *testing.T, data []byte) {
		facts, err := ParseFacts(data)
		if err != nil {
			if _, ok := errors.AsType[*FactsError](err); !ok {
				t.Fatalf("%T", err)
			}
			return
		}
		if facts.On.IsZero() {
			facts.On = Date{2026, 11, 22}
		}
		if _, err := p.Decide(facts); err != nil {
			if _, ok := errors.AsType[*FactsError](err); !ok {
				t.Fatalf("%T", err)
			}
		}
	})
}
