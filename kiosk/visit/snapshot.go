package visit

import (
	"fmt"
	"slices"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd/inspect"
)

// Phase tells where a visit is.
type Phase string

// The phases of a visit.
const (
	// Waiting is for a document, for what opens it, or for both. A problem with what was given is told in it.
	Waiting Phase = "waiting"
	// Reading is going on.
	Reading Phase = "reading"
	// Trouble ended a reading; a [Problem] says which. What was given is still there, and the reading starts again by
	// itself when the document or the reader comes back.
	Trouble Phase = "trouble"
	// Done is a reading with its report and decision.
	Done Phase = "done"
)

// Way tells what was given to open the chip.
type Way string

// The ways.
const (
	WayNone   Way = ""
	WayMRZ    Way = "mrz"
	WayFields Way = "key"
	WayCAN    Way = "can"
)

func (g Given) way() Way {
	switch {
	case g.lines != nil:
		return WayMRZ
	case len(g.can) > 0:
		return WayCAN
	case !g.key.IsZero():
		return WayFields
	}
	return WayNone
}

// ReaderStatus is the one thing to say about the readers. Each has a text under "reader." in assets.
type ReaderStatus string

// The statuses.
const (
	StatusStarting  ReaderStatus = "starting"
	StatusNoService ReaderStatus = "no_service"
	StatusNoReader  ReaderStatus = "no_reader"
	StatusEmpty     ReaderStatus = "empty"
	StatusCard      ReaderStatus = "card"
	StatusReading   ReaderStatus = "reading"
	StatusInUse     ReaderStatus = "in_use"
	StatusMute      ReaderStatus = "mute"
)

// ReaderStatuses lists every status.
func ReaderStatuses() []ReaderStatus {
	return []ReaderStatus{
		StatusStarting, StatusNoService, StatusNoReader, StatusEmpty, StatusCard, StatusReading, StatusInUse, StatusMute,
	}
}

// Snapshot is the state of a visit at one moment. It does not change, may be kept and read by any goroutine, and holds
// personal data: it prints itself as redacted, and whoever keeps it lets it go when a snapshot of the next visit comes.
type Snapshot struct {
	// Visit counts the visits, from 1.
	Visit uint64
	Phase Phase
	// Status is the one thing to say about the readers, and Reader the name of the reader that it is about; empty
	// when it is about none.
	Status ReaderStatus
	Reader string
	// LeftBehind tells that a document that lay on the reader when the visit before ended lies there still: it belongs to someone
	// who may be about to leave.
	LeftBehind bool
	// Given tells what was given to open the chip, never what it was.
	Given Way
	// Steps is the reading that is going on, or the last one; empty before.
	Steps []Step
	// Problem is what is the matter; empty when nothing is.
	Problem Problem
	// Result is there in the phase [Done].
	Result *Result
	// Before holds what was read before in this visit, in its order: see [Counter.Another].
	Before []*Result
	// Seen is what the caseworker said.
	Seen Seen
	// Vouching tells what the register says of the witness.
	Vouching Vouching
}

// Format prints the snapshot as redacted, whatever the verb.
func (Snapshot) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted visit]")) }

// Result is what a finished reading gave.
type Result struct {
	// Report is nil where it is decided without a chip.
	Report *inspect.Report
	// Photo is nil when there is none that could be decoded.
	Photo *Photo
	// Decision is nil when the rules could not be looked up.
	Decision *rules.Decision
	// NeedsLook tells that a person's comparison of the citizen with the photo is worth its while: the photo is that of a genuine
	// document on its original chip, nobody has compared yet, and nothing stands in the citizen's way already.
	NeedsLook bool
}

// looked is the result with what a person saw; nobody has compared a person with a photo that could not be shown.
func (r *Result) looked(look Look) looked {
	if r.Photo == nil {
		look.SamePerson = Unanswered
	}
	return looked{r.Report, look}
}

func (r *Result) needsLook(look Look) bool {
	if r.Report == nil || r.Photo == nil || r.Decision == nil || look.SamePerson != Unanswered {
		return false
	}
	chip := chipFact(r.Report, look)
	return chip.Authenticity == rules.Genuine && chip.CloneCheck == rules.CheckSuccessful &&
		!slices.ContainsFunc(r.Decision.Requirements, func(q rules.Requirement) bool { return q.Status == rules.StatusUnmet })
}

// Format prints the result as redacted, whatever the verb.
func (Result) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted result]")) }
