package source

import (
	"encoding/binary"
	"encoding/hex"
	"encoding/json"
	"math"
	"math/big"
	"math/bits"
	"strconv"
	"unicode/utf8"
)

// Values of formats with types (Parquet, Arrow) are written out as text, in
// the form in which a CSV would have to hold them to mean the same: floats the
// shortest way that reads back as the same number, with a point or an
// exponent; dates and times by RFC 3339, without an offset where they are no
// moments; durations by ISO 8601.

// Flags beside the kind of a value that was just written; they never leave
// this package.
const (
	kindBinary   Kind = 0x40 // bytes, shown in hexadecimal
	kindReplaced Kind = 0x80 // text in which bytes that are not UTF-8 were replaced
	kindFlags         = kindBinary | kindReplaced
)

// valueFlags counts the flags of a segment.
type valueFlags struct{ binary, replaced struct{ first, count int64 } }

// note counts the flags of the value in row.
func (f *valueFlags) note(kind Kind, row int64) {
	if kind&kindBinary != 0 {
		if f.binary.count == 0 || row < f.binary.first {
			f.binary.first = row
		}
		f.binary.count++
	}
	if kind&kindReplaced != 0 {
		if f.replaced.count == 0 || row < f.replaced.first {
			f.replaced.first = row
		}
		f.replaced.count++
	}
}

func (f *valueFlags) problems() []Problem {
	var all faults
	if n := f.binary.count; n > 0 {
		all.addMany("binary_values", f.binary.first, -1, n)
	}
	if n := f.replaced.count; n > 0 {
		all.addMany("invalid_utf8", f.replaced.first, -1, n)
	}
	return all.list
}

var powersOfTen = [...]float64{1, 10, 100, 1000}

// fewDigits finds the number of at most 15 digits, up to six of them behind the
// point, that a double is nearest to. There is only one, so it is the shortest.
func fewDigits(f float64) (m int64, digits int, ok bool) {
	const most = 6
	r := math.Round(f * 1e6)
	if !(math.Abs(r) < 1e15) || r/1e6 != f {
		return 0, 0, false
	}
	m, digits = int64(r), most
	if m%1000 == 0 {
		m, digits = m/1000, digits-3
	}
	for digits > 0 && m%10 == 0 {
		m, digits = m/10, digits-1
	}
	return m, digits, true
}

// appendFloat writes a double, or a float widened to one (bits 32).
func appendFloat(dst []byte, f float64, size int) []byte {
	switch {
	case f != f:
		return append(dst, "NaN"...)
	case math.IsInf(f, 1):
		return append(dst, "Infinity"...)
	case math.IsInf(f, -1):
		return append(dst, "-Infinity"...)
	}
	// Most numbers have few digits; then one division tells that they are these.
	zero := f == 0 && math.Signbit(f)
	most := 1e15
	if size == 32 {
		most = 1e6
	} else if m, digits, ok := fewDigits(f); ok && !zero {
		return appendFixed(dst, m, digits)
	}
	if abs := math.Abs(f); abs < most && !zero {
		for digits, p := range powersOfTen {
			m := math.Round(f * p)
			if m >= most || m <= -most {
				break
			}
			if m/p == f || size == 32 && float32(m/p) == float32(f) {
				return appendFixed(dst, int64(m), digits)
			}
		}
	}
	form := byte('f')
	if abs := math.Abs(f); abs != 0 && (abs < 1e-6 || abs >= 1e21) {
		form = 'e'
	}
	from := len(dst)
	dst = strconv.AppendFloat(dst, f, form, -1, size)
	for _, c := range dst[from:] {
		if c == '.' || c == 'e' {
			return dst
		}
	}
	return append(dst, ".0"...)
}

// appendFixed writes m with digits behind the point, at least one.
func appendFixed(dst []byte, m int64, digits int) []byte {
	if digits == 0 {
		return append(strconv.AppendInt(dst, m, 10), ".0"...)
	}
	return appendScaled(dst, m, digits)
}

// appendScaled writes the decimal m / 10^scale.
func appendScaled(dst []byte, m int64, scale int) []byte {
	u := uint64(m)
	if m < 0 {
		dst = append(dst, '-')
		u = -u
	}
	var buf [20]byte
	return appendPoint(dst, strconv.AppendUint(buf[:0], u, 10), scale)
}

// appendPoint writes digits with a point before the last scale ones.
func appendPoint(dst, digits []byte, scale int) []byte {
	if scale == 0 {
		return append(dst, digits...)
	}
	whole := len(digits) - scale
	if whole > 0 {
		dst = append(append(dst, digits[:whole]...), '.')
		return append(dst, digits[whole:]...)
	}
	dst = append(dst, "0."...)
	for range -whole {
		dst = append(dst, '0')
	}
	return append(dst, digits...)
}

// appendDecimal writes a decimal whose unscaled value is a big-endian number
// in two's complement.
func appendDecimal(dst, raw []byte, scale int) []byte {
	for len(raw) > 1 && (raw[0] == 0 && raw[1] < 0x80 || raw[0] == 0xff && raw[1] >= 0x80) {
		raw = raw[1:]
	}
	negative := len(raw) > 0 && raw[0] >= 0x80
	if len(raw) <= 16 {
		var hi, lo uint64
		if negative {
			hi, lo = math.MaxUint64, math.MaxUint64
		}
		for _, c := range raw {
			hi, lo = hi<<8|lo>>56, lo<<8|uint64(c)
		}
		return appendDecimal128(dst, hi, lo, scale)
	}
	n := new(big.Int).SetBytes(raw)
	if negative {
		n.Sub(n, new(big.Int).Lsh(big.NewInt(1), uint(8*len(raw))))
		dst = append(dst, '-')
		n.Neg(n)
	}
	return appendPoint(dst, n.Append(nil, 10), scale)
}

// appendDecimal128 is appendDecimal for a number in two words.
func appendDecimal128(dst []byte, hi, lo uint64, scale int) []byte {
	if int64(hi) < 0 {
		dst = append(dst, '-')
		var borrow uint64
		lo, borrow = bits.Sub64(0, lo, 0)
		hi, _ = bits.Sub64(0, hi, borrow)
	}
	var buf [40]byte
	digits := buf[:0]
	if hi == 0 {
		digits = strconv.AppendUint(digits, lo, 10)
	} else {
		const e19 = 10_000_000_000_000_000_000
		q1, r1 := hi/e19, hi%e19
		q0, r0 := bits.Div64(r1, lo, e19)
		if q1 == 0 {
			digits = appendGroup(digits, q0, false)
		} else { // at most 10^38 · 3.4
			q, r := bits.Div64(q1, q0, e19)
			digits = appendGroup(digits, q, false)
			digits = appendGroup(digits, r, true)
		}
		digits = appendGroup(digits, r0, true)
	}
	return appendPoint(dst, digits, scale)
}

// appendGroup writes a group of 19 digits, the first one without leading zeros.
func appendGroup(dst []byte, u uint64, full bool) []byte {
	if full {
		for p := uint64(1_000_000_000_000_000_000); p > 1 && u < p; p /= 10 {
			dst = append(dst, '0')
		}
	}
	return strconv.AppendUint(dst, u, 10)
}

// civil is the date of a day since 1970-01-01 (H. Hinnant,
// https://howardhinnant.github.io/date_algorithms.html#civil_from_days).
func civil(days int64) (year int64, month, day int) {
	days += 719_468
	era := floorDiv(days, 146_097)
	doe := days - era*146_097
	yoe := (doe - doe/1460 + doe/36_524 - doe/146_096) / 365
	doy := doe - (365*yoe + yoe/4 - yoe/100)
	mp := (5*doy + 2) / 153
	year, month, day = yoe+era*400, int(mp)+3, int(doy-(153*mp+2)/5)+1
	if month > 12 {
		month -= 12
		year++
	}
	return year, month, day
}

func floorDiv(a, b int64) int64 {
	q := a / b
	if a%b < 0 {
		q--
	}
	return q
}

// appendDate writes a day since 1970-01-01. Years beyond 0000 to 9999 have a
// sign and more digits, as ISO 8601 wants them; they are text to everybody else.
func appendDate(dst []byte, days int64) []byte {
	year, month, day := civil(days)
	switch {
	case year < 0:
		dst = append(dst, '-')
		dst = appendDigits(dst, -year, 6)
	case year > 9999:
		dst = append(dst, '+')
		dst = appendDigits(dst, year, 6)
	default:
		dst = appendDigits(dst, year, 4)
	}
	return append(dst, '-', byte('0'+month/10), byte('0'+month%10), '-', byte('0'+day/10), byte('0'+day%10))
}

func appendDigits(dst []byte, n int64, width int) []byte {
	if uint64(n) < 10_000 && width == 4 {
		return append(dst, byte('0'+n/1000), byte('0'+n/100%10), byte('0'+n/10%10), byte('0'+n%10))
	}
	from := len(dst)
	dst = strconv.AppendInt(dst, n, 10)
	for len(dst)-from < width {
		dst = append(dst, 0)
		copy(dst[from+1:], dst[from:])
		dst[from] = '0'
	}
	return dst
}

// appendClock writes a time of day, whose nanoseconds are within a day.
func appendClock(dst []byte, nanos int64) []byte {
	all := uint32(nanos / 1e9)
	h, m, s := all/3600, all/60%60, all%60
	dst = append(dst, byte('0'+h/10), byte('0'+h%10), ':', byte('0'+m/10), byte('0'+m%10), ':', byte('0'+s/10), byte('0'+s%10))
	return appendFraction(dst, nanos%1e9)
}

// appendFraction writes a fraction of a second without zeros behind.
func appendFraction(dst []byte, nanos int64) []byte {
	if nanos == 0 {
		return dst
	}
	dst = append(dst, '.')
	for p := int64(1e8); nanos > 0; p /= 10 {
		dst = append(dst, byte('0'+nanos/p))
		nanos %= p
	}
	return dst
}

const dayNanos = 86_400 * 1_000_000_000

// appendTimestamp writes n units of so many nanoseconds since 1970.
func appendTimestamp(dst []byte, n, unit int64, utc bool) []byte {
	perDay := dayNanos / unit
	days := floorDiv(n, perDay)
	dst = append(appendDate(dst, days), 'T')
	dst = appendClock(dst, (n-days*perDay)*unit)
	if utc {
		dst = append(dst, 'Z')
	}
	return dst
}

// appendTime writes a time of day; ok is false for what is none.
func appendTime(dst []byte, n, unit int64) (_ []byte, ok bool) {
	if n < 0 || n >= dayNanos/unit {
		return strconv.AppendInt(dst, n, 10), false
	}
	return appendClock(dst, n*unit), true
}

// appendInterval writes a duration of three parts, each with its own sign.
func appendInterval(dst []byte, months, days, nanos int64) []byte {
	dst = append(dst, 'P')
	part := func(n int64, unit byte) {
		if n != 0 {
			dst = append(strconv.AppendInt(dst, n, 10), unit)
		}
	}
	if months <= 0 && days <= 0 && nanos <= 0 && months|days|nanos != 0 && min(months, days, nanos) > math.MinInt64 {
		dst = append(dst[:len(dst)-1], '-', 'P')
		months, days, nanos = -months, -days, -nanos
	}
	part(months/12, 'Y')
	part(months%12, 'M')
	part(days, 'D')
	if nanos == 0 {
		if months|days == 0 {
			dst = append(dst, "T0S"...)
		}
		return dst
	}
	dst = append(dst, 'T')
	part(nanos/3_600_000_000_000, 'H')
	part(nanos/60_000_000_000%60, 'M')
	if s := nanos % 60_000_000_000; s != 0 {
		if s < 0 {
			dst = append(dst, '-')
			s = -s
		}
		dst = appendFraction(strconv.AppendInt(dst, s/1e9, 10), s%1e9)
		dst = append(dst, 'S')
	}
	return dst
}

func appendUUID(dst, raw []byte) []byte {
	for i, part := range [...][]byte{raw[:4], raw[4:6], raw[6:8], raw[8:10], raw[10:16]} {
		if i > 0 {
			dst = append(dst, '-')
		}
		dst = hex.AppendEncode(dst, part)
	}
	return dst
}

// appendText writes a string; bytes that are not UTF-8 become U+FFFD.
func appendText(dst, raw []byte) ([]byte, Kind) {
	if utf8.Valid(raw) {
		return append(dst, raw...), String
	}
	for len(raw) > 0 {
		r, n := utf8.DecodeRune(raw)
		dst = utf8.AppendRune(dst, r)
		raw = raw[n:]
	}
	return dst, String | kindReplaced
}

// appendBinary writes bytes of which nobody says that they are text: as text
// if they can be, as 0x and digits otherwise.
func appendBinary(dst, raw []byte) ([]byte, Kind) {
	if isPlainText(raw) {
		return append(dst, raw...), String
	}
	return hex.AppendEncode(append(dst, "0x"...), raw), String | kindBinary
}

// isPlainText holds for valid UTF-8 without control characters other than
// white space.
func isPlainText(raw []byte) bool {
	for _, c := range raw {
		if c < ' ' && c != '\t' && c != '\n' && c != '\r' || c == 0x7f {
			return false
		}
	}
	return utf8.Valid(raw)
}

// appendJSON writes a JSON document that a format keeps as text, without white
// space. Scalars become what they are.
func appendJSON(dst, raw []byte) ([]byte, Kind) {
	if !utf8.Valid(raw) || !json.Valid(raw) {
		return appendText(dst, raw)
	}
	from := len(dst)
	dst = compactJSON(dst, raw)
	switch c := dst[from]; {
	case c == '{' || c == '[':
		return dst, JSON
	case c == 't' || c == 'f':
		return dst, Bool
	case c == 'n':
		return dst, JSON
	case c == '"':
		var s string
		if err := json.Unmarshal(dst[from:], &s); err == nil {
			return append(dst[:from], s...), String
		}
		return dst, String
	}
	return dst, Number
}

// compactJSON appends valid JSON without the white space between its tokens.
func compactJSON(dst, raw []byte) []byte {
	quoted := false
	for i := 0; i < len(raw); i++ {
		c := raw[i]
		switch {
		case quoted && c == '\\':
			dst = append(dst, c)
			i++
			c = raw[i]
		case c == '"':
			quoted = !quoted
		case !quoted && (c == ' ' || c == '\t' || c == '\n' || c == '\r'):
			continue
		}
		dst = append(dst, c)
	}
	return dst
}

// AppendJSONCell writes a value as it stands within JSON. Numbers that JSON
// does not have (NaN, infinities) become null.
func AppendJSONCell(dst, text []byte, kind Kind) []byte {
	switch kind &^ kindFlags {
	case Null:
		return append(dst, "null"...)
	case Bool, JSON:
		return append(dst, text...)
	case Number:
		if c := text[len(text)-1]; c-'0' >= 10 {
			return append(dst, "null"...)
		}
		return append(dst, text...)
	}
	return appendJSONString(dst, text)
}

// halfFloat widens a half.
func halfFloat(h uint16) float64 {
	sign := 1.0
	if h>>15 != 0 {
		sign = -1
	}
	e, m := int(h>>10&31), float64(h&1023)
	switch e {
	case 0:
		return sign * math.Ldexp(m, -24)
	case 31:
		if m != 0 {
			return math.NaN()
		}
		return math.Inf(int(sign))
	}
	return sign * math.Ldexp(m+1024, e-25)
}

func int32At(raw []byte) int64 { return int64(int32(binary.LittleEndian.Uint32(raw))) }
func int64At(raw []byte) int64 { return int64(binary.LittleEndian.Uint64(raw)) }

// appendFloat16 writes a half as the float that it is: its own shortest digits
// would be off by up to a thousandth.
func appendFloat16(dst []byte, h uint16) []byte { return appendFloat(dst, halfFloat(h), 32) }

// appendElapsed writes n units of so many nanoseconds, in hours, minutes and seconds.
func appendElapsed(dst []byte, n, unit int64) []byte {
	per := int64(1e9) / unit // units of a second
	u := uint64(n)
	if n < 0 {
		dst = append(dst, '-')
		u = -u
	}
	dst = append(dst, "PT"...)
	seconds, nanos := u/uint64(per), int64(u%uint64(per))*unit
	hours, minutes, rest := seconds/3600, seconds/60%60, seconds%60
	if hours > 0 {
		dst = append(strconv.AppendUint(dst, hours, 10), 'H')
	}
	if minutes > 0 {
		dst = append(strconv.AppendUint(dst, minutes, 10), 'M')
	}
	if rest > 0 || nanos > 0 || seconds == 0 {
		dst = append(appendFraction(strconv.AppendUint(dst, rest, 10), nanos), 'S')
	}
	return dst
}
