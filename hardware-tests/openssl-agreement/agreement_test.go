package agreement

import (
	"bytes"
	"encoding/pem"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/counts"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// scene is one document that both are asked about.
type scene struct {
	chain chain
	fault fault
}

// scenes lists every chain with every fault that fits it.
func scenes() []scene {
	var all []scene
	for _, c := range chains() {
		for _, f := range faults() {
			if f.only == "" || (f.only == "ec") == c.ec {
				all = append(all, scene{c, f})
			}
		}
	}
	return all
}

// TestAgreement asks OpenSSL and this program about every document where SKRANKE_FULL is set, and about a sample where not:
// each fault once, and each chain. SKRANKE_SEED repeats a sample.
func TestAgreement(t *testing.T) {
	if _, err := exec.LookPath("openssl"); err != nil {
		t.Fatal("this test needs OpenSSL 3: apt-get install openssl")
	}
	all := scenes()
	if len(all) < 500 {
		t.Fatalf("%d documents, want 500 at the least", len(all))
	}
	chosen := all
	if os.Getenv("SKRANKE_FULL") == "" {
		seed := rand.Uint64()
		if s := os.Getenv("SKRANKE_SEED"); s != "" {
			var err error
			if seed, err = strconv.ParseUint(s, 10, 64); err != nil {
				t.Fatal(err)
			}
		}
		t.Logf("a sample of the documents, SKRANKE_SEED=%d; SKRANKE_FULL=1 for all", seed)
		chosen = sample(all, rand.New(rand.NewPCG(seed, 0)))
	}
	agreed, explained := 0, 0
	for _, s := range chosen {
		t.Run(s.fault.name+", "+s.chain.name, func(t *testing.T) {
			why := s.difference()
			ours, theirs, detail := ask(t, s)
			switch {
			case ours != s.fault.ours:
				t.Errorf("this program says %v, want %v\n%s", ours, s.fault.ours, detail)
			case ours == theirs && why == "":
				agreed++
			case ours != theirs && why != "":
				explained++
			case ours == theirs:
				t.Errorf("both say %v, where a difference is explained: %s\n%s", ours, why, detail)
			default:
				t.Errorf("this program says %v, OpenSSL %v, and nothing explains it\n%s", ours, theirs, detail)
			}
		})
	}
	counts.Print(t, "%d documents of %d: OpenSSL agrees on %d, %d differences are explained by a clause", len(chosen), len(all), agreed, explained)
}

// sample draws each fault once, with a chain at random, and each chain once, with a fault at random.
func sample(all []scene, r *rand.Rand) []scene {
	seen := map[string]bool{}
	var out []scene
	for _, i := range r.Perm(len(all)) {
		s := all[i]
		if !seen[s.fault.name] || !seen[s.chain.name] {
			seen[s.fault.name], seen[s.chain.name] = true, true
			out = append(out, s)
		}
	}
	return out
}

// ask makes the document and asks both whether its security object is sound.
func ask(t *testing.T, s scene) (ours, theirs bool, detail string) {
	t.Helper()
	p, err := specimen.Load("danish-passport-2023")
	if err != nil {
		t.Fatal(err)
	}
	p, err = p.With(append([][2]string{{"face.bytes", "6000"}, {"face.width", "120"}, {"face.height", "160"}}, s.chain.with...)...)
	if err != nil {
		t.Fatal(err)
	}
	d, err := p.MakeAltered(1, at, func(point string, b []byte) ([]byte, error) {
		if point == s.fault.point {
			return s.fault.do(b), nil
		}
		return b, nil
	})
	if err != nil {
		t.Fatal(err)
	}
	dir := t.TempDir()
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	csca := write("csca.pem", pem.EncodeToMemory(&pem.Block{Type: "CERTIFICATE", Bytes: d.CSCA.Certificate}))
	theirs, said := openssl(t, dir, write("sod.cms", inside(t, d.Files["EF.SOD"])), csca)
	ours, found := judge(t, d, csca)
	return ours, theirs, found + "OpenSSL: " + said
}

// inside takes the object out of EF.SOD's tag 77: all that is in it.
func inside(t *testing.T, b []byte) []byte {
	t.Helper()
	if len(b) > 2 && b[1] == 0x80 { // an indefinite length: the object is followed by two octets of zero
		return b[2 : len(b)-2]
	}
	outer, _, err := tlv.Next(b)
	if err != nil {
		t.Fatal(err)
	}
	return outer.Value
}

// openssl verifies the object, its signer and the CSCA, at the time of judging.
func openssl(t *testing.T, dir, cms, csca string) (sound bool, said string) {
	t.Helper()
	out, err := exec.Command("openssl", "cms", "-verify", "-binary", "-inform", "DER", "-in", cms, "-out", filepath.Join(dir, "content"),
		"-CAfile", csca, "-no-CApath", "-no-CAstore", "-purpose", "any", "-attime", fmt.Sprint(at.Unix())).CombinedOutput()
	return err == nil && bytes.Contains(out, []byte("successful")), string(out)
}

// asked are the checks that speak of what OpenSSL is asked about.
var asked = []string{"sod.structure", "sod.hash", "sod.signature", "signer.signature", "signer.validity", "signer.usage", "csca.validity", "csca.trust"}

func judge(t *testing.T, d *specimen.Document, csca string) (sound bool, found string) {
	t.Helper()
	ev := &inspect.Evidence{Files: map[inspect.File][]byte{}}
	for name, b := range d.Files {
		ev.Files[inspect.File(name)] = b
	}
	sound = true
	store, err := trust.Load([]string{csca}, nil)
	if err != nil { // the only file holds nothing that can be used
		store = trust.Empty()
	}
	r := inspect.Judge(ev, inspect.JudgeInput{Source: inspect.Dump, At: at, Store: store})
	var b strings.Builder
	for _, id := range asked {
		if c := r.Check(id); c.Outcome != inspect.Successful {
			sound = false
			fmt.Fprintf(&b, "%s is %s %s: %s\n", id, c.Outcome, c.Code, c.Detail)
		}
	}
	return sound, b.String()
}
