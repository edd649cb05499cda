package lds

import (
	"slices"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// DIR is EF.DIR: the applications on the chip (Doc 9303-10 §3.11.2). Nothing signs it.
type DIR struct {
	// Applications holds the application identifiers, 5 to 16 bytes each, in the order of the file.
	Applications [][]byte
}

var dirFile = file{name: "EF.DIR", clause: "Doc 9303-10 §3.11.2", max: MaxFile}

// ParseDIR reads EF.DIR: a row of application templates (61), each with an application identifier (4F). Fillers at the end are passed over;
// templates without an identifier, and other objects, are too.
func ParseDIR(b []byte) (*DIR, error) {
	if len(b) > MaxFile {
		return nil, dirFile.fail(ErrTooLarge)
	}
	var dir DIR
	r := der.NewReader(b)
	for !r.Empty() {
		if first := r.Rest()[0]; first == 0x00 || first == 0xff {
			break
		}
		template, err := r.Next()
		if err != nil {
			return nil, dirFile.fail(err)
		}
		if template.Tag != 0x61 {
			continue
		}
		for in := template.Inside(); !in.Empty(); {
			e, err := in.Next()
			if err != nil {
				return nil, dirFile.fail(err)
			}
			if e.Tag != 0x4f {
				continue
			}
			if n := len(e.Value); n < 5 || n > 16 { // ISO/IEC 7816-4 §12.2.2
				return nil, dirFile.fail(malformed("an application identifier of %d bytes", n))
			}
			dir.Applications = append(dir.Applications, slices.Clone(e.Value))
		}
	}
	return &dir, nil
}
