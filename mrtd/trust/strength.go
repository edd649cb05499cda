package trust

import "fmt"

// Weakness is a doubt about an algorithm or key, from cryptanalysis alone.
type Weakness struct {
	// Broken tells that forgeries are practicable; otherwise the algorithm is deprecated.
	Broken bool
	// What names it: "SHA-1", "RSA-1024".
	What string
}

// Weakness tells what speaks against the hash algorithm; nil when nothing does.
func (d *Digest) Weakness() *Weakness {
	switch d {
	case md5:
		return &Weakness{true, d.Name}
	case sha1:
		return &Weakness{false, d.Name}
	}
	return nil
}

// Weakness tells what speaks against the key: RSA under 1024 bits or with exponent 1 is broken, RSA under 2048 bits and
// curves under 224 bits are deprecated. Nil when nothing does.
func (k *PublicKey) Weakness() *Weakness {
	if k.n == nil {
		if k.q.Curve.Elliptic().Params().N.BitLen() < 224 {
			return &Weakness{false, k.String()}
		}
		return nil
	}
	switch {
	case k.e.BitLen() == 1:
		return &Weakness{true, "RSA with exponent 1"}
	case k.n.BitLen() < 1024:
		return &Weakness{true, fmt.Sprint(k)}
	case k.n.BitLen() < 2048:
		return &Weakness{false, fmt.Sprint(k)}
	}
	return nil
}
