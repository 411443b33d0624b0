package source

import (
	"encoding/binary"
	"errors"
	"fmt"
	"math/bits"
	"unicode/utf8"
)

// jsonParser reads values by the grammar of RFC 8259, no more and no less, and
// puts them as cells into a batch. Texts are unescaped and arrays compacted in
// place, so that cells are ranges of the buffer.
//
// Its methods leave pos behind what they read. They answer false at the first
// fault and leave pos at the wrong byte; fault then says what it is.
type jsonParser struct {
	// buf ends in zero bytes (jsonPadding) behind the text, which stop every loop: zero
	// is allowed nowhere in JSON.
	buf []byte
	n   int // length of the text in buf
	pos int
	// utf8 is how far buf is known to be UTF-8; -1 while nobody asked.
	utf8 int

	limits   Limits
	mostCell int  // bytes
	lines    bool // each line is a row
	batch    jsonBatch
	root     *members // of rows that are objects
	places   *members // of rows that are arrays
	scalar   *member  // of rows that are neither
	names    *jsonNames
	undone   []byte // memory of a text whose escapes are being undone
	index    int    // the segment …
	start    int64  // … and where it began: what names wants to know

	depth      int
	object     uint64 // number of the object under way
	high       bool   // the latest text may be not all ASCII
	halves     int64  // lone surrogates in the row
	duplicates int64  // repeated keys in the row
	added      int    // columns that the row brought
	fault      error  // *Error without Row and Offset, or errNotYet
	expected   string // where fault is nil: what should have stood at pos
	hint       string
}

func newJSONParser(names *jsonNames, limits Limits) *jsonParser {
	return &jsonParser{
		limits: limits, mostCell: int(limits.MaxCellBytes), names: names,
		root: newMembers(""), places: newMembers(""),
		scalar: &member{key: "value", name: "value", column: -1},
	}
}

// jsonPadding is the number of zero bytes behind the text in a buffer.
// Strings are looked at in pieces as long as that.
const jsonPadding = 32

// rowShape is what kind of value a row is.
type rowShape byte

const (
	noShape     rowShape = 0 // null
	objectShape rowShape = '{'
	arrayShape  rowShape = '['
	scalarShape rowShape = 'v'
)

// row reads the value at pos as cells of a row, which endRow or dropRow must
// follow. depth is the number of arrays and objects around it; scalars tells
// whether null has a column of its own, as in a table of scalars.
func (p *jsonParser) row(depth int, scalars bool) (shape rowShape, ok bool) {
	p.depth, p.halves, p.duplicates, p.added = depth, 0, 0, 0
	switch p.buf[p.pos] {
	case '{':
		return objectShape, p.members(p.root, nil)
	case '[':
		return arrayShape, p.elements()
	case 'n':
		if scalars {
			return noShape, p.value(p.scalar)
		}
		return noShape, p.literal("null")
	}
	return scalarShape, p.value(p.scalar)
}

// dropRow forgets the row under way, with the columns that it brought.
func (p *jsonParser) dropRow() {
	p.batch.dropRow()
	if p.added == 0 {
		return
	}
	left := p.names.forget(p.added)
	p.added = 0
	p.root.forget(left)
	p.places.forget(left)
	if p.scalar.column >= left {
		p.scalar.column = -1
	}
}

// space passes over white space, to which the ends of lines belong where rows
// do not end with them.
func (p *jsonParser) space() {
	for {
		switch p.buf[p.pos] {
		case ' ', '\t', '\r':
		case '\n':
			if p.lines {
				return
			}
		default:
			return
		}
		p.pos++
	}
}

// value reads one value into m's column, or into the columns below m.
func (p *jsonParser) value(m *member) bool {
	start, kind := p.pos, Number
	switch c := p.buf[p.pos]; c {
	case '"':
		end, high := plainRun(p.buf, start+1)
		if !high && p.buf[end] == '"' { // as nearly all texts are
			p.pos = end + 1
			return p.set(m, String, start+1, end)
		}
		from, to, ok := p.text()
		if !ok || !p.set(m, String, from, to) {
			return false
		}
		if p.high {
			p.batch.cols[m.column].high = true
		}
		return true
	case '{':
		return p.members(m.members(), m)
	case '[':
		to, ok := p.compact(p.pos)
		if !ok || !p.set(m, JSON, start, to) {
			return false
		}
		p.batch.cols[m.column].high = true // most likely nobody wants to know
		return true
	case 't':
		return p.literal("true") && p.set(m, Bool, start, p.pos)
	case 'f':
		return p.literal("false") && p.set(m, Bool, start, p.pos)
	case 'n':
		return p.literal("null") && p.set(m, Null, 0, 0)
	default:
		return p.number() && p.set(m, kind, start, p.pos)
	}
}

// set makes buf[start:end] the row's cell in m's column.
func (p *jsonParser) set(m *member, kind Kind, start, end int) bool {
	if end-start > p.mostCell || m.column < 0 {
		if ok := p.newColumn(m, kind, start, end); !ok {
			return false
		}
	}
	m.leaf = p.object
	if b := &p.batch; m.column < b.used {
		v, row := &b.cols[m.column], b.rows
		if (v.filled == row || v.filled < row && row < v.clean) && row < len(v.start) && row < len(v.end) && row < len(v.kinds) {
			v.start[row], v.end[row], v.kinds[row] = uint32(start), uint32(end), kind
			v.filled = row + 1
			return true
		}
	}
	if !p.batch.set(m.column, kind, start, end) {
		p.duplicates++ // {"a.b": 1, "a": {"b": 2}}
	}
	return true
}

// newColumn gives m a column, unless the cell is too large for any.
func (p *jsonParser) newColumn(m *member, kind Kind, start, end int) bool {
	if end-start > p.mostCell {
		p.pos = start
		return p.refuse(cellTooLarge(p.limits.MaxCellBytes))
	}
	id, added, err := p.names.id(m.name, p.index, p.start)
	if err != nil {
		if kind != Null { // which has no place of its own
			p.pos = start
		}
		return p.refuse(err)
	}
	if added {
		p.added++
	}
	m.column = id
	return true
}

// members reads the object at pos. owner is the member whose value it is, nil
// for a row.
func (p *jsonParser) members(ms *members, owner *member) bool {
	open := p.pos
	if !p.descend() {
		return false
	}
	p.object++
	object := p.object
	p.pos++
	p.space()
	if p.buf[p.pos] == '}' {
		p.pos++
		p.depth--
		if owner == nil {
			return true
		}
		p.buf[open], p.buf[open+1] = '{', '}'
		return p.set(owner, JSON, open, open+2)
	}
	for expected := 0; ; {
		var m *member
		if expected < len(ms.list) {
			if n, ok := ms.list[expected].stands(p.buf, p.pos); ok {
				m = ms.list[expected]
				p.pos += n
			}
		}
		if m == nil {
			if m = p.key(ms); m == nil {
				return false
			}
		}
		expected = m.index + 1
		if m.seen == object {
			p.duplicates++
			p.clear(m, object)
		}
		m.seen = object
		if p.buf[p.pos] <= ' ' {
			p.space()
		}
		if !p.value(m) {
			return false
		}
		if p.buf[p.pos] <= ' ' {
			p.space()
		}
		switch p.buf[p.pos] {
		case ',':
			if p.pos++; p.buf[p.pos] <= ' ' {
				p.space()
			}
		case '}':
			p.pos++
			p.depth--
			return true
		default:
			return p.wrong("a comma or a closing brace", "")
		}
	}
}

// key reads a key and the colon behind it.
func (p *jsonParser) key(ms *members) *member {
	if p.buf[p.pos] != '"' {
		p.wrong("a key in quotes", "")
		return nil
	}
	start := p.pos + 1
	short := 0 // the length of a key that has a place
	if end, _ := plainRun(p.buf, start); p.buf[end] == '"' && end-start <= 16 {
		short = end - start
		if m := *ms.place((*[16]byte)(p.buf[start:]), short); m != nil && string(p.buf[start:end]) == m.key && p.buf[end+1] == ':' {
			p.pos = end + 2
			return m
		}
	}
	from, to, ok := p.text()
	if !ok {
		return nil
	}
	if int64(to-from) > p.limits.MaxCellBytes {
		p.pos = from
		p.refuse(cellTooLarge(p.limits.MaxCellBytes))
		return nil
	}
	m := ms.find(p.buf[from:to])
	if short > 0 {
		*ms.place((*[16]byte)(p.buf[start:]), short) = m
	}
	p.space()
	if p.buf[p.pos] != ':' {
		p.wrong("a colon after the key", "")
		return nil
	}
	p.pos++
	return m
}

// clear takes back what the row has for a key that comes again in an object:
// the last one counts, as nearly every reader of JSON has it (RFC 8259,
// section 4). Whatever the key set since the object began has the object's
// number or a later one.
func (p *jsonParser) clear(m *member, object uint64) {
	if m.leaf >= object {
		p.batch.clear(m.column)
	}
	if m.inner == nil {
		return
	}
	for _, below := range m.inner.list {
		if below.seen >= object {
			p.clear(below, object)
		}
	}
}

// elements reads the array at pos as a row.
func (p *jsonParser) elements() bool {
	if !p.descend() {
		return false
	}
	p.pos++
	p.space()
	if p.buf[p.pos] == ']' {
		p.pos++
		p.depth--
		return true
	}
	for i := 0; ; i++ {
		if !p.value(p.places.element(i)) {
			return false
		}
		p.space()
		switch p.buf[p.pos] {
		case ',':
			p.pos++
			p.space()
		case ']':
			p.pos++
			p.depth--
			return true
		default:
			return p.wrong("a comma or a closing bracket", "")
		}
	}
}

// compact reads the value at pos and moves it, without white space between its
// tokens, to buf[w:]; w is never behind pos. It answers with the new end.
func (p *jsonParser) compact(w int) (end int, ok bool) {
	start := p.pos
	switch p.buf[p.pos] {
	case '"':
		ok = p.rawText()
	case '{', '[':
		return p.compactNested(w)
	case 't':
		ok = p.literal("true")
	case 'f':
		ok = p.literal("false")
	case 'n':
		ok = p.literal("null")
	default:
		ok = p.number()
	}
	if !ok {
		return 0, false
	}
	if w != start {
		copy(p.buf[w:], p.buf[start:p.pos])
	}
	return w + p.pos - start, true
}

func (p *jsonParser) compactNested(w int) (end int, ok bool) {
	open := p.buf[p.pos]
	closing := open + 2 // as ASCII has it: [ ] and { }
	if !p.descend() {
		return 0, false
	}
	p.buf[w] = open
	w++
	p.pos++
	p.space()
	if p.buf[p.pos] == closing {
		p.buf[w] = closing
		p.pos++
		p.depth--
		return w + 1, true
	}
	for {
		if open == '{' {
			if p.buf[p.pos] != '"' {
				return 0, p.wrong("a key in quotes", "")
			}
			if w, ok = p.compact(w); !ok {
				return 0, false
			}
			p.space()
			if p.buf[p.pos] != ':' {
				return 0, p.wrong("a colon after the key", "")
			}
			p.buf[w] = ':'
			w++
			p.pos++
			p.space()
		}
		if w, ok = p.compact(w); !ok {
			return 0, false
		}
		p.space()
		c := p.buf[p.pos]
		if c != ',' && c != closing {
			if open == '{' {
				return 0, p.wrong("a comma or a closing brace", "")
			}
			return 0, p.wrong("a comma or a closing bracket", "")
		}
		p.buf[w] = c
		w++
		p.pos++
		if c == closing {
			p.depth--
			return w, true
		}
		p.space()
	}
}

func (p *jsonParser) literal(word string) bool {
	if to := p.pos + len(word); to <= len(p.buf) && string(p.buf[p.pos:to]) == word {
		p.pos = to
		return true
	}
	for i := range len(word) {
		if p.buf[p.pos] != word[i] {
			return p.wrong(word, "")
		}
		p.pos++
	}
	return true
}

func (p *jsonParser) number() bool {
	i := p.pos
	if p.buf[i] == '-' {
		i++
	}
	w := binary.LittleEndian.Uint64(p.buf[i:])
	n := leadingDigits(w)
	if n == 0 {
		p.pos = i
		return p.wrong("a value", "")
	}
	if byte(w) == '0' {
		n = 1
	}
	if p.pos = i + n; n == 8 {
		p.digits()
	}
	if p.buf[p.pos] == '.' {
		p.pos++
		if !p.digits() {
			return p.wrong("a digit", "")
		}
	}
	if c := p.buf[p.pos]; c == 'e' || c == 'E' {
		p.pos++
		if c := p.buf[p.pos]; c == '+' || c == '-' {
			p.pos++
		}
		if !p.digits() {
			return p.wrong("a digit", "")
		}
	}
	return true
}

func (p *jsonParser) digits() bool {
	from := p.pos
	for {
		n := leadingDigits(binary.LittleEndian.Uint64(p.buf[p.pos:]))
		if p.pos += n; n < 8 {
			return p.pos > from
		}
	}
}

// leadingDigits is how many of the bytes of w, from the lowest on, are digits.
func leadingDigits(w uint64) int {
	w ^= ones * '0' // now 0 to 9
	return bits.TrailingZeros64((w&lowSeven+ones*(0x80-10)|w)&highs) >> 3
}

func (p *jsonParser) descend() bool {
	p.depth++
	if p.depth > p.limits.MaxDepth {
		return p.refuse(&Error{Code: "nesting_too_deep",
			Message: fmt.Sprintf("Arrays and objects are nested more than %d levels deep.", p.limits.MaxDepth),
			Hint:    "Flatten the data, or raise the limit of the depth."})
	}
	return true
}

func (p *jsonParser) wrong(expected, hint string) bool {
	p.fault, p.expected, p.hint = nil, expected, hint
	return false
}

func (p *jsonParser) refuse(err error) bool {
	p.fault = err
	return false
}

// incomplete tells whether the fault is only that the text of the buffer ends,
// maybe in the middle of a character.
func (p *jsonParser) incomplete() bool {
	return p.fault == nil && !utf8.FullRune(p.buf[p.pos:max(p.pos, p.n)])
}

// err makes the fault an error; row is 1-based, offset that of buf[0].
func (p *jsonParser) err(row, offset int64) error {
	if p.fault != nil {
		var e *Error
		if !errors.As(p.fault, &e) {
			return p.fault
		}
		located := *e
		located.Row, located.Offset = row, offset+int64(p.pos)
		return &located
	}
	hint := p.hint
	if hint == "" {
		hint = "Check how the file was written: JSON allows no comments, no trailing commas and no single quotes."
	}
	return &Error{Code: "invalid_json", Row: row, Offset: offset + int64(p.pos), Hint: hint,
		Message: fmt.Sprintf("This is not valid JSON: %s stands where %s was expected.", p.here(), p.expected)}
}

// here names the character at pos.
func (p *jsonParser) here() string {
	if p.pos >= p.n {
		return "the end of the line"
	}
	r, size := utf8.DecodeRune(p.buf[p.pos:p.n])
	if r == utf8.RuneError && size <= 1 {
		return fmt.Sprintf("the byte 0x%02X", p.buf[p.pos])
	}
	return nameOf(r)
}

func cellTooLarge(most int64) *Error {
	return &Error{Code: "cell_too_large", Row: -1, Offset: -1,
		Message: fmt.Sprintf("A value is larger than %s.", sizeOf(most)),
		Hint:    "Take this value out of the file, or raise the limit of a cell's size."}
}

func truncatedJSON(row, offset int64) *Error {
	return &Error{Code: "truncated_file", Row: row, Offset: offset,
		Message: "The file ends in the middle of a JSON value.",
		Hint:    "The file was probably cut off while it was written or copied: get it again."}
}
