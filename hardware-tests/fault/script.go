// Package fault makes virtual travel documents misbehave by script: broken documents, faulty chips, attacks.
//
// A script is a list of statements, separated by semicolons or line ends; a # at the beginning of a line comments it out.
// There are four kinds of statement.
//
//	with KEY = VALUE              changes the profile: with sod.hash = sha1
//	edit POINT PATH OPERATION     changes the document while it is made: edit EF.DG1 61 tag 62
//	chip OPTION [ARGUMENT]        changes the chip: chip clone
//	on KIND [FILE] [N|every]: ACTION    changes what the chip does with a command: on read EF.DG2 3: drop
//
// And a word by itself is the name of an attack, which stands for a few statements; Attacks lists them. README.md in this
// folder describes all of it.
package fault

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
)

// Script is a parsed script. It may be used for any number of documents, one after the other.
type Script struct {
	overrides [][2]string
	edits     []edit
	options   []option
	triggers  []trigger
}

type edit struct {
	text  string
	point string
	path  []step
	op    operation
}

type option struct{ name, arg string }

// trigger is one "on" statement.
type trigger struct {
	text   string
	kind   string
	file   string
	n      int // the n-th such command since the last reset of the count; 0 for every one
	action action
}

// action is what a trigger does.
type action struct {
	verb  string // drop, reset, delay, sw, bare, naked, replay, plain, sm, sm-signed, raw
	delay time.Duration
	sw    uint16
	path  []step
	op    operation
}

// maxScript bounds a script, in octets.
const maxScript = 16 << 10

// Parse reads a script. The error names the statement and what is wrong with it.
func Parse(text string) (*Script, error) {
	if len(text) > maxScript {
		return nil, fmt.Errorf("the fault script has more than %d octets", maxScript)
	}
	s := &Script{}
	var errs []error
	for _, statement := range statements(text) {
		if expansion, ok := Attacks[statement]; ok {
			inner, err := Parse(expansion.Script)
			if err != nil {
				return nil, fmt.Errorf("attack %s: %w", statement, err)
			}
			s.overrides = append(s.overrides, inner.overrides...)
			s.edits = append(s.edits, inner.edits...)
			s.options = append(s.options, inner.options...)
			s.triggers = append(s.triggers, inner.triggers...)
			continue
		}
		if err := s.add(statement); err != nil {
			errs = append(errs, fmt.Errorf("fault script, %q: %w", statement, err))
		}
	}
	return s, errors.Join(errs...)
}

// statements splits a script, and leaves comments and what stands in single quotes alone.
func statements(text string) []string {
	var all []string
	for line := range strings.Lines(text) {
		if strings.HasPrefix(strings.TrimSpace(line), "#") {
			continue
		}
		quoted, from := false, 0
		for i, c := range line {
			switch {
			case c == '\'':
				quoted = !quoted
			case c == ';' && !quoted:
				all = append(all, line[from:i])
				from = i + 1
			}
		}
		all = append(all, line[from:])
	}
	for i := range all {
		all[i] = strings.TrimSpace(all[i])
	}
	return slices.DeleteFunc(all, func(s string) bool { return s == "" })
}

func (s *Script) add(statement string) error {
	words := strings.Fields(statement)
	switch words[0] {
	case "with":
		key, value, ok := strings.Cut(strings.TrimSpace(statement[len("with"):]), "=")
		if !ok {
			return errors.New("write: with KEY = VALUE")
		}
		s.overrides = append(s.overrides, [2]string{strings.TrimSpace(key), strings.TrimSpace(value)})
		return nil
	case "edit":
		return s.addEdit(statement, words[1:])
	case "chip":
		return s.addOption(words[1:])
	case "on", "at":
		return s.addTrigger(statement)
	default:
		return fmt.Errorf("a statement begins with with, edit, chip, on or at, or is the name of an attack: %s",
			strings.Join(AttackNames(), ", "))
	}
}

// points are where an edit can be made; forged ones are written "forged EF.DG2".
func knownPoint(name string) bool {
	name = strings.TrimPrefix(name, "forged ")
	if slices.Contains([]string{
		"csca.tbs", "csca", "signer.tbs", "signer", "card-security", "lds-object", "attributes",
	}, name) {
		return true
	}
	return knownFile(name)
}

func knownFile(name string) bool {
	if number, ok := strings.CutPrefix(name, "EF.DG"); ok {
		n, err := strconv.Atoi(number)
		return err == nil && n >= 1 && n <= 16
	}
	return slices.Contains([]string{"EF.CardAccess", "EF.CardSecurity", "EF.ATR-INFO", "EF.COM", "EF.SOD"}, name)
}

func (s *Script) addEdit(text string, words []string) error {
	if len(words) > 1 && words[0] == "forged" {
		words = append([]string{"forged " + words[1]}, words[2:]...)
	}
	if len(words) < 3 {
		return errors.New("write: edit POINT PATH OPERATION")
	}
	if !knownPoint(words[0]) {
		return fmt.Errorf("unknown point %q", words[0])
	}
	path, err := parsePath(words[1])
	if err != nil {
		return err
	}
	op, err := parseOperation(requote(words[2:]))
	if err != nil {
		return err
	}
	if (op.name == "from" || op.name == "as") && len(path) > 0 {
		return fmt.Errorf("%s takes the place of a whole file: write . for the path", op.name)
	}
	if slices.Contains([]string{"mirror", "foreign", "zero", "one", "minus-one", "prime", "move"}, op.name) {
		return fmt.Errorf("%s is for the chip's responses", op.name)
	}
	s.edits = append(s.edits, edit{text, words[0], path, op})
	return nil
}

// requote puts words together again that stand between single quotes.
func requote(words []string) []string {
	var out []string
	open := false
	for _, w := range words {
		if open {
			out[len(out)-1] += " " + w
		} else {
			out = append(out, w)
		}
		if strings.Count(w, "'")%2 == 1 {
			open = !open
		}
	}
	return out
}

// options lists the chip's options and whether they take an argument.
var options = map[string]bool{
	"clone": false, "keep-keys": false, "keys": true, "no-bac": false, "no-pace": false, "end-of-file": true,
	"no-extended": false, "max-response": true, "max-command": true, "no-short-id": false, "no-odd-read": false,
	"master": true, "wrong-key-id": true, "no-active": false, "open": false, "zero-secret": false, "wrong-nonce": false, "wrapped-proof": false,
}

func (s *Script) addOption(words []string) error {
	if len(words) == 0 {
		return errors.New("write: chip OPTION")
	}
	takes, ok := options[words[0]]
	if !ok {
		return fmt.Errorf("unknown option %q of the chip", words[0])
	}
	o := option{name: words[0]}
	if takes {
		if len(words) != 2 {
			return fmt.Errorf("option %s takes one argument", words[0])
		}
		o.arg = words[1]
		base := 10
		if o.name == "master" {
			base = 16
		}
		if _, err := strconv.ParseUint(o.arg, base, 32); err != nil && o.name != "end-of-file" {
			return fmt.Errorf("option %s: %q is no number", o.name, o.arg)
		}
		if o.name == "end-of-file" && !slices.Contains([]string{"6282", "9000", "6B00", "6C"}, o.arg) {
			return fmt.Errorf("option end-of-file: %q is not one of 6282, 9000, 6B00, 6C", o.arg)
		}
	} else if len(words) != 1 {
		return fmt.Errorf("option %s takes no argument", words[0])
	}
	s.options = append(s.options, o)
	return nil
}

func (s *Script) addTrigger(text string) error {
	when, what, ok := strings.Cut(text, ":")
	if !ok {
		return errors.New("write: on KIND [FILE] [N|every]: ACTION")
	}
	t := trigger{text: text, n: 1}
	words := strings.Fields(when)
	if words[0] == "at" {
		words = append([]string{"on", "any"}, words[1:]...)
	}
	if len(words) < 2 {
		return errors.New("which command? write a kind after on, or a number after at")
	}
	t.kind = words[1]
	if !slices.Contains(chip.Kinds, t.kind) && t.kind != "any" && t.kind != "secured" {
		return fmt.Errorf("unknown kind of command %q; known are any, secured, %s", t.kind, strings.Join(chip.Kinds, ", "))
	}
	for _, w := range words[2:] {
		n, err := strconv.Atoi(w)
		switch {
		case w == "every":
			t.n = 0
		case err == nil && n > 0:
			t.n = n
		case knownFile(w):
			t.file = w
		default:
			return fmt.Errorf("%q is neither a file, a number from 1, nor every", w)
		}
	}
	a, err := parseAction(strings.Fields(what))
	if err != nil {
		return err
	}
	t.action = a
	s.triggers = append(s.triggers, t)
	return nil
}

func parseAction(words []string) (action, error) {
	if len(words) == 0 {
		return action{}, errors.New("the action is missing")
	}
	a := action{verb: words[0]}
	exactly := func(n int) error {
		if len(words) != n+1 {
			return fmt.Errorf("action %s takes %d arguments", a.verb, n)
		}
		return nil
	}
	switch a.verb {
	case "drop", "reset", "replay", "naked":
		return a, exactly(0)
	case "delay":
		if err := exactly(1); err != nil {
			return a, err
		}
		d, err := time.ParseDuration(words[1])
		if err != nil || d < 0 || d > time.Minute {
			return a, fmt.Errorf("delay: %q is no time such as 200ms, up to a minute", words[1])
		}
		a.delay = d
		return a, nil
	case "sw", "bare":
		if err := exactly(1); err != nil {
			return a, err
		}
		v, err := strconv.ParseUint(words[1], 16, 16)
		if err != nil || len(words[1]) != 4 {
			return a, fmt.Errorf("%s: %q is no status word", a.verb, words[1])
		}
		a.sw = uint16(v)
		return a, nil
	case "plain", "sm", "sm-signed", "raw":
		rest := words[1:]
		path := "."
		if a.verb != "raw" {
			if len(rest) == 0 {
				return a, fmt.Errorf("action %s wants a path and an operation", a.verb)
			}
			path, rest = rest[0], rest[1:]
		}
		var err error
		if a.path, err = parsePath(path); err != nil {
			return a, err
		}
		if a.op, err = parseOperation(requote(rest)); err != nil {
			return a, err
		}
		if a.op.name == "from" || a.op.name == "as" {
			return a, fmt.Errorf("%s is for files", a.op.name)
		}
		if a.op.name == "move" && (a.verb != "sm" && a.verb != "sm-signed" || len(a.path) != 1) {
			return a, errors.New("move is for a secure messaging object: on read: sm 99 move 0")
		}
		return a, nil
	default:
		return a, fmt.Errorf("unknown action %q; known are drop, reset, delay, sw, bare, naked, replay, plain, sm, sm-signed, raw", a.verb)
	}
}

// NeedsProfile says whether the script changes the document or the chip's make-up, which only a document that is made
// from a profile lets it do.
func (s *Script) NeedsProfile() bool { return len(s.overrides)+len(s.edits)+len(s.options) > 0 }
