package rules_test

import (
	"testing"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/kiosk/rules"
)

func embedded(t testing.TB) *rules.Pack {
	t.Helper()
	p, err := rules.Load(assets.Rules())
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
