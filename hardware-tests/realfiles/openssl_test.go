package realfiles

import (
	"bytes"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"encoding/pem"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/testdata"
)

// TestOpenSSLAgrees runs OpenSSL on the rows that rest on it, so that the table cannot drift away from what OpenSSL says:
// the signature of each EF.SOD, and that of the CSCA on the signer.
func TestOpenSSLAgrees(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("this test needs OpenSSL 3: apt-get install openssl")
	}
	dir := testdata.Dir(t)
	ran := 0
	for _, r := range rows(t) {
		if r.openssl == "" {
			continue
		}
		ran++
		t.Run(r.name, func(t *testing.T) {
			cms := filepath.Join(t.TempDir(), "sod.cms")
			if err := os.WriteFile(cms, insideTag77(t, r.file(t, dir, "EF.SOD")), 0o600); err != nil {
				t.Fatal(err)
			}
			out, err := openssl("cms", "-verify", "-noverify", "-binary", "-inform", "DER", "-in", cms, "-out", cms+".content")
			if reason, bad := strings.CutPrefix(r.openssl, "fail "); bad {
				if err == nil || !strings.Contains(out, reason) {
					t.Fatalf("OpenSSL says %q (%v), the table %q", out, err, r.openssl)
				}
			} else if err != nil {
				t.Fatalf("OpenSSL does not verify the signature: %s", out)
			}
			if r.csca != "" {
				checkIssued(t, cms, findCSCA(t, filepath.Join(dir, r.cscaIn), r.csca))
			}
		})
	}
	if ran < 40 {
		t.Errorf("OpenSSL looked at %d rows, fewer than there are", ran)
	}
}

func openssl(args ...string) (output string, err error) {
	out, err := exec.Command("openssl", args...).CombinedOutput()
	return string(out), err
}

// insideTag77 takes the object out of EF.SOD.
func insideTag77(t *testing.T, b []byte) []byte {
	t.Helper()
	if len(b) < 4 || b[0] != 0x77 || b[1] != 0x82 {
		t.Fatal("not tag 77 with a length of two octets")
	}
	return b[4 : 4+int(b[2])<<8+int(b[3])]
}

// findCSCA looks for a certificate by its SHA-256 in a certificate file or a master list: the list's certificates are the
// elements that hash to it, wherever they stand.
func findCSCA(t *testing.T, path, fingerprint string) []byte {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+4 < len(b); i++ {
		if b[i] != 0x30 || b[i+1] != 0x82 {
			continue
		}
		n := 4 + int(b[i+2])<<8 + int(b[i+3])
		if i+n > len(b) {
			continue
		}
		if sum := sha256.Sum256(b[i : i+n]); strings.HasPrefix(hex.EncodeToString(sum[:]), fingerprint) {
			return b[i : i+n]
		}
	}
	t.Fatalf("%s holds no certificate %s", path, fingerprint)
	return nil
}

// checkIssued has OpenSSL verify the CSCA's signature on the signer's certificate. OpenSSL refuses chains with explicit
// curve parameters, but not to verify a signature with such a key.
func checkIssued(t *testing.T, cms string, csca []byte) {
	t.Helper()
	dir := filepath.Dir(cms)
	signer := write(t, filepath.Join(dir, "signer.der"), firstCertificate(t, cms))
	anchor := write(t, filepath.Join(dir, "csca.der"), csca)
	key := filepath.Join(dir, "csca.key")
	out, err := openssl("x509", "-inform", "DER", "-in", anchor, "-noout", "-pubkey")
	if err != nil {
		t.Fatal(out)
	}
	write(t, key, []byte(out))
	tbs, algorithm, signature := split(t, signer)
	args := []string{
		"dgst", "-verify", key, "-signature", write(t, filepath.Join(dir, "signature"), signature),
	}
	args = append(args, algorithm...)
	out, err = openssl(append(args, write(t, filepath.Join(dir, "tbs"), tbs))...)
	if err != nil || !strings.Contains(out, "Verified OK") {
		t.Errorf("OpenSSL does not verify the CSCA's signature on the signer: %s", out)
	}
}

func write(t *testing.T, path string, b []byte) string {
	t.Helper()
	if err := os.WriteFile(path, b, 0o600); err != nil {
		t.Fatal(err)
	}
	return path
}

func firstCertificate(t *testing.T, cms string) []byte {
	t.Helper()
	out, err := openssl("pkcs7", "-inform", "DER", "-in", cms, "-print_certs")
	if err != nil {
		t.Fatal(out)
	}
	block, _ := pem.Decode([]byte(out[strings.Index(out, "-----BEGIN"):]))
	if block == nil {
		t.Fatal("OpenSSL prints no certificate")
	}
	return block.Bytes
}

// split takes a certificate apart into what is signed, OpenSSL's options for the algorithm, and the signature.
func split(t *testing.T, path string) (tbs []byte, options []string, signature []byte) {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var cert struct {
		TBS       asn1.RawValue
		Algorithm struct {
			OID        asn1.ObjectIdentifier
			Parameters asn1.RawValue `asn1:"optional"`
		}
		Signature asn1.BitString
	}
	if _, err := asn1.Unmarshal(b, &cert); err != nil {
		t.Fatal(err)
	}
	options, ok := map[string][]string{
		"1.2.840.113549.1.1.11": {"-sha256"}, "1.2.840.113549.1.1.5": {"-sha1"},
		"1.2.840.10045.4.1": {"-sha1"}, "1.2.840.10045.4.3.2": {"-sha256"}, "1.2.840.10045.4.3.3": {"-sha384"}, "1.2.840.10045.4.3.4": {"-sha512"},
	}[cert.Algorithm.OID.String()]
	if cert.Algorithm.OID.String() == "1.2.840.113549.1.1.10" {
		sha := []byte{0x60, 0x86, 0x48, 0x01, 0x65, 0x03, 0x04, 0x02, 0x01}
		salt := []byte{0xa2, 0x03, 0x02, 0x01, 0x20}
		if bytes.Count(cert.Algorithm.Parameters.FullBytes, sha) != 2 || !bytes.Contains(cert.Algorithm.Parameters.FullBytes, salt) {
			t.Fatal("RSASSA-PSS with other parameters than SHA-256 and 32 octets of salt")
		}
		options, ok = []string{"-sha256", "-sigopt", "rsa_padding_mode:pss", "-sigopt", "rsa_pss_saltlen:32", "-sigopt", "rsa_mgf1_md:sha256"}, true
	}
	if !ok {
		t.Fatalf("signature algorithm %s", cert.Algorithm.OID)
	}
	return cert.TBS.FullBytes, options, cert.Signature.RightAlign()
}
