package quirks_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/mrz"
	"github.com/skranke/skranke/mrtd/trust"
)

// TestLongDocumentNumberInTD1 reads a card whose number has twelve characters and goes on in the optional data.
func TestLongDocumentNumberInTD1(t *testing.T) {
	s := stage.For(t, "utopian-long-number")
	r := s.Read(t, chip.New(s.Document.Chip), s.Input()).Report
	if r.Authenticity != inspect.Genuine || r.Document.Number != s.Document.Number || len(r.Document.Number) != 12 || r.Document.OptionalData != "" {
		t.Errorf("%s, a number of %d characters", r.Authenticity, len(r.Document.Number))
	}
	check(t, r, "mrz.check_digits", inspect.Successful, "")
}

// TestOptionalDataCheckDigitMayBeFiller reads passports without optional data, whose check digit is a filler or a zero.
func TestOptionalDataCheckDigitMayBeFiller(t *testing.T) {
	for _, digit := range []string{"<", "0"} {
		s := scripted(t, bacOnly, "edit EF.DG1 61/5F1F put 86 '"+digit+"'")
		check(t, s.genuine(t).Report, "mrz.check_digits", inspect.Successful, "")
	}
}

// TestConfusedCharacters types the letters that look like the digits in the number and the dates, and a digit that looks like a letter: what was meant is suggested, and opens
// the chip.
func TestConfusedCharacters(t *testing.T) {
	s := scripted(t, bacOnly, "edit EF.DG1 61/5F1F put 44 'L10528010'; edit EF.DG1 61/5F1F check-digits")
	right := strings.Join(s.MRZ.Lines(), "\n")
	second := s.MRZ.Lines()[1]
	for at, c := range second {
		slip := map[rune]byte{'0': 'O', '1': 'I', '5': 'S', '8': 'B'}[c]
		if slip == 0 {
			continue
		}
		line := []byte(second)
		line[at] = slip
		found := false
		for _, m := range mrz.Suggest(s.MRZ.Lines()[0] + "\n" + string(line)) {
			found = found || strings.Join(m.Lines(), "\n") == right
		}
		if !found {
			t.Errorf("%c for %c at %d: what was meant is not suggested", slip, c, at+1)
		}
	}
	s.genuine(t)
}

// TestUnknownBirthDate reads documents of people whose day, month or whole date of birth is not known.
func TestUnknownBirthDate(t *testing.T) {
	for born, want := range map[string]string{"90<<<<": "1990-XX-XX", "900000": "1990-XX-XX", "9002<<": "1990-02-XX", "<<<<<<": ""} {
		s := scripted(t, bacOnly, "edit EF.DG1 61/5F1F put 57 '"+born+"'; edit EF.DG1 61/5F1F check-digits")
		r := s.genuine(t).Report
		check(t, r, "mrz.check_digits", inspect.Successful, "")
		check(t, r, "mrz.match", inspect.Successful, "")
		if got := r.Document.DateOfBirth; got != want {
			t.Errorf("%s is shown as %q, want %q", born, got, want)
		}
	}
}

// TestKosovoIsRKSOrUNK reads Kosovar passports by the code that Kosovo prints, and by that of the United Nations' administration, which has no country in certificates to be compared
// with: that is left open, and keeps nobody out.
func TestKosovoIsRKSOrUNK(t *testing.T) {
	for code, outcome := range map[string]inspect.Outcome{"RKS": inspect.Successful, "UNK": inspect.Undetermined} {
		s := stage.For(t, "kosovar-passport-2021", [2]string{"document.issuer", code})
		r := s.Read(t, chip.New(s.Document.Chip), s.Input()).Report
		if r.Authenticity != inspect.Genuine {
			t.Errorf("%s: %v", code, r.Obstacles())
		}
		check(t, r, "issuer.match", outcome, "")
	}
}

// TestDatesInDG11AndDG12AreTextOrBCD has both files write their dates in eight characters, and in four octets.
func TestDatesInDG11AndDG12AreTextOrBCD(t *testing.T) {
	yaml := profile("  bac: true\n", "lds: {groups: [11, 12]}")
	for born, issued := range map[string]string{"'19700203'": "'20200229'", "19700203": "20200229"} {
		s := scripted(t, yaml, "edit EF.DG11 6B/5F2B set "+born+"; edit EF.DG12 6C/5F26 set "+issued)
		s.genuine(t)
		one, err := lds.ParseDG11(s.Document.Files["EF.DG11"])
		if err != nil {
			t.Fatal(err)
		}
		two, err := lds.ParseDG12(s.Document.Files["EF.DG12"])
		if err != nil {
			t.Fatal(err)
		}
		if one.DateOfBirth != "1970-02-03" || two.DateOfIssue != "2020-02-29" {
			t.Errorf("%s: %q, %q", born, one.DateOfBirth, two.DateOfIssue)
		}
	}
}

// TestImageOffsetVaries puts feature points before the image, none to a hundred, in each coding that documents use.
func TestImageOffsetVaries(t *testing.T) {
	for format, start := range map[string]string{"jpeg": "\xff\xd8\xff", "jp2": "\x00\x00\x00\x0cjP  ", "j2k": "\xff\x4f\xff\x51"} {
		for _, points := range []int{0, 100} {
			s := set(t, fmt.Sprint(format, points), profile("  bac: true\n", fmt.Sprintf("face: {format: %s, bytes: 5000, width: 200, height: 260, features: %d}", format, points)), nil, chip.Hooks{})
			images, err := lds.ParseDG2(s.genuine(t).Evidence.Files[inspect.DG(2)])
			if err != nil || len(images) != 1 || !strings.HasPrefix(string(images[0].Data), start) {
				t.Errorf("%s after %d points: %d images, %v", format, points, len(images), err)
			}
		}
	}
}

// signedBy is a document whose signer has a key, signs in a way, and more.
func signedBy(t *testing.T, script string) *scene {
	t.Helper()
	return scripted(t, profile("  bac: true\n"), script)
}

// TestSODSignedByPSSWithAnySalt signs with salts of other lengths than the hash's.
func TestSODSignedByPSSWithAnySalt(t *testing.T) {
	for _, way := range []string{"pss-sha256", "pss-sha256-salt20", "pss-sha256-salt0"} {
		s := signedBy(t, "with pki.signer = {key: rsa-1024, signature: "+way+"}")
		check(t, s.genuine(t).Report, "sod.signature", inspect.Successful, "")
	}
}

// TestSODSignatureHashOtherThanDigest hashes the data groups, the security object and the signature each by another algorithm.
func TestSODSignatureHashOtherThanDigest(t *testing.T) {
	s := signedBy(t, "with sod.hash = sha384; with sod.digest = sha512; with pki.signer.signature = ecdsa-sha224")
	check(t, s.genuine(t).Report, "sod.hash", inspect.Successful, "")
}

// TestSODSignerWithExplicitCurveParameters writes curves out in the certificates.
func TestSODSignerWithExplicitCurveParameters(t *testing.T) {
	for _, curve := range []string{"secp256r1-explicit", "brainpoolP256r1-explicit"} {
		s := signedBy(t, "with pki.signer.key = "+curve+"; with pki.csca.key = "+curve)
		check(t, s.genuine(t).Report, "signer.signature", inspect.Successful, "")
	}
}

// certificates is the path to the certificates of an EF.SOD.
const certificates = "77/30/A0/30/A0"

// TestSODSignerByIssuerAndSerialOrKeyIdentifier names the signer in both ways, with another certificate before and after its own, which has the same issuer in its name.
func TestSODSignerByIssuerAndSerialOrKeyIdentifier(t *testing.T) {
	other := signedBy(t, "with pki.seed = 5").Document.Signer.Certificate
	for _, way := range []string{"issuer", "key-id"} {
		for _, edit := range []string{
			"append " + hex.EncodeToString(other), "splice 0 " + hex.EncodeToString(other),
		} {
			s := signedBy(t, "with sod.identifier = "+way+"; edit EF.SOD "+certificates+" "+edit)
			check(t, s.genuine(t).Report, "sod.signature", inspect.Successful, "")
		}
	}
}

// TestSODWithoutCertificates leaves the signer's certificate out: with it in the store the document is genuine, without it open.
func TestSODWithoutCertificates(t *testing.T) {
	s := signedBy(t, "with sod.certificate = false")
	check(t, s.ends(t).Report, "sod.signature", inspect.Undetermined, "no_signer_certificate")
	s = signedBy(t, "with sod.certificate = false")
	var paths []string
	for name, data := range map[string][]byte{"csca.der": s.Document.CSCA.Certificate, "signer.der": s.Document.Signer.Certificate} {
		path := filepath.Join(t.TempDir(), name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		paths = append(paths, path)
	}
	store, err := trust.Load(paths, nil)
	if err != nil {
		t.Fatal(err)
	}
	s.in.Judge.Store = store
	s.genuine(t)
}

// indefinite writes an object and those inside it with indefinite lengths, so many levels deep.
func indefinite(t *testing.T, b []byte, levels int) []byte {
	t.Helper()
	objects, err := tlv.List(b)
	if err != nil {
		t.Fatal(err)
	}
	var out []byte
	for _, o := range objects {
		if levels == 0 || o.Raw[0]&0x20 == 0 {
			out = append(out, o.Raw...)
			continue
		}
		out = append(append(out, o.Raw[0], 0x80), indefinite(t, o.Value, levels-1)...)
		out = append(out, 0, 0)
	}
	return out
}

// TestSODWithIndefiniteLengths writes the signed object in BER, as New Zealand does.
func TestSODWithIndefiniteLengths(t *testing.T) {
	for levels := 1; levels < 4; levels++ {
		s := set(t, "bac", bacOnly, func(c *chip.Config) {
			for i, f := range c.LDS {
				if f.ID == 0x011D {
					outer, err := tlv.List(f.Data)
					if err != nil {
						t.Fatal(err)
					}
					c.LDS[i].Data = tlv.Make(0x77, indefinite(t, outer[0].Value, levels))
				}
			}
		}, chip.Hooks{})
		reading, err := s.read()
		if err != nil {
			t.Fatal(err)
		}
		s.wantVerdict(t, reading, inspect.Genuine)
		if bytes.Equal(reading.Evidence.Files[inspect.SOD], s.Document.Files["EF.SOD"]) {
			t.Error("EF.SOD is as it was")
		}
	}
}

// TestSODNamesOfOtherStringTypes has the signer's certificate write its issuer's name in other string types than the CSCA does its own.
func TestSODNamesOfOtherStringTypes(t *testing.T) {
	s := signedBy(t, "edit signer.tbs 30/30#2/31#2/30/0C tag 13")
	check(t, s.genuine(t).Report, "signer.signature", inspect.Successful, "")
}

// TestSODSecurityObjectVersions0And1 reads both versions of the security object.
func TestSODSecurityObjectVersions0And1(t *testing.T) {
	for version, want := range map[string]string{"0": "", "1": "1.8"} {
		s := signedBy(t, "with lds = {version: \"1.8\", unicode: \"5.0.0\"}; with sod.version = "+version)
		r := s.genuine(t).Report
		check(t, r, "sod.structure", inspect.Successful, "")
		if want != "" && r.Chip.LDS != want {
			t.Errorf("version %s: LDS %q", version, r.Chip.LDS)
		}
	}
}
