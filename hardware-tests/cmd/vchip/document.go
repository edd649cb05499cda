package main

import (
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/dump"
	"github.com/skranke/skranke/hardware-tests/fault"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// document is what lies on the slot, wherever it comes from.
type document struct {
	mrz    []string
	can    string
	files  map[string][]byte
	config chip.Config
	trust  map[string][]byte // what someone who checks the document may trust
	script *fault.Script
	honest *specimen.Document // nil for a dump
}

// document makes what the options ask for.
func (o *options) document() (*document, error) {
	script, err := o.script()
	if err != nil {
		return nil, err
	}
	switch {
	case o.profile != "" && o.dump != "":
		return nil, errors.New("--profile and --dump exclude each other")
	case o.dump != "":
		return o.fromDump(script)
	case o.profile != "":
		return o.fromProfile(script)
	default:
		return nil, errors.New("--profile is missing; --list shows what there is")
	}
}

func (o *options) script() (*fault.Script, error) {
	text := o.fault
	if name, ok := strings.CutPrefix(text, "@"); ok {
		b, err := os.ReadFile(name)
		if err != nil {
			return nil, err
		}
		text = string(b)
	}
	return fault.Parse(text)
}

func (o *options) fromDump(script *fault.Script) (*document, error) {
	if o.trust != "" || o.pki != "" {
		return nil, errors.New("--write-trust and --write-pki: a dump comes without its CSCA")
	}
	if script.NeedsProfile() {
		return nil, errors.New("--fault: a dump's files cannot be edited or signed anew; only statements with on and at are for it")
	}
	d, err := dump.Load(o.dump, dump.Options{WithoutKeys: o.withoutKeys, CAN: o.can})
	if err != nil {
		if errors.Is(err, dump.ErrNoKeys) {
			err = fmt.Errorf("%w; lay it beside the files as EF.DG14.pkcs8 or EF.DG15.pkcs8, or give --without-keys", err)
		}
		return nil, fmt.Errorf("%s: %w", o.dump, err)
	}
	return &document{mrz: d.MRZ, can: o.can, files: d.Files, config: d.Chip, script: script}, nil
}

func (o *options) fromProfile(script *fault.Script) (*document, error) {
	if o.can != "" {
		return nil, errors.New("--can is for dumps; a profile has its own")
	}
	day := time.Now()
	if o.at != "" {
		var err error
		if day, err = time.Parse(time.DateOnly, o.at); err != nil {
			return nil, fmt.Errorf("--at %q is no day such as 2026-11-22", o.at)
		}
	}
	p, err := profile(o.profile)
	if err != nil {
		return nil, err
	}
	// What is to be trusted is the honest document's PKI, whatever the script does to this one.
	honest, err := p.Make(o.seed, day)
	if err != nil {
		return nil, err
	}
	d, err := script.Make(p, o.seed, day)
	if err != nil {
		return nil, err
	}
	return &document{
		mrz: d.MRZ, can: d.CAN, files: d.Files, config: d.Chip, script: script,
		trust: map[string][]byte{"csca.der": honest.CSCA.Certificate, "csca.crl": d.CRL}, honest: honest,
	}, nil
}

func profile(name string) (*specimen.Profile, error) {
	if !strings.HasSuffix(name, ".yaml") {
		return specimen.Load(name)
	}
	text, err := os.ReadFile(name)
	if err != nil {
		return nil, err
	}
	return specimen.Parse(strings.TrimSuffix(filepath.Base(name), ".yaml"), text)
}

// export writes what the options ask for.
func (o *options) export(d *document) error {
	if o.mrz != "" {
		if err := os.WriteFile(o.mrz, []byte(strings.Join(d.mrz, "\n")+"\n"), 0o600); err != nil {
			return err
		}
	}
	if o.trust != "" {
		if err := write(o.trust, d.trust); err != nil {
			return err
		}
	}
	if o.pki != "" {
		files, err := publications(d.honest)
		if err != nil {
			return err
		}
		if err := write(o.pki, files); err != nil {
			return err
		}
	}
	if o.files != "" {
		files := map[string][]byte{}
		for name, b := range d.files {
			files[name+".bin"] = b
		}
		return write(o.files, files)
	}
	return nil
}

// publications are what the issuing state would publish besides its certificate and its revocation list.
func publications(d *specimen.Document) (map[string][]byte, error) {
	next, err := d.Succession()
	if err != nil {
		return nil, err
	}
	list, err := d.MasterList(d.CSCA.Certificate, next.Next.Certificate, next.Link)
	if err != nil {
		return nil, err
	}
	return map[string][]byte{
		"next.der": next.Next.Certificate, "link.der": next.Link, "list.ml": list,
		"pkd.ldif": specimen.LDIF([]*specimen.Document{d}, map[string][]byte{d.Profile.PKI.Country: list}),
	}, nil
}

// write puts files into a folder that it makes where needed.
func write(dir string, files map[string][]byte) error {
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return err
	}
	for name, b := range files {
		if err := os.WriteFile(filepath.Join(dir, name), b, 0o600); err != nil {
			return err
		}
	}
	return nil
}
