package source

import (
	"bytes"
	"context"
	"fmt"
	"io"
	"slices"
	"strings"
)

// A text may hold several tables, one below the other: behind a blank line, and
// a title perhaps, come other names over rows of their own. They are looked for
// in the head of the text, where it has blank lines, and are tables of the file
// as the members of an archive are; the last one goes on to the end.

// tablesIn is the most that are looked for.
const tablesIn = 1000

// tableBlock is what stands between two blank lines.
type tableBlock struct {
	start int // of its first row, a title perhaps
	first int // its first row, of all
	rows  int
}

// findTables answers where tables begin in a head that is read by some rules, and
// what they are called; nil unless there are several. What stands in front of the
// first one belongs to it.
func findTables(head []byte, whole bool, size int64, r rules) (starts []int64, tables []Table) {
	if !hasBlankLine(head) {
		return nil, nil
	}
	x := newExact(r, head)
	x.eof = whole
	blocks := x.blocks(len(head))
	width, above, certain := 0, 0, false // of the last table: its cells, the row of its names, and whether they can only be names
	for _, b := range blocks {
		names, ok := namesOver(x.cells, b)
		switch {
		case len(tables) == 0 && !ok && b.rows > 3 && x.length(b.first+b.rows-1) > 1:
			return nil, nil // a table without names, or so
		case !ok || len(tables) == 0 && keysAndValues(x.cells, b, names):
			continue
		}
		_, sure := isHeader(blockRows(x.cells, b), names-b.first)
		if len(tables) > 0 && x.length(names) == width {
			if !sure || !certain || names == b.first && sameRow(x.cells, above, names) {
				continue // rows of the same table, behind its names once more perhaps
			}
		}
		width, above, certain = x.length(names), names, sure
		tables = append(tables, Table{Name: titleOf(x.cells, b, names), Rows: -1, Columns: width})
		starts = append(starts, int64(b.start))
	}
	if len(tables) < 2 {
		return nil, nil
	}
	starts[0] = 0
	nameTables(tables)
	for i := len(tables) - 1; i >= 0; i-- {
		if size > 0 {
			tables[i].Bytes = size - starts[i]
		}
		size = starts[i]
	}
	return starts, tables
}

// firstOfSeveral are the rows of the first table, where rows with gaps before
// some of them are nothing but tables of different width below each other.
func firstOfSeveral(c *cells, gaps []int) *cells {
	if len(gaps) == 0 || len(gaps) > tablesIn {
		return nil
	}
	var first *cells
	width, differ, from := 0, false, 0
	for _, to := range append(gaps, c.count()) {
		b := tableBlock{first: from, rows: to - from}
		from = to
		if b.rows == 0 {
			continue
		}
		names, ok := namesOver(c, b)
		if !ok {
			if b.rows > 2 {
				return nil
			}
			continue
		}
		if first == nil {
			first, width = blockRows(c, tableBlock{first: names, rows: b.first + b.rows - names}), c.length(names)
		}
		differ = differ || c.length(names) != width
	}
	if !differ {
		return nil
	}
	return first
}

// blocks reads rows up to a size, and cuts them at blank lines.
func (x *exact) blocks(size int) []tableBlock {
	var blocks []tableBlock
	gap := true
	for p := 0; p < size && len(blocks) < tablesIn; {
		next, left := x.row(p)
		if next == more {
			break
		}
		switch {
		case left == "blank_lines":
			gap = true
		case left == "" && gap:
			blocks = append(blocks, tableBlock{p, x.count() - 1, 1})
			gap = false
		case left == "":
			blocks[len(blocks)-1].rows++
		}
		p = next
	}
	return blocks
}

// keysAndValues holds for two columns of which the first is all words: what a
// report says of itself in front of its table.
func keysAndValues(c *cells, b tableBlock, names int) bool {
	if c.length(names) != 2 {
		return false
	}
	for r := names + 1; r < b.first+b.rows; r++ {
		if classify(c.cell(int(c.rows[r]))).typed() {
			return false
		}
	}
	return true
}

// hasBlankLine looks for a line of nothing between others.
func hasBlankLine(text []byte) bool {
	for _, blank := range []string{"\n\n", "\n\r\n", "\r\r"} {
		if k := bytes.Index(text, []byte(blank)); k >= 0 && len(bytes.TrimSpace(text[k:])) > 0 {
			return true
		}
	}
	return false
}

// namesOver finds the row with the names in a block that is a table: behind
// titles of one cell, names over at least one row as long.
func namesOver(c *cells, b tableBlock) (row int, ok bool) {
	end := b.first + b.rows
	for row = b.first; row < min(end, b.first+3) && c.length(row) == 1; row++ {
	}
	if row+1 >= end || c.length(row) < 2 || !(&rowTally{cells: c}).named(row) {
		return row, false
	}
	alike := 0
	for r := row + 1; r < end; r++ {
		if c.length(r) == c.length(row) && filledCells(c, r) > 1 {
			alike++
		}
	}
	return row, alike > 0 && 10*alike >= 9*(end-row-1)
}

// blockRows are the rows of a block alone.
func blockRows(c *cells, b tableBlock) *cells {
	return &cells{start: c.start, end: c.end, rows: c.rows[b.first : b.first+b.rows+1], text: c.text, side: c.side}
}

// titleOf is the line above the names of a table, as its name.
func titleOf(c *cells, b tableBlock, names int) string {
	if names == b.first {
		return ""
	}
	title := strings.TrimSpace(string(bytes.ToValidUTF8(c.cell(int(c.rows[names-1])), []byte("\uFFFD"))))
	if len(title) > 80 {
		return ""
	}
	return strings.Trim(title, "#*=-: ")
}

// nameTables gives a name to each: those without a title are numbered.
func nameTables(tables []Table) {
	taken := map[string]bool{}
	for i := range tables {
		name := tables[i].Name
		if name == "" || taken[name] {
			name = fmt.Sprint("table ", i+1)
		}
		for n := 2; taken[name]; n++ {
			name = fmt.Sprintf("table %d (%d)", i+1, n)
		}
		tables[i].Name, taken[name] = name, true
	}
}

// openOne opens one of several tables: the one that was asked for, or the first.
func openOne(ctx context.Context, r *input, starts []int64, tables []Table, s *csvScanner, o Options, l Limits) (Scanner, error) {
	at := slices.IndexFunc(tables, func(t Table) bool { return t.Name == o.Table })
	if at < 0 {
		if o.Table != "" && o.Table != r.table {
			return nil, noSuchTable(o.Table, tables)
		}
		at = 0
	}
	from, to := starts[at], int64(-1)
	if at+1 < len(starts) {
		to = starts[at+1]
	}
	part := &input{name: r.name, table: r.table, text: window(r.text, from, to), mark: r.mark + from, close: r.close, trailing: r.trailing, part: true}
	if err := part.readHead(headSize); err != nil {
		return nil, err
	}
	o.Table = ""
	if o.Delimiter == "" {
		o.Delimiter = s.rules.delimiter()
	}
	d := s.dialect
	confidence := d.Confidence
	d.HeaderRows, d.FooterRows, d.SkipRows = 0, 0, 0
	scanner, err := openCSV(ctx, part, d, o, l)
	if err != nil {
		return nil, behindMark(err, from)
	}
	t := scanner.(*csvScanner)
	t.tables = tables
	t.dialect.Table, t.dialect.Confidence = tables[at].Name, confidence
	t.dialect.SkipRows += int64(countLines(r.head[:min(from, int64(len(r.head)))]))
	t.faults.addMany("more_tables", 0, starts[1]+r.mark, int64(len(tables)-1))
	return t, nil
}

// delimiter is what stands between cells, "" if nothing does.
func (r rules) delimiter() string {
	if r.undivided {
		return ""
	}
	return string(r.delim)
}

// window is a part of a text; to is -1 where it goes on to the end.
func window(t text, from, to int64) text {
	if f, ok := t.(fileText); ok {
		if to >= 0 {
			f.end = f.base + to
		}
		f.base += from
		return f
	}
	return windowText{text: t, base: from, end: to}
}

// windowText is a part of a text that is made from front to back.
type windowText struct {
	text
	base, end int64
}

func (w windowText) ReadAt(p []byte, off int64) (int, error) {
	if w.end < 0 || w.base+off+int64(len(p)) <= w.end {
		return w.text.ReadAt(p, w.base+off)
	}
	n, err := w.text.ReadAt(p[:max(w.end-w.base-off, 0)], w.base+off)
	if err == nil {
		err = io.EOF
	}
	return n, err
}

func (w windowText) size() int64 {
	if w.end >= 0 {
		return w.end - w.base
	}
	if size := w.text.size(); size >= 0 {
		return size - w.base
	}
	return -1
}

func (w windowText) release(off int64)        { w.text.release(w.base + off) }
func (w windowText) consumed(off int64) int64 { return w.text.consumed(w.base + off) }
