package inspect

import (
	"strings"
	"time"

	"github.com/skranke/skranke/mrtd/trust"
)

// registerReported looks the document up in the register of lost, stolen and revoked documents.
func (j *judging) registerReported() Result {
	register := j.Store.Register()
	if register == nil {
		return undetermined(CodeNoRegister, "No register of lost and stolen documents is imported.")
	}
	if j.mrz == nil {
		return j.noMRZ()
	}
	reported, err := register.Reported(trust.ReportedDocument{Issuer: j.mrz.Issuer, Code: j.mrz.Code, Number: j.mrz.Number})
	made := register.Made.Format(time.DateOnly)
	switch {
	case err != nil:
		return undetermined(CodeRegisterDamaged, "The register of lost and stolen documents cannot be read: %s.", strings.TrimSuffix(err.Error(), "."))
	case reported:
		return failed(CodeReported, "The document is on the register of lost, stolen and revoked documents of %s.", made)
	case register.Stale(j.At):
		return undetermined(CodeRegisterStale, "The register of lost and stolen documents of %s is not of this time: it is good until %s.", made, register.Until.Format(time.DateOnly))
	}
	return successful("By the register of " + made + ".")
}
