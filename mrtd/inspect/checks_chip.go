package inspect

import (
	"bytes"
	"encoding/asn1"
	"slices"

	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/trust"
)

// accessProtocol passes on what the session showed of PACE or BAC.
func (j *judging) accessProtocol(of func(Access) Result) Result {
	if j.session == nil {
		return notDone(CodeNoSession, "There is no record of the session.")
	}
	return cleaned(of(j.session.Access))
}

// cleaned passes on a result of the session. A dump's may hold anything: words that are none of an outcome or a code do
// not get through.
func cleaned(r Result) Result {
	switch r.Outcome {
	case Successful:
		return Result{Outcome: Successful, Detail: printable(r.Detail)}
	case Failed, Undetermined, NotSupported, Aborted, NotDone:
	case "":
		return notDone(CodeNotTried, "The session did not try it.")
	default:
		return undetermined(CodeOther, "The session's record has an outcome that does not exist.")
	}
	switch {
	case r.Code == "" && r.Outcome == NotDone:
		r.Code = CodeNotTried
	case !slices.Contains(sessionCodes, r.Code):
		r.Code = CodeOther
	}
	r.Detail = printable(r.Detail)
	return r
}

// sessionCodes are the codes that a session can give; any other in a dump's record is somebody's invention.
var sessionCodes = []string{
	CodeBadPoint, CodeBadToken, CodeLinkLost, CodeMalformed, CodeNoKey, CodeNotOffered, CodeNotTried, CodeOther, CodeOwnKey, CodeRefused,
	CodeUnknownAlgorithm, CodeWrongKey, CodeWrongSignature, string(trust.CodeKey), string(trust.CodeCurve),
}

// proof is what the session has of one chip proof; nil where it tried none.
func (j *judging) proof(id string) *Proof {
	if j.session == nil {
		return nil
	}
	for i := range j.session.Proofs {
		if j.session.Proofs[i].ID == id {
			return &j.session.Proofs[i]
		}
	}
	return nil
}

// chipProof judges the session's proof by a key. advertised tells whether signed files offer it: it is Successful where
// they do, and otherwise the result of the check. keys are the keys that those files hold. A proof that failed counts
// whatever else is known: an honest chip's never does.
func (j *judging) chipProof(id string, advertised Result, keys func() [][]byte) Result {
	proof := j.proof(id)
	if proof != nil && proof.Outcome == Failed && advertised.Outcome != NotSupported {
		return cleaned(proof.Result)
	}
	if advertised.Outcome != Successful {
		return advertised
	}
	switch {
	case j.session == nil:
		return notDone(CodeNoSession, "There is no record of the session.")
	case proof == nil && j.session.LostAt != "":
		return aborted()
	case proof == nil:
		return notDone(CodeNotTried, "The session did not ask the chip for this proof.")
	case proof.Outcome != Successful:
		return cleaned(proof.Result)
	case !slices.ContainsFunc(keys(), func(k []byte) bool { return bytes.Equal(k, proof.Key) }):
		return undetermined(CodeKeyNotSigned, "The chip proved a key that its signed files do not hold.")
	}
	return successful()
}

// listed tells whether EF.SOD lists a data group and vouches for what was read of it: Successful where both are so, and
// NotSupported where it does not list it.
func (j *judging) listed(n int) Result {
	if j.sod == nil {
		return j.noSOD()
	}
	if !j.sod.Readable() {
		return j.unreadable()
	}
	if j.sod.Hash(n) == nil {
		return notSupported(CodeNotOffered, "The signed files do not offer it: there is no data group %d.", n)
	}
	return j.signed(n)
}

func (j *judging) chipCA() Result {
	advertised := j.listed(14)
	if advertised.Outcome == Successful {
		switch {
		case j.dg14 == nil:
			advertised = undetermined(CodeMalformed, "DG14 cannot be read.")
		case len(j.dg14.ChipAuthenticationKeys) == 0:
			advertised = notSupported(CodeNotOffered, "DG14 holds no key for chip authentication.")
		}
	}
	return j.chipProof("chip.ca", advertised, func() [][]byte { return publicKeys(j.dg14) })
}

func publicKeys(infos *lds.SecurityInfos) [][]byte {
	var keys [][]byte
	for _, k := range infos.ChipAuthenticationKeys {
		keys = append(keys, k.Key)
	}
	return keys
}

func (j *judging) chipAA() Result {
	advertised := j.listed(15)
	var key []byte
	if advertised.Outcome == Successful {
		var err error
		if key, err = lds.ParseDG15(j.evidence.Files[DG(15)]); err != nil {
			advertised = undetermined(CodeMalformed, "DG15 cannot be read.")
		}
	}
	return j.chipProof("chip.aa", advertised, func() [][]byte { return [][]byte{key} })
}

// oidCAM is the prefix of PACE with chip authentication mapping (Doc 9303-11 §9.2.1).
var oidCAM = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4, 6}

func offersCAM(infos *lds.SecurityInfos) bool {
	return slices.ContainsFunc(infos.PACE, func(p lds.PACEInfo) bool {
		return len(p.Protocol) == len(oidCAM)+1 && p.Protocol[:len(oidCAM)].Equal(oidCAM)
	})
}

// chipCAM judges chip authentication mapping, whose key is in EF.CardSecurity and whose offer DG14 repeats.
func (j *judging) chipCAM() Result {
	security := j.signedSecurityInfos()
	advertised := notSupported(CodeNotOffered, "The signed files do not offer chip authentication mapping.")
	switch {
	case security != nil && offersCAM(security.infos):
		advertised = security.vouched
	case j.proof("chip.pace_cam") != nil:
		advertised = undetermined(CodeNotVouched, "EF.CardSecurity, which holds the key, was not read.")
	default:
		if r := j.listed(14); r.Outcome != Successful && r.Outcome != NotSupported {
			return r
		} else if r.Outcome == Successful && j.dg14 != nil && offersCAM(j.dg14) {
			advertised = successful()
		}
	}
	return j.chipProof("chip.pace_cam", advertised, func() [][]byte {
		if security == nil {
			return nil
		}
		return publicKeys(security.infos)
	})
}

// proofs are the checks that chip.genuine sums up, with the names that the report gives the proofs.
var proofs = []struct{ id, name string }{{"chip.ca", "CA"}, {"chip.aa", "AA"}, {"chip.pace_cam", "PACE-CAM"}}

func (j *judging) chipGenuine() Result {
	var results []Result
	for _, p := range proofs {
		results = append(results, j.result(p.id))
	}
	for _, outcome := range []Outcome{Failed, Successful} {
		for i, r := range results {
			if r.Outcome == outcome {
				return Result{outcome, r.Code, "By " + proofs[i].name + "."}
			}
		}
	}
	if !slices.ContainsFunc(results, func(r Result) bool { return r.Outcome != NotSupported }) {
		return notSupported(CodeNotOffered, "The document offers no proof that its chip is the original.")
	}
	if j.session == nil {
		return notDone(CodeNoSession, "There is no record of the session.")
	}
	for _, outcome := range []Outcome{Aborted, Undetermined, NotDone} {
		for _, r := range results {
			if r.Outcome == outcome && outcome == Aborted {
				return r
			} else if r.Outcome == outcome {
				return undetermined(r.Code, "%s", r.Detail)
			}
		}
	}
	return undetermined(CodeNotTried, "No proof was tried.")
}

// recorded turns what a dump's session claims into what it proves, which is nothing: a success on file is NotDone.
func recorded(id string, r Result) Result {
	if r.Outcome != Successful {
		return r
	}
	switch id {
	case "access.pace", "access.bac", "chip.ca", "chip.aa", "chip.pace_cam", "chip.genuine":
		return notDone(CodeRecorded, "The session's record says that it succeeded; a record proves nothing.")
	}
	return r
}

// cardAccessMatch compares EF.CardAccess, which nothing signs, with its signed copies: someone who strips it can push the
// terminal to a weaker protocol.
func (j *judging) cardAccessMatch() Result {
	b, read := j.evidence.Files[CardAccess]
	listed := j.listed(14)
	if listed.Outcome == Successful && j.dg14 == nil {
		listed = undetermined(CodeMalformed, "DG14 cannot be read.")
	}
	if !read {
		return j.cardAccessAbsent(listed)
	}
	plain, err := lds.ParseCardAccess(b)
	if err != nil {
		return failed(CodeMalformed, "EF.CardAccess cannot be read.")
	}
	var copies []*lds.SecurityInfos
	if listed.Outcome == Successful {
		copies = append(copies, j.dg14)
	}
	if security := j.signedSecurityInfos(); security != nil && security.vouched.Outcome == Successful {
		copies = append(copies, security.infos)
	}
	switch {
	case len(copies) == 0 && listed.Outcome == NotSupported:
		return undetermined(CodeNoSignedCopy, "No signed file repeats EF.CardAccess.")
	case len(copies) == 0:
		return listed
	}
	for _, info := range plain.Raw {
		if !slices.ContainsFunc(copies, func(c *lds.SecurityInfos) bool { return holds(c, info) }) {
			return failed(CodeNotContained, "EF.CardAccess offers what its signed copy does not hold.")
		}
	}
	if j.session != nil && listed.Outcome == Successful && lacksPACE(plain, j.dg14) {
		return failed(CodeStripped, "EF.CardAccess lacks a way of PACE that the signed DG14 holds.")
	}
	return successful()
}

func (j *judging) cardAccessAbsent(listed Result) Result {
	switch {
	case j.session == nil:
		return notDone(CodeNotRead, "EF.CardAccess is not in the dump.")
	case listed.Outcome == Successful && len(j.dg14.PACE) > 0:
		return failed(CodeStripped, "There is no EF.CardAccess, though the signed DG14 offers PACE.")
	case listed.Outcome == Successful || listed.Outcome == NotSupported:
		return notSupported(CodeNoCardAccess, "There is no EF.CardAccess.")
	}
	return listed
}

func holds(infos *lds.SecurityInfos, raw []byte) bool {
	return slices.ContainsFunc(infos.Raw, func(r []byte) bool { return bytes.Equal(r, raw) })
}

// lacksPACE tells whether the signed copy has a PACEInfo that the plain file has not.
func lacksPACE(plain, signed *lds.SecurityInfos) bool {
	for _, s := range signed.PACE {
		if !slices.ContainsFunc(plain.PACE, func(p lds.PACEInfo) bool {
			return p.Protocol.Equal(s.Protocol) && p.Version == s.Version && p.ParameterID == s.ParameterID
		}) {
			return true
		}
	}
	return false
}
