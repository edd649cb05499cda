package specimen_test

import (
	"bytes"
	"crypto"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"image/jpeg"
	"maps"
	"math/big"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/domain"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// day is the day that the tests' documents are made for.
var day = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func make7(t testing.TB, profile string) *specimen.Document {
	t.Helper()
	d, err := specimen.Make(profile, 7, day)
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// openssl runs OpenSSL, an independent judge, and fails the test when it is not satisfied.
func openssl(t *testing.T, args ...string) string {
	t.Helper()
	out, err := exec.Command("openssl", args...).CombinedOutput()
	if err != nil {
		t.Fatalf("openssl %s: %v\n%s", strings.Join(args, " "), err, out)
	}
	return string(out)
}

func write(t *testing.T, dir, name string, b []byte) string {
	t.Helper()
	path := filepath.Join(dir, name)
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

// pem has OpenSSL turn DER into PEM, which also has it parse the object.
func pem(t *testing.T, kind, path string) string {
	t.Helper()
	openssl(t, kind, "-inform", "DER", "-in", path, "-out", path+".pem")
	return path + ".pem"
}

// TestOpenSSL has OpenSSL verify every profile's certificates, revocation list, EF.SOD and EF.CardSecurity.
func TestOpenSSL(t *testing.T) {
	for _, profile := range specimen.Profiles() {
		t.Run(profile, func(t *testing.T) {
			d, dir := make7(t, profile), t.TempDir()
			csca := pem(t, "x509", write(t, dir, "csca.der", d.CSCA.Certificate))
			signer := pem(t, "x509", write(t, dir, "signer.der", d.Signer.Certificate))
			list := pem(t, "crl", write(t, dir, "list.crl", d.CRL))
			at := []string{"-attime", big.NewInt(day.Unix()).String()}
			openssl(t, append([]string{"verify", "-CAfile", csca}, append(at, csca)...)...)
			// OpenSSL verifies no chain over a signer whose curve is written out, so there the signatures are checked singly.
			explicit := strings.HasSuffix(string(d.Profile.PKI.Signer.Key), "-explicit") ||
				strings.HasSuffix(string(d.Profile.PKI.CSCA.Key), "-explicit")
			if explicit {
				checkSignature(t, dir, csca, d.Signer.Certificate)
				openssl(t, "crl", "-in", list, "-noout", "-verify", "-CAfile", csca)
			} else {
				openssl(t, append([]string{
					"verify", "-check_ss_sig", "-crl_check", "-CAfile", csca, "-CRLfile", list,
				}, append(at, signer)...)...)
			}

			signed := map[string][]byte{"EF.SOD": outer(t, d.Files["EF.SOD"])}
			if b := d.Files["EF.CardSecurity"]; b != nil {
				signed["EF.CardSecurity"] = b
			}
			for name, b := range signed {
				path := write(t, dir, name+".cms", b)
				content := filepath.Join(dir, name+".content")
				// The certificate is given too, for objects that do not hold it. The purpose "any" is what a document signer has.
				args := append([]string{
					"cms", "-verify", "-inform", "DER", "-in", path, "-CAfile", csca, "-certfile", signer,
					"-purpose", "any", "-binary", "-out", content,
				}, at...)
				if explicit {
					args = append(args, "-noverify")
				}
				signature := string(d.Profile.PKI.Signer.Signature)
				if !strings.HasSuffix(signature, d.Profile.SOD.Digest) || strings.Contains(signature, "plain") {
					// OpenSSL takes the digest's hash function for ECDSA's too, and does not know BSI's plain signatures: there the
					// signature is checked by itself.
					checkSignerInfo(t, dir, signer, b, signature)
					continue
				}
				openssl(t, args...)
				if info, err := os.Stat(content); err != nil || info.Size() == 0 {
					t.Errorf("%s: OpenSSL gives no content", name)
				}
			}
			text := openssl(t, "x509", "-in", csca, "-noout", "-text")
			for _, want := range []string{"CA:TRUE, pathlen:0", "Certificate Sign, CRL Sign", "SPECIMEN", "TEST ONLY"} {
				if !strings.Contains(text, want) {
					t.Errorf("OpenSSL does not show %q in the CSCA certificate", want)
				}
			}
			text = openssl(t, "x509", "-in", signer, "-noout", "-text")
			for _, want := range []string{"Digital Signature", "2.23.136.1.1.6.2", "SPECIMEN"} {
				if !strings.Contains(text, want) {
					t.Errorf("OpenSSL does not show %q in the signer's certificate", want)
				}
			}
			if strings.Contains(text, "Basic Constraints") {
				t.Error("the signer's certificate has basic constraints")
			}
		})
	}
}

// checkSignature has OpenSSL check an ECDSA certificate's signature with the public key of its issuer.
func checkSignature(t *testing.T, dir, issuer string, der []byte) {
	t.Helper()
	var c struct {
		TBS, Algorithm asn1.RawValue
		Signature      asn1.BitString
	}
	if rest, err := asn1.Unmarshal(der, &c); err != nil || len(rest) > 0 {
		t.Fatalf("not a certificate: %v", err)
	}
	key := filepath.Join(dir, "key.pem")
	openssl(t, "x509", "-in", issuer, "-noout", "-pubkey", "-out", key)
	text := openssl(t, "x509", "-in", issuer, "-noout", "-text")
	hash := "-sha256"
	for _, h := range []string{"sha1", "sha224", "sha384", "sha512"} {
		if strings.Contains(strings.ToLower(text), "ecdsa-with-"+h) {
			hash = "-" + h
		}
	}
	openssl(t, "dgst", hash, "-verify", key, "-signature", write(t, dir, "signature", c.Signature.Bytes),
		write(t, dir, "tbs", c.TBS.FullBytes))
}

// checkSignerInfo has OpenSSL check the signature over the signed attributes.
func checkSignerInfo(t *testing.T, dir, signer string, der []byte, signature string) {
	t.Helper()
	var c struct {
		Type asn1.ObjectIdentifier
		Data struct {
			Version      int
			Digests      asn1.RawValue
			Content      asn1.RawValue
			Certificates asn1.RawValue `asn1:"optional,tag:0"`
			Signers      []struct {
				Version    int
				Identifier asn1.RawValue
				Digest     asn1.RawValue
				Attributes asn1.RawValue `asn1:"optional,tag:0"`
				Algorithm  asn1.RawValue
				Signature  []byte
			} `asn1:"set"`
		} `asn1:"explicit,tag:0"`
	}
	if _, err := asn1.Unmarshal(der, &c); err != nil || len(c.Data.Signers) != 1 {
		t.Fatalf("not a signed object: %v", err)
	}
	attributes := bytes.Clone(c.Data.Signers[0].Attributes.FullBytes)
	attributes[0] = 0x31
	value := c.Data.Signers[0].Signature
	if strings.Contains(signature, "plain") {
		half := len(value) / 2
		var err error
		if value, err = asn1.Marshal(struct{ R, S *big.Int }{
			new(big.Int).SetBytes(value[:half]), new(big.Int).SetBytes(value[half:]),
		}); err != nil {
			t.Fatal(err)
		}
	}
	key := filepath.Join(dir, "signer-key.pem")
	openssl(t, "x509", "-in", signer, "-noout", "-pubkey", "-out", key)
	hash := "-" + signature[strings.LastIndex(signature, "-")+1:]
	openssl(t, "dgst", hash, "-verify", key, "-signature", write(t, dir, "signature", value),
		write(t, dir, "attributes", attributes))
}

// outer takes tag and length of EF.SOD off.
func outer(t *testing.T, b []byte) []byte {
	t.Helper()
	if len(b) < 4 || b[0] != 0x77 || b[1] != 0x82 || int(b[2])<<8|int(b[3]) != len(b)-4 {
		t.Fatalf("EF.SOD begins with % X", b[:4])
	}
	return b[4:]
}

// TestRepeatable makes every document twice and looks for differences.
func TestRepeatable(t *testing.T) {
	for _, profile := range specimen.Profiles() {
		a, b := make7(t, profile), make7(t, profile)
		if !maps.EqualFunc(a.Files, b.Files, bytes.Equal) || !bytes.Equal(a.CRL, b.CRL) || a.CAN != b.CAN {
			t.Errorf("%s: the same seed gives two documents", profile)
		}
		if !strings.Contains(profile, "passport-2023") {
			continue
		}
		c, err := specimen.Make(profile, 8, day)
		if err != nil {
			t.Fatal(err)
		}
		if bytes.Equal(a.Files["EF.SOD"], c.Files["EF.SOD"]) || bytes.Equal(a.Files["EF.DG2"], c.Files["EF.DG2"]) {
			t.Errorf("%s: two seeds give the same document", profile)
		}
	}
}

// TestFace looks at the portrait of the Danish passport: a JPEG of the size asked for, and no empty picture.
func TestFace(t *testing.T) {
	d := make7(t, "danish-passport-2023")
	dg2 := d.Files["EF.DG2"]
	at := bytes.Index(dg2, []byte{0xFF, 0xD8, 0xFF})
	if at < 0 {
		t.Fatal("EF.DG2 holds no JPEG")
	}
	m, err := jpeg.Decode(bytes.NewReader(dg2[at:]))
	if err != nil {
		t.Fatal(err)
	}
	if m.Bounds().Dx() != 413 || m.Bounds().Dy() != 531 {
		t.Errorf("the portrait measures %v", m.Bounds())
	}
	if n := len(dg2) - at; n < 12000 || n > 19000 {
		t.Errorf("the portrait has %d octets, want 12,000 to 19,000", n)
	}
	colours := map[uint32]bool{}
	for y := 0; y < 531; y += 9 {
		for x := 0; x < 413; x += 9 {
			r, g, b, _ := m.At(x, y).RGBA()
			colours[r>>12<<8|g>>12<<4|b>>12] = true
		}
	}
	if len(colours) < 40 {
		t.Errorf("the portrait has %d colours: it is blank", len(colours))
	}
}

// TestDeterministicECDSA checks the nonce against the printed example of RFC 6979 §A.2.5, P-256 with SHA-256, "sample".
func TestDeterministicECDSA(t *testing.T) {
	key, _ := new(big.Int).SetString("C9AFA9D845BA75166B5C215767B1D6934E50C3DB36E89B127B8A622B120F6721", 16)
	h := crypto.SHA256.New()
	h.Write([]byte("sample"))
	r, s := specimen.SignECDSA(domain.CurveByID(12), key, crypto.SHA256, h.Sum(nil))
	for name, pair := range map[string][2]string{
		"r": {hex.EncodeToString(r.Bytes()), "efd48b2aacb6a8fd1140dd9cd45e81d69d2c877b56aaf991c34d0ea84eaf3716"},
		"s": {hex.EncodeToString(s.Bytes()), "f7cb1c942d657c41d436c7a1b6e29f65f3e900dbb9aff4064dc4ab2f843acda8"},
	} {
		if pair[0] != pair[1] {
			t.Errorf("%s is %s, RFC 6979 prints %s", name, pair[0], pair[1])
		}
	}
}

// TestProfileRefused hands in profiles that make no document; each is refused with a word that names the trouble.
func TestProfileRefused(t *testing.T) {
	const good = `
document: {issuer: DNK, surname: SPECIMEN, given_names: TEST}
pki:
  country: DK
  csca: {key: rsa-2048, signature: pss-sha256}
  signer: {key: rsa-2048, signature: pss-sha256}
`
	if _, err := specimen.Parse("good", []byte(good)); err != nil {
		t.Fatalf("the sound profile is refused: %v", err)
	}
	for name, c := range map[string]struct{ text, word string }{
		"typo":             {good + "chp: {bac: true}\n", "chp"},
		"not YAML":         {"document: [", "yaml"},
		"two documents":    {strings.Replace(good, "country: DK", "country: DENMARK", 1), "pki.country"},
		"format":           {strings.Replace(good, "issuer:", "format: TD9, issuer:", 1), "TD9"},
		"lower case":       {strings.Replace(good, "DNK", "dnk", 1), "issuer"},
		"mapping":          {good + "chip: {pace: [{protocol: ecdh-xm-aes128, parameters: secp256r1}]}\n", "xm"},
		"curve":            {good + "chip: {pace: [{protocol: ecdh-gm-aes128, parameters: secp999r1}]}\n", "secp999r1"},
		"DH on a curve":    {good + "chip: {pace: [{protocol: dh-gm-aes128, parameters: secp256r1}]}\n", "dh"},
		"CAM with DES":     {good + "chip: {pace: [{protocol: ecdh-cam-3des, parameters: secp256r1}]}\n", "AES"},
		"CAM with DH":      {good + "chip: {pace: [{protocol: dh-cam-aes128, parameters: modp1024-160}]}\n", "curves"},
		"IM without roots": {good + "chip: {pace: [{protocol: ecdh-im-aes128, parameters: secp224r1}]}\n", "secp224r1"},
		"CA on its own":    {good + "chip: {chip_authentication: [{protocol: ecdh-aes128, parameters: secp256r1}]}\n", "BAC or PACE"},
		"CAN without PACE": {good + "chip: {bac: true, can: true}\n", "PACE"},
		"AA hash":          {good + "chip: {bac: true, active_authentication: {key: rsa-1024, hash: sha3}}\n", "sha3"},
	} {
		if _, err := specimen.Parse("bad", []byte(c.text)); err == nil {
			t.Errorf("%s: accepted", name)
		} else if !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: the error does not say %q: %v", name, c.word, err)
		}
	}
	for name, c := range map[string]struct{ old, new, word string }{
		"key and signature": {"signer: {key: rsa-2048, signature: pss", "signer: {key: rsa-2048, signature: ecdsa", "signer"},
		"unknown key":       {"key: rsa-2048", "key: rsa-12", "rsa-12"},
		"unknown signature": {"signature: pss-sha256", "signature: pss-sha9", "sha9"},
	} {
		p, err := specimen.Parse("bad", []byte(strings.Replace(good, c.old, c.new, 1)))
		if err == nil {
			_, err = p.Make(1, day)
		}
		if err == nil || !strings.Contains(err.Error(), c.word) {
			t.Errorf("%s: %v", name, err)
		}
	}
	if _, err := specimen.Make("danish-pasport", 7, day); err == nil || !strings.Contains(err.Error(), "danish-passport-2023") {
		t.Errorf("an unknown profile's error does not list the names: %v", err)
	}
	if !slices.Contains(specimen.Profiles(), "danish-passport-2023") {
		t.Error("the Danish passport is not listed")
	}
}

// TestGolden compares with what another machine made of the same name, seed and day.
func TestGolden(t *testing.T) {
	d := make7(t, "danish-passport-2023")
	for name, c := range map[string]struct {
		b    []byte
		want string
	}{
		"CSCA certificate": {d.CSCA.Certificate, "e5ac34997ebf76fcd5771a7324cbeee23ede8acbfcb9c3f053fe9f5fbbc3e31a"},
		"EF.DG1":           {d.Files["EF.DG1"], "46f09700153a9ef69da988ee8a4e3533fcfdf9058de57bf07e832a0d3cab776d"},
		"EF.DG14":          {d.Files["EF.DG14"], "ee8174399ac8e3af1051c9ecdc1fad162a21c763b59a05c9516e944639f0f3dc"},
	} {
		sum := sha256.Sum256(c.b)
		if got := hex.EncodeToString(sum[:]); got != c.want {
			t.Errorf("%s: SHA-256 is %s, want %s", name, got, c.want)
		}
	}
}
