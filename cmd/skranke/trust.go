package main

import (
	"bytes"
	"fmt"
	"text/tabwriter"
	"time"

	"github.com/skranke/skranke/mrtd/trust"
)

// trustCmd is the store of certificates and lists.
type trustCmd struct {
	Status       trustStatusCmd       `cmd:"" help:"Lists, registers, marks and their dates."`
	List         trustListCmd         `cmd:"" help:"Every CSCA certificate and what it is worth."`
	Import       trustImportCmd       `cmd:"" help:"Import certificates, lists, registers and bundles: whole, or not at all."`
	Export       trustExportCmd       `cmd:"" help:"Write what the store trusts as PEM."`
	Undo         trustUndoCmd         `cmd:"" help:"Take the last change of the store back."`
	Distrust     trustDistrustCmd     `cmd:"" help:"Mark a CSCA's key as distrusted."`
	MakeKey      trustMakeKeyCmd      `cmd:"" help:"Make a key that signs registers and bundles."`
	MakeRegister trustMakeRegisterCmd `cmd:"" help:"Make a register of reported documents from a list."`
	Bundle       trustBundleCmd       `cmd:"" help:"Make a signed bundle of trust material, rules and texts for many machines."`
}

type trustStatusCmd struct {
	storeFlag
	JSON bool `name:"json" help:"Print as JSON, skranke.trust/1."`
}

// Run tells what the store holds.
func (c trustStatusCmd) Run(e *env) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	summary, today := store.Summary(), time.Now()
	if c.JSON {
		return e.printJSON(trustJSON(summary, c.dir(), today))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d CSCA certificates of %d states\n", summary.CSCA, summary.Countries)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, l := range summary.Lists {
		state := "signature verified"
		if !l.Verified {
			state = "not trusted: " + l.Problem
		}
		fmt.Fprintf(w, "%s\t%s\t%s\t%d certificates\t%s\t%s\n", printable(l.Name), date(l.Date), age(l.Date, today), l.Certificates, origin(l.Imported), printable(state))
	}
	_ = w.Flush()
	fmt.Fprintf(&b, "%d document signers, %d revocation lists\n", summary.Signers, len(summary.CRLs))
	for _, l := range summary.CRLs {
		fmt.Fprintf(w, "  %s\t%s\t%s\t%d revoked\n", printable(l.Issuer.String()), date(l.ThisUpdate), age(l.ThisUpdate, today), l.Number)
	}
	for _, l := range summary.Deviations {
		fmt.Fprintf(w, "deviation list of %s\t%s\t%s\t%d deviations, %d documents named\n", printable(l.Country), date(l.Date), age(l.Date, today), l.Deviations, l.Documents)
	}
	_ = w.Flush()
	if r := summary.Register; r != nil && r.Damaged() != nil {
		fmt.Fprintf(&b, "register of reported documents: damaged (%s); import it again\n", printable(r.Damaged().Error()))
	} else if r != nil {
		fmt.Fprintf(&b, "register of reported documents: %d, of %s, good until %s\n", r.Entries, date(r.Made), date(r.Until))
	} else {
		b.WriteString("no register of reported documents\n")
	}
	if bundle := summary.Bundle; bundle != nil {
		fmt.Fprintf(&b, "bundle number %d, of %s, %s\n", bundle.Sequence, date(bundle.Made), age(bundle.Made, today))
	}
	for _, m := range summary.Distrusted {
		fmt.Fprintf(&b, "distrusted since %s: %s (SHA-256 %s) %s\n", date(m.Since), printable(m.Subject), m.Certificate, printable(m.Reason))
	}
	for _, warning := range staleness(store, today) {
		fmt.Fprintf(&b, "STALE: %s\n", warning)
	}
	fmt.Fprintf(&b, "imported store: %s\n", c.dir())
	return e.print(b.Bytes())
}

// maxListAge is how old the newest master list may be before it is said to be stale: states publish several a year.
const maxListAge = 365 * 24 * time.Hour

// staleness lists what of the store is out of date, with the remedy.
func staleness(store *trust.Store, today time.Time) []string {
	var out []string
	s := store.Summary()
	newest := time.Time{}
	for _, l := range s.Lists {
		if l.Verified && l.Date.After(newest) {
			newest = l.Date
		}
	}
	if today.Sub(newest) > maxListAge {
		out = append(out, fmt.Sprintf("the newest master list is of %s: import a newer one", date(newest)))
	}
	for _, l := range s.CRLs {
		if !l.NextUpdate.IsZero() && today.After(l.NextUpdate) {
			out = append(out, fmt.Sprintf("the revocation list of %s was to be renewed on %s: import a newer one", printable(l.Issuer.Country()), date(l.NextUpdate)))
		}
	}
	if s.Register != nil && s.Register.Stale(today) {
		out = append(out, fmt.Sprintf("the register of reported documents was good until %s: import a newer one", date(s.Register.Until)))
	}
	if first := earliest(store); today.Before(first) {
		out = append(out, fmt.Sprintf("this machine's clock says %s, and it is %s at the least: set the clock", date(today), date(first)))
	}
	return out
}

func origin(imported time.Time) string {
	if imported.IsZero() {
		return "shipped"
	}
	return "imported " + date(imported)
}

// age writes how old something is, in days.
func age(of, today time.Time) string {
	if of.IsZero() {
		return ""
	}
	return fmt.Sprintf("%d days old", max(0, int(today.Sub(of).Hours()/24)))
}

func trustJSON(s trust.Summary, dir string, today time.Time) map[string]any {
	lists := []map[string]any{}
	for _, l := range s.Lists {
		lists = append(lists, map[string]any{
			"name": l.Name, "date": date(l.Date), "signer": l.Signer, "certificates": l.Certificates, "verified": l.Verified, "problem": l.Problem,
			"imported": date(l.Imported),
		})
	}
	crls := []map[string]any{}
	for _, l := range s.CRLs {
		crls = append(crls, map[string]any{
			"issuer": l.Issuer.String(), "this_update": date(l.ThisUpdate), "next_update": date(l.NextUpdate), "revoked": l.Number, "unusable": l.Unusable,
			"imported": date(l.Imported),
		})
	}
	deviations := []map[string]any{}
	for _, l := range s.Deviations {
		deviations = append(deviations, map[string]any{"country": l.Country, "date": date(l.Date), "deviations": l.Deviations, "documents": l.Documents})
	}
	marks := []map[string]any{}
	for _, m := range s.Distrusted {
		marks = append(marks, map[string]any{"certificate": m.Certificate, "subject": m.Subject, "reason": m.Reason, "since": date(m.Since)})
	}
	var register map[string]any
	if r := s.Register; r != nil {
		register = map[string]any{"documents": r.Entries, "made": date(r.Made), "until": date(r.Until), "stale": r.Stale(today), "damaged": r.Damaged() != nil}
	}
	var bundle map[string]any
	if s.Bundle != nil {
		bundle = map[string]any{"number": s.Bundle.Sequence, "made": date(s.Bundle.Made)}
	}
	return map[string]any{
		"schema": "skranke.trust/1", "csca": s.CSCA, "countries": s.Countries, "lists": lists, "signers": s.Signers, "crls": crls,
		"deviations": deviations, "distrusted": marks, "register": register, "bundle": bundle, "store": dir,
	}
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

type trustListCmd struct {
	storeFlag
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// Run lists the certificates.
func (c trustListCmd) Run(e *env) error {
	store, err := c.open()
	if err != nil {
		return err
	}
	var b bytes.Buffer
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, l := range store.List() {
		c := l.Certificate
		kind := "root"
		if l.Link {
			kind = "link"
		}
		fmt.Fprintf(w, "%s\t%s\t%s to %s\t%s\t%s\t%s\n", printable(c.Country()), kind, date(c.NotBefore), date(c.NotAfter), printable(c.Subject.String()), l.Standing, c.Fingerprint())
	}
	_ = w.Flush()
	return e.print(b.Bytes())
}
