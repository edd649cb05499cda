package trust

import (
	"bufio"
	"crypto/ed25519"
	hash "crypto/sha256"
	"crypto/x509"
	"encoding/base64"
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"slices"
	"strings"
)

// The files that Skranke itself signs, registers and bundles, begin alike: eight octets of magic, the length of the head
// as four octets, the head in JSON, the signer's public key and its Ed25519 signature (RFC 8032) over magic, length and head.
const (
	signedMagic   = "SKRANKE\x01"
	maxSignedHead = 16 << 20
	headContext   = "skranke signed file\x00"
)

var (
	errNotSigned   = errors.New("no file that Skranke signs")
	errUnknownKey  = errors.New("it is signed by a key that is not pinned")
	errFalseSigned = errors.New("its signature does not hold")
)

// PublisherKey is the public key of one who signs registers and bundles: Ed25519.
type PublisherKey [ed25519.PublicKeySize]byte

// String writes the key in base64.
func (k PublisherKey) String() string { return base64.StdEncoding.EncodeToString(k[:]) }

// Fingerprint is the SHA-256 of the key's SubjectPublicKeyInfo (RFC 8410), in hexadecimal.
func (k PublisherKey) Fingerprint() string {
	spki, err := x509.MarshalPKIXPublicKey(ed25519.PublicKey(k[:]))
	if err != nil {
		return "" // not reached: every Ed25519 key is encoded
	}
	sum := hash.Sum256(spki)
	return hex.EncodeToString(sum[:])
}

// MarshalText writes the key in base64.
func (k PublisherKey) MarshalText() ([]byte, error) { return []byte(k.String()), nil }

// UnmarshalText reads a key in base64.
func (k *PublisherKey) UnmarshalText(b []byte) error {
	raw, err := base64.StdEncoding.DecodeString(strings.TrimSpace(string(b)))
	if err != nil || len(raw) != len(k) {
		return errors.New("no Ed25519 public key in base64")
	}
	copy(k[:], raw)
	return nil
}

// publishers are the keys that may sign.
type publishers []PublisherKey

// writeSigned writes the signed head of a file; what follows is covered by hashes in the head.
func writeSigned(w io.Writer, head any, signer ed25519.PrivateKey) error {
	b, err := json.Marshal(head)
	if err != nil {
		return err
	}
	if len(b) > maxSignedHead {
		return fmt.Errorf("a head of %d octets", len(b))
	}
	out := append([]byte(signedMagic), binary.BigEndian.AppendUint32(nil, uint32(len(b)))...)
	out = append(out, b...)
	signature := ed25519.Sign(signer, append([]byte(headContext), out...))
	public, _ := signer.Public().(ed25519.PublicKey)
	out = append(append(out, public...), signature...)
	_, err = w.Write(out)
	return err
}

// isSigned tells whether a file begins as one that Skranke signs.
func isSigned(start []byte) bool { return strings.HasPrefix(string(start), signedMagic) }

// readSigned reads and verifies the head of a file; schema is what it must say of itself. It returns where the rest
// begins, and the key that signed.
func readSigned(f io.ReaderAt, schema string, head any, keys publishers) (rest int64, key PublisherKey, err error) {
	fixed := make([]byte, len(signedMagic)+4)
	if _, err := f.ReadAt(fixed, 0); err != nil || !isSigned(fixed) {
		return 0, key, errNotSigned
	}
	size := binary.BigEndian.Uint32(fixed[len(signedMagic):])
	if size > maxSignedHead {
		return 0, key, errNotSigned
	}
	tail := make([]byte, int(size)+ed25519.PublicKeySize+ed25519.SignatureSize)
	if _, err := f.ReadAt(tail, int64(len(fixed))); err != nil {
		return 0, key, errFalseSigned
	}
	whole := int64(len(fixed) + len(tail))
	b, tail := tail[:size], tail[size:]
	copy(key[:], tail)
	if !ed25519.Verify(key[:], slices.Concat([]byte(headContext), fixed, b), tail[ed25519.PublicKeySize:]) {
		return 0, key, errFalseSigned
	}
	if !slices.Contains(keys, key) {
		return 0, key, fmt.Errorf("%w: SHA-256 %s", errUnknownKey, key.Fingerprint())
	}
	var kind struct {
		Schema string `json:"schema"`
	}
	if err := json.Unmarshal(b, &kind); err != nil || kind.Schema != schema {
		return 0, key, fmt.Errorf("%w: not of kind %s", errNotSigned, schema)
	}
	if err := json.Unmarshal(b, head); err != nil {
		return 0, key, errNotSigned
	}
	return whole, key, nil
}

// signedKind reads what a signed file says that it is, before anything is verified; empty where it is none.
func signedKind(f io.ReaderAt) string {
	fixed := make([]byte, len(signedMagic)+4)
	if _, err := f.ReadAt(fixed, 0); err != nil || !isSigned(fixed) {
		return ""
	}
	size := min(binary.BigEndian.Uint32(fixed[len(signedMagic):]), maxSignedHead)
	b := make([]byte, size)
	if _, err := f.ReadAt(b, int64(len(fixed))); err != nil {
		return ""
	}
	var kind struct {
		Schema string `json:"schema"`
	}
	_ = json.Unmarshal(b, &kind)
	return kind.Schema
}

// newLines reads lines of at most 4,096 octets.
func newLines(r io.Reader) func() (string, error) {
	s := bufio.NewScanner(r)
	s.Buffer(make([]byte, 4096), 4096)
	return func() (string, error) {
		if s.Scan() {
			return s.Text(), nil
		}
		if err := s.Err(); err != nil {
			return "", err
		}
		return "", io.EOF
	}
}
