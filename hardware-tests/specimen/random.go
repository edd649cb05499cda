package specimen

import (
	"crypto/sha256"
	"encoding/binary"
	"math/big"
	"math/rand/v2"
)

// stream gives the pseudo-random octets that belong to a seed and a purpose. The same pair gives the same octets on
// every machine and for ever, which is what makes a specimen reproducible; nothing secret may be made of it.
func stream(seed uint64, purpose ...string) *rand.ChaCha8 {
	h := sha256.New()
	h.Write([]byte("skranke specimen 1\x00"))
	h.Write(binary.BigEndian.AppendUint64(nil, seed))
	for _, p := range purpose {
		h.Write(append([]byte(p), 0))
	}
	return rand.NewChaCha8([32]byte(h.Sum(nil)))
}

// draw gives a number from 0 to n-1.
func draw(random *rand.ChaCha8, n int) int {
	return int(binary.BigEndian.Uint64(octets(random, 8)) % uint64(n)) //nolint:gosec // n is positive and small
}

// octets gives n octets.
func octets(random *rand.ChaCha8, n int) []byte {
	b := make([]byte, n)
	_, _ = random.Read(b) // it never ends
	return b
}

// smallPrimes are what a prime's candidates are sieved with.
var smallPrimes = func() []uint64 {
	var all []uint64
	composite := make([]bool, 4096)
	for i := uint64(3); i < 4096; i += 2 {
		if composite[i] {
			continue
		}
		all = append(all, i)
		for j := i * i; j < 4096; j += i {
			composite[j] = true
		}
	}
	return all
}()

// prime gives a prime of exactly bits bits whose two highest bits are set, and with p-1 prime to e.
func prime(random *rand.ChaCha8, bits int, e *big.Int) *big.Int {
	for {
		b := octets(random, (bits+7)/8)
		start := new(big.Int).SetBytes(b)
		start.SetBit(start, 0, 1)
		for i := bits; i < len(b)*8; i++ {
			start.SetBit(start, i, 0)
		}
		start.SetBit(start, bits-1, 1).SetBit(start, bits-2, 1)
		remainders := make([]uint64, len(smallPrimes))
		m := new(big.Int)
		for i, p := range smallPrimes {
			remainders[i] = m.Mod(start, m.SetUint64(p)).Uint64()
		}
	candidates:
		for delta := uint64(0); delta < 1<<16; delta += 2 {
			for i, p := range smallPrimes {
				if (remainders[i]+delta)%p == 0 {
					continue candidates
				}
			}
			candidate := new(big.Int).Add(start, new(big.Int).SetUint64(delta))
			if candidate.BitLen() != bits || !candidate.ProbablyPrime(0) {
				continue
			}
			less := new(big.Int).Sub(candidate, big.NewInt(1))
			if new(big.Int).GCD(nil, nil, less, e).Cmp(big.NewInt(1)) == 0 && candidate.ProbablyPrime(8) {
				return candidate
			}
		}
	}
}
