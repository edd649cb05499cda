// Package access wins access to a chip: from a password to session keys, by BAC or PACE (Doc 9303-11 §4.3 and §4.4).
package access

import (
	"crypto/sha1"
	"errors"
	"fmt"

	"github.com/skranke/skranke/mrtd/mrz"
)

// Password is what opens a chip: the MRZ information, or the card access number. It prints itself as redacted.
type Password struct {
	reference byte
	secret    []byte
}

// The password references of MSE:Set AT (Doc 9303-11 §4.4.4.1, tag 83).
const (
	referenceMRZ = 1
	referenceCAN = 2
)

// MRZ makes a password from the MRZ information.
func MRZ(key mrz.Key) Password {
	sum := sha1.Sum(key.Information()) // K = H(MRZ information), Doc 9303-11 §9.7.3
	return Password{referenceMRZ, sum[:]}
}

// ErrCAN says that a text is no card access number.
var ErrCAN = errors.New("a card access number has six digits")

// CAN makes a password from a card access number: six digits (Doc 9303-11 §9.7.3). The error is ErrCAN.
func CAN(number string) (Password, error) {
	if len(number) != 6 {
		return Password{}, ErrCAN
	}
	for _, c := range number {
		if c < '0' || c > '9' {
			return Password{}, ErrCAN
		}
	}
	return Password{referenceCAN, []byte(number)}, nil
}

// IsMRZ tells whether the password comes from the MRZ, so that BAC can use it too.
func (p Password) IsMRZ() bool { return p.reference == referenceMRZ }

// Format prints the password as redacted, whatever the verb.
func (Password) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted password]")) }

// ErrWrongPassword says that the chip holds another MRZ or CAN than the one given. Typing it again is the remedy.
var ErrWrongPassword = errors.New("the chip does not accept this MRZ or CAN")

// Failure says that a protocol did not run to its end with a password that may well be right. It never repeats a secret.
type Failure struct {
	// Protocol is "PACE" or "BAC"; Step is the command that it failed at.
	Protocol, Step string
	// Code is the reason, as the report gives it: "refused", "malformed", "bad_point", "own_key", "bad_token", "unsupported".
	Code string
	// Err is the cause; nil where the code says it all.
	Err error
}

// Error names protocol, step and reason.
func (f *Failure) Error() string {
	if f.Err == nil {
		return fmt.Sprintf("%s failed at %s: %s", f.Protocol, f.Step, f.Code)
	}
	return fmt.Sprintf("%s failed at %s: %s: %v", f.Protocol, f.Step, f.Code, f.Err)
}

// Unwrap gives the cause.
func (f *Failure) Unwrap() error { return f.Err }
