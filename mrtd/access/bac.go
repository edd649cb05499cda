package access

import (
	"context"
	"crypto/subtle"
	"errors"
	"fmt"
	"io"

	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/suite"
)

// ErrBACNotOffered says that the chip refuses BAC from its first command on: it wants PACE, or no access control at all.
var ErrBACNotOffered = errors.New("the chip does not offer BAC")

const (
	bacNonce  = 8  // bytes of RND.IC and RND.IFD
	bacSecret = 16 // bytes of K.IC and K.IFD
	bacBlob   = 2*bacNonce + bacSecret
)

// BAC runs Basic Access Control (Doc 9303-11 §4.3) in the selected eMRTD application and turns secure messaging on.
// Errors: ErrWrongPassword, ErrBACNotOffered, *Failure, or the channel's. The password must be an MRZ.
func BAC(ctx context.Context, ch *apdu.Channel, password Password, random io.Reader) error {
	if !password.IsMRZ() {
		return errors.New("BAC takes an MRZ, not a CAN")
	}
	s := suite.TDES
	enc, mac := s.Keys(password.secret[:16]) // K_seed is the first 16 bytes of the hash, §4.3.2

	challenge, err := ch.Do(ctx, apdu.Command{INS: 0x84, Le: bacNonce})
	var status apdu.Status
	switch {
	case errors.As(err, &status):
		return fmt.Errorf("%w: %w", ErrBACNotOffered, err)
	case err != nil:
		return err
	case len(challenge) != bacNonce:
		return &Failure{"BAC", "GET CHALLENGE", "malformed", nil}
	}

	ours := make([]byte, bacNonce+bacSecret) // RND.IFD ‖ K.IFD
	if _, err := io.ReadFull(random, ours); err != nil {
		return fmt.Errorf("drawing randomness for BAC: %w", err)
	}
	nonce, secret := ours[:bacNonce], ours[bacNonce:]
	zero := make([]byte, s.Block)
	cryptogram, err := s.Encrypt(enc, zero, concat(nonce, challenge, secret))
	if err != nil {
		return err
	}
	code, err := s.MAC(mac, cryptogram)
	if err != nil {
		return err
	}
	answer, err := ch.Do(ctx, apdu.Command{INS: 0x82, Data: concat(cryptogram, code), Le: bacBlob + suite.MACLen})
	switch {
	case errors.As(err, &status) && noBAC(status):
		return fmt.Errorf("%w: %w", ErrBACNotOffered, err)
	case errors.As(err, &status):
		return fmt.Errorf("%w: %w", ErrWrongPassword, err)
	case err != nil:
		return err
	case len(answer) != bacBlob+suite.MACLen:
		return &Failure{"BAC", "EXTERNAL AUTHENTICATE", "malformed", nil}
	}
	if code, err = s.MAC(mac, answer[:bacBlob]); err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(code, answer[bacBlob:]) != 1 {
		return &Failure{"BAC", "EXTERNAL AUTHENTICATE", "bad_token", nil}
	}
	plain, err := s.Decrypt(enc, zero, answer[:bacBlob])
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(plain[:2*bacNonce], concat(challenge, nonce)) != 1 {
		return &Failure{"BAC", "EXTERNAL AUTHENTICATE", "bad_token", nil}
	}
	seed := make([]byte, bacSecret)
	subtle.XORBytes(seed, secret, plain[2*bacNonce:])
	ch.Secure(apdu.NewMessaging(s, seed, concat(challenge[4:], nonce[4:])))
	return nil
}

// noBAC tells whether a chip says by this refusal of EXTERNAL AUTHENTICATE that it has no key for BAC: documents with PACE alone draw a
// challenge all the same, and then answer 6A88 or 6985.
func noBAC(s apdu.Status) bool {
	switch s {
	case apdu.ReferencedDataNotFound, apdu.ConditionsNotSatisfied, apdu.InstructionNotSupported, apdu.ClassNotSupported:
		return true
	}
	return false
}

func concat(parts ...[]byte) []byte {
	var out []byte
	for _, p := range parts {
		out = append(out, p...)
	}
	return out
}
