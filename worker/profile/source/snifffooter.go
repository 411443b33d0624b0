package source

import (
	"bytes"
	"strings"
)

const (
	footerTail = 64 << 10 // bytes of the text's end that are looked at
	footerRows = 30       // the most that a footer has
)

// findFooter looks at the end of the text for rows that do not belong to the
// table: notes, sources and totals in fewer cells, behind a gap or in one cell.
// It answers with the text offset where they begin, and how many they are; zero
// if there are none, or if the end cannot be seen yet: footerBehind looks then.
func (s *csvScanner) findFooter() (at int64, rows int) {
	tail, base := s.tail()
	if tail == nil {
		return 0, 0
	}
	from, n := s.rules.footerIn(tail)
	return base + int64(from), n
}

// footerIn looks for the rows that do not belong to the table in the last ones
// of a text, and answers where in tail they begin.
func (r rules) footerIn(tail []byte) (at, rows int) {
	if r.expected < 2 {
		return 0, 0
	}
	x := newExact(r, tail)
	x.eof = true
	e := endRows{cells: x.cells, expected: r.expected}
	gap := false
	for p := 0; p < len(tail); {
		next, left := x.row(p)
		if next == more {
			return 0, 0
		}
		if left == "" {
			e.starts = append(e.starts, p)
			e.gaps = append(e.gaps, gap)
			gap = false
		} else {
			gap = gap || left == "blank_lines"
		}
		p = next
	}
	n := e.footer()
	if n == 0 {
		return 0, 0
	}
	return e.starts[len(e.starts)-n], n
}

// footerBehind looks for such rows at the end of a text that is read from front to
// back, once its last block is there.
func (t *csvTokeniser) footerBehind() {
	from := 0
	if len(t.buf) > footerTail {
		from = len(t.buf) - footerTail
		k := lineAfter(t.buf, from)
		if k == 0 || !t.plausible(t.buf[k:]) {
			return
		}
		from = k
	}
	if at, n := t.footerIn(t.buf[from:]); n > 0 {
		t.footer = t.pos + int64(from+at)
	}
}

// tail is the end of the text, from the beginning of a row of the table on.
func (s *csvScanner) tail() (text []byte, base int64) {
	if s.in.whole && int64(len(s.in.head))-s.start <= footerTail {
		return s.in.head[s.start:], s.start
	}
	size := s.in.text.size()
	from := size - footerTail
	if s.in.whole {
		text = s.in.head[from:]
	} else {
		if _, random := s.in.text.(fileText); !random || from < s.start {
			return nil, 0
		}
		text = make([]byte, footerTail)
		if n, _ := s.in.text.ReadAt(text, from); n < footerTail { // the scan will meet the same fault
			return nil, 0
		}
	}
	if from < s.start {
		return nil, 0
	}
	t := csvTokeniser{rules: s.rules}
	at := lineAfter(text, 0)
	if at == 0 || !t.plausible(text[at:]) { // within quotes, or too ragged to tell
		return nil, 0
	}
	return text[at:], from + int64(at)
}

// endRows are the last rows of a text.
type endRows struct {
	*cells
	expected int
	starts   []int
	gaps     []bool // a blank line stands before the row
	keyed    bool   // the first column of the rows of the table has numbers, dates or such
}

// footer counts the rows at the end that are no rows of the table.
func (e *endRows) footer() int {
	n := e.count()
	first := n // of the rows at the end that have few cells, or none filled
	for first > 0 && n-first <= footerRows && e.misfit(first-1) {
		first--
	}
	if first == n || n-first > footerRows || first == 0 {
		return 0
	}
	body := max(0, first-50)
	if !e.steady(body, first) {
		return 0
	}
	e.keyed = typedColumn(&cells{start: e.start, end: e.end, rows: e.rows[:first+1], text: e.text, side: e.side}, 0)
	sparse := e.sparse(body, first)
	for r := first; r < n; r++ { // behind a gap anything shorter is no row of the table
		if e.gaps[r] || filledCells(e.cells, r) == 0 && e.length(r) == e.expected && r+1 < n {
			if e.empty(r, n) || sparse && !e.shorter(r, n) && !e.total(n-1) {
				return 0
			}
			return n - r
		}
	}
	for r := first; r < n && !sparse; r++ {
		if e.note(r) && e.notes(r) {
			return n - r
		}
	}
	return 0
}

// misfit holds for rows shorter than the others, and for those with no cell but
// the first filled.
func (e *endRows) misfit(r int) bool {
	if e.length(r) < e.expected {
		return true
	}
	filled := filledCells(e.cells, r)
	if r > 0 && (e.gaps[r] || filledCells(e.cells, r-1) == 0) && e.total(r) {
		return true
	}
	return e.length(r) == e.expected && (filled == 0 || e.expected > 2 && filled == 1 && len(bytes.TrimSpace(e.cell(int(e.rows[r])))) > 0)
}

// total holds for a row that says to be a sum of the others.
func (e *endRows) total(r int) bool {
	const said = " total totals subtotal sub-total sum sums overall average mean summe gesamt gesamtsumme insgesamt zwischensumme mittelwert somme moyenne totale somma media " +
		"totaal suma razem celkem spolu összesen yhteensä summa toplam összeg итого всего сумма σύνολο 合計 总计 合计 總計 小计 합계 총계 "
	for k := e.rows[r]; k < e.rows[r+1]; k++ {
		cell := bytes.ToLower(bytes.TrimSpace(e.cell(int(k))))
		if len(cell) == 0 {
			continue
		}
		cell = bytes.TrimPrefix(cell, []byte("grand "))
		first, _, _ := bytes.Cut(cell, []byte(" "))
		return len(cell) < 40 && strings.Contains(said, " "+strings.TrimRight(string(first), ":*")+" ")
	}
	return false
}

// steady holds for rows that are all of the expected length, without gaps.
func (e *endRows) steady(from, to int) bool {
	for r := from; r < to; r++ {
		if e.length(r) != e.expected || e.gaps[r] && r > from {
			return false
		}
	}
	return to-from >= 2
}

// sparse holds where some of the rows have one cell filled at most: then such
// rows at the end are nothing special.
func (e *endRows) sparse(from, to int) bool {
	n := 0
	for r := from; r < to; r++ {
		if filledCells(e.cells, r) < 2 {
			n++
		}
	}
	return n*10 >= to-from
}

// shorter holds where all rows have fewer cells than the table.
func (e *endRows) shorter(from, to int) bool {
	for r := from; r < to; r++ {
		if e.length(r) >= e.expected {
			return false
		}
	}
	return true
}

func (e *endRows) empty(from, to int) bool {
	for r := from; r < to; r++ {
		if filledCells(e.cells, r) > 0 {
			return false
		}
	}
	return true
}

// note holds for a row of one cell, text, in a table where the first column or
// the number of cells shows that it is no row.
func (e *endRows) note(r int) bool {
	cell := bytes.TrimSpace(e.cell(int(e.rows[r])))
	class := classify(cell)
	if string(cell) == "\x1a" { // the end of a text, as DOS marks it
		return e.length(r) == 1
	}
	if class.typed() || class == classEmpty || len(cell) < 3 {
		return false
	}
	if e.length(r) == 1 {
		return e.expected > 2
	}
	return filledCells(e.cells, r) == 1 && e.length(r) == e.expected && e.expected > 2 && e.keyed
}

func (e *endRows) notes(from int) bool {
	for r := from; r < e.count(); r++ {
		if !e.note(r) {
			return false
		}
	}
	return true
}
