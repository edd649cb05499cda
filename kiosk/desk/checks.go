package desk

import (
	"strconv"
	"strings"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/mrtd/inspect"
)

// checkLooks says how each outcome of a check is shown; a word says the same.
var checkLooks = map[inspect.Outcome]struct {
	icon  string
	tone  look.Tone
	order int
}{
	inspect.Failed:       {"failed", look.Bad, 0},
	inspect.Aborted:      {"aborted", look.Warn, 1},
	inspect.Undetermined: {"undetermined", look.Warn, 1},
	inspect.Successful:   {"successful", look.Good, 2},
	inspect.NotSupported: {"not_supported", look.Muted, 3},
	inspect.NotDone:      {"not_done", look.Muted, 3},
}

// checks lists the checks: failed ones first, then open ones, then those that passed; those that did not concern this
// document when asked for.
func checks(w *window, r *inspect.Report) fyne.CanvasObject {
	groups := make([][]inspect.Check, 4)
	for _, check := range r.Checks {
		order := checkLooks[check.Outcome].order
		groups[order] = append(groups[order], check)
	}
	summary := w.say("checks.summary", "successful", strconv.Itoa(len(groups[2])), "failed", strconv.Itoa(len(groups[0])),
		"open", strconv.Itoa(len(groups[1])), "left", strconv.Itoa(len(groups[3])))
	list := look.Stack(0)
	for _, group := range groups[:3] {
		for _, check := range group {
			list.Add(checkRow(w, check))
		}
	}
	rest := look.Stack(0)
	rest.Hide()
	var more *look.Button
	more = look.NewButton(w.say("checks.show"), look.Quiet, func() {
		if rest.Hidden {
			if len(rest.Objects) == 0 {
				for _, check := range groups[3] {
					rest.Add(checkRow(w, check))
				}
			}
			rest.Show()
			more.Set(w.say("checks.hide"), "hide")
		} else {
			rest.Hide()
			more.Set(w.say("checks.show"), "show")
		}
		w.refresh()
	}).WithIcon("show")
	return look.Panel(look.Plain, look.Stack(
		look.Gap,
		look.NewProse(w.say("checks.title"), look.Style{Size: look.Lead, Bold: true}),
		look.NewProse(summary, look.Style{Tone: look.Muted}),
		list, left(more), rest,
	))
}

// checkRow is one check: its outcome by icon, word and colour, its name, and on demand what it is, why it came out so
// and what to do.
func checkRow(w *window, check inspect.Check) fyne.CanvasObject {
	shown := checkLooks[check.Outcome]
	outcome := w.say("outcome." + string(check.Outcome))
	name := checkName(w.words, check.ID)
	line := look.Beside(
		look.Gap, look.NewIcon(shown.icon, shown.tone, 22),
		look.Columns(120, look.Gap, look.NewProse(outcome, look.Style{Bold: true, Tone: shown.tone}), look.NewProse(name, look.Style{})),
	)
	return look.NewDisclosure(name+": "+outcome, line, func() fyne.CanvasObject {
		lines := look.Stack(4, look.NewProse(checkAbout(w.words, check.ID), look.Style{}))
		if check.Code != "" {
			lines.Add(look.NewProse(codeText(w.words, check.Code), look.Style{}))
		}
		lines.Add(look.NewProse(w.say("outcome."+string(check.Outcome)+".todo"), look.Style{}))
		lines.Add(look.NewProse(strings.TrimSpace(check.ID+"  "+check.Code+"  "+check.Detail), look.Style{Size: look.Small, Tone: look.Muted, Mono: true}))
		return lines
	}).Object
}

// checkName names a check.
func checkName(words *assets.Words, id string) string {
	if key := "check." + id; words.Has(key) {
		return words.Say(key)
	}
	if number, ok := strings.CutPrefix(id, "dg."); ok {
		return words.Say("check.dg", "number", number)
	}
	return id
}

// checkAbout says what a check is.
func checkAbout(words *assets.Words, id string) string {
	if strings.HasPrefix(id, "dg.") {
		return words.Say("check.dg.about")
	}
	return words.Say("check." + id + ".about")
}

// codeText says what a code means; one without words stands as it is.
func codeText(words *assets.Words, code string) string {
	if key := "code." + code; words.Has(key) {
		return words.Say(key)
	}
	return words.Say("code.unknown", "code", code)
}
