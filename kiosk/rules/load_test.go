package rules

import (
	"testing"

	"github.com/skranke/skranke/assets"
)

func embedded(t testing.TB) *Pack {
	t.Helper()
	p, err := Load(assets.Rules())
	if err != nil {
		t.Fatal(err)
	}
	return p
}

func TestLoadEmbedded(t *testing.T) {
	if embedded(t).Version() == "" {
		t.Error("the pack has no version")
	}
}
