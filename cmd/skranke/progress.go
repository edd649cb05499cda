package main

import (
	"fmt"

	"github.com/skranke/skranke/mrtd/inspect"
)

var phases = map[inspect.Phase]string{
	inspect.PhaseAccess:         "opening the chip",
	inspect.PhaseSecurityObject: "reading the security object",
	inspect.PhaseChip:           "letting the chip prove itself",
	inspect.PhaseData:           "reading the data",
	inspect.PhaseFace:           "reading the photo",
	inspect.PhaseJudge:          "judging",
}

// progress tells on standard error what a read is doing, a line a phase.
func (e *env) progress() func(inspect.Event) {
	var last inspect.Phase
	return func(event inspect.Event) {
		if event.Again {
			_, _ = fmt.Fprintln(e.err, "skranke: once more, from the start …")
		}
		if event.Phase != last {
			last = event.Phase
			_, _ = fmt.Fprintf(e.err, "skranke: %s …\n", phases[last])
		}
	}
}
