package lds

import "github.com/skranke/skranke/mrtd/mrz"

var dg1File = file{name: "EF.DG1", clause: "Doc 9303-10 §4.7.1", tag: 0x61, max: MaxFile, elements: 16}

// ParseDG1 reads the MRZ in EF.DG1. Wrong check digits and impossible dates are no error: see [mrz.MRZ.CheckDigits].
func ParseDG1(b []byte) (*mrz.MRZ, error) {
	r, err := dg1File.open(b)
	if err != nil {
		return nil, dg1File.fail(err)
	}
	e, err := r.Read(0x5f1f)
	if err != nil {
		return nil, dg1File.fail(err)
	}
	if err := r.End(); err != nil {
		return nil, dg1File.fail(err)
	}
	m, err := mrz.ParseStrict(string(e.Value))
	if err != nil {
		return nil, dg1File.fail(err)
	}
	return m, nil
}
