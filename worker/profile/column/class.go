// Package column profiles one column: it takes the cells of a segment into a
// Partial, merges the partials of all segments in order, and then decides,
// knowing the whole column, what its type is and says so in a report.Column.
//
// A column starts with a dictionary: each different value is held once with
// its count, and everything else is worked out once a value, exactly. Past the
// Budget it falls back to a stream of sketches.
package column

import "assay/worker/profile/source"

// class is what one value looks like by itself. The column decides later what
// that makes of it: "NA" is a null among numbers and Namibia among countries.
type class uint8

const (
	classText       class = iota
	classInteger          // fits 64 bits
	classBig              // an integer that does not
	classDecimal          // with a point or an exponent
	classTriple           // 1.234: a decimal, or an integer where the comma is the decimal mark
	classTripleMark       // 1,234: an integer, or a decimal where the comma is the decimal mark
	classMarkedInt        // 1 234, $5, 12 %, (5): an integer either way
	classPointInt         // 1,234,567: an integer where the point is the decimal mark
	classPointDec         // 1,234.5, $5.50: a decimal there
	classCommaInt         // 1.234.567: an integer where the comma is the decimal mark
	classCommaDec         // 3,14, 1.234,5: a decimal there
	classNonfinite        // infinities
	classPadded           // digits behind a leading zero: a code
	classDialled          // + and at least ten digits: a telephone number
	classTruth            // true false yes no on off
	classLetter           // t f y n
	classDate
	classTime
	classDatetime
	classDuration
	classJSON
	classNullWord // NULL, N/A: in any column
	classNullNA   // NA: unless the column holds such codes
	classNullNaN  // NaN: a number among numbers
	classNullMark // - ? .: unless the others are such marks too
	classNullWeak // none, unknown: where the others are numbers, times or truths
	classes
)

func (c class) token() bool  { return c >= classNullWord }
func (c class) number() bool { return c >= classInteger && c <= classCommaDec }

// whole tells of integers of 64 bits, if the column does read them as numbers.
func (c class) whole() bool {
	return c == classInteger || c == classMarkedInt || c == classPointInt || c == classCommaInt
}
func (c class) temporal() bool { return c >= classDate && c <= classDuration }

// either tells of numbers that mean two things, one of them a thousand times
// the other, until the column's decimal mark is known.
func (c class) either() bool { return c == classTriple || c == classTripleMark }

// marked tells of numbers with separators between digits or signs around them.
func (c class) marked() bool { return c >= classTripleMark && c <= classCommaDec }

const (
	flagSpaced     = 1 << iota // white space around it
	flagBlank                  // nothing but white space
	flagTrue                   // of truths and letters
	flagLong                   // a number of more digits than a double holds
	flagMonthFirst             // a numeric date that is valid as month, day, year
	flagDayFirst               // … as day, month, year
	flagPercent                // a number with a percent sign
	flagOdd                    // a number that most would write otherwise: +1, 1e3, .5, 5.

	flagSpan = flagTrue // a year and month that may be a span of two years: 2010-11
)

// naive is the zone of times without an offset.
const naive = -32768

// value is a cell that has been looked at.
type value struct {
	class class
	flags uint8
	scale int8  // digits behind the decimal point
	zone  int16 // minutes east of UTC, or naive
	// format is how a date or time was written, or the currency and the
	// separator of a marked number.
	format uint16
	nanos  int32
	// i is the integer, or seconds: since 1970, midnight, or of a duration. Of
	// numbers that mean two things it is the larger one.
	i int64
	// day is i for the reading of a numeric date that puts the day first.
	day int64
	f   float64 // the number, of two the one with the point as decimal mark
}

// lead tells by the first byte which values may be more than text.
var lead = func() (t [256]bool) {
	for _, c := range []byte(" \t\r\n\v\f+-.,0123456789#<([\\?$*:{ifntyuIFNTYUPjmasodwJMASODW\xc2\xe2") {
		t[c] = true
	}
	return t
}()

// longestEnding bounds the texts that are looked at for a number at their end,
// as "CHF 12" and "mai 2024" have one, where their beginning says nothing.
const longestEnding = 36

// classify looks at a cell of a format without types.
func classify(b []byte, v *value) {
	*v = value{zone: naive}
	n := len(b)
	if n == 0 {
		return
	}
	if !lead[b[0]] && (b[n-1]-'0' >= 10 || n > longestEnding || n < 4) {
		if b[n-1] <= ' ' {
			v.flags = flagSpaced
		}
		return
	}
	s := trim(b)
	if len(s) != len(b) {
		v.flags = flagSpaced
		if len(s) == 0 {
			v.flags |= flagBlank
			v.class = classNullMark
			return
		}
	}
	switch c := s[0]; {
	case c-'0' < 10:
		switch {
		case compactFraction(s, v), parseNumber(s, v), parseMarked(s, v), parseTemporal(s, v):
		case maybeDuration(s):
			parseDuration(s, v)
		default:
			parseToken(s, v) // 1.#IND
		}
	case c == '-' || c == '+' || c == '.':
		if !parseNumber(s, v) && !parseToken(s, v) && !parseMarked(s, v) && c == '-' {
			parseDuration(s, v)
		}
	case c == '{':
		if isObject(b) {
			v.class = classJSON
		}
	case len(s) <= longestWord && parseWord(s, v), parseToken(s, v):
	case c == 'P' && parseDuration(s, v):
	case parseMarked(s, v):
	default:
		parseTemporal(s, v)
	}
}

// classifyKind looks at a cell of a format that has types: only strings may
// hold more than they say, dates and times.
func classifyKind(b []byte, kind source.Kind, v *value) {
	if kind == source.Raw {
		classify(b, v)
		return
	}
	*v = value{zone: naive}
	switch kind {
	case source.Number:
		switch {
		case len(b) > 0 && (b[0] == 'N' || b[0] == 'I' || b[len(b)-1] == 'y'): // NaN, Infinity, -Infinity
			v.class = classNonfinite
		case !parseNumber(b, v):
			v.class = classText
		}
		v.class = v.class.plain()
	case source.Bool:
		v.class = classTruth
		if len(b) == 4 {
			v.flags = flagTrue
		}
	case source.JSON:
		v.class = classJSON
	default:
		classify(b, v)
		if !v.class.temporal() {
			*v = value{zone: naive, flags: v.flags & (flagSpaced | flagBlank)}
		}
	}
}

// plain is the class of a number that a format of types says is one: its
// decimal mark is the point, and NaN is a value.
func (c class) plain() class {
	switch c {
	case classTriple:
		return classDecimal
	case classNullNaN:
		return classNonfinite
	}
	return c
}

func space(c byte) bool { return c == ' ' || c-'\t' < 5 }

// trim takes ASCII white space and no-break spaces off both ends.
func trim(b []byte) []byte {
	for {
		switch n := len(b); {
		case n == 0:
			return b
		case space(b[0]):
			b = b[1:]
		case space(b[n-1]):
			b = b[:n-1]
		case n > 1 && b[0] == 0xc2 && b[1] == 0xa0:
			b = b[2:]
		case n > 1 && b[n-2] == 0xc2 && b[n-1] == 0xa0:
			b = b[:n-2]
		default:
			return b
		}
	}
}
