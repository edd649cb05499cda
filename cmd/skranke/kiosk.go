package main

import (
	"errors"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/selfservice"
)

// kioskCmd is the full-screen self-service flow.
type kioskCmd struct{ faceFlags }

// Run shows the flow until a member of staff ends it, or the program is told to end.
func (c kioskCmd) Run(e *env) error {
	return c.serve(e, "kiosk", func(o opening) error {
		o.visit.Channel = rules.ChipScan
		err := selfservice.Run(e.ctx, selfservice.Config{
			Visit: o.visit, Site: o.site, Turn: o.turn,
			Status: func() selfservice.Status {
				return selfservice.Status{Certificates: o.station.judge.Store.Summary().CSCA, Rules: o.station.pack.Version()}
			},
		})
		if errors.Is(err, selfservice.ErrNoDisplay) {
			return usage("no_display", "Start skranke kiosk on a machine with a display, or use skranke desk at the counter.", "no window can be opened here")
		}
		return err
	})
}
