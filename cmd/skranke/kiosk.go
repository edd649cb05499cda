package main

import "github.com/skranke/skranke/kiosk/selfservice"

// kioskCmd is the full-screen self-service flow.
type kioskCmd struct {
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// Run runs the flow.
func (kioskCmd) Run(e *env) error {
	if err := selfservice.Run(e.ctx); err != nil {
		return usage("not_in_this_version", "Use skranke desk, the caseworker's window.", "%w", err)
	}
	return nil
}
