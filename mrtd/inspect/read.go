// Package inspect reads a travel document and judges it: the reading plan on a live chip, the checks, and the report. It
// draws every conclusion; nothing above it judges a check again, nothing below it decides.
package inspect

import (
	"context"
	"errors"
	"io"
	"time"

	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/access"
	"github.com/skranke/skranke/mrtd/mrz"
)

// Input is what a live read needs beside the chip.
type Input struct {
	// Key is the MRZ's key to the chip; nil where CAN is given.
	Key *mrz.Key
	// CAN is the card access number, six digits; empty where Key is given.
	CAN string
	// Earlier is the evidence of an earlier reading that was cut off; nil for none. Where the document is the same, its EF.SOD being
	// identical to the byte, verified files are kept and a half-read one is continued. The chip's proof is never kept.
	Earlier *Evidence
	// Judge is what the chip's evidence is judged with. Its Source is set to Live.
	Judge JudgeInput
	// Random is the source of challenges and ephemeral keys: crypto/rand.Reader outside of tests.
	Random io.Reader
	// Clock tells the time for the report's timings; nil leaves them at zero.
	Clock func() time.Time
	// Early is given the report as it stands before the face is transferred, on a goroutine of its own, while the transfer goes on; nil where
	// nobody wants it. Read does not return before it has.
	Early func(*Report)
	// Progress is told of each step, on the reader's goroutine; nil where nobody listens. It must return at once.
	Progress func(Event)
}

// Phase is one part of a read, in the order in which they come.
type Phase string

// The phases of a read.
const (
	PhaseAccess         Phase = "access"
	PhaseSecurityObject Phase = "security_object"
	PhaseChip           Phase = "chip"
	PhaseData           Phase = "data"
	PhaseFace           Phase = "face"
	PhaseJudge          Phase = "judge"
)

// Event tells how far a read has come.
type Event struct {
	Phase Phase
	// File is the file being read; empty between files.
	File File
	// Done and Total are bytes of File.
	Done, Total int
	// Again tells that the read has started anew, quietly, after a fault.
	Again bool
}

// Reading is what a read gives.
type Reading struct {
	Report *Report
	// Evidence is what a dump stores, and what a later reading can carry on with. Where the link was lost before EF.SOD told whose chip it is, it
	// is that of the earlier reading, for the next one, and the report is not drawn from it.
	Evidence *Evidence
}

// Errors of Read, beside mrtd.ErrLinkLost and the context's.
var (
	// ErrWrongPassword says that the chip holds another MRZ or CAN than the one given. Typing it again is the remedy.
	ErrWrongPassword = access.ErrWrongPassword
	// ErrCAN says that a text is no card access number.
	ErrCAN = access.ErrCAN
	// ErrNotTravelDocument says that the chip has no eMRTD application: a bank card, a phone, a ski pass.
	ErrNotTravelDocument = errors.New("the chip is no travel document's")
	// ErrNeedsMRZ says that the chip does not take a CAN, only the MRZ.
	ErrNeedsMRZ = errors.New("this document wants its MRZ, not a CAN")
)

// Read reads the chip behind the link, and judges it. One quiet retry on a fresh session is made after a wrong password,
// a broken session or a wrong proof, so that a passing fault does not accuse anyone.
//
// The reading may be there beside an error: a lost link leaves a report that says what is aborted, with an error that matches
// mrtd.ErrLinkLost.
func Read(ctx context.Context, link mrtd.Link, in Input) (*Reading, error) {
	password, err := in.password()
	if err != nil {
		return nil, err
	}
	in.Judge.Source = Live
	g := newGatherer(link, password, in)
	err = g.gather(ctx)
	g.discard()
	if err != nil && !errors.Is(err, mrtd.ErrLinkLost) {
		g.evidence.Wipe()
		return nil, err
	}
	g.tell(Event{Phase: PhaseJudge})
	reading := &Reading{Report: Judge(g.evidence, in.Judge), Evidence: g.evidence}
	if len(g.evidence.Files[SOD]) == 0 && in.Earlier != nil && len(in.Earlier.Files[SOD]) > 0 && err != nil {
		reading.Evidence = in.Earlier
	}
	return reading, err
}

func (in Input) password() (access.Password, error) {
	if in.Key != nil {
		return access.MRZ(*in.Key), nil
	}
	return access.CAN(in.CAN)
}

// CheckCAN tells whether a text can be a card access number, six digits. The error is ErrCAN.
func CheckCAN(number string) error {
	_, err := access.CAN(number)
	return err
}
