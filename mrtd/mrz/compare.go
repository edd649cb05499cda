package mrz

// Differences lists the fields in which two MRZ say something else, in the order of the constants of [Field]; none
// when they agree. Values are compared without their fillers, check digits not at all: they follow from the fields.
// The fields that tell one holder or document from another are those that are [Field.Identifying].
func Differences(a, b *MRZ) []Field {
	var different []Field
	for _, c := range [...]struct {
		field Field
		same  bool
	}{
		{FieldSize, a.Size == b.Size},
		{FieldCode, a.Code == b.Code},
		{FieldIssuer, a.Issuer == b.Issuer},
		{FieldNames, trim(a.layout.names.of(a.text)) == trim(b.layout.names.of(b.text))},
		{FieldNumber, a.Number == b.Number},
		{FieldNationality, a.Nationality == b.Nationality},
		{FieldBirth, a.layout.birth.of(a.text) == b.layout.birth.of(b.text)},
		{FieldSex, a.layout.sex.of(a.text) == b.layout.sex.of(b.text)},
		{FieldExpiry, a.layout.expiry.of(a.text) == b.layout.expiry.of(b.text)},
		{FieldOptional, a.OptionalData == b.OptionalData},
	} {
		if !c.same {
			different = append(different, c.field)
		}
	}
	return different
}

// Differences lists the fields of the key that the MRZ contradicts: document number, date of birth, date of expiry.
func (k Key) Differences(m *MRZ) []Field {
	other := m.Key()
	var different []Field
	if k.number != other.number {
		different = append(different, FieldNumber)
	}
	if k.birth != other.birth {
		different = append(different, FieldBirth)
	}
	if k.expiry != other.expiry {
		different = append(different, FieldExpiry)
	}
	return different
}
