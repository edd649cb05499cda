package mrz

// Field names one data element of the MRZ.
type Field string

// The data elements of the MRZ (Doc 9303-4 §4.2.2, Doc 9303-5 §4.2.2, Doc 9303-6 §4.2.2).
const (
	FieldSize        Field = "size"
	FieldCode        Field = "document_code"
	FieldIssuer      Field = "issuer"
	FieldNames       Field = "names"
	FieldNumber      Field = "document_number"
	FieldNationality Field = "nationality"
	FieldBirth       Field = "date_of_birth"
	FieldSex         Field = "sex"
	FieldExpiry      Field = "date_of_expiry"
	FieldOptional    Field = "optional_data"
	// FieldComposite is the check digit over the others, at the end of the MRZ.
	FieldComposite Field = "composite"
)

var fieldNames = map[Field]string{
	FieldSize:        "size",
	FieldCode:        "document code",
	FieldIssuer:      "issuing state",
	FieldNames:       "names",
	FieldNumber:      "document number",
	FieldNationality: "nationality",
	FieldBirth:       "date of birth",
	FieldSex:         "sex",
	FieldExpiry:      "date of expiry",
	FieldOptional:    "optional data",
	FieldComposite:   "whole MRZ",
}

// Name gives the field's name in English, for a message: "document number".
func (f Field) Name() string {
	if n, ok := fieldNames[f]; ok {
		return n
	}
	return string(f)
}

// Identifying tells whether the field tells one holder or document from another. Optional data does not, nor does a
// digit that follows from the other fields.
func (f Field) Identifying() bool { return f != FieldOptional && f != FieldComposite }
