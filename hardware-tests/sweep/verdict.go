package sweep

import (
	"bytes"
	"context"
	"errors"
	"fmt"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// Baseline is what a document gives without faults.
type Baseline struct {
	Stage    *stage.Stage
	Report   *inspect.Report
	Files    []inspect.File
	Commands int
}

// Establish reads a document without faults. A document that is not genuine then is an error.
func Establish(s *stage.Stage, l *stage.Link) (*Baseline, error) {
	reading, err := inspect.Read(context.Background(), l, s.Input())
	if err != nil {
		return nil, err
	}
	b := &Baseline{Stage: s, Report: reading.Report, Commands: l.Sent}
	for f := range reading.Evidence.Files {
		b.Files = append(b.Files, f)
	}
	if problems := b.Good(reading, nil); len(problems) > 0 {
		return nil, fmt.Errorf("without a fault: %v", problems)
	}
	return b, nil
}

// Good tells what is wrong with a read that should have been without fault.
func (b *Baseline) Good(r *inspect.Reading, err error) (problems []string) {
	if err != nil {
		return []string{"error: " + err.Error()}
	}
	if r.Report.Authenticity != inspect.Genuine {
		problems = append(problems, string(r.Report.Authenticity)+" "+obstacles(r.Report))
	}
	return append(problems, b.whole(r.Evidence)...)
}

// whole tells which files are missing or differ from the chip's.
func (b *Baseline) whole(e *inspect.Evidence) (problems []string) {
	for _, f := range b.Files {
		if _, ok := e.Files[f]; !ok {
			problems = append(problems, string(f)+" is missing")
		}
	}
	for _, f := range b.Stage.Whole(e) {
		if open := e.Session.Access.Protocol == "plain"; open && (f == inspect.COM ||
			f == inspect.SOD && bytes.Equal(signedParts(e.Files[f]), signedParts(b.Stage.Document.Files[string(f)]))) {
			continue // nothing protects it on the way, and nothing signs EF.COM, or all of EF.SOD
		}
		problems = append(problems, string(f)+" differs from the chip's")
	}
	return problems
}

// signedParts are the parts of an EF.SOD that a signature covers, or is: the security object, the certificates, the signed attributes and the signature. The rest, versions and
// the name of the signer among them, says nothing that these do not. It is nil for what is no EF.SOD.
func signedParts(sod []byte) []byte {
	at := func(b []byte, path ...int) []byte {
		for _, n := range path {
			objects, err := tlv.List(b)
			if err != nil || n >= len(objects) {
				return nil
			}
			b = objects[n].Value
		}
		return b
	}
	signed := at(sod, 0, 0, 1, 0)
	var parts []byte
	for _, path := range [][]int{{2}, {3}, {4, 0, 3}, {4, 0, 5}} {
		parts = append(parts, at(signed, path...)...)
	}
	return parts
}

func obstacles(r *inspect.Report) string {
	var all []string
	for _, c := range r.Obstacles() {
		all = append(all, fmt.Sprintf("%s %s %s", c.ID, c.Outcome, c.Code))
	}
	return fmt.Sprint(all)
}

// Result is what a read under a fault gave.
type Result struct {
	Reading *inspect.Reading
	Err     error
	// Sent and Resets are what it cost.
	Sent, Resets int
}

// Misjudged tells what is wrong with a read under a fault; nothing where it told the truth within bounds.
func (b *Baseline) Misjudged(f Fault, r Result) (problems []string) {
	wrong := func(format string, args ...any) { problems = append(problems, fmt.Sprintf(format, args...)) }
	if most := 3*b.Commands + 150; r.Sent > most {
		wrong("%d commands where a clean read has %d", r.Sent, b.Commands)
	}
	if r.Resets > 8 {
		wrong("%d fresh sessions", r.Resets)
	}
	switch f.Kind {
	case Gone:
		b.lost(r, wrong)
	case Cancelled:
		if !errors.Is(r.Err, context.Canceled) || r.Reading != nil {
			wrong("cancelled, and ended with %v", r.Err)
		}
	case Nudged:
		// One quiet try more makes it whole.
		problems = append(problems, b.Good(r.Reading, r.Err)...)
	default:
		b.faulty(r, wrong)
	}
	return problems
}

// lost judges a read whose card went away: the link's error, an account that says where, and an accusation of no one.
func (b *Baseline) lost(r Result, wrong func(string, ...any)) {
	if !errors.Is(r.Err, mrtd.ErrLinkLost) || r.Reading == nil {
		wrong("the card has gone, and the read ended with %v", r.Err)
		return
	}
	if r.Reading.Evidence.Session.LostAt == "" {
		wrong("the account does not say where the card was lost")
	}
	if r.Reading.Report.Authenticity != inspect.AuthenticityUndetermined {
		wrong("%s with the card gone", r.Reading.Report.Authenticity)
	}
	for _, c := range r.Reading.Report.Checks {
		if c.Outcome == inspect.Failed && b.Report.Check(c.ID).Outcome != inspect.Failed {
			wrong("%s failed (%s) though the card was lost", c.ID, c.Code)
		}
	}
	for _, file := range b.Stage.Whole(r.Reading.Evidence) {
		wrong("%s differs from the chip's", file)
	}
}

// faulty judges a read in which the chip or the air once said something else than it should have.
func (b *Baseline) faulty(r Result, wrong func(string, ...any)) {
	if r.Err != nil {
		wrong("one passing fault, and the read ended with %v", r.Err)
		return
	}
	differing := b.Stage.Whole(r.Reading.Evidence)
	switch r.Reading.Report.Authenticity {
	case inspect.Genuine:
		if missing := b.whole(r.Reading.Evidence); len(missing) > 0 && !b.spare(r.Reading.Evidence) {
			wrong("genuine, though %v", missing)
		}
	case inspect.Counterfeit:
		// Nothing protects what an open chip says: who reads changed files from it cannot but say so.
		if r.Reading.Evidence.Session.Access.Protocol != "plain" || len(differing) == 0 {
			wrong("counterfeit %s, by one passing fault", obstacles(r.Reading.Report))
		}
	}
}

// spare tells whether only EF.COM or DG11 is missing, which prove nothing and may be refused.
func (b *Baseline) spare(e *inspect.Evidence) bool {
	for _, f := range b.Files {
		if _, ok := e.Files[f]; !ok && f != inspect.COM && f != inspect.DG(11) {
			return false
		}
	}
	return len(b.Stage.Whole(e)) == 0
}
