package sketch

// Pool bounds the memory of several hash sets together.
type Pool struct {
	Free  int // bytes
	shelf shelf
}

// hashCost is what a hash costs in a set, with the slack of its chunk.
const hashCost = 9

// HashSet knows exactly which hashes it has seen, as long as the pool has
// memory for it.
type HashSet struct {
	pool *Pool
	gathered
	charged int
	apart   int // hashes that the last telling apart left
}

// NewHashSet draws its memory from pool.
func NewHashSet(pool *Pool) *HashSet {
	return &HashSet{pool: pool, gathered: gathered{shelf: &pool.shelf}}
}

// Add sees hashes, and tells whether there was memory for them. If not, the
// set still holds all it has seen: the caller takes them (Each) and drops it.
func (s *HashSet) Add(hashes []uint64) bool {
	s.add(hashes)
	// Repeats do not hold memory for long, and telling hashes apart at growing
	// intervals looks at each of them once or twice in all.
	if s.held > gatherFlat && s.held > 4*s.apart {
		s.settle()
	}
	if s.charge(); s.pool.Free < 0 {
		if !s.settle() {
			return false
		}
		s.charge()
		return s.pool.Free >= 0
	}
	return true
}

func (s *HashSet) charge() {
	cost := hashCost * s.held
	s.pool.Free -= cost - s.charged
	s.charged = cost
}

// settle tells the hashes apart if a look at a few buckets says that there are
// repeats enough for that to be worth it, and answers whether it was.
func (s *HashSet) settle() bool {
	const few = 8
	if len(s.buckets) == gatherBuckets {
		some := 0
		for i := range few {
			some += s.countBucket(i, 0)
		}
		if some*(gatherBuckets/few) > s.held/8*7 {
			s.apart = s.held
			return false
		}
	}
	before := s.held
	s.tellApart(0)
	s.apart = s.held
	return s.held <= before-before/8
}

// Count is the number of different hashes seen, as long as Add never failed.
// Sets of one pool may be counted side by side.
func (s *HashSet) Count() int64 {
	return int64(s.count(0))
}

// Each sees the hashes, some of them more than once.
func (s *HashSet) Each(see func([]uint64)) { s.each(see) }

// Drop gives the memory back.
func (s *HashSet) Drop() {
	s.reset()
	s.charge()
	s.apart = 0
}
