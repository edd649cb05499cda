package lds

// dataGroupTags holds the tags of DG1 to DG16 (Doc 9303-10 §4.6, table 37).
var dataGroupTags = [17]byte{0, 0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70}

// DataGroupTag gives the tag of data group n, 1 to 16, which its file begins with and EF.COM lists it by. It is 0 for any
// other number.
func DataGroupTag(n int) byte {
	if n < 1 || n > 16 {
		return 0
	}
	return dataGroupTags[n]
}

// DataGroupOf gives the number of the data group with the tag given, 1 to 16; ok is false for a tag of none.
func DataGroupOf(tag byte) (n int, ok bool) {
	for n, t := range dataGroupTags {
		if n > 0 && t == tag {
			return n, true
		}
	}
	return 0, false
}
