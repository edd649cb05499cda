package main

import (
	"errors"
	"strings"

	"github.com/skranke/skranke/kiosk/desk"
)

// deskCmd is the caseworker's window.
type deskCmd struct {
	faceFlags
	MRZ string `name:"mrz" placeholder:"FILE" help:"Lines to type in for the first visit, for a demonstration with a specimen."`
}

// Run shows the window until it is closed.
func (c deskCmd) Run(e *env) error {
	return c.serve(e, "desk", func(o opening) error {
		lines, err := c.lines(e)
		if err != nil {
			return err
		}
		if register := witnesses(e.ctx, o.site, o.station.rules, o.log); register != nil {
			defer register.close()
			o.turn.begin = append(o.turn.begin, register.begin)
			o.visit.Witnesses, o.visit.Unwritten = register, unwritten(o.log)
		}
		config := desk.Config{
			Visit: o.visit, Rules: o.station.rules, Port: desk.Port{Name: o.site.MRZReader.Port, Baud: o.site.MRZReader.Baud},
			Citizen: o.site.Screen.Citizen, Language: o.site.Language, Look: o.site.Look, Lines: lines, Turn: o.turn,
			Status: func() desk.Status {
				trust := o.station.judge.Store.Summary()
				s := desk.Status{
					Place: o.site.Place, Certificates: trust.CSCA, Given: len(c.Trust) > 0, TrustFrom: trust.Newest,
					Rules: o.station.pack.Version(),
				}
				if !o.visit.Day.IsZero() {
					s.Day = o.visit.Day.String()
				}
				return s
			},
		}
		if err = desk.Run(e.ctx, config); errors.Is(err, desk.ErrNoDisplay) {
			return usage("no_display", "Use skranke read and skranke decide, which need no window, or start skranke desk on a machine with a display.", "no window can be opened here")
		}
		return err
	}, "--mrz")
}

// lines are those to type in for the first visit.
func (c deskCmd) lines(e *env) (string, error) {
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
