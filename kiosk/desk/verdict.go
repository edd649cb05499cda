package desk

import (
	"slices"
	"strconv"

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
	things = append(things, reasons(w, d))
	more := look.Stack(0)
	disclose := func(heading string, build func() fyne.CanvasObject) {
		more.Add(look.NewDisclosure(heading, look.NewProse(heading, look.Style{Bold: true}), build).Object)
	}
	if met := w.withStatus(d, rules.StatusMet); len(met) > 0 {
		disclose(w.say("decision.met", "count", strconv.Itoa(len(met))), func() fyne.CanvasObject { return look.Stack(look.Gap, met...) })
	}
	if len(d.Alternatives) > 0 {
		disclose(w.say("decision.alternatives"), func() fyne.CanvasObject {
			list := look.Stack(4)
			for _, alternative := range d.Alternatives {
				list.Add(bullet(w.text(alternative.Text)))
			}
			return list
		})
	}
	if len(more.Objects) > 0 {
		things = append(things, more)
	}
	return look.Panel(shown.tone, look.Stack(look.Space, things...))
}

// text is a rule's text in the language of the window.
func (w *window) text(t rules.Text) string { return t.In(string(w.words.Language())) }

// reasons lists what keeps the decision from being a yes: what stands against it, what a person has to decide, and what is
// missing, with the easiest way to show it and the others on demand.
func reasons(w *window, d *rules.Decision) fyne.CanvasObject {
	list := look.Stack(look.Gap)
	for _, status := range []rules.Status{rules.StatusUnmet, rules.StatusRefer} {
		for _, line := range w.withStatus(d, status) {
			list.Add(line)
		}
	}
	for _, line := range missing(w, d) {
		list.Add(line)
	}
	return list
}

// withStatus gives the requirements of one status, each a line.
func (w *window) withStatus(d *rules.Decision, status rules.Status) []fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, requirement := range d.Requirements {
		if requirement.Status == status {
			lines = append(lines, requirementLine(w, requirement, nil))
		}
	}
	return lines
}

// requirementLine is a requirement with how it stands, by icon and word, and what goes with it.
func requirementLine(w *window, r rules.Requirement, more fyne.CanvasObject) fyne.CanvasObject {
	shown := statusLooks[r.Status]
	text := look.Stack(2, look.NewProse(w.text(r.Text), look.Style{}))
	if more != nil {
		text.Add(more)
	}
	status := look.NewProse(w.say("status."+string(r.Status)), look.Style{Bold: true, Tone: shown.tone})
	return look.Beside(look.Space, look.NewIcon(shown.icon, shown.tone, 22), look.Columns(130, look.Gap, status, text))
}

// missing lists what is missing with the ways to show it.
func missing(w *window, d *rules.Decision) []fyne.CanvasObject {
	var lines []fyne.CanvasObject
	for _, missing := range d.Missing {
		for _, requirement := range d.Requirements {
			if requirement.ID == missing.Requirement {
				lines = append(lines, requirementLine(w, requirement, waysList(w, missing.Ways)))
			}
		}
	}
	return lines
}

// waysList shows the easiest way, and the others on demand.
func waysList(w *window, all []rules.Text) fyne.CanvasObject {
	if len(all) == 0 {
		return nil
	}
	list := look.Stack(2, bullet(w.text(all[0])))
	if others := all[1:]; len(others) > 0 {
		heading := look.NewProse(w.say("decision.ways", "count", strconv.Itoa(len(others))), look.Style{})
		list.Add(look.NewDisclosure(heading.Text(), heading, func() fyne.CanvasObject {
			more := look.Stack(4)
			for _, way := range others {
				more.Add(bullet(w.text(way)))
			}
			return more
		}).Object)
	}
	return list
}
