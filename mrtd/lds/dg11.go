package lds

import "fmt"

// DG11 is what EF.DG11 adds about the holder. Every field may be empty. Texts are as the state wrote them, with "<"
// between the parts of a name or an address. It is personal data and prints itself as redacted.
type DG11 struct {
	// Name is the full name in the characters of the state, "SURNAME<<GIVEN<NAMES".
	Name       string
	OtherNames []string
	// PersonalNumber is the state's number for the person.
	PersonalNumber string
	// DateOfBirth is YYYY-MM-DD, unknown parts XX.
	DateOfBirth  string
	PlaceOfBirth string
	Address      string
	Telephone    string
	Profession   string
	Title        string
	Summary      string
	// Citizenship is the image that proves it; it shares the file's memory.
	Citizenship []byte
	// OtherDocuments lists the numbers of other valid travel documents.
	OtherDocuments string
	Custody        string
}

// Format prints the data group as redacted, whatever the verb.
func (DG11) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted DG11]")) }

// MarshalText keeps the data group out of logs and JSON: it gives the same words as printing does.
func (DG11) MarshalText() ([]byte, error) { return []byte("[redacted DG11]"), nil }

var dg11File = file{name: "EF.DG11", clause: "Doc 9303-10 §4.7.11", tag: 0x6b, max: MaxFile, elements: 1024}

// ParseDG11 reads EF.DG11. The tag list and the counts in it are not relied on, unknown objects are passed over, and
// of an object that comes twice the last one counts.
func ParseDG11(b []byte) (*DG11, error) {
	r, err := dg11File.open(b)
	if err != nil {
		return nil, dg11File.fail(err)
	}
	var d DG11
	fields := map[uint32]*string{
		0x5f0e: &d.Name, 0x5f10: &d.PersonalNumber, 0x5f11: &d.PlaceOfBirth, 0x5f42: &d.Address, 0x5f12: &d.Telephone,
		0x5f13: &d.Profession, 0x5f14: &d.Title, 0x5f15: &d.Summary, 0x5f17: &d.OtherDocuments, 0x5f18: &d.Custody,
	}
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return nil, dg11File.fail(err)
		}
		switch e.Tag {
		case 0xa0:
			if d.OtherNames, err = texts(e, 0x5f0f); err != nil {
				return nil, dg11File.fail(err)
			}
		case 0x5f0f: // without its template, as some documents have it
			d.OtherNames = append(d.OtherNames, text(e))
		case 0x5f2b:
			d.DateOfBirth = date(e)
		case 0x5f16:
			d.Citizenship = e.Value
		default:
			if field := fields[e.Tag]; field != nil {
				*field = text(e)
			}
		}
	}
	return &d, nil
}
