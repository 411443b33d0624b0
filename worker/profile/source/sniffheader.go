package source

import (
	"bytes"
	"math"
	"strconv"
	"unicode/utf8"
)

// head is what the first rows say about a table whose dialect is known.
type headRows struct {
	skip     int  // rows in front of the table
	header   bool // the next one holds the names
	names    int  // rows that hold names: 0 without a header
	units    bool // the row below the names holds units
	sure     bool // it can only be a header: names stand over numbers and dates
	expected int  // cells of a regular row
	width    int  // columns
}

// sniffHead looks for the rows in front of the table and for the header. rows
// are those of the sample's beginning; blank lines stand in front of those in gaps.
func sniffHead(c *cells, gaps map[int]bool, o Options, skip bool) headRows {
	h := headRows{expected: 1}
	n := c.count()
	if n == 0 {
		h.header = o.Header != "no"
		return h
	}
	t := tallyRows(c)
	h.expected = t.most
	if skip {
		h.skip = preamble(&t, t.most)
		if 2*c.ofLength(t.most) < c.count()-h.skip && !titles(c, h.skip) { // rows just vary in length
			h.skip = 0
		}
		h.skip = max(h.skip, behindGap(&t, gaps))
		if t.found {
			h.skip = max(h.skip, t.from)
		}
	}
	switch o.Header {
	case "yes":
		h.header = true
	case "no":
	default:
		h.header, h.sure = isHeader(c, h.skip)
		if !h.header && groups(c, h.skip) {
			h.header, _ = isHeader(c, h.skip+1)
		}
		if at := laterNames(c, h.skip); !h.header && skip && at > 0 {
			h.header, h.sure, h.skip = true, true, at
		}
	}
	if h.header && n > h.skip {
		h.names = 1
		h.below(c)
	}
	if h.header && n-h.skip > 1 { // the header may be longer or shorter than the rows
		body := cells{start: c.start, end: c.end, rows: c.rows[min(h.skip+max(h.names, 1), n):], text: c.text, side: c.side}
		b := tallyRows(&body)
		h.expected = b.most
		if n := c.length(h.skip); 2*body.ofLength(n) >= body.ofLength(b.most) { // ragged rows: then the header says
			h.expected = n
		}
	}
	h.width = max(h.expected, c.length(h.skip))
	return h
}

// laterNames is the row of words below one or two others that are no rows of
// numbers either, over nothing but numbers; 0 if there is none.
func laterNames(c *cells, first int) int {
	for r := first + 1; r < min(c.count()-2, first+3); r++ {
		if c.length(r) != c.length(first) || c.length(r) < 2 || !(&rowTally{cells: c}).named(r) {
			continue
		}
		for i := range c.length(r) {
			name := bytes.TrimSpace(c.cell(int(c.rows[r]) + i))
			if columnVote(c, r, i, name, classWord, nil) != 1 {
				return 0
			}
		}
		for i := range c.length(first) {
			if class := classify(c.cell(int(c.rows[first]) + i)); class == classWord || class == classText {
				return r
			}
		}
	}
	return 0
}

// preamble counts the rows in front of a table of some length: those with at
// most half as many cells (a title, a date, a comment), or with one filled
// cell only, as spreadsheets write a title, as long as a fuller row follows.
func preamble(t *rowTally, length int) int {
	c := t.cells
	if length < 2 {
		for r := range c.count() {
			if filledCells(c, r) > 0 {
				return r
			}
		}
		return 0
	}
	for r := range min(c.count(), 100) {
		filled := filledCells(c, r)
		if c.length(r) < length && !t.named(r) && namesFollow(c, r, length) {
			continue
		}
		if filled*2 <= length && filled > 1 && c.sizes(r) && namesFollow(c, r, length) {
			continue
		}
		if c.length(r)*2 > length && (filled > 1 || !fullerFollows(c, r, length)) {
			return r
		}
		if c.length(r) == length && filled > 1 {
			return r
		}
	}
	return 0
}

// sizes holds for a row with nothing but numbers that are no years: how many rows
// and columns follow, say.
func (c *cells) sizes(row int) bool {
	for k := c.rows[row]; k < c.rows[row+1]; k++ {
		if class := classify(c.cell(int(k))); class != classNumber && class != classEmpty {
			return false
		}
	}
	return years(c, row) == 0
}

// behindGap is the row of names behind a blank line that has shorter rows in
// front of it only; 0 if there is none.
func behindGap(t *rowTally, gaps map[int]bool) int {
	for r := range min(t.count()-1, 30) {
		switch {
		case r > 0 && gaps[r] && t.length(r) == t.most && t.length(r+1) == t.most && t.named(r):
			if header, _ := isHeader(t.cells, r); header {
				return r
			}
			return 0
		case t.length(r) >= t.most:
			return 0
		}
	}
	return 0
}

// titles holds where each of the first rows has one filled cell at most, or is
// marked as a comment.
func titles(c *cells, rows int) bool {
	for r := range rows {
		if filledCells(c, r) > 1 && !bytes.HasPrefix(c.cell(int(c.rows[r])), []byte("#")) {
			return false
		}
	}
	return true
}

// ofLength counts the rows of a length.
func (c *cells) ofLength(n int) int {
	k := 0
	for r := range c.count() {
		if c.length(r) == n {
			k++
		}
	}
	return k
}

// fullerFollows tells whether the next longer row is filled like a header.
func fullerFollows(c *cells, row, length int) bool {
	for r := row + 1; r < min(c.count(), row+40); r++ {
		if n := filledCells(c, r); n > 1 {
			header, sure := isHeader(c, r)
			if !header && groups(c, r) {
				_, sure = isHeader(c, r+1)
				return sure
			}
			if n*5 < length*4 {
				for i := range c.length(r) {
					if c.vacant(r, i) {
						length--
					}
				}
			}
			return n*5 >= length*4 && header && (sure || length > 2)
		}
	}
	return false
}

// vacant holds for a column without a cell that is filled, from a row on.
func (c *cells) vacant(row, i int) bool {
	for r := row; r < min(c.count(), row+1+headerLook); r++ {
		if i < c.length(r) && len(bytes.TrimSpace(c.cell(int(c.rows[r])+i))) > 0 {
			return false
		}
	}
	return true
}

// namesFollow holds for a shorter row above names that stand over columns of
// another kind, as the last line of a title may with a comma in it.
func namesFollow(c *cells, row, length int) bool {
	if row+1 >= c.count() || c.length(row+1) != length || filledCells(c, row+1) < length {
		return false
	}
	for k := c.rows[row+1]; k < c.rows[row+2]; k++ {
		if classify(bytes.TrimSpace(c.cell(int(k)))) != classWord {
			return false
		}
	}
	_, sure := isHeader(c, row+1)
	return sure
}

func filledCells(c *cells, row int) int {
	n := 0
	for k := c.rows[row]; k < c.rows[row+1]; k++ {
		if len(bytes.TrimSpace(c.cell(int(k)))) > 0 {
			n++
		}
	}
	return n
}

// isHeader compares a row with those that follow it: names differ in kind from
// numbers and dates, are short, are not empty and do not repeat. Where nothing
// speaks against it, a row of plain words is a header. sure says that names
// stand over columns of another kind.
func isHeader(c *cells, row int) (header, sure bool) {
	if row >= c.count() {
		return false, false
	}
	again := rowsLike(c, row)
	if len(again) == 0 {
		return headerVotes(c, row, nil)
	}
	// A header may come again, but then it must be plain that it is one.
	if header, sure := headerVotes(c, row, again); sure {
		return header, sure
	}
	return headerVotes(c, row, nil)
}

// rowsLike are the rows with the same cells as the given one, or most of them
// where one of the two has further cells.
func rowsLike(c *cells, row int) map[int]bool {
	var again map[int]bool
	for r := row + 1; r < min(c.count(), row+1+headerLook); r++ {
		if sameBeginning(c, row, r) {
			if again == nil {
				again = map[int]bool{}
			}
			again[r] = true
		}
	}
	return again
}

func sameRow(c *cells, a, b int) bool {
	return c.length(a) == c.length(b) && sameBeginning(c, a, b)
}

func sameBeginning(c *cells, a, b int) bool {
	few, many := min(c.length(a), c.length(b)), max(c.length(a), c.length(b))
	same := few == many || few > 2 && 3*few >= 2*many
	for i := 0; same && i < few; i++ {
		same = bytes.Equal(c.cell(int(c.rows[a])+i), c.cell(int(c.rows[b])+i))
	}
	return same
}

// headerVotes lets each column say whether a row is the header. The rows in
// without have no voice.
func headerVotes(c *cells, row int, without map[int]bool) (header, sure bool) {
	length := c.length(row)
	votes := 0.0
	names := map[string]bool{}
	empty, numbers := 0, 0
	for i := range c.length(row) {
		name := bytes.TrimSpace(c.cell(int(c.rows[row]) + i))
		class := classify(name)
		switch class {
		case classEmpty:
			if c.vacant(row, i) {
				length--
				continue
			}
			if empty++; i > 0 {
				votes -= 0.2 // names of rows have none, others do
			}
			continue
		case classNumber:
			numbers++
		}
		if names[string(name)] {
			votes -= 0.5
		}
		names[string(name)] = true
		vote := columnVote(c, row, i, name, class, without)
		sure = sure || vote == 1
		votes += vote
	}
	if numbers >= 2 && yearLike(c, row) && !yearLike(c, row+1) || numbered(c, row) {
		votes += 2 * float64(numbers)
	} else if numbers == length-empty {
		votes -= float64(numbers) // nothing but numbers: data
	}
	if empty == length {
		return false, false
	}
	if empty > 1 && empty*2 > length {
		votes -= float64(empty)
	}
	header = votes > 0 || votes == 0 && numbers == 0 // in doubt, tables have a header
	return header, header && sure
}

const headerLook = 100 // rows that a header is compared with

// columnVote says how much a cell differs from the ones below it.
func columnVote(c *cells, row, i int, name []byte, class cellClass, without map[int]bool) float64 {
	var counts [classCount]int
	filled, same, length, digits, marked := 0, 0, 0, 0, 0 // digits: cells with some that do not differ from a name by their first letter
	shortest, longest := math.MaxInt, 0
	for r := row + 1; r < min(c.count(), row+1+headerLook); r++ {
		if i >= c.length(r) || without[r] {
			continue
		}
		cell := bytes.TrimSpace(c.cell(int(c.rows[r]) + i))
		k := classify(cell)
		counts[k]++
		if k == classEmpty {
			continue
		}
		filled++
		n := utf8.RuneCount(cell)
		length, shortest, longest = length+n, min(shortest, n), max(longest, n)
		if (len(name) == 0 || !isLetter(name[0]) || isLetter(cell[0])) && bytes.ContainsAny(cell, "0123456789") {
			digits++
		}
		if bytes.Equal(cell, name) {
			same++
		}
		if len(name) > 0 && cell[0] == name[0] && k == class {
			marked++
		}
	}
	word := class == classWord || class == classText
	if filled == 0 {
		if word {
			return 0.1
		}
		return -0.2
	}
	typed := counts[classNumber] + counts[classTime] + counts[classToken]
	switch {
	case same > 0 && filled > 2:
		return -1 // a name does not stand in its own column
	case word && typed*10 >= filled*8, class == classTime && filled > 1 && counts[classNumber]*10 >= filled*8:
		return 1
	case class.typed() && counts[class]*10 >= filled*8:
		return -1
	case class.typed():
		return -0.4
	}
	if class == classText && marked*10 >= filled*8 && filled > 1 && name[0] < utf8.RuneSelf && !isLetter(name[0]) && !isDigit(name[0]) {
		return -0.5 // one of the paths or tags below
	}
	mean := float64(length) / float64(filled)
	short := float64(utf8.RuneCount(name))
	alike := filled > 2 && shortest == longest && float64(longest) != short // codes of one length, which the name has not
	if digits*10 >= filled*8 && bytes.ContainsAny(name, "0123456789") && !alike {
		return -0.5 // one of the codes or lines below
	}
	switch {
	case class == classWord && short <= 40 && mean > 3*short:
		return 0.4
	case class == classWord && short <= 40:
		return 0.15
	case short > 2*mean+40:
		return -0.2
	}
	return 0
}

// yearLike holds for a row whose numbers are rising years of one step, as they
// stand over the columns of a cross table.
func yearLike(c *cells, row int) bool {
	if row >= c.count() {
		return false
	}
	n, prev, step := 0, 0, 0
	for k := c.rows[row]; k < c.rows[row+1]; k++ {
		cell := bytes.TrimSpace(c.cell(int(k)))
		if classify(cell) != classNumber {
			continue
		}
		v, err := strconv.Atoi(string(cell))
		if err != nil || v < 1500 || v > 2200 || n > 0 && v <= prev || n > 1 && v-prev != step {
			return false
		}
		step, prev = v-prev, v
		n++
	}
	return n >= 3 || n == 2 && step == 1 && classify(c.cell(int(c.rows[row]))) == classWord
}

// numbered holds for an empty cell over the numbers of the rows, and the numbers
// of the columns behind it, as data frames are written that have no names.
func numbered(c *cells, row int) bool {
	for i := range c.length(row) {
		cell := string(c.cell(int(c.rows[row]) + i))
		if i == 0 && cell != "" || i > 0 && cell != strconv.Itoa(i-1) {
			return false
		}
	}
	return c.length(row) > 2 && row+1 < c.count() && string(c.cell(int(c.rows[row+1]))) == "0"
}
