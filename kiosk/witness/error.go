package witness

import (
	"errors"
	"fmt"
)

// Error is why the register gives no number. The package's errors are all of them; compare with errors.Is, and use
// errors.As to reach the code and the remedy of a wrapped one. None holds anything of a CPR number, or a password.
type Error struct {
	code, text, remedy string
}

// Error says in English what is wrong.
func (e *Error) Error() string { return e.text }

// Code returns the trouble's stable lower-case name.
func (e *Error) Code() string { return e.code }

// Remedy returns an English sentence that says what to do about it.
func (e *Error) Remedy() string { return e.remedy }

// The troubles. After each of them but ErrLapsed and ErrNotHeld it is not known how many persons the witness has vouched
// for.
var (
	// ErrUnavailable says that the database cannot be reached, or fails. It wraps what the database said.
	ErrUnavailable = &Error{
		code: "witness_register_unavailable", text: "the register of witnesses cannot be reached",
		remedy: "Have a member of staff decide about the witness. Check that the database runs, and that its disk is not full.",
	}
	// ErrConfig says that the register cannot be opened as it is configured.
	ErrConfig = &Error{
		code: "witness_register_config", text: "the register of witnesses is not configured properly",
		remedy: "Give a database file or a connection string of PostgreSQL, a key file, and the limit.",
	}
	// ErrKeyFile says that the site key cannot be used: not a regular file, readable by others, or not a key.
	ErrKeyFile = &Error{
		code: "witness_key_file", text: "the site key of the register of witnesses cannot be used",
		remedy: "Copy the key file from another counter of the site, and give it the mode 0600.",
	}
	// ErrNoKey says that a register is there already, and its key is not.
	ErrNoKey = &Error{
		code: "witness_no_key", text: "the register of witnesses has a site key that this counter lacks",
		remedy: "Copy the key file from another counter of the site. If it is lost, begin a new register: see docs/witness.md.",
	}
	// ErrWrongKey says that the register was begun with another site key: counting with this one would start at nothing.
	ErrWrongKey = &Error{
		code: "witness_wrong_key", text: "the register of witnesses has another site key than this counter",
		remedy: "Copy the key file from another counter of the site in place of this one.",
	}
	// ErrNotBegun says that there is no register yet, and that none was to be begun.
	ErrNotBegun = &Error{
		code: "witness_not_begun", text: "the register of witnesses is not begun yet",
		remedy: "Let the first counter open it.",
	}
	// ErrNewer says that the register was changed by a newer version of this program.
	ErrNewer = &Error{
		code: "witness_register_newer", text: "the register of witnesses was made by a newer version of Skranke",
		remedy: "Install the version that the other counters have.",
	}
	// ErrClock says that the time is none that can be: this machine's clock and the database server's differ by more than
	// [MaxSkew], or the year is out of bounds.
	ErrClock = &Error{
		code: "witness_clock", text: "this machine's clock and the register's do not agree",
		remedy: "Set the clocks of both by a time server.",
	}
	// ErrNumber says that the CPR number is none by which a person can be recognized: absent, or a replacement number, which
	// each authority makes up for itself (see cpr.Number.Replacement).
	ErrNumber = &Error{
		code: "witness_number", text: "this is not a CPR number that identifies a witness",
		remedy: "Take the witness's own CPR number.",
	}
	// ErrLapsed says that a reservation is no longer there: it lapsed, or was confirmed or released before.
	ErrLapsed = &Error{
		code: "witness_lapsed", text: "the witness's reservation is no longer there",
		remedy: "Reserve again: the limit has to be looked at anew.",
	}
	// ErrNotHeld says that a reservation was not given, since the limit was reached, and so cannot be confirmed.
	ErrNotHeld = &Error{
		code: "witness_not_held", text: "the witness has no place left",
		remedy: "Take another witness.",
	}
)

// unavailable tells about trouble with the database; what the package itself says stays as it is.
func unavailable(err error) error {
	var own *Error
	if err == nil || errors.As(err, &own) {
		return err
	}
	return fmt.Errorf("%w: %w", ErrUnavailable, err)
}
