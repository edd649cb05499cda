package quirks_test

import (
	"bytes"
	"crypto/ecdh"
	"crypto/rand"
	"io"
	"math/big"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/mrtd/inspect"
)

// secrets notes the shared secrets that a chip computes.
type secrets struct{ all, zero int }

func (s *secrets) hooks() chip.Hooks {
	return chip.Hooks{Agreed: func(secret []byte) {
		s.all++
		if secret[0] == 0 {
			s.zero++
		}
	}}
}

// TestLeadingZeroSecretInPACE has the chip draw keys until the secret of PACE begins with a zero byte, as it does by itself once in 256 sessions.
func TestLeadingZeroSecretInPACE(t *testing.T) {
	for name, yaml := range map[string]string{
		"modern":          modern,
		"pace by im":      profile("  pace:\n    - {protocol: ecdh-im-aes128, parameters: secp256r1}\n"),
		"pace by dh 1024": profile("  pace:\n    - {protocol: dh-gm-aes128, parameters: modp1024-160}\n"),
	} {
		t.Run(name, func(t *testing.T) {
			var seen secrets
			s := set(t, name, yaml, func(c *chip.Config) { c.ZeroSecret = true }, seen.hooks())
			check(t, s.genuine(t).Report, "access.pace", inspect.Successful, "")
			if seen.zero == 0 {
				t.Error("the chip did not bring a leading zero about")
			}
		})
	}
}

// script is randomness whose draws after the first so many bytes are given.
func script(before int, scalar []byte) io.Reader {
	return io.MultiReader(io.LimitReader(rand.Reader, int64(before)), bytes.NewReader(scalar), rand.Reader)
}

// drawnByBAC is how many random bytes BAC takes: RND.IFD and K.IFD.
const drawnByBAC = 8 + 16

// TestLeadingZeroSecretInChipAuthentication gives the terminal an ephemeral key with which the secret begins with a zero byte.
func TestLeadingZeroSecretInChipAuthentication(t *testing.T) {
	var seen secrets
	s := set(t, "bac", bacOnly, nil, seen.hooks())
	static, err := ecdh.P256().NewPrivateKey(s.Document.Chip.Agreements[0].Private.FillBytes(make([]byte, 32)))
	if err != nil {
		t.Fatal(err)
	}
	for {
		scalar := make([]byte, 32)
		if _, err := rand.Read(scalar); err != nil {
			t.Fatal(err)
		}
		ours, err := ecdh.P256().NewPrivateKey(scalar)
		if err != nil {
			continue
		}
		if secret, err := ours.ECDH(static.PublicKey()); err == nil && secret[0] == 0 {
			s.in.Random = script(drawnByBAC, scalar)
			break
		}
	}
	check(t, s.genuine(t).Report, "chip.ca", inspect.Successful, "")
	if seen.zero != 1 {
		t.Errorf("%d of %d secrets began with zero", seen.zero, seen.all)
	}
}

// TestLeadingZeroSecretInChipAuthenticationByDH does the same with numbers instead of points.
func TestLeadingZeroSecretInChipAuthenticationByDH(t *testing.T) {
	var seen secrets
	s := set(t, "dh", profile("  bac: true\n  chip_authentication:\n    - {protocol: dh-aes128, parameters: modp1024-160, encoding: x942}\n"), nil, seen.hooks())
	a := s.Document.Chip.Agreements[0]
	p, q := a.Parameters.Group.P, a.Parameters.Group.Q
	public := new(big.Int).Exp(a.Parameters.Group.G, a.Private, p)
	for {
		k, err := rand.Int(rand.Reader, q)
		if err != nil {
			t.Fatal(err)
		}
		if secret := new(big.Int).Exp(public, k, p); secret.BitLen() <= 1016 && k.Sign() > 0 {
			s.in.Random = script(drawnByBAC, k.FillBytes(make([]byte, (q.BitLen()+7)/8)))
			break
		}
	}
	check(t, s.genuine(t).Report, "chip.ca", inspect.Successful, "")
	if seen.zero != 1 {
		t.Errorf("%d of %d secrets began with zero", seen.zero, seen.all)
	}
}

// TestLeadingZeroSecretsOnP521 reads a chip on secp521r1, half of whose secrets begin with a zero byte, until several have: every session holds.
func TestLeadingZeroSecretsOnP521(t *testing.T) {
	yaml := profile(`  pace:
    - {protocol: ecdh-gm-aes256, parameters: secp521r1}
  chip_authentication:
    - {protocol: ecdh-aes256, parameters: secp521r1}
  extended_length: {command: 2000, response: 2000, atr_info: true}
`)
	var seen secrets
	sessions := 0
	for ; seen.zero < 4 && sessions < 200; sessions++ {
		s := set(t, "p521", yaml, nil, seen.hooks())
		s.genuine(t)
		if s.link.Resets > 0 {
			t.Error("a session needed a second try")
		}
	}
	t.Logf("%d sessions, %d of %d secrets began with zero", sessions, seen.zero, seen.all)
	if seen.zero < 4 {
		t.Error("no secret began with zero")
	}
}
