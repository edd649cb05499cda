package suite

import (
	"context"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// judge is what a specimen is judged with: its own CSCA is trusted, its revocation list is at hand.
func judge(t testing.TB, d *specimen.Document) inspect.JudgeInput {
	t.Helper()
	dir := t.TempDir()
	csca, crl := filepath.Join(dir, "csca.der"), filepath.Join(dir, "csca.crl")
	for path, data := range map[string][]byte{csca: d.CSCA.Certificate, crl: d.CRL} {
		if err := os.WriteFile(path, data, 0o600); err != nil {
			t.Fatal(err)
		}
	}
	store, err := trust.Load([]string{csca}, []string{crl})
	if err != nil {
		t.Fatal(err)
	}
	return inspect.JudgeInput{Store: store, At: at, Face: func(context.Context, []byte) (string, int, int, error) {
		return "jpeg", 413, 531, nil
	}}
}

// read reads a chip and judges it with its own CSCA trusted.
func read(t testing.TB, d *specimen.Document, c *chip.Chip) *inspect.Reading {
	t.Helper()
	in := input(t, d)
	in.Judge = judge(t, d)
	in.Judge.GivenKey = in.Key
	reading, err := inspect.Read(context.Background(), &Link{Chip: c}, in)
	if err != nil {
		t.Fatal(err)
	}
	return reading
}

// TestHonestDocuments finds each honest specimen genuine, and its dump too.
func TestHonestDocuments(t *testing.T) {
	for _, profile := range specimen.Profiles() {
		t.Run(profile, func(t *testing.T) {
			d := document(t, profile)
			reading := read(t, d, chip.New(d.Chip))
			if reading.Report.Authenticity != inspect.Genuine {
				t.Errorf("live: %s", reading.Report.Authenticity)
				complain(t, reading.Report)
			}
			dir := filepath.Join(t.TempDir(), "dump")
			if err := inspect.WriteDump(dir, reading.Evidence); err != nil {
				t.Fatal(err)
			}
			evidence, err := inspect.ReadDump(dir)
			if err != nil {
				t.Fatal(err)
			}
			in := judge(t, d)
			in.Source = inspect.Dump
			again := inspect.Judge(evidence, in)
			if again.Authenticity != reading.Report.Authenticity {
				t.Errorf("live %s, from the dump %s", reading.Report.Authenticity, again.Authenticity)
				complain(t, again)
			}
			if c := again.Check("chip.genuine"); c.Outcome == inspect.Successful {
				t.Error("a dump has proven its chip")
			}
		})
	}
}

func complain(t testing.TB, r *inspect.Report) {
	t.Helper()
	for _, c := range r.Checks {
		if c.Outcome != inspect.Successful && c.Code != "not_listed" {
			t.Logf("%s: %s %s %s", c.ID, c.Outcome, c.Code, c.Detail)
		}
	}
}

// attack is a way to pass a document off for what it is not, with the verdict that it deserves and the check that says so.
type attack struct {
	name    string
	profile string
	spoil   func(t *testing.T, d *specimen.Document, c *chip.Config)
	verdict inspect.Authenticity
	check   string
	outcome inspect.Outcome
}

func flip(d []byte, at int) []byte {
	out := slices.Clone(d)
	out[at] ^= 0x01
	return out
}

// replace puts other content into one of the chip's files.
func replace(c *chip.Config, id uint16, change func([]byte) []byte) {
	for _, files := range []*[]chip.File{&c.LDS, &c.Master} {
		*files = slices.Clone(*files)
		for i := range *files {
			if (*files)[i].ID == id {
				(*files)[i].Data = change((*files)[i].Data)
			}
		}
	}
}

func remove(c *chip.Config, id uint16) {
	for _, files := range []*[]chip.File{&c.LDS, &c.Master} {
		*files = slices.DeleteFunc(slices.Clone(*files), func(f chip.File) bool { return f.ID == id })
	}
}

var attacks = []attack{
	{"a clone without the private key", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		c.Agreements = slices.Clone(c.Agreements)
		c.Agreements[0].Private = big.NewInt(4711)
	}, inspect.Counterfeit, "chip.ca", inspect.Failed},
	{"another name in DG1", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		replace(c, 0x0101, func(b []byte) []byte { return flip(b, 12) })
	}, inspect.Counterfeit, "dg.1", inspect.Failed},
	{"another face in DG2", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		replace(c, 0x0102, func(b []byte) []byte { return flip(b, len(b)-100) })
	}, inspect.Counterfeit, "dg.2", inspect.Failed},
	{"a spoiled signature", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		replace(c, 0x011D, func(b []byte) []byte { return flip(b, len(b)-5) })
	}, inspect.Counterfeit, "sod.signature", inspect.Failed},
	{"no EF.SOD", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		remove(c, 0x011D)
	}, inspect.Counterfeit, "sod.structure", inspect.Failed},
	{"an empty EF.SOD", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		replace(c, 0x011D, func([]byte) []byte { return []byte{0x77, 0} })
	}, inspect.Counterfeit, "sod.structure", inspect.Failed},
	{"DG14 hidden", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		remove(c, 0x010E)
	}, inspect.AuthenticityUndetermined, "dg.14", inspect.Undetermined},
	{"EF.CardAccess stripped of PACE, BAC left", "danish-passport-2023", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		remove(c, 0x011C)
	}, inspect.AuthenticityUndetermined, "cardaccess.match", inspect.Failed},
	{"DG14 with the forger's own key", "danish-passport-2023", func(t *testing.T, _ *specimen.Document, c *chip.Config) {
		other, err := specimen.Make("danish-passport-2023", 8, at)
		if err != nil {
			t.Fatal(err)
		}
		c.Agreements = other.Chip.Agreements
		replace(c, 0x010E, func([]byte) []byte { return other.Files["EF.DG14"] })
	}, inspect.Counterfeit, "dg.14", inspect.Failed},
	{"another country's whole document under this one's CSCA", "german-passport-2017", func(t *testing.T, d *specimen.Document, _ *chip.Config) {
		d.CSCA = document(t, "danish-passport-2023").CSCA
	}, inspect.AuthenticityUndetermined, "signer.signature", inspect.Undetermined},
	{"a BAC document with another name", "bac-passport-2009", func(_ *testing.T, _ *specimen.Document, c *chip.Config) {
		replace(c, 0x0101, func(b []byte) []byte { return flip(b, 12) })
	}, inspect.Counterfeit, "dg.1", inspect.Failed},
}

// TestAttacks judges forged and copied documents. None may come out genuine.
func TestAttacks(t *testing.T) {
	for _, a := range attacks {
		t.Run(a.name, func(t *testing.T) {
			d := *document(t, a.profile)
			config := d.Chip
			a.spoil(t, &d, &config)
			r := read(t, &d, chip.New(config)).Report
			if r.Authenticity == inspect.Genuine {
				t.Error("passed for genuine")
			}
			if r.Authenticity != a.verdict || r.Check(a.check).Outcome != a.outcome {
				t.Errorf("%s, %s %s; want %s, %s", r.Authenticity, a.check, r.Check(a.check).Outcome, a.verdict, a.outcome)
				complain(t, r)
			}
		})
	}
}
