package chip_test

import (
	"encoding/hex"
	"math/big"
	"math/rand/v2"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/counts"
)

// hostile is a chip with all that can be attacked.
func hostile(seed byte) *chip.Chip {
	curve, _ := chip.ParametersByID(8) // the smallest ones, for speed
	group, _ := chip.ParametersByID(0)
	cfg := open()
	cfg.BAC, cfg.MRZ, cfg.CAN = true, []byte("L898902C<369080619406236"), "123456"
	cfg.PACE = []chip.PACE{
		{Mapping: chip.GenericMapping, Suite: chip.TDES, Parameters: curve},
		{Mapping: chip.IntegratedMapping, Suite: chip.AES128, Parameters: curve},
		{Mapping: chip.ChipAuthenticationMapping, Suite: chip.AES256, Parameters: curve},
		{Mapping: chip.GenericMapping, Suite: chip.AES192, Parameters: group},
		{Mapping: chip.IntegratedMapping, Suite: chip.AES256, Parameters: group},
	}
	cfg.Agreements = []chip.Agreement{
		{Suite: chip.TDES, Parameters: curve, Private: big.NewInt(77), KeyID: -1},
		{Suite: chip.AES128, Parameters: group, Private: big.NewInt(78), KeyID: 1},
		{Suite: chip.AES256, Parameters: curve, Private: big.NewInt(79), KeyID: -1, Mapping: true},
	}
	cfg.Random = rand.NewChaCha8([32]byte{seed})
	return chip.New(cfg)
}

// FuzzTransmit is a hostile terminal: the input is a list of commands, each after an octet with its length. Whatever
// comes, the chip answers every command with a response of two octets at least, and does not panic.
func FuzzTransmit(f *testing.F) {
	for _, commands := range [][]string{
		{selectApplication, "00A4020C020101", "00B0000004"},
		{"0084000008", "0082000028" + hex.EncodeToString(make([]byte, 40)) + "28"},
		{"0022C1A40F800A04007F00070202040201830101", "10860000027C0000", "10860000357C338131" + hex.EncodeToString(make([]byte, 49)) + "00"},
		{"0022C1A40F800A04007F00070202040402830101", "10860000027C0000", "10860000147C128110" + hex.EncodeToString(make([]byte, 16)) + "00"},
		{"0022C1A40F800A04007F00070202040304830102", "10860000027C0000"},
		{"0CB000000D9701048E08ED6705417E96BA5500", "00B100000454020000"},
		{"1086000004" + "7C820100", "1086000001FF", "008600000100"},
	} {
		var b []byte
		for _, c := range commands {
			raw, err := hex.DecodeString(c)
			if err != nil {
				f.Fatal(err)
			}
			b = append(append(b, byte(len(raw))), raw...)
		}
		f.Add(b)
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		c := hostile(1)
		for n := 0; len(b) > 0 && n < 50; n++ {
			size := min(int(b[0]), len(b)-1)
			command := b[1 : 1+size]
			b = b[1+size:]
			if got := c.Transmit(command); len(got) < 2 || len(got) > 65538 {
				t.Fatalf("%X is answered with %d octets", command, len(got))
			}
		}
	})
}

// TestHostile sends the chip twenty thousand commands that are nearly right, which is what a fuzzer takes long to
// come by: sound beginnings with an octet changed, cut or doubled.
func TestHostile(t *testing.T) {
	random := rand.New(rand.NewPCG(1, 2))
	curve, _ := chip.ParametersByID(8)
	public := hex.EncodeToString(curve.PublicKey(big.NewInt(9)))
	var sound [][]byte
	for _, s := range []string{
		selectApplication, "00A4020C020102", "00B0000000", "00B0820000", "00B100000454020100" + "00", "0084000008",
		"0082000028" + hex.EncodeToString(make([]byte, 40)) + "28",
		"0022C1A40F800A04007F00070202040201830101", "0022C1A40F800A04007F00070202040402830102",
		"0022C1A40F800A04007F00070202040604830101", "0022C1A40F800A04007F00070202040304830101", "10860000027C0000",
		"10860000357C338131" + public + "00", "10860000357C338331" + public + "00",
		"008600000C7C0A8508000000000000000000", "10860000147C128110" + hex.EncodeToString(make([]byte, 16)) + "00",
		"0022C1A60C", "002241A633" + "9131" + public, "0CB000000D9701048E08ED6705417E96BA5500",
		"00880000080102030405060708" + "00",
	} {
		b, err := hex.DecodeString(s)
		if err != nil {
			t.Fatal(err)
		}
		sound = append(sound, b)
	}
	c := hostile(2)
	count := 20000
	for i := range count {
		if i%500 == 0 {
			c.Reset()
		}
		b := append([]byte{}, sound[random.IntN(len(sound))]...)
		for range random.IntN(3) {
			at := random.IntN(len(b))
			switch random.IntN(4) {
			case 0:
				b[at] ^= 1 << random.IntN(8)
			case 1:
				b = append(b[:at], b[at+1:]...)
			case 2:
				b = append(b[:at], append([]byte{b[at]}, b[at:]...)...)
			default:
				b = b[:at]
			}
			if len(b) == 0 {
				b = []byte{0}
			}
		}
		if got := c.Transmit(b); len(got) < 2 {
			t.Fatalf("%X is answered with %d octets", b, len(got))
		}
	}
	counts.Print(t, "%d hostile commands answered", count)
}
