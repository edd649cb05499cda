// Package realfiles judges every file of the collection of real documents, and compares each check's outcome with what
// OpenSSL and reading by hand say of the file: expected.txt.
package realfiles

import (
	"bufio"
	_ "embed"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"
)

//go:embed expected.txt
var expected string

// row is one dump made of files of the collection, with the outcome expected of each check.
type row struct {
	name         string
	why          []string
	files        map[string]string // elementary file → path in the collection
	unused       []string
	trust, crl   []string
	at           time.Time
	csca         string // SHA-256 of the CSCA certificate, first eight digits
	cscaIn       string // where it is
	openssl      string // "ok", or "fail" with OpenSSL's reason; empty: not run
	face         string
	authenticity string
	// results maps check to "outcome code".
	results map[string]string
}

func parse(text string) ([]*row, error) {
	var rows []*row
	var r *row
	var lines []string
	in := bufio.NewScanner(strings.NewReader(text))
	for n := 1; in.Scan(); n++ {
		line := strings.TrimSpace(in.Text())
		switch {
		case line == "" || line[0] == '#':
		case line[0] == '[':
			r = newRow(strings.Trim(line, "[]"))
			rows = append(rows, r)
			lines = nil
		case r == nil:
			return nil, fmt.Errorf("line %d: outside of a row", n)
		default:
			if slices.Contains(lines, line) {
				return nil, fmt.Errorf("line %d: twice the same", n)
			}
			lines = append(lines, line)
			if err := r.line(line); err != nil {
				return nil, fmt.Errorf("line %d: %w", n, err)
			}
		}
	}
	return rows, in.Err()
}

// newRow is a row with the outcomes of a dump that holds nothing.
func newRow(name string) *row {
	r := &row{name: name, files: map[string]string{}, results: map[string]string{}, authenticity: "undetermined"}
	r.set("not_done not_read", "mrz.check_digits", "document.expiry", "sod.structure", "cardaccess.match", "face.decode")
	r.set("not_done no_mrz", "mrz.match")
	r.set("not_done no_session", "access.pace", "access.bac", "chip.genuine")
	r.set("not_done no_sod", "chip.ca", "chip.aa", "chip.pace_cam", "sod.hash", "sod.signature", "signer.signature",
		"signer.validity", "signer.usage", "signer.revocation", "csca.validity", "csca.trust", "issuer.match", "algorithm.strength")
	r.set("not_supported no_com", "sod.com")
	r.set("undetermined no_register", "register.reported")
	for n := 1; n <= 16; n++ {
		r.set("not_done not_read", fmt.Sprintf("dg.%d", n))
	}
	return r
}

func (r *row) set(result string, checks ...string) {
	for _, c := range checks {
		r.results[c] = result
	}
}

func (r *row) line(line string) error {
	key, value, ok := strings.Cut(line, " = ")
	if !ok {
		return fmt.Errorf("%q has no ' = '", line)
	}
	words := strings.Fields(key)
	switch words[0] {
	case "why":
		r.why = append(r.why, value)
	case "file":
		r.files[words[1]] = value
	case "unused":
		r.unused = append(r.unused, value)
	case "trust":
		r.trust = append(r.trust, value)
	case "crl":
		r.crl = append(r.crl, value)
	case "at":
		at, err := time.Parse(time.RFC3339, value)
		r.at = at
		return err
	case "listed":
		return r.listed(value)
	case "csca":
		if value == "unknown" {
			r.unvouched("csca_unknown")
			break
		}
		r.csca, r.cscaIn, _ = strings.Cut(value, " ")
		r.set("successful", "signer.signature", "csca.validity", "csca.trust")
		r.set("undetermined no_crl", "signer.revocation")
	case "dg":
		for _, n := range strings.Split(value, ",") {
			r.set("successful", "dg."+n)
		}
	case "face":
		r.face = value
	case "openssl":
		r.openssl = value
	case "authenticity":
		r.authenticity = value
	case "expect":
		for _, c := range words[1:] {
			if _, ok := r.results[c]; !ok {
				return fmt.Errorf("there is no check %s", c)
			}
		}
		r.set(value, words[1:]...)
	default:
		return fmt.Errorf("unknown key %s", words[0])
	}
	return nil
}

// unvouched sets the outcomes of a signer that no CSCA at hand has vouched for.
func (r *row) unvouched(code string) {
	r.set("undetermined "+code, "signer.signature", "signer.revocation", "csca.trust")
	r.set("not_done "+code, "csca.validity")
}

// listed sets the outcomes of a sound EF.SOD that lists these data groups, whose signer has no CSCA at hand.
func (r *row) listed(value string) error {
	r.set("successful", "sod.structure", "sod.hash", "sod.signature", "signer.validity", "signer.usage", "algorithm.strength")
	r.unvouched("no_csca")
	r.set("not_done not_read", "issuer.match")
	for n := 1; n <= 16; n++ {
		r.set("not_done not_listed", fmt.Sprintf("dg.%d", n))
	}
	r.set("not_supported not_offered", "chip.ca", "chip.aa", "chip.pace_cam", "chip.genuine")
	for _, s := range strings.Split(value, ",") {
		n, err := strconv.Atoi(s)
		if err != nil {
			return err
		}
		r.set("not_done not_read", "dg."+s)
		switch n {
		case 14:
			r.set("not_done not_read", "chip.ca", "chip.pace_cam")
			r.set("not_done no_session", "chip.genuine")
		case 15:
			r.set("not_done not_read", "chip.aa")
			r.set("not_done no_session", "chip.genuine")
		}
	}
	return nil
}
