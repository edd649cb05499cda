package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"os"

	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// The exit statuses of the contract.
const (
	exitYes     = 0
	exitNo      = 1
	exitUsage   = 2
	exitOpen    = 3
	exitTrouble = 4
)

// failure is an error at the surface: with its exit status, its stable code, and what to do about it.
type failure struct {
	status int
	code   string
	err    error
	remedy string
}

func (f *failure) Error() string { return f.err.Error() }
func (f *failure) Unwrap() error { return f.err }

func usage(code, remedy, format string, args ...any) *failure {
	return &failure{exitUsage, code, fmt.Errorf(format, args...), remedy}
}

// remedied is an error that brings its own code and remedy, as reader's do.
type remedied interface {
	error
	Code() string
	Remedy() string
}

// explain turns an error of the rooms below into one at the surface.
func explain(err error) *failure {
	var r remedied
	var told *failure
	if errors.As(err, &told) {
		return told
	}
	for _, known := range []struct {
		err          error
		status       int
		code, remedy string
	}{
		{inspect.ErrWrongPassword, exitUsage, "wrong_password", "Compare the document number, the date of birth and the date of expiry, or the CAN, with the document, and try again. The document is not locked by it."},
		{inspect.ErrCAN, exitUsage, "input", "The CAN is the six-digit number printed on the front of an ID card or residence permit."},
		{inspect.ErrNeedsMRZ, exitUsage, "needs_mrz", "Give the MRZ, the lines at the foot of the data page, instead of the CAN."},
		{inspect.ErrNotTravelDocument, exitTrouble, "not_a_travel_document", "Lay a passport, ID card or residence permit with a chip on the reader, and nothing else: no bank card, no phone."},
	} {
		if errors.Is(err, known.err) {
			return &failure{known.status, known.code, known.err, known.remedy}
		}
	}
	var file *trust.FileError
	var dump *inspect.DumpError
	switch {
	case errors.As(err, &file):
		return &failure{exitUsage, "trust_file", file, file.Remedy}
	case errors.As(err, &dump):
		return &failure{exitUsage, "dump", dump, dump.Remedy}
	case errors.As(err, &r):
		return &failure{exitTrouble, r.Code(), r, r.Remedy()}
	case errors.Is(err, mrtd.ErrLinkLost):
		return &failure{exitTrouble, "link_lost", mrtd.ErrLinkLost, "Lay the document back on the reader, hold it still, and read again."}
	case errors.Is(err, context.Canceled):
		return &failure{exitTrouble, "cancelled", errors.New("stopped before the end"), "Start again when you are ready."}
	case errors.Is(err, context.DeadlineExceeded):
		return &failure{exitTrouble, "timeout", errors.New("the time was up before the end"), "Try again; lay the document flat and hold it still."}
	}
	return &failure{exitTrouble, "internal", err, "Try again. If it stays, report it with the output of skranke version."}
}

// tell prints a failure: as the one JSON document that standard output promises, and for people on standard error.
func (e *env) tell(f *failure) {
	if e.json && f.code != codeOutput {
		doc, _ := json.Marshal(struct {
			Schema  string `json:"schema"`
			Code    string `json:"code"`
			Message string `json:"message"`
			Remedy  string `json:"remedy"`
		}{"skranke.error/1", f.code, f.Error(), f.remedy})
		_, _ = fmt.Fprintf(e.out, "%s\n", doc)
	}
	_, _ = fmt.Fprintf(e.err, "skranke: %s\n", f.Error())
	if f.remedy != "" {
		_, _ = fmt.Fprintf(e.err, "%s\n", f.remedy)
	}
}

const codeOutput = "output"

// print writes a command's answer. A standard output that is closed or full is told, with exit status 2.
func (e *env) print(text []byte) error {
	if _, err := e.out.Write(text); err != nil || e.out == os.Stdout && stdoutClosed() {
		return &failure{
			exitUsage, codeOutput, errors.New("the answer could not be written to standard output"),
			"Check where the output goes: a closed pipe, or a full disk?",
		}
	}
	return nil
}

// printJSON writes v as the one document on standard output.
func (e *env) printJSON(v any) error {
	doc, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	return e.print(append(doc, '\n'))
}
