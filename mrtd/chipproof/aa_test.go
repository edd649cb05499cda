package chipproof

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"os"
	"path/filepath"
	"testing"

	"github.com/skranke/skranke/hardware-tests/testdata"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/replay"
	"github.com/skranke/skranke/mrtd/internal/suite"
)

// load reads one of the recordings of shared/testdata.
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

// TestISO9796 opens signatures of a real passport (RSA-1024, SHA-1) and of Bouncy Castle's own tests.
func TestISO9796(t *testing.T) {
	for _, name := range []string{"transcripts/AA_rsa1024_sha1_real_pymrtd.json", "transcripts/AA_bouncycastle.json"} {
		var file struct {
			SPKI, DG15 string
			Vectors    []struct {
				Challenge string `json:"rnd_ifd"`
				Signature string
				Trailer   string
			}
		}
		load(t, name, &file)
		spki := replay.Hex(t, file.SPKI)
		if file.DG15 != "" {
			spki = replay.Hex(t, file.DG15)[3:] // past 6F and its length
		}
		aa, err := NewAA(spki, nil)
		if err != nil {
			t.Fatal(err)
		}
		if len(file.Vectors) == 0 {
			t.Fatal("no vectors")
		}
		for i, v := range file.Vectors {
			challenge, signature := replay.Hex(t, v.Challenge), replay.Hex(t, v.Signature)
			if v.Trailer != "bc" {
				t.Errorf("%s: vector %d: unexpected trailer %s", name, i, v.Trailer)
			}
			if err := aa.verify(challenge, signature); err != nil {
				t.Errorf("%s: vector %d: %v", name, i, err)
			}
			challenge[0] ^= 1
			if err := aa.verify(challenge, signature); !errors.Is(err, ErrWrongSignature) {
				t.Errorf("%s: vector %d with another challenge: %v", name, i, err)
			}
			challenge[0] ^= 1
			signature[len(signature)-1] ^= 1
			if err := aa.verify(challenge, signature); !errors.Is(err, ErrWrongSignature) {
				t.Errorf("%s: vector %d with another signature: %v", name, i, err)
			}
		}
	}
}

// TestActiveAuthenticationWorkedExample opens the message of Doc 9303-11 appendix F. The standard prints it and its signature, and no key.
func TestActiveAuthenticationWorkedExample(t *testing.T) {
	var e struct {
		Challenge string `json:"RND.IFD"`
		F         string
	}
	load(t, "icao_9303_p11/F_active_auth.json", &e)
	block, challenge := replay.Hex(t, e.F), replay.Hex(t, e.Challenge)
	if !recovered(block, challenge) {
		t.Error("the message of appendix F does not hold")
	}
	for i := range block {
		block[i] ^= 1
		if recovered(block, challenge) {
			t.Errorf("it holds with byte %d changed", i)
		}
		block[i] ^= 1
	}
	challenge[7] ^= 1
	if recovered(block, challenge) {
		t.Error("it holds for another challenge")
	}
}

// TestActiveAuthenticationRecording replays a real passport's active authentication: RSA-1792, SHA-256, under 3DES.
func TestActiveAuthenticationRecording(t *testing.T) {
	var r struct {
		DG15      string
		Challenge string `json:"rnd_ifd"`
		Before    keys   `json:"sm_before"`
		APDUs     []replay.Exchange
		Signature string
	}
	load(t, "transcripts/real_active_auth_rsa1792_sha256.json", &r)
	aa, err := NewAA(replay.Hex(t, r.DG15)[4:], nil)
	if err != nil {
		t.Fatal(err)
	}
	ch := apdu.NewChannel(replay.New(t, r.APDUs))
	ch.Secure(r.Before.messaging(t))
	_, signature, err := aa.Run(context.Background(), ch, bytes.NewReader(replay.Hex(t, r.Challenge)))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(signature, replay.Hex(t, r.Signature)) {
		t.Error("another signature than the recording's")
	}
}

// keys is the state of secure messaging as the recordings note it.
type keys struct {
	Alg string
	Enc string `json:"ks_enc"`
	MAC string `json:"ks_mac"`
	SSC string
}

func (k keys) messaging(t *testing.T) *apdu.Messaging {
	t.Helper()
	s := suite.TDES
	if k.Alg == "AES" {
		s = map[int]*suite.Suite{32: suite.AES128, 48: suite.AES192, 64: suite.AES256}[len(k.Enc)]
	}
	return apdu.NewMessagingWithKeys(s, replay.Hex(t, k.Enc), replay.Hex(t, k.MAC), replay.Hex(t, k.SSC))
}
