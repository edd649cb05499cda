package witness

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"os"
	"path/filepath"
	"runtime"

	"github.com/skranke/skranke/kiosk/cpr"
)

// keySize is the size of a site key in bytes.
const keySize = 32

// siteKey is what the counters of a site share, so that the same witness has the same mark on all of them. A CPR number
// has so few digits that whoever has the key can find the number of a mark: it is a secret.
type siteKey [keySize]byte

// Format prints the key as redacted, whatever the verb.
func (siteKey) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted site key]")) }

// What is hashed begins with what it is for, so that no mark is ever the check of a key.
const (
	markDomain  = "skranke witness 1\x00"
	checkDomain = "skranke witness key check 1\x00"
)

// mark is what the register knows a witness by: HMAC-SHA-256 (RFC 2104) of the ten digits under the site key, in
// hexadecimal.
func (k *siteKey) mark(number cpr.Number) string { return k.hmac(markDomain + number.Digits()) }

// check is what tells whether two counters have the same key.
func (k *siteKey) check() string { return k.hmac(checkDomain) }

func (k *siteKey) hmac(text string) string {
	h := hmac.New(sha256.New, k[:])
	_, _ = h.Write([]byte(text)) // a hash takes everything
	return hex.EncodeToString(h.Sum(nil))
}

// readKey reads a key file: 64 hexadecimal digits and a line feed, readable by its owner alone. The error matches
// fs.ErrNotExist where there is none, else ErrKeyFile.
func readKey(path string) (*siteKey, error) {
	file, err := os.Open(path)
	if err != nil {
		if errors.Is(err, fs.ErrNotExist) {
			return nil, err
		}
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	defer func() { _ = file.Close() }() // it was only read
	info, err := file.Stat()
	switch {
	case err != nil:
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	case !info.Mode().IsRegular():
		return nil, fmt.Errorf("%w: %s is not a regular file", ErrKeyFile, path)
	case info.Mode().Perm()&0o077 != 0 && runtime.GOOS != "windows": // whose access lists Go does not show
		return nil, fmt.Errorf("%w: others than its owner have access to %s", ErrKeyFile, path)
	}
	text, err := io.ReadAll(io.LimitReader(file, 2*keySize+3))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	defer clear(text)
	var key siteKey
	digits := bytes.TrimRight(text, "\r\n")
	if len(digits) != hex.EncodedLen(keySize) {
		return nil, fmt.Errorf("%w: %s does not hold 64 hexadecimal digits", ErrKeyFile, path)
	}
	if _, err := hex.Decode(key[:], digits); err != nil { // whose error may name a digit
		return nil, fmt.Errorf("%w: %s does not hold 64 hexadecimal digits", ErrKeyFile, path)
	}
	return &key, nil
}

// makeKey draws a key and writes its file, which must not be there yet, so that it outlives a power failure.
func makeKey(path string, random io.Reader) (*siteKey, error) {
	var key siteKey
	if _, err := io.ReadFull(random, key[:]); err != nil {
		return nil, fmt.Errorf("%w: drawing a key: %w", ErrKeyFile, err)
	}
	if err := writeKey(path, &key); err != nil {
		return nil, fmt.Errorf("%w: %w", ErrKeyFile, err)
	}
	return &key, nil
}

// writeKey writes the whole key under another name first: a key file that is there is never half of one.
func writeKey(path string, key *siteKey) (err error) {
	folder := filepath.Dir(path)
	if err := os.MkdirAll(folder, 0o700); err != nil {
		return err
	}
	file, err := os.CreateTemp(folder, filepath.Base(path)+".*.new") // mode 0600
	if err != nil {
		return err
	}
	defer func() { _ = os.Remove(file.Name()) }() // once it has its own name, the other goes
	_, err = file.WriteString(hex.EncodeToString(key[:]) + "\n")
	if err == nil {
		err = file.Sync()
	}
	if err = errors.Join(err, file.Close()); err != nil {
		return err
	}
	if err := os.Link(file.Name(), path); err != nil { // unlike a rename, it replaces nothing
		return err
	}
	return syncFolder(folder)
}

// syncFolder makes a new name in a folder outlive a power failure, where the system knows how.
func syncFolder(folder string) error {
	if runtime.GOOS == "windows" {
		return nil
	}
	dir, err := os.Open(folder)
	if err != nil {
		return err
	}
	return errors.Join(dir.Sync(), dir.Close())
}
