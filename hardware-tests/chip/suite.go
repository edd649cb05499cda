package chip

import (
	"bytes"
	"crypto/aes"
	"crypto/cipher"
	"crypto/des" //nolint:gosec // BAC is triple DES by definition
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"fmt"
	"slices"
)

// Suite is the cipher and the authentication code of a protocol: the last component of its object identifier.
type Suite int

// The cipher suites of Doc 9303-11 §9.2.2 to §9.2.8; the values are the last components of the identifiers.
const (
	TDES   Suite = 1
	AES128 Suite = 2
	AES192 Suite = 3
	AES256 Suite = 4
)

// String is the suite's name as profiles write it: 3des, aes128, aes192 or aes256.
func (s Suite) String() string {
	return map[Suite]string{TDES: "3des", AES128: "aes128", AES192: "aes192", AES256: "aes256"}[s]
}

func (s Suite) keySize() int {
	return map[Suite]int{TDES: 16, AES128: 16, AES192: 24, AES256: 32}[s]
}

func (s Suite) blockSize() int {
	if s == TDES {
		return des.BlockSize
	}
	return aes.BlockSize
}

// The counters of the key derivation function, Doc 9303-11 §9.7.1.
const (
	forEncryption = 1
	forMAC        = 2
	forPassword   = 3
)

// derive is KDF(secret, counter) of Doc 9303-11 §9.7.1: the leading octets of a hash, SHA-1 up to 128 bits of key and
// SHA-256 above. The parity bits of DES keys are left alone: DES ignores them.
func (s Suite) derive(secret []byte, counter byte) []byte {
	input := append(bytes.Clone(secret), 0, 0, 0, counter)
	if s.keySize() > 16 {
		sum := sha256.Sum256(input)
		return sum[:s.keySize()]
	}
	sum := sha1.Sum(input) //nolint:gosec // prescribed
	return sum[:s.keySize()]
}

// block makes the block cipher; a triple DES key of 16 octets is used as K1, K2, K1.
func (s Suite) block(key []byte) cipher.Block {
	var b cipher.Block
	var err error
	if s == TDES {
		b, err = des.NewTripleDESCipher(append(bytes.Clone(key), key[:8]...)) //nolint:gosec // prescribed
	} else {
		b, err = aes.NewCipher(key)
	}
	if err != nil {
		panic(fmt.Sprintf("chip: a key of %d octets for %v", len(key), s))
	}
	return b
}

func (s Suite) encrypt(key, iv, plain []byte) []byte {
	out := make([]byte, len(plain))
	cipher.NewCBCEncrypter(s.block(key), iv).CryptBlocks(out, plain)
	return out
}

func (s Suite) decrypt(key, iv, secret []byte) []byte {
	out := make([]byte, len(secret))
	cipher.NewCBCDecrypter(s.block(key), iv).CryptBlocks(out, secret)
	return out
}

// mac is the eight-octet authentication code over data: the retail MAC (ISO/IEC 9797-1 algorithm 3, padding method 2)
// with DES, or CMAC cut to eight octets with AES.
func (s Suite) mac(key, data []byte) []byte {
	if s == TDES {
		return retailMAC(key, pad(data, des.BlockSize))
	}
	return cmac(s.block(key), data)[:8]
}

// pad applies padding method 2 of ISO/IEC 9797-1: 80 and as few zeros as fill the block.
func pad(data []byte, block int) []byte {
	out := append(bytes.Clone(data), 0x80)
	for len(out)%block != 0 {
		out = append(out, 0)
	}
	return out
}

// unpad takes padding method 2 off; ok is false when there is none.
func unpad(data []byte) (plain []byte, ok bool) {
	for i := len(data) - 1; i >= 0; i-- {
		switch data[i] {
		case 0:
		case 0x80:
			return data[:i], true
		default:
			return nil, false
		}
	}
	return nil, false
}

// retailMAC chains single DES under K1; its end, under K1, K2 and K1, is a triple one.
func retailMAC(key, padded []byte) []byte {
	single, _ := des.NewCipher(key[:8]) //nolint:gosec // prescribed; eight octets are always a key
	sum := make([]byte, des.BlockSize)
	for block := range slices.Chunk(padded[:len(padded)-des.BlockSize], des.BlockSize) {
		subtle.XORBytes(sum, sum, block)
		single.Encrypt(sum, sum)
	}
	subtle.XORBytes(sum, sum, padded[len(padded)-des.BlockSize:])
	TDES.block(key).Encrypt(sum, sum)
	return sum
}

// cmac is the CMAC of NIST SP 800-38B over a 16-octet block cipher.
func cmac(b cipher.Block, data []byte) []byte {
	shift := func(in []byte) []byte {
		out := make([]byte, 16)
		for i := range out {
			out[i] = in[i] << 1
			if i < 15 {
				out[i] |= in[i+1] >> 7
			}
		}
		if in[0]&0x80 != 0 {
			out[15] ^= 0x87
		}
		return out
	}
	l := make([]byte, 16)
	b.Encrypt(l, l)
	k1 := shift(l)

	full := (len(data) - 1) / 16 * 16 // all blocks but the last
	if len(data) == 0 {
		full = 0
	}
	last, mask := bytes.Clone(data[full:]), k1
	if len(last) < 16 {
		last, mask = pad(last, 16), shift(k1)
	}
	sum := make([]byte, 16)
	for i := 0; i < full; i += 16 {
		for j := range sum {
			sum[j] ^= data[i+j]
		}
		b.Encrypt(sum, sum)
	}
	for j := range sum {
		sum[j] ^= last[j] ^ mask[j]
	}
	b.Encrypt(sum, sum)
	return sum
}
