package access

import (
	"bytes"
	"context"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"math/big"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/do"
	"github.com/skranke/skranke/mrtd/internal/group"
	"github.com/skranke/skranke/mrtd/internal/replay"
	"github.com/skranke/skranke/mrtd/internal/suite"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/mrz"
)

func load(t *testing.T, name string, into any) {
	t.Helper()
	raw, err := os.ReadFile(filepath.Join(testdata.Dir(t), name))
	if err == nil {
		err = json.Unmarshal(raw, into)
	}
	if err != nil {
		t.Fatal(err)
	}
}

func key(t *testing.T, number, birth, expiry string) Password {
	t.Helper()
	k, err := mrz.NewKey(number, birth, expiry)
	if err != nil {
		t.Fatal(err)
	}
	return MRZ(k)
}

// example is a worked example of Doc 9303-11 in its printed order.
type example struct {
	Items []struct{ Label, Hex string }
}

func (e example) all(label string) []string {
	var found []string
	for _, i := range e.Items {
		if i.Label == label {
			found = append(found, i.Hex)
		}
	}
	return found
}

// exchanges pairs the printed commands and answers. The last answer of G.2 is printed without its status word.
func (e example) exchanges(t *testing.T) []replay.Exchange {
	t.Helper()
	var out []replay.Exchange
	answers := e.all("C>T")
	for i, c := range e.all("T>C") {
		r := answers[i]
		if !strings.HasSuffix(r, "9000") {
			r += "9000"
		}
		out = append(out, replay.Exchange{C: c, R: r})
	}
	return out
}

// TestPACEWorkedExamples replays Doc 9303-11 appendices G.1 (ECDH, generic mapping), G.2 (DH, generic mapping) and I.1 (chip authentication mapping).
func TestPACEWorkedExamples(t *testing.T) {
	for name, want := range map[string]struct{ protocol, number, birth, expiry string }{
		"G1_pace_ecdh_gm":  {"PACE-ECDH-GM-AES-CBC-CMAC-128 brainpoolP256r1", "T22000129", "640812", "101031"},
		"G2_pace_dh_gm":    {"PACE-DH-GM-AES-CBC-CMAC-128 modp1024s160", "T22000129", "640812", "101031"},
		"I1_pace_ecdh_cam": {"PACE-ECDH-CAM-AES-CBC-CMAC-128 brainpoolP256r1", "C11T002JM", "960812", "231031"},
	} {
		t.Run(name, func(t *testing.T) {
			var e example
			load(t, "icao_9303_p11/"+name+".json", &e)
			infos, err := lds.ParseSecurityInfos(append([]byte{0x31, 0x14}, replay.Hex(t, e.all("PACEInfo")[0])...))
			if err != nil {
				t.Fatal(err)
			}
			offer, err := Choose(infos.PACE)
			if err != nil {
				t.Fatal(err)
			}
			if got := offer.Protocol + " " + offer.Domain; got != want.protocol {
				t.Errorf("chose %s", got)
			}
			private := strings.Join(e.all("Terminal’s Private Key"), "")
			ch := apdu.NewChannel(replay.New(t, e.exchanges(t)))
			p := &pace{context.Background(), ch, offer, bytes.NewReader(replay.Hex(t, private))}
			var mapped *Mapped
			if k := e.all("Kπ"); len(k) > 0 {
				mapped, err = p.withKey(referenceMRZ, replay.Hex(t, k[0]))
			} else {
				mapped, err = PACE(p.ctx, ch, offer, key(t, want.number, want.birth, want.expiry), p.random)
			}
			if err != nil {
				t.Fatal(err)
			}
			if !ch.Secured() {
				t.Error("secure messaging is off")
			}
			if data := e.all("Decrypted Chip Authentication Data"); len(data) > 0 && !bytes.Equal(mapped.Data, replay.Hex(t, data[0])) {
				t.Errorf("chip authentication data %x, the standard has %s", mapped.Data, data[0])
			}
		})
	}
}

// TestPACEWorkedExamplesOfBSI replays the PACE of BSI's worked examples for EAC 2, on a curve and modulo a prime. The password is the PIN 123456, which enters the key
// as a CAN does.
func TestPACEWorkedExamplesOfBSI(t *testing.T) {
	for name, want := range map[string]string{
		"ecdh": "PACE-ECDH-GM-AES-CBC-CMAC-128 brainpoolP256r1", "dh": "PACE-DH-GM-AES-CBC-CMAC-128 modp1024s160",
	} {
		t.Run(name, func(t *testing.T) {
			var e struct {
				Values   map[string]string
				Password string
			}
			load(t, "transcripts/BSI_worked_example_EAC2_"+name+".json", &e)
			infos, err := lds.ParseCardAccess(replay.Hex(t, e.Values["ef_cardaccess"]))
			if err != nil {
				t.Fatal(err)
			}
			offer, err := Choose(infos.PACE)
			if err != nil {
				t.Fatal(err)
			}
			if got := offer.Protocol + " " + offer.Domain; got != want {
				t.Errorf("chose %s", got)
			}
			at := do.Append(do.Encode(0x80, do.OID(offer.info.Protocol)), 0x83, []byte{referenceCAN})
			exchanges := []replay.Exchange{{C: fmt.Sprintf("0022C1A4%02X%X", len(at), at), R: "9000"}}
			for _, x := range []struct {
				class     byte
				tag       byte
				ours      string
				theirs    string
				theirsTag byte
			}{
				{0x10, 0, "", "nonce_enc", 0x80},
				{0x10, 0x81, "map_pcd_pub_key", "map_picc_pub_key", 0x82},
				{0x10, 0x83, "pcd_pub_key", "picc_pub_key", 0x84},
				{0x00, 0x85, "authentication_token_pcd", "authentication_token_picc", 0x86},
			} {
				value := func(name string) []byte { return number(replay.Hex(t, e.Values[name]), offer) }
				command := do.Encode(0x7C, nil)
				if x.ours != "" {
					command = do.Encode(0x7C, do.Encode(x.tag, value(x.ours)))
				}
				answer := do.Encode(0x7C, do.Encode(x.theirsTag, value(x.theirs)))
				exchanges = append(exchanges, replay.Exchange{C: fmt.Sprintf("%02X860000%02X%X00", x.class, len(command), command), R: fmt.Sprintf("%X9000", answer)})
			}
			ch := apdu.NewChannel(replay.New(t, exchanges))
			can, err := CAN(e.Password)
			if err != nil {
				t.Fatal(err)
			}
			private := append(scalar(t, e.Values["map_pcd_priv_key"], offer), scalar(t, e.Values["pcd_priv_key"], offer)...)
			if _, err := PACE(context.Background(), ch, offer, can, bytes.NewReader(private)); err != nil {
				t.Fatal(err)
			}
			if !ch.Secured() {
				t.Error("secure messaging is off")
			}
		})
	}
}

// number takes the sign's zero byte off a number modulo a prime.
func number(b []byte, o Offer) []byte {
	if len(b) == o.group.Size()+1 && b[0] == 0 {
		return b[1:]
	}
	return b
}

// scalar is a private key of an example as the group draws it: below the order of the subgroup, where the powers are the same.
func scalar(t *testing.T, hexadecimal string, o Offer) []byte {
	t.Helper()
	k := new(big.Int).SetBytes(replay.Hex(t, hexadecimal))
	if o.group.Tag() == 0x86 {
		return k.FillBytes(make([]byte, o.group.Size()))
	}
	order, ok := new(big.Int).SetString("f518aa8781a8df278aba4e7d64b7cb9d49462353", 16) // RFC 5114 §2.1
	if !ok {
		t.Fatal("no number")
	}
	return k.Mod(k, order).FillBytes(make([]byte, 20))
}

// TestIntegratedMappingWorkedExamples computes the mapped generators of Doc 9303-11 appendices H.1 (ECDH) and H.2 (DH).
func TestIntegratedMappingWorkedExamples(t *testing.T) {
	for name, example := range map[string]struct {
		id     int
		mapped []string
	}{
		"H1_pace_ecdh_im": {13, []string{"x-coordinate of the Mapped Generator Ĝ", "y-coordinate of the Mapped Generator Ĝ"}},
		"H2_pace_dh_im":   {0, []string{"Mapped Generator ĝ= fg(Rp(s,t))"}},
	} {
		e := loadExample(t, name)
		g := group.ByID(example.id)
		number, err := pseudoRandom(suite.AES128, replay.Hex(t, e.all("Decrypted Nonce s")[0]), replay.Hex(t, e.all("Nonce t")[0]), g.Modulus())
		if err != nil {
			t.Fatal(err)
		}
		if want := new(big.Int).SetBytes(replay.Hex(t, e.all("Rp(s,t)")[0])); number.Cmp(want) != 0 {
			t.Errorf("%s: R_p(s,t) is %x", name, number)
		}
		element, err := g.MapInteger(number)
		if err != nil {
			t.Fatal(err)
		}
		want := ""
		if example.id >= 8 {
			want = "04"
		}
		for _, label := range example.mapped {
			want += e.all(label)[0]
		}
		if !bytes.Equal(element.Bytes(), replay.Hex(t, want)) {
			t.Errorf("%s: the mapped generator is %x", name, element.Bytes())
		}
		// The rest of the protocol is as in generic mapping; the tokens show that it goes on with this generator.
		private := replay.Hex(t, e.all("Terminal’s private key SKIFD")[0])
		ours, err := element.Mul(private)
		if err != nil {
			t.Fatal(err)
		}
		if got := e.all("Terminal’s public key PKIFD")[0]; !strings.HasSuffix(strings.ToUpper(hex.EncodeToString(ours.Bytes())), got) {
			t.Errorf("%s: the terminal's public key differs", name)
		}
	}
}

func loadExample(t *testing.T, name string) example {
	t.Helper()
	var e example
	load(t, "icao_9303_p11/"+name+".json", &e)
	return e
}

// TestPACERealExchange replays a New Zealand passport: 3DES, with the parameter id, which that chip got although it offers one variant.
func TestPACERealExchange(t *testing.T) {
	var r struct {
		CardAccess string                   `json:"ef_cardaccess"`
		Mapping    struct{ Private string } `json:"terminal_mapping_key"`
		Agreement  string                   `json:"terminal_ka_private_key"`
		KPi        string                   `json:"k_pi"`
		APDUs      []replay.Exchange
	}
	load(t, "transcripts/NZ_pace_ecdh_gm_3des.json", &r)
	infos, err := lds.ParseCardAccess(replay.Hex(t, r.CardAccess))
	if err != nil {
		t.Fatal(err)
	}
	offer, err := Choose(infos.PACE)
	if err != nil {
		t.Fatal(err)
	}
	offer.sendID = true
	p := &pace{context.Background(), apdu.NewChannel(replay.New(t, r.APDUs)), offer, bytes.NewReader(replay.Hex(t, r.Mapping.Private+r.Agreement))}
	if _, err := p.withKey(referenceMRZ, replay.Hex(t, r.KPi)); err != nil {
		t.Fatal(err)
	}
}

// TestBACWorkedExample replays Doc 9303-11 appendix D.3.
func TestBACWorkedExample(t *testing.T) {
	var e struct {
		D3    map[string]string `json:"D3"`
		APDUs [][2]string       `json:"apdus"`
	}
	load(t, "icao_9303_p11/D_bac.json", &e)
	var exchanges []replay.Exchange
	for _, x := range e.APDUs {
		exchanges = append(exchanges, replay.Exchange{C: x[0], R: x[1]})
	}
	ch := apdu.NewChannel(replay.New(t, exchanges))
	random := bytes.NewReader(replay.Hex(t, e.D3["RND.IFD"]+e.D3["K.IFD"]))
	ctx := context.Background()
	if err := BAC(ctx, ch, key(t, "L898902C", "690806", "940623"), random); err != nil {
		t.Fatal(err)
	}
	// The keys and the send sequence counter are right when the next commands come out as in appendix D.4.
	for _, cmd := range []apdu.Command{
		{INS: 0xA4, P1: 2, P2: 0x0C, Data: []byte{1, 0x1E}}, {INS: 0xB0, Le: 4}, {INS: 0xB0, P2: 4, Le: 18},
	} {
		if _, err := ch.Do(ctx, cmd); err != nil {
			t.Fatal(err)
		}
	}
}

// TestBACWithoutCAN refuses a CAN, which BAC does not know.
func TestBACWithoutCAN(t *testing.T) {
	can, err := CAN("123456")
	if err != nil {
		t.Fatal(err)
	}
	if err := BAC(context.Background(), apdu.NewChannel(replay.New(t, nil)), can, bytes.NewReader(nil)); err == nil {
		t.Error("BAC ran with a CAN")
	}
}

func TestCAN(t *testing.T) {
	for _, bad := range []string{"", "12345", "1234567", "12345a", "１23456"} {
		if _, err := CAN(bad); !errors.Is(err, ErrCAN) {
			t.Errorf("a CAN of %d bytes gives %v", len(bad), err)
		}
	}
}

// TestChoose takes the variants of real and spoiled EF.CardAccess files.
func TestChoose(t *testing.T) {
	for name, want := range map[string]string{
		"DE_gm+cam_aes128_bp256": "PACE-ECDH-CAM-AES-CBC-CMAC-128 brainpoolP256r1",
		"FI_gm_aes256_bp384+cam": "PACE-ECDH-CAM-AES-CBC-CMAC-256 brainpoolP384r1",
		"FI_reordered_cam+gm":    "PACE-ECDH-CAM-AES-CBC-CMAC-256 brainpoolP384r1",
		"NZ_gm_3des_bp256":       "PACE-ECDH-GM-3DES-CBC-CBC brainpoolP256r1",
		"SG_gm_aes256_bp256":     "PACE-ECDH-GM-AES-CBC-CMAC-256 brainpoolP256r1",
		"bad_paramid_ff":         ErrPACENotOffered.Error(), // its parameter id is −1: no PACEInfo at all
		"no_paramid":             ErrExplicitParameters.Error(),
	} {
		raw, err := os.ReadFile(filepath.Join(testdata.Dir(t), "cardaccess", name+".bin"))
		if err != nil {
			t.Fatal(err)
		}
		infos, err := lds.ParseCardAccess(raw)
		if err != nil {
			t.Errorf("%s: %v", name, err)
			continue
		}
		offer, err := Choose(infos.PACE)
		got := offer.Protocol + " " + offer.Domain
		if err != nil {
			got = err.Error()
		}
		if got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if _, err := Choose(nil); !errors.Is(err, ErrPACENotOffered) {
		t.Error(err)
	}
}
