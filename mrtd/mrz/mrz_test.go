package mrz_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/mrz"
)

// on is the day that two-digit years are read on.
var on = time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)

func load(t *testing.T, name string, into any) {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testdata.Dir(t), "mrz", name))
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, into); err != nil {
		t.Fatal(err)
	}
}

// verdictFields maps the names of the collection's verdicts to fields.
var verdictFields = map[string]mrz.Field{
	"doc": mrz.FieldNumber, "doc_long": mrz.FieldNumber, "dob": mrz.FieldBirth, "exp": mrz.FieldExpiry,
	"opt": mrz.FieldOptional, "comp": mrz.FieldComposite,
}

func TestSpecimens(t *testing.T) {
	var specimens []struct {
		Name, Format string
		Lines        []string
		CheckDigits  map[string]bool `json:"check_digits"`
		AllValid     bool            `json:"all_valid"`
	}
	load(t, "specimen_mrz.json", &specimens)
	if len(specimens) < 36 {
		t.Fatalf("only %d specimens", len(specimens))
	}
	for _, s := range specimens {
		t.Run(s.Name, func(t *testing.T) {
			m, err := mrz.Parse(strings.Join(s.Lines, "\n"))
			if strings.HasPrefix(s.Format, "MRV") {
				if !errors.Is(err, mrz.ErrVisa) {
					t.Fatalf("a visa gives %v", err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if string(m.Size) != s.Format || !slices.Equal(m.Lines(), s.Lines) {
				t.Errorf("read as %s with other lines", m.Size)
			}
			wrong := m.CheckDigits()
			for verdict, right := range s.CheckDigits {
				field, ok := verdictFields[verdict]
				if !ok {
					t.Fatalf("unknown verdict %q", verdict)
				}
				if slices.Contains(wrong, field) == right {
					t.Errorf("%s: right is %v, expected %v", field, !right, right)
				}
			}
			if (len(wrong) == 0) != s.AllValid {
				t.Errorf("wrong: %v", wrong)
			}
		})
	}
}

// Values worked out by eye from the printed lines of the specimens.
func TestValues(t *testing.T) {
	for _, c := range []struct {
		name, lines                                             string
		size                                                    mrz.Size
		code, issuer, number, surname, given, nationality, born string
		sex, expires, optional                                  string
		information                                             string
	}{
		{
			name:  "TD3 of Doc 9303-4",
			lines: "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F3404159ZE184226B<<<<<16",
			size:  mrz.TD3, code: "PP", issuer: "UTO", number: "L898902C3", surname: "ERIKSSON", given: "ANNA MARIA",
			nationality: "UTO", born: "1974-08-12", sex: "F", expires: "2034-04-15", optional: "ZE184226B",
			information: "L898902C3674081223404159",
		},
		{
			name:  "German, with a nationality of one letter",
			lines: "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6",
			size:  mrz.TD3, code: "P", issuer: "D", number: "C11T002JM", surname: "MUSTERMANN", given: "ERIKA",
			nationality: "D", born: "1996-08-12", sex: "F", expires: "2013-10-31",
			information: "C11T002JM496081221310317",
		},
		{
			name:  "number shorter than its field, Monaco",
			lines: "I<MCO029067<<<0<<<<<<<<<<<<<<<\n9901018F0903248MCO<<<<<<<<<<<0\nSPECIMEN<<SPECIMEN<<<<<<<<<<<<",
			size:  mrz.TD1, code: "I", issuer: "MCO", number: "029067", surname: "SPECIMEN", given: "SPECIMEN",
			nationality: "MCO", born: "1999-01-01", sex: "F", expires: "2009-03-24",
			information: "029067<<<099010180903248",
		},
		{
			name:  "long number in TD1, Belgium",
			lines: "IDBEL600001131<7755<<<<<<<<<<<\n1301014F2311207UTO130101123596\nSPECIMEN<<SPECIMEN<<<<<<<<<<<<",
			size:  mrz.TD1, code: "ID", issuer: "BEL", number: "600001131775", surname: "SPECIMEN", given: "SPECIMEN",
			nationality: "UTO", born: "2013-01-01", sex: "F", expires: "2023-11-20", optional: "13010112359",
			information: "600001131775513010142311207",
		},
		{
			name:  "optional data in both lines of TD1 and a filler in it, Latvia",
			lines: "I<LVAPA99220658324951<45849<<<\n8212122F2911113LVA<<<<<<<<<<<4\nPARAUDZINA<<MARA<<<<<<<<<<<<<<",
			size:  mrz.TD1, code: "I", issuer: "LVA", number: "PA9922065", surname: "PARAUDZINA", given: "MARA",
			nationality: "LVA", born: "1982-12-12", sex: "F", expires: "2029-11-11", optional: "324951<45849",
			information: "PA9922065882121222911113",
		},
		{
			name:  "long number in TD2, Doc 9303-11 appendix D.2",
			lines: "I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8",
			size:  mrz.TD2, code: "I", issuer: "UTO", number: "D23145890734", surname: "STEVENSON", given: "PETER",
			nationality: "UTO", born: "1934-07-12", sex: "M", expires: "1995-07-12",
			information: "D23145890734934071279507122",
		},
		{
			name:  "TD2 of Doc 9303-6",
			lines: "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6",
			size:  mrz.TD2, code: "I", issuer: "UTO", number: "D23145890", surname: "ERIKSSON", given: "ANNA MARIA",
			nationality: "UTO", born: "1974-08-12", sex: "F", expires: "2012-04-15",
			information: "D23145890774081221204159",
		},
	} {
		t.Run(c.name, func(t *testing.T) {
			m, err := mrz.Parse(c.lines)
			if err != nil {
				t.Fatal(err)
			}
			if wrong := m.CheckDigits(); len(wrong) > 0 {
				t.Errorf("wrong check digits: %v", wrong)
			}
			for _, v := range [][3]string{
				{"size", string(m.Size), string(c.size)},
				{"code", m.Code, c.code},
				{"issuer", m.Issuer, c.issuer},
				{"number", m.Number, c.number},
				{"surname", m.Surname, c.surname},
				{"given names", m.GivenNames, c.given},
				{"nationality", m.Nationality, c.nationality},
				{"birth", m.DateOfBirth(on), c.born},
				{"sex", m.Sex, c.sex},
				{"expiry", m.DateOfExpiry(on), c.expires},
				{"optional data", m.OptionalData, c.optional},
				{"information", string(m.Key().Information()), c.information},
			} {
				if v[1] != v[2] {
					t.Errorf("%s is %q, expected %q", v[0], v[1], v[2])
				}
			}
		})
	}
}

func TestCheckDigitExamples(t *testing.T) {
	var file struct {
		Examples []map[string]string
	}
	load(t, "icao_check_digit_examples.json", &file)
	for _, e := range file.Examples {
		names := "P<YTOX<<Y" + strings.Repeat("<", 35)
		var lines string
		switch {
		case e["in"] != "":
			if got := string(mrz.CheckDigit(e["in"])); got != e["check"] {
				t.Errorf("%s has %s, expected %s", e["in"], got, e["check"])
			}
			continue
		case e["td3_line2_without_composite"] != "":
			lines = names + e["td3_line2_without_composite"] + e["composite"]
		case e["td2_line2_without_composite"] != "":
			lines = "I" + names[1:36] + e["td2_line2_without_composite"] + e["composite"]
		case e["td1_line1"] != "":
			lines = e["td1_line1"] + e["td1_line2_without_composite"] + e["composite"] + names[5:35]
		default:
			t.Fatalf("an example of an unknown kind: %v", e)
		}
		m, err := mrz.Parse(lines)
		if err != nil {
			t.Errorf("%v: %v", e, err)
			continue
		}
		if slices.Contains(m.CheckDigits(), mrz.FieldComposite) {
			t.Errorf("%v: the composite digit is said to be wrong", e)
		}
	}
}

// The examples give the printed names; the MRZ's form drops apostrophes and cuts what is too long, so what is compared is
// the beginning of each word.
func TestNameExamples(t *testing.T) {
	var file struct {
		Names []struct{ Viz, MRZ, Format string }
	}
	load(t, "icao_name_examples.json", &file)
	if len(file.Names) < 37 {
		t.Fatalf("only %d names", len(file.Names))
	}
	for _, n := range file.Names {
		var text string
		switch n.Format {
		case "TD3":
			text = n.MRZ + "L898902C36UTO7408122F3404159ZE184226B<<<<<16"
		case "TD2":
			text = n.MRZ + "D231458907UTO7408122F1204159<<<<<<<6"
		case "TD1":
			text = "I<UTOD231458907<<<<<<<<<<<<<<<7408122F1204159UTO<<<<<<<<<<<6" + n.MRZ
		}
		m, err := mrz.Parse(text)
		if err != nil {
			t.Errorf("%s: %v", n.MRZ, err)
			continue
		}
		surname, given, _ := strings.Cut(n.Viz, ", ")
		begins(t, m.Surname, surname)
		begins(t, m.GivenNames, given)
	}
}

// begins checks that the words read are beginnings of the printed words, in order, and that none but the last ones lack.
func begins(t *testing.T, read, printed string) {
	t.Helper()
	letters := strings.NewReplacer("’", "", "'", "", "-", " ").Replace(printed)
	got, want := strings.Fields(read), strings.Fields(letters)
	if (len(got) == 0) != (len(want) == 0) || len(got) > len(want) {
		t.Errorf("%q was read for %q", read, printed)
		return
	}
	for i := range got {
		if !strings.HasPrefix(want[i], got[i]) {
			t.Errorf("%q was read for %q", read, printed)
		}
	}
}

func TestNames(t *testing.T) {
	for _, c := range []struct{ field, surname, given string }{
		{"ARKFREITH", "ARKFREITH", ""},
		{"SATRIYA<SUDARPA", "SATRIYA SUDARPA", ""},
		{"ERIKSSON<<ANNA<MARIA", "ERIKSSON", "ANNA MARIA"},
		{"ERIKSSON<<ANNA<<MARIA", "ERIKSSON", "ANNA MARIA"},
		{"ERIKSSON<<ANNA<<<MARIA", "ERIKSSON", "ANNA MARIA"},
		{"<<ANNA", "", "ANNA"},
		{"", "", ""},
	} {
		name := c.field + strings.Repeat("<", 39-len(c.field))
		m, err := mrz.Parse("P<UTO" + name + "L898902C36UTO7408122F3404159ZE184226B<<<<<16")
		if err != nil {
			t.Fatal(err)
		}
		if m.Surname != c.surname || m.GivenNames != c.given {
			t.Errorf("%s: %q, %q", c.field, m.Surname, m.GivenNames)
		}
	}
}

func TestMisprints(t *testing.T) {
	var misprints []struct {
		Problem string
		Lines   []string
	}
	load(t, "icao_misprints_negative.json", &misprints)
	for _, m := range misprints {
		_, err := mrz.Parse(strings.Join(m.Lines, "\n"))
		var length *mrz.LengthError
		if !errors.As(err, &length) || length.Length != len(strings.Join(m.Lines, "")) {
			t.Errorf("%s: %v", m.Problem, err)
		}
	}
}

func TestParseForgives(t *testing.T) {
	const whole = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6"
	for _, text := range []string{
		whole, whole + "\r\n", "\ufeff" + whole[:44] + "\r\n" + whole[44:], strings.ToLower(whole),
		"  " + whole[:20] + " \t" + whole[20:44] + "\u00a0\n\n" + whole[44:],
	} {
		m, err := mrz.Parse(text)
		if err != nil || strings.Join(m.Lines(), "") != whole {
			t.Errorf("%q: %v", text, err)
		}
	}
	if _, err := mrz.ParseStrict(strings.ToLower(whole)); err == nil {
		t.Error("strict parsing takes small letters")
	}
}

func TestParseRefuses(t *testing.T) {
	const whole = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6"
	var length *mrz.LengthError
	var character *mrz.CharacterError
	for _, c := range []struct {
		text string
		as   any
	}{
		{"", &length},
		{whole[1:], &length},
		{whole + "<", &length},
		{strings.Repeat("A", 100_000), &length},
		{strings.Replace(whole, "T", "-", 1), &character},
		{strings.Replace(whole, "T", "Æ", 1), &character},
		{strings.Replace(whole, "T", "\x00", 1), &character},
	} {
		_, err := mrz.Parse(c.text)
		if !errors.As(err, c.as) {
			t.Errorf("%.20q gives %v", c.text, err)
		}
	}
	if character.Position != 9 {
		t.Errorf("the character's position is %d", character.Position)
	}
	if _, err := mrz.Parse("1" + whole[1:]); !errors.Is(err, mrz.ErrKind) {
		t.Errorf("a document code that begins with a digit gives %v", err)
	}
	if _, err := mrz.Parse(""); !errors.Is(err, mrz.ErrKind) {
		t.Errorf("an empty text gives %v", err)
	}
}

func TestValidate(t *testing.T) {
	const right = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F3404159ZE184226B<<<<<16"
	change := func(i int, c string) string { return right[:i] + c + right[i+1:] }
	for _, c := range []struct {
		text   string
		fields []mrz.Field
	}{
		{right, nil},
		{change(45, "9"), []mrz.Field{mrz.FieldNumber}},
		{change(57, "8"), []mrz.Field{mrz.FieldBirth}},
		{change(65, "9"), []mrz.Field{mrz.FieldExpiry}},
		{change(73, "D"), []mrz.Field{mrz.FieldOptional}},
		{change(87, "7"), []mrz.Field{mrz.FieldComposite}},
	} {
		m, err := mrz.Parse(c.text)
		if err != nil {
			t.Fatal(err)
		}
		err = m.Validate()
		var digit *mrz.CheckDigitError
		if len(c.fields) == 0 {
			if err != nil {
				t.Errorf("a right MRZ gives %v", err)
			}
			continue
		}
		if !errors.As(err, &digit) || digit.Field != c.fields[0] {
			t.Errorf("%v expected, not %v", c.fields, err)
		}
	}
	// The month 13, with the check digit that fits it: 7·7+4·3+1·1+3·7+1·3+2·1 = 88.
	text := right[:57] + "7413128F3404159ZE184226B<<<<<1"
	m, err := mrz.Parse(text + string(compositeOf(text)))
	if err != nil {
		t.Fatal(err)
	}
	var field *mrz.FieldError
	if err := m.Validate(); !errors.As(err, &field) || field.Field != mrz.FieldBirth {
		t.Errorf("a month 13 gives %v", err)
	}
}

// compositeOf gives the digit over the 87 characters of a TD3 (Doc 9303-4 §4.2.2.2: 1–10, 14–20 and 22–43 of line 2).
func compositeOf(text string) byte {
	line := text[44:]
	return mrz.CheckDigit(line[0:10] + line[13:20] + line[21:43])
}

func td3With(birth, expiry string) string {
	text := "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO" + birth + string(mrz.CheckDigit(birth)) + "<" +
		expiry + string(mrz.CheckDigit(expiry)) + "<<<<<<<<<<<<<<<"
	return text + string(compositeOf(text))
}

func TestDates(t *testing.T) {
	for _, c := range []struct{ birth, born, expiry, expires string }{
		{"740812", "1974-08-12", "340415", "2034-04-15"},
		{"261122", "2026-11-22", "261122", "2026-11-22"}, // born on the day itself
		{"261123", "1926-11-23", "761122", "2076-11-22"}, // never born tomorrow
		{"000229", "2000-02-29", "770101", "1977-01-01"}, // 2077 would be fifty-one years ahead
		{"270101", "1927-01-01", "991231", "1999-12-31"},
		{"90<<<<", "1990-XX-XX", "<<<<<<", ""},
		{"900000", "1990-XX-XX", "300000", ""},
		{"9002<<", "1990-02-XX", "3002<<", ""},
		{"90<<05", "1990-XX-05", "300230", ""},
		{"<<0205", "XXXX-02-05", "010229", ""}, // neither 2001 nor 1901 was a leap year
		{"<<<<<<", "", "301301", ""},
		{"900230", "", "3O0101", ""},
		{"901301", "", "300100", ""},
		{"9O0101", "", "<<0101", ""},
		{"26<<<<", "2026-XX-XX", "280229", "2028-02-29"},
		{"2612<<", "1926-12-XX", "270229", ""},
		{"2611<<", "2026-11-XX", "300101", "2030-01-01"},
	} {
		m, err := mrz.Parse(td3With(c.birth, c.expiry))
		if err != nil {
			t.Fatal(err)
		}
		if got := m.DateOfBirth(on); got != c.born {
			t.Errorf("birth %s: %q, expected %q", c.birth, got, c.born)
		}
		if got := m.DateOfExpiry(on); got != c.expires {
			t.Errorf("expiry %s: %q, expected %q", c.expiry, got, c.expires)
		}
	}
	// The day counts as written in its own offset: it is the 23rd already where at is an hour past midnight.
	m, err := mrz.Parse(td3With("261123", "300101"))
	if err != nil {
		t.Fatal(err)
	}
	east := time.Date(2026, 11, 23, 1, 0, 0, 0, time.FixedZone("", 2*3600))
	if got := m.DateOfBirth(east); got != "2026-11-23" {
		t.Errorf("east of Greenwich the birth is %s", got)
	}
}

func TestSex(t *testing.T) {
	for c, want := range map[string]string{"F": "F", "M": "M", "<": "X", "X": "X", "1": ""} {
		text := td3With("740812", "340415")
		m, err := mrz.Parse(text[:64] + c + text[65:])
		if err != nil {
			t.Fatal(err)
		}
		if m.Sex != want {
			t.Errorf("%s is %q, expected %q", c, m.Sex, want)
		}
	}
}

// What is personal must not come out by any way of printing, nor by an error.
func TestRedacted(t *testing.T) {
	m, err := mrz.Parse(td3With("740812", "340415"))
	if err != nil {
		t.Fatal(err)
	}
	key := m.Key()
	asJSON, err := json.Marshal(struct {
		M *mrz.MRZ
		K mrz.Key
	}{m, key})
	if err != nil {
		t.Fatal(err)
	}
	for _, printed := range []string{
		fmt.Sprint(m, *m, key, &key), fmt.Sprintf("%v %+v %#v %s %q %x %d", m, *m, m, m, m, m, m),
		fmt.Sprintf("%v %+v %#v %s %q %x", key, key, key, key, key, &key), string(asJSON),
		fmt.Sprintf("%+v", struct{ M mrz.MRZ }{*m}),
	} {
		for _, secret := range []string{"L898902C3", "740812", "340415", "ERIKSSON", "4c383938"} {
			if strings.Contains(printed, secret) {
				t.Errorf("%s is in %q", secret, printed)
			}
		}
		if !strings.Contains(printed, "[redacted MRZ") {
			t.Errorf("%q does not say that it is redacted", printed)
		}
	}
}
