package column

import (
	"math"
	"strconv"
	"unsafe"
)

// longestMarked bounds the numbers that are read with marks: 18 digits, as
// many signs and separators as they may have.
const longestMarked = 48

// Separators between groups of digits, in the low byte of a number's format.
const (
	groupNone = iota
	groupComma
	groupPoint
	groupApostrophe
	groupSpace
	groupMarks
)

// amount is a number while its signs are taken off.
type amount struct {
	digits            []byte // with their separators
	unit              uint8  // of the table of currencies, from 1
	negative, percent bool
	signed            bool // + - or parentheses
	behind            bool // a minus at the end
}

// parseMarked reads numbers as people write them: with separators between
// groups of digits, a decimal comma, a currency, a percent sign, a minus
// behind or parentheses around a negative amount. What the comma means may be
// open (see class.either): the column decides.
func parseMarked(s []byte, v *value) bool {
	if len(s) > longestMarked || !maybeMarked(s) {
		return false
	}
	a := amount{digits: s}
	if !a.front() || !a.back() || a.percent && a.unit > 0 {
		return false
	}
	return a.read(v, a.unit > 0 || a.percent || len(a.digits) < len(s) && !a.behind)
}

// maybeMarked sorts out quickly what is none, dates above all.
func maybeMarked(s []byte) bool {
	const longestCode = 4 // letters of a currency
	n := len(s)
	end := n
	for end > 0 && letter(s[end-1]) && n-end <= longestCode {
		end--
	}
	if n-end > longestCode || end == 0 {
		return false
	}
	if letter(s[0]) {
		return end == n // a currency stands on one side only
	}
	if s[0]-'0' >= 10 {
		return n > 1
	}
	for _, c := range s {
		if c-'0' < 10 {
			continue
		}
		return c == ',' || c == '.' || c == '\'' || c == ' ' || c == '%' || c == '$' || c >= 0x80 || letter(c)
	}
	return false
}

// front takes off what stands before the digits.
func (a *amount) front() bool {
	for range 5 {
		s := a.digits
		if len(s) == 0 {
			return false
		}
		switch c := s[0]; {
		case c-'0' < 10, (c == '.' || c == ',') && len(s) > 1 && s[1]-'0' < 10:
			return true
		case c == '-' || c == '+':
			if a.signed {
				return false
			}
			a.signed, a.negative, s = true, c == '-', s[1:]
		case len(s) > 3 && string(s[:3]) == "−":
			if a.signed {
				return false
			}
			a.signed, a.negative, s = true, true, s[3:]
		case c == '(' && s[len(s)-1] == ')' && !a.signed:
			a.signed, a.negative, s = true, true, s[1:len(s)-1]
		case a.unit > 0:
			return false
		default:
			n := 0
			if a.unit, n = currencyAt(s); n == 0 {
				return false
			}
			s = s[n:]
		}
		a.digits = trimWide(s)
	}
	return false
}

// back takes off what stands behind the digits.
func (a *amount) back() bool {
	for range 4 {
		s := a.digits
		n := len(s)
		if n == 0 {
			return false
		}
		switch c := s[n-1]; {
		case c-'0' < 10:
			return true
		case c == '.' && s[0]-'0' < 10 && (a.unit > 0 || a.percent) && onlyDigits(s[:n-1]):
			return true
		case c == '%' && !a.percent:
			a.percent, s = true, s[:n-1]
		case c == '-' && n > 2 && (s[n-2] == ',' || s[n-2] == '.' || s[n-2] == '/'): // 149,- and 149/-
			s = s[:n-2]
		case c == '-' && !a.signed:
			a.signed, a.negative, a.behind, s = true, true, true, s[:n-1]
		case a.unit > 0:
			return false
		default:
			if a.unit, n = currencyBefore(s); n == 0 {
				return false
			}
			s = s[:n]
		}
		a.digits = trimWide(s)
	}
	return false
}

// trimWide takes off the spaces of typography too.
func trimWide(s []byte) []byte {
	for {
		s = trim(s)
		n := len(s)
		switch {
		case n > 3 && wideSpace(s):
			s = s[3:]
		case n > 3 && wideSpace(s[n-3:]):
			s = s[:n-3]
		default:
			return s
		}
	}
}

// wideSpace knows the thin (U+2009) and narrow no-break space (U+202F), and
// the figure space (U+2007).
func wideSpace(s []byte) bool {
	return len(s) >= 3 && s[0] == 0xe2 && s[1] == 0x80 && (s[2] == 0x89 || s[2] == 0xaf || s[2] == 0x87)
}

// separatorAt reads a mark between digits, and how many bytes it takes.
func separatorAt(s []byte) (mark byte, n int) {
	switch {
	case s[0] == ',' || s[0] == '.' || s[0] == '\'' || s[0] == ' ':
		return s[0], 1
	case len(s) > 1 && s[0] == 0xc2 && s[1] == 0xa0, len(s) > 1 && s[0] == 0xc2 && s[1] == 0xb4:
		return map[byte]byte{0xa0: ' ', 0xb4: '\''}[s[1]], 2
	case wideSpace(s):
		return ' ', 3
	case len(s) > 2 && string(s[:3]) == "’":
		return '\'', 3
	}
	return 0, 0
}

// runs are the digits between separators.
type runs struct {
	marks   [12]byte
	lengths [13]int
	n       int // marks
	digits  [longestMarked]byte
	total   int // digits
}

func (r *runs) of(s []byte) (rest []byte, ok bool) {
	for len(s) > 0 {
		if s[0]-'0' < 10 {
			r.digits[r.total] = s[0]
			r.total++
			r.lengths[r.n]++
			s = s[1:]
			continue
		}
		mark, size := separatorAt(s)
		if size == 0 {
			return s, true
		}
		if r.n == len(r.marks) {
			return nil, false
		}
		r.marks[r.n] = mark
		r.n++
		s = s[size:]
	}
	return nil, true
}

// grouped tells whether the first k marks are the same and stand before groups
// of three digits, or as in India of two and at last three.
func (r *runs) grouped(k int) bool {
	if r.lengths[0] < 1 || r.lengths[0] > 3 || r.lengths[k] != 3 || r.digits[0] == '0' {
		return false
	}
	size := r.lengths[1]
	for i := 1; i < k; i++ {
		if r.marks[i] != r.marks[0] || r.lengths[i] != size {
			return false
		}
	}
	return size == 3 || size == 2 && k > 1 && r.marks[0] == ',' && r.lengths[0] <= 2
}

// read tells what the digits and separators say. Without any sign around them
// they need a separator.
func (a *amount) read(v *value, dressed bool) bool {
	var r runs
	rest, ok := r.of(a.digits)
	if !ok || r.total == 0 || r.lengths[0] > 1 && r.digits[0] == '0' {
		return false
	}
	k, fraction, group := r.n, 0, byte(0)
	class := classText
	switch last := r.marks[max(0, k-1)]; {
	case k == 0:
		if !dressed {
			return false
		}
		class = classMarkedInt
	case k == 1 && r.grouped(1):
		group = last
		switch last {
		case '.':
			class, fraction = classTriple, 3
		case ',':
			class = classTripleMark
		default:
			class = classMarkedInt
		}
	case k > 1 && r.grouped(k):
		group = last
		if class = wholeOf(last); class == classCommaInt && k == 3 && r.address() {
			return false
		}
	case (last == '.' || last == ',') && (k == 1 || r.marks[0] != last && r.grouped(k-1)):
		class, fraction = classPointDec, r.lengths[k]
		if last == ',' {
			class = classCommaDec
		}
		if k > 1 {
			group = r.marks[0]
		}
		if fraction == 0 && (last == ',' || !dressed) {
			return false
		}
	default:
		return false
	}
	exponent := 0
	if len(rest) > 0 { // 1,5E+03
		if exponent, ok = shortExponent(rest); !ok || class != classCommaDec && class != classTripleMark {
			return false
		}
		class, fraction = classCommaDec, r.lengths[k]
	}
	if r.total > 18 && class != classPointDec && class != classCommaDec {
		return false
	}
	v.class = class
	v.format = uint16(a.unit)<<8 | groupCode(group)
	if a.percent {
		v.flags |= flagPercent
	}
	v.scale = int8(max(0, min(127, fraction-exponent)))
	r.number(v, fraction, exponent, a.negative)
	return true
}

func wholeOf(mark byte) class {
	switch mark {
	case '.':
		return classCommaInt
	case ',':
		return classPointInt
	}
	return classMarkedInt
}

func groupCode(mark byte) uint16 {
	switch mark {
	case ',':
		return groupComma
	case '.':
		return groupPoint
	case '\'':
		return groupApostrophe
	case ' ':
		return groupSpace
	}
	return groupNone
}

// address tells whether four numbers between points may be an IP address.
func (r *runs) address() bool {
	at := 0
	for i := range 4 {
		n := 0
		for _, c := range r.digits[at : at+r.lengths[i]] {
			n = n*10 + int(c-'0')
		}
		if n > 255 {
			return false
		}
		at += r.lengths[i]
	}
	return true
}

// shortExponent reads e, maybe a sign, and at most three digits.
func shortExponent(s []byte) (int, bool) {
	if len(s) < 2 || s[0]|0x20 != 'e' {
		return 0, false
	}
	e, err := strconv.Atoi(string(s[1:]))
	return e, err == nil && len(s) <= 5
}

// number works out the value of the digits.
func (r *runs) number(v *value, fraction, exponent int, negative bool) {
	var m uint64
	for _, c := range r.digits[:r.total] {
		m = m*10 + uint64(c-'0')
	}
	switch e := exponent - fraction; {
	case fraction == 0 && exponent == 0 && r.total <= 18:
		v.i, v.f = int64(m), float64(m)
	case r.total <= 18 && m <= 1<<53 && e >= -22 && e <= 22:
		if v.f = float64(m) * powersOfTen[max(e, 0)]; e < 0 {
			v.f = float64(m) / powersOfTen[-e]
		}
	default:
		text := strconv.AppendInt(append(r.digits[:r.total:r.total], 'e'), int64(e), 10)
		v.f, _ = strconv.ParseFloat(unsafe.String(&text[0], len(text)), 64) // within three digits of exponent ±Inf is told apart below
		if math.IsInf(v.f, 0) {
			v.class = classNonfinite
		}
	}
	if v.class == classTriple {
		v.i = int64(m)
	}
	if negative {
		v.i, v.f = -v.i, -v.f
	}
}
