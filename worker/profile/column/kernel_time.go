package column

import "encoding/binary"

// isoDay reads YYYY-MM-DD and answers with the days since 1970.
func isoDay(b []byte) (days int64, ok bool) {
	_ = b[9]
	const (
		like   = 0x2d30302d30303030 // 0000-00-
		dashes = 0xff0000ff00000000
	)
	t := binary.LittleEndian.Uint64(b) ^ like
	d1, d0 := uint(b[8]-'0'), uint(b[9]-'0')
	if t&dashes != 0 || !digitsOnly(t) || d1 > 9 || d0 > 9 {
		return 0, false
	}
	t = t*10 + t>>8
	year, month, day := int(t&0xff*100+t>>16&0xff), int(t>>40&0xff), int(10*d1+d0)
	if year == 0 || month < 1 || month > 12 || day < 1 || day > 28 && day > daysIn(year, month) {
		return 0, false
	}
	return civil(year, month, day), true
}

// civil is the number of days from 1970 to a day of the Gregorian calendar from
// year 1 on, by Hinnant's days_from_civil: its years begin in March.
func civil(year, month, day int) int64 {
	y, m := uint(year), uint(month+9)
	if month > 2 {
		m -= 12
	} else {
		y--
	}
	return int64(y/400*146097+y%400*365+y%400/4-y%400/100+(153*m+2)/5+uint(day)-1) - 719468
}

// isoClock reads hh:mm:ss and answers with the seconds.
func isoClock(b []byte) (seconds int64, ok bool) {
	const (
		like   = 0x30303a30303a3030
		colons = 0x0000ff0000ff0000
	)
	t := binary.LittleEndian.Uint64(b) ^ like
	if t&colons != 0 || !digitsOnly(t) {
		return 0, false
	}
	t = t*10 + t>>8
	h, m, s := t&0xff, t>>24&0xff, t>>48&0xff
	return int64(h*3600 + m*60 + s), h < 24 && m < 60 && s < 60
}

// isoMoment reads ISO dates, alone or with a time to the second or finer,
// without a zone or in UTC.
func isoMoment(b []byte, v *value) bool {
	n := len(b)
	if n != 10 && n < 19 || n > 30 {
		return false
	}
	days, ok := isoDay(b)
	if !ok {
		return false
	}
	v.class, v.format, v.zone, v.nanos = classDate, dateYMD<<8, naive, 0
	v.i = days * daySeconds
	if n == 10 {
		return true
	}
	seconds, ok := isoClock(b[11:])
	v.i += seconds
	v.class = classDatetime
	v.format |= timeSeconds
	switch b[10] {
	case 'T':
		v.format |= timeT
	case ' ':
		v.format |= timeSpace
	default:
		return false
	}
	b = b[19:]
	if len(b) > 1 && b[0] == '.' {
		nanos, k := int32(0), 1
		for ; k < len(b) && k <= 9 && b[k]-'0' < 10; k++ {
			nanos = nanos*10 + int32(b[k]-'0')
		}
		if k == 1 {
			return false
		}
		b = b[k:]
		for ; k <= 9; k++ {
			nanos *= 10
		}
		v.nanos = nanos
		v.format |= timeFraction
	}
	if len(b) == 1 && b[0] == 'Z' {
		v.zone = 0
		v.format |= timeZone
		b = b[1:]
	}
	return ok && len(b) == 0
}

// manyTimes takes dates and times that are written as the one before, as many as
// there are hashes. One that is the same is not read again.
func (s *stream) manyTimes(c *selection, hashes []uint64) int {
	t := s.times
	// What lies between these changes neither reading's ends.
	early, late := t.monthFirst.min, t.monthFirst.max
	if early.less(t.dayFirst.min) {
		early = t.dayFirst.min
	}
	if t.dayFirst.max.less(late) {
		late = t.dayFirst.max
	}
	format, zone := t.format, t.zone
	class := classDatetime
	if format&0xff == 0 {
		class = classDate
	}
	if !s.settled(class) {
		return 0
	}
	var v value
	taken, fraction := len(hashes), false
	rows := c.rows[:len(hashes)]
	for i, r := range rows {
		if i > 0 && hashes[i] == hashes[i-1] {
			// v is still that of the row before
		} else if !isoMoment(c.Data[c.Start[r]:c.End[r]], &v) || v.format != format || v.zone != zone {
			taken = i
			break
		}
		if m := (moment{true, v.i, v.nanos, c.base + int64(r)}); late.less(m) {
			late = m
			t.monthFirst.take(m)
			t.dayFirst.take(m)
		} else if m.less(early) {
			early = m
			t.monthFirst.take(m)
			t.dayFirst.take(m)
		}
		if f := float64(v.i); !t.tails.full || f >= t.tails.least || f <= t.tails.most {
			t.tails.add(f, c.base+int64(r), 1)
		}
		if t.dayTails != nil {
			t.dayTails.add(float64(v.i), c.base+int64(r), 1)
		}
		fraction = fraction || v.nanos != 0
		if s.day != nil {
			s.dayTime = append(s.dayTime, micros(v.i, v.nanos))
		}
		if s.clock = append(s.clock, micros(v.i, v.nanos)); len(s.clock) >= blockSize {
			s.flushTimes()
		}
	}
	if taken > 0 {
		s.classes[class].count += int64(taken)
		s.order.broken = true
		t.pending += int64(taken)
		t.fraction = t.fraction || fraction
	}
	return taken
}
