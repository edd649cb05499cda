package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/kiosk/cpr"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/witness"
)

// openWitnesses opens the site's register of witnesses; nil where it has none. The limit is that of the rules. One that is only
// looked at is not begun.
func openWitnesses(ctx context.Context, s *site.Site, pack *rules.Pack, only bool) (*witness.Register, error) {
	w := s.Witnesses
	if w.File == "" && w.Database == "" {
		return nil, nil
	}
	persons, ok := pack.Number("witness_persons")
	if !ok {
		return nil, witness.ErrConfig
	}
	return witness.Open(ctx, witness.Config{File: w.File, Database: w.Database, KeyFile: w.KeyFile, Persons: persons, Existing: only})
}

// unwritten logs that a vouching could not be written down.
func unwritten(log *logrus.Logger) func(error) {
	return func(err error) {
		code := witness.ErrUnavailable.Code()
		var own *witness.Error
		if errors.As(err, &own) {
			code = own.Code()
		}
		log.WithField("code", code).Error("it is not known whether a vouching was written down")
	}
}

// vouching is the site's register of witnesses as a visit has it. It is opened when the visit begins, and tried again whenever it is asked
// while that has failed: until then the number of every witness is unknown, which the rules refer to a person.
type vouching struct {
	ctx    context.Context // ends with close
	cancel context.CancelFunc
	open   func(context.Context) (*witness.Register, error)
	log    *logrus.Logger

	mutex    sync.Mutex
	register *witness.Register
	logged   bool
}

// witnesses gives a visit the site's register; nil where it has none.
func witnesses(ctx context.Context, s *site.Site, pack func() *rules.Pack, log *logrus.Logger) *vouching {
	if s.Witnesses.File == "" && s.Witnesses.Database == "" {
		return nil
	}
	v := &vouching{log: log, open: func(ctx context.Context) (*witness.Register, error) { return openWitnesses(ctx, s, pack(), false) }}
	v.ctx, v.cancel = context.WithCancel(ctx)
	return v
}

// begin opens the register behind the visit, which does not wait for it.
func (v *vouching) begin() error {
	go func() { _, _ = v.opened(v.ctx) }() // whoever asks it is told
	return nil
}

// opened is the register, opened now if it was not.
func (v *vouching) opened(ctx context.Context) (*witness.Register, error) {
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if v.register != nil {
		return v.register, nil
	}
	register, err := v.open(ctx)
	var own *witness.Error
	if errors.As(err, &own) && !v.logged && ctx.Err() == nil { // what the database said may name what only the configuration should
		v.log.WithField("code", own.Code()).Error("the register of witnesses cannot be used: " + own.Remedy())
		v.logged = true
	}
	v.register = register
	return register, err
}

// close lets go of the register. Reservations stand until they lapse.
func (v *vouching) close() {
	v.cancel()
	v.mutex.Lock()
	defer v.mutex.Unlock()
	if v.register != nil {
		_ = v.register.Close()
	}
}

// Reserve keeps a place for a vouching.
func (v *vouching) Reserve(ctx context.Context, number cpr.Number, now time.Time) (witness.Reservation, error) {
	register, err := v.opened(ctx)
	if err != nil {
		return witness.Reservation{}, err
	}
	return register.Reserve(ctx, number, now)
}

// Confirm writes a vouching down.
func (v *vouching) Confirm(ctx context.Context, reservation witness.Reservation, now time.Time) error {
	register, err := v.opened(ctx)
	if err != nil {
		return err
	}
	return register.Confirm(ctx, reservation, now)
}

// Release gives a place back.
func (v *vouching) Release(ctx context.Context, reservation witness.Reservation) error {
	register, err := v.opened(ctx)
	if err != nil {
		return err
	}
	return register.Release(ctx, reservation)
}
