package source

import (
	"bytes"
	"math"
	"slices"
)

// block is a run of CSV text cut into rows of cells, by the fast way if the
// text is as it should be, by the exact one otherwise.
type block struct {
	rules
	bytes markBytes
	marks marks
	tail  marks
	cells cells
	exact exact

	rows  int  // whole rows found
	used  int  // bytes of text they took, with blank lines and such
	plain bool // all rows are regular: marks.pos tells their cells, and cells is nothing but those of marks.opened
	high  bool // some byte may not be ASCII
	// footer is where in the text the rows begin that stand behind the table.
	footer int

	faults []rowFault
	broken *Error // stops behind the rows found
}

// rowFault is a fault in a row of the block (0-based; the row may be a blank line
// before it).
type rowFault struct {
	fault
	row   int
	count int
}

func newBlock(r rules) *block {
	b := &block{rules: r, bytes: r.markBytes(), footer: math.MaxInt}
	b.exact = exact{rules: r, cells: &b.cells}
	return b
}

// read cuts up the whole rows of text, which begins with one. eof says that
// the text ends with the block, so that a last row needs no line end.
func (b *block) read(text []byte, eof bool) {
	b.rows, b.used, b.plain, b.faults, b.broken = 0, 0, false, b.faults[:0], nil
	b.cells.reset(text)
	if b.escape == noByte && len(b.delim) == 1 && !b.runs && len(text) <= min(b.maxCell, b.footer) && !b.commented(text) {
		b.marks.scan(text, b.bytes)
		if !b.fast(text, eof) {
			b.rows, b.used, b.faults = 0, 0, b.faults[:0]
			b.cells.reset(text)
		}
	} else {
		b.marks.high, b.marks.nul = true, true
	}
	b.high = b.marks.high
	if eof || b.used == 0 {
		b.slow(text, eof)
	}
	if b.marks.nul {
		b.countNULs(text[:min(b.used, b.footer)])
	}
	b.countStray(text[:min(b.used, b.footer)])
}

// readOne reads the first row of text only, or the blank lines before the end.
func (b *block) readOne(text []byte, eof bool) {
	b.rows, b.used, b.plain, b.faults, b.broken, b.high = 0, 0, false, b.faults[:0], nil, true
	b.cells.reset(text)
	b.exact.eof, b.exact.broken = eof, nil
	if len(text) > 0 {
		b.readRow()
	}
	b.countNULs(text[:min(b.used, b.footer)])
	b.countStray(text[:min(b.used, b.footer)])
}

// slow reads the rest of the rows exactly.
func (b *block) slow(text []byte, eof bool) {
	x := &b.exact
	x.eof, x.broken = eof, nil
	if b.plain && b.used < len(text) { // the rows so far have to become cells
		b.plain = false
		b.marks.pos = b.marks.pos[:b.rows*b.expected]
		b.cells.reset(text)
		b.cut(text)
	}
	for b.used < len(text) {
		if !b.readRow() {
			return
		}
	}
}

// readRow reads one more row, or blank line, exactly. It answers false when
// there is none, or not all of it.
func (b *block) readRow() bool {
	x := &b.exact
	firstCell, firstSide := len(x.start), len(x.side)
	next, left := x.row(b.used)
	if next == more {
		if x.broken != nil {
			b.broken = x.broken
		}
		return false
	}
	if b.used >= b.footer { // nothing there is a fault of the table
		if left == "" {
			x.drop(firstCell, firstSide)
			b.fault("footer_rows", b.used, 1)
		}
		b.used = next
		return true
	}
	for _, f := range x.faults {
		b.fault(f.code, f.at, 1)
	}
	if left != "" {
		b.fault(left, b.used, 1)
	} else {
		if k := b.cells.rows; int(k[b.rows+1]-k[b.rows]) != b.expected {
			b.fault("ragged_rows", b.used, 1)
		}
		b.rows++
	}
	b.used = next
	return true
}

func (b *block) fault(code string, at, count int) {
	b.faults = append(b.faults, rowFault{fault{code, at}, b.rows, count})
}

// fast makes rows out of marks. It answers false where they do not tell the
// truth: where quotes stand in odd places, or lines end in odd ways.
func (b *block) fast(text []byte, eof bool) bool {
	m := &b.marks
	line := b.bytes.line
	n := len(m.pos)
	for n > 0 && text[m.pos[n-1]] != line {
		n--
	}
	if n > 0 && b.lineEnd == "\r" && int(m.pos[n-1])+1 == len(text) && !eof {
		for n--; n > 0 && text[m.pos[n-1]] != line; n-- { // a \n may follow
		}
		m.lines--
	}
	if n == 0 || !b.quoted && m.quotes > 0 {
		return false
	}
	m.pos = m.pos[:n]
	b.used = int(m.pos[n-1]) + 1
	if rest := text[b.used:]; len(rest) > 0 {
		if b.lineEnd == "\r" && rest[0] == '\n' {
			return false
		}
		b.tail.scan(rest, b.bytes)
		m.quotes -= b.tail.quotes
		m.odd -= b.tail.odd
	}
	wantOdd := 0
	if b.lineEnd == "\r\n" {
		wantOdd = m.lines
	}
	if m.odd == wantOdd && n == m.lines*b.expected && b.regular(text) {
		if b.unquoteOpened(text) {
			b.rows, b.plain = m.lines, true
			return true
		}
		b.cells.reset(text)
	}
	return b.cut(text)
}

// commented tells whether some line of the text may be a comment.
func (b *block) commented(text []byte) bool {
	if b.comment == nil {
		return false
	}
	if bytes.HasPrefix(text, b.comment) {
		return true
	}
	for _, end := range []string{"\n", "\r"} {
		if bytes.Contains(text, append([]byte(end), b.comment...)) {
			return true
		}
	}
	return false
}

// repeats tells whether the header's line may come again at p. It mostly looks
// at one byte only, as it is asked for every row.
func (b *block) repeats(text []byte, p int) bool {
	return len(b.repeat) > 0 && p < len(text) && text[p] == b.repeat[0] && bytes.HasPrefix(text[p:], b.repeat)
}

// regular tells whether each row ends at its expected mark, and in the right way.
func (b *block) regular(text []byte) bool {
	line := b.bytes.line
	crlf := b.lineEnd == "\r\n"
	if b.repeats(text, 0) {
		return false
	}
	for k := b.expected - 1; k < len(b.marks.pos); k += b.expected {
		p := b.marks.pos[k]
		if text[p] != line || crlf && (p == 0 || text[p-1] != '\r') || b.repeats(text, int(p)+1) {
			return false
		}
	}
	return b.expected > 1 || b.single
}

// unquoteOpened makes cells of those that begin with a quote. It answers false
// if there are quotes elsewhere.
func (b *block) unquoteOpened(text []byte) bool {
	m := &b.marks
	k, _ := slices.BinarySearch(m.opened, uint32(len(m.pos)))
	m.opened = m.opened[:k]
	line, crlf := b.bytes.line, b.lineEnd == "\r\n"
	single := m.quotes == 2*k // no quote stands inside a cell
	quotes := 0
	for _, cell := range m.opened {
		s, e := 0, int(m.pos[cell])
		if cell > 0 {
			s = int(m.pos[cell-1]) + 1
		}
		if crlf && text[e] == line {
			e--
		}
		if !single {
			q := b.unquote(text, s, e)
			if q == 0 {
				return false
			}
			quotes += q
			continue
		}
		if e-s < 2 || text[e-1] != b.quote {
			return false
		}
		b.cells.add(s+1, e-1)
		quotes += 2
	}
	return quotes == m.quotes
}

// cut makes cells out of marks, and sees whether all quotes stand where they may.
func (b *block) cut(text []byte) bool {
	c, line, quote := &b.cells, b.bytes.line, b.quote
	var (
		rowAt, first  int // where the row begins in the text, and its first cell
		s             int
		quotes, odd   int
		crlf, crStyle = b.lineEnd == "\r\n", b.lineEnd == "\r"
	)
	b.rows = 0
	for _, p := range b.marks.pos {
		e := int(p)
		isLine := text[e] == line
		if isLine && !crStyle && e > s && text[e-1] == '\r' {
			e--
			odd++
		}
		from, to := s, e
		for b.spaced && from < to && text[from] == ' ' {
			from++
		}
		if from < to && text[from] == quote {
			for b.spaced && text[to-1] == ' ' {
				to--
			}
			q := b.unquote(text, from, to)
			if q == 0 {
				return false
			}
			quotes += q
		} else {
			c.add(s, e)
		}
		s = int(p) + 1
		if !isLine {
			continue
		}
		k := len(c.start) - first
		if b.repeats(text, rowAt) {
			return false // the exact way leaves it out
		}
		if !crStyle && (text[max(int(p)-1, 0)] == '\r' && int(p) > rowAt) != crlf {
			b.fault("mixed_line_ends", e, 1)
		}
		switch {
		case k > b.maxColumns:
			return false
		case k == 1 && !b.single && isBlank(text[rowAt:e]):
			c.start, c.end = c.start[:first], c.end[:first]
			b.fault("blank_lines", rowAt, 1)
		default:
			if k != b.expected {
				b.fault("ragged_rows", rowAt, 1)
			}
			c.rows = append(c.rows, uint32(len(c.start)))
			b.rows++
			first = len(c.start)
		}
		rowAt = s
	}
	return quotes == b.marks.quotes && odd == b.marks.odd
}

// unquote adds the quoted cell text[s:e] and answers how many quotes it has, 0
// if they are not as they should be.
func (b *block) unquote(text []byte, s, e int) int {
	if e-s < 2 || text[e-1] != b.quote {
		return 0
	}
	c := &b.cells
	inner := text[s+1 : e-1]
	k := bytes.IndexByte(inner, b.quote)
	if k < 0 {
		c.add(s+1, e-1)
		return 2
	}
	quotes, at := 2, len(c.side)
	for ; k >= 0; k = bytes.IndexByte(inner, b.quote) {
		if k+1 >= len(inner) || inner[k+1] != b.quote {
			return 0
		}
		c.side = append(c.side, inner[:k+1]...)
		inner = inner[k+2:]
		quotes += 2
	}
	c.side = append(c.side, inner...)
	c.addSide(at)
	return quotes
}

// countNULs finds the rows with NULs; those are rare, so it need not be fast.
func (b *block) countNULs(text []byte) {
	n := bytes.Count(text, []byte{0})
	if n == 0 {
		return
	}
	at := bytes.IndexByte(text, 0)
	b.faults = append(b.faults, rowFault{fault{"nul_bytes", at}, b.rowOf(at), n})
}

// countStray finds the cells with quotes that are text.
func (b *block) countStray(text []byte) {
	if !b.stray {
		return
	}
	first, n := -1, 0
	for i := 0; i < len(text); {
		k := bytes.IndexByte(text[i:], '"')
		if k < 0 {
			break
		}
		if i += k; first < 0 {
			first = i
		}
		for n++; i < len(text) && text[i] != '\n' && text[i] != '\r' && (b.undivided || !bytes.HasPrefix(text[i:], b.delim)); {
			i++
		}
	}
	if n > 0 {
		b.faults = append(b.faults, rowFault{fault{"quote_in_unquoted", first}, b.rowOf(first), n})
	}
}

// rowOf is the row that has the byte at a place in the text.
func (b *block) rowOf(at int) int {
	row := 0
	for row < b.rows && b.rowEnd(row) <= at {
		row++
	}
	return row
}

// rowEnd is about where a row ends: cells in side do not tell.
func (b *block) rowEnd(row int) int {
	if b.plain {
		return int(b.marks.pos[(row+1)*b.expected-1])
	}
	for k := int(b.cells.rows[row+1]) - 1; k >= int(b.cells.rows[row]); k-- {
		if e := int(b.cells.end[k]); e <= len(b.cells.text) {
			return e
		}
	}
	return 0
}
