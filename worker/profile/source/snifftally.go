package source

// What the lengths of a sample's rows say: how many cells a row of the table has,
// and which rows stand in front of it and behind.

// rowTally is how the rows of a sample look.
type rowTally struct {
	*cells
	most        int // cells of most rows
	consistency float64
	from, to    int  // the rows that are taken for the table
	found       bool // from has the names, behind other text
}

func (c *cells) length(row int) int { return int(c.rows[row+1] - c.rows[row]) }

// tallyRows finds the length that most rows have, long ones counting more,
// and how many rows have it. Rows before the first of them and behind the last
// count little: they are titles and footnotes.
func tallyRows(c *cells) rowTally {
	t := rowTally{cells: c}
	counts := map[int]int{}
	for r := range c.count() {
		counts[c.length(r)]++
	}
	best := -1.0
	for k, n := range counts {
		s := float64(n) * float64(k-1) / float64(k)
		if s > best || s == best && k > t.most {
			best, t.most = s, k
		}
	}
	t.to = c.count()
	weight := 3.0 // of how many rows outside one counts as much as a ragged one
	if at := c.beginning(); at > 0 {
		t.from, t.most, t.found, weight = at, c.length(at), true, 10
	}
	for t.from < t.to && c.length(t.from) != t.most {
		t.from++
	}
	for t.to > t.from && c.length(t.to-1) != t.most {
		t.to--
	}
	alike := float64(counts[t.most])
	for k, n := range counts {
		if d := k - t.most; d != 0 && 4*max(d, -d) <= t.most {
			alike += float64(n) / 2 // trailing cells left out, say
		}
	}
	outside := float64(c.count() - (t.to - t.from))
	if t.found {
		alike = 0
		for r := t.from; r < t.to; r++ {
			if c.length(r) == t.most {
				alike++
			}
		}
	}
	t.consistency = min(1, alike/(float64(t.to-t.from)+outside/weight))
	return t
}

// beginning is the row of names behind rows of other text: all in front of it
// are much shorter, or the longer ones are no names, and nearly all behind it are
// as long and of other kinds. 0 if there is none.
func (c *cells) beginning() int {
	longest, looked := 0, 0
	for r := range min(c.count()-2, 60) {
		n := c.length(r)
		if r > 0 && n > 2 && (n > longest && (2*longest <= n || longest <= 2) || n < longest && c.count() > 4*r && c.noNames(r)) && c.goesOn(r) && (&rowTally{cells: c}).named(r) {
			if _, sure := isHeader(c, r); sure {
				return r
			}
			if looked++; looked == 3 { // wide rows take long to compare
				return 0
			}
		}
		longest = max(longest, n)
	}
	return 0
}

// goesOn tells whether nine of ten rows behind a row are as long as it.
func (c *cells) goesOn(row int) bool {
	alike := 0
	for r := row + 1; r < c.count(); r++ {
		if c.length(r) == c.length(row) {
			alike++
		}
	}
	return alike > 1 && 10*alike >= 9*(c.count()-row-1)
}

// noNames holds where no row in front of one is as long, and the longer ones have
// a number or something else that is no name.
func (c *cells) noNames(row int) bool {
	for r := range row {
		if c.length(r) == c.length(row) || c.length(r) > c.length(row) && c.nameLike(r) {
			return false
		}
	}
	return true
}

// nameLike holds for a row of words, empty cells aside.
func (c *cells) nameLike(row int) bool {
	for k := c.rows[row]; k < c.rows[row+1]; k++ {
		if class := classify(c.cell(int(k))); class != classWord && class != classEmpty {
			return false
		}
	}
	return true
}
