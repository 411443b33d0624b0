package sketch

import (
	"math"
	"math/bits"
	"sync"
)

const (
	chunkHashes   = 128 // 1 KB
	gatherBuckets = 256
	gatherFlat    = 1 << 16 // hashes up to which there is one bucket only
	slabChunks    = 64
)

type chunk [chunkHashes]uint64

// shelf has chunks that nobody uses. Chunks never go back to the heap one by
// one: growing slices would cost three times their memory in garbage. It also
// has the memory to tell hashes apart in, one bucket at a time: a thousand
// columns with their own would take gigabytes.
type shelf struct {
	mu    sync.Mutex // of tellBucket: several columns may be asked at a time
	free  []*chunk
	flat  []uint64 // a bucket's hashes
	short []uint16 // … places in it + 1 of those different so far, by hash
	long  []uint32 // the same, of large buckets
}

// room is memory for n hashes.
func (s *shelf) room(n int) []uint64 {
	if cap(s.flat) < n {
		s.flat = make([]uint64, 0, n+n/4)
	}
	return s.flat[:0]
}

// apart leaves each of the hashes once, those in front, and answers with their
// number.
func (s *shelf) apart(hashes []uint64) int {
	if len(hashes) < math.MaxUint16 {
		return tellApart(hashes, &s.short)
	}
	return tellApart(hashes, &s.long)
}

// tellApart has a table of small places instead of hashes: with four times as
// many as there are hashes it still fits the cache, and most are found free.
func tellApart[place uint16 | uint32](hashes []uint64, room *[]place) (n int) {
	size := 1 << bits.Len(uint(4*len(hashes)))
	if len(*room) < size {
		*room = make([]place, size)
	}
	table := (*room)[:size]
	clear(table)
	mask := uint64(size - 1)
next:
	for _, h := range hashes {
		at := h / gatherBuckets & mask
		for x := table[at]; x != 0; x = table[at] {
			if hashes[x-1] == h {
				continue next
			}
			at = (at + 1) & mask
		}
		hashes[n] = h // what stood there has been looked at
		n++
		table[at] = place(n)
	}
	return n
}

func (s *shelf) take() *chunk {
	if len(s.free) == 0 {
		slab := new([slabChunks]chunk)
		for i := range slab {
			s.free = append(s.free, &slab[i])
		}
	}
	c := s.free[len(s.free)-1]
	s.free = s.free[:len(s.free)-1]
	c[0] = 0 // see Zeros
	return c
}

// gathered holds hashes without looking at them, and tells them apart when
// asked to, bucket by bucket, each of which fits the cache: looking every hash
// up in one large table as it comes costs a miss of the cache a hash, five
// times as much in all.
type gathered struct {
	shelf   *shelf
	buckets []bucket // one, then gatherBuckets by the hash's low bits
	// held is the number of hashes that there are if tellApart is called by
	// its owner alone, who decides by it: what a look in between (count) makes
	// room for is not known to it.
	held int
}

// bucket has each hash of its front once; those behind are as they came.
type bucket struct {
	last   *chunk // of chunks, the one being filled
	n      int
	front  int
	chunks []*chunk
}

func (b *bucket) add(h uint64, s *shelf) {
	at := uint(b.n) % chunkHashes
	if at == 0 {
		b.last = s.take()
		b.chunks = append(b.chunks, b.last)
	}
	b.last[at] = h
	b.n++
}

// each sees a bucket's hashes, chunk by chunk.
func (b *bucket) each(see func([]uint64)) {
	for i, c := range b.chunks {
		see(c[:min(chunkHashes, b.n-i*chunkHashes)])
	}
}

func (b *bucket) clear(s *shelf) {
	s.free = append(s.free, b.chunks...)
	*b = bucket{chunks: b.chunks[:0]}
}

// reset forgets all hashes.
func (g *gathered) reset() {
	for i := range g.buckets {
		g.buckets[i].clear(g.shelf)
	}
	g.buckets, g.held = nil, 0
}

func (g *gathered) add(hashes []uint64) {
	if g.buckets == nil {
		g.buckets = make([]bucket, 1)
	}
	if len(g.buckets) == 1 && g.held+len(hashes) > gatherFlat {
		g.divide()
	}
	g.held += len(hashes)
	if len(g.buckets) == 1 {
		for _, h := range hashes {
			g.buckets[0].add(h, g.shelf)
		}
		return
	}
	buckets := g.buckets[:gatherBuckets]
	for _, h := range hashes {
		b := &buckets[h%gatherBuckets]
		at := uint(b.n) % chunkHashes
		if at == 0 {
			b.add(h, g.shelf)
			continue
		}
		b.last[at] = h
		b.n++
	}
}

func (g *gathered) divide() {
	one := g.buckets[0]
	g.buckets = make([]bucket, gatherBuckets)
	one.each(func(hashes []uint64) {
		for _, h := range hashes {
			g.buckets[h%gatherBuckets].add(h, g.shelf)
		}
	})
	one.clear(g.shelf)
}

// each sees all hashes, some of them more than once.
func (g *gathered) each(see func([]uint64)) {
	for i := range g.buckets {
		g.buckets[i].each(see)
	}
}

// tellApart leaves each hash once, and drops those that have a bit of drop.
func (g *gathered) tellApart(drop uint64) { g.held = g.count(drop) }

// count is the number of different hashes without a bit of drop.
func (g *gathered) count(drop uint64) (n int) {
	for i := range g.buckets {
		n += g.countBucket(i, drop)
	}
	return n
}

func (g *gathered) countBucket(i int, drop uint64) int {
	b := &g.buckets[i]
	if b.front < b.n || drop != 0 {
		g.tellBucket(b, drop)
	}
	return b.n
}

func (g *gathered) tellBucket(b *bucket, drop uint64) {
	g.shelf.mu.Lock()
	defer g.shelf.mu.Unlock()
	flat := g.shelf.room(b.n)
	b.each(func(hashes []uint64) {
		if drop == 0 {
			flat = append(flat, hashes...)
			return
		}
		for _, h := range hashes {
			if h&drop == 0 {
				flat = append(flat, h)
			}
		}
	})
	n := g.shelf.apart(flat)
	for i := 0; i < n; i += chunkHashes {
		copy(b.chunks[i/chunkHashes][:], flat[i:n])
	}
	used := (n + chunkHashes - 1) / chunkHashes
	g.shelf.free = append(g.shelf.free, b.chunks[used:]...)
	b.chunks, b.n, b.front = b.chunks[:used], n, n
	if used > 0 {
		b.last = b.chunks[used-1]
	}
}
