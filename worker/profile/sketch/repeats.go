package sketch

import "math"

// Repeats counts how many values repeat an earlier one, by their hashes. It is
// exact while the hashes fit; then it keeps those with j leading zero bits only
// (Wegman's adaptive sampling; Flajolet, 1990): 2^j times as many are there
// about. It does not count the repeats among the kept ones instead, which would
// be surer if no value were much more frequent than the others, and blind to
// one that is and was not kept.
//
// Hashes are only gathered, and told apart when somebody asks or there is no
// more room.
type Repeats struct {
	gathered
	most  int
	level uint // j
	n     int64
}

// NewRepeats keeps at most `most` hashes, of 8 to 9 bytes each.
func NewRepeats(most int) *Repeats {
	return &Repeats{gathered: gathered{shelf: &shelf{}}, most: most}
}

// Level is how many leading zero bits a hash needs to be looked at. It only
// ever rises: who knows it may leave out other hashes and call Skip.
func (s *Repeats) Level() uint { return s.level }

// Skip sees n values whose hashes need not be looked at.
func (s *Repeats) Skip(n int64) { s.n += n }

// Add sees values.
func (s *Repeats) Add(hashes []uint64) {
	s.n += int64(len(hashes))
	for len(hashes) > 0 {
		some := hashes[:min(len(hashes), max(1, s.most-s.held), 1<<14)]
		hashes = hashes[len(some):]
		if s.level == 0 {
			s.add(some)
		} else {
			for i, h := range some {
				if h>>(64-s.level) == 0 {
					s.add(some[i : i+1])
				}
			}
		}
		if s.held >= s.most {
			s.makeRoom()
		}
	}
}

// makeRoom leaves repeats out, and raises the level until an eighth is free:
// with less, it would be asked again too soon.
func (s *Repeats) makeRoom() {
	s.tellApart(0)
	for s.held > s.most/8*7 {
		s.level++
		s.tellApart(1 << (64 - s.level))
	}
}

// Exact tells whether every hash was looked at.
func (s *Repeats) Exact() bool { return s.level == 0 }

// Repeated is the number of values that repeat an earlier one, and the
// standard error of that as a share of all values, 0 where it is exact. An
// estimate that is not clearly above none is none.
func (s *Repeats) Repeated() (n int64, err float64) {
	kept := int64(s.count(0))
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
