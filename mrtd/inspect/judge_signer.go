package inspect

import (
	"bytes"
	"errors"
	"strings"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
	"github.com/skranke/skranke/mrtd/lds"
	"github.com/skranke/skranke/mrtd/trust"
)

// signer is what is known of one SignerInfo: whether its digest and its signature hold, by whose certificate, and who
// vouches for that.
type signer struct {
	info      *cms.SignerInfo
	digest    Result
	signature Result
	cert      *trust.Certificate // nil where none is at hand
	issuer    trust.Issuer
}

// anchor is the CSCA key that has verified the signer's certificate; nil where none has.
func (s *signer) anchor() *trust.Anchor {
	if s.cert == nil || s.issuer.Err != nil {
		return nil
	}
	return s.issuer.Anchor
}

// examine checks every SignerInfo of a signed object. The signer's certificate is looked for in the object and in the
// store; where several answer to the identifier, one whose key verifies the signature goes before others, and among
// those one that a CSCA vouches for.
func (j *judging) examine(signed *cms.SignedData) []*signer {
	var inside []*trust.Certificate
	for _, raw := range signed.Certificates {
		if c, err := trust.ParseCertificate(raw); err == nil {
			inside = append(inside, c)
		}
	}
	signers := make([]*signer, 0, len(signed.SignerInfos))
	for i := range signed.SignerInfos {
		if i == maxSigners {
			break
		}
		s := &signer{info: &signed.SignerInfos[i]}
		s.digest = digestOf(s.info, signed.Content)
		candidates := append(trust.MatchSigner(s.info, inside), j.Store.Signers(s.info)...)
		s.signature = undetermined(CodeNoSigner, "The document signer's certificate is neither in the object nor in the store.")
		for n, c := range candidates {
			if n == maxCandidates {
				break
			}
			result, issuer := signatureBy(s.info, c), j.Store.FindIssuer(c)
			if s.cert == nil || better(result, issuer, s) {
				s.cert, s.signature, s.issuer = c, result, issuer
			}
		}
		signers = append(signers, s)
	}
	return signers
}

// Bounds of what one object can make this program verify. Real ones have one signer, and one certificate for it.
const (
	maxSigners    = 4
	maxCandidates = 4
)

// better tells whether a candidate is a better signer than the one found so far.
func better(result Result, issuer trust.Issuer, than *signer) bool {
	rank := func(r Result, i trust.Issuer) int {
		n := 0
		switch r.Outcome {
		case Successful:
			n = 4
		case Undetermined:
			n = 2
		}
		if i.Anchor != nil && i.Err == nil {
			n++
		}
		return n
	}
	return rank(result, issuer) > rank(than.signature, than.issuer)
}

// digestOf compares the messageDigest attribute with the content.
func digestOf(info *cms.SignerInfo, content []byte) Result {
	values, n := info.Attribute(cms.MessageDigest)
	if n != 1 || len(values) != 1 {
		return notDone(CodeStructure, "There is not exactly one message digest to compare.")
	}
	digest := trust.FindDigest(info.Digest)
	if digest == nil {
		return undetermined(CodeUnknownAlgorithm, "The hash algorithm %s is unknown.", info.Digest.OID)
	}
	if values[0].Tag != der.OctetString || !bytes.Equal(values[0].Value, digest.Sum(content)) {
		return failed(CodeDigestMismatch, "The signed message digest is not the %s of the content.", digest.Name)
	}
	return successful()
}

// signatureBy verifies the signature with a certificate's key.
func signatureBy(info *cms.SignerInfo, c *trust.Certificate) Result {
	if info.SignedAttributes == nil {
		return notDone(CodeStructure, "There are no signed attributes.")
	}
	key, err := c.PublicKey()
	if err == nil {
		err = key.Verify(info.Algorithm, info.Digest, info.SignedAttributes, info.Signature)
	}
	return signatureResult(err, "document signer")
}

// signatureResult turns the outcome of a verification into that of a check.
func signatureResult(err error, whose string) Result {
	if err == nil {
		return successful()
	}
	var e *trust.SignatureError
	if !errors.As(err, &e) {
		return undetermined(CodeUnknownAlgorithm, "The %s's signature cannot be checked.", whose)
	}
	if e.Open {
		return undetermined(string(e.Code), "The %s's signature cannot be checked: %s.", whose, e.Detail)
	}
	return failed(string(e.Code), "The %s's signature does not hold: %s.", whose, e.Detail)
}

// forEachSigner makes a check on every signer of EF.SOD and keeps the worst result: every one must hold.
func forEachSigner(judge func(*judging, *signer) Result) func(*judging) Result {
	return func(j *judging) Result {
		if j.sod == nil {
			return j.noSOD()
		}
		if len(j.signers) == 0 {
			return notDone(CodeStructure, "EF.SOD has no SignerInfo.")
		}
		if len(j.sod.Signed.SignerInfos) > maxSigners {
			return undetermined(CodeTooManySigners, "EF.SOD has over %d signers.", maxSigners)
		}
		results := make([]Result, len(j.signers))
		for i, s := range j.signers {
			results[i] = judge(j, s)
		}
		return worst(results)
	}
}

// worst returns the result that counts where every one must be successful.
func worst(results []Result) Result {
	order := []Outcome{Failed, Aborted, Undetermined, NotDone, NotSupported}
	for _, outcome := range order {
		for _, r := range results {
			if r.Outcome == outcome {
				return r
			}
		}
	}
	return results[0]
}

// signedInfos is EF.CardSecurity with what its signature is worth.
type signedInfos struct {
	infos *lds.SecurityInfos
	// vouched is successful where the signature holds up to a trusted CSCA of the country that signed EF.SOD.
	vouched Result
}

// signedSecurityInfos reads EF.CardSecurity and checks its signature; nil where it was not read.
func (j *judging) signedSecurityInfos() *signedInfos {
	b, ok := j.evidence.Files[CardSecurity]
	if !ok || j.cardSecurity != nil {
		return j.cardSecurity
	}
	j.cardSecurity = &signedInfos{infos: &lds.SecurityInfos{}}
	file, err := lds.ParseCardSecurity(b)
	if err != nil {
		j.cardSecurity.vouched = undetermined(CodeMalformed, "EF.CardSecurity cannot be read.")
		return j.cardSecurity
	}
	j.cardSecurity.infos = file.Infos
	j.cardSecurity.vouched = j.vouchedCardSecurity(file)
	return j.cardSecurity
}

func (j *judging) vouchedCardSecurity(file *lds.CardSecurity) Result {
	if len(file.Problems) > 0 {
		return undetermined(CodeNotVouched, "EF.CardSecurity breaks a rule of structure: %s.", file.Problems[0].Detail)
	}
	var results []Result
	for _, s := range j.examine(file.Signed) {
		results = append(results, s.digest, s.signature, j.signerSignature(s), j.cscaTrust(s), j.sameCountry(s))
	}
	r := worst(results)
	if r.Outcome == Failed {
		return undetermined(CodeNotVouched, "EF.CardSecurity: %s", r.Detail)
	}
	return r
}

// sameCountry tells whether EF.CardSecurity was signed by the country that signed EF.SOD.
func (j *judging) sameCountry(s *signer) Result {
	for _, of := range j.signers {
		if s.cert != nil && of.cert != nil && country(s) != "" && country(s) == country(of) {
			return successful()
		}
	}
	return undetermined(CodeNotVouched, "EF.CardSecurity was not signed by the country that signed EF.SOD.")
}

// country is the signer's own, or, where its certificate states none, its CSCA's.
func country(s *signer) string {
	if s.cert == nil {
		return ""
	}
	if c := s.cert.Subject.Country(); c != "" {
		return c
	}
	if a := s.anchor(); a != nil {
		return a.Country()
	}
	return ""
}

func asSODError(err error) *lds.SODError {
	var e *lds.SODError
	if errors.As(err, &e) {
		return e
	}
	return &lds.SODError{Code: lds.SODMalformed, Detail: "it cannot be read"}
}

func join(parts []string) string {
	var kept []string
	for _, p := range parts {
		if p != "" {
			kept = append(kept, p)
		}
	}
	return strings.Join(kept, " ")
}
