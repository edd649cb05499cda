package selfservice

import (
	"time"

	"github.com/skranke/skranke/kiosk/visit"
)

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
		k.here()
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

// here notes that somebody is there, who need not be asked any more.
func (k *kiosk) here() {
	k.touchedNow()
	if k.over == pageStill {
		k.over = pageNone
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
