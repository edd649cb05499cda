// Package lds reads the files of the logical data structure on the chip of a travel document (Doc 9303-10): bytes to
// facts.
//
// All input is hostile. Every parser first bounds the length of the file, the depth of its nesting and the number of
// its elements, allocates by what is there instead of by what a count claims, and refuses indefinite lengths. Octets
// after the outer data object count as padding and are not looked at; [FileLength] tells where it ends.
//
// Errors are of type [*Error]: they name the file and the clause that it breaks, never a value.
package lds

import (
	"errors"
	"fmt"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// MaxFile and MaxImageFile bound what is parsed, in bytes: files in general, and the data groups that hold images
// (DG2 to DG5, DG7).
const (
	MaxFile      = 64 << 10
	MaxImageFile = 1 << 20
)

// maxDepth bounds nesting, the outermost object being 1: the deepest record, of ISO/IEC 39794-5 with landmarks, has 16.
const maxDepth = 16

// The errors that a caller tells apart with errors.Is; each comes in an [*Error].
var (
	// ErrMalformed says that the file does not have the structure that its clause asks for.
	ErrMalformed = errors.New("malformed")
	// ErrTooLarge says that the file is longer, more deeply nested or of more elements than any real one.
	ErrTooLarge = errors.New("larger than any real one")
	// ErrNoImage says that the file holds no image.
	ErrNoImage = errors.New("without an image")
)

// Error says what is wrong with a file, and by which clause. It matches [ErrMalformed], [ErrTooLarge] or [ErrNoImage].
type Error struct {
	// File is the file's name: "EF.DG2".
	File string
	// Clause is the clause of the standard: "Doc 9303-10 §4.7.2".
	Clause string
	// Err is one of the errors above, or wraps one.
	Err error
}

func (e *Error) Error() string { return fmt.Sprintf("%s is %v (%s)", e.File, e.Err, e.Clause) }

func (e *Error) Unwrap() error { return e.Err }

// malformed says in which way a file is malformed.
func malformed(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrMalformed, fmt.Sprintf(format, args...))
}

// file is what the parser of one file knows about it.
type file struct {
	name, clause string
	tag          uint32
	max          int
	elements     int
}

// fail gives err its file and clause.
func (f file) fail(err error) error {
	switch {
	case errors.Is(err, der.ErrTooComplex):
		err = ErrTooLarge
	case !errors.Is(err, ErrMalformed) && !errors.Is(err, ErrTooLarge) && !errors.Is(err, ErrNoImage):
		err = malformed("%v", err)
	}
	return &Error{File: f.name, Clause: f.clause, Err: err}
}

// open checks the file's bounds and gives the contents of its outer object.
func (f file) open(b []byte) (*der.Reader, error) {
	if len(b) > f.max {
		return nil, ErrTooLarge
	}
	shape, err := der.Scan(b, der.Limits{Depth: maxDepth, Elements: f.elements})
	if err != nil {
		return nil, err
	}
	if shape.BER {
		return nil, malformed("indefinite length")
	}
	outer, err := der.NewReader(b).Read(f.tag)
	if err != nil {
		return nil, err
	}
	return outer.Inside(), nil
}

// FileLength gives the length in bytes of the whole file from its first bytes: outer identifier, length octets and
// contents. Five bytes are enough for every file of the LDS. It fails where the prefix is too short or begins with no
// data object of definite length; the length that it gives may be anything up to 2³¹ + 4, so that the caller bounds
// it.
func FileLength(prefix []byte) (total int, err error) {
	size := 1
	if len(prefix) > 0 && prefix[0]&0x1f == 0x1f {
		for size < len(prefix) && prefix[size]&0x80 != 0 {
			size++
		}
		size++
	}
	if size > 4 || size >= len(prefix) || prefix[0] == 0x00 || prefix[0] == 0xff {
		return 0, lengthError("no data object begins here")
	}
	first := prefix[size]
	size++
	if first < 0x80 {
		return size + int(first), nil
	}
	n := int(first & 0x7f)
	if n == 0 || n > 4 || size+n > len(prefix) {
		return 0, lengthError("the length octets are cut short or indefinite")
	}
	var length uint64
	for _, c := range prefix[size : size+n] {
		length = length<<8 | uint64(c)
	}
	if length > 1<<31-1 {
		return 0, lengthError("the length is impossible")
	}
	return size + n + int(length), nil
}

func lengthError(problem string) error {
	return &Error{File: "an elementary file", Clause: "ISO/IEC 7816-4 §6.3", Err: malformed("%s", problem)}
}
