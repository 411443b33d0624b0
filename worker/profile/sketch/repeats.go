package sketch

import "math"

// Repeats counts how many values repeat an earlier one, by their hashes. It is
// exact while all different hashes fit; then it keeps those with j leading zero
// bits only (Wegman's adaptive sampling; Flajolet, 1990): 2^j times as many are
// there about. It does not count the repeats among the kept ones instead, which
// would be surer if no value were much more frequent than the others, and
// blind to one that is and was not kept.
type Repeats struct {
	table []uint64 // open addressing by the hash's low bits; 0 = free
	used  int
	zero  int // 1: the hash 0 was seen
	most  int
	level uint // j
	n     int64
}

// NewRepeats keeps at most `most` hashes, of 11 to 22 bytes each.
func NewRepeats(most int) *Repeats { return &Repeats{most: most, table: make([]uint64, 64)} }

// Level is how many leading zero bits a hash needs to be looked at. It only
// ever rises: who knows it may leave out other hashes and call Skip.
func (s *Repeats) Level() uint { return s.level }

// Skip sees n values whose hashes need not be looked at.
func (s *Repeats) Skip(n int64) { s.n += n }

// Add sees one value.
func (s *Repeats) Add(hash uint64) {
	s.n++
	if s.level > 0 && hash>>(64-s.level) != 0 {
		return
	}
	if hash == 0 {
		s.zero = 1
		return
	}
	slot := s.find(hash)
	if *slot == hash {
		return
	}
	*slot = hash
	if s.used++; s.used > s.most {
		s.level++
		s.rebuild(len(s.table))
	} else if s.used > len(s.table)/4*3 {
		s.rebuild(2 * len(s.table))
	}
}

func (s *Repeats) find(hash uint64) *uint64 {
	mask := uint64(len(s.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if slot := &s.table[i]; *slot == 0 || *slot == hash {
			return slot
		}
	}
}

func (s *Repeats) rebuild(size int) {
	old := s.table
	s.table, s.used = make([]uint64, size), 0
	for _, h := range old {
		if h != 0 && (s.level == 0 || h>>(64-s.level) == 0) {
			*s.find(h) = h
			s.used++
		}
	}
}

// Exact tells whether every hash was looked at.
func (s *Repeats) Exact() bool { return s.level == 0 }

// Repeated is the number of values that repeat an earlier one, and the
// standard error of that as a share of all values, 0 where it is exact. An
// estimate that is not clearly above none is none.
func (s *Repeats) Repeated() (n int64, err float64) {
	kept := int64(s.used + s.zero)
	if s.level == 0 {
		return s.n - kept, 0
	}
	scale := math.Ldexp(1, int(s.level))
	deviation := math.Sqrt(float64(kept) * scale * (scale - 1))
	estimate := float64(s.n) - float64(kept)*scale
	if estimate < 2*deviation {
		estimate = 0
	}
	return int64(estimate), deviation / float64(s.n)
}
