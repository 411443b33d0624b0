package column

import (
	"encoding/binary"
	"math/bits"
	"unicode/utf8"
)

// shownChars is how much of a value a report shows.
const shownChars = 256

// rowsKept is how many of its first rows a tally knows.
const rowsKept = 10

// tally counts the values of one kind, with the first rows where they stand
// (from 0) and the first of them.
type tally struct {
	count   int64
	rows    [rowsKept]int64 // ascending
	known   int             // of these
	example string
	cut     bool
}

// add counts a value at a row behind all others so far.
func (t *tally) add(row int64, b []byte) {
	if t.known < rowsKept {
		t.rows[t.known] = row
		if t.known == 0 {
			t.example, t.cut = Shown(b)
		}
		t.known++
	}
	t.count++
}

// put counts a value n times of which only the first row is known. Values may
// come in any order.
func (t *tally) put(row, n int64, b []byte) {
	if t.known == rowsKept && row >= t.rows[rowsKept-1] {
		t.count += n
		return
	}
	one := tally{count: n, rows: [rowsKept]int64{row}, known: 1}
	if t.known == 0 || row < t.rows[0] {
		one.example, one.cut = Shown(b)
	}
	t.join(&one)
}

// merge adds a tally of later rows that begin at offset.
func (t *tally) merge(o *tally, offset int64) {
	moved := *o
	for i := range moved.rows[:moved.known] {
		moved.rows[i] += offset
	}
	t.join(&moved)
}

// join adds a tally of the same rows.
func (t *tally) join(o *tally) {
	if t.known == 0 {
		*t = *o
		return
	}
	if o.known > 0 && o.rows[0] < t.rows[0] {
		t.example, t.cut = o.example, o.cut
	}
	a, b := t.rows[:t.known], o.rows[:o.known]
	var all [rowsKept]int64
	n := 0
	for ; n < rowsKept && len(a)+len(b) > 0; n++ {
		if len(b) == 0 || len(a) > 0 && a[0] <= b[0] {
			all[n], a = a[0], a[1:]
		} else {
			all[n], b = b[0], b[1:]
		}
	}
	t.rows, t.known = all, n
	t.count += o.count
}

// firstRows are those known, from 1.
func (t *tally) firstRows() []int64 {
	var rows []int64
	for _, r := range t.rows[:t.known] {
		rows = append(rows, r+1)
	}
	return rows
}

// Shown is what a report shows of a value.
func Shown(b []byte) (s string, cut bool) {
	if len(b) <= shownChars {
		return string(b), false
	}
	n, i := 0, 0
	for i < len(b) && n < shownChars {
		_, size := utf8.DecodeRune(b[i:])
		i += size
		n++
	}
	return string(b[:i]), i < len(b)
}

// chars counts the characters of valid UTF-8.
func chars(b []byte) int {
	n := len(b)
	const high = 0x8080808080808080
	more, i := continuations(b)
	n -= more
	for ; i+8 <= len(b); i += 8 {
		w := binary.LittleEndian.Uint64(b[i:])
		if w&high != 0 { // bytes like 10xxxxxx begin no character
			n -= bits.OnesCount64(w & high &^ (w << 1))
		}
	}
	for ; i < len(b); i++ {
		if b[i]&0xc0 == 0x80 {
			n--
		}
	}
	return n
}
