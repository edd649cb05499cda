package main

import (
	"bytes"
	"crypto/ed25519"
	"crypto/x509"
	"encoding/pem"
	"maps"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/assets"
	"github.com/skranke/skranke/mrtd/trust"
)

// TestClockBeforeTheBuild: a clock that stands before the program was made is said to be wrong.
func TestClockBeforeTheBuild(t *testing.T) {
	before := built
	t.Cleanup(func() { built = before })
	built = "2026-11-22T12:00:00+01:00"
	made := time.Date(2026, 11, 22, 11, 0, 0, 0, time.UTC)
	if at := earliest(trust.Empty()); !at.Equal(made) {
		t.Errorf("a program of %v takes %v for the earliest", made, at)
	}
	for at, want := range map[time.Time]bool{made.Add(-time.Second): true, made: false, made.Add(time.Hour): false} {
		said := strings.Contains(strings.Join(staleness(trust.Empty(), at), " "), "set the clock")
		if said != want {
			t.Errorf("at %v the clock is said to be wrong: %v", at, said)
		}
	}
}

// TestTextsInForce: the texts of a bundle that was made after the program stand in the place of its own; those of an older one do not.
func TestTextsInForce(t *testing.T) {
	before := built
	t.Cleanup(func() {
		built = before
		_ = assets.Install(nil)
	})
	store := storeFlag{Store: filepath.Join(t.TempDir(), "store")}
	importBundle(t, store, nil)
	for _, row := range []struct{ built, says string }{
		{"2026-11-22T13:00:00Z", assets.In(assets.Danish).Say("status.list", "name", "DE", "date", "i dag")},
		{"2026-11-22T11:00:00Z", "Fra i dag: DE"},
	} {
		built = row.built
		if _, refused, err := store.inForce(); err != nil || len(refused) > 0 {
			t.Fatal(refused, err)
		}
		if got := assets.In(assets.Danish).Say("status.list", "name", "DE", "date", "i dag"); got != row.says {
			t.Errorf("a program of %s says %q, want %q", row.built, got, row.says)
		}
	}
}

// importBundle imports a bundle of 22 November 2026, 12:00, with a text and other files, by the path that they have in it.
func importBundle(t *testing.T, store storeFlag, other map[string]string) {
	t.Helper()
	folder := t.TempDir()
	write := func(name string, data []byte) string {
		path := filepath.Join(folder, name)
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	signer := ed25519.NewKeyFromSeed(bytes.Repeat([]byte{5}, ed25519.SeedSize))
	public := signer.Public().(ed25519.PublicKey)
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		t.Fatal(err)
	}
	made := time.Date(2026, 11, 22, 12, 0, 0, 0, time.UTC)
	files := map[string]string{
		"texts/da.json": write("da.json", []byte(`{"status.list":"Fra {date}: {name}"}`)),
		"texts/en.json": write("en.json", []byte(`{"status.list":"Since {date}: {name}"}`)),
	}
	maps.Copy(files, other)
	var bundle bytes.Buffer
	if err := trust.MakeBundle(&bundle, trust.BundleInput{Sequence: 1, Made: made, Signer: signer, Files: files}); err != nil {
		t.Fatal(err)
	}
	dir, err := store.writable()
	if err != nil {
		t.Fatal(err)
	}
	if _, err := dir.Import(trust.ImportInput{
		Paths:        []string{write("key.pub", pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki})), write("bundle", bundle.Bytes())},
		Fingerprints: []string{trust.PublisherKey(public).Fingerprint()}, At: made.Add(time.Hour), Files: forOtherRooms,
	}); err != nil {
		t.Fatal(err)
	}
}
