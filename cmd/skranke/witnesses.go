package main

import (
	"context"
	"errors"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
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

// witnesses gives a visit the site's register, and what closes it. A register that cannot be opened leaves the number of every witness
// unknown, which the rules refer to a person: the counter opens all the same.
func witnesses(ctx context.Context, s *site.Site, pack *rules.Pack, log *logrus.Logger) (visit.Witnesses, func()) {
	register, err := openWitnesses(ctx, s, pack, false)
	if err != nil {
		var own *witness.Error
		if errors.As(err, &own) { // what the database said may name what only the configuration should
			log.WithField("code", own.Code()).Error("the register of witnesses cannot be used: " + own.Remedy())
		}
	}
	if register == nil {
		return nil, func() {}
	}
	return register, func() { _ = register.Close() } // reservations stand until they lapse
}
