package desk

import (
	"slices"
	"strconv"
	"time"

	"fyne.io/fyne/v2"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk/look"
)

// Status is what a machine works with, for the bar at the foot of the window.
type Status struct {
	// Place is the name of the place; empty for none.
	Place string
	// Certificates is the number of root certificates at hand; Given tells that they were given for this run only.
	Certificates int
	Given        bool
	// TrustFrom is the day of the newest list among them; zero where that is not known.
	TrustFrom time.Time
	// Rules is the version of the rules, which begins with their day, YYYY-MM-DD, where it is known.
	Rules string
	// Day is the day that documents are checked as of, YYYY-MM-DD; empty for today.
	Day string
}

// Older lists and rules than these get a warning. States renew their signers every three to five years and withdraw them at any
// time: half a year without a new list leaves passports of new signers open, and withdrawn ones genuine. Rules of the public
// change with the year.
const (
	maxTrustAge = 180 * 24 * time.Hour
	maxRulesAge = 365 * 24 * time.Hour
)

func (w *window) statusBar() fyne.CanvasObject {
	bar := look.Row(look.Margin)
	add := func(text string, warn bool) {
		if warn {
			word := look.NewProse(text, look.Style{Size: look.Small, Tone: look.Warn, Bold: true, OneLine: true})
			bar.Add(look.Beside(4, look.NewIcon("warning", look.Warn, 16), word))
			return
		}
		bar.Add(look.NewProse(text, look.Style{Size: look.Small, Tone: look.Muted, OneLine: true}))
	}
	now := w.now()
	count := strconv.Itoa(w.status.Certificates)
	switch from := w.status.TrustFrom; {
	case w.status.Given:
		add(w.say("status.trust.given", "count", count), false)
	case from.IsZero():
		add(w.say("status.trust", "count", count), false)
	case now.Sub(from) > maxTrustAge:
		add(w.say("status.trust.stale", "count", count, "date", longDate(w.words, from.Format(time.DateOnly))), true)
	default:
		add(w.say("status.trust.from", "count", count, "date", longDate(w.words, from.Format(time.DateOnly))), false)
	}
	if version := w.status.Rules; version != "" {
		from, err := time.Parse(time.DateOnly, version[:min(len(version), len(time.DateOnly))])
		if stale := err == nil && now.Sub(from) > maxRulesAge; stale {
			add(w.say("status.rules.stale", "version", version), true)
		} else {
			add(w.say("status.rules", "version", version), false)
		}
	}
	if w.status.Day != "" {
		add(w.say("status.day", "date", longDate(w.words, w.status.Day)), false)
	}
	switch w.serial {
	case serialThere:
		add(w.say("status.mrz_reader"), false)
	case serialGone:
		add(w.say("status.mrz_reader.gone"), true)
	}
	add(w.say("status.private"), false)
	looks := assets.Palettes()
	next := looks[(slices.Index(looks, w.theme.Name())+1)%len(looks)]
	change := look.NewButton(w.say("look.label")+": "+w.say("look."+w.theme.Name()), look.Quiet, func() { w.wear(next) })
	return look.Bar(look.Muted, look.Between(bar, change))
}
