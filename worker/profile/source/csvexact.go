package source

import "bytes"

// rules is how a CSV text is to be cut up.
type rules struct {
	delim     []byte // one character, or a few marks; of no meaning if undivided
	undivided bool   // no character separates cells: each line is one
	quoted    bool   // there is a quote character
	quote     byte   // 0xff where there is none, which no UTF-8 text contains
	escape    byte   // 0xff likewise
	lineEnd   string // how lines mostly end: \n, \r\n or \r
	expected  int    // cells of a regular row
	stray     bool   // quotes are text, which was not said but found out: they are counted
	single    bool   // the table has one column: a blank line is an empty cell
	runs      bool   // several delimiters in a row count as one, and none at the ends of a line (columns aligned with spaces)
	spaced    bool   // spaces around a quoted cell are no part of it
	comment   []byte // what a line to leave out begins with; nil for nothing
	repeat    []byte // the header's line: where it comes again it is left out; nil if it must not be

	maxColumns int
	maxCell    int
	maxRow     int
}

const noByte = 0xff

// cells are rows of cells, as offsets into a block's data.
type cells struct {
	start, end []uint32
	rows       []uint32 // for each row the index of its first cell, and one more at the end
	text       []byte   // the block
	// side follows the block and takes the cells that do not stand in it as
	// they are to be read: those with doubled quotes or escapes.
	side []byte
}

func (c *cells) reset(text []byte) {
	c.start, c.end, c.rows = c.start[:0], c.end[:0], append(c.rows[:0], 0)
	c.text, c.side = text, c.side[:0]
}

func (c *cells) count() int { return len(c.rows) - 1 }

func (c *cells) add(start, end int) {
	c.start = append(c.start, uint32(start))
	c.end = append(c.end, uint32(end))
}

// addSide adds the cell that was just appended to side, from side offset at.
func (c *cells) addSide(at int) { c.add(len(c.text)+at, len(c.text)+len(c.side)) }

// exact is the tokeniser that is right about everything: it reads row by row,
// character by character, and decides what a faulty quote means. The fast one
// hands it every block in which it finds something unusual. What the two of
// them produce is defined by internal/ref.
type exact struct {
	rules
	*cells
	eof    bool // nothing follows the block
	faults []fault
	broken *Error
}

type fault struct {
	code string
	at   int
}

// more says that a row cannot be read before the text behind the block is known.
const more = -1

// row reads the row at p and answers where the next one begins, or more. The
// row's cells are added to cells, its faults stay in faults for the caller to
// take. A line that is no row is left out: then left is the code of the problem
// that this is. On an error broken is set.
func (x *exact) row(p int) (next int, left string) {
	firstCell, firstSide := len(x.start), len(x.side)
	x.faults = x.faults[:0]
	undo := func() {
		x.start, x.end, x.side = x.start[:firstCell], x.end[:firstCell], x.side[:firstSide]
	}
	if end, code := x.leftOut(p); code != "" {
		if end != more {
			end = x.lineEndAt(end)
		}
		return end, code
	}
	begin := p
	if x.runs {
		if p = x.skipRun(p); p == more {
			return more, ""
		}
	}
	for {
		if len(x.start)-firstCell >= x.maxColumns {
			x.broken = &Error{Code: "too_many_columns", Offset: int64(begin)}
			undo()
			return more, ""
		}
		end := x.cell(p)
		if end == more {
			undo()
			return more, ""
		}
		if x.delimAt(end) {
			p = end + len(x.delim)
			if !x.runs {
				continue
			}
			if p = x.skipRun(p); p == more {
				undo()
				return more, ""
			}
			if !x.endsLine(p) {
				continue
			}
			end = p
		}
		next = x.lineEndAt(end)
		if next == more {
			undo()
			return more, ""
		}
		if !x.single && len(x.start)-firstCell == 1 && isBlank(x.text[begin:end]) {
			undo()
			return next, "blank_lines"
		}
		x.rows = append(x.rows, uint32(len(x.start)))
		return next, ""
	}
}

// leftOut finds lines at p that are no rows: comments, and the header once
// more. It answers where the line ends, and which they are.
func (x *exact) leftOut(p int) (end int, code string) {
	text := x.text[p:]
	if c := x.comment; c != nil {
		if bytes.HasPrefix(text, c) {
			if k := bytes.IndexAny(text, "\r\n"); k >= 0 {
				return p + k, "comment_lines"
			} else if x.eof {
				return len(x.text), "comment_lines"
			}
			return more, "comment_lines"
		}
		if !x.eof && len(text) < len(c) && bytes.HasPrefix(c, text) {
			return more, "comment_lines"
		}
	}
	if c := x.repeat; c != nil {
		if bytes.HasPrefix(text, c) && (len(text) > len(c) || x.eof) && x.endsLine(p+len(c)) {
			return p + len(c), "repeated_header"
		}
		if !x.eof && len(text) <= len(c) && bytes.HasPrefix(c, text) {
			return more, "repeated_header"
		}
	}
	return 0, ""
}

// endsLine tells whether a line can end before p.
func (x *exact) endsLine(p int) bool {
	return p >= len(x.text) || x.text[p] == '\n' || x.text[p] == '\r'
}

// skipRun answers where the delimiters from p on end, or more.
func (x *exact) skipRun(p int) int {
	for x.delimAt(p) {
		p += len(x.delim)
	}
	if p >= len(x.text) && !x.eof {
		return more
	}
	return p
}

// drop takes back the last row, whose first cell and side text are given.
func (x *exact) drop(firstCell, firstSide int) {
	x.start, x.end, x.side = x.start[:firstCell], x.end[:firstCell], x.side[:firstSide]
	x.rows = x.rows[:len(x.rows)-1]
}

// isBlank holds for a line of nothing but spaces and tabs.
func isBlank(line []byte) bool {
	for _, c := range line {
		if c != ' ' && c != '\t' {
			return false
		}
	}
	return true
}

// delimAt tells whether the delimiter stands at p. That one of several bytes is
// cut off by the block's end is found out before (undecided, plainCell).
func (x *exact) delimAt(p int) bool {
	return !x.undivided && bytes.HasPrefix(x.text[p:], x.delim)
}

// lineEndAt answers where the line after the line end at p begins.
func (x *exact) lineEndAt(p int) int {
	n := len(x.text)
	if p >= n {
		return n // only at the end of the text
	}
	end := "\n"
	if x.text[p] == '\r' {
		end = "\r"
		if p+1 == n && !x.eof {
			return more
		}
		if p+1 < n && x.text[p+1] == '\n' {
			end = "\r\n"
		}
	}
	if end != x.lineEnd {
		x.faults = append(x.faults, fault{"mixed_line_ends", p})
	}
	return p + len(end)
}

// cell reads the cell at p and answers where it ends: at a delimiter, a line
// end or the end of the text.
func (x *exact) cell(p int) int {
	if x.quoted {
		if q := x.skipSpaces(p); q < len(x.text) && x.text[q] == x.quote {
			return x.quotedCell(q)
		}
	}
	return x.plainCell(p, p, false)
}

// behindDelim tells whether a cell can begin at p, spaces aside where they do
// not count.
func (x *exact) behindDelim(p int) bool {
	for x.spaced && p > 0 && x.text[p-1] == ' ' {
		p--
	}
	return bytes.HasSuffix(x.text[:p], x.delim)
}

// skipSpaces answers where the spaces from p on end, where they do not count.
func (x *exact) skipSpaces(p int) int {
	for x.spaced && p < len(x.text) && x.text[p] == ' ' {
		p++
	}
	return p
}

// plainCell reads an unquoted cell that begins at p, from where looking for its
// end starts. literal says that its first quote is already accounted for.
func (x *exact) plainCell(p, from int, literal bool) int {
	n := len(x.text)
	escapes := false
	i := from
scan:
	for ; i < n; i++ {
		switch c := x.text[i]; {
		case c == x.delim[0]:
			if len(x.delim) == 1 || x.delimAt(i) {
				break scan
			}
			if n-i < len(x.delim) && !x.eof {
				return more
			}
		case c == '\n' || c == '\r':
			break scan
		case x.quoted && c == x.quote && !literal:
			literal = true
			x.faults = append(x.faults, fault{"quote_in_unquoted", i})
		case c == x.escape && c != noByte:
			if i+1 == n && !x.eof {
				return more
			}
			if i+1 < n && x.escapable(i+1) {
				escapes = true
				i++
			}
		}
	}
	if i-p > x.maxCell {
		x.broken = &Error{Code: "cell_too_large", Offset: int64(p)}
		return more
	}
	if i >= n {
		if !x.eof {
			return more
		}
		i = n
	}
	if !escapes {
		x.add(p, i)
		return i
	}
	at := len(x.side)
	x.unescape(p, i)
	x.addSide(at)
	return i
}

// escapable tells whether an escape character before i takes the meaning off
// what stands there. Other escape characters are text (a Windows path, say).
func (x *exact) escapable(i int) bool {
	c := x.text[i]
	return c == x.escape || x.quoted && c == x.quote || x.delimAt(i)
}

// unescape appends text[p:end] to side without its escape characters.
func (x *exact) unescape(p, end int) {
	for i := p; i < end; i++ {
		if x.text[i] == x.escape && x.escape != noByte && i+1 < end && x.escapable(i+1) {
			i++
		}
		x.side = append(x.side, x.text[i])
	}
}

// quotedCell reads the cell whose opening quote stands at s. Faults are
// tolerated so that the damage stays small:
//
//   - a quote that is never closed, up to the end of the text or the largest
//     cell allowed, is a plain character, and its line is read again;
//   - likewise one whose closing quote stands on a later line with text behind
//     it, or behind a delimiter with a cell after it that is quoted as it should
//     be: then that is the opening quote of another cell;
//   - text behind a closing quote on the same line belongs to the cell, and if
//     a quote that closes properly follows, so do the quotes between.
func (x *exact) quotedCell(s int) int {
	n := len(x.text)
	pairs := false // doubled or escaped quotes seen
	for i := s + 1; ; {
		k := x.nextQuote(min(i, n))
		if k < 0 || k-s > x.maxCell {
			if n-s <= x.maxCell && !x.eof {
				return more
			}
			return x.unclosed(s)
		}
		i = k
		if i+1 == n && !x.eof {
			return more
		}
		if x.text[i] != x.quote { // the escape character
			if i+1 < n && x.escapable(i+1) {
				pairs = true
				i++
			}
			i++
			continue
		}
		if i+1 < n && x.text[i+1] == x.quote {
			pairs = true
			i += 2
			continue
		}
		after := x.skipSpaces(i + 1)
		if x.undecided(after) || after == n && !x.eof {
			return more
		}
		if x.endsCell(after) {
			x.closed(s, i, pairs)
			return after
		}
		return x.textAfterQuote(s, i)
	}
}

// nextQuote finds the next quote or escape character, -1 if there is none.
func (x *exact) nextQuote(i int) int {
	if x.escape == noByte {
		if k := bytes.IndexByte(x.text[i:], x.quote); k >= 0 {
			return i + k
		}
		return -1
	}
	for ; i < len(x.text); i++ {
		if c := x.text[i]; c == x.quote || c == x.escape {
			return i
		}
	}
	return -1
}

// endsCell tells whether a cell can end before p.
func (x *exact) endsCell(p int) bool {
	return p >= len(x.text) || x.text[p] == '\n' || x.text[p] == '\r' || x.delimAt(p)
}

// undecided holds where a delimiter of several bytes may be cut off by the block.
func (x *exact) undecided(p int) bool {
	return !x.eof && len(x.delim) > 1 && len(x.text)-p < len(x.delim)
}

func (x *exact) closed(s, end int, pairs bool) {
	if !pairs {
		x.add(s+1, end)
		return
	}
	at := len(x.side)
	x.unquote(s+1, end)
	x.addSide(at)
}

// unquote appends text[p:end] to side, with doubled quotes and escapes undone.
func (x *exact) unquote(p, end int) {
	for i := p; i < end; i++ {
		c := x.text[i]
		if i+1 < end && (c == x.quote && x.text[i+1] == x.quote ||
			c == x.escape && c != noByte && x.escapable(i+1)) {
			i++
		}
		x.side = append(x.side, x.text[i])
	}
}

// unclosed takes the opening quote at s as a plain character.
func (x *exact) unclosed(s int) int {
	x.faults = append(x.faults, fault{"unclosed_quote", s})
	return x.plainCell(s, s+1, true)
}

// textAfterQuote decides about a cell from s with a quote at i that neither
// ends it nor is doubled.
func (x *exact) textAfterQuote(s, i int) int {
	if bytes.ContainsAny(x.text[s:i], "\r\n") {
		return x.unclosed(s)
	}
	if x.behindDelim(i) {
		switch end := x.quotedOnLine(s, i); {
		case end == more:
			return more
		case end > 0:
			return x.unclosed(s)
		}
	}
	end := x.closingOnLine(s, i)
	if end == more {
		return more
	}
	x.faults = append(x.faults, fault{"text_after_quote", i})
	at := len(x.side)
	if end > 0 {
		x.unquote(s+1, end)
		x.addSide(at)
		return end + 1
	}
	x.unquote(s+1, i)
	// The rest is read like an unquoted cell, then put behind the quoted part.
	cell := len(x.start)
	rest := x.plainCell(i+1, i+1, true)
	if rest == more {
		return more
	}
	from, to := int(x.start[cell]), int(x.end[cell])
	x.start, x.end = x.start[:cell], x.end[:cell]
	if from < len(x.text) {
		x.side = append(x.side, x.text[from:to]...)
	} // else it went to side already, right behind the quoted part
	x.addSide(at)
	return rest
}

// quotedOnLine answers where the quote at i, as an opening one, is closed at the
// end of a cell on its line: 0 if it is not, or not within the largest cell from s.
func (x *exact) quotedOnLine(s, i int) int {
	n := len(x.text)
	for j := i + 1; j < n && j-s <= x.maxCell; j++ {
		switch c := x.text[j]; {
		case c == '\n' || c == '\r':
			return 0
		case c == x.escape && c != noByte && c != x.quote:
			if j+1 < n && x.escapable(j+1) {
				j++
			}
		case c != x.quote:
		case j+1 == n && !x.eof || x.undecided(j+1):
			return more
		case j+1 < n && x.text[j+1] == x.quote:
			j++
		case x.endsCell(j + 1):
			return j
		default:
			return 0
		}
	}
	if n-s <= x.maxCell && !x.eof {
		return more
	}
	return 0
}

// closingOnLine looks for a quote that closes the cell from s on the line,
// behind the quote at i: 0 if the line ends or another quoted cell begins
// before one.
func (x *exact) closingOnLine(s, i int) int {
	n := len(x.text)
	for j := i + 1; j < n && j-s <= x.maxCell; j++ {
		c := x.text[j]
		switch {
		case c == '\n' || c == '\r':
			return 0
		case c == x.escape && c != noByte && c != x.quote:
			if j+1 < n && x.escapable(j+1) {
				j++
			}
		case c != x.quote:
		case x.behindDelim(j):
			return 0
		case j+1 == n && !x.eof || x.undecided(j+1):
			return more
		case x.endsCell(j + 1):
			return j
		case x.text[j+1] == x.quote:
			if j+2 == n && !x.eof || x.undecided(j+2) {
				return more
			}
			j++
			if x.endsCell(j + 1) {
				return j
			}
		}
	}
	if n-s <= x.maxCell && !x.eof {
		return more
	}
	return 0
}
