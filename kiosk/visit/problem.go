package visit

import (
	"context"
	"errors"

	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
)

// Problem says why a reading ended without a report. Each has two texts in assets: "problem.<code>.title" says what is
// the matter, "problem.<code>.todo" what to do about it.
type Problem string

// The problems.
const (
	ProblemWrongMRZ      Problem = "wrong_mrz"
	ProblemWrongCAN      Problem = "wrong_can"
	ProblemNotAPassport  Problem = "not_a_passport"
	ProblemLinkLost      Problem = "link_lost"
	ProblemInUse         Problem = "in_use"
	ProblemNoService     Problem = "no_service"
	ProblemNoReader      Problem = "no_reader"
	ProblemMute          Problem = "mute"
	ProblemReaderRemoved Problem = "reader_removed"
	ProblemNeedsMRZ      Problem = "needs_mrz"
	ProblemTimeout       Problem = "timeout"
	ProblemUnexpected    Problem = "unexpected"
)

// Problems lists every problem.
func Problems() []Problem {
	return []Problem{
		ProblemWrongMRZ, ProblemWrongCAN, ProblemNotAPassport, ProblemLinkLost, ProblemInUse, ProblemNoService,
		ProblemNoReader, ProblemMute, ProblemReaderRemoved, ProblemNeedsMRZ, ProblemTimeout, ProblemUnexpected,
	}
}

// byError says which problem an error is. The first that matches counts.
var byError = []struct {
	err     error
	problem Problem
}{
	{context.DeadlineExceeded, ProblemTimeout}, // whatever broke off because of it
	{ErrNoService, ProblemNoService},
	{ErrReaderRemoved, ProblemReaderRemoved},
	{ErrNoReader, ProblemNoReader},
	{ErrInUse, ProblemInUse},
	{ErrMute, ProblemMute},
	{mrtd.ErrLinkLost, ProblemLinkLost},
	{inspect.ErrWrongPassword, ProblemWrongMRZ},
	{inspect.ErrNeedsMRZ, ProblemNeedsMRZ},
	{inspect.ErrNotTravelDocument, ProblemNotAPassport},
}

// problemOf says which problem an error of a reading is.
func problemOf(err error, given Given) Problem {
	for _, entry := range byError {
		if !errors.Is(err, entry.err) {
			continue
		}
		if entry.problem == ProblemWrongMRZ && len(given.can) > 0 {
			return ProblemWrongCAN
		}
		return entry.problem
	}
	return ProblemUnexpected
}

// asksAgain tells whether only another password can help.
func (p Problem) asksAgain() bool {
	return p == ProblemWrongMRZ || p == ProblemWrongCAN || p == ProblemNeedsMRZ
}
