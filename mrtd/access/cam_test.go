package access

import (
	"bytes"
	"context"
	"errors"
	"testing"

	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/chipproof"
	"github.com/skranke/skranke/mrtd/internal/replay"
	"github.com/skranke/skranke/mrtd/lds"
)

// TestChipAuthenticationMappingRealExchange replays a German passport: PACE with chip authentication mapping, then EF.CardSecurity under
// the new session keys, and checks the chip's proof with the key in it.
func TestChipAuthenticationMappingRealExchange(t *testing.T) {
	var r struct {
		CardAccess string                   `json:"ef_cardaccess"`
		Mapping    struct{ Private string } `json:"terminal_mapping_key"`
		Agreement  string                   `json:"terminal_ka_private_key"`
		KPi        string                   `json:"k_pi"`
		CAData     string                   `json:"ca_data"`
		Security   string                   `json:"ef_cardsecurity_plain"`
		APDUs      []replay.Exchange
	}
	load(t, "transcripts/DE_pace_ecdh_cam_aes128.json", &r)
	infos, err := lds.ParseCardAccess(replay.Hex(t, r.CardAccess))
	if err != nil {
		t.Fatal(err)
	}
	offer, err := Choose(infos.PACE)
	if err != nil {
		t.Fatal(err)
	}
	if offer.Protocol != "PACE-ECDH-CAM-AES-CBC-CMAC-128" {
		t.Fatalf("chose %s", offer.Protocol)
	}
	offer.sendID = true // the recording's terminal always sends it
	ctx := context.Background()
	ch := apdu.NewChannel(replay.New(t, r.APDUs))
	p := &pace{ctx, ch, offer, bytes.NewReader(replay.Hex(t, r.Mapping.Private+r.Agreement))}
	mapped, err := p.withKey(referenceMRZ, replay.Hex(t, r.KPi))
	if err != nil {
		t.Fatal(err)
	}
	if !bytes.Equal(mapped.Data, replay.Hex(t, r.CAData)) {
		t.Errorf("chip authentication data %x", mapped.Data)
	}

	if _, err := ch.Do(ctx, apdu.Command{INS: 0xA4, P1: 2, P2: 0x0C, Data: []byte{1, 0x1D}}); err != nil {
		t.Fatal(err)
	}
	var file []byte
	read := func(offset, le int) {
		t.Helper()
		part, err := ch.Do(ctx, apdu.Command{INS: 0xB0, P1: byte(offset >> 8), P2: byte(offset), Le: le})
		if err != nil {
			t.Fatal(err)
		}
		file = append(file, part...)
	}
	want := replay.Hex(t, r.Security)
	read(0, 4)
	for len(file) < len(want)-0x4a {
		read(len(file), 256)
	}
	read(len(file), len(want)-len(file))
	if !bytes.Equal(file, want) {
		t.Fatal("EF.CardSecurity differs from the recording's")
	}
	security, err := lds.ParseCardSecurity(file)
	if err != nil {
		t.Fatal(err)
	}
	key, err := chipproof.VerifyMapping(security.Infos, offer.Domain, mapped.Key, mapped.Data)
	if err != nil || len(key) == 0 {
		t.Errorf("the chip's proof: %v", err)
	}
	for i := range mapped.Data {
		spoiled := bytes.Clone(mapped.Data)
		spoiled[i] ^= 1
		if _, err := chipproof.VerifyMapping(security.Infos, offer.Domain, mapped.Key, spoiled); !errors.Is(err, chipproof.ErrWrongMapping) {
			t.Fatalf("a proof with byte %d spoiled: %v", i, err)
		}
	}
	if _, err := chipproof.VerifyMapping(security.Infos, offer.Domain, mapped.Key, nil); !errors.Is(err, chipproof.ErrWrongMapping) {
		t.Errorf("no proof at all: %v", err)
	}
}
