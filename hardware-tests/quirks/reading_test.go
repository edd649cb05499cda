package quirks_test

import (
	"fmt"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/mrtd/inspect"
)

// bigKeys proves its chip with keys that do not fit a short command or response.
func bigKeys(extended string) string {
	return profile(`  bac: true
  chip_authentication:
    - {protocol: dh-aes128, parameters: modp2048-256, encoding: x942}
`+extended, "lds: {version: \"1.8\"}")
}

// TestRefusesCommandChaining has the chip refuse chains, as Italian ones do. What does not fit a short command goes in an extended one, whether the chip
// announces that it takes them or not.
func TestRefusesCommandChaining(t *testing.T) {
	for name, extended := range map[string]string{
		"announced": "  extended_length: {command: 2000, response: 2000, atr_info: true}\n",
		"silent":    "  extended_length: {command: 2000, response: 2000}\n",
	} {
		for _, sw := range []uint16{0x6884, 0x6883, 0x6E00} {
			t.Run(fmt.Sprintf("%s %04X", name, sw), func(t *testing.T) {
				s := set(t, "big keys "+name, bigKeys(extended), func(c *chip.Config) {
					if name == "silent" {
						c.ATR = []byte{0x3B, 0x80, 0x80, 0x01, 0x01}
					}
				}, answer(sw, func(x *chip.Exchange) bool { return x.Secure && x.Command.CLA&0x10 != 0 }))
				check(t, s.genuine(t).Report, "chip.ca", inspect.Successful, "")
			})
		}
	}
}

// TestAnnouncesExtendedLengthAndRefusesIt has the chip announce what it does not take: chains and short blocks take over.
func TestAnnouncesExtendedLengthAndRefusesIt(t *testing.T) {
	const announced = "  extended_length: {command: 2000, response: 2000, atr_info: true}\n"
	for name, yaml := range map[string]string{"big keys announced": bigKeys(announced), "modern": modern} {
		t.Run(name, func(t *testing.T) {
			s := set(t, name, yaml, func(c *chip.Config) { c.ExtendedLength = false }, chip.Hooks{})
			s.genuine(t)
			if s.link.Resets > 1 {
				t.Errorf("%d fresh sessions", s.link.Resets)
			}
		})
	}
}

// TestBreaksAtLe65536 has the chip break at the longest Le, as Chinese ones do: it answers nonsense, leaves the session or falls silent.
func TestBreaksAtLe65536(t *testing.T) {
	for name, response := range map[string][]byte{
		"6700": {0x67, 0x00}, "6F00": {0x6F, 0x00}, "6B00": {0x6B, 0x00}, "silence": nil,
	} {
		t.Run(name, func(t *testing.T) {
			s := set(t, "modern", modern, nil, chip.Hooks{Before: func(x *chip.Exchange) ([]byte, bool) {
				return response, x.Command.INS == insRead && x.Command.Ne == 65536
			}})
			s.genuine(t)
			most := 1
			if response == nil { // which a document gives too that was nudged
				most = 2
			}
			if s.link.Resets > most {
				t.Errorf("%d fresh sessions", s.link.Resets)
			}
		})
	}
}

// TestActiveAuthenticationNeedsExtendedLength has the chip give a signature of 2,048 bits in extended length alone, as Australian ones do, announced or not.
func TestActiveAuthenticationNeedsExtendedLength(t *testing.T) {
	yaml := profile(`  bac: true
  active_authentication: {key: rsa-2048, hash: sha256}
  extended_length: {command: 2000, response: 2000, atr_info: true}
`)
	for name, atr := range map[string][]byte{"announced": nil, "silent": {0x3B, 0x80, 0x80, 0x01, 0x01}} {
		t.Run(name, func(t *testing.T) {
			s := set(t, "long signature", yaml, func(c *chip.Config) {
				if atr != nil {
					c.ATR = atr
				}
			}, answer(0x6700, func(x *chip.Exchange) bool { return x.Command.INS == insInternalAuth && !x.Command.Extended }))
			check(t, s.genuine(t).Report, "chip.aa", inspect.Successful, "")
		})
	}
}

// TestRefusesLe256 has the chip refuse blocks beyond some length in the ways that are known. The refusal is remembered: it is not asked for as much again.
func TestRefusesLe256(t *testing.T) {
	for _, sw := range []uint16{0x6B00, 0x6282, 0x6700, 0x6C80, 0x6C20} {
		for name, yaml := range map[string]string{"bac": bacOnly, "short": short} {
			t.Run(fmt.Sprintf("%04X %s", sw, name), func(t *testing.T) {
				refused := 0
				s := set(t, name, yaml, nil, answer(sw, func(x *chip.Exchange) bool {
					most := 0x80
					if sw>>8 == 0x6C {
						most = int(sw & 0xFF)
					}
					if x.Command.INS != insRead || x.Command.Ne <= most || x.Status != 0x9000 && x.Status != 0x6282 {
						return false
					}
					refused++
					return true
				}))
				s.genuine(t)
				if refused > 6 {
					t.Errorf("%d blocks were refused", refused)
				}
			})
		}
	}
}

// TestGivesByteByByte has the chip give one byte for each read, right and protected: the file is given up within bounds, and all else is told.
func TestGivesByteByByte(t *testing.T) {
	for name, yaml := range map[string]string{"bac": bacOnly, "modern": modern} {
		s := set(t, name, yaml, nil, chip.Hooks{Plain: func(x *chip.Exchange) {
			if x.File == 0x0102 && x.LDS && x.Kind == "read" && len(x.Data) > 6 && x.Command.P1&0x80 == 0 {
				x.Data = x.Data[:1]
			}
		}})
		reading, err := s.read()
		if err != nil {
			t.Fatal(err)
		}
		check(t, reading.Report, "dg.2", inspect.Undetermined, "")
		check(t, reading.Report, "dg.1", inspect.Successful, "")
		s.wantVerdict(t, reading, inspect.AuthenticityUndetermined)
		if s.link.Sent > 2500 {
			t.Errorf("%s: %d commands", name, s.link.Sent)
		}
	}
}

// TestReadsPastTheEnd has chips differ in what they say to a read past the end of a file.
func TestReadsPastTheEnd(t *testing.T) {
	for _, habit := range []chip.EndOfFile{chip.EndWarns, chip.EndSilent, chip.EndRefuses, chip.EndCorrects} {
		for name, yaml := range map[string]string{"bac": bacOnly, "modern": modern, "short": short} {
			t.Run(string(habit)+" "+name, func(t *testing.T) {
				s := set(t, name, yaml, func(c *chip.Config) { c.EndOfFile = habit }, chip.Hooks{})
				s.genuine(t)
			})
		}
	}
}

// TestKnowsNoShortFileIdentifiers reads a chip that wants SELECT.
func TestKnowsNoShortFileIdentifiers(t *testing.T) {
	for name, yaml := range map[string]string{"bac": bacOnly, "modern": modern, "short": short} {
		s := set(t, name, yaml, func(c *chip.Config) { c.NoShortID = true }, chip.Hooks{})
		s.genuine(t)
	}
}

// TestFingerprintsAndIrisesAreNeverAskedFor puts DG3 on a chip. It would answer 6982; nobody asks.
func TestFingerprintsAndIrisesAreNeverAskedFor(t *testing.T) {
	yaml := profile("  bac: true\n", "lds: {groups: [3, 11, 12]}")
	for _, noShort := range []bool{false, true} {
		s := set(t, "fingerprints", yaml, func(c *chip.Config) { c.NoShortID = noShort }, chip.Hooks{})
		r := s.genuine(t).Report
		check(t, r, "dg.3", inspect.NotDone, "")
		for _, x := range s.heard {
			if x.LDS && (x.File == 0x0103 || x.File == 0x0104) || x.Command.INS == insRead && (x.Command.P1 == 0x83 || x.Command.P1 == 0x84) ||
				x.Command.INS == insSelect && len(x.Command.Data) == 2 && x.Command.Data[0] == 1 && (x.Command.Data[1] == 3 || x.Command.Data[1] == 4) {
				t.Error("DG3 or DG4 was asked for")
			}
		}
	}
}

// TestListedDataGroupAbsent takes away data groups that EF.SOD lists: the rest is read, what is missing is open, and nobody is accused.
func TestListedDataGroupAbsent(t *testing.T) {
	for id, name := range map[uint16]string{0x010E: "dg.14", 0x0101: "dg.1", 0x0102: "dg.2"} {
		t.Run(name, func(t *testing.T) {
			s := set(t, "modern", modern, func(c *chip.Config) { remove(c, id) }, chip.Hooks{})
			reading, err := s.read()
			if err != nil {
				t.Fatal(err)
			}
			check(t, reading.Report, name, inspect.Undetermined, "absent")
			check(t, reading.Report, "sod.signature", inspect.Successful, "")
			s.wantVerdict(t, reading, inspect.AuthenticityUndetermined)
		})
	}
	t.Run("dg.11", func(t *testing.T) { // which proves nothing that counts here
		s := set(t, "dg11", profile("  bac: true\n", "lds: {groups: [11]}"), func(c *chip.Config) { remove(c, 0x010B) }, chip.Hooks{})
		s.genuine(t)
	})
}

// TestMissingCOM takes EF.COM away.
func TestMissingCOM(t *testing.T) {
	s := set(t, "modern", modern, func(c *chip.Config) { remove(c, 0x011E) }, chip.Hooks{})
	check(t, s.genuine(t).Report, "sod.com", inspect.NotSupported, "no_com")
}

// TestNonMinimalLengthsInSecureMessaging pads the lengths of every object of the protected responses. The code is taken over the bytes as they come.
func TestNonMinimalLengthsInSecureMessaging(t *testing.T) {
	pad := func(o tlv.Object) tlv.Object {
		n := len(o.Value)
		raw := []byte{byte(o.Tag), 0x82, byte(n >> 8), byte(n)}
		if n < 0x80 {
			raw = []byte{byte(o.Tag), 0x81, byte(n)}
		}
		o.Raw = append(raw, o.Value...)
		return o
	}
	each := func(x *chip.Exchange) {
		for i, o := range x.Objects {
			if o.Tag != 0x8E {
				x.Objects[i] = pad(o)
			}
		}
	}
	last := func(x *chip.Exchange) { x.Objects[len(x.Objects)-1] = pad(x.Objects[len(x.Objects)-1]) }
	for name, yaml := range map[string]string{"bac": bacOnly, "modern": modern, "short": short} {
		s := set(t, name, yaml, nil, chip.Hooks{Sealing: each, Sealed: last})
		s.genuine(t)
	}
}

// bigFace has a DG2 that reaches beyond the last offset that READ BINARY's first form can name.
func bigFace(extended string) string {
	return profile(`  bac: true
  pace:
    - {protocol: ecdh-gm-aes128, parameters: secp256r1}
`+extended, "face: {bytes: 44000, width: 620, height: 797}")
}

// TestFaceBeyond32767Bytes reads it by the odd instruction there, and by the even one before.
func TestFaceBeyond32767Bytes(t *testing.T) {
	for name, extended := range map[string]string{
		"long face, short blocks": "",
		"long face, long blocks":  "  extended_length: {command: 1500, response: 1500, atr_info: true}\n",
		"long face, all at once":  "  extended_length: {command: 60000, response: 60000, atr_info: true}\n",
	} {
		t.Run(name, func(t *testing.T) {
			s := set(t, name, bigFace(extended), nil, chip.Hooks{})
			if n := len(s.Document.Files["EF.DG2"]); n < 40000 {
				t.Fatalf("DG2 has %d bytes only", n)
			}
			s.genuine(t)
			if reads := s.count(insRead) + s.count(insReadOdd); reads > 20 && s.count(insReadOdd) == 0 {
				t.Errorf("%d blocks, and none by INS B1", reads) // the longest blocks begin before the limit and reach beyond
			}
		})
	}
}

// TestFaceBeyond32767BytesWithoutOddRead has a chip with such a face that knows no odd instruction: the face stays open, all else is read.
func TestFaceBeyond32767BytesWithoutOddRead(t *testing.T) {
	s := set(t, "long face, short blocks", bigFace(""), func(c *chip.Config) { c.NoOddRead = true }, chip.Hooks{})
	reading, err := s.read()
	if err != nil {
		t.Fatal(err)
	}
	s.wantVerdict(t, reading, inspect.AuthenticityUndetermined)
	check(t, reading.Report, "dg.1", inspect.Successful, "")
	check(t, reading.Report, "dg.2", inspect.Undetermined, "")
}
