package reader

import (
	"context"
	"time"

	"github.com/ebfe/scard"
)

// await runs a PC/SC call, which nothing can abort, and returns as soon as the call or ctx ends. A result that comes too
// late goes to late.
func await[T any](ctx context.Context, call func() (T, error), late func(T)) (T, error) {
	type outcome struct {
		value T
		err   error
	}
	var none T
	if err := ctx.Err(); err != nil {
		return none, err
	}
	done := make(chan outcome)
	go func() {
		value, err := call()
		select {
		case done <- outcome{value, err}:
		case <-ctx.Done():
			if err == nil {
				late(value)
			}
		}
	}()
	select {
	case result := <-done:
		return result.value, result.err
	case <-ctx.Done():
		return none, ctx.Err()
	}
}

// change waits until the service sees a reader otherwise than states say, and updates them; or until timeout has passed,
// which is scard.ErrTimeout; or until something comes from enough, which is scard.ErrCancelled; or until ctx ends. It returns
// errors of the scard package as they are.
func change(ctx context.Context, service service, states []scard.ReaderState, timeout time.Duration, enough <-chan struct{}) error {
	done := make(chan error, 1)
	go func() { done <- service.GetStatusChange(states, timeout) }()
	select {
	case err := <-done:
		return err
	case <-enough:
	case <-ctx.Done():
	}
	// A cancellation that comes before the call has begun to wait is lost, so it is repeated until the call returns.
	for pause := time.Millisecond; ; pause = min(2*pause, 100*time.Millisecond) {
		_ = service.Cancel()
		select {
		case <-done:
			if ctx.Err() != nil {
				return ctx.Err()
			}
			return scard.ErrCancelled
		case <-time.After(pause):
		}
	}
}
