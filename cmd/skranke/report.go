package main

import (
	"bytes"
	"context"
	"fmt"
	"strings"
	"text/tabwriter"

	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds/face"
)

// exitOf is the exit status of a verdict.
var exitOf = map[inspect.Authenticity]int{
	inspect.Genuine: exitYes, inspect.Counterfeit: exitNo, inspect.AuthenticityUndetermined: exitOpen,
}

// decodeFace decodes a face image in a process of its own.
func decodeFace(ctx context.Context, image []byte) (format string, width, height int, err error) {
	coding, width, height, err := face.Inspect(image)
	if err == nil {
		_, err = face.Decode(ctx, image)
	}
	return string(coding), width, height, err
}

// printReport prints a report and leaves the verdict's exit status.
func (e *env) printReport(r *inspect.Report, asJSON bool) error {
	e.status = exitOf[r.Authenticity]
	if asJSON {
		return e.printJSON(r)
	}
	var b bytes.Buffer
	writeReport(&b, r)
	return e.print(b.Bytes())
}

var verdicts = map[inspect.Authenticity]string{
	inspect.Genuine:                  "GENUINE: the state's signature holds, and the chip has proven to be the original.",
	inspect.Counterfeit:              "COUNTERFEIT: a check below failed that no honest document fails.",
	inspect.AuthenticityUndetermined: "UNDETERMINED: nothing is proven either way; the checks below say why.",
}

// headline is the verdict in a sentence.
func headline(r *inspect.Report) string {
	switch {
	case r.Authenticity != inspect.Genuine:
	case r.Source == inspect.Dump:
		return "GENUINE: the state's signature holds for these files. Whether a chip is a copy can only be told from the chip itself: this is a dump."
	case r.Check("chip.genuine").Outcome != inspect.Successful:
		return "GENUINE: the state's signature holds. This kind of document has no means to prove that its chip is not a copy."
	}
	return verdicts[r.Authenticity]
}

// writeReport writes a report for people.
func writeReport(b *bytes.Buffer, r *inspect.Report) {
	fmt.Fprintf(b, "%s\n", headline(r))
	if r.Check("access.pace").Outcome == inspect.Failed && r.Chip.Access == "BAC" {
		b.WriteString("The chip offers PACE and refused it; it was opened with BAC.\n")
	}
	w := tabwriter.NewWriter(b, 0, 0, 2, ' ', 0)
	row := func(name, format string, args ...any) {
		if text := strings.TrimSpace(fmt.Sprintf(format, args...)); text != "" {
			fmt.Fprintf(w, "%s\t%s\n", name, printable(text))
		}
	}
	b.WriteString("\n")
	if d := r.Document; d != nil {
		surname, givenNames := d.Names()
		row("Holder", "%s, %s", surname, givenNames)
		row("Born", "%s   sex %s   nationality %s", d.DateOfBirth, d.Sex, d.Nationality)
		row("Document", "%s %s of %s, %s, expires %s", d.Format, d.Code, d.Issuer, d.Number, d.DateOfExpiry)
	}
	if f := r.Face; f != nil {
		row("Photo", "%s, %d by %d pixels", f.Format, f.Width, f.Height)
	}
	row("Chip", "%s", strings.Join(nonEmpty(r.Chip.Access, r.Chip.Domain, r.Chip.GenuineBy), ", "))
	if s := r.Signer; s != nil {
		row("Signed by", "%s (%s), valid %s to %s", s.Subject, s.Country, s.NotBefore, s.NotAfter)
		row("Trusted by", "%s", s.CSCA)
	}
	for _, p := range r.Timing.Phases {
		row("Time", "%s: %d ms, %d commands, %d bytes", strings.ReplaceAll(p.Name, "_", " "), p.MS, p.APDUs, p.Bytes)
	}
	fmt.Fprintln(w)
	for _, c := range r.Checks {
		if c.Outcome == inspect.NotDone && strings.HasPrefix(c.ID, "dg.") {
			continue // the document does not have it, or nothing needs it
		}
		fmt.Fprintf(w, "%s\t%s\t%s\n", c.ID, strings.ReplaceAll(string(c.Outcome), "_", " "), printable(reason(c)))
	}
	_ = w.Flush()
}

func reason(c inspect.Check) string {
	if c.Code == "" || c.Detail == "" {
		return c.Code + c.Detail
	}
	return c.Code + ": " + c.Detail
}

func nonEmpty(texts ...string) []string {
	var out []string
	for _, t := range texts {
		if t != "" {
			out = append(out, t)
		}
	}
	return out
}

// printable keeps what a chip or a certificate says from steering the terminal.
func printable(s string) string {
	return strings.Map(func(r rune) rune {
		if r < 0x20 || r == 0x7f || r >= 0x80 && r < 0xa0 {
			return '?'
		}
		return r
	}, s)
}
