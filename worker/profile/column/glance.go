package column

import (
	"math"
	"math/bits"
)

// glance is what can be seen of a short cell at once: a bit for each byte, of
// those that are digits, digits, spaces or hyphens, at signs, and no ASCII.
// What stands behind the cell is among them until end leaves it out.
type glance struct{ digits, numbers, at, high uint64 }

// glanceWidth is the length of the longest cell that a glance is about.
const glanceWidth = 64

// end leaves out what stands behind a cell of n bytes, one at least.
func (g *glance) end(n int) {
	in := uint64(math.MaxUint64) >> (uint(glanceWidth-n) & 63)
	g.digits &= in
	g.numbers &= in
	g.at &= in
	g.high &= in
}

// plainText tells whether b surely is text and nothing else, without white space
// around it; reveals is false for those that cannot hold a number or an address
// that is to be revealed. It need not find all texts, as plainText need not.
func (g *glance) plainText(b []byte) (text, reveals bool) {
	n := len(b)
	if n < 2 {
		return false, false
	}
	first, last := b[0], b[n-1]
	if last <= ' ' || last == 0xa0 {
		return false, false
	}
	if shapedAsUUID(b) {
		return first > ' ' && first < 0x80, false
	}
	if g.digits&1 != 0 {
		k := bits.TrailingZeros64(^g.digits)
		if k < 4 && k < n && b[k] == '.' {
			return isAddress(b), false
		}
		return isCodeBehind(b, k), true
	}
	if !lead[first] && (g.digits>>(n-1) == 0 || n > longestEnding) || first == '/' {
		return true, true
	}
	if !letter(first) {
		return false, true
	}
	wordless := g.digits|g.high == 0 && n > longestToken // too long for a word of its own
	return wordless || !special.may(b), true
}

// mayHoldCard tells whether some stretch of digits, spaces and hyphens is as long
// as a card's number.
func (g *glance) mayHoldCard() bool {
	w := g.numbers
	w &= w >> 1
	w &= w >> 2
	w &= w >> 4          // eight in a row
	return w&(w>>5) != 0 // cardDigits
}
