package main

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"strings"

	"github.com/alecthomas/kong"
)

// cli is every command with its flags.
type cli struct {
	Desk    deskCmd    `cmd:"" default:"1" help:"The caseworker's window. It opens when no command is given."`
	Kiosk   kioskCmd   `cmd:"" help:"The full-screen self-service flow."`
	Readers readersCmd `cmd:"" help:"List PC/SC readers, and whether a card lies on them."`
	Read    readCmd    `cmd:"" help:"Read the chip on a reader and print the report."`
	Verify  verifyCmd  `cmd:"" help:"Make the same checks on a dump of the chip's files, without a reader."`
	Facts   factsCmd   `cmd:"" help:"Turn a report into a facts file for decide."`
	Decide  decideCmd  `cmd:"" help:"Decide on eligibility from a facts file."`
	Userid  useridCmd  `cmd:"" help:"Tell whether a text may be a MitID user ID."`
	Trust   trustCmd   `cmd:"" help:"The store of CSCA certificates, master lists and revocation lists."`
	Site    siteCmd    `cmd:"" help:"The configuration of a site: check it, make a PIN for it."`
	Doctor  doctorCmd  `cmd:"" help:"Tell what this machine lacks for the job, with the remedy."`
	Version versionCmd `cmd:"" help:"Print version, build, and the embedded lists with their dates."`
}

const description = `Skranke reads the chip of a passport, ID card or residence permit, proves that the document is genuine and not a copy, and tells what it entitles its holder to under the Danish rules for MitID and NemID.

Exit status: 0 yes; 1 no; 2 wrong usage or input; 3 the answer is open; 4 reader, card or link trouble.`

// run parses the arguments, runs the command, and returns the exit status.
func run(ctx context.Context, args []string, std streams) (status int) {
	// gmrtd writes MRZ and keys to the default logger at debug level: it gets none.
	slog.SetDefault(slog.New(slog.DiscardHandler))

	e := &env{ctx: ctx, streams: std, args: args, json: wantsJSON(args)}
	defer func() {
		if value := recover(); value != nil { // its value and its stack may hold what was read
			status = e.fail(&failure{exitTrouble, "internal", fmt.Errorf("the program broke off with a %T", value), "Try again. If it stays, report it with the output of skranke version."})
		}
	}()
	if flag := emptyFlag(args); flag != "" {
		return e.fail(usage("usage", "Give it a value, or leave it out.", "%s has an empty value", flag))
	}
	var c cli
	leaving := false
	var help bytes.Buffer // which goes to standard output, since it was asked for
	parser, err := kong.New(&c, kong.Name("skranke"), kong.Description(description),
		kong.Writers(&help, std.err), kong.Exit(func(int) { leaving = true }))
	if err != nil {
		return e.fail(err)
	}
	command, err := parser.Parse(args)
	if leaving { // --help
		return e.fail(e.print(help.Bytes()))
	}
	if err != nil {
		return e.fail(&failure{status: exitUsage, code: "usage", err: err, remedy: "See skranke --help, or --help after the command."})
	}
	return e.fail(command.Run(e))
}

// wantsJSON tells whether the arguments ask for JSON, so that errors in the arguments themselves are told so too.
func wantsJSON(args []string) bool {
	for _, a := range args {
		switch a {
		case "--":
			return false
		case "--json", "--json=true":
			return true
		}
	}
	return false
}

// emptyFlag finds a flag with an empty value, as an unset variable of a shell leaves it: taken for one that was not given, it would drop what it
// asks for in silence.
func emptyFlag(args []string) string {
	for i, a := range args {
		name, value, joined := strings.Cut(a, "=")
		switch {
		case a == "--":
			return ""
		case strings.HasPrefix(a, "--") && (joined && value == "" || !joined && i+1 < len(args) && args[i+1] == ""):
			return name
		}
	}
	return ""
}

// env is what a command works with.
type env struct {
	streams
	ctx  context.Context
	args []string
	json bool
	// status is the exit status of a command that ran to its end.
	status int
}

// fail tells about an error, if there is one, and returns the exit status.
func (e *env) fail(err error) int {
	if err == nil {
		return e.status
	}
	f := explain(err)
	e.tell(f)
	return f.status
}
