package column

import (
	"math"
	"strconv"
	"strings"
)

const (
	// farOut is how many robust standard deviations from the median make an
	// outlier. Of normal numbers one in 500 million is as far.
	farOut = 6
	// leap is by how much farther from the median than all the others it must
	// be: the values of a long tail follow each other more closely.
	leap = 2
	// clearLeap is what it takes where more than fewOutliers of the values lie
	// behind it, unless they lie close together there.
	clearLeap = 4
	// visible is the share of the whole reach that the gap must make up there:
	// series that settle come ever closer.
	visible = 0.01
	// wideLeap is what it takes where more than longTail of the values lie
	// between the fence and the leap: then far values are the rule.
	wideLeap = 20
	longTail = 0.02
	// mostOutliers is the share of values above which they are no exceptions.
	fewOutliers, mostOutliers = 0.01, 0.05
)

// ends are the two ends of a column's values, as bits.
type ends int

const (
	lowEnd ends = 1 << iota
	highEnd
)

// outlierAlerts names values far away from all the others, at the ends of which
// nothing was said yet.
func (s *series) outlierAlerts(a *alertList, said ends) (found bool) {
	n := s.r.n()
	if n < 20 {
		return false
	}
	center, below, above := s.spreads()
	for _, end := range [...]struct {
		bit   ends
		fence float64
		word  string
		reach string
	}{{highEnd, center + farOut*above, "above", "at most"}, {lowEnd, center - farOut*below, "below", "at least"}} {
		if said&end.bit != 0 || end.fence == center {
			continue
		}
		high := end.bit == highEnd
		out := s.leapt(end.fence, center, high)
		if out.count == 0 {
			continue
		}
		found = true
		fence := ""
		if high == (out.within < end.fence) {
			fence = "; the fence is at " + s.write(end.fence)
		}
		// What is rounded for readers may hide the difference.
		for digits := 4; digits < 17 && s.write(out.points[0].v) == s.write(out.within); digits++ {
			s.write = func(v float64) string { return strconv.FormatFloat(v, 'g', digits, 64) }
		}
		about, known := "", s.list(out.points)
		if out.estimated {
			about, known = "About ", "as far as "+s.write(out.farthest())
		}
		a.add("outliers", "warning", rowsOf(out.points), "%s%s far %s the others: %s. All others are %s %s%s.",
			about, values(out.count, "lies", "lie"), end.word, known, end.reach, s.write(out.within), fence)
	}
	return found
}

// outlying are the values behind a leap.
type outlying struct {
	points    []point // the nearest first; of estimated ones those that are known
	count     int64
	within    float64 // the last value before the leap
	estimated bool
}

func (o *outlying) farthest() float64 { return o.points[len(o.points)-1].v }

// leapt are the values beyond a fence from the first leap on that is wide
// enough for how many there are behind it, and between it and the fence.
func (s *series) leapt(fence, center float64, high bool) outlying {
	beyond, within, known := s.outside(fence, high)
	n := float64(s.r.n())
	tail := s.r.below(fence) // all beyond, not only those that are known
	if high {
		tail = s.r.n() - s.r.below(math.Nextafter(fence, math.Inf(1)))
	}
	reach := math.Abs(s.farthest(high) - center)
	// rest is the widest gap behind v. Values close to each other behind a gap
	// are others than those before it; in a tail the gaps grow.
	enough := func(v, within float64, left int64, rest float64) bool {
		far, gap := float64(leap), math.Abs(v-within)
		if left > max(1, int64(fewOutliers*n)) {
			if far = clearLeap; gap < visible*reach {
				return false
			}
			if gap >= 2*rest {
				far = leap
			}
		}
		if tail-left > max(1, int64(longTail*n)) {
			far = wideLeap
		}
		return left <= max(1, int64((mostOutliers+s.r.rankError)*n)) && math.Abs(v-center) >= far*math.Abs(within-center)
	}
	left := countOf(beyond)
	for i, p := range beyond {
		if i > 0 {
			left -= beyond[i-1].n
		}
		if known && enough(p.v, within, left, widestGap(beyond[i:])) {
			return outlying{beyond[i:], left, within, false}
		}
		within, known = p.v, true
	}
	if s.points != nil || len(beyond) < tailKept {
		return outlying{}
	}
	return s.estimatedLeap(beyond, fence, high, enough)
}

// estimatedLeap looks for a gap where more values lie beyond the fence than are
// known one by one: in the estimate of the distribution, if several of its
// points lie behind the gap, and closer to each other than it is wide, as those
// of a tail do not.
func (s *series) estimatedLeap(beyond []point, fence float64, high bool, enough func(v, within float64, left int64, rest float64) bool) outlying {
	const behind = 3
	values := s.r.values
	at := func(i int) float64 { // counted from the far end
		if high {
			i = len(values) - 1 - i
		}
		return values[i]
	}
	rest := 0.0 // the widest gap between the points behind
	var out outlying
	for i := 1; i < len(values); i++ {
		v, within := at(i-1), at(i)
		if high && v <= fence || !high && v >= fence {
			break
		}
		gap := math.Abs(v - within)
		left := s.r.below(math.Nextafter(v, math.Inf(1)))
		if high {
			left = s.r.n() - s.r.below(v)
		}
		if i >= behind && gap >= 2*rest && enough(v, within, left, rest) {
			for k, p := range beyond {
				if p.v == v || high == (p.v > v) {
					out = outlying{beyond[k:], left, within, true}
					break
				}
			}
		}
		rest = max(rest, gap)
	}
	return out
}

// widestGap is that between points next to each other.
func widestGap(points []point) (gap float64) {
	for i := 1; i < len(points); i++ {
		gap = max(gap, math.Abs(points[i].v-points[i-1].v))
	}
	return gap
}

// farthest is the value at an end.
func (s *series) farthest(high bool) float64 {
	known, _ := s.end(high)
	if len(known) == 0 {
		return math.NaN()
	}
	if high {
		return known[len(known)-1].v
	}
	return known[0].v
}

// list writes some values, or the first and the last of many.
func (s *series) list(points []point) string {
	var words []string
	for _, p := range points {
		words = append(words, s.write(p.v))
	}
	if len(words) > 4 {
		return "from " + words[0] + " to " + words[len(words)-1]
	}
	return either(words, "and")
}

// sentinelAlerts tells of values that stand for a missing one: they are such
// as people use for that (-999, 1900-01-01), come more than once, at an end of
// the column, and either stand apart from all other values or are by far more
// frequent than any.
func (f *figures) sentinelAlerts(a *alertList, s *series) (said ends) {
	if s.r.n() < 10 {
		return 0
	}
	low, _ := s.end(false)
	high, _ := s.end(true)
	if len(low) < 3 {
		return 0
	}
	for _, end := range [...]struct {
		bit               ends
		at, next, farther point
	}{{lowEnd, low[0], low[1], high[len(high)-1]}, {highEnd, high[len(high)-1], high[len(high)-2], low[0]}} {
		if end.at.n < 2 || !f.sentinel(end.at.v) || end.at.v == -1 && f.distinct == 3 && end.farther.v == 1 { // less, same, more
			continue
		}
		rest, apart := math.Abs(end.farther.v-end.next.v), math.Abs(end.at.v-end.next.v)
		if temporalType(f.typ) {
			apart *= 2
		}
		usual := max(1, float64(s.r.n())/float64(max(1, f.distinct)))
		heap := f.distinct > 10 && end.at.n >= 5 && float64(end.at.n) >= 5*usual && f.commonest(end.at.v)
		switch {
		case apart >= rest && apart > 0:
			a.add("sentinel", "warning", []int64{end.at.row + 1}, "%s %s, which stands apart from all others and may mean that there is none.", values(end.at.n, "is", "are"), s.write(end.at.v))
		case heap:
			a.add("sentinel", "warning", []int64{end.at.row + 1}, "%s %s, far more than any other, which may mean that there is none.", values(end.at.n, "is", "are"), s.write(end.at.v))
		default:
			continue
		}
		said |= end.bit
	}
	return said
}

// sentinel tells whether people write such a number or date for "none".
func (f *figures) sentinel(v float64) bool {
	if temporalType(f.typ) {
		switch day, _, _ := strings.Cut(timeText(int64(math.Floor(v/1e6)), 0, naive, "datetime"), "T"); day {
		case "0001-01-01", "1753-01-01", "1899-12-30", "1899-12-31", "1900-01-01", "1970-01-01", "1969-12-31",
			"2099-12-31", "2999-12-31", "3000-01-01", "9999-01-01", "9999-12-31":
			return true
		}
		return false
	}
	switch v {
	case math.MinInt16, math.MaxInt16, math.MaxUint16, math.MinInt32, math.MaxInt32, math.MaxUint32, math.MinInt64, math.MaxInt64:
		return true
	case -999.25: // of well logs
		return true
	case -9, -1:
		return f.numbers.tails.negatives() == 1
	}
	digits := strings.Replace(strconv.FormatFloat(math.Abs(v), 'f', -1, 64), ".", "", 1)
	return len(digits) >= 2 && strings.Trim(digits, "9") == ""
}

// negatives is the number of different values below 0 among the smallest.
func (t *tails) negatives() (n int) {
	for _, x := range t.ascending(false) {
		if x.v < 0 {
			n++
		}
	}
	return n
}

// commonest tells whether the most frequent value means v.
func (f *figures) commonest(v float64) bool {
	if len(f.top) == 0 {
		return false
	}
	var x value
	classify([]byte(f.top[0].text), &x)
	if x.class.number() {
		return x.read(f.comma) == v
	}
	i := x.i
	if f.dayFirst {
		i = x.day
	}
	return x.class.temporal() && micros(i, x.nanos) == v
}

// farFuture is 2100-01-01, in microseconds. It serves where no day is given, as a
// report knows none by itself, and in columns about what is to come: hardly any
// record is of then.
const farFuture = 4102444800e6

// calendarAlerts tells of dates that cannot well be true.
func (f *figures) calendarAlerts(a *alertList) {
	if f.typ == "time" {
		return
	}
	s := f.timeSeries()
	var said ends
	if f.typ != "duration" {
		said = f.sentinelAlerts(a, s)
		if said&highEnd == 0 && f.futureAlert(a, s) {
			said |= highEnd
		}
	}
	s.outlierAlerts(a, said)
}

// futureAlert tells of dates behind the day that is given, if these are fewer
// than the others: then the column is not about what is to come.
func (f *figures) futureAlert(a *alertList, s *series) bool {
	horizon, words := f.asOf, "are later than "
	if horizon == 0 || named(nameWords(a.name), "due", "expiry", "expires", "expiration", "until", "end", "ends", "deadline",
		"planned", "plan", "scheduled", "forecast", "target", "valid", "renewal", "maturity", "next") {
		horizon, words = farFuture, "are of 2100 or later"
	} else {
		words += timeText(int64(horizon/1e6)-1, 0, naive, "date")
	}
	after := s.r.n() - s.r.below(horizon)
	known, all := s.end(true)
	first := from(known, horizon)
	if all || len(first) < len(known) {
		after = countOf(first)
	}
	share := float64(after) / float64(s.r.n())
	if after == 0 || len(first) == 0 || share > 0.5 {
		return false
	}
	severity := "warning"
	if share > 0.05 {
		severity = "info"
	}
	noun := "dates"
	if after == 1 {
		noun, words = "date", strings.Replace(words, "are", "is", 1)
	}
	about := ""
	if !all && len(first) == len(known) && !s.r.exact {
		about = "About "
	}
	a.add("future_dates", severity, rowsOf(first), "%s%s %s %s, such as %s.", about, Grouped(after), noun, words, s.write(first[len(first)-1].v))
	return true
}

// from are the points, in ascending order, from a value on.
func from(points []point, horizon float64) []point {
	for i, p := range points {
		if p.v >= horizon {
			return points[i:]
		}
	}
	return nil
}
