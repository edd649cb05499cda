// Package conformity holds Skranke to BSI TR-03105 part 5.1, the conformity cases for inspection systems: what each case of the guideline must
// come to, by the guideline and by what the check list of Skranke makes of it.
package conformity

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
)

//go:embed tr-03105-5.1.tsv
var table string

// Guideline is what the guideline wants of a case.
type Guideline string

// The guideline knows two results, cases that leave the result open, and cases that it has deleted.
const (
	Passed Guideline = "successful"
	Failed Guideline = "failed"
	Either Guideline = "either"
	None   Guideline = "none"
)

// Setting is what surrounds the chip.
type Setting string

const (
	// Plain: the page bears the MRZ that DG1 holds, and the store knows the CSCA.
	Plain Setting = "-"
	// Page: the page bears the MRZ that the document was made with, whatever DG1 says.
	Page Setting = "page"
	// Signer: the store knows the document signer's certificate too.
	Signer Setting = "signer"
)

// Row is one run of one case, with what it must come to.
type Row struct {
	// ID is the guideline's; Run counts the scripts of package fault for it from 1, and is 0 for a case that is not run.
	ID      string
	Run     int
	Setting Setting
	// Guideline is what the guideline wants.
	Guideline Guideline
	// Result is the authenticity, or the stable code of the error that ends the read.
	Result string
	// Session is the access protocol, after a stroke its domain parameters, and after a plus sign what the chip proved itself by; empty where
	// nobody was let in.
	Session string
	// Checks holds the outcomes that must be there, with their codes, by check. Every other check must be successful, not_supported
	// or not_done.
	Checks map[string]string
	// Why says by which clause the result is what the guideline wants of a case, in the terms of the report.
	Why string
}

// Departure is how a result is another word than the guideline's.
type Departure string

const (
	// AsWanted: genuine or the honest document's outcome where the guideline wants successful, an accusation or another end where it wants failed.
	AsWanted Departure = ""
	// NotAccused: the guideline wants failed, and the document is not called false, only not genuine either.
	NotAccused Departure = "not accused"
	// LetPass: the guideline wants failed, and the document is genuine all the same.
	LetPass Departure = "let pass"
	// Refused: the guideline wants successful, and the document is not genuine.
	Refused Departure = "refused"
)

// Departure compares the result with the guideline. Whatever departs has its reason in Why.
func (r Row) Departure() Departure {
	genuine := r.Result == "genuine"
	switch {
	case r.Guideline == Passed && !genuine:
		return Refused
	case r.Guideline == Failed && genuine:
		return LetPass
	case r.Guideline == Failed && (r.Result == "undetermined" || r.Result == "wrong_password"):
		return NotAccused
	}
	return AsWanted
}

// Rows reads the table. Its columns are id, run, setting, guideline, result, session, checks, why; a dash stands for nothing.
func Rows() ([]Row, error) {
	var rows []Row
	for line := range strings.Lines(table) {
		f := strings.Split(strings.TrimRight(line, "\r\n"), "\t")
		if f[0] == "id" {
			continue
		}
		if len(f) != 8 {
			return nil, fmt.Errorf("%s: %d columns, not 8", f[0], len(f))
		}
		run, err := strconv.Atoi(f[1])
		if err != nil {
			return nil, fmt.Errorf("%s: %w", f[0], err)
		}
		row := Row{
			ID: f[0], Run: run, Setting: Setting(f[2]), Guideline: Guideline(f[3]), Result: f[4], Session: dash(f[5]),
			Checks: map[string]string{}, Why: dash(f[7]),
		}
		for _, check := range strings.Fields(dash(f[6])) {
			id, outcome, ok := strings.Cut(check, "=")
			if !ok {
				return nil, fmt.Errorf("%s: %q is no check with its outcome", f[0], check)
			}
			row.Checks[id] = outcome
		}
		rows = append(rows, row)
	}
	return rows, nil
}

func dash(s string) string {
	if s == "-" {
		return ""
	}
	return s
}
