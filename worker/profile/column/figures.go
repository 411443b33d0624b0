package column

import (
	"cmp"
	"math"
	"math/big"
	"slices"

	"assay/worker/profile/sketch"
)

// figures are all that is known of a column, from its dictionary or from its
// stream, before it is put into words.
type figures struct {
	*common
	*decision
	exact    bool
	rows     int64
	nulls    int64
	numeric  ranked // finite numbers
	temporal ranked // microseconds, in the reading that was decided on
	moments  sketch.Moments
	// Different values in ascending order with their rows; nil without a dictionary.
	numberPoints, timePoints []point
	missing                  []int64 // the first rows without a value, from 1
	// odd are the first rows of values that are not the commonest, where that is nearly all.
	odd      []int64
	asOf     float64 // end of the last day that is not the future, in microseconds; 0 where that is not known
	dayFirst bool
	distinct int64
	certain  bool    // distinct is exact
	relative float64 // standard error of distinct
	spelled  bool    // distinct is of what is written, and values may be written in several ways
	top      []topValue
	sorted   bool // top begins with as many as are kept, in order
	topExact bool
	topRest  int64  // at most so often comes a value that is not among them; 0 where that is known exactly
	same     *Twins // of a dictionary of text
}

type topValue struct {
	text  string
	cut   bool
	count int64
	error int64 // by which that may be too high
}

const topKept = 100

// figures works them out, knowing all rows.
func (c *Column) figures(fr Frame) *figures {
	c.readHeld()
	f := &figures{rows: fr.Rows, exact: c.exact}
	if c.exact {
		f.fromDictionary(&c.dict, fr)
	} else {
		f.fromStream(c, fr)
	}
	if f.compact != notCompact {
		f.datesOfIntegers()
	}
	f.nulls = fr.Rows - f.values
	f.findMissing(c)
	if f.typ == "boolean" { // however they are written
		f.distinct, f.certain, f.relative = 0, true, 0
		for _, n := range [2]int64{f.trues, f.values - f.trues} {
			f.distinct += min(n, 1)
		}
	}
	return f
}

// point is a number of a dictionary, how often it stands there and in which
// row first, from 0. low is what its double lacks of it.
type point struct {
	v, low float64
	n, row int64
}

// fromPoints is the distribution of points in ascending order.
func fromPoints(points []point) ranked {
	r := ranked{exact: true}
	for _, p := range points {
		r.add(p.v, p.n)
	}
	return r
}

func (f *figures) fromDictionary(d *dictionary, fr Frame) {
	f.common = &common{pointed: !fr.Typed && monthsBehindPoints(d, fr.Name)}
	var numeric, month, day []point
	var other []reading // of the numbers that have one
	all := f.weigh(d, 1, func(e *entry, v *value, b []byte) {
		switch {
		case v.class.number():
			numeric = append(numeric, point{v.f, lowPart(v, b), e.count, e.first})
			if v.class.either() {
				other = append(other, reading{len(numeric) - 1, v.read(true)})
			}
		case v.class.temporal():
			month = append(month, point{micros(v.i, v.nanos), 0, e.count, e.first})
			day = append(day, point{micros(v.day, v.nanos), 0, e.count, e.first})
		}
	})
	f.someTimes().settle()
	f.decision = decide(f.common, fr.Name, fr.Typed, d)
	if f.yes != "" {
		f.trues = f.trueValues(d)
	}
	if f.common = f.common.read(f.comma); f.comma {
		for _, o := range other {
			numeric[o.at].v = o.v
		}
	}
	f.moments = momentsOf(numeric)
	f.numberPoints = distinctPoints(numeric)
	f.numeric = fromPoints(f.numberPoints)
	if f.dayFirst = f.times.readDayFirst(); f.dayFirst {
		month = day
	}
	f.timePoints = distinctPoints(month)
	f.temporal = fromPoints(f.timePoints)
	f.certain, f.topExact = true, true

	for i := range d.entries {
		e := &d.entries[i]
		b := d.text(e)
		if f.kinds[all[i]] == "" {
			continue
		}
		if f.typ == "text" && !shaped(all[i]) {
			f.shapes.add(b, e.first, e.count)
		}
		f.distinct++
		f.addTop(b, e.count, 0, int(e.length) > len(b))
	}
	if (numericType(f.typ) || temporalType(f.typ)) && len(f.numberPoints)+len(f.timePoints) < int(f.distinct) {
		f.joinSpellings(d)
	}
	f.sortTop()
	if f.typ == "text" {
		f.same = findTwins(d)
	}
	f.findOdd(d)
}

// findMissing finds the first rows without a value.
func (f *figures) findMissing(c *Column) {
	for k := range c.gaps {
		if k > int(gapEmpty) && f.kinds[classNullWord+class(k)-class(gapWord)] != "" {
			continue
		}
		for _, row := range c.gaps[k].first {
			f.missing = append(f.missing, row+1)
		}
	}
	slices.Sort(f.missing)
	f.missing = f.missing[:min(len(f.missing), rowsKept)]
}

// findOdd finds the rows of the few values that are not the commonest one.
func (f *figures) findOdd(d *dictionary) {
	if len(f.top) < 2 || float64(f.top[0].count) < nearly*float64(f.values) {
		return
	}
	for i := range d.entries {
		e := &d.entries[i]
		var v value
		classifyKind(d.text(e), e.kind, &v)
		if f.kinds[v.class] != "" && string(d.text(e)) != f.top[0].text {
			f.odd = append(f.odd, e.first+1)
		}
	}
	slices.Sort(f.odd)
	f.odd = f.odd[:min(len(f.odd), rowsKept)]
}

// shaped tells whether values of a class are among the shapes already.
func shaped(k class) bool {
	return k == classText || k == classPadded || k == classDialled
}

func (f *figures) addTop(b []byte, n, err int64, cut bool) {
	if f.sorted {
		if last := &f.top[topKept-1]; n < last.count || n == last.count && string(b) >= last.text {
			return
		}
	}
	f.top = append(f.top, topValue{string(b), cut, n, err})
	if len(f.top) >= 8*topKept {
		f.sortTop()
	}
}

// sortTop keeps the first of the order by count, then by value.
func (f *figures) sortTop() {
	slices.SortFunc(f.top, func(a, b topValue) int {
		return cmp.Or(cmp.Compare(b.count, a.count), cmp.Compare(a.text, b.text))
	})
	f.top = f.top[:min(topKept, len(f.top))]
	f.sorted = len(f.top) == topKept
}

// momentsOf are those of an exact distribution.
func momentsOf(points []point) (m sketch.Moments) {
	values, counts := make([]float64, 0, len(points)), make([]int64, 0, len(points))
	var low []float64
	for i := range points {
		p := &points[i]
		values, counts = append(values, p.v), append(counts, p.n)
		if p.low != 0 && low == nil {
			low = make([]float64, len(points))
		}
		if low != nil {
			low[i] = p.low
		}
	}
	m.AddCounted(values, low, counts)
	return m
}

// lowPart is what the double of an integer lacks of it: the doubles above 2^53
// are more than one apart.
func lowPart(v *value, b []byte) float64 {
	switch {
	case v.class.whole() && (v.i > 1<<53 || v.i < -1<<53):
		if v.f >= 1<<63 { // which no int64 is
			return float64(v.i-math.MaxInt64) - 1
		}
		return float64(v.i - int64(v.f))
	case v.class == classBig:
		near, _ := big.NewFloat(v.f).Int(nil)
		low, _ := new(big.Float).SetInt(near.Sub(bigInt(b), near)).Float64()
		return low
	}
	return 0
}

func (f *figures) fromStream(c *Column, fr Frame) {
	s := c.stream
	s.someTimes().settle()
	f.decision = decide(&s.common, fr.Name, fr.Typed, nil)
	f.common = s.common.read(f.comma)
	f.numeric, f.moments = s.readSketches(f.comma)
	f.numeric.clip(f.numbers.min.f, f.numbers.max.f)
	f.dayFirst = s.times.readDayFirst()
	reading, ends := s.month, s.times.monthFirst
	if f.dayFirst {
		ends = s.times.dayFirst
		if s.day != nil {
			reading = s.day
		}
	}
	f.temporal = fromSketch(reading)
	f.temporal.clip(micros(ends.min.i, ends.min.nanos), micros(ends.max.i, ends.max.nanos))
	var items []sketch.Item
	items, f.topRest = s.top.Top(topKept)
	if f.topExact = s.top.Error() == 0; f.topExact {
		f.topRest = 0
	}
	for _, item := range items {
		f.addTop(item.Text, item.Count, item.Error, item.Cut)
	}
	var kept int64 // tokens that are values
	for _, t := range s.tokenList() {
		var v value
		classify([]byte(t), &v)
		if f.kinds[v.class] != "" {
			kept++
			f.addTop([]byte(t), s.tokens[t].count, 0, false)
		}
	}
	whole := f.top
	if f.sortTop(); !f.topExact && len(whole) > len(f.top) { // it sorts in place
		f.topRest = max(f.topRest, whole[len(f.top)].count)
	}
	switch {
	case !c.lost.Load():
		f.distinct, f.certain = c.set.Count()+kept, true
	case !s.order.broken && s.order.some:
		f.distinct, f.certain = s.seen(classInteger).count+kept, true
	default:
		f.distinct, f.relative = min(s.estimate().Estimate()+kept, f.values), s.estimate().Error()
	}
	if ordered := f.certain && c.lost.Load(); !ordered && !f.oneWay(fr.Typed) {
		f.spelled, f.certain = true, false
	}
}

func fromSketch(s *sketch.KLL) ranked {
	if s == nil {
		return ranked{exact: true}
	}
	r := ranked{exact: s.RankError() == 0, rankError: s.RankError()}
	r.values, r.cumulative = s.Ranked()
	return r
}
