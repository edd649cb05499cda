package selfservice

import (
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

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
