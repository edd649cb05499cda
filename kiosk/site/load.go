package site

import (
	"bytes"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"runtime"
	"slices"
	"strconv"
	"time"

	"go.yaml.in/yaml/v3"

	"github.com/skranke/skranke/assets"
)

// Error says what is wrong with a configuration, and where. It repeats nothing of what the file holds: a connection
// string can have a password in it.
type Error struct {
	// File is the file's path, Line the line from 1; 0 where the fault is the file as a whole.
	File string
	Line int
	// Problem says what is wrong there, remedy what to do about it.
	Problem, remedy string
}

// Error gives the place and the problem in one line.
func (e *Error) Error() string {
	place := e.File
	if e.Line > 0 {
		place += ":" + strconv.Itoa(e.Line)
	}
	return "site configuration: " + place + ": " + e.Problem
}

// Code is "site_config".
func (e *Error) Code() string { return "site_config" }

// Remedy says what to do about it.
func (e *Error) Remedy() string { return e.remedy }

// Default is what holds where no file is.
func Default() *Site {
	return &Site{Language: assets.Languages()[0], Look: assets.Palettes()[0], Sound: Sound{Cues: true, Speech: true}}
}

// Find is where a machine has its configuration: skranke.yaml in /etc/skranke, or in %ProgramData%\skranke. found is
// false where there is none.
func Find() (path string, found bool) {
	path = "/etc/skranke/skranke.yaml"
	if runtime.GOOS == "windows" {
		path = filepath.Join(os.Getenv("ProgramData"), "skranke", "skranke.yaml")
	}
	_, err := os.Lstat(path)
	return path, !errors.Is(err, fs.ErrNotExist)
}

// maxFile bounds a configuration, in bytes.
const maxFile = 64 << 10

// Load reads a configuration: a file that none but its owner has access to, without a key that is not known. What it
// leaves out is as in [Default]. Its error is an [*Error].
func Load(path string) (*Site, error) {
	bad := func(problem, remedy string) error { return &Error{File: path, Problem: problem, remedy: remedy} }
	file, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, bad("there is no such file", "Write it, or leave it out: see docs/site.md.")
		}
		return nil, bad("it cannot be opened", "Let the account that runs Skranke own the file.")
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	switch {
	case err != nil || !info.Mode().IsRegular():
		return nil, bad("it is no regular file", "Name a file.")
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows": // whose access lists Go does not show
		return nil, bad("others than its owner have access to it", "chmod 600 the file.")
	}
	text, err := io.ReadAll(io.LimitReader(file, maxFile+1))
	switch {
	case err != nil:
		return nil, bad("it cannot be read", "Check the disk.")
	case len(text) > maxFile:
		return nil, bad("it is longer than 64 KB", "Name a configuration file.")
	}
	s := Default()
	decoder := yaml.NewDecoder(bytes.NewReader(text))
	decoder.KnownFields(true)
	if err := decoder.Decode(s); err != nil && !errors.Is(err, io.EOF) {
		return nil, &Error{File: path, Line: lineOf(err), Problem: "this is no key or no value that is known here", remedy: "Compare the line with docs/site.md."}
	}
	if err := decoder.Decode(&yaml.Node{}); !errors.Is(err, io.EOF) {
		return nil, bad("there is more than one document in it", "Keep the first, and remove the line --- and what follows.")
	}
	for _, check := range s.checks() {
		if !check.ok {
			return nil, bad(check.key+" "+check.problem, "Compare the key with docs/site.md.")
		}
	}
	return s, nil
}

var lineNumber = regexp.MustCompile(`line (\d+)`)

// lineOf is the line that an error of the YAML decoder names; 0 for none.
func lineOf(err error) int {
	found := lineNumber.FindStringSubmatch(err.Error())
	if found == nil {
		return 0
	}
	line, _ := strconv.Atoi(found[1]) // it is digits
	return line
}

type check struct {
	ok           bool
	key, problem string
}

// checks are what a configuration must hold to.
func (s *Site) checks() []check {
	within := func(v, low, high float64) bool { return v == 0 || v >= low && v <= high }
	all := []check{
		{len(s.Place) <= 80, "place", "is longer than 80 bytes"},
		{slices.Contains(assets.Languages(), s.Language), "language", fmt.Sprintf("is none of %v", assets.Languages())},
		{slices.Contains(assets.Palettes(), s.Look), "look", fmt.Sprintf("is none of %v", assets.Palettes())},
		{within(s.Screen.DPI, 50, 400), "screen.dpi", "is not between 50 and 400"},
		{within(float64(s.MRZReader.Baud), 300, 4_000_000), "mrz_reader.baud", "is not between 300 and 4000000"},
		{s.MRZReader.Baud == 0 || s.MRZReader.Port != "", "mrz_reader.port", "is missing"},
		{within(s.Kiosk.Idle.Seconds(), 30, 600), "kiosk.idle", "is not between 30s and 10m"},
		{s.Staff.PIN == "" || s.Staff.PIN.valid(), "staff.pin", "is no hash that skranke site pin has printed"},
		{s.Witnesses.File == "" || s.Witnesses.Database == "", "witnesses", "names both a file and a database"},
		{(s.Witnesses.File == "" && s.Witnesses.Database == "") == (s.Witnesses.KeyFile == ""), "witnesses", "needs a register and its key_file, both or none"},
		{s.Store == "" || filepath.IsAbs(s.Store), "store", "is no absolute path"},
	}
	for key, program := range map[string][]string{"staff.call": s.Staff.Call, "kiosk.shutdown": s.Kiosk.Shutdown} {
		all = append(all, check{len(program) == 0 || filepath.IsAbs(program[0]), key, "does not begin with a program's absolute path"})
	}
	return all
}

// IdleTime is Kiosk.Idle with its default.
func (s *Site) IdleTime() time.Duration {
	if s.Kiosk.Idle == 0 {
		return time.Minute
	}
	return s.Kiosk.Idle
}

// Format prints the configuration as redacted, whatever the verb.
func (Site) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted site configuration]")) }

// Format prints where the register is as redacted, whatever the verb.
func (Witnesses) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted register]")) }
