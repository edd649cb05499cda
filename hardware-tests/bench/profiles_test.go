package bench_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/gmrtd/gmrtd/password"
	"github.com/gmrtd/gmrtd/reader"

	lists "github.com/skranke/skranke/assets/trust"
	"github.com/skranke/skranke/hardware-tests/bench"
	"github.com/skranke/skranke/hardware-tests/chip"
	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

func init() {
	slog.SetDefault(slog.New(slog.NewTextHandler(io.Discard, nil)))
}

// profile is one row of the table.
type profile struct {
	protocol, extended, face string
	long                     bool // whether the chip takes extended length
	kilobytes                int
}

func (p profile) String() string { return p.protocol + "/" + p.extended + "/" + p.face }

// The columns that make the rows. The PKI is what most documents have: an RSA chain.
var (
	protocols = []struct{ name, yaml string }{
		{"BAC-3DES", `  bac: true
  chip_authentication:
    - {protocol: ecdh-3des, parameters: brainpoolP224r1, encoding: explicit}
  active_authentication: {key: rsa-1024, hash: sha1}
`},
		{"PACE-GM-AES128", `  bac: true
  pace:
    - {protocol: ecdh-gm-aes128, parameters: brainpoolP256r1}
  chip_authentication:
    - {protocol: ecdh-aes128, parameters: brainpoolP256r1, encoding: explicit}
`},
		{"PACE-CAM-AES256", `  bac: true
  pace:
    - {protocol: ecdh-cam-aes256, parameters: brainpoolP384r1}
`},
	}
	lengths = []struct{ name, yaml string }{
		{"short", ""},
		{"extended-1900", "  extended_length: {command: 1500, response: 1900, atr_info: true}\n"},
		{"extended-60000", "  extended_length: {command: 60000, response: 60000, atr_info: true}\n"},
	}
	faces = []struct {
		name, yaml string
		kilobytes  int
	}{
		{"15KB", "face: {bytes: 15000}\n", 15},
		{"40KB", "face: {bytes: 42000, width: 630, height: 810}\n", 40},
	}
)

const common = `about: "Not of this world: for measuring"
document: {issuer: UTO, surname: SPECIMEN, given_names: ERIKSSON ANNA, sex: F, number: "L########"}
pki:
  country: UT
  csca: {key: rsa-3072, signature: pss-sha256}
  signer: {key: rsa-2048, signature: pss-sha256}
`

// rows are all profiles; yaml makes one's document.
func rows() (all []profile) {
	for _, p := range protocols {
		for _, l := range lengths {
			for _, f := range faces {
				all = append(all, profile{p.name, l.name, f.name, l.yaml != "", f.kilobytes})
			}
		}
	}
	return all
}

func (p profile) stage(t testing.TB) *stage.Stage {
	t.Helper()
	yaml := common
	for _, f := range faces {
		if f.name == p.face {
			yaml += f.yaml
		}
	}
	yaml += "chip:\n"
	for _, x := range protocols {
		if x.name == p.protocol {
			yaml += x.yaml
		}
	}
	for _, l := range lengths {
		if l.name == p.extended {
			yaml += l.yaml
		}
	}
	return stage.Of(t, "bench", yaml)
}

// store holds the embedded lists and the specimens' CSCA.
func store(t testing.TB, s *stage.Stage) *trust.Store {
	t.Helper()
	stored.Do(func() {
		dir := t.TempDir()
		var paths []string
		for name, data := range map[string][]byte{"de.ml": lists.German, "nl.ml": lists.Dutch, "csca.der": s.Document.CSCA.Certificate} {
			path := filepath.Join(dir, name)
			if err := os.WriteFile(path, data, 0o600); err != nil {
				t.Fatal(err)
			}
			paths = append(paths, path)
		}
		var err error
		if whole, err = trust.Load(paths, nil); err != nil {
			t.Fatal(err)
		}
	})
	return whole
}

var (
	stored sync.Once
	whole  *trust.Store
)

// random is the same randomness every time.
func random() io.Reader { return rand.NewChaCha8([32]byte{1}) }

// input is what a read in the program has: early reports are wanted, the store is full.
func input(t testing.TB, s *stage.Stage) inspect.Input {
	in := s.Input()
	in.Random, in.Judge.Store = random(), store(t, s)
	in.Early = func(*inspect.Report) {}
	return in
}

// record notes each command of a link.
func record(l *stage.Link) *[]bench.Step {
	var steps []bench.Step
	l.After = func(_ int, command, answer []byte) []byte {
		steps = append(steps, bench.Step{Kind: l.Chip.Kind(), Out: len(command), In: len(answer)})
		return answer
	}
	return &steps
}

func newLink(s *stage.Stage) *stage.Link {
	config := s.Document.Chip
	config.Random = random()
	return &stage.Link{Chip: chip.New(config)}
}

// ours reads a document and gives its steps.
func ours(t testing.TB, s *stage.Stage) []bench.Step {
	t.Helper()
	l := newLink(s)
	steps := record(l)
	reading, err := inspect.Read(context.Background(), l, input(t, s))
	if err != nil {
		t.Fatal(err)
	}
	if r := reading.Report; r.Authenticity != inspect.Genuine || r.Trust.CSCA < 500 {
		t.Fatalf("%s with %d CSCA certificates: %v", r.Authenticity, r.Trust.CSCA, r.Obstacles())
	}
	return *steps
}

type wire struct{ link *stage.Link }

func (w wire) Transceive(_, _, _, _ int, _ []byte, _ int, encoded []byte) []byte {
	answer, err := w.link.Transmit(context.Background(), encoded)
	if err != nil {
		return nil
	}
	return answer
}

type quiet struct{}

func (quiet) Status(string) {}

// theirs has gmrtd read the document as it does by default. ok tells whether it came to the end.
func theirs(t testing.TB, s *stage.Stage) (steps []bench.Step, ok bool) {
	t.Helper()
	d := s.Document
	pass, err := password.NewPasswordMrzi(d.Number, d.Birth.Format("060102"), d.Expiry.Format("060102"))
	if err != nil {
		t.Fatal(err)
	}
	for {
		l, zero := &stage.Link{Chip: chip.New(d.Chip)}, false
		steps := record(l)
		l.Chip.SetHooks(chip.Hooks{Agreed: func(secret []byte) { zero = zero || secret[0] == 0 }})
		got, err := reader.NewReader(quiet{}).ReadDocument(wire{l}, pass, l.ATR(), nil)
		if zero { // gmrtd loses leading zeros, and the session with them
			continue
		}
		return *steps, err == nil && got.Document.Mf.Lds1.Dg2 != nil && len(got.Document.Mf.Lds1.Dg2.RawData) == len(d.Files["EF.DG2"])
	}
}

func ms(d time.Duration) string { return fmt.Sprintf("%.0f", float64(d)/float64(time.Millisecond)) }

func row(cells ...any) string {
	text := make([]string, len(cells))
	for i, c := range cells {
		text[i] = fmt.Sprint(c)
	}
	return "| " + strings.Join(text, " | ") + " |"
}
