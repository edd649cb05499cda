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
	holding := 0
	for _, holds := range provenSet(made) {
		if holds {
			holding++
		}
	}
	if holding != 589 {
		t.Errorf("%d signatures hold among the 616 certificates", holding)
	}
	t.Logf("%d signatures hold, %d do not: links under their own key", holding, len(made)/32-1-holding)
}
