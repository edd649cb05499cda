package lds

// dataGroupTags holds the tags of DG1 to DG16 (Doc 9303-10 §4.7).
var dataGroupTags = [17]byte{
	1: 0x61, 2: 0x75, 3: 0x63, 4: 0x76, 5: 0x65, 6: 0x66, 7: 0x67, 8: 0x68,
	9: 0x69, 10: 0x6a, 11: 0x6b, 12: 0x6c, 13: 0x6d, 14: 0x6e, 15: 0x6f, 16: 0x70,
}

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
