package source

import (
	"bytes"
	"io"
)

// In NDJSON each line is a value of its own and a row; lines of white space
// are skipped. A value that goes on in the next line is refused, so that the
// lines can be cut apart without reading them.

// whole answers where the last whole line of the block ends.
func (t *jsonTokeniser) whole() int {
	p := t.parser
	if t.end != nil {
		return p.n
	}
	return bytes.LastIndexByte(p.buf[:p.n], '\n') + 1
}

// line reads the line at out.end; whole lines end at whole. It answers false
// when the block or the text ends.
func (t *jsonTokeniser) line(out *parsed, whole int) (more bool) {
	p := t.parser
	at := out.end
	if p.pos >= whole {
		if t.end == nil {
			p.pos = p.n
			p.wrong("", "")
			t.stopped(out, at)
			return false
		}
		out.last = true
		if t.end != io.EOF {
			out.err = t.cutOff(t.rows + 1)
		}
		return false
	}
	if !t.lineValue(at) {
		p.dropRow()
		out.end = at
		out.err = t.lineFault()
		return false
	}
	if p.pos < p.n {
		p.pos++ // the end of the line
	}
	out.end = t.off + int64(p.pos)
	return true
}

// lineFault is the error for the line that the parser stopped in.
func (t *jsonTokeniser) lineFault() error {
	p := t.parser
	switch {
	case p.fault != nil || p.pos < p.n && p.buf[p.pos] != '\n':
	case p.pos == p.n:
		return t.cutOff(t.rows + 1)
	default: // the line ends, and so does the text to here
		p.wrong(p.expected, "Write every value on one line. If the file is a single document, name it .json.")
		n := p.n
		p.n = p.pos
		defer func() { p.n = n }()
	}
	return p.err(t.rows+1, t.off)
}

// lineValue reads the value on the line that begins at offset at, up to the
// line's end, which is no white space to the parser.
func (t *jsonTokeniser) lineValue(at int64) bool {
	p := t.parser
	p.added = 0
	if p.buf[p.pos] <= ' ' {
		if p.space(); t.atLineEnd() {
			t.faults.add("blank_lines", t.rows, at)
			return true
		}
	}
	shape, ok := p.row(0, t.s.shape == scalarShape)
	if !ok {
		return false
	}
	if p.buf[p.pos] != '\n' {
		if p.space(); !t.atLineEnd() {
			return p.wrong("the end of the line", "Write exactly one value on each line of NDJSON.")
		}
	}
	t.endRow(shape, at)
	return true
}

func (t *jsonTokeniser) atLineEnd() bool {
	p := t.parser
	return p.buf[p.pos] == '\n' || p.pos == p.n
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
