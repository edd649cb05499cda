package trust

import (
	"bytes"
	"crypto/subtle"
	"encoding/binary"
	"math/big"
)

// encrypt gives the encoded message that a signature stands for: s^e mod n, as long as the modulus. RFC 8017 §5.2.2.
func (k *PublicKey) encodedMessage(signature []byte) ([]byte, error) {
	size := (k.n.BitLen() + 7) / 8
	s := new(big.Int).SetBytes(signature)
	if len(signature) != size || s.Cmp(k.n) >= 0 {
		return nil, failed(CodeRange, "an RSA signature that is not as long as the modulus, or not below it")
	}
	return s.Exp(s, k.e, k.n).FillBytes(make([]byte, size)), nil
}

// digestInfo is the DigestInfo of RFC 8017 §9.2 before the hash: with the NULL parameters that it prescribes, and without
// them, as RFC 8017 appendix A.2.4 wants accepted and as the ICAO master list of March 2023 has it.
func digestInfo(d *Digest, null bool) []byte {
	oid := digestOIDs[d]
	algorithm := append([]byte{0x06, byte(len(oid))}, oid...)
	if null {
		algorithm = append(algorithm, 0x05, 0x00)
	}
	algorithm = append([]byte{0x30, byte(len(algorithm))}, algorithm...)
	info := append(algorithm, 0x04, byte(d.Size()))
	return append([]byte{0x30, byte(len(info) + d.Size())}, info...)
}

var digestOIDs = func() map[*Digest]string {
	m := map[*Digest]string{}
	for oid, d := range digests {
		m[d] = string(oid)
	}
	return m
}()

// verifyPKCS1 is RSASSA-PKCS1-v1_5 (RFC 8017 §8.2.2): the whole encoded message is compared, so that no padding but the
// right one is read.
func (k *PublicKey) verifyPKCS1(d *Digest, message, signature []byte) error {
	em, err := k.encodedMessage(signature)
	if err != nil {
		return err
	}
	hash := d.Sum(message)
	for _, null := range []bool{true, false} {
		t := append(digestInfo(d, null), hash...)
		if len(em) < len(t)+11 {
			return failed(CodeInvalid, "%s is too short for %s", k, d.Name)
		}
		want := append([]byte{0, 1}, bytes.Repeat([]byte{0xff}, len(em)-len(t)-3)...)
		want = append(append(want, 0), t...)
		if subtle.ConstantTimeCompare(em, want) == 1 {
			return nil
		}
	}
	return failed(CodeInvalid, "RSASSA-PKCS1-v1_5 with %s", d.Name)
}

// verifyPSS is RSASSA-PSS (RFC 8017 §8.1.2 and §9.1.2), with the salt length stated and no other.
func (k *PublicKey) verifyPSS(p *pssParams, message, signature []byte) error {
	em, err := k.encodedMessage(signature)
	if err != nil {
		return err
	}
	emBits := k.n.BitLen() - 1
	if emBits%8 == 0 { // the encoded message is one octet shorter than the modulus
		if em[0] != 0 {
			return failed(CodeInvalid, "RSASSA-PSS with %s", p.digest.Name)
		}
		em = em[1:]
	}
	h := p.digest.Size()
	if len(em) < h+p.salt+2 {
		return failed(CodeParameters, "%s is too short for RSASSA-PSS with %s and %d octets of salt", k, p.digest.Name, p.salt)
	}
	db, hash := bytes.Clone(em[:len(em)-h-1]), em[len(em)-h-1:len(em)-1]
	unused := byte(0xff) << (8 - (8*len(em) - emBits))
	if em[len(em)-1] != 0xbc || em[0]&unused != 0 {
		return failed(CodeInvalid, "RSASSA-PSS with %s", p.digest.Name)
	}
	mgf1(p.mask, db, hash)
	db[0] &^= unused
	zeros := len(db) - p.salt - 1
	if db[zeros] != 1 || bytes.Count(db[:zeros], []byte{0}) != zeros {
		return failed(CodeInvalid, "RSASSA-PSS with %s and %d octets of salt", p.digest.Name, p.salt)
	}
	want := p.digest.Sum(make([]byte, 8), p.digest.Sum(message), db[zeros+1:])
	if subtle.ConstantTimeCompare(hash, want) != 1 {
		return failed(CodeInvalid, "RSASSA-PSS with %s and %d octets of salt", p.digest.Name, p.salt)
	}
	return nil
}

// mgf1 takes the mask of RFC 8017 appendix B.2.1 off (or puts it on) the octets given.
func mgf1(d *Digest, b, seed []byte) {
	var counter [4]byte
	for i := 0; i < len(b); i += d.Size() {
		mask := d.Sum(seed, counter[:])
		subtle.XORBytes(b[i:], b[i:], mask[:min(len(mask), len(b)-i)])
		binary.BigEndian.PutUint32(counter[:], binary.BigEndian.Uint32(counter[:])+1)
	}
}
