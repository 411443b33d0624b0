package source

// guessWindow is how much text a guess looks at first.
const guessWindow = 32 << 10

// guess finds where the first row of a segment may begin before the rows in
// front of it have been read: behind the first line end, if what follows there
// looks like rows; else behind the first line end after a closing quote.
func (t *csvTokeniser) guess(p part) int64 {
	for size := int64(guessWindow); ; size *= 4 {
		to := min(p.from-1+size, p.to)
		buf := make([]byte, to-(p.from-1))
		n, err := t.text.ReadAt(buf, p.from-1)
		buf = buf[:n]
		outside := lineAfter(buf, 0)
		if outside > 0 && (!t.quoted || t.plausible(buf[outside:])) {
			return p.from - 1 + int64(outside)
		}
		if inside := t.closingRow(buf); inside > 0 && t.plausible(buf[inside:]) {
			return p.from - 1 + int64(inside)
		}
		if outside > 0 {
			return p.from - 1 + int64(outside)
		}
		if to == p.to || err != nil {
			return -1
		}
	}
}

// lineAfter answers where the line behind the first line end in b begins, 0 if
// there is none.
func lineAfter(b []byte, from int) int {
	for i := from; i < len(b); i++ {
		switch {
		case b[i] == '\n', b[i] == '\r' && i+1 < len(b) && b[i+1] != '\n':
			return i + 1
		}
	}
	return 0
}

// closingRow takes b to begin inside a quoted cell and answers where the row
// after that cell's begins.
func (t *csvTokeniser) closingRow(b []byte) int {
	for i := 0; i+1 < len(b); i++ {
		if b[i] != t.quote {
			continue
		}
		if b[i+1] == t.quote {
			i++
			continue
		}
		x := exact{rules: t.rules, cells: &cells{}}
		x.reset(b)
		if after := x.skipSpaces(i + 1); x.endsCell(after) {
			x.comment, x.repeat = nil, nil // this is the rest of a row
			if next, _ := x.row(after); next != more {
				return next
			}
			return 0
		}
	}
	return 0
}

// plausible tells whether text begins with rows of the expected length.
func (t *csvTokeniser) plausible(text []byte) bool {
	x := exact{rules: t.rules, cells: &cells{}}
	x.reset(text)
	p := 0
	for range 8 {
		next, _ := x.row(p)
		if next == more {
			break
		}
		if len(x.faults) > 0 {
			return false
		}
		p = next
	}
	for r := range x.count() {
		if int(x.rows[r+1]-x.rows[r]) != t.expected {
			return false
		}
	}
	return x.count() > 0
}
