package inspect

import (
	"slices"
	"strings"

	"github.com/skranke/skranke/mrtd/mrz"
	"github.com/skranke/skranke/mrtd/trust"
)

// knownDefects asks the store's deviation lists for defects of this document (Doc 9303-12 §10, TR-03135-1 §5).
func (j *judging) knownDefects() []trust.Defect {
	var defects []trust.Defect
	for _, s := range j.signers {
		q := trust.DeviationQuery{Signer: s.cert, Signed: claimed(s)}
		if c := country(s); c != "" {
			q.Countries = append(q.Countries, c)
		}
		if j.mrz != nil {
			q.Code, q.Number = j.mrz.Code, j.mrz.Number
			countries, _ := mrz.CountryOf(j.mrz.Issuer)
			q.Countries = append(q.Countries, countries...)
		}
		defects = append(defects, j.Store.Defects(q)...)
	}
	return defects
}

// defectOf are the checks that a type of defect speaks of. Those of data groups have the data group as their parameter.
var defectOf = map[trust.DefectType][]string{
	trust.DefectSignerSignature: {"signer.signature"},
	trust.DefectSignerEncoding:  {"signer.usage", "issuer.match"},
	trust.DefectCSCAEncoding:    {"signer.signature"},
	trust.DefectSODSignature:    {"sod.hash", "sod.signature"},
	trust.DefectCOM:             {"sod.com"},
	trust.DefectMRZ:             {"mrz.check_digits", "mrz.match"},
	trust.DefectMRZData:         {"mrz.match"},
	trust.DefectMRZCheckDigit:   {"mrz.check_digits"},
	trust.DefectChip:            {"access.pace", "access.bac"},
}

// Datagroup of Doc 9303-12 §10.2 beside the data groups themselves.
const (
	deviatingSOD = 20
	deviatingCOM = 21
)

// speaksOf tells whether a defect is one of the check with the id.
func speaksOf(d trust.Defect, id string) bool {
	for _, of := range defectOf[d.Type] {
		if of == id {
			return true
		}
	}
	switch d.Type {
	case trust.DefectDataGroupHash:
		return d.Number >= 1 && d.Number <= 16 && id == dataGroupCheck(d.Number)
	case trust.DefectDataGroup:
		switch {
		case d.Number == 1:
			return id == "mrz.check_digits"
		case d.Number == 2:
			return id == "face.decode"
		case d.Number == deviatingSOD:
			return id == "sod.structure"
		case d.Number == deviatingCOM:
			return id == "sod.com"
		}
	}
	return false
}

// issuedBy tells whether DG1 names a state of the country as the issuing one.
func (j *judging) issuedBy(country string) bool {
	if j.mrz == nil {
		return false
	}
	countries, _ := mrz.CountryOf(j.mrz.Issuer)
	return slices.ContainsFunc(countries, func(c string) bool { return strings.EqualFold(c, country) })
}

// deviating turns the failure of a check into an open answer where the issuing state says that the document has this very
// defect, and a success of active authentication likewise where it says that the key may be known to others. What the
// check found stays in the detail.
func (j *judging) deviating(id string, r Result) Result {
	for _, d := range j.defects {
		switch {
		case id == "issuer.match" && !j.issuedBy(d.Country): // a state excuses its own documents, not what it signs in another's name
		case r.Outcome == Failed && speaksOf(d, id):
			return undetermined(CodeKnownDeviation, "Failed with %s, a defect that the deviation list of %s names for this document. %s", r.Code, d.List, r.Detail)
		case r.Outcome == Successful && id == "chip.aa" && d.Type == trust.DefectKeyCompromised:
			return undetermined(CodeKnownDeviation, "Successful, but the deviation list of %s says that the key is not to be relied upon.", d.List)
		}
	}
	return r
}
