package column

import "time"

// date is what was read of one: month and day may be swapped.
type date struct {
	form             int
	year, month, day int
}

// partial tells of dates that name no day.
func (d *date) partial() bool {
	return d.form >= dateYM && d.form <= dateYearMonth || d.form >= dateQuarter
}

// apply checks the date and works out its seconds in each valid reading.
func (d *date) apply(v *value) bool {
	seconds, ok := unix(d.year, d.month, d.day)
	if !numericDate(uint16(d.form)) {
		v.i, v.day = seconds, seconds
		if (d.form == dateYM || d.form == dateYMSlash) && d.month == (d.year+1)%100 {
			v.flags |= flagSpan
		}
		return ok
	}
	if ok {
		v.i, v.day = seconds, seconds
		v.flags |= flagMonthFirst
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
	if month < 1 || month > 12 || day < 1 || day > daysIn(year, month) || year == 0 {
		return 0, false
	}
	return civil(year, month, day) * daySeconds, true
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

// likelyYear bounds what is taken for a year where little else says that a
// value is a date.
func likelyYear(year int) bool { return year >= 1500 && year < 2200 }

// numeric reads a date that begins with a digit.
func (c *cursor) numeric(d *date) bool {
	a, n := c.digits(8)
	if n == 8 {
		*d = date{dateBasic, a / 10000, a / 100 % 100, a % 100}
		// Eight digits alone are a number.
		return c.i+4 < len(c.s) && (c.peek() == 'T' || c.peek() == ' ' && likelyYear(d.year)) && c.s[c.i+1]-'0' < 10
	}
	if n == 4 {
		return c.yearFirst(d, a)
	}
	if n != 1 && n != 2 {
		return false
	}
	c.ordinal()
	sep := c.peek()
	if letter(sep) || sep >= 0x80 {
		return c.dayMonthName(d, a, 0)
	}
	c.i++
	if sep == '.' && c.skip(' ') && c.peek()-'0' >= 10 {
		sep = ' '
	}
	if c.i < len(c.s) && c.s[c.i]-'0' >= 10 {
		return (sep == ' ' || sep == '-' || sep == '/') && c.dayMonthName(d, a, sep)
	}
	return c.numericRest(d, a, sep)
}

// numericRest goes on behind the first number of 1/2/2003 and its separator.
func (c *cursor) numericRest(d *date, a int, sep byte) bool {
	b, m := c.digits(4)
	if m == 4 && (sep == '/' || sep == '-') {
		*d = date{dateMY, b, a, 1}
		if sep == '-' {
			d.form = dateMYDash
		}
		return likelyYear(b) && c.end()
	}
	if m == 0 || m > 2 || !c.skip(sep) {
		return false
	}
	if sep == '.' {
		c.skip(' ')
	}
	year, y := c.digits(4)
	if c.peek()-'0' < 10 || y != 4 && y != 2 {
		return false
	}
	*d = date{year: year, month: a, day: b}
	switch sep {
	case '/':
		d.form = dateNumericSlash
	case '-':
		d.form = dateNumericDash
	case '.':
		d.form = dateNumericDot
	default:
		return false
	}
	if y == 2 {
		d.short()
	}
	return true
}

// ordinal skips the ending of 1st, 2nd, 3rd, 4th and the French 1er.
func (c *cursor) ordinal() {
	if c.i+2 < len(c.s) && letter(c.s[c.i]) {
		switch string(c.s[c.i : c.i+2]) {
		case "st", "nd", "rd", "th", "er", "ST", "ND", "RD", "TH":
			if !letter(c.s[c.i+2]) {
				c.i += 2
			}
		}
	}
}

// yearFirst goes on behind a year of four digits.
func (c *cursor) yearFirst(d *date, year int) bool {
	form, short := dateYMD, dateYM
	sep := c.peek()
	c.i++
	switch sep {
	case '-':
		if c.skip('W') {
			return c.week(d, year)
		}
	case '/':
		form, short = dateYMDSlash, dateYMSlash
	case '.':
		form, short = dateYMDDot, 0
	case ' ':
		form = 0
	case ':':
		form, short = dateYMDColon, 0
	default:
		c.i--
		return c.yearLetter(d, year)
	}
	if c.peek()-'0' >= 10 {
		if c.peek()|0x20 == 'q' {
			return c.quarter(d, year)
		}
		return (sep == ' ' || sep == '-') && c.yearMonthName(d, year, sep)
	}
	month, m := c.digits(3)
	if m == 3 && sep == '-' && c.peek()-'0' >= 10 && likelyYear(year) {
		first, _ := unix(year, 1, 1)
		day := time.Unix(first+int64(month-1)*daySeconds, 0).UTC()
		*d = date{dateOrdinal, year, int(day.Month()), day.Day()}
		return month >= 1 && day.Year() == year
	}
	if c.end() && m == 2 && short > 0 && likelyYear(year) {
		*d = date{short, year, month, 1}
		return true
	}
	if m == 0 || m == 3 || form == 0 || !c.skip(sep) {
		return false
	}
	day, n := c.digits(2)
	*d = date{form, year, month, day}
	if form == dateYMDColon && (m != 2 || n != 2 || c.end()) { // that may be a duration
		return false
	}
	return n > 0 && c.peek()-'0' >= 10
}

// yearLetter goes on behind a year where a letter follows at once: 2024Q1,
// 2024W07, 2024M05 (as the ECB and the IMF write them), 2024年5月25日.
func (c *cursor) yearLetter(d *date, year int) bool {
	switch c.peek() {
	case 'Q', 'q':
		return c.quarter(d, year)
	case 'W':
		c.i++
		return c.week(d, year)
	case 'M':
		c.i++
		month, n := c.digits(2)
		*d = date{dateYMLetter, year, month, 1}
		return n == 2 && c.end() && likelyYear(year)
	}
	if !c.word("年") && !c.word("년") {
		return false
	}
	c.skip(' ')
	month, n := c.digits(2)
	if n == 0 || !c.word("月") && !c.word("월") {
		return false
	}
	c.skip(' ')
	day, n := c.digits(2)
	*d = date{dateIdeographs, year, month, day}
	return n > 0 && (c.word("日") || c.word("일"))
}

// quarter reads Q1 to Q4 behind a year: its first day.
func (c *cursor) quarter(d *date, year int) bool {
	c.i++
	q, n := c.digits(2)
	*d = date{dateQuarter, year, 3*q - 2, 1}
	return n == 1 && q >= 1 && q <= 4 && c.end() && likelyYear(year)
}

// quarterFirst reads Q1 2024 and Q1-2024.
func (c *cursor) quarterFirst(d *date) bool {
	if len(c.s) != len("Q1 2024") || c.s[2] != ' ' && c.s[2] != '-' && c.s[2] != '/' {
		return false
	}
	last := cursor{s: c.s, i: 3}
	year, n := last.digits(4)
	c.s = c.s[:2]
	return n == 4 && c.quarter(d, year)
}

// week reads the rest of 2024-W05 or 2024-W05-3 (ISO 8601): its Monday, or
// the day.
func (c *cursor) week(d *date, year int) bool {
	week, n := c.digits(2)
	form, day := dateWeek, 1
	if c.skip('-') {
		form = dateWeekDay
		if day, _ = c.digits(1); day < 1 || day > 7 {
			return false
		}
	}
	fourth := time.Date(year, time.January, 4, 0, 0, 0, 0, time.UTC) // always in week 1
	monday := fourth.AddDate(0, 0, -(int(fourth.Weekday())+6)%7)
	at := monday.AddDate(0, 0, 7*(week-1)+day-1)
	if _, w := at.ISOWeek(); n != 2 || w != week || !c.end() {
		return false
	}
	*d = date{form, at.Year(), int(at.Month()), at.Day()}
	return true
}

// yearMonthName reads the rest of "2024 Mar 5" and "2024-Mar-05".
func (c *cursor) yearMonthName(d *date, year int, sep byte) bool {
	month := c.monthName()
	if month > 0 && c.end() && likelyYear(year) {
		*d = date{dateYearMonth, year, month, 1}
		return true
	}
	if month == 0 || !c.skip(sep) {
		return false
	}
	day, n := c.digits(2)
	*d = date{dateYearMonthName, year, month, day}
	return n > 0 && c.peek()-'0' >= 10
}

// short gives a year of two digits its century: 69 is 1969, 68 is 2068, as
// POSIX has it.
func (d *date) short() {
	switch d.form {
	case dateNumericSlash, dateNumericDash, dateNumericDot, dateDayMonthName, dateDayMonthNameDash, dateDayMonthNameTight:
		d.form += dateNumericSlashShort - dateNumericSlash
	}
	if d.year += 1900; d.year < 1969 {
		d.year += 100
	}
}

// dayMonthName goes on behind the day of "02 Jan 2006", "02-Jan-06",
// "02JAN2006" and "2 de enero de 2006".
func (c *cursor) dayMonthName(d *date, day int, sep byte) bool {
	if sep == ' ' {
		for c.skip(' ') { // in columns of a fixed width
		}
		c.word("de ")
	}
	month := c.monthName()
	if month == 0 {
		return false
	}
	if sep == ' ' {
		c.skip(',')
		if !c.skip(' ') {
			return false
		}
		for c.skip(' ') {
		}
		if !c.word("de ") {
			c.word("del ")
		}
	} else if sep != 0 && !c.skip(sep) {
		return false
	}
	year, n := c.digits(4)
	*d = date{dateDayMonthName, year, month, day}
	switch sep {
	case '/':
		d.form = dateLog
		return n == 4
	case '-':
		d.form = dateDayMonthNameDash
	case 0:
		d.form = dateDayMonthNameTight
	}
	if n == 2 {
		d.short()
	}
	return (n == 4 || n == 2) && c.peek()-'0' >= 10
}

// named reads a date that begins with a word: "Jan 2, 2006", "January 2006",
// "Mon, 02 Jan 2006", "Mon Jan  2 15:04:05 2006".
func (c *cursor) named(d *date) bool {
	if c.peek()|0x20 == 'q' {
		return c.quarterFirst(d)
	}
	word := c.calendarWord()
	weekday := word == aWeekday
	if weekday {
		c.skip('.')
		c.skip(',')
		if !c.skip(' ') {
			return false
		}
		if c.peek()-'0' < 10 {
			day, n := c.digits(2)
			c.skip('.')
			sep := c.peek()
			if sep == '-' || sep == ' ' {
				c.i++
			}
			if n == 0 || sep != '-' && sep != ' ' || !c.dayMonthName(d, day, sep) {
				return false
			}
			d.form = dateWeekday
			return true
		}
		word = c.calendarWord()
	}
	if word == 0 || word == aWeekday {
		return false
	}
	c.skip('.')
	return c.monthFirst(d, word, weekday)
}

// monthFirst goes on behind a month.
func (c *cursor) monthFirst(d *date, month int, weekday bool) bool {
	c.skip(',')
	dash := c.skip('-')
	if !dash && !c.skip(' ') {
		return false
	}
	for c.skip(' ') {
	}
	c.word("de ")
	day, n := c.digits(4)
	switch {
	case n == 4 && !weekday && c.end():
		*d = date{dateMonthNameYear, day, month, 1}
		if dash {
			d.form = dateMonthNameYearDash
		}
		return likelyYear(day)
	case n == 2 && dash && c.end():
		*d = date{dateMonthNameYearShort, day, month, 1}
		d.short()
		return true
	case n != 1 && n != 2:
		return false
	}
	c.ordinal()
	form := dateMonthNameDay
	switch {
	case dash:
		form = dateMonthNameDayDash
		if !c.skip('-') {
			return false
		}
	case c.skip(','):
		form = dateMonthNameDayComma
		c.skip(' ')
	case !c.skip(' '):
		return false
	}
	if weekday {
		form = dateWeekdayMonth
	}
	year, y := c.digits(4)
	*d = date{form, year, month, day}
	if weekday && y <= 2 && c.peek() == ':' { // the year comes behind the time
		c.i -= y + 1
		return c.yearAtEnd(d)
	}
	return y == 4 && c.peek()-'0' >= 10
}

// yearAtEnd takes the year of the C library's ctime from the end of the text.
func (c *cursor) yearAtEnd(d *date) bool {
	rest := len(c.s) - 5
	if rest <= c.i || c.s[rest] != ' ' {
		return false
	}
	last := cursor{s: c.s[rest+1:]}
	year, n := last.digits(4)
	d.year = year
	c.s = c.s[:rest]
	return n == 4
}
