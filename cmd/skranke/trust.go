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
	Status trustStatusCmd `cmd:"" help:"Lists, countries and dates."`
	List   trustListCmd   `cmd:"" help:"Every CSCA certificate and what it is worth."`
	Import trustImportCmd `cmd:"" help:"Import certificates and lists."`
	Export trustExportCmd `cmd:"" help:"Export the store."`
}

type trustStatusCmd struct {
	JSON bool `name:"json" help:"Print as JSON, skranke.trust/1."`
}

// Run tells what the store holds.
func (c trustStatusCmd) Run(e *env) error {
	store, err := trust.Embedded()
	if err != nil {
		return err
	}
	summary := store.Summary()
	if c.JSON {
		return e.printJSON(trustJSON(summary))
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d CSCA certificates of %d states\n", summary.CSCA, summary.Countries)
	w := tabwriter.NewWriter(&b, 0, 0, 2, ' ', 0)
	for _, l := range summary.Lists {
		state := "signature verified"
		if !l.Verified {
			state = "not trusted: " + l.Problem
		}
		fmt.Fprintf(w, "%s\t%s\t%d certificates\t%s\n", printable(l.Name), date(l.Date), l.Certificates, printable(state))
	}
	_ = w.Flush()
	fmt.Fprintf(&b, "%d revocation lists\n", len(summary.CRLs))
	return e.print(b.Bytes())
}

func trustJSON(s trust.Summary) map[string]any {
	lists := []map[string]any{}
	for _, l := range s.Lists {
		lists = append(lists, map[string]any{
			"name": l.Name, "date": date(l.Date), "signer": l.Signer, "certificates": l.Certificates, "verified": l.Verified, "problem": l.Problem,
		})
	}
	return map[string]any{"schema": "skranke.trust/1", "csca": s.CSCA, "countries": s.Countries, "lists": lists, "crls": len(s.CRLs)}
}

func date(t time.Time) string {
	if t.IsZero() {
		return ""
	}
	return t.UTC().Format(time.DateOnly)
}

type trustListCmd struct{}

// Run lists the certificates.
func (trustListCmd) Run(e *env) error {
	store, err := trust.Embedded()
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
		fmt.Fprintf(w, "%s\t%s\t%s to %s\t%s\t%s\n", printable(c.Country()), kind, date(c.NotBefore), date(c.NotAfter), printable(c.Subject.String()), l.Standing)
	}
	_ = w.Flush()
	return e.print(b.Bytes())
}

type trustImportCmd struct {
	Paths []string `arg:"" placeholder:"PATH"`
	JSON  bool     `name:"json" help:"Print errors as JSON."`
}

// Run says that imports are not part of this version.
func (trustImportCmd) Run() error {
	return usage("not_in_this_version", "Give the files with --trust and --crl to read and verify: they then count for that run.",
		"importing into the store is not part of this version")
}

type trustExportCmd struct {
	File string `arg:"" placeholder:"FILE"`
	JSON bool   `name:"json" help:"Print errors as JSON."`
}

// Run says that exports are not part of this version.
func (trustExportCmd) Run() error {
	return usage("not_in_this_version", "See skranke trust list for what the store holds.", "exporting the store is not part of this version")
}
