package inspect_test

import (
	"bytes"
	"crypto/ed25519"
	"crypto/sha256"
	"crypto/x509"
	"encoding/hex"
	"encoding/pem"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
	"github.com/skranke/skranke/hardware-tests/specimen"
	"github.com/skranke/skranke/mrtd/inspect"
	"github.com/skranke/skranke/mrtd/trust"
)

// TestWrongClock: what depends on a clock that stands before something that was signed is open; what a person says is not.
func TestWrongClock(t *testing.T) {
	clock := func(earliest time.Time) func(*testing.T, *specimen.Document, *inspect.JudgeInput) {
		return func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			in.Store, in.Earliest = withLists(t, d, d.CRL), earliest
		}
	}
	right := scene{judge: clock(today)}.play(t)
	if right.Authenticity != inspect.Genuine {
		t.Errorf("a right clock: %v", right.Obstacles())
	}
	wrong := scene{judge: clock(today.AddDate(0, 0, 1))}.play(t)
	if wrong.Authenticity != inspect.AuthenticityUndetermined {
		t.Errorf("a wrong clock: %s", wrong.Authenticity)
	}
	for _, id := range []string{"document.expiry", "signer.validity", "csca.validity", "signer.revocation"} {
		if c := wrong.Check(id); c.Outcome != inspect.Undetermined || c.Code != inspect.CodeClockWrong {
			t.Errorf("%s is %s %s", id, c.Outcome, c.Code)
		}
	}
	revoked := scene{profile: "bac-passport-2009", judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
		revoked(today.AddDate(0, 0, -1), today.AddDate(0, 0, 30))(t, d, in)
		in.Earliest = today.AddDate(1, 0, 0)
	}}.play(t)
	if c := revoked.Check("signer.revocation"); revoked.Authenticity != inspect.Counterfeit || c.Code != inspect.CodeRevoked {
		t.Errorf("a revoked signer under a wrong clock: %s, %s", revoked.Authenticity, c.Code)
	}
}

// deviating gives the terminal a deviation list of the document's state, signed under its CSCA, that names the document by
// its number.
func deviating(defect []int, parameter int) func(*testing.T, *specimen.Document, *inspect.JudgeInput) {
	return func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
		in.Store = storeOf(t, d.CSCA.Certificate, deviationList(t, d, d.CSCA.Key, defect, parameter))
	}
}

func deviationList(t *testing.T, d *specimen.Document, signer *specimen.Key, defect []int, parameter int) []byte {
	t.Helper()
	description := [][]byte{tlv.OID(append(oid(2, 23, 136, 1, 1, 7), defect...))}
	if parameter >= 0 {
		description = append(description, tlv.Make(0xA0, tlv.Int(int64(parameter))))
	}
	content := tlv.Seq(tlv.Int(0), tlv.Set(tlv.Seq(
		tlv.Seq(tlv.Make(0xA5, tlv.Make(0x13, []byte(d.Number)))),
		tlv.Set(tlv.Seq(description...)),
	)))
	// The signer: a certificate under the CSCA, with the CSCA's own key, for a key more or less makes no difference here.
	subject := elementAt(d.CSCA.Certificate, 0, tbsSubject)
	id := func() []byte {
		c, err := trust.ParseCertificate(d.CSCA.Certificate)
		if err != nil {
			t.Fatal(err)
		}
		return c.SubjectKeyID
	}()
	tbs := tlv.Seq(
		tlv.Make(0xA0, tlv.Int(2)), tlv.Int(4711), sha256WithRSA, subject,
		tlv.Seq(utc(today.AddDate(-1, 0, 0)), utc(today.AddDate(1, 0, 0))), subject, signer.SubjectPublicKeyInfo(),
		tlv.Make(0xA3, tlv.Seq(
			extension(oid(2, 5, 29, 35), false, tlv.Seq(tlv.Make(0x80, id))),
			extension(oid(2, 5, 29, 37), true, tlv.Seq(tlv.OID(oid(2, 23, 136, 1, 1, 8)))),
		)),
	)
	certificate := tlv.Seq(tbs, sha256WithRSA, tlv.Bits(signRSA(d.CSCA.Key, tbs)))
	sum := sha256.Sum256(content)
	kind := tlv.OID(oid(2, 23, 136, 1, 1, 7))
	attribute := func(id []int, value []byte) []byte { return tlv.Seq(tlv.OID(id), tlv.Set(value)) }
	attributes := tlv.Set(
		attribute(oid(1, 2, 840, 113549, 1, 9, 3), kind), attribute(oid(1, 2, 840, 113549, 1, 9, 5), utc(today.AddDate(0, -1, 0))),
		attribute(oid(1, 2, 840, 113549, 1, 9, 4), tlv.Octets(sum[:])),
	)
	digest := tlv.Seq(tlv.OID(oid(2, 16, 840, 1, 101, 3, 4, 2, 1)))
	signed := bytes.Clone(attributes)
	signed[0] = 0xA0
	info := tlv.Seq(tlv.Int(1), tlv.Seq(subject, tlv.Int(4711)), digest, signed, sha256WithRSA, tlv.Octets(signRSA(signer, attributes)))
	return tlv.Seq(tlv.OID(oid(1, 2, 840, 113549, 1, 7, 2)), tlv.Make(0xA0, tlv.Seq(
		tlv.Int(3), tlv.Set(digest), tlv.Seq(kind, tlv.Make(0xA0, tlv.Octets(content))), tlv.Make(0xA0, certificate), tlv.Set(info),
	)))
}

// TestKnownDeviations: a defect that the state names is open instead of failed, and says so; any other stays what it is.
func TestKnownDeviations(t *testing.T) {
	const bac = "bac-passport-2009"
	falseSOD := sod(inSigner(flip, 5))
	falseDG2 := at("forged EF.DG2", func(b []byte) []byte { b = bytes.Clone(b); b[len(b)-3] ^= 1; return b })
	for _, c := range []struct {
		name string
		scene
		verdict inspect.Authenticity
		check   string
		outcome inspect.Outcome
		code    string
	}{
		{"a wrong signature that the state names", scene{profile: bac, evidence: falseSOD, judge: deviating([]int{2, 3}, -1)}, undetermined, "sod.signature", inspect.Undetermined, "known_deviation"},
		{"a wrong signature, where the state names another defect", scene{profile: bac, evidence: falseSOD, judge: deviating([]int{2, 4}, -1)}, counterfeit, "sod.signature", inspect.Failed, "signature_invalid"},
		{"a wrong hash of DG2 that the state names", scene{profile: bac, edit: falseDG2, judge: deviating([]int{2, 2}, 2)}, undetermined, "dg.2", inspect.Undetermined, "known_deviation"},
		{"a wrong hash of DG2, where the state names DG1", scene{profile: bac, edit: falseDG2, judge: deviating([]int{2, 2}, 1)}, counterfeit, "dg.2", inspect.Failed, "hash_mismatch"},
		{"a wrong hash without a number", scene{profile: bac, edit: falseDG2, judge: deviating([]int{2, 2}, -1)}, counterfeit, "dg.2", inspect.Failed, "hash_mismatch"},
		{"a country that the issuing state calls a slip", scene{profile: bac, edit: at("signer.tbs", within(func([]byte) []byte { return tlv.Make(0x13, []byte("DK")) }, tbsSubject, 0, 0, 1)), judge: deviating([]int{1, 2}, -1)}, undetermined, "issuer.match", inspect.Undetermined, "known_deviation"},
		{"a sound document with a defect that it does not have", scene{profile: bac, judge: deviating([]int{2, 3}, -1)}, inspect.Genuine, "sod.signature", inspect.Successful, ""},
		{"a list that another key has signed", scene{profile: bac, evidence: falseSOD, judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
			list := deviationList(t, d, d.CSCA.Key, []int{2, 3}, -1)
			list[len(list)-9] ^= 1
			in.Store = storeOf(t, d.CSCA.Certificate, list)
		}}, counterfeit, "sod.signature", inspect.Failed, "signature_invalid"},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := c.play(t)
			got := r.Check(c.check)
			if r.Authenticity != c.verdict || got.Outcome != c.outcome || got.Code != c.code {
				t.Errorf("%s; %s is %s %s (%s)", r.Authenticity, got.ID, got.Outcome, got.Code, got.Detail)
			}
			if got.Code == "known_deviation" && !strings.Contains(got.Detail, "Failed with ") {
				t.Errorf("it does not say what it failed with: %s", got.Detail)
			}
		})
	}
}

// registered imports a register of the documents given, and the document's CSCA.
func registered(t *testing.T, d *specimen.Document, lines string, until time.Time) *trust.Store {
	t.Helper()
	dir := t.TempDir()
	private := ed25519.NewKeyFromSeed(make([]byte, ed25519.SeedSize))
	spki, err := x509.MarshalPKIXPublicKey(private.Public())
	if err != nil {
		t.Fatal(err)
	}
	key := make([]byte, trust.RegisterKeySize)
	write := func(name string, b []byte) string {
		path := filepath.Join(dir, name)
		if err := os.WriteFile(path, b, 0o600); err != nil {
			t.Fatal(err)
		}
		return path
	}
	var register bytes.Buffer
	if _, err := trust.MakeRegister(&register, trust.RegisterInput{List: strings.NewReader(lines), Key: key, Signer: private, Made: today.AddDate(0, 0, -1), Until: until}); err != nil {
		t.Fatal(err)
	}
	print := func(b []byte) string { sum := sha256.Sum256(b); return hex.EncodeToString(sum[:]) }
	store, err := trust.OpenDir(filepath.Join(dir, "store"))
	if err != nil {
		t.Fatal(err)
	}
	_, err = store.Import(trust.ImportInput{
		Paths: []string{
			write("register", register.Bytes()), write("csca", d.CSCA.Certificate),
			write("keys", append(pem.EncodeToMemory(&pem.Block{Type: "PUBLIC KEY", Bytes: spki}), pem.EncodeToMemory(&pem.Block{Type: "SKRANKE REGISTER KEY", Bytes: key})...)),
		},
		Fingerprints: []string{print(d.CSCA.Certificate), print(spki)}, At: today,
	})
	if err != nil {
		t.Fatal(err)
	}
	s, err := trust.Open(trust.Options{Dir: store.Path()})
	if err != nil {
		t.Fatal(err)
	}
	return s
}

// TestReported looks documents up in an imported register.
func TestReported(t *testing.T) {
	for _, c := range []struct {
		name    string
		lines   func(d *specimen.Document) string
		until   time.Time
		outcome inspect.Outcome
		code    string
	}{
		{"reported", func(d *specimen.Document) string { return "DNK,P," + d.Number }, today.AddDate(0, 0, 6), inspect.Failed, "reported"},
		{"reported on a stale register", func(d *specimen.Document) string { return "DNK,P," + d.Number }, today.AddDate(0, 0, -1), inspect.Failed, "reported"},
		{"not reported", func(*specimen.Document) string { return "DNK,P,999999999" }, today.AddDate(0, 0, 6), inspect.Successful, ""},
		{"not on a stale register", func(*specimen.Document) string { return "DNK,P,999999999" }, today.AddDate(0, 0, -1), inspect.Undetermined, "register_stale"},
		{"another state's document of this number", func(d *specimen.Document) string { return "SWE,P," + d.Number }, today.AddDate(0, 0, 6), inspect.Successful, ""},
		{"another kind of document of this number", func(d *specimen.Document) string { return "DNK,I," + d.Number }, today.AddDate(0, 0, 6), inspect.Successful, ""},
	} {
		t.Run(c.name, func(t *testing.T) {
			r := scene{judge: func(t *testing.T, d *specimen.Document, in *inspect.JudgeInput) {
				in.Store = registered(t, d, c.lines(d), c.until)
			}}.play(t)
			if got := r.Check("register.reported"); got.Outcome != c.outcome || got.Code != c.code {
				t.Errorf("%s %s (%s)", got.Outcome, got.Code, got.Detail)
			}
			if r.Authenticity != inspect.Genuine {
				t.Errorf("whether it is genuine is another question: %s", r.Authenticity)
			}
			if strings.Contains(fmt.Sprint(r.Checks), "004064432") {
				t.Error("a check names the document's number")
			}
		})
	}
}

// BenchmarkFullCheck judges a whole document of each kind with a store that has just been loaded: nothing is remembered of
// its signer or its CSCA.
func BenchmarkFullCheck(b *testing.B) {
	for _, c := range []struct {
		name string
		with [][2]string
	}{
		{"RSA-3072", [][2]string{{"pki.csca.key", "rsa-3072"}, {"pki.signer.key", "rsa-3072"}}},
		{"P-256", [][2]string{{"pki.csca.key", "secp256r1"}, {"pki.csca.signature", "ecdsa-sha256"}, {"pki.signer.key", "secp256r1"}, {"pki.signer.signature", "ecdsa-sha256"}}},
		{"brainpoolP384r1", [][2]string{{"pki.csca.key", "brainpoolP384r1"}, {"pki.csca.signature", "ecdsa-sha384"}, {"pki.signer.key", "brainpoolP384r1"}, {"pki.signer.signature", "ecdsa-sha384"}}},
		{"brainpoolP512r1", [][2]string{{"pki.csca.key", "brainpoolP512r1"}, {"pki.csca.signature", "ecdsa-sha512"}, {"pki.signer.key", "brainpoolP256r1"}, {"pki.signer.signature", "ecdsa-sha256"}}},
	} {
		b.Run(c.name, func(b *testing.B) {
			p, err := specimen.Load("danish-passport-2023")
			if err != nil {
				b.Fatal(err)
			}
			if p, err = p.With(c.with...); err != nil {
				b.Fatal(err)
			}
			d, err := p.Make(1, today)
			if err != nil {
				b.Fatal(err)
			}
			ev := &inspect.Evidence{Files: map[inspect.File][]byte{}}
			for name, data := range d.Files {
				ev.Files[inspect.File(name)] = data
			}
			path := filepath.Join(b.TempDir(), "csca")
			if err := os.WriteFile(path, d.CSCA.Certificate, 0o600); err != nil {
				b.Fatal(err)
			}
			store, err := trust.Load([]string{path}, nil)
			if err != nil {
				b.Fatal(err)
			}
			for b.Loop() {
				b.StopTimer()
				fresh := store.WithRevocationLists()
				b.StartTimer()
				if r := inspect.Judge(ev, inspect.JudgeInput{Source: inspect.Dump, At: today, Store: fresh}); r.Authenticity != inspect.Genuine {
					b.Fatal(r.Obstacles())
				}
			}
		})
	}
}
