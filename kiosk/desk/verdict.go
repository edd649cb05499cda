package desk

import (
	"slices"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd/inspect"
)

// verdictLooks says how each verdict on a document is shown; the words say the same.
var verdictLooks = map[inspect.Authenticity]struct {
	icon string
	tone look.Tone
}{
	inspect.Genuine:                  {"shield_good", look.Good},
	inspect.Counterfeit:              {"shield_bad", look.Bad},
	inspect.AuthenticityUndetermined: {"shield_open", look.Warn},
}

// maxReasons bounds the reasons beside the verdict; the list of checks has them all.
const maxReasons = 4

// verdict says whether the document is genuine, and what stands against it.
func verdict(w *window, r *inspect.Report) fyne.CanvasObject {
	shown := verdictLooks[r.Authenticity]
	key := "authenticity." + string(r.Authenticity)
	text := look.Stack(
		2, look.NewProse(w.say(key+".title"), look.Style{Size: look.Title, Bold: true, Tone: shown.tone}),
		look.NewProse(w.say(key+".text"), look.Style{}),
	)
	var reasons []string
	for _, check := range r.Obstacles() {
		reason := codeText(w.words, check.Code)
		if check.Code == "" {
			reason = checkName(w.words, check.ID) + ": " + w.say("outcome."+string(check.Outcome))
		}
		if !slices.Contains(reasons, reason) {
			reasons = append(reasons, reason)
		}
	}
	for _, reason := range reasons[:min(len(reasons), maxReasons)] {
		text.Add(bullet(reason))
	}
	return look.Panel(shown.tone, look.Beside(look.Space, look.NewIcon(shown.icon, shown.tone, 44), text))
}

// outcomeLooks says how each outcome of a decision is shown. None of them is an error: what is missing or impossible today
// is a next step.
var outcomeLooks = map[rules.Verdict]struct {
	icon string
	tone look.Tone
}{
	rules.Eligible:        {"successful", look.Good},
	rules.MissingEvidence: {"missing", look.Info},
	rules.Ineligible:      {"not_supported", look.Info},
	rules.Refer:           {"person", look.Warn},
}

// statusLooks says how each status of a requirement is shown.
var statusLooks = map[rules.Status]struct {
	icon string
	tone look.Tone
}{
	rules.StatusMet:     {"successful", look.Good},
	rules.StatusUnmet:   {"failed", look.Warn},
	rules.StatusMissing: {"missing", look.Info},
	rules.StatusRefer:   {"person", look.Warn},
}

// decisionPanel shows a decision with its reasons, what is missing and how it can be shown, and the citizen's other ways.
func decisionPanel(w *window, d *rules.Decision) fyne.CanvasObject {
	if d == nil {
		return look.Panel(look.Warn, look.NewProse(w.say("decision.none"), look.Style{Size: look.Lead, Bold: true}))
	}
	shown := outcomeLooks[d.Outcome]
	title := w.say("decision.title."+string(d.Outcome), "scheme", w.say("scheme."+string(d.Scheme)))
	things := []fyne.CanvasObject{
		look.Beside(look.Space, look.NewIcon(shown.icon, shown.tone, 32), look.NewProse(title, look.Style{Size: look.Title, Bold: true, Tone: shown.tone})),
	}
	if missing := missing(w, d); missing != nil {
		things = append(things, missing)
	}
	things = append(things, requirements(w, d))
	if len(d.Alternatives) > 0 {
		heading := look.NewProse(w.say("decision.alternatives"), look.Style{Bold: true})
		things = append(things, look.NewDisclosure(heading.Text(), heading, func() fyne.CanvasObject {
			list := look.Stack(4)
			for _, alternative := range d.Alternatives {
				list.Add(bullet(w.text(alternative.Text)))
			}
			return list
		}).Object)
	}
	return look.Panel(shown.tone, look.Stack(look.Space, things...))
}

// text is a rule's text in the language of the window.
func (w *window) text(t rules.Text) string { return t.In(string(w.words.Language())) }

// requirements lists the requirements, met or not, with what each says.
func requirements(w *window, d *rules.Decision) fyne.CanvasObject {
	list := look.Stack(look.Gap, look.NewProse(w.say("decision.requirements"), look.Style{Bold: true}))
	for _, requirement := range d.Requirements {
		shown, ok := statusLooks[requirement.Status]
		if !ok {
			continue // not applicable: it says nothing about this citizen
		}
		status := look.NewProse(w.say("status."+string(requirement.Status)), look.Style{Bold: true, Tone: shown.tone})
		list.Add(look.Beside(
			look.Space, look.NewIcon(shown.icon, shown.tone, 22),
			look.Columns(150, look.Gap, status, look.NewProse(w.text(requirement.Text), look.Style{})),
		))
	}
	return list
}

// missing lists what is missing, with the ways to show it; nil when nothing is.
func missing(w *window, d *rules.Decision) fyne.CanvasObject {
	if len(d.Missing) == 0 {
		return nil
	}
	list := look.Stack(look.Gap, look.NewProse(w.say("decision.missing"), look.Style{Bold: true}))
	for _, missing := range d.Missing {
		for _, requirement := range d.Requirements {
			if requirement.ID == missing.Requirement {
				list.Add(look.NewProse(w.text(requirement.Text), look.Style{}))
			}
		}
		if len(missing.Ways) > 1 {
			list.Add(look.NewProse(w.say("decision.way.any"), look.Style{Tone: look.Muted}))
		}
		for _, way := range missing.Ways {
			list.Add(bullet(w.text(way)))
		}
	}
	return list
}
