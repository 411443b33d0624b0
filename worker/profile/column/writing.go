package column

import (
	"bytes"
	"math"
)

// writing is what is known of the ways in which the numbers of a column are
// written, to tell whether each number is written in one way only: past the
// dictionary what is counted is what stands there, and 1, 1.0 and 1e0 are three.
type writing struct {
	odd   bool // flagOdd, or -0
	tenth bool // 1.0
	zeros bool // 1.50: a zero at the end that is not alone behind the point
	least int8 // digits behind the point, one more; 0 without a decimal
	// Most programs write numbers below 1e-4 and from 1e16 or 1e21 on with an
	// exponent, always: those with one are the smallest, or the largest, then.
	tiny, huge struct{ plain, exponent float64 } // what comes nearest to the others; 0 without any
	styles     uint8                             // of the exponents, as bits
}

const (
	belowTiny = 1e-4
	fromHuge  = 1e15
)

func (w *writing) see(v *value, b []byte) {
	size := math.Abs(v.f)
	if v.flags&flagOdd != 0 && v.class == classDecimal && (size < belowTiny || size >= fromHuge) {
		if style, ok := scientific(b); ok {
			w.styles |= style
			w.exponent(size)
			return
		}
	}
	w.odd = w.odd || v.flags&flagOdd != 0 || v.f == 0 && b[0] == '-'
	switch {
	case size >= fromHuge:
		w.huge.plain = max(w.huge.plain, size)
	case size < belowTiny && size > 0:
		w.small(size)
	}
	if v.class == classDecimal && v.scale > 0 {
		w.decimal(int(v.scale), b[len(b)-1])
	}
}

// small sees a number below belowTiny without an exponent.
func (w *writing) small(size float64) {
	if w.tiny.plain == 0 || size < w.tiny.plain {
		w.tiny.plain = size
	}
}

// exponent sees a tiny or huge number with one.
func (w *writing) exponent(size float64) {
	if size < belowTiny {
		w.tiny.exponent = max(w.tiny.exponent, size)
	} else if w.huge.exponent == 0 || size < w.huge.exponent {
		w.huge.exponent = size
	}
}

// mixed tells whether numbers with an exponent may be the same as others.
func (w *writing) mixed() bool {
	return w.styles&(w.styles-1) != 0 || w.tiny.plain > 0 && w.tiny.exponent >= w.tiny.plain || w.huge.exponent > 0 && w.huge.plain >= w.huge.exponent
}

// scientific tells whether a number is written as 1.25e-07 or 1.25e-7: one digit
// that is no 0 in front of the point, and none at the end. The style is a bit
// for each way that an exponent below 10 tells.
func scientific(b []byte) (style uint8, ok bool) {
	if b[0] == '-' {
		b = b[1:]
	}
	at := bytes.IndexAny(b, "eE")
	if at < 1 || len(b) < at+3 || b[0] == '0' || at > 1 && (b[1] != '.' || at == 2 || b[at-1] == '0') || b[at+1]-'0' < 10 {
		return 0, false
	}
	style = 1
	if b[at] == 'E' {
		style = 4
	}
	switch digits := b[at+2:]; {
	case len(digits) == 1:
		return style, digits[0] != '0'
	case len(digits) == 2 && digits[0] == '0':
		return 2 * style, true
	case digits[0] == '0':
		return 0, false
	}
	return 0, true
}

// decimal sees the digits behind the point, their number and the last of them.
func (w *writing) decimal(scale int, last byte) {
	if w.least == 0 || int(w.least) > scale+1 {
		w.least = int8(min(scale, 126) + 1)
	}
	if last == '0' {
		w.zeros = w.zeros || scale > 1
		w.tenth = w.tenth || scale == 1
	}
}

func (w *writing) merge(o *writing) {
	w.odd, w.tenth, w.zeros = w.odd || o.odd, w.tenth || o.tenth, w.zeros || o.zeros
	w.styles |= o.styles
	for _, size := range [2]float64{o.tiny.exponent, o.huge.exponent} {
		if size > 0 {
			w.exponent(size)
		}
	}
	if o.tiny.plain > 0 {
		w.small(o.tiny.plain)
	}
	w.huge.plain = max(w.huge.plain, o.huge.plain)
	if w.least == 0 || o.least > 0 && o.least < w.least {
		w.least = o.least
	}
}

// oneWay tells whether each value of a stream is surely written in one way
// only, so that those that are written differently differ.
func (f *figures) oneWay(typed bool) bool {
	switch {
	case !numericType(f.typ) && !temporalType(f.typ):
		return true
	case f.spaced.count > 0 || f.marks != nil:
		return false
	case temporalType(f.typ) && f.compact == notCompact:
		return f.times.oneWay(typed, f.lengths.min == f.lengths.max, f.lengths.max)
	}
	n, w := &f.numbers, &f.numbers.writing
	whole := n.n > f.seen(classDecimal).count+f.seen(classTriple).count
	switch {
	case w.odd && !typed, w.mixed(), w.tenth && whole, w.zeros && (whole || w.least != n.scale+1):
		return false
	}
	return typed || f.nonfinite().count == 0
}

// oneWay tells whether all are in one format of fixed width.
func (s *times) oneWay(typed, fixed bool, wide int64) bool {
	if len(s.formats) != 1 || len(s.zones) != 1 {
		return false
	}
	for f := range s.formats {
		switch form := f >> 8; {
		case typed && form == dateYMD && f&timeT != 0:
			return true
		case !fixed || form > dateNumericDotShort && form != dateYM && form != dateYMSlash:
			return false
		case numericDate(form): // 1/02 and 01/2 are as wide, 01/02 is wider
			return f&(timeHalf|timeFraction|timeZone|timePoints) == 0 && wide == widest(f)
		}
		return true
	}
	return false
}

// widest is the length of a date with numbers for the month and its time,
// zeros before all that may have some.
func widest(format uint16) int64 {
	n := int64(len("01/02/2003"))
	if format>>8 >= dateNumericSlashShort {
		n -= 2
	}
	if format&0xff != 0 {
		n += int64(len(" 04:05"))
	}
	if format&timeSeconds != 0 {
		n += int64(len(":06"))
	}
	return n
}
