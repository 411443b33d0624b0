package source

import (
	"context"
	"errors"
	"fmt"
	"slices"
)

// sheetScanner reads one sheet of a workbook.
type sheetScanner struct {
	in      *sheetReader
	dialect Dialect
	sheets  []Table
	limits  Limits

	head  *sheetBlock // the first rows, which were looked at
	start int         // of the data, among them
	rows  bool        // there is a row besides the header

	place  []int32 // column of the table for each of the sheet, -1 for those not met yet
	names  columnNames
	faults faults
	styles []styleCount // of the table's columns

	segments int   // begun
	read     int64 // rows of those that ended
	handed   int64 // rows
	filled   int64 // cells among them
	spanned  int64 // … with the empty ones
	failed   error // what is wrong behind the first rows
}

type styleCount struct{ numbers, percent, currency int64 }

const (
	sheetHeadRows  = 1000
	sheetHeadCells = 1 << 16
)

// openSheet reads the beginning of a sheet and finds its header.
func (w *workbook) openSheet(ctx context.Context, e sheetEntry, o Options) (*sheetScanner, error) {
	in, err := w.openRows(e.part)
	if err != nil {
		return nil, err
	}
	s := &sheetScanner{in: in, sheets: w.tables(), limits: w.limits, head: &sheetBlock{},
		dialect: Dialect{Format: "xlsx", Encoding: "utf-8", Table: e.name, Confidence: 1}}
	if err := s.readHead(ctx, o); err != nil {
		in.part.close()
		return nil, err
	}
	return s, nil
}

// readHead reads the first rows, behind those that are to be skipped.
func (s *sheetScanner) readHead(ctx context.Context, o Options) error {
	enough := func(b *sheetBlock) bool {
		return len(b.ends) >= sheetHeadRows || len(b.cells) >= sheetHeadCells || len(b.data) >= blockData
	}
	for {
		err := s.in.fill(ctx, s.head, enough)
		var broken *Error
		if errors.As(err, &broken) && len(s.head.ends) > 1 { // the scan shows what is before it
			s.failed, err = broken, nil
		}
		if err != nil {
			return err
		}
		skip := int64(0)
		if o.SkipRows != nil {
			skip = *o.SkipRows - s.in.skipped
		}
		if n := int64(len(s.head.ends)); n == 0 || skip < n || s.in.ended || s.failed != nil {
			return s.settle(o, int(max(0, min(skip, n))))
		}
		s.in.skipped += int64(len(s.head.ends))
		s.head.reset()
	}
}

// settle finds the table and its header among the first rows and names the
// columns.
func (s *sheetScanner) settle(o Options, skip int) error {
	b := s.head
	left, right := b.span(0)
	if left > right { // no cells
		return nil
	}
	if right-left+1 > s.limits.MaxColumns {
		return s.tooWide(-1)
	}
	rows := headCells(b, left, right)
	h := s.sheetHead(rows, o, skip)
	s.dialect.Header, s.dialect.SkipRows, s.dialect.HeaderRows = h.header, s.in.skipped+int64(h.skip), h.names
	if o.SkipRows != nil {
		s.dialect.SkipRows = *o.SkipRows
	}
	if s.start = h.skip + h.names; h.units {
		s.start++
		s.faults.add("unit_row", 0, 0)
	}
	if s.in.ended && rows.count() == len(b.ends) && s.start < len(b.ends) {
		s.dialect.FooterRows = b.dropFooter(rows, s.start)
	}
	from, to := b.span(min(h.skip, len(b.ends))) // titles and notes may stand beside the table
	if from > to {
		from, to = left, right
	}
	s.place = slices.Repeat([]int32{-1}, sheetColumns)
	names := joinNames(rows, h.skip, h.names, right-left+1)
	for c := from; c <= to; c++ {
		s.place[c] = int32(c - from)
		s.addName(string(names[c-left]), h.header)
	}
	s.rows = s.start < len(b.ends)
	return nil
}

// span is the first and the last column with a cell, from a row on.
func (b *sheetBlock) span(row int) (left, right int) {
	left, right = sheetColumns, -1
	for i := row; i < len(b.ends); i++ {
		for _, c := range b.row(i) {
			left, right = min(left, int(c.column)), max(right, int(c.column))
		}
	}
	return left, right
}

func (s *sheetScanner) addName(name string, written bool) {
	s.names.add(name, written, &s.faults)
	s.styles = append(s.styles, styleCount{})
}

func (s *sheetScanner) tooWide(row int64) error {
	return &Error{Code: "too_many_columns", Row: row, Offset: -1,
		Message: fmt.Sprintf("The sheet has more than %s columns.", thousands(int64(s.limits.MaxColumns))),
		Hint:    "Take out cells that stand far beside the table, or raise the limit of columns."}
}

func (s *sheetScanner) Dialect() Dialect  { return s.dialect }
func (s *sheetScanner) Columns() []string { return slices.Clip(s.names.list) }
func (s *sheetScanner) Tables() []Table   { return s.sheets }

func (s *sheetScanner) Close() error {
	s.in.part.close()
	s.in.book.close()
	return nil
}

// Semantics implements Declarer: what the number formats of most numbers say.
func (s *sheetScanner) Semantics() []string {
	all := make([]string, len(s.styles))
	for i, c := range s.styles {
		switch {
		case 2*c.percent > c.numbers:
			all[i] = "percent"
		case 2*c.currency > c.numbers:
			all[i] = "currency"
		}
	}
	return all
}

// widen gives the columns of a block their places in the table: those that
// the first rows do not have follow behind, also where they stand in front.
func (s *sheetScanner) widen(b *sheetBlock, from int) error {
	if from < len(b.ends) {
		b.cells = b.cells[:b.ends[len(b.ends)-1]] // the rest is of a row that broke off
	}
	own := false
	for i := from; i < len(b.ends); i++ {
		for _, c := range b.row(i) {
			p := s.place[c.column]
			if p < 0 {
				if !own { // blocks on their way have the old ones
					s.place, own = slices.Clone(s.place), true
				}
				if err := s.newColumns(c.column, s.handed+int64(i-from)+1); err != nil {
					return err
				}
				p = s.place[c.column]
			}
			if c.kind == Number {
				s.styles[p].add(c.style)
			}
		}
	}
	s.filled += int64(len(b.cells))
	s.spanned += int64(len(b.ends)-from) * int64(len(s.names.list))
	if s.spanned > 200_000_000 && s.spanned/1000 > s.filled {
		return &Error{Code: "sheet_too_sparse", Row: s.handed + 1, Offset: -1,
			Message: "The sheet is almost empty: cells far apart span hundreds of millions of empty ones.",
			Hint:    "Delete the cells that stand far below or beside the table."}
	}
	return nil
}

// newColumns adds a column, and the empty ones between it and those before it.
func (s *sheetScanner) newColumns(column int32, row int64) error {
	first := column
	for first > 0 && s.place[first-1] < 0 {
		first--
	}
	if first == 0 { // in front of the table
		first = column
	}
	for ; first <= column; first++ {
		if len(s.names.list) >= s.limits.MaxColumns {
			return s.tooWide(row)
		}
		s.place[first] = int32(len(s.names.list))
		s.addName("", false)
	}
	return nil
}

func (c *styleCount) add(style cellStyle) {
	c.numbers++
	switch style {
	case stylePercent:
		c.percent++
	case styleCurrency:
		c.currency++
	}
}
