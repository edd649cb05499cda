package desk

import (
	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/visit"
)

// problemPanel says what is the matter, and what to do about it.
func problemPanel(w *window, problem visit.Problem, size look.Size) fyne.CanvasObject {
	key := "problem." + string(problem)
	return look.Panel(look.Warn, look.Beside(
		look.Space, look.NewIcon("warning", look.Warn, 32),
		look.Stack(
			4, look.NewProse(w.say(key+".title"), look.Style{Size: size, Bold: true}),
			look.NewProse(w.say(key+".todo"), look.Style{}),
		),
	))
}

// troubleScreen says why a reading ended, and the way on.
type troubleScreen struct {
	window *window
	object *fyne.Container
	steps  *stepList
	shown  visit.Problem
	again  *look.Button
}

func newTroubleScreen(w *window, s visit.Snapshot) *troubleScreen {
	screen := &troubleScreen{window: w, steps: newStepList(w), object: look.Stack(look.Margin)}
	screen.again = look.NewButton(w.say("action.again"), look.Primary, w.counter.Again)
	screen.update(s)
	return screen
}

func (screen *troubleScreen) content() fyne.CanvasObject { return screen.object }

func (screen *troubleScreen) actions() []fyne.CanvasObject {
	w := screen.window
	return []fyne.CanvasObject{
		look.NewButton(w.say("action.without_chip"), look.Quiet, w.withoutChip), w.nextButton(look.Secondary),
		look.NewButton(w.say("action.correct"), look.Secondary, w.counter.Correct), screen.again,
	}
}

func (screen *troubleScreen) update(s visit.Snapshot) {
	screen.steps.update(s.Steps)
	if s.Problem == screen.shown {
		return
	}
	screen.shown = s.Problem
	screen.object.Objects = []fyne.CanvasObject{
		problemPanel(screen.window, s.Problem, look.Title), look.Panel(look.Plain, screen.steps.object),
	}
	screen.window.refresh()
}

func (screen *troubleScreen) leave() {}

func (screen *troubleScreen) focus() fyne.Focusable { return screen.again }
