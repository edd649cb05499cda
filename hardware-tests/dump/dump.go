// Package dump puts the files of a document that someone has read, or made, on a virtual chip.
//
// A dump is a folder with the chip's files, each under its own name: EF.CardAccess.bin, EF.COM.bin, EF.SOD.bin,
// EF.DG1.bin. A chip proves itself with private keys, which no reading brings to light; where they are known, as with
// reference data sets, they lie beside the files as PKCS #8: EF.DG14.pkcs8 for chip authentication, EF.DG15.pkcs8 for
// active authentication.
package dump

import (
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/specimen"
)

// Options say how a dump is to be played.
type Options struct {
	// WithoutKeys has a document that announces chip or active authentication played without the private keys: as a clone.
	WithoutKeys bool
	// CAN is the card access number, "" for none. A dump does not hold it.
	CAN string
	// Hash is the hash function of active authentication with RSA; "" means sha1.
	Hash string
	// Random is where the chip's randomness comes from; nil means crypto/rand.
	Random io.Reader
}

// Document is a dump that is ready for chip.New.
type Document struct {
	// Files are the files by name, MRZ the lines of DG1, Chip the chip's configuration.
	Files map[string][]byte
	MRZ   []string
	Chip  chip.Config
}

var (
	// ErrNoFiles says that a folder holds no EF.DG1.bin, without which no chip can be played.
	ErrNoFiles = errors.New("the folder holds no dump: EF.DG1.bin is missing")
	// ErrNoKeys says that the document announces a proof for which the dump holds no private key.
	ErrNoKeys = errors.New("the private key is not in the dump")
)

// maxFile bounds a file, in octets.
const maxFile = 1 << 20

// Load reads a dump. Errors are ErrNoFiles, ErrNoKeys, those of the file system, and those of files that say nothing.
func Load(dir string, o Options) (*Document, error) {
	files := map[string][]byte{}
	for _, name := range names() {
		b, err := read(filepath.Join(dir, name+".bin"))
		if errors.Is(err, os.ErrNotExist) {
			continue
		}
		if err != nil {
			return nil, err
		}
		files[name] = b
	}
	if files["EF.DG1"] == nil {
		return nil, ErrNoFiles
	}
	keys := map[string][]byte{}
	for _, name := range []string{"EF.DG14", "EF.DG15"} {
		b, err := read(filepath.Join(dir, name+".pkcs8"))
		if err != nil && !errors.Is(err, os.ErrNotExist) {
			return nil, err
		}
		keys[name] = b
	}
	return Build(files, keys, o)
}

func read(path string) ([]byte, error) {
	f, err := os.Open(path)
	if err != nil {
		return nil, err
	}
	defer f.Close()
	b, err := io.ReadAll(io.LimitReader(f, maxFile+1))
	if err != nil {
		return nil, err
	}
	if len(b) > maxFile {
		return nil, fmt.Errorf("%s has more than %d octets", path, maxFile)
	}
	return b, nil
}

func names() []string {
	all := []string{"EF.CardAccess", "EF.CardSecurity", "EF.ATR-INFO", "EF.COM", "EF.SOD"}
	for g := 1; g <= 16; g++ {
		all = append(all, "EF.DG"+strconv.Itoa(g))
	}
	return all
}

// Build makes a document of files by name, and of private keys in PKCS #8 by the name of the file that announces them.
func Build(files, keys map[string][]byte, o Options) (*Document, error) {
	d := &Document{Files: files}
	lines, information, err := zone(files["EF.DG1"])
	if err != nil {
		return nil, err
	}
	d.MRZ = lines
	d.Chip = chip.Config{
		MRZ: information, BAC: true, CAN: o.CAN, ExtendedLength: true, Random: o.Random,
	}
	if b := files["EF.CardAccess"]; b != nil {
		if d.Chip.PACE, err = paceInfos(b); err != nil {
			return nil, fmt.Errorf("EF.CardAccess: %w", err)
		}
	}
	if b := files["EF.DG14"]; b != nil {
		if d.Chip.Agreements, err = agreements(b, keys["EF.DG14"], o.WithoutKeys); err != nil {
			return nil, fmt.Errorf("EF.DG14: %w", err)
		}
	}
	if files["EF.DG15"] != nil {
		switch {
		case keys["EF.DG15"] != nil:
			hash := o.Hash
			if hash == "" {
				hash = "sha1"
			}
			if d.Chip.Active, err = active(keys["EF.DG15"], hash); err != nil {
				return nil, fmt.Errorf("EF.DG15: %w", err)
			}
		case !o.WithoutKeys:
			return nil, fmt.Errorf("EF.DG15: %w", ErrNoKeys)
		}
	}
	d.Chip.Master, d.Chip.LDS = specimen.Layout(files)
	return d, nil
}

// zone takes the MRZ out of DG1, in lines, and the MRZ information that keys are derived from.
func zone(dg1 []byte) (lines []string, information []byte, err error) {
	bad := errors.New("EF.DG1 holds no machine readable zone")
	outer, _, err := tlv.Next(dg1)
	if err != nil {
		return nil, nil, bad
	}
	inner, _, err := tlv.Next(outer.Value)
	if err != nil || inner.Tag != 0x5F1F {
		return nil, nil, bad
	}
	m := string(inner.Value)
	switch len(m) {
	case 88:
		return []string{m[:44], m[44:]}, []byte(m[44:54] + m[57:64] + m[65:72]), nil
	case 72:
		number := m[36:46]
		if m[45] == '<' {
			if n, ok := long(m[36:45], m[64:71]); ok {
				number = n
			}
		}
		return []string{m[:36], m[36:]}, []byte(number + m[49:56] + m[57:64]), nil
	case 90:
		number := m[5:15]
		if m[14] == '<' {
			if n, ok := long(m[5:14], m[15:30]); ok {
				number = n
			}
		}
		return []string{m[:30], m[30:60], m[60:]}, []byte(number + m[30:37] + m[38:45]), nil
	default:
		return nil, nil, bad
	}
}

// long puts a document number of more than nine characters together, check digit included.
func long(first, optional string) (string, bool) {
	rest, _, ok := strings.Cut(optional, "<")
	if !ok || len(rest) < 2 {
		return "", false
	}
	return first + rest, true
}
