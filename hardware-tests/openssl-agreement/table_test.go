package agreement

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
)

var update = flag.Bool("update", false, "write docs/openssl.md's tables anew")

const (
	begin = "<!-- table -->\n"
	end   = "<!-- /table -->\n"
)

// table writes what is compared, and the clause of each difference.
func table() string {
	var b strings.Builder
	fmt.Fprintf(&b, "%d documents: %d chains, each with every one of %d changes that fits it.\n\n", len(scenes()), len(chains()), len(faults()))
	b.WriteString("| what is changed | Skranke | OpenSSL | why they differ |\n|---|---|---|---|\n")
	word := map[bool]string{true: "sound", false: "refused"}
	for _, f := range faults() {
		fmt.Fprintf(&b, "| %s | %s | %s | %s |\n", f.name, word[f.ours], word[f.ours == (f.why == "")], f.why)
	}
	fmt.Fprintf(&b, "\nIn the chains with explicit curve parameters: %s.\n\nThe chains:\n\n", explicit)
	for _, c := range chains() {
		fmt.Fprintf(&b, "- %s\n", c.name)
	}
	return b.String()
}

// TestTable holds docs/openssl.md to what is compared.
func TestTable(t *testing.T) {
	path := filepath.Join("..", "..", "docs", "openssl.md")
	b, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	head, rest, ok := strings.Cut(string(b), begin)
	shown, tail, also := strings.Cut(rest, end)
	if !ok || !also {
		t.Fatal("docs/openssl.md has no table")
	}
	if *update {
		if err := os.WriteFile(path, []byte(head+begin+table()+end+tail), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if shown != table() {
		t.Error("docs/openssl.md's table is not of these cases: go test ./hardware-tests/openssl-agreement -run TestTable -update")
	}
}
