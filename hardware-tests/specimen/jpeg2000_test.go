package specimen_test

import (
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// TestJPEG2000 has OpenJPEG decode the faces that are JPEG 2000: the file format, and the codestream alone.
func TestJPEG2000(t *testing.T) {
	for profile, c := range map[string]struct {
		kind   string
		magic  []byte
		w, h   int
		octets int
	}{
		"danish-passport-2012": {"jp2", []byte{0, 0, 0, 12, 'j', 'P', ' ', ' '}, 413, 531, 17000},
		"dutch-id-2021":        {"j2k", []byte{0xFF, 0x4F, 0xFF, 0x51}, 413, 531, 15000},
	} {
		dg2 := make7(t, profile).Files["EF.DG2"]
		at := bytes.Index(dg2, c.magic)
		if at < 0 {
			t.Errorf("%s: EF.DG2 holds no %s", profile, c.kind)
			continue
		}
		if n := len(dg2) - at; n > c.octets+500 || n < c.octets/2 {
			t.Errorf("%s: the face has %d octets, want about %d", profile, n, c.octets)
		}
		dir := t.TempDir()
		out := filepath.Join(dir, "face.ppm")
		text, err := exec.Command("opj_decompress", "-i", write(t, dir, "face."+c.kind, dg2[at:]), "-o", out).CombinedOutput()
		if err != nil {
			t.Errorf("%s: OpenJPEG: %v\n%s", profile, err, text)
			continue
		}
		b, err := os.ReadFile(out)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, _ := bytes.Cut(b, []byte("\n"))
		if rest[0] == '#' {
			_, rest, _ = bytes.Cut(rest, []byte("\n"))
		}
		var w, h int
		if _, err := fmt.Sscan(string(rest[:20]), &w, &h); err != nil || w != c.w || h != c.h {
			t.Errorf("%s: OpenJPEG finds a picture of %d by %d, %v", profile, w, h, err)
		}
	}
}
