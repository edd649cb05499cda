package main

import (
	"bytes"
	"fmt"

	"github.com/skranke/skranke/kiosk/cpr"
)

// useridCmd tells whether a text may be a MitID user ID.
type useridCmd struct {
	Text string `arg:"" placeholder:"TEXT|-" help:"The user ID, or - for standard input."`
	CPR  string `name:"cpr" placeholder:"CPR|-" help:"The citizen's CPR number, which the user ID must not be, or - for standard input."`
	storeFlag
	JSON bool `name:"json" help:"Print the answer as JSON, skranke.userid/1."`
}

// Run answers, with the reasons and a suggestion.
func (c useridCmd) Run(e *env) error {
	if c.Text == "-" && c.CPR == "-" {
		return usage("usage", "Give one of them as a file descriptor of its own, or on the command line.", "standard input holds one value, not two")
	}
	text, err := argument(e, c.Text)
	if err != nil {
		return err
	}
	var number *cpr.Number
	if c.CPR != "" {
		typed, err := argument(e, c.CPR)
		if err != nil {
			return err
		}
		n, err := cpr.Parse(typed)
		if err != nil {
			return usage("cpr", "A CPR number looks like 030290-1234.", "%w", err)
		}
		number = &n
	}
	pack, err := c.rulesInForce(e)
	if err != nil {
		return err
	}
	result := pack.CheckUserID(text, number)
	if !result.Valid {
		e.status = exitNo
	}
	if c.JSON {
		return e.printJSON(result)
	}
	var b bytes.Buffer
	if result.Valid {
		fmt.Fprintln(&b, "Ja, det må være et bruger-ID. / Yes, it may be a user ID.")
		result.Reasons = result.NotChecked
	}
	for _, r := range result.Reasons {
		fmt.Fprintf(&b, "%s\n%s\n", r.Text.DA, r.Text.EN)
	}
	if result.Suggestion != "" {
		fmt.Fprintf(&b, "Forslag / Suggestion: %s\n", printable(result.Suggestion))
	}
	return e.print(b.Bytes())
}
