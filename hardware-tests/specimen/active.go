package specimen

import (
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/big"

	"github.com/skranke/skranke/hardware-tests/chip"
)

// staticKey makes one of the chip's static private keys.
func staticKey(par chip.Parameters, seed uint64, purpose ...string) (*big.Int, error) {
	random := stream(seed, append([]string{"chip"}, purpose...)...)
	if par.Curve != nil {
		return par.Curve.Scalar(random)
	}
	return par.Group.Scalar(random)
}

// trailers are the last octets of an ISO/IEC 9796-2 signature, by hash function (ISO/IEC 10118).
var trailers = map[string][]byte{
	"sha1": {0xBC}, "sha224": {0x38, 0xCC}, "sha256": {0x34, 0xCC}, "sha384": {0x36, 0xCC}, "sha512": {0x35, 0xCC},
}

// Active makes the chip's end of active authentication: ISO/IEC 9796-2 scheme 1 with RSA, plain ECDSA with a curve
// (Doc 9303-11 §6.1.2). The hash function is named as in profiles: sha1, sha256. A trailer, in hexadecimal, takes the place
// of the right one at the end of an RSA signature; it is "" on a sound chip.
func Active(k *Key, hashName, wrongTrailer string) (*chip.Active, error) {
	h, err := hashByName(hashName)
	if err != nil {
		return nil, err
	}
	trailer := trailers[h.name]
	if wrongTrailer != "" {
		if trailer, err = hex.DecodeString(wrongTrailer); err != nil {
			return nil, fmt.Errorf("the trailer %q is not hexadecimal", wrongTrailer)
		}
	}
	return &chip.Active{Sign: func(random io.Reader, challenge []byte) ([]byte, error) {
		if k.Curve != nil {
			r, s := SignECDSA(k.Curve, k.Scalar, h.Hash, h.sum(challenge))
			size := (k.Curve.N.BitLen() + 7) / 8
			return append(r.FillBytes(make([]byte, size)), s.FillBytes(make([]byte, size))...), nil
		}
		size := (k.N.BitLen() + 7) / 8
		free := size - 1 - h.Size() - len(trailer)
		if free < 8 || trailer == nil {
			return nil, errors.New("the key is too short for the hash")
		}
		recoverable := make([]byte, free)
		if _, err := io.ReadFull(random, recoverable); err != nil {
			return nil, err
		}
		block := append([]byte{0x6A}, recoverable...)
		block = append(block, h.sum(recoverable, challenge)...)
		return k.Raw(append(block, trailer...)), nil
	}}, nil
}
