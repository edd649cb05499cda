package main

import (
	"bytes"
	"errors"
	"fmt"
	"strconv"
	"strings"

	"github.com/skranke/skranke/kiosk/rules"
)

// decideCmd decides on eligibility.
type decideCmd struct {
	Facts string `arg:"" placeholder:"FILE|-" help:"Facts file, or - for standard input."`
	On    string `placeholder:"DATE" help:"Day of the decision, in place of the one in the facts."`
	Lang  string `enum:"da,en" default:"da" help:"Language: da or en."`
	storeFlag
	JSON bool `name:"json" help:"Print the decision as JSON."`
}

var exitOfVerdict = map[rules.Verdict]int{
	rules.Eligible: exitYes, rules.Ineligible: exitNo, rules.MissingEvidence: exitOpen, rules.Refer: exitOpen,
}

// Run prints the decision with its reasons, and leaves its exit status.
func (c decideCmd) Run(e *env) error {
	data, err := readInput(e, c.Facts, rules.MaxFactsBytes)
	if err != nil {
		return err
	}
	facts, err := rules.ParseFacts(data)
	if err != nil {
		return factsFailure(c.Facts, err, "The format is described in docs/rules.md.")
	}
	if c.On != "" || facts.On.IsZero() {
		if facts.On, err = day(c.On); err != nil {
			return err
		}
	}
	pack, err := c.rulesInForce(e)
	if err != nil {
		return err
	}
	decision, err := pack.Decide(facts)
	if err != nil {
		return factsFailure(c.Facts, rules.Locate(data, err), "Correct the facts.")
	}
	e.status = exitOfVerdict[decision.Outcome]
	if c.JSON {
		return e.printJSON(decision)
	}
	var b bytes.Buffer
	writeDecision(&b, decision, c.Lang)
	return e.print(b.Bytes())
}

// factsFailure tells what is wrong with a facts file, and where in it.
func factsFailure(path string, err error, remedy string) error {
	var wrong *rules.FactsError
	if !errors.As(err, &wrong) {
		return err
	}
	place := path
	if path == "-" {
		place = "standard input"
	}
	if wrong.Line > 0 {
		place += ":" + strconv.Itoa(wrong.Line)
	}
	if wrong.Path != "" {
		place += ": " + wrong.Path
	}
	return usage("facts", strings.ToUpper(wrong.Remedy[:1])+wrong.Remedy[1:]+". "+remedy, "%s: %s", place, wrong.Problem)
}

// words are the few words of a printed decision that are no rule's.
var words = map[string]map[string]string{
	"da": {
		"eligible": "JA. Du har vist alt det, der kræves.", "missing": "IKKE ENDNU. Der er noget, du mangler at vise.",
		"ineligible": "NEJ. Det kan ikke lade sig gøre i dag, uanset hvad du har med.", "refer": "EN MEDARBEJDER SKAL AFGØRE DET.",
		"met": "opfyldt", "unmet": "ikke opfyldt", "missing-status": "mangler", "refer-status": "skal vurderes",
		"missing-head": "Sådan kan du gøre:", "alternatives": "Andre muligheder:",
	},
	"en": {
		"eligible": "YES. You have shown everything that is required.", "missing": "NOT YET. There is something that you still have to show.",
		"ineligible": "NO. It cannot be done today, whatever you bring.", "refer": "A MEMBER OF STAFF HAS TO DECIDE.",
		"met": "met", "unmet": "not met", "missing-status": "missing", "refer-status": "to be judged",
		"missing-head": "What you can do:", "alternatives": "Other ways:",
	},
}

// writeDecision writes a decision for people.
func writeDecision(b *bytes.Buffer, d rules.Decision, lang string) {
	w := words[lang]
	scheme := map[rules.Scheme]string{rules.MitID: "MitID", rules.NemID: "NemID"}[d.Scheme]
	fmt.Fprintf(b, "%s, %s\n%s\n\n", scheme, d.On, w[string(d.Outcome)])
	asked := map[string]string{}
	for _, r := range d.Requirements {
		asked[r.ID] = r.Text.In(lang)
		if r.Status == rules.StatusNotApplicable {
			continue // the JSON decision lists it; a person has no use for it
		}
		status := w[string(r.Status)+"-status"]
		if status == "" {
			status = w[string(r.Status)]
		}
		fmt.Fprintf(b, "- [%s] %s\n", status, r.Text.In(lang))
	}
	for _, m := range d.Missing {
		fmt.Fprintf(b, "\n%s %s\n", asked[m.Requirement], w["missing-head"])
		for _, way := range m.Ways {
			fmt.Fprintf(b, "- %s\n", way.In(lang))
		}
	}
	if len(d.Alternatives) > 0 {
		fmt.Fprintf(b, "\n%s\n", w["alternatives"])
		for _, a := range d.Alternatives {
			fmt.Fprintf(b, "- %s\n", strings.TrimSpace(a.Text.In(lang)))
		}
	}
}
