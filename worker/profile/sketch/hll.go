package sketch

import (
	"math"
	"math/bits"
)

// HLL counts different values by their hashes (HyperLogLog; Flajolet and
// others, 2007) with Ertl's estimator (arXiv 1702.01284, algorithm 6), which
// has no bias at small or large counts and needs no tables.
// Merging is commutative, associative and idempotent.
type HLL struct {
	p         uint8
	registers []uint8
}

// NewHLL has 2^p registers of a byte; p is between 4 and 16.
func NewHLL(p uint8) *HLL { return &HLL{p: p, registers: Zeros[uint8](1 << p)} }

// Add sees one value.
func (s *HLL) Add(hash uint64) {
	i := hash >> (64 - s.p)
	rank := uint8(bits.LeadingZeros64(hash<<s.p|1<<(s.p-1))) + 1
	if r := &s.registers[i&uint64(len(s.registers)-1)]; rank > *r {
		*r = rank
	}
}

// AddAll sees values.
func (s *HLL) AddAll(hashes []uint64) {
	p, registers := s.p&63, s.registers
	mask, stop := uint64(len(registers)-1), uint64(1)<<(p-1)
	for _, h := range hashes {
		rank := uint8(bits.LeadingZeros64(h<<p|stop)) + 1
		if r := &registers[h>>(64-p)&mask]; rank > *r {
			*r = rank
		}
	}
}

// Merge sees all that o, of the same size, has seen.
func (s *HLL) Merge(o *HLL) {
	for i, r := range o.registers {
		s.registers[i] = max(s.registers[i], r)
	}
}

// Reset forgets everything.
func (s *HLL) Reset() { clear(s.registers) }

// Error is the relative standard error of Estimate.
func (s *HLL) Error() float64 { return 1.04 / math.Sqrt(float64(len(s.registers))) }

// Estimate is the number of different values.
func (s *HLL) Estimate() int64 {
	q := 64 - int(s.p)
	var count [66]int
	for _, r := range s.registers {
		count[r]++
	}
	m := float64(len(s.registers))
	z := m * ertlTau(1-float64(count[q+1])/m)
	for k := q; k >= 1; k-- {
		z = 0.5 * (z + float64(count[k]))
	}
	z += m * ertlSigma(float64(count[0])/m)
	return int64(math.Round(m * m / (2 * math.Ln2 * z)))
}

func ertlSigma(x float64) float64 {
	if x == 1 {
		return math.Inf(1)
	}
	y, z := 1.0, x
	for {
		x *= x
		before := z
		z += x * y
		y += y
		if z == before {
			return z
		}
	}
}

func ertlTau(x float64) float64 {
	if x == 0 || x == 1 {
		return 0
	}
	y, z := 1.0, 1-x
	for {
		x = math.Sqrt(x)
		before := z
		y *= 0.5
		z -= (1 - x) * (1 - x) * y
		if z == before {
			return z / 3
		}
	}
}
