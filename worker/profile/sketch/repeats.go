package sketch

import (
	"math"
	"math/bits"
	"slices"
)

// Repeats counts how many values repeat an earlier one, by their hashes. It is
// exact while the hashes fit; then it keeps those with j leading zero bits only
// (Wegman's adaptive sampling; Flajolet, 1990): 2^j times as many are there
// about. It does not count the repeats among the kept ones instead, which would
// be surer if no value were much more frequent than the others, and blind to
// one that is and was not kept.
//
// Hashes are only gathered, in buckets small enough for the cache, and told
// apart when somebody asks or there is no more room: looking each up in one
// large table as it comes costs a miss of the cache a value.
type Repeats struct {
	buckets [repeatBuckets]bucket // by the hash's low bits
	held    int                   // hashes in the buckets
	most    int
	level   uint // j
	n       int64
	slots   []uint32 // memory of tellApart: places in a bucket, from 1
}

const repeatBuckets = 256

// bucket has each hash of its front once; those behind are as they came.
type bucket struct {
	hashes []uint64
	front  int
}

// NewRepeats keeps at most `most` hashes, of 8 to 10 bytes each.
func NewRepeats(most int) *Repeats { return &Repeats{most: most} }

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
	b := &s.buckets[hash%repeatBuckets]
	b.hashes = append(b.hashes, hash)
	if s.held++; s.held > s.most {
		s.makeRoom()
	}
}

// makeRoom leaves repeats out, and raises the level until an eighth is free:
// with less, it would be asked again too soon.
func (s *Repeats) makeRoom() {
	s.tellApart()
	for s.held > s.most/8*7 {
		s.level++
		s.held = 0
		for i := range s.buckets {
			b := &s.buckets[i]
			b.hashes = slices.DeleteFunc(b.hashes, func(h uint64) bool { return h>>(64-s.level) != 0 })
			b.front = len(b.hashes)
			s.held += b.front
		}
	}
}

// tellApart leaves each hash once.
func (s *Repeats) tellApart() {
	s.held = 0
	for i := range s.buckets {
		b := &s.buckets[i]
		if b.front < len(b.hashes) {
			size := 1 << bits.Len(uint(2*len(b.hashes)))
			if size > len(s.slots) {
				s.slots = make([]uint32, size)
			}
			clear(s.slots[:size])
			b.tellApart(s.slots[:size])
		}
		s.held += b.front
	}
}

func (b *bucket) tellApart(slots []uint32) {
	mask := uint64(len(slots) - 1)
	n := 0
	for _, h := range b.hashes {
		at := h / repeatBuckets & mask
		for slots[at] != 0 && b.hashes[slots[at]-1] != h {
			at = (at + 1) & mask
		}
		if slots[at] == 0 {
			b.hashes[n] = h // what stood there has been looked at
			n++
			slots[at] = uint32(n)
		}
	}
	b.hashes, b.front = b.hashes[:n], n
}

// Exact tells whether every hash was looked at.
func (s *Repeats) Exact() bool { return s.level == 0 }

// Repeated is the number of values that repeat an earlier one, and the
// standard error of that as a share of all values, 0 where it is exact. An
// estimate that is not clearly above none is none.
func (s *Repeats) Repeated() (n int64, err float64) {
	s.tellApart()
	kept := int64(s.held)
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
