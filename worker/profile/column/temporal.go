package column

import (
	"strings"
	"time"
)

// Ways to write the date of a format, in its high byte.
const (
	dateYMD = iota + 1
	dateYMDSlash
	dateYMDDot
	dateBasic
	dateNumericSlash // month and day in either order
	dateNumericDash
	dateNumericSlashShort // with a year of two digits
	dateNumericDashShort
	dateDMYDot
	dateDMYDotShort
	dateDayMonthName
	dateDayMonthNameDash
	dateDayMonthNameDashShort
	dateMonthNameDay
	dateMonthNameDayComma
	dateWeekday
	dateWeekdayMonth
	dateLog
)

// What the time of a format has, in its low byte.
const (
	timeT       = 1 << iota // behind a T
	timeSpace               // behind a space
	timeSeconds             //
	timeFraction
	timeHalf // AM, PM
	timeZone
	timePresent
)

var dateNames = [...]string{"", "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYYMMDD", "MM/DD/YYYY", "MM-DD-YYYY",
	"MM/DD/YY", "MM-DD-YY", "DD.MM.YYYY", "DD.MM.YY", "DD Mon YYYY", "DD-Mon-YYYY", "DD-Mon-YY",
	"Mon DD YYYY", "Mon DD, YYYY", "Day, DD Mon YYYY", "Day, Mon DD, YYYY", "DD/Mon/YYYY"}

// formatName writes a format out, as "YYYY-MM-DDThh:mm:ssZ".
func formatName(format uint16, dayFirst bool) string {
	d, t := format>>8, format&0xff
	name := dateNames[d]
	if dayFirst && d >= dateNumericSlash && d <= dateNumericDashShort {
		name = strings.NewReplacer("MM", "DD", "DD", "MM").Replace(name)
	}
	if t == 0 {
		return name
	}
	switch {
	case t&timeT != 0:
		name += "T"
	case t&timeSpace != 0:
		name += " "
	case d == dateLog:
		name += ":"
	}
	colon := ":"
	if d == dateBasic {
		colon = ""
	}
	name += "hh" + colon + "mm"
	if t&timeSeconds != 0 {
		name += colon + "ss"
	}
	if t&timeFraction != 0 {
		name += ".s"
	}
	if t&timeHalf != 0 {
		name += " AM"
	}
	if t&timeZone != 0 {
		name += "±hh:mm"
	}
	return name
}

// longestTemporal is the most bytes that a date or time takes.
const longestTemporal = 48

// parseTemporal reads dates, times and both together in their usual forms.
func parseTemporal(s []byte, v *value) bool {
	if len(s) < 4 || len(s) > longestTemporal {
		return false
	}
	c := cursor{s: s}
	var d date
	switch {
	case s[0]-'0' >= 10:
		if !c.named(&d) {
			return false
		}
	case s[1] == ':' || s[2] == ':':
		if !c.clock(v) || !c.end() {
			return false
		}
		v.class, v.format = classTime, v.format|timePresent
		v.zone = naive
		return true
	default:
		if !c.numeric(&d) {
			return false
		}
	}
	if !d.apply(v) {
		v.flags &^= flagMonthFirst | flagDayFirst
		return false
	}
	v.format = uint16(d.form) << 8
	if c.end() {
		v.class = classDate
		return true
	}
	before := *v
	if !c.behindDate(v) {
		*v = before
		v.flags &^= flagMonthFirst | flagDayFirst
		v.i, v.day, v.format = 0, 0, 0
		return false
	}
	v.class = classDatetime
	return true
}

// date is what was read of one: month and day may be swapped.
type date struct {
	form             int
	year, month, day int
}

// apply checks the date and works out its seconds in each valid reading.
func (d *date) apply(v *value) bool {
	numeric := d.form >= dateNumericSlash && d.form <= dateNumericDashShort
	if seconds, ok := unix(d.year, d.month, d.day); ok {
		v.i, v.day = seconds, seconds
		if numeric {
			v.flags |= flagMonthFirst
		}
	}
	if !numeric {
		_, ok := unix(d.year, d.month, d.day)
		return ok
	}
	if seconds, ok := unix(d.year, d.day, d.month); ok {
		v.day = seconds
		if v.flags&flagMonthFirst == 0 {
			v.i = seconds
		}
		v.flags |= flagDayFirst
	}
	return v.flags&(flagMonthFirst|flagDayFirst) != 0
}

func unix(year, month, day int) (int64, bool) {
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) {
		return 0, false
	}
	return time.Date(year, time.Month(month), day, 0, 0, 0, 0, time.UTC).Unix(), true
}

func daysIn(year, month int) int {
	switch month {
	case 4, 6, 9, 11:
		return 30
	case 2:
		if year%4 == 0 && (year%100 != 0 || year%400 == 0) {
			return 29
		}
		return 28
	}
	return 31
}

// cursor reads a text from the front.
type cursor struct {
	s []byte
	i int
}

func (c *cursor) end() bool { return c.i == len(c.s) }

func (c *cursor) peek() byte {
	if c.i < len(c.s) {
		return c.s[c.i]
	}
	return 0
}

func (c *cursor) skip(b byte) bool {
	if c.peek() == b {
		c.i++
		return true
	}
	return false
}

// digits reads at most n of them and tells how many there were.
func (c *cursor) digits(n int) (value, count int) {
	for count < n && c.i < len(c.s) && c.s[c.i]-'0' < 10 {
		value = value*10 + int(c.s[c.i]-'0')
		c.i++
		count++
	}
	return value, count
}

// numeric reads a date that begins with a digit.
func (c *cursor) numeric(d *date) bool {
	a, n := c.digits(8)
	if n == 8 {
		*d = date{dateBasic, a / 10000, a / 100 % 100, a % 100}
		return c.peek() == 'T' // eight digits alone are a number
	}
	sep := c.peek()
	c.i++
	if n == 4 {
		return c.yearFirst(d, a, sep)
	}
	if n != 1 && n != 2 {
		return false
	}
	if c.i < len(c.s) && c.s[c.i]-'0' >= 10 {
		return (sep == ' ' || sep == '-' || sep == '/') && c.dayMonthName(d, a, sep)
	}
	b, m := c.digits(2)
	if m == 0 || !c.skip(sep) {
		return false
	}
	year, y := c.digits(4)
	if c.peek()-'0' < 10 || y != 4 && y != 2 {
		return false
	}
	*d = date{year: year, month: a, day: b}
	switch {
	case sep == '/':
		d.form = dateNumericSlash
	case sep == '-':
		d.form = dateNumericDash
	case sep == '.':
		d.form, d.month, d.day = dateDMYDot, b, a
	default:
		return false
	}
	if y == 2 {
		d.short()
	}
	return true
}

func (c *cursor) yearFirst(d *date, year int, sep byte) bool {
	form := dateYMD
	switch sep {
	case '-':
	case '/':
		form = dateYMDSlash
	case '.':
		form = dateYMDDot
	default:
		return false
	}
	month, m := c.digits(2)
	if m == 0 || !c.skip(sep) {
		return false
	}
	day, n := c.digits(2)
	*d = date{form, year, month, day}
	return n > 0 && c.peek()-'0' >= 10
}

// short gives a year of two digits its century: 69 is 1969, 68 is 2068, as
// POSIX has it.
func (d *date) short() {
	switch d.form {
	case dateNumericSlash:
		d.form = dateNumericSlashShort
	case dateNumericDash:
		d.form = dateNumericDashShort
	case dateDMYDot:
		d.form = dateDMYDotShort
	case dateDayMonthNameDash:
		d.form = dateDayMonthNameDashShort
	}
	if d.year += 1900; d.year < 1969 {
		d.year += 100
	}
}

// dayMonthName goes on behind the day of "02 Jan 2006" and "02-Jan-06".
func (c *cursor) dayMonthName(d *date, day int, sep byte) bool {
	month := c.monthName()
	if month == 0 || !c.skip(sep) {
		return false
	}
	year, n := c.digits(4)
	*d = date{dateDayMonthName, year, month, day}
	switch sep {
	case '/':
		d.form = dateLog
	case '-':
		d.form = dateDayMonthNameDash
		if n == 2 {
			d.short()
			return true
		}
	}
	return n == 4
}

// named reads a date that begins with a word: "Jan 2, 2006", "January 2 2006",
// "Mon, 02 Jan 2006".
func (c *cursor) named(d *date) bool {
	weekday := c.weekday()
	if weekday && c.peek()-'0' < 10 {
		day, n := c.digits(2)
		if n == 0 || !c.skip(' ') || !c.dayMonthName(d, day, ' ') {
			return false
		}
		d.form = dateWeekday
		return true
	}
	month := c.monthName()
	if month == 0 || !c.skip(' ') {
		return false
	}
	c.skip(' ')
	day, n := c.digits(2)
	form := dateMonthNameDay
	if c.skip(',') {
		form = dateMonthNameDayComma
	}
	if weekday {
		form = dateWeekdayMonth
	}
	if n == 0 || !c.skip(' ') {
		return false
	}
	year, y := c.digits(4)
	*d = date{form, year, month, day}
	return y == 4
}

func (c *cursor) letters() string {
	from := c.i
	for c.i < len(c.s) && c.s[c.i]|0x20-'a' < 26 {
		c.i++
	}
	return string(c.s[from:c.i])
}

func (c *cursor) weekday() bool {
	for _, day := range [...]string{"Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"} {
		for _, word := range [...]string{day, day[:3]} {
			if n := len(word); len(c.s) > n+2 && string(c.s[:n]) == word && c.s[n] == ',' && c.s[n+1] == ' ' {
				c.i = n + 2
				return true
			}
		}
	}
	return false
}

const monthNames = "january  february march    april    may      june     july     august   septemberoctober  november december "

// monthName reads an English month, in full or its first three letters.
func (c *cursor) monthName() int {
	word := c.letters()
	if len(word) < 3 || len(word) > 9 {
		return 0
	}
	word = strings.ToLower(word)
	for m := range 12 {
		name := strings.TrimRight(monthNames[9*m:9*m+9], " ")
		if word == name[:3] || word == name || word == "sept" && m == 8 {
			c.skip('.')
			return m + 1
		}
	}
	return 0
}

// behindDate reads the time and zone behind a date.
func (c *cursor) behindDate(v *value) bool {
	switch {
	case c.skip('T') || c.skip('t'):
		v.format |= timeT
	case c.skip(' '):
		v.format |= timeSpace
	case c.skip(','):
		if !c.skip(' ') {
			return false
		}
		v.format |= timeSpace
	case v.format>>8 == dateLog && c.skip(':'):
		v.format |= timePresent
	default:
		return false
	}
	return c.clock(v) && c.zone(v) && c.end()
}

// clock reads hh:mm[:ss[.fraction]][ AM] and adds it to the value's seconds.
func (c *cursor) clock(v *value) bool {
	h, n := c.digits(2)
	colon := c.skip(':')
	if n == 0 || !colon && v.format>>8 != dateBasic {
		return false
	}
	m, n := c.digits(2)
	if n != 2 || h > 24 || m > 59 {
		return false
	}
	seconds := h*3600 + m*60
	if colon && c.skip(':') || !colon && c.peek()-'0' < 10 {
		s, n := c.digits(2)
		if n != 2 || s > 60 {
			return false
		}
		seconds += min(s, 59) // a leap second counts as the one before
		v.format |= timeSeconds
		if p := c.peek(); (p == '.' || p == ',') && c.i+1 < len(c.s) && c.s[c.i+1]-'0' < 10 {
			c.i++
			fraction, n := c.digits(9)
			for ; n < 9; n++ {
				fraction *= 10
			}
			c.digits(longestTemporal) // beyond nanoseconds
			v.nanos = int32(fraction)
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
	v.i += int64(seconds)
	v.day += int64(seconds)
	return true
}

// half reads AM or PM and answers with the hours it adds.
func (c *cursor) half() (hours int, ok bool) {
	rest := c.s[c.i:]
	if len(rest) > 0 && rest[0] == ' ' {
		rest = rest[1:]
	}
	if len(rest) < 2 || rest[1]|0x20 != 'm' {
		return 0, false
	}
	switch rest[0] | 0x20 {
	case 'p':
		hours = 12
	case 'a':
	default:
		return 0, false
	}
	c.i = len(c.s) - len(rest) + 2
	return hours, true
}

// zone reads Z, UTC, GMT or an offset, if there is one, and moves the value to UTC.
func (c *cursor) zone(v *value) bool {
	if c.end() {
		return true
	}
	c.skip(' ')
	v.format |= timeZone
	if c.skip('Z') || c.skip('z') {
		v.zone = 0
		return true
	}
	if rest := string(c.s[c.i:]); rest == "UTC" || rest == "GMT" {
		v.zone = 0
		c.i = len(c.s)
		return true
	}
	sign := 0
	switch {
	case c.skip('+'):
		sign = 1
	case c.skip('-'):
		sign = -1
	default:
		return false
	}
	h, n := c.digits(2)
	c.skip(':')
	m, k := c.digits(2)
	if n != 2 || k == 1 || h > 15 || m > 59 {
		return false
	}
	v.zone = int16(sign * (h*60 + m))
	v.i -= int64(v.zone) * 60
	v.day -= int64(v.zone) * 60
	return true
}

// parseDuration reads ISO 8601 durations, as P1DT2H30M. Years and months count
// as their Gregorian mean.
func parseDuration(s []byte, v *value) bool {
	c := cursor{s: s}
	negative := c.skip('-')
	if len(s) > longestTemporal || !c.skip('P') || c.end() {
		return false
	}
	var seconds float64
	inTime := false
	for !c.end() {
		if !inTime && c.skip('T') {
			inTime = true
			if c.end() {
				return false
			}
		}
		from := c.i
		_, n := c.digits(12)
		if n == 0 {
			return false
		}
		if p := c.peek(); p == '.' || p == ',' {
			c.i++
			c.digits(12)
		}
		amount := parseFloat([]byte(strings.Replace(string(s[from:c.i]), ",", ".", 1)))
		unit := c.peek()
		c.i++
		size, ok := durationUnit(unit, inTime)
		if !ok {
			return false
		}
		seconds += amount * size
	}
	if negative {
		seconds = -seconds
	}
	whole := int64(seconds)
	if seconds < 0 && float64(whole) != seconds {
		whole--
	}
	v.class = classDuration
	v.i, v.day, v.nanos = whole, whole, int32((seconds-float64(whole))*1e9)
	return true
}

func durationUnit(unit byte, inTime bool) (seconds float64, ok bool) {
	const year = 31556952
	switch {
	case unit == 'H' && inTime:
		return 3600, true
	case unit == 'M' && inTime:
		return 60, true
	case unit == 'S' && inTime:
		return 1, true
	case inTime:
	case unit == 'Y':
		return year, true
	case unit == 'M':
		return year / 12, true
	case unit == 'W':
		return 7 * 86400, true
	case unit == 'D':
		return 86400, true
	}
	return 0, false
}
