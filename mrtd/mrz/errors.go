package mrz

import (
	"errors"
	"fmt"
)

// ErrVisa says that the lines are those of a visa (Doc 9303-7), which has no chip.
var ErrVisa = errors.New("these are the lines of a visa, which has no chip")

// ErrKind says that a text has the right length for no format of Doc 9303, or that no document of that length starts so.
var ErrKind = errors.New("not the lines of a travel document")

// LengthError says that a text is no whole MRZ: without spaces and line ends TD1 has 90 characters, TD2 72 and TD3 88.
// It matches [ErrKind].
type LengthError struct {
	// Length is the number of characters found.
	Length int
}

func (e *LengthError) Error() string {
	return fmt.Sprintf("the MRZ has %d characters; 88 (passport), 90 or 72 (cards) are expected", e.Length)
}

// Is makes the error match [ErrKind].
func (e *LengthError) Is(target error) bool { return target == ErrKind }

// CharacterError says where a text holds a character that no MRZ has: only A to Z, 0 to 9 and < do (Doc 9303-3 §4.3).
// The character itself is not told.
type CharacterError struct {
	// Position counts the characters from 1, spaces and line ends left out.
	Position int
}

func (e *CharacterError) Error() string {
	return fmt.Sprintf("character %d of the MRZ is none of A to Z, 0 to 9 and <", e.Position)
}

// CheckDigitError says that the check digit of a field does not fit the field (Doc 9303-3 §4.9).
type CheckDigitError struct {
	Field Field
}

func (e *CheckDigitError) Error() string {
	if e.Field == FieldComposite {
		return "the last check digit, over the whole MRZ, is wrong"
	}
	return "the check digit of the " + e.Field.Name() + " is wrong"
}

// FieldError says that a field cannot be what it should be: a date that no calendar has, a document number with a
// character that no number has. The value is not told.
type FieldError struct {
	Field Field
	// Problem says in English what is wrong.
	Problem string
}

func (e *FieldError) Error() string { return "the " + e.Field.Name() + " " + e.Problem }
