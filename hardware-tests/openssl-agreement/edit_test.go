package agreement

import (
	"bytes"
	"encoding/asn1"
	"slices"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// change changes one element.
type change func(b []byte) []byte

// fields takes a constructed element apart, lets its elements be changed, and puts it together again.
func fields(f func(f [][]byte) [][]byte) change {
	return func(b []byte) []byte {
		outer, _, err := tlv.Next(b)
		if err != nil {
			panic(err)
		}
		list, err := tlv.List(outer.Value)
		if err != nil {
			panic(err)
		}
		var raw [][]byte
		for _, e := range list {
			raw = append(raw, e.Raw)
		}
		return tlv.Make(outer.Tag, f(raw)...)
	}
}

// within follows a path of element numbers inwards.
func within(c change, path ...int) change {
	for _, n := range slices.Backward(path) {
		inner := c
		c = fields(func(f [][]byte) [][]byte {
			f[n] = inner(f[n])
			return f
		})
	}
	return c
}

// to puts an element in the place of another.
func to(b []byte) change { return func([]byte) []byte { return b } }

// flip changes one bit near the end of an element.
func flip(b []byte) []byte {
	b = bytes.Clone(b)
	b[len(b)-2] ^= 1
	return b
}

// drop removes, double repeats, add appends an element.
func drop(n int) change {
	return fields(func(f [][]byte) [][]byte { return slices.Delete(f, n, n+1) })
}

func double(n int) change { return fields(func(f [][]byte) [][]byte { return append(f, f[n]) }) }

func add(b []byte) change { return fields(func(f [][]byte) [][]byte { return append(f, b) }) }

func oid(numbers ...int) asn1.ObjectIdentifier { return numbers }

func utc(t time.Time) []byte { return tlv.Make(0x17, []byte(t.UTC().Format("060102150405Z"))) }

// Paths into EF.SOD and certificates.
const (
	sodContent      = 2
	sodCertificates = 3
	sodSignerInfos  = 4

	tbsIssuer     = 3
	tbsValidity   = 4
	tbsSubject    = 5
	tbsKey        = 6
	tbsExtensions = 7
)

func inSOD(c change, path ...int) change { return within(c, append([]int{0, 1, 0}, path...)...) }

func inSigner(c change, path ...int) change {
	return inSOD(c, append([]int{sodSignerInfos, 0}, path...)...)
}

func extension(id asn1.ObjectIdentifier, critical bool, value []byte) []byte {
	parts := [][]byte{tlv.OID(id)}
	if critical {
		parts = append(parts, []byte{1, 1, 0xff})
	}
	return tlv.Seq(append(parts, tlv.Octets(value))...)
}

// with adds an extension in place of any of the same identifier; without takes it away.
func with(id asn1.ObjectIdentifier, critical bool, value []byte) change {
	return within(fields(func(f [][]byte) [][]byte { return append(except(f, id), extension(id, critical, value)) }), tbsExtensions, 0)
}

func without(id asn1.ObjectIdentifier) change {
	return within(fields(func(f [][]byte) [][]byte { return except(f, id) }), tbsExtensions, 0)
}

func except(e [][]byte, id asn1.ObjectIdentifier) [][]byte {
	return slices.DeleteFunc(e, func(x []byte) bool { return bytes.Contains(x[:min(len(x), 16)], tlv.OID(id)) })
}

// indefinite gives an element and its last elements indefinite lengths.
func indefinite(b []byte, levels int) []byte {
	outer, _, err := tlv.Next(b)
	if err != nil {
		panic(err)
	}
	list, err := tlv.List(outer.Value)
	if err != nil {
		panic(err)
	}
	out := []byte{byte(outer.Tag), 0x80}
	for i, e := range list {
		if i == len(list)-1 && levels > 1 && e.Raw[0]&0x20 != 0 {
			out = append(out, indefinite(e.Raw, levels-1)...)
		} else {
			out = append(out, e.Raw...)
		}
	}
	return append(out, 0, 0)
}
