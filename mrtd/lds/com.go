package lds

import (
	"bytes"
	"fmt"
	"slices"
	"strconv"
)

// COM is EF.COM: what the chip says that it holds. Nothing signs it: EF.SOD is what counts.
type COM struct {
	// LDSVersion is "1.7" or "1.8"; empty where the file states none, see [Version].
	LDSVersion string
	// UnicodeVersion is "4.0.0"; empty where the file states none.
	UnicodeVersion string
	// DataGroups lists the numbers of the data groups, ascending, each once.
	DataGroups []int
	// UnknownTags holds the tags listed that stand for no data group.
	UnknownTags []byte
}

var comFile = file{name: "EF.COM", clause: "Doc 9303-10 §4.6.1", tag: 0x60, max: MaxFile, elements: 256}

// ParseCOM reads EF.COM. The tag list is required; the versions may be missing, since nothing rests on them.
func ParseCOM(b []byte) (*COM, error) {
	r, err := comFile.open(b)
	if err != nil {
		return nil, comFile.fail(err)
	}
	var com COM
	var list []byte
	for !r.Empty() {
		e, err := r.Next()
		if err != nil {
			return nil, comFile.fail(err)
		}
		switch e.Tag {
		case 0x5f01:
			com.LDSVersion = Version(string(e.Value))
		case 0x5f36:
			com.UnicodeVersion = Version(string(e.Value))
		case 0x5c:
			if list != nil {
				return nil, comFile.fail(malformed("two tag lists"))
			}
			list = append([]byte{}, e.Value...)
		}
	}
	if list == nil {
		return nil, comFile.fail(malformed("no tag list"))
	}
	for _, tag := range list {
		switch n, ok := DataGroupOf(tag); {
		case !ok && !bytes.Contains(com.UnknownTags, []byte{tag}):
			com.UnknownTags = append(com.UnknownTags, tag)
		case ok && !slices.Contains(com.DataGroups, n):
			com.DataGroups = append(com.DataGroups, n)
		}
	}
	slices.Sort(com.DataGroups)
	return &com, nil
}

// Version writes a version of the LDS (four digits, "0107") or of Unicode (six, "040000") with dots: "1.7", "4.0.0".
// It is empty for anything else. EF.COM and the security object of EF.SOD write them alike (Doc 9303-10
// §4.6.1, §4.6.2.3).
func Version(digits string) string {
	if len(digits) != 4 && len(digits) != 6 {
		return ""
	}
	var out string
	for i := 0; i < len(digits); i += 2 {
		n, err := strconv.ParseUint(digits[i:i+2], 10, 8)
		if err != nil {
			return ""
		}
		if i > 0 {
			out += "."
		}
		out += fmt.Sprint(n)
	}
	return out
}
