package visit

import (
	"errors"
	"strings"
	"testing"

	"github.com/skranke/skranke/mrtd/mrz"
)

func TestLines(t *testing.T) {
	given, err := Lines(strings.ToLower(strings.ReplaceAll(specimenLines, "<<A", " <<a ")))
	if err != nil {
		t.Fatal(err)
	}
	// Doc 9303-11 §4.3.2's example is of another specimen: this one is worked out from appendix B's printed digits.
	if got := string(given.Key().Information()); got != "L898902C3674081221204159" {
		t.Errorf("the lines open with another key")
	}
	if given.MRZ() == nil || given.CAN() != "" || given.IsZero() || given.way() != WayMRZ {
		t.Error("the lines are not kept as lines")
	}
	for _, test := range []struct {
		text  string
		code  InputCode
		field mrz.Field
	}{
		{"", InputEmpty, ""},
		{" \n ", InputEmpty, ""},
		{"P<UTO", InputFormat, ""},
		{strings.Repeat("A", 1<<20), InputFormat, ""},
		{strings.Replace(specimenLines, "P<UTO", "V<UTO", 1), InputVisa, ""},
		{strings.Replace(specimenLines, "L898902C36", "L898902C35", 1), InputDigit, mrz.FieldNumber},
		{strings.Replace(specimenLines, "7408122F", "7408123F", 1), InputDigit, mrz.FieldBirth},
		{strings.Replace(specimenLines, "F1204159", "F1204158", 1), InputDigit, mrz.FieldExpiry},
	} {
		_, err := Lines(test.text)
		var input *InputError
		if !errors.As(err, &input) || input.Code != test.code || input.Field != test.field {
			t.Errorf("%.20q…: %v, want %s in %q", test.text, err, test.code, test.field)
		}
	}
}

func TestFields(t *testing.T) {
	lines, err := Lines(specimenLines)
	if err != nil {
		t.Fatal(err)
	}
	given, err := Fields(" l898902c3 ", "1974-08-12", "120415")
	if err != nil {
		t.Fatal(err)
	}
	if string(given.Key().Information()) != string(lines.Key().Information()) || given.MRZ() != nil || given.way() != WayFields {
		t.Error("three fields do not open what the lines open")
	}
	for _, test := range []struct {
		number, birth, expiry string
		code                  InputCode
	}{
		{"", "1974-08-12", "2012-04-15", InputNumber},
		{"L898902C3", "1974-13-12", "2012-04-15", InputBirth},
		{"L898902C3", "1974-08-12", "soon", InputExpiry},
		{strings.Repeat("L", 1<<20), "1974-08-12", "2012-04-15", InputNumber},
	} {
		_, err := Fields(test.number, test.birth, test.expiry)
		var input *InputError
		if !errors.As(err, &input) || input.Code != test.code {
			t.Errorf("%.12q %q %q: %v, want %s", test.number, test.birth, test.expiry, err, test.code)
		}
		if len(err.Error()) > 40 || strings.Contains(err.Error(), "L898902C3") {
			t.Errorf("the error repeats what was typed: %q", err)
		}
	}
}

func TestCAN(t *testing.T) {
	given, err := CAN(" 123 456 ")
	if err != nil || given.CAN() != "123456" || given.way() != WayCAN || given.IsZero() {
		t.Errorf("CAN: %v", err)
	}
	for _, text := range []string{"", "12345", "1234567", "12345a", "１２３４５６", strings.Repeat("1", 1<<20)} {
		var input *InputError
		if _, err := CAN(text); !errors.As(err, &input) || input.Code != InputCAN {
			t.Errorf("%.10q was taken for a CAN: %v", text, err)
		}
	}
}
