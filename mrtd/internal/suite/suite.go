// Package suite is the symmetric ciphers of travel documents: key derivation, CBC encryption and message authentication
// codes with 3DES and AES (Doc 9303-11 §9.7 and §9.8).
package suite

import (
	"crypto/aes"
	"crypto/cipher"
	"crypto/des"
	"crypto/sha1"
	"crypto/sha256"
	"crypto/subtle"
	"errors"

	"github.com/aead/cmac"
)

// Suite is one pair of cipher and MAC with its key length.
type Suite struct {
	// Name is the suite as protocol names end: "3DES-CBC-CBC", "AES-CBC-CMAC-128".
	Name string
	// KeyLen is the key length in bytes: 16, 24 or 32.
	KeyLen int
	// Block is the cipher's block length in bytes: 8 or 16.
	Block int
	aes   bool
}

// The suites of Doc 9303-11 §4.4.3.
var (
	TDES   = &Suite{"3DES-CBC-CBC", 16, des.BlockSize, false}
	AES128 = &Suite{"AES-CBC-CMAC-128", 16, aes.BlockSize, true}
	AES192 = &Suite{"AES-CBC-CMAC-192", 24, aes.BlockSize, true}
	AES256 = &Suite{"AES-CBC-CMAC-256", 32, aes.BlockSize, true}
)

// MACLen is the length of every message authentication code here, in bytes (AES-CMAC is truncated to it).
const MACLen = 8

// Strength is the suite's strength in bits, for comparing.
func (s *Suite) Strength() int {
	if s.aes {
		return 8 * s.KeyLen
	}
	return 112
}

// The counters of the key derivation function (Doc 9303-11 §9.7.1).
const (
	counterEnc = 1
	counterMAC = 2
	counterPi  = 3
)

// Keys derives the session keys for encryption and for authentication from a shared secret.
func (s *Suite) Keys(secret []byte) (enc, mac []byte) {
	return s.derive(secret, counterEnc), s.derive(secret, counterMAC)
}

// PasswordKey derives PACE's key K_pi from a password's bytes.
func (s *Suite) PasswordKey(password []byte) []byte { return s.derive(password, counterPi) }

// derive is KDF(K, c) of Doc 9303-11 §9.7.1: SHA-1 for 3DES and AES-128, SHA-256 for the longer keys. DES parity bits are
// left as they come, since no implementation of the cipher looks at them.
func (s *Suite) derive(secret []byte, counter byte) []byte {
	in := append(append([]byte{}, secret...), 0, 0, 0, counter)
	if s.KeyLen > 16 {
		sum := sha256.Sum256(in)
		return sum[:s.KeyLen]
	}
	sum := sha1.Sum(in)
	return sum[:16]
}

// Cipher returns the block cipher with the key given, KeyLen bytes.
func (s *Suite) Cipher(key []byte) (cipher.Block, error) {
	if len(key) != s.KeyLen {
		return nil, errors.New("key of the wrong length")
	}
	if s.aes {
		return aes.NewCipher(key)
	}
	return des.NewTripleDESCipher(append(append([]byte{}, key...), key[:8]...))
}

// Encrypt encrypts whole blocks in CBC mode.
func (s *Suite) Encrypt(key, iv, plain []byte) ([]byte, error) { return s.cbc(key, iv, plain, true) }

// Decrypt decrypts whole blocks in CBC mode.
func (s *Suite) Decrypt(key, iv, cryptogram []byte) ([]byte, error) {
	return s.cbc(key, iv, cryptogram, false)
}

func (s *Suite) cbc(key, iv, in []byte, encrypt bool) ([]byte, error) {
	block, err := s.Cipher(key)
	if err != nil {
		return nil, err
	}
	if len(in)%s.Block != 0 || len(iv) != s.Block {
		return nil, errors.New("data that are not whole blocks")
	}
	out := make([]byte, len(in))
	if encrypt {
		cipher.NewCBCEncrypter(block, iv).CryptBlocks(out, in)
	} else {
		cipher.NewCBCDecrypter(block, iv).CryptBlocks(out, in)
	}
	return out, nil
}

// MAC computes the 8-byte message authentication code: ISO/IEC 9797-1 MAC algorithm 3 over the data padded by method 2 for
// 3DES, AES-CMAC over the data unpadded for AES. Secure messaging pads before it calls (Doc 9303-11 §9.8.5).
func (s *Suite) MAC(key, data []byte) ([]byte, error) {
	block, err := s.Cipher(key)
	if err != nil {
		return nil, err
	}
	if s.aes {
		return cmac.Sum(data, block, MACLen)
	}
	return retailMAC(key, Pad(data, s.Block))
}

// retailMAC is ISO/IEC 9797-1 MAC algorithm 3 with DES: CBC with the key's first half, the last block decrypted with the
// second half and encrypted with the first.
func retailMAC(key, padded []byte) ([]byte, error) {
	first, err := des.NewCipher(key[:8])
	if err != nil {
		return nil, err
	}
	second, err := des.NewCipher(key[8:16])
	if err != nil {
		return nil, err
	}
	state := make([]byte, des.BlockSize)
	for ; len(padded) > 0; padded = padded[des.BlockSize:] {
		subtle.XORBytes(state, state, padded[:des.BlockSize])
		first.Encrypt(state, state)
	}
	second.Decrypt(state, state)
	first.Encrypt(state, state)
	return state, nil
}

// Pad appends ISO/IEC 7816-4 padding (ISO/IEC 9797-1 method 2): 80, then zeros up to whole blocks. The input is not changed.
func Pad(data []byte, block int) []byte {
	out := make([]byte, (len(data)/block+1)*block)
	copy(out, data)
	out[len(data)] = 0x80
	return out
}

// Unpad removes the padding of [Pad].
func Unpad(data []byte) ([]byte, error) {
	for i := len(data) - 1; i >= 0; i-- {
		switch data[i] {
		case 0:
		case 0x80:
			return data[:i], nil
		default:
			return nil, errPadding
		}
	}
	return nil, errPadding
}

var errPadding = errors.New("wrong padding")

// ByNumber returns the suite by the last number of a protocol's object identifier: 1 for 3DES, 2 to 4 for AES-128 to
// AES-256 (TR-03110-3 appendix A); nil for another.
func ByNumber(n int) *Suite {
	return map[int]*Suite{1: TDES, 2: AES128, 3: AES192, 4: AES256}[n]
}
