package desk

import (
	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/container"
	"fyne.io/fyne/v2/driver/desktop"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
)

// citizen is what stands on a second screen that faces the citizen: what to do now, how far the reading is, and the result in
// plain words, in the citizen's language. It shows no photo, no name and no number, since others may see the screen, and no
// suspicion: that is for the caseworker to speak of. A nil citizen is no such screen.
type citizen struct {
	desk   *window
	window fyne.Window
	words  *assets.Words
	said   string
}

// newCitizen makes the citizen's window where the machine has a second screen, else none.
func newCitizen(w *window) *citizen {
	driver, ok := w.program.Driver().(desktop.Driver)
	if !ok || !driver.HasSecondaryDisplay() {
		return nil
	}
	return citizenOn(w, w.program.NewWindow("Skranke"))
}

func citizenOn(w *window, on fyne.Window) *citizen {
	c := &citizen{desk: w, window: on, words: w.words}
	on.SetPadded(false)
	on.Resize(size)
	return c
}

// open shows the window, on all of the second screen.
func (c *citizen) open() {
	if c == nil {
		return
	}
	if on, ok := c.window.(desktop.Window); ok {
		on.RequestFullScreenSecondary()
	}
	c.window.Show()
}

// speak changes the citizen's language, not the caseworker's.
func (c *citizen) speak(language assets.Language) {
	c.words = assets.In(language)
	c.build()
}

// forget goes back to the caseworker's language for the next citizen.
func (c *citizen) forget() {
	if c != nil {
		c.words = c.desk.words
	}
}

// build shows the screen anew, in the theme and the language of now.
func (c *citizen) build() {
	if c != nil {
		c.said = ""
		c.show(c.desk.snapshot)
	}
}

// citizenScreen is what is said to the citizen: a picture or an icon, a title, and some sentences.
type citizenScreen struct {
	key   string
	icon  string
	tone  look.Tone
	steps []visit.Step
	lines []string
}

// show says what the snapshot means to the citizen.
func (c *citizen) show(s visit.Snapshot) {
	if c == nil {
		return
	}
	screen := c.screen(s)
	done := 0
	for _, step := range screen.steps {
		if step.State == visit.StepDone {
			done++
		}
	}
	said := screen.key + string(rune('0'+done))
	for _, line := range screen.lines {
		said += "\n" + line
	}
	if said == c.said {
		return
	}
	c.said = said
	things := []fyne.CanvasObject{}
	if screen.icon == "" {
		things = append(things, left(look.Picture("lay_passport", fyne.NewSize(460, 282))))
	} else {
		things = append(things, left(look.NewIcon(screen.icon, screen.tone, 96)))
	}
	things = append(things, look.NewProse(c.words.Say("citizen."+screen.key+".title"), look.Style{Size: look.Huge, Bold: true}))
	if key := "citizen." + screen.key + ".text"; c.words.Has(key) {
		things = append(things, look.NewProse(c.words.Say(key), look.Style{Size: look.Title}))
	}
	if len(screen.steps) > 0 {
		things = append(things, look.NewMeter(done, len(screen.steps)))
	}
	for _, line := range screen.lines {
		things = append(things, look.Beside(look.Gap, look.NewProse("•", look.Style{Size: look.Title, OneLine: true}), look.NewProse(line, look.Style{Size: look.Title})))
	}
	body := container.NewVScroll(look.Inset(2*look.Margin, look.Margin, 3*look.Margin, 3*look.Margin, look.Stack(look.Margin, things...)))
	c.window.SetContent(container.NewStack(look.Bar(look.Muted, look.Stack(0)), body))
}

// citizenOutcomes are the icons of the outcomes; each has texts under "citizen.outcome.".
var citizenOutcomes = map[rules.Verdict]struct {
	icon string
	tone look.Tone
}{
	rules.Eligible:        {"successful", look.Good},
	rules.MissingEvidence: {"missing", look.Info},
	rules.Ineligible:      {"not_supported", look.Info},
	rules.Refer:           {"person", look.Info},
}

// screen chooses what to say.
func (c *citizen) screen(s visit.Snapshot) citizenScreen {
	switch s.Phase {
	case visit.Reading:
		return citizenScreen{key: "reading", icon: "reader", tone: look.Info, steps: s.Steps}
	case visit.Trouble:
		switch s.Problem {
		case visit.ProblemLinkLost, visit.ProblemMute, visit.ProblemTimeout:
			return citizenScreen{key: "again"}
		}
		return citizenScreen{key: "wait", icon: "person", tone: look.Info}
	case visit.Done:
		if s.Result == nil || s.Result.Decision == nil {
			return citizenScreen{key: "wait", icon: "person", tone: look.Info}
		}
		d := s.Result.Decision
		shown := citizenOutcomes[d.Outcome]
		screen := citizenScreen{key: "outcome." + string(d.Outcome), icon: shown.icon, tone: shown.tone}
		language := string(c.words.Language())
		for _, missing := range d.Missing {
			if d.Outcome == rules.MissingEvidence && len(missing.Ways) > 0 {
				screen.lines = append(screen.lines, missing.Ways[0].In(language))
			}
		}
		for _, requirement := range d.Requirements {
			if d.Outcome == rules.Ineligible && requirement.Status == rules.StatusUnmet {
				screen.lines = append(screen.lines, requirement.Text.In(language))
			}
		}
		return screen
	}
	if s.LeftBehind {
		return citizenScreen{key: "wait", icon: "person", tone: look.Info}
	}
	return citizenScreen{key: "lay"}
}
