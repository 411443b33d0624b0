package column

import "strings"

// Ways to write the date of a format, in its high byte.
const (
	dateYMD = iota + 1
	dateYMDSlash
	dateYMDDot
	dateBasic
	dateNumericSlash // month and day in either order
	dateNumericDash
	dateNumericDot
	dateNumericSlashShort // with a year of two digits
	dateNumericDashShort
	dateNumericDotShort
	dateDayMonthName
	dateDayMonthNameDash
	dateDayMonthNameTight
	dateDayMonthNameShort
	dateDayMonthNameDashShort
	dateDayMonthNameTightShort
	dateMonthNameDay
	dateMonthNameDayDash
	dateMonthNameDayComma
	dateYearMonthName
	dateWeekday
	dateWeekdayMonth
	dateLog
	dateYM
	dateYMSlash
	dateMY
	dateMYDash
	dateMonthNameYear
	dateMonthNameYearDash
	dateMonthNameYearShort
	dateYearMonth
	dateOrdinal
	dateWeek
	dateWeekDay
	dateYMDColon // as cameras write it, with a time behind
	dateIdeographs
	dateQuarter
	dateYMLetter
	dateMYDot // of a whole column only, see monthsBehindPoints
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
	timePoints // between hours, minutes and seconds

	timeHour  = timePoints        // of a time without a date: that has no minutes
	timeFirst = timeT | timeSpace // before the date
)

// Ways to write a duration, in the high byte too.
const (
	durationISO = iota + 0x80
	durationClock
	durationMinutes
	durationDays
	durationWords
)

var dateNames = [...]string{"", "YYYY-MM-DD", "YYYY/MM/DD", "YYYY.MM.DD", "YYYYMMDD", "MM/DD/YYYY", "MM-DD-YYYY", "MM.DD.YYYY",
	"MM/DD/YY", "MM-DD-YY", "MM.DD.YY", "DD Mon YYYY", "DD-Mon-YYYY", "DDMonYYYY", "DD Mon YY", "DD-Mon-YY", "DDMonYY",
	"Mon DD YYYY", "Mon-DD-YYYY", "Mon DD, YYYY", "YYYY Mon DD", "Day, DD Mon YYYY", "Day, Mon DD, YYYY", "DD/Mon/YYYY",
	"YYYY-MM", "YYYY/MM", "MM/YYYY", "MM-YYYY", "Mon YYYY", "Mon-YYYY", "Mon-YY", "YYYY Mon", "YYYY-DDD", "YYYY-Www", "YYYY-Www-D",
	"YYYY:MM:DD", "YYYY年MM月DD日", "YYYY-Qq", "YYYYMmm", "MM.YYYY"}

var durationNames = [...]string{"ISO 8601", "h:mm:ss", "m:ss.s", "d days h:mm:ss", "d h m s"}

// numericDate tells of forms whose month and day may be swapped.
func numericDate(form uint16) bool {
	return form >= dateNumericSlash && form <= dateNumericDotShort
}

// dotted dates have the day first by convention.
func dotted(form uint16) bool { return form == dateNumericDot || form == dateNumericDotShort }

// formatName writes a format out, as "YYYY-MM-DDThh:mm:ss±hh:mm".
func formatName(format uint16, dayFirst bool) string {
	d, t := format>>8, format&0xff
	if d >= durationISO {
		return durationNames[d-durationISO]
	}
	name := dateNames[d]
	if dayFirst && numericDate(d) {
		name = strings.NewReplacer("MM", "DD", "DD", "MM").Replace(name)
	}
	if t == 0 {
		return name
	}
	switch {
	case t&timeFirst == timeFirst:
		return formatName(t&^timeFirst, false) + " " + name
	case t&timeT != 0:
		name += "T"
	case t&timeSpace != 0:
		name += " "
	case d != 0 && d != dateBasic:
		name += ":"
	}
	colon := ":"
	switch {
	case d == dateBasic:
		colon = ""
	case t&timePoints != 0:
		colon = "."
	}
	name += "hh"
	if d != 0 || t&timeHour == 0 {
		name += colon + "mm"
	}
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

// longestTemporal is the most bytes that a date or time takes: browsers write
// the zone's name out behind it.
const longestTemporal = 72

// parseTemporal reads dates, times and both together in their usual forms.
func parseTemporal(s []byte, v *value) bool {
	if len(s) < 3 || len(s) > longestTemporal {
		return false
	}
	if last := s[len(s)-1] | 0x20; (last == 'm' || last == '.') && len(s) <= len("12 a.m.") && s[0]-'0' < 10 {
		if c := (cursor{s: s}); c.hour(v) {
			return true
		}
	}
	if len(s) < 4 {
		return false
	}
	switch last := s[len(s)-1]; { // most texts end like no date
	case last-'0' < 10, last-'A' < 26, last == 'm', last == 'r', last == 'z', last == '.', last == ')', last == ']', last >= 0x80:
	case len(s) > 14 || s[3]-'0' >= 10: // 2024 March
		return false
	}
	if s[0] == '[' && s[len(s)-1] == ']' { // as in the logs of Apache
		s = s[1 : len(s)-1]
	}
	c := cursor{s: s}
	var d date
	switch {
	case len(s) < 4:
		return false
	case s[0]-'0' >= 10:
		if !c.named(&d) {
			return false
		}
	case s[1] == ':' || s[2] == ':':
		ok := c.clock(v)
		if ok && c.clockFirst(v) {
			return true
		}
		if !ok || !c.clockZone(v) {
			v.i, v.day, v.nanos, v.format = 0, 0, 0, 0
			return false
		}
		v.class, v.format = classTime, v.format|timePresent
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
	if d.partial() || !c.behindDate(v) {
		*v = value{zone: naive, flags: v.flags & flagSpaced}
		return false
	}
	v.class = classDatetime
	return true
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

// word skips a word that is written exactly so.
func (c *cursor) word(w string) bool {
	if rest := c.s[c.i:]; len(rest) >= len(w) && string(rest[:len(w)]) == w {
		c.i += len(w)
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
