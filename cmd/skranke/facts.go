package main

import (
	"bytes"
	"encoding/json"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

// factsCmd turns a report into facts, so that read, facts and decide make a pipe.
type factsCmd struct {
	Report     string `arg:"" placeholder:"FILE|-" help:"Report as read --json or verify --json prints it, or - for standard input."`
	Scheme     string `enum:"mitid,nemid" default:"mitid" help:"mitid or nemid."`
	Channel    string `enum:"chip-scan,counter" default:"chip-scan" help:"chip-scan or counter."`
	On         string `placeholder:"DATE" help:"Day of the decision; today when left out."`
	SamePerson string `enum:"yes,no," default:"" placeholder:"yes|no" help:"Whether a person found the holder to be the one in the photo; not known when left out."`
	Ordinary   string `enum:"yes,no," default:"" placeholder:"yes|no" help:"Whether a passport is an ordinary one, and no emergency or provisional passport; not known when left out."`
	JSON       bool   `name:"json" help:"Print an error as JSON too. The facts always are."`
}

// maxReport bounds a report, in bytes.
const maxReport = 256 << 10

// Run prints the facts.
func (c factsCmd) Run(e *env) error {
	data, err := readInput(e, c.Report, maxReport)
	if err != nil {
		return err
	}
	var report inspect.Report
	decoder := json.NewDecoder(bytes.NewReader(data))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(&report); err != nil || decoder.More() || report.Schema != inspect.ReportSchema {
		return usage("input", "Give the output of skranke read --json or skranke verify --json.", "this is no report of the schema %s", inspect.ReportSchema)
	}
	on, err := day(c.On)
	if err != nil {
		return err
	}
	seen := visit.Seen{Look: visit.Look{SamePerson: visit.Answer(c.SamePerson), Ordinary: visit.Answer(c.Ordinary)}}
	return e.printJSON(visit.ReportToFacts(&report, seen, rules.Scheme(c.Scheme), rules.Channel(c.Channel), on))
}

// day reads a flag with a day; today where it is empty.
func day(text string) (rules.Date, error) {
	if text == "" {
		return rules.Today(now()), nil
	}
	on, err := rules.ParseDate(text)
	if err != nil {
		return rules.Date{}, usage("usage", "Write the day like 2026-11-22.", "--on: %w", err)
	}
	return on, nil
}
