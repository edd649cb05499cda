package quirks_test

import (
	"bytes"
	"fmt"
	"log/slog"
	"runtime"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/mrz"
)

// The traps of the library that is known best, gmrtd, as far as a chip can set them: each test plays one.

// TestBare9000IsNoProof has a clone answer chip authentication with a bare 9000, outside of secure messaging, and go on with the old keys.
func TestBare9000IsNoProof(t *testing.T) {
	for _, yaml := range []string{bacOnly, modern} {
		s := scripted(t, yaml, "clone-bare-9000")
		reading := s.ends(t)
		check(t, reading.Report, "chip.ca", inspect.Failed, "wrong_key")
		s.wantVerdict(t, reading, inspect.Counterfeit)
	}
}

// TestProofWithTheClonesOwnKeyIsNone has clones bring a DG14 or a DG15 of their own, whose keys they prove: passive authentication has not vouched for these.
func TestProofWithTheClonesOwnKeyIsNone(t *testing.T) {
	yaml := profile(`  bac: true
  chip_authentication:
    - {protocol: ecdh-aes128, parameters: secp256r1}
  active_authentication: {key: secp256r1, hash: sha256}
`)
	for attack, id := range map[string]string{"substitute-dg14": "chip.ca", "substitute-dg15": "chip.aa"} {
		s := scripted(t, yaml, attack)
		reading := s.ends(t)
		if c := reading.Report.Check(id); c.Outcome == inspect.Successful {
			t.Errorf("%s: %s is successful", attack, id)
		}
		s.wantVerdict(t, reading, inspect.Counterfeit)
	}
}

// TestNoDataGroupReadIsNotGenuine has a chip refuse every data group: nothing that was signed was seen.
func TestNoDataGroupReadIsNotGenuine(t *testing.T) {
	s := set(t, "modern", modern, nil, answer(0x6982, func(x *chip.Exchange) bool { return x.LDS && x.File >= 0x0101 && x.File <= 0x0110 }))
	s.wantVerdict(t, s.ends(t), inspect.AuthenticityUndetermined)
}

// allocated is how many bytes a call takes from the heap.
func allocated(call func()) uint64 {
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	call()
	runtime.ReadMemStats(&after)
	return after.TotalAlloc - before.TotalAlloc
}

// TestForgedCountInDG11 has DG11 claim two thousand million other names, in a dozen bytes.
func TestForgedCountInDG11(t *testing.T) {
	s := scripted(t, profile("  bac: true\n", "lds: {groups: [11]}"), "edit EF.DG11 6B set A00602047FFFFFFF")
	if n := allocated(func() { s.genuine(t) }); n > 200<<20 {
		t.Errorf("%d MB for it", n>>20)
	}
}

// TestNestedSODCostsNothing has EF.SOD be 60 KB of nothing but the beginnings of objects of indefinite length.
func TestNestedSODCostsNothing(t *testing.T) {
	nest := bytes.Repeat([]byte{0x30, 0x80}, 30_000)
	for name, file := range map[string][]byte{"as it is": nest, "inside its tag": tlv.Make(0x77, nest)} {
		s := set(t, "bac", bacOnly, func(c *chip.Config) {
			for i, f := range c.LDS {
				if f.ID == 0x011D {
					c.LDS[i].Data = file
				}
			}
		}, chip.Hooks{})
		var reading *inspect.Reading
		if n := allocated(func() { reading = s.ends(t) }); n > 200<<20 {
			t.Errorf("%s: %d MB for it", name, n>>20)
		}
		check(t, reading.Report, "sod.structure", inspect.Failed, "")
		s.wantVerdict(t, reading, inspect.Counterfeit)
	}
}

// TestMalformedFilesEndNoRead has files be what makes parsers stumble: each read ends by itself, with a report.
func TestMalformedFilesEndNoRead(t *testing.T) {
	yaml := profile(`  bac: true
  pace:
    - {protocol: ecdh-gm-aes128, parameters: secp256r1}
  chip_authentication:
    - {protocol: ecdh-aes128, parameters: secp256r1}
  active_authentication: {key: secp256r1, hash: sha256}
`, "lds: {groups: [11]}", "face: {bytes: 3000, width: 200, height: 260}")
	unsigned := []uint16{0x011E, 0x011C}
	for _, id := range append([]uint16{0x011D, 0x0101, 0x0102, 0x010B, 0x010E, 0x010F}, unsigned...) {
		for _, raw := range []string{"\x77\x80", "\x00", "\xff", "\x6f\x84\xff\xff\xff\xff", "\x7f", "\x30\x00", "\x31\x03\x02\x01\x01", "\x7f\x61\x82\x00\x01"} {
			t.Run(fmt.Sprintf("%04X %x", id, raw), func(t *testing.T) {
				s := set(t, "malformed", yaml, func(c *chip.Config) {
					for _, files := range [][]chip.File{c.LDS, c.Master} {
						for i, f := range files {
							if f.ID == id {
								files[i].Data = []byte(raw)
							}
						}
					}
				}, chip.Hooks{})
				if a := s.ends(t).Report.Authenticity; a == inspect.Genuine && !slices.Contains(unsigned, id) && id != 0x010B {
					t.Error("genuine")
				}
			})
		}
	}
}

// TestKeyIdentifierWithoutItsKey has the ChipAuthenticationInfo name a key that DG14 does not hold, or hold one that nobody names.
func TestKeyIdentifierWithoutItsKey(t *testing.T) {
	yaml := profile("  bac: true\n  chip_authentication:\n    - {protocol: ecdh-aes128, parameters: secp256r1, key_id: 2}\n")
	for script, outcome := range map[string]inspect.Outcome{
		"edit EF.DG14 6E/31/30#1/02#2 set 07":    inspect.Undetermined,
		"edit EF.DG14 6E/31/30#2 remove":         inspect.NotSupported,
		"edit EF.DG14 6E/31/30#2/02 set 7F":      inspect.Undetermined,
		"edit EF.DG14 6E/31/30#1/02#2 remove":    inspect.Successful,
		"edit EF.DG14 6E/31/30#2/30/03 set 0004": inspect.Undetermined,
	} {
		s := scripted(t, yaml, script)
		check(t, s.ends(t).Report, "chip.ca", outcome, "")
	}
}

// extended is the part of a profile whose chip takes long commands.
const extended = "  extended_length: {command: 2000, response: 2000, atr_info: true}\n"

// TestPACEParameterIDs0To2AndUnknown offers PACE modulo primes, and on parameters that no table has.
func TestPACEParameterIDs0To2AndUnknown(t *testing.T) {
	for _, parameters := range []string{"modp1024-160", "modp2048-224", "modp2048-256"} {
		s := scripted(t, profile("  pace:\n    - {protocol: dh-gm-aes128, parameters: "+parameters+"}\n"+extended), "")
		check(t, s.genuine(t).Report, "access.pace", inspect.Successful, "")
	}
	for _, id := range []string{"03", "07", "13", "1F"} {
		s := scripted(t, short, "edit forged EF.CardAccess 31/30/02#2 set "+id)
		r := s.ends(t).Report
		check(t, r, "access.pace", inspect.Undetermined, "unknown_algorithm")
		check(t, r, "access.bac", inspect.Successful, "")
	}
}

// TestPACEInfoOfAnotherVersion offers PACE in a version that is not 2, beside the usual one and alone.
func TestPACEInfoOfAnotherVersion(t *testing.T) {
	const other = "3012060A04007F0007020204020402010302010C" // AES-256, version 3
	s := scripted(t, short, "edit forged EF.CardAccess 31/30 insert "+other+"; edit EF.DG14 6E/31/30 insert "+other)
	check(t, s.genuine(t).Report, "access.pace", inspect.Successful, "")
	s = scripted(t, short, "edit forged EF.CardAccess 31 set "+other)
	check(t, s.ends(t).Report, "access.bac", inspect.Successful, "")
}

// TestIntegratedMappingAndDiffieHellman reads by the mappings and groups that gmrtd does not have.
func TestIntegratedMappingAndDiffieHellman(t *testing.T) {
	for _, pace := range []string{
		"{protocol: ecdh-im-aes128, parameters: secp256r1}", "{protocol: dh-im-aes256, parameters: modp2048-256}", "{protocol: dh-gm-3des, parameters: modp1024-160}",
	} {
		s := scripted(t, profile("  pace:\n    - "+pace+"\n  chip_authentication:\n    - {protocol: dh-aes256, parameters: modp2048-256, encoding: x942}\n"+extended), "")
		r := s.genuine(t).Report
		check(t, r, "access.pace", inspect.Successful, "")
		check(t, r, "chip.ca", inspect.Successful, "")
	}
}

// TestSecureMessagingWithoutItsObjects has the chip leave out, repeat or spoil an object of its protected answers: the session ends, and nothing is believed.
func TestSecureMessagingWithoutItsObjects(t *testing.T) {
	for _, script := range []string{
		"on secured every: sm-signed 99 remove", "on secured every: sm 8E remove", "on read EF.DG1 every: sm 99 remove", "on secured every: sm 99 set 6282",
		"on read EF.SOD every: sm-signed 87 set 01", "on read EF.DG1 every: sm-signed 87 put 0 02", "on secured every: naked", "on read EF.SOD every: bare 9000",
	} {
		t.Run(script, func(t *testing.T) {
			s := scripted(t, profile("  bac: true\n"), script)
			if a := s.ends(t).Report.Authenticity; a != inspect.AuthenticityUndetermined {
				t.Error(a)
			}
		})
	}
}

// TestCountriesOfTheMRZ reads documents of the issuers whose codes tables forget.
func TestCountriesOfTheMRZ(t *testing.T) {
	for _, code := range []string{"MKD", "RKS", "JAM", "VAT", "UNO", "UNA", "UNK", "EUE", "XOM", "XPO", "GBD", "GBN", "GBO", "GBP", "GBS"} {
		country := "UT"
		countries, known := mrz.CountryOf(code)
		if known {
			country = countries[0]
		}
		s := scripted(t, bacOnly, "with document.issuer = "+code+"; with pki.country = "+country)
		r := s.genuine(t).Report
		if r.Document.Issuer != code || !mrz.IsCode(code) || known != (r.Check("issuer.match").Outcome == inspect.Successful) {
			t.Errorf("%s: %s", code, r.Check("issuer.match").Outcome)
		}
	}
}

// TestUnknownTagsInDG11 has DG11 and DG12 hold objects that no table has.
func TestUnknownTagsInDG11(t *testing.T) {
	s := scripted(t, profile("  bac: true\n", "lds: {groups: [11, 12]}"), "edit EF.DG11 6B/5F2B insert 5F7F0141; edit EF.DG12 6C/5F26 insert DF010141")
	if r := s.genuine(t).Report; r.Document.PrintedSurname == "" {
		t.Error("DG11 was not read for it")
	}
}

// TestNameInThreeParts has the name field hold a second separator.
func TestNameInThreeParts(t *testing.T) {
	s := scripted(t, bacOnly, "edit EF.DG1 61/5F1F put 5 'SPECIMEN<<QUIRK<<THIRD'")
	r := s.genuine(t).Report
	if r.Document.Surname != "SPECIMEN" || !strings.HasPrefix(r.Document.GivenNames, "QUIRK") {
		t.Error("the name is not what it is")
	}
}

// TestDG1IsComparedWithThePrintedLines gives lines that open the chip, and differ from DG1 in what the key does not hold.
func TestDG1IsComparedWithThePrintedLines(t *testing.T) {
	s := set(t, "bac", bacOnly, nil, chip.Hooks{})
	m, err := mrz.Parse(strings.Replace(strings.Join(s.Document.MRZ, "\n"), "QUIRK", "QUICK", 1))
	if err != nil {
		t.Fatal(err)
	}
	s.in.Judge.Given = m
	reading := s.ends(t)
	check(t, reading.Report, "mrz.match", inspect.Failed, "printed_data_differs")
	s.wantVerdict(t, reading, inspect.AuthenticityUndetermined)
}

// TestExtendedReadWithoutSecureMessaging reads an open chip in long blocks.
func TestExtendedReadWithoutSecureMessaging(t *testing.T) {
	s := scripted(t, profile(extended), "")
	s.genuine(t)
	s = scripted(t, profile(extended), "chip no-extended")
	s.genuine(t)
}

// TestLegacySecurityObjectTypes signs security objects of the content types from before Doc 9303 settled on one, and of plain data, as China does.
func TestLegacySecurityObjectTypes(t *testing.T) {
	for _, oid := range []string{"2A864886F70D010701", "2B1B010101", "2A841001876E011401"} {
		s := scripted(t, bacOnly, "edit attributes 31/30#1/31/06 set "+oid+"; edit EF.SOD 77/30/A0/30/30/06 set "+oid)
		check(t, s.genuine(t).Report, "sod.structure", inspect.Successful, "")
	}
}

// TestNothingSecretIsLogged reads documents with the log wide open: right, with a wrong password, and lost midway. No line of it and no error holds a piece of the key.
func TestNothingSecretIsLogged(t *testing.T) {
	var log bytes.Buffer
	was := slog.Default()
	slog.SetDefault(slog.New(slog.NewTextHandler(&log, &slog.HandlerOptions{Level: slog.LevelDebug - 8})))
	t.Cleanup(func() { slog.SetDefault(was) })
	for _, spoil := range []func(s *scene){
		func(*scene) {},
		func(s *scene) { s.chip.SetHooks(answer(0x6300, kind("pace-4"))) },
		func(s *scene) {
			s.link.Before = func(n int, _ []byte) ([]byte, error) {
				if n > 12 {
					return nil, stage.ErrLost
				}
				return nil, nil
			}
		},
	} {
		s := set(t, "modern", modern, nil, chip.Hooks{})
		spoil(s)
		reading, err := s.read()
		if err != nil {
			log.WriteString(err.Error())
		}
		if reading != nil {
			for _, c := range reading.Report.Checks {
				log.WriteString(c.Detail + "\n")
			}
		}
		for _, secret := range []string{s.MRZ.Number, s.Document.CAN, s.Document.Birth.Format("060102"), s.Document.Expiry.Format("060102")} {
			if secret != "" && strings.Contains(log.String(), secret) {
				t.Errorf("a secret of %d characters is there", len(secret))
			}
		}
	}
}
