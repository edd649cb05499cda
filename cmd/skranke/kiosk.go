package main

import (
	"cmp"
	"errors"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/selfservice"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/lds/face"
)

// kioskCmd is the full-screen self-service flow.
type kioskCmd struct {
	Reader string `placeholder:"NAME" help:"Reader to use: its name from skranke readers, or a part of it. Any reader when left out."`
	Lang   string `enum:"da,en," default:"" placeholder:"da|en" help:"Language that each citizen meets first: da or en."`
	Look   string `placeholder:"NAME" help:"Theme that each citizen meets first: light, dark or contrast."`
	siteFlag
	judgeFlags
	logFlags
	turnFlag
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// Run shows the flow until a member of staff ends it, or the program is told to end.
func (c kioskCmd) Run(e *env) error {
	turn := c.join(e)
	return c.ended(e, c.run(e, turn))
}

func (c kioskCmd) run(e *env, turn process.Turn) error {
	at, err := c.siteFlag.load()
	if err != nil {
		return err
	}
	c.apply(at)
	judge, err := c.judgeFlags.input(e.ctx)
	if err != nil {
		return err
	}
	pack, err := c.rulesInForce(e)
	if err != nil {
		return err
	}
	log := c.logger(e)
	if turn == nil {
		log.WithFields(logrus.Fields{"version": version, "rules": pack.Version(), "csca": judge.Store.Summary().CSCA}).Info("the kiosk opens")
		defer log.Info("the kiosk is closed")
		return supervise(e, "kiosk", process.Carry{Language: c.Lang, Look: c.Look, Quiet: !at.Sound.Cues}, log)
	}
	station := &station{flags: c.judgeFlags, judge: judge, log: log}
	config := selfservice.Config{
		Visit: visit.Config{
			Readers: pcsc{log}, Reader: c.Reader, Inspect: station.inspect, Decode: face.Decode,
			Decide: func(f rules.Facts) (*rules.Decision, error) {
				d, err := pack.Decide(f)
				return &d, err
			},
			Channel: rules.ChipScan, Now: time.Now,
		},
		Site: at, Turn: &logged{Turn: turn, log: log},
		Status: selfservice.Status{Certificates: judge.Store.Summary().CSCA, Rules: pack.Version()},
	}
	if c.At != "" {
		config.Visit.Day = rules.DateOf(judge.At)
	}
	if err = selfservice.Run(e.ctx, config); errors.Is(err, selfservice.ErrNoDisplay) {
		return usage("no_display", "Start skranke kiosk on a machine with a display, or use skranke desk at the counter.", "no window can be opened here")
	}
	return err
}

// apply takes what the site has set where no flag says otherwise, and has the window open with what a flag says.
func (c *kioskCmd) apply(at *site.Site) {
	c.Reader, c.Store = cmp.Or(c.Reader, at.Reader), cmp.Or(c.Store, at.Store)
	c.Lang, c.Look = cmp.Or(c.Lang, string(at.Language)), cmp.Or(c.Look, at.Look)
	at.Language, at.Look = assets.Language(c.Lang), c.Look
}
