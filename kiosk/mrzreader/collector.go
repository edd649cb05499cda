package mrzreader

import (
	"fmt"
	"time"

	"github.com/skranke/skranke/mrtd/mrz"
)

// Pause is how long a reader is silent at least between two documents, and at most between two characters of one.
// Readers that type send a character within 50 milliseconds; a busy machine may hold some of them up.
const Pause = 400 * time.Millisecond

const (
	// maxLength bounds what is kept, in characters: the longest MRZ has 90, and readers may add line ends and marks.
	maxLength = 120
	// burst is how many characters in a row make it a reader and not a person: nobody types so many within a Pause of
	// one another without meaning to write lines.
	burst = 6
	// quick is how fast those follow one another at most when a person types, on average.
	quick = 60 * time.Millisecond
	// stall is how long a busy machine may hold up the rest of lines that then come out right as a whole: a window that has just
	// opened takes its time.
	stall = 3 * time.Second
)

// Collector puts characters that come in fast together to the lines of a document. The zero Collector is ready for use; it
// serves one goroutine. It prints itself as redacted.
type Collector struct {
	kept        []rune
	first, last time.Time
	// from is where in kept the last Pause ended.
	from int
	// whole tells that the lines that are kept were given already, so that a line end behind them is not looked at.
	whole bool
}

// Format prints the collector as redacted, whatever the verb.
func (*Collector) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted lines]")) }

// Take takes one character that came at a time. ok tells that it makes a document's lines whole: text is the lines, whose check
// digits are right, or, at a line end, lines of the right length with a slip in them, which whoever takes them has to tell.
//
// A ; and a > are taken as <, which is what readers type that are set to another keyboard than the machine is.
func (c *Collector) Take(character rune, at time.Time) (text string, ok bool) {
	switch pause := at.Sub(c.last); {
	case len(c.kept) > 0 && (pause > stall || pause > Pause && c.whole):
		c.Forget()
	case pause > Pause:
		c.from, c.first = len(c.kept), at
	}
	if len(c.kept) == 0 {
		c.first = at
	}
	c.last = at
	switch character {
	case ';', '>':
		character = '<'
	case '\r':
		character = '\n'
	}
	ends := character == '\n'
	if character < ' ' && !ends {
		return "", false // readers begin and end with marks of their own: STX, ETX
	}
	if c.whole {
		if ends {
			return "", false
		}
		c.Forget()
		c.first, c.last = at, at
	}
	if len(c.kept) >= maxLength {
		copy(c.kept, c.kept[1:])
		c.kept = c.kept[:maxLength-1]
		c.from = max(0, c.from-1)
	}
	if c.kept == nil {
		c.kept = make([]rune, 0, maxLength) // never grown, so that no copy is left behind
	}
	c.kept = append(c.kept, character)
	if text, ok = lines(c.kept[c.from:], ends); !ok && c.from > 0 {
		text, ok = lines(c.kept, false)
	}
	c.whole = ok
	return text, ok
}

// lines gives the text of a document's whole lines, whose check digits are right unless slips are let pass.
func lines(kept []rune, slips bool) (text string, ok bool) {
	if len(kept) < 72 { // the shortest MRZ, a TD2
		return "", false
	}
	text = string(kept)
	if _, missing := mrz.Identify(text); missing != 0 {
		return "", false
	}
	parsed, err := mrz.Parse(text)
	if err != nil || parsed.Validate() != nil && !slips {
		return "", false
	}
	return text, true
}

// Busy tells whether a reader is sending, or has just sent: keys that come now are its own, an Enter among them, and nobody's
// answer to anything.
func (c *Collector) Busy(now time.Time) bool {
	if now.Sub(c.last) > Pause || len(c.kept) == 0 {
		return false
	}
	sent := len(c.kept) - c.from
	return c.whole || sent >= burst && c.last.Sub(c.first) <= time.Duration(sent)*quick
}

// Fresh tells whether the next character begins something new.
func (c *Collector) Fresh(now time.Time) bool { return len(c.kept) == 0 || now.Sub(c.last) > Pause }

// Forget drops and wipes what is kept.
func (c *Collector) Forget() {
	clear(c.kept[:cap(c.kept)])
	c.kept, c.from, c.whole = c.kept[:0], 0, false
}
