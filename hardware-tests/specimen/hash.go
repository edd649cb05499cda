package specimen

import (
	"crypto"
	_ "crypto/md5"  //nolint:gosec // specimens of forbidden algorithms are wanted
	_ "crypto/sha1" //nolint:gosec // old documents use it
	_ "crypto/sha256"
	_ "crypto/sha512"
	"encoding/asn1"
	"fmt"

	"github.com/skranke/skranke/hardware-tests/chip/tlv"
)

// hash is a hash function with its names.
type hash struct {
	crypto.Hash
	name string
	oid  asn1.ObjectIdentifier
	// rsa, ecdsa and plain are the last components of the signature algorithms that use it: under 1.2.840.113549.1.1,
	// the whole identifier of ecdsa-with-…, and under 0.4.0.127.0.7.1.1.4.1.
	rsa   int
	ecdsa asn1.ObjectIdentifier
	plain int
}

var hashes = []hash{
	{crypto.MD5, "md5", asn1.ObjectIdentifier{1, 2, 840, 113549, 2, 5}, 4, nil, 0},
	{crypto.SHA1, "sha1", asn1.ObjectIdentifier{1, 3, 14, 3, 2, 26}, 5, asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 1}, 1},
	{
		crypto.SHA224, "sha224",
		asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 4},
		14,
		asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 1},
		2,
	},
	{
		crypto.SHA256, "sha256",
		asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 1},
		11,
		asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 2},
		3,
	},
	{
		crypto.SHA384, "sha384",
		asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 2},
		12,
		asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 3},
		4,
	},
	{
		crypto.SHA512, "sha512",
		asn1.ObjectIdentifier{2, 16, 840, 1, 101, 3, 4, 2, 3},
		13,
		asn1.ObjectIdentifier{1, 2, 840, 10045, 4, 3, 4},
		5,
	},
}

// hashByName finds a hash function, or says which there are.
func hashByName(name string) (hash, error) {
	for _, h := range hashes {
		if h.name == name {
			return h, nil
		}
	}
	return hash{}, fmt.Errorf("unknown hash function %q; known are md5, sha1, sha224, sha256, sha384 and sha512", name)
}

// sum hashes the parts, one after the other.
func (h hash) sum(parts ...[]byte) []byte {
	f := h.New()
	for _, p := range parts {
		f.Write(p)
	}
	return f.Sum(nil)
}

// identifier is the AlgorithmIdentifier, with NULL parameters as most issuers write it.
func (h hash) identifier() []byte { return tlv.Seq(tlv.OID(h.oid), null) }

var null = []byte{0x05, 0x00}
