package lds

import (
	"fmt"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// maxFaces bounds the facial images of one document.
const maxFaces = 16

// FaceImage is one facial image of DG2. It is personal data and prints itself as redacted.
type FaceImage struct {
	// Coding is told by the image's own first bytes; empty where they are of none that is known.
	Coding Coding
	// Data is the image. It shares the file's memory.
	Data []byte
	// Record is the standard that the record around the image follows: "ISO/IEC 19794-5" or "ISO/IEC 39794-5".
	Record string
	// Width and Height are what the record says of the image, in pixels, 0 where it says nothing; the image itself
	// may differ.
	Width, Height int
}

// Format prints the image as redacted, whatever the verb.
func (FaceImage) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted face image]")) }

// MarshalText keeps the image out of logs and JSON: it gives the same words as printing does.
func (FaceImage) MarshalText() ([]byte, error) { return []byte("[redacted face image]"), nil }

var dg2File = file{name: "EF.DG2", clause: "Doc 9303-10 §4.7.2", tag: 0x75, max: MaxImageFile, elements: 16384}

// ParseDG2 reads the facial images in EF.DG2, in the order of the file: one to nine biometric information templates
// with a record of ISO/IEC 19794-5:2005 (data object 5F2E) or ISO/IEC 39794-5 (7F2E). What the record is, is told by
// its contents. A template that cannot be read is passed over as long as another one can. Without any image the error
// matches [ErrNoImage] or, where a record is broken, [ErrMalformed].
func ParseDG2(b []byte) ([]FaceImage, error) {
	r, err := dg2File.open(b)
	if err != nil {
		return nil, dg2File.fail(err)
	}
	group, err := r.Read(0x7f61)
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return nil, dg2File.fail(err)
	}
	in := group.Inside()
	if _, err := in.Read(der.Integer); err != nil { // the count: the templates that are there count
		return nil, dg2File.fail(err)
	}
	var faces []FaceImage
	firstErr := error(ErrNoImage)
	for !in.Empty() && len(faces) < maxFaces {
		template, err := in.Read(0x7f60)
		if err != nil {
			return nil, dg2File.fail(err)
		}
		found, err := readTemplate(template.Inside())
		if err != nil && firstErr == error(ErrNoImage) {
			firstErr = err
		}
		faces = append(faces, found...)
	}
	if len(faces) == 0 {
		return nil, dg2File.fail(firstErr)
	}
	return faces[:min(len(faces), maxFaces)], nil
}

// readTemplate reads the biometric data block of one template; its header (A1), which says no more than the record
// does, is passed over.
func readTemplate(r *der.Reader) ([]FaceImage, error) {
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return nil, err
		}
		switch e.Tag {
		case 0x5f2e, 0x7f2e:
			if len(e.Value) == 0 {
				return nil, ErrNoImage
			}
			if isISO19794(e.Value) {
				return readISO19794(e.Value)
			}
			return readISO39794(e.Value)
		}
	}
	return nil, fmt.Errorf("%w in a template", ErrNoImage)
}
