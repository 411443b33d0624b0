package source

import (
	"bytes"
	"io"
)

// In NDJSON each line is a value of its own and a row; lines of white space
// are skipped. A value that goes on in the next line is refused, so that the
// lines can be cut apart without reading them.

// line reads the line at out.end. It answers false when the block or the text
// ends.
func (t *jsonTokeniser) line(out *parsed) (more bool) {
	p := t.parser
	at := out.end
	whole := p.n
	end, next := whole, whole
	if i := bytes.IndexByte(p.buf[p.pos:whole], '\n'); i >= 0 {
		end = p.pos + i
		next = end + 1
	} else if t.end == nil {
		p.pos = whole
		p.wrong("", "")
		t.stopped(out, at)
		return false
	} else if p.pos == whole {
		out.last = true
		if t.end != io.EOF {
			out.err = t.cutOff(t.rows + 1)
		}
		return false
	}
	// The line ends where the text ends, to the parser.
	ending := p.buf[end]
	p.buf[end], p.n = 0, end
	ok := t.lineValue(at)
	p.buf[end], p.n = ending, whole
	if !ok {
		p.dropRow()
		out.end = at
		switch {
		case p.fault == nil && p.pos >= end && next == end:
			out.err = t.cutOff(t.rows + 1)
		case p.fault == nil && p.pos >= end:
			p.wrong(p.expected, "Write every value on one line. If the file is a single document, name it .json.")
			p.n = end
			out.err = p.err(t.rows+1, t.off)
			p.n = whole
		default:
			out.err = p.err(t.rows+1, t.off)
		}
		return false
	}
	p.pos = next
	out.end = t.off + int64(next)
	return true
}

// lineValue reads the value on the line that begins at offset at; pos and n
// are its bounds.
func (t *jsonTokeniser) lineValue(at int64) bool {
	p := t.parser
	p.added = 0
	p.space()
	if p.pos == p.n {
		t.faults.add("blank_lines", t.rows, at)
		return true
	}
	shape, ok := p.row(0, t.s.shape == scalarShape)
	if !ok {
		return false
	}
	p.space()
	if p.pos != p.n {
		return p.wrong("the end of the line", "Write exactly one value on each line of NDJSON.")
	}
	t.endRow(shape, at)
	return true
}

// lineStart answers with the position of the first line that begins at from or
// behind it; -1 if none is known to.
func lineStart(b []byte, from int) int {
	if from > len(b) {
		return -1
	}
	search := max(from-1, 0)
	i := bytes.IndexByte(b[search:], '\n')
	if i < 0 {
		return -1
	}
	return search + i + 1
}
