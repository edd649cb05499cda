package main

import (
	"context"
	"crypto/rand"
	"errors"
	"time"

	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/reader"
)

// readCmd reads the chip on a reader.
type readCmd struct {
	Reader string `placeholder:"NAME" help:"Reader to use: its name from skranke readers, or a part of it."`
	passwordFlags
	judgeFlags
	JSON bool          `name:"json" help:"Print the report as JSON."`
	Dump string        `placeholder:"DIR" help:"Write the chip's files into a new folder. It will hold personal data."`
	Wait time.Duration `placeholder:"DURATION" help:"Wait that long for a document to be laid on the reader, as in 30s."`
}

// Run reads, reports, and leaves the exit status of the verdict.
func (c readCmd) Run(e *env) error {
	given, err := c.passwordFlags.given(e)
	if err != nil {
		return err
	}
	judge, err := c.judgeFlags.input(e.ctx)
	if err != nil {
		return err
	}
	judge.Given, judge.GivenKey = given.mrz, given.key
	if c.Dump != "" {
		if err := inspect.PrepareDump(c.Dump); err != nil {
			return err
		}
	}
	card, err := c.connect(e.ctx)
	if err != nil {
		return err
	}
	defer card.Close()
	reading, err := inspect.Read(e.ctx, card, inspect.Input{
		Key: given.key, CAN: given.can, Judge: judge, Random: rand.Reader, Clock: time.Now, Progress: e.progress(),
	})
	if reading == nil {
		return err
	}
	if c.Dump != "" {
		if dumpErr := inspect.WriteDump(c.Dump, reading.Evidence); dumpErr != nil {
			return dumpErr
		}
	}
	if printErr := e.printReport(reading.Report, c.JSON); printErr != nil {
		return printErr
	}
	if errors.Is(err, mrtd.ErrLinkLost) {
		e.json = false // the report is the one document on standard output
	}
	return err
}

// connect opens the card on the reader, waiting for one as long as the flags say.
func (c readCmd) connect(ctx context.Context) (*reader.Card, error) {
	if c.Wait <= 0 {
		return reader.Connect(ctx, c.Reader)
	}
	waiting, cancel := context.WithTimeout(ctx, c.Wait)
	defer cancel()
	card, err := reader.Open(waiting, c.Reader)
	var waitedFor *reader.Error
	if err != nil && ctx.Err() == nil && errors.As(err, &waitedFor) {
		return nil, waitedFor
	}
	return card, err
}
