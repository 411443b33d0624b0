package column

// Integers between these may be dates written as YYYYMMDD.
const (
	basicFirst = 1800_01_01
	basicLast  = 2199_12_31
)

// What an integer of a column is, if all of them are: a date or a date with a
// time, written without marks.
type compact uint8

const (
	notCompact    compact = iota
	compactDay            // YYYYMMDD
	compactMinute         // YYYYMMDDhhmm
	compactSecond         // YYYYMMDDhhmmss
)

// leastLong is below all dates with times, and all numbers of payment cards.
const leastLong = 1900_01_01_00_00

func basicDate(i int64) bool {
	month, day := int(i/100%100), int(i%100)
	return month >= 1 && month <= 12 && day >= 1 && day <= daysIn(int(i/10000), month)
}

// compactOf tells which date with a time an integer may be, of the years from
// 1900 to 2099.
func compactOf(i int64) compact {
	c, day, clock := compactMinute, i/1_00_00, i%1_00_00*100
	if i >= leastLong*100 {
		c, day, clock = compactSecond, i/1_00_00_00, i%1_00_00_00
	}
	if day < 1900_01_01 || day > 2099_12_31 || !basicDate(day) || clock/1_00_00 > 23 || clock/100%100 > 59 || clock%100 > 59 {
		return notCompact
	}
	return c
}

// seconds are those since 1970 of an integer that is such a date.
func (c compact) seconds(i int64) int64 {
	var clock int64
	switch c {
	case compactMinute:
		i, clock = i/1_00_00, i%1_00_00*100
	case compactSecond:
		i, clock = i/1_00_00_00, i%1_00_00_00
	}
	seconds, _ := unix(int(i/10000), int(i/100%100), int(i%100))
	return seconds + clock/1_00_00*3600 + clock/100%100*60 + clock%100
}

// typ is the type of the column.
func (c compact) typ() string {
	if c == compactDay {
		return "date"
	}
	return "datetime"
}

// format is how the values are written.
func (c compact) format() uint16 {
	return dateBasic<<8 | [...]uint16{0, 0, timePresent, timePresent | timeSeconds}[c]
}

// long sees an integer from leastLong on: it may be a date with a time, or the
// number of a payment card.
func (s *numbers) long(i int64, b []byte, row, times int64) {
	if i < leastLong*1000 {
		if c := compactOf(i); c != notCompact {
			s.compact[c] += times
		}
	}
	if i >= leastCard {
		s.card(i, b, row, times)
	}
}

// compactFraction tells whether digits[.digits] is a date with a time to a part
// of a second, as 20240131235959.123, and reads it.
func compactFraction(s []byte, v *value) bool {
	const point = len("20240131235959")
	if len(s) < point+3 || len(s) > point+10 || s[point] != '.' {
		return false
	}
	c := cursor{s: s}
	day, _ := c.digits(8)
	clock, n := c.digits(6)
	i := int64(day)*1_00_00_00 + int64(clock)
	c.i++
	if n != 6 || compactOf(i) != compactSecond || !onlyDigits(s[c.i:]) {
		return false
	}
	v.class, v.format, v.nanos = classDatetime, dateBasic<<8|timePresent|timeSeconds|timeFraction, c.fraction()
	v.i = compactSecond.seconds(i)
	v.day = v.i
	return true
}
