package profile

import (
	"cmp"
	"encoding/binary"
	"math"
	"math/bits"
	"slices"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// Bounds of the two samples of rows: one to compute with, one to show.
const (
	pairBytes  = 64   // of a cell
	shownBytes = 1024 // 256 characters of any script
	headRows   = 10   // shown from the beginning of the file
	mostShown  = 100  // with those
)

// pairColumns bounds how far into a wide table pairs of columns are looked for.
const pairColumns = 1024

// sampleArena is the size in which cells get their memory.
const sampleArena = 16 << 10

// mostSpilt is how much memory of dropped rows a sample may hold.
const mostSpilt = 2 << 20

// pairRows is how many rows pairs of columns are computed from.
func pairRows(columns int) int {
	return min(8192, 1<<19>>bits.Len(uint(min(max(columns, 1), pairColumns)-1)))
}

// shownRows is how many rows are shown beside the first ones.
func shownRows(columns int) int {
	return max(5, min(mostShown-headRows, 20_000/max(columns, 1)))
}

// sample is the uniform sample of the k rows with the smallest keys. Keys are
// a hash, so it is the same whoever reads the rows. Merging is associative.
type sample struct {
	k, limit int
	columns  int // those in front, that are kept of a row
	// Rows with keys from threshold on are known not to be in the sample.
	threshold uint64
	rows      []sampled
	arena     []byte // memory of the next cells
	held      int    // bytes of rows, those dropped since the rest was moved together, too
}

// sampled is one row; its cells are written by appendCells.
type sampled struct {
	key   uint64
	row   int64 // from 0
	cells []byte
}

func newSample(k, limit, columns int) *sample {
	return &sample{k: k, limit: limit, columns: columns, threshold: math.MaxUint64}
}

func (s *sample) reset(k int, threshold uint64) {
	s.k, s.threshold, s.rows, s.held = k, threshold, s.rows[:0], 0 // whoever merged it has its own copies of these
}

func (s *sample) add(key uint64, row int64, b *source.Batch, i int) {
	if cap(s.arena)-len(s.arena) < 64*len(b.Cols[:min(s.columns, len(b.Cols))]) {
		s.arena = make([]byte, 0, max(sampleArena, 64*len(b.Cols)))
	}
	from := len(s.arena)
	s.arena = appendCells(s.arena, b, i, s.limit, s.columns)
	if len(s.rows) == cap(s.rows) {
		s.rows = slices.Grow(s.rows, max(64, 3*len(s.rows)))
	}
	s.rows = append(s.rows, sampled{key, row, s.arena[from:len(s.arena):len(s.arena)]})
	s.held += len(s.arena) - from
	if len(s.rows) >= 2*s.k {
		s.trim()
	}
}

// trim drops all but the k smallest; rows stay in the order of their numbers.
func (s *sample) trim() {
	if len(s.rows) <= s.k {
		return
	}
	keys := make([]uint64, len(s.rows))
	for i := range s.rows {
		keys[i] = s.rows[i].key
	}
	last := sketch.Select(keys, s.k-1)
	equal := s.k // of those with the last key
	for _, key := range keys {
		if key < last {
			equal--
		}
	}
	kept, size := s.rows[:0], 0
	for _, r := range s.rows {
		if r.key == last {
			equal--
		}
		if r.key < last || r.key == last && equal >= 0 {
			kept = append(kept, r)
			size += len(r.cells)
		}
	}
	clear(s.rows[len(kept):])
	s.rows = kept
	s.threshold = last + 1
	if s.held-size < mostSpilt {
		return
	}
	s.held = size
	arena := make([]byte, 0, size) // or a few cells would keep all memory of the others
	for i := range s.rows {
		from := len(arena)
		arena = append(arena, s.rows[i].cells...)
		s.rows[i].cells = arena[from:len(arena):len(arena)]
	}
}

// merge adds the sample of later rows, which begin at offset, and keeps k.
func (s *sample) merge(o *sample, offset int64, k int) {
	if s.rows == nil {
		s.rows = make([]sampled, 0, min(2*k, len(o.rows)+k))
	}
	for _, r := range o.rows {
		r.row += offset
		s.rows = append(s.rows, r)
		s.held += len(r.cells)
	}
	s.k = k
	if len(s.rows) >= k+k/2 {
		s.trim()
	}
}

// inOrder lists the rows in the file's order.
func (s *sample) inOrder() []sampled {
	s.trim()
	rows := slices.Clone(s.rows)
	slices.SortFunc(rows, func(a, b sampled) int { return cmp.Compare(a.row, b.row) })
	return rows
}

// cell is one of a sampled row. Where it was cut, hash tells it apart from
// others with the same beginning.
type cell struct {
	kind source.Kind
	cut  bool
	text []byte
	hash uint64
}

func (c *cell) empty() bool {
	return c.kind == source.Null || c.kind == source.Raw && len(c.text) == 0
}

const cutMark = 0x80

// appendCells writes the cells of a row: kind, length, text, and for those
// longer than limit a hash of the whole.
func appendCells(dst []byte, b *source.Batch, i, limit, columns int) []byte {
	for c := range b.Cols[:min(columns, len(b.Cols))] {
		v := &b.Cols[c]
		kind := source.Raw
		if v.Kinds != nil {
			kind = v.Kinds[i]
		}
		from, to := int(v.Start[i]), int(v.End[i])
		if n := to - from; n <= 16 && from+16 <= len(v.Data) && len(dst)+18 <= cap(dst) {
			// All 16 bytes are written; what does not belong there is written over.
			end := dst[len(dst) : len(dst)+18]
			end[0], end[1] = byte(kind), byte(n)
			*(*[16]byte)(end[2:]) = [16]byte(v.Data[from:])
			dst = dst[:len(dst)+2+n]
			continue
		}
		text := v.Data[from:to]
		if len(text) <= limit {
			dst = append(dst, byte(kind))
			dst = binary.AppendUvarint(dst, uint64(len(text)))
			dst = append(dst, text...)
			continue
		}
		cut := limit
		for cut > 0 && text[cut]&0xc0 == 0x80 { // not inside a character
			cut--
		}
		dst = append(dst, byte(kind)|cutMark)
		dst = binary.AppendUvarint(dst, uint64(cut))
		dst = append(dst, text[:cut]...)
		dst = binary.LittleEndian.AppendUint64(dst, sketch.Hash(text))
	}
	return dst
}

// each reads the cells of a row; rows of fewer columns have nulls behind. What
// see is given is only good until it returns.
func (r *sampled) each(columns int, see func(i int, c *cell)) {
	p := r.cells
	var c cell // one for all: see makes it escape
	for i := range columns {
		c.kind, c.cut, c.text = source.Null, false, nil
		if len(p) > 0 {
			c.kind, c.cut = source.Kind(p[0]&^cutMark), p[0]&cutMark != 0
			n, size := uint64(0), 1
			if len(p) > 1 && p[1] < 0x80 {
				n = uint64(p[1])
			} else {
				n, size = binary.Uvarint(p[1:])
			}
			p = p[1+size:]
			c.text, p = p[:n], p[n:]
			if c.cut {
				c.hash = binary.LittleEndian.Uint64(p)
				p = p[8:]
			}
		}
		see(i, &c)
	}
}
