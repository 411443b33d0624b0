package column

import (
	"math"
	"math/bits"
)

// bitmap marks rows of a segment.
type bitmap []uint64

func (b *bitmap) set(row int) {
	for row>>6 >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[row>>6] |= 1 << (row & 63)
}

// setWord marks those of 64 rows from row on whose bits are set.
func (b *bitmap) setWord(row int, w uint64) {
	if w == 0 {
		return
	}
	for (row+bits.Len64(w)-1)>>6 >= len(*b) {
		*b = append(*b, 0)
	}
	(*b)[row>>6] |= w << (row & 63)
	if above := w >> 1 >> (^row & 63); above != 0 {
		(*b)[row>>6+1] |= above
	}
}

func (b *bitmap) setRange(from, to int) {
	for ; from < to; from += 64 {
		b.setWord(from, math.MaxUint64>>max(0, 64-(to-from)))
	}
}

func (b bitmap) count() (n int64) {
	for _, w := range b {
		n += int64(bits.OnesCount64(w))
	}
	return n
}

// first adds the first marked rows, of a segment that begins at row offset, to
// a list of at most rowsKept.
func (b bitmap) first(rows []int64, offset int64) []int64 {
	for i, w := range b {
		for ; w != 0; w &= w - 1 {
			if len(rows) >= rowsKept {
				return rows
			}
			rows = append(rows, offset+int64(i*64+bits.TrailingZeros64(w)))
		}
	}
	return rows
}

// blocks counts marked rows in equal blocks of rows over the whole file. When
// there would be too many, each two become one.
type blocks struct {
	most   int
	shift  uint // a block has 1<<shift rows
	counts []uint32
}

// room makes the blocks large enough for so many rows.
func (k *blocks) room(rows int64) {
	for rows>>k.shift > int64(k.most) {
		k.shift++
		for i := 0; 2*i < len(k.counts); i++ {
			n := k.counts[2*i]
			if 2*i+1 < len(k.counts) {
				n += k.counts[2*i+1]
			}
			k.counts[i] = n
		}
		k.counts = k.counts[:(len(k.counts)+1)/2]
	}
}

// add counts the marked rows of a segment that begins at row offset.
func (k *blocks) add(b bitmap, offset int64) {
	if len(b) == 0 {
		return
	}
	for int64(len(k.counts)) <= (offset+int64(len(b))*64)>>k.shift {
		k.counts = append(k.counts, 0)
	}
	for i, w := range b {
		from := offset + int64(i)*64
		if from>>k.shift == (from+63)>>k.shift {
			k.counts[from>>k.shift] += uint32(bits.OnesCount64(w))
			continue
		}
		if k.shift == 0 {
			for ; w != 0; w &= w - 1 {
				k.counts[from+int64(bits.TrailingZeros64(w))]++
			}
			continue
		}
		for w != 0 {
			n := int64(1)<<k.shift - from&(1<<k.shift-1) // rows to the end of the block
			k.counts[from>>k.shift] += uint32(bits.OnesCount64(w & (1<<n - 1)))
			w >>= n
			from += n
		}
	}
}

// addRange counts all rows from one to another.
func (k *blocks) addRange(from, to int64) {
	if from >= to {
		return
	}
	for int64(len(k.counts)) <= to>>k.shift {
		k.counts = append(k.counts, 0)
	}
	for from < to {
		end := min(to, (from>>k.shift+1)<<k.shift)
		k.counts[from>>k.shift] += uint32(end - from)
		from = end
	}
}

// spread adds the counts to bands, given the first row of each: a band has the
// blocks that begin in it. Where blocks are single rows, it has its rows exactly.
func (k *blocks) spread(bands, starts []int64) {
	band := 0
	for i, n := range k.counts {
		row := int64(i) << k.shift
		for band+1 < len(bands) && row >= starts[band+1] {
			band++
		}
		bands[band] += int64(n)
	}
}

// blockStart is the first row of the first block that begins at row or behind.
func (k *blocks) blockStart(row int64) int64 {
	return (row + 1<<k.shift - 1) >> k.shift << k.shift
}
