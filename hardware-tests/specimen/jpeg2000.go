package specimen

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// ErrNoEncoder says that the program that writes JPEG 2000 is not installed.
var ErrNoEncoder = errors.New("opj_compress is missing: install libopenjp2-tools, or choose a profile with a JPEG face")

// encodeJPEG2000 has OpenJPEG compress a picture to about size octets: jp2 is the file format, j2k the raw codestream.
func encodeJPEG2000(m image.Image, format string, size int) ([]byte, error) {
	program, err := exec.LookPath("opj_compress")
	if err != nil {
		return nil, ErrNoEncoder
	}
	dir, err := os.MkdirTemp("", "specimen-face-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	var b bytes.Buffer
	if err := png.Encode(&b, m); err != nil {
		return nil, err
	}
	in, out := filepath.Join(dir, "face.png"), filepath.Join(dir, "face."+format)
	if err := os.WriteFile(in, b.Bytes(), 0o600); err != nil {
		return nil, err
	}
	ratio := float64(3*m.Bounds().Dx()*m.Bounds().Dy()) / float64(size)
	text := strconv.FormatFloat(ratio, 'f', 2, 64)
	if message, err := exec.Command(program, "-i", in, "-o", out, "-r", text).CombinedOutput(); err != nil { //nolint:gosec // our own file names
		return nil, fmt.Errorf("opj_compress: %w: %s", err, bytes.TrimSpace(message))
	}
	return os.ReadFile(out)
}
