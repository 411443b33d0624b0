package column

import (
	"math"
	"math/big"
	"slices"
	"strconv"
)

// extreme is the smallest or largest number of a column.
type extreme struct {
	set  bool
	f    float64
	row  int64  // the first row with it, from 0
	text string // as written, where a double does not hold it
}

// less orders numbers, exactly where doubles are too coarse to tell.
func less(a, b *extreme) bool {
	if a.f != b.f || a.text == "" && b.text == "" {
		return a.f < b.f
	}
	return a.exact().Cmp(b.exact()) < 0
}

func (e *extreme) exact() *big.Rat {
	if e.text != "" {
		if r, ok := new(big.Rat).SetString(e.text); ok {
			return r
		}
	}
	r := new(big.Rat)
	r.SetFloat64(e.f)
	return r
}

// numbers are the figures of a column's numbers that are exact at any length.
type numbers struct {
	n, zeros, negatives int64
	cards               *cards // nil without any number like those
	min, max            extreme
	compact             [compactSecond + 1]int64 // that may be such dates
	tails               tails
	scale               int8 // most digits behind the point
	writing             writing
}

func (s *numbers) add(v *value, b []byte, row, times int64) {
	s.n += times
	if v.f == 0 {
		s.zeros += times
	} else if v.f < 0 {
		s.negatives += times
	}
	s.scale = max(s.scale, v.scale)
	s.writing.see(v, b)
	if v.class == classInteger && uint64(v.i-basicFirst) <= basicLast-basicFirst && basicDate(v.i) {
		s.compact[compactDay] += times
	}
	if v.class == classInteger && v.i >= leastLong {
		s.long(v.i, b, row, times)
	}
	s.tails.add(v.f, row, times)
	if !s.min.set || v.f <= s.min.f || v.f >= s.max.f {
		s.extremes(v, b, row)
	}
}

func (s *numbers) extremes(v *value, b []byte, row int64) {
	e := extreme{set: true, f: v.f, row: row}
	switch {
	case v.flags&flagLong != 0:
		e.text = string(trim(b))
	case v.class.marked() && math.Abs(v.f) >= 1<<53:
		e.text = strconv.FormatInt(v.i, 10)
	}
	s.take(&e)
}

func (s *numbers) take(e *extreme) {
	better := func(have *extreme, smaller bool) {
		switch {
		case !have.set || smaller && less(e, have) || !smaller && less(have, e):
			*have = *e
		case e.row < have.row && !less(e, have) && !less(have, e):
			*have = *e
		}
	}
	better(&s.min, true)
	better(&s.max, false)
}

func (s *numbers) merge(o *numbers, offset int64) {
	if o.n == 0 {
		return
	}
	s.n += o.n
	s.zeros += o.zeros
	s.negatives += o.negatives
	s.cards = s.cards.with(o.cards, offset)
	s.writing.merge(&o.writing)
	for c, n := range o.compact {
		s.compact[c] += n
	}
	s.tails.merge(&o.tails, offset)
	s.scale = max(s.scale, o.scale)
	for _, e := range [2]extreme{o.min, o.max} {
		e.row += offset
		s.take(&e)
	}
}

// moment is a point in time, or an amount of it.
type moment struct {
	set   bool
	i     int64 // seconds
	nanos int32
	row   int64
}

func (m moment) less(o moment) bool {
	return m.i < o.i || m.i == o.i && m.nanos < o.nanos
}

// span is the earliest and the latest.
type span struct{ min, max moment }

func (s *span) take(m moment) {
	if !s.min.set || m.less(s.min) || m.row < s.min.row && !s.min.less(m) {
		s.min = m
	}
	if !s.max.set || s.max.less(m) || m.row < s.max.row && !m.less(s.max) {
		s.max = m
	}
}

func (s *span) merge(o *span, offset int64) {
	if !o.min.set {
		return
	}
	a, b := o.min, o.max
	a.row += offset
	b.row += offset
	s.take(a)
	s.take(b)
}

// times are the figures of a column's dates and times that are exact at any
// length, for both readings of dates whose month and day may be swapped.
type times struct {
	monthFirst, dayFirst span
	onlyMonth, onlyDay   tally // dates that have one valid reading only
	either               int64 // dates that have two different ones
	spans                int64 // months that may be spans of years
	formats              map[uint16]int64
	zones                map[int16]int64
	zoneRows             map[int16]int64 // the first row of each
	tails                tails           // in seconds, month first
	dayTails             *tails          // day first, from the first date on for which that differs
	fraction             bool
	// The latest format and zone, and how often they came since they are not
	// yet in the maps: they seldom change.
	format  uint16
	zone    int16
	pending int64
}

func (s *times) add(v *value, b []byte, row, n int64) {
	s.monthFirst.take(moment{true, v.i, v.nanos, row})
	if v.day != v.i {
		s.splitTails()
	}
	if s.dayTails != nil {
		s.dayTails.add(float64(v.day), row, n)
	}
	s.tails.add(float64(v.i), row, n)
	s.dayFirst.take(moment{true, v.day, v.nanos, row})
	switch v.flags & (flagMonthFirst | flagDayFirst) {
	case flagMonthFirst:
		s.onlyMonth.put(row, n, b)
	case flagDayFirst:
		s.onlyDay.put(row, n, b)
	case flagMonthFirst | flagDayFirst:
		if v.i != v.day {
			s.either += n
		}
	}
	if v.flags&flagSpan != 0 {
		s.spans += n
	}
	if v.zone != s.zone || s.zoneRows == nil {
		s.foundZone(v.zone, row)
	}
	if v.format != s.format || v.zone != s.zone {
		s.settle()
		s.format, s.zone = v.format, v.zone
	}
	s.pending += n
	s.fraction = s.fraction || v.nanos != 0
}

// splitTails keeps those of the two readings apart from now on.
func (s *times) splitTails() {
	if s.dayTails == nil {
		same := s.tails.mapped(func(v float64) float64 { return v })
		s.dayTails = &same
	}
}

// tailsOf are those of one reading.
func (s *times) tailsOf(dayFirst bool) *tails {
	if dayFirst && s.dayTails != nil {
		return s.dayTails
	}
	return &s.tails
}

func (s *times) foundZone(zone int16, row int64) {
	if s.zoneRows == nil {
		s.zoneRows = map[int16]int64{}
	}
	if first, known := s.zoneRows[zone]; !known || row < first {
		s.zoneRows[zone] = row
	}
}

// otherZones are the first rows, from 1, of each zone but the one of the first row.
func (s *times) otherZones() (rows []int64) {
	for _, row := range s.zoneRows {
		rows = append(rows, row+1)
	}
	slices.Sort(rows)
	return rows[min(1, len(rows)):min(1+rowsKept, len(rows))]
}

// settle brings what is pending into the maps.
func (s *times) settle() {
	if s.pending == 0 {
		return
	}
	if s.formats == nil {
		s.formats, s.zones = map[uint16]int64{}, map[int16]int64{}
	}
	s.formats[s.format] += s.pending
	s.zones[s.zone] += s.pending
	s.pending = 0
}

func (s *times) merge(o *times, offset int64) {
	o.settle()
	if o.formats == nil {
		return
	}
	s.monthFirst.merge(&o.monthFirst, offset)
	if s.dayTails != nil || o.dayTails != nil {
		s.splitTails()
		s.dayTails.merge(o.tailsOf(true), offset)
	}
	s.tails.merge(&o.tails, offset)
	s.dayFirst.merge(&o.dayFirst, offset)
	s.onlyMonth.merge(&o.onlyMonth, offset)
	s.onlyDay.merge(&o.onlyDay, offset)
	s.either += o.either
	s.spans += o.spans
	if s.formats == nil {
		s.formats, s.zones = map[uint16]int64{}, map[int16]int64{}
	}
	for f, n := range o.formats {
		s.formats[f] += n
	}
	for z, n := range o.zones { // there are few hundred offsets at most
		s.zones[z] += n
	}
	for z, row := range o.zoneRows { // the least of each: in any order
		s.foundZone(z, row+offset)
	}
	s.fraction = s.fraction || o.fraction
}

// readDayFirst picks the reading of dates with numbers for the month: the one
// that more dates demand; without any such date the month comes first, unless
// points are between the numbers.
func (s *times) readDayFirst() bool {
	if s.onlyDay.count != s.onlyMonth.count {
		return s.onlyDay.count > s.onlyMonth.count
	}
	return s.dots() > 0
}

// dots counts the dates like 1.2.2003, less those like 1/2/2003.
func (s *times) dots() (n int64) {
	for f, count := range s.formats { // a sum: in any order
		switch form := f >> 8; {
		case dotted(form):
			n += count
		case numericDate(form):
			n -= count
		}
	}
	return n
}

// clocks tells whether all times of the day are written with seconds and none
// with AM or PM, so that they may be durations.
func (s *times) clocks() bool {
	for f := range s.formats {
		if f>>8 == 0 && (f&timeSeconds == 0 || f&(timeHalf|timeZone) != 0) {
			return false
		}
	}
	return true
}

// monthsOnly counts the dates that are years with a month.
func (s *times) monthsOnly() (n int64) {
	return s.formats[dateYM<<8] + s.formats[dateYMSlash<<8]
}

// micros is a moment as a double: exact to the microsecond until 2255.
func micros(i int64, nanos int32) float64 { return float64(i)*1e6 + float64(nanos/1000) }
