package selfservice

import (
	"strconv"

	"fyne.io/fyne/v2"
	"fyne.io/fyne/v2/canvas"
	"fyne.io/fyne/v2/container"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/visit"
)

// progress shows how far a reading is: a bar that goes with what has come from the chip, and in words what is done now.
type progress struct {
	k      *kiosk
	object fyne.CanvasObject
	words  *look.Prose
	bar    *fyne.Container
	layout *barLayout
}

// weights say how much of a reading each step is, by the time that it takes with a usual passport.
var weights = map[visit.StepID]float32{
	visit.StepConnect: 1, visit.StepAccess: 4, visit.StepSOD: 2, visit.StepChip: 3, visit.StepHolder: 1, visit.StepFace: 8,
	visit.StepJudge: 1, visit.StepDecide: 1,
}

func newProgress(k *kiosk) *progress {
	p := k.theme.Palette()
	edge, fill := canvas.NewRectangle(p.Panel), canvas.NewRectangle(p.Primary)
	edge.StrokeColor, edge.StrokeWidth = p.Control, k.m.of(2)
	edge.CornerRadius, fill.CornerRadius = k.m.of(6), k.m.of(3)
	words := look.NewProse("", look.Style{Size: k.m.font(textBody)})
	l := &barLayout{inset: k.m.of(4), high: k.m.of(28)}
	bar := container.New(l, edge, fill)
	return &progress{k: k, words: words, layout: l, bar: bar, object: column(k.m.of(10), bar, words)}
}

// update shows how far the steps are. A bar never goes back.
func (p *progress) update(steps []visit.Step) {
	done, all, now := float32(0), float32(0), 0
	for i, step := range steps {
		weight := weights[step.ID]
		all += weight
		switch {
		case step.State == visit.StepDone:
			done += weight
		case step.State == visit.StepRunning && step.Total > 0:
			done += weight * min(1, float32(step.Bytes)/float32(step.Total))
		}
		if step.State == visit.StepRunning {
			now = i
		}
	}
	if len(steps) == 0 {
		return
	}
	p.layout.share = max(p.layout.share, done/all)
	p.words.SetText(p.k.say("kiosk.reading.step", "number", strconv.Itoa(now+1), "all", strconv.Itoa(len(steps)),
		"step", p.k.say("kiosk.step."+string(steps[now].ID))))
	p.bar.Refresh()
}

type barLayout struct {
	loose
	inset, high, share float32
}

// Layout is the toolkit's hook.
func (l *barLayout) Layout(things []fyne.CanvasObject, size fyne.Size) {
	place(things[0], 0, 0, size.Width, size.Height)
	place(things[1], l.inset, l.inset, max(0, (size.Width-2*l.inset)*l.share), max(0, size.Height-2*l.inset))
}

func (l *barLayout) heightAt([]fyne.CanvasObject, float32) float32 { return l.high }
