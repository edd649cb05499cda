package visit

import "time"

// StepID names one step of a reading as a person sees it. Each has a text under "step." in assets.
type StepID string

// The steps of a reading, in their order.
const (
	StepConnect StepID = "connect"
	StepAccess  StepID = "access"
	StepSOD     StepID = "sod"
	StepChip    StepID = "chip"
	StepHolder  StepID = "holder"
	StepFace    StepID = "face"
	StepJudge   StepID = "judge"
	StepDecide  StepID = "decide"
)

// StepIDs lists the steps in their order.
func StepIDs() []StepID {
	return []StepID{StepConnect, StepAccess, StepSOD, StepChip, StepHolder, StepFace, StepJudge, StepDecide}
}

// StepState tells how far a step is. Each has a text under "step.state." in assets.
type StepState string

// The states of a step.
const (
	StepPending StepState = "pending"
	StepRunning StepState = "running"
	StepDone    StepState = "done"
	StepFailed  StepState = "failed"
)

// Step is one step of a reading.
type Step struct {
	ID    StepID
	State StepState
	// Bytes is what has come from the chip in this step so far, of all its files; Total what it will be when the present file
	// is whole, 0 when that is not known yet.
	Bytes, Total int
	// Took is how long the step has taken so far.
	Took time.Duration
}

// Progress is what a reading tells while it goes on.
type Progress struct {
	// Step is the step that is going on; the one before it is over.
	Step StepID
	// Bytes is what has come of the file that is being read, Total its length, 0 when that is not known yet. Where Bytes falls,
	// another file has begun.
	Bytes, Total int
}

// plan keeps the steps of one reading.
type plan struct {
	steps []Step
	began []time.Time
	// whole is what the files before the present one came to, by step; present what has come of that.
	whole, present []int
}

func newPlan() *plan {
	ids := StepIDs()
	p := &plan{
		steps: make([]Step, len(ids)), began: make([]time.Time, len(ids)), whole: make([]int, len(ids)), present: make([]int, len(ids)),
	}
	for i, id := range ids {
		p.steps[i] = Step{ID: id, State: StepPending}
	}
	return p
}

// advance notes progress. A step may be skipped, and one that was left may be taken up again.
func (p *plan) advance(progress Progress, now time.Time) {
	for i := range p.steps {
		step := &p.steps[i]
		if step.ID == progress.Step {
			if step.State != StepRunning {
				step.State = StepRunning
				p.began[i] = now.Add(-step.Took)
			}
			if progress.Bytes < p.present[i] {
				p.whole[i] += p.present[i]
			}
			p.present[i] = progress.Bytes
			step.Bytes, step.Total = p.whole[i]+progress.Bytes, 0
			if progress.Total > 0 {
				step.Total = p.whole[i] + progress.Total
			}
			step.Took = now.Sub(p.began[i])
		} else if step.State == StepRunning {
			step.State = StepDone
			step.Took = now.Sub(p.began[i])
		}
	}
}

// end closes the steps: the one going on is done, or has failed.
func (p *plan) end(state StepState, now time.Time) {
	for i := range p.steps {
		if p.steps[i].State == StepRunning {
			p.steps[i].State = state
			p.steps[i].Took = now.Sub(p.began[i])
		}
	}
}

// list gives a copy of the steps.
func (p *plan) list() []Step {
	if p == nil {
		return nil
	}
	return append([]Step(nil), p.steps...)
}
