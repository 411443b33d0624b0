package source

import (
	"bytes"
	"context"
	"math"
	"slices"
	"unicode/utf8"
)

// csvScanner reads delimited text. What RFC 4180 leaves open is settled thus:
//
//   - Cells are kept verbatim, with the spaces around them. A quote counts only
//     at the beginning of a cell; exact.quotedCell says what faulty ones mean.
//   - \n, \r\n and a lone \r all end a line. A line of nothing but spaces and
//     tabs is skipped, except in a table of one column, where it is an empty cell.
//   - Short rows are filled up with empty cells, long ones make further columns.
//   - The header is no row. Lines in front of it are skipped and counted as
//     Dialect.SkipRows. Names are verbatim, a number makes repeated ones unique,
//     and those without one are called column_N. Several rows of names are
//     joined ("2019 / Q1"), and a row of units below them is left out.
//   - Comments, the header where it comes again, and notes behind the table are
//     left out, each as a problem with its count. All of this is looked for in
//     the head and at the end only, and found where it is plain.
type csvScanner struct {
	in      *input
	dialect Dialect
	rules   rules
	names   columnNames
	start   int64 // text offset of the first data row
	faults  faults
	plan    plan
	block   int64
	footer  int64 // text offset where the rows behind the table begin
	late    bool  // the end of the text cannot be looked at yet

	segmentBytes int64   // as Limits has it
	tables       []Table // all of the file, where it has several
}

// openCSV finds out the dialect, reads the header and names the columns.
func openCSV(ctx context.Context, r *input, d Dialect, o Options, l Limits) (Scanner, error) {
	free := o.SkipRows == nil && (o.Header == "" || o.Header == "yes")
	drawn := free && o.Delimiter == "" && o.Quote == ""
	if drawn {
		if t := findDrawing(r.head, r.whole); t != nil {
			return openDrawn(ctx, r, t, d, o, l)
		}
	}
	ru := rules{lineEnd: "\n", maxColumns: l.MaxColumns, maxCell: int(l.MaxCellBytes),
		maxRow: max(64<<20, 4*int(l.MaxCellBytes))}
	from := 0
	if o.SkipRows != nil {
		from = skipLines(r.head, *o.SkipRows)
		for n := 4 * headSize; from < 0 && !r.ended() && n <= ru.maxRow; n *= 4 {
			if err := r.readHead(n); err != nil {
				return nil, err
			}
			from = skipLines(r.head, *o.SkipRows)
		}
		if from < 0 {
			from = len(r.head)
		}
	}
	if o.SkipRows == nil && o.Delimiter == "" {
		if delim, n := sepLine(r.head); n > 0 {
			o.Delimiter, from = delim, n
		}
	}
	v, ru, open := sniff(r.head[from:], r.whole, o, ru)
	for most := ru.maxCell + headSize; open && !r.ended() && len(r.head) < most; {
		if err := r.readHead(min(4*len(r.head), most)); err != nil {
			return nil, err
		}
		v, ru, open = sniff(r.head[from:], r.whole, o, ru)
	}
	if drawn && (v.delim == "" || v.delim == " " && v.consistency < 0.99) {
		if t := findGutters(r.head, r.whole); t != nil {
			return openDrawn(ctx, r, t, d, o, l)
		}
	}
	s := &csvScanner{in: r, dialect: d, rules: v.rules(ru), segmentBytes: l.SegmentBytes, footer: math.MaxInt64}
	s.rules.expected = 1
	s.rules.stray = o.Quote == "" && v.quote == noByte
	s.rules.lineEnd = s.rules.lineEndOf(r.head[from:])
	s.dialect.Delimiter, s.dialect.Quote, s.dialect.Confidence = v.delim, printable(s.rules.quote), v.sure
	s.dialect.Escape, s.dialect.Comment = printable(s.rules.escape), string(ru.comment)
	if sure := d.EncodingConfidence; sure > 0 && sure < doubtful {
		s.faults.list = append(s.faults.list, Problem{Code: "encoding_uncertain", Count: 1,
			Message: "The encoding is not sure: the few characters that tell read best as " + d.Encoding + "."})
	}
	if v.sure < doubtful {
		s.faults.list = append(s.faults.list, Problem{Code: "dialect_uncertain", Message: v.doubt(), Count: 1})
	}
	if v.delim == "" && bytes.IndexByte(r.head[from:], ',') < 0 { // should one come later, it separates
		s.rules.delim, s.rules.undivided = []byte{','}, false
		s.dialect.Delimiter = ","
	}
	if starts, tables := findTables(r.head, r.whole, r.text.size(), s.rules); tables != nil && free && from == 0 {
		if !r.part {
			return openOne(ctx, r, starts, tables, s, o, l)
		}
		s.faults.addMany("more_tables", 0, starts[1]+r.mark, int64(len(tables)-1))
	}
	if !r.part {
		if err := r.only("", o); err != nil {
			return nil, err
		}
	}
	if err := s.readHeader(from, o); err != nil {
		return nil, err
	}
	if at, n := s.findFooter(); n > 0 {
		s.footer, s.dialect.FooterRows = at, n
	}
	_, random := r.text.(fileText)
	s.late = !r.whole && !random
	r.head = nil // may be large, and is not needed any more
	return s, nil
}

// openDrawn reads a table that was printed for people.
func openDrawn(ctx context.Context, r *input, t *drawing, d Dialect, o Options, l Limits) (Scanner, error) {
	if err := r.redraw(ctx, t); err != nil {
		return nil, err
	}
	scanner, err := openCSV(ctx, r, d, t.options(o), l)
	if err != nil {
		return nil, err
	}
	s := scanner.(*csvScanner)
	s.dialect.Delimiter, s.dialect.SkipRows, s.dialect.Confidence = t.delimiter(), int64(t.first), 0.9
	s.faults.add("drawn_table", 0, 0)
	return s, nil
}

// ended tells whether there is no text behind head.
func (r *input) ended() bool { return r.whole || r.stop != nil }

// readHeader reads the rows of the head and sets what depends on them.
func (s *csvScanner) readHeader(from int, o Options) error {
	r := s.in
	const rows = 1000
	for n := 4 * max(headSize, len(r.head)); ; n *= 4 {
		x := newExact(s.rules, r.head)
		x.eof = r.whole
		starts, p := []int{from}, from
		gaps := map[int]bool{} // rows behind blank lines
		var faults [][]fault   // of each row
		var comments []int     // where they begin
		for p < len(r.head) && x.count() < rows {
			next, left := x.row(p)
			if next == more {
				break
			}
			if left == "" {
				starts = append(starts, next)
				faults = append(faults, slices.Clone(x.faults))
			} else {
				starts[len(starts)-1] = next
				gaps[x.count()] = gaps[x.count()] || left == "blank_lines"
				if left == "comment_lines" {
					comments = append(comments, p)
				}
			}
			p = next
		}
		if x.broken != nil && x.count() == 0 {
			e := *x.broken
			t := csvTokeniser{rules: s.rules}
			err := t.explain(&e)
			e.Row = -1 // the header is no row
			return err
		}
		if x.count() == 0 && !r.ended() && n <= s.rules.maxRow { // a first row longer than the head
			if err := r.readHead(n); err != nil {
				return err
			}
			continue
		}
		if x.count() == 0 && r.stop != nil {
			return r.stop
		}
		if x.count() == 0 || len(bytes.TrimSpace(r.head[from:])) == 0 && r.whole {
			return emptyFile("The file holds nothing but blank lines.")
		}
		if row := s.settle(x.cells, starts, gaps, o); row >= 0 {
			s.headerFaults(faults[row], r.head[starts[row]:starts[row+1]], starts[row])
		}
		for _, at := range comments {
			if int64(at) < s.start {
				s.faults.add("comment_lines", 0, int64(at)+s.in.mark)
			}
		}
		return nil
	}
}

// oneLine is the line that a row of so many cells takes, nil if it takes several.
func (s *csvScanner) oneLine(text []byte, cells int) []byte {
	line, _, _ := bytes.Cut(text, []byte("\n"))
	line, _, _ = bytes.Cut(line, []byte("\r"))
	x := newExact(s.rules, line)
	x.eof = true
	if x.row(0); x.count() != 1 || x.length(0) != cells || len(x.faults) > 0 {
		return nil
	}
	return slices.Clone(line)
}

// headerFaults takes what is wrong with the header row, whose text begins at
// an offset.
func (s *csvScanner) headerFaults(found []fault, text []byte, start int) {
	for _, f := range found {
		s.faults.add(f.code, 0, int64(f.at)+s.in.mark)
	}
	if k := bytes.IndexByte(text, 0); k >= 0 {
		s.faults.addMany("nul_bytes", 0, int64(start+k)+s.in.mark, int64(bytes.Count(text, []byte{0})))
	}
	if !utf8.Valid(text) {
		at := int64(start+validPrefix(text)) + s.in.mark
		_, n := appendValid(nil, text)
		s.faults.addMany("invalid_utf8", 0, at, int64(n))
	}
}

// settle decides about preamble and header, and answers with the row that is
// the header, or -1.
func (s *csvScanner) settle(c *cells, starts []int, gaps map[int]bool, o Options) (header int) {
	free, before := o.SkipRows == nil, 0
	if rule := c.ruleRow(); rule > 0 && o.Header != "no" && (rule == 1 || free) {
		s.faults.add("rule_row", 0, int64(starts[rule])+s.in.mark)
		before = rule - 1
		c, starts = c.without(rule), slices.Concat(starts[before:rule], starts[rule+1:])
		o.Header, free = "yes", false
	}
	h := sniffHead(c, gaps, o, free)
	s.rules.expected = h.expected
	s.rules.single = h.width <= 1
	s.dialect.Header = h.header
	s.start = int64(starts[h.skip])
	s.dialect.SkipRows = int64(countLines(s.in.head[:s.start]))
	if o.SkipRows != nil {
		s.dialect.SkipRows = *o.SkipRows
	}
	header = -1
	var names [][]byte
	switch {
	case h.names > 1:
		names = joinNames(c, h.skip, h.names, h.width)
	case h.names == 1:
		header = before + h.skip
		for k := c.rows[h.skip]; k < c.rows[h.skip+1]; k++ {
			names = append(names, c.cell(int(k)))
		}
		if h.sure && h.width > 1 {
			s.rules.repeat = s.oneLine(s.in.head[s.start:starts[h.skip+1]], c.length(h.skip))
		}
	case s.rules.comment != nil && h.skip == 0 && o.Header == "":
		if names = namesInComment(s.in.head, starts[0], s.rules, h.width); names != nil {
			s.dialect.Header, h.header = true, true
			if o.SkipRows == nil { // a number that was given is told as it was given
				s.dialect.SkipRows--
			}
		}
	}
	s.dialect.HeaderRows = h.names
	if names != nil {
		s.dialect.HeaderRows = max(h.names, 1)
	}
	if first := h.skip + h.names; h.units {
		s.start = int64(starts[first+1])
		s.faults.add("unit_row", 0, int64(starts[first])+s.in.mark)
	} else if h.names > 0 {
		s.start = int64(starts[first])
	}
	for i := range h.width {
		var name []byte
		if i < len(names) {
			name = names[i]
		}
		s.names.add(string(bytes.ToValidUTF8(name, []byte("\uFFFD"))), h.header && i < len(names), &s.faults)
	}
	s.plan = newPlan(len(s.names.list))
	s.block = blockSize * widthFactor(len(s.names.list))
	if s.segmentBytes > 0 {
		s.plan.unit, s.block = s.segmentBytes, s.segmentBytes/3+1
	}
	return header
}

func (s *csvScanner) Dialect() Dialect { return s.dialect }

// Tables implements Tabler.
func (s *csvScanner) Tables() []Table { return s.tables }

func (s *csvScanner) Columns() []string { return s.names.list }

func (s *csvScanner) Close() error {
	s.in.close()
	return nil
}

func (s *csvScanner) Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	width := len(s.names.list)
	run := segments{
		text: s.in.text, plan: s.plan, mark: s.in.mark, start: s.start, workers: workers, newSink: newSink, trailing: s.in.trailing,
		newTokeniser: func() tokeniser {
			return &csvTokeniser{rules: s.rules, text: s.in.text, width: width, size: s.block, block: newBlock(s.rules), footer: s.footer, late: s.late}
		},
		accept: func(p parsed) []string {
			for _, f := range p.problems {
				if s.late && f.Code == "footer_rows" {
					s.dialect.FooterRows += int(f.Count)
				}
			}
			for len(s.names.list) < p.width {
				s.names.add("", false, &s.faults)
			}
			return s.names.list
		},
		done: func(seg Segment, sink Sink) error {
			if seg.Index == 0 {
				seg.Problems = append(s.faults.list, seg.Problems...)
			}
			return done(seg, sink)
		},
	}
	return run.run(ctx)
}

// lineEndOf is how the first rows of a text mostly end. Line ends inside quotes
// do not count: they are often of another kind.
func (r rules) lineEndOf(text []byte) string {
	text = text[:min(len(text), 4*headSize)]
	x := newExact(r, text)
	lf, crlf, cr := 0, 0, 0
	for p := 0; p < len(text) && lf+crlf+cr < sniffLines; {
		next, _ := x.row(p)
		if next == more {
			break
		}
		switch {
		case text[next-1] == '\r':
			cr++
		case next > 1 && text[next-2] == '\r':
			crlf++
		default:
			lf++
		}
		p = next
	}
	if lf+crlf+cr == 0 { // a row longer than all this, and its end is in sight
		k := bytes.IndexAny(text, "\r\n")
		switch {
		case k < 0 || text[k] == '\n':
		case k+1 < len(text) && text[k+1] == '\n':
			return "\r\n"
		default:
			return "\r"
		}
	}
	switch {
	case crlf > 0 && crlf >= lf && crlf >= cr:
		return "\r\n"
	case cr > lf:
		return "\r"
	}
	return "\n"
}

// sepLine recognises the first line by which spreadsheets tell each other the
// delimiter ("sep=;"), and answers with its length.
func sepLine(head []byte) (delim string, n int) {
	end := bytes.IndexAny(head[:min(len(head), 16)], "\r\n")
	if end < 0 {
		return "", 0
	}
	line := bytes.Trim(head[:end], `"`)
	if len(line) != 5 || !bytes.EqualFold(line[:4], []byte("sep=")) {
		return "", 0
	}
	n = skipLines(head, 1)
	return string(line[4:]), n
}

// skipLines is the offset behind n lines, -1 if text has not as many.
func skipLines(text []byte, n int64) int {
	at := 0
	for ; n > 0; n-- {
		k := bytes.IndexAny(text[at:], "\r\n")
		if k < 0 {
			return -1
		}
		at += k + 1
		if text[at-1] == '\r' && at < len(text) && text[at] == '\n' {
			at++
		}
	}
	return at
}

func countLines(text []byte) int {
	return bytes.Count(text, []byte("\n")) + bytes.Count(text, []byte("\r")) - bytes.Count(text, []byte("\r\n"))
}

func printable(c byte) string {
	if c == noByte {
		return ""
	}
	return string(rune(c))
}
