package source

import (
	"encoding/binary"
	"math"
)

// typedCells are rows of one column of a format with types, on their way into a
// Batch. Text stands in data: first what the cells of several batches share
// (the values of a dictionary), then the text of single cells.
type typedCells struct {
	data       []byte
	shared     int  // length of the shared text
	high       bool // some byte of the shared text is not ASCII
	long       bool // some of the texts that are shared are longer than cellText
	start, end []uint32
	kinds      []Kind
}

func (c *typedCells) rows() int { return len(c.kinds) }

// text is how much there is of text that is not shared.
func (c *typedCells) text() int { return len(c.data) - c.shared }

func (c *typedCells) addNulls(n int) {
	for range n {
		c.start, c.end, c.kinds = append(c.start, 0), append(c.end, 0), append(c.kinds, Null)
	}
}

// add ends a cell whose text was appended to data from position from on.
func (c *typedCells) add(from int, kind Kind) {
	c.start, c.end, c.kinds = append(c.start, uint32(from)), append(c.end, uint32(len(c.data))), append(c.kinds, kind)
}

// room makes room for n more cells and answers with their places.
func (c *typedCells) room(n int) (start, end []uint32, kinds []Kind) {
	k := len(c.kinds)
	c.start, c.end, c.kinds = grown(c.start, k+n), grown(c.end, k+n), grown(c.kinds, k+n)
	return c.start[k:], c.end[k:], c.kinds[k:]
}

// giveBack forgets the last n cells, but not their text.
func (c *typedCells) giveBack(n int) {
	k := len(c.kinds) - n
	c.start, c.end, c.kinds = c.start[:k], c.end[:k], c.kinds[:k]
}

func grown[T any](s []T, n int) []T {
	if n <= cap(s) {
		return s[:n]
	}
	bigger := make([]T, n, max(n, 2*cap(s)))
	copy(bigger, s)
	return bigger
}

// share takes the texts that the cells to come share; there may be no other text yet.
func (c *typedCells) share(d *entries) {
	c.data, c.shared, c.high, c.long = append(c.data, d.text...), len(d.text), !isASCII(d.text), d.longest > cellText
}

// length is how much text the first n rows hold, as a textBound counts it.
func (c *typedCells) length(n int) (sum int64) {
	if c.shared > 0 && !c.long && len(c.data) == c.shared {
		return 0
	}
	start := c.start[:n]
	for i, end := range c.end[:n] {
		sum += int64(end - start[i])
	}
	return sum
}

// vector is the first n rows.
func (c *typedCells) vector(n int) Vector {
	return Vector{Data: c.data, Start: c.start[:n], End: c.end[:n], Kinds: c.kinds[:n], ASCII: !c.high && isASCII(c.data[c.shared:])}
}

// isASCII looks at eight bytes at a time.
func isASCII(b []byte) bool {
	var seen uint64
	for ; len(b) >= 32; b = b[32:] {
		seen = binary.LittleEndian.Uint64(b) | binary.LittleEndian.Uint64(b[8:]) | binary.LittleEndian.Uint64(b[16:]) | binary.LittleEndian.Uint64(b[24:])
		if seen&0x8080_8080_8080_8080 != 0 {
			return false
		}
	}
	for _, c := range b {
		seen |= uint64(c)
	}
	return seen&0x8080_8080_8080_8080 == 0
}

// drop forgets the first n rows and the text that was theirs.
func (c *typedCells) drop(n int) {
	if n == len(c.kinds) {
		c.start, c.end, c.kinds, c.data = c.start[:0], c.end[:0], c.kinds[:0], c.data[:c.shared]
		return
	}
	c.start = append(c.start[:0], c.start[n:]...)
	c.end = append(c.end[:0], c.end[n:]...)
	c.kinds = append(c.kinds[:0], c.kinds[n:]...)
	from := uint32(math.MaxUint32) // of the text that is still needed
	for i, s := range c.start {
		if s >= uint32(c.shared) && s != c.end[i] {
			from = min(from, s)
		}
	}
	if from == math.MaxUint32 {
		c.data = c.data[:c.shared]
		return
	}
	c.data = append(c.data[:c.shared], c.data[from:]...)
	for i, s := range c.start {
		if s >= uint32(c.shared) && s != c.end[i] {
			c.start[i] -= from - uint32(c.shared)
			c.end[i] -= from - uint32(c.shared)
		}
	}
}

// reset forgets everything.
func (c *typedCells) reset() {
	c.data, c.shared, c.high = c.data[:0], 0, false
	c.start, c.end, c.kinds = c.start[:0], c.end[:0], c.kinds[:0]
}
