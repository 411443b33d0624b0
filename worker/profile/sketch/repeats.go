package sketch

import "math"

// Repeats counts how many values repeat an earlier one, by their hashes. It is
// exact while all different hashes fit; then it looks only at hashes with j
// leading zero bits (Wegman's adaptive sampling; Flajolet, 1990), which is a
// sample of the different values, and multiplies.
type Repeats struct {
	table []repeat // open addressing by the hash's low bits
	used  int
	most  int
	level uint // j
	n     int64
}

type repeat struct {
	hash  uint64
	count uint64 // 0 = free
}

// NewRepeats keeps at most `most` hashes, at 21 to 43 bytes each.
func NewRepeats(most int) *Repeats { return &Repeats{most: most, table: make([]repeat, 64)} }

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
	r := s.find(hash)
	r.hash = hash
	if r.count++; r.count > 1 {
		return
	}
	if s.used++; s.used > s.most {
		s.level++
		s.rebuild(len(s.table))
	} else if s.used > len(s.table)/4*3 {
		s.rebuild(2 * len(s.table))
	}
}

func (s *Repeats) find(hash uint64) *repeat {
	mask := uint64(len(s.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		if r := &s.table[i]; r.count == 0 || r.hash == hash {
			return r
		}
	}
}

func (s *Repeats) rebuild(size int) {
	old := s.table
	s.table, s.used = make([]repeat, size), 0
	for _, r := range old {
		if r.count > 0 && (s.level == 0 || r.hash>>(64-s.level) == 0) {
			*s.find(r.hash) = r
			s.used++
		}
	}
}

// Exact tells whether every hash was looked at.
func (s *Repeats) Exact() bool { return s.level == 0 }

// Repeated is the number of values that repeat an earlier one, and the
// standard error of that as a share of all values, 0 where it is exact.
//
// There are two estimates: from the repeats among the sampled values
// (Horvitz-Thompson; good unless a few values make up most repeats), and all
// values less the estimated number of different ones. The surer one counts.
func (s *Repeats) Repeated() (n int64, err float64) {
	var repeats, squares float64
	for _, r := range s.table {
		if r.count > 1 {
			repeats += float64(r.count - 1)
			squares += float64(r.count-1) * float64(r.count-1)
		}
	}
	if s.level == 0 {
		return int64(repeats), 0
	}
	scale := math.Ldexp(1, int(s.level))
	sampled := math.Sqrt(max(1, squares) * scale * (scale - 1)) // as if one repeat where none was met
	different := math.Sqrt(float64(s.used) * scale * (scale - 1))
	estimate, deviation := repeats*scale, sampled
	if different < sampled {
		estimate, deviation = float64(s.n)-float64(s.used)*scale, different
	}
	return min(max(int64(estimate), 0), s.n), deviation / float64(s.n)
}
