package selfservice

import (
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

// The specimen lines of Doc 9303-4, appendix B.
const lines = "P<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<<<<<<<<<\nL898902C36UTO7408122F1204159ZE184226B<<<<<10"

func waiting(status visit.ReaderStatus, given visit.Way) visit.Snapshot {
	return visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: status, Given: given}
}

func reading(n int) visit.Snapshot {
	return visit.Snapshot{Visit: 1, Phase: visit.Reading, Status: visit.StatusReading, Given: visit.WayFields, Steps: steps(n)}
}

// begin goes as far as typing the three answers, in a language.
func (b *bench) begin(language assets.Language) {
	b.t.Helper()
	b.press(assets.In(language).Say("kiosk.welcome.begin"))
	b.on(pageAbout)
	b.key("kiosk.continue")
	b.key("kiosk.continue")
	b.on(pageWay)
	b.key("kiosk.way.type")
	b.types("X00000001")
	b.key("kiosk.continue")
	b.types("03021990")
	b.key("kiosk.continue")
	b.types("02022030")
	b.key("kiosk.continue")
	b.on(pageCheck)
}

func TestAVisitFromTheLanguageToTheSlip(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.begin(assets.English)
	if shown := b.shown(); !strings.Contains(shown, "3 February 1990") || !strings.Contains(shown, "X00000001") {
		t.Errorf("the answers are not shown back: %s", shown)
	}
	b.key("kiosk.check.read")
	b.on(pageLay)
	if len(b.counter.given) != 1 || b.counter.given[0].Key().IsZero() {
		t.Fatal("what was typed was not given")
	}
	b.show(waiting(visit.StatusEmpty, visit.WayFields))
	b.show(reading(0))
	b.show(reading(5))
	if !strings.Contains(b.shown(), "Step 6 of 8: We read the photo.") {
		t.Errorf("the progress is not told: %s", b.shown())
	}
	b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
	b.on(pageCall)
	b.key("kiosk.call.call")
	b.on(pageWait)
	if !slices.Equal(b.lights, []bool{true}) {
		t.Errorf("the light: %v", b.lights)
	}
	b.key("kiosk.staff")
	b.types(rightPIN)
	b.key("kiosk.pin.open")
	b.on(pageLook)
	if !slices.Equal(b.lights, []bool{true, false}) {
		t.Errorf("the light: %v", b.lights)
	}
	if shown := b.shown(); !strings.Contains(shown, surname) || b.portrait == nil {
		t.Error("staff do not see the name or the photo")
	}
	photo := b.portrait
	b.key("kiosk.look.yes")
	if len(b.counter.seen) != 1 || b.counter.seen[0].SamePerson != visit.Yes {
		t.Fatal("the answer was not passed on")
	}
	if slices.ContainsFunc(photo.Pix, func(p uint8) bool { return p != 0 }) {
		t.Error("the photo's pixels were not wiped")
	}
	b.on(pageLook) // until the decision comes
	if strings.Contains(b.shown(), surname) || b.portrait != nil {
		t.Error("the name or the photo stays")
	}
	after := done(inspect.Genuine, rules.Eligible, rules.StatusMet)
	after.Seen.SamePerson = visit.Yes
	b.show(after)
	b.on(pageResult)
	if shown := b.shown(); !strings.Contains(shown, "A 4729") || !strings.Contains(shown, b.say("kiosk.result.eligible.title")) {
		t.Errorf("the result is not told: %s", shown)
	}
	b.key("kiosk.result.done")
	b.on(pageWelcome)
	if b.counter.next != 1 {
		t.Error("the visit was not ended")
	}
	b.show(after) // a snapshot that was on its way
	b.on(pageWelcome)
	if b.draft != (draft{}) || b.snapshot.Result != nil || b.words.Language() != assets.Danish || b.slip != "" {
		t.Error("something of the visit is left")
	}
}

func TestNobodyComes(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.begin(assets.Danish)
	b.key("kiosk.check.read")
	b.show(reading(0))
	b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
	b.key("kiosk.call.call")
	b.key("kiosk.call.slip")
	b.on(pageResult)
	if shown := b.shown(); !strings.Contains(shown, "B 4729") || !strings.Contains(shown, b.say("kiosk.result.unseen.title")) {
		t.Errorf("the slip does not send the citizen to the counter: %s", shown)
	}
	b.key("kiosk.result.done")
	if !slices.Equal(b.lights, []bool{true, false}) {
		t.Errorf("the light stays on: %v", b.lights)
	}
}

func TestASiteWithoutALightOrAPIN(t *testing.T) {
	b := open(t, 1024, 768, func(c *Config) { c.Site.Staff.Call = nil })
	b.begin(assets.English)
	b.key("kiosk.help")
	if b.find(b.say("kiosk.call.call")) != nil || strings.Contains(b.shown(), b.say("kiosk.help.staff")) {
		t.Error("help promises a call that nobody hears")
	}
	b.key("kiosk.help.close")
	b.key("kiosk.check.read")
	b.show(reading(0))
	b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
	b.on(pageCall)
	if b.find(b.say("kiosk.call.call")) != nil {
		t.Error("a call that nobody hears is offered")
	}
	b.key("kiosk.call.slip")
	b.on(pageResult)
	b.key("kiosk.result.done")
	b.matches, b.ended = nil, 0
	b.begin(assets.English)
	b.key("kiosk.check.read")
	b.show(reading(0))
	b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
	b.on(pageResult)
	if !strings.Contains(b.shown(), "B 4729") {
		t.Errorf("no slip: %s", b.shown())
	}
}

func TestWhatCannotBeComparedGoesToTheCounter(t *testing.T) {
	for _, outcome := range []rules.Verdict{rules.MissingEvidence, rules.Ineligible, rules.Refer} {
		b := open(t, 1024, 768, nil)
		b.begin(assets.English)
		b.key("kiosk.check.read")
		b.show(reading(0))
		b.show(done(inspect.Counterfeit, outcome, rules.StatusRefer))
		b.on(pageResult)
		shown := b.shown()
		if !strings.Contains(shown, "C 4729") || !strings.Contains(shown, b.say("kiosk.result."+string(outcome)+".title")) {
			t.Errorf("%s: %s", outcome, shown)
		}
		for _, hard := range []string{"forge", "counterfeit", "error", "rejected", "not approved"} {
			if strings.Contains(strings.ToLower(shown), hard) {
				t.Errorf("%s: the citizen is told %q", outcome, hard)
			}
		}
	}
}

func TestAWrongNumberIsPutRight(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.begin(assets.Danish)
	b.key("kiosk.check.read")
	b.show(reading(1))
	b.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusCard, Problem: visit.ProblemWrongMRZ})
	b.on(pageCheck)
	if !strings.Contains(b.shown(), "Intet er låst") {
		t.Error("the citizen is not told what to do")
	}
	b.press(b.say("kiosk.check.change") + ": " + b.say("kiosk.check.number"))
	b.on(pageNumber)
	b.key("kiosk.erase")
	b.types("2")
	b.key("kiosk.continue")
	b.on(pageCheck)
	b.key("kiosk.check.read")
	if len(b.counter.given) != 2 {
		t.Error("the new answers were not given")
	}
}

func TestLiftedEarlyAndLaidBack(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.begin(assets.English)
	b.key("kiosk.check.read")
	b.show(reading(4))
	b.show(visit.Snapshot{Visit: 1, Phase: visit.Trouble, Status: visit.StatusEmpty, Given: visit.WayFields, Problem: visit.ProblemLinkLost, Steps: steps(4)})
	b.on(pageLay)
	if !strings.Contains(b.shown(), "We go on where we stopped") {
		t.Errorf("not told what to do: %s", b.shown())
	}
	b.show(reading(5))
	b.on(pageLay)
	b.show(visit.Snapshot{Visit: 1, Phase: visit.Trouble, Status: visit.StatusCard, Given: visit.WayFields, Problem: visit.ProblemNotAPassport})
	b.key("kiosk.again")
	if b.counter.agains != 1 {
		t.Error("trying again is not passed on")
	}
	b.key("kiosk.lay.slip") // the way out, to a person
	b.on(pageResult)
	if !strings.Contains(b.shown(), "D 4729") {
		t.Errorf("no slip: %s", b.shown())
	}
}

func TestTheHintMovesWhenNothingHappens(t *testing.T) {
	b := open(t, 1024, 768, func(c *Config) { c.Site.Kiosk.Idle = 10 * time.Minute })
	b.begin(assets.English)
	b.key("kiosk.check.read")
	b.show(waiting(visit.StatusEmpty, visit.WayFields))
	for _, want := range []string{"closed", "turned", "open", "closed"} {
		if !strings.Contains(b.shown(), b.say("kiosk.lay.hint."+want)) {
			t.Fatalf("the hint is not %q: %s", want, b.shown())
		}
		b.wait(hintFor)
	}
	b.show(waiting(visit.StatusMute, visit.WayFields))
	if !strings.Contains(b.shown(), b.say("kiosk.lay.mute.title")) {
		t.Error("a silent chip is not told")
	}
	b.show(waiting(visit.StatusNoReader, visit.WayFields))
	if !strings.Contains(b.shown(), b.say("kiosk.lay.gone.title")) || b.find(b.say("kiosk.lay.slip")) == nil {
		t.Error("a reader that is gone is not told, or leads nowhere")
	}
	b.show(waiting(visit.StatusEmpty, visit.WayFields))
	b.on(pageLay)
}

func TestLinesFromAReaderThatTypes(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.press(assets.In(assets.Danish).Say("kiosk.welcome.begin"))
	b.key("kiosk.continue")
	b.key("kiosk.continue")
	b.key("kiosk.way.type")
	b.types("12")
	b.window.Canvas().Focus(b.find(b.say("kiosk.back")))
	for _, letter := range lines + "\n" {
		b.clock = b.clock.Add(8 * time.Millisecond)
		if letter == '\n' {
			b.window.Canvas().Focused().TypedKey(&fyne.KeyEvent{Name: fyne.KeyReturn})
			continue
		}
		if focused := b.window.Canvas().Focused(); focused != nil {
			focused.TypedRune(letter)
		} else {
			b.typed(letter)
		}
		if b.page == pageLay {
			break
		}
		if focused := b.window.Canvas().Focused(); focused == nil {
			b.window.Canvas().Focus(b.find(b.say("kiosk.back")))
		}
	}
	b.on(pageLay)
	if len(b.counter.given) != 1 || b.counter.given[0].MRZ() == nil || b.draft != (draft{}) {
		t.Error("the lines were not given, or were taken for typing")
	}
	// A slip of the scanner is told, and leads on to typing.
	b = open(t, 1024, 768, nil)
	b.to(pageScan)
	b.scanned(strings.Replace(lines, "L898902C36", "L8989O2C36", 1))
	b.on(pageScan)
	if !strings.Contains(b.shown(), b.say("kiosk.scan.error")) || len(b.counter.given) != 0 {
		t.Error("wrong lines are not told")
	}
}

func TestACard(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.to(pageWay)
	b.key("kiosk.way.can")
	b.types("12345")
	b.key("kiosk.continue")
	if len(b.counter.given) != 0 || !strings.Contains(b.shown(), b.say("kiosk.can.error")) {
		t.Error("five figures were taken")
	}
	b.types("67") // the seventh is one too many
	b.key("kiosk.continue")
	b.on(pageLay)
	if len(b.counter.given) != 1 || b.counter.given[0].CAN() != "123456" {
		t.Error("the CAN was not given")
	}
	b.show(visit.Snapshot{Visit: 1, Phase: visit.Reading, Status: visit.StatusReading, Given: visit.WayCAN, Steps: steps(1)})
	b.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusCard, Problem: visit.ProblemWrongCAN})
	b.on(pageCAN)
	if b.draft.can != "" {
		t.Error("the wrong figures stand there still")
	}
}

func TestDatesThatNoCalendarHas(t *testing.T) {
	b := open(t, 1024, 768, nil)
	for digits, good := range map[string]bool{"31021990": false, "0302199": false, "03022099": false, "22112026": true, "29022000": true} {
		b.draft = draft{birth: digits}
		b.to(pageBirth)
		b.key("kiosk.continue")
		if (b.page == pageExpiry) != good {
			t.Errorf("%s was taken: %v", digits, !good)
		}
	}
}

func TestTheLanguageChangesAndNothingIsLost(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.begin(assets.Danish)
	for _, p := range []page{pageNumber, pageCheck} {
		b.to(p)
		b.press("English")
		b.on(p)
		if !strings.Contains(b.shown(), "X00000001") || !strings.Contains(b.shown(), assets.In(assets.English).Say("kiosk."+string(p)+".title")) {
			t.Errorf("%s: %s", p, b.shown())
		}
		b.press("Dansk")
	}
	b.key("kiosk.view")
	b.press(b.say("kiosk.view.percent", "percent", "200"))
	b.press(b.say("look.contrast"))
	b.key("kiosk.view.done")
	b.on(pageCheck)
	if b.text != 200 || b.theme.Name() != "contrast" || !strings.Contains(b.shown(), "X00000001") {
		t.Error("the face is not as it was set, or the visit is lost")
	}
	b.key("kiosk.restart")
	b.key("kiosk.restart.yes")
	if b.text != 100 || b.theme.Name() != "light" {
		t.Error("the next citizen finds the last one's face")
	}
}

func TestAnAbandonedVisitIsAskedAndThenWiped(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.begin(assets.English)
	b.wait(58 * time.Second)
	b.on(pageCheck)
	b.touchedNow()
	for i := range 12 { // at least ten times, EN 301 549, 11.2.2.1
		b.wait(61 * time.Second)
		if b.over_() != pageStill {
			t.Fatalf("nobody was asked, the %dth time", i+1)
		}
		b.wait(21 * time.Second)
		if b.over_() != pageStill {
			t.Fatal("less than 20 seconds to answer")
		}
		b.key("kiosk.still.yes")
		b.on(pageCheck)
	}
	b.wait(61*time.Second + stillFor)
	b.on(pageWelcome)
	if b.counter.next != 1 || b.draft != (draft{}) {
		t.Error("the visit was not wiped")
	}
	b.wait(time.Hour)
	b.on(pageWelcome)
	if b.counter.next != 1 {
		t.Error("a kiosk that nobody uses ends visits")
	}
	// A reading is no idleness.
	b.show(visit.Snapshot{Visit: 2, Phase: visit.Reading, Status: visit.StatusReading, Given: visit.WayMRZ, Steps: steps(1)})
	b.wait(5 * time.Minute)
	b.on(pageLay)
}

// Asked whether anybody is there, a citizen who lays the passport down has answered.
func TestADocumentLaidDownAnswersWhetherAnybodyIsThere(t *testing.T) {
	given := visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty, Given: visit.WayFields}
	found, begun := given, reading(1)
	found.Status = visit.StatusCard
	for name, laid := range map[string]visit.Snapshot{"found": found, "being read": begun} {
		t.Run(name, func(t *testing.T) {
			b := open(t, 1024, 768, nil)
			b.begin(assets.English)
			b.to(pageLay)
			b.show(given)
			b.wait(61 * time.Second)
			if b.over_() != pageStill {
				t.Fatal("nobody was asked")
			}
			b.wait(stillFor - 2*time.Second)
			b.show(laid)
			b.on(pageLay)
			if strings.Contains(b.shown(), b.say("kiosk.still.title")) {
				t.Error("the question still stands on the screen")
			}
			b.show(begun)
			b.wait(5 * time.Minute)
			b.on(pageLay)
			b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
			if b.on(pageCall); b.counter.next != 0 {
				t.Error("the visit was wiped in the middle of the reading")
			}
		})
	}
	b := open(t, 1024, 768, nil)
	b.begin(assets.English)
	b.to(pageLay)
	b.show(given)
	b.wait(61 * time.Second)
	lost := given
	lost.Status = visit.StatusNoReader
	b.show(lost)
	if b.over_() != pageStill {
		t.Error("a reader that is pulled out counts as somebody")
	}
}

func TestAPINIsTriedSlowly(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.key("kiosk.staff")
	try := func(pin string) {
		t.Helper()
		b.types(pin)
		b.key("kiosk.pin.open")
	}
	for range 3 {
		try("111111")
	}
	if b.find("1") != nil || !strings.Contains(b.shown(), "0:15") {
		t.Fatalf("the PIN can be tried again at once: %s", b.shown())
	}
	b.enter('1')
	b.tryPIN()
	if b.lock.Failures != 3 {
		t.Error("a PIN was tried while it was locked")
	}
	b.pin = nil
	// The next visit's process knows of it.
	carried := b.carry()
	next := open(t, 1024, 768, nil)
	next.clock = b.clock
	next.carried(carried)
	next.key("kiosk.staff")
	if next.find("1") != nil {
		t.Error("the next visit's process does not know of it")
	}
	b.wait(16 * time.Second)
	try("111111")
	b.wait(29 * time.Second)
	if b.find("1") != nil {
		t.Error("the delay does not grow")
	}
	b.wait(2 * time.Second)
	try(rightPIN)
	if b.over_() != pageMenu || b.lock != (lock{}) {
		t.Errorf("the right PIN does not open: %s", b.over_())
	}
	if strings.Contains(b.carry().Staff, "2468") {
		t.Error("the PIN goes over to the next visit")
	}
	b.wait(staffIdle + time.Second)
	b.on(pageWelcome)
	if b.staff {
		t.Error("the staff's menu stays open")
	}
}

func TestAPINThatIsBeingTriedCounts(t *testing.T) {
	b := open(t, 1024, 768, nil)
	var answers []func() func()
	b.background = func(work func() func()) { answers = append(answers, work) }
	b.key("kiosk.staff")
	b.types("111111")
	b.key("kiosk.pin.open")
	b.types("2")
	b.tryPIN() // nothing else is tried meanwhile
	if len(answers) != 1 || parseLock(b.carry().Staff).Failures != 1 {
		t.Errorf("%d PINs are being tried, and the next visit knows of %+v", len(answers), parseLock(b.carry().Staff))
	}
	answers[0]()()
	if b.lock.Failures != 1 {
		t.Errorf("counted %d times", b.lock.Failures)
	}
}

func TestThePINIsShownNowhere(t *testing.T) {
	b := open(t, 1024, 768, func(c *Config) { c.Site.Sound.Headset = true })
	b.speaking = true
	b.key("kiosk.staff")
	b.types("246")
	pin := b.pin
	if shown := b.shown(); strings.Contains(shown, "246") || !strings.Contains(shown, "•••") {
		t.Errorf("the screen shows: %s", shown)
	}
	for _, said := range b.heard.said {
		if strings.ContainsAny(said, "0123456789") {
			t.Errorf("%q is spoken", said)
		}
	}
	b.key("kiosk.back")
	if string(pin) != "\x00\x00\x00" {
		t.Error("the PIN was not wiped")
	}
}

func TestTheStaffMenu(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.key("kiosk.staff")
	b.types(rightPIN)
	b.key("kiosk.pin.open")
	b.press(b.say("kiosk.menu.language", "language", "English"))
	b.key("kiosk.menu.quiet")
	b.key("kiosk.menu.light")
	if carry := b.carry(); carry.Language != "en" || carry.Quiet == !b.site.Sound.Cues {
		t.Errorf("the next citizens find %+v", carry)
	}
	if !slices.Equal(b.lights, []bool{true}) {
		t.Errorf("the light: %v", b.lights)
	}
	b.key("kiosk.menu.off")
	b.key("kiosk.off.no")
	if b.off != 0 {
		t.Error("it was switched off unasked")
	}
	b.key("kiosk.menu.off")
	b.key("kiosk.off.yes")
	if b.off != 1 {
		t.Error("it was not switched off")
	}
}

func TestAVisitsEndGivesThePlaceToTheNextProcess(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.handOver = func(c process.Carry) { b.over = append(b.over, c) }
	b.press(assets.In(assets.English).Say("kiosk.welcome.begin"))
	b.key("kiosk.restart") // nothing is known of anybody yet: the same process goes on
	b.on(pageWelcome)
	if len(b.over) != 0 {
		t.Fatal("a process was ended for nothing")
	}
	b.begin(assets.English)
	b.key("kiosk.restart")
	b.key("kiosk.restart.yes")
	b.on(pageOver)
	if len(b.over) != 1 || b.over[0].Language != "da" {
		t.Fatalf("given over: %+v", b.over)
	}
	if strings.Contains(b.shown(), "X00000001") || len(b.touches()) != 0 {
		t.Errorf("shown until the next window stands: %s", b.shown())
	}
	b.show(done(inspect.Genuine, rules.Eligible, rules.StatusMet))
	b.wait(10 * time.Minute)
	b.on(pageOver)
	if len(b.over) != 1 {
		t.Error("a visit ended twice")
	}
}

func TestSpeech(t *testing.T) {
	b := open(t, 1024, 768, nil)
	if len(b.heard.said) != 0 {
		t.Error("it speaks unasked, for all to hear")
	}
	b.key("kiosk.speak")
	if len(b.heard.said) != 1 || !strings.Contains(b.heard.said[0], b.say("kiosk.welcome.title")) {
		t.Fatalf("said %q", b.heard.said)
	}
	b.to(pageNumber)
	b.types("X1")
	said := strings.Join(b.heard.said[2:], "|")
	if strings.Contains(said, "X") || strings.Contains(said, "1") {
		t.Errorf("what is typed is spoken for all to hear: %q", said)
	}
	b.site.Sound.Headset = true
	b.types("Y")
	if last := b.heard.said[len(b.heard.said)-1]; last != "Y" {
		t.Errorf("in a headset %q is spoken", last)
	}
	b.typedKey(&fyne.KeyEvent{Name: fyne.KeyF2})
	if last := b.heard.said[len(b.heard.said)-1]; !strings.Contains(last, b.say("kiosk.number.title")) {
		t.Errorf("the page is not repeated: %q", last)
	}
	stops := b.heard.stops
	b.typedKey(&fyne.KeyEvent{Name: fyne.KeyF3})
	if b.heard.stops == stops {
		t.Error("it cannot be interrupted")
	}
	b.window.Canvas().FocusNext()
	b.window.Canvas().FocusNext()
	if last := b.heard.said[len(b.heard.said)-1]; b.find(last) == nil {
		t.Errorf("what has the keyboard's place is not spoken, but %q", last)
	}
	// Nothing of a person is spoken where staff look.
	b.show(done(inspect.Genuine, rules.Refer, rules.StatusRefer))
	b.staff = true
	said = ""
	count := len(b.heard.said)
	b.to(pageLook)
	b.window.Canvas().FocusNext()
	if said = strings.Join(b.heard.said[count:], "|"); said != "" {
		t.Errorf("said where staff look: %q", said)
	}
}

func TestCues(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.quiet = false
	b.cue(cueGood)
	b.quiet = true
	b.cue(cueGood)
	if b.heard.played != 1 {
		t.Errorf("played %d times", b.heard.played)
	}
	wave := cueGood.wave()
	if len(wave) < 44 || string(wave[:4]) != "RIFF" || string(wave[8:12]) != "WAVE" || int(wave[40])|int(wave[41])<<8|int(wave[42])<<16 != len(wave)-44 {
		t.Error("not a WAV file")
	}
}

func TestADoubleTapIsOne(t *testing.T) {
	b := open(t, 1024, 768, nil)
	b.press(assets.In(assets.Danish).Say("kiosk.welcome.begin"))
	b.on(pageAbout)
	b.find(b.say("kiosk.continue")).Tapped(nil) // the second tap of the same finger
	b.on(pageAbout)
}

func TestByKeysAlone(t *testing.T) {
	b := open(t, 1024, 768, nil)
	canvas := b.window.Canvas()
	send := func(name fyne.KeyName) {
		b.clock = b.clock.Add(2 * guard)
		if focused := canvas.Focused(); focused != nil {
			focused.TypedKey(&fyne.KeyEvent{Name: name})
			return
		}
		b.typedKey(&fyne.KeyEvent{Name: name})
	}
	reach := func(text string) {
		t.Helper()
		for range 60 {
			send(fyne.KeyDown)
			if focused, ok := canvas.Focused().(*touch); ok && (focused.label == text || len(focused.parts) > 0 && focused.parts[0].Text() == text) {
				return
			}
		}
		t.Fatalf("%q cannot be reached by keys", text)
	}
	reach(assets.In(assets.English).Say("kiosk.welcome.begin"))
	send(fyne.KeyReturn)
	b.on(pageAbout)
	send(fyne.KeyReturn) // the one button that goes on
	b.on(pageHow)
	send(fyne.KeyEscape)
	b.on(pageAbout)
	send(fyne.KeyReturn)
	send(fyne.KeyReturn)
	b.on(pageWay)
	reach(b.say("kiosk.way.type"))
	send(fyne.KeySpace)
	b.on(pageNumber)
	reach("7")
	send(fyne.KeyReturn)
	send(fyne.KeyReturn) // the keyboard's place stays on the key
	for _, letter := range "x1" {
		b.clock = b.clock.Add(300 * time.Millisecond)
		canvas.Focused().TypedRune(letter)
	}
	send(fyne.KeyBackspace)
	if b.draft.number != "77X" {
		t.Errorf("typed %q", b.draft.number)
	}
	reach(b.say("kiosk.continue"))
	send(fyne.KeyReturn)
	b.on(pageBirth)
	send(fyne.KeyF1)
	if b.over_() != pageHelp {
		t.Error("F1 gives no help")
	}
	send(fyne.KeyReturn)
	b.on(pageBirth)
}
