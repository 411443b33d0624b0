package sketch

import (
	"bytes"
	"cmp"
	"slices"
)

// Frequent finds the values that make up a good share of a stream. It is
// SpaceSaving (Metwally and others, 2005) in the equivalent form of Misra and
// Gries with deferred decrements (Agarwal and others, "Mergeable summaries",
// 2012; Anderson and others, IMC 2017): a counter a value, and when there are
// too many, the median count is taken from all and what falls to 0 is dropped.
//
// A count is at most Error too low. How often a value was seen since it got its
// counter is known exactly, as in SpaceSaving: so values that came early and
// often have a much smaller error of their own. Merging is not associative.
type Frequent struct {
	most  int
	table []counter // open addressing by hash, a power of two; count 0 = free
	used  int
	error int64
	texts []byte    // arena of the texts
	stale int       // bytes of the arena that nobody refers to
	spare []int64   // memory of purge
	kept  []counter // likewise
	sieve []uint8   // how often values were seen, by hash; nil without one
	limit uint8     // up to which the sieve holds values back
	room  int       // of the sieve, until its limit rises
	held  bool      // some were
}

// counter counts one value. Its text is kept from the second time on that the
// value is seen: values seen once are the bulk, and never among the frequent.
type counter struct {
	hash  uint64
	count int64 // less what was taken from all
	seen  int64 // times, surely
	off   uint32
	size  uint16 // 0: no text yet
	cut   bool
}

const textLimit = 1024 // bytes kept of a text: reports show 256 characters

// NewFrequent follows at most about `most` values; Error is then at most about
// 2/most of the values seen.
func NewFrequent(most int) *Frequent {
	size := 16
	for size*3/4 < most {
		size *= 2
	}
	return &Frequent{most: size * 3 / 4, table: Zeros[counter](size)}
}

// sieveLimit is how many of a value's first appearances a sieve holds back.
const sieveLimit = 3

// sieveFill says after how many values the limit rises by one: as many as half
// of the small counters.
const sieveFill = 2

// mostHeld is the highest limit.
const mostHeld = 127

// NewSiftedFrequent is one that counts values only from about their fourth
// appearance on: which is what makes it fast where most are rare. What came
// before is counted in small counters that values share, so that none loses more
// than the limit, which is part of Error. The limit rises as the small counters
// fill, or in the end all values came through; it doubles when there still are too
// many values.
func NewSiftedFrequent(most int) *Frequent {
	s := NewFrequent(most)
	s.sieve = Zeros[uint8](16 * len(s.table))
	s.limit, s.room = sieveLimit, len(s.sieve)/sieveFill
	return s
}

// Reset forgets everything and keeps the memory.
func (s *Frequent) Reset() {
	clear(s.table)
	clear(s.sieve)
	s.limit, s.room, s.held = sieveLimit, len(s.sieve)/sieveFill, false
	s.used, s.error, s.stale, s.texts = 0, 0, 0, s.texts[:0]
}

// Error is by how much a count may be too low.
func (s *Frequent) Error() int64 {
	if s.held {
		return s.error + int64(s.limit)
	}
	return s.error
}

// AddAll sees values one after the other; text answers with the text of the
// i-th, where it is wanted. It needs a sieve.
func (s *Frequent) AddAll(hashes []uint64, text func(i int) []byte) {
	sieve, mask := s.sieve, uint64(len(s.sieve)-1)
	for from := 0; from < len(hashes); {
		some := hashes[from:][:min(len(hashes)-from, s.room)]
		limit, held := s.limit, 0
		for i, h := range some {
			if c := &sieve[h>>40&mask]; *c < limit {
				*c++
				held++
				continue
			}
			limit = s.pass(h, text(from+i))
		}
		s.held = s.held || held > 0
		s.fill(len(some))
		from += len(some)
	}
}

// fill counts values that came to the sieve, up to where its limit rises.
func (s *Frequent) fill(values int) {
	if s.room -= values; s.room == 0 {
		s.room, s.limit = len(s.sieve)/sieveFill, min(s.limit+1, mostHeld)
	}
}

// AddSifted sees one value; AddAll is the same for many.
func (s *Frequent) AddSifted(hash uint64, text []byte) {
	if c := &s.sieve[hash>>40&uint64(len(s.sieve)-1)]; *c < s.limit {
		*c++
		s.held = true
	} else {
		s.pass(hash, text)
	}
	s.fill(1)
}

// pass counts a value that came through the sieve, and answers with the limit
// from now on.
func (s *Frequent) pass(hash uint64, text []byte) uint8 {
	before := s.error
	s.Add(hash, text)
	if s.error > before {
		s.limit = min(2*s.limit, mostHeld)
	}
	return s.limit
}

// Add sees one value.
func (s *Frequent) Add(hash uint64, text []byte) {
	c := s.find(hash)
	if c.count > 0 {
		c.count++
		c.seen++
		if c.size == 0 {
			s.setText(c, text)
		}
		return
	}
	c.hash, c.count, c.seen = hash, 1, 1
	if s.used++; s.used > s.most {
		s.purge()
	}
}

// AddWeighted sees a value n times.
func (s *Frequent) AddWeighted(hash uint64, text []byte, n int64) {
	c := s.find(hash)
	fresh := c.count == 0
	c.hash = hash
	c.count += n
	c.seen += n
	if c.size == 0 && c.count > 1 {
		s.setText(c, text)
	}
	if fresh {
		if s.used++; s.used > s.most {
			s.purge()
		}
	}
}

// Merge sees all that o has seen; o stays as it is.
func (s *Frequent) Merge(o *Frequent) {
	for i := range o.table {
		c := &o.table[i]
		if c.count == 0 {
			continue
		}
		mine := s.find(c.hash)
		if mine.count == 0 {
			s.used++
		}
		mine.hash = c.hash
		mine.count += c.count
		mine.seen += c.seen
		if mine.size == 0 && c.size > 0 {
			s.setText(mine, o.text(c))
			mine.cut = c.cut
		}
		if s.used > s.most {
			s.purge()
		}
	}
	s.error += o.Error()
}

func (s *Frequent) find(hash uint64) *counter {
	mask := uint64(len(s.table) - 1)
	for i := hash & mask; ; i = (i + 1) & mask {
		c := &s.table[i]
		if c.count == 0 || c.hash == hash {
			return c
		}
	}
}

func (s *Frequent) text(c *counter) []byte { return s.texts[c.off : c.off+uint32(c.size)] }

func (s *Frequent) setText(c *counter, text []byte) {
	if c.cut = len(text) > textLimit; c.cut {
		text = text[:textLimit]
	}
	c.off, c.size = uint32(len(s.texts)), uint16(len(text))
	s.texts = append(s.texts, text...)
}

// purge takes the median count from every counter.
func (s *Frequent) purge() {
	s.spare = s.spare[:0]
	for i := range s.table {
		if n := s.table[i].count; n > 0 {
			s.spare = append(s.spare, n)
		}
	}
	least := median(s.spare)
	s.error += least
	kept := s.kept[:0]
	for i := range s.table {
		c := s.table[i]
		s.table[i] = counter{}
		if c.count > least {
			c.count -= least
			kept = append(kept, c)
		} else {
			s.stale += int(c.size)
		}
	}
	s.used = len(kept)
	for _, c := range kept {
		*s.find(c.hash) = c
	}
	s.kept = kept
	if s.stale > len(s.texts)/2 {
		s.tidy()
	}
}

// median finds the middle count, which in streams of rare values is 1.
func median(counts []int64) int64 {
	ones := 0
	for _, n := range counts {
		if n == 1 {
			ones++
		}
	}
	if ones*2 >= len(counts) {
		return 1
	}
	slices.Sort(counts)
	return counts[(len(counts)-1)/2]
}

// tidy rewrites the arena without what is not referred to.
func (s *Frequent) tidy() {
	texts := make([]byte, 0, len(s.texts)-s.stale+len(s.texts)/4)
	for i := range s.table {
		if c := &s.table[i]; c.size > 0 {
			off := uint32(len(texts))
			texts = append(texts, s.text(c)...)
			c.off = off
		}
	}
	s.texts, s.stale = texts, 0
}

// Item is a frequent value: it was seen at most Count times, and at least
// Count less Error.
type Item struct {
	Text  []byte
	Cut   bool
	Hash  uint64
	Count int64
	Error int64
}

// Top lists at most n values that were surely seen at least twice, and at least
// as often as any that has no counter, by count and then text. No value but
// these was seen more often than rest.
func (s *Frequent) Top(n int) (items []Item, rest int64) {
	all := s.Error()
	rest = all
	for i := range s.table {
		c := &s.table[i]
		switch {
		case c.count == 0:
		case c.size > 0 && c.seen >= max(2, all):
			items = append(items, Item{Text: s.text(c), Cut: c.cut, Hash: c.hash, Count: c.count + all, Error: c.count + all - c.seen})
		default:
			rest = max(rest, c.count+all)
		}
	}
	slices.SortFunc(items, func(a, b Item) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), bytes.Compare(a.Text, b.Text))
	})
	if len(items) > n {
		rest = max(rest, items[n].Count)
		items = items[:n]
	}
	return items, rest
}
