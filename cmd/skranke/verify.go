package main

import "github.com/skranke/skranke/mrtd/inspect"

// verifyCmd makes the checks on a dump.
type verifyCmd struct {
	Dir string `arg:"" help:"Folder with the chip's files, as read --dump writes it."`
	MRZ string `name:"mrz" placeholder:"FILE|-" help:"File with the printed lines to compare, or - for standard input."`
	judgeFlags
	JSON bool `name:"json" help:"Print the report as JSON."`
}

// Run judges, reports, and leaves the exit status of the verdict.
func (c verifyCmd) Run(e *env) error {
	judge, err := c.judgeFlags.input(e.ctx)
	if err != nil {
		return err
	}
	judge.Source = inspect.Dump
	if c.MRZ != "" {
		m, err := readMRZ(e, c.MRZ)
		if err != nil {
			return err
		}
		judge.Given = m
	}
	evidence, err := inspect.ReadDump(c.Dir)
	if err != nil {
		return err
	}
	return e.printReport(inspect.Judge(evidence, judge), c.JSON)
}
