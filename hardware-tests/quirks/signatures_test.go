package quirks_test

import (
	"math/big"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/mrtd/inspect"
)

// TestActiveAuthenticationInPlainAndDER has chips sign with ECDSA by every hash that DG14 can state, and give the two numbers one after the other, or in DER as some do.
func TestActiveAuthenticationInPlainAndDER(t *testing.T) {
	for _, hash := range []string{"sha1", "sha224", "sha256", "sha384", "sha512"} {
		for _, der := range []bool{false, true} {
			s := scripted(t, profile("  bac: true\n  active_authentication: {key: brainpoolP256r1, hash: "+hash+"}\n"), "")
			s.chip.SetHooks(chip.Hooks{Plain: func(x *chip.Exchange) {
				if half := len(x.Data) / 2; der && x.Kind == "internal-authenticate" && x.Status == 0x9000 {
					x.Data = tlv.Seq(tlv.BigInt(new(big.Int).SetBytes(x.Data[:half])), tlv.BigInt(new(big.Int).SetBytes(x.Data[half:])))
				}
			}})
			check(t, s.genuine(t).Report, "chip.aa", inspect.Successful, "")
		}
	}
}

// TestActiveAuthenticationByAnotherHash has DG14 state another hash than the chip signs with: that is no proof.
func TestActiveAuthenticationByAnotherHash(t *testing.T) {
	s := scripted(t, profile("  bac: true\n  active_authentication: {key: secp256r1, hash: sha256}\n"), "edit EF.DG14 6E/31/30/06#2 set 04007F00070101040105")
	reading := s.ends(t)
	check(t, reading.Report, "chip.aa", inspect.Failed, "wrong_signature")
	s.wantVerdict(t, reading, inspect.Counterfeit)
}
