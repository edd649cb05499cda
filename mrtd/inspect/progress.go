package inspect

import (
	"slices"
	"time"
)

// enter starts a phase and books what the one before it took.
func (g *gatherer) enter(p Phase) {
	g.book()
	g.phase = p
	g.tell(Event{Phase: p})
}

// book adds what has been spent since the last booking to the present phase.
func (g *gatherer) book() {
	now := g.now()
	ms, apdus, bytes := now.Sub(g.since).Milliseconds(), g.ch.APDUs-g.apdus, g.ch.Bytes-g.bytes
	g.since, g.apdus, g.bytes = now, g.ch.APDUs, g.ch.Bytes
	if g.phase == "" {
		return
	}
	phases := g.session.Timing.Phases
	for i := range phases {
		if phases[i].Name == string(g.phase) {
			phases[i].MS += ms
			phases[i].APDUs += apdus
			phases[i].Bytes += bytes
			return
		}
	}
	g.session.Timing.Phases = append(phases, PhaseTiming{string(g.phase), ms, apdus, bytes})
}

func (g *gatherer) finish() {
	g.book()
	if g.sustained { // else what was learnt may come of a nudge
		g.evidence.terms = terms{slices.Clone(g.blocks), g.ch.Extended, g.most}
	}
	g.session.Timing.TotalMS = g.now().Sub(g.started).Milliseconds()
}

func (g *gatherer) now() time.Time {
	if g.in.Clock == nil {
		return time.Time{}
	}
	return g.in.Clock()
}

func (g *gatherer) tell(e Event) {
	if g.in.Progress != nil {
		g.in.Progress(e)
	}
}

func (g *gatherer) progress(f File, done, total int) {
	g.tell(Event{Phase: g.phase, File: f, Done: done, Total: total})
}
