package visit

import (
	"errors"
	"fmt"
	"strings"

	"github.com/skranke/skranke/mrtd/mrz"
)

// Given is what was given to open the chip: the printed lines, three fields of them, or a CAN. It is a password and
// prints itself as redacted.
type Given struct {
	lines *mrz.MRZ
	key   mrz.Key
	can   []byte
}

// Format prints what was given as redacted, whatever the verb.
func (Given) Format(f fmt.State, _ rune) { _, _ = f.Write([]byte("[redacted password]")) }

// MRZ is the printed lines; nil when a person gave only the three fields or a CAN.
func (g Given) MRZ() *mrz.MRZ { return g.lines }

// Key is the three fields of the MRZ that open the chip; the zero Key when a CAN was given.
func (g Given) Key() mrz.Key { return g.key }

// CAN is the card access number, six digits; empty when the MRZ or its fields were given.
func (g Given) CAN() string { return string(g.can) }

// IsZero tells that nothing was given.
func (g Given) IsZero() bool { return g.lines == nil && g.key.IsZero() && len(g.can) == 0 }

func (g *Given) wipe() {
	clear(g.can)
	*g = Given{}
}

// InputCode says what is wrong with what a person typed.
type InputCode string

// The input codes. Each has a text under "entry.error." in assets.
const (
	InputEmpty  InputCode = "empty"
	InputFormat InputCode = "format"
	InputVisa   InputCode = "visa"
	InputDigit  InputCode = "digit"
	InputField  InputCode = "field"
	InputNumber InputCode = "number"
	InputBirth  InputCode = "birth"
	InputExpiry InputCode = "expiry"
	InputCAN    InputCode = "can"
)

// InputError says what is wrong with what a person typed, without repeating it.
type InputError struct {
	Code InputCode
	// Field is the field of the MRZ that is wrong, for InputDigit and InputField.
	Field mrz.Field
}

// Error names the code and the field.
func (e *InputError) Error() string {
	if e.Field != "" {
		return fmt.Sprintf("input: %s in %s", e.Code, e.Field)
	}
	return fmt.Sprintf("input: %s", e.Code)
}

// maxInput bounds what is looked at as an MRZ, in bytes: the longest has 90 characters, and people paste blanks.
const maxInput = 4096

// Lines reads the printed lines as typed or pasted. Its error is an [InputError].
func Lines(text string) (Given, error) {
	if strings.TrimSpace(text) == "" {
		return Given{}, &InputError{Code: InputEmpty}
	}
	if len(text) > maxInput {
		return Given{}, &InputError{Code: InputFormat}
	}
	lines, err := mrz.Parse(text)
	switch {
	case errors.Is(err, mrz.ErrVisa):
		return Given{}, &InputError{Code: InputVisa}
	case err != nil:
		return Given{}, &InputError{Code: InputFormat}
	}
	if err := lines.Validate(); err != nil {
		var digit *mrz.CheckDigitError
		if errors.As(err, &digit) {
			return Given{}, &InputError{Code: InputDigit, Field: digit.Field}
		}
		var field *mrz.FieldError
		if errors.As(err, &field) {
			return Given{}, &InputError{Code: InputField, Field: field.Field}
		}
		return Given{}, &InputError{Code: InputFormat}
	}
	return Given{lines: lines, key: lines.Key()}, nil
}

// Fields reads document number, date of birth and date of expiry as typed; dates are YYYY-MM-DD or YYMMDD. Its error
// is an [InputError].
func Fields(number, birth, expiry string) (Given, error) {
	if len(number)+len(birth)+len(expiry) > maxInput {
		return Given{}, &InputError{Code: InputNumber}
	}
	key, err := mrz.NewKey(strings.TrimSpace(number), strings.TrimSpace(birth), strings.TrimSpace(expiry))
	if err == nil {
		return Given{key: key}, nil
	}
	code := InputNumber
	var field *mrz.FieldError
	if errors.As(err, &field) {
		switch field.Field {
		case mrz.FieldBirth:
			code = InputBirth
		case mrz.FieldExpiry:
			code = InputExpiry
		}
	}
	return Given{}, &InputError{Code: code}
}

// CAN reads a card access number as typed: six digits, blanks forgiven. Its error is an [InputError].
func CAN(text string) (Given, error) {
	if len(text) > maxInput {
		return Given{}, &InputError{Code: InputCAN}
	}
	digits := strings.Join(strings.Fields(text), "")
	if len(digits) != 6 || strings.Trim(digits, "0123456789") != "" {
		return Given{}, &InputError{Code: InputCAN}
	}
	return Given{can: []byte(digits)}, nil
}
