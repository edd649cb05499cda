package der

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"errors"
	"testing"
	"time"
)

func unhex(s string) []byte {
	b, err := hex.DecodeString(s)
	if err != nil {
		panic(err)
	}
	return b
}

var limits = Limits{Depth: 4, Elements: 8}

func TestScan(t *testing.T) {
	for _, c := range []struct {
		name, hex string
		size      int
		ber       bool
		err       error
	}{
		{"a primitive", "020105", 3, false, nil},
		{"what follows is not looked at", "020105ffff", 3, false, nil},
		{"a sequence", "3006020105020106", 8, false, nil},
		{"an empty sequence", "3000", 2, false, nil},
		{"a long length that could be short", "308103020105", 6, false, nil},
		{"an indefinite length", "30800201050000", 7, true, nil},
		{"indefinite in definite", "300730800201050000", 9, true, nil},
		{"definite in indefinite", "308030030201050000", 9, true, nil},
		{"a constructed string", "240404020102", 6, true, nil},
		{"a tag of two octets", "5f1f0141", 4, false, nil},
		{"depth 4", "3006300430020500", 8, false, nil},
		{"depth 5", "30083006300430023000", 0, false, ErrTooComplex},
		{"nine elements", "301005000500050005000500050005000500", 0, false, ErrTooComplex},
		{"nothing", "", 0, false, ErrMalformed},
		{"cut short", "3006020105", 0, false, ErrMalformed},
		{"a child longer than its parent", "3003020405", 0, false, ErrMalformed},
		{"an indefinite length without an end", "3080020105", 0, false, ErrMalformed},
		{"an end of contents out of place", "30020000", 0, false, ErrMalformed},
		{"an indefinite primitive", "0280", 0, false, ErrMalformed},
		{"a length of five octets", "30850000000000", 0, false, ErrMalformed},
		{"a length of 4 GB", "3084ffffffff", 0, false, ErrMalformed},
		{"a child of indefinite length past its definite parent", "3004308002010500000000", 0, false, ErrMalformed},
	} {
		shape, err := Scan(unhex(c.hex), limits)
		if !errors.Is(err, c.err) || (err == nil) != (c.err == nil) || shape.Size != c.size || shape.BER != c.ber {
			t.Errorf("%s: %v, %v; want %d octets, BER %v, %v", c.name, shape, err, c.size, c.ber, c.err)
		}
	}
}

func TestNestCostsNothing(t *testing.T) {
	for _, unit := range []string{"3080", "2480", "30", "a080"} {
		b := bytes.Repeat(unhex(unit), 64<<10)
		start := time.Now()
		if _, err := Scan(b, Limits{Depth: 32, Elements: 1 << 20}); err == nil {
			t.Errorf("a nest of %s passes", unit)
		}
		if took := time.Since(start); took > 10*time.Millisecond {
			t.Errorf("a nest of %s takes %v", unit, took)
		}
	}
}

// TestDefinite turns the examples of X.690 §8.1.3.6 and §8.7.3.2, and nests of them, into definite lengths.
func TestDefinite(t *testing.T) {
	for from, to := range map[string]string{
		"30800201050000":             "3003020105",
		"3080308002010500000000":     "30053003020105",
		"2480040101040202030000":     "0403010203",
		"2480240504030102030000":     "0403010203",
		"300730800201050000":         "30053003020105",
		"3003020105":                 "3003020105",
		"308103020105":               "308103020105", // nothing to make definite: as it was signed
		"30800201053081030201060000": "3009020105308103020106",
	} {
		got, err := Definite(unhex(from))
		if err != nil || !bytes.Equal(got, unhex(to)) {
			t.Errorf("%s becomes %x, %v; want %s", from, got, err, to)
		}
	}
}

func TestOID(t *testing.T) {
	for _, dotted := range []string{"2.23.136.1.1.1", "1.2.840.113549.1.1.10", "0.4.0.127.0.7.2.2.4.6.2", "2.999.1", "1.3.36.3.3.2.8.1.1.13"} {
		id := MakeOID(dotted)
		if id.String() != dotted {
			t.Errorf("%s comes back as %s", dotted, id)
		}
		var theirs asn1.ObjectIdentifier
		if _, err := asn1.Unmarshal(Encode(ObjectID, []byte(id)), &theirs); err != nil || theirs.String() != dotted {
			t.Errorf("encoding/asn1 reads %s as %v, %v", dotted, theirs, err)
		}
	}
}

func TestTime(t *testing.T) {
	for _, c := range []struct {
		tag  uint32
		text string
		want string
	}{
		{UTCTime, "260122100000Z", "2026-01-22T10:00:00Z"},
		{UTCTime, "491231235959Z", "2049-12-31T23:59:59Z"},
		{UTCTime, "500101000000Z", "1950-01-01T00:00:00Z"},
		{UTCTime, "6906072200Z", "1969-06-07T22:00:00Z"},
		{UTCTime, "260122100000+0100", "2026-01-22T09:00:00Z"},
		{GeneralizedTime, "20500101000000Z", "2050-01-01T00:00:00Z"},
		{GeneralizedTime, "20260122100000.5Z", "2026-01-22T10:00:00.5Z"},
		{UTCTime, "260230100000Z", ""},
		{UTCTime, "hello", ""},
		{OctetString, "260122100000Z", ""},
	} {
		got, err := Time(Element{Tag: c.tag, Value: []byte(c.text)})
		if c.want == "" {
			if !errors.Is(err, ErrMalformed) {
				t.Errorf("%s is %v", c.text, got)
			}
		} else if got.Format(time.RFC3339Nano) != c.want {
			t.Errorf("%s is %v, %v; want %s", c.text, got, err, c.want)
		}
	}
}

// FuzzScan holds Scan and Definite to each other and to Reader: what Scan passes can be made definite, is then passed
// without BER, and is read as one element.
func FuzzScan(f *testing.F) {
	for _, s := range []string{"30800201050000", "240404020102", "3006300430020500", "5f1f0141"} {
		f.Add(unhex(s))
	}
	f.Fuzz(func(t *testing.T, b []byte) {
		limits := Limits{Depth: 16, Elements: 1024}
		shape, err := Scan(b, limits)
		if err != nil {
			return
		}
		out, err := Definite(b[:shape.Size])
		if err != nil {
			if shape.BER {
				return // a constructed string of something else than strings
			}
			t.Fatalf("%x cannot be made definite: %v", b, err)
		}
		again, err := Scan(out, limits)
		if err != nil || again.BER || again.Size != len(out) {
			t.Fatalf("%x became %x: %v, %v", b, out, again, err)
		}
		if !shape.BER && !bytes.Equal(out, b[:shape.Size]) {
			t.Fatalf("%x was changed to %x", b, out)
		}
		r := NewReader(out)
		if _, err := r.Next(); err != nil || !r.Empty() {
			t.Fatalf("%x cannot be read: %v", out, err)
		}
	})
}
