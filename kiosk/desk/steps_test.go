package desk

import (
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/desk/look/looktest"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/mrz"
)

// last is what the visit was told last.
func (c *deskCounter) last(t *testing.T) visit.Seen {
	t.Helper()
	if len(c.seen) == 0 {
		t.Fatal("nothing was passed on")
	}
	return c.seen[len(c.seen)-1]
}

// tabTo goes on with the tabulator until it stands on a thing.
func tabTo(t *testing.T, w *window, wanted fyne.Focusable) {
	t.Helper()
	for range 100 {
		if focused(w) == wanted {
			return
		}
		w.window.Canvas().FocusNext()
	}
	t.Fatalf("the tabulator never comes to the %T", wanted)
}

func button(t *testing.T, w *window, text string) *look.Button {
	t.Helper()
	for _, b := range w.buttons() {
		if b.Text() == text {
			return b
		}
	}
	t.Fatalf("no button says %q", text)
	return nil
}

// A paper is added and removed by the keyboard alone.
func TestPapersByKeyboard(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["no-chip"])
	enter := key(fyne.KeyReturn)
	tabTo(t, w, button(t, w, w.say("paper.add")))
	focused(w).TypedKey(enter)
	kind := choice(t, w, w.say("paper.kind"))
	if focused(w) != kind {
		t.Fatal("the keyboard's place is not on the question which document it is")
	}
	focused(w).TypedRune('d') // Driving licence is the first with a D
	tabTo(t, w, choice(t, w, w.say("paper.issuer")))
	focused(w).TypedKey(key(fyne.KeyEnd)) // another country
	w.window.Canvas().FocusNext()
	typeText(w, "pol")
	w.window.Canvas().FocusNext()
	typeText(w, "31-02-2030") // no such day
	if !strings.Contains(w.said(), w.say("day.error")) {
		t.Error("nothing is said of a day that does not exist")
	}
	for range 10 {
		focused(w).TypedKey(key(fyne.KeyBackspace))
	}
	typeText(w, "28.2.2030")
	tabTo(t, w, choice(t, w, w.say("paper.photo")))
	focused(w).TypedKey(key(fyne.KeyHome))
	tabTo(t, w, button(t, w, w.say("paper.take")))
	focused(w).TypedKey(enter)
	got := counter.last(t).Papers
	if len(got) != 1 || got[0].Type != "driving_licence" || got[0].Issuer != "POL" || got[0].Territory != "" ||
		got[0].DateOfExpiry != (rules.Date{Year: 2030, Month: 2, Day: 28}) || got[0].Photo == nil || !*got[0].Photo || got[0].ShowsCPR != nil {
		t.Fatal("the paper is not as it was typed")
	}
	if said := w.said(); !strings.Contains(said, "Driving licence · Poland · valid until 28 February 2030 · with a picture") {
		t.Errorf("the list does not say what was added")
	}
	tabTo(t, w, button(t, w, w.say("paper.remove")))
	focused(w).TypedKey(enter)
	if len(counter.last(t).Papers) != 0 || !strings.Contains(w.said(), w.say("paper.none")) {
		t.Error("the paper was not removed")
	}
}

// Greenland and the Faroe Islands are the Kingdom's, with their part beside it.
func TestIssuers(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["no-chip"])
	press(t, w, w.say("paper.add"))
	choice(t, w, w.say("paper.kind")).Choose(0)
	choice(t, w, w.say("paper.issuer")).Choose(1)
	press(t, w, w.say("paper.take"))
	if got := counter.last(t).Papers[0]; got.Issuer != "DNK" || got.Territory != rules.Greenland {
		t.Error("Greenland is not passed on")
	}
}

func TestAFormThatIsGivenUpAddsNothing(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["no-chip"])
	press(t, w, w.say("paper.add"))
	press(t, w, w.say("paper.take")) // without saying which
	press(t, w, w.say("paper.cancel"))
	if len(counter.seen) != 0 || w.draft.paper != nil {
		t.Error("a paper that nobody named was added")
	}
}

// The form survives a change of language, and another answer that arrives meanwhile.
func TestAFormLivesThroughAChangeOfLanguage(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["no-chip"])
	press(t, w, w.say("paper.add"))
	choice(t, w, w.say("paper.kind")).Choose(1)
	choice(t, w, w.say("paper.photo")).Choose(0)
	w.speak(assets.Danish)
	press(t, w, w.say("paper.take"))
	if got := counter.last(t).Papers; len(got) != 1 || got[0].Type != "driving_licence" || !*got[0].Photo {
		t.Error("what was filled in is lost with the language")
	}
}

// Typing goes on where it was when the language changes.
func TestTypingGoesOnInAnotherLanguage(t *testing.T) {
	for _, cut := range []int{10, 44, 60} {
		w, counter := openWindow(t, assets.English, "light")
		w.show(waitingSnapshot)
		plain := strings.ReplaceAll(specimenLines, "\n", "")
		typeText(w, plain[:cut])
		focused(w).(fyne.Shortcutable).TypedShortcut(control(fyne.KeyL))
		typeText(w, plain[cut:])
		if !slices.Equal(counter.given, []visit.Way{visit.WayMRZ}) {
			t.Errorf("after %d letters: given %v", cut, counter.given)
		}
	}
}

// An answer is not undone by a snapshot that was on its way when it was given.
func TestAnAnswerOutlivesALateSnapshot(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["missing"])
	choice(t, w, w.say("seen.same")).Choose(0)
	w.show(states()["missing"]) // knows nothing of the answer yet
	choice(t, w, w.say("seen.questions")).Choose(1)
	if got := counter.last(t); got.SamePerson != visit.Yes || got.Questions != rules.QuestionsPassed {
		t.Error("the first answer is lost")
	}
}

func TestQuestionsFollowTheDecision(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	s := states()["no-chip"]
	w.show(s)
	shows := func(key string) bool { return strings.Contains(w.said(), w.say(key)) }
	if shows("applicant.birth") || shows("applicant.guardianship") {
		t.Fatal("questions are asked that nothing depends on")
	}
	s.Result = &visit.Result{Decision: decision(rules.MissingEvidence, []rules.Requirement{
		{ID: "mitid.age", Status: rules.StatusMissing, Text: text("Alder", "Age")},
	}, nil)}
	w.show(s)
	if !shows("applicant.birth") {
		t.Fatal("the date of birth is missing, but not asked for")
	}
	press(t, w, w.say("seen.more"))
	for _, key := range []string{"applicant.guardianship", "applicant.abroad", "applicant.stay", "applicant.address", "applicant.has_cpr", "seen.user_id"} {
		if !shows(key) {
			t.Errorf("%q is not asked among all questions", key)
		}
	}
	choice(t, w, w.say("applicant.guardianship")).Choose(0)
	choice(t, w, w.say("applicant.abroad")).Choose(1)
	choice(t, w, w.say("applicant.stay")).Choose(1)
	press(t, w, w.say("seen.fewer"))
	if !shows("applicant.guardianship") || shows("applicant.address") {
		t.Error("what was answered does not stay, or what was not does")
	}
	got := counter.last(t).Applicant
	if !*got.Guardianship || *got.Abroad || got.LawfulStay != rules.StayPending {
		t.Error("the answers are not passed on")
	}
}

func TestWitness(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["missing"])
	disclose(t, w, w.say("witness.present"))
	panel := w.screen.(*resultScreen).witness
	w.window.Canvas().Focus(panel.fields[0].Focusable())
	typeText(w, "010157-400")
	if strings.Contains(w.said(), w.say("witness.cpr.error")) {
		// ten characters with a hyphen are not all digits yet
		t.Log("said while typing")
	}
	typeText(w, "0")
	w.window.Canvas().Focus(panel.fields[1].Focusable())
	typeText(w, "2022-03-01")
	choice(t, w, w.say("witness.document")).Choose(1)
	choice(t, w, w.say("witness.sworn")).Choose(0)
	got := counter.last(t).Witness
	if got == nil || got.CPR.IsZero() || got.DateOfBirth != (rules.Date{Year: 1957, Month: 1, Day: 1}) ||
		got.MitIDSince != (rules.Date{Year: 2022, Month: 3, Day: 1}) || got.Document == nil || got.Document.Type != "driving_licence" || got.Sworn != visit.Yes {
		t.Fatal("the witness is not as it was typed")
	}
	s := w.snapshot
	for _, state := range visit.VouchingStates() {
		s.Vouching = visit.Vouching{State: state, Others: 2}
		w.show(s)
		if want := w.say("vouching."+string(state), "count", "2"); !strings.Contains(w.said(), want) {
			t.Errorf("the window does not say %q", want)
		}
		offers := slices.ContainsFunc(w.buttons(), func(b *look.Button) bool { return b.Text() == w.say("witness.vouched") })
		if offers != (state == visit.VouchingHeld) {
			t.Errorf("%s: whether a witness has vouched can be told: %v", state, offers)
		}
	}
	s.Vouching = visit.Vouching{State: visit.VouchingHeld}
	w.show(s)
	press(t, w, w.say("witness.vouched"))
	if counter.vouched != 1 {
		t.Error("that the witness has vouched is not passed on")
	}
	disclose(t, w, w.say("witness.present"))
	if counter.last(t).Witness != nil {
		t.Error("the witness who has left is still told")
	}
}

func TestSeveralDocumentsAndNone(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	press(t, w, w.say("action.without_chip"))
	w.show(states()["no-chip"])
	choice(t, w, w.say("seen.questions")).Choose(1)
	press(t, w, w.say("action.read"))
	if counter.chipless != 1 || counter.others != 1 {
		t.Fatalf("without a chip %d, another %d", counter.chipless, counter.others)
	}
	w.show(states()["another"])
	if !strings.Contains(w.said(), w.say("waiting.before")) || !strings.Contains(w.said(), "Passport, Denmark: ") {
		t.Error("the window does not say what was read so far")
	}
	w.show(states()["missing"])
	choice(t, w, w.say("seen.same")).Choose(0)
	if got := counter.last(t); got.Questions != rules.QuestionsPassed || got.SamePerson != visit.Yes {
		t.Error("what was told before is lost with the next document")
	}
	press(t, w, w.say("action.another"))
	w.show(states()["another"])
	w.show(states()["eligible"])
	if got := choice(t, w, w.say("seen.same")).Chosen(); got != -1 {
		t.Error("the answer about one photo stands beside another")
	}
}

// reader types as a reader does, wherever the keyboard's place is.
func reader(w *window, lines string) {
	now := today.Add(time.Hour)
	w.now = func() time.Time {
		now = now.Add(5 * time.Millisecond)
		return now
	}
	for _, letter := range lines + "\n" {
		event := key(fyne.KeyReturn)
		switch place := focused(w); {
		case letter == '\n' && place != nil:
			place.TypedKey(event)
		case letter == '\n':
			w.window.Canvas().OnTypedKey()(event)
		case place != nil:
			place.TypedRune(letter)
		default:
			w.window.Canvas().OnTypedRune()(letter)
		}
	}
}

// Lines that a reader types are taken wherever the keyboard's place is, and leave nothing behind there.
func TestLinesAreTakenAnywhereInTheWindow(t *testing.T) {
	places := map[string]func(*window) fyne.Focusable{
		"nowhere":   func(*window) fyne.Focusable { return nil },
		"a button":  func(w *window) fyne.Focusable { return button(t, w, w.say("action.next")) },
		"a choice":  func(w *window) fyne.Focusable { return choice(t, w, w.say("language.label")) },
		"its field": func(w *window) fyne.Focusable { return w.screen.focus() },
	}
	for name, place := range places {
		for _, lines := range []string{specimenLines, strings.ReplaceAll(specimenLines, "\n", "")} {
			w, counter := openWindow(t, assets.English, "light")
			w.show(waitingSnapshot)
			if at := place(w); at != nil {
				w.window.Canvas().Focus(at)
			} else {
				w.window.Canvas().Unfocus()
			}
			reader(w, lines)
			if len(counter.given) == 0 || counter.given[0] != visit.WayMRZ || counter.nexts != 0 {
				t.Errorf("%s: given %v, next %d times", name, counter.given, counter.nexts)
			}
		}
	}
	// Another field keeps what stood in it.
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	choice(t, w, w.say("entry.way")).TypedKey(key(fyne.KeyRight))
	typeText(w, "X1")
	time.Sleep(450 * time.Millisecond) // the rest that a person takes before laying the document on the reader
	reader(w, specimenLines)
	if len(counter.given) == 0 || w.draft.number != "X1" {
		t.Errorf("given %v", counter.given)
	}
}

func TestLinesWithASlipAreShownToBeMended(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	w.window.Canvas().Unfocus()
	reader(w, strings.Replace(specimenLines, "L898902C36", "L8989O2C36", 1))
	if len(counter.given) != 0 || !strings.Contains(w.said(), w.say("entry.suggestion")) {
		t.Error("lines with a slip were given, or nothing is offered")
	}
}

// Lines of another document are never given to the citizen whose result stands there unasked.
func TestLinesDuringAResultAreAskedAbout(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(states()["missing"])
	w.window.Canvas().Unfocus()
	reader(w, specimenLines)
	if len(counter.given)+counter.others != 0 || !strings.Contains(w.said(), w.say("scanned.title")) {
		t.Fatal("the lines were given, or nothing is said of them")
	}
	press(t, w, w.say("scanned.same"))
	if counter.others != 1 || !slices.Equal(counter.given, []visit.Way{visit.WayMRZ}) {
		t.Errorf("another %d, given %v", counter.others, counter.given)
	}
}

func TestCheckDigitsAsTyped(t *testing.T) {
	state := func(text string, field mrz.Field) digitState {
		digits, _ := typedDigits(text)
		for _, d := range digits {
			if d.field == field {
				return d.state
			}
		}
		t.Fatalf("no check digit of %s", field)
		return 0
	}
	wrong := strings.Replace(specimenLines, "C36UTO", "C37UTO", 1)
	td1 := "I<UTOD231458907<<<<<<<<<<<<<<<\n7408122F1204159UTO<<<<<<<<<<<6\nERIKSSON<<ANNA<MARIA<<<<<<<<<<"
	for _, test := range []struct {
		text  string
		field mrz.Field
		want  digitState
	}{
		{specimenLines[:54], mrz.FieldNumber, digitOpen},
		{specimenLines[:55], mrz.FieldNumber, digitRight},
		{wrong[:55], mrz.FieldNumber, digitWrong},
		{specimenLines[:65], mrz.FieldBirth, digitRight},
		{specimenLines[:65], mrz.FieldExpiry, digitOpen},
		{specimenLines, mrz.FieldComposite, digitRight},
		{wrong, mrz.FieldComposite, digitWrong},
		{td1, mrz.FieldNumber, digitRight},
		{td1, mrz.FieldExpiry, digitRight},
		{strings.ToLower(td1), mrz.FieldBirth, digitRight},
	} {
		if got := state(test.text, test.field); got != test.want {
			t.Errorf("%d letters, %s: %d, want %d", len(test.text), test.field, got, test.want)
		}
	}
	if digits, _ := typedDigits("???"); digits != nil {
		t.Error("check digits of what are no lines")
	}
	if got := alike("L8989O2C3", "6"); !slices.Contains(got, "L898902C3") {
		t.Errorf("offers %v", got)
	}
}

func TestAWrongCheckDigitOfAFieldIsNotGiven(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	choice(t, w, w.say("entry.way")).TypedKey(key(fyne.KeyRight))
	for _, typed := range []string{"L8989O2C3", "6", "740812", "2", "120415", "9"} {
		typeText(w, typed)
		w.window.Canvas().FocusNext()
	}
	press(t, w, w.say("entry.submit"))
	if len(counter.given) != 0 {
		t.Fatal("a number was given that its check digit does not fit")
	}
	press(t, w, w.say("entry.suggestion.take"))
	press(t, w, w.say("entry.submit"))
	if !slices.Equal(counter.given, []visit.Way{visit.WayFields}) || w.draft.number != "L898902C3" {
		t.Errorf("given %v", counter.given)
	}
}

// The summary holds nothing of the citizen unless it is asked for, and is written only where the caseworker says.
func TestSummary(t *testing.T) {
	w, _ := openWindow(t, assets.English, "light")
	w.aside = func(do func()) { do() } // the test is the toolkit's goroutine
	s := states()["missing"]
	w.show(s)
	press(t, w, w.say("action.summary"))
	screen := w.screen.(*summaryScreen)
	personal := []string{"EKSEMPEL", "KARIN", "X00000001", "1990", "2030"}
	for _, secret := range personal {
		if strings.Contains(screen.text, secret) {
			t.Errorf("the summary holds %q", secret)
		}
	}
	for _, want := range []string{"Passport, Denmark", w.say("authenticity.genuine.title"), "Something is still missing", "Rules 2026-11-22", "Checked 22 November 2026"} {
		if !strings.Contains(screen.text, want) {
			t.Errorf("the summary does not say %q", want)
		}
	}
	s.Result = &visit.Result{Report: s.Result.Report, Decision: states()["eligible"].Result.Decision}
	w.show(s) // another answer has come meanwhile
	if screen = w.screen.(*summaryScreen); !strings.Contains(screen.text, "Meets the requirements") {
		t.Error("the summary does not follow the decision")
	}
	path := filepath.Join(t.TempDir(), "summary.txt")
	w.draft.summary.path = path
	screen.save()
	if w.draft.summary.told != "summary.saved" {
		t.Fatalf("told %q", w.draft.summary.told)
	}
	written, err := os.ReadFile(path)
	if err != nil || !strings.Contains(string(written), "Passport, Denmark") {
		t.Fatalf("%d bytes, %v", len(written), err)
	}
	if info, err := os.Stat(path); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file's mode: %v, %v", info.Mode(), err)
	}
	w.draft.summary.told = ""
	w.screen.(*summaryScreen).save()
	if w.draft.summary.told != "summary.exists" || !strings.Contains(w.said(), w.say("summary.exists")) {
		t.Fatalf("told %q", w.draft.summary.told)
	}
	disclose(t, w, w.say("summary.personal"))
	for _, want := range personal {
		if !strings.Contains(w.screen.(*summaryScreen).text, want) {
			t.Errorf("the summary with personal data does not hold %q", want)
		}
	}
	press(t, w, w.say("summary.back"))
	if _, ok := w.screen.(*resultScreen); !ok {
		t.Error("there is no way back")
	}
}

func TestOldListsAndRulesAreWarnedOf(t *testing.T) {
	for _, age := range []struct {
		trust, rules time.Duration
		old          bool
	}{{maxTrustAge - 24*time.Hour, maxRulesAge - 24*time.Hour, false}, {maxTrustAge + 24*time.Hour, maxRulesAge + 24*time.Hour, true}} {
		w, _ := openWindow(t, assets.English, "light")
		w.status.TrustFrom, w.status.Rules = today.Add(-age.trust), today.Add(-age.rules).Format(time.DateOnly)
		w.build()
		if got := strings.Contains(w.said(), "Root certificates are old"); got != age.old {
			t.Errorf("certificates of %v: old %v", age.trust, got)
		}
		if got := strings.Contains(w.said(), "The rules are old"); got != age.old {
			t.Errorf("rules of %v: old %v", age.rules, got)
		}
	}
}

// The window is made when the visit before begins; what has come into force since then shows when its own begins.
func TestTheWindowShowsWhatIsInForceWhenItsVisitBegins(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	t.Cleanup(func() { _ = assets.Install(nil) })
	text := func(language string) *fstest.MapFile {
		return &fstest.MapFile{Data: []byte(`{"status.rules":"` + language + ` rules {version}"}`)}
	}
	if err := assets.Install(fstest.MapFS{"da.json": text("da"), "en.json": text("en")}); err != nil {
		t.Fatal(err)
	}
	newer := pack()
	stood := false
	w.begin(begin{
		ctx: t.Context(), carry: process.Carry{Visit: 2}, shown: func() { stood = true },
		config: Config{
			Rules:  func() *rules.Pack { return newer },
			Status: func() Status { return Status{Certificates: 614, TrustFrom: today, Rules: "2026-11-23"} },
		},
	})
	if !stood || counter.nexts != 1 || w.pack != newer {
		t.Error("the visit has not begun")
	}
	for _, want := range []string{"Root certificates: 614", "en rules 2026-11-23"} {
		if !strings.Contains(w.said(), want) {
			t.Errorf("%q does not show: %s", want, w.said())
		}
	}
}

// The visit is counted anew when its window is shown: what somebody who is quick has typed by then stays.
func TestWhatIsTypedWhenTheWindowComesIsKept(t *testing.T) {
	w, counter := openWindow(t, assets.English, "light")
	w.show(visit.Snapshot{Visit: 1, Phase: visit.Waiting, Status: visit.StatusEmpty})
	w.begin(begin{ctx: t.Context(), carry: process.Carry{Visit: 2}, shown: func() {}, config: Config{Rules: pack, Status: func() Status { return Status{} }}})
	typeText(w, specimenLines[:14])
	w.show(visit.Snapshot{Visit: 2, Phase: visit.Waiting, Status: visit.StatusEmpty})
	typeText(w, specimenLines[14:])
	if len(counter.given) != 1 || counter.given[0] != visit.WayMRZ {
		t.Errorf("given %v, want the lines", counter.given)
	}
	w.show(visit.Snapshot{Visit: 3, Phase: visit.Waiting, Status: visit.StatusEmpty})
	if w.draft.lines != "" {
		t.Error("the next visit begins with lines of the last one")
	}
}

// The citizen's screen follows the visit in the citizen's language, and holds nothing that identifies or accuses.
func TestCitizensScreen(t *testing.T) {
	w, _ := openWindow(t, assets.Danish, "light")
	w.citizen = citizenOn(w, w.program.NewWindow(""))
	w.build()
	choice(t, w, w.say("citizen.language")).Choose(1)
	english := assets.In(assets.English)
	said := func() string {
		var lines []string
		looktest.Walk(w.citizen.window.Canvas().Content(), func(thing fyne.CanvasObject) {
			switch node := thing.(type) {
			case *canvas.Text:
				lines = append(lines, node.Text)
			case *canvas.Image:
				if node.Resource == nil && node.Image != nil {
					t.Error("a photo stands on the citizen's screen")
				}
			}
		})
		return strings.Join(strings.Fields(strings.Join(lines, " ")), " ")
	}
	for _, test := range []struct{ state, key string }{
		{"waiting", "citizen.lay"},
		{"reading", "citizen.reading"},
		{"link-lost", "citizen.again"},
		{"eligible", "citizen.outcome.eligible"},
		{"missing", "citizen.outcome.missing"},
		{"counterfeit", "citizen.outcome.refer"},
		{"unknown", "citizen.wait"},
		{"left", "citizen.wait"},
	} {
		s := states()[test.state]
		s.Visit = 1
		w.show(s)
		if want := english.Say(test.key + ".title"); !strings.Contains(said(), want) {
			t.Errorf("%s: the citizen's screen does not say %q", test.state, want)
		}
		for _, never := range []string{"EKSEMPEL", "KARIN", "X00000001", "1990", "forgery", "NUUK"} {
			if strings.Contains(said(), never) {
				t.Errorf("%s: the citizen's screen says %q", test.state, never)
			}
		}
	}
	if !strings.Contains(w.said(), assets.In(assets.Danish).Say("app.place")) {
		t.Error("the caseworker's language changed with the citizen's")
	}
}

// The layout holds with texts 40 % longer and with texts of twice their size, on every screen size, in both languages.
func TestLayoutHolds(t *testing.T) {
	for _, at := range []struct {
		language assets.Language
		screen   fyne.Size
		percent  int
	}{
		{assets.Danish, fyne.NewSize(1024, 720), 200},
		{assets.English, fyne.NewSize(1024, 720), 200},
		{assets.Danish, fyne.NewSize(1024, 720), 100},
		{assets.Danish, fyne.NewSize(1366, 720), 200},
		{assets.Danish, fyne.NewSize(1920, 1032), 100},
	} {
		w, _ := openWindow(t, at.language, "light")
		w.words = w.words.Longer(0.4)
		w.size(at.percent)
		w.build()
		w.window.Resize(at.screen)
		for name, scene := range scenes() {
			if name == "text-200" || name == "stale" {
				continue
			}
			w.draft, w.seen, w.snapshot = draft{}, visit.Seen{}, visit.Snapshot{}
			w.show(states()[scene.snapshot])
			if scene.act != nil {
				scene.act(t, w)
			}
			checkLayout(t, w, at.screen, name)
		}
	}
}

// checkLayout looks for text that leaves the window, and for controls that leave it.
func checkLayout(t *testing.T, w *window, screen fyne.Size, name string) {
	t.Helper()
	driver := fyne.CurrentApp().Driver()
	said := 0
	looktest.Walk(w.window.Canvas().Content(), func(thing fyne.CanvasObject) {
		_, control := thing.(fyne.Focusable)
		text, isText := thing.(*canvas.Text)
		if !control && !isText {
			return
		}
		left := driver.AbsolutePositionForObject(thing).X
		right := left + thing.Size().Width
		what := "a control"
		if isText {
			right, what = left+text.MinSize().Width, text.Text
			if text.Alignment == fyne.TextAlignTrailing {
				return
			}
		}
		if (left < -0.5 || right > screen.Width+0.5) && said < 3 {
			said++
			t.Errorf("%s at %.0f × %.0f, text %d %%, %s: %.60q goes from %.0f to %.0f", name, screen.Width, screen.Height, w.theme.Percent(), w.words.Language(), what, left, right)
		}
	})
	least := w.window.Canvas().Content().MinSize()
	if least.Width > screen.Width+0.5 || w.scroll.Size().Height < 150 {
		t.Errorf("%s at %.0f × %.0f, text %d %%: wants %.0f, and leaves %.0f for the content", name, screen.Width, screen.Height, w.theme.Percent(), least.Width, w.scroll.Size().Height)
	}
}

// Larger texts come with Ctrl and plus, from a field as well, and go again with Ctrl and 0.
func TestTextsGrow(t *testing.T) {
	w, _ := openWindow(t, assets.English, "light")
	w.show(waitingSnapshot)
	typeText(w, "P<UTO")
	for range 6 {
		focused(w).(fyne.Shortcutable).TypedShortcut(control(fyne.KeyPlus))
	}
	if w.theme.Percent() != 200 || !strings.Contains(w.shown(), "P<UTO") {
		t.Errorf("texts of %d %%, or what was typed is lost", w.theme.Percent())
	}
	focused(w).(fyne.Shortcutable).TypedShortcut(control(fyne.KeyMinus))
	if w.theme.Percent() != 175 {
		t.Errorf("texts of %d %%", w.theme.Percent())
	}
	focused(w).(fyne.Shortcutable).TypedShortcut(control(fyne.Key0))
	if w.theme.Percent() != 100 {
		t.Errorf("texts of %d %%", w.theme.Percent())
	}
}
