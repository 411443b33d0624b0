package sketch

// Pool bounds the memory of several hash sets together.
type Pool struct{ Free int } // bytes

// HashSet knows exactly which hashes it has seen, as long as the pool has
// memory for it. After that Add answers false, and the set is empty.
type HashSet struct {
	pool  *Pool
	table []uint64 // open addressing; 0 = free
	used  int64
	zero  int64 // 1: the hash 0 was seen
	lost  bool
}

// NewHashSet draws its memory from pool.
func NewHashSet(pool *Pool) *HashSet { return &HashSet{pool: pool} }

// Add sees one hash, and tells whether the set is still whole.
func (s *HashSet) Add(hash uint64) bool {
	if s.lost {
		return false
	}
	if hash == 0 {
		s.zero = 1
		return true
	}
	if s.used >= int64(len(s.table)/4*3) && !s.grow() {
		return false
	}
	if s.insert(hash) {
		s.used++
	}
	return true
}

// Count is the number of different hashes seen, as long as Add never failed.
func (s *HashSet) Count() int64 { return s.used + s.zero }

// Drop gives the memory back.
func (s *HashSet) Drop() {
	s.pool.Free += 8 * len(s.table)
	s.table, s.used, s.zero, s.lost = nil, 0, 0, true
}

func (s *HashSet) insert(hash uint64) bool {
	mask := uint64(len(s.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		switch s.table[i] {
		case 0:
			s.table[i] = hash
			return true
		case hash:
			return false
		}
	}
}

func (s *HashSet) grow() bool {
	size := max(1024, 2*len(s.table))
	if more := 8 * (size - len(s.table)); more > s.pool.Free {
		s.Drop()
		return false
	} else {
		s.pool.Free -= more
	}
	old := s.table
	s.table = make([]uint64, size)
	for _, h := range old {
		if h != 0 {
			s.insert(h)
		}
	}
	return true
}
