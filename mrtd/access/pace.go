package access

import (
	"bytes"
	"cmp"
	"context"
	"crypto/subtle"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/do"
	"github.com/skranke/skranke/mrtd/internal/group"
	"github.com/skranke/skranke/mrtd/internal/suite"
	"github.com/skranke/skranke/mrtd/lds"
)

// idPACE is the prefix of PACE's object identifiers (TR-03110-3 A.1.1.1): key agreement and mapping, then the suite.
var idPACE = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4}

// Offer is one variant of PACE that a chip offers and this package can run.
type Offer struct {
	// Protocol is its name, "PACE-ECDH-GM-AES-CBC-CMAC-128"; Domain is the name of its domain parameters.
	Protocol, Domain string
	info             lds.PACEInfo
	suite            *suite.Suite
	group            group.Group
	mapping          mapping
	sendID           bool // MSE:Set AT names the parameter id
}

// Mapped is what a chip gave during PACE with chip authentication mapping, for the proof that it is the original
// (Doc 9303-11 §4.4.3.3.3).
type Mapped struct {
	// Key is the chip's public key of the mapping, an uncompressed point; Data is the decrypted chip authentication data.
	Key, Data []byte
}

// ErrPACENotOffered says that EF.CardAccess offers no PACE at all; ErrPACEUnsupported that it offers only variants that this
// package cannot run; ErrExplicitParameters, which matches it too, that these want domain parameters that the chip spells out itself:
// nothing but its own word would stand for them, and they are refused.
var (
	ErrPACENotOffered     = errors.New("the chip does not offer PACE")
	ErrPACEUnsupported    = errors.New("the chip offers no variant of PACE that is supported here")
	ErrExplicitParameters = fmt.Errorf("%w: it wants explicit domain parameters", ErrPACEUnsupported)
)

// Choose picks the strongest of the variants offered: the longest session key first, then a mapping that proves the chip, then the larger
// field, then the order in which the chip lists them. Errors are ErrPACENotOffered, ErrPACEUnsupported and ErrExplicitParameters.
func Choose(infos []lds.PACEInfo) (Offer, error) {
	if len(infos) == 0 {
		return Offer{}, ErrPACENotOffered
	}
	var offers []Offer
	for _, info := range infos {
		if o, ok := supported(info); ok {
			offers = append(offers, o)
		}
	}
	switch {
	case len(offers) == 0 && !slices.ContainsFunc(infos, standardized):
		return Offer{}, ErrExplicitParameters
	case len(offers) == 0:
		return Offer{}, ErrPACEUnsupported
	}
	best := slices.MaxFunc(offers, Offer.compare)
	for _, info := range infos {
		if info.Protocol.Equal(best.info.Protocol) && info.ParameterID != best.info.ParameterID {
			best.sendID = true // the protocol alone would be ambiguous, Doc 9303-11 §4.4.4.1
		}
	}
	return best, nil
}

// standardized tells whether a variant names standardized domain parameters (Doc 9303-11 §9.5.1: ids 0 to 31).
func standardized(info lds.PACEInfo) bool { return info.ParameterID >= 0 && info.ParameterID <= 31 }

func supported(info lds.PACEInfo) (Offer, bool) {
	n := len(idPACE)
	if len(info.Protocol) != n+2 || !info.Protocol[:n].Equal(idPACE) || info.Version != 2 {
		return Offer{}, false
	}
	variant, known := variants[info.Protocol[n]]
	s := suite.ByNumber(info.Protocol[n+1])
	g := group.ByID(info.ParameterID)
	if !known || s == nil || g == nil || variant.curve != (info.ParameterID >= 8) || variant.mapping == chipAuthentication && s == suite.TDES {
		return Offer{}, false
	}
	return Offer{
		Protocol: variant.name + s.Name, Domain: g.Name(), info: info, suite: s, group: g, mapping: variant.mapping,
	}, true
}

func (o Offer) compare(p Offer) int {
	return cmp.Or(
		cmp.Compare(o.suite.Strength(), p.suite.Strength()),
		cmp.Compare(o.rank(), p.rank()),
		cmp.Compare(o.group.Size(), p.group.Size()),
	)
}

func (o Offer) rank() int {
	if o.mapping == chipAuthentication {
		return 1
	}
	return 0
}

// PACE runs the Password Authenticated Connection Establishment (Doc 9303-11 §4.4) and turns secure messaging on. Mapped is nil but for chip
// authentication mapping. Errors: ErrWrongPassword, *Failure, or the channel's.
func PACE(ctx context.Context, ch *apdu.Channel, offer Offer, password Password, random io.Reader) (*Mapped, error) {
	p := &pace{ctx, ch, offer, random}
	return p.withKey(password.reference, offer.suite.PasswordKey(password.secret))
}

type pace struct {
	ctx    context.Context
	ch     *apdu.Channel
	offer  Offer
	random io.Reader
}

// The data objects of GENERAL AUTHENTICATE (Doc 9303-11 §4.4.4.2, table 6). The chip's answer has the tag after the terminal's.
const (
	doNonce         = 0x80
	doMappingData   = 0x81
	doEphemeralKey  = 0x83
	doTerminalToken = 0x85
	doChipToken     = 0x86
	doChipData      = 0x8A
)

// withKey runs the protocol with the key derived from the password.
func (p *pace) withKey(reference byte, key []byte) (*Mapped, error) {
	if err := p.setAT(reference); err != nil {
		return nil, err
	}
	nonce, err := p.nonce(key)
	if err != nil {
		return nil, err
	}
	var generator, chipKey group.Element
	if p.offer.mapping == integrated {
		generator, err = p.mapIntegrated(nonce)
	} else {
		generator, chipKey, err = p.mapGeneric(nonce)
	}
	if err != nil {
		return nil, err
	}
	a, err := p.agree(generator, doEphemeralKey, "key agreement")
	if err != nil {
		return nil, err
	}
	return p.authenticate(a, chipKey)
}

func (p *pace) fail(step, code string, err error) error { return &Failure{"PACE", step, code, err} }

// FirstStep is the step of a [Failure] of PACE's first command, by which a chip tells whether it takes part at all.
const FirstStep = "MSE:Set AT"

// setAT selects the variant and the password (§4.4.4.1). The parameter id is sent where the protocol alone would be ambiguous, or where the
// chip refuses to do without.
func (p *pace) setAT(reference byte) error {
	data := append(do.Encode(0x80, do.OID(p.offer.info.Protocol)), 0x83, 1, reference)
	if p.offer.sendID {
		data = append(data, 0x84, 1, byte(p.offer.info.ParameterID))
	}
	r, err := p.ch.Transmit(p.ctx, apdu.Command{INS: 0x22, P1: 0xC1, P2: 0xA4, Data: data})
	if err != nil {
		return err
	}
	// 63Cx is a warning here: the password has few tries left, or is suspended.
	if _, warned := r.Status.Retries(); r.Status == apdu.OK || warned {
		return nil
	}
	if !p.offer.sendID {
		p.offer.sendID = true
		return p.setAT(reference)
	}
	return p.fail(FirstStep, "refused", r.Status)
}

// general sends one GENERAL AUTHENTICATE and returns the data objects inside the answer.
func (p *pace) general(step string, tag byte, value []byte, last bool) (map[byte][]byte, error) {
	cmd := apdu.Command{CLA: 0x10, INS: 0x86, Data: do.Encode(0x7C, nil), Le: apdu.MaxShortLe}
	if value != nil {
		cmd.Data = do.Encode(0x7C, do.Encode(tag, value))
	}
	if last {
		cmd.CLA = 0
	}
	if len(value) > 200 { // the answer is as long: it would not fit a short one
		cmd.Le = 2 * len(value)
	}
	data, err := p.ch.Do(p.ctx, cmd)
	var status apdu.Status
	if errors.As(err, &status) {
		return nil, p.fail(step, "refused", err)
	}
	if err != nil {
		return nil, err
	}
	rest, ok := do.Only(0x7C, data)
	objects := map[byte][]byte{}
	for ok && len(rest) > 0 {
		var tag byte
		var value []byte
		tag, value, rest, ok = do.Take(rest)
		if _, twice := objects[tag]; twice {
			ok = false
		}
		objects[tag] = value
	}
	if !ok {
		return nil, p.fail(step, "malformed", nil)
	}
	return objects, nil
}

// nonce fetches and decrypts the nonce s: whole blocks, 16 bytes in most chips (§4.4.3.2).
func (p *pace) nonce(key []byte) ([]byte, error) {
	const step = "encrypted nonce"
	objects, err := p.general(step, doNonce, nil, false)
	if err != nil {
		return nil, err
	}
	s, cryptogram := p.offer.suite, objects[doNonce]
	if n := len(cryptogram); n == 0 || n > 64 || n%s.Block != 0 {
		return nil, p.fail(step, "malformed", nil)
	}
	return s.Decrypt(key, make([]byte, s.Block), cryptogram)
}

// agreement is one ephemeral Diffie-Hellman.
type agreement struct{ ours, theirs, secret group.Element }

// agree runs one with the generator given.
func (p *pace) agree(generator group.Element, tag byte, step string) (a agreement, err error) {
	private, err := p.offer.group.NewScalar(p.random)
	if err != nil {
		return a, err
	}
	if a.ours, err = generator.Mul(private); err != nil {
		return a, p.fail(step, "bad_point", err)
	}
	objects, err := p.general(step, tag, a.ours.Bytes(), false)
	if err != nil {
		return a, err
	}
	key, ok := objects[tag+1]
	if !ok {
		return a, p.fail(step, "malformed", nil)
	}
	if a.theirs, err = p.offer.group.Parse(key); err != nil {
		return a, p.fail(step, "bad_point", err)
	}
	if a.theirs.Equal(a.ours) { // §4.4.1: the public keys must differ, or the chip only mirrors ours
		return a, p.fail(step, "own_key", nil)
	}
	if a.secret, err = a.theirs.Mul(private); err != nil {
		return a, p.fail(step, "bad_point", err)
	}
	return a, nil
}

// refusedToken tells whether a chip says with this status word that it holds another password: 6300 or 63Cx by the standard, others in the
// field.
func refusedToken(s apdu.Status) bool {
	switch s {
	case apdu.SecurityNotSatisfied, apdu.AuthenticationBlocked, apdu.SMObjectsIncorrect:
		return true
	}
	return s.Warning()
}

// authenticate exchanges the authentication tokens (§4.4.3.4) and takes the session keys into use.
func (p *pace) authenticate(a agreement, chipKey group.Element) (*Mapped, error) {
	const step = "mutual authentication"
	s := p.offer.suite
	enc, mac := s.Keys(a.secret.Secret())
	token, err := p.token(mac, a.theirs)
	if err != nil {
		return nil, err
	}
	objects, err := p.general(step, doTerminalToken, token, true)
	var status apdu.Status
	if errors.As(err, &status) && refusedToken(status) {
		return nil, fmt.Errorf("%w: %w", ErrWrongPassword, status)
	}
	if err != nil {
		return nil, err
	}
	expected, err := p.token(mac, a.ours)
	if err != nil {
		return nil, err
	}
	answer, ok := objects[doChipToken]
	if !ok {
		return nil, p.fail(step, "malformed", nil)
	}
	if subtle.ConstantTimeCompare(expected, answer) != 1 {
		return nil, p.fail(step, "bad_token", nil)
	}
	p.ch.Secure(apdu.NewMessagingWithKeys(s, enc, mac, nil))
	if p.offer.mapping != chipAuthentication {
		return nil, nil
	}
	return &Mapped{chipKey.Bytes(), p.chipData(enc, objects[doChipData])}, nil
}

// chipData decrypts the chip authentication data (§4.4.3.5): with the session key, the initial vector being all ones encrypted. Data that
// does not decrypt is nil, and proves nothing.
func (p *pace) chipData(enc, cryptogram []byte) []byte {
	s := p.offer.suite
	iv, err := s.Encrypt(enc, make([]byte, s.Block), bytes.Repeat([]byte{0xff}, s.Block))
	if err != nil || len(cryptogram) == 0 {
		return nil
	}
	padded, err := s.Decrypt(enc, iv, cryptogram)
	if err != nil {
		return nil
	}
	data, err := suite.Unpad(padded)
	if err != nil {
		return nil
	}
	return data
}

// token is the code over the public key data object of the other side (§4.4.3.4, §9.4.5).
func (p *pace) token(mac []byte, key group.Element) ([]byte, error) {
	body := do.Append(do.Encode(0x06, do.OID(p.offer.info.Protocol)), p.offer.group.Tag(), key.Bytes())
	return p.offer.suite.MAC(mac, append([]byte{0x7F}, do.Encode(0x49, body)...))
}
