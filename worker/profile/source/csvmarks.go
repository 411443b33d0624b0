package source

import (
	"encoding/binary"
	"math/bits"
)

// marks are the places where a block of CSV text may be cut, found without
// looking at what the cells hold. This is the hot loop of the whole engine: it
// takes eight bytes at a time as one word (SWAR), marks the bytes that matter
// by their top bit, and knows whether it stands inside quotes from the parity
// of the quotes before: the running count of a word's quotes is one
// multiplication. That is right for all text with proper quoting; the counts
// let the caller see whether the text is such.
//
// The method is that of Langdale and Lemire, "Parsing Gigabytes of JSON per
// Second" (VLDB Journal 28, 2019), cut down to general registers.
type marks struct {
	pos    []uint32 // of delimiters and line ends outside quotes
	lines  int      // line ends among them
	quotes int      // quotes anywhere
	odd    int      // outside quotes: \r, or \n where lines end in \r
	inside uint64   // all top bits set while inside quotes
	high   bool     // some byte is not ASCII
	nul    bool     // some byte is NUL
}

const (
	lowBits  = 0x0101010101010101
	highBits = 0x8080808080808080
	lowSeven = 0x7f7f7f7f7f7f7f7f
)

// markBytes are the bytes that marks looks for, each repeated eight times.
type markBytes struct{ delim, line, odd, quote uint64 }

func (r *rules) markBytes() markBytes {
	line, odd := byte('\n'), byte('\r')
	if r.lineEnd == "\r" {
		line, odd = odd, line
	}
	delim := r.delim[0]
	if r.undivided {
		delim = line
	}
	return markBytes{uint64(delim) * lowBits, uint64(line) * lowBits, uint64(odd) * lowBits, uint64(r.quote) * lowBits}
}

// notEqual sets the top bit of each byte of w that differs from that of b. The
// other bits are of no meaning.
func notEqual(w, b uint64) uint64 {
	x := w ^ b
	return (x&lowSeven + lowSeven) | x
}

// scan begins anew on text, which must begin outside quotes.
func (m *marks) scan(text []byte, b markBytes) {
	if cap(m.pos) < len(text)/4+64 {
		m.pos = make([]uint32, len(text)/4+64)
	}
	pos := m.pos[:cap(m.pos)]
	var (
		n            int
		inside       uint64
		any, zero    uint64
		lines, odds  uint64 // per byte of the word, emptied before they can overflow
		left         = 255
		quotes       int
		linesN, oddN int
		i            int
	)
	for ; i+8 <= len(text); i += 8 {
		w := binary.LittleEndian.Uint64(text[i:])
		any |= w
		zero |= (w - lowBits) &^ w
		line := ^notEqual(w, b.line) & highBits
		cut := ^notEqual(w, b.delim)&highBits | line
		odd := ^notEqual(w, b.odd) & highBits
		quote := ^notEqual(w, b.quote) & highBits
		if quote|inside != 0 {
			count := (quote >> 7) * lowBits // byte k: quotes up to and with byte k
			in := (count&lowBits)<<7 ^ inside
			cut &^= in
			line &^= in
			odd &^= in
			inside = (in >> 63) * highBits
			quotes += int(count >> 56)
		}
		lines += line >> 7
		odds += odd >> 7
		if left--; left == 0 {
			linesN, oddN = linesN+sumBytes(lines), oddN+sumBytes(odds)
			lines, odds, left = 0, 0, 255
		}
		if n+8 > len(pos) {
			m.pos = append(pos, make([]uint32, len(pos)+64)...)
			pos = m.pos[:cap(m.pos)]
		}
		for cut != 0 {
			pos[n] = uint32(i + bits.TrailingZeros64(cut)>>3)
			n++
			cut &= cut - 1
		}
	}
	m.lines, m.odd = linesN+sumBytes(lines), oddN+sumBytes(odds)
	m.quotes, m.inside = quotes, inside
	m.high, m.nul = any&highBits != 0, zero&highBits != 0
	m.pos = pos[:n]
	for ; i < len(text); i++ {
		m.tail(text[i], i, b)
	}
}

// tail does what scan does for one of the last bytes.
func (m *marks) tail(c byte, i int, b markBytes) {
	m.high = m.high || c >= 0x80
	m.nul = m.nul || c == 0
	if c == byte(b.quote) {
		m.quotes++
		m.inside ^= highBits
		return
	}
	if m.inside != 0 {
		return
	}
	switch c {
	case byte(b.line):
		m.lines++
		m.pos = append(m.pos, uint32(i))
	case byte(b.delim):
		m.pos = append(m.pos, uint32(i))
	case byte(b.odd):
		m.odd++
	}
}

// sumBytes adds up the eight bytes of w.
func sumBytes(w uint64) int {
	const even = 0x00ff00ff00ff00ff
	w = w&even + w>>8&even
	return int(w * 0x0001000100010001 >> 48)
}
