package main

import (
	"bufio"
	"bytes"
	"crypto/ed25519"
	"crypto/rand"
	"crypto/x509"
	"encoding/pem"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/skranke/skranke/mrtd/trust"
)

type trustMakeKeyCmd struct {
	File string `arg:"" placeholder:"FILE" help:"New file for the private key; FILE.pub gets the public one."`
	JSON bool   `name:"json" help:"Print errors as JSON."`
}

// Run makes a key that signs registers and bundles.
func (c trustMakeKeyCmd) Run(e *env) error {
	public, private, err := ed25519.GenerateKey(rand.Reader)
	if err != nil {
		return err
	}
	pkcs8, err := x509.MarshalPKCS8PrivateKey(private)
	if err != nil {
		return err
	}
	spki, err := x509.MarshalPKIXPublicKey(public)
	if err != nil {
		return err
	}
	if err := writePEM(c.File, 0o600, "PRIVATE KEY", pkcs8); err != nil {
		return err
	}
	if err := writePEM(c.File+".pub", 0o644, "PUBLIC KEY", spki); err != nil {
		return err
	}
	return e.print(fmt.Appendf(nil, "%s signs; keep it where no one else reads it.\n%s.pub goes to the machines, with its fingerprint told another way:\n%s\n",
		c.File, c.File, trust.PublisherKey(public).Fingerprint()))
}

func writePEM(path string, mode os.FileMode, kind string, b []byte) error {
	return writeNewFile(path, mode, func(w *bufio.Writer) error { return pem.Encode(w, &pem.Block{Type: kind, Bytes: b}) })
}

// readPEM reads the first block of a PEM file, of the kind given.
func readPEM(path, kind string) ([]byte, error) {
	b, err := os.ReadFile(path)
	if err != nil {
		return nil, usage("key_file", "Check the path, and whether this user may read it.", "%s: %w", path, errors.Unwrap(err))
	}
	block, _ := pem.Decode(b)
	if block == nil || block.Type != kind {
		return nil, usage("key_file", "Give the file that skranke trust wrote.", "%s holds no %s in PEM", path, kind)
	}
	return block.Bytes, nil
}

// signingKey reads a private key as make-key, or openssl genpkey -algorithm ed25519, writes it.
func signingKey(path string) (ed25519.PrivateKey, error) {
	b, err := readPEM(path, "PRIVATE KEY")
	if err != nil {
		return nil, err
	}
	key, err := x509.ParsePKCS8PrivateKey(b)
	private, ok := key.(ed25519.PrivateKey)
	if err != nil || !ok {
		return nil, usage("key_file", "Make one with skranke trust make-key.", "%s holds no Ed25519 private key", path)
	}
	return private, nil
}

type trustMakeRegisterCmd struct {
	List    string        `arg:"" placeholder:"LIST" help:"File with issuer, document code and number on each line, with commas between them; - for standard input."`
	Out     string        `arg:"" placeholder:"OUT" help:"New file for the register."`
	Sign    string        `required:"" placeholder:"FILE" help:"Private key that signs, as make-key writes it."`
	Key     string        `required:"" placeholder:"FILE" help:"Key of the hashes. It is made where it does not exist, and goes to each machine once."`
	GoodFor time.Duration `default:"168h" help:"How long the register is fresh."`
	JSON    bool          `name:"json" help:"Print errors as JSON."`
}

// hashKeyPEM is the PEM type of the key of a register's hashes.
const hashKeyPEM = "SKRANKE REGISTER KEY"

// Run makes a register of reported documents from a list.
func (c trustMakeRegisterCmd) Run(e *env) error {
	signer, err := signingKey(c.Sign)
	if err != nil {
		return err
	}
	if _, err := os.Stat(c.Key); errors.Is(err, os.ErrNotExist) {
		key := make([]byte, trust.RegisterKeySize)
		_, _ = rand.Read(key)
		if err := writePEM(c.Key, 0o600, hashKeyPEM, key); err != nil {
			return err
		}
	}
	key, err := readPEM(c.Key, hashKeyPEM)
	if err != nil {
		return err
	}
	list := e.in
	if c.List != "-" {
		f, err := os.Open(c.List)
		if err != nil {
			return usage("list_file", "Check the path, and whether this user may read it.", "%s: %w", c.List, errors.Unwrap(err))
		}
		defer f.Close()
		list = f
	}
	made := time.Now()
	n := 0
	err = writeNewFile(c.Out, 0o644, func(w *bufio.Writer) (err error) {
		n, err = trust.MakeRegister(w, trust.RegisterInput{List: list, Key: key, Signer: signer, Made: made, Until: made.Add(c.GoodFor)})
		return err
	})
	var f *failure
	if err != nil && !errors.As(err, &f) {
		return usage("list_file", "Write lines like DNK,P,123456789.", "%s: %w", c.List, err)
	}
	if err != nil {
		return err
	}
	var b bytes.Buffer
	fmt.Fprintf(&b, "%d documents in %s, good until %s.\n", n, c.Out, made.Add(c.GoodFor).Format(time.DateOnly))
	fmt.Fprintf(&b, "Machines need %s once, for skranke trust import; without it the register tells no one what is on it.\n", c.Key)
	return e.print(b.Bytes())
}
