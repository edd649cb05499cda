package selfservice

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/visit"
)

// askPIN asks for the staff's PIN.
func (k *kiosk) askPIN() {
	clear(k.pin)
	k.pin, k.wrongPIN = nil, false
	k.hush()
	k.lift(pagePIN)
}

// pinView takes the staff's PIN.
func (k *kiosk) pinView() view {
	v := view{bare: true, back: k.lower}
	k.private = true // so that no key is spoken either
	v.things = []fyne.CanvasObject{k.title("kiosk.pin.title")}
	if k.matches == nil {
		v.things = append(v.things, k.lead("kiosk.pin.none"))
		return v
	}
	if wait := k.lock.wait(k.now()); wait > 0 {
		v.things = append(v.things, k.notice(look.Warn, "warning", k.say("kiosk.pin.wait", "time", clock(wait))))
		return v
	}
	if k.wrongPIN {
		v.things = append(v.things, k.notice(look.Warn, "warning", k.say("kiosk.pin.wrong")))
	}
	v.things = append(v.things, k.body("kiosk.pin.text"), flowing(0, false, k.typedText(dots(len(k.pin)), 10)))
	v.side, v.wide = k.figures()
	v.next = k.primary("kiosk.pin.open", k.tryPIN)
	return v
}

// clock writes a time in minutes and seconds.
func clock(d time.Duration) string {
	seconds := int((d + time.Second - 1) / time.Second)
	text := strconv.Itoa(seconds % 60)
	return strconv.Itoa(seconds/60) + ":" + strings.Repeat("0", 2-len(text)) + text
}

// tryPIN asks whether the PIN is the staff's. It takes a moment by design, during which nothing else is tried.
func (k *kiosk) tryPIN() {
	if k.matches == nil || k.checking || len(k.pin) == 0 || k.lock.wait(k.now()) > 0 {
		return
	}
	k.checking = true
	k.lock.failed(k.now()) // unless it turns out to be right: whoever ends the process meanwhile has had this try
	k.keep()
	pin := k.pin
	k.pin = nil
	k.background(func() func() {
		right := k.matches(pin)
		clear(pin)
		return func() { k.triedPIN(right) }
	})
}

// keep has the next process know of the lock, whatever becomes of this one.
func (k *kiosk) keep() {
	if turn := k.config.Turn; turn != nil {
		turn.Keep(k.carry())
	}
}

// triedPIN takes the answer.
func (k *kiosk) triedPIN(right bool) {
	k.checking = false
	if !right {
		k.wrongPIN = true
		k.cue(cueAsk)
		if k.over == pagePIN {
			k.render()
		}
		return
	}
	k.lock.opened()
	k.keep()
	if k.over == pagePIN { // whoever typed it may have gone meanwhile
		k.unlocked()
	}
}

// lookView shows the chip's photo and its holder to a member of staff.
func (k *kiosk) lookView() view {
	result := k.snapshot.Result
	v := view{bare: true}
	if !k.staff || result == nil || result.Report == nil {
		v.things = []fyne.CanvasObject{k.title("kiosk.wait.title")}
		return v
	}
	k.private = true
	v.things = []fyne.CanvasObject{k.title("kiosk.look.title"), k.body("kiosk.look.text")}
	if d := result.Report.Document; d != nil {
		surname, givenNames := d.Names()
		for _, row := range []struct{ key, value string }{
			{"kiosk.look.name", strings.TrimSpace(givenNames + " " + surname)},
			{"kiosk.look.birth", k.longDate(d.DateOfBirth)},
			{"kiosk.look.expiry", k.longDate(d.DateOfExpiry)},
		} {
			v.things = append(v.things, column(
				0, look.NewProse(k.say(row.key), look.Style{Size: k.m.font(textSmall), Tone: look.Muted}),
				look.NewProse(row.value, look.Style{Size: k.m.font(textLead), Bold: true}),
			))
		}
	}
	v.things = append(v.things, flowing(
		k.m.of(8), false,
		k.button(k.say("kiosk.look.yes"), "successful", look.Secondary, func() { k.looked(visit.Yes) }),
		k.button(k.say("kiosk.look.no"), "failed", look.Secondary, func() { k.looked(visit.No) }),
		k.button(k.say("kiosk.look.unsure"), "", look.Secondary, func() { k.looked(visit.Unanswered) }),
	))
	wide, high := k.m.of(330), k.m.of(424)
	if room := k.size.Height - k.m.of(240); room < high {
		wide, high = wide*room/high, room
	}
	v.wide = wide
	if k.portrait = result.Photo.Copy(); k.portrait != nil {
		photo := canvas.NewImageFromImage(k.portrait)
		photo.FillMode = canvas.ImageFillContain
		v.side = fixed(wide, high, photo)
	} else {
		v.side = k.panel(look.Muted, k.body("holder.photo.none"))
	}
	return v
}

// menuView is what staff find: how the machine is, and how it is set for the next citizens.
func (k *kiosk) menuView() view {
	v := view{bare: true, next: k.primary("kiosk.menu.close", k.lower)}
	if k.over == pageOff {
		v.things = []fyne.CanvasObject{k.title("kiosk.off.title"), k.lead("kiosk.off.text")}
		v.next = k.primary("kiosk.off.no", func() { k.lift(pageMenu) })
		v.more = []fyne.CanvasObject{k.button(k.say("kiosk.off.yes"), "", look.Secondary, k.switchOff)}
		return v
	}
	state := k.config.Status()
	v.things = []fyne.CanvasObject{
		k.title("kiosk.menu.title"),
		k.item("reader", look.Info, k.say("reader."+string(k.snapshot.Status))),
		k.item("shield_good", look.Info, k.say("status.trust", "count", strconv.Itoa(state.Certificates))),
		k.item("kiosk_read", look.Info, k.say("status.rules", "version", state.Rules)),
		k.prose(k.say("kiosk.menu.next"), look.Style{Size: k.m.font(textLead), Bold: true}),
	}
	if k.snapshot.Reader != "" {
		v.things[1] = k.item("reader", look.Info, k.say("reader."+string(k.snapshot.Status))+" · "+k.snapshot.Reader)
	}
	var row []fyne.CanvasObject
	for _, language := range assets.Languages() {
		t := k.button(k.say("kiosk.menu.language", "language", k.say("language."+string(language))), "pending", look.Secondary, func() {
			k.defaults.language = language
			k.speak(language)
			k.render()
		})
		if t.picked = k.defaults.language == language; t.picked {
			t.icon.Set("running", look.Plain)
		}
		row = append(row, t)
	}
	sound, icon := k.say("kiosk.menu.quiet"), "box_empty"
	if !k.quiet {
		icon = "box_checked"
	}
	row = append(row, k.button(sound, icon, look.Secondary, func() {
		k.quiet = !k.quiet
		k.render()
	}), k.button(k.say("kiosk.menu.light"), "kiosk_bell", look.Secondary, func() {
		k.callStaff(!k.called)
		k.render()
	}))
	v.things = append(v.things, flowing(k.m.of(8), false, row...))
	v.more = []fyne.CanvasObject{
		k.button(k.say("kiosk.menu.restart"), "kiosk_restart", look.Secondary, k.finish),
		k.button(k.say("kiosk.menu.off"), "", look.Secondary, func() { k.lift(pageOff) }),
	}
	return v
}
