package desk

import (
	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/visit"
)

// readerChip says in the header what the readers are doing.
type readerChip struct {
	window *window
	object fyne.CanvasObject
	icon   *look.Icon
	text   *look.Prose
}

func newReaderChip(w *window) *readerChip {
	c := &readerChip{
		window: w, icon: look.NewIcon("reader", look.Muted, 22),
		text: look.NewProse(w.say("reader.starting"), look.Style{OneLine: true, Tone: look.Muted}),
	}
	c.object = look.Beside(look.Gap, c.icon, c.text)
	return c
}

// tones says how each status of the readers is shown. The word says the same.
var tones = map[visit.ReaderStatus]struct {
	icon string
	tone look.Tone
}{
	visit.StatusStarting:  {"reader", look.Muted},
	visit.StatusNoService: {"warning", look.Warn},
	visit.StatusNoReader:  {"warning", look.Warn},
	visit.StatusEmpty:     {"reader", look.Plain},
	visit.StatusCard:      {"reader", look.Good},
	visit.StatusReading:   {"running", look.Info},
	visit.StatusInUse:     {"warning", look.Warn},
	visit.StatusMute:      {"warning", look.Warn},
}

func (c *readerChip) update(s visit.Snapshot) {
	status := s.Status
	if status == "" {
		status = visit.StatusStarting
	}
	c.icon.Set(tones[status].icon, tones[status].tone)
	c.text.SetText(c.window.say("reader." + string(status)))
	c.text.SetTone(tones[status].tone)
	c.object.Refresh()
}

// readerProblem is the problem that the readers' state is, where it keeps a visit from beginning.
func readerProblem(status visit.ReaderStatus) visit.Problem {
	switch status {
	case visit.StatusNoService:
		return visit.ProblemNoService
	case visit.StatusNoReader:
		return visit.ProblemNoReader
	case visit.StatusInUse:
		return visit.ProblemInUse
	case visit.StatusMute:
		return visit.ProblemMute
	}
	return ""
}
