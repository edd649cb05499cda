package specimen

import (
	"slices"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// securityObject writes the LDSSecurityObject (Doc 9303-10 §4.6.2.3): version 0, or 1 with the LDS's version.
func securityObject(h hash, files map[int][]byte, withVersion bool, lds, unicode string) []byte {
	numbers := make([]int, 0, len(files))
	for n := range files {
		numbers = append(numbers, n)
	}
	slices.Sort(numbers)
	var groups [][]byte
	for _, n := range numbers {
		groups = append(groups, tlv.Seq(tlv.Int(int64(n)), tlv.Octets(h.sum(files[n]))))
	}
	parts := [][]byte{tlv.Int(0), h.identifier(), tlv.Seq(groups...)}
	if withVersion {
		parts[0] = tlv.Int(1)
		parts = append(parts, tlv.Seq(tlv.Make(0x13, []byte(version(lds))), tlv.Make(0x13, []byte(version(unicode)))))
	}
	return tlv.Seq(parts...)
}
