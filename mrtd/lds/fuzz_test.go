package lds_test

import (
	"errors"
	"testing"

	"github.com/skranke/skranke/mrtd/lds"
)

// check holds what every parser promises of any input: an error of the package, or none.
func check(t *testing.T, err error) {
	t.Helper()
	var e *lds.Error
	if err != nil && (!errors.As(err, &e) || e.File == "" || e.Clause == "") {
		t.Fatalf("%T: %v", err, err)
	}
	if err != nil && !errors.Is(err, lds.ErrMalformed) && !errors.Is(err, lds.ErrTooLarge) && !errors.Is(err, lds.ErrNoImage) {
		t.Fatalf("of no kind: %v", err)
	}
}

const mrzTD3 = "P<D<<MUSTERMANN<<ERIKA<<<<<<<<<<<<<<<<<<<<<<C11T002JM4D<<9608122F1310317<<<<<<<<<<<<<<<6"

func FuzzFileLength(f *testing.F) {
	f.Add([]byte("\x75\x82\x3a\xe7\x7f"))
	f.Add([]byte("\x7f\x61\x84\x7f\xff\xff\xff"))
	f.Fuzz(func(t *testing.T, b []byte) {
		total, err := lds.FileLength(b)
		check(t, err)
		if err == nil && (total < 2 || total > 1<<31+9) {
			t.Fatal(total)
		}
	})
}

func FuzzCOM(f *testing.F) {
	f.Add([]byte("\x60\x16\x5f\x01\x040107\x5f\x36\x06040000\x5c\x04\x61\x75\x63\x6e"))
	f.Fuzz(func(t *testing.T, b []byte) {
		com, err := lds.ParseCOM(b)
		check(t, err)
		if err == nil && len(com.DataGroups) > 16 {
			t.Fatal(com.DataGroups)
		}
	})
}

func FuzzDG1(f *testing.F) {
	f.Add([]byte("\x61\x5b\x5f\x1f\x58" + mrzTD3))
	f.Fuzz(func(t *testing.T, b []byte) {
		m, err := lds.ParseDG1(b)
		check(t, err)
		if err == nil {
			m.CheckDigits()
			m.Key().Information()
		}
	})
}

func FuzzDG2(f *testing.F) {
	f.Add(dg2(template(object("\x5f\x2e", facialRecord(jpeg, jp2)))))
	f.Add(dg2(template(object("\x5f\x2e", facialRecord(j2k))), template(object("\x7f\x2e", object("\xa1", object("\x65", object("\xa0", "\x80\x01\x03"),
		object("\xa1", object("\x30", "\x80\x01\x01", object("\xa1", object("\xa0", object("\xa0", object("\x80", jpeg),
			object("\xa1", "\xa7\x08\x80\x02\x02\x3c\x81\x02\x02\xdb"))))))))))))
	f.Fuzz(func(t *testing.T, b []byte) {
		faces, err := lds.ParseDG2(b)
		check(t, err)
		if err == nil && (len(faces) == 0 || len(faces) > 16) {
			t.Fatal(len(faces))
		}
		for _, face := range faces {
			if len(face.Data) == 0 || len(face.Data) > len(b) || face.Coding != lds.CodingOf(face.Data) {
				t.Fatal("an image is not what it says")
			}
		}
	})
}

func FuzzDG11(f *testing.F) {
	f.Add([]byte(object("\x6b", "\xa0\x06\x02\x01\x01\x5f\x0f\x02AB", "\x5f\x0e\x03A<B", "\x5f\x2b\x0819700231", "\x5f\x2b\x04\x19\x70\x02\x00")))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := lds.ParseDG11(b)
		check(t, err)
	})
}

func FuzzDG12(f *testing.F) {
	f.Add([]byte(object("\x6c", "\x5f\x19\x01X\x5f\x26\x0420240101", "\xa0\x06\x02\x01\x01\x5f\x1a\x02AB", "\x5f\x55\x07\x20\x24\x01\x01\x12\x30\x59")))
	f.Fuzz(func(t *testing.T, b []byte) {
		_, err := lds.ParseDG12(b)
		check(t, err)
	})
}

func FuzzDG15(f *testing.F) {
	f.Add([]byte("\x6f\x0e\x30\x0c\x30\x05\x06\x03\x2b\x65\x70\x03\x03\x00\x01\x02"))
	f.Fuzz(func(t *testing.T, b []byte) {
		key, err := lds.ParseDG15(b)
		check(t, err)
		if err == nil && (len(key) == 0 || key[0] != 0x30) {
			t.Fatalf("%x", key)
		}
	})
}

func FuzzSecurityInfos(f *testing.F) {
	f.Add([]byte("\x31\x28\x30\x12\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x04\x02\x02\x02\x01\x02\x02\x01\x0d" +
		"\x30\x12\x06\x0a\x04\x00\x7f\x00\x07\x02\x02\x03\x02\x02\x02\x01\x01\x02\x01\x48"))
	f.Add([]byte("\x31\x19\x30\x17\x06\x06\x67\x81\x08\x01\x01\x05\x02\x01\x01\x06\x0a\x04\x00\x7f\x00\x07\x01\x01\x04\x01\x05"))
	f.Add([]byte("\x31\x1e\x30\x1c\x06\x09\x04\x00\x7f\x00\x07\x02\x02\x01\x02\x30\x0c\x30\x05\x06\x03\x2b\x65\x70\x03\x03\x00\x01\x02\x02\x01\x0d"))
	f.Add([]byte("\x31\x18\x30\x16\x06\x09\x04\x00\x7f\x00\x07\x02\x02\x04\x02\x30\x06\x06\x01\x2a\x02\x01\x0d\x02\x01\x0d"))
	f.Fuzz(func(t *testing.T, b []byte) {
		infos, err := lds.ParseSecurityInfos(b)
		check(t, err)
		_, accessErr := lds.ParseCardAccess(b)
		_, dg14Err := lds.ParseDG14(append([]byte{0x6e, 0x82, byte(len(b) >> 8), byte(len(b))}, b...))
		check(t, accessErr)
		check(t, dg14Err)
		if (err == nil) != (accessErr == nil) {
			t.Fatal(err, accessErr)
		}
		if err == nil {
			n := len(infos.PACE) + len(infos.PACEDomain) + len(infos.ChipAuthentication) + len(infos.ChipAuthenticationKeys) +
				len(infos.ActiveAuthentication) + len(infos.Unreadable)
			if n > len(infos.Raw) || !infos.Contains(infos) {
				t.Fatal("entries that are not there")
			}
		}
	})
}

func FuzzATR(f *testing.F) {
	f.Add([]byte("\x3b\x85\x80\x01\x80\x73\xc8\x21\x40\x1e"))
	f.Add([]byte("\x47\x03\xf7\x41\xe0\x7f\x66\x08\x02\x02\x05\xf0\x02\x02\x05\xf0"))
	f.Fuzz(func(t *testing.T, b []byte) {
		lds.ParseATR(b)
		l, err := lds.ParseATRInfo(b)
		check(t, err)
		if l.MaxCommand < 0 || l.MaxResponse < 0 || l.MaxCommand > 1<<24 {
			t.Fatalf("%+v", l)
		}
	})
}
