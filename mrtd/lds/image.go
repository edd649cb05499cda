package lds

import "bytes"

// Coding is how an image is coded.
type Coding string

// The codings of facial images (Doc 9303-10 §4.7.2). JPEG 2000 comes in a JP2 file or as a raw codestream.
const (
	JPEG     Coding = "jpeg"
	JPEG2000 Coding = "jpeg2000"
)

var signatures = []struct {
	coding Coding
	bytes  []byte
}{
	{JPEG, []byte{0xff, 0xd8, 0xff}},
	{JPEG2000, []byte("\x00\x00\x00\x0cjP  \r\n\x87\n")},
	{JPEG2000, []byte{0xff, 0x4f, 0xff, 0x51}},
}

// CodingOf tells an image's coding from its own first bytes, whatever the file says of it; empty for none that is known.
func CodingOf(image []byte) Coding {
	for _, s := range signatures {
		if bytes.HasPrefix(image, s.bytes) {
			return s.coding
		}
	}
	return ""
}

// findImage gives what follows the first image signature; nil where there is none.
func findImage(b []byte) []byte {
	first := -1
	for _, s := range signatures {
		if i := bytes.Index(b, s.bytes); i >= 0 && (first < 0 || i < first) {
			first = i
		}
	}
	if first < 0 {
		return nil
	}
	return b[first:]
}
