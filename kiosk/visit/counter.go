package visit

import (
	"context"
	"errors"
	"fmt"
	"image"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// Inspection is what an [Inspect] gives. The counter owns it and wipes it.
type Inspection struct {
	Report *inspect.Report
	// Face is the first face image of DG2 as it stands there, encoded; nil when there is none.
	Face []byte
	// Evidence is what the report was drawn from; nil when it is not kept.
	Evidence *inspect.Evidence
}

func (i *Inspection) wipe() {
	if i == nil {
		return
	}
	clear(i.Face)
	i.Evidence.Wipe()
	*i = Inspection{}
}

// Config is what a [Counter] works with. Readers, Inspect, Decide, Now and Changed must be there.
type Config struct {
	Readers Readers
	// Reader is the name, or a part of it, of the only readers to use; empty for any.
	Reader string
	// Inspect reads and judges the chip behind the link with what was given, and tells its progress. earlier is the evidence
	// of a reading in this visit that was cut off, for this one to carry on with; nil for none. It returns as soon as ctx ends.
	Inspect func(ctx context.Context, link mrtd.Link, given Given, earlier *inspect.Evidence, progress func(Progress)) (*Inspection, error)
	// Decode decodes a face image; an error means that no photo is shown. Without it none is.
	Decode func(ctx context.Context, encoded []byte) (image.Image, error)
	// Decide looks the facts up in the rules.
	Decide func(rules.Facts) (*rules.Decision, error)
	// Witnesses counts for whom a witness has vouched; nil where no register is kept, so that the number is not known.
	Witnesses Witnesses
	// Unwritten is told when a vouching could not be written down, for the log, since its visit may be over; nil for nobody.
	Unwritten func(error)
	// Scheme and Channel are what is decided about: MitID at the counter when empty.
	Scheme  rules.Scheme
	Channel rules.Channel
	// Now is the clock, for the time that steps take and for the day that is decided about.
	Now func() time.Time
	// Day is the day that is decided about; zero for today in Copenhagen.
	Day rules.Date
	// Limit is how long a reading may take; a minute when zero.
	Limit time.Duration
	// Changed is called with each new snapshot, by one goroutine at a time. It must not wait for the counter.
	Changed func(Snapshot)
}

// Counter serves one visit after another. Its methods may be called from any goroutine; they do not wait for their
// effect, which comes as a snapshot, and do nothing once Run has returned.
type Counter struct {
	config Config
	inbox  chan func(*state)
	over   chan struct{}
	once   sync.Once
	jobs   sync.WaitGroup
}

// New makes a counter. Its error names what the configuration lacks.
func New(config Config) (*Counter, error) {
	if config.Readers == nil || config.Inspect == nil || config.Decide == nil || config.Now == nil || config.Changed == nil {
		return nil, errors.New("visit: Readers, Inspect, Decide, Now and Changed must be configured")
	}
	if config.Scheme == "" {
		config.Scheme = rules.MitID
	}
	if config.Channel == "" {
		config.Channel = rules.Counter
	}
	if config.Limit == 0 {
		config.Limit = time.Minute
	}
	return &Counter{config: config, inbox: make(chan func(*state), 64), over: make(chan struct{})}, nil
}

// Run serves visits until ctx ends, then wipes the last one, and returns ctx's error, or that of Readers.Watch if that
// ended first. It can be called once; when it returns, no goroutine of the counter is left.
func (c *Counter) Run(ctx context.Context) error {
	first := false
	c.once.Do(func() { first = true })
	if !first {
		return errors.New("visit: a counter runs once")
	}
	ctx, cancel := context.WithCancel(ctx)
	watched := make(chan error, 1)
	c.jobs.Go(func() {
		watched <- c.config.Readers.Watch(ctx, func(readers ReadersState) {
			c.post(func(s *state) { s.readers = readers })
		})
	})
	s := &state{counter: c, visit: 1, phase: Waiting, ctx: ctx}
	s.tell()
	err := s.serve(watched)
	cancel()
	close(c.over)
	c.jobs.Wait()
	for len(c.inbox) > 0 { // what was posted before over was closed may hold a result
		(<-c.inbox)(s)
	}
	s.forget()
	c.jobs.Wait() // for the register of witnesses to know how the visit ended
	return err
}

// Give takes what opens the chip, and reads if a document lies there. It takes the place of what was given before.
func (c *Counter) Give(given Given) {
	c.post(func(s *state) {
		if s.phase == Waiting || s.phase == Trouble {
			s.given.wipe()
			s.given = given
			s.phase, s.problem = Waiting, ""
			clear(s.tried)
		}
	})
}

// Correct drops what was given, so that it can be typed again, and stops a reading.
func (c *Counter) Correct() {
	c.post(func(s *state) {
		if s.phase != Done {
			s.stop()
			s.given.wipe()
			s.earlier.Wipe() // another password may be another citizen's
			s.earlier = nil
			s.phase, s.problem, s.plan = Waiting, "", nil
		}
	})
}

// Again reads the document that lies there once more, after trouble.
func (c *Counter) Again() {
	c.post(func(s *state) {
		if s.phase == Trouble {
			clear(s.tried)
		}
	})
}

// See takes what the caseworker saw, and decides again.
func (c *Counter) See(seen Seen) {
	c.post(func(s *state) {
		s.seen = seen.copy()
		s.vouch()
		s.decide()
	})
}

// WithoutChip decides on what was seen alone: the citizen has no document with a chip, or none that can be read.
func (c *Counter) WithoutChip() {
	c.post(func(s *state) {
		if s.phase != Waiting && s.phase != Trouble {
			return
		}
		s.given.wipe()
		s.phase, s.problem, s.plan = Done, "", nil
		s.result = &Result{}
		s.decide()
	})
}

// Another keeps what was read and seen, and waits for another document of the same citizen.
func (c *Counter) Another() {
	c.post(func(s *state) {
		if s.phase != Done || len(s.before) >= maxBefore {
			return
		}
		if s.result.Report != nil {
			s.before = append(s.before, read{inspection: s.inspection, result: s.result, look: s.seen.Look})
		}
		s.inspection, s.result, s.plan, s.seen.Look = nil, nil, nil, Look{}
		s.phase, s.problem = Waiting, ""
	})
}

// maxBefore is how many documents a visit keeps beside the one that is read now.
const maxBefore = 4

// read is a document that was read earlier in the visit.
type read struct {
	inspection *Inspection
	result     *Result
	look       Look
}

// Next forgets everything about this visit and begins the next one.
func (c *Counter) Next() {
	c.post(func(s *state) {
		s.forget()
		s.visit++
		s.left = make(map[string]uint64)
		for _, reader := range s.readers.Readers {
			if reader.State == ReaderCard && s.mine(reader) {
				s.left[reader.Name] = reader.Card
			}
		}
	})
}

// leftBehind tells whether a document of the visit before lies on a reader still.
func (s *state) leftBehind() bool {
	return slices.ContainsFunc(s.readers.Readers, func(reader Reader) bool {
		card, left := s.left[reader.Name]
		return left && reader.State == ReaderCard && reader.Card == card
	})
}

// post has the counter's goroutine do something. It tells whether it will; not so once Run has ended.
func (c *Counter) post(do func(*state)) bool {
	select {
	case <-c.over:
		return false
	default:
	}
	select {
	case c.inbox <- do:
		return true
	case <-c.over:
		return false
	}
}

// state is what the counter's one goroutine holds.
type state struct {
	counter *Counter
	ctx     context.Context
	visit   uint64
	phase   Phase
	readers ReadersState
	given   Given
	// left holds, by reader, the card that lay there when the last visit ended.
	left map[string]uint64
	// tried holds, by reader, the card that was read with what is given now, so that none is read twice unasked.
	tried map[string]uint64
	job   *job
	// earlier is what a reading had that was cut off; nil for none, and while a job has it.
	earlier *inspect.Evidence
	plan    *plan
	problem Problem
	// inspection and result are there in the phase Done.
	inspection *Inspection
	result     *Result
	// before holds the documents that were read before this one, in their order.
	before   []read
	seen     Seen
	vouching *vouching
	// vouched holds what was written down, or is being, about each witness of this visit.
	vouched map[cpr.Number]*vouching
}

// serve does what is posted until the context ends or the watch breaks.
func (s *state) serve(watched <-chan error) error {
	for {
		select {
		case <-s.ctx.Done():
			return s.ctx.Err()
		case err := <-watched:
			if s.ctx.Err() != nil {
				return s.ctx.Err()
			}
			return fmt.Errorf("watching the card readers: %w", err)
		case do := <-s.counter.inbox:
			do(s)
			s.start()
			s.tell()
		}
	}
}

// start begins a reading if there is a document that was not tried yet and something to open it with.
func (s *state) start() {
	for _, reader := range s.readers.Readers {
		if reader.State != ReaderCard {
			delete(s.tried, reader.Name)
		}
	}
	if s.job != nil || s.given.IsZero() || (s.phase != Waiting && s.phase != Trouble) {
		return
	}
	for _, reader := range s.readers.Readers {
		if card, tried := s.tried[reader.Name]; reader.State != ReaderCard || !s.mine(reader) || (tried && card == reader.Card) {
			continue
		}
		if s.tried == nil {
			s.tried = make(map[string]uint64)
		}
		s.tried[reader.Name] = reader.Card
		s.phase, s.problem, s.plan = Reading, "", newPlan()
		s.plan.advance(Progress{Step: StepConnect}, s.counter.config.Now())
		s.job = s.counter.begin(s.ctx, reader.Name, s.given, s.earlier)
		s.earlier = nil
		return
	}
}

// mine tells whether the counter may use a reader.
func (s *state) mine(reader Reader) bool {
	return strings.Contains(strings.ToLower(reader.Name), strings.ToLower(s.counter.config.Reader))
}

// stop has the reading that is going on end; it is over when its job says so.
func (s *state) stop() {
	if s.job != nil {
		s.job.cancel()
		s.job.unwanted = true
	}
}

// progressed takes a reading's progress.
func (s *state) progressed(j *job, progress Progress) {
	if s.job == j && !j.unwanted {
		s.plan.advance(progress, s.counter.config.Now())
	}
}

// finished takes what a reading gave.
func (s *state) finished(j *job, inspection *Inspection, photo *Photo, err error) {
	unwanted := s.job != j || j.unwanted
	if s.job == j {
		s.job = nil
	}
	if unwanted {
		inspection.wipe()
		photo.wipe()
		return
	}
	now := s.counter.config.Now()
	if err != nil && inspection != nil {
		s.earlier, inspection.Evidence = inspection.Evidence, nil
	}
	if err != nil || inspection == nil || inspection.Report == nil {
		inspection.wipe()
		photo.wipe()
		s.plan.end(StepFailed, now)
		s.phase, s.problem = Trouble, problemOf(err, s.given)
		if s.problem.asksAgain() {
			s.given.wipe()
			s.phase = Waiting
		}
		return
	}
	s.plan.advance(Progress{Step: StepDecide}, now)
	s.phase, s.problem = Done, ""
	s.inspection = inspection
	s.result = &Result{Report: inspection.Report, Photo: photo}
	s.given.wipe()
	s.decide()
	s.plan.end(StepDone, s.counter.config.Now())
}

// decide looks the facts up in the rules and gives the result a decision.
func (s *state) decide() {
	if s.result == nil {
		return
	}
	config := s.counter.config
	day := config.Day
	if day.IsZero() {
		day = rules.Today(config.Now())
	}
	chips := []looked{s.result.looked(s.seen.Look)}
	for _, r := range s.before {
		chips = append(chips, r.result.looked(r.look))
	}
	facts := factsOf(chips, s.seen, config.Scheme, config.Channel, day)
	facts.Witness.VouchedIn120Days = s.vouching.others()
	decision, err := config.Decide(facts)
	if err != nil {
		decision = nil
	}
	s.result = &Result{Report: s.result.Report, Photo: s.result.Photo, Decision: decision}
	s.result.NeedsLook = s.result.needsLook(s.seen.Look)
}

// forget wipes all that is known about this visit.
func (s *state) forget() {
	s.stop()
	s.release()
	s.given.wipe()
	for _, r := range append(s.before, read{inspection: s.inspection, result: s.result}) {
		if r.result != nil {
			r.result.Photo.wipe()
		}
		r.inspection.wipe()
	}
	s.earlier.Wipe()
	s.earlier = nil
	s.inspection, s.result, s.before, s.plan = nil, nil, nil, nil
	s.seen, s.vouched = Seen{}, nil
	s.phase, s.problem = Waiting, ""
	clear(s.tried)
}

// tell gives the face a snapshot.
func (s *state) tell() {
	status, reader := s.status()
	s.counter.config.Changed(Snapshot{
		Visit: s.visit, Phase: s.phase, Status: status, Reader: reader, Given: s.given.way(), Steps: s.plan.list(),
		Problem: s.problem, Result: s.result, Before: s.results(), Seen: s.seen.copy(), Vouching: s.vouching.state(),
		LeftBehind: s.leftBehind(),
	})
}

// results lists what was read before.
func (s *state) results() []*Result {
	var all []*Result
	for _, r := range s.before {
		all = append(all, r.result)
	}
	return all
}

// status finds the one thing to say about the readers: the one being read, else the most hopeful one.
func (s *state) status() (ReaderStatus, string) {
	switch {
	case s.job != nil && !s.job.unwanted:
		return StatusReading, s.job.reader
	case !s.readers.Known:
		return StatusStarting, ""
	case !s.readers.Service:
		return StatusNoService, ""
	}
	for _, look := range []struct {
		state  ReaderState
		status ReaderStatus
	}{{ReaderCard, StatusCard}, {ReaderMute, StatusMute}, {ReaderEmpty, StatusEmpty}, {ReaderInUse, StatusInUse}} {
		for _, reader := range s.readers.Readers {
			if reader.State == look.state && s.mine(reader) {
				return look.status, reader.Name
			}
		}
	}
	return StatusNoReader, ""
}
