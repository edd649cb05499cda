package lds

import (
	"bytes"
	"encoding/hex"
	"errors"
	"testing"
)

// TestParseDIR reads the directory of Doc 9303-10 §3.11.2: the eMRTD application, travel records, visa records, additional biometrics.
func TestParseDIR(t *testing.T) {
	const example = "61094F07A0000002471001" + "61094F07A0000002472001" + "61094F07A0000002472002" + "61094F07A0000002472003"
	raw, err := hex.DecodeString(example)
	if err != nil {
		t.Fatal(err)
	}
	for name, b := range map[string][]byte{"as printed": raw, "with fillers": append(bytes.Clone(raw), 0, 0, 0), "with FF": append(bytes.Clone(raw), 0xff)} {
		dir, err := ParseDIR(b)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		if len(dir.Applications) != 4 || !bytes.Equal(dir.Applications[0], []byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}) {
			t.Errorf("%s: %x", name, dir.Applications)
		}
	}
	for name, b := range map[string][]byte{"cut": raw[:len(raw)-1], "a short identifier": {0x61, 4, 0x4f, 2, 1, 2}, "indefinite length": {0x61, 0x80, 0, 0}} {
		if _, err := ParseDIR(b); !errors.Is(err, ErrMalformed) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := ParseDIR(make([]byte, MaxFile+1)); !errors.Is(err, ErrTooLarge) {
		t.Errorf("too long: %v", err)
	}
}

func FuzzDIR(f *testing.F) {
	f.Add([]byte("\x61\x09\x4f\x07\xa0\x00\x00\x02\x47\x10\x01"))
	f.Fuzz(func(_ *testing.T, b []byte) { _, _ = ParseDIR(b) })
}
