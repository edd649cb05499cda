package selfservice

import (
	"github.com/skranke/skranke/kiosk/visit"
)

// startOver begins anew, and asks first where something would be lost.
func (k *kiosk) startOver() {
	if k.pristine() {
		k.finish()
		return
	}
	k.lift(pageRestart)
}

// note keeps in mind that this visit has had something of a person, even if it was taken back since: what was typed or read
// may still be in the process's memory.
func (k *kiosk) note() {
	s := k.snapshot
	k.used = k.used || k.draft != draft{} || s.Given != visit.WayNone || s.Phase != visit.Waiting || k.slip != "" || k.called
}

// pristine tells that this visit has had nothing of a person, so that nothing has to be wiped.
func (k *kiosk) pristine() bool {
	k.note()
	return !k.used
}

// finish ends the visit, and wipes all that is known about the person.
func (k *kiosk) finish() {
	untouched := k.pristine()
	k.callStaff(false)
	k.hush()
	k.lines.Forget()
	clear(k.pin)
	k.draft, k.pin, k.staff, k.compared, k.slip, k.slipLetter, k.troubles = draft{}, nil, false, visit.Unanswered, "", 0, 0
	if !untouched {
		k.ended = k.snapshot.Visit
		k.snapshot = visit.Snapshot{Visit: k.ended, Phase: visit.Waiting, Status: k.snapshot.Status, LeftBehind: k.snapshot.LeftBehind}
	}
	k.reset()
	if !untouched && k.handOver != nil {
		k.to(pageOver)
		k.handOver(k.carry())
		return
	}
	if !untouched {
		k.counter.Next()
		k.used = false
	}
	k.to(pageWelcome)
}
