package specimen

import (
	"encoding/binary"
	"fmt"
	"slices"
	"strings"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// groupTag gives the tag of each data group (Doc 9303-10 §4.7.1 table 38), by its number.
var groupTag = [17]uint32{
	0, 0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6A, 0x6B, 0x6C, 0x6D, 0x6E, 0x6F, 0x70,
}

// makeCOM writes EF.COM (Doc 9303-10 §4.6.1): versions as 1.7 and 4.0.0, and the data groups.
func makeCOM(lds, unicode string, groups []int) []byte {
	var tags []byte
	for _, g := range groups {
		tags = append(tags, byte(groupTag[g])) //nolint:gosec // one octet each
	}
	return tlv.Make(0x60, tlv.Make(0x5F01, []byte(version(lds))), tlv.Make(0x5F36, []byte(version(unicode))),
		tlv.Make(0x5C, tags))
}

// version writes 1.7 as 0107.
func version(dotted string) string {
	var out strings.Builder
	for part := range strings.SplitSeq(dotted, ".") {
		fmt.Fprintf(&out, "%02s", part)
	}
	return out.String()
}

// makeDG1 writes EF.DG1: the machine readable zone.
func makeDG1(lines []string) []byte {
	return tlv.Make(0x61, tlv.Make(0x5F1F, []byte(strings.Join(lines, ""))))
}

// makeDG2 writes EF.DG2: one face in an ISO/IEC 19794-5:2005 record, in the biometric information template of
// Doc 9303-10 §4.7.2.1. Kind is 0 for JPEG and 1 for JPEG 2000.
func makeDG2(picture []byte, kind byte, w, h int, sex string, features int) []byte {
	gender := map[string]byte{"M": 1, "F": 2}[sex]
	u16 := func(n int) []byte { return binary.BigEndian.AppendUint16(nil, uint16(n)) } //nolint:gosec // small
	u32 := func(n int) []byte { return binary.BigEndian.AppendUint32(nil, uint32(n)) } //nolint:gosec // small
	var points []byte
	for i := range features { // MPEG-4 feature points, around where the eyes are
		points = slices.Concat(points, []byte{1, byte(0xC1 + i%2)}, u16(w*(4+i%3)/10), u16(h*5/12), u16(0)) //nolint:gosec // small
	}
	block := 20 + len(points) + 12 + len(picture)
	record := slices.Concat(
		[]byte("FAC\x00010\x00"), u32(14+block), u16(1), // facial record header
		u32(block), u16(features), []byte{gender, 0, 0, 0, 0, 0, 0, 0}, make([]byte, 6), // facial information
		points,
		[]byte{1, kind}, u16(w), u16(h), []byte{1, 2}, u16(0), u16(0), // image information: full frontal, RGB, camera
		picture,
	)
	header := tlv.Make(0xA1, tlv.Make(0x80, []byte{1, 1}), tlv.Make(0x81, []byte{2}), tlv.Make(0x82, []byte{0}),
		tlv.Make(0x87, []byte{1, 1}), tlv.Make(0x88, []byte{0, 8}))
	return tlv.Make(0x75, tlv.Make(0x7F61, tlv.Make(0x02, []byte{1}),
		tlv.Make(0x7F60, header, tlv.Make(0x5F2E, record))))
}

// makeDG11 writes EF.DG11: the full name and the date of birth as additional personal details.
func makeDG11(p printed) []byte {
	return tlv.Make(0x6B, tlv.Make(0x5C, []byte{0x5F, 0x0E, 0x5F, 0x2B}),
		tlv.Make(0x5F0E, []byte(strings.ReplaceAll(strings.ToUpper(p.surname+"<<"+p.givenNames), " ", "<"))),
		tlv.Make(0x5F2B, []byte(p.birth.Format("20060102"))))
}

// makeDG12 writes EF.DG12: the issuing authority and the date of issue.
func makeDG12(authority, issued string) []byte {
	return tlv.Make(0x6C, tlv.Make(0x5C, []byte{0x5F, 0x19, 0x5F, 0x26}), tlv.Make(0x5F19, []byte(authority)),
		tlv.Make(0x5F26, []byte(issued)))
}
