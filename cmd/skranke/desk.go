package main

import (
	"cmp"
	"errors"
	"strings"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/desk"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/lds/face"
)

// deskCmd is the caseworker's window.
type deskCmd struct {
	Reader string `placeholder:"NAME" help:"Reader to use: its name from skranke readers, or a part of it. Any reader when left out."`
	Lang   string `enum:"da,en," default:"" placeholder:"da|en" help:"Language to open in: da or en."`
	Look   string `placeholder:"NAME" help:"Theme to open in: light, dark or contrast."`
	MRZ    string `name:"mrz" placeholder:"FILE" help:"Lines to type in for the first visit, for a demonstration with a specimen."`
	siteFlag
	judgeFlags
	logFlags
	turnFlag
	JSON bool `name:"json" hidden:"" help:"Print errors as JSON."`
}

// Run shows the window until it is closed.
func (c deskCmd) Run(e *env) error {
	turn := c.join(e)
	return c.ended(e, c.run(e, turn))
}

func (c deskCmd) run(e *env, turn process.Turn) error {
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
		log.WithFields(logrus.Fields{"version": version, "rules": pack.Version(), "csca": judge.Store.Summary().CSCA}).Info("the desk opens")
		defer log.Info("the desk is closed")
		return supervise(e, "desk", process.Carry{Language: c.Lang, Look: c.Look}, log, "--mrz")
	}
	lines, err := c.lines(e)
	if err != nil {
		return err
	}
	vouched, closeRegister := witnesses(e.ctx, at, pack, log)
	defer closeRegister()
	station := &station{flags: c.judgeFlags, judge: judge, log: log}
	config := desk.Config{
		Visit: visit.Config{
			Readers: pcsc{log}, Reader: c.Reader, Inspect: station.inspect, Decode: face.Decode,
			Decide: func(f rules.Facts) (*rules.Decision, error) {
				d, err := pack.Decide(f)
				return &d, err
			},
			Now: time.Now, Witnesses: vouched, Unwritten: unwritten(log),
		},
		Rules: pack, Port: desk.Port{Name: at.MRZReader.Port, Baud: at.MRZReader.Baud}, Citizen: at.Screen.Citizen,
		Language: assets.Language(c.Lang), Look: c.Look, Lines: lines, Turn: &logged{Turn: turn, log: log},
		Status: desk.Status{
			Place: at.Place, Certificates: judge.Store.Summary().CSCA, Given: len(c.Trust) > 0, TrustFrom: judge.Store.Summary().Newest,
			Rules: pack.Version(),
		},
	}
	if c.At != "" {
		config.Visit.Day = rules.DateOf(judge.At)
		config.Status.Day = config.Visit.Day.String()
	}
	if err = desk.Run(e.ctx, config); errors.Is(err, desk.ErrNoDisplay) {
		return usage("no_display", "Use skranke read and skranke decide, which need no window, or start skranke desk on a machine with a display.", "no window can be opened here")
	}
	return err
}

// apply takes what the site has set where no flag says otherwise.
func (c *deskCmd) apply(at *site.Site) {
	c.Reader, c.Lang = cmp.Or(c.Reader, at.Reader), cmp.Or(c.Lang, string(at.Language))
	c.Look, c.Store = cmp.Or(c.Look, at.Look), cmp.Or(c.Store, at.Store)
}

// lines are those to type in for the first visit.
func (c *deskCmd) lines(e *env) (string, error) {
	switch c.MRZ {
	case "":
		return "", nil
	case "-":
		return "", usage("usage", "Name a file, or type the lines in the window.", "--mrz cannot be standard input here")
	}
	m, err := readMRZ(e, c.MRZ)
	if err != nil {
		return "", err
	}
	return strings.Join(m.Lines(), "\n") + "\n", nil
}
