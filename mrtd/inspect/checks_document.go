package inspect

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/lds/face"
	"github.com/skranke/skranke/mrtd/mrz"
)

// noMRZ is the result of a check that needs DG1's MRZ where there is none.
func (j *judging) noMRZ() Result {
	if j.mrzErr != nil {
		return undetermined(CodeMalformed, "DG1 cannot be read.")
	}
	return j.missing(DG(1), false)
}

func (j *judging) mrzCheckDigits() Result {
	if j.mrzErr != nil {
		return failed(CodeMalformed, "DG1 holds no machine readable zone that can be read.")
	}
	if j.mrz == nil {
		return j.noMRZ()
	}
	if wrong := j.mrz.CheckDigits(); len(wrong) > 0 {
		return failed(CodeCheckDigit, "Wrong check digit: %s.", fieldNames(wrong))
	}
	return successful()
}

// mrzMatch compares DG1's MRZ with what was given, field by field. The detail names fields, never their contents.
func (j *judging) mrzMatch() Result {
	if j.Given == nil && j.GivenKey == nil {
		return notDone(CodeNoMRZ, "No printed MRZ was given to compare.")
	}
	if j.mrz == nil {
		return j.noMRZ()
	}
	var different []mrz.Field
	if j.Given != nil {
		different = mrz.Differences(j.Given, j.mrz)
	} else {
		different = j.GivenKey.Differences(j.mrz)
	}
	var identifying []mrz.Field
	for _, f := range different {
		if f.Identifying() {
			identifying = append(identifying, f)
		}
	}
	switch {
	case len(identifying) > 0:
		return failed(CodePrintedDiffers, "The chip says otherwise than the printed lines in: %s. Compare them again.", fieldNames(identifying))
	case len(different) > 0:
		return undetermined(CodeOptionalData, "Only the optional data differs.")
	}
	return successful()
}

func fieldNames(fields []mrz.Field) string {
	names := make([]string, len(fields))
	for i, f := range fields {
		names[i] = f.Name()
	}
	return strings.Join(names, ", ")
}

// documentExpiry compares days: a document is valid on the day of its expiry.
func (j *judging) documentExpiry() Result {
	if j.mrz == nil {
		return j.noMRZ()
	}
	expiry := j.mrz.DateOfExpiry(j.At)
	if expiry == "" {
		return undetermined(CodeUnreadableDate, "The date of expiry cannot be read.")
	}
	if j.At.Format(time.DateOnly) > expiry {
		return failed(CodeExpired, "The document has expired.")
	}
	return successful()
}

// sodCOM compares EF.COM's list, which nothing signs, with that of EF.SOD, which counts.
func (j *judging) sodCOM() Result {
	b, ok := j.evidence.Files[COM]
	if !ok {
		r := j.missing(COM, true)
		if j.session == nil || r.Code == CodeAbsent {
			return notSupported(CodeNoCOM, "There is no EF.COM.")
		}
		return r
	}
	if j.sod == nil {
		return j.noSOD()
	}
	if !j.sod.Readable() {
		return j.unreadable()
	}
	com, err := lds.ParseCOM(b)
	if err != nil {
		return undetermined(CodeMalformed, "EF.COM cannot be read.")
	}
	if signed := j.sod.DataGroups(); fmt.Sprint(com.DataGroups) != fmt.Sprint(signed) {
		return failed(CodeListsDiffer, "EF.COM lists data groups %v, EF.SOD %v.", com.DataGroups, signed)
	}
	if v := j.sod.LDSVersion; v != "" && com.LDSVersion != v {
		return successful("lds_version_differs: EF.COM has another version of the LDS than the signed " + v + ".")
	}
	return successful()
}

// issuerMatch compares DG1's issuing state with the country of the signer, which must be its CSCA's too.
func (j *judging) issuerMatch(s *signer) Result {
	if s.cert == nil {
		return notDone(CodeNoSigner, "The document signer's certificate is missing.")
	}
	own, a := s.cert.Subject.Country(), s.anchor()
	if a != nil && own != "" && a.Country() != "" && a.Country() != own {
		return failed(CodeCSCACountry, "The document signer is of %s, its CSCA of %s.", own, a.Country())
	}
	if j.mrz == nil {
		return j.noMRZ()
	}
	countries, ok := mrz.CountryOf(j.mrz.Issuer)
	if !ok {
		return undetermined(CodeUnknownIssuer, "The issuing state's code in DG1 belongs to no country that is known.")
	}
	signed := country(s)
	if signed == "" || a != nil && a.Country() == "" {
		return undetermined(CodeNoCountry, "The document signer's certificate or its CSCA's names no country.")
	}
	for _, c := range countries {
		if strings.EqualFold(c, signed) {
			return successful()
		}
	}
	return failed(CodeCountryDiffers, "DG1 names an issuing state of %s; the document signer is of %s.", countries[0], signed)
}

// faceDecode decodes DG2's images until one comes out.
func (j *judging) faceDecode() Result {
	b, ok := j.evidence.Files[DG(2)]
	if !ok {
		return j.missing(DG(2), false)
	}
	if j.Face == nil {
		return notDone(CodeNoDecoder, "Nothing here decodes images.")
	}
	images, err := lds.ParseDG2(b)
	if err != nil {
		return failed(CodeNoFace, "DG2 holds no facial image.")
	}
	for _, image := range images {
		format, width, height, err := j.Face(j.Context, image.Data)
		if err == nil {
			j.face = &Face{Format: format, Width: width, Height: height}
			return successful()
		}
		switch {
		case j.Context.Err() != nil:
			return Result{Aborted, CodeCancelled, "Decoding the facial image was cancelled."}
		case errors.Is(err, face.ErrNoChild):
			return notDone(CodeNoDecoder, "The image decoder cannot be started on this machine.")
		}
	}
	return failed(CodeNotDecodable, "None of the %d facial images in DG2 can be decoded.", len(images))
}
