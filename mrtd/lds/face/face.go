// Package face turns the facial image of a chip into pixels: JPEG, JPEG 2000 in a JP2 file and the raw JPEG 2000
// codestream (Doc 9303-10 §4.7.2).
//
// The image is hostile input to decoders that were not written for it. [Inspect] reads its headers alone and refuses
// what no portrait has; [Decode] has the decoding done in a child process of the same program, under a limit of
// memory and of time, so that a crafted image costs a placeholder and not the window. For that, [RunChild] must be
// the first thing that main does, and TestMain of every test that decodes.
//
// An image never reaches a file, an argument, an environment variable or a log: it goes to the child and its pixels
// come back through pipes.
package face

import (
	"bytes"
	"errors"
	"fmt"
	"image/jpeg"

	"github.com/skranke/skranke/mrtd/lds"
)

// What a facial image may be at most. ISO/IEC 19794-5 asks for 240 by 320 pixels and up; 413 by 531 is usual.
const (
	// MaxBytes is the length of the image.
	MaxBytes = lds.MaxImageFile
	// MaxSide is its width and its height, in pixels.
	MaxSide = 4096
	// MaxPixels is width times height.
	MaxPixels = 2048 * 2048
)

// The errors of this package, to be told apart with errors.Is.
var (
	// ErrUnknownCoding says that the image is neither JPEG nor JPEG 2000.
	ErrUnknownCoding = errors.New("the image is neither JPEG nor JPEG 2000")
	// ErrLimit says that the image is larger or more intricate than a facial image is, by its headers, or that
	// decoding it took more memory or time than it may.
	ErrLimit = errors.New("the image is beyond what a facial image may be")
	// ErrDecode says that the image is broken.
	ErrDecode = errors.New("the image cannot be decoded")
	// ErrNoChild says that the program cannot run the decoder: RunChild was not called, or the system starts no process.
	ErrNoChild = errors.New("the image decoder cannot be started")
)

// Inspect reads the headers of an image and gives its coding, by its own first bytes, and its size in pixels. Errors
// match [ErrUnknownCoding], [ErrDecode] or [ErrLimit]. An image that passes may still not decode.
func Inspect(image []byte) (coding lds.Coding, width, height int, err error) {
	coding = lds.CodingOf(image)
	if len(image) > MaxBytes {
		return coding, 0, 0, fmt.Errorf("%w: %d bytes", ErrLimit, len(image))
	}
	switch coding {
	case lds.JPEG:
		config, err := jpeg.DecodeConfig(bytes.NewReader(image))
		if err != nil {
			return coding, 0, 0, fmt.Errorf("%w: its JPEG header is broken", ErrDecode)
		}
		width, height = config.Width, config.Height
	case lds.JPEG2000:
		if width, height, err = inspectJPEG2000(image); err != nil {
			return coding, 0, 0, err
		}
	default:
		return "", 0, 0, ErrUnknownCoding
	}
	if err := checkSize(width, height); err != nil {
		return coding, 0, 0, err
	}
	return coding, width, height, nil
}

func checkSize(width, height int) error {
	if width < 1 || height < 1 {
		return fmt.Errorf("%w: it has no pixels", ErrDecode)
	}
	if width > MaxSide || height > MaxSide || width*height > MaxPixels {
		return fmt.Errorf("%w: %d by %d pixels", ErrLimit, width, height)
	}
	return nil
}
