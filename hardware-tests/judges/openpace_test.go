package judges_test

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"encoding/hex"
	"fmt"
	"io"
	"math/big"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/counts"
)

// buildTerminal compiles the terminal on top of OpenPACE.
func buildTerminal(t *testing.T) string {
	t.Helper()
	program := filepath.Join(t.TempDir(), "terminal")
	compile := exec.Command("gcc", "-O1", "-Wall", "-Wno-deprecated-declarations", "-o", program,
		filepath.Join("openpace", "terminal.c"), "-leac", "-lcrypto")
	if out, err := compile.CombinedOutput(); err != nil {
		counts.LeftOut(t, "OpenPACE's terminal does not compile (are gcc and libeac-dev installed?): %v: %q", err, out)
	}
	return program
}

// converse runs the terminal against a chip, and gives the octets that it read.
func converse(program string, c *chip.Chip, args ...string) ([]byte, error) {
	command := exec.Command(program, args...)
	var problems bytes.Buffer
	command.Stderr = &problems
	in, err := command.StdinPipe()
	if err != nil {
		return nil, err
	}
	out, err := command.StdoutPipe()
	if err != nil {
		return nil, err
	}
	if err := command.Start(); err != nil {
		return nil, err
	}
	var read []byte
	lines := bufio.NewScanner(out)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		if text, ok := strings.CutPrefix(lines.Text(), "= "); ok {
			read, err = hex.DecodeString(text)
			continue
		}
		b, err := hex.DecodeString(lines.Text())
		if err != nil {
			break
		}
		if _, err := io.WriteString(in, hex.EncodeToString(c.Transmit(b))+"\n"); err != nil {
			break
		}
	}
	_ = in.Close()
	if failed := command.Wait(); failed != nil {
		return nil, fmt.Errorf("%w: %s", failed, strings.TrimSpace(problems.String()))
	}
	return read, err
}

// TestOpenPACE has OpenPACE's terminal open chips by PACE with the generic mapping, every cipher and every standardized
// set of domain parameters, by MRZ and by CAN, and prove them by chip authentication. Its integrated mapping is no judge:
// it is that of TR-03110 2.01, with Icart's point encoding, and not that of Doc 9303-11, whose printed examples the chip
// is tried with instead.
func TestOpenPACE(t *testing.T) {
	program := buildTerminal(t)
	dg1 := file64()
	// OpenPACE wants the whole machine readable zone, and looks for the fields where TD1 has them.
	const zone = "I<UTOT220001293<<<<<<<<<<<<<<<" + "6408125F1010318UTO<<<<<<<<<<<0"
	count := 0
	for id := range 19 {
		par, ok := chip.ParametersByID(id)
		if !ok {
			continue
		}
		for _, suite := range []chip.Suite{chip.TDES, chip.AES128, chip.AES192, chip.AES256} {
			// All ciphers on one curve and one group, and one cipher each on the others.
			if id != 13 && id != 0 && suite != chip.AES128 {
				continue
			}
			name := fmt.Sprintf("parameters %d, %v", id, suite)
			p := chip.PACE{Mapping: chip.GenericMapping, Suite: suite, Parameters: par}
			private, err := par.Key(rand.Reader)
			if err != nil {
				t.Fatal(err)
			}
			agreement := chip.Agreement{Suite: suite, Parameters: par, Private: private, KeyID: id%3 - 1}
			cfg := chip.Config{
				MRZ: []byte("T22000129364081251010318"), CAN: "123456", PACE: []chip.PACE{p}, ExtendedLength: true,
				LDS:        []chip.File{{ID: 0x0101, ShortID: 1, Data: dg1}},
				Agreements: []chip.Agreement{agreement},
			}
			info := tlv.Set(tlv.Seq(tlv.OID(p.Protocol()), tlv.Int(2), tlv.Int(int64(id))))
			args := []string{hex.EncodeToString(info), "mrz", zone}
			if count%2 == 1 {
				args = []string{hex.EncodeToString(info), "can", cfg.CAN}
			}
			args = append(args, agreement.Protocol().String(), strconv.Itoa(id),
				hex.EncodeToString(par.PublicKey(private)), strconv.Itoa(agreement.KeyID))
			got, err := converse(program, chip.New(cfg), args...)
			if err != nil || !bytes.Equal(got, dg1) {
				t.Errorf("%s: %v", name, err)
				continue
			}
			count++
			// With another static key than the one announced, the session after chip authentication must fail.
			cfg.Agreements[0].Private = new(big.Int).Add(private, big.NewInt(1))
			if _, err := converse(program, chip.New(cfg), args...); err == nil {
				t.Errorf("%s: OpenPACE takes a clone for the original", name)
			}
		}
	}
	counts.Print(t, "OpenPACE opened %d chips and proved them", count)
	if count < 20 {
		t.Errorf("OpenPACE opened %d chips only", count)
	}
}

func file64() []byte {
	b := make([]byte, 64)
	for i := range b {
		b[i] = byte(i)
	}
	return b
}
