// Package bench measures what reading a document costs: commands, bytes, the time on a modelled link against the floor for the same files and
// protocol, gmrtd's reader beside it, and Skranke's own computing. docs/performance.md tells how, and what came out.
package bench

import (
	"time"

	"github.com/skranke/skranke/hardware-tests/air"
	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// Step is one command of a read: what the chip took it for, and the bytes of command and response, status word included.
type Step struct {
	Kind    string
	Out, In int
}

// Cost is what a read costs on the modelled link.
type Cost struct {
	APDUs, Out, In int
	Time           time.Duration
}

// Link is the link that times are modelled for: 424 kbit/s and 15 ms of turnaround for each command.
func Link() air.Link {
	l, err := air.Preset("424k")
	if err != nil {
		panic(err)
	}
	l.Turnaround = 15 * time.Millisecond
	return l
}

// Of adds up steps.
func Of(steps []Step) (c Cost) {
	l := Link()
	for _, s := range steps {
		c.APDUs++
		c.Out += s.Out
		c.In += s.In
		c.Time += l.Exchange(s.Kind, s.Out, s.In)
	}
	return c
}

// once are the commands that a read cannot do without, each of which the minimal list has once.
var once = []string{
	"mse-pace", "pace-1", "pace-2", "pace-3", "pace-4", "get-challenge", "external-authenticate", "select-application",
	"mse-kat", "mse-ca", "ca", "internal-authenticate",
}

// Floor is the minimal list of commands for a document: of the protocol's commands those that a read had, once each, and the files, each in as few
// blocks as the chip sustains.
func Floor(d *specimen.Document, read []Step) []Step {
	had := map[string]Step{}
	for _, s := range read {
		if _, ok := had[s.Kind]; !ok {
			had[s.Kind] = s
		}
	}
	floor := []Step{{"read", 5, len(d.Files["EF.CardAccess"]) + 2}} // unprotected, by short identifier
	for _, k := range once {
		if s, ok := had[k]; ok {
			floor = append(floor, s)
		}
	}
	before, after := chip.TDES, chip.TDES
	if _, ok := had["pace-1"]; ok {
		before = d.Chip.PACE[0].Suite
	}
	after = before
	if _, ok := had["ca"]; ok {
		after = d.Chip.Agreements[0].Suite
	}
	files := []string{"EF.SOD", "EF.DG14"}
	if _, ok := had["pace-1"]; ok && d.Chip.PACE[0].Mapping == chip.ChipAuthenticationMapping {
		files = append(files, "EF.CardSecurity") // which the mapping's proof stands in
	}
	for _, f := range files {
		floor = append(floor, blocks(d, f, before)...)
	}
	for _, f := range []string{"EF.DG15", "EF.DG1", "EF.DG2"} {
		floor = append(floor, blocks(d, f, after)...)
	}
	return floor
}

// blocks are the fewest protected READ BINARY for a file.
func blocks(d *specimen.Document, file string, s chip.Suite) (steps []Step) {
	block, command, limit := 16, 19, 256
	if s == chip.TDES {
		block = 8
	}
	if d.Chip.ExtendedLength {
		command, limit = 23, d.Chip.MaxResponse
	}
	most := 0
	for n := block - 1; response(n, block) <= limit+2; n += block {
		most = n
	}
	for left := len(d.Files[file]); left > 0; left -= most {
		steps = append(steps, Step{"read", command, response(min(left, most), block)})
	}
	return steps
}

// response is the length of a protected response with n bytes of data, status word included.
func response(n, block int) int {
	cryptogram := 1 + (n/block+1)*block
	header := 2
	if cryptogram >= 0x100 {
		header = 4
	} else if cryptogram >= 0x80 {
		header = 3
	}
	return header + cryptogram + 4 + 10 + 2
}
