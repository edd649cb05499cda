package main

import (
	"context"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/kiosk/process"
)

// turnFlag marks the process of a visit, which a supervisor has started: the first one, or one that waits for the visit before.
type turnFlag struct {
	Turn string `hidden:"" enum:"first,next," default:""`
}

// join gives the process of a visit its turn; without a supervisor the turn is nil, and nothing changes.
func (f turnFlag) join(e *env) process.Turn {
	if f.Turn == "" {
		return nil
	}
	ctx, turn := process.Join(e.ctx, e.in, e.out)
	e.ctx = ctx
	return turn
}

// logged is a turn that whoever runs the machine sees begin and end.
type logged struct {
	process.Turn
	log   *logrus.Logger
	visit uint64
	// begin is what a visit begins with, before its window is shown.
	begin []func() error
}

// Await waits for the turn, and begins the visit.
func (l *logged) Await(ctx context.Context) (process.Carry, func(), error) {
	carry, shown, err := l.Turn.Await(ctx)
	if err != nil {
		return carry, shown, err
	}
	for _, begin := range l.begin {
		if err := begin(); err != nil {
			return carry, shown, err
		}
	}
	l.visit = carry.Visit
	return carry, func() {
		shown()
		l.log.WithField("visit", l.visit).Info("a visit begins")
	}, nil
}

// Over ends the turn.
func (l *logged) Over(ctx context.Context, carry process.Carry) error {
	l.log.WithField("visit", l.visit).Info("a visit ends")
	return l.Turn.Over(ctx, carry)
}

// ended tells a supervisor why there is no visit, where there is one to tell.
func (f turnFlag) ended(e *env, err error) error {
	if f.Turn == "" || err == nil {
		return err
	}
	if e.ctx.Err() != nil { // told to end, or the supervisor has gone
		return nil
	}
	failed := explain(err)
	e.status = failed.status
	return process.Fail(e.out, process.Failure{Status: failed.status, Code: failed.code, Message: failed.Error(), Remedy: failed.remedy})
}

// supervise serves visits with the face that the command opens, each in a process of its own with the same arguments. Those in
// once, which take a value, are for the first one only.
func supervise(e *env, face string, carry process.Carry, log *logrus.Logger, once ...string) error {
	program, err := os.Executable()
	if err != nil {
		return err
	}
	s := process.Supervisor{
		Carry: carry,
		Command: func(first bool) *exec.Cmd {
			args, turn := e.args, "--turn=first"
			if len(args) > 0 && args[0] == face {
				args = args[1:]
			}
			if !first {
				args, turn = without(args, once), "--turn=next"
			}
			cmd := exec.Command(program, append([]string{face, turn}, args...)...)
			cmd.Stderr = os.Stderr
			return cmd
		},
		Lost: func(err error) {
			log.WithError(err).Error("a window has ended without a word, and another one takes its place")
		},
	}
	err = s.Run(e.ctx)
	var failed *process.Failure
	switch {
	case errors.As(err, &failed):
		return &failure{failed.Status, failed.Code, failed, failed.Remedy}
	case errors.Is(err, context.Canceled):
		return nil // told to end
	}
	return err
}

// without leaves out flags and their values.
func without(args, flags []string) []string {
	var kept []string
	for i := 0; i < len(args); i++ {
		name, _, joined := strings.Cut(args[i], "=")
		if slices.Contains(flags, name) {
			if !joined {
				i++
			}
			continue
		}
		kept = append(kept, args[i])
	}
	return kept
}
