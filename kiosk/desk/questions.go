package desk

import (
	"slices"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

// question is something that only a person can know.
type question struct {
	key string
	// of names the requirements that the answer can settle, without their scheme. The question is asked while one of them is
	// open, once it is answered, and whenever all questions are asked for.
	of []string
	// always asks it of some documents that were read; nil for none.
	always   func(*inspect.Report) bool
	answered func(visit.Seen) bool
	build    func(*questions) fyne.CanvasObject
}

func allQuestions() []question {
	return []question{
		{
			key: "seen.passport", always: func(r *inspect.Report) bool { return kindOf(r) == "passport" },
			build: func(q *questions) fyne.CanvasObject { return q.look("passport", &q.window.seen.Ordinary) },
		},
		{
			key: "seen.extended", always: visit.Extendable, build: (*questions).extended,
		},
		{
			key: "seen.national_id", always: func(r *inspect.Report) bool { return kindOf(r) == "national_id" },
			build: func(q *questions) fyne.CanvasObject { return q.look("national_id", &q.window.seen.Travel) },
		},
		{
			key: "seen.cpr", of: []string{"cpr-proof", "cpr"},
			answered: func(seen visit.Seen) bool {
				return seen.CPRInDocument || slices.ContainsFunc(seen.Papers, isHealthCard)
			},
			build: (*questions).cprProof,
		},
		{
			key: "seen.questions", of: []string{"confirmation"},
			answered: func(seen visit.Seen) bool { return seen.Questions != "" && seen.Questions != rules.QuestionsNotAsked },
			build:    (*questions).control,
		},
		{
			key: "seen.user_id", of: []string{"user-id"},
			answered: func(seen visit.Seen) bool { return seen.Applicant.UserID != nil }, build: (*questions).userID,
		},
		{
			key: "applicant.birth", of: []string{"age"},
			answered: func(seen visit.Seen) bool { return !seen.Applicant.DateOfBirth.IsZero() }, build: (*questions).birth,
		},
		{
			key: "applicant.has_cpr", of: []string{"cpr"},
			answered: func(seen visit.Seen) bool { return seen.Applicant.HasCPR != nil },
			build:    applicantFact("applicant.has_cpr", func(a *rules.Applicant) **bool { return &a.HasCPR }),
		},
		{
			key: "applicant.stay", of: []string{"lawful-stay"},
			answered: func(seen visit.Seen) bool { return seen.Applicant.LawfulStay != "" }, build: (*questions).stay,
		},
		{
			key: "applicant.address", of: []string{"address"},
			answered: func(seen visit.Seen) bool { return seen.Applicant.FixedAddress != nil },
			build:    applicantFact("applicant.address", func(a *rules.Applicant) **bool { return &a.FixedAddress }),
		},
		{
			key: "applicant.abroad", of: []string{"abroad"},
			answered: func(seen visit.Seen) bool { return seen.Applicant.Abroad != nil },
			build:    applicantFact("applicant.abroad", func(a *rules.Applicant) **bool { return &a.Abroad }),
		},
		{
			key: "applicant.guardianship", of: []string{"guardianship"},
			answered: func(seen visit.Seen) bool { return seen.Applicant.Guardianship != nil },
			build:    applicantFact("applicant.guardianship", func(a *rules.Applicant) **bool { return &a.Guardianship }),
		},
	}
}

// questions asks what the decision lacks and only a person can know.
type questions struct {
	window *window
	object fyne.CanvasObject
	report *inspect.Report // of what was read; nil for nothing
	all    []question
	rows   []fyne.CanvasObject
	more   *look.Button
	fields []*look.Field
	hint   *fyne.Container
	card   *look.Toggle
}

func newQuestions(w *window, report *inspect.Report) *questions {
	q := &questions{window: w, report: report, all: allQuestions()}
	list := look.Stack(4)
	for _, question := range q.all {
		row := labelled(w, question.key, question.build(q))
		row.Hide()
		q.rows = append(q.rows, row)
		list.Add(row)
	}
	q.more = look.NewButton(w.say("seen.more"), look.Quiet, func() {
		w.draft.allQuestions = !w.draft.allQuestions
		q.update(w.snapshot)
	})
	list.Add(left(q.more))
	q.object = look.Panel(look.Plain, list)
	return q
}

// update shows the questions that are to be asked now.
func (q *questions) update(s visit.Snapshot) {
	w := q.window
	open := map[string]bool{}
	decided := s.Result != nil && s.Result.Decision != nil
	if decided {
		for _, r := range s.Result.Decision.Requirements {
			_, name, _ := strings.Cut(r.ID, ".")
			open[name] = r.Status == rules.StatusMissing || r.Status == rules.StatusRefer || r.Status == rules.StatusUnmet
		}
	}
	changed := false
	for i, question := range q.all {
		show := question.always != nil && question.always(q.report) || question.answered != nil && question.answered(w.seen) ||
			question.of != nil && (w.draft.allQuestions || !decided) ||
			slices.ContainsFunc(question.of, func(name string) bool { return open[name] })
		if show == q.rows[i].Visible() {
			continue
		}
		changed = true
		if show {
			q.rows[i].Show()
		} else {
			q.rows[i].Hide()
		}
	}
	text, icon := w.say("seen.more"), "show"
	if w.draft.allQuestions {
		text, icon = w.say("seen.fewer"), "hide"
	}
	q.more.Set(text, icon)
	if q.card != nil {
		q.card.Set(slices.ContainsFunc(w.seen.Papers, isHealthCard))
	}
	if changed {
		w.refresh()
	}
}

// look asks about the document that was read.
func (q *questions) look(kind string, answer *visit.Answer) fyne.CanvasObject {
	return pick(q.window, "seen."+kind, "seen."+kind+".", []string{"yes", "no"}, []visit.Answer{visit.Yes, visit.No}, *answer, func(now visit.Answer) {
		q.window.see(func(*visit.Seen) { *answer = now })
	})
}

func (q *questions) cprProof() fyne.CanvasObject {
	w := q.window
	document := look.NewToggle(w.say("seen.cpr.document"), w.seen.CPRInDocument, func(on bool) {
		w.see(func(seen *visit.Seen) { seen.CPRInDocument = on })
	})
	q.card = look.NewToggle(w.say("seen.cpr.health_card"), slices.ContainsFunc(w.seen.Papers, isHealthCard), func(on bool) {
		w.see(func(seen *visit.Seen) {
			seen.Papers = slices.DeleteFunc(slices.Clone(seen.Papers), isHealthCard)
			if on {
				seen.Papers = append(seen.Papers, rules.Document{Type: healthCard, Issuer: "DNK"})
			}
		})
		w.refreshSeen()
	})
	if kindOf(q.report) == "" {
		return look.Row(look.Gap, q.card.Pressable)
	}
	return look.Row(look.Gap, document.Pressable, q.card.Pressable)
}

const healthCard rules.DocumentType = "health_card"

func isHealthCard(d rules.Document) bool { return d.Type == healthCard }

func (q *questions) control() fyne.CanvasObject {
	w := q.window
	values := []rules.ControlQuestions{rules.QuestionsNotAsked, rules.QuestionsPassed, rules.QuestionsFailed}
	now := w.seen.Questions
	if now == "" {
		now = rules.QuestionsNotAsked
	}
	return pick(w, "seen.questions", "seen.questions.", []string{"not_asked", "passed", "failed"}, values, now, func(value rules.ControlQuestions) {
		w.see(func(seen *visit.Seen) { seen.Questions = value })
	})
}

// userID takes down the user ID, and says why it cannot be used and which nearby one can.
func (q *questions) userID() fyne.CanvasObject {
	w := q.window
	q.hint = look.Stack(4)
	field := w.field(look.FieldStyle{Width: 24, Changed: func(text string) {
		w.see(func(seen *visit.Seen) {
			seen.Applicant.UserID = nil
			if text = strings.TrimSpace(text); text != "" {
				seen.Applicant.UserID = &text
			}
		})
		q.userIDHint()
	}})
	if id := w.seen.Applicant.UserID; id != nil {
		field.Fill(*id)
	}
	q.fields = append(q.fields, field)
	q.userIDHint()
	return look.Stack(4, field.Object, q.hint)
}

func (q *questions) userIDHint() {
	w := q.window
	q.hint.Objects = nil
	if id := w.seen.Applicant.UserID; id != nil {
		result := w.pack.CheckUserID(*id, w.applicantNumber())
		for _, reason := range result.Reasons {
			q.hint.Add(bullet(w.text(rules.Text(reason.Text))))
		}
		if result.Suggestion != "" {
			q.hint.Add(look.NewProse(w.say("seen.user_id.suggestion", "id", result.Suggestion), look.Style{Tone: look.Muted}))
		}
	}
	w.refresh()
}

// applicantNumber is the CPR number that the caseworker knows of the citizen; nil for none.
func (w *window) applicantNumber() *cpr.Number {
	if number := w.seen.Applicant.CPR; !number.IsZero() {
		return &number
	}
	return nil
}

// extended takes down until when an older passport was extended by hand.
func (q *questions) extended() fyne.CanvasObject {
	w := q.window
	field := w.dayField(w.seen.Extended, func(day rules.Date) { w.see(func(seen *visit.Seen) { seen.Extended = day }) })
	q.fields = append(q.fields, field)
	return field.Object
}

func (q *questions) birth() fyne.CanvasObject {
	w := q.window
	field := w.dayField(w.seen.Applicant.DateOfBirth, func(day rules.Date) {
		w.see(func(seen *visit.Seen) { seen.Applicant.DateOfBirth = day })
	})
	q.fields = append(q.fields, field)
	return field.Object
}

func (q *questions) stay() fyne.CanvasObject {
	w := q.window
	values := []rules.LawfulStay{rules.StayYes, rules.StayPending, rules.StayUnknown}
	return pick(w, "applicant.stay", "applicant.stay.", []string{"yes", "pending", "unknown"}, values, w.seen.Applicant.LawfulStay,
		func(value rules.LawfulStay) { w.see(func(seen *visit.Seen) { seen.Applicant.LawfulStay = value }) })
}

// applicantFact asks for one fact of the applicant with yes or no.
func applicantFact(key string, at func(*rules.Applicant) **bool) func(*questions) fyne.CanvasObject {
	return func(q *questions) fyne.CanvasObject {
		w := q.window
		return yesNo(w, key, *at(&w.seen.Applicant), func(value *bool) {
			w.see(func(seen *visit.Seen) { *at(&seen.Applicant) = value })
		})
	}
}

func (q *questions) forget() {
	for _, field := range q.fields {
		field.Forget()
	}
}
