package column

// behindDate reads the time and zone behind a date.
func (c *cursor) behindDate(v *value) bool {
	form := v.format >> 8
	switch {
	case c.skip('T') || c.skip('t'):
		v.format |= timeT
	case c.skip(' '):
		v.format |= timeSpace
		c.skip(' ')
		if !c.word("at ") && !c.word("à ") {
			c.word("um ")
		}
	case c.skip(','):
		if !c.skip(' ') {
			return false
		}
		v.format |= timeSpace
	case (form == dateLog || form == dateDayMonthNameTight || form == dateDayMonthNameTightShort) && c.skip(':'):
		v.format |= timePresent
	case form == dateYMD && c.skip('-'): // as Db2 writes it
		v.format |= timePresent
	default:
		return false
	}
	return c.clock(v) && c.zone(v) && c.end()
}

// clock reads hh:mm[:ss[.fraction]][ AM] and adds it to the value's seconds.
// Behind a date points may take the place of the colons.
func (c *cursor) clock(v *value) bool {
	h, n := c.digits(2)
	mark := c.peek()
	switch {
	case n == 0:
		return false
	case mark == ':':
		c.i++
	case mark == '.' && v.format != 0:
		c.i++
		v.format |= timePoints
	case v.format>>8 == dateBasic:
		mark = 0
	default:
		return false
	}
	m, n := c.digits(2)
	if n != 2 && !(n == 1 && mark == ':' && c.halfAhead()) || h > 24 || m > 59 {
		return false
	}
	seconds := h*3600 + m*60
	if mark != 0 && c.skip(mark) || mark == 0 && c.peek()-'0' < 10 {
		s, n := c.digits(2)
		if n != 2 || s > 60 {
			return false
		}
		seconds += min(s, 59) // a leap second counts as the one before
		v.format |= timeSeconds
		if p := c.peek(); (p == '.' || p == ',') && c.i+1 < len(c.s) && c.s[c.i+1]-'0' < 10 {
			c.i++
			v.nanos = c.fraction()
			v.format |= timeFraction
		}
	}
	if h == 24 && (seconds > daySeconds || v.nanos > 0) { // only the end of the day
		return false
	}
	if half, ok := c.half(); ok {
		if h < 1 || h > 12 {
			return false
		}
		seconds -= h / 12 * 12 * 3600
		seconds += half * 3600
		v.format |= timeHalf
	}
	if v.format&timeHalf == 0 && c.skip(' ') && !c.word("Uhr") {
		c.i--
	}
	v.i += int64(seconds)
	v.day += int64(seconds)
	return true
}

// clockFirst reads the date behind a time: 06:07 25/03/2024.
func (c *cursor) clockFirst(v *value) bool {
	if c.peek() != ' ' || c.i+1 == len(c.s) {
		return false
	}
	time := *v
	var d date
	rest := cursor{s: c.s[c.i+1:]}
	if rest.peek()-'0' < 10 && !rest.numeric(&d) || rest.i == 0 && rest.peek()-'0' >= 10 && !rest.named(&d) {
		return false
	}
	*v = value{zone: naive, flags: v.flags & flagSpaced}
	if !rest.end() || d.partial() || !d.apply(v) {
		*v = time
		v.flags &^= flagMonthFirst | flagDayFirst
		return false
	}
	v.class, v.format = classDatetime, uint16(d.form)<<8|time.format|timeFirst
	v.i, v.day, v.nanos = v.i+time.i, v.day+time.i, time.nanos
	return true
}

// fraction reads digits behind a decimal mark: nanoseconds, and what is finer
// is left out.
func (c *cursor) fraction() int32 {
	fraction, n := c.digits(9)
	for ; n < 9; n++ {
		fraction *= 10
	}
	c.digits(longestTemporal)
	return int32(fraction)
}

// halfAhead tells whether AM or PM comes next: 1:2 PM is a time, 1:2 a ratio.
func (c *cursor) halfAhead() bool {
	at := c.i
	_, ok := c.half()
	c.i = at
	return ok
}

// hour reads 7 PM and 7pm, which have no minutes.
func (c *cursor) hour(v *value) bool {
	h, n := c.digits(2)
	half, ok := c.half()
	if n == 0 || !ok || h < 1 || h > 12 || !c.end() {
		return false
	}
	v.i = int64(h%12+half) * 3600
	v.day, v.class, v.format = v.i, classTime, timePresent|timeHalf|timeHour
	return true
}

// half reads AM, PM, a.m. or p.m. and answers with the hours it adds.
func (c *cursor) half() (hours int, ok bool) {
	at := c.i
	c.skip(' ')
	switch c.peek() | 0x20 {
	case 'p':
		hours = 12
	case 'a':
	default:
		c.i = at
		return 0, false
	}
	c.i++
	point := c.skip('.')
	if c.peek()|0x20 != 'm' {
		c.i = at
		return 0, false
	}
	c.i++
	if point {
		c.skip('.')
	}
	if c.i < len(c.s) && letter(c.s[c.i]) { // 5 amps
		c.i = at
		return 0, false
	}
	return hours, true
}

// zoneNames are the offsets, in minutes, of the zones that go by letters, as
// RFC 2822 and common use have them.
var zoneNames = map[string]int16{"UTC": 0, "GMT": 0, "UT": 0, "WET": 0, "EST": -300, "EDT": -240, "CST": -360, "CDT": -300,
	"MST": -420, "MDT": -360, "PST": -480, "PDT": -420, "AKST": -540, "AKDT": -480, "HST": -600, "AST": -240, "ADT": -180,
	"NST": -210, "NDT": -150, "BRT": -180, "ART": -180, "WEST": 60, "BST": 60, "CET": 60, "MEZ": 60, "CEST": 120, "MESZ": 120,
	"EET": 120, "SAST": 120, "EEST": 180, "MSK": 180, "GST": 240, "PKT": 300, "SGT": 480, "HKT": 480, "AWST": 480, "JST": 540,
	"KST": 540, "ACST": 570, "AEST": 600, "AEDT": 660, "NZST": 720, "NZDT": 780, "IST": unknownZone}

// unknownZone is the zone of letters that stand for several: IST is used in
// India, Ireland and Israel. The times are kept as written.
const unknownZone = naive + 1

// zone reads Z, a name or an offset, if there is one, and moves the value to UTC.
func (c *cursor) zone(v *value) bool {
	if c.end() {
		return true
	}
	c.skip(' ')
	v.format |= timeZone
	if c.skip('Z') || c.skip('z') {
		v.zone = 0
		return c.remark()
	}
	from := c.i
	for c.i < len(c.s) && c.s[c.i]-'A' < 26 {
		c.i++
	}
	offset := int16(0)
	if c.i > from {
		known := false
		if offset, known = zoneNames[string(c.s[from:c.i])]; !known {
			return false
		}
		if v.zone = offset; offset == unknownZone {
			return c.remark()
		}
	}
	if p := c.peek(); (p == '+' || p == '-') && offset == 0 {
		c.i++
		h, n := c.digits(2)
		c.skip(':')
		m, k := c.digits(2)
		if n == 0 || n == 1 && c.i-from < 4 || k == 1 || h > 15 || m > 59 {
			return false
		}
		if offset = int16(h*60 + m); p == '-' {
			offset = -offset
		}
	} else if c.i == from {
		return false
	}
	v.zone = offset
	v.i -= int64(offset) * 60
	v.day -= int64(offset) * 60
	return c.remark()
}

// clockZone reads the zone behind a time without a date. It stays as written:
// which day it is elsewhere nobody knows. 09:00-17:00 is a span of time.
func (c *cursor) clockZone(v *value) bool {
	if c.peek() == '-' && v.format&timeSeconds == 0 {
		return false
	}
	i := v.i
	if !c.zone(v) || !c.end() {
		return false
	}
	v.i, v.day, v.zone = i, i, naive
	return true
}

// remark skips what may be said about the zone: (CET), [Europe/Paris], CET.
func (c *cursor) remark() bool {
	at := c.i
	if c.skip(' ') && c.i < len(c.s) {
		if _, known := zoneNames[string(c.s[c.i:])]; known {
			c.i = len(c.s)
			return true
		}
	}
	if open := c.peek(); open == '(' || open == '[' {
		if last := c.s[len(c.s)-1]; open == '(' && last == ')' || open == '[' && last == ']' {
			c.i = len(c.s)
			return true
		}
	}
	c.i = at
	return true
}
