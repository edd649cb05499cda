package fault

import (
	_ "embed"
	"strings"
)

//go:embed tr-03105-5.1.tsv
var table string

// Case is a test case of BSI TR-03105 part 5.1, as this virtual chip plays it.
type Case struct {
	// ID is the guideline's, such as ISO7816_B_05. A case that is to be run in several ways is several cases.
	ID string
	// Profile and Script make the document and the chip; an empty script means a sound one.
	Profile, Script string
	// Reason says why there is none, and is empty where there is one.
	Reason string
}

// Cases lists every case of the guideline, in its order.
func Cases() []Case {
	var all []Case
	for line := range strings.Lines(table) {
		fields := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if len(fields) != 3 || fields[0] == "id" {
			continue
		}
		c := Case{ID: fields[0], Profile: fields[1], Script: fields[2]}
		if c.Profile == "none" {
			c = Case{ID: fields[0], Reason: fields[2]}
		}
		all = append(all, c)
	}
	return all
}
