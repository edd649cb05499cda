package trust

import (
	"bytes"
	"crypto/ed25519"
	"crypto/hmac"
	hash "crypto/sha256"
	"crypto/subtle"
	"encoding/binary"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"math/bits"
	"os"
	"slices"
	"strings"
	"time"
)

// The register of reported documents: a signed file of keyed hashes, laid out so that one read answers. docs/trust.md has
// the format.
const (
	registerKind   = "skranke.register/1"
	registerEntry  = 10   // octets of each keyed hash: one in 2^80
	registerBucket = 4096 // entries that a bucket holds on average, at most
	maxRegister    = 1 << 28
	registerIndex  = 4 + hash.Size // a bucket's place in the index: number of entries, SHA-256
)

// registerHeader is the signed head of a register.
type registerHeader struct {
	Schema string `json:"schema"`
	// Made is when the register was made, Until the time after which it is stale.
	Made  time.Time `json:"made"`
	Until time.Time `json:"until"`
	// Entries is the number of documents, Bits the number of leading bits of a hash that choose its bucket.
	Entries int `json:"entries"`
	Bits    int `json:"bits"`
	// Key identifies the key of the hashes, without which no one can tell what is on the register.
	Key string `json:"key"`
	// Index is the SHA-256 of the index, which holds that of each bucket.
	Index string `json:"index"`
}

// ErrRegister says that the register's file is not as it was signed.
var ErrRegister = errors.New("the register of reported documents is damaged")

// Register is an imported register of reported documents: lost, stolen, revoked.
type Register struct {
	// Made is when it was made, Until the time after which it is stale; Imported is when it was imported.
	Made, Until, Imported time.Time
	// Entries is the number of documents on it.
	Entries int
	// Name is that of the file that it was imported from.
	Name string

	publisher PublisherKey
	path      string
	start     int64 // where the buckets begin
	bits      int
	key       []byte
	index     []byte
	ends      []int64 // entries up to and with each bucket
	// damaged is why the register cannot be used; nil when it can.
	damaged error
}

// ReportedDocument is what a register knows a document by.
type ReportedDocument struct {
	// Issuer is the issuing state's code in the MRZ, Code the document code, Number the document number; fillers do not
	// count, and of the code its first letter alone.
	Issuer, Code, Number string
}

// String prints the document as redacted.
func (ReportedDocument) String() string { return "[redacted document]" }

// GoString prints the document as redacted.
func (ReportedDocument) GoString() string { return "[redacted document]" }

// keyed is the document's hash under a key: HMAC-SHA-256, cut to the length of an entry.
func (d ReportedDocument) keyed(key []byte) (h [registerEntry]byte) {
	m := hmac.New(hash.New, key)
	class := plainNumber(d.Code)
	fmt.Fprintf(m, "%s\x00%s\x00%s", plainNumber(d.Issuer), class[:min(1, len(class))], plainNumber(d.Number))
	copy(h[:], m.Sum(nil))
	return h
}

// RegisterKeySize is the length of the key of a register's hashes, in octets.
const RegisterKeySize = 32

func registerKeyID(key []byte) string {
	sum := hash.Sum256(append([]byte("skranke register key\x00"), key...))
	return hex.EncodeToString(sum[:8])
}

// RegisterInput is what a register is made of.
type RegisterInput struct {
	// List has a document on each line, issuer, document code and number with commas between them; lines that begin with
	// "#" and empty ones are passed over.
	List io.Reader
	// Key is the key of the hashes, 32 octets; Signer signs.
	Key    []byte
	Signer ed25519.PrivateKey
	// Made and Until are as in [Register].
	Made, Until time.Time
}

// MakeRegister writes a register and returns the number of documents on it. Documents that the list has twice are there
// once. The error names a line by its number, never by what is on it.
func MakeRegister(w io.Writer, in RegisterInput) (int, error) {
	if len(in.Key) != RegisterKeySize {
		return 0, fmt.Errorf("the key of the hashes has %d octets, not %d", len(in.Key), RegisterKeySize)
	}
	entries, err := readReported(in.List, in.Key)
	if err != nil {
		return 0, err
	}
	slices.SortFunc(entries, func(a, b [registerEntry]byte) int { return bytes.Compare(a[:], b[:]) })
	entries = slices.Compact(entries)
	h := registerHeader{
		Schema: registerKind, Made: in.Made.UTC().Truncate(time.Second), Until: in.Until.UTC().Truncate(time.Second),
		Entries: len(entries), Bits: bucketBits(len(entries)), Key: registerKeyID(in.Key),
	}
	index := make([]byte, registerIndex<<h.Bits)
	for n, at := 0, 0; n < 1<<h.Bits; n++ {
		from, sum := at, hash.New()
		for ; at < len(entries) && bucketOf(entries[at], h.Bits) == n; at++ {
			sum.Write(entries[at][:])
		}
		place := index[n*registerIndex:]
		binary.BigEndian.PutUint32(place, uint32(at-from))
		sum.Sum(place[4:4])
	}
	sum := hash.Sum256(index)
	h.Index = hex.EncodeToString(sum[:])
	if err := writeSigned(w, h, in.Signer); err != nil {
		return 0, err
	}
	if _, err := w.Write(index); err != nil {
		return 0, err
	}
	for _, e := range entries {
		if _, err := w.Write(e[:]); err != nil {
			return 0, err
		}
	}
	return len(entries), nil
}

// bucketBits is the number of leading bits by which entries are put into buckets of bounded size.
func bucketBits(entries int) int { return bits.Len(uint(entries / registerBucket)) }

func bucketOf(h [registerEntry]byte, n int) int {
	return int(binary.BigEndian.Uint32(h[:]) >> (32 - n) & (1<<n - 1))
}

// openRegister reads the head of a register and its index, and checks both. key is that of the hashes; keys are those that
// may sign. Buckets are checked when they are read.
// The register begins at base in the file, and is size octets long.
func openRegister(path string, base, size int64, keys publishers, key func(id string) []byte) (*Register, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if info, err := f.Stat(); err != nil || info.Size() < base+size {
		return nil, ErrRegister
	}
	var h registerHeader
	section := io.NewSectionReader(f, base, size)
	start, publisher, err := readSigned(section, registerKind, &h, keys)
	if err != nil {
		return nil, err
	}
	if h.Bits < 0 || h.Bits > 16 || h.Entries < 0 || h.Entries > maxRegister/registerEntry {
		return nil, ErrRegister
	}
	r := &Register{Made: h.Made, Until: h.Until, Entries: h.Entries, path: path, publisher: publisher, bits: h.Bits, key: key(h.Key)}
	if r.key == nil {
		return nil, fmt.Errorf("%w: %s", errNoRegisterKey, h.Key)
	}
	r.index = make([]byte, registerIndex<<h.Bits)
	if _, err := section.ReadAt(r.index, start); err != nil {
		return nil, ErrRegister
	}
	if sum := hash.Sum256(r.index); hex.EncodeToString(sum[:]) != h.Index {
		return nil, ErrRegister
	}
	r.start = base + start + int64(len(r.index))
	var total int64
	for n := range 1 << h.Bits {
		total += int64(binary.BigEndian.Uint32(r.index[n*registerIndex:]))
		r.ends = append(r.ends, total)
	}
	if total != int64(h.Entries) || base+size != r.start+total*registerEntry {
		return nil, ErrRegister
	}
	return r, nil
}

var errNoRegisterKey = errors.New("the key of its hashes is not at hand")

// Reported tells whether the document is on the register. It reads one bucket, whatever the document, and compares it with
// every entry there, so that its time tells nothing. The error is ErrRegister, or that of the file.
func (r *Register) Reported(d ReportedDocument) (bool, error) {
	if r.damaged != nil {
		return false, fmt.Errorf("%w: %w", ErrRegister, r.damaged)
	}
	h := d.keyed(r.key)
	bucket, err := r.bucket(bucketOf(h, r.bits))
	if err != nil {
		return false, err
	}
	found := 0
	for ; len(bucket) > 0; bucket = bucket[registerEntry:] {
		found |= subtle.ConstantTimeCompare(bucket[:registerEntry], h[:])
	}
	return found == 1, nil
}

// bucket reads a bucket and checks it against the index.
func (r *Register) bucket(n int) ([]byte, error) {
	place := r.index[n*registerIndex:]
	size := int64(binary.BigEndian.Uint32(place))
	b := make([]byte, size*registerEntry)
	f, err := os.Open(r.path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	if _, err := f.ReadAt(b, r.start+(r.ends[n]-size)*registerEntry); err != nil && (len(b) > 0 || !errors.Is(err, io.EOF)) {
		return nil, ErrRegister
	}
	if sum := hash.Sum256(b); !bytes.Equal(sum[:], place[4:registerIndex]) {
		return nil, ErrRegister
	}
	return b, nil
}

// check reads every bucket.
func (r *Register) check() error {
	for n := range 1 << r.bits {
		if _, err := r.bucket(n); err != nil {
			return err
		}
	}
	return nil
}

// Damaged is why the register cannot be used; nil when it can, as far as is known before a document is looked up.
func (r *Register) Damaged() error { return r.damaged }

// Stale tells whether the register is past its time.
func (r *Register) Stale(at time.Time) bool { return at.After(r.Until) || at.Before(r.Made) }

// readReported reads the lines of a list and hashes them.
func readReported(list io.Reader, key []byte) ([][registerEntry]byte, error) {
	var entries [][registerEntry]byte
	for n, scanner := 1, newLines(list); ; n++ {
		line, err := scanner()
		if errors.Is(err, io.EOF) {
			return entries, nil
		}
		if err != nil {
			return nil, fmt.Errorf("line %d: %w", n, err)
		}
		line = strings.TrimSpace(line)
		if line == "" || line[0] == '#' {
			continue
		}
		parts := strings.Split(line, ",")
		if len(parts) != 3 || len(plainNumber(parts[0])) == 0 || len(plainNumber(parts[0])) > 3 || plainNumber(parts[1]) == "" || plainNumber(parts[2]) == "" {
			return nil, fmt.Errorf("line %d is not issuer, document code and number with commas between them", n)
		}
		if len(entries) == maxRegister/registerEntry {
			return nil, fmt.Errorf("over %d documents", len(entries))
		}
		entries = append(entries, ReportedDocument{parts[0], parts[1], parts[2]}.keyed(key))
	}
}
