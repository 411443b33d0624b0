package sketch

import (
	"math"
	"math/bits"
	"slices"
)

// KLL estimates quantiles (Karnin, Lang and Liberty, FOCS 2016). Level h holds
// values that stand for 2^h values each; a full level is sorted and every
// second value of it moves up. Which half moves is decided by a coin whose
// sequence depends on the values alone.
//
// Merging is not associative: callers fix the order.
type KLL struct {
	k      int
	limits []int // capacity of a level by its distance from the top one
	n      int64
	coin   uint64
	levels [][]int64 // keys (see keyOf), whose order is that of the values
	size   int       // values held
	noise  float64   // of the sampler: the sum of its picks' squared weights
	random uint64
	spare  []int64 // memory of sortKeys
	room   int     // values that may be held before something is compacted
}

const kllMinimum = 8 // capacity of the lowest levels

// NewKLL makes a sketch; its rank error is KLLRankError(k).
func NewKLL(k int) *KLL {
	s := &KLL{k: k}
	s.limits = make([]int, 0, 16)
	for c := float64(k); ; c = c * 2 / 3 {
		s.limits = append(s.limits, max(kllMinimum, int(math.Ceil(c))))
		if c <= kllMinimum {
			break
		}
	}
	s.Reset()
	return s
}

// Reset forgets everything and keeps the memory.
func (s *KLL) Reset() {
	s.n, s.size, s.coin, s.noise, s.random = 0, 0, secret1, 0, secret2
	for i := range s.levels {
		s.levels[i] = s.levels[i][:0]
	}
	s.levels = s.levels[:min(len(s.levels), 1)]
	if len(s.levels) == 0 {
		s.levels = append(s.levels, make([]int64, 0, s.k))
	}
	s.room = s.capacities()
}

// KLLRankError is how far the rank of an answer may be from the asked one, as
// a share of all values, in about 99 of 100 cases. It is the measured figure
// of Apache DataSketches, whose capacities these are.
func KLLRankError(k int) float64 { return 2.296 / math.Pow(float64(k), 0.9433) }

// RankError is KLLRankError, or 0 as long as every value is still held.
func (s *KLL) RankError() float64 {
	if len(s.levels) == 1 {
		return 0
	}
	e := KLLRankError(s.k)
	// A pick is right about its group but for less than its weight w: a variance
	// of w^2/4 at most. 2.576 deviations hold 99 of 100 cases, as with e.
	sampled := 2.576 / 2 * math.Sqrt(s.noise) / float64(s.n)
	return math.Sqrt(e*e + sampled*sampled)
}

// AddSampled sees values, of which it picks one of each 2^shift by chance to
// stand for all of them: the sampler of the paper, which spares most of the
// sorting. Those left over at the end are all taken.
func (s *KLL) AddSampled(values []float64, shift uint) {
	if shift == 0 {
		for _, v := range values {
			s.Add(v)
		}
		return
	}
	weight := 1 << shift
	s.grow(int(shift) + 1)
	for ; len(values) >= weight; values = values[weight:] {
		s.random = s.random*6364136223846793005 + secret1 // Knuth's MMIX
		s.levels[shift] = append(s.levels[shift], keyOf(values[s.random>>(64-shift)]))
		s.n += int64(weight)
		s.noise += float64(weight * weight)
		if s.size++; s.size >= s.room {
			s.compress()
		}
	}
	for _, v := range values {
		s.Add(v)
	}
}

// Seed makes the sampler's choices its own.
func (s *KLL) Seed(seed uint64) { s.random = Mix(seed, secret2) }

// Count is the number of values seen.
func (s *KLL) Count() int64 { return s.n }

func (s *KLL) capacity(level int) int {
	return s.limits[min(len(s.levels)-1-level, len(s.limits)-1)]
}

func (s *KLL) capacities() int {
	room := 0
	for h := range s.levels {
		room += s.capacity(h)
	}
	return room
}

// Add sees one value; NaN is not one.
func (s *KLL) Add(v float64) {
	s.n++
	s.levels[0] = append(s.levels[0], keyOf(v))
	s.size++
	if s.size >= s.room {
		s.compress()
	}
}

// AddWeighted sees a value n times.
func (s *KLL) AddWeighted(v float64, n int64) {
	if n == 1 {
		s.Add(v)
		return
	}
	s.n += n
	for h := 0; n > 0; h, n = h+1, n>>1 {
		if n&1 == 0 {
			continue
		}
		s.grow(h + 1)
		s.levels[h] = append(s.levels[h], keyOf(v))
		s.size++
	}
	for s.size >= s.room {
		s.compress()
	}
}

// Merge sees all that o has seen; o stays as it is.
func (s *KLL) Merge(o *KLL) {
	s.n += o.n
	s.noise += o.noise
	s.grow(len(o.levels))
	for h, level := range o.levels {
		s.levels[h] = append(s.levels[h], level...)
		s.size += len(level)
	}
	for s.size >= s.room {
		s.compress()
	}
}

func (s *KLL) grow(levels int) {
	for len(s.levels) < levels {
		if n := len(s.levels); n < cap(s.levels) {
			s.levels = s.levels[:n+1] // a level that Reset emptied
		} else {
			s.levels = append(s.levels, nil)
		}
		s.room = s.capacities()
	}
}

// compress compacts the lowest level that is over its capacity.
func (s *KLL) compress() {
	for h := 0; h < len(s.levels); h++ {
		if len(s.levels[h]) < s.capacity(h) {
			continue
		}
		s.grow(h + 2)
		s.compact(h)
		return
	}
}

// compact sorts a level and moves every second value of it up; an odd one out
// stays.
func (s *KLL) compact(h int) {
	level := s.levels[h]
	s.spare = sortKeys(level, s.spare)
	odd := len(level) & 1
	s.coin = Mix(s.coin, math.Float64bits(valueOf(level[len(level)/2]))+uint64(len(level)))
	for i := odd + int(s.coin>>63); i < len(level); i += 2 {
		s.levels[h+1] = append(s.levels[h+1], level[i])
	}
	s.size -= (len(level) - odd) / 2
	s.levels[h] = level[:odd]
}

// Ranked lists the values held in ascending order, with the number of values
// up to and including each. The last number is Count.
func (s *KLL) Ranked() (values []float64, cumulative []int64) {
	type weighted struct {
		v float64
		w int64
	}
	all := make([]weighted, 0, s.size)
	for h, level := range s.levels {
		for _, v := range level {
			all = append(all, weighted{valueOf(v), 1 << h})
		}
	}
	slices.SortFunc(all, func(a, b weighted) int {
		switch {
		case a.v < b.v:
			return -1
		case a.v > b.v:
			return 1
		}
		return bits.Len64(uint64(a.w)) - bits.Len64(uint64(b.w))
	})
	var below int64
	for _, x := range all {
		below += x.w
		if n := len(values); n > 0 && values[n-1] == x.v {
			cumulative[n-1] = below
			continue
		}
		values = append(values, x.v)
		cumulative = append(cumulative, below)
	}
	return values, cumulative
}

// Clone is a sketch that has seen the same.
func (s *KLL) Clone() *KLL {
	c := *s
	c.spare, c.levels = nil, make([][]int64, len(s.levels))
	for i, level := range s.levels {
		c.levels[i] = append(make([]int64, 0, cap(level)), level...)
	}
	return &c
}
