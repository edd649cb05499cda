package rules

import (
	"fmt"
	"io/fs"
	"strings"
)

// InForce gives the rule pack to decide by: the one that was installed, where there is one and it is of a later version than the one that is
// shipped; else the shipped one. An installed pack that is later and refused leaves the shipped one in force: refused then says why, in the
// errors of [Load]. err is that the shipped pack, which is needed then, cannot be read.
func InForce(shipped, installed fs.FS) (pack *Pack, refused, err error) {
	if installed != nil {
		ours, err := version(shipped)
		if err != nil {
			return nil, nil, err
		}
		theirs, bad := version(installed)
		if refused = bad; bad == nil && newer(theirs, ours) {
			if pack, refused = Load(installed); refused == nil {
				return pack, nil, nil
			}
		}
		if refused != nil {
			refused = fmt.Errorf("the installed rules are refused, and version %s is in force: %w", ours, refused)
		}
	}
	pack, err = Load(shipped)
	return pack, refused, err
}

// version reads the version of a pack, and nothing else of it.
func version(fsys fs.FS) (string, error) {
	l := &loader{fsys: fsys}
	root := l.read("pack.yaml")
	if l.failed() {
		return "", l.error()
	}
	return root.Version, nil
}

// newer tells whether a version, a day and perhaps a number, is later than another.
func newer(version, than string) bool {
	key := func(v string) string {
		day, number, _ := strings.Cut(v, ".")
		return fmt.Sprintf("%s.%03s", day, number)
	}
	return key(version) > key(than)
}
