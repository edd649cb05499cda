package lds

import "fmt"

// DG12 is what EF.DG12 adds about the document. Every field may be empty; texts are as the state wrote them. It
// prints itself as redacted.
type DG12 struct {
	IssuingAuthority string
	// DateOfIssue is YYYY-MM-DD, unknown parts XX.
	DateOfIssue  string
	OtherPersons []string
	Endorsements string
	TaxOrExit    string
	// Front and Rear are images of the document; they share the file's memory.
	Front, Rear []byte
	// PersonalizedAt is YYYY-MM-DD HH:MM:SS, in no stated time zone.
	PersonalizedAt string
	// PersonalizedBy is the serial number of the personalization system.
	PersonalizedBy string
}

// Format prints the data group as redacted, whatever the verb.
func (DG12) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted DG12]")) }

// MarshalText keeps the data group out of logs and JSON: it gives the same words as printing does.
func (DG12) MarshalText() ([]byte, error) { return []byte("[redacted DG12]"), nil }

var dg12File = file{name: "EF.DG12", clause: "Doc 9303-10 §4.7.12", tag: 0x6c, max: MaxImageFile, elements: 1024}

// ParseDG12 reads EF.DG12. The tag list and the counts in it are not relied on, unknown objects are passed over, and
// of an object that comes twice the last one counts.
func ParseDG12(b []byte) (*DG12, error) {
	r, err := dg12File.open(b)
	if err != nil {
		return nil, dg12File.fail(err)
	}
	var d DG12
	fields := map[uint32]*string{
		0x5f19: &d.IssuingAuthority, 0x5f1b: &d.Endorsements, 0x5f1c: &d.TaxOrExit, 0x5f56: &d.PersonalizedBy,
	}
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return nil, dg12File.fail(err)
		}
		switch e.Tag {
		case 0xa0:
			if d.OtherPersons, err = texts(e, 0x5f1a); err != nil {
				return nil, dg12File.fail(err)
			}
		case 0x5f1a: // without its template, as some documents have it
			d.OtherPersons = append(d.OtherPersons, text(e))
		case 0x5f26:
			d.DateOfIssue = date(e)
		case 0x5f55:
			d.PersonalizedAt = dateTime(e)
		case 0x5f1d:
			d.Front = e.Value
		case 0x5f1e:
			d.Rear = e.Value
		default:
			if field := fields[e.Tag]; field != nil {
				*field = text(e)
			}
		}
	}
	return &d, nil
}
