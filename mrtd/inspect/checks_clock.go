package inspect

import "time"

// timely makes open what depends on a clock that is wrong: one that stands before something that was signed and is at hand.
// What a revocation list or the register says stays said.
func (j *judging) timely(id string, r Result) Result {
	if j.Earliest.IsZero() || !j.At.Before(j.Earliest) {
		return r
	}
	switch id {
	case "document.expiry", "signer.validity", "csca.validity":
		if r.Outcome != Successful && r.Outcome != Failed {
			return r
		}
	case "signer.revocation", "register.reported":
		if r.Outcome != Successful && r.Code != CodeStale && r.Code != CodeRegisterStale {
			return r
		}
	default:
		return r
	}
	return undetermined(CodeClockWrong, "The clock says %s, and it is %s at the least: it is wrong.", j.At.Format(time.DateOnly), j.Earliest.Format(time.DateOnly))
}
