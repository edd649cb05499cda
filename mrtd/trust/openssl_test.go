package trust

import (
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// openssl runs OpenSSL, which these tests take as the judge of signatures.
func openssl(t *testing.T, args ...string) []byte {
	t.Helper()
	cmd := exec.Command("openssl", args...)
	var stderr strings.Builder
	cmd.Stderr = &stderr
	out, err := cmd.Output()
	if err != nil {
		t.Fatalf("openssl %s: %v: %s", strings.Join(args, " "), err, stderr.String())
	}
	return out
}

func algorithm(oid string, parameters ...byte) der.AlgorithmIdentifier {
	return der.AlgorithmIdentifier{OID: der.MakeOID(oid), Parameters: parameters}
}

var hashOIDs = map[string]string{
	"sha1": "1.3.14.3.2.26", "sha224": "2.16.840.1.101.3.4.2.4", "sha256": "2.16.840.1.101.3.4.2.1",
	"sha384": "2.16.840.1.101.3.4.2.2", "sha512": "2.16.840.1.101.3.4.2.3",
}

func element(tag uint32, parts ...[]byte) []byte {
	var value []byte
	for _, p := range parts {
		value = append(value, p...)
	}
	return der.Encode(tag, value)
}

func oidElement(dotted string) []byte { return element(der.ObjectID, []byte(der.MakeOID(dotted))) }

// pssParameters writes RSASSA-PSS-params.
func pssParameters(hash, mask string, salt byte) []byte {
	return element(
		der.Sequence,
		element(der.Context(0), element(der.Sequence, oidElement(hashOIDs[hash]))),
		element(der.Context(1), element(der.Sequence, oidElement("1.2.840.113549.1.1.8"), element(der.Sequence, oidElement(hashOIDs[mask])))),
		element(der.Context(2), element(der.Integer, []byte{salt})),
	)
}

// TestSignaturesOfOpenSSL verifies what OpenSSL has signed, in every scheme and size that documents use, and refuses the
// same signature over another message.
func TestSignaturesOfOpenSSL(t *testing.T) {
	rsa := func(bits int, extra ...string) []string {
		return append([]string{"-algorithm", "RSA", "-pkeyopt", fmt.Sprintf("rsa_keygen_bits:%d", bits)}, extra...)
	}
	ec := func(curve, encoding string) []string {
		return []string{"-algorithm", "EC", "-pkeyopt", "ec_paramgen_curve:" + curve, "-pkeyopt", "ec_param_enc:" + encoding}
	}
	pss := func(mask string, salt int) []string {
		return []string{"-sigopt", "rsa_padding_mode:pss", "-sigopt", fmt.Sprintf("rsa_pss_saltlen:%d", salt), "-sigopt", "rsa_mgf1_md:" + mask}
	}
	type row struct {
		key, sign []string
		hash      string
		algorithm der.AlgorithmIdentifier
	}
	rows := []row{
		{rsa(1024), nil, "sha1", algorithm("1.2.840.113549.1.1.5", 5, 0)},
		{rsa(2048), nil, "sha224", algorithm("1.2.840.113549.1.1.14", 5, 0)},
		{rsa(2048), nil, "sha256", algorithm("1.2.840.113549.1.1.11")},
		{rsa(2048, "-pkeyopt", "rsa_keygen_pubexp:3"), nil, "sha384", algorithm("1.2.840.113549.1.1.12", 5, 0)},
		{rsa(3072, "-pkeyopt", "rsa_keygen_pubexp:107903"), nil, "sha512", algorithm("1.2.840.113549.1.1.13", 5, 0)},
		{rsa(2048), pss("sha256", 32), "sha256", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha256", 32)...)},
		{rsa(2049), pss("sha256", 32), "sha256", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha256", 32)...)},
		{rsa(2047), pss("sha1", 20), "sha256", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha1", 20)...)},
		{rsa(2050), pss("sha512", 0), "sha512", algorithm("1.2.840.113549.1.1.10", pssParameters("sha512", "sha512", 0)...)},
		{rsa(2048), pss("sha1", 20), "sha1", algorithm("1.2.840.113549.1.1.10", 0x30, 0)},
	}
	for _, curve := range []string{
		"prime192v1", "secp224r1", "prime256v1", "secp384r1", "secp521r1", "brainpoolP192r1", "brainpoolP224r1",
		"brainpoolP256r1", "brainpoolP320r1", "brainpoolP384r1", "brainpoolP512r1",
	} {
		rows = append(
			rows,
			row{ec(curve, "named_curve"), nil, "sha256", algorithm("1.2.840.10045.4.3.2")},
			row{ec(curve, "explicit"), nil, "sha512", algorithm("1.2.840.10045.4.3.4")},
		)
	}
	for _, r := range rows {
		t.Run(strings.Join(append(append(r.key, r.hash), r.sign...), " "), func(t *testing.T) {
			dir := t.TempDir()
			key, message := filepath.Join(dir, "key"), filepath.Join(dir, "message")
			if err := os.WriteFile(message, []byte("a document"), 0o600); err != nil {
				t.Fatal(err)
			}
			openssl(t, append([]string{"genpkey", "-out", key}, r.key...)...)
			spki := openssl(t, "pkey", "-in", key, "-pubout", "-outform", "DER")
			signature := openssl(t, append(append([]string{"dgst", "-" + r.hash, "-sign", key}, r.sign...), message)...)
			public, err := ParsePublicKey(spki)
			if err != nil {
				t.Fatal(err)
			}
			if err := public.Verify(r.algorithm, der.AlgorithmIdentifier{}, []byte("a document"), signature); err != nil {
				t.Errorf("OpenSSL's signature does not hold: %v", err)
			}
			var wrong *SignatureError
			if err := public.Verify(r.algorithm, der.AlgorithmIdentifier{}, []byte("another"), signature); !errors.As(err, &wrong) || wrong.Open {
				t.Errorf("over another message it gives %v", err)
			}
			for _, at := range []int{0, len(signature) / 2, len(signature) - 1} {
				signature[at] ^= 1
				if err := public.Verify(r.algorithm, der.AlgorithmIdentifier{}, []byte("a document"), signature); err == nil {
					t.Errorf("a signature changed at octet %d holds", at)
				}
				signature[at] ^= 1
			}
		})
	}
}

// TestParametersOfPSS holds signatures to the parameters of their key and to the salt length stated.
func TestParametersOfPSS(t *testing.T) {
	dir := t.TempDir()
	key, message := filepath.Join(dir, "key"), filepath.Join(dir, "message")
	if err := os.WriteFile(message, []byte("a document"), 0o600); err != nil {
		t.Fatal(err)
	}
	openssl(t, "genpkey", "-out", key, "-algorithm", "RSA-PSS", "-pkeyopt", "rsa_keygen_bits:2048",
		"-pkeyopt", "rsa_pss_keygen_md:sha256", "-pkeyopt", "rsa_pss_keygen_mgf1_md:sha256", "-pkeyopt", "rsa_pss_keygen_saltlen:32")
	public, err := ParsePublicKey(openssl(t, "pkey", "-in", key, "-pubout", "-outform", "DER"))
	if err != nil {
		t.Fatal(err)
	}
	sign := func(salt string) []byte {
		return openssl(t, "dgst", "-sha256", "-sign", key, "-sigopt", "rsa_pss_saltlen:"+salt, message)
	}
	for _, c := range []struct {
		name      string
		algorithm der.AlgorithmIdentifier
		salt      string
		want      Code
	}{
		{"as the key says", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha256", 32)...), "32", ""},
		{"more salt", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha256", 48)...), "48", ""},
		{"more salt than stated", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha256", 32)...), "48", CodeInvalid},
		{"less salt than the key's", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha256", 20)...), "32", CodeParameters},
		{"another hash than the key's", algorithm("1.2.840.113549.1.1.10", pssParameters("sha512", "sha256", 32)...), "32", CodeParameters},
		{"another mask than the key's", algorithm("1.2.840.113549.1.1.10", pssParameters("sha256", "sha1", 32)...), "32", CodeParameters},
		{"PKCS #1 with a key for RSASSA-PSS", algorithm("1.2.840.113549.1.1.11", 5, 0), "32", CodeParameters},
		{"ECDSA with an RSA key", algorithm("1.2.840.10045.4.3.2"), "32", CodeParameters},
		{"without parameters", algorithm("1.2.840.113549.1.1.10"), "32", CodeAlgorithm},
		{"parameters that are none", algorithm("1.2.840.113549.1.1.10", 5, 0), "32", CodeParameters},
		{"an unknown hash", algorithm("1.2.840.113549.1.1.10", element(der.Sequence, element(der.Context(0), element(der.Sequence, oidElement("1.2.3"))))...), "32", CodeAlgorithm},
	} {
		t.Run(c.name, func(t *testing.T) {
			err := public.Verify(c.algorithm, der.AlgorithmIdentifier{}, []byte("a document"), sign(c.salt))
			var e *SignatureError
			if c.want == "" {
				if err != nil {
					t.Error(err)
				}
			} else if !errors.As(err, &e) || e.Code != c.want {
				t.Errorf("%v, want %s", err, c.want)
			}
		})
	}
}
