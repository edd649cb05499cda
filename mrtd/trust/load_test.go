package trust

import (
	"bytes"
	"encoding/base64"
	"encoding/pem"
	"errors"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/testdata"
)

func TestKindsOfFiles(t *testing.T) {
	ca := csca(t, "UT", "CSCA")
	signer := issue(t, "UT", "DS", newKey(t), ca, nil)
	asPEM := func(kind string, b []byte) []byte { return pem.EncodeToMemory(&pem.Block{Type: kind, Bytes: b}) }
	folded := func(b []byte) string {
		text := base64.StdEncoding.EncodeToString(b)
		return text[:20] + "\r\n " + text[20:60] + "\r\n " + text[60:]
	}
	ldif := "version: 1\r\n\r\n# a comment\r\ndn: c=UT\r\ncACertificate;binary:: " + folded(ca.cert.Raw) +
		"\r\nuserCertificate;binary:: " + folded(signer.cert.Raw) + "\r\nuserCertificate;binary:: AAAA\r\n"
	for _, c := range []struct {
		name           string
		contents       []byte
		cscas, signers int
		skipped        int
		standing       Standing
	}{
		{"DER", ca.cert.Raw, 1, 0, 0, Trusted},
		{"PEM", asPEM("CERTIFICATE", ca.cert.Raw), 1, 0, 0, Trusted},
		{"PEM with text before it", append([]byte("Our CSCA\n\n"), asPEM("CERTIFICATE", ca.cert.Raw)...), 1, 0, 0, Trusted},
		{"two in PEM", append(asPEM("CERTIFICATE", ca.cert.Raw), asPEM("CERTIFICATE", signer.cert.Raw)...), 1, 1, 0, Trusted},
		{"a list in PEM", asPEM("CMS", listOf(t, issue(t, "UT", "List signer", newKey(t), ca, asListSigner), signed, ca)), 1, 0, 0, Trusted},
		{"a bare list", element(0x30, element(2, []byte{0}), element(0x31, ca.cert.Raw)), 1, 0, 0, Unverified},
		{"LDIF", []byte(ldif), 1, 1, 1, Trusted},
		{"a signer", signer.cert.Raw, 0, 1, 0, None},
	} {
		t.Run(c.name, func(t *testing.T) {
			s := load(t, c.contents)
			sum := s.Summary()
			if sum.CSCA != c.cscas || sum.Signers != c.signers || len(sum.Skipped) != c.skipped {
				t.Errorf("%d CSCA certificates, %d signers, left out %v", sum.CSCA, sum.Signers, sum.Skipped)
			}
			if got := standingOf(t, s, ca); got != c.standing {
				t.Errorf("the CSCA is %s, want %s", got, c.standing)
			}
		})
	}
}

// TestSignersOfLDIF: what stands under an LDIF's document signers is a candidate for the signer and no anchor, whatever
// it says of itself.
func TestSignersOfLDIF(t *testing.T) {
	ca := csca(t, "UT", "CSCA")
	s := load(t, []byte("dn: c=UT\nuserCertificate;binary:: "+base64.StdEncoding.EncodeToString(ca.cert.Raw)+"\n"))
	if got := standingOf(t, s, ca); got != None {
		t.Errorf("it is %s", got)
	}
}

func TestFilesThatCannotBeUsed(t *testing.T) {
	ca := csca(t, "UT", "CSCA").cert.Raw
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.MkdirAll(filepath.Dir(path), 0o700); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	empty := filepath.Join(dir, "nothing")
	if err := os.Mkdir(empty, 0o700); err != nil {
		t.Fatal(err)
	}
	for _, path := range []string{
		filepath.Join(dir, "not there"),
		write("empty", nil),
		write("text", []byte("hello")),
		write("cut", ca[:len(ca)-7]),
		write("longer", append(bytes.Clone(ca), 0)),
		write("nest", bytes.Repeat([]byte{0x30, 0x80}, 32<<10)),
		write("pem", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")),
		write("pem without end", []byte("-----BEGIN CERTIFICATE-----\nAAAA\n")),
		write("ldif", []byte("version: 1\ndn: c=UT\ncn: nobody\n")),
		empty,
	} {
		_, err := Load([]string{path}, nil)
		var bad *FileError
		if !errors.As(err, &bad) || bad.Path != path || bad.Remedy == "" || bad.Problem == "" {
			t.Errorf("%s: %v", path, err)
		}
		if _, err := Load(nil, []string{path}); !errors.As(err, &bad) {
			t.Errorf("%s as a revocation list: %v", path, err)
		}
	}
	if _, err := Load(nil, []string{write("certificate", ca)}); err == nil {
		t.Error("a certificate passes for a revocation list")
	}
	folder := filepath.Dir(write("folder/deep/good.cer", ca))
	write("folder/read me.txt", []byte("hello"))
	s, err := Load([]string{filepath.Dir(folder)}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if sum := s.Summary(); sum.CSCA != 1 || len(sum.Skipped) != 1 || !strings.HasSuffix(sum.Skipped[0].Path, "read me.txt") {
		t.Errorf("of the folder it took %d and left out %v", sum.CSCA, sum.Skipped)
	}
}

// TestBombsCostNothing gives every parser what would nest or multiply without end.
func TestBombsCostNothing(t *testing.T) {
	start := time.Now()
	for _, bomb := range [][]byte{
		bytes.Repeat([]byte{0x30, 0x80}, 4<<20),
		bytes.Repeat([]byte{0x24, 0x80}, 4<<20),
		bytes.Repeat([]byte{0x30, 0x84, 0x7f, 0xff, 0xff, 0xff}, 1<<20),
		element(0x30, bytes.Repeat([]byte{5, 0}, 8<<20)),
	} {
		if _, err := ParseCertificate(bomb); err == nil {
			t.Error("a bomb is a certificate")
		}
		if _, err := ParseCRL(bomb); err == nil {
			t.Error("a bomb is a revocation list")
		}
		if _, err := parseMasterList("bomb", bomb); err == nil {
			t.Error("a bomb is a list")
		}
	}
	if took := time.Since(start); took > time.Minute {
		t.Errorf("it took %v", took)
	}
}

// BenchmarkEmbedded measures what the first use of the embedded store costs.
func BenchmarkEmbedded(b *testing.B) {
	for b.Loop() {
		if _, err := makeEmbedded(); err != nil {
			b.Fatal(err)
		}
	}
}

// TestSignersOfThePKD: the collection's LDIF of signers loads whole, and those of a state at hand chain to it.
func TestSignersOfThePKD(t *testing.T) {
	s, err := Embedded()
	if err != nil {
		t.Fatal(err)
	}
	signers, err := Load([]string{filepath.Join(testdata.Dir(t), "pkd", "icaopkd-003-complete-000090.ldif")}, nil)
	if err != nil {
		t.Fatal(err)
	}
	if n := signers.Summary().Signers; n != 502 {
		t.Fatalf("%d signers, want the 502 of grep -c userCertificate", n)
	}
	trusted := 0
	for _, c := range signers.signers {
		i := s.FindIssuer(c)
		switch {
		case i.Anchor == nil:
		case i.Err != nil:
			t.Errorf("%s (%s): %v", c.Subject, c.Fingerprint(), i.Err)
		case i.Anchor.Standing() == Trusted:
			trusted++
		}
	}
	// Counted with openssl verify -partial_chain and, for explicit parameters, openssl dgst: 358 of the 502 have their
	// CSCA on the lists.
	if trusted != 358 {
		t.Errorf("%d signers chain to a trusted key", trusted)
	}
}
