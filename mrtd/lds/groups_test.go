package lds_test

import (
	"bytes"
	"encoding/binary"
	"fmt"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/lds"
)

func mustFind(t testing.TB, name string) string {
	t.Helper()
	return filepath.Join(testdata.Dir(t), filepath.FromSlash(name))
}

// Where the image begins and how large the record says it to be is read off xxd: 5F2E holds the FAC record, its
// header of 14, the information blocks of 20 and 12 octets, then the image. In the ISO/IEC 39794-5 files openssl
// asn1parse gives the place of the octet string.
func TestParseDG2(t *testing.T) {
	for _, c := range []struct {
		file          string
		from, to      int
		coding        lds.Coding
		record        string
		width, height int
	}{
		{"lds/bsi_2008/Datagroup2.bin", 0x54, 15083, lds.JPEG2000, "ISO/IEC 19794-5", 0x151, 0x1c1},
		{"lds/bsi_tr03105_5_refset/Datagroup2.bin", 0x54, 15083, lds.JPEG2000, "ISO/IEC 19794-5", 0x151, 0x1c1},
		{"lds/nl_loes_2006_specimen/ef0102.bin", 0x54, 13785, lds.JPEG2000, "ISO/IEC 19794-5", 0x1c1, 0x256},
		{"lds/gmrtd_icao_p10/DG2_iso19794_jpeg_textimage.bin", 0x52, 5181, lds.JPEG, "ISO/IEC 19794-5", 0x94, 0x46},
		{"lds/dg2_dg3_dg4_iso39794/dg2_silver_all_fields.bin", 107 + 4, 15111, lds.JPEG2000, "ISO/IEC 39794-5", 0x23c, 0x2db},
		{"lds/dg2_dg3_dg4_iso39794/dg2_silver_mandatory_fields.bin", 72 + 4, 15076, lds.JPEG2000, "ISO/IEC 39794-5", 0, 0},
	} {
		b := read(t, c.file)
		faces, err := lds.ParseDG2(b)
		if err != nil || len(faces) != 1 {
			t.Errorf("%s: %d faces, %v", c.file, len(faces), err)
			continue
		}
		f := faces[0]
		if !bytes.Equal(f.Data, b[c.from:c.to]) {
			t.Errorf("%s: %d octets %x..., expected %d", c.file, len(f.Data), f.Data[:4], c.to-c.from)
		}
		if f.Coding != c.coding || f.Record != c.record || f.Width != c.width || f.Height != c.height {
			t.Errorf("%s: %s, %s, %d×%d", c.file, f.Coding, f.Record, f.Width, f.Height)
		}
	}
}

// object is a data object with a length of two octets.
func object(tag string, value ...string) string {
	all := strings.Join(value, "")
	return tag + string([]byte{0x82, byte(len(all) >> 8), byte(len(all))}) + all
}

// facialRecord builds a record of ISO/IEC 19794-5 with the images given, said to be of 200 by 260 pixels.
func facialRecord(images ...string) string {
	record := make([]byte, 0, 64)
	for _, image := range images {
		record = binary.BigEndian.AppendUint32(record, uint32(32+len(image)))
		record = append(record, make([]byte, 16)...)
		record = append(record, 1, 0, 0, 200, 1, 4, 0, 0, 0, 0, 0, 0)
		record = append(record, image...)
	}
	head := append([]byte("FAC\x00010\x00"), binary.BigEndian.AppendUint32(nil, uint32(14+len(record)))...)
	return string(binary.BigEndian.AppendUint16(head, uint16(len(images)))) + string(record)
}

func dg2(templates ...string) []byte {
	return []byte(object("\x75", object("\x7f\x61", "\x02\x01"+string(rune(len(templates))), strings.Join(templates, ""))))
}

func template(block string) string {
	return object("\x7f\x60", "\xa1\x08\x87\x02\x01\x01\x88\x02\x00\x08", block)
}

const (
	jpeg = "\xff\xd8\xff\xe0 image"
	jp2  = "\x00\x00\x00\x0cjP  \r\n\x87\n image"
	j2k  = "\xff\x4f\xff\x51 image"
)

func TestParseDG2Made(t *testing.T) {
	coded := func(faces []lds.FaceImage) string {
		var all []string
		for _, f := range faces {
			all = append(all, fmt.Sprintf("%s %q %dx%d", f.Coding, string(f.Data), f.Width, f.Height))
		}
		return strings.Join(all, ", ")
	}
	one := func(coding, image string) string { return fmt.Sprintf("%s %q 200x260", coding, image) }
	broken := facialRecord(jpeg)
	iso39794 := func(image string) string {
		at := object("\x80", image)
		for _, tag := range []string{"\xa0", "\xa0", "\xa1", "\x30", "\xa1", "\x65", "\xa1"} {
			at = object(tag, at)
		}
		return at
	}
	for _, c := range []struct {
		name string
		file []byte
		want string
	}{
		{"two images in one record", dg2(template(object("\x5f\x2e", facialRecord(jpeg, jp2)))), one("jpeg", jpeg) + ", " + one("jpeg2000", jp2)},
		{
			"two templates of two standards", dg2(template(object("\x5f\x2e", facialRecord(j2k))), template(object("\x7f\x2e", iso39794(jpeg)))),
			one("jpeg2000", j2k) + fmt.Sprintf(", jpeg %q 0x0", jpeg),
		},
		{"a record in the other object", dg2(template(object("\x7f\x2e", iso39794(jp2)))), fmt.Sprintf("jpeg2000 %q 0x0", jp2)},
		{"no template header", dg2(object("\x7f\x60", object("\x5f\x2e", facialRecord(jpeg)))), one("jpeg", jpeg)},
		{"octets before the image", dg2(template(object("\x5f\x2e", facialRecord("\x00\x01\x02"+jpeg)))), fmt.Sprintf("jpeg %q 0x0", jpeg)},
		{"octets after the record", dg2(template(object("\x5f\x2e", facialRecord(jpeg)+"trailing"))), one("jpeg", jpeg+"trailing")},
		{"an image of another kind", dg2(template(object("\x5f\x2e", facialRecord("GIF89a")))), one("", "GIF89a")},
		{"one broken template of two", dg2(template(object("\x5f\x2e", broken[:20])), template(object("\x5f\x2e", facialRecord(jpeg)))), one("jpeg", jpeg)},
		{
			"a length that claims more than there is", // as in New Zealand's and the United Kingdom's documents
			dg2(template(object("\x5f\x2e", strings.Replace(broken, "\x00\x00\x00\x2a", "\x00\x00\x00\x2f", 1)))), one("jpeg", jpeg),
		},
		{
			"feature points that are counted and not there", // the block's own place is in the image then
			dg2(template(object("\x5f\x2e", broken[:18]+"\x00\x01"+broken[20:]))), fmt.Sprintf("jpeg %q 0x0", jpeg),
		},
	} {
		faces, err := lds.ParseDG2(c.file)
		if err != nil || coded(faces) != c.want {
			t.Errorf("%s: %v\n     %s\nnot  %s", c.name, err, coded(faces), c.want)
		}
	}
	for _, c := range []struct {
		name string
		file []byte
		kind error
	}{
		{"empty", nil, lds.ErrMalformed},
		{"no count (LDS_C_07)", []byte(object("\x75", object("\x7f\x61", template(object("\x5f\x2e", facialRecord(jpeg)))))), lds.ErrMalformed},
		{"no templates", dg2(), lds.ErrNoImage},
		{"no data block (LDS_C_28)", dg2(template("")), lds.ErrNoImage},
		{"an empty data block (ISO7816_C_08)", dg2(template("\x5f\x2e\x00")), lds.ErrNoImage},
		{"an empty image", dg2(template(object("\x5f\x2e", facialRecord("")))), lds.ErrNoImage},
		{"an empty image in ISO 39794", dg2(template(object("\x7f\x2e", iso39794("")))), lds.ErrNoImage},
		{"wrong identifier (LDS_C_14)", dg2(template(object("\x5f\x2e", "FAD"+broken[3:]))), lds.ErrMalformed},
		{"wrong version (LDS_C_15)", dg2(template(object("\x5f\x2e", "FAC\x00020"+broken[7:]))), lds.ErrMalformed},
		{"no images counted", dg2(template(object("\x5f\x2e", broken[:13]+"\x00"+broken[14:]))), lds.ErrMalformed},
		{"a forged number of images", dg2(template(object("\x5f\x2e", broken[:12]+"\xff\xff"+broken[14:]))), lds.ErrMalformed},
		{"a second image that is not there", dg2(template(object("\x5f\x2e", broken[:13]+"\x02"+broken[14:]))), lds.ErrMalformed},
		{"a first image of impossible length", dg2(template(object("\x5f\x2e", broken[:13]+"\x02\xff\xff\xff\xff"+broken[18:]))), lds.ErrMalformed},
		{"header only", dg2(template(object("\x5f\x2e", broken[:14]))), lds.ErrMalformed},
		{"DG4's tag (LDS_C_04)", append([]byte{0x76}, dg2(template(object("\x5f\x2e", broken)))[1:]...), lds.ErrMalformed},
	} {
		faces, err := lds.ParseDG2(c.file)
		if len(faces) > 0 {
			t.Errorf("%s: %d faces", c.name, len(faces))
		}
		t.Run(c.name, func(t *testing.T) { wantError(t, err, c.kind, "EF.DG2") })
	}
	_, err := lds.ParseDG2(append([]byte("\x75\x83\x20\x00\x00"), make([]byte, 0x200000)...))
	wantError(t, err, lds.ErrTooLarge, "EF.DG2")
	face := lds.FaceImage{Data: []byte("secret")}
	for _, printed := range []string{fmt.Sprintf("%v %+v %s", face, &face, []lds.FaceImage{face}), fmt.Sprintf("%x %d %q", face, face, face)} {
		if strings.Contains(printed, "secret") || strings.Contains(printed, "115") || strings.Contains(printed, "736563") {
			t.Error(printed)
		}
	}
}

// The fields by eye in xxd.
func TestParseDG11(t *testing.T) {
	d, err := lds.ParseDG11(read(t, "lds/gmrtd_icao_p10/DG11.bin"))
	if err != nil || d.Name != "SMITH<<JOHN<J" || d.PlaceOfBirth != "ANYTOWN<MN" || d.Address != "123 MAPLE RD<ANYTOWN<MN" ||
		d.Telephone != "16125551212" || d.Profession != "TRAVEL<AGENT" || d.DateOfBirth != "" || d.OtherNames != nil {
		t.Errorf("the example of Doc 9303-10: %v", err)
	}
	d, err = lds.ParseDG11(read(t, "lds/ucl_pypassport_2009/DG11.bin"))
	if err != nil || d.PlaceOfBirth != "Huy" || d.Name != "" {
		t.Errorf("UCL: %v", err)
	}
	d, err = lds.ParseDG11(read(t, "lds/tsemrtd_extra/EF_DG11.bin"))
	if err != nil || d.Name != "Doe John" || !slices.Equal(d.OtherNames, []string{"William"}) || d.PersonalNumber != "123" ||
		d.DateOfBirth != "1970-01-01" || d.PlaceOfBirth != "TEST<TEST" || d.Address != "TEST<TEST" || d.Telephone != "123" || d.Profession != "TEST" ||
		d.Title != "TEST" || d.Summary != "TEST" || !bytes.Equal(d.Citizenship, []byte{0}) || d.OtherDocuments != "123<123" || d.Custody != "TEST" {
		t.Errorf("tsemrtd: %v", err)
	}
	// The forged count of fourteen octets that asks for gigabytes elsewhere, an unknown object, names without a
	// template, an octet that is no UTF-8, and a date as text.
	d, err = lds.ParseDG11([]byte(object("\x6b", "\xa0\x15\x02\x0e"+strings.Repeat("\x7f", 14)+"\x5f\x0f\x02AB", "\x5f\x7a\x01?", "\x5f\x0f\x01C",
		"\x5f\x0e\x03\xff\xc3\xa6", "\x5f\x2b\x0819700231", "\x5f\x2b\x0819700200")))
	if err != nil || !slices.Equal(d.OtherNames, []string{"AB", "C"}) || d.Name != "\ufffdæ" || d.DateOfBirth != "1970-02-XX" {
		t.Errorf("%v", err)
	}
	if printed := fmt.Sprintf("%v %+v", *d, d); strings.Contains(printed, "AB") || !strings.Contains(printed, "redacted") {
		t.Error(printed)
	}
	for _, bad := range []string{"", "\x6c\x00", "\x6b\x02\x5f\x0e", "\x6b\x03\x5f\x0e\x05", "\x6b\x80\x00\x00"} {
		_, err := lds.ParseDG11([]byte(bad))
		wantError(t, err, lds.ErrMalformed, "EF.DG11")
	}
}

func TestParseDG12(t *testing.T) {
	d, err := lds.ParseDG12(read(t, "lds/ucl_pypassport_2009/DG12.bin"))
	// The date stands there as 09201107.
	if err != nil || d.IssuingAuthority != "Modave" || d.DateOfIssue != "" {
		t.Errorf("UCL: %v", err)
	}
	d, err = lds.ParseDG12(read(t, "lds/tsemrtd_extra/EF_DG12.bin"))
	if err != nil || d.IssuingAuthority != "TEST" || d.DateOfIssue != "2024-01-01" || !slices.Equal(d.OtherPersons, []string{"William"}) ||
		d.Endorsements != "TEST" || d.TaxOrExit != "TEST" || !bytes.Equal(d.Front, []byte{0}) || !bytes.Equal(d.Rear, []byte{0}) ||
		d.PersonalizedAt != "2024-01-01 12:30:59" || d.PersonalizedBy != "123" {
		t.Errorf("tsemrtd: %v", err)
	}
	for in, want := range map[string]string{
		"\x5f\x26\x0820200229": "2020-02-29", "\x5f\x26\x0820210229": "", "\x5f\x26\x0812341212": "", "\x5f\x26\x0820200000": "2020-XX-XX", "\x5f\x26\x0820201300": "",
		"\x5f\x26\x0820200032": "", "\x5f\x26\x04\x20\x20\x02\x29": "2020-02-29", "\x5f\x26\x04\x20\x20\x02\x2a": "", "\x5f\x26\x062020-2": "", "\x5f\x26\x00": "",
	} {
		d, err := lds.ParseDG12([]byte(object("\x6c", in)))
		if err != nil || d.DateOfIssue != want {
			t.Errorf("%x: %q, %v; expected %q", in, d.DateOfIssue, err, want)
		}
	}
	if printed := fmt.Sprintf("%v %+v", *d, d); strings.Contains(printed, "TEST") || !strings.Contains(printed, "redacted") {
		t.Error(printed)
	}
	_, err = lds.ParseDG12([]byte("\x6b\x00"))
	wantError(t, err, lds.ErrMalformed, "EF.DG12")
}

func TestParseATRInfo(t *testing.T) {
	for _, c := range []struct {
		file string
		want lds.Lengths
	}{
		// A real card's file, printed in a public question about ISO/IEC 7816-4.
		{"\x43\x01\xf8\x47\x03\xf7\x41\xe0\x7f\x66\x08\x02\x02\x05\xf0\x02\x02\x05\xf0", lds.Lengths{true, true, true, 1520, 1520}},
		{"\x47\x03\x00\x00\x40\x7f\x66\x08\x02\x02\xff\xff\x02\x02\x80\x00\x00\x00", lds.Lengths{true, false, false, 65535, 32768}},
		{"\x7f\x66\x0a\x02\x03\x01\x00\x00\x02\x03\x00\x08\x00\xff\xff", lds.Lengths{MaxCommand: 65536, MaxResponse: 2048}},
		{"\x7f\x66\x0b\x02\x05\x01\x00\x00\x00\x00\x02\x02\x08\x00", lds.Lengths{MaxResponse: 2048}},
		{"\x47\x02\x00\x00", lds.Lengths{}},
		{"", lds.Lengths{}},
		{"\x00\x00\x00", lds.Lengths{}},
	} {
		if l, err := lds.ParseATRInfo([]byte(c.file)); err != nil || l != c.want {
			t.Errorf("%x: %+v, %v", c.file, l, err)
		}
	}
	for _, bad := range []string{"\x47", "\x47\x05\x00", "\x7f\x66\x04\x02\x02\x05\xf0", "\x7f\x66\x04\x04\x02\x05\xf0", "\x47\x80\x00\x00"} {
		_, err := lds.ParseATRInfo([]byte(bad))
		wantError(t, err, lds.ErrMalformed, "EF.ATR/INFO")
	}
	_, err := lds.ParseATRInfo(make([]byte, lds.MaxFile+1))
	wantError(t, err, lds.ErrTooLarge, "EF.ATR/INFO")
}

func TestParseATR(t *testing.T) {
	for _, c := range []struct {
		name, atr string
		want      lds.Lengths
		ok        bool
	}{
		{"compact objects", "\x3b\x85\x80\x01\x80\x73\xc8\x21\x40\x1e", lds.Lengths{Extended: true}, true},
		{"objects before it", "\x3b\x88\x80\x01\x80\x31\xe0\x73\xc8\x21\xe0\x00\x00", lds.Lengths{true, true, true, 0, 0}, true},
		{"status indicator at the end", "\x3b\x88\x80\x01\x00\x73\xc8\x21\x80\x00\x90\x00\x00", lds.Lengths{Chaining: true}, true},
		{"interface bytes TA1, TB1, TC1, TD1, TA2", "\x3b\xf5\x11\x22\x33\x11\x44\x80\x73\x00\x00\x40", lds.Lengths{Extended: true}, true},
		{"no historical bytes", "\x3b\x80\x80\x01\x01", lds.Lengths{}, false},
		{"two octets of capabilities", "\x3b\x84\x80\x01\x80\x72\xc8\x21\x00", lds.Lengths{}, false},
		{"a storage card's", "\x3b\x8f\x80\x01\x80\x4f\x0c\xa0\x00\x00\x03\x06\x03\x00\x01\x00\x00\x00\x00\x6a", lds.Lengths{}, false},
		{"an object cut short", "\x3b\x83\x80\x01\x80\x73\xc8\x00", lds.Lengths{}, false},
		{"another category", "\x3b\x84\x80\x01\x10\x73\xc8\x21\x00", lds.Lengths{}, false},
		{"cut within the interface bytes", "\x3b\xf5\x11", lds.Lengths{}, false},
		{"cut within the historical bytes", "\x3b\x85\x80\x01\x80\x73", lds.Lengths{}, false},
		{"TD without end", "\x3b" + strings.Repeat("\x80", 31), lds.Lengths{}, false},
		{"nothing", "", lds.Lengths{}, false},
		{"too long", strings.Repeat("\x3b", 34), lds.Lengths{}, false},
	} {
		if l, ok := lds.ParseATR([]byte(c.atr)); ok != c.ok || l != c.want {
			t.Errorf("%s: %+v, %v", c.name, l, ok)
		}
	}
}
