package source

import (
	"context"
	"errors"
	"fmt"
	"io"
	"math"
)

const blockSize = 256 << 10

// csvTokeniser reads segments of a CSV text block by block. Blocks end at
// fixed offsets, and a batch holds the rows that end in one block, so batches
// do not depend on who reads the segment or how.
type csvTokeniser struct {
	rules
	text  text
	width int // columns of the table, as known from its head
	size  int64
	block *block
	// footer is where the rows behind the table begin, as a text offset.
	footer int64
	// late says that they have to be looked for when the end is reached.
	late bool
	peek []byte

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
	more   bool   // rows of the part are left to another segment
}

func (t *csvTokeniser) parse(ctx context.Context, p part, sink Sink) parsed {
	start := p.start
	if start < 0 {
		start = t.guess(p)
	}
	if t.late {
		t.footer = math.MaxInt64
	}
	t.pos, t.seen, t.rows, t.faults, t.eof, t.fail, t.more = start, t.width, 0, faults{}, false, nil, false
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
	return parsed{start: start, end: t.pos, rows: t.rows, last: t.eof, more: t.more, problems: t.faults.list, width: t.seen, err: err}
}

// run reads the rows that begin before p.to.
func (t *csvTokeniser) run(ctx context.Context, p part, sink Sink) error {
	start, size := t.pos, t.size
	if p.rest { // its rows are short: larger blocks would be read in vain
		size = min(size, shortRows)
	}
	next := func() int64 { return min((t.pos/size+1)*size, p.to) }
	step, target := size, next()
	for t.pos < p.to {
		if err := ctx.Err(); err != nil {
			return err
		}
		if target < p.to {
			target = t.withTail(target, p.to)
		}
		if err := t.fill(target); err != nil {
			return err
		}
		if t.late && t.eof {
			t.footerBehind()
		}
		t.block.footer = int(max(t.footer-t.pos, 0))
		t.block.read(t.buf, t.eof)
		t.cutShort(start)
		used, err := t.take(sink)
		if err != nil || t.eof || t.fail != nil || t.more {
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
			step, target = size, next()
			continue
		case used > 0:
			step = size
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

// shortRows is the size of blocks where rows of a few bytes have many cells each.
const shortRows = 8 << 10

// cutShort ends the segment, begun at start, within the block that was read, if
// its rows have more cells than segmentCells, and than the text has bytes: such
// rows lack most of their cells, and each costs some memory in every column. A
// megabyte of them under a header of a thousand columns has a billion.
func (t *csvTokeniser) cutShort(start int64) {
	n := len(t.buf)
	for t.block.rows > 1 {
		cells := (t.rows + int64(t.block.rows)) * int64(t.block.widest(t.seen))
		if cells <= max(segmentCells, t.pos+int64(n)-start) {
			return
		}
		// The rest is read again: as a part of this text it has no end.
		t.more, t.eof, t.fail = true, false, nil
		n /= 2
		t.block.read(t.buf[:n], false)
	}
	if t.more && t.block.used == 0 && t.pos == start { // the first row is longer than that
		t.block.readOne(t.buf, false)
	}
}

// withTail moves the end of a block to that of the text, if that is near: the
// rows behind the table are told by those before them.
func (t *csvTokeniser) withTail(target, most int64) int64 {
	if !t.late {
		return target
	}
	if t.peek == nil {
		t.peek = make([]byte, footerTail)
	}
	if n, err := t.text.ReadAt(t.peek, target); err == io.EOF {
		return min(target+int64(n)+1, most)
	}
	return target
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
		t.block.footer = int(max(t.footer-t.pos, 0))
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
		Message: fmt.Sprintf("A row is longer than %s.", sizeOf(int64(t.maxRow))),
		Hint:    "Check the delimiter and the quote character, or split the row."}
}

func (t *csvTokeniser) explain(e *Error) error {
	e.Row, e.Offset = t.rows+1, t.pos+e.Offset
	switch e.Code {
	case "too_many_columns":
		e.Message = fmt.Sprintf("A row has more than %s cells.", thousands(int64(t.maxColumns)))
		e.Hint = "Check the delimiter, or raise the limit of columns."
	case "cell_too_large":
		e.Message = fmt.Sprintf("A cell is larger than %s.", sizeOf(int64(t.maxCell)))
		e.Hint = "Check the delimiter and the quote character, or raise the limit of a cell's size."
	}
	return e
}
