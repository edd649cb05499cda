package chip_test

import (
	"bytes"
	"encoding/hex"
	"fmt"
	"math/big"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
)

const selectApplication = "00A4040C07A0000002471001"

func file(n int) []byte {
	b := make([]byte, n)
	for i := range b {
		b[i] = byte(i * 7)
	}
	return b
}

func open() chip.Config {
	return chip.Config{
		Master: []chip.File{{ID: 0x011C, ShortID: 0x1C, Data: file(20), Access: chip.Always}},
		LDS: []chip.File{
			{ID: 0x0101, ShortID: 1, Data: file(93)},
			{ID: 0x0102, ShortID: 2, Data: file(40000)},
			{ID: 0x0103, ShortID: 3, Data: file(9), Access: chip.AfterTerminalAuthentication},
		},
		ExtendedLength: true,
	}
}

// dialogue sends commands and compares the responses, both in hexadecimal; a response of four digits is a status word
// alone, and "n:9000" stands for n octets and a status word.
func dialogue(t *testing.T, cfg chip.Config, lines ...[2]string) {
	t.Helper()
	c := chip.New(cfg)
	for _, l := range lines {
		got := c.Transmit(unhex(t, l[0]))
		want := l[1]
		if have := fmt.Sprintf("%d:%X", len(got)-2, got[len(got)-2:]); have == want || have == "0:"+want {
			continue
		}
		if hex.EncodeToString(got) != want {
			t.Errorf("%s is answered with %d:%X (%.40X…), want %s", l[0], len(got)-2, got[len(got)-2:], got, want)
		}
	}
}

// TestFiles selects and reads on a chip that is open to everyone (Doc 9303-10 §3.6).
func TestFiles(t *testing.T) {
	dialogue(t, open(),
		[2]string{"00A4020C02011C", "9000"}, // EF.CardAccess lies under the master file, which is selected at first
		[2]string{"00B0000014", "20:9000"},
		[2]string{"00A4020C020101", "6A82"}, // the application's files do not
		[2]string{"00A4040C07A0000002471002", "6A82"},
		[2]string{"00B0000004", "4:9000"}, // a SELECT that failed changes nothing
		[2]string{selectApplication, "9000"},
		[2]string{"00B0000004", "6986"}, // no current file
		[2]string{"00A4020C02011C", "6A82"},
		[2]string{"00A4020C020101", "9000"},
		[2]string{"00B0000004", "00070e159000"},
		[2]string{"00B0000404", "1c232a319000"},
		[2]string{"00B0005A03", "3:9000"},   // up to the end exactly
		[2]string{"00B0005A04", "3:6282"},   // past it
		[2]string{"00B0005A00", "3:9000"},   // as much as there is
		[2]string{"00B0005D01", "6B00"},     // begins at the end
		[2]string{"00B0820004", "4:9000"},   // DG2 by short identifier
		[2]string{"00B0810004", "4:9000"},   // DG1 again
		[2]string{"00B0890004", "6A82"},     // no such short identifier
		[2]string{"00B0E10004", "6A86"},     // bits that mean nothing
		[2]string{"00A4020C020103", "6982"}, // fingerprints stay closed
		[2]string{"00B0830004", "6982"},
		[2]string{"00A40000023F00", "9000"}, // back to the master file
		[2]string{"00A4020C02011C", "9000"},
		[2]string{"00A40000", "9000"},
		[2]string{"00A40200020101", "6A82"},
		[2]string{"00A4050C020101", "6A86"},
		[2]string{"00B100000454020000", "6986"},
		[2]string{"00B1000005540200", "6700"}, // a length that does not add up
	)
}

// TestLargeFile reads past 32,767 with the odd instruction, and in extended length.
func TestLargeFile(t *testing.T) {
	want := file(40000)
	c := chip.New(open())
	c.Transmit(unhex(t, selectApplication))
	c.Transmit(unhex(t, "00A4020C020102"))
	got := c.Transmit(unhex(t, "00B100000454029C3C00"))
	if !bytes.Equal(got, append(append([]byte{0x53, 0x04}, want[0x9C3C:]...), 0x90, 0x00)) {
		t.Errorf("the last four octets are read as %X", got)
	}
	got = c.Transmit(unhex(t, "00B00000007530"))
	if !bytes.Equal(got, append(bytes.Clone(want[:0x7530]), 0x90, 0x00)) {
		t.Errorf("30,000 octets at once: %d come", len(got)-2)
	}
	got = c.Transmit(unhex(t, "00B100020454027FFF00"))
	if len(got) < 250 || got[0] != 0x53 || len(got) > 258 {
		t.Errorf("the odd instruction gives %d octets", len(got))
	}
	for _, l := range []struct {
		change  func(*chip.Config)
		command string
		want    string
	}{
		{func(c *chip.Config) { c.ExtendedLength = false }, "00B00000007530", "6700"},
		{func(c *chip.Config) { c.NoOddRead = true }, "00B100000454027FFF00", "6d00"},
		{func(c *chip.Config) { c.NoShortID = true }, "00B0820004", "6a86"},
		{func(c *chip.Config) { c.MasterStatus = 0x6A86 }, "00A4000C", "6a86"},
		{func(c *chip.Config) { c.MaxResponse = 1000 }, "00B00000007530", "1000:9000"},
		{func(c *chip.Config) { c.MaxCommand = 12 }, "00B10000000004540200000000", "6700"},
	} {
		cfg := open()
		l.change(&cfg)
		dialogue(t, cfg, [2]string{selectApplication[:min(len(selectApplication), 24)], "9000"}, [2]string{"00A4020C020102", "9000"},
			[2]string{l.command, l.want})
	}
}

// TestEndOfFile reads past the end on chips of each habit.
func TestEndOfFile(t *testing.T) {
	for habit, want := range map[chip.EndOfFile]string{
		chip.EndWarns: "3:6282", chip.EndSilent: "3:9000", chip.EndRefuses: "6B00", chip.EndCorrects: "6C03", "": "3:6282",
	} {
		cfg := open()
		cfg.EndOfFile = habit
		dialogue(t, cfg, [2]string{selectApplication, "9000"}, [2]string{"00A4020C020101", "9000"}, [2]string{"00B0005A10", want})
	}
}

// TestAccess knocks at chips with access control: nothing but EF.CardAccess is to be had.
func TestAccess(t *testing.T) {
	p := parameters(t, 12)
	both := open()
	both.BAC, both.MRZ, both.CAN = true, []byte("L898902C<369080619406236"), "123456"
	both.PACE = []chip.PACE{{Mapping: chip.GenericMapping, Suite: chip.AES128, Parameters: p}}
	both.Agreements = []chip.Agreement{{Suite: chip.AES128, Parameters: p, Private: big.NewInt(5), KeyID: -1}}
	dialogue(t, both,
		[2]string{"00B09C0014", "20:9000"},
		[2]string{selectApplication, "9000"},
		[2]string{"00A4020C020101", "6982"},
		[2]string{"00B0810004", "6982"},
		[2]string{"0CB0810004", "6987"}, // secure messaging without a session
		[2]string{"0CB000000D9701048E08ED6705417E96BA5500", "6987"},
		[2]string{"008800000801020304050607080000", "6700"},
		[2]string{"002241A40C800A04007F0007020203020200", "6982"},        // chip authentication needs a session
		[2]string{"0082000028" + fmt.Sprintf("%080d", 0) + "28", "6985"}, // no challenge
		[2]string{"0084000008", "8:9000"},
		[2]string{"0082000028" + fmt.Sprintf("%080d", 0) + "28", "6300"}, // a wrong cryptogram
		[2]string{"0082000028" + fmt.Sprintf("%080d", 0) + "28", "6985"}, // a challenge is good for one try
		[2]string{"0084000008", "8:9000"},
		[2]string{"00B09C0014", "6A82"},
		[2]string{"0082000028" + fmt.Sprintf("%080d", 0) + "28", "6985"}, // and for the next command only
		[2]string{"008400000A", "6700"},
		[2]string{"00DA000000", "6D00"},
		[2]string{"80A40000", "6E00"},
		[2]string{"04B0000004", "6E00"},
	)
	only := both
	only.BAC = false
	dialogue(t, only,
		[2]string{selectApplication, "6982"},
		[2]string{"0084000008", "6985"},
	)
}

// TestPACERefusals makes the mistakes that a terminal can make in PACE.
func TestPACERefusals(t *testing.T) {
	cfg := chip.Config{
		MRZ: []byte("T22000129364081251010318"), CAN: "123456", PACE: []chip.PACE{
			{Mapping: chip.GenericMapping, Suite: chip.AES128, Parameters: parameters(t, 13)},
			{Mapping: chip.GenericMapping, Suite: chip.AES256, Parameters: parameters(t, 12)},
			{Mapping: chip.GenericMapping, Suite: chip.AES256, Parameters: parameters(t, 15)},
		},
	}
	const set, good = "0022C1A40F", "800A04007F00070202040202830101"
	generator := parameters(t, 13).PublicKey(big.NewInt(2))
	mapping := "1086000045" + "7C43" + "8141" + hex.EncodeToString(generator) + "00"
	agree := "1086000045" + "7C43" + "8341" + hex.EncodeToString(generator) + "00"
	dialogue(t, cfg,
		[2]string{"0022C1A40F800A04007F00070202040201830101", "6A80"},       // a suite that is not there
		[2]string{"0022C1A40F800A04007F00070202040202830103", "6A88"},       // a PIN
		[2]string{"0022C1A40F800A04007F00070202040204830101", "6A88"},       // ambiguous
		[2]string{"0022C1A412800A04007F0007020204020483010184010F", "9000"}, // named
		[2]string{"0022C1A412800A04007F00070202040204830101840112", "6A88"}, // named wrong
		[2]string{"0022C1A40C800A04007F00070202040202", "6A80"},             // no password
		[2]string{"0022C1A403800A04", "6A80"},
		[2]string{"10860000027C0000", "6985"}, // without MSE
		[2]string{set + good, "9000"},
		[2]string{mapping, "6A80"}, // the nonce is next
		[2]string{"10860000027C0000", "6985"},
		[2]string{set + good, "9000"},
		[2]string{"00860000027C0000", "6883"}, // not chained
		[2]string{set + good, "9000"},
		[2]string{"10860000027C0000", "20:9000"},
		[2]string{"10860000047C02810000", "6A80"}, // an empty key
		[2]string{set + good, "9000"},
		[2]string{"10860000027C0000", "20:9000"},
		[2]string{mapping, "69:9000"},
		[2]string{agree, "69:9000"},
		[2]string{"008600000C7C0A8508000000000000000000", "6300"}, // a wrong token
		[2]string{"008600000C7C0A8508000000000000000000", "6985"}, // and it is over
	)
	off := bytes.Clone(generator)
	off[64] ^= 1
	for _, key := range [][]byte{off, {0}, generator[:64], append([]byte{2}, generator[1:]...)} {
		inner := append([]byte{0x81, byte(len(key))}, key...)
		outer := append([]byte{0x7C, byte(len(inner))}, inner...)
		command := append(append([]byte{0x10, 0x86, 0, 0, byte(len(outer))}, outer...), 0)
		dialogue(t, cfg, [2]string{set + good, "9000"}, [2]string{"10860000027C0000", "20:9000"},
			[2]string{hex.EncodeToString(command), "6A80"})
	}
}
