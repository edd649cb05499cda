package mrz_test

import (
	"slices"
	"testing"

	"github.com/skranke/skranke/mrtd/mrz"
)

// Doc 9303-3 §5, and what the CSCA certificates of the published master lists bear as their C.
func TestCountryOf(t *testing.T) {
	for issuer, want := range map[string][]string{
		"D": {"DE"}, "DNK": {"DK"}, "GRL": {"GL", "DK"}, "FRO": {"FO", "DK"}, "GBR": {"GB"}, "GBD": {"GB", "BM"}, "GBN": {"GB"},
		"GBO": {"GB"}, "GBP": {"GB"}, "GBS": {"GB"}, "RKS": {"KS", "XK"}, "MKD": {"MK"}, "JAM": {"JM"}, "VAT": {"VA"},
		"UNO": {"UN", "ZZ"}, "UNA": {"UN", "ZZ"}, "EUE": {"EU"}, "UTO": {"UT"}, "ANT": {"AN", "NL"}, "NTZ": {"NT"},
		"HKG": {"HK", "CN"}, "MAC": {"MO", "CN"}, "TWN": {"TW"}, "PSE": {"PS"}, "LTU": {"LT", "LTU"}, "BMU": {"BM", "GB"},
		"SRB": {"RS"}, "ROU": {"RO"}, "TLS": {"TL"}, "CHE": {"CH"}, "SSD": {"SS"}, "CUW": {"CW", "NL"},
	} {
		got, ok := mrz.CountryOf(issuer)
		if !ok || !slices.Equal(got, want) || !mrz.IsCode(issuer) {
			t.Errorf("%s gives %v, expected %v", issuer, got, want)
		}
	}
	for _, issuer := range []string{
		"", "DEU", "D<<", "dnk", "DK", "XCT", "ZZZ",
		"XXA", "XXB", "XXC", "XXX", "XBA", "XIM", "XCC", "XCE", "XCO", "XEC", "XPO", "XES", "XMP", "XOM", "XDC", "UNK",
	} {
		if got, ok := mrz.CountryOf(issuer); ok {
			t.Errorf("%s gives %v", issuer, got)
		}
	}
	for code, want := range map[string]bool{"XXA": true, "XXX": true, "XBA": true, "XOM": true, "UNK": true, "XSU": false, "DEU": false, "": false} {
		if mrz.IsCode(code) != want {
			t.Errorf("%s: %v", code, !want)
		}
	}
	own, _ := mrz.CountryOf("DNK")
	own[0] = "XX"
	if again, _ := mrz.CountryOf("DNK"); again[0] != "DK" {
		t.Error("a caller changed the table")
	}
}
