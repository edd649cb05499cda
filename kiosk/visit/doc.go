// Package visit holds the state of one citizen's visit at a counter, from "lay your passport" to the decision, and
// wipes it.
//
// A [Counter] serves one visit after another. It watches the readers, takes what opens a chip, reads when both are
// there, turns the report into facts, has the rules decide, and tells its face about each change with a [Snapshot]. It
// knows nothing of windows; a face knows nothing of chips, and decides nothing.
//
// All that is personal lives here and dies with [Counter.Next], or when the context of [Counter.Run] ends.
package visit
