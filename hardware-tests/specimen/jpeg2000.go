package specimen

import (
	"bytes"
	"errors"
	"fmt"
	"image"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
)

// ErrNoEncoder says that the program that writes JPEG 2000 is not installed.
var ErrNoEncoder = errors.New("opj_compress is missing: install libopenjp2-tools, or choose a profile with a JPEG face")

// encodeJPEG2000 has OpenJPEG compress a picture to about size octets: jp2 is the file format, j2k the raw codestream.
func encodeJPEG2000(m *image.RGBA, format string, size int) ([]byte, error) {
	program, err := exec.LookPath("opj_compress")
	if err != nil {
		return nil, ErrNoEncoder
	}
	dir, err := os.MkdirTemp("", "specimen-face-")
	if err != nil {
		return nil, err
	}
	defer os.RemoveAll(dir)
	in, out := filepath.Join(dir, "face.ppm"), filepath.Join(dir, "face."+format)
	if err := os.WriteFile(in, pixmap(m), 0o600); err != nil {
		return nil, err
	}
	ratio := float64(3*m.Bounds().Dx()*m.Bounds().Dy()) / float64(size)
	text := strconv.FormatFloat(ratio, 'f', 2, 64)
	if message, err := exec.Command(program, "-i", in, "-o", out, "-r", text).CombinedOutput(); err != nil { //nolint:gosec // our own file names
		return nil, fmt.Errorf("opj_compress: %w: %s", err, bytes.TrimSpace(message))
	}
	return os.ReadFile(out)
}

// pixmap writes a picture in the PPM format.
func pixmap(m *image.RGBA) []byte {
	w, h := m.Bounds().Dx(), m.Bounds().Dy()
	out := fmt.Appendf(nil, "P6\n%d %d\n255\n", w, h)
	for i := 0; i < len(m.Pix); i += 4 {
		out = append(out, m.Pix[i:i+3]...)
	}
	return out
}
