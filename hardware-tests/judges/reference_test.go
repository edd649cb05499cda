package judges_test

import (
	"bytes"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/gmrtd/gmrtd/activeauth"
	"github.com/gmrtd/gmrtd/bac"
	"github.com/gmrtd/gmrtd/document"
	"github.com/gmrtd/gmrtd/iso7816"
	"github.com/gmrtd/gmrtd/password"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/dump"
	"github.com/skranke/skranke/hardware-tests/testdata"
)

// reference loads BSI's reference data set of TR-03105-5 with its private keys. BSI names the files in its own way.
func reference(t *testing.T) *dump.Document {
	t.Helper()
	dir := filepath.Join(testdata.Dir(t), "lds", "bsi_tr03105_5_refset")
	load := func(name string) []byte {
		b, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			t.Fatal(err)
		}
		return b
	}
	files := map[string][]byte{"EF.COM": load("EF_COM.bin"), "EF.SOD": load("EF_SOD.bin")}
	for _, g := range []string{"1", "2", "3", "4", "14", "15"} {
		files["EF.DG"+g] = load("Datagroup" + g + ".bin")
	}
	keys := map[string][]byte{"EF.DG14": load("DG14_sk.pkcs8"), "EF.DG15": load("DG15_sk.pkcs8")}
	d, err := dump.Build(files, keys, dump.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return d
}

// TestReferenceDataSet puts BSI's reference data set on the chip, private keys included: gmrtd's terminal reads it by BAC,
// and finds it genuine by chip authentication.
func TestReferenceDataSet(t *testing.T) {
	d := reference(t)
	pass, err := password.NewPasswordMrz(strings.Join(d.MRZ, ""))
	if err != nil {
		t.Fatal(err)
	}
	for attempt := range 5 {
		ch, zero := chip.New(d.Chip), false
		ch.SetHooks(chip.Hooks{Agreed: func(s []byte) { zero = zero || s[0] == 0 }})
		got, err := read(ch.Transmit, pass, ch.ATR(), true)
		if zero {
			t.Logf("attempt %d: a shared secret begins with zero; once more", attempt)
			continue
		}
		if err != nil {
			t.Fatal(err)
		}
		lds := got.Document.Mf.Lds1
		if !bytes.Equal(lds.Dg2.RawData, d.Files["EF.DG2"]) || !bytes.Equal(lds.Sod.RawData, d.Files["EF.SOD"]) {
			t.Error("the files differ from what the data set holds")
		}
		if r := got.Session; r.ChipAuthResult == nil || !r.ChipAuthResult.Success {
			t.Errorf("chip authentication: %v", r.ChipAuthErr)
		}
		return
	}
	t.Fatal("five unlucky attempts in a row")
}

// TestReferenceActiveAuthentication has gmrtd judge the data set's active authentication. The security object does not
// list DG15, so gmrtd's reader does not read it by itself.
func TestReferenceActiveAuthentication(t *testing.T) {
	d := reference(t)
	pass, err := password.NewPasswordMrz(strings.Join(d.MRZ, ""))
	if err != nil {
		t.Fatal(err)
	}
	nfc := iso7816.NewNfcSession(wire{chip.New(d.Chip).Transmit})
	if _, err := nfc.SelectAid([]byte{0xA0, 0, 0, 2, 0x47, 0x10, 1}); err != nil {
		t.Fatal(err)
	}
	var doc document.Document
	if _, err := bac.NewBAC(nfc, &doc, pass).DoBAC(); err != nil {
		t.Fatal(err)
	}
	file, err := nfc.ReadFile(0x010F)
	if err != nil {
		t.Fatal(err)
	}
	if err := doc.NewDG(15, file); err != nil {
		t.Fatal(err)
	}
	r, err := activeauth.NewActiveAuth(nfc, &doc).DoActiveAuth()
	if err != nil || r == nil || !r.Success {
		t.Errorf("active authentication: %+v, %v", r, err)
	}
}
