package selfservice

import (
	"github.com/skranke/skranke/kiosk/visit"
)

// show takes a snapshot of the visit.
func (k *kiosk) show(s visit.Snapshot) {
	if s.Visit == k.ended { // nothing of a visit that is over is shown, but for the readers
		s = visit.Snapshot{Visit: s.Visit, Phase: visit.Waiting, Status: s.Status, LeftBehind: s.LeftBehind}
	}
	before := k.snapshot
	k.snapshot = s
	k.note()
	if s.Status != before.Status {
		k.readers(before.Status)
	}
	if k.page == pageOver {
		return
	}
	switch {
	case s.Phase == visit.Reading && before.Phase != visit.Reading:
		k.here() // a document that is laid down answers whether anybody is there
		k.cue(cueBegin)
		if k.page != pageLay {
			k.to(pageLay)
		}
	case s.Phase == visit.Trouble && before.Phase != visit.Trouble:
		k.troubles++
		k.cue(cueAsk)
	case s.Phase == visit.Waiting && s.Problem != "" && s.Problem != before.Problem && k.page == pageLay:
		k.troubles++
		k.cue(cueAsk)
		k.wrong(s.Problem)
		return
	case s.Phase == visit.Done && before.Phase != visit.Done:
		k.touchedNow()
		k.cue(cueGood)
		if worthALook(s.Result) && k.matches != nil { // without a PIN nobody could look
			k.to(pageCall)
		} else {
			k.to(pageResult)
		}
		return
	}
	if k.page == pageLook && !k.staff && s.Phase == visit.Done && s.Seen.SamePerson == k.compared {
		k.to(pageResult)
		return
	}
	if k.shape() != k.drawn {
		k.render()
	} else if k.progress != nil {
		k.progress.update(s.Steps)
	}
}

// readers notes that the readers changed.
func (k *kiosk) readers(before visit.ReaderStatus) {
	now := k.now()
	if gone(k.snapshot.Status) && !gone(before) {
		k.goneSince = now
	}
	if k.page == pageLay {
		k.hintSince = now
		if k.snapshot.Status != visit.StatusEmpty && !gone(k.snapshot.Status) {
			k.here() // somebody laid something there
		}
	}
}

// gone tells whether nothing can be read.
func gone(status visit.ReaderStatus) bool {
	return status == visit.StatusNoReader || status == visit.StatusNoService
}

// closed tells whether the kiosk cannot serve anybody now.
func (k *kiosk) closed() bool {
	return gone(k.snapshot.Status) && k.now().Sub(k.goneSince) >= goneFor
}

// wrong goes to where what was given can be put right.
func (k *kiosk) wrong(problem visit.Problem) {
	target := pageWay
	switch {
	case problem == visit.ProblemWrongCAN:
		target, k.draft.can = pageCAN, ""
	case problem == visit.ProblemNeedsMRZ:
		k.draft.can = ""
	case k.draft.number != "":
		target = pageCheck
	}
	k.to(target)
	k.draft.problem = "kiosk.problem." + string(problem) + ".todo"
	k.render()
}

// worthALook tells whether a member of staff is to be called.
func worthALook(r *visit.Result) bool { return r != nil && r.NeedsLook }

// looked takes a member of staff's answer to whether the citizen is the person of the photo.
func (k *kiosk) looked(answer visit.Answer) {
	if !k.staff || k.snapshot.Phase != visit.Done {
		return
	}
	seen := k.snapshot.Seen
	same := seen.SamePerson == answer
	seen.SamePerson = answer
	k.counter.See(seen)
	k.compared, k.staff = answer, false
	if same {
		k.to(pageResult)
		return
	}
	k.to(pageLook) // without the photo, for the moment until the decision comes
}
