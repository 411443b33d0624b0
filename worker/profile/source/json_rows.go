package source

import (
	"context"
	"errors"
	"fmt"
	"io"
)

// jsonTokeniser reads the rows of segments. It works block by block: a row
// that does not end in its block is read again at the beginning of the next.
type jsonTokeniser struct {
	jsonText
	s      *jsonScanner
	size   int // of the next block
	rows   int64
	faults faults
	failed bool // out.err is no fault of the file
}

const jsonBlock = 256 << 10

// segmentCells bounds the rows of a segment by the columns that they have, as
// every row costs some memory in each: where most rows have few of a thousand
// keys, a text of a few megabytes may have a billion cells. Tables without such
// gaps have fewer in their segments.
const segmentCells = 1 << 24

func (s *jsonScanner) newTokeniser() *jsonTokeniser {
	t := &jsonTokeniser{jsonText: jsonText{text: s.input.text, parser: newJSONParser(s.names, s.limits)}, s: s}
	t.parser.lines = s.mode == jsonLines
	return t
}

// maxRow is the most bytes that a row may have; it must fit into memory, a few
// times over.
func (p *jsonParser) maxRow() int {
	return int(min(max(4*p.limits.MaxCellBytes, 1<<20), 1<<30))
}

func (t *jsonTokeniser) begin(index int, start int64, sink Sink) {
	t.parser.index, t.parser.start = index, start
	t.parser.batch.begin(sink)
	t.rows, t.faults, t.failed = 0, faults{}, false
	t.size = t.s.block * int(widthFactor(t.s.names.count()))
}

// parse implements tokeniser.
func (t *jsonTokeniser) parse(ctx context.Context, p part, sink Sink) parsed {
	start, err := p.start, error(nil)
	if start < 0 {
		start, err = t.guess(ctx, p)
	}
	out := parsed{start: start, end: start, err: err}
	if start < 0 || err != nil {
		return out
	}
	t.begin(p.index, start, sink)
	for out.end < p.to && out.err == nil && !out.last && !out.more {
		if out.err = ctx.Err(); out.err == nil {
			t.block(ctx, &out, p.to)
		}
	}
	if errors.Is(out.err, errNotYet) {
		return parsed{start: -1}
	}
	out.rows, out.problems, out.width = t.rows, t.faults.list, t.parser.batch.width
	if cap(t.parser.buf) > 16*jsonBlock {
		t.parser.buf = nil
	}
	if cap(t.parser.undone) > jsonBlock {
		t.parser.undone = nil
	}
	return out
}

// block reads the rows that begin in [out.end, to) as far as one block goes.
func (t *jsonTokeniser) block(ctx context.Context, out *parsed, to int64) {
	if err := t.load(out.end, t.size); err != nil {
		t.fail(out, err)
		return
	}
	p := t.parser
	more, whole := true, 0
	if t.s.mode == jsonLines {
		whole = t.whole()
	}
	for more && out.end < to {
		if out.more = t.rows*int64(p.batch.width) >= segmentCells; out.more {
			break
		}
		if t.s.mode == jsonLines {
			more = t.line(out, whole)
		} else {
			more = t.element(ctx, out)
		}
		if more && p.batch.full() {
			more = t.flush(out)
		}
	}
	t.flush(out)
}

func (t *jsonTokeniser) flush(out *parsed) bool {
	if err := t.parser.batch.flush(t.parser.buf[:t.parser.n]); err != nil {
		t.fail(out, err)
		return false
	}
	return true
}

// fail ends the segment for a reason that the file is not to blame for.
func (t *jsonTokeniser) fail(out *parsed, err error) {
	out.err, t.failed = err, true
}

// element reads one element of the array and what stands between it and the
// next one. It answers false when the block, the array or the reading ends.
func (t *jsonTokeniser) element(ctx context.Context, out *parsed) (more bool) {
	p := t.parser
	at := out.end
	if at == t.s.start && t.s.mode == jsonArray && p.buf[p.pos] == ']' {
		t.tail(ctx, out, at+1)
		return false
	}
	shape, ok := p.row(t.s.mode.depth(), t.s.shape == scalarShape)
	if !ok {
		p.dropRow()
		t.stopped(out, at)
		return false
	}
	if t.s.mode == jsonObject {
		t.endRow(shape, at)
		t.tail(ctx, out, t.off+int64(p.pos))
		return false
	}
	p.space()
	whole := shape != scalarShape // a number might go on behind the block
	switch p.buf[p.pos] {
	case ',':
		p.pos++
		p.space()
		if p.pos < p.n {
			t.endRow(shape, at)
			out.end = t.off + int64(p.pos)
			return true
		}
		whole = true
	case ']':
		p.pos++
		t.endRow(shape, at)
		t.tail(ctx, out, t.off+int64(p.pos))
		return false
	default:
		p.wrong("a comma or a closing bracket", "")
		if p.pos < p.n && (t.end != nil || !p.incomplete()) { // not cut inside a character
			t.endRow(shape, at)
			out.end, out.err = t.off+int64(p.pos), p.err(t.rows+1, t.off)
			return false
		}
	}
	// The block ends behind the value.
	if t.end != nil && whole {
		t.endRow(shape, at)
		at = t.off + int64(p.pos)
	} else {
		p.dropRow()
	}
	p.wrong("", "")
	t.stopped(out, at)
	return false
}

// endRow counts the row that begins at offset at, and its faults.
func (t *jsonTokeniser) endRow(shape rowShape, at int64) {
	p := t.parser
	t.rows++
	p.batch.endRow()
	if shape != noShape && shape != t.s.shape {
		if t.s.shape == noShape {
			t.s.shape = shape // of the first row, in the preview
		} else {
			t.faults.add("mixed_rows", t.rows, at)
		}
	}
	if p.duplicates > 0 {
		t.faults.addMany("duplicate_keys", t.rows, at, p.duplicates)
	}
	if p.halves > 0 {
		t.faults.addMany("lone_surrogates", t.rows, at, p.halves)
	}
}

// stopped deals with a parser that stopped before the end of the row that
// begins at offset at: at a fault, or at the end of the block.
func (t *jsonTokeniser) stopped(out *parsed, at int64) {
	p := t.parser
	out.end = at
	switch {
	case !p.incomplete():
		out.err = p.err(t.rows+1, t.off)
	case t.end != nil:
		out.err = t.cutOff(t.rows + 1)
	case at > t.off: // the next block begins with this row
	case t.size >= p.maxRow():
		out.err = &Error{Code: "cell_too_large", Row: t.rows + 1, Offset: at,
			Message: fmt.Sprintf("A row is larger than %s.", sizeOf(int64(p.maxRow()))),
			Hint:    "Take this row out of the file, or raise the limit of a cell's size."}
	default:
		t.size = min(2*t.size, p.maxRow())
	}
}

// cutOff is the error for a text that ends too early.
func (t *jsonTokeniser) cutOff(row int64) error {
	var broken *Error
	if !errors.As(t.end, &broken) {
		return truncatedJSON(row, t.off+int64(t.parser.n))
	}
	e := *broken
	e.Row = row
	return &e
}

// tail checks what stands behind the rows, from offset at on.
func (t *jsonTokeniser) tail(ctx context.Context, out *parsed, at int64) {
	if !t.flush(out) { // the rows stand in the buffer
		return
	}
	if t.s.mode == jsonWrapped {
		if at = t.otherMembers(out, at); out.err != nil {
			return
		}
	}
	end, err := t.skipSpace(ctx, at)
	out.end, out.last = end, true
	switch {
	case err == nil:
		t.parser.wrong("the end of the file", "Remove what follows the document. If every line is a document of its own, name the file .ndjson.")
		out.err = t.parser.err(-1, t.off)
	case err != io.EOF:
		out.err = err
	}
}

// otherMembers reads the rest of the object around the table, from behind the
// table at offset at on, and answers with the offset behind the object.
func (t *jsonTokeniser) otherMembers(out *parsed, at int64) (end int64) {
	p := t.parser
	for size := headSize; ; size = min(4*size, p.maxRow()) {
		if err := t.load(at, size); err != nil {
			t.fail(out, err)
			return at
		}
		ok := t.members(out)
		switch {
		case ok || out.err != nil:
			return t.off + int64(p.pos)
		case !p.incomplete():
			out.err = p.err(-1, t.off)
			return at
		case t.end != nil:
			out.err = t.cutOff(-1)
			return at
		case size == p.maxRow():
			out.err = &Error{Code: "cell_too_large", Row: -1, Offset: at,
				Message: fmt.Sprintf("What follows the table is larger than %s.", sizeOf(int64(p.maxRow()))),
				Hint:    "Take what follows the table out of the file."}
			return at
		}
	}
}

// members reads ", key: value …}" at pos.
func (t *jsonTokeniser) members(out *parsed) bool {
	p := t.parser
	p.depth = 1
	for {
		p.space()
		if p.buf[p.pos] == '}' {
			p.pos++
			return true
		}
		if p.buf[p.pos] != ',' {
			return p.wrong("a comma or a closing brace", "")
		}
		p.pos++
		p.space()
		if p.buf[p.pos] != '"' {
			return p.wrong("a key in quotes", "")
		}
		if !p.rawText() {
			return false
		}
		p.space()
		if p.buf[p.pos] != ':' {
			return p.wrong("a colon after the key", "")
		}
		p.pos++
		p.space()
		if _, table := p.firstObject(); table && !t.s.alone {
			// So the object is a row, of which the array read so far is a cell.
			out.err = cellTooLarge(t.s.limits.MaxCellBytes)
			return false
		}
		if _, ok := p.compact(p.pos); !ok {
			return false
		}
	}
}
