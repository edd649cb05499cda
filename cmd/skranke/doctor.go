package main

import (
	"bytes"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"runtime"
	"strings"
	"time"

	"github.com/skranke/skranke/kiosk/site"
	"github.com/skranke/skranke/kiosk/witness"
	"github.com/skranke/skranke/reader"
)

// doctorCmd tells what this machine lacks.
type doctorCmd struct {
	siteFlag
	storeFlag
	JSON bool `name:"json" help:"Print as JSON, skranke.doctor/1."`
}

// finding is one line of the doctor's.
type finding struct {
	ID     string `json:"id"`
	OK     bool   `json:"ok"`
	Found  string `json:"found"`
	Remedy string `json:"remedy,omitempty"`
}

// Run looks and tells. The status is 0 where nothing is lacking, else 1.
func (c doctorCmd) Run(e *env) error {
	at, siteFinding := c.siteFinding()
	if at != nil && c.Store == "" {
		c.Store = at.Store
	}
	findings := []finding{siteFinding, readersFinding(e), c.trustFinding(), c.staleFinding(), c.rulesFinding()}
	if at != nil {
		findings = append(findings, c.witnessFinding(e, at), speechFinding(at))
	}
	findings = append(findings, displayFinding())
	for _, f := range findings {
		if !f.OK {
			e.status = exitNo
		}
	}
	if c.JSON {
		return e.printJSON(map[string]any{"schema": "skranke.doctor/1", "findings": findings})
	}
	var b bytes.Buffer
	for _, f := range findings {
		mark := "ok     "
		if !f.OK {
			mark = "LACKING"
		}
		fmt.Fprintf(&b, "%s  %s: %s\n", mark, f.ID, printable(f.Found))
		if f.Remedy != "" {
			fmt.Fprintf(&b, "         %s\n", f.Remedy)
		}
	}
	return e.print(b.Bytes())
}

// siteFinding tells whether the site's configuration can be used, and gives it.
func (c doctorCmd) siteFinding() (*site.Site, finding) {
	at, err := c.siteFlag.load()
	if err != nil {
		f := explain(err)
		return nil, finding{"site", false, f.Error(), f.remedy}
	}
	found := "the configuration is in order"
	if _, there := site.Find(); c.Site == "" && !there {
		found = "there is no configuration, so that the defaults hold"
	}
	return at, finding{"site", true, found, ""}
}

// witnessFinding tells whether the site's register of witnesses answers.
func (c doctorCmd) witnessFinding(e *env, at *site.Site) finding {
	pack, _, err := c.inForce()
	if err != nil {
		return finding{"witnesses", false, "the rules, which set the limit, cannot be read", "See the line above."}
	}
	register, err := openWitnesses(e.ctx, at, pack, true)
	var own *witness.Error
	switch {
	case errors.Is(err, witness.ErrNotBegun):
		return finding{"witnesses", true, "the register is not begun yet: the first counter begins it", ""}
	case errors.As(err, &own):
		return finding{"witnesses", false, own.Error(), own.Remedy()} // what the database said may name what only the configuration should
	case err != nil:
		return finding{"witnesses", false, "the register of witnesses cannot be opened", witness.ErrUnavailable.Remedy()}
	case register == nil:
		return finding{"witnesses", true, "none is configured: a member of staff decides about each witness", ""}
	}
	_ = register.Close() // it was only asked
	return finding{"witnesses", true, "the register answers", ""}
}

// speechFinding tells whether what is to be spoken can be.
func speechFinding(at *site.Site) finding {
	if !at.Sound.Speech {
		return finding{"speech", true, "prompts are switched off", ""}
	}
	for _, engine := range []string{"espeak-ng", "spd-say"} {
		if _, err := exec.LookPath(engine); err == nil {
			return finding{"speech", true, engine, ""}
		}
	}
	return finding{"speech", true, "there is no speech engine, so that the kiosk's prompts stay unspoken; espeak-ng is one", ""}
}

func readersFinding(e *env) finding {
	states, err := reader.List(e.ctx)
	if err == nil && len(states) == 0 {
		err = reader.ErrNoReader
	}
	var trouble *reader.Error
	switch {
	case errors.As(err, &trouble):
		return finding{"reader", false, trouble.Error(), trouble.Remedy()}
	case err != nil:
		return finding{"reader", false, err.Error(), "Restart the smart card service."}
	}
	return finding{"reader", true, states[0].Name, ""}
}

func (c doctorCmd) trustFinding() finding {
	store, err := c.open()
	if err != nil {
		f := explain(err)
		return finding{"trust", false, f.Error(), f.remedy}
	}
	s := store.Summary()
	found := fmt.Sprintf("%d CSCA certificates of %d states", s.CSCA, s.Countries)
	if s.Register == nil {
		found += ", no register of reported documents"
	}
	return finding{"trust", true, found, ""}
}

// staleFinding tells what of the store is out of date, and whether the clock is.
func (c doctorCmd) staleFinding() finding {
	store, err := c.open()
	if err != nil {
		return finding{"freshness", false, "the store cannot be read", "See the line above."}
	}
	if stale := staleness(store, time.Now()); len(stale) > 0 {
		return finding{"freshness", false, strings.Join(stale, "; "), "Import newer lists with skranke trust import, and set the clock where it is wrong."}
	}
	return finding{"freshness", true, "lists, registers and clock are of this time", ""}
}

// rulesFinding tells which rules are in force, and what of a bundle is not.
func (c doctorCmd) rulesFinding() finding {
	pack, refused, err := c.inForce()
	if err != nil {
		return finding{"rules", false, err.Error(), "The program is damaged: install it again."}
	}
	if len(refused) > 0 {
		return finding{"rules", false, oneLine(errors.Join(refused...)), "Import a newer bundle, or take this one back with skranke trust undo."}
	}
	return finding{"rules", true, "version " + pack.Version(), ""}
}

func displayFinding() finding {
	if runtime.GOOS == "linux" && os.Getenv("DISPLAY") == "" && os.Getenv("WAYLAND_DISPLAY") == "" {
		return finding{"display", false, "no display for a window", "Log in on the machine's own screen for skranke desk; skranke read works without."}
	}
	return finding{"display", true, "there is one", ""}
}
