package source

import "math/bits"

// marks are the places where a block of CSV text may be cut, found without
// looking at what the cells hold. This is the hot loop of the whole engine: it
// finds the bytes that matter in 64 bytes at once, and knows whether they stand
// inside quotes from the parity of the quotes before. That is right for all
// text with proper quoting; the counts let the caller see whether the text is
// such.
//
// The method is that of Langdale and Lemire, "Parsing Gigabytes of JSON per
// Second" (VLDB Journal 28, 2019).
type marks struct {
	pos []uint32 // of delimiters and line ends outside quotes
	// opened are the cells that begin with a quote: cell i begins behind mark
	// i-1, cell 0 with the text.
	opened []uint32
	lines  int  // line ends among pos
	quotes int  // quotes anywhere
	odd    int  // outside quotes: \r, or \n where lines end in \r
	high   bool // some byte is not ASCII
	nul    bool // some byte is NUL
}

// scan begins anew on text, which must begin outside quotes.
func (m *marks) scan(text []byte, b markBytes) {
	if cap(m.pos) < len(text)/4+maskWidth {
		m.pos = make([]uint32, 0, len(text)/4+maskWidth)
	}
	s := markScan{marks: m, before: 1}
	*m = marks{pos: m.pos[:cap(m.pos)], opened: m.opened[:0]}
	var found [64]masks // of a piece of text that then still is in the first cache
	at := 0
	for len(text)-at >= maskWidth {
		words := found[:min(len(found), (len(text)-at)/maskWidth)]
		s.seen(findMasks(text[at:], b, words))
		s.take(words, at)
		at += len(words) * maskWidth
	}
	if rest := len(text) - at; rest > 0 {
		var last [maskWidth]byte
		for i := copy(last[:], text[at:]); i < maskWidth; i++ {
			last[i] = 1
		}
		s.seen(findMasks(last[:], b, found[:1]))
		f, there := &found[0], uint64(1)<<rest-1
		f.cut, f.line, f.odd, f.quote = f.cut&there, f.line&there, f.odd&there, f.quote&there
		s.take(found[:1], at)
	}
	m.pos = m.pos[:s.n]
}

// markScan is a scan under way.
type markScan struct {
	*marks
	n      int    // marks found
	inside uint64 // all bits set while inside quotes
	before uint64 // 1 where the next byte begins a cell
}

func (s *markScan) seen(high, nul bool) {
	s.high = s.high || high
	s.nul = s.nul || nul
}

// take takes the marks of words, which begin at a place in the text.
func (s *markScan) take(words []masks, at int) {
	n := s.n
	if need := n + len(words)*maskWidth; need > len(s.pos) {
		s.pos = append(s.pos, make([]uint32, max(need-len(s.pos), len(s.pos)/2))...)
		s.pos = s.pos[:cap(s.pos)]
	}
	pos := s.pos
	for i := range words {
		w := &words[i]
		cut, base := w.cut, uint32(at+i*maskWidth)
		if w.quote|s.inside != 0 {
			cut = s.quoted(w, n)
		}
		s.before = cut >> 63
		s.lines += bits.OnesCount64(w.line)
		s.odd += bits.OnesCount64(w.odd)
		// Eight at a time without looking how many there are: a branch that
		// is guessed wrong costs more. There is room for them.
		for k := n; cut != 0; k += 8 {
			p := (*[8]uint32)(pos[k:])
			p[0] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
			p[1] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
			p[2] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
			p[3] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
			p[4] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
			p[5] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
			p[6] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
			p[7] = base + uint32(bits.TrailingZeros64(cut))
			cut &= cut - 1
		}
		n += bits.OnesCount64(w.cut)
	}
	s.n = n
}

// quoted takes out of w what stands inside quotes, and answers with its cuts;
// n marks stand before it.
func (s *markScan) quoted(w *masks, n int) (cut uint64) {
	in := parity(w.quote) ^ s.inside
	s.inside = uint64(int64(in) >> 63)
	w.cut &^= in
	w.line &^= in
	w.odd &^= in
	s.quotes += bits.OnesCount64(w.quote)
	for open := w.quote & (w.cut<<1 | s.before); open != 0; open &= open - 1 {
		behind := w.cut & (open&-open - 1)
		s.opened = append(s.opened, uint32(n+bits.OnesCount64(behind)))
	}
	return w.cut
}

// parity sets the bits before which, themselves included, an odd number of
// bits is set in w.
func parity(w uint64) uint64 {
	w ^= w << 1
	w ^= w << 2
	w ^= w << 4
	w ^= w << 8
	w ^= w << 16
	return w ^ w<<32
}
