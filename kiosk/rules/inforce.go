package rules

import (
	"fmt"
	"io/fs"
	"strings"
)

// InForce gives the rule pack to decide by: the one that was installed, where there is one and it is of a later version than the one that is
// shipped; else the shipped one. An installed pack that is later and refused leaves the shipped one in force: refused then says why, in the
// errors of [Load]. err is that the shipped pack itself cannot be read.
func InForce(shipped, installed fs.FS) (pack *Pack, refused, err error) {
	if pack, err = Load(shipped); err != nil || installed == nil {
		return pack, nil, err
	}
	other, refused := Load(installed)
	switch {
	case refused != nil:
		return pack, fmt.Errorf("the installed rules are refused, and version %s is in force: %w", pack.version, refused), nil
	case newer(other.version, pack.version):
		return other, nil, nil
	}
	return pack, nil, nil
}

// newer tells whether a version, a day and perhaps a number, is later than another.
func newer(version, than string) bool {
	key := func(v string) string {
		day, number, _ := strings.Cut(v, ".")
		return fmt.Sprintf("%s.%03s", day, number)
	}
	return key(version) > key(than)
}
