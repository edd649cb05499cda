package main

import (
	"context"
	"errors"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/lds/face"
)

// deskCmd is the caseworker's window.
type deskCmd struct {
	Reader string `placeholder:"NAME" help:"Reader to use: its name from skranke readers, or a part of it. Any reader when left out."`
	Lang   string `enum:"da,en" default:"da" help:"Language to open in: da or en."`
	Look   string `placeholder:"NAME" help:"Theme to open in: light, dark or contrast."`
	MRZ    string `name:"mrz" placeholder:"FILE|-" help:"Lines to type in for the first visit, for a demonstration with a specimen."`
	judgeFlags
	logFlags
	JSON bool `name:"json" hidden:"" help:"Print errors as JSON."`
}

// Run shows the window until it is closed.
func (c deskCmd) Run(e *env) error {
	judge, err := c.judgeFlags.input(e.ctx)
	if err != nil {
		return err
	}
	pack, err := rules.Load(assets.Rules())
	if err != nil {
		return err
	}
	lines := ""
	if c.MRZ != "" {
		m, err := readMRZ(e, c.MRZ)
		if err != nil {
			return err
		}
		for _, l := range m.Lines() {
			lines += l + "\n"
		}
	}
	log := c.logger(e)
	log.WithFields(logrus.Fields{"version": version, "rules": pack.Version(), "csca": judge.Store.Summary().CSCA}).Info("the desk opens")
	defer log.Info("the desk is closed")
	station := &station{flags: c.judgeFlags, judge: judge, log: log}
	config := desk.Config{
		Visit: visit.Config{
			Readers: pcsc{log}, Reader: c.Reader, Inspect: station.inspect, Decode: face.Decode,
			Decide: func(f rules.Facts) (*rules.Decision, error) {
				d, err := pack.Decide(f)
				return &d, err
			},
			Now: time.Now,
		},
		Language: assets.Language(c.Lang), Look: c.Look, Lines: lines,
		Status: desk.Status{Certificates: judge.Store.Summary().CSCA, Given: len(c.Trust) > 0, Rules: pack.Version()},
	}
	if c.At != "" {
		config.Visit.Day = rules.DateOf(judge.At)
		config.Status.Day = config.Visit.Day.String()
	}
	err = desk.Run(e.ctx, config)
	switch {
	case errors.Is(err, desk.ErrNoDisplay):
		return usage("no_display", "Use skranke read and skranke decide, which need no window, or start skranke desk on a machine with a display.", "no window can be opened here")
	case errors.Is(err, context.Canceled):
		return nil // told to end
	}
	return err
}
