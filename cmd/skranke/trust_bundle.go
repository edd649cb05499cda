package main

import (
	"bufio"
	"crypto/ed25519"
	"crypto/x509"
	"fmt"
	"io/fs"
	"os"
	"path/filepath"
	"time"

	"github.com/skranke/skranke/mrtd/trust"
)

type trustBundleCmd struct {
	Dir      string   `arg:"" placeholder:"DIR" help:"Folder with trust/, rules/ and texts/."`
	Out      string   `arg:"" placeholder:"OUT" help:"New file for the bundle."`
	Sign     string   `required:"" placeholder:"FILE" help:"Private key that signs, as make-key writes it."`
	Number   uint64   `required:"" placeholder:"N" help:"Number of the bundle: higher than that of the last one."`
	KeysFrom []string `name:"next-key" placeholder:"FILE" help:"Public keys that may sign from this bundle on, in place of those before. May be repeated."`
	JSON     bool     `name:"json" help:"Print errors as JSON."`
}

// Run makes a bundle of a folder.
func (c trustBundleCmd) Run(e *env) error {
	signer, err := signingKey(c.Sign)
	if err != nil {
		return err
	}
	in := trust.BundleInput{Files: map[string]string{}, Sequence: c.Number, Made: time.Now(), Signer: signer}
	for _, path := range c.KeysFrom {
		b, err := readPEM(path, "PUBLIC KEY")
		if err != nil {
			return err
		}
		key, err := x509.ParsePKIXPublicKey(b)
		public, ok := key.(ed25519.PublicKey)
		if err != nil || !ok {
			return usage("key_file", "Make one with skranke trust make-key.", "%s holds no Ed25519 public key", path)
		}
		in.Keys = append(in.Keys, trust.PublisherKey(public))
	}
	err = filepath.WalkDir(c.Dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if !d.Type().IsRegular() {
			return nil
		}
		name, err := filepath.Rel(c.Dir, path)
		in.Files[filepath.ToSlash(name)] = path
		return err
	})
	if err != nil {
		return usage("bundle_dir", "Give a folder with trust/, rules/ and texts/ that this user may read.", "%s cannot be read: %w", c.Dir, err)
	}
	err = writeNewFile(c.Out, 0o644, func(w *bufio.Writer) error { return trust.MakeBundle(w, in) })
	if err != nil {
		return err
	}
	info, err := os.Stat(c.Out)
	if err != nil {
		return err
	}
	return e.print(fmt.Appendf(nil, "Bundle %d with %d files, %d octets, in %s.\n", c.Number, len(in.Files), info.Size(), c.Out))
}
