package lds

import (
	"bytes"
	"encoding/binary"
)

// The parts of a facial record of ISO/IEC 19794-5:2005, in octets: facial record header (§5.4), facial information
// block (§5.5), a feature point (§5.6), image information block (§5.7).
const (
	facialRecordHeader     = 14
	facialInformationBlock = 20
	featurePoint           = 8
	imageInformationBlock  = 12
)

func isISO19794(b []byte) bool { return bytes.HasPrefix(b, []byte("FAC\x00")) }

// readISO19794 reads a facial record. Lengths in the record are off by some octets in real documents (New Zealand,
// the United Kingdom), so that the last image reaches to the end of the data object; and where no image begins where
// the blocks say, the first image signature after the information block counts.
func readISO19794(b []byte) ([]FaceImage, error) {
	if len(b) < facialRecordHeader {
		return nil, malformed("facial record header cut short")
	}
	if string(b[4:8]) != "010\x00" {
		return nil, malformed("facial record of an unknown version")
	}
	count := int(binary.BigEndian.Uint16(b[12:14]))
	if count < 1 || count > maxFaces {
		return nil, malformed("number of facial images")
	}
	var faces []FaceImage
	rest := b[facialRecordHeader:]
	for i := range count {
		if len(rest) < facialInformationBlock+imageInformationBlock {
			return nil, malformed("facial information block cut short")
		}
		length := int64(binary.BigEndian.Uint32(rest[:4]))
		points := int(binary.BigEndian.Uint16(rest[4:6]))
		block := rest
		if i+1 < count {
			if length < facialInformationBlock+imageInformationBlock || length > int64(len(rest)) {
				return nil, malformed("length of a facial image")
			}
			block = rest[:length]
		}
		rest = rest[len(block):]
		face := FaceImage{Record: "ISO/IEC 19794-5"}
		at := facialInformationBlock + points*featurePoint
		if at+imageInformationBlock <= len(block) {
			information := block[at : at+imageInformationBlock]
			face.Width = int(binary.BigEndian.Uint16(information[2:4]))
			face.Height = int(binary.BigEndian.Uint16(information[4:6]))
			face.Data = block[at+imageInformationBlock:]
		}
		if CodingOf(face.Data) == "" {
			if image := findImage(block[facialInformationBlock:]); image != nil {
				face.Data, face.Width, face.Height = image, 0, 0
			}
		}
		if len(face.Data) == 0 {
			return nil, ErrNoImage
		}
		face.Coding = CodingOf(face.Data)
		faces = append(faces, face)
	}
	return faces, nil
}
