// Package chipproof lets a chip prove that it is the one that the document was issued with: chip authentication (Doc 9303-11 §6.2).
//
// A proof shows that the chip holds the private key of a public key. Whether that public key is the document's is passive
// authentication's to say.
package chipproof

import (
	"cmp"
	"context"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"math/big"
	"slices"

	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/do"
	"github.com/skranke/skranke/mrtd/internal/ec"
	"github.com/skranke/skranke/mrtd/internal/group"
	"github.com/skranke/skranke/mrtd/internal/suite"
	"github.com/skranke/skranke/mrtd/lds"
)

// agreements are the two kinds of key agreement, each with the prefix of its protocols and the object identifier of its keys
// (TR-03110-3 A.1.1.2).
var agreements = []struct {
	name          string
	protocol, key asn1.ObjectIdentifier
}{
	{"CA-DH-", asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3, 1}, asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 1, 1}},
	{"CA-ECDH-", asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 3, 2}, asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 1, 2}},
}

// Errors of [Choose] and [NewAA].
var (
	// ErrNotOffered says that DG14 holds no key for chip authentication.
	ErrNotOffered = errors.New("the document does not offer chip authentication")
	// ErrUnsupported says that it holds only keys or protocols that this package does not know.
	ErrUnsupported = errors.New("a proof with an algorithm that is not supported here")
	// ErrUnknownGroup says that the key is on a curve, or in a group, that is none of the known ones. It matches ErrUnsupported.
	ErrUnknownGroup = fmt.Errorf("%w: an unknown curve or group", ErrUnsupported)
	// ErrInvalidKey says that the key is none: malformed, off its curve, out of its group or out of bounds. It matches ErrUnsupported.
	ErrInvalidKey = fmt.Errorf("%w: no valid key", ErrUnsupported)
)

// badKey is the error for a key that could not be read.
func badKey(err error) error {
	switch {
	case errors.Is(err, ec.ErrKeyType):
		return ErrUnsupported
	case errors.Is(err, ec.ErrUnknownCurve), errors.Is(err, group.ErrUnknown):
		return ErrUnknownGroup
	}
	return ErrInvalidKey
}

// RefusedError says that the chip refused a command of the proof that its own files advertise.
type RefusedError struct {
	// Step is the command; Status the chip's answer.
	Step   string
	Status apdu.Status
}

// Error names step and status word.
func (e *RefusedError) Error() string { return fmt.Sprintf("%s: %v", e.Step, e.Status) }

// Unwrap gives the status word.
func (e *RefusedError) Unwrap() error { return e.Status }

// CA is one variant of chip authentication that a document offers.
type CA struct {
	// Protocol is its name, "CA-ECDH-AES-CBC-CMAC-128".
	Protocol string
	// Key is the chip's public key as DG14 holds it: SubjectPublicKeyInfo, DER.
	Key    []byte
	oid    asn1.ObjectIdentifier
	suite  *suite.Suite
	group  group.Group
	public group.Element
	keyID  *big.Int
}

// Choose picks the strongest variant of chip authentication that DG14 offers. A key without a ChipAuthenticationInfo is used with
// 3DES, as the first issues of the standard had it (French and Malaysian passports). Errors are ErrNotOffered, and ErrUnsupported with what
// is wrong with the first key that could not be read.
func Choose(infos *lds.SecurityInfos) (CA, error) {
	if len(infos.ChipAuthenticationKeys) == 0 {
		return CA{}, ErrNotOffered
	}
	var found []CA
	unsupported := ErrUnsupported
	for _, key := range infos.ChipAuthenticationKeys {
		for _, kind := range agreements {
			if !key.Protocol.Equal(kind.key) {
				continue
			}
			g, public, err := group.ParsePublicKey(key.Key)
			if err != nil {
				if unsupported == ErrUnsupported {
					unsupported = badKey(err)
				}
				continue
			}
			ca := CA{Key: key.Key, group: g, public: public, keyID: key.KeyID}
			add := func(protocol asn1.ObjectIdentifier) {
				if ca.suite = suite.ByNumber(protocol[len(protocol)-1]); ca.suite != nil {
					ca.oid, ca.Protocol = protocol, kind.name+ca.suite.Name
					found = append(found, ca)
				}
			}
			for _, info := range infos.ChipAuthentication {
				n := len(kind.protocol)
				if len(info.Protocol) == n+1 && info.Protocol[:n].Equal(kind.protocol) && sameKey(info.KeyID, key.KeyID) {
					add(info.Protocol)
				}
			}
			if len(infos.ChipAuthentication) == 0 {
				add(append(slices.Clone(kind.protocol), 1))
			}
		}
	}
	if len(found) == 0 {
		return CA{}, unsupported
	}
	return slices.MaxFunc(found, func(a, b CA) int {
		return cmp.Or(cmp.Compare(a.suite.Strength(), b.suite.Strength()), cmp.Compare(a.group.Size(), b.group.Size()))
	}), nil
}

// sameKey compares key ids. Where the info names none there is but one key, or the ids say nothing.
func sameKey(info, key *big.Int) bool {
	return info == nil || key == nil || info.Cmp(key) == 0
}

// Run runs chip authentication and changes the channel over to the new session keys. It returns the terminal's ephemeral public key,
// for the record. The chip has proven nothing until the next command comes back rightly protected: a wrong or missing code there
// is the sign of a copy. Errors: *RefusedError, or the channel's.
//
// With 3DES the key goes by MSE:Set KAT, as the first issues of the standard had it and French chips want it; a chip that refuses that
// (Malaysian) gets MSE:Set AT, which AES always uses.
func (c CA) Run(ctx context.Context, ch *apdu.Channel, random io.Reader) (ephemeral []byte, err error) {
	private, ours, err := c.ephemeral(random)
	if err != nil {
		return nil, err
	}
	if c.suite != suite.TDES {
		return ours, c.exchange(ctx, ch, private, ours, c.setAT)
	}
	err = c.exchange(ctx, ch, private, ours, c.setKAT)
	var refused *RefusedError
	if errors.As(err, &refused) {
		err = c.exchange(ctx, ch, private, ours, c.setAT)
	}
	return ours, err
}

// ephemeral draws the terminal's key pair in the group of the chip's key.
func (c CA) ephemeral(random io.Reader) (private, public []byte, err error) {
	private, err = c.group.NewScalar(random)
	if err != nil {
		return nil, nil, err
	}
	p, err := c.group.Generator().Mul(private)
	if err != nil {
		return nil, nil, err
	}
	return private, p.Bytes(), nil
}

// exchange sends the public key by one of the two commands and takes the new session keys into use.
func (c CA) exchange(ctx context.Context, ch *apdu.Channel, private, public []byte, send func(context.Context, *apdu.Channel, []byte) error) error {
	secret, err := c.public.Mul(private)
	if err != nil {
		return err
	}
	if err := send(ctx, ch, public); err != nil {
		return err
	}
	ch.Secure(apdu.NewMessaging(c.suite, secret.Secret(), nil))
	return nil
}

// setKAT sends the ephemeral key with MSE:Set KAT (Doc 9303-11 §6.2.4.1), which only 3DES has.
func (c CA) setKAT(ctx context.Context, ch *apdu.Channel, key []byte) error {
	data := do.Append(do.Encode(0x91, key), 0x84, c.reference())
	if c.keyID == nil {
		data = do.Encode(0x91, key)
	}
	return step(ctx, ch, "MSE:Set KAT", apdu.Command{INS: 0x22, P1: 0x41, P2: 0xA6, Data: data})
}

// setAT selects the protocol with MSE:Set AT and sends the ephemeral key with GENERAL AUTHENTICATE (Doc 9303-11 §6.2.4.2).
func (c CA) setAT(ctx context.Context, ch *apdu.Channel, key []byte) error {
	data := do.Encode(0x80, do.OID(c.oid))
	if c.keyID != nil {
		data = do.Append(data, 0x84, c.reference())
	}
	if err := step(ctx, ch, "MSE:Set AT", apdu.Command{INS: 0x22, P1: 0x41, P2: 0xA4, Data: data}); err != nil {
		return err
	}
	return step(ctx, ch, "GENERAL AUTHENTICATE", apdu.Command{
		INS: 0x86, Data: do.Encode(0x7C, do.Encode(0x80, key)), Le: apdu.MaxShortLe,
	})
}

// reference is the private key reference of tag 84: the key id as an unsigned number of at least one byte.
func (c CA) reference() []byte {
	if c.keyID == nil || c.keyID.Sign() <= 0 {
		return []byte{0}
	}
	return c.keyID.Bytes()
}

func step(ctx context.Context, ch *apdu.Channel, name string, cmd apdu.Command) error {
	_, err := ch.Do(ctx, cmd)
	var status apdu.Status
	if errors.As(err, &status) {
		return &RefusedError{name, status}
	}
	return err
}
