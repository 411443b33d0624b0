package source

import (
	"bytes"
	"math"
	"slices"
	"strings"
	"unicode/utf8"
)

// judge reads the rows that begin in the first size bytes of text by a guess,
// and scores them. open says that the guess cannot be judged without more
// text: the first row does not end in it, or a quoted cell has taken more than
// half of the sample.
func judge(text []byte, size int, whole bool, g guess, r rules) (v verdict, open bool) {
	v = verdict{guess: g}
	r = g.rules(r)
	r.maxColumns *= 4 // too many columns are no argument: the reading shall end at the limit
	x := newExact(r, text)
	x.eof = whole
	faults, after, long := 0, 0, false
	var gaps []int // rows behind blank lines
	for p := 0; p < size; {
		next, left := x.row(p)
		if left == "blank_lines" && (len(gaps) == 0 || gaps[len(gaps)-1] != x.count()) {
			gaps = append(gaps, x.count())
		}
		if next == more && x.count() == 0 && x.broken == nil {
			open = true
			x.eof = true // what there is of the first row
			next, _ = x.row(p)
		}
		if next == more {
			open = open || x.broken == nil && g.quote != noByte && size-p > size/2
			break
		}
		for _, f := range x.faults {
			if f.code == "unclosed_quote" || f.code == "text_after_quote" {
				faults++
			}
			if f.code == "text_after_quote" {
				after++
			}
		}
		if p = next; p > size && !long { // one long cell must not be all there is to see
			long, size = true, min(len(text), p+sniffBytes/4)
		}
	}
	v.rows = x.count()
	if x.broken != nil && x.broken.Code == "too_many_columns" {
		v.length, v.consistency, v.plain = r.maxColumns, 1, !unusual(g.delim)
		v.score = 0.75 * prior(g.delim, 0)
		return v, open
	}
	if v.rows == 0 {
		return v, open
	}
	t := tallyRows(x.cells)
	if b := firstOfSeveral(x.cells, gaps); b != nil {
		t = tallyRows(b)
	}
	v.length, v.consistency = t.most, t.consistency
	if g.delim != "" && t.most < 2 {
		return v, open
	}
	clean := 1 / (1 + float64(faults)/float64(v.rows))
	v.quotations = after > 1 && x.quotedCells() <= after
	if faults == 0 && x.hasQuoted() {
		clean = 1.2 // quotes in all the right places are hardly there by chance
		if g.quote == '\'' && x.apostrophes() {
			clean = 0.7
		}
	}
	v.weigh(&t, clean)
	return v, open
}

// weigh scores the rows. clean is how well they are quoted.
func (v *verdict) weigh(t *rowTally, clean float64) {
	l := t.looks(v.guess)
	v.typed = l.typed
	if v.delim == "" {
		v.score = (0.25 + 0.5*l.score) * clean
		return
	}
	v.padded = v.delim != " " && t.most >= 3 && v.rows >= 3 && t.consistency >= 0.99 && t.spaced()
	v.headed = t.length(0) == t.most && t.named(0)
	v.beheaded = t.length(0) == 1
	alike := math.Pow(t.consistency, 1.5)
	likely := prior(v.delim, l.typed)
	switch {
	case isLong(v.delim), strings.Contains(",;\t|^~", v.delim):
		tight, spread := t.spread()
		names := t.named(0) && t.length(0) > 1 && tight > 0.5 && (t.length(0) > 2 || spread >= 0.2)
		v.plain = names || spread >= 0.9 && tight >= 0.9 || t.found
		if isLong(v.delim) && v.beheaded && !t.hasTitle() {
			likely, v.plain = 0.3, false // marks of the cells: std::string, a => b
		}
		if strings.Contains("~^", v.delim) && t.most == 2 && t.beginsWith() {
			likely, v.plain = 0.3, false // the mark begins each line: paths from home
		}
		if v.delim == "," && t.length(0) == 1 && v.rows > 2 && t.decimals() {
			likely, v.plain = 0.4, false // decimal commas under names that something else separates, or nothing
		}
		if v.plain {
			alike = max(alike, 0.5)
		} else if tight < 0.5 && (t.consistency < 0.9 || v.beheaded && t.named(0)) {
			likely *= 0.6 // commas with spaces behind, more or fewer of them, or below one name: sentences
		}
	case v.delim == " ", v.delim == ":":
		if v.regular(t, l) && !(v.delim == ":" && t.clocks()) && !(v.delim == " " && l.typedColumns == 0) {
			likely = max(likely, 0.9)
			v.plain = true
		}
		if v.steady(t, l) {
			likely = 0.95
			v.plain = v.headed && (l.typedColumns == t.most && (t.most > 2 || l.numbers) || v.runs)
			if l.numbers {
				likely = 1
			}
		}
		if v.delim == ":" && !v.plain && t.clocks() || v.beheaded && t.named(0) && !v.runs {
			likely *= 0.6 // the minutes of times; parts of what stands below one name: telephone numbers
		}
		if t.symbolColumn() {
			likely *= 0.3 // what stands between the spaces separates the cells
		}
	default:
		switch all := t.consistency >= 0.99 && (v.rows >= 3 || v.rows == 2 && v.headed && t.most >= 4); {
		case all && v.headed && t.most >= 3 && l.typedColumns == t.most, all && v.headed && t.most >= 4 && l.typedColumns > 1:
			likely = 0.95
		case strings.Contains("-_/", v.delim):
			likely *= 0.2 // it joins words and dates
		case v.regular(t, l):
			likely, v.plain = max(likely, 0.9), true
		case all && v.padded:
			likely = 0.95
		case all && t.most >= 4 && strings.Contains("#+*&!?@$%", v.delim):
			likely = max(likely, 0.8)
		}
	}
	if l.torn {
		clean *= 0.85
	}
	length := float64(t.most)
	v.score = likely * alike * (0.5 + 0.5*l.score) * length / (length + 1) * clean
}

// regular holds for rows that are all as long as the names above them, or have a
// column of numbers or such at least, without a space at any mark. How many it
// takes depends on how much there is in them that chance does not do.
func (v *verdict) regular(t *rowTally, l looks) bool {
	if tight, _ := t.spread(); t.consistency < 1 || tight < 1 || t.most < 2 {
		return false
	}
	named := t.length(0) == t.most && t.named(0)
	if strings.Contains("#&*!$+:", v.delim) {
		switch {
		case t.most == 2:
			return named && (l.typedColumns == 2 && v.rows > 3 || l.typedColumns == 1 && v.rows > 8)
		case named && l.typedColumns > 0:
			return v.rows > 3
		case l.typedColumns > 0 && v.delim != ":":
			return v.rows >= 8
		}
	}
	return named && v.rows >= 8 && t.most > 2
}

// steady holds for rows between spaces or colons that are no phrases: those
// have words in varying number, and no columns of numbers or dates.
func (v *verdict) steady(t *rowTally, l looks) bool {
	if t.consistency < 0.99 {
		return false
	}
	all := l.typedColumns == t.most
	switch {
	case t.most >= 3 && v.rows >= 4:
		return l.typedColumns > 0
	case v.runs && v.headed && v.rows >= 3:
		return l.typedColumns > 0
	case t.most >= 3 && v.rows == 3, t.most == 2 && v.rows >= 3:
		return all
	case t.most >= 3 && v.rows == 2:
		return all && v.headed
	}
	return false
}

// beginsWith holds where the first cell of each row but the first is empty.
func (t *rowTally) beginsWith() bool {
	for r := 1; r < t.count(); r++ {
		if t.start[t.rows[r]] < t.end[t.rows[r]] {
			return false
		}
	}
	return t.count() > 1
}

// spaced holds where each cell but the first of a row begins with a space.
func (t *rowTally) spaced() bool {
	for r := range t.count() {
		for k := int(t.rows[r]) + 1; k < int(t.rows[r+1]); k++ {
			if c := t.cell(k); (len(c) == 0 || c[0] != ' ') && !t.wasQuoted(k, '"') && !t.wasQuoted(k, '\'') {
				return false
			}
		}
	}
	return true
}

// symbolColumn holds where a column has nothing but one and the same symbol.
func (t *rowTally) symbolColumn() bool {
	if t.most < 3 || t.count() < 2 {
		return false
	}
	for i := range t.most {
		var symbol []byte
		for r := range t.count() {
			if i >= t.length(r) {
				continue
			}
			c := t.cell(int(t.rows[r]) + i)
			if len(c) != 1 || isLetter(c[0]) || isDigit(c[0]) || symbol != nil && c[0] != symbol[0] {
				symbol = nil
				break
			}
			symbol = c
		}
		if symbol != nil {
			return true
		}
	}
	return false
}

// decimals holds where all cells behind the first row meet between two digits.
func (t *rowTally) decimals() bool {
	some := false
	for r := 1; r < t.count(); r++ {
		for k := int(t.rows[r]) + 1; k < int(t.rows[r+1]); k++ {
			whole, rest := t.cell(k-1), t.cell(k)
			if len(whole) == 0 || !isDigit(whole[len(whole)-1]) || len(rest) == 0 || !isDigit(rest[0]) {
				return false
			}
			some = true
		}
	}
	return some
}

// clocks holds where most rows have two digits behind a digit and a colon: the
// minutes of a time.
func (t *rowTally) clocks() bool {
	rows := 0
	for r := range t.count() {
		for k := int(t.rows[r]) + 1; k < int(t.rows[r+1]); k++ {
			hour, rest := t.cell(k-1), t.cell(k)
			if endsInHour(hour) && len(rest) > 1 && rest[0] < '6' && isDigit(rest[0]) && isDigit(rest[1]) &&
				(len(rest) == 2 || !isDigit(rest[2])) {
				rows++
				break
			}
		}
	}
	return rows*10 >= t.count()*8
}

// endsInHour holds for text that ends in one or two digits, behind no letter but
// the T of a time stamp.
func endsInHour(s []byte) bool {
	head := bytes.TrimRight(s, "0123456789")
	return len(head) < len(s) && (len(head) == 0 || len(s)-len(head) < 3 && (!isLetter(head[len(head)-1]) || head[len(head)-1] == 'T'))
}

// spread tells how tightly the cells follow each other (the share of those
// behind a delimiter without a space after it), and what share of the rows
// behind the first one has several.
func (t *rowTally) spread() (tight, rows float64) {
	cells, close, several := 0, 0, 0
	for r := range t.count() {
		n := t.length(r)
		if n > 1 && r > 0 {
			several++
		}
		for k := int(t.rows[r]) + 1; k < int(t.rows[r+1]); k++ {
			cells++
			if c := t.cell(k); len(c) == 0 || c[0] != ' ' {
				close++
			}
		}
	}
	tight, rows = 1, 1
	if cells > 0 {
		tight = float64(close) / float64(cells)
	}
	if t.count() > 1 {
		rows = float64(several) / float64(t.count()-1)
	}
	return tight, rows
}

// named holds for a row that can only be a header: short names, all different.
func (t *rowTally) named(row int) bool {
	names := map[string]bool{}
	for k := int(t.rows[row]); k < int(t.rows[row+1]); k++ {
		c := t.cell(k)
		name := bytes.TrimSpace(c)
		if len(c) > 0 && c[0] == ' ' || len(name) == 0 || len(name) > 40 || names[string(name)] ||
			classify(name) != classWord || isDigit(name[0]) || name[len(name)-1] == '.' {
			return false
		}
		names[string(name)] = true
	}
	return true
}

// hasTitle holds where the first row that is as long as most has names over
// columns of another kind: then those in front of it are a title.
func (t *rowTally) hasTitle() bool {
	for r := range min(t.count(), 30) {
		if t.length(r) == t.most {
			_, sure := isHeader(t.cells, r)
			return sure && t.named(r)
		}
	}
	return false
}

// hasQuoted tells whether one of the cells was quoted.
func (x *exact) hasQuoted() bool {
	for k := range x.start {
		if x.wasQuoted(k, x.quote) {
			return true
		}
	}
	return false
}

// quotedCells counts the cells that were quoted.
func (x *exact) quotedCells() int {
	n := 0
	for k := range x.start {
		if x.wasQuoted(k, x.quote) {
			n++
		}
	}
	return n
}

// apostrophes holds where the only quoted cell goes over a line end and the
// delimiter: then they are apostrophes of two cells, rather.
func (x *exact) apostrophes() bool {
	quoted, over := 0, false
	for k := range x.start {
		if x.wasQuoted(k, x.quote) {
			quoted++
			cell := x.cells.cell(k)
			over = bytes.ContainsAny(cell, "\r\n") && bytes.Contains(cell, x.delim)
		}
	}
	return quoted == 1 && over
}

// wasQuoted tells whether a cell was quoted; those with escapes count as such.
func (c *cells) wasQuoted(k int, quote byte) bool {
	s := int(c.start[k])
	return s >= len(c.text) && len(c.side) > 0 || s > 0 && s < len(c.text) && c.text[s-1] == quote
}

// unusual holds for the delimiters that are common in text and in dates.
func unusual(delim string) bool {
	return delim != "" && !strings.Contains(",\t;|^~", delim[:1]) && !isLong(delim)
}

// prior is what a delimiter is worth before its rows are seen. Those that are
// common in text and in dates need columns of typed values to speak for them.
func prior(delim string, typed float64) float64 {
	if isLong(delim) {
		return 1
	}
	switch delim {
	case ",", "\t", ";":
		return 1
	case "|", "^", "~":
		return 0.97
	case " ", ":":
		return 0.5 + 0.42*typed
	}
	if delim[0] < ' ' {
		return 1
	}
	if delim[0] >= utf8.RuneSelf {
		return 0.6 + 0.3*typed
	}
	return 0.35 + 0.35*typed
}

func (g guess) rules(r rules) rules {
	r.delim, r.quote, r.quoted, r.escape = []byte(g.delim), g.quote, g.quote != noByte, g.escape
	if g.delim == "" {
		r.delim, r.undivided, r.single = []byte{'\n'}, true, true
	}
	r.runs, r.spaced = g.runs, g.spaced
	if r.escape == r.quote {
		r.escape = noByte // doubled quotes always count
	}
	return r
}

// newExact makes a tokeniser for a text of its own.
func newExact(r rules, text []byte) *exact {
	x := &exact{rules: r, cells: &cells{}}
	x.reset(text)
	return x
}

// data is the text of a cell.
func (c *cells) cell(k int) []byte {
	s, e := int(c.start[k]), int(c.end[k])
	if n := len(c.text); s > n || s == n && e > n {
		return c.side[s-n : e-n]
	}
	return c.text[s:e]
}

// looks is what the cells of the regular rows look like.
type looks struct {
	score float64
	// Of all rows but the very first, which may be a header:
	typed        float64 // share of cells of typed classes
	typedColumns int     // columns of nothing else
	numbers      bool    // nothing but numbers anywhere
	torn         bool    // some column has nothing but parts of cells
}

// looks scores the cells of the regular rows: how many look like something and
// how alike a column's cells are. Unless the delimiter is a common one, cells
// with a common one in them are rather several cells: "1,5" is no number there.
func (t *rowTally) looks(g guess) looks {
	const common = ",;\t|"
	strict := g.delim == "" || !strings.Contains(common, g.delim[:1]) && !isLong(g.delim) && !t.separatesNames(common)
	columns := min(t.most, 200)
	counts := make([][classCount]int, columns)
	first := make([]cellClass, columns)
	rows := 0
	for r := t.from; r < t.to && rows < 200; r++ {
		if t.length(r) != t.most {
			continue
		}
		for c := range columns {
			at := int(t.rows[r]) + c
			cell := t.cell(at)
			k := classify(cell)
			if strict && k != classEmpty && !t.wasQuoted(at, g.quote) && bytes.ContainsAny(cell, common) {
				k = classTorn
			}
			if rows == 0 {
				first[c] = k
			}
			counts[c][k]++
		}
		rows++
	}
	l := looks{numbers: rows > 0}
	if rows == 0 {
		return l
	}
	for c, n := range counts {
		l.score += t.columnScore(n, rows, strict)
		if rows > 1 && t.from == 0 {
			n[first[c]]--
		}
		filled := sum(n[classNumber:])
		l.torn = l.torn || !strict && filled > 1 && n[classTorn] == filled
		typed := n[classNumber] + n[classTime] + n[classToken]
		l.numbers = l.numbers && n[classNumber] == filled
		if filled == 0 {
			continue
		}
		l.typed += float64(typed) / float64(filled)
		if typed == filled {
			l.typedColumns++
		}
	}
	l.score /= float64(columns)
	l.typed /= float64(columns)
	if l.typedColumns == columns {
		l.typedColumns = t.most
	}
	return l
}

// separatesNames holds for a first row of at least three names, as long as all
// others, without one of some marks: those in the rows are in the cells, then.
func (t *rowTally) separatesNames(marks string) bool {
	if t.most < 3 || t.consistency < 1 || t.count() < 4 || t.length(0) != t.most || !t.named(0) {
		return false
	}
	return !bytes.ContainsAny(t.text[t.start[0]:t.end[t.most-1]], marks)
}

// columnScore scores a column by its cells' classes.
func (t *rowTally) columnScore(n [classCount]int, rows int, strict bool) float64 {
	filled := float64(rows - n[classEmpty])
	if filled == 0 {
		return 0.5
	}
	score := float64(n[classNumber]+n[classTime]+n[classToken]) + 0.75*float64(n[classWord]) + 0.4*float64(n[classText])
	if strict {
		score += 0.1 * float64(n[classTorn])
	}
	// The first row may be a header of words over numbers: one of them is no
	// blemish.
	most := min(float64(slices.Max(n[classNumber:]))+1, filled) / filled
	return score / filled * (0.6 + 0.4*most) * (0.8 + 0.2*filled/float64(rows))
}

func sum(n []int) int {
	s := 0
	for _, k := range n {
		s += k
	}
	return s
}
