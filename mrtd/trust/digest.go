package trust

import (
	"crypto"
	_ "crypto/md5"    // to tell a broken signature from a false one
	_ "crypto/sha1"   // many documents in use
	_ "crypto/sha256" // and their signers
	_ "crypto/sha512"

	"github.com/skranke/skranke/mrtd/internal/der"
)

// Digest is a hash algorithm of Doc 9303-12 §4.2, or MD5, which is known so that it can be named as broken.
type Digest struct {
	// Name is as FIPS 180-4 writes it: "SHA-256".
	Name string
	hash crypto.Hash
}

var digests = map[der.OID]*Digest{
	der.MakeOID("1.2.840.113549.2.5"):     {"MD5", crypto.MD5},
	der.MakeOID("1.3.14.3.2.26"):          {"SHA-1", crypto.SHA1},
	der.MakeOID("2.16.840.1.101.3.4.2.4"): {"SHA-224", crypto.SHA224},
	der.MakeOID("2.16.840.1.101.3.4.2.1"): {"SHA-256", crypto.SHA256},
	der.MakeOID("2.16.840.1.101.3.4.2.2"): {"SHA-384", crypto.SHA384},
	der.MakeOID("2.16.840.1.101.3.4.2.3"): {"SHA-512", crypto.SHA512},
}

var (
	md5    = digests[der.MakeOID("1.2.840.113549.2.5")]
	sha1   = digests[der.MakeOID("1.3.14.3.2.26")]
	sha224 = digests[der.MakeOID("2.16.840.1.101.3.4.2.4")]
	sha256 = digests[der.MakeOID("2.16.840.1.101.3.4.2.1")]
	sha384 = digests[der.MakeOID("2.16.840.1.101.3.4.2.2")]
	sha512 = digests[der.MakeOID("2.16.840.1.101.3.4.2.3")]
)

// FindDigest returns the hash algorithm that an identifier names, nil when it is unknown. Parameters other than NULL make
// it unknown.
func FindDigest(a der.AlgorithmIdentifier) *Digest {
	if !a.NoParameters() {
		return nil
	}
	return digests[a.OID]
}

// Size is the length of a hash in octets.
func (d *Digest) Size() int { return d.hash.Size() }

// Sum hashes the concatenation of the parts.
func (d *Digest) Sum(parts ...[]byte) []byte {
	h := d.hash.New()
	for _, p := range parts {
		h.Write(p)
	}
	return h.Sum(nil)
}
