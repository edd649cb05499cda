package trust

import (
	"bytes"
	"flag"
	"os"
	"path/filepath"
	"testing"

	lists "github.com/skranke/skranke/assets/trust"
)

var update = flag.Bool("update", false, "write assets/trust/proven.bin anew")

// TestProven makes the index of embedded signatures anew, by verifying each, and compares it with the one that is shipped.
// With -update it writes it.
func TestProven(t *testing.T) {
	s, err := makeEmbedded()
	if err != nil {
		t.Fatal(err)
	}
	s.proven = nil
	s.List()
	made := encodeProven(s.provenNow())
	if *update {
		if err := os.WriteFile(filepath.Join("..", "..", "assets", "trust", "proven.bin"), made, 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if !bytes.Equal(made, lists.Proven) {
		t.Errorf("the index holds %d signatures, verifying gives %d: go test ./mrtd/trust -run TestProven -update", len(lists.Proven)/32, len(made)/32)
	}
	if n := len(made) / 32; n < 550 || n > 650 {
		t.Errorf("%d signatures hold among the 616 certificates", n)
	}
}
