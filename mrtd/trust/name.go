package trust

import (
	"sort"
	"strings"
	"unicode/utf16"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// Name is a distinguished name as it stands in a certificate: DER.
type Name []byte

type attribute struct {
	oid   der.OID
	value string
}

var attributeNames = map[der.OID]string{
	der.MakeOID("2.5.4.3"): "CN", der.MakeOID("2.5.4.5"): "serialNumber", der.MakeOID("2.5.4.6"): "C",
	der.MakeOID("2.5.4.7"): "L", der.MakeOID("2.5.4.8"): "ST", der.MakeOID("2.5.4.10"): "O", der.MakeOID("2.5.4.11"): "OU",
	der.MakeOID("1.2.840.113549.1.9.1"): "E",
}

var oidCountry = der.MakeOID("2.5.4.6")

// relative returns the relative distinguished names in their order; nil when the name is malformed.
func (n Name) relative() [][]attribute {
	seq, err := der.Only(n, der.Sequence)
	if err != nil {
		return nil
	}
	var out [][]attribute
	for r := seq.Inside(); !r.Empty(); {
		set, err := r.Read(der.Set)
		if err != nil {
			return nil
		}
		var rdn []attribute
		for in := set.Inside(); !in.Empty(); {
			pair, err := in.Read(der.Sequence)
			if err != nil {
				return nil
			}
			p := pair.Inside()
			id, err := p.OID()
			if err != nil {
				return nil
			}
			value, err := p.Next()
			if err != nil {
				return nil
			}
			rdn = append(rdn, attribute{id, text(value)})
		}
		out = append(out, rdn)
	}
	return out
}

// text decodes a directory string, whatever its type. What is not text comes out as its octets.
func text(e der.Element) string {
	switch e.Tag {
	case der.BMPString:
		units := make([]uint16, 0, len(e.Value)/2)
		for i := 0; i+1 < len(e.Value); i += 2 {
			units = append(units, uint16(e.Value[i])<<8|uint16(e.Value[i+1]))
		}
		return string(utf16.Decode(units))
	case der.UniversalString:
		var b strings.Builder
		for i := 0; i+3 < len(e.Value); i += 4 {
			b.WriteRune(rune(uint32(e.Value[i])<<24 | uint32(e.Value[i+1])<<16 | uint32(e.Value[i+2])<<8 | uint32(e.Value[i+3])))
		}
		return b.String()
	case der.T61String: // in practice Latin-1
		runes := make([]rune, len(e.Value))
		for i, c := range e.Value {
			runes[i] = rune(c)
		}
		return string(runes)
	}
	return strings.ToValidUTF8(string(e.Value), "\ufffd")
}

// canonical writes the name so that two names compare equal without regard to string type, case, and white space
// (RFC 5280 §7.1, in the looser reading that Doc 9303's certificates need).
func (n Name) canonical() string {
	var b strings.Builder
	for _, rdn := range n.relative() {
		parts := make([]string, len(rdn))
		for i, a := range rdn {
			parts[i] = string(a.oid) + "\x00" + strings.Join(strings.Fields(strings.ToLower(a.value)), " ")
		}
		sort.Strings(parts)
		b.WriteString(strings.Join(parts, "\x01"))
		b.WriteByte(2)
	}
	return b.String()
}

// Equal compares two names without regard to string type, case and white space. A malformed name equals none.
func (n Name) Equal(other Name) bool {
	c := n.canonical()
	return c != "" && c == other.canonical()
}

// Country gives the country attribute in capital letters: "DK". It is empty when the name has none, and when it has
// several that differ.
func (n Name) Country() string {
	var country string
	for _, rdn := range n.relative() {
		for _, a := range rdn {
			if a.oid != oidCountry {
				continue
			}
			c := strings.ToUpper(strings.TrimSpace(a.value))
			if country != "" && c != country {
				return ""
			}
			country = c
		}
	}
	return country
}

// String writes the name for people, in the order in which it stands: "C=DK, O=Kingdom of Denmark, CN=Country Signing
// CA". Control characters are replaced.
func (n Name) String() string {
	var parts []string
	for _, rdn := range n.relative() {
		for _, a := range rdn {
			label := attributeNames[a.oid]
			if label == "" {
				label = a.oid.String()
			}
			parts = append(parts, label+"="+printable(a.value))
		}
	}
	return strings.Join(parts, ", ")
}

func printable(s string) string {
	if len(s) > 256 {
		s = s[:256] + "…"
	}
	return strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f || (r >= 0x80 && r < 0xa0) || r == '\u202e' || r == '\u202d' {
			return '\ufffd'
		}
		return r
	}, s)
}
