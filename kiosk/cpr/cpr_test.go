package cpr_test

import (
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/kiosk/cpr"
)

// The centuries are the table of position 7 in "Personnummeret i CPR": digit, years, century.
func TestCentury(t *testing.T) {
	for _, row := range []struct {
		text string
		year int
	}{
		{"0101000000", 1900},
		{"0101990000", 1999},
		{"0101003000", 1900},
		{"0101993000", 1999},
		{"0101004000", 2000},
		{"0101364000", 2036},
		{"0101374000", 1937},
		{"0101994000", 1999},
		{"0101005000", 2000},
		{"0101575000", 2057},
		{"0101585000", 1858},
		{"0101995000", 1899},
		{"0101006000", 2000},
		{"0101578000", 2057},
		{"0101588000", 1858},
		{"0101009000", 2000},
		{"0101369000", 2036},
		{"0101379000", 1937},
		{"0101999000", 1999},
	} {
		n, err := cpr.Parse(row.text)
		if err != nil {
			t.Errorf("%s: %v", row.text, err)
			continue
		}
		if year, month, day := n.Birth(); year != row.year || month != time.January || day != 1 {
			t.Errorf("%s: born in %d, want %d", row.text, year, row.year)
		}
	}
}

func TestParse(t *testing.T) {
	for _, row := range []struct {
		name, text string
		want       error
	}{
		{"with a hyphen", "030290-1234", nil},
		{"without a hyphen", "0302901234", nil},
		{"29 February 2000", "290200-4000", nil},
		{"29 February 1900, a common year", "290200-1000", cpr.ErrDate},
		{"29 February 1999", "290299-1000", cpr.ErrDate},
		{"31 April", "310490-1234", cpr.ErrDate},
		{"day 0", "000190-1234", cpr.ErrDate},
		{"day 32", "320190-1234", cpr.ErrDate},
		{"month 0", "010090-1234", cpr.ErrDate},
		{"month 13", "011390-1234", cpr.ErrDate},
		{"a replacement number", "630290-1234", nil},
		{"a replacement number of day 31", "910190-1234", nil},
		{"a replacement number of day 0", "600190-1234", cpr.ErrDate},
		{"a replacement number of 31 April", "910490-1234", cpr.ErrDate},
		{"a replacement number of day 32", "920190-1234", cpr.ErrDate},
		{"empty", "", cpr.ErrForm},
		{"nine digits", "030290123", cpr.ErrForm},
		{"eleven digits", "03029012345", cpr.ErrForm},
		{"hyphen elsewhere", "03029-01234", cpr.ErrForm},
		{"a space for the hyphen", "030290 1234", cpr.ErrForm},
		{"a space around", " 0302901234", cpr.ErrForm},
		{"a letter", "03029O1234", cpr.ErrForm},
		{"other digits", "٠٣٠٢٩", cpr.ErrForm},
		{"two hyphens", "030290--123", cpr.ErrForm},
	} {
		n, err := cpr.Parse(row.text)
		if !errors.Is(err, row.want) || (err == nil) != (row.want == nil) {
			t.Errorf("%s: %v, want %v", row.name, err, row.want)
		}
		if err != nil && len(row.text) > 4 && strings.Contains(err.Error(), row.text) {
			t.Errorf("%s: the error holds the text", row.name)
		}
		if n.IsZero() != (err != nil) {
			t.Errorf("%s: zero is %v", row.name, n.IsZero())
		}
	}
}

func TestReplacement(t *testing.T) {
	n, err := cpr.Parse("670290-1234")
	if err != nil {
		t.Fatal(err)
	}
	if _, _, day := n.Birth(); !n.Replacement() || day != 7 {
		t.Errorf("replacement %v, day %d, want the 7th", n.Replacement(), day)
	}
	if n, err := cpr.Parse("070290-1234"); err != nil || n.Replacement() {
		t.Errorf("an ordinary number is called a replacement: %v", err)
	}
}

// The weights are those of Erhvervsstyrelsen's "Modulus 11 kontrol", the first two digits weighing 4 and 3; of 070761-4285
// the sum is by hand 0·4+7·3+0·2+7·7+6·6+1·5+4·4+2·3+8·2+5·1 = 154 = 14·11.
func TestModulus11(t *testing.T) {
	valid, err := cpr.Parse("070761-4285")
	if err != nil {
		t.Fatal(err)
	}
	invalid, err := cpr.Parse("070761-4286")
	if err != nil {
		t.Fatal(err)
	}
	replacement, err := cpr.Parse("670761-4286")
	if err != nil {
		t.Fatal(err)
	}
	if !valid.Modulus11() || invalid.Modulus11() {
		t.Errorf("modulus 11: %v and %v", valid.Modulus11(), invalid.Modulus11())
	}
	last := time.Date(2007, time.September, 30, 0, 0, 0, 0, time.UTC)
	for _, row := range []struct {
		name   string
		number cpr.Number
		issued time.Time
		want   error
	}{
		{"passes, issued before", valid, last, nil},
		{"fails, issued the day before", invalid, last, cpr.ErrModulus11},
		{"fails, issued on the day", invalid, last.AddDate(0, 0, 1), nil},
		{"fails, issued the day after", invalid, last.AddDate(0, 0, 2), nil},
		{"fails, issue not known", invalid, time.Time{}, nil},
		{"a replacement number", replacement, last, nil},
	} {
		if err := row.number.CheckIssued(row.issued); !errors.Is(err, row.want) {
			t.Errorf("%s: %v, want %v", row.name, err, row.want)
		}
	}
}

func TestPrintsRedacted(t *testing.T) {
	n, err := cpr.Parse("030290-1234")
	if err != nil {
		t.Fatal(err)
	}
	holder := struct {
		Name   string
		Number cpr.Number
		At     *cpr.Number
	}{"x", n, &n}
	marshalled, err := json.Marshal(holder)
	if err != nil {
		t.Fatal(err)
	}
	printed := string(marshalled)
	for _, verb := range []string{"%v", "%+v", "%#v", "%s", "%q", "%x", "%d", "%T"} {
		printed += fmt.Sprintf(verb, n) + fmt.Sprintf(verb, &n) + fmt.Sprintf(verb, holder)
	}
	for _, secret := range []string{"0302", "1234", "48, 51", "303330"} {
		if strings.Contains(printed, secret) {
			t.Errorf("prints %q: %s", secret, printed)
		}
	}
	if n.Digits() != "0302901234" || (cpr.Number{}).Digits() != "" {
		t.Error("Digits does not give the digits")
	}
}

func TestUnmarshalText(t *testing.T) {
	var n cpr.Number
	if err := n.UnmarshalText([]byte("030290-1234")); err != nil || n.Digits() != "0302901234" {
		t.Errorf("%v", err)
	}
	before := n
	if err := n.UnmarshalText([]byte("310490-1234")); !errors.Is(err, cpr.ErrDate) || n != before {
		t.Errorf("%v", err)
	}
}

func FuzzParse(f *testing.F) {
	for _, seed := range []string{"030290-1234", "0302901234", "910190-1234", "", "------"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		n, err := cpr.Parse(text)
		if (err == nil) == n.IsZero() {
			t.Fatalf("%v and zero %v", err, n.IsZero())
		}
		if err != nil {
			return
		}
		year, month, day := n.Birth()
		if year < 1858 || year > 2057 || month < 1 || month > 12 || day < 1 || day > 31 {
			t.Fatalf("born %d-%d-%d", year, month, day)
		}
		again, err := cpr.Parse(n.Digits())
		if err != nil || again != n {
			t.Fatalf("not the same again: %v", err)
		}
	})
}
