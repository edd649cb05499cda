package inspect

import (
	"slices"
	"strings"
)

// accusing are the checks whose failure makes a counterfeit; the data groups' belong to them.
var accusing = []string{
	"sod.structure", "sod.hash", "sod.signature", "signer.signature", "signer.usage", "signer.revocation", "csca.trust",
	"chip.ca", "chip.aa", "chip.pace_cam", "issuer.match",
}

// required are the checks that must be successful for a document to be genuine, and unfailed those that must not have
// failed.
var (
	required = []string{"sod.hash", "sod.signature", "signer.signature", "signer.usage", "csca.trust", "dg.1", "dg.2"}
	unfailed = []string{"algorithm.strength", "mrz.match", "mrz.check_digits", "cardaccess.match"}
)

// verdict draws the verdict from a report's checks, by the one rule.
func verdict(r *Report) Authenticity {
	obstacles := r.Obstacles()
	switch {
	case slices.ContainsFunc(obstacles, accuses):
		return Counterfeit
	case len(obstacles) > 0:
		return AuthenticityUndetermined
	}
	return Genuine
}

func accuses(c Check) bool { return c.Outcome == Failed && mayAccuse(c.ID) }

func mayAccuse(id string) bool { return slices.Contains(accusing, id) || strings.HasPrefix(id, "dg.") }

// Obstacles lists the checks that keep the document from being genuine, in the report's order; none when it is genuine.
func (r *Report) Obstacles() []Check {
	var out []Check
	for _, c := range r.Checks {
		if r.hinders(c) {
			out = append(out, c)
		}
	}
	return out
}

// hinders tells whether a check keeps the document from being genuine.
func (r *Report) hinders(c Check) bool {
	switch {
	case accuses(c):
		return true
	case c.Code == CodeKnownDeviation && (mayAccuse(c.ID) && c.ID != "chip.aa" || slices.Contains(unfailed, c.ID)):
		return true // a known defect is excused, not proven away; what active authentication is worth, chip.genuine says
	case c.ID == "issuer.match" && c.Code == CodeNoCountry:
		return true // whoever signed may vouch for no state that has a country
	case slices.Contains(required, c.ID):
		return c.Outcome != Successful
	case slices.Contains(unfailed, c.ID):
		return c.Outcome == Failed
	case c.ID == "signer.validity" || c.ID == "csca.validity":
		// A certificate may have ended with the document: expiry is the rules' business.
		ended := c.Outcome == Failed && c.Code == CodeExpired && r.Check("document.expiry").Code == CodeExpired
		return c.Outcome != Successful && !ended
	case !r.hasSession():
		return false
	case c.ID == "dg.14" || c.ID == "dg.15":
		return c.Outcome != Successful && c.Code != CodeNotListed
	case c.ID == "chip.genuine":
		return c.Outcome != Successful && c.Outcome != NotSupported && c.Code != CodeRecorded
	}
	return false
}

// hasSession tells whether the report rests on a session, live or recorded. A dump without one is judged by its files
// alone; one with a session is judged as the live read was, for what the session failed to show lowers the verdict
// there too.
func (r *Report) hasSession() bool {
	return r.Source == Live || r.Check("access.pace").Code != CodeNoSession
}
