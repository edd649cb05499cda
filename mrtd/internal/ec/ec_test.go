package ec

import (
	"crypto/rand"
	"errors"
	"math/big"
	"os/exec"
	"strings"
	"testing"
)

// TestExplicitParameters lets OpenSSL write each curve's parameters out, and reads them back; then spoils each byte.
func TestExplicitParameters(t *testing.T) {
	for _, c := range Curves {
		name := c.Name
		switch name {
		case "secp192r1":
			name = "prime192v1"
		case "secp256r1":
			name = "prime256v1"
		}
		for _, form := range []string{"uncompressed", "compressed"} {
			der, err := exec.Command("openssl", "ecparam", "-name", name, "-param_enc", "explicit", "-conv_form", form, "-outform", "DER").Output()
			if err != nil {
				t.Fatalf("openssl ecparam (package openssl): %v", err)
			}
			got, err := ParseParameters(der)
			if err != nil || got != c {
				t.Fatalf("%s, %s generator: %v, %v", c.Name, form, got, err)
			}
			seed := seedOf(t, der)
			for i := range der {
				der[i] ^= 1
				if got, err := ParseParameters(der); err == nil && !(seed.from <= i && i < seed.to) {
					t.Errorf("%s with byte %d of %d spoiled passes for %s", c.Name, i, len(der), got.Name)
				}
				der[i] ^= 1
			}
		}
	}
}

// span is a part of a file, in bytes.
type span struct{ from, to int }

// seedOf finds the curve's seed, the only part of the parameters that nothing depends on; an empty span where there is none.
func seedOf(t *testing.T, der []byte) span {
	t.Helper()
	const tag = "\x03\x15\x00" // BIT STRING of 20 bytes
	if i := strings.Index(string(der), tag); i >= 0 {
		return span{i, i + 2 + 21}
	}
	return span{}
}

// TestDiffieHellman runs both sides on each curve, and checks the group's laws where the standard relies on them.
func TestDiffieHellman(t *testing.T) {
	for _, c := range Curves {
		g := c.Generator()
		a, err := c.NewScalar(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		b, err := c.NewScalar(rand.Reader)
		if err != nil {
			t.Fatal(err)
		}
		ga, gb := must(t)(g.Mul(a)), must(t)(g.Mul(b))
		if s := must(t)(ga.Mul(b)); !s.Equal(must(t)(gb.Mul(a))) || len(s.XBytes()) != c.FieldBytes() {
			t.Errorf("%s: the two sides differ", c.Name)
		}
		if !must(t)(g.Add(g)).Equal(must(t)(g.Mul([]byte{2}))) {
			t.Errorf("%s: g + g is not 2g", c.Name)
		}
		parsed, err := c.ParsePoint(ga.Bytes())
		if err != nil || !parsed.Equal(ga) {
			t.Errorf("%s: a point does not survive its encoding: %v", c.Name, err)
		}
	}
}

func must(t *testing.T) func(Point, error) Point {
	return func(p Point, err error) Point {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
		return p
	}
}

// TestBadPoints refuses what is no point of the group.
func TestBadPoints(t *testing.T) {
	for _, c := range Curves {
		g := c.Generator()
		p := c.curve.Params()
		infinity := make([]byte, 1+2*c.FieldBytes())
		infinity[0] = 4
		off := g.Bytes()
		off[len(off)-1] ^= 1
		for name, b := range map[string][]byte{
			"empty": {}, "the encoding of infinity": {0}, "0,0": infinity, "off the curve": off, "cut": g.Bytes()[:len(off)-1],
			"compressed": append([]byte{2}, g.XBytes()...),
		} {
			if _, err := c.ParsePoint(b); !errors.Is(err, ErrPoint) {
				t.Errorf("%s: %s gives %v", c.Name, name, err)
			}
		}
		if _, err := c.NewPoint(new(big.Int).Add(p.Gx, p.P), p.Gy); !errors.Is(err, ErrPoint) {
			t.Errorf("%s: a coordinate that is not reduced passes", c.Name)
		}
		negative, err := c.NewPoint(p.Gx, new(big.Int).Sub(p.P, p.Gy))
		if err != nil {
			t.Fatal(err)
		}
		if _, err := g.Add(negative); !errors.Is(err, ErrPoint) {
			t.Errorf("%s: g − g gives %v", c.Name, err)
		}
		if _, err := g.Mul(p.N.Bytes()); !errors.Is(err, ErrPoint) {
			t.Errorf("%s: n·g gives %v", c.Name, err)
		}
	}
}

// TestLeadingZeros finds a shared secret that begins with a zero byte, which must stay: a secret cut short gives other keys.
func TestLeadingZeros(t *testing.T) {
	c := ByID(12)
	g := c.Generator()
	for k := int64(1); k < 5000; k++ {
		p := must(t)(g.Mul(big.NewInt(k).Bytes()))
		if x := p.XBytes(); x[0] == 0 {
			if len(x) != 32 {
				t.Errorf("%d bytes", len(x))
			}
			return
		}
	}
	t.Error("no multiple of the generator begins with a zero byte")
}

func FuzzParsePublicKey(f *testing.F) {
	der, err := exec.Command("openssl", "ecparam", "-name", "prime256v1", "-param_enc", "explicit", "-outform", "DER").Output()
	if err != nil {
		f.Fatalf("openssl ecparam (package openssl): %v", err)
	}
	f.Add(der)
	f.Add([]byte{0x30, 0x80, 0x30, 0x80})
	f.Fuzz(func(_ *testing.T, b []byte) {
		_, _ = ParsePublicKey(b)
		_, _ = ParseParameters(b)
	})
}
