package mrz_test

import (
	"strings"
	"testing"

	"github.com/skranke/skranke/mrtd/mrz"
)

func named(t testing.TB, name string) *mrz.MRZ {
	t.Helper()
	first := "P<DNK" + name + strings.Repeat("<", 39-len(name))
	m, err := mrz.Parse(first + "\n" + "1234567897DNK9002034F3002022<<<<<<<<<<<<<<<4")
	if err != nil {
		t.Fatal(err)
	}
	return m
}

// TestPrinted finds names as they are printed, with the letters of Denmark and its neighbours, and never one that the MRZ does not bear out.
func TestPrinted(t *testing.T) {
	for _, c := range []struct{ inMRZ, full, surname, given string }{
		{"SOERENSEN<<ANNE<MARIE", "SØRENSEN<<ANNE<MARIE", "SØRENSEN", "ANNE MARIE"},
		{"SOERENSEN<<ANNE", "Sørensen<<Anne<<<<", "Sørensen", "Anne"},
		{"AAGAARD<<AESE", "ÅGÅRD<<ÆSE", "ÅGÅRD", "ÆSE"},
		{"AAGAARD<<ANNA", "AAGAARD<<ANNA", "AAGAARD", "ANNA"},
		{"MUELLER<<JUERGEN", "MÜLLER<<JÜRGEN", "MÜLLER", "JÜRGEN"},
		{"MULLER<<JUXXRGEN", "MÜLLER<<JÜRGEN", "MÜLLER", "JÜRGEN"},
		{"THORSDOTTIR<<GUDRUN", "ÞÓRSDÓTTIR<<GUÐRÚN", "ÞÓRSDÓTTIR", "GUÐRÚN"},
		{"OCONNOR<<SMITH<JONES", "O'CONNOR<<SMITH-JONES", "O'CONNOR", "SMITH-JONES"},
		{"SUKARNO", "SUKARNO", "SUKARNO", ""},
		{"NGUYEN<<ANH", "NGUYE\u0302\u0303N<<ANH", "NGUYE\u0302\u0303N", "ANH"}, // marks that stand by themselves
		{"SOERENSEN<<ANNE<MARIE<ELISABETH<CHARLOT", "SØRENSEN<<ANNE<MARIE<ELISABETH<CHARLOTTE", "SØRENSEN", "ANNE MARIE ELISABETH CHARLOTTE"},
		{"SOERENSEN<<ANNE", "SØRENSEN<<ANNA", "", ""},
		{"SOERENSEN<<ANNE", "SØRENSEN", "", ""},
		{"SOERENSEN<<ANNE", "SØRENSEN<<ANNE<MARIE", "", ""},
		{"SOERENSEN<<ANNE<MARIE", "SØRENSEN<<ANNE", "", ""},
		{"SOERENSEN<<ANNE", "SÖREN<<ANNE", "", ""},
		{"IVANOV<<IVAN", "ИВАНОВ<<ИВАН", "", ""},
		{"SOERENSEN<<ANNE", "", "", ""},
		{"SOERENSEN<<ANNE", strings.Repeat("Ø", 300), "", ""},
	} {
		surname, given, ok := named(t, c.inMRZ).Printed(c.full)
		if want := c.surname != ""; ok != want || ok && (surname != c.surname || given != c.given) {
			t.Errorf("%s with %s: %q, %q, %v", c.inMRZ, c.full, surname, given, ok)
		}
	}
}

// FuzzPrinted: whatever DG11 says, the plain letters of a name that is shown stand in the MRZ's in the same order.
func FuzzPrinted(f *testing.F) {
	f.Add("SØRENSEN<<ANNE<MARIE")
	f.Add("Sørensen<<Anne-Marie")
	f.Add("SOERENSEN<<ANNE<MARIE<<<")
	m := named(f, "SOERENSEN<<ANNE<MARIE")
	f.Fuzz(func(t *testing.T, full string) {
		surname, given, ok := m.Printed(full)
		if !ok {
			return
		}
		rest := "SOERENSEN ANNE MARIE"
		for _, r := range strings.ToUpper(surname + given) {
			if r < 'A' || r > 'Z' {
				continue
			}
			at := strings.IndexRune(rest, r)
			if at < 0 {
				t.Fatal("a name of somebody else")
			}
			rest = rest[at+1:]
		}
	})
}
