package main

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/reader"
)

// station judges and decides for a visit, by what was in force when it was last loaded.
type station struct {
	flags judgeFlags
	log   *logrus.Logger
	judge inspect.JudgeInput
	pack  *rules.Pack
	// state names the imported store's state that the rules and texts are of.
	state string
}

// load takes in what is in force now. The rules and texts, which cost the most, are read anew only where the imported store has changed.
func (s *station) load(e *env) error {
	state := s.flags.state() // before the rest: what changes meanwhile is noticed the next time
	judge, err := s.flags.input(e.ctx)
	if err != nil {
		return err
	}
	if s.pack == nil || state != s.state {
		pack, err := s.flags.rulesInForce(e)
		if err != nil {
			return err
		}
		s.pack, s.state = pack, state
	}
	s.judge = judge
	return nil
}

// rules are those to decide by.
func (s *station) rules() *rules.Pack { return s.pack }

// decide looks facts up in the rules.
func (s *station) decide(f rules.Facts) (*rules.Decision, error) {
	d, err := s.pack.Decide(f)
	return &d, err
}

// inspect reads and judges the chip behind the link.
func (s *station) inspect(ctx context.Context, link mrtd.Link, g visit.Given, earlier *inspect.Evidence, progress func(visit.Progress)) (*visit.Inspection, error) {
	in := inspect.Input{CAN: g.CAN(), Earlier: earlier, Judge: s.judge, Random: rand.Reader, Clock: time.Now, Progress: func(e inspect.Event) {
		progress(visit.Progress{Step: stepOf[e.Phase], Bytes: e.Done, Total: e.Total})
	}}
	if key := g.Key(); !key.IsZero() {
		in.Key, in.Judge.GivenKey = &key, &key
	}
	in.Judge.Context, in.Judge.Given = ctx, g.MRZ()
	if s.flags.At == "" {
		in.Judge.At = now()
	}
	reading, err := inspect.Read(ctx, link, in)
	if err != nil {
		s.log.WithField("code", explain(err).code).Info("the reading did not come to its end")
	}
	if reading == nil {
		return nil, err
	}
	if err == nil {
		s.log.WithFields(reportFields(reading.Report)).Info("a document was read")
	}
	return &visit.Inspection{Report: reading.Report, Face: firstFace(reading.Evidence), Evidence: reading.Evidence}, err
}

var stepOf = map[inspect.Phase]visit.StepID{
	inspect.PhaseAccess: visit.StepAccess, inspect.PhaseSecurityObject: visit.StepSOD, inspect.PhaseChip: visit.StepChip,
	inspect.PhaseData: visit.StepHolder, inspect.PhaseFace: visit.StepFace, inspect.PhaseJudge: visit.StepJudge,
}

// firstFace is the first face image of DG2, encoded as the chip has it; nil where there is none.
func firstFace(ev *inspect.Evidence) []byte {
	images, err := lds.ParseDG2(ev.Files[inspect.DG(2)])
	if err != nil || len(images) == 0 {
		return nil
	}
	return images[0].Data
}

// pcsc gives a visit the readers of this machine.
type pcsc struct{ log *logrus.Logger }

// Watch tells the state of all readers at each change.
func (p pcsc) Watch(ctx context.Context, changed func(visit.ReadersState)) error {
	var readers []visit.Reader
	cards := map[string]uint64{}
	at := func(name string) int {
		for i := range readers {
			if readers[i].Name == name {
				return i
			}
		}
		return -1
	}
	up := false
	for event := range reader.Watch(ctx) {
		name := event.Reader.Name
		p.log.WithFields(logrus.Fields{"event": event.Kind, "reader": name}).Info("readers")
		i := at(name)
		switch event.Kind {
		case reader.ServiceUp:
			up = true
		case reader.ServiceDown:
			up, readers = false, nil
		case reader.ReaderAdded:
			if i < 0 {
				readers = append(readers, visit.Reader{Name: name})
				i = len(readers) - 1
			}
		case reader.ReaderRemoved:
			if i >= 0 {
				readers = append(readers[:i], readers[i+1:]...)
			}
			i = -1
		case reader.CardInserted:
			cards[name]++
		}
		if i >= 0 && i < len(readers) {
			readers[i].State, readers[i].Card = stateOf(event.Reader), cards[name]
		}
		changed(visit.ReadersState{Known: true, Service: up, Readers: append([]visit.Reader(nil), readers...)})
	}
	return ctx.Err()
}

func stateOf(s reader.State) visit.ReaderState {
	switch s.Card {
	case reader.Mute:
		return visit.ReaderMute
	case reader.Present:
		return visit.ReaderCard // whoever is connected may be this program itself; opening tells
	}
	return visit.ReaderEmpty
}

// Open connects to the chip on a reader.
func (pcsc) Open(ctx context.Context, name string) (visit.Link, error) {
	card, err := reader.Connect(ctx, name)
	if err == nil {
		return card, nil
	}
	for from, to := range map[error]error{
		reader.ErrNoService: visit.ErrNoService, reader.ErrServiceDenied: visit.ErrNoService, reader.ErrNoReader: visit.ErrNoReader,
		reader.ErrUnknownReader: visit.ErrNoReader, reader.ErrReaderRemoved: visit.ErrReaderRemoved, reader.ErrCardInUse: visit.ErrInUse,
		reader.ErrCardMute: visit.ErrMute, reader.ErrNoCard: mrtd.ErrLinkLost, reader.ErrCardUnsupported: inspect.ErrNotTravelDocument,
	} {
		if errors.Is(err, from) {
			return nil, fmt.Errorf("%w: %w", to, err)
		}
	}
	return nil, err
}
