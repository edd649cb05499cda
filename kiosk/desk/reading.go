package desk

import (
	"fmt"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/visit"
)

// readingScreen shows a reading, step by step.
type readingScreen struct {
	window *window
	object fyne.CanvasObject
	steps  *stepList
}

func newReadingScreen(w *window, s visit.Snapshot) *readingScreen {
	screen := &readingScreen{window: w, steps: newStepList(w)}
	screen.object = look.Stack(
		look.Space,
		look.NewProse(w.say("reading.title"), look.Style{Size: look.Headline, Bold: true}),
		look.NewProse(w.say("reading.lead"), look.Style{Size: look.Lead}),
		look.Panel(look.Plain, screen.steps.object),
	)
	screen.update(s)
	return screen
}

func (screen *readingScreen) content() fyne.CanvasObject { return screen.object }

func (screen *readingScreen) actions() []fyne.CanvasObject {
	w := screen.window
	return []fyne.CanvasObject{
		w.nextButton(look.Secondary), look.NewButton(w.say("action.correct"), look.Secondary, w.counter.Correct),
	}
}

func (screen *readingScreen) update(s visit.Snapshot) { screen.steps.update(s.Steps) }

func (screen *readingScreen) leave() {}

func (screen *readingScreen) focus() fyne.Focusable { return nil }

// stepList is the steps of a reading under one another.
type stepList struct {
	window *window
	object *fyne.Container
	rows   []*stepRow
}

type stepRow struct {
	shown       visit.Step
	icon        *look.Icon
	name, state *look.Prose
	bytes, took *look.Prose
}

func newStepList(w *window) *stepList { return &stepList{window: w, object: look.Stack(look.Gap)} }

// stepLooks says how each state of a step is shown; a word says the same.
var stepLooks = map[visit.StepState]struct {
	icon string
	tone look.Tone
}{
	visit.StepPending: {"pending", look.Muted},
	visit.StepRunning: {"running", look.Info},
	visit.StepDone:    {"successful", look.Good},
	visit.StepFailed:  {"warning", look.Warn},
}

func (l *stepList) update(steps []visit.Step) {
	for len(l.rows) < len(steps) {
		number := look.Style{OneLine: true, End: true, Tone: look.Muted}
		row := &stepRow{
			icon: look.NewIcon("pending", look.Muted, 24), name: look.NewProse("", look.Style{}),
			state: look.NewProse("", look.Style{Tone: look.Muted}), bytes: look.NewProse("", number), took: look.NewProse("", number),
		}
		l.rows = append(l.rows, row)
		numbers := look.Columns(120, look.Gap, row.state, look.Columns(110, look.Gap, row.bytes, look.Columns(80, 0, row.took, look.Stack(0))))
		l.object.Add(look.Beside(look.Space, row.icon, look.Columns(460, look.Gap, row.name, numbers)))
	}
	for i, step := range steps {
		l.rows[i].show(l.window, step)
	}
}

func (r *stepRow) show(w *window, step visit.Step) {
	if step == r.shown {
		return
	}
	r.shown = step
	r.icon.Set(stepLooks[step.State].icon, stepLooks[step.State].tone)
	r.name.SetText(w.say("step." + string(step.ID)))
	r.state.SetText(w.say("step.state." + string(step.State)))
	r.state.SetTone(stepLooks[step.State].tone)
	r.bytes.SetText(kilobytes(w.words, step.Bytes))
	r.took.SetText(seconds(w.words, step.Took))
}

// kilobytes writes an amount of data; nothing for none.
func kilobytes(words *assets.Words, n int) string {
	if n == 0 {
		return ""
	}
	return words.Say("reading.bytes", "kilobytes", decimal(words, float64(n)/1000))
}

// seconds writes a time; nothing for less than a tenth of a second.
func seconds(words *assets.Words, d time.Duration) string {
	if d < 100*time.Millisecond {
		return ""
	}
	return words.Say("reading.seconds", "seconds", decimal(words, d.Seconds()))
}

// decimal writes a number with one decimal, as the language does.
func decimal(words *assets.Words, v float64) string {
	text := fmt.Sprintf("%.1f", v)
	if words.Language() == assets.Danish {
		text = strings.Replace(text, ".", ",", 1)
	}
	return text
}
