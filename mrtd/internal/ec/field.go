package ec

import (
	"math/big"
	"math/bits"
)

// maxLimbs is how many 64-bit words the largest field here takes: brainpoolP512r1's.
const maxLimbs = 8

// number is a residue in Montgomery form, x·2^(64·limbs) mod p, least significant word first.
type number [maxLimbs]uint64

// field is the integers modulo an odd prime of up to 512 bits, in Montgomery's arithmetic. It is not constant in time.
type field struct {
	limbs   int
	p       number
	negInv  uint64 // −1/p mod 2^64
	one, r2 number // 1 in Montgomery form; 2^(2·64·limbs) mod p
	modulus *big.Int
}

func newField(p *big.Int) *field {
	f := &field{limbs: (p.BitLen() + 63) / 64, modulus: p}
	f.p = f.words(p)
	inverse := f.p[0] // Newton's iteration doubles the right bits: 3, 6, 12, 24, 48, 96
	for range 5 {
		inverse *= 2 - f.p[0]*inverse
	}
	f.negInv = -inverse
	r := new(big.Int).Lsh(big.NewInt(1), uint(64*f.limbs))
	f.one = f.words(new(big.Int).Mod(r, p))
	f.r2 = f.words(new(big.Int).Mod(new(big.Int).Mul(r, r), p))
	return f
}

// words takes a number below 2^(64·limbs) apart.
func (f *field) words(x *big.Int) (n number) {
	b := x.FillBytes(make([]byte, 8*f.limbs))
	for i := range b {
		n[(len(b)-1-i)/8] |= uint64(b[i]) << (8 * ((len(b) - 1 - i) % 8))
	}
	return n
}

// from brings a number in 0 … p−1 into Montgomery form.
func (f *field) from(x *big.Int) (n number) {
	w := f.words(x)
	f.mul(&n, &w, &f.r2)
	return n
}

// big brings a residue back.
func (f *field) big(x *number) *big.Int {
	var plain number
	f.mul(&plain, x, &number{1})
	b := make([]byte, 8*f.limbs)
	for i := range b {
		b[len(b)-1-i] = byte(plain[i/8] >> (8 * (i % 8)))
	}
	return new(big.Int).SetBytes(b)
}

// mul sets z = x·y/2^(64·limbs) mod p (Montgomery's product, coarsely integrated operand scanning).
func (f *field) mul(z, x, y *number) {
	if f.limbs == maxLimbs {
		f.mulLargest(z, x, y)
		return
	}
	var t [maxLimbs]uint64
	var top uint64 // the word above t
	n := f.limbs
	for i := range n {
		var carry, c uint64
		d := y[i&(maxLimbs-1)]
		for j := range n {
			hi, lo := bits.Mul64(x[j&(maxLimbs-1)], d)
			lo, c = bits.Add64(lo, t[j&(maxLimbs-1)], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			t[j&(maxLimbs-1)], carry = lo, hi+c
		}
		var over uint64
		top, over = bits.Add64(top, carry, 0)

		m := t[0] * f.negInv
		hi, lo := bits.Mul64(m, f.p[0])
		_, c = bits.Add64(lo, t[0], 0)
		carry = hi + c
		for j := 1; j < n; j++ {
			hi, lo := bits.Mul64(m, f.p[j&(maxLimbs-1)])
			lo, c = bits.Add64(lo, t[j&(maxLimbs-1)], 0)
			hi += c
			lo, c = bits.Add64(lo, carry, 0)
			t[(j-1)&(maxLimbs-1)], carry = lo, hi+c
		}
		t[(n-1)&(maxLimbs-1)], c = bits.Add64(top, carry, 0)
		top = over + c
	}
	f.reduce(z, &t, top)
}

// mulLargest is mul for the largest field, with its words in variables of their own: a quarter faster.
func (f *field) mulLargest(z, x, y *number) {
	var t0, t1, t2, t3, t4, t5, t6, t7, top uint64
	p := &f.p
	for i := range maxLimbs {
		var c, over uint64
		d := y[i]
		c, t0 = mulAdd(x[0], d, t0, 0)
		c, t1 = mulAdd(x[1], d, t1, c)
		c, t2 = mulAdd(x[2], d, t2, c)
		c, t3 = mulAdd(x[3], d, t3, c)
		c, t4 = mulAdd(x[4], d, t4, c)
		c, t5 = mulAdd(x[5], d, t5, c)
		c, t6 = mulAdd(x[6], d, t6, c)
		c, t7 = mulAdd(x[7], d, t7, c)
		top, over = bits.Add64(top, c, 0)

		m := t0 * f.negInv
		c, _ = mulAdd(m, p[0], t0, 0)
		c, t0 = mulAdd(m, p[1], t1, c)
		c, t1 = mulAdd(m, p[2], t2, c)
		c, t2 = mulAdd(m, p[3], t3, c)
		c, t3 = mulAdd(m, p[4], t4, c)
		c, t4 = mulAdd(m, p[5], t5, c)
		c, t5 = mulAdd(m, p[6], t6, c)
		c, t6 = mulAdd(m, p[7], t7, c)
		t7, c = bits.Add64(top, c, 0)
		top = over + c
	}
	f.reduce(z, &[maxLimbs]uint64{t0, t1, t2, t3, t4, t5, t6, t7}, top)
}

// mulAdd returns a·b + c + d, which fits in two words.
func mulAdd(a, b, c, d uint64) (hi, lo uint64) {
	hi, lo = bits.Mul64(a, b)
	lo, carry := bits.Add64(lo, c, 0)
	hi += carry
	lo, carry = bits.Add64(lo, d, 0)
	return hi + carry, lo
}

// inverse returns 1/x of a residue other than 0.
func (f *field) inverse(x *number) number {
	return f.from(new(big.Int).ModInverse(f.big(x), f.modulus))
}

// reduce sets z to t, with a word above it, less p where that is not negative. The value is below 2p.
func (f *field) reduce(z *number, t *[maxLimbs]uint64, top uint64) {
	var less number
	var borrow uint64
	for i := range f.limbs {
		less[i&(maxLimbs-1)], borrow = bits.Sub64(t[i&(maxLimbs-1)], f.p[i&(maxLimbs-1)], borrow)
	}
	if top == 0 && borrow != 0 {
		*z = *t
		return
	}
	*z = less
}

func (f *field) sqr(z, x *number) { f.mul(z, x, x) }

// add sets z = x + y mod p.
func (f *field) add(z, x, y *number) {
	var t [maxLimbs]uint64
	var carry uint64
	for i := range f.limbs {
		t[i&(maxLimbs-1)], carry = bits.Add64(x[i&(maxLimbs-1)], y[i&(maxLimbs-1)], carry)
	}
	f.reduce(z, &t, carry)
}

// sub sets z = x − y mod p.
func (f *field) sub(z, x, y *number) {
	var t number
	var borrow, carry uint64
	for i := range f.limbs {
		t[i&(maxLimbs-1)], borrow = bits.Sub64(x[i&(maxLimbs-1)], y[i&(maxLimbs-1)], borrow)
	}
	if borrow != 0 {
		for i := range f.limbs {
			t[i&(maxLimbs-1)], carry = bits.Add64(t[i&(maxLimbs-1)], f.p[i&(maxLimbs-1)], carry)
		}
	}
	*z = t
}
