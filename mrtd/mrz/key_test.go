package mrz_test

import (
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/mrz"
)

// The worked example of Doc 9303-11 appendix D.2: the MRZ_information of the TD1 document.
func TestKeyOfWorkedExample(t *testing.T) {
	b, err := os.ReadFile(filepath.Join(testdata.Dir(t), "icao_9303_p11", "D_bac.json"))
	if err != nil {
		t.Fatal(err)
	}
	if !json.Valid(b) {
		t.Fatal("D_bac.json is no JSON")
	}
	key, err := mrz.NewKey("l898902c", "1969-08-06", "940623")
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(key.Information()), "L898902C<369080619406236"; got != want {
		t.Errorf("%s, expected %s", got, want)
	} else if !strings.Contains(string(b), want) {
		t.Errorf("the worked example does not speak of %s", want)
	}
}

func TestNewKey(t *testing.T) {
	const information = "C11T002JM496081221310317"
	for _, in := range [][3]string{
		{"C11T002JM", "1996-08-12", "2013-10-31"},
		{" c11t 002jm \n", " 960812", "131031 "},
		{"C11T002JM<<", "960812", "2013-10-31"},
	} {
		k, err := mrz.NewKey(in[0], in[1], in[2])
		if err != nil || string(k.Information()) != information {
			t.Errorf("%q: %v", in, err)
		}
		if k.IsZero() {
			t.Errorf("%q gives the zero key", in)
		}
	}
	// Unknown parts of the birth date, both ways of printing them, and a document that never expires. The digits by hand:
	// AB12 70+33+1+14 = 118, 90 63, 300202 21+14+2 = 37, 000229 14+6+9 = 29.
	for _, c := range []struct{ birth, expiry, want string }{
		{"1990-XX-XX", "2030-02-02", "AB12<<<<<" + "8" + "90<<<<" + "3" + "300202" + "7"},
		{"90<<<<", "300202", "AB12<<<<<" + "8" + "90<<<<" + "3" + "300202" + "7"},
		{"900000", "300202", "AB12<<<<<" + "8" + "900000" + "3" + "300202" + "7"},
		{"XXXX-XX-XX", "<<<<<<", "AB12<<<<<" + "8" + "<<<<<<" + "0" + "<<<<<<" + "0"},
		{"2000-02-29", "000229", "AB12<<<<<" + "8" + "000229" + "9" + "000229" + "9"},
	} {
		k, err := mrz.NewKey("ab12", c.birth, c.expiry)
		if err != nil {
			t.Errorf("%s %s: %v", c.birth, c.expiry, err)
			continue
		}
		if got := string(k.Information()); got != c.want {
			t.Errorf("%s %s: %s, expected %s", c.birth, c.expiry, got, c.want)
		}
	}
}

func TestNewKeyRefuses(t *testing.T) {
	const number, birth, expiry = "C11T002JM", "1996-08-12", "2013-10-31"
	for _, c := range []struct {
		in    [3]string
		field mrz.Field
	}{
		{[3]string{"", birth, expiry}, mrz.FieldNumber},
		{[3]string{"<<<<", birth, expiry}, mrz.FieldNumber},
		{[3]string{"C11T002JÆ", birth, expiry}, mrz.FieldNumber},
		{[3]string{strings.Repeat("9", 24), birth, expiry}, mrz.FieldNumber},
		{[3]string{strings.Repeat("9", 1<<20), birth, expiry}, mrz.FieldNumber},
		{[3]string{number, "", expiry}, mrz.FieldBirth},
		{[3]string{number, "12-08-1996", expiry}, mrz.FieldBirth},
		{[3]string{number, "1996/08/12", expiry}, mrz.FieldBirth},
		{[3]string{number, "1996-13-12", expiry}, mrz.FieldBirth},
		{[3]string{number, "1999-02-29", expiry}, mrz.FieldBirth},
		{[3]string{number, "1900-02-29", expiry}, mrz.FieldBirth},
		{[3]string{number, "990229", expiry}, mrz.FieldBirth},
		{[3]string{number, "19A6-08-12", expiry}, mrz.FieldBirth},
		{[3]string{number, "A996-08-12", expiry}, mrz.FieldBirth},
		{[3]string{number, "96-8-12", expiry}, mrz.FieldBirth},
		{[3]string{number, birth, "131031x"}, mrz.FieldExpiry},
		{[3]string{number, birth, "130431"}, mrz.FieldExpiry},
		{[3]string{number, birth, "１３１０３１"}, mrz.FieldExpiry},
	} {
		k, err := mrz.NewKey(c.in[0], c.in[1], c.in[2])
		var field *mrz.FieldError
		if !errors.As(err, &field) || field.Field != c.field || !k.IsZero() {
			t.Errorf("%.40q: %v", c.in, err)
			continue
		}
		for _, secret := range c.in {
			if len(secret) > 4 && strings.Contains(err.Error(), secret) {
				t.Errorf("the error repeats the value: %v", err)
			}
		}
	}
}

func TestDifferences(t *testing.T) {
	parse := func(text string) *mrz.MRZ {
		m, err := mrz.Parse(text)
		if err != nil {
			t.Fatal(err)
		}
		return m
	}
	const text = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F3404159ZE184226B<<<<<16"
	m := parse(text)
	change := func(i int, c string) *mrz.MRZ { return parse(text[:i] + c + text[i+1:]) }
	for _, c := range []struct {
		other *mrz.MRZ
		want  []mrz.Field
	}{
		{parse(text), nil},
		{change(1, "<"), []mrz.Field{mrz.FieldCode}},
		{change(2, "X"), []mrz.Field{mrz.FieldIssuer}},
		{change(5, "F"), []mrz.Field{mrz.FieldNames}},
		{change(14, "A"), []mrz.Field{mrz.FieldNames}}, // the break between surname and given names
		{change(44, "M"), []mrz.Field{mrz.FieldNumber}},
		{change(53, "7"), nil}, // a check digit
		{change(54, "X"), []mrz.Field{mrz.FieldNationality}},
		{change(57, "8"), []mrz.Field{mrz.FieldBirth}},
		{change(64, "M"), []mrz.Field{mrz.FieldSex}},
		{change(65, "2"), []mrz.Field{mrz.FieldExpiry}},
		{change(72, "A"), []mrz.Field{mrz.FieldOptional}},
		{change(87, "0"), nil},
		{
			parse("I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<L898902C36UTO7408122F3404159<<<<<<<6"),
			[]mrz.Field{mrz.FieldSize, mrz.FieldCode, mrz.FieldOptional},
		},
	} {
		if got := mrz.Differences(m, c.other); !slices.Equal(got, c.want) {
			t.Errorf("%v, expected %v", got, c.want)
		}
		key := m.Key()
		for _, f := range key.Differences(c.other) {
			if !slices.Contains(c.want, f) || !f.Identifying() {
				t.Errorf("the key differs in %s", f)
			}
		}
	}
	key := m.Key()
	if got := key.Differences(parse(td3With("000101", "350101"))); !slices.Equal(got, []mrz.Field{mrz.FieldBirth, mrz.FieldExpiry}) {
		t.Errorf("the key differs in %v", got)
	}
	if got := key.Differences(change(44, "M")); !slices.Equal(got, []mrz.Field{mrz.FieldNumber}) {
		t.Errorf("the key differs in %v", got)
	}
	if mrz.FieldOptional.Identifying() || mrz.FieldComposite.Identifying() || !mrz.FieldSex.Identifying() {
		t.Error("the wrong fields are identifying")
	}
}
