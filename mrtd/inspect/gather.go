package inspect

import (
	"context"
	"encoding/hex"
	"errors"
	"fmt"
	"maps"
	"sync"
	"time"

	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/access"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/lds"
)

// application is the eMRTD application's identifier (Doc 9303-10 §3.6.1).
var application = []byte{0xA0, 0x00, 0x00, 0x02, 0x47, 0x10, 0x01}

// gatherer runs sessions with one chip until it has the evidence.
type gatherer struct {
	ch       *apdu.Channel
	in       Input
	password access.Password
	evidence *Evidence
	session  *Session

	blocks     []int // sizes of response data left to try, the one in use first
	selectOnly bool  // the chip knows no short file identifiers
	exact      bool  // the chip refuses to read past the end of a file
	named      int   // the longest block that the chip has named in a refusal (6Cxx); 0 for none
	most       int   // the same, once it has named it twice
	sustained  bool  // a block longer than short length fields allow has come through
	silent     bool  // the link was lost at such a block while none had come through
	adapted    bool  // the chip has refused extended length or chains, and gets the other
	phase      Phase
	started    time.Time
	since      time.Time
	apdus      int
	bytes      int

	kept  *Evidence      // what an earlier session read, of the same document or not
	early sync.WaitGroup // the judging that goes on while the face is transferred

	// What earlier sessions of this read have shown.
	wrong   map[claim]bool  // a proof came out wrong once
	left    map[claim]bool  // the chip left the session over a proof once
	settled map[claim]Proof // a proof came out wrong, or was refused so, twice: it stands, and is not tried again
	again   map[error]bool  // the faults that have had their quiet retry
	reading File            // the file in flight

	// What holds within one session.
	mapping  *mapping // the proof that PACE brought along; nil where it brought none
	midway   bool     // the file in flight has begun to come
	selected File     // the elementary file that is current in the chip, where that is known
}

func newGatherer(link mrtd.Link, password access.Password, in Input) *gatherer {
	g := &gatherer{
		ch: apdu.NewChannel(link), in: in, password: password,
		wrong: map[claim]bool{}, left: map[claim]bool{}, settled: map[claim]Proof{}, again: map[error]bool{}, kept: in.Earlier,
	}
	g.forget()
	return g
}

// forget starts the evidence anew: what a broken session gave may be another document's. It is put aside, for the case that it is not.
func (g *gatherer) forget() {
	timing := Timing{}
	if g.session != nil {
		timing = g.session.Timing
		if len(g.evidence.Files[SOD]) > 0 { // a session that did not get there has less to keep than the one before
			g.discard()
			g.kept = g.evidence
		}
	}
	g.session = &Session{
		Schema: SessionSchema, ATR: hex.EncodeToString(g.ch.ATR()), Refused: map[File]string{},
		Access: Access{PACE: Result{Outcome: NotDone}, BAC: Result{Outcome: NotDone}}, Timing: timing,
	}
	g.evidence = &Evidence{Files: map[File][]byte{}, Session: g.session}
	g.selectOnly, g.exact, g.reading, g.mapping, g.midway, g.selected = false, false, "", nil, false, ""
}

// discard wipes what was put aside, unless it is the caller's or what is given back.
func (g *gatherer) discard() {
	g.early.Wait()
	if g.kept != g.in.Earlier && g.kept != g.evidence {
		g.kept.Wipe()
	}
}

// errAgain asks for a fresh session; it never leaves this file.
var errAgain = errors.New("a fresh session is needed")

// maxSessions bounds the sessions of one read: the first, and a retry for each fault and each proof.
const maxSessions = 8

func (g *gatherer) gather(ctx context.Context) error {
	g.started = g.now()
	g.since = g.started
	defer g.finish()
	for n := range maxSessions {
		if n > 0 {
			g.forget()
			g.tell(Event{Phase: PhaseAccess, Again: true})
			if err := g.ch.Reset(ctx); err != nil {
				return g.lost(err)
			}
		}
		err := g.oneSession(ctx)
		if err == nil {
			return nil
		}
		if errors.Is(err, mrtd.ErrLinkLost) {
			g.session.LostAt = string(g.phase)
		}
		if err = g.weigh(err); !errors.Is(err, errAgain) {
			return g.lost(err)
		}
	}
	return fmt.Errorf("the chip never held a session to its end: %w", mrtd.ErrLinkLost)
}

// weigh decides what an error that ended a session means: errAgain for one more try, nil where the evidence stands as it is,
// or an error for the caller. A wrong password gets a second try because chips answer 6300 now and then by mistake, a lost link because a
// document that was only nudged answers again, and a refused SELECT because it takes more than one word to say that this is no passport.
func (g *gatherer) weigh(err error) error {
	for _, fault := range []error{
		mrtd.ErrLinkLost, access.ErrWrongPassword, ErrNotTravelDocument, errClosed, errLeftPACE, errRefused, apdu.ErrSecureMessaging, apdu.ErrResponse,
	} {
		if !errors.Is(err, fault) {
			continue
		}
		if !g.again[fault] {
			g.again[fault] = true
			return errAgain
		}
		if fault == mrtd.ErrLinkLost || fault == access.ErrWrongPassword || fault == ErrNotTravelDocument {
			return err
		}
		if g.reading != "" {
			g.session.Refused[g.reading] = "broken"
		}
		return nil
	}
	return err
}

// lost ends a read whose link is gone: where this session came less far than the one of this read before, that one's evidence stands. What an
// earlier reading brought is not judged again: it says nothing of the chip that was lost now.
func (g *gatherer) lost(err error) error {
	if errors.Is(err, mrtd.ErrLinkLost) {
		if g.kept != nil && g.kept != g.in.Earlier && len(g.evidence.Files[SOD]) == 0 {
			timing := g.session.Timing
			g.evidence, g.session = g.kept, g.kept.Session
			g.session.Timing = timing
		}
		if g.session.LostAt == "" {
			g.session.LostAt = string(PhaseAccess)
		}
	}
	return err
}

// oneSession runs the physical order of a sound session: access, EF.SOD, DG14 and the chip's proof, DG1, DG11 for the name as it is printed, and
// the face last, since it is the longest.
func (g *gatherer) oneSession(ctx context.Context) error {
	g.enter(PhaseAccess)
	if open, err := g.access(ctx); err != nil || !open {
		return err
	}
	g.enter(PhaseSecurityObject)
	if err := g.read(ctx, SOD); err != nil {
		return err
	}
	g.inherit()
	listed := g.listed()
	g.enter(PhaseChip)
	if err := g.chipAuthenticationMapping(); err != nil {
		return err
	}
	if listed[14] {
		if err := g.read(ctx, DG(14)); err != nil {
			return err
		}
		if err := g.chipAuthentication(ctx); err != nil {
			return err
		}
	}
	if listed[15] {
		if err := g.read(ctx, DG(15)); err != nil {
			return err
		}
		if err := g.activeAuthentication(ctx); err != nil {
			return err
		}
	}
	g.enter(PhaseData)
	for _, f := range []File{DG(1), COM, DG(11)} {
		if f == DG(11) && !listed[11] {
			continue
		}
		if err := g.read(ctx, f); err != nil {
			return err
		}
	}
	g.enter(PhaseFace)
	g.judgeEarly()
	return g.read(ctx, DG(2))
}

// judgeEarly judges what has been read so far while the face, which takes longest, is under way.
func (g *gatherer) judgeEarly() {
	if g.in.Early == nil {
		return
	}
	soFar := &Evidence{Files: maps.Clone(g.evidence.Files), Session: g.session.clone()}
	g.early.Go(func() { g.in.Early(Judge(soFar, g.in.Judge)) })
}

// listed are the data groups that EF.SOD lists. Where it cannot be read all are taken as listed, so that the report can show
// what there is.
func (g *gatherer) listed() map[int]bool {
	sod, err := lds.ParseSOD(g.evidence.Files[SOD])
	if err != nil || !sod.Readable() {
		return map[int]bool{1: true, 2: true, 14: true, 15: true}
	}
	listed := map[int]bool{}
	for _, n := range sod.DataGroups() {
		listed[n] = true
	}
	return listed
}
