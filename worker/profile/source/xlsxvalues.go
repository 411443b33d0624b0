package source

import (
	"bytes"
	"math"
	"strconv"
)

const (
	dayMillis = 86_400_000
	lastDay   = 2_958_465 // December 31, 9999
)

// appendNumber appends a stored number in its shortest form: doubles are stored
// with 17 digits, so 0.1 stands as 0.10000000000000001. Whole numbers keep all
// digits that are stored. not ok is what is no number.
func appendNumber(dst, s []byte) (out []byte, ok bool) {
	digits, point, plain := 0, -1, len(s) > 0
	for i, c := range s {
		switch {
		case c-'0' < 10:
			digits++
		case c == '-' && i == 0:
		case c == '.' && point < 0:
			point = i
		case c == 'e' || c == 'E' || c == '+' || c == '-' || c == '.':
			plain = false
		default:
			return dst, false
		}
	}
	if digits == 0 {
		return dst, false
	}
	t := bytes.TrimPrefix(s, []byte("-"))
	plain = plain && (t[0] != '0' || len(t) > 1 && t[1] == '.') && t[0] != '.' // no leading zeros
	if plain && point < 0 || plain && digits <= 15 && s[len(s)-1] != '0' && s[len(s)-1] != '.' {
		return append(dst, s...), true
	}
	f, err := strconv.ParseFloat(string(s), 64)
	if math.IsInf(f, 0) { // beyond a double: as it stands
		return append(dst, s...), true
	}
	if err != nil {
		return dst, false
	}
	if f == 0 {
		return append(dst, '0'), true
	}
	if a := math.Abs(f); a >= 1e21 || a < 1e-6 {
		return strconv.AppendFloat(dst, f, 'e', -1, 64), true
	}
	return strconv.AppendFloat(dst, f, 'f', -1, 64), true
}

// calendar turns serial numbers into dates.
type calendar struct {
	from1904 bool
	leapDays int64 // of 1900 met, which never were
}

// appendTime appends a number as the date, time or duration that it is by its
// format; not ok where it is out of range, and stays a number.
func (c *calendar) appendTime(dst, s []byte, style cellStyle) (out []byte, ok bool) {
	f, err := strconv.ParseFloat(string(s), 64)
	if err != nil || math.IsNaN(f) || math.Abs(f) > lastDay+1 {
		return dst, false
	}
	if style == styleDuration {
		return appendDuration(dst, int64(math.Round(f*dayMillis))), true
	}
	day := int64(math.Floor(f))
	millis := int64(math.Round((f - math.Floor(f)) * dayMillis))
	switch {
	case millis == dayMillis && day == 0 && style == styleTime: // a time stays one
		millis--
	case millis == dayMillis:
		day, millis = day+1, 0
	}
	if day == 0 && (style == styleTime || !c.from1904) { // the day before the first one: no date at all
		return appendClock(dst, millis*1e6), true
	}
	days := c.since1970(day)
	if year, _, _ := civil(days); year < 1 || year > 9999 {
		return dst, false
	}
	dst = appendDate(dst, days)
	if style != styleDate || millis != 0 {
		dst = appendClock(append(dst, 'T'), millis*1e6)
	}
	return dst, true
}

// since1970 counts days from there. Excel's calendar has a February 29 in 1900,
// which it took over from Lotus 1-2-3.
func (c *calendar) since1970(day int64) int64 {
	const from1900, from1904 = 25_569, 24_107 // days from there to 1970
	switch {
	case c.from1904:
		return day - from1904
	case day >= 1 && day < 60:
		return day + 1 - from1900
	case day == 60:
		c.leapDays++
	}
	return day - from1900
}

// appendDuration writes hours, minutes and seconds as ISO 8601 does.
func appendDuration(dst []byte, millis int64) []byte {
	if millis < 0 {
		dst, millis = append(dst, '-'), -millis
	}
	dst = append(dst, "PT"...)
	empty := len(dst)
	if h := millis / 3_600_000; h > 0 {
		dst = append(strconv.AppendInt(dst, h, 10), 'H')
	}
	if m := millis / 60_000 % 60; m > 0 {
		dst = append(strconv.AppendInt(dst, m, 10), 'M')
	}
	if s := millis % 60_000; s > 0 || len(dst) == empty {
		dst = append(appendFraction(strconv.AppendInt(dst, s/1000, 10), s%1000*1e6), 'S')
	}
	return dst
}

// withoutZone makes a date in ISO 8601 what the same moment is as a number: the
// calendar of a sheet has no zones, though some programs write UTC's mark, and
// what is shown as a date or a time alone is one.
func withoutZone(s []byte, style cellStyle) []byte {
	date, clock, both := bytes.Cut(s, []byte("T"))
	if !both || len(clock) < len("00:00") {
		return s
	}
	if clock = bytes.TrimSuffix(clock, []byte("Z")); bytes.IndexByte(clock, '.') > 0 {
		clock = bytes.TrimRight(bytes.TrimRight(clock, "0"), ".")
	}
	switch {
	case style == styleDate && len(bytes.Trim(clock, "0:.")) == 0:
		return date
	case style == styleTime && (string(date) == "" || string(date) == "1899-12-30" || string(date) == "1899-12-31"):
		return clock
	}
	return s[:len(date)+1+len(clock)]
}
