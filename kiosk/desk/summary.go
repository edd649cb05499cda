package desk

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"time"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/inspect"
)

// summary is how a summary is to be: whether with personal data, where it is to be written, and what became of it.
type summary struct {
	personal bool
	path     string
	// told is the key of what became of it last; empty for nothing yet. failed tells that it went wrong.
	told   string
	failed bool
}

// summarize shows the summary of a finished check.
func (w *window) summarize() {
	if w.snapshot.Phase != visit.Done || w.over {
		return
	}
	folder, err := os.UserHomeDir()
	if err != nil {
		folder = os.TempDir()
	}
	w.draft.summary = &summary{path: filepath.Join(folder, w.now().Format("skranke-20060102-150405.txt"))}
	w.enter()
}

// summaryText is the summary: of the citizen nothing but what kind of document was read, unless personal data is asked for.
func summaryText(w *window, s visit.Snapshot, personal bool) string {
	var b strings.Builder
	words := w.words
	line := func(key string, pairs ...string) { b.WriteString(words.Say(key, pairs...) + "\n") }
	head := words.Say("summary.title")
	b.WriteString(head + "\n" + strings.Repeat("=", len([]rune(head))) + "\n\n")
	line("summary.when", "date", longDate(words, w.now().Format(time.DateOnly)), "time", w.now().Format("15:04"))
	if w.status.Place != "" {
		line("summary.place", "place", w.status.Place)
	}
	if w.status.Day != "" {
		line("status.day", "date", longDate(words, w.status.Day))
	}
	results := append(append([]*visit.Result{}, s.Before...), s.Result)
	for _, result := range results {
		if result != nil && result.Report != nil {
			b.WriteString("\n")
			summarizeReport(&b, words, result.Report, personal)
			if result == s.Result && visit.Extendable(result.Report) && !w.seen.Extended.IsZero() {
				b.WriteString("- " + words.Say("seen.extended") + ": " + longDate(words, w.seen.Extended.String()) + "\n")
			}
		}
	}
	if len(w.seen.Papers) > 0 {
		b.WriteString("\n" + words.Say("paper.title") + "\n")
		for i := range w.seen.Papers {
			paper := w.seen.Papers[i]
			if !personal {
				paper = rules.Document{Type: paper.Type, Issuer: paper.Issuer, Territory: paper.Territory}
			}
			b.WriteString("- " + paperText(w, &paper) + "\n")
		}
	}
	if s.Result != nil && s.Result.Decision != nil {
		d := s.Result.Decision
		b.WriteString("\n" + words.Say("decision.title."+string(d.Outcome), "scheme", words.Say("scheme."+string(d.Scheme))) + "\n")
		for _, r := range d.Requirements {
			if _, shown := statusLooks[r.Status]; shown {
				b.WriteString("- " + words.Say("status."+string(r.Status)) + ": " + w.text(r.Text) + "\n")
			}
		}
	}
	b.WriteString("\n")
	if w.status.Rules != "" {
		line("status.rules", "version", w.status.Rules)
	}
	line("status.trust", "count", fmt.Sprint(w.status.Certificates))
	if !personal {
		line("summary.impersonal")
	}
	return b.String()
}

// summarizeReport tells what was read and found of one document.
func summarizeReport(b *strings.Builder, words *assets.Words, r *inspect.Report, personal bool) {
	if d := r.Document; d != nil {
		b.WriteString(words.Say("document."+documentKind(d.Code)) + ", " + country(words, d.Issuer) + "\n")
		if personal {
			for _, fact := range []struct{ key, value string }{
				{"summary.name", strings.TrimSpace(d.GivenNames + " " + d.Surname)},
				{"holder.date_of_birth", longDate(words, d.DateOfBirth)},
				{"holder.number", d.Number},
				{"holder.date_of_expiry", longDate(words, d.DateOfExpiry)},
			} {
				b.WriteString(words.Say(fact.key) + ": " + fact.value + "\n")
			}
		}
	}
	b.WriteString(words.Say("authenticity."+string(r.Authenticity)+".title") + "\n")
	for _, check := range r.Checks {
		if check.Outcome == inspect.NotDone || check.Outcome == inspect.NotSupported {
			continue
		}
		b.WriteString("- " + words.Say("outcome."+string(check.Outcome)) + ": " + checkName(words, check.ID) + "\n")
	}
}

// summaryScreen shows the summary, and prints or saves it where the caseworker says.
type summaryScreen struct {
	window *window
	object fyne.CanvasObject
	path   *look.Field
	back   *look.Button
	text   string
	shown  *visit.Result
}

func newSummaryScreen(w *window, s visit.Snapshot) *summaryScreen {
	draft := w.draft.summary
	screen := &summaryScreen{window: w, text: summaryText(w, s, draft.personal), shown: s.Result}
	screen.back = look.NewButton(w.say("summary.back"), look.Primary, func() { w.draft.summary = nil; w.enter() })
	personal := look.NewToggle(w.say("summary.personal"), draft.personal, func(on bool) { draft.personal, draft.told = on, ""; w.enter() })
	screen.path = w.field(look.FieldStyle{
		Label: w.say("summary.path"), Width: 44, Submit: screen.save, Changed: func(path string) { draft.path = path },
	})
	screen.path.Fill(draft.path)
	choices := look.Stack(look.Space, look.NewProse(w.say("summary.lead"), look.Style{}), left(personal.Pressable), screen.path.Object)
	buttons := look.Row(look.Gap, look.NewButton(w.say("summary.save"), look.Secondary, screen.save))
	if printer() != "" {
		buttons.Add(look.NewButton(w.say("summary.print"), look.Secondary, screen.print))
	}
	choices.Add(buttons)
	if draft.told != "" {
		icon, tone := "successful", look.Good
		if draft.failed {
			icon, tone = "warning", look.Bad
		}
		choices.Add(look.Beside(look.Gap, look.NewIcon(icon, tone, 22), look.NewProse(w.say(draft.told), look.Style{Bold: true, Tone: tone})))
	}
	screen.object = look.Stack(
		look.Space, look.NewProse(w.say("summary.title"), look.Style{Size: look.Headline, Bold: true}),
		look.Panel(look.Plain, choices), look.Panel(look.Plain, look.NewProse(screen.text, look.Style{Mono: true, Size: look.Small})),
	)
	return screen
}

// save writes the summary to a new file that only its owner reads.
func (screen *summaryScreen) save() {
	draft := screen.window.draft.summary
	path, text := strings.TrimSpace(draft.path), screen.text
	screen.afterwards(func() string {
		file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, 0o600)
		if errors.Is(err, fs.ErrExist) {
			return "summary.exists"
		}
		if err != nil {
			return "summary.failed"
		}
		_, err = file.WriteString(text)
		if err = errors.Join(err, file.Close()); err != nil {
			return "summary.failed"
		}
		return "summary.saved"
	}, "summary.saved")
}

// print gives the summary to the machine's printer, by its standard input: nothing is written to a file here.
func (screen *summaryScreen) print() {
	text := screen.text
	screen.afterwards(func() string {
		ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
		defer cancel()
		command := exec.CommandContext(ctx, printer())
		command.Stdin = strings.NewReader(text)
		if err := command.Run(); err != nil {
			return "summary.print.failed"
		}
		return "summary.printed"
	}, "summary.printed")
}

// afterwards does what may take long beside the window, and tells what became of it.
func (screen *summaryScreen) afterwards(do func() string, good string) {
	w, draft := screen.window, screen.window.draft.summary
	w.aside(func() {
		told := do()
		fyne.Do(func() {
			if w.draft.summary == draft {
				draft.told, draft.failed = told, told != good
				w.enter()
			}
		})
	})
}

// update writes the summary anew when something else was decided.
func (screen *summaryScreen) update(s visit.Snapshot) {
	if s.Result != screen.shown {
		screen.window.enter()
	}
}

// printer is the program that prints what it is given; empty where there is none.
func printer() string {
	for _, name := range []string{"lp", "lpr"} {
		if path, err := exec.LookPath(name); err == nil {
			return path
		}
	}
	return ""
}

func (screen *summaryScreen) content() fyne.CanvasObject   { return screen.object }
func (screen *summaryScreen) actions() []fyne.CanvasObject { return []fyne.CanvasObject{screen.back} }
func (screen *summaryScreen) focus() fyne.Focusable        { return screen.path.Focusable() }
func (screen *summaryScreen) leave()                       { screen.path.Forget(); screen.text = "" }
