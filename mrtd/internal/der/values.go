package der

import (
	"fmt"
	"math/big"
	"strconv"
	"strings"
	"time"
)

// OID is an object identifier: the content octets of its encoding (X.690 §8.19), so that it compares and serves as a key.
type OID string

// MakeOID encodes an identifier written with dots: "2.23.136.1.1.1". It panics on what is none, for it is for constants.
func MakeOID(dotted string) OID {
	var out []byte
	var first uint64
	for i, part := range strings.Split(dotted, ".") {
		n, err := strconv.ParseUint(part, 10, 63)
		if err != nil {
			panic("der: " + dotted + " is no object identifier")
		}
		if i == 0 {
			first = n
			continue
		}
		if i == 1 {
			n += 40 * first
		}
		group := []byte{byte(n & 0x7f)}
		for n >>= 7; n > 0; n >>= 7 {
			group = append([]byte{0x80 | byte(n&0x7f)}, group...)
		}
		out = append(out, group...)
	}
	return OID(out)
}

// String writes the identifier with dots; what is none is written in hexadecimal.
func (o OID) String() string {
	var parts []string
	var n uint64
	for i := range len(o) {
		if n > 1<<55 {
			return fmt.Sprintf("%x", string(o))
		}
		n = n<<7 | uint64(o[i]&0x7f)
		if o[i]&0x80 != 0 {
			continue
		}
		if len(parts) == 0 {
			first := min(n/40, 2)
			parts = append(parts, strconv.FormatUint(first, 10))
			n -= 40 * first
		}
		parts = append(parts, strconv.FormatUint(n, 10))
		n = 0
	}
	return strings.Join(parts, ".")
}

// OID reads the next element, an object identifier of at most 64 octets.
func (r *Reader) OID() (OID, error) {
	e, err := r.Read(ObjectID)
	if err != nil {
		return "", err
	}
	return ParseOID(e.Value)
}

// ParseOID checks the content octets of an object identifier.
func ParseOID(value []byte) (OID, error) {
	if n := len(value); n == 0 || n > 64 || value[n-1]&0x80 != 0 {
		return "", fmt.Errorf("%w: object identifier", ErrMalformed)
	}
	return OID(value), nil
}

// BigInt reads the next element, an integer of at most 4,096 octets.
func (r *Reader) BigInt() (*big.Int, error) {
	e, err := r.Read(Integer)
	if err != nil {
		return nil, err
	}
	return ParseBigInt(e.Value)
}

// ParseBigInt reads the content octets of an integer, at most 4,096 of them, two's complement.
func ParseBigInt(value []byte) (*big.Int, error) {
	if len(value) == 0 || len(value) > 4096 {
		return nil, fmt.Errorf("%w: integer", ErrMalformed)
	}
	n := new(big.Int).SetBytes(value)
	if value[0]&0x80 != 0 {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(value))))
	}
	return n, nil
}

// Int reads the next element, an integer between −2³¹ and 2³¹ − 1.
func (r *Reader) Int() (int, error) {
	n, err := r.BigInt()
	if err != nil {
		return 0, err
	}
	if !n.IsInt64() || n.Int64() != int64(int32(n.Int64())) {
		return 0, fmt.Errorf("%w: integer out of range", ErrMalformed)
	}
	return int(n.Int64()), nil
}

// Bits reads the content octets of a bit string whose length is a whole number of octets.
func Bits(value []byte) ([]byte, error) {
	if len(value) == 0 || value[0] != 0 {
		return nil, fmt.Errorf("%w: bit string", ErrMalformed)
	}
	return value[1:], nil
}

// Time reads a UTCTime or GeneralizedTime. X.690 §11.7 and RFC 5280 §4.1.2.5 want seconds and Z; states have also issued
// certificates without seconds, with fractions, and with an offset, which are taken.
func Time(e Element) (time.Time, error) {
	s := string(e.Value)
	bad := fmt.Errorf("%w: time", ErrMalformed)
	if len(s) > 32 {
		return time.Time{}, bad
	}
	var layouts []string
	switch e.Tag {
	case UTCTime:
		layouts = []string{"060102150405Z0700", "0601021504Z0700"}
	case GeneralizedTime:
		layouts = []string{"20060102150405Z0700", "200601021504Z0700", "20060102150405.999999999Z0700"}
	default:
		return time.Time{}, bad
	}
	for _, layout := range layouts {
		t, err := time.Parse(layout, s)
		if err != nil {
			continue
		}
		// Two digits are 1950 to 2049 (RFC 5280 §4.1.2.5.1); time.Parse puts the border at 1969.
		if e.Tag == UTCTime && t.Year() >= 2050 {
			t = t.AddDate(-100, 0, 0)
		}
		return t.UTC(), nil
	}
	return time.Time{}, bad
}

// AlgorithmIdentifier is an algorithm with its parameters (RFC 5280 §4.1.1.2).
type AlgorithmIdentifier struct {
	OID OID
	// Parameters is the whole element of the parameters; empty when absent.
	Parameters []byte
}

// Algorithm reads the next element, an AlgorithmIdentifier.
func (r *Reader) Algorithm() (AlgorithmIdentifier, error) {
	e, err := r.Read(Sequence)
	if err != nil {
		return AlgorithmIdentifier{}, err
	}
	in := e.Inside()
	id, err := in.OID()
	if err != nil {
		return AlgorithmIdentifier{}, err
	}
	a := AlgorithmIdentifier{OID: id}
	if !in.Empty() {
		p, err := in.Next()
		if err != nil {
			return AlgorithmIdentifier{}, err
		}
		a.Parameters = p.Raw
	}
	return a, in.End()
}

// NoParameters tells whether the parameters are absent or NULL.
func (a AlgorithmIdentifier) NoParameters() bool {
	return len(a.Parameters) == 0 || (len(a.Parameters) == 2 && a.Parameters[0] == Null && a.Parameters[1] == 0)
}
