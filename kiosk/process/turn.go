package process

import (
	"context"
	"errors"
	"io"
)

// ErrAlone says that the supervisor has gone, and the process with it must.
var ErrAlone = errors.New("the program that started this window has ended")

// turn is a [Turn] over the pipes to a supervisor.
type turn struct {
	to    sender
	begin chan Carry
	end   chan struct{}
	gone  context.Context
}

// Join gives the process of a visit its turn: in and out are its standard input and output, which a [Supervisor] has set.
// The context ends when ctx does, or the supervisor has gone.
func Join(ctx context.Context, in io.Reader, out io.Writer) (context.Context, Turn) {
	ctx, cancel := context.WithCancelCause(ctx)
	t := &turn{to: sender{to: out}, begin: make(chan Carry, 1), end: make(chan struct{}, 1), gone: ctx}
	go func() {
		err := receive(in, func(m message) {
			switch {
			case m.Begin != nil:
				select {
				case t.begin <- *m.Begin:
				default: // it has begun already
				}
			case m.End:
				select {
				case t.end <- struct{}{}:
				default:
				}
			}
		})
		cancel(errors.Join(ErrAlone, err))
	}()
	return ctx, t
}

// Await waits for the turn.
func (t *turn) Await(ctx context.Context) (Carry, func(), error) {
	select {
	case carry := <-t.begin:
		return carry, func() { _ = t.to.send(message{Shown: true}) }, nil // a supervisor that has gone ends the context
	case <-ctx.Done():
		return Carry{}, nil, context.Cause(ctx)
	case <-t.gone.Done():
		return Carry{}, nil, context.Cause(t.gone)
	}
}

// Over ends the turn.
func (t *turn) Over(ctx context.Context, carry Carry) error {
	if err := t.to.send(message{Over: &carry}); err != nil {
		return errors.Join(ErrAlone, err)
	}
	select {
	case <-t.end:
		return nil
	case <-ctx.Done():
		return context.Cause(ctx)
	case <-t.gone.Done():
		select {
		case <-t.end: // the supervisor's last word to this process
			return nil
		default:
			return context.Cause(t.gone)
		}
	}
}

// Alive tells that the window is not frozen. A supervisor that has gone ends the context.
func (t *turn) Alive() { _ = t.to.send(message{Alive: true}) }

// Keep tells what to begin the next visit with. A supervisor that has gone ends the context.
func (t *turn) Keep(carry Carry) { _ = t.to.send(message{Keep: &carry}) }

// Quit ends all turns.
func (t *turn) Quit() error { return t.to.send(message{Quit: true}) }

// Fail tells the supervisor, on the other end of out, why this process can serve no visit.
func Fail(out io.Writer, failure Failure) error {
	to := sender{to: out}
	return to.send(message{Failed: &failure})
}
