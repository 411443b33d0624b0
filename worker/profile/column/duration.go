package column

import (
	"math"
	"strings"
)

// parseDuration reads ISO 8601 durations, as P1DT2H30M, times of a day beyond
// 24 hours, days with a time behind, and amounts with units. Years and months
// of ISO 8601 count as their Gregorian mean; as words they are none: a column
// of "36 months" holds a number with its unit.
func parseDuration(s []byte, v *value) bool {
	if len(s) > longestTemporal || len(s) < 2 {
		return false
	}
	c := cursor{s: s}
	negative := c.skip('-')
	var seconds float64
	var nanos int32
	form := 0
	switch {
	case c.skip('P'):
		form, seconds = durationISO, c.isoDuration()
	case c.peek()-'0' >= 10:
		return false
	default:
		seconds, nanos, form = c.plainDuration()
	}
	if form == 0 || !c.end() || math.IsNaN(seconds) || seconds > 1<<40 {
		return false
	}
	if negative {
		seconds = -seconds
		if nanos > 0 {
			seconds, nanos = seconds-1, 1e9-nanos
		}
	}
	whole := math.Floor(seconds)
	v.class, v.format = classDuration, uint16(form)<<8
	v.i, v.day, v.nanos = int64(whole), int64(whole), nanos+int32((seconds-whole)*1e9)
	return true
}

// maybeDuration sorts out quickly what begins with digits and is none.
func maybeDuration(s []byte) bool {
	for i, c := range s {
		if c-'0' < 10 || c == '.' {
			continue
		}
		if c == ' ' && i+1 < len(s) {
			c = s[i+1]
		}
		switch c {
		case ':', 'd', 'h', 'm', 's', 'w', 'S':
			return true
		}
		return false
	}
	return false
}

// isoDuration answers NaN for what is none.
func (c *cursor) isoDuration() (seconds float64) {
	if c.end() {
		return math.NaN()
	}
	inTime := false
	for !c.end() {
		if !inTime && c.skip('T') {
			inTime = true
			if c.end() {
				return math.NaN()
			}
		}
		from := c.i
		_, n := c.digits(12)
		if n == 0 {
			return math.NaN()
		}
		if p := c.peek(); p == '.' || p == ',' {
			c.i++
			c.digits(12)
		}
		amount := parseFloat([]byte(strings.Replace(string(c.s[from:c.i]), ",", ".", 1)))
		unit := c.peek()
		c.i++
		size, ok := isoUnit(unit, inTime)
		if !ok {
			return math.NaN()
		}
		seconds += amount * size
	}
	return seconds
}

func isoUnit(unit byte, inTime bool) (seconds float64, ok bool) {
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
		return 7 * daySeconds, true
	case unit == 'D':
		return daySeconds, true
	}
	return 0, false
}

// plainDuration reads a duration that begins with digits; form is 0 for what
// is none.
func (c *cursor) plainDuration() (seconds float64, nanos int32, form int) {
	from := c.i
	n, count := c.digits(9)
	if count == 0 {
		return 0, 0, 0
	}
	if c.peek() == ':' {
		seconds, nanos, form = c.clockDuration(n)
		return seconds, nanos, form
	}
	if c.word(" days") || c.word(" day") {
		days := float64(n) * daySeconds
		if c.end() {
			return days, 0, durationWords
		}
		c.skip(',')
		if c.skip(' ') && c.peek()-'0' < 10 || c.skip('+') {
			if h, k := c.digits(2); k > 0 && h < 24 && c.peek() == ':' {
				seconds, nanos, form = c.clockDuration(h)
				if form == durationClock {
					return days + seconds, nanos, durationDays
				}
			}
		}
	}
	c.i = from
	return c.words()
}

// clockDuration goes on behind the hours of h:mm:ss, or the minutes of m:ss.s.
func (c *cursor) clockDuration(first int) (seconds float64, nanos int32, form int) {
	c.i++
	m, n := c.digits(2)
	if n != 2 || m > 59 {
		return 0, 0, 0
	}
	if p := c.peek(); (p == '.' || p == ',') && c.i+1 < len(c.s) {
		c.i++
		return float64(first*60 + m), c.fraction(), durationMinutes
	}
	if !c.skip(':') {
		return 0, 0, 0
	}
	s, n := c.digits(2)
	if n != 2 || s > 59 {
		return 0, 0, 0
	}
	if p := c.peek(); (p == '.' || p == ',') && c.i+1 < len(c.s) {
		c.i++
		nanos = c.fraction()
	}
	return float64(first)*3600 + float64(m*60+s), nanos, durationClock
}

// words reads amounts with units, from large to small, as "1h 30m" and
// "2 hours, 5 minutes". A single m may be metres.
func (c *cursor) words() (seconds float64, nanos int32, form int) {
	before := math.Inf(1)
	for parts := 0; ; parts++ {
		from := c.i
		if _, n := c.digits(9); n == 0 {
			return 0, 0, 0
		}
		if c.skip('.') {
			c.digits(9)
		}
		amount := parseFloat(c.s[from:c.i])
		c.skip(' ')
		unit := c.i
		for c.i < len(c.s) && letter(c.s[c.i]) {
			c.i++
		}
		if c.i == len(c.s) && isDecade(c.s) {
			return 0, 0, 0
		}
		size := unitSeconds(string(c.s[unit:c.i]), parts > 0)
		if size == 0 || size >= before {
			return 0, 0, 0
		}
		seconds, before = seconds+amount*size, size
		if c.end() {
			return seconds, 0, durationWords
		}
		c.skip(',')
		c.skip(' ')
		if c.end() {
			return 0, 0, 0
		}
	}
}

// isDecade knows 1990s.
func isDecade(s []byte) bool {
	return len(s) == 5 && (s[0] == '1' || s[0] == '2') && s[3] == '0' && s[4] == 's'
}

// unitSeconds is the length of a unit of time, 0 for other words. Letters that
// mean many things count behind another unit only.
func unitSeconds(unit string, behind bool) float64 {
	switch unit {
	case "weeks", "week", "wk", "wks":
		return 7 * daySeconds
	case "d", "day", "days":
		return daySeconds
	case "h", "hr", "hrs", "hour", "hours", "Std", "std":
		return 3600
	case "min", "mins", "minute", "minutes":
		return 60
	case "sec", "secs", "second", "seconds":
		return 1
	case "ms", "msec":
		return 1e-3
	case "m":
		if behind {
			return 60
		}
	case "s":
		return 1
	}
	return 0
}
