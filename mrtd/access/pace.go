package access

import (
	"context"
	"crypto/subtle"
	"encoding/asn1"
	"errors"
	"fmt"
	"io"
	"slices"

	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/internal/do"
	"github.com/skranke/skranke/mrtd/internal/ec"
	"github.com/skranke/skranke/mrtd/internal/suite"
	"github.com/skranke/skranke/mrtd/lds"
)

// idPACE is the prefix of PACE's object identifiers (TR-03110-3 A.1.1.1): key agreement and mapping, then the suite.
var idPACE = asn1.ObjectIdentifier{0, 4, 0, 127, 0, 7, 2, 2, 4}

const mappingECDHGM = 2

// Offer is one variant of PACE that a chip offers and this package can run.
type Offer struct {
	// Protocol is its name, "PACE-ECDH-GM-AES-CBC-CMAC-128"; Domain is the name of its domain parameters.
	Protocol, Domain string
	info             lds.PACEInfo
	suite            *suite.Suite
	curve            *ec.Curve
	sendID           bool // MSE:Set AT names the parameter id
}

// ErrPACENotOffered says that EF.CardAccess offers no PACE at all; ErrPACEUnsupported that it offers only variants that this
// package cannot run.
var (
	ErrPACENotOffered  = errors.New("the chip does not offer PACE")
	ErrPACEUnsupported = errors.New("the chip offers no variant of PACE that is supported here")
)

// Choose picks the strongest of the variants offered: the longest session key first, then the larger curve, then the order in
// which the chip lists them. Errors are ErrPACENotOffered and ErrPACEUnsupported.
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
	if len(offers) == 0 {
		return Offer{}, ErrPACEUnsupported
	}
	best := slices.MaxFunc(offers, func(a, b Offer) int { return a.strength() - b.strength() })
	for _, info := range infos {
		if info.Protocol.Equal(best.info.Protocol) && info.ParameterID != best.info.ParameterID {
			best.sendID = true // MSE:Set AT then needs the parameter id, Doc 9303-11 §4.4.4.1
		}
	}
	return best, nil
}

func supported(info lds.PACEInfo) (Offer, bool) {
	n := len(idPACE)
	if len(info.Protocol) != n+2 || !info.Protocol[:n].Equal(idPACE) || info.Protocol[n] != mappingECDHGM || info.Version != 2 {
		return Offer{}, false
	}
	o := Offer{info: info, suite: suite.ByNumber(info.Protocol[n+1]), curve: ec.ByID(info.ParameterID)}
	if o.suite == nil || o.curve == nil {
		return Offer{}, false
	}
	o.Protocol, o.Domain = "PACE-ECDH-GM-"+o.suite.Name, o.curve.Name
	return o, true
}

func (o Offer) strength() int {
	strength := o.suite.KeyLen
	if o.suite == suite.TDES {
		strength = 14 // 112 bits
	}
	return strength*1000 + o.curve.FieldBytes()
}

// PACE runs the Password Authenticated Connection Establishment (Doc 9303-11 §4.4) and turns secure messaging on.
// Errors: ErrWrongPassword, *Failure, or the channel's.
func PACE(ctx context.Context, ch *apdu.Channel, offer Offer, password Password, random io.Reader) error {
	p := &pace{ctx, ch, offer, random}
	return p.withKey(password.reference, offer.suite.PasswordKey(password.secret))
}

type pace struct {
	ctx    context.Context
	ch     *apdu.Channel
	offer  Offer
	random io.Reader
}

// The data objects of GENERAL AUTHENTICATE (Doc 9303-11 §4.4.4.2, table 6).
const (
	doNonce         = 0x80
	doMappingData   = 0x81
	doEphemeralKey  = 0x83
	doTerminalToken = 0x85
)

// withKey runs the protocol with the key derived from the password.
func (p *pace) withKey(reference byte, key []byte) error {
	if err := p.setAT(reference); err != nil {
		return err
	}
	nonce, err := p.nonce(key)
	if err != nil {
		return err
	}
	generator, err := p.mapNonce(nonce)
	if err != nil {
		return err
	}
	ours, theirs, secret, err := p.agree(generator, doEphemeralKey, "key agreement")
	if err != nil {
		return err
	}
	return p.authenticate(ours, theirs, secret.XBytes())
}

func (p *pace) fail(step, code string, err error) error { return &Failure{"PACE", step, code, err} }

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
	return p.fail("MSE:Set AT", "refused", r.Status)
}

// general sends one GENERAL AUTHENTICATE and takes the wanted object, tagged one above the one sent, out of the answer.
func (p *pace) general(step string, tag byte, value []byte, last bool) ([]byte, error) {
	cmd := apdu.Command{CLA: 0x10, INS: 0x86, Data: do.Encode(0x7C, nil), Le: apdu.MaxShortLe}
	if value != nil {
		cmd.Data = do.Encode(0x7C, do.Encode(tag, value))
		tag++
	}
	if last {
		cmd.CLA = 0
	}
	data, err := p.ch.Do(p.ctx, cmd)
	var status apdu.Status
	if errors.As(err, &status) {
		return nil, p.fail(step, "refused", err)
	}
	if err != nil {
		return nil, err
	}
	if inner, ok := do.Only(0x7C, data); ok {
		if value, ok := do.Only(tag, inner); ok {
			return value, nil
		}
	}
	return nil, p.fail(step, "malformed", nil)
}

// nonce fetches and decrypts the nonce s: whole blocks, 16 bytes in every chip seen (§4.4.3.2).
func (p *pace) nonce(key []byte) ([]byte, error) {
	const step = "encrypted nonce"
	cryptogram, err := p.general(step, doNonce, nil, false)
	if err != nil {
		return nil, err
	}
	s := p.offer.suite
	if n := len(cryptogram); n == 0 || n > 64 || n%s.Block != 0 {
		return nil, p.fail(step, "malformed", nil)
	}
	return s.Decrypt(key, make([]byte, s.Block), cryptogram)
}

// mapNonce is the generic mapping (§4.4.3.3.1): Ĝ = s·G + H, H from an anonymous key agreement.
func (p *pace) mapNonce(nonce []byte) (ec.Point, error) {
	const step = "mapping the nonce"
	g := p.offer.curve.Generator()
	_, _, h, err := p.agree(g, doMappingData, step)
	if err != nil {
		return ec.Point{}, err
	}
	sg, err := g.Mul(nonce)
	if err != nil {
		return ec.Point{}, p.fail(step, "bad_point", err)
	}
	mapped, err := sg.Add(h)
	if err != nil {
		return ec.Point{}, p.fail(step, "bad_point", err)
	}
	return mapped, nil
}

// agree runs one ephemeral Diffie-Hellman with the generator given.
func (p *pace) agree(generator ec.Point, tag byte, step string) (ours, theirs, secret ec.Point, err error) {
	none := ec.Point{}
	private, err := p.offer.curve.NewScalar(p.random)
	if err != nil {
		return none, none, none, err
	}
	if ours, err = generator.Mul(private); err != nil {
		return none, none, none, p.fail(step, "bad_point", err)
	}
	answer, err := p.general(step, tag, ours.Bytes(), false)
	if err != nil {
		return none, none, none, err
	}
	if theirs, err = p.offer.curve.ParsePoint(answer); err != nil {
		return none, none, none, p.fail(step, "bad_point", err)
	}
	if theirs.Equal(ours) { // §4.4.1: the public keys must differ, or the chip only mirrors ours
		return none, none, none, p.fail(step, "own_key", nil)
	}
	if secret, err = theirs.Mul(private); err != nil {
		return none, none, none, p.fail(step, "bad_point", err)
	}
	return ours, theirs, secret, nil
}

// authenticate exchanges the authentication tokens (§4.4.3.4). A chip that refuses ours holds another password: 6300 mostly, or 63Cx.
func (p *pace) authenticate(ours, theirs ec.Point, secret []byte) error {
	const step = "mutual authentication"
	s := p.offer.suite
	enc, mac := s.Keys(secret)
	token, err := p.token(mac, theirs)
	if err != nil {
		return err
	}
	answer, err := p.general(step, doTerminalToken, token, true)
	var status apdu.Status
	if errors.As(err, &status) && (status.Warning() || status == apdu.SecurityNotSatisfied || status == apdu.AuthenticationBlocked || status == apdu.SMObjectsIncorrect) {
		return fmt.Errorf("%w: %w", ErrWrongPassword, status)
	}
	if err != nil {
		return err
	}
	expected, err := p.token(mac, ours)
	if err != nil {
		return err
	}
	if subtle.ConstantTimeCompare(expected, answer) != 1 {
		return p.fail(step, "bad_token", nil)
	}
	p.ch.Secure(apdu.NewMessagingWithKeys(s, enc, mac, nil))
	return nil
}

// token is the code over the public key data object of the other side (§4.4.3.4, §9.4.5).
func (p *pace) token(mac []byte, key ec.Point) ([]byte, error) {
	body := do.Append(do.Encode(0x06, do.OID(p.offer.info.Protocol)), 0x86, key.Bytes())
	return p.offer.suite.MAC(mac, append([]byte{0x7F}, do.Encode(0x49, body)...))
}
