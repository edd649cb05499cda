package judges_test

import (
	"bytes"
	"io"
	"log/slog"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/gmrtd/gmrtd/document"
	"github.com/gmrtd/gmrtd/password"
	"github.com/gmrtd/gmrtd/reader"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// day is the day that the tests' documents are made for.
var day = time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)

func init() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// wire carries gmrtd's commands to a chip.
type wire struct {
	transmit func([]byte) []byte
}

func (w wire) Transceive(_, _, _, _ int, _ []byte, _ int, encoded []byte) []byte {
	return w.transmit(encoded)
}

type quiet struct{}

func (quiet) Status(string) {}

// read has gmrtd's terminal read a document; skip leaves PACE out, so that BAC is used.
func read(t *testing.T, transmit func([]byte) []byte, pass *password.Password, atr []byte, skip bool) *document.DocumentEx {
	t.Helper()
	r := reader.NewReader(quiet{})
	if skip {
		r.SkipPace()
	}
	got, err := r.ReadDocument(wire{transmit}, pass, atr, nil)
	if err != nil {
		t.Fatalf("gmrtd cannot read the document: %v", err)
	}
	return got
}

func byMRZ(t *testing.T, d *specimen.Document) *password.Password {
	t.Helper()
	pass, err := password.NewPasswordMrzi(d.Number, d.Birth.Format("060102"), d.Expiry.Format("060102"))
	if err != nil {
		t.Fatal(err)
	}
	return pass
}

// compare checks what gmrtd read, octet by octet, against what the specimen holds.
func compare(t *testing.T, got *document.DocumentEx, d *specimen.Document) {
	t.Helper()
	lds := got.Document.Mf.Lds1
	files := map[string][]byte{}
	if f := got.Document.Mf.CardAccess; f != nil {
		files["EF.CardAccess"] = f.RawData
	}
	if f := lds.Sod; f != nil {
		files["EF.SOD"] = f.RawData
	}
	if f := lds.Com; f != nil {
		files["EF.COM"] = f.RawData
	}
	if f := lds.Dg1; f != nil {
		files["EF.DG1"] = f.RawData
	}
	if f := lds.Dg2; f != nil {
		files["EF.DG2"] = f.RawData
	}
	if f := lds.Dg14; f != nil {
		files["EF.DG14"] = f.RawData
	}
	if f := lds.Dg15; f != nil {
		files["EF.DG15"] = f.RawData
	}
	for name, want := range d.Files {
		switch name {
		case "EF.ATR-INFO", "EF.CardSecurity", "EF.DG3", "EF.DG11", "EF.DG12": // not read, or not compared
			continue
		}
		if !bytes.Equal(files[name], want) {
			t.Errorf("%s: gmrtd read %d octets, the chip holds %d, and they differ", name, len(files[name]), len(want))
		}
	}
}

// TestGMRTD has gmrtd's terminal read every profile by each way in that both have.
func TestGMRTD(t *testing.T) {
	count := 0
	for _, profile := range specimen.Profiles() {
		d, err := specimen.Make(profile, 7, day)
		if err != nil {
			t.Fatal(err)
		}
		if reason := beyond[profile]; reason != "" {
			t.Logf("%s: beyond gmrtd: %s", profile, reason)
			continue
		}
		ways := map[string]func(*testing.T, *chip.Chip){}
		if len(d.Chip.PACE) > 0 {
			ways["PACE by MRZ"] = func(t *testing.T, c *chip.Chip) {
				got := read(t, c.Transmit, byMRZ(t, d), c.ATR(), false)
				if got.Session.PaceErr != nil || got.Session.PaceResult == nil || !got.Session.PaceResult.Success {
					t.Errorf("PACE did not succeed: %v", got.Session.PaceErr)
				}
				compare(t, got, d)
				genuine(t, got, d)
			}
		}
		if d.CAN != "" {
			ways["PACE by CAN"] = func(t *testing.T, c *chip.Chip) {
				got := read(t, c.Transmit, password.NewPasswordCan(d.CAN), c.ATR(), false)
				compare(t, got, d)
			}
		}
		if d.Chip.BAC {
			ways["BAC"] = func(t *testing.T, c *chip.Chip) {
				got := read(t, c.Transmit, byMRZ(t, d), c.ATR(), true)
				if got.Session.BacErr != nil || got.Session.BacResult == nil || !got.Session.BacResult.Success {
					t.Errorf("BAC did not succeed: %v", got.Session.BacErr)
				}
				compare(t, got, d)
				genuine(t, got, d)
			}
		}
		for way, check := range ways {
			t.Run(profile+"/"+way, func(t *testing.T) { check(t, chip.New(d.Chip)) })
			count++
		}
	}
	t.Logf("gmrtd read %d documents", count)
	if count < 5 {
		t.Errorf("gmrtd read %d documents only", count)
	}
}

// beyond lists the profiles that gmrtd cannot read, with the reason.
var beyond = map[string]string{}

// genuine checks that gmrtd found the chip genuine by the means that the document has.
func genuine(t *testing.T, got *document.DocumentEx, d *specimen.Document) {
	t.Helper()
	if len(d.Chip.Agreements) == 0 && d.Chip.Active == nil {
		return
	}
	if !got.Session.ChipAuthenticated() {
		t.Errorf("gmrtd does not find the chip genuine: %v, %v", got.Session.ChipAuthErr, got.Session.ActiveAuthErr)
	}
}

// TestGMRTDWrongMRZ sees that the chip lets nobody in with a wrong document number.
func TestGMRTDWrongMRZ(t *testing.T) {
	d, err := specimen.Make("danish-passport-2023", 7, day)
	if err != nil {
		t.Fatal(err)
	}
	for _, skip := range []bool{false, true} {
		t.Run("skipping PACE "+strconv.FormatBool(skip), func(t *testing.T) {
			pass, err := password.NewPasswordMrzi(strings.Repeat("9", 9), d.Birth.Format("060102"), d.Expiry.Format("060102"))
			if err != nil {
				t.Fatal(err)
			}
			r := reader.NewReader(quiet{})
			if skip {
				r.SkipPace()
			}
			c := chip.New(d.Chip)
			got, err := r.ReadDocument(wire{c.Transmit}, pass, c.ATR(), nil)
			if err == nil || got.Document.Mf.Lds1.Dg1 != nil {
				t.Error("a wrong document number opened the chip")
			}
		})
	}
}
