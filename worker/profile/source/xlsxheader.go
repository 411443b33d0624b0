package source

import (
	"slices"
	"strconv"
	"strings"
)

const mostTitles = 40 // rows above a table

// headCells are the first rows as those of a text, for the header's finder.
func headCells(b *sheetBlock, from, to int) *cells {
	rows := &cells{}
	rows.reset(b.data)
	for i := range min(len(b.ends), max(mostTitles+2, (1<<20)/(to-from+1))) {
		line := b.row(i)
		at := len(rows.start)
		for range to - from + 1 {
			rows.add(0, 0)
		}
		for _, c := range line {
			rows.start[at+int(c.column)-from], rows.end[at+int(c.column)-from] = c.start, c.end
		}
		rows.rows = append(rows.rows, uint32(len(rows.start)))
	}
	return rows
}

// sheetHead finds the rows above the table and the header among the first rows
// of a sheet, all of which are as wide as the widest. It knows more than a text
// shows: which cells hold numbers, dates and truths, and which hold text.
func (s *sheetScanner) sheetHead(rows *cells, o Options, skip int) headRows {
	b := s.head
	h := headRows{skip: skip}
	named := false
	if o.SkipRows == nil {
		first, names := titleRows(b)
		if h.skip, named = first, names >= 0; names > first { // names in several rows, a row of units, or titles in some cells
			if len(b.row(first)) < len(b.row(names)) && !s.merged(first) {
				h.skip = names
			}
		}
	}
	for h.skip < len(b.ends) && len(b.row(h.skip)) == 0 {
		h.skip++
	}
	switch {
	case o.Header == "no" || h.skip >= rows.count():
	case o.Header == "yes" || named:
		h.header = true
	default:
		h.header, _ = isHeader(rows, h.skip)
		if !h.header && groups(rows, h.skip) {
			h.header, _ = isHeader(rows, h.skip+1)
		}
	}
	if h.header {
		h.names = 1
		h.below(rows)
	}
	return h
}

// typed holds for a cell that is no text.
func (c sheetCell) typed() bool { return c.kind != Raw && c.kind != String || c.style >= styleDate }

// titleRows counts the rows above the table: those with at most half as many
// filled cells as its rows mostly have. Behind them, names is the first row of
// text that stands right above numbers, dates or truths; -1 if there is none.
func titleRows(b *sheetBlock) (n, names int) {
	var lengths []int
	for i := range b.ends {
		if n := len(b.row(i)); n > 0 {
			lengths = append(lengths, n)
		}
	}
	slices.Sort(lengths)
	usual := lengths[len(lengths)/2]
	first := -1 // row as long as those of the table
	for i := range min(len(b.ends), mostTitles) {
		line := b.row(i)
		if len(line)*2 <= usual || len(line) < min(usual, 2) {
			continue
		}
		if first < 0 {
			first = i
		}
		switch {
		case b.names(i):
			return first, i
		case !slices.ContainsFunc(line, sheetCell.typed):
		case first == i && len(line) < usual && b.namesFollow(i+1, usual): // "made on" and a date, say
			first = -1
		default:
			return first, -1
		}
	}
	return max(first, 0), -1
}

// names tells whether a row is of text, some of it right above typed cells.
func (b *sheetBlock) names(row int) bool {
	line, next := b.row(row), row+1
	for next < len(b.ends) && len(b.row(next)) == 0 {
		next++
	}
	return next < len(b.ends) && !slices.ContainsFunc(line, sheetCell.typed) && slices.ContainsFunc(line, func(c sheetCell) bool {
		return slices.ContainsFunc(b.row(next), func(d sheetCell) bool { return d.column == c.column && d.typed() })
	})
}

// namesFollow tells whether a full row of names comes soon.
func (b *sheetBlock) namesFollow(from, usual int) bool {
	for i := from; i < min(len(b.ends), mostTitles); i++ {
		if len(b.row(i)) >= usual {
			return b.names(i)
		}
	}
	return false
}

// dropFooter takes the notes below a table away, and the empty rows in front of
// them. It answers with the number of notes.
func (b *sheetBlock) dropFooter(rows *cells, start int) int {
	width := rows.length(start)
	if width < 2 {
		return 0
	}
	body := cells{start: rows.start, end: rows.end, rows: rows.rows[start:], text: rows.text}
	e := endRows{cells: &body, expected: width, gaps: make([]bool, body.count())}
	n := max(e.footer(), b.notes(start, width))
	if n == 0 {
		return 0
	}
	b.ends = b.ends[:len(b.ends)-n]
	for len(b.ends) > start && len(b.row(len(b.ends)-1)) == 0 {
		b.ends = b.ends[:len(b.ends)-1]
	}
	return n
}

// notes counts the rows of nothing but text that stand behind an empty row or
// fill at most half of the columns, in a table that mostly has numbers, dates or
// truths in each of its rows.
func (b *sheetBlock) notes(start, width int) (n int) {
	short := true
	for i := len(b.ends) - 1; i > start && len(b.ends)-i <= footerRows; i-- {
		line := b.row(i)
		if slices.ContainsFunc(line, sheetCell.typed) {
			break
		}
		switch short = short && len(line)*2 <= width; {
		case len(line) == 0:
			n = len(b.ends) - i - 1
		case short:
			n = len(b.ends) - i
		}
	}
	if n == 0 {
		return 0
	}
	typed, filled := 0, 0
	for i := start; i < len(b.ends)-n; i++ {
		if line := b.row(i); len(line) > 0 {
			filled++
			if slices.ContainsFunc(line, sheetCell.typed) {
				typed++
			}
		}
	}
	if filled < 2 || typed*10 < filled*9 {
		return 0
	}
	return n
}

// merged tells whether most cells of a row, counted among the first ones, are
// merged with others, as the names of groups of columns are. The merges stand
// behind the cells, so a sheet is read to its end for them, unless it is large.
func (s *sheetScanner) merged(row int) bool {
	const large = 32 << 20
	if s.in.size > large {
		return false
	}
	in, x, err := s.in.book.openPart(s.in.name)
	if err != nil {
		return false // shows in the scan
	}
	defer in.close()
	number := strconv.FormatInt(s.in.skipped+int64(row)+1, 10)
	n := 0
	err = x.elements("mergeCell", func(attr map[string]string) {
		ref, _, _ := strings.Cut(attr["ref"], ":")
		if strings.TrimLeft(ref, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") == number {
			n++
		}
	})
	return err == nil && 2*n > len(s.head.row(row))
}
