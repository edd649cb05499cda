package site

import (
	"errors"
	"fmt"

	"golang.org/x/crypto/bcrypt"
)

// PINHash is the bcrypt hash of a PIN; empty for none. It prints itself as redacted.
type PINHash string

// The length of a PIN, in digits.
const (
	MinPIN = 6
	MaxPIN = 12
)

// ErrPIN says that a text is no PIN: six to twelve digits, which are not all the same and do not run up or down.
var ErrPIN = errors.New("a PIN has six to twelve digits, which are not all the same and do not run up or down")

// HashPIN hashes a PIN, given as its digits. The error is [ErrPIN], or the system's randomness has failed.
func HashPIN(pin []byte) (PINHash, error) {
	if len(pin) < MinPIN || len(pin) > MaxPIN {
		return "", ErrPIN
	}
	even := true
	for i, digit := range pin {
		if digit < '0' || digit > '9' {
			return "", ErrPIN
		}
		if i > 1 && digit-pin[i-1] != pin[1]-pin[0] {
			even = false
		}
	}
	if step := int(pin[1]) - int(pin[0]); even && step >= -1 && step <= 1 {
		return "", ErrPIN
	}
	hash, err := bcrypt.GenerateFromPassword(pin, bcrypt.DefaultCost)
	return PINHash(hash), err
}

// Matches tells whether pin is the one. It takes about as long for every PIN, and is not to be called on the goroutine
// that draws.
func (h PINHash) Matches(pin []byte) bool {
	return h != "" && len(pin) <= MaxPIN && bcrypt.CompareHashAndPassword([]byte(h), pin) == nil
}

// maxCost keeps a hash from a configuration from taking minutes to compare.
const maxCost = 14

func (h PINHash) valid() bool {
	cost, err := bcrypt.Cost([]byte(h))
	return err == nil && len(h) == 60 && cost <= maxCost
}

// Format prints the hash as redacted, whatever the verb.
func (PINHash) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted PIN]")) }
