package fault

import (
	"slices"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// armed is a script at work on a chip.
type armed struct {
	c        *chip.Chip
	triggers []trigger
	counts   []int
	firing   []int // the triggers that fire for the command at hand
	last     []byte
	fired    []string
	failed   error
	sleep    func(time.Duration)
}

// Report says what a script has done on a chip so far.
type Report struct {
	// Fired lists the statements that fired, in order. Err is the first change that could not be made, which means that
	// the script does not fit the document.
	Fired []string
	Err   error
}

// Arm has the script's "on" statements at work on a chip until the chip's hooks are set anew. What they count, they count
// over resets of the chip too. The returned function tells what has happened.
func (s *Script) Arm(c *chip.Chip) func() Report {
	a := &armed{c: c, triggers: s.triggers, counts: make([]int, len(s.triggers)), sleep: time.Sleep}
	c.SetHooks(chip.Hooks{Plain: a.plain, Sealing: a.sealing, Sealed: a.sealed, After: a.after})
	return func() Report { return Report{slices.Clone(a.fired), a.failed} }
}

// fileNames gives the files' names by where they lie and their identifier.
func fileName(ex *chip.Exchange) string {
	if !ex.LDS {
		return map[uint16]string{0x011C: "EF.CardAccess", 0x011D: "EF.CardSecurity", 0x2F01: "EF.ATR-INFO"}[ex.File]
	}
	switch {
	case ex.File == 0x011D:
		return "EF.SOD"
	case ex.File == 0x011E:
		return "EF.COM"
	case ex.File >= 0x0101 && ex.File <= 0x0110:
		return "EF.DG" + []string{
			"1", "2", "3", "4", "5", "6", "7", "8", "9", "10", "11", "12", "13", "14", "15", "16",
		}[ex.File-0x0101]
	default:
		return ""
	}
}

// choose finds the triggers that fire for a command.
func (a *armed) choose(ex *chip.Exchange) {
	a.firing = a.firing[:0]
	for i, t := range a.triggers {
		switch {
		case t.kind == "secured" && !ex.Secure,
			t.kind != "any" && t.kind != "secured" && t.kind != ex.Kind,
			t.file != "" && t.file != fileName(ex):
			continue
		}
		a.counts[i]++
		if t.n == 0 || t.n == a.counts[i] {
			a.firing = append(a.firing, i)
			a.fired = append(a.fired, t.text)
		}
	}
}

func (a *armed) each(do func(action)) {
	for _, i := range a.firing {
		do(a.triggers[i].action)
	}
}

func (a *armed) change(b []byte, act action, ex *chip.Exchange) []byte {
	out, err := descend(b, act.path, func(o tlv.Object) ([]byte, error) { return act.op.apply(o, ex) })
	if err != nil {
		if a.failed == nil {
			a.failed = err
		}
		return b
	}
	return out
}

// plain is at work before the response is protected.
func (a *armed) plain(ex *chip.Exchange) {
	a.choose(ex)
	a.each(func(act action) {
		switch act.verb {
		case "sw":
			ex.Data, ex.Status = nil, act.sw
		case "plain":
			ex.Data = a.change(ex.Data, act, ex)
		}
	})
}

func (a *armed) objects(verb string, ex *chip.Exchange) {
	a.each(func(act action) {
		if act.verb != verb {
			return
		}
		if act.op.name == "move" {
			a.move(act, ex)
			return
		}
		var all []byte
		for _, o := range ex.Objects {
			all = append(all, o.Raw...)
		}
		// What comes out may be no list of objects any more; it is sent as it is.
		ex.Objects = []tlv.Object{{Raw: a.change(all, act, ex)}}
	})
}

func (a *armed) move(act action, ex *chip.Exchange) {
	i := slices.IndexFunc(ex.Objects, func(o tlv.Object) bool { return o.Tag == act.path[0].tag })
	to := 0
	for _, c := range act.op.args[0] {
		to = to*10 + int(c-'0')
	}
	if i < 0 || to < 0 || to >= len(ex.Objects) {
		if a.failed == nil {
			a.failed = errNotThere
		}
		return
	}
	o := ex.Objects[i]
	ex.Objects = slices.Insert(slices.Delete(ex.Objects, i, i+1), to, o)
}

func (a *armed) sealing(ex *chip.Exchange) { a.objects("sm-signed", ex) }
func (a *armed) sealed(ex *chip.Exchange)  { a.objects("sm", ex) }

// after is at work on the finished response.
func (a *armed) after(ex *chip.Exchange) {
	response := ex.Response
	a.each(func(act action) {
		switch act.verb {
		case "drop":
			ex.Response = nil
		case "reset":
			a.c.Reset()
			ex.Response = []byte{0x69, 0x82}
			if ex.Secure {
				ex.Response = []byte{0x69, 0x87}
			}
		case "delay":
			a.sleep(act.delay)
		case "bare":
			ex.Response = []byte{byte(act.sw >> 8), byte(act.sw)}
		case "naked":
			ex.Response = append(slices.Clone(ex.Data), byte(ex.Status>>8), byte(ex.Status))
		case "replay":
			if a.last != nil {
				ex.Response = slices.Clone(a.last)
			}
		case "raw":
			ex.Response = a.change(ex.Response, act, ex)
		}
	})
	a.last = response
}
