package main

import (
	"cmp"
	"time"

	"github.com/sirupsen/logrus"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/process"
	"github.com/skranke/skranke/kiosk/rules"
	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/visit"
	"github.com/skranke/skranke/mrtd/lds/face"
)

// faceFlags are those of a window.
type faceFlags struct {
	Reader string `placeholder:"NAME" help:"Reader to use: its name from skranke readers, or a part of it. Any reader when left out."`
	Lang   string `enum:"da,en," default:"" placeholder:"da|en" help:"Language to open in: da or en."`
	Look   string `placeholder:"NAME" help:"Theme to open in: light, dark or contrast."`
	siteFlag
	judgeFlags
	logFlags
	turnFlag
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// opening is what a face opens with.
type opening struct {
	site    *site.Site
	station *station
	log     *logrus.Logger
	turn    *logged
	// visit is what its visits work with.
	visit visit.Config
}

// serve serves visits with a face until there is to be none further: this process supervises, or has a turn and shows the face. The
// flags in once, which take a value, are for the first visit only.
func (c faceFlags) serve(e *env, name string, show func(opening) error, once ...string) error {
	turn := c.join(e)
	return c.ended(e, c.open(e, name, turn, show, once))
}

func (c faceFlags) open(e *env, name string, turn process.Turn, show func(opening) error, once []string) error {
	at, err := c.siteFlag.load()
	if err != nil {
		return err
	}
	c.Store = cmp.Or(c.Store, at.Store)
	at.Reader, at.Look = cmp.Or(c.Reader, at.Reader), cmp.Or(c.Look, at.Look)
	at.Language = cmp.Or(assets.Language(c.Lang), at.Language)
	log := c.logger(e)
	station := &station{flags: c.judgeFlags, log: log}
	if err := station.load(e); err != nil {
		return err
	}
	if turn == nil {
		log.WithFields(logrus.Fields{
			"version": version, "rules": station.pack.Version(), "csca": station.judge.Store.Summary().CSCA,
		}).Infof("the %s opens", name)
		defer log.Infof("the %s is closed", name)
		carry := process.Carry{Language: string(at.Language), Look: at.Look, Quiet: !at.Sound.Cues}
		return supervise(e, name, carry, log, once...)
	}
	// The process has waited since the visit before began: what has changed since then counts as well.
	waited := &logged{Turn: turn, log: log, begin: []func() error{func() error { return station.load(e) }}}
	o := opening{site: at, station: station, log: log, turn: waited, visit: visit.Config{
		Readers: pcsc{log}, Reader: at.Reader, Inspect: station.inspect, Decode: face.Decode, Decide: station.decide, Now: time.Now,
	}}
	if c.At != "" {
		o.visit.Day = rules.DateOf(station.judge.At)
	}
	return show(o)
}
