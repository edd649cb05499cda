package selfservice

import (
	"strconv"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// view makes the page that is to be seen.
func (k *kiosk) view() view {
	switch k.over {
	case pageHelp:
		return k.helpView()
	case pageView:
		return k.setView()
	case pageRestart:
		return k.restartView()
	case pageStill:
		return k.stillView()
	case pagePIN:
		return k.pinView()
	case pageMenu, pageOff:
		return k.menuView()
	}
	switch k.page {
	case pageAbout:
		return k.aboutView()
	case pageHow:
		return k.howView()
	case pageWay:
		return k.wayView()
	case pageScan:
		return k.scanView()
	case pageNumber:
		return k.numberView()
	case pageBirth, pageExpiry:
		return k.dateView()
	case pageCheck:
		return k.checkView()
	case pageCAN:
		return k.canView()
	case pageLay:
		return k.layView()
	case pageCall, pageWait:
		return k.staffView()
	case pageLook:
		return k.lookView()
	case pageResult:
		return k.resultView()
	case pageOver:
		return view{things: []fyne.CanvasObject{k.title("kiosk.over.title")}, bare: true}
	}
	return k.welcomeView()
}

// welcomeView asks for the language, and says when a passport was left behind or nothing can be read.
func (k *kiosk) welcomeView() view {
	if k.closed() {
		v := view{things: []fyne.CanvasObject{k.title("kiosk.closed.title"), k.lead("kiosk.closed.text")}}
		k.adorn(&v, "kiosk_counter", 360, 270)
		return v
	}
	v := view{}
	k.adorn(&v, "kiosk_chip", 340, 260)
	v.things = []fyne.CanvasObject{k.title("kiosk.welcome.title"), k.lead("kiosk.welcome.text")}
	if k.snapshot.LeftBehind {
		v.things = append(v.things, k.notice(look.Info, "warning", k.say("kiosk.welcome.left")))
	}
	for _, language := range assets.Languages() {
		words := assets.In(language)
		k.spoken = append(k.spoken, words.Say("kiosk.welcome.begin"))
		tile := k.tile(words.Say("kiosk.welcome.begin"), "", "kiosk_next", func() {
			k.speak(language)
			k.to(pageAbout)
		})
		v.things = append(v.things, tile)
	}
	return v
}

// aboutView says what is read, what for, and that nothing is kept.
func (k *kiosk) aboutView() view {
	v := view{back: k.back, next: k.primary("kiosk.continue", func() { k.to(pageHow) })}
	v.things = []fyne.CanvasObject{
		k.title("kiosk.about.title"),
		k.point("kiosk_read", k.say("kiosk.about.what")), k.point("shield_good", k.say("kiosk.about.why")),
		k.point("person", k.say("kiosk.about.who")), k.point("kiosk_forget", k.say("kiosk.about.keep")),
		k.point("kiosk_people", k.say("kiosk.about.choice")),
	}
	return v
}

// howView draws what will happen.
func (k *kiosk) howView() view {
	v := view{back: k.back, next: k.primary("kiosk.continue", func() { k.to(pageWay) })}
	v.things = []fyne.CanvasObject{k.title("kiosk.how.title")}
	wide := k.m.of(290)
	if room := min(k.size.Width, k.m.of(1340)) - k.m.of(64+2*24); room/3 > wide {
		wide = min(room/3, k.m.of(400))
	}
	var steps []fyne.CanvasObject
	for i, step := range []struct{ picture, key string }{
		{"kiosk_data_number", "type"}, {"kiosk_lay_closed", "lay"}, {"kiosk_staff_look", "staff"},
	} {
		text := k.prose(strconv.Itoa(i+1)+". "+k.say("kiosk.how."+step.key), look.Style{Size: k.m.font(textBody)})
		things := column(k.m.of(12), k.picture(step.picture, 230, 172), text)
		things.Layout.(*columnLayout).wide = wide
		steps = append(steps, things)
	}
	v.things = append(v.things, flowing(k.m.of(24), false, steps...))
	return v
}

// wayView asks how the document is to be opened.
func (k *kiosk) wayView() view {
	v := view{back: k.back}
	v.things = append([]fyne.CanvasObject{k.title("kiosk.way.title"), k.lead("kiosk.way.text")}, k.problem()...)
	choice := func(key, icon string, p page) fyne.CanvasObject {
		text, more := k.say("kiosk.way."+key), k.say("kiosk.way."+key+".more")
		k.spoken = append(k.spoken, text, more)
		return k.tile(text, more, icon, func() { k.to(p) })
	}
	if k.site.MRZReader.Port != "" {
		v.things = append(v.things, choice("scan", "kiosk_scan", pageScan))
	}
	v.things = append(v.things, choice("type", "kiosk_keys", pageNumber), choice("can", "kiosk_card", pageCAN))
	return v
}

// scanView waits for the printed lines.
func (k *kiosk) scanView() view {
	v := view{back: k.back}
	k.adorn(&v, "kiosk_data_lines", 400, 300)
	v.things = append([]fyne.CanvasObject{k.title("kiosk.scan.title")}, k.problem()...)
	v.things = append(v.things, k.lead("kiosk.scan.text"), k.body("kiosk.scan.more"))
	v.more = []fyne.CanvasObject{k.button(k.say("kiosk.scan.type"), "", look.Secondary, func() { k.to(pageNumber) })}
	return v
}

// typing is a page where something is typed, with a picture of where it stands in the document.
func (k *kiosk) typing(picture string, shown fyne.CanvasObject, keys fyne.CanvasObject, wide float32) view {
	name := "kiosk." + string(k.page)
	v := view{back: k.back, side: keys, wide: wide, next: k.primary("kiosk.continue", k.next)}
	v.things = append([]fyne.CanvasObject{k.title(name + ".title")}, k.problem()...)
	if k.large() { // the rest is told by Help, so that the keys stay in sight
		v.things = append(v.things, shown)
		return v
	}
	v.things = append(v.things, k.body(name+".text"), shown)
	if k.draft.problem == "" { // which takes its place
		v.things = append(v.things, k.picture(picture, 260, 195))
	}
	return v
}

func (k *kiosk) numberView() view {
	keys, wide := k.letters()
	return k.typing("kiosk_data_number", flowing(0, false, k.typedText(k.draft.number, 11)), keys, wide)
}

func (k *kiosk) dateView() view {
	keys, wide := k.figures()
	digits, picture := k.draft.birth, "kiosk_data_birth"
	if k.page == pageExpiry {
		digits, picture = k.draft.expiry, "kiosk_data_expiry"
	}
	return k.typing(picture, k.date(digits), keys, wide)
}

func (k *kiosk) canView() view {
	keys, wide := k.figures()
	return k.typing("kiosk_can", flowing(0, false, k.typedText(k.draft.can, 6)), keys, wide)
}

// checkView shows the answers, each with a way to change it.
func (k *kiosk) checkView() view {
	v := view{back: k.back, next: k.primary("kiosk.check.read", k.next)}
	v.things = append([]fyne.CanvasObject{k.title("kiosk.check.title")}, k.problem()...)
	for _, row := range []struct {
		page        page
		key, answer string
	}{
		{pageNumber, "number", k.draft.number}, {pageBirth, "birth", k.dateText(k.draft.birth)}, {pageExpiry, "expiry", k.dateText(k.draft.expiry)},
	} {
		name := k.prose(k.say("kiosk.check."+row.key), look.Style{Size: k.m.font(textBody), Tone: look.Muted})
		answer := look.NewProse(row.answer, look.Style{Size: k.m.font(textLead), Bold: true})
		change := k.button(k.say("kiosk.check.change"), "", look.Secondary, func() {
			k.draft.changing = true
			k.to(row.page)
		})
		change.label = k.say("kiosk.check.change") + ": " + k.say("kiosk.check."+row.key)
		wide := widthOf(change)
		v.things = append(v.things, beside(k.m.of(12), wide, k.m.of(220), column(k.m.of(2), name, answer), change), look.Line())
	}
	v.things = append(v.things, k.body("kiosk.check.text"))
	return v
}

// dateText writes eight digits, day first, as a date with the month's name.
func (k *kiosk) dateText(digits string) string {
	day, ok := typedDate(digits)
	if !ok {
		return ""
	}
	return k.longDate(day.String())
}

// longDate writes YYYY-MM-DD with the month's name. What is not known whole stays as it is.
func (k *kiosk) longDate(text string) string {
	day, err := rules.ParseDate(text)
	if err != nil {
		return text
	}
	return k.say("date", "day", strconv.Itoa(day.Day), "month", k.say("month."+strconv.Itoa(int(day.Month))), "year", strconv.Itoa(day.Year))
}

// document is what the citizen has, as the texts call it.
func (k *kiosk) document() string {
	if k.snapshot.Given == visit.WayCAN || k.draft.can != "" {
		return k.say("kiosk.document.card")
	}
	return k.say("kiosk.document.passport")
}

// layView follows the reader: it says what to do with the document, and how far the reading is.
func (k *kiosk) layView() view {
	s := k.snapshot
	document := k.document()
	if s.Phase == visit.Reading {
		k.progress = newProgress(k)
		k.progress.update(s.Steps)
		v := view{things: []fyne.CanvasObject{
			k.title("kiosk.reading.title", "document", document), k.lead("kiosk.reading.text"), k.progress.object,
		}}
		k.adorn(&v, "kiosk_reading", 380, 285)
		return v
	}
	v := view{back: k.back}
	picture := "kiosk_lay_closed"
	switch {
	case s.Phase == visit.Trouble:
		v.things = append(v.things, k.title("kiosk.problem."+string(s.Problem)+".title", "document", document))
		v.things = append(v.things, k.lead("kiosk.problem."+string(s.Problem)+".todo", "document", document))
		if s.Status == visit.StatusCard {
			v.next = k.primary("kiosk.again", k.counter.Again)
		}
		picture = "kiosk_lay_" + hints[k.hint%len(hints)]
	case s.LeftBehind:
		v.things = []fyne.CanvasObject{k.title("kiosk.lay.left.title"), k.lead("kiosk.lay.left.text")}
	case gone(s.Status) || s.Status == visit.StatusInUse:
		v.things = []fyne.CanvasObject{k.title("kiosk.lay.gone.title"), k.lead("kiosk.lay.gone.text")}
		picture = "kiosk_counter"
	case s.Status == visit.StatusMute:
		v.things = []fyne.CanvasObject{
			k.title("kiosk.lay.mute.title"), k.lead("kiosk.lay.mute.text", "document", document),
			k.item("kiosk_forget", look.Info, k.say("kiosk.lay.mute.one")), k.item("kiosk_lift", look.Info, k.say("kiosk.lay.mute.turn")),
		}
		picture = "kiosk_lay_turned"
	case s.Status == visit.StatusCard:
		v.things = []fyne.CanvasObject{k.title("kiosk.lay.card.title"), k.lead("kiosk.lay.card.text")}
	default:
		v.things = []fyne.CanvasObject{k.title("kiosk.lay.title", "document", document)}
		if s.Given == visit.WayCAN || k.draft.can != "" {
			v.things = append(v.things, k.lead("kiosk.lay.hint.card"))
			picture = "kiosk_lay_card"
			break
		}
		hint := hints[k.hint%len(hints)]
		picture = "kiosk_lay_" + hint
		v.things = append(v.things, k.lead("kiosk.lay.hint."+hint), k.body("kiosk.lay.still"))
		v.more = append(v.more, k.button(k.say("kiosk.lay.another"), "", look.Secondary, k.anotherHint))
	}
	if k.troubles >= 2 || gone(s.Status) || s.Status == visit.StatusInUse {
		v.things = append(v.things, k.body("kiosk.lay.stuck"))
		v.more = append(v.more, k.button(k.say("kiosk.lay.slip"), "", look.Secondary, func() { k.to(pageResult) }))
	}
	wide := float32(420)
	if k.large() {
		wide = 280
	}
	v.side, v.wide = k.picture(picture, wide, wide*0.75), k.m.of(wide)
	return v
}

// staffView has staff called, who compare the citizen with the photo.
func (k *kiosk) staffView() view {
	name := "kiosk." + string(k.page)
	v := view{}
	k.adorn(&v, "kiosk_staff_look", 340, 255)
	v.things = []fyne.CanvasObject{k.title(name + ".title"), k.lead(name + ".text")}
	slip := k.button(k.say("kiosk.call.slip"), "", look.Secondary, func() { k.to(pageResult) })
	if k.page == pageWait {
		v.things = append(v.things, k.notice(look.Info, "kiosk_bell", k.say("kiosk.wait.called")))
		v.more = []fyne.CanvasObject{slip}
		return v
	}
	if !k.canCall() {
		v.things = append(v.things, k.body("kiosk.call.alone"))
		v.next = k.primary("kiosk.call.slip", func() { k.to(pageResult) })
		return v
	}
	v.things = append(v.things, k.body("kiosk.call.nobody"))
	v.more = []fyne.CanvasObject{slip}
	v.next = k.primary("kiosk.call.call", func() {
		k.callStaff(true)
		k.to(pageWait)
	})
	v.next.icon = look.NewIcon("kiosk_bell", look.OnPrimary, k.m.of(26)*min(k.m.text, 1.5))
	return v
}

// resultView says what was checked, what it means and where to go next, with a number that tells nothing about the person.
func (k *kiosk) resultView() view {
	v := view{next: k.primary("kiosk.result.done", k.finish)}
	result := k.snapshot.Result
	kind := "unread"
	if k.snapshot.Phase == visit.Done && result != nil && result.Decision != nil {
		kind = string(result.Decision.Outcome)
		if worthALook(result) && k.compared == visit.Unanswered {
			kind = "unseen"
		}
	}
	v.things = []fyne.CanvasObject{k.title("kiosk.result." + kind + ".title"), k.lead("kiosk.result." + kind + ".text")}
	number := string(k.slipLetter) + " " + k.slip
	slip := k.panel(
		look.Info,
		k.prose(k.say("kiosk.result.number"), look.Style{Size: k.m.font(textBody)}),
		k.prose(number, look.Style{Size: look.Size(float32(k.m.font(textSlip)) * 0.9), Bold: true}),
		k.prose(k.say("kiosk.result.number.more"), look.Style{Size: k.m.font(textSmall)}),
	)
	v.side, v.wide = slip, max(k.m.of(340), min(k.m.of(480), k.m.of(300)*k.m.text))
	v.things = append(v.things, k.notice(look.Info, "kiosk_lift", k.say("kiosk.result.take", "document", k.document())))
	if kind == "unread" {
		return v
	}
	v.things = append(v.things, k.prose(k.say("kiosk.result.checked"), look.Style{Size: k.m.font(textLead), Bold: true}))
	language := string(k.words.Language())
	for _, q := range result.Decision.Requirements {
		switch q.Status {
		case rules.StatusMet:
			v.things = append(v.things, k.item("successful", look.Good, q.Text.In(language)))
		case rules.StatusNotApplicable:
		default:
			v.things = append(v.things, k.item("person", look.Info, q.Text.In(language)))
		}
	}
	if len(result.Decision.Alternatives) > 0 {
		v.things = append(v.things, k.prose(k.say("kiosk.result.other"), look.Style{Size: k.m.font(textLead), Bold: true}))
		for _, other := range result.Decision.Alternatives {
			v.things = append(v.things, k.item("kiosk_next", look.Info, other.Text.In(language)))
		}
	}
	return v
}

// canCall tells whether the site has something that calls staff.
func (k *kiosk) canCall() bool { return len(k.site.Staff.Call) > 0 }

// helpView explains the page that it stands over, and calls staff.
func (k *kiosk) helpView() view {
	v := view{bare: true, next: k.primary("kiosk.help.close", k.lower)}
	v.things = []fyne.CanvasObject{k.title("kiosk.help.title")}
	if key := "kiosk.help." + string(k.page); k.words.Has(key) {
		v.things = append(v.things, k.lead(key))
	}
	staff := "kiosk.help.counter"
	if k.canCall() {
		staff = "kiosk.help.staff"
	}
	v.things = append(
		v.things, k.item("kiosk_people", look.Info, k.say(staff)), k.item("kiosk_forget", look.Info, k.say("kiosk.help.private")),
		k.item("kiosk_view", look.Info, k.say("kiosk.help.view")),
	)
	if k.voice != nil {
		v.things = append(v.things, k.item("kiosk_speak", look.Info, k.say("kiosk.help.keys")))
	}
	switch {
	case k.called:
		v.things = append(v.things, k.notice(look.Info, "kiosk_bell", k.say("kiosk.wait.called")))
	case k.canCall():
		v.more = []fyne.CanvasObject{k.button(k.say("kiosk.call.call"), "kiosk_bell", look.Secondary, func() {
			k.callStaff(true)
			k.render()
		})}
	}
	v.more = append(v.more, k.button(k.say("kiosk.restart"), "kiosk_restart", look.Secondary, k.startOver))
	return v
}

// setView sets the size of the text and the colours.
func (k *kiosk) setView() view {
	v := view{next: k.primary("kiosk.view.done", k.lower)}
	choices := func(key string, texts []string, now int, choose func(int)) {
		v.things = append(v.things, k.prose(k.say(key), look.Style{Size: k.m.font(textLead), Bold: true}))
		var row []fyne.CanvasObject
		for i, text := range texts {
			icon := "pending"
			if i == now {
				icon = "running"
			}
			t := k.button(text, icon, look.Secondary, func() { choose(i); k.render() })
			t.picked = i == now
			row = append(row, t)
		}
		v.things = append(v.things, flowing(k.m.of(8), false, row...))
	}
	v.things = []fyne.CanvasObject{k.title("kiosk.view.title")}
	sizes := []int{100, 125, 150, 200}
	texts, now := []string{}, 0
	for i, size := range sizes {
		texts = append(texts, k.say("kiosk.view.percent", "percent", strconv.Itoa(size)))
		if size == k.text {
			now = i
		}
	}
	choices("kiosk.view.text", texts, now, func(i int) { k.text = sizes[i] })
	texts, now = nil, 0
	for i, name := range assets.Palettes() {
		texts = append(texts, k.say("look."+name))
		if name == k.theme.Name() {
			now = i
		}
	}
	choices("kiosk.view.look", texts, now, func(i int) { k.wear(assets.Palettes()[i]) })
	if k.voice != nil {
		now = 0
		if k.speaking {
			now = 1
		}
		choices("kiosk.speak", []string{k.say("kiosk.off.no"), k.say("kiosk.view.yes")}, now, func(i int) {
			if k.speaking != (i == 1) {
				k.toggleSpeech()
			}
		})
	}
	return v
}

// restartView asks before what was given is forgotten.
func (k *kiosk) restartView() view {
	return view{
		things: []fyne.CanvasObject{k.title("kiosk.restart.title"), k.lead("kiosk.restart.text")},
		bare:   true, next: k.primary("kiosk.restart.no", k.lower),
		more: []fyne.CanvasObject{k.button(k.say("kiosk.restart.yes"), "kiosk_restart", look.Secondary, k.finish)},
	}
}

func (k *kiosk) stillLeft() int {
	return int((max(0, stillFor-k.now().Sub(k.stillSince)) + time.Second - 1) / time.Second)
}

// stillView asks whether anybody is there.
func (k *kiosk) stillView() view {
	v := view{bare: true, next: k.primary("kiosk.still.yes", func() { k.lower() })}
	v.things = []fyne.CanvasObject{k.title("kiosk.still.title"), k.lead("kiosk.still.text", "seconds", strconv.Itoa(int(stillFor/time.Second)))}
	left := k.say("kiosk.still.left", "seconds", strconv.Itoa(k.stillLeft()))
	v.things = append(v.things, look.NewProse(left, look.Style{Size: k.m.font(textLead), Bold: true}))
	v.more = []fyne.CanvasObject{k.button(k.say("kiosk.still.no"), "", look.Secondary, k.finish)}
	return v
}

// dots stands for a PIN.
func dots(n int) string { return strings.Repeat("•", n) }
