package main

import (
	"errors"
	"fmt"
	"os"

	"golang.org/x/term"

	"github.com/skranke/skranke/kiosk/site"
)

// siteFlag names the site's configuration.
type siteFlag struct {
	Site string `placeholder:"FILE" help:"Site configuration, in place of the machine's."`
}

// load reads the configuration named, else the machine's, else gives the default.
func (f siteFlag) load() (*site.Site, error) {
	path, found := f.Site, true
	if path == "" {
		path, found = site.Find()
	}
	if !found {
		return site.Default(), nil
	}
	s, err := site.Load(path)
	var bad *site.Error
	if errors.As(err, &bad) {
		return nil, &failure{exitUsage, bad.Code(), bad, bad.Remedy()}
	}
	return s, err
}

// siteCmd is about the site's configuration.
type siteCmd struct {
	Check siteCheckCmd `cmd:"" help:"Read the site configuration, and say what is wrong with it."`
	PIN   sitePINCmd   `cmd:"" name:"pin" help:"Hash a PIN for the staff of a kiosk, given on standard input."`
}

type siteCheckCmd struct {
	File string `arg:"" optional:"" placeholder:"FILE" help:"The configuration; the machine's when left out."`
	JSON bool   `name:"json" help:"Print errors as JSON."`
}

// Run reads the configuration.
func (c siteCheckCmd) Run(e *env) error {
	path := c.File
	if path == "" {
		var found bool
		if path, found = site.Find(); !found {
			return e.print([]byte("There is no configuration at " + path + ": what holds is what docs/site.md says for each key.\n"))
		}
	}
	if _, err := (siteFlag{path}).load(); err != nil {
		return err
	}
	return e.print([]byte(printable(path) + " is in order.\n"))
}

type sitePINCmd struct {
	JSON bool `name:"json" help:"Print errors as JSON."`
}

// Run prints the line for the configuration.
func (sitePINCmd) Run(e *env) error {
	pin, err := hidden(e, "PIN, six to twelve digits: ")
	if err != nil {
		return err
	}
	defer clear(pin)
	hash, err := site.HashPIN(pin)
	if errors.Is(err, site.ErrPIN) {
		return usage("pin", "Choose another one.", "%w", err)
	}
	if err != nil {
		return err
	}
	return e.print([]byte(`staff: {pin: "` + string(hash) + "\"}\n"))
}

// hidden reads one line of standard input, which a terminal does not show.
func hidden(e *env, prompt string) ([]byte, error) {
	file, ok := e.in.(*os.File)
	if !ok || !term.IsTerminal(int(file.Fd())) {
		line, err := argument(e, "-")
		return []byte(line), err
	}
	before, err := term.GetState(int(file.Fd()))
	if err != nil {
		return nil, err
	}
	_, _ = fmt.Fprint(e.err, prompt)
	var line []byte
	err = e.await(func() (err error) {
		line, err = term.ReadPassword(int(file.Fd()))
		return err
	})
	_, _ = fmt.Fprintln(e.err)
	if e.ctx.Err() != nil {
		_ = term.Restore(int(file.Fd()), before) // the read that was left would have shown what is typed again
	}
	return line, err
}
