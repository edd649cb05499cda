package mrz

import (
	"strings"
	"unicode"
)

// maxPrinted bounds the names that are compared, in bytes.
const maxPrinted = 512

// Printed finds the holder's names as they are printed on the document, with the letters that the MRZ cannot show, in the full name of DG11
// ("SØRENSEN<<ANNE<MARIE", Doc 9303-10 §4.7.11). Nothing is guessed: ok is true only where the name, transliterated by Doc 9303-3 §6,
// comes out as the MRZ has it, cut short where the MRZ is full. A name in other letters than Latin ones is none.
func (m *MRZ) Printed(full string) (surname, givenNames string, ok bool) {
	if len(full) > maxPrinted {
		return "", "", false
	}
	primary, secondary, _ := strings.Cut(strings.TrimRight(full, "<"), "<<")
	surname, givenNames = words(primary), words(secondary)
	whole := !strings.HasSuffix(m.layout.names.of(m.text), "<")
	if m.GivenNames == "" && givenNames == "" {
		return surname, "", transliterates(surname, m.Surname, whole)
	}
	return surname, givenNames, transliterates(surname, m.Surname, false) && transliterates(givenNames, m.GivenNames, whole)
}

// words puts a space in the place of fillers.
func words(name string) string {
	return strings.Join(strings.Fields(strings.ReplaceAll(name, "<", " ")), " ")
}

// transliterates tells whether a name as printed becomes that of the MRZ; cut allows that the MRZ has only its beginning.
func transliterates(printed, inMRZ string, cut bool) bool {
	reached := map[int]bool{0: true} // how much of the MRZ's name is accounted for, by one choice of letters or another
	for _, letter := range strings.ToUpper(printed) {
		next := map[int]bool{}
		for at := range reached {
			if cut && at == len(inMRZ) {
				return true
			}
			for _, latin := range latinOf(letter) {
				if rest := inMRZ[at:]; strings.HasPrefix(rest, latin) {
					next[at+len(latin)] = true
				} else if cut && strings.HasPrefix(latin, rest) {
					return true
				}
			}
		}
		reached = next
	}
	return printed != "" && reached[len(inMRZ)]
}

// latinOf gives the ways in which the MRZ writes a letter; none for one that it has no way to write.
func latinOf(letter rune) []string {
	if ways := transliterations[letter]; ways != nil {
		return ways
	}
	switch {
	case 'A' <= letter && letter <= 'Z', letter == ' ':
		return []string{string(letter)}
	case letter == '-':
		return []string{" ", ""}
	case letter == '\'', letter == '’', letter == '.', letter == ',', unicode.Is(unicode.Mn, letter): // left out
		return []string{""}
	}
	return nil
}

// transliterations are those of Doc 9303-3 §6 table A that are more than the letter without its mark, in each way that the table allows, and then
// those that are just that.
var transliterations = func() map[rune][]string {
	ways := map[rune][]string{
		'Ä': {"AE", "A"}, 'Å': {"AA", "A"}, 'Æ': {"AE"}, 'Ö': {"OE", "O"}, 'Ø': {"OE"}, 'Œ': {"OE"}, 'Ü': {"UE", "UXX", "U"},
		'Ñ': {"N", "NXX"}, 'ß': {"SS"}, 'ẞ': {"SS"}, 'Þ': {"TH"}, 'Ĳ': {"IJ"},
	}
	for latin, letters := range map[string]string{
		"A": "ÁÀÂÃĂĀĄǍ", "C": "ĆĈČĊÇ", "D": "ĎĐÐ", "E": "ÉÈÊËĚĖĒĘĔ", "G": "ĜĞĠĢ", "H": "ĤĦ", "I": "ÍÌÎÏĨİĪĮĬI", "J": "Ĵ", "K": "Ķ",
		"L": "ŁĹĽĻĿ", "N": "ŃŇŅŊ", "O": "ÓÒÔÕŐŌŎƠ", "R": "ŔŘŖ", "S": "ŚŜŠŞȘ", "T": "ŤŢȚŦ", "U": "ÚÙÛŬŰŨŪŮŲƯ", "W": "Ŵ", "Y": "ÝŶŸ", "Z": "ŹŽŻ",
	} {
		for _, letter := range letters {
			ways[letter] = []string{latin}
		}
	}
	return ways
}()
