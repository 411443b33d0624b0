package source

import (
	"bytes"
	"context"
	"fmt"
	"strconv"
	"unicode/utf8"
)

// sheetCell is a cell that is not empty. Its text stands in the block.
type sheetCell struct {
	column     int32
	kind       Kind
	style      cellStyle // of a number, date or time
	start, end uint32
}

// sheetBlock is a run of rows.
type sheetBlock struct {
	data  []byte
	cells []sheetCell
	ends  []uint32 // for each row the index behind its last cell
}

func (b *sheetBlock) reset() { b.data, b.cells, b.ends = b.data[:0], b.cells[:0], b.ends[:0] }

// row answers with the cells of a row.
func (b *sheetBlock) row(i int) []sheetCell {
	from := uint32(0)
	if i > 0 {
		from = b.ends[i-1]
	}
	return b.cells[from:b.ends[i]]
}

const (
	blockCells = 1 << 17
	blockData  = 8 << 20
	// Excel's own limits.
	sheetColumns = 16_384
	sheetRows    = 1_048_576
)

func (b *sheetBlock) full() bool {
	return len(b.cells) >= blockCells || len(b.data) >= blockData || len(b.ends) >= sheetRows
}

// sheetReader reads the rows of a sheet from front to back.
type sheetReader struct {
	book     *workbook
	name     string // of the part
	part     *decompressor
	size     int64 // of the part, unpacked
	x        *xmlReader
	calendar calendar
	skipped  int64 // empty rows in front of the first one
	number   int64 // of the last row, 1-based
	filled   int64 // of the last one with a cell
	begun    bool  // a row with a cell was seen
	ended    bool
	value    []byte
	shared   textBound // of the texts that cells name
	faults   faults
}

// openRows goes to the first row of a sheet.
func (w *workbook) openRows(part string) (*sheetReader, error) {
	in, x, err := w.openPart(part)
	if err != nil {
		return nil, err
	}
	r := &sheetReader{book: w, name: part, part: in, size: int64(w.part(part).UncompressedSize64), x: x, calendar: calendar{from1904: w.date1904},
		shared: newTextBound(w.in.Size, w.limits)}
	for {
		switch x.next() {
		case xmlFault:
			in.close()
			return nil, x.err
		case xmlEnd:
			if x.depth == 0 { // a sheet without cells
				r.ended = true
				return r, nil
			}
		case xmlStart:
			if string(x.name) == "sheetData" {
				return r, nil
			}
		}
	}
}

// fill adds rows to a block until it is full or the sheet ends.
func (r *sheetReader) fill(ctx context.Context, b *sheetBlock, full func(*sheetBlock) bool) error {
	for !r.ended && !full(b) {
		switch r.x.next() {
		case xmlFault:
			return r.x.err
		case xmlEnd:
			if string(r.x.name) == "sheetData" || r.x.depth == 0 {
				return r.finish()
			}
		case xmlStart:
			if string(r.x.name) != "row" {
				if !r.x.leave() {
					return r.x.err
				}
				continue
			}
			if err := r.row(b); err != nil {
				return err
			}
			if len(b.ends)%1024 == 0 && ctx.Err() != nil {
				return ctx.Err()
			}
		}
	}
	return nil
}

// finish reads what stands behind the rows, for the checksum at its end.
func (r *sheetReader) finish() error {
	r.ended = true
	for r.x.pos = r.x.end; r.x.fill(xmlTag); r.x.pos = r.x.end {
	}
	return r.x.err
}

// row reads a row. Empty ones show once a row with cells follows.
func (r *sheetReader) row(b *sheetBlock) error {
	x, number := r.x, r.number+1
	for {
		k, v, ok := x.attr()
		if !ok {
			break
		}
		if len(k) == 1 && k[0] == 'r' {
			if n, err := strconv.ParseInt(string(v), 10, 64); err != nil || n < 1 || n > sheetRows {
				return brokenWorkbook(fmt.Sprintf("a row has the number %q", cut(v)))
			} else if n < number {
				r.faults.add("rows_out_of_order", 0, 0)
			} else {
				number = n
			}
		}
	}
	cells, data := len(b.cells), len(b.data)
	column := int32(-1)
	for depth := x.depth; x.depth >= depth; {
		switch x.next() {
		case xmlFault:
			return x.err
		case xmlStart:
			if string(x.name) != "c" {
				if !x.leave() {
					return x.err
				}
				continue
			}
			if err := r.cell(b, &column); err != nil {
				return err
			}
		}
	}
	if len(b.cells) == cells {
		b.data = b.data[:data]
		if r.number = number; !r.begun { // in front of the table
			r.skipped = number
		}
		return nil
	}
	if r.begun {
		for range number - r.filled - 1 {
			b.ends = append(b.ends, uint32(cells))
		}
	} else {
		r.begun, r.skipped = true, number-1
	}
	b.ends = append(b.ends, uint32(len(b.cells)))
	r.number, r.filled = number, number
	return nil
}

// cell reads a cell; column is that of the one before it.
func (r *sheetReader) cell(b *sheetBlock, column *int32) error {
	x := r.x
	*column++
	style, kind := styleNumber, cellNumber
	for {
		k, v, ok := x.attr()
		if !ok {
			break
		}
		if len(k) != 1 {
			continue
		}
		switch k[0] {
		case 'r':
			if c := columnOf(v); c >= 0 {
				*column = c
			} else {
				return brokenWorkbook(fmt.Sprintf("a cell stands at %q", cut(v)))
			}
		case 's':
			if i, err := strconv.Atoi(string(v)); err == nil && i >= 0 && i < len(r.book.styles) {
				style = r.book.styles[i]
			}
		case 't':
			kind = cellTypeOf(v)
		}
	}
	if *column >= sheetColumns {
		return brokenWorkbook("a row has more than 16,384 cells")
	}
	r.value = r.value[:0]
	formula := false
	for depth := x.depth; x.depth >= depth; {
		switch x.next() {
		case xmlFault:
			return x.err
		case xmlStart:
			var err error
			switch string(x.name) {
			case "v", "t", "is":
				err = r.take(kind)
			case "f":
				formula = true
				fallthrough
			default:
				if !x.leave() {
					err = x.err
				}
			}
			if err != nil {
				return err
			}
		}
	}
	if len(r.value) == 0 {
		if formula && kind != cellString {
			r.faults.add("formulas_without_values", 0, 0)
		}
		return nil
	}
	return r.add(b, *column, kind, style)
}

// take reads the value of the cell, in the element that was begun.
func (r *sheetReader) take(kind cellType) (err error) {
	x := r.x
	if kind == cellInline {
		r.value, err = x.richText(r.value)
		return err
	}
	for depth := x.depth; x.depth >= depth; {
		switch x.next() {
		case xmlFault:
			return x.err
		case xmlText:
			if r.value = append(r.value, x.text...); len(r.value) > x.longest {
				return cellTooLarge(int64(x.longest))
			}
		}
	}
	return nil
}

type cellType uint8

const (
	cellNumber cellType = iota
	cellShared
	cellInline
	cellString // of a formula
	cellBool
	cellError
	cellDate // ISO 8601
)

func cellTypeOf(t []byte) cellType {
	switch string(t) {
	case "s":
		return cellShared
	case "inlineStr":
		return cellInline
	case "str":
		return cellString
	case "b":
		return cellBool
	case "e":
		return cellError
	case "d":
		return cellDate
	}
	return cellNumber
}

// add gives the cell its text and kind.
func (r *sheetReader) add(b *sheetBlock, column int32, kind cellType, style cellStyle) error {
	c := sheetCell{column: column, start: uint32(len(b.data))}
	ok := true
	switch kind {
	case cellNumber:
		s := bytes.TrimSpace(r.value)
		if len(s) == 0 {
			return nil
		}
		if style >= styleDate {
			if b.data, ok = r.calendar.appendTime(b.data, s, style); ok {
				c.style = style
				break
			}
		}
		if b.data, ok = appendNumber(b.data, s); ok {
			c.kind, c.style = Number, style
		} else {
			b.data = r.appendText(b.data, s)
		}
	case cellBool:
		c.kind = Bool
		b.data = strconv.AppendBool(b.data, truth(string(bytes.TrimSpace(r.value))))
	case cellShared:
		i, err := strconv.Atoi(string(bytes.TrimSpace(r.value)))
		if err != nil {
			return brokenWorkbook(fmt.Sprintf("a cell names the shared text %q", cut(r.value)))
		}
		if b.data, ok, err = r.book.strings.get(b.data, i); err != nil {
			return err
		}
		if !ok {
			return brokenWorkbook(fmt.Sprintf("a cell names the shared text %s of %s", thousands(int64(i)), thousands(int64(len(r.book.strings.ends)))))
		}
		if err := r.shared.add(int64(len(b.data)) - int64(c.start)); err != nil {
			return err
		}
		b.data, c.kind = r.asText(b.data, c.start)
	case cellInline:
		b.data = append(b.data, r.value...)
		b.data, c.kind = r.asText(b.data, c.start)
	case cellString:
		b.data = appendUnescaped(b.data, r.value)
		b.data, c.kind = r.asText(b.data, c.start)
	case cellDate:
		b.data = r.appendText(b.data, withoutZone(bytes.TrimSpace(r.value), style))
	default:
		b.data = r.appendText(b.data, bytes.TrimSpace(r.value))
	}
	if c.end = uint32(len(b.data)); c.end == c.start {
		return nil
	}
	b.cells = append(b.cells, c)
	return nil
}

// asText makes what was appended from an offset on valid text. What looks like
// a number is a String, which stays text.
func (r *sheetReader) asText(data []byte, from uint32) ([]byte, Kind) {
	s := data[from:]
	if !utf8.Valid(s) {
		data = append(data[:from], r.valid(s)...)
		s = data[from:]
	}
	if s = bytes.TrimSpace(s); len(s) > 0 && s[0] != 'N' && (isNumber(s) || nonfinite(s)) {
		return data, String
	}
	return data, Raw
}

// nonfinite knows the words that are numbers in a format without types.
func nonfinite(s []byte) bool {
	s = bytes.TrimLeft(s, "+-")
	return len(s) >= 3 && len(s) <= 8 && (s[0] == 'i' || s[0] == 'I') && (bytes.EqualFold(s, []byte("inf")) || bytes.EqualFold(s, []byte("infinity")))
}

func (r *sheetReader) appendText(dst, s []byte) []byte {
	if !utf8.Valid(s) {
		s = r.valid(s)
	}
	return append(dst, s...)
}

func (r *sheetReader) valid(s []byte) []byte {
	r.faults.add("invalid_utf8", 0, 0)
	return bytes.ToValidUTF8(s, []byte("\uFFFD"))
}

// columnOf is the 0-based column of a reference like B12; -1 where it is none.
func columnOf(ref []byte) int32 {
	n := int32(0)
	i := 0
	for ; i < len(ref) && n <= sheetColumns; i++ {
		c := ref[i] &^ 0x20
		if c < 'A' || c > 'Z' {
			break
		}
		n = n*26 + int32(c-'A') + 1
	}
	if n == 0 || n > sheetColumns {
		return -1
	}
	return n - 1
}

// cut shortens what is quoted in a message.
func cut(s []byte) []byte {
	return bytes.ToValidUTF8(s[:min(len(s), 32)], []byte("\uFFFD"))
}
