package chipproof_test

import (
	"context"
	"encoding/asn1"
	"errors"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"github.com/skranke/skranke/hardware-tests/sweep/stage"
	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/chipproof"
	"github.com/skranke/skranke/mrtd/lds"
)

func random() io.Reader { return rand.NewChaCha8([32]byte{7}) }

// The documents whose DG14 and DG15 the fuzzer starts from.
const (
	ecKeys = `about: "Not of this world: for the fuzzer"
document: {issuer: UTO, surname: SPECIMEN, given_names: FUZZ, sex: F, number: "L########"}
face: {bytes: 3000, width: 200, height: 260}
pki:
  country: UT
  csca: {key: secp256r1, signature: ecdsa-sha256}
  signer: {key: secp256r1, signature: ecdsa-sha256}
chip:
  bac: true
  chip_authentication:
    - {protocol: ecdh-aes128, parameters: secp256r1, key_id: 2}
    - {protocol: ecdh-3des, parameters: brainpoolP224r1, key_id: 3, encoding: explicit}
  active_authentication: {key: secp256r1, hash: sha256}
`
	numberKeys = `about: "Not of this world: for the fuzzer"
document: {issuer: UTO, surname: SPECIMEN, given_names: FUZZ, sex: F, number: "L########"}
face: {bytes: 3000, width: 200, height: 260}
pki:
  country: UT
  csca: {key: secp256r1, signature: ecdsa-sha256}
  signer: {key: secp256r1, signature: ecdsa-sha256}
chip:
  bac: true
  chip_authentication:
    - {protocol: dh-3des, parameters: modp1024-160, encoding: x942}
  active_authentication: {key: rsa-1024, hash: sha1}
`
)

// known tells whether an error is one that callers of this package tell apart.
func known(err error) bool {
	var refused *chipproof.RefusedError
	return errors.As(err, &refused) || errors.Is(err, chipproof.ErrWrongSignature) || errors.Is(err, chipproof.ErrUnsupported) ||
		errors.Is(err, chipproof.ErrNotOffered) || errors.Is(err, mrtd.ErrLinkLost) || errors.Is(err, apdu.ErrResponse)
}

// FuzzChipAuthentication runs chip authentication with hostile keys in DG14, on a chip that answers from a hostile tape.
func FuzzChipAuthentication(f *testing.F) {
	for name, yaml := range map[string]string{"ec": ecKeys, "number": numberKeys} {
		d := stage.Of(f, name, yaml).Document
		f.Add(d.Files["EF.DG14"], stage.Tape([]byte{0x90, 0}, []byte{0x7C, 0, 0x90, 0}))
		f.Add(d.Files["EF.DG14"], stage.Tape([]byte{0x6A, 0x80}, []byte{0x61, 2}, []byte{0x7C, 0, 0x90, 0}, []byte{0x90, 0}))
	}
	f.Fuzz(func(t *testing.T, dg14, tape []byte) {
		infos, err := lds.ParseDG14(dg14)
		if err != nil {
			return
		}
		ca, err := chipproof.Choose(infos)
		if err != nil {
			if !known(err) {
				t.Fatalf("an error of no known kind: %v", err)
			}
			return
		}
		ch := apdu.NewChannel(stage.NewHostile(tape))
		if _, err := ca.Run(context.Background(), ch, random()); err != nil && !known(err) {
			t.Fatalf("an error of no known kind: %v", err)
		} else if (err == nil) != ch.Secured() {
			t.Fatalf("secured is %v after %v", ch.Secured(), err)
		}
		if ch.APDUs > 2000 {
			t.Fatalf("%d commands", ch.APDUs)
		}
	})
}

// FuzzActiveAuthentication verifies hostile signatures, with the keys of two documents and with hostile ones. The tape's signature is right only where it
// is the one that the document's own chip gives.
func FuzzActiveAuthentication(f *testing.F) {
	type honest struct {
		key, signature []byte
	}
	var all []honest
	var algorithm asn1.ObjectIdentifier
	for name, yaml := range map[string]string{"ec": ecKeys, "number": numberKeys} {
		d := stage.Of(f, name, yaml).Document
		key, err := lds.ParseDG15(d.Files["EF.DG15"])
		if err != nil {
			f.Fatal(err)
		}
		infos, err := lds.ParseDG14(d.Files["EF.DG14"])
		if err != nil {
			f.Fatal(err)
		}
		if len(infos.ActiveAuthentication) > 0 {
			algorithm = infos.ActiveAuthentication[0].SignatureAlgorithm
		}
		challenge := make([]byte, chipproof.ChallengeLen)
		if _, err := io.ReadFull(random(), challenge); err != nil {
			f.Fatal(err)
		}
		signature, err := d.Chip.Active.Sign(random(), challenge)
		if err != nil {
			f.Fatal(err)
		}
		all = append(all, honest{key, signature})
		f.Add(key, stage.Tape(append(slices.Clone(signature), 0x90, 0)))
	}
	f.Fuzz(func(t *testing.T, key, tape []byte) {
		aa, err := chipproof.NewAA(key, algorithm)
		if err != nil {
			if !known(err) {
				t.Fatalf("an error of no known kind: %v", err)
			}
			return
		}
		_, signature, err := aa.Run(context.Background(), apdu.NewChannel(stage.NewHostile(tape)), random())
		if err != nil && !known(err) {
			t.Fatalf("an error of no known kind: %v", err)
		}
		for _, h := range all { // for the documents' own keys, nobody else can sign
			if err == nil && string(key) == string(h.key) && string(signature) != string(h.signature) {
				t.Fatalf("a signature of %d bytes that the chip did not make verifies", len(signature))
			}
		}
	})
}
