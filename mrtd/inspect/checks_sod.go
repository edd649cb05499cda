package inspect

import (
	"bytes"
	"slices"

	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/trust"
)

// missing is the result of a check for a file that is not there: not read, refused, or lost with the link. needed tells
// that the check cannot do without it.
func (j *judging) missing(f File, needed bool) Result {
	if j.session == nil {
		return notDone(CodeNotRead, "%s is not in the dump.", f)
	}
	if answer, ok := j.session.Refused[f]; ok {
		code := refusalCode(answer)
		if needed {
			return undetermined(code, "The chip did not give %s: %s.", f, printable(answer))
		}
		return notDone(code, "The chip did not give %s: %s.", f, printable(answer))
	}
	if j.session.LostAt != "" {
		return aborted()
	}
	return notDone(CodeNotRead, "%s was not read.", f)
}

// refusalCode is the code of an answer in Session.Refused.
func refusalCode(answer string) string {
	switch answer {
	case "6a82":
		return CodeAbsent
	case "invalid":
		return CodeInvalidFile
	case "over_limit":
		return CodeOverLimit
	case "broken":
		return CodeBroken
	}
	return CodeRefused
}

// noSOD is the result of a check that needs EF.SOD where there is none that can be read.
func (j *judging) noSOD() Result {
	if j.sodErr != nil {
		return notDone(CodeStructure, "EF.SOD cannot be read.")
	}
	r := j.missing(SOD, false)
	if r.Outcome == NotDone {
		r.Code = CodeNoSOD
	}
	return r
}

func (j *judging) sodStructure() Result {
	switch {
	case j.sodErr != nil:
		return failed(j.sodErr.Code, "EF.SOD is no well-formed signed object: %s.", printable(j.sodErr.Detail))
	case j.sod == nil:
		r := j.missing(SOD, true)
		if r.Outcome == Undetermined && (r.Code == CodeAbsent || r.Code == CodeInvalidFile) {
			r.Outcome = Failed
		}
		return r
	case len(j.sod.Problems) > 0:
		p := j.sod.Problems[0]
		return failed(p.Code, "EF.SOD: %s.", printable(p.Detail))
	}
	if !j.sod.Readable() {
		return j.unreadable()
	}
	var legacy, padding string
	if j.sod.Legacy != "" {
		legacy = "legacy_content_type: " + j.sod.Legacy + "."
	}
	if j.sod.Padding > 0 {
		padding = "padding: octets follow the file's outer object."
	}
	return successful(append([]string{legacy, padding}, j.sod.Departures...)...)
}

// unreadable is the result of a check that needs the list in the security object where that is of a version of which nothing is known
// (Doc 9303-10 appendix D.1 has 0 and 1). It may be a newer document: it is not called false, and nothing in it is vouched for.
func (j *judging) unreadable() Result {
	return undetermined(lds.SODVersion, "The security object is of version %d, of which nothing is known.", j.sod.Version)
}

func (j *judging) sodHash() Result {
	return forEachSigner(func(_ *judging, s *signer) Result { return s.digest })(j)
}

func (j *judging) sodSignature() Result {
	return forEachSigner(func(_ *judging, s *signer) Result { return s.signature })(j)
}

// neededGroups are the data groups that the verdict needs where EF.SOD lists them.
var neededGroups = []int{1, 2, 14, 15}

// dataGroup compares the hash of one data group with the one in EF.SOD.
func (j *judging) dataGroup(n int) Result {
	f := DG(n)
	b, read := j.evidence.Files[f]
	if j.sod == nil {
		if !read {
			return j.missing(f, false)
		}
		return j.noSOD()
	}
	if !j.sod.Readable() {
		if !read {
			return j.missing(f, false)
		}
		return j.unreadable()
	}
	want := j.sod.Hash(n)
	switch {
	case !read && want == nil:
		return notDone(CodeNotListed, "EF.SOD does not list data group %d.", n)
	case !read:
		return j.missing(f, slices.Contains(neededGroups, n))
	case want == nil:
		return failed(CodeNotInSOD, "Data group %d is on the chip and not in EF.SOD.", n)
	}
	digest := trust.FindDigest(j.sod.Digest)
	if digest == nil {
		return undetermined(CodeUnknownAlgorithm, "The hash algorithm %s is unknown.", j.sod.Digest.OID)
	}
	if bytes.Equal(want, digest.Sum(b)) {
		return successful()
	}
	// What follows the outer data object is padding, as dumps of other programs have it, and nothing reads it.
	if size, err := lds.FileLength(b[:min(len(b), 8)]); err == nil && size < len(b) && bytes.Equal(want, digest.Sum(b[:size])) {
		return successful("padding: octets follow the file's outer object.")
	}
	return failed(CodeHashMismatch, "Data group %d is not the one that EF.SOD holds the %s of.", n, digest.Name)
}

// signed tells whether EF.SOD's signature covers a data group as it was read. It says nothing of who the signer is.
func (j *judging) signed(n int) Result {
	for _, id := range []string{"sod.structure", "sod.hash", "sod.signature", dataGroupCheck(n)} {
		switch r := j.result(id); r.Outcome {
		case Successful:
		case Failed:
			return undetermined(CodeNotVouched, "EF.SOD does not vouch for data group %d: %s.", n, id)
		default:
			return r
		}
	}
	return successful()
}
