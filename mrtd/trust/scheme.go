package trust

import (
	"github.com/skranke/skranke/mrtd/internal/der"
)

type schemeKind int

const (
	pkcs1Scheme schemeKind = iota
	pssScheme
	ecdsaScheme
	plainScheme
)

// scheme is a signature algorithm with its parameters.
type scheme struct {
	kind   schemeKind
	digest *Digest
	pss    *pssParams
}

var schemes = map[der.OID]scheme{
	der.MakeOID("1.2.840.113549.1.1.4"):  {kind: pkcs1Scheme, digest: md5},
	der.MakeOID("1.2.840.113549.1.1.5"):  {kind: pkcs1Scheme, digest: sha1},
	der.MakeOID("1.3.14.3.2.29"):         {kind: pkcs1Scheme, digest: sha1},
	der.MakeOID("1.2.840.113549.1.1.14"): {kind: pkcs1Scheme, digest: sha224},
	der.MakeOID("1.2.840.113549.1.1.11"): {kind: pkcs1Scheme, digest: sha256},
	der.MakeOID("1.2.840.113549.1.1.12"): {kind: pkcs1Scheme, digest: sha384},
	der.MakeOID("1.2.840.113549.1.1.13"): {kind: pkcs1Scheme, digest: sha512},
	der.MakeOID("1.2.840.10045.4.1"):     {kind: ecdsaScheme, digest: sha1},
	der.MakeOID("1.2.840.10045.4.3.1"):   {kind: ecdsaScheme, digest: sha224},
	der.MakeOID("1.2.840.10045.4.3.2"):   {kind: ecdsaScheme, digest: sha256},
	der.MakeOID("1.2.840.10045.4.3.3"):   {kind: ecdsaScheme, digest: sha384},
	der.MakeOID("1.2.840.10045.4.3.4"):   {kind: ecdsaScheme, digest: sha512},
	// The plain format of BSI TR-03111 §5.2.1.1: r and s without any encoding around them.
	der.MakeOID("0.4.0.127.0.7.1.1.4.1.1"): {kind: plainScheme, digest: sha1},
	der.MakeOID("0.4.0.127.0.7.1.1.4.1.2"): {kind: plainScheme, digest: sha224},
	der.MakeOID("0.4.0.127.0.7.1.1.4.1.3"): {kind: plainScheme, digest: sha256},
	der.MakeOID("0.4.0.127.0.7.1.1.4.1.4"): {kind: plainScheme, digest: sha384},
	der.MakeOID("0.4.0.127.0.7.1.1.4.1.5"): {kind: plainScheme, digest: sha512},
}

// findScheme reads a signature algorithm identifier (Doc 9303-12 §4). Its error is a [*SignatureError].
func findScheme(a, digest der.AlgorithmIdentifier) (scheme, error) {
	if a.OID == oidPSS {
		if len(a.Parameters) == 0 {
			return scheme{}, open(CodeAlgorithm, "RSASSA-PSS without its parameters")
		}
		p, err := parsePSS(a.Parameters)
		if err != nil {
			return scheme{}, err
		}
		return scheme{kind: pssScheme, digest: p.digest, pss: p}, nil
	}
	if a.OID == oidRSA && digest.OID != "" {
		d := FindDigest(digest)
		if d == nil {
			return scheme{}, open(CodeAlgorithm, "hash algorithm %s", digest.OID)
		}
		return scheme{kind: pkcs1Scheme, digest: d}, nil
	}
	s, ok := schemes[a.OID]
	if !ok {
		return scheme{}, open(CodeAlgorithm, "signature algorithm %s", a.OID)
	}
	if s.kind == pkcs1Scheme && !a.NoParameters() {
		return scheme{}, failed(CodeParameters, "parameters of %s that it does not have", a.OID)
	}
	return s, nil
}

// SignatureDigest returns the hash that a signature algorithm signs, nil when it is unknown. digest is as in
// [PublicKey.Verify].
func SignatureDigest(algorithm, digest der.AlgorithmIdentifier) *Digest {
	s, err := findScheme(algorithm, digest)
	if err != nil {
		return nil
	}
	return s.digest
}

// pssParams is RSASSA-PSS-params (RFC 4055 §3.1).
type pssParams struct {
	digest, mask *Digest
	salt         int
}

// allows tells whether a signature's parameters keep to those of a key: the same hashes, and no less salt (RFC 4055
// §3.3).
func (p *pssParams) allows(s *pssParams) bool {
	return p.digest == s.digest && p.mask == s.mask && s.salt >= p.salt
}

var oidMGF1 = der.MakeOID("1.2.840.113549.1.1.8")

func parsePSS(parameters []byte) (*pssParams, error) {
	bad := func(err error) error { return failed(CodeParameters, "RSASSA-PSS parameters: %v", err) }
	seq, err := der.Only(parameters, der.Sequence)
	if err != nil {
		return nil, bad(err)
	}
	p := &pssParams{digest: sha1, mask: sha1, salt: 20}
	r := seq.Inside()
	if e, ok, err := r.Optional(der.Context(0)); err != nil {
		return nil, bad(err)
	} else if ok {
		a, err := e.Inside().Algorithm()
		if err != nil {
			return nil, bad(err)
		}
		if p.digest = FindDigest(a); p.digest == nil {
			return nil, open(CodeAlgorithm, "hash algorithm %s in RSASSA-PSS", a.OID)
		}
	}
	if e, ok, err := r.Optional(der.Context(1)); err != nil {
		return nil, bad(err)
	} else if ok {
		a, err := e.Inside().Algorithm()
		if err != nil {
			return nil, bad(err)
		}
		if a.OID != oidMGF1 {
			return nil, open(CodeAlgorithm, "mask generation %s in RSASSA-PSS", a.OID)
		}
		h, err := der.NewReader(a.Parameters).Algorithm()
		if err != nil {
			return nil, bad(err)
		}
		if p.mask = FindDigest(h); p.mask == nil {
			return nil, open(CodeAlgorithm, "hash algorithm %s in MGF1", h.OID)
		}
	}
	if e, ok, err := r.Optional(der.Context(2)); err != nil {
		return nil, bad(err)
	} else if ok {
		if p.salt, err = e.Inside().Int(); err != nil || p.salt < 0 {
			return nil, failed(CodeParameters, "RSASSA-PSS salt length")
		}
	}
	if e, ok, err := r.Optional(der.Context(3)); err != nil {
		return nil, bad(err)
	} else if ok {
		if trailer, err := e.Inside().Int(); err != nil || trailer != 1 {
			return nil, failed(CodeParameters, "RSASSA-PSS trailer field")
		}
	}
	if err := r.End(); err != nil {
		return nil, bad(err)
	}
	return p, nil
}
