package sketch

import (
	"math/big"
	"math/bits"
)

// IntSum adds whole numbers exactly: in 128 bits, and in a big.Int for those
// that do not fit 64.
type IntSum struct {
	hi, lo uint64 // two's complement
	rest   *big.Int
}

// Add sees one number.
func (s *IntSum) Add(v int64) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, uint64(v), 0)
	s.hi, _ = bits.Add64(s.hi, uint64(v>>63), carry)
}

// AddWeighted sees a number n times, n >= 0.
func (s *IntSum) AddWeighted(v, n int64) {
	hi, lo := bits.Mul64(uint64(v), uint64(n))
	if v < 0 {
		hi -= uint64(n)
	}
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, lo, 0)
	s.hi, _ = bits.Add64(s.hi, hi, carry)
}

// AddBig sees a number of any size n times.
func (s *IntSum) AddBig(v *big.Int, n int64) {
	if s.rest == nil {
		s.rest = new(big.Int)
	}
	s.rest.Add(s.rest, new(big.Int).Mul(v, big.NewInt(n)))
}

// Merge sees all that o has seen.
func (s *IntSum) Merge(o *IntSum) {
	var carry uint64
	s.lo, carry = bits.Add64(s.lo, o.lo, 0)
	s.hi, _ = bits.Add64(s.hi, o.hi, carry)
	if o.rest != nil {
		s.AddBig(o.rest, 1)
	}
}

// Sum is the exact sum.
func (s *IntSum) Sum() *big.Int {
	sum := big.NewInt(int64(s.hi))
	sum.Lsh(sum, 64)
	sum.Add(sum, new(big.Int).SetUint64(s.lo))
	if s.rest != nil {
		sum.Add(sum, s.rest)
	}
	return sum
}
