package source

import (
	"slices"
	"unicode/utf8"
)

// maxBatchCells bounds the offsets of a batch (8 bytes a cell): short rows of
// a wide table take no text, but they do take cells.
const maxBatchCells = 1 << 20

// emit hands the rows of the block to the sink.
func (t *csvTokeniser) emit(sink Sink) error {
	b := t.block
	for _, f := range b.faults {
		t.faults.addMany(f.code, t.rows+int64(f.row)+1, t.pos+int64(f.at), int64(f.count))
	}
	invalid := b.high && !validUTF8(t.buf[:b.used])
	base := t.rows
	for from := 0; from < b.rows; {
		to, width := b.fitting(from, t.seen)
		t.seen = width
		t.rows = base + int64(to)
		if b.plain {
			t.fromMarks(from, to)
		} else {
			t.fromCells(from, to)
		}
		if invalid {
			t.replaceInvalid(base + int64(from))
		}
		if err := sink.Batch(&t.batch); err != nil {
			return err
		}
		from = to
	}
	return nil
}

// fitting answers how many rows from the first one on make a batch, and how
// wide it is.
func (b *block) fitting(from, width int) (to, wide int) {
	if b.plain {
		return min(b.rows, from+max(1, maxBatchCells/width)), width
	}
	for to = from; to < b.rows; to++ {
		w := max(width, b.cells.length(to))
		if to > from && (to-from+1)*w > maxBatchCells {
			break
		}
		width = w
	}
	return to, width
}

// widest is how many cells the widest row of the block has, width at least.
func (b *block) widest(width int) int {
	if b.plain {
		return width
	}
	for r := range b.rows {
		width = max(width, b.cells.length(r))
	}
	return width
}

// columns makes room for a batch of rows and answers with one slice of offsets
// a column for the first filled ones; the others are empty cells.
func (t *csvTokeniser) columns(rows, filled int) {
	if need := 2 * rows * filled; len(t.arena) < need {
		t.arena = make([]uint32, need+need/4)
	}
	if len(t.zeros) < rows {
		t.zeros = make([]uint32, max(rows, 1024))
	}
	t.batch.Rows = rows
	if cap(t.batch.Cols) < t.seen {
		t.batch.Cols = make([]Vector, t.seen)
	}
	t.batch.Cols = t.batch.Cols[:t.seen]
	for c := range t.batch.Cols {
		v := &t.batch.Cols[c]
		if c >= filled {
			*v = Vector{Data: t.buf, Start: t.zeros[:rows:rows], End: t.zeros[:rows:rows]}
			continue
		}
		at := 2 * c * rows
		*v = Vector{ASCII: !t.block.high, Data: t.buf, Start: t.arena[at : at+rows : at+rows], End: t.arena[at+rows : at+2*rows : at+2*rows]}
	}
}

// fromMarks makes a batch of regular rows: cells lie between neighbouring
// marks, or inside their quotes.
func (t *csvTokeniser) fromMarks(from, to int) {
	n, rows := t.expected, to-from
	t.columns(rows, n)
	m := &t.block.marks
	pos := m.pos[from*n : to*n]
	first := t.batch.Cols[0].Start[:rows]
	first[0] = 0
	if from > 0 {
		first[0] = m.pos[from*n-1] + 1
	}
	for c := range n - 1 {
		end, next := t.batch.Cols[c].End[:rows], t.batch.Cols[c+1].Start[:rows]
		for r, k := 0, c; r < len(end) && r < len(next); r, k = r+1, k+n {
			p := pos[k]
			end[r], next[r] = p, p+1
		}
	}
	cr := uint32(0)
	if t.lineEnd == "\r\n" {
		cr = 1
	}
	end := t.batch.Cols[n-1].End[:rows]
	for r, k := 0, n-1; r < len(end); r, k = r+1, k+n {
		p := pos[k]
		end[r] = p - cr
		if r+1 < len(first) {
			first[r+1] = p + 1
		}
	}
	if len(m.opened) > 0 {
		t.unquote(from*n, to*n)
	}
}

// unquote puts the cells that begin with a quote in the place of those that
// their marks gave: those among the block's cells from number first to last.
func (t *csvTokeniser) unquote(first, last int) {
	b, n := t.block, t.expected
	i, _ := slices.BinarySearch(b.marks.opened, uint32(first))
	row, cell := 0, first // the first one of that row
	for ; i < len(b.marks.opened) && int(b.marks.opened[i]) < last; i++ {
		c := int(b.marks.opened[i]) - cell
		if c >= n {
			row += c / n
			cell += c / n * n
			c %= n
		}
		v := &t.batch.Cols[c]
		v.Start[row], v.End[row] = b.cells.start[i], b.cells.end[i]
	}
	if len(b.cells.side) > 0 {
		t.setData(append(t.buf, b.cells.side...))
	}
}

// fromCells makes a batch of rows of any length.
func (t *csvTokeniser) fromCells(from, to int) {
	b := t.block
	filled, regular := 0, true
	for r := from; r < to; r++ {
		k := b.cells.length(r)
		regular = regular && (r == from || k == filled)
		filled = max(filled, k)
	}
	rows := to - from
	t.columns(rows, filled)
	if len(b.cells.side) > 0 {
		t.setData(append(t.buf, b.cells.side...))
	}
	first := b.cells.rows[from : to+1]
	for c := range filled {
		start, end := t.batch.Cols[c].Start[:rows], t.batch.Cols[c].End[:rows]
		if regular {
			for r, k := 0, int(first[0])+c; r < rows; r, k = r+1, k+filled {
				start[r], end[r] = b.cells.start[k], b.cells.end[k]
			}
			continue
		}
		for r := range rows {
			start[r], end[r] = 0, 0
			if k := first[r] + uint32(c); k < first[r+1] {
				start[r], end[r] = b.cells.start[k], b.cells.end[k]
			}
		}
	}
}

func (t *csvTokeniser) setData(data []byte) {
	if cap(data) > cap(t.buf) { // keep the room for the next block
		t.buf = data[:len(t.buf)]
	}
	for c := range t.batch.Cols {
		t.batch.Cols[c].Data = data
	}
}

// replaceInvalid puts U+FFFD in the place of bytes that are not UTF-8. first
// is the segment's row before the batch.
func (t *csvTokeniser) replaceInvalid(first int64) {
	if len(t.batch.Cols) == 0 {
		return
	}
	data := t.batch.Cols[0].Data
	count, row, at := int64(0), int64(0), int64(0)
	for c := range t.batch.Cols {
		v := &t.batch.Cols[c]
		for r, s := range v.Start {
			cell := data[s:v.End[r]]
			if utf8.Valid(cell) {
				continue
			}
			if count == 0 || first+int64(r)+1 < row {
				row, at = first+int64(r)+1, t.pos+int64(min(int(s), len(t.buf)))
			}
			v.Start[r] = uint32(len(data))
			var n int
			data, n = appendValid(data, cell)
			v.End[r] = uint32(len(data))
			count += int64(n)
		}
	}
	t.setData(data)
	if count > 0 {
		t.faults.addMany("invalid_utf8", row, at, count)
	}
}

// appendValid appends s with each maximal run of bytes that begins a character
// but does not end it, and each byte that begins none, replaced by U+FFFD (as
// the Unicode standard, section 3.9, and the web do it). It answers how many.
func appendValid(dst, s []byte) ([]byte, int) {
	n := 0
	for len(s) > 0 {
		r, size := utf8.DecodeRune(s)
		if r == utf8.RuneError && size == 1 {
			size = invalidRun(s)
			dst = append(dst, "\uFFFD"...)
			n++
		} else {
			dst = append(dst, s[:size]...)
		}
		s = s[size:]
	}
	return dst, n
}

// validPrefix is how many bytes of s stand before the first that is not UTF-8.
func validPrefix(s []byte) int {
	n := 0
	for n < len(s) {
		r, size := utf8.DecodeRune(s[n:])
		if r == utf8.RuneError && size == 1 {
			break
		}
		n += size
	}
	return n
}

// invalidRun is the length of the longest beginning of s that could be made a
// character by other bytes behind it, 1 if there is none.
func invalidRun(s []byte) int {
	for n := min(3, len(s)); n > 1; n-- {
		if !utf8.FullRune(s[:n]) {
			return n
		}
	}
	return 1
}
