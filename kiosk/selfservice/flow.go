package selfservice

import (
	"fmt"
	"time"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// page is one screen. Each has its texts under "kiosk.<page>." in assets.
type page string

// The pages of a visit, in their order.
const (
	pageWelcome page = "welcome"
	pageAbout   page = "about"
	pageHow     page = "how"
	pageWay     page = "way"
	pageScan    page = "scan"
	pageNumber  page = "number"
	pageBirth   page = "birth"
	pageExpiry  page = "expiry"
	pageCheck   page = "check"
	pageCAN     page = "can"
	pageLay     page = "lay"
	pageCall    page = "call"
	pageWait    page = "wait"
	pageLook    page = "look"
	pageResult  page = "result"
	// pageOver stands when a visit is over, until the next one's window does.
	pageOver page = "over"
)

// The pages that stand over another one for a while.
const (
	pageNone    page = ""
	pageHelp    page = "help"
	pageView    page = "view"
	pageRestart page = "restart"
	pageStill   page = "still"
	pagePIN     page = "pin"
	pageMenu    page = "menu"
	pageOff     page = "off"
)

// draft is what was typed so far. It prints itself as redacted.
type draft struct {
	number, birth, expiry, can string
	// changing tells that one answer is given anew, and the check comes behind it.
	changing bool
	// problem is the key of the text that says what is wrong with the page's answer.
	problem string
}

// Format prints the draft as redacted, whatever the verb.
func (draft) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted draft]")) }

const (
	// stillFor is how long the question whether anybody is there stands: at least 20 seconds (EN 301 549, 11.2.2.1).
	stillFor = 30 * time.Second
	// waitIdle is how long a citizen may wait for staff before being asked.
	waitIdle = 4 * time.Minute
	// staffIdle is how long what only staff may see stays open untouched.
	staffIdle = time.Minute
	// hintFor is how long a hint on how to lay the document stands before the next one comes.
	hintFor = 12 * time.Second
	// goneFor is how long the readers may be away before the kiosk says so: one that was only reset is soon back.
	goneFor = 3 * time.Second
)

// hints are the ways to lay a passport, in the order in which they are shown: where the chip may be.
var hints = []string{"closed", "turned", "open"}

// The letters of a slip. They tell the counter how far the citizen came, and nothing about who it is.
const (
	slipDone   = 'A' // the document and the person were checked
	slipPerson = 'B' // the document was checked; nobody has compared the person
	slipLook   = 'C' // the chip was read; a person has to look at something
	slipUnread = 'D' // no chip was read
)

// to goes to a page.
func (k *kiosk) to(p page) {
	k.page, k.over, k.draft.problem = p, pageNone, ""
	k.pin = nil
	switch p {
	case pageLay:
		k.hint, k.hintSince = 0, k.now()
	case pageResult:
		k.drawSlip()
	}
	k.render()
}

// lift shows a page over the present one.
func (k *kiosk) lift(p page) {
	k.over = p
	if p == pageStill {
		k.stillSince = k.now()
	}
	k.render()
}

// lower takes the page away that stands over another.
func (k *kiosk) lower() {
	clear(k.pin)
	k.over, k.pin, k.staff = pageNone, nil, k.staff && k.page == pageLook
	k.render()
}

// back goes to the page before.
func (k *kiosk) back() {
	if k.draft.changing {
		k.draft.changing = false
		k.to(pageCheck)
		return
	}
	switch k.page {
	case pageAbout:
		k.to(pageWelcome)
	case pageHow:
		k.to(pageAbout)
	case pageWay:
		k.to(pageHow)
	case pageNumber, pageCAN, pageScan:
		k.to(pageWay)
	case pageBirth:
		k.to(pageNumber)
	case pageExpiry:
		k.to(pageBirth)
	case pageCheck:
		k.to(pageExpiry)
	case pageLay:
		k.correct()
	case pageWait:
		k.to(pageCall)
	}
}

// correct has what was given given anew.
func (k *kiosk) correct() {
	k.counter.Correct()
	switch {
	case k.draft.can != "":
		k.to(pageCAN)
	case k.draft.number != "":
		k.to(pageCheck)
	default:
		k.to(pageWay)
	}
}

// next takes the answer of a page where something is typed, or says what is wrong with it.
func (k *kiosk) next() {
	switch k.page {
	case pageNumber:
		_, err := visit.Fields(k.draft.number, "1990-01-01", "2030-01-01")
		k.answer(err == nil, pageBirth)
	case pageBirth:
		day, ok := typedDate(k.draft.birth)
		k.answer(ok && !k.today().Before(day), pageExpiry)
	case pageExpiry:
		_, ok := typedDate(k.draft.expiry)
		k.answer(ok, pageCheck)
	case pageCheck:
		birth, _ := typedDate(k.draft.birth)
		expiry, _ := typedDate(k.draft.expiry)
		given, err := visit.Fields(k.draft.number, birth.String(), expiry.String())
		if err != nil {
			k.to(pageNumber)
			return
		}
		k.give(given)
	case pageCAN:
		given, err := visit.CAN(k.draft.can)
		if err != nil {
			k.answer(false, pageLay)
			return
		}
		k.draft.number, k.draft.birth, k.draft.expiry = "", "", ""
		k.give(given)
	}
}

// answer goes on when an answer is good, and says what is wrong with it otherwise.
func (k *kiosk) answer(good bool, next page) {
	if !good {
		k.draft.problem = "kiosk." + string(k.page) + ".error"
		k.cue(cueAsk)
		k.render()
		return
	}
	if k.draft.changing {
		k.draft.changing, next = false, pageCheck
	}
	k.to(next)
}

// typedDate reads eight digits, day first.
func typedDate(digits string) (rules.Date, bool) {
	if len(digits) != 8 {
		return rules.Date{}, false
	}
	day, err := rules.ParseDate(digits[4:] + "-" + digits[2:4] + "-" + digits[:2])
	return day, err == nil
}

func (k *kiosk) today() rules.Date {
	if !k.config.Visit.Day.IsZero() {
		return k.config.Visit.Day
	}
	return rules.Today(k.now())
}

// give opens the chip with what was given.
func (k *kiosk) give(given visit.Given) {
	k.counter.Give(given)
	k.to(pageLay)
}

// scanned takes lines from a reader for printed lines.
func (k *kiosk) scanned(text string) {
	k.touchedNow()
	k.used = true
	if k.snapshot.Phase == visit.Done || k.page == pageOver || k.over == pagePIN || k.staff {
		return
	}
	given, err := visit.Lines(text)
	if err != nil {
		if k.page == pageWelcome {
			return
		}
		k.to(pageScan)
		k.draft.problem = "kiosk.scan.error"
		k.cue(cueAsk)
		k.render()
		return
	}
	if k.snapshot.Phase == visit.Reading {
		return
	}
	k.draft = draft{}
	k.cue(cueGood)
	k.give(given)
}

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
		k.touchedNow()
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
		if worthALook(s.Result) {
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
		if k.snapshot.Status != visit.StatusEmpty {
			k.touchedNow() // somebody laid something there
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

// startOver begins anew, and asks first where something would be lost.
func (k *kiosk) startOver() {
	if k.pristine() {
		k.finish()
		return
	}
	k.lift(pageRestart)
}

// callStaff switches the light on, or off.
func (k *kiosk) callStaff(on bool) {
	if k.called == on {
		return
	}
	k.called = on
	k.light(on)
}

// unlocked is what staff find behind their PIN: the citizen who waits for them, or the menu.
func (k *kiosk) unlocked() {
	k.callStaff(false)
	k.staff = true
	if k.snapshot.Phase == visit.Done && (k.page == pageCall || k.page == pageWait) {
		k.to(pageLook)
		return
	}
	k.lift(pageMenu)
}

// drawSlip gives the citizen a number for the counter. It is drawn by lot and kept nowhere.
func (k *kiosk) drawSlip() {
	letter := rune(slipUnread)
	if result := k.snapshot.Result; k.snapshot.Phase == visit.Done && result != nil {
		switch {
		case k.compared == visit.Yes:
			letter = slipDone
		case k.compared == visit.No || !worthALook(result):
			letter = slipLook
		default:
			letter = slipPerson
		}
	}
	if k.slip == "" {
		k.slip = k.lot()
	}
	k.slipLetter = letter
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

// idle is how long the present page may stand untouched.
func (k *kiosk) idle() time.Duration {
	if k.page == pageWait || k.called {
		return max(waitIdle, k.site.IdleTime())
	}
	return k.site.IdleTime()
}

// tick lets time pass: now is what the clock says. It is called about once a second.
func (k *kiosk) tick() {
	now := k.now()
	if turn := k.config.Turn; turn != nil {
		turn.Alive()
	}
	if k.page == pageOver {
		return
	}
	if k.snapshot.Phase == visit.Reading {
		k.touchedAt = now
	}
	untouched := now.Sub(k.touchedAt)
	switch {
	case k.over == pageStill:
		if now.Sub(k.stillSince) >= stillFor {
			k.finish()
			return
		}
	case k.over == pagePIN || k.over == pageMenu || k.over == pageOff:
		if untouched >= staffIdle {
			k.lower()
		}
	case k.page == pageLook:
		if untouched >= staffIdle {
			k.staff = false
			k.to(pageWait)
		}
	case k.page == pageWelcome && k.over == pageNone && !k.changed():
	case untouched >= k.idle():
		k.cue(cueAsk)
		k.lift(pageStill)
		return
	}
	if k.page == pageLay && k.over == pageNone && k.snapshot.Status == visit.StatusEmpty && now.Sub(k.hintSince) >= hintFor {
		k.anotherHint()
		return
	}
	if k.shape() != k.drawn {
		k.render()
	}
}

// anotherHint shows another way to lay the document.
func (k *kiosk) anotherHint() {
	k.hint, k.hintSince = k.hint+1, k.now()
	k.render()
}

// changed tells that somebody has set the face otherwise than the next citizen should find it.
func (k *kiosk) changed() bool {
	d := k.defaults
	return k.words.Language() != d.language || k.theme.Name() != d.look || k.text != d.text || k.speaking != d.speaking
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
