package desk

import (
	"image"
	"slices"
	"strings"
	"testing"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/test"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/desk/look/looktest"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

var waitingSnapshot = visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty}

func TestWholeLinesAreGivenWithoutAButton(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	typeText(w, strings.ToLower(specimenLines[:len(specimenLines)-1]))
	if len(counter.given) != 0 {
		t.Fatal("half a password was given")
	}
	typeText(w, specimenLines[len(specimenLines)-1:])
	if !slices.Equal(counter.given, []visit.Way{visit.WayMRZ}) {
		t.Fatalf("given: %v", counter.given)
	}
	w.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty, Given: visit.WayMRZ})
	if !strings.Contains(w.said(), w.say("waiting.ready")) || strings.Contains(w.said(), "ERIKSSON") {
		t.Error("the window does not say that the lines are taken, or still shows them")
	}
	press(t, w, w.say("action.correct"))
	if counter.corrects != 1 {
		t.Error("correcting is not passed on")
	}
	w.show(waitingSnapshot)
	if !strings.Contains(w.shown(), "P<UTOERIKSSON") {
		t.Error("the lines are not there to be corrected")
	}
}

func TestPastedLines(t *testing.T) {
	w, counter := openWindow(t, assets.Danish, "light")
	w.show(waitingSnapshot)
	clipboard := test.NewClipboard()
	clipboard.SetContent("  " + strings.ReplaceAll(specimenLines, "\n", " \r\n") + "\n")
	focused(w).(fyne.Shortcutable).TypedShortcut(&fyne.ShortcutPaste{Clipboard: clipboard})
	if !slices.Equal(counter.given, []visit.Way{visit.WayMRZ}) {
		t.Fatalf("given: %v", counter.given)
	}
}

func TestAWrongCheckDigitIsNamedAndMended(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	typeText(w, strings.Replace(specimenLines, "L898902C36", "L8989O2C36", 1))
	press(t, w, w.say("entry.submit"))
	if len(counter.given) != 0 {
		t.Fatal("lines with a wrong check digit were given")
	}
	if want := w.say("entry.error.digit", "field", "the document number"); !strings.Contains(w.said(), want) {
		t.Fatalf("the window does not say %q", want)
	}
	// The language changes; what was typed and what is wrong with it stay.
	focused(w).(fyne.Shortcutable).TypedShortcut(control(fyne.KeyL))
	if want := w.say("entry.error.digit", "field", "dokumentnummeret"); !strings.Contains(w.said(), want) || !strings.Contains(w.shown(), "L8989O2C36") {
		t.Fatal("what was typed, or what is wrong with it, is lost with the language")
	}
	press(t, w, w.say("entry.suggestion.take"))
	if !slices.Equal(counter.given, []visit.Way{visit.WayMRZ}) {
		t.Fatalf("given: %v", counter.given)
	}
}

func TestNumberAndDates(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	choice(t, w, w.say("entry.way")).TypedKey(key(fyne.KeyRight))
	typeText(w, "l898902c3")
	w.window.Canvas().FocusNext()
	typeText(w, "6")
	w.window.Canvas().FocusNext()
	typeText(w, "1974-13-12")
	w.window.Canvas().FocusNext()
	w.window.Canvas().FocusNext()
	typeText(w, "120415")
	focused(w).TypedKey(key(fyne.KeyReturn))
	if len(counter.given) != 0 || !strings.Contains(w.said(), w.say("entry.error.birth")) {
		t.Fatal("an impossible date was given, or nothing is said about it")
	}
	if strings.Contains(w.said(), w.say("entry.error.number")) {
		t.Error("the number is blamed too")
	}
	w.draft.birth = "1974-08-12"
	w.enter()
	press(t, w, w.say("entry.submit"))
	if !slices.Equal(counter.given, []visit.Way{visit.WayFields}) {
		t.Fatalf("given: %v", counter.given)
	}
}

func TestCAN(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	choice(t, w, w.say("entry.way")).TypedKey(key(fyne.KeyEnd))
	typeText(w, "12345")
	focused(w).TypedKey(key(fyne.KeyReturn))
	if len(counter.given) != 0 || !strings.Contains(w.said(), w.say("entry.error.can")) {
		t.Fatal("five figures were given, or nothing is said about them")
	}
	typeText(w, "6")
	if !slices.Equal(counter.given, []visit.Way{visit.WayCAN}) {
		t.Fatalf("given: %v", counter.given)
	}
}

func TestNothingTyped(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	press(t, w, w.say("entry.submit"))
	if len(counter.given) != 0 || !strings.Contains(w.said(), w.say("entry.error.empty")) {
		t.Error("nothing was given, or nothing is said about it")
	}
}

func TestNextForgetsWhatWasTyped(t *testing.T) {
	for _, in := range []string{"field", "window"} {
		w, counter := openWindow(t, assets.English, "light")
		w.show(waitingSnapshot)
		typeText(w, "P<UTOERIKSSON")
		if in == "field" {
			focused(w).(fyne.Shortcutable).TypedShortcut(control(fyne.KeyN))
		} else {
			press(t, w, w.say("action.next"))
		}
		if counter.nexts != 1 {
			t.Fatalf("%s: next was asked for %d times", in, counter.nexts)
		}
		if strings.Contains(w.shown(), "ERIKSSON") || w.draft.lines != "" {
			t.Errorf("%s: what was typed is still there", in)
		}
	}
}

func TestNextForgetsTheResult(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["missing"])
	screen := w.screen.(*resultScreen)
	if !strings.Contains(w.shown(), "EKSEMPEL") || screen.picture.Image == nil {
		t.Fatal("there is nothing to forget")
	}
	pixels := screen.photo.Pix
	press(t, w, w.say("action.next"))
	if counter.nexts != 1 {
		t.Fatal("next is not passed on")
	}
	w.show(visit.Snapshot{Visit: 2, Phase: visit.Waiting, Status: visit.StatusCard})
	for _, secret := range []string{"EKSEMPEL", "KARIN", "X00000001", "February 1990"} {
		if strings.Contains(w.shown(), secret) {
			t.Errorf("%q is still shown", secret)
		}
	}
	if screen.picture.Image != nil || slices.ContainsFunc(pixels, func(b uint8) bool { return b != 0 }) {
		t.Error("the window's photo was not wiped")
	}
	looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		if picture, ok := thing.(*canvas.Image); ok && picture.Resource == nil && picture.Image != nil {
			t.Error("a picture of the last citizen is shown")
		}
	})
}

func TestTheVisitGoesOnInAnotherLanguageAndLook(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	snapshot := states()["missing"]
	w.show(snapshot)
	choice(t, w, w.say("seen.same")).TypedKey(key(fyne.KeyRight))
	if len(counter.seen) != 1 || counter.seen[0].SamePerson != visit.Yes {
		t.Fatal("the answer is not passed on")
	}
	choice(t, w, w.say("language.label")).TypedKey(key(fyne.KeyLeft))
	if !strings.Contains(w.said(), "Dokumentet er ægte") || !strings.Contains(w.shown(), "EKSEMPEL") {
		t.Error("the result is not shown in Danish")
	}
	press(t, w, "Udseende: Lyst")
	if w.theme.Name() != "dark" || !strings.Contains(w.shown(), "EKSEMPEL") || !strings.Contains(w.said(), "Udseende: Mørkt") {
		t.Error("the look did not change, or the result is gone")
	}
	if got := choice(t, w, w.say("seen.same")).Chosen(); got != 0 {
		t.Errorf("the answer is lost: %d", got)
	}
	if w.screen.(*resultScreen).picture.Image == nil {
		t.Error("the photo is lost")
	}
	if len(counter.given)+counter.nexts+counter.corrects != 0 {
		t.Error("the visit was disturbed")
	}
}

func TestWhatTheCaseworkerSeesIsPassedOn(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["missing"])
	choice(t, w, w.say("seen.same")).Choose(1)
	choice(t, w, w.say("seen.questions")).TypedKey(key(fyne.KeyRight))
	choice(t, w, w.say("seen.passport")).TypedKey(key(fyne.KeyRight))
	press(t, w, w.say("seen.more"))
	disclose(t, w, w.say("seen.cpr.health_card"))
	disclose(t, w, w.say("seen.cpr.document"))
	w.window.Canvas().Focus(w.screen.(*resultScreen).questions.fields[1].Focusable()) // the first is until when a passport was extended
	typeText(w, "anna.k")
	// Each answer keeps those before it, though no snapshot came in between.
	last := counter.seen[len(counter.seen)-1]
	want := visit.Look{SamePerson: visit.No, Ordinary: visit.Yes, CPRInDocument: true}
	if last.Look != want || last.Questions != "passed" || !slices.ContainsFunc(last.Papers, isHealthCard) ||
		last.Applicant.UserID == nil || *last.Applicant.UserID != "anna.k" {
		t.Errorf("the last answer does not hold all of them")
	}
}

// An older Danish passport may have been extended by hand: of one that has expired, and of no other, the caseworker can say until when.
func TestAnExtendedPassportsLaterDayIsPassedOn(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	asked := func() bool { return strings.Contains(w.said(), w.say("seen.extended")) }
	snapshot := states()["missing"]
	if w.show(snapshot); asked() {
		t.Error("it is asked of a passport that is valid")
	}
	report := *snapshot.Result.Report
	document := *report.Document
	document.Issuer, document.DateOfExpiry = "DNK", "2026-11-21"
	report.Document = &document
	report.Checks = allChecks(map[string]inspect.Check{"document.expiry": {Outcome: inspect.Failed, Code: "expired"}})
	snapshot.Visit, snapshot.Result = 2, &visit.Result{Report: &report, Decision: snapshot.Result.Decision}
	if w.show(snapshot); !asked() {
		t.Fatal("it is not asked of one that has expired")
	}
	w.window.Canvas().Focus(w.screen.(*resultScreen).questions.fields[0].Focusable())
	typeText(w, "01-03-2027")
	if got := counter.last(t).Extended; got != (rules.Date{Year: 2027, Month: time.March, Day: 1}) {
		t.Errorf("the visit is told %v", got)
	}
	w.speak(assets.Danish)
	if got := w.screen.(*resultScreen).questions.fields[0].Text(); got != "01-03-2027" {
		t.Errorf("in another language the day is %q", got)
	}
	if text := summaryText(w, snapshot, false); !strings.Contains(text, "Forlænget i hånden til: 1. marts 2027") {
		t.Errorf("the summary does not say so:\n%s", text)
	}
}

func TestANewDecisionTakesThePlaceOfTheOld(t *testing.T) {
	w, _ := openWindow(t, assets.English, "light")
	w.show(states()["missing"])
	place := focused(w)
	after := states()["eligible"]
	w.show(after)
	if said := w.said(); !strings.Contains(said, "Meets the requirements for MitID") || strings.Contains(said, "Something is still missing") {
		t.Error("the decision on the screen is not the last one")
	}
	if focused(w) != place {
		t.Error("the keyboard's place moved")
	}
}

func TestChecksTellMoreOnDemand(t *testing.T) {
	w, _ := openWindow(t, assets.English, "light")
	w.show(states()["counterfeit"])
	said := w.said()
	for _, want := range []string{
		w.say("check.dg.2"), w.say("outcome.failed"), w.say("code.hash_mismatch"), w.say("check.signer.revocation"), w.say("outcome.undetermined"),
	} {
		if !strings.Contains(said, want) {
			t.Errorf("the window does not say %q", want)
		}
	}
	if strings.Contains(said, "Data group 7") || strings.Contains(said, w.say("check.dg.about")) {
		t.Error("the window says more than it was asked")
	}
	failed, passed := strings.Index(said, w.say("check.dg.2")), strings.Index(said, w.say("check.sod.signature"))
	if failed > passed {
		t.Error("what failed does not stand before what passed")
	}
	disclose(t, w, w.say("check.dg.2"))
	if said := w.said(); !strings.Contains(said, w.say("check.dg.about")) || !strings.Contains(said, w.say("outcome.failed.todo")) {
		t.Error("the line does not say what the check is and what to do")
	}
	press(t, w, w.say("checks.show"))
	if !strings.Contains(w.said(), "Data group 7") {
		t.Error("the other checks are not shown")
	}
	press(t, w, w.say("checks.hide"))
	if strings.Contains(w.said(), "Data group 7") {
		t.Error("the other checks are not hidden again")
	}
}

func TestTroubleOffersItsWaysOut(t *testing.T) {
	w, counter := openWindow(t, assets.Danish, "light")
	w.show(states()["link-lost"])
	focused(w).TypedKey(key(fyne.KeyReturn))
	press(t, w, w.say("action.correct"))
	press(t, w, w.say("action.next"))
	if counter.agains != 1 || counter.corrects != 1 || counter.nexts != 1 {
		t.Errorf("again %d, correct %d, next %d", counter.agains, counter.corrects, counter.nexts)
	}
}

func TestTheReadersStateIsLive(t *testing.T) {
	w, _ := openWindow(t, assets.English, "light")
	for _, status := range visit.ReaderStatuses() {
		w.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: status})
		if want := w.say("reader." + string(status)); !strings.Contains(w.said(), want) {
			t.Errorf("the window does not say %q", want)
		}
	}
	// What was typed stays while readers come and go.
	typeText(w, "P<UTO")
	w.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusNoReader})
	if !strings.Contains(w.shown(), "P<UTO") || !strings.Contains(w.said(), w.say("problem.no_reader.todo")) {
		t.Error("what was typed is lost, or the remedy is not said")
	}
	w.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty})
	if strings.Contains(w.said(), w.say("problem.no_reader.todo")) {
		t.Error("the trouble is over, but still told")
	}
}

func TestOnePrimaryButtonAtMost(t *testing.T) {
	for name, snapshot := range states() {
		w, _ := openWindow(t, assets.English, "light")
		w.show(snapshot)
		primary := 0
		for _, button := range w.buttons() {
			if button.Weight() == look.Primary {
				primary++
			}
		}
		if primary > 1 {
			t.Errorf("%s: %d primary buttons", name, primary)
		}
	}
}

// The keyboard reaches everything, in a circle, and what it reaches is in view.
func TestTheKeyboardGoesRound(t *testing.T) {
	for name, snapshot := range states() {
		w, _ := openWindow(t, assets.Danish, "light")
		w.show(snapshot)
		var operable []fyne.Focusable
		looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
			if place, ok := thing.(fyne.Focusable); ok {
				operable = append(operable, place)
			}
		})
		w.window.Canvas().Unfocus()
		for i := range operable {
			w.window.Canvas().FocusNext()
			place := focused(w)
			if place != operable[i] {
				t.Fatalf("%s: stop %d is %T, want %T", name, i, place, operable[i])
			}
			thing := place.(fyne.CanvasObject)
			top := fyne.CurrentApp().Driver().AbsolutePositionForObject(thing).Y
			if top < 0 || top+thing.Size().Height > size.Height {
				t.Errorf("%s: stop %d of %d is out of view, at %.0f", name, i, len(operable), top)
			}
			if scroll := w.scroll; inside(scroll.Content, thing) {
				upper := fyne.CurrentApp().Driver().AbsolutePositionForObject(scroll).Y
				if top < upper || top+thing.Size().Height > upper+scroll.Size().Height {
					t.Errorf("%s: stop %d of %d is scrolled out of view", name, i, len(operable))
				}
			}
		}
		w.window.Canvas().FocusNext()
		if focused(w) != operable[0] {
			t.Errorf("%s: the circle does not close", name)
		}
	}
}

func inside(tree, thing fyne.CanvasObject) bool {
	found := false
	looktest.Walk(tree, func(object fyne.CanvasObject) { found = found || object == thing })
	return found
}

// The ring is drawn, 3 pixels wide, in the theme's colour.
func TestFocusIsSeen(t *testing.T) {
	w, _ := openWindow(t, assets.English, "light")
	w.show(states()["missing"])
	button := w.buttons()[len(w.buttons())-1]
	rings := func() (widths []float32) {
		looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
			if ring, ok := thing.(*canvas.Rectangle); ok && ring.StrokeColor == w.theme.Palette().Focus {
				widths = append(widths, ring.StrokeWidth)
			}
		})
		return widths
	}
	w.window.Canvas().Focus(button)
	if got := rings(); !slices.Equal(got, []float32{3}) {
		t.Errorf("rings %v", got)
	}
	w.window.Canvas().Unfocus()
	if got := rings(); len(got) != 0 {
		t.Errorf("rings without focus: %v", got)
	}
}

// No text runs out of the window or out of its column.
func TestNoTextIsCutOff(t *testing.T) {
	for _, language := range assets.Languages() {
		for name, snapshot := range states() {
			w, _ := openWindow(t, language, "light")
			w.show(snapshot)
			driver := fyne.CurrentApp().Driver()
			looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
				text, ok := thing.(*canvas.Text)
				if !ok || text.Text == "" {
					return
				}
				left := driver.AbsolutePositionForObject(text).X
				if right := left + text.MinSize().Width; left < 0 || right > size.Width {
					t.Errorf("%s, %s: %q goes from %.0f to %.0f", language, name, text.Text, left, right)
				}
			})
			if least := w.window.Canvas().Content().MinSize(); least.Width > 1024 || least.Height > 700 {
				t.Errorf("%s, %s: the window wants %v", language, name, least)
			}
		}
	}
}

// A photo of any shape stays within its place.
func TestPhotosOfAnyShape(t *testing.T) {
	for _, shape := range []image.Rectangle{image.Rect(0, 0, 1, 1), image.Rect(0, 0, 4000, 3), image.Rect(0, 0, 3, 4000)} {
		w, _ := openWindow(t, assets.English, "light")
		snapshot := states()["missing"]
		snapshot.Result = &visit.Result{
			Report: specimenReport(inspect.Genuine, nil), Photo: visit.NewPhoto(image.NewNRGBA(shape)), Decision: snapshot.Result.Decision,
		}
		w.show(snapshot)
		if got := w.screen.(*resultScreen).picture.Size(); got.Width > photoSize.Width+1 || got.Height > photoSize.Height+1 {
			t.Errorf("a photo of %v takes %v", shape, got)
		}
	}
}
