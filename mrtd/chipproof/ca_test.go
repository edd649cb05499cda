package chipproof

import (
	"bytes"
	"context"
	"encoding/asn1"
	"errors"
	"testing"

	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/replay"
	"github.com/skranke/skranke/mrtd/lds"
)

// recording is a real passport's chip authentication, up to the first command under the new keys.
type recording struct {
	DG14      string
	Before    keys                     `json:"sm_before"`
	Ephemeral struct{ Private string } `json:"terminal_ephemeral_key"`
	APDUs     []replay.Exchange
}

func (r recording) run(t *testing.T, runIt func(CA, *apdu.Channel, []byte) error) {
	t.Helper()
	infos, err := lds.ParseDG14(replay.Hex(t, r.DG14))
	if err != nil {
		t.Fatal(err)
	}
	ca, err := Choose(infos)
	if err != nil {
		t.Fatal(err)
	}
	ch := apdu.NewChannel(replay.New(t, r.APDUs))
	ch.Secure(r.Before.messaging(t))
	if err := runIt(ca, ch, replay.Hex(t, r.Ephemeral.Private)); err != nil {
		t.Fatal(err)
	}
	cmd := apdu.Command{INS: 0xA4, P1: 2, P2: 0x0C, Data: []byte{1, 0x0E}}
	if _, err := ch.Do(context.Background(), cmd); err != nil {
		t.Errorf("the first command under the new keys: %v", err)
	}
}

// TestRealChipAuthentications replays real passports: Austria (AES-128, explicit brainpool parameters), Germany (with a key id), France
// (3DES, no ChipAuthenticationInfo, MSE:Set KAT) and Malaysia (3DES by MSE:Set AT).
func TestRealChipAuthentications(t *testing.T) {
	for name, protocol := range map[string]string{
		"AT": "CA-ECDH-AES-CBC-CMAC-128", "DE": "CA-ECDH-AES-CBC-CMAC-128", "FR": "CA-ECDH-3DES-CBC-CBC", "MY": "CA-ECDH-3DES-CBC-CBC",
	} {
		t.Run(name, func(t *testing.T) {
			var r recording
			load(t, "transcripts/"+name+"_chip_auth.json", &r)
			r.run(t, func(ca CA, ch *apdu.Channel, private []byte) error {
				if ca.Protocol != protocol {
					t.Errorf("chose %s, the document has %s", ca.Protocol, protocol)
				}
				ctx, random := context.Background(), bytes.NewReader(private)
				if name == "MY" { // the recording's terminal began with MSE:Set AT; ours begins with MSE:Set KAT
					private, public, err := ca.ephemeral(random)
					if err != nil {
						return err
					}
					return ca.exchange(ctx, ch, private, public, ca.setAT)
				}
				_, err := ca.Run(ctx, ch, random)
				return err
			})
		})
	}
}

func TestChooseNothing(t *testing.T) {
	if _, err := Choose(&lds.SecurityInfos{}); !errors.Is(err, ErrNotOffered) {
		t.Errorf("no key gives %v", err)
	}
	unknown := &lds.SecurityInfos{ChipAuthenticationKeys: []lds.ChipAuthenticationPublicKeyInfo{
		{Protocol: asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 1, 99}, Key: []byte{0x30, 0}},
	}}
	if _, err := Choose(unknown); !errors.Is(err, ErrUnsupported) {
		t.Errorf("a key of an unknown kind gives %v", err)
	}
}

// TestChipAuthenticationWorkedExamplesOfBSI agrees on the secrets of BSI's worked examples for EAC 2, with the chip's keys in their EF.CardSecurity. What is derived from them
// there differs from the version of passports.
func TestChipAuthenticationWorkedExamplesOfBSI(t *testing.T) {
	for name, protocol := range map[string]string{"ecdh": "CA-ECDH-AES-CBC-CMAC-128", "dh": "CA-DH-AES-CBC-CMAC-128"} {
		var e struct{ Values map[string]string }
		load(t, "transcripts/BSI_worked_example_EAC2_"+name+".json", &e)
		security, err := lds.ParseCardSecurity(replay.Hex(t, e.Values["ef_cardsecurity"]))
		if err != nil {
			t.Fatal(err)
		}
		ca, err := Choose(security.Infos)
		if err != nil {
			t.Fatal(err)
		}
		if ca.Protocol != protocol {
			t.Errorf("chose %s", ca.Protocol)
		}
		private := replay.Hex(t, e.Values["ca_pcd_priv_key"])
		ours, err := ca.group.Generator().Mul(private)
		if err != nil {
			t.Fatal(err)
		}
		secret, err := ca.public.Mul(private)
		if err != nil {
			t.Fatal(err)
		}
		if !bytes.Equal(ca.public.Bytes(), replay.Hex(t, e.Values["ca_picc_pub_key"])) || !bytes.Equal(ours.Bytes(), replay.Hex(t, e.Values["ca_pcd_pub_key"])) {
			t.Errorf("%s: other public keys than printed", name)
		}
		if !bytes.Equal(secret.Secret(), replay.Hex(t, e.Values["ca_shared_secret_k"])) {
			t.Errorf("%s: the secret is %x", name, secret.Secret())
		}
	}
}
