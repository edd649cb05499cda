package lds_test

import (
	"bytes"
	"errors"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/lds"
)

func read(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join(testdata.Dir(t), filepath.FromSlash(name)))
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// wantError checks that err is of the package's type, of the kind given, and names its file.
func wantError(t *testing.T, err, kind error, file string) {
	t.Helper()
	var e *lds.Error
	if !errors.As(err, &e) || !errors.Is(err, kind) || e.File != file || !strings.HasPrefix(e.Clause, "Doc 9303-1") {
		t.Errorf("%v; expected %s to be %v", err, file, kind)
	}
}

func TestFileLength(t *testing.T) {
	for _, c := range []struct {
		prefix string
		total  int
	}{
		{"\x60\x16\x5f\x01", 24},
		{"\x61\x5b\x5f\x1f\x58", 93},
		{"\x75\x82\x3a\xe7\x7f", 15083},
		{"\x6b\x81\x88", 139},
		{"\x77\x83\x01\x00\x00", 65541},
		{"\x31\x14", 22},
		{"\x7f\x61\x82\x3a\xe2", 15079},
		{"\x30\x84\x7f\xff\xff\xff", 6 + 1<<31 - 1},
		{"\x75\x82\x00\x10", 20}, // a length that could be shorter
	} {
		if total, err := lds.FileLength([]byte(c.prefix)); err != nil || total != c.total {
			t.Errorf("%x: %d, %v; expected %d", c.prefix, total, err, c.total)
		}
	}
	for _, prefix := range []string{
		"", "\x60", "\x75\x82\x3a", "\x7f\x61", "\x7f", "\x7f\x81\x81\x81\x81\x01", "\x30\x80", "\x30\x85\x01\x01\x01\x01\x01",
		"\x00\x00", "\xff\xff\xff", "\x30\x84\x80\x00\x00\x00",
	} {
		total, err := lds.FileLength([]byte(prefix))
		if !errors.Is(err, lds.ErrMalformed) || total != 0 {
			t.Errorf("%x: %d, %v", prefix, total, err)
		}
	}
}

// The length of each file of the collection is that of its outer object: they were stored without padding.
func TestFileLengthOfRealFiles(t *testing.T) {
	root := testdata.Dir(t)
	n := 0
	for _, pattern := range []string{"lds/*/*.bin", "dg14/*", "dg15/*", "cardaccess/*"} {
		names, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil {
			t.Fatal(err)
		}
		for _, name := range names {
			b, err := os.ReadFile(name)
			if err != nil {
				t.Fatal(err)
			}
			if strings.HasSuffix(name, "ISO19794_Test1_Data.bin") { // a bare record
				continue
			}
			n++
			if total, err := lds.FileLength(b[:min(len(b), 6)]); err != nil || total != len(b) {
				t.Errorf("%s: %d of %d, %v", name, total, len(b), err)
			}
		}
	}
	if n < 60 {
		t.Errorf("only %d files", n)
	}
}

func TestDataGroupTags(t *testing.T) {
	// Doc 9303-10 §4.6: the tags of DG1 to DG16 in order.
	for i, tag := range []byte{0x61, 0x75, 0x63, 0x76, 0x65, 0x66, 0x67, 0x68, 0x69, 0x6a, 0x6b, 0x6c, 0x6d, 0x6e, 0x6f, 0x70} {
		if got := lds.DataGroupTag(i + 1); got != tag {
			t.Errorf("DG%d has %x", i+1, got)
		}
		if n, ok := lds.DataGroupOf(tag); !ok || n != i+1 {
			t.Errorf("%x is DG%d", tag, n)
		}
	}
	for _, n := range []int{-1, 0, 17} {
		if tag := lds.DataGroupTag(n); tag != 0 {
			t.Errorf("DG%d has %x", n, tag)
		}
	}
	for _, tag := range []byte{0x00, 0x60, 0x77, 0x71} {
		if n, ok := lds.DataGroupOf(tag); ok || n != 0 {
			t.Errorf("%x is DG%d", tag, n)
		}
	}
}

// The tag lists by eye: 61 75 63 6e and the like.
func TestParseCOM(t *testing.T) {
	for _, c := range []struct {
		file, version string
		groups        []int
	}{
		{"lds/bsi_2008/EF_COM.bin", "1.7", []int{1, 2, 3, 14}},
		{"lds/bsi_tr03105_5_refset/EF_COM.bin", "1.7", []int{1, 2, 3, 4, 14}},
		{"lds/gmrtd_icao_p10/EF_COM_0106_DG1_DG2.bin", "1.6", []int{1, 2}},
		{"lds/nfcpassportreader/EF_COM_0107.bin", "1.7", []int{1, 2, 3, 7, 11, 12, 14, 15}},
		{"lds/ucl_pypassport_2009/EF_COM.bin", "1.7", []int{1, 2, 7, 11, 12}},
		{"lds/nl_loes_2006_specimen/ef011E.bin", "1.7", []int{1, 2, 15}},
	} {
		com, err := lds.ParseCOM(read(t, c.file))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if com.LDSVersion != c.version || com.UnicodeVersion != "4.0.0" || !slices.Equal(com.DataGroups, c.groups) || com.UnknownTags != nil {
			t.Errorf("%s: %+v", c.file, com)
		}
	}
	const version, unicode = "\x5f\x01\x040108", "\x5f\x36\x06040000"
	com, err := lds.ParseCOM([]byte("\x60\x1a" + version + unicode + "\x5c\x08\x6e\x61\x61\x75\x77\x01\x77\x70"))
	if err != nil || com.LDSVersion != "1.8" || !slices.Equal(com.DataGroups, []int{1, 2, 14, 16}) || !bytes.Equal(com.UnknownTags, []byte{0x77, 0x01}) {
		t.Errorf("%+v, %v", com, err)
	}
	com, err = lds.ParseCOM([]byte("\x60\x04\x5c\x02\x61\x75"))
	if err != nil || com.LDSVersion != "" || com.UnicodeVersion != "" || len(com.DataGroups) != 2 {
		t.Errorf("without versions: %+v, %v", com, err)
	}
	for _, bad := range []string{
		"", "\x60", "\x61\x16" + version, // LDS_A_01
		"\x60\x14" + version + unicode + "\x5c\x03\x61\x75\x6e",        // LDS_A_02, one short
		"\x60\x16" + version + unicode + "\x5c\x03\x61\x75\x6e",        // LDS_A_03, one long
		"\x60\x10" + version + unicode,                                 // LDS_A_09
		"\x60\x08\x5c\x02\x61\x75\x5c\x02\x61\x75", "\x60\x80\x00\x00", // two lists; indefinite
	} {
		_, err := lds.ParseCOM([]byte(bad))
		wantError(t, err, lds.ErrMalformed, "EF.COM")
	}
}

func TestVersion(t *testing.T) {
	for in, want := range map[string]string{
		"0107": "1.7", "0108": "1.8", "040000": "4.0.0", "0110": "1.10", "1107": "11.7", "": "", "1.7": "", "01 7": "", "+1-7": "", "01070": "",
	} {
		if got := lds.Version(in); got != want {
			t.Errorf("%q is %q, expected %q", in, got, want)
		}
	}
}

func TestParseDG1(t *testing.T) {
	on := time.Date(2026, 11, 22, 0, 0, 0, 0, time.UTC)
	for _, c := range []struct{ file, size, issuer, number, surname, born string }{
		{"lds/bsi_2008/Datagroup1.bin", "TD3", "D", "C11T002JM", "MUSTERMANN", "1996-08-12"},
		{"lds/bsi_tr03105_5_refset/Datagroup1.bin", "TD3", "D", "C11T002JM", "MUSTERMANN", "1996-08-12"},
		{"lds/gmrtd_icao_p10/DG1_TD2.bin", "TD2", "UTO", "D23145890", "ERIKSSON", "1974-08-12"},
		{"lds/nl_loes_2006_specimen/ef0101.bin", "TD3", "NLD", "XX0001328", "MEULENDIJK", "1971-10-19"},
		{"lds/pymrtd_dmrtd_dg1/DG1_TD1_a.bin", "TD1", "NLD", "XI85935F8", "VAN DER STEEN", "1972-08-14"},
		{"lds/pymrtd_dmrtd_dg1/DG1_TD2_b.bin", "TD2", "ATA", "123456789012", "SMITH", "1974-06-22"},
		{"lds/pymrtd_dmrtd_dg1/DG1_TD3_c.bin", "TD3", "UTO", "L898902C3", "ERIKSSON", "1974-08-12"},
		{"lds/pymrtd_dmrtd_dg1/DG1_TD3_d.bin", "TD3", "D", "C11T002JM", "MUSTERMANN", "1996-08-12"},
		{"lds/ucl_pypassport_2009/DG1.bin", "TD3", "BEL", "EH123456", "SMITH", "1985-10-03"},
	} {
		m, err := lds.ParseDG1(read(t, c.file))
		if err != nil {
			t.Errorf("%s: %v", c.file, err)
			continue
		}
		if string(m.Size) != c.size || m.Issuer != c.issuer || m.Number != c.number || m.Surname != c.surname || m.DateOfBirth(on) != c.born {
			t.Errorf("%s is read otherwise", c.file)
		}
	}
	const text = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6"
	if _, err := lds.ParseDG1([]byte("\x61\x5b\x5f\x1f\x58" + text + "\x00\x00\x00")); err != nil {
		t.Errorf("with padding: %v", err)
	}
	for _, bad := range []string{
		"", "\x61\x00", "\x62\x5b\x5f\x1f\x58" + text, "\x61\x5a\x5f\x1f\x58" + text, "\x61\x5c\x5f\x1f\x58" + text, // LDS_B_05, 06, 07, 24
		"\x61\x5a\x5f\x1f\x57" + text[1:], "\x61\x5d\x5f\x1f\x58" + text + "\x5a\x00",
		"\x61\x5b\x5f\x1f\x58" + strings.Replace(text, "E", "e", 1), "\x61\x5b\x5f\x1f\x58" + strings.Replace(text, "<", " ", 1),
	} {
		_, err := lds.ParseDG1([]byte(bad))
		wantError(t, err, lds.ErrMalformed, "EF.DG1")
		if err != nil && strings.Contains(err.Error(), "MUSTERMANN") {
			t.Errorf("the error tells the name: %v", err)
		}
	}
	_, err := lds.ParseDG1(append([]byte("\x61\x83\x02\x00\x00"), make([]byte, 0x20000)...))
	wantError(t, err, lds.ErrTooLarge, "EF.DG1")
}

// OpenSSL reads each key (openssl pkey -pubin -inform DER); sizes of the SubjectPublicKeyInfo by asn1parse.
func TestParseDG15(t *testing.T) {
	for file, size := range map[string]int{
		"lds/bsi_2008/Datagroup15.bin": 161, "lds/bsi_tr03105_5_refset/Datagroup15.bin": 162,
		"lds/nl_loes_2006_specimen/ef010F.bin": 162, "lds/nfcpassportreader/DG15_ec_explicit.bin": 311,
		"dg15/gmrtd_rsa1792_real.dg15": 258, "dg15/pymrtd_a.dg15": 162, "dg15/pymrtd_b.dg15": 162, "dg15/pymrtd_iso9796.dg15": 162,
	} {
		b := read(t, file)
		key, err := lds.ParseDG15(b)
		if err != nil || len(key) != size || !bytes.HasSuffix(b, key) {
			t.Errorf("%s: %d bytes, %v", file, len(key), err)
		}
	}
	if key, err := lds.ParseDG15(read(t, "lds/bsi_tr03105_5_refset/Datagroup15.bin")); err != nil ||
		!bytes.Equal(key, read(t, "lds/bsi_tr03105_5_refset/DG15_pk.bin")) {
		t.Errorf("the key is not the one published with the set (%v)", err)
	}
	const key = "\x30\x0c\x30\x05\x06\x03\x2b\x65\x70\x03\x03\x00\x01\x02"
	if _, err := lds.ParseDG15([]byte("\x6f\x0e" + key)); err != nil {
		t.Error(err)
	}
	for _, bad := range []string{
		"", "\x6f\x00", "\x6e\x0e" + key, "\x6f\x0f" + key, "\x6f\x10" + key + "\x05\x00",
		"\x6f\x07\x30\x05\x06\x03\x2b\x65\x70",                               // no algorithm around the identifier
		"\x6f\x09\x30\x07\x30\x05\x06\x03\x2b\x65\x70",                       // no key
		"\x6f\x0e" + strings.Replace(key, "\x03\x03\x00", "\x03\x03\x07", 1), // a bit string that ends within an octet
		"\x6f\x80" + key + "\x00\x00",
	} {
		_, err := lds.ParseDG15([]byte(bad))
		wantError(t, err, lds.ErrMalformed, "EF.DG15")
	}
}

// A nest of 64 KB costs nothing: the depth is looked at before anything else.
func TestNests(t *testing.T) {
	nest := bytes.Repeat([]byte{0x30, 0x80}, 32<<10)
	deep := []byte{0x05, 0x00}
	for range 200 {
		deep = append([]byte{0x30, 0x82, byte(len(deep) >> 8), byte(len(deep))}, deep...)
	}
	start := time.Now()
	for range 100 {
		for name, parse := range parsers {
			for _, b := range [][]byte{nest, deep, append([]byte{0x31}, deep[1:]...)} {
				if err := parse(b); err == nil {
					t.Fatalf("%s takes a nest", name)
				}
			}
		}
	}
	if d := time.Since(start); d > time.Minute {
		t.Errorf("100 rounds took %v", d)
	}
}

var parsers = map[string]func([]byte) error{
	"COM":           func(b []byte) error { _, err := lds.ParseCOM(b); return err },
	"DG1":           func(b []byte) error { _, err := lds.ParseDG1(b); return err },
	"DG2":           func(b []byte) error { _, err := lds.ParseDG2(b); return err },
	"DG11":          func(b []byte) error { _, err := lds.ParseDG11(b); return err },
	"DG12":          func(b []byte) error { _, err := lds.ParseDG12(b); return err },
	"DG14":          func(b []byte) error { _, err := lds.ParseDG14(b); return err },
	"DG15":          func(b []byte) error { _, err := lds.ParseDG15(b); return err },
	"CardAccess":    func(b []byte) error { _, err := lds.ParseCardAccess(b); return err },
	"SecurityInfos": func(b []byte) error { _, err := lds.ParseSecurityInfos(b); return err },
}

// Every real file, cut at any place or with any octet of its head changed, is refused or read, without a panic.
func TestCutAndChanged(t *testing.T) {
	for name, parse := range map[string]func([]byte) error{
		"lds/bsi_2008/EF_COM.bin": parsers["COM"], "lds/bsi_2008/Datagroup1.bin": parsers["DG1"], "lds/bsi_2008/Datagroup2.bin": parsers["DG2"],
		"lds/dg2_dg3_dg4_iso39794/dg2_silver_all_fields.bin": parsers["DG2"], "lds/tsemrtd_extra/EF_DG11.bin": parsers["DG11"],
		"lds/tsemrtd_extra/EF_DG12.bin": parsers["DG12"], "dg14/DE_with_keyid.dg14": parsers["DG14"],
		"lds/nfcpassportreader/DG15_ec_explicit.bin": parsers["DG15"], "cardaccess/openpace_bsi_worked_dh.bin": parsers["CardAccess"],
	} {
		whole := read(t, name)
		if err := parse(whole); err != nil {
			t.Errorf("%s: %v", name, err)
		}
		for cut := range min(len(whole), 700) {
			if parse(whole[:cut]) == nil {
				t.Errorf("%s is read after %d octets", name, cut)
			}
		}
		for i := range min(len(whole), 300) {
			for _, mask := range []byte{0x01, 0x80, 0xff} {
				changed := bytes.Clone(whole)
				changed[i] ^= mask
				_ = parse(changed)
			}
		}
	}
}
