package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"unicode/utf8"
)

const (
	blockSize = 256 << 10
	// maxBatchCells bounds the offsets of a batch (8 bytes a cell): short rows
	// of a wide table take no text, but they do take cells.
	maxBatchCells = 1 << 20
	guessWindow   = 32 << 10
)

// csvTokeniser reads segments of a CSV text block by block. Blocks end at
// fixed offsets, and a batch holds the rows that end in one block, so batches
// do not depend on who reads the segment or how.
type csvTokeniser struct {
	rules
	text  text
	width int // columns of the table, as known from its head
	size  int64
	block *block

	buf   []byte // text that is not cut up yet
	batch Batch
	arena []uint32
	zeros []uint32

	// of the segment being read
	pos    int64 // text offset of buf[0]
	seen   int   // columns so far
	rows   int64
	faults faults
	eof    bool
	fail   *Error // what ends the text before its time
}

func (t *csvTokeniser) parse(ctx context.Context, p part, sink Sink) parsed {
	start := p.start
	if start < 0 {
		start = t.guess(p)
	}
	t.pos, t.seen, t.rows, t.faults, t.eof, t.fail = start, t.width, 0, faults{}, false, nil
	t.buf = t.buf[:0]
	if start < 0 {
		return parsed{start: -1, end: -1}
	}
	err := t.run(ctx, p, sink)
	if err == nil && t.fail != nil {
		t.fail.Row = t.rows + 1
		err = t.fail
	}
	if err == nil && !t.eof { // the next segment may be empty
		var one [1]byte
		if n, e := t.text.ReadAt(one[:], t.pos); n == 0 {
			t.eof = e == io.EOF
		}
	}
	return parsed{start: start, end: t.pos, rows: t.rows, last: t.eof, problems: t.faults.list, width: t.seen, err: err}
}

// run reads the rows that begin before p.to.
func (t *csvTokeniser) run(ctx context.Context, p part, sink Sink) error {
	next := func() int64 { return min((t.pos/t.size+1)*t.size, p.to) }
	step, target := t.size, next()
	for t.pos < p.to {
		if err := ctx.Err(); err != nil {
			return err
		}
		if err := t.fill(target); err != nil {
			return err
		}
		t.block.read(t.buf, t.eof)
		used, err := t.take(sink)
		if err != nil || t.eof || t.fail != nil {
			return err
		}
		switch {
		case target == p.to && t.pos < p.to:
			// A row goes on behind the segment, or a quote is open that turns out
			// to be none: then there are more rows before p.to.
			if err := t.longRow(sink); err != nil || t.eof || t.fail != nil {
				return err
			}
			t.buf = t.buf[:0]
			step, target = t.size, next()
			continue
		case used > 0:
			step = t.size
		default: // a row larger than a block: look at twice as much each time
			step *= 2
			if err := t.checkRow(); err != nil {
				return err
			}
		}
		target = min(target+step, p.to)
	}
	return nil
}

// take hands on the rows of the block and drops their text. It answers how
// much that was.
func (t *csvTokeniser) take(sink Sink) (used int, err error) {
	if err := t.emit(sink); err != nil {
		return 0, err
	}
	if t.block.broken != nil {
		return 0, t.explain(t.block.broken)
	}
	used = t.block.used
	t.buf = t.buf[:copy(t.buf, t.buf[used:])]
	t.pos += int64(used)
	return used, nil
}

// longRow reads one row, however far it goes.
func (t *csvTokeniser) longRow(sink Sink) error {
	for step := int64(4 << 10); ; step *= 2 {
		if err := t.fill(t.pos + int64(len(t.buf)) + step); err != nil {
			return err
		}
		t.block.readOne(t.buf, t.eof)
		used, err := t.take(sink)
		if err != nil {
			return err
		}
		if used > 0 {
			// What was read too much is read again when its turn comes.
			if len(t.buf) > 0 {
				t.eof, t.fail = false, nil
			}
			return nil
		}
		if t.eof || t.fail != nil {
			return nil
		}
		if err := t.checkRow(); err != nil {
			return err
		}
	}
}

// fill reads up to the text offset target.
func (t *csvTokeniser) fill(target int64) error {
	have, want := len(t.buf), int(target-t.pos)
	if want > cap(t.buf) {
		grown := make([]byte, have, max(want, 2*cap(t.buf)))
		copy(grown, t.buf)
		t.buf = grown
	}
	if want <= have {
		return nil
	}
	n, err := t.text.ReadAt(t.buf[have:want], t.pos+int64(have))
	t.buf = t.buf[:have+n]
	var broken *Error
	switch {
	case err == nil:
		return nil
	case err == io.EOF:
		t.eof = true
		return nil
	case errors.As(err, &broken):
		own := *broken // others see the same one
		t.fail = &own
		return nil
	}
	return err
}

// checkRow ends the reading at a row that would not fit into memory.
func (t *csvTokeniser) checkRow() error {
	if len(t.buf) <= t.maxRow {
		return nil
	}
	return &Error{Code: "too_large", Row: t.rows + 1, Offset: t.pos,
		Message: fmt.Sprintf("A row is longer than %d MiB.", t.maxRow>>20),
		Hint:    "Check the delimiter and the quote character, or split the row."}
}

func (t *csvTokeniser) explain(e *Error) error {
	e.Row, e.Offset = t.rows+1, t.pos+e.Offset
	switch e.Code {
	case "too_many_columns":
		e.Message = fmt.Sprintf("The row has more than %d cells.", t.maxColumns)
		e.Hint = "Check the delimiter, or raise the limit of columns."
	case "cell_too_large":
		e.Message = fmt.Sprintf("A cell is larger than %d bytes.", t.maxCell)
		e.Hint = "Check the delimiter and the quote character, or raise the limit of a cell's size."
	}
	return e
}

// emit hands the rows of the block to the sink.
func (t *csvTokeniser) emit(sink Sink) error {
	b := t.block
	for _, f := range b.faults {
		t.faults.addMany(f.code, t.rows+int64(f.row)+1, t.pos+int64(f.at), int64(f.count))
	}
	invalid := b.high && !utf8.Valid(t.buf[:b.used])
	base := t.rows
	for from := 0; from < b.rows; {
		to := from
		width := t.seen
		for to < b.rows {
			w := width
			if !b.plain {
				w = max(w, int(b.cells.rows[to+1]-b.cells.rows[to]))
			}
			if to > from && (to-from+1)*w > maxBatchCells {
				break
			}
			width = w
			to++
			if b.plain {
				to = min(b.rows, from+max(1, maxBatchCells/width))
				break
			}
		}
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
		*v = Vector{Data: t.buf, Start: t.arena[at : at+rows : at+rows], End: t.arena[at+rows : at+2*rows : at+2*rows]}
	}
}

// fromMarks makes a batch of regular rows without quotes: cells lie between
// neighbouring marks.
func (t *csvTokeniser) fromMarks(from, to int) {
	n, rows := t.expected, to-from
	t.columns(rows, n)
	pos := t.block.marks.pos[from*n : to*n]
	for c := range n {
		v := &t.batch.Cols[c]
		start, end := v.Start[:rows], v.End[:rows]
		if c == 0 {
			start[0] = 0
			if from > 0 {
				start[0] = t.block.marks.pos[from*n-1] + 1
			}
			for r, k := 1, n-1; r < rows; r, k = r+1, k+n {
				start[r] = pos[k] + 1
			}
		} else {
			for r, k := 0, c-1; r < rows; r, k = r+1, k+n {
				start[r] = pos[k] + 1
			}
		}
		cr := uint32(0)
		if c == n-1 && t.lineEnd == "\r\n" {
			cr = 1
		}
		for r, k := 0, c; r < rows; r, k = r+1, k+n {
			end[r] = pos[k] - cr
		}
	}
}

// fromCells makes a batch of rows of any length.
func (t *csvTokeniser) fromCells(from, to int) {
	b := t.block
	filled, regular := 0, true
	for r := from; r < to; r++ {
		k := int(b.cells.rows[r+1] - b.cells.rows[r])
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

// guess finds where the first row of a segment may begin before the rows in
// front of it have been read: behind the first line end, if what follows there
// looks like rows; else behind the first line end after a closing quote.
func (t *csvTokeniser) guess(p part) int64 {
	for size := int64(guessWindow); ; size *= 4 {
		to := min(p.from-1+size, p.to)
		buf := make([]byte, to-(p.from-1))
		n, err := t.text.ReadAt(buf, p.from-1)
		buf = buf[:n]
		outside := lineAfter(buf, 0)
		if outside > 0 && (!t.quoted || t.plausible(buf[outside:])) {
			return p.from - 1 + int64(outside)
		}
		if inside := t.closingRow(buf); inside > 0 && t.plausible(buf[inside:]) {
			return p.from - 1 + int64(inside)
		}
		if outside > 0 {
			return p.from - 1 + int64(outside)
		}
		if to == p.to || err != nil {
			return -1
		}
	}
}

// lineAfter answers where the line behind the first line end in b begins, 0 if
// there is none.
func lineAfter(b []byte, from int) int {
	for i := from; i < len(b); i++ {
		switch {
		case b[i] == '\n', b[i] == '\r' && i+1 < len(b) && b[i+1] != '\n':
			return i + 1
		}
	}
	return 0
}

// closingRow takes b to begin inside a quoted cell and answers where the row
// after that cell's begins.
func (t *csvTokeniser) closingRow(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != t.quote {
			continue
		}
		if b[i+1] == t.quote {
			i++
			continue
		}
		x := exact{rules: t.rules, cells: &cells{}}
		x.reset(b)
		if x.endsCell(i + 1) {
			if next, _ := x.row(i + 1); next != more {
				return next
			}
			return 0
		}
	}
	return 0
}

// plausible tells whether text begins with rows of the expected length.
func (t *csvTokeniser) plausible(text []byte) bool {
	x := exact{rules: t.rules, cells: &cells{}}
	x.reset(text)
	p := 0
	for range 8 {
		next, _ := x.row(p)
		if next == more {
			break
		}
		if len(x.faults) > 0 {
			return false
		}
		p = next
	}
	for r := range x.count() {
		if int(x.rows[r+1]-x.rows[r]) != t.expected {
			return false
		}
	}
	return x.count() > 0
}
