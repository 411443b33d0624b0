package source

import "bytes"

// Some programs write a row of strokes below the names, cut as the columns are:
// "id,name" over "--,----". It is no row, and shows what stands above it to be
// names.

// ruleRow finds such a row among the first ones; 0 if there is none.
func (c *cells) ruleRow() int {
	t := rowTally{cells: c}
	for r := 1; r < min(c.count(), drawnLead); r++ {
		if c.length(r) > 1 && c.length(r) == c.length(r-1) && c.strokes(r) && t.named(r-1) {
			return r
		}
	}
	return 0
}

// strokes holds for a row whose cells are all strokes, and not those of one and
// the same missing value.
func (c *cells) strokes(row int) bool {
	long := false
	for i := range c.length(row) {
		cell := bytes.TrimSpace(c.cell(int(c.rows[row]) + i))
		if len(cell) < 2 || len(bytes.Trim(cell, string(cell[:1]))) > 0 || cell[0] != '-' && cell[0] != '=' && cell[0] != '_' {
			return false
		}
		long = long || len(cell) > 2
	}
	return long
}

// without are the rows from the one above a row on, but not that one.
func (c *cells) without(row int) *cells {
	from, to := c.rows[row], c.rows[row+1]
	rest := &cells{text: c.text, side: c.side}
	rest.start = append(append(rest.start, c.start[:from]...), c.start[to:]...)
	rest.end = append(append(rest.end, c.end[:from]...), c.end[to:]...)
	rest.rows = append(rest.rows, c.rows[row-1:row+1]...)
	for _, k := range c.rows[row+2:] {
		rest.rows = append(rest.rows, k-(to-from))
	}
	return rest
}
