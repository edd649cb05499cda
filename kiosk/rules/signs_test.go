package rules

import (
	"os"
	"regexp"
	"strings"
	"testing"
)

// Every code that docs/checks.md lists has its words here, so that a decision never shows a bare code of our own.
func TestEverySignHasWords(t *testing.T) {
	data, err := os.ReadFile("../../docs/checks.md")
	if err != nil {
		t.Fatal(err)
	}
	_, table, _ := strings.Cut(string(data), "<!-- codes -->")
	table, _, _ = strings.Cut(table, "<!-- /codes -->")
	codes := regexp.MustCompile("(?m)^\\| `([a-z_0-9]+)`").FindAllStringSubmatch(table, -1)
	if len(codes) < 30 {
		t.Fatalf("only %d codes in docs/checks.md", len(codes))
	}
	p := embedded(t)
	for _, c := range codes {
		if _, ok := p.signs[c[1]]; !ok {
			t.Errorf("no words for %s", c[1])
		}
	}
}
