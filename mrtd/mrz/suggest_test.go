package mrz_test

import (
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/mrtd/mrz"
)

// Each slip is made in a right specimen, so that the specimen is among the answers. It need not be the only
// one: one wrong text in ten has a right check digit.
func TestSuggest(t *testing.T) {
	const (
		passport = "PPUTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<L898902C36UTO7408122F3404159ZE184226B<<<<<16"
		german   = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C01XGY7661D<<6408125F2707196<<<<<<<<<<<<<<<2"
		polish   = "I<POLABA3000004<<<<<<<<<<<<<<<7203305F1208227POL<<<<<<<<<<<2KOWALSKA<<ANNA<<<<<<<<<<<<<<"
		belgian  = "IDBEL600001131<7755<<<<<<<<<<<1301014F2311207UTO130101123596SPECIMEN<<SPECIMEN<<<<<<<<<<<<"
	)
	for _, c := range []struct{ name, right, slips string }{
		{"O for 0 in a number", german, "C01XGY7661>CO1XGY7661"},
		{"0 for O and 1 for I together", german, "C01XGY7661>COIXGY7661"},
		{"letters in a date", passport, "7408122F>74O8I2ZF"},
		{"B for 8 in the expiry's check digit", german, "2707196>27O7196"},
		{"8 for B in the optional data", passport, "ZE184226B>ZE1842268"},
		{"Z for 2 in the optional data, S for 5 in the expiry", passport, "F3404159ZE184226B>F34041S9ZE184ZZ6B"},
		{"O for 0 in a long number", belgian, "600001131<7755>60000113I<7755"},
		{"S for 5 in the continuation of a long number", belgian, "<7755>>><77S5"},
		{"S for 5 in the digit of a long number", belgian, "<7755<>>><775S<"},
		{"S for 5 in what only the composite digit covers", belgian, "123596SPEC>123S96SPEC"},
		{"0 for O in the nationality as well", passport, "6UTO7408122>6UT07408IZ2"},
	} {
		t.Run(c.name, func(t *testing.T) {
			from, to, _ := strings.Cut(strings.Replace(c.slips, ">>>", "\x00", 1), "\x00")
			if to == "" {
				from, to, _ = strings.Cut(c.slips, ">")
			}
			slipped := strings.Replace(c.right, from, to, 1)
			if slipped == c.right {
				t.Fatal("the slip is not in the specimen")
			}
			found := mrz.Suggest(slipped)
			var all []string
			for _, m := range found {
				all = append(all, strings.Join(m.Lines(), ""))
				if err := m.Validate(); err != nil {
					t.Errorf("a suggestion is wrong itself: %v", err)
				}
			}
			if !slices.Contains(all, c.right) || len(all) > 8 {
				t.Errorf("%s\nsuggests %q", slipped, all)
			}
		})
	}
	for _, text := range []string{
		passport, german, polish, belgian, "", "nonsense", passport[1:], strings.Repeat("W", 88), strings.Repeat("W", 90),
		strings.Replace(passport, "740812", "740813", 1), // a 3 is no 2
	} {
		if found := mrz.Suggest(text); len(found) > 0 {
			t.Errorf("%s suggests %d", text, len(found))
		}
	}
}

func TestIdentify(t *testing.T) {
	const (
		passport = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<\nC01XGY7661D<<6408125F2707196<<<<<<<<<<<<<<<2"
		card     = "I<POLABA3000004<<<<<<<<<<<<<<<\n7203305F1208227POL<<<<<<<<<<<2\nKOWALSKA<<ANNA<<<<<<<<<<<<<<<<"
		larger   = "I<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<\nD231458907UTO7408122F1204159<<<<<<<6"
	)
	flat := func(s string) string { return strings.ReplaceAll(s, "\n", "") }
	for _, c := range []struct {
		text    string
		size    mrz.Size
		missing int
	}{
		{passport, mrz.TD3, 0},
		{flat(passport), mrz.TD3, 0},
		{strings.ToLower(passport), mrz.TD3, 0},
		{passport[:60], mrz.TD3, 29},
		{"p", mrz.TD3, 87},
		{passport + "2", mrz.TD3, -1},
		{card, mrz.TD1, 0},
		{flat(card), mrz.TD1, 0},
		{flat(card)[:72], mrz.TD1, 18},
		{card[:40], mrz.TD1, 51},
		{"I<", mrz.TD1, 88},
		{larger, mrz.TD2, 0},
		{flat(larger), mrz.TD2, 0},
		{larger[:40], mrz.TD2, 33},
		{"", "", 0},
		{"120456", "", 0},
		{"P<Æ", "", 0},
		{"V<UTOERIKSSON", "", 0},
	} {
		size, missing := mrz.Identify(c.text)
		if size != c.size || missing != c.missing {
			t.Errorf("%q is %q, %d missing; expected %q, %d", c.text, size, missing, c.size, c.missing)
		}
	}
}

func FuzzParse(f *testing.F) {
	f.Add("P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C01XGY7661D<<6408125F2707196<<<<<<<<<<<<<<<2")
	f.Add("I<UTOSTEVENSON<<PETER<<<<<<<<<<<<<<<\nD23145890<UTO3407127M95071227349<<<8")
	f.Add("IDBEL60000113I<7755<<<<<<<<<<<\n1301014F2311207UTO130101123596\nSPECIMEN<<SPECIMEN<<<<<<<<<<<<")
	f.Add("A00006000011XI<775X11200000000000000000000000000000000000000000000000000000000000000000000")
	f.Add("P<UTO" + strings.Repeat("O", 39) + strings.Repeat("0O1I5S", 7) + "<<")
	f.Fuzz(func(t *testing.T, text string) {
		mrz.Identify(text)
		m, err := mrz.Parse(text)
		if err != nil {
			return
		}
		again, err := mrz.ParseStrict(strings.Join(m.Lines(), ""))
		if err != nil || len(mrz.Differences(m, again)) > 0 {
			t.Fatal("the lines are read otherwise the second time")
		}
		if born := m.DateOfBirth(on); born != "" && born[:4] != "XXXX" && (born < "1926-11-23" || strings.ReplaceAll(born, "-XX", "-00") > "2026-11-22") {
			t.Fatalf("born %s", born)
		}
		if expires := m.DateOfExpiry(on); expires != "" && (expires < "1977" || expires > "2077") {
			t.Fatalf("expires %s", expires)
		}
		if n := len(m.Key().Information()); n < 24 || n > 38 {
			t.Fatalf("MRZ information of %d", n)
		}
		for _, s := range mrz.Suggest(text) {
			if s.Validate() != nil || s.Size != m.Size {
				t.Fatal("a suggestion is wrong")
			}
		}
	})
}
