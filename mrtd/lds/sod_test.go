package lds

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
)

// TestRealSODs reads the collection's EF.SODs. What they hold is what sod/analysis.tsv found by other means.
func TestRealSODs(t *testing.T) {
	dir := testdata.Dir(t)
	for _, c := range []struct {
		file    string
		version int
		lds     string
		digest  string
		groups  []int
		legacy  string
	}{
		{"AT_2025_eID_superLOL53", 0, "", "2.16.840.1.101.3.4.2.1", []int{1, 2, 3, 11, 12, 14}, ""},
		{"AU_gmrtd", 0, "", "2.16.840.1.101.3.4.2.1", []int{1, 2, 15}, ""},
		{"CN_gmrtd", 0, "", "2.16.840.1.101.3.4.2.1", []int{1, 2, 11, 12, 15}, "id-data"},
		{"DE_gmrtd", 1, "1.8", "2.16.840.1.101.3.4.2.2", []int{1, 2, 3, 14}, ""},
		{"DE_bsi_refset_pymrtd", 0, "", "2.16.840.1.101.3.4.2.1", []int{1, 2, 3, 4, 14}, ""},
		{"FI_gmrtd", 1, "1.8", "2.16.840.1.101.3.4.2.3", []int{1, 2, 3, 7, 14}, ""},
		{"GB_expired_gmrtd", 0, "", "2.16.840.1.101.3.4.2.1", []int{1, 2}, ""},
		{"NZ_gmrtd_indefinite", 0, "", "2.16.840.1.101.3.4.2.1", []int{1, 2, 12, 13, 14, 15}, ""},
		{"RU_gmrtd", 0, "", "1.3.14.3.2.26", []int{1, 2, 3, 13, 14}, ""},
		{"SG_gmrtd", 1, "1.8", "2.16.840.1.101.3.4.2.1", []int{1, 2, 3, 4, 13, 14}, ""},
	} {
		b, err := os.ReadFile(filepath.Join(dir, "sod", c.file+".sod"))
		if err != nil {
			t.Fatal(err)
		}
		sod, err := ParseSOD(b)
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if sod.Version != c.version || sod.LDSVersion != c.lds || sod.Digest.OID.String() != c.digest ||
			!slices.Equal(sod.DataGroups(), c.groups) || sod.Legacy != c.legacy || len(sod.Problems) != 0 {
			t.Errorf("%s: version %d, LDS %q, hash %s, groups %v, legacy %q, problems %v",
				c.file, sod.Version, sod.LDSVersion, sod.Digest.OID, sod.DataGroups(), sod.Legacy, sod.Problems)
		}
		if len(sod.Signed.Certificates) != 1 || len(sod.Signed.SignerInfos) != 1 {
			t.Errorf("%s: %d certificates, %d signers", c.file, len(sod.Signed.Certificates), len(sod.Signed.SignerInfos))
		}
	}
}

func TestSODsThatAreNone(t *testing.T) {
	for name, c := range map[string]struct {
		file []byte
		code string
	}{
		"empty":             {nil, SODEmpty},
		"tag 30":            {[]byte{0x30, 0}, SODMalformed},
		"tag 77 alone":      {[]byte{0x77, 0}, SODMalformed},
		"7780":              {[]byte{0x77, 0x80}, SODMalformed},
		"cut short":         {[]byte{0x77, 5, 0x30}, SODMalformed},
		"a nest":            {bytes.Repeat([]byte{0x30, 0x80}, 32<<10), SODTooComplex},
		"a nest inside 77":  {append([]byte{0x77, 0x80}, bytes.Repeat([]byte{0x30, 0x80}, 8<<10)...), SODTooComplex},
		"too many elements": {der.Encode(0x77, bytes.Repeat([]byte{5, 0}, 20000)), SODTooComplex},
		"too large":         {make([]byte, MaxFile+1), SODTooComplex},
	} {
		_, err := ParseSOD(c.file)
		var e *SODError
		if !errors.As(err, &e) || e.Code != c.code {
			t.Errorf("%s: %v, want %s", name, err, c.code)
		}
	}
}

// TestSecurityObject reads LDS security objects that keep to Doc 9303-10 appendix D.1, and ones that do not.
func TestSecurityObject(t *testing.T) {
	seq := func(parts ...[]byte) []byte { return der.Encode(der.Sequence, bytes.Join(parts, nil)) }
	number := func(n byte) []byte { return der.Encode(der.Integer, []byte{n}) }
	text := func(s string) []byte { return der.Encode(der.PrintableString, []byte(s)) }
	hash := func(n byte) []byte { return seq(number(n), der.Encode(der.OctetString, []byte("a hash"))) }
	sha := seq(der.Encode(der.ObjectID, []byte(der.MakeOID("2.16.840.1.101.3.4.2.1"))))
	sound := seq(hash(1), hash(2))
	for _, c := range []struct {
		name    string
		content []byte
		code    string
	}{
		{"version 0", seq(number(0), sha, sound), ""},
		{"version 1", seq(number(1), sha, sound, seq(text("0108"), text("040000"))), ""},
		{"version 2, of which nothing is known", seq(number(2), text("new")), ""},
		{"data group 0", seq(number(0), sha, seq(hash(0), hash(2))), SODNumber},
		{"data group 17", seq(number(0), sha, seq(hash(1), hash(17))), SODNumber},
		{"data group 2 twice", seq(number(0), sha, seq(hash(2), hash(1), hash(2))), SODDuplicate},
		{"no data group", seq(number(0), sha, seq()), SODMalformed},
		{"no hash algorithm", seq(number(0), sound), SODMalformed},
		{"something after the versions", seq(number(1), sha, sound, seq(text("0108"), text("040000")), number(1)), SODTrailing},
		{"something among the versions", seq(number(1), sha, sound, seq(text("0108"), text("040000"), number(1))), SODTrailing},
		{"something after the object", append(seq(number(0), sha, sound), 0), SODTrailing},
		{"something after a hash", seq(number(0), sha, seq(seq(number(1), der.Encode(der.OctetString, nil), number(1)))), SODTrailing},
	} {
		sod := &SOD{Signed: &cms.SignedData{Content: c.content}}
		if err := sod.securityObject(); err != nil {
			sod.Problems = append(sod.Problems, *sodError(err))
		}
		switch {
		case c.code == "" && len(sod.Problems) > 0:
			t.Errorf("%s: %v", c.name, sod.Problems)
		case c.code != "" && (len(sod.Problems) == 0 || sod.Problems[0].Code != c.code):
			t.Errorf("%s: %v, want %s", c.name, sod.Problems, c.code)
		}
	}
}

// FuzzParseSOD begins with whole objects of specimens, EF.CardSecurity among them, which is the same kind of object.
func FuzzParseSOD(f *testing.F) {
	for _, pki := range []string{"{key: secp256r1, signature: ecdsa-sha256}", "{key: rsa-1024, signature: pss-sha256}"} {
		p, err := specimen.Parse("fuzz", []byte(`about: "Not of this world: for the fuzzer"
document: {issuer: UTO, surname: SPECIMEN, given_names: FUZZ, sex: F, number: "L########"}
lds: {version: "1.8", groups: [11, 12]}
sod: {version: 1}
pki:
  country: UT
  csca: {key: secp256r1, signature: ecdsa-sha256}
  signer: `+pki+`
chip:
  pace:
    - {protocol: ecdh-cam-aes128, parameters: secp256r1}
`))
		if err != nil {
			f.Fatal(err)
		}
		d, err := p.Make(7, time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC))
		if err != nil {
			f.Fatal(err)
		}
		f.Add(d.Files["EF.SOD"])
		f.Add(d.Files["EF.CardSecurity"])
	}
	f.Add([]byte{0x77, 0x80, 0, 0})
	f.Add(der.Encode(0x77, der.Encode(der.Sequence, der.Encode(der.ObjectID, []byte{42, 134, 72, 134, 247, 13, 1, 7, 2}))))
	f.Fuzz(func(t *testing.T, b []byte) {
		sod, err := ParseSOD(b)
		if (sod == nil) == (err == nil) {
			t.Fatal("neither an object nor an error, or both")
		}
		if err == nil {
			_ = sod.DataGroups()
			_ = sod.Hash(1)
		}
		_, _ = ParseCardSecurity(b)
	})
}
