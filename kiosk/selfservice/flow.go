package selfservice

import (
	"fmt"
	"time"

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
