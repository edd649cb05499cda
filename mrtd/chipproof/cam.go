package chipproof

import (
	"errors"
	"math/big"

	"github.com/skranke/skranke/mrtd/internal/ec"
	"github.com/skranke/skranke/mrtd/lds"
)

// ErrWrongMapping says that the chip's data do not fit its public key: it does not hold the private key.
var ErrWrongMapping = errors.New("the chip authentication data do not fit the chip's key")

// VerifyMapping checks PACE's chip authentication mapping (Doc 9303-11 §4.4.3.3.3): the chip's public key of the mapping is its static key
// in EF.CardSecurity, taken as many times as the chip authentication data say. domain names the curve that PACE ran on. It returns the static key
// that it was checked with (SubjectPublicKeyInfo, DER). Errors are ErrNotOffered where EF.CardSecurity holds no key on that curve, and
// ErrWrongMapping.
func VerifyMapping(infos *lds.SecurityInfos, domain string, mappingKey, data []byte) (key []byte, err error) {
	err = ErrNotOffered
	for _, candidate := range infos.ChipAuthenticationKeys {
		static, parseErr := ec.ParsePublicKey(candidate.Key)
		if parseErr != nil || static.Curve.Name != domain {
			continue
		}
		key, err = candidate.Key, ErrWrongMapping
		if fits(static, mappingKey, data) {
			return key, nil
		}
	}
	return key, err
}

func fits(static ec.Point, mappingKey, data []byte) bool {
	mapped, err := static.Curve.ParsePoint(mappingKey)
	if err != nil || len(data) == 0 || len(data) > static.Curve.OrderBytes() {
		return false
	}
	if new(big.Int).SetBytes(data).Cmp(static.Curve.Elliptic().Params().N) >= 0 {
		return false
	}
	again, err := static.Mul(data)
	return err == nil && again.Equal(mapped)
}
