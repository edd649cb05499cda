package inspect

import (
	"fmt"
	"strings"
	"time"

	"github.com/skranke/skranke/mrtd/internal/cms"
	"github.com/skranke/skranke/mrtd/internal/der"
	"github.com/skranke/skranke/mrtd/mrz"
	"github.com/skranke/skranke/mrtd/trust"
)

func noSigner() Result {
	return notDone(CodeNoSigner, "The document signer's certificate is missing.")
}

// signerSignature checks who vouches for the signer: a CSCA key of the store (Doc 9303-12 §5.1).
func (j *judging) signerSignature(s *signer) Result {
	if s.cert == nil {
		return noSigner()
	}
	i := s.issuer
	switch {
	case i.Anchor == nil && i.Rootless:
		return undetermined(j.unknownCSCA(s), "The store holds the CSCA's certificate, and nothing that vouches for it.")
	case i.Anchor == nil:
		return undetermined(j.unknownCSCA(s), "The store holds no CSCA key for the document signer.")
	case i.Err == nil && i.NameDiffers:
		return successful("issuer_name_differs: the certificate writes its issuer's name otherwise than the CSCA does.")
	case i.Err == nil:
		return successful()
	case i.ByKeyID && i.Anchor.Standing() != trust.Unverified:
		return signatureResult(i.Err, "CSCA")
	case i.ByKeyID:
		return undetermined(CodeListUnverified, "The CSCA key that the document signer names is only on a list whose own signature was not verified, and has not signed it.")
	}
	if r := signatureResult(i.Err, "CSCA"); r.Outcome == Undetermined {
		return r
	}
	return undetermined(CodeNoCSCAFits, "None of the CSCA keys with the issuer's name has signed the document signer's certificate.")
}

// unvouched is the code of what needs a CSCA that has vouched for the signer, where none has.
func (j *judging) unvouched(s *signer) string {
	if r := j.signerSignature(s); r.Outcome == Undetermined {
		return r.Code
	}
	return CodeNoCSCAFits
}

// unknownCSCA is the code for a signer whose CSCA is not in the store: no_csca where the store holds no key of that state at all, and
// csca_unknown where it does, which is a state's newest key, or a forger's.
func (j *judging) unknownCSCA(s *signer) string {
	states := []string{s.cert.Subject.Country(), s.cert.Issuer.Country()}
	if j.mrz != nil {
		countries, _ := mrz.CountryOf(j.mrz.Issuer)
		states = append(states, countries...)
	}
	for _, state := range states {
		if state != "" && j.Store.Knows(state) {
			return CodeCSCAUnknown
		}
	}
	return CodeNoCSCA
}

// signerValidity compares the certificate's time with At. What the signing time and the private key's period say is
// named, and never fails.
func (j *judging) signerValidity(s *signer) Result {
	if s.cert == nil {
		return noSigner()
	}
	r := validity(s.cert, j.At)
	r.Detail = join([]string{r.Detail, signingTime(s), privateKeyPeriod(s)})
	return r
}

func validity(c *trust.Certificate, at time.Time) Result {
	at = at.Truncate(time.Second)
	switch {
	case c.NotBefore.IsZero() || c.NotAfter.IsZero():
		return undetermined(CodeUnreadableDate, "The certificate's dates cannot be read.")
	case at.Before(c.NotBefore):
		return failed(CodeNotYetValid, "The certificate's time begins on %s.", c.NotBefore.Format(time.RFC3339))
	case at.After(c.NotAfter):
		return failed(CodeExpired, "The certificate's time ended on %s.", c.NotAfter.Format(time.RFC3339))
	}
	return successful()
}

// claimed is the signing time that the signer claims; zero where it claims none.
func claimed(s *signer) time.Time {
	values, n := s.info.Attribute(cms.SigningTime)
	if n != 1 || len(values) != 1 {
		return time.Time{}
	}
	t, err := der.Time(values[0])
	if err != nil {
		return time.Time{}
	}
	return t
}

func signingTime(s *signer) string {
	t := claimed(s)
	switch {
	case t.IsZero():
		return ""
	case !s.cert.ValidAt(t):
		return fmt.Sprintf("signing_time_outside_validity: %s.", t.Format(time.RFC3339))
	}
	return fmt.Sprintf("signing_time: %s.", t.Format(time.RFC3339))
}

func privateKeyPeriod(s *signer) string {
	from, to, t := s.cert.PrivateKeyFrom, s.cert.PrivateKeyTo, claimed(s)
	if t.IsZero() || (from.IsZero() || !t.Before(from)) && (to.IsZero() || !t.After(to)) {
		return ""
	}
	return "private_key_period_over: the claimed signing time lies outside the private key's period."
}

// signerUsage checks that the certificate may sign documents (Doc 9303-12 §7.1, profile of document signers).
func (j *judging) signerUsage(s *signer) Result {
	c := s.cert
	if c == nil {
		return noSigner()
	}
	switch {
	case c.IsCA:
		return failed(CodeIsAuthority, "The signer's certificate is that of an authority.")
	case len(c.Malformed) > 0:
		return failed(CodeMalformedExt, "Extensions that are there twice or cannot be read: %s.", strings.Join(c.Malformed, ", "))
	case len(c.UnknownCritical) > 0:
		return failed(CodeCriticalExtension, "Critical extensions that are unknown: %s.", strings.Join(c.UnknownCritical, ", "))
	case c.HasUsage && (c.Usage&trust.DigitalSignature == 0 || c.Usage&(trust.KeyCertSign|trust.CRLSign) != 0):
		return failed(CodeKeyUsage, "The key usage is not that of a document signer.")
	}
	if limited, allowed := c.Limited(oidAnyUsage); limited && !allowed {
		return failed(CodeExtendedUsage, "Extended key usage limits the key to something else than documents.")
	}
	if r := j.documentType(c.DocumentTypes); r.Outcome != Successful {
		return r
	}
	var absent, unread string
	if !c.HasUsage {
		absent = "key_usage_absent: the certificate has no key usage."
	}
	if len(c.Unread) > 0 {
		unread = "unread_extension: " + strings.Join(c.Unread, ", ") + "."
	}
	return successful(absent, unread, profile(c))
}

// profile names what of the certificate departs from the profile of Doc 9303-12 §7.1 and takes nothing from what it says.
func profile(c *trust.Certificate) string {
	var departs []string
	if c.Version != 3 {
		departs = append(departs, fmt.Sprintf("certificate_version: %d, not 3.", c.Version))
	}
	if c.HasUsage && !c.UsageCritical {
		departs = append(departs, "key_usage_not_critical: the key usage is not marked as critical.")
	}
	return join(departs)
}

var oidAnyUsage = der.MakeOID("2.5.29.37.0")

// documentType checks DG1's document code against the list of those that the signer may sign (Doc 9303-12 §7.1.1.6). A
// type of one letter stands for all codes that begin with it.
func (j *judging) documentType(types []string) Result {
	if types == nil || j.mrz == nil {
		return successful()
	}
	for _, t := range types {
		if t == j.mrz.Code || len(t) == 1 && strings.HasPrefix(j.mrz.Code, t) {
			return successful()
		}
	}
	return failed(CodeDocumentType, "The signer may sign documents of type %s, and this one is of another.", printable(strings.Join(types, ", ")))
}

// signerRevocation looks for the certificate on its CSCA's revocation lists.
func (j *judging) signerRevocation(s *signer) Result {
	if s.cert == nil {
		return noSigner()
	}
	a := s.anchor()
	if a == nil {
		return undetermined(j.unvouched(s), "Without a CSCA there is no revocation list to look at.")
	}
	answer, list := j.Store.Revocation(s.cert, a, j.At)
	switch answer {
	case trust.Revoked:
		return failed(CodeRevoked, "The certificate is on the revocation list of %s.", list.ThisUpdate.Format(time.DateOnly))
	case trust.NotRevoked:
		return successful(fmt.Sprintf("By the revocation list of %s.", list.ThisUpdate.Format(time.DateOnly)))
	case trust.StaleList:
		return undetermined(CodeStale, "The revocation list of %s is not of this time: %s.", list.ThisUpdate.Format(time.DateOnly), nextUpdate(list))
	case trust.UnusableList:
		return undetermined(CodeUnusableCRL, "The revocation list cannot be used: %s.", list.Unusable)
	}
	return undetermined(CodeNoCRL, "No revocation list of the CSCA is at hand.")
}

func nextUpdate(list *trust.CRL) string {
	if list.NextUpdate.IsZero() {
		return "it states no next update"
	}
	return "its next update was due on " + list.NextUpdate.Format(time.DateOnly)
}

func (j *judging) cscaValidity(s *signer) Result {
	if s.cert == nil {
		return noSigner()
	}
	a := s.anchor()
	if a == nil {
		return notDone(j.unvouched(s), "No CSCA was found that vouches for the signer.")
	}
	return validity(a.CertificateAt(j.At), j.At)
}

func (j *judging) cscaTrust(s *signer) Result {
	if s.cert == nil {
		return noSigner()
	}
	a := s.anchor()
	if a == nil {
		return undetermined(j.unvouched(s), "No CSCA was found that vouches for the signer.")
	}
	switch a.Standing() {
	case trust.Trusted:
		return successful()
	case trust.Distrusted:
		return failed(CodeDistrusted, "The store marks the CSCA's key as distrusted.")
	}
	return undetermined(CodeListUnverified, "The CSCA is only on a list whose own signature was not verified.")
}

// algorithmStrength names what is broken or deprecated between the data groups and the CSCA's key.
func (j *judging) algorithmStrength(s *signer) Result {
	var broken, deprecated []string
	note := func(w *trust.Weakness, where string) {
		switch {
		case w == nil:
		case w.Broken:
			broken = append(broken, w.What+" ("+where+")")
		default:
			deprecated = append(deprecated, w.What+" ("+where+")")
		}
	}
	hash := func(d *trust.Digest, where string) {
		if d != nil {
			note(d.Weakness(), where)
		}
	}
	hash(trust.FindDigest(j.sod.Digest), "data groups")
	hash(trust.FindDigest(s.info.Digest), "security object")
	hash(trust.SignatureDigest(s.info.Algorithm, s.info.Digest), "document signer's signature")
	if s.cert != nil {
		hash(trust.SignatureDigest(s.cert.Algorithm, der.AlgorithmIdentifier{}), "CSCA's signature")
		if key, err := s.cert.PublicKey(); err == nil {
			note(key.Weakness(), "document signer's key")
		}
	}
	if a := s.anchor(); a != nil {
		note(a.Key().Weakness(), "CSCA's key")
	}
	switch {
	case len(broken) > 0:
		return failed(CodeBrokenAlgorithm, "Broken: %s.", strings.Join(append(broken, deprecated...), ", "))
	case len(deprecated) > 0:
		return undetermined(CodeDeprecated, "Deprecated: %s.", strings.Join(deprecated, ", "))
	}
	return successful()
}
