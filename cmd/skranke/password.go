package main

import (
	"bufio"
	"errors"
	"io"
	"os"
	"strings"

	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
)

// maxMRZInput bounds a file of MRZ lines, in bytes. The longest MRZ has 90 characters; people add blank lines.
const maxMRZInput = 4096

// passwordFlags are what opens a chip. A dash reads from standard input, so that nothing personal shows in a process list.
type passwordFlags struct {
	MRZ            string `name:"mrz" placeholder:"FILE|-" help:"File with the lines at the foot of the data page, or - for standard input." group:"What opens the chip"`
	DocumentNumber string `placeholder:"N|-" help:"Document number, or - for standard input." group:"What opens the chip"`
	DateOfBirth    string `placeholder:"DATE" help:"Date of birth, YYYY-MM-DD or YYMMDD." group:"What opens the chip"`
	DateOfExpiry   string `placeholder:"DATE" help:"Date of expiry, YYYY-MM-DD or YYMMDD." group:"What opens the chip"`
	CAN            string `name:"can" placeholder:"N|-" help:"Card access number, six digits, or - for standard input." group:"What opens the chip"`
}

// given is what opens a chip, as it was given.
type given struct {
	key *mrz.Key
	mrz *mrz.MRZ // the whole lines, where those were given
	can string
}

// given reads the flags; exactly one way must have been chosen.
func (p passwordFlags) given(e *env) (given, error) {
	fields := p.DocumentNumber != "" || p.DateOfBirth != "" || p.DateOfExpiry != ""
	ways := 0
	for _, chosen := range []bool{p.MRZ != "", fields, p.CAN != ""} {
		if chosen {
			ways++
		}
	}
	const remedy = "Give one of: --mrz FILE; --document-number, --date-of-birth and --date-of-expiry; --can NUMBER."
	switch {
	case ways == 0:
		return given{}, usage("no_password", remedy, "nothing was given that opens the chip")
	case ways > 1:
		return given{}, usage("usage", remedy, "more than one way to open the chip was given")
	case p.MRZ != "":
		m, err := readMRZ(e, p.MRZ)
		if err != nil {
			return given{}, err
		}
		key := m.Key()
		return given{key: &key, mrz: m}, nil
	case p.CAN != "":
		can, err := argument(e, p.CAN)
		if err == nil {
			err = inspect.CheckCAN(can)
		}
		return given{can: can}, err
	}
	if p.DocumentNumber == "" || p.DateOfBirth == "" || p.DateOfExpiry == "" {
		return given{}, usage("usage", remedy, "document number, date of birth and date of expiry go together")
	}
	number, err := argument(e, p.DocumentNumber)
	if err != nil {
		return given{}, err
	}
	key, err := mrz.NewKey(number, p.DateOfBirth, p.DateOfExpiry)
	if err != nil {
		return given{}, usage("input", "Compare it with the document.", "%w", err)
	}
	return given{key: &key}, nil
}

// argument is the value of a flag, or one line of standard input for a dash.
func argument(e *env, value string) (string, error) {
	if value != "-" {
		return value, nil
	}
	var line string
	err := e.await(func() (err error) {
		line, err = bufio.NewReader(io.LimitReader(e.in, maxMRZInput)).ReadString('\n')
		return err
	})
	if e.ctx.Err() != nil {
		return "", e.ctx.Err()
	}
	if err != nil && !errors.Is(err, io.EOF) {
		return "", usage("input", "Give the value on standard input, followed by a line end.", "standard input cannot be read: %w", err)
	}
	if line = strings.TrimRight(line, "\r\n"); line == "" {
		return "", usage("input", "Give the value on standard input, followed by a line end.", "standard input is empty")
	}
	return line, nil
}

// await runs a read that may wait for a person, and returns as soon as the context ends; the program then ends with the read unfinished.
func (e *env) await(read func() error) error {
	done := make(chan error, 1)
	go func() { done <- read() }()
	select {
	case err := <-done:
		return err
	case <-e.ctx.Done():
		return e.ctx.Err()
	}
}

// readMRZ reads and checks the printed lines.
func readMRZ(e *env, path string) (*mrz.MRZ, error) {
	text, err := readInput(e, path, maxMRZInput)
	if err != nil {
		return nil, err
	}
	m, err := mrz.Parse(string(text))
	if err == nil {
		err = m.Validate()
	}
	if err != nil {
		return nil, usage("mrz", "Compare the lines with the document: O and 0, I and 1, S and 5, B and 8 are easily mixed up.", "%w", err)
	}
	return m, nil
}

// readInput reads a file, or standard input for a dash, of at most limit bytes.
func readInput(e *env, path string, limit int64) ([]byte, error) {
	in, name := e.in, "standard input"
	if path != "-" {
		if info, err := os.Stat(path); err == nil && !info.Mode().IsRegular() {
			return nil, usage("input", "Give a file, or - for standard input.", "%s is no file", path)
		}
		f, err := os.Open(path)
		if err != nil {
			return nil, usage("input", "Check the name of the file, and that you may read it.", "%w", err)
		}
		defer f.Close()
		in, name = f, path
	}
	var data []byte
	err := e.await(func() (err error) {
		data, err = io.ReadAll(io.LimitReader(in, limit+1))
		return err
	})
	if e.ctx.Err() != nil {
		return nil, e.ctx.Err()
	}
	if err != nil {
		return nil, usage("input", "Check that it is a file, and that you may read it.", "%s cannot be read: %w", name, err)
	}
	if int64(len(data)) > limit {
		return nil, usage("input", "Check that it is the right file.", "%s is longer than %d bytes", name, limit)
	}
	return data, nil
}
