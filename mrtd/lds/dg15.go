package lds

import "github.com/skranke/skranke/mrtd/internal/der"

var dg15File = file{name: "EF.DG15", clause: "Doc 9303-10 §4.7.15", tag: 0x6f, max: MaxFile, elements: 64}

// ParseDG15 reads the public key for active authentication in EF.DG15: a SubjectPublicKeyInfo (RFC 5280 §4.1.2.7),
// DER, whose outer structure is checked and whose algorithm is not. It shares b's memory.
func ParseDG15(b []byte) (spki []byte, err error) {
	r, err := dg15File.open(b)
	if err != nil {
		return nil, dg15File.fail(err)
	}
	key, err := readKey(r)
	if err == nil {
		err = r.End()
	}
	if err != nil {
		return nil, dg15File.fail(err)
	}
	return key, nil
}

// readKey reads a SubjectPublicKeyInfo and gives it whole.
func readKey(r *der.Reader) ([]byte, error) {
	key, err := r.Read(der.Sequence)
	if err != nil {
		return nil, err
	}
	in := key.Inside()
	if _, err := in.Algorithm(); err != nil {
		return nil, err
	}
	bits, err := in.Read(der.BitString)
	if err != nil {
		return nil, err
	}
	if _, err := der.Bits(bits.Value); err != nil {
		return nil, err
	}
	return key.Raw, in.End()
}
