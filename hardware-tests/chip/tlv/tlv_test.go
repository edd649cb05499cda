package tlv_test

import (
	"bytes"
	"encoding/asn1"
	"encoding/hex"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// TestMake writes objects of every form of tag and length (X.690 §8.1), and reads them again.
func TestMake(t *testing.T) {
	for _, c := range []struct {
		tag    uint32
		size   int
		header string
	}{
		{0x87, 0, "8700"},
		{0x87, 127, "877f"},
		{0x87, 128, "878180"},
		{0x87, 255, "8781ff"},
		{0x5F1F, 256, "5f1f820100"},
		{0x7F61, 65535, "7f6182ffff"},
		{0x5F2E, 65536, "5f2e83010000"},
		{0x7F8101, 1, "7f810101"},
	} {
		b := tlv.Make(c.tag, make([]byte, c.size))
		if got := hex.EncodeToString(b[:len(b)-c.size]); got != c.header {
			t.Errorf("tag %X, %d octets: begins with %s, want %s", c.tag, c.size, got, c.header)
		}
		o, rest, err := tlv.Next(append(bytes.Clone(b), 0xAA))
		if err != nil || o.Tag != c.tag || len(o.Value) != c.size || !bytes.Equal(o.Raw, b) || len(rest) != 1 {
			t.Errorf("tag %X, %d octets: does not come back: %v", c.tag, c.size, err)
		}
	}
}

// TestMalformed hands in octets that are no data objects.
func TestMalformed(t *testing.T) {
	for _, text := range []string{"", "87", "8705aabb", "8780", "878400000001aa", "8781", "878201", "5f", "7fffffff01", "878500000000"} {
		b, err := hex.DecodeString(text)
		if err != nil {
			t.Fatal(err)
		}
		if o, _, err := tlv.Next(b); err == nil {
			t.Errorf("%q: taken for %+v", text, o)
		}
	}
	if _, err := tlv.List(bytes.Repeat([]byte{0x04, 0x00}, 65)); err == nil {
		t.Error("65 objects are taken")
	}
}

// TestDER compares with encoding/asn1.
func TestDER(t *testing.T) {
	want, err := asn1.Marshal(struct {
		Version int
		OID     asn1.ObjectIdentifier
		Octets  []byte
		Set     []int `asn1:"set"`
	}{-129, asn1.ObjectIdentifier{2, 23, 136, 1, 1, 1}, []byte{1, 2}, []int{3, 300}})
	if err != nil {
		t.Fatal(err)
	}
	got := tlv.Seq(tlv.Int(-129), tlv.OID(asn1.ObjectIdentifier{2, 23, 136, 1, 1, 1}), tlv.Octets([]byte{1, 2}),
		tlv.Set(tlv.Int(300), tlv.Int(3)))
	if !bytes.Equal(got, want) {
		t.Errorf("%X, want %X", got, want)
	}
}
