package source

import (
	"bytes"
	"slices"
)

// commentMarks are what comments begin with in files of programs and
// instruments, most usual first.
var commentMarks = [...]string{"#", "//", "%", "--", ";", "!", "*"}

// sniff finds the dialect, and what comments begin with, if some lines are
// such. The rules it answers with are those given, with the comment set.
func sniff(text []byte, whole bool, o Options, r rules) (v verdict, with rules, open bool) {
	switch o.Comment {
	case "", "none":
		r.comment = nil
	default:
		r.comment = []byte(o.Comment)
	}
	v, open = sniffDialect(text, whole, o, r)
	if o.Comment != "" {
		return v, r, open
	}
	for _, mark := range commentCandidates(firstLines(text)) {
		marked := r
		marked.comment = []byte(mark)
		other, more := sniffDialect(text, whole, o, marked)
		if other.comments(text, marked) {
			return other, marked, more
		}
	}
	return v, r, open
}

// commentCandidates are the marks that some lines begin with, but not all: two
// at most, as each costs another look at everything.
func commentCandidates(sample []byte) []string {
	var counts [len(commentMarks)]int
	lines := 0
	for line := range bytes.FieldsFuncSeq(sample, func(r rune) bool { return r == '\n' || r == '\r' }) {
		if len(bytes.TrimSpace(line)) == 0 {
			continue
		}
		lines++
		for i, m := range commentMarks {
			if bytes.HasPrefix(line, []byte(m)) {
				counts[i]++
				break
			}
		}
	}
	var found []string
	for i, m := range commentMarks {
		if counts[i] > 0 && counts[i] < lines && len(found) < 2 {
			found = append(found, m)
		}
	}
	return found
}

// comments tells whether the lines that begin with the mark of r are comments
// to a table of this dialect: they do not fit it, or only its first column shows
// that they are none of its rows.
func (v verdict) comments(text []byte, r rules) bool {
	mark := r.comment
	r = v.rules(r)
	if len(r.delim) == 1 && !r.undivided && r.delim[0] == mark[0] {
		return false
	}
	alone := r // reads a comment as if it were a row
	alone.comment = nil
	alone.maxColumns *= 4
	x := newExact(r, text)
	x.eof = true
	lines, fitting, leading := 0, 0, 0
	fits, headed := false, false // the last one; the first row
	for p := 0; p < len(text) && x.count() < sniffLines && lines < sniffLines; {
		next, left := x.row(p)
		if next == more {
			break
		}
		if left == "comment_lines" {
			line := text[p:next]
			y := newExact(alone, bytes.TrimRight(line, "\r\n"))
			y.eof = true
			y.row(0)
			fits = v.length > 1 && y.count() == 1 && y.length(0) == v.length
			lines++
			if fits {
				fitting++
			}
			if x.count() == 0 {
				leading = lines
			}
		} else if left == "" && x.count() == 1 {
			headed = x.length(0) == v.length && (&rowTally{cells: x.cells}).named(0)
			if fits && !headed { // the names, marked as a comment, over the first row
				fitting, lines, leading = fitting-1, lines-1, leading-1
			}
		}
		p = next
	}
	strong := mark[0] == '#' || mark[0] == '%' || mark[0] == '/'
	switch {
	case lines == 0 || x.count() == 0:
		return false
	case v.length < 2 || r.undivided:
		return strong && leading > 0 && typedColumn(x.cells, 0)
	case fitting == 0, leading == lines && headed, strong && fitting*3 <= lines:
		return strong || leading > 0
	}
	return strong && typedColumn(x.cells, 0) && (fitting*2 <= lines || fitting*5 <= x.count())
}

// typedColumn tells whether a column has nothing but numbers, dates and such,
// a header aside.
func typedColumn(c *cells, column int) bool {
	filled, typed := 0, 0
	for r := range c.count() {
		if column >= c.length(r) || r == 0 && c.count() > 2 {
			continue
		}
		if k := classify(c.cell(int(c.rows[r]) + column)); k != classEmpty {
			filled++
			if k.typed() {
				typed++
			}
		}
	}
	return typed > 0 && typed*10 >= filled*9
}

// namesInComment reads the line before the first row as names, which tools write
// behind a comment mark. It answers with nothing where it is no header.
func namesInComment(head []byte, first int, r rules, length int) [][]byte {
	line := bytes.TrimRight(head[:first], "\r\n")
	if k := bytes.LastIndexAny(line, "\r\n"); k >= 0 {
		line = line[k+1:]
	}
	if !bytes.HasPrefix(line, r.comment) {
		return nil
	}
	r.comment = nil
	if names, found := bytes.CutPrefix(line, []byte("#Fields: ")); found { // as web servers write their logs
		line = names
	}
	x := newExact(r, line)
	x.eof = true
	if x.row(0); x.count() != 1 || x.length(0) != length || length < 2 {
		return nil
	}
	var names [][]byte
	for k := range length {
		name := slices.Clone(x.cells.cell(k))
		if k > 0 && classify(name) != classWord {
			return nil
		}
		names = append(names, name)
	}
	return names
}
