package inspect

import (
	"context"
	"crypto/sha256"
	"encoding/asn1"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/skranke/skranke/mrtd"
	"github.com/skranke/skranke/mrtd/access"
	"github.com/skranke/skranke/mrtd/apdu"
	"github.com/skranke/skranke/mrtd/chipproof"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/trust"
)

// claim names what a proof is about: the check, the chip's key, and the EF.SOD of the session. What one session showed of a proof counts in
// another for the same claim alone, so that no document answers for another that was laid in its place.
type claim [sha256.Size]byte

func (g *gatherer) claim(p Proof) claim {
	h := sha256.New()
	fmt.Fprintf(h, "%s %d ", p.ID, len(p.Key))
	h.Write(p.Key)
	h.Write(g.evidence.Files[SOD])
	return claim(h.Sum(nil))
}

// errWrongProof marks a proof that came out wrong; the error beside it says how. It never leaves this package.
var errWrongProof = errors.New("the chip's proof is wrong")

// prove runs one proof and notes what it gave. A wrong proof asks for a fresh session, and stands when it is wrong there too; a last
// session without it then reads what the report shows. run gives its transcript, and an error that matches errWrongProof,
// *chipproof.RefusedError, chipproof.ErrNotOffered, chipproof.ErrUnsupported, or is the channel's.
func (g *gatherer) prove(proof Proof, run func() (map[string]json.RawMessage, error)) error {
	claim := g.claim(proof)
	if settled, ok := g.settled[claim]; ok {
		g.session.Proofs = append(g.session.Proofs, settled)
		return nil
	}
	transcript, err := run()
	if g.adapt(err) {
		return errAgain
	}
	proof.Transcript = transcript
	var refused *chipproof.RefusedError
	switch {
	case err == nil:
		proof.Result = Result{Outcome: Successful}
	case errors.Is(err, errWrongProof):
		if g.wrong[claim] {
			proof.Result = Result{Failed, CodeWrongKey, err.Error()}
			if errors.Is(err, chipproof.ErrWrongSignature) {
				proof.Code = CodeWrongSignature
			}
			g.settled[claim] = proof
		}
		g.wrong[claim] = true
		return errAgain
	case errors.Is(err, chipproof.ErrNotOffered):
		proof.Result = Result{Undetermined, CodeNoKey, "The chip gave a proof whose key stands in none of its files."}
	case errors.Is(err, chipproof.ErrInvalidKey):
		proof.Result = Result{Undetermined, string(trust.CodeKey), err.Error()}
	case errors.Is(err, chipproof.ErrUnknownGroup):
		proof.Result = Result{Undetermined, string(trust.CodeCurve), err.Error()}
	case errors.Is(err, chipproof.ErrUnsupported):
		proof.Result = Result{Undetermined, CodeUnknownAlgorithm, err.Error()}
	case errors.As(err, &refused):
		proof.Result = Result{Undetermined, CodeRefused, refused.Error()}
		if g.ch.Over() { // the refusal cost the session: the next one asks again, the one after reads the rest without the proof
			if g.left[claim] {
				g.settled[claim] = proof
			}
			g.left[claim] = true
			return errAgain
		}
	case errors.Is(err, mrtd.ErrLinkLost):
		proof.Result = Result{Aborted, CodeLinkLost, ""}
		g.session.Proofs = append(g.session.Proofs, proof)
		return err
	default:
		return err
	}
	g.session.Proofs = append(g.session.Proofs, proof)
	return nil
}

// chipAuthentication lets the chip prove that it holds DG14's key (Doc 9303-11 §6.2). The proof is the answer after it, DG1: a chip
// without the private key cannot protect that.
func (g *gatherer) chipAuthentication(ctx context.Context) error {
	infos := g.securityInfos()
	if infos == nil || g.proven("chip.pace_cam") && g.mappingVouched() {
		return nil
	}
	ca, err := chipproof.Choose(infos)
	if errors.Is(err, chipproof.ErrNotOffered) {
		return nil
	}
	return g.prove(Proof{ID: "chip.ca", Protocol: ca.Protocol, Key: ca.Key}, func() (map[string]json.RawMessage, error) {
		if err != nil {
			return nil, err
		}
		ephemeral, err := ca.Run(ctx, g.ch, g.in.Random)
		if err = leftSession("chip authentication", err); err != nil {
			return nil, wrongWhere(bluffs(err), err)
		}
		transcript := map[string]json.RawMessage{"ephemeral_public_key": hexJSON(ephemeral)}
		if g.evidence.Files[DG(1)] != nil { // nothing would go over the air: ask for something that is needed next
			err = g.selectFile(ctx, DG(2))
			if _, refused := refusal(err); refused { // which is an answer too
				err = nil
			}
		} else {
			err = g.read(ctx, DG(1))
		}
		return transcript, wrongWhere(errors.Is(err, apdu.ErrSecureMessaging), err)
	})
}

// mapping is the proof that PACE with chip authentication mapping brought along, and what came of checking it.
type mapping struct {
	proof      Proof
	transcript map[string]json.RawMessage
	err        error
}

// readMapping checks the proof that PACE brought along (Doc 9303-11 §4.4.3.3.3), with the key in EF.CardSecurity, which stands outside the
// application.
func (g *gatherer) readMapping(ctx context.Context, offer access.Offer, mapped *access.Mapped) error {
	if mapped == nil {
		return nil
	}
	if err := g.read(ctx, CardSecurity); err != nil {
		return err
	}
	var key []byte
	security, err := lds.ParseCardSecurity(g.evidence.Files[CardSecurity])
	if err == nil {
		key, err = chipproof.VerifyMapping(security.Infos, offer.Domain, mapped.Key, mapped.Data)
	} else {
		err = chipproof.ErrNotOffered // the judge says what is wrong with EF.CardSecurity
	}
	g.mapping = &mapping{
		Proof{ID: "chip.pace_cam", Protocol: offer.Protocol, Key: key},
		map[string]json.RawMessage{"mapping_public_key": hexJSON(mapped.Key), "chip_authentication_data": hexJSON(mapped.Data)},
		wrongWhere(errors.Is(err, chipproof.ErrWrongMapping), err),
	}
	return nil
}

// chipAuthenticationMapping notes what came of PACE's proof, once EF.SOD tells whose it is.
func (g *gatherer) chipAuthenticationMapping() error {
	if g.mapping == nil {
		return nil
	}
	return g.prove(g.mapping.proof, func() (map[string]json.RawMessage, error) { return g.mapping.transcript, g.mapping.err })
}

// proven tells whether the chip has given a proof in this session.
func (g *gatherer) proven(id string) bool {
	return slices.ContainsFunc(g.session.Proofs, func(p Proof) bool { return p.ID == id && p.Outcome == Successful })
}

// mappingVouched tells whether passive authentication vouches for the key of chip authentication mapping. Without that its proof says nothing,
// and another is asked for.
func (g *gatherer) mappingVouched() bool {
	in := g.in.Judge
	if in.Context == nil {
		in.Context = context.Background()
	}
	if in.Store == nil {
		in.Store = trust.Empty()
	}
	j := &judging{JudgeInput: in, evidence: g.evidence, session: g.session, results: map[string]Result{}}
	j.parse()
	return j.result("chip.pace_cam").Outcome == Successful
}

// activeAuthentication lets the chip sign a challenge with DG15's key (Doc 9303-11 §6.1).
func (g *gatherer) activeAuthentication(ctx context.Context) error {
	file, ok := g.evidence.Files[DG(15)]
	if !ok {
		return nil
	}
	key, err := lds.ParseDG15(file)
	if err != nil {
		return nil // the judge says what is wrong with DG15
	}
	var algorithm asn1.ObjectIdentifier
	if infos := g.securityInfos(); infos != nil && len(infos.ActiveAuthentication) > 0 {
		algorithm = infos.ActiveAuthentication[0].SignatureAlgorithm
	}
	aa, err := chipproof.NewAA(key, algorithm)
	return g.prove(Proof{ID: "chip.aa", Protocol: aa.Protocol, Key: key}, func() (map[string]json.RawMessage, error) {
		if err != nil {
			return nil, err
		}
		g.selected = "" // what a chip has selected after this is its own business
		challenge, signature, err := aa.Run(ctx, g.ch, g.in.Random)
		transcript := map[string]json.RawMessage{"challenge": hexJSON(challenge), "signature": hexJSON(signature)}
		err = leftSession("INTERNAL AUTHENTICATE", err)
		return transcript, wrongWhere(errors.Is(err, chipproof.ErrWrongSignature) || bluffs(err), err)
	})
}

// securityInfos are DG14's, or nil where it was not read or is malformed; the judge says what is wrong with it.
func (g *gatherer) securityInfos() *lds.SecurityInfos {
	file, ok := g.evidence.Files[DG(14)]
	if !ok {
		return nil
	}
	infos, err := lds.ParseDG14(file)
	if err != nil {
		return nil
	}
	return infos
}

// leftSession turns a bare refusal inside the protected session into a refusal of the proof: the chip left the session rather than prove
// anything. A bare 9000 stays what it is, a bluff.
func leftSession(step string, err error) error {
	var bare *apdu.UnprotectedError
	if errors.As(err, &bare) && bare.Status != apdu.OK {
		return &chipproof.RefusedError{Step: step, Status: bare.Status}
	}
	return err
}

// bluffs tells whether the chip answered a command of the proof with a bare 9000: it pretends, where an honest chip protects its answer. A
// protected answer that does not verify under the old keys is none of the proof's business: the reader may have spoiled it.
func bluffs(err error) bool {
	var bare *apdu.UnprotectedError
	return errors.As(err, &bare) && bare.Status == apdu.OK
}

// wrongWhere marks err as a wrong proof where the condition holds.
func wrongWhere(wrong bool, err error) error {
	if wrong {
		return fmt.Errorf("%w: %w", errWrongProof, err)
	}
	return err
}

func hexJSON(b []byte) json.RawMessage { return json.RawMessage(`"` + hex.EncodeToString(b) + `"`) }
