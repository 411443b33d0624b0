package column

import (
	"math"
	"slices"

	"assay/worker/profile/sketch"
)

// group gathers the numbers that mean two things (class.either): 1.234 apart
// from 1,234. It keeps them as integers, whose decimal reading is a thousandth.
// So a column of them can be read either way when all of it has been seen, and
// each value is still kept once.
type group struct {
	numbers numbers
	sum     sketch.IntSum
	moments sketch.Moments
	block   []float64   // not yet in moments and values
	blocks  int         // that were
	values  *sketch.KLL // of a stream; nil without any
}

const (
	groupTriples = iota // 1.234
	groupTripleMarks
	eitherGroups
)

// of is the group of a class.
func (c *common) group(k class) *group {
	i := int(k - classTriple)
	if c.either[i] == nil {
		c.either[i] = &group{}
	}
	return c.either[i]
}

func (g *group) add(v *value, b []byte, row, n int64) {
	whole := *v
	whole.f, whole.scale, whole.flags = float64(v.i), 0, v.flags&flagOdd
	if v.class == classTriple {
		g.numbers.writing.decimal(3, b[len(b)-1])
	}
	g.numbers.add(&whole, b, row, n)
	g.sum.AddWeighted(v.i, n)
}

// weigh brings a number of a dictionary into the sketches of a stream.
func (g *group) weigh(v *value, n int64, s *stream) {
	g.moments.AddCounted([]float64{float64(v.i)}, nil, []int64{n})
	s.quantiles(&g.values).AddWeighted(float64(v.i), n)
}

// flush brings the block into them.
func (g *group) flush(s *stream) {
	if len(g.block) == 0 {
		return
	}
	g.moments.AddBlock(g.block, nil)
	s.quantiles(&g.values).AddSampled(g.block, s.sampling(len(g.block), g.blocks))
	g.block = g.block[:0]
	g.blocks++
}

func (c *common) mergeGroups(o *common, offset int64) {
	for i, g := range o.either {
		if g == nil {
			continue
		}
		mine := c.group(classTriple + class(i))
		mine.numbers.merge(&g.numbers, offset)
		mine.sum.Merge(&g.sum)
		mine.moments.Merge(&g.moments)
		if g.values != nil {
			if mine.values == nil {
				mine.values = g.values.Clone()
			} else {
				mine.values.Merge(g.values)
			}
		}
	}
}

// whole tells whether the numbers of a group are integers, given the decimal
// mark of the column.
func wholeGroup(i int, comma bool) bool { return (i == groupTriples) == comma }

// read is c with the numbers that mean two things read one way.
func (c *common) read(comma bool) *common {
	if c.either == [eitherGroups]*group{} {
		return c
	}
	all := *c
	for i, g := range c.either {
		if g == nil {
			continue
		}
		numbers := g.numbers
		if wholeGroup(i, comma) {
			all.sum.Merge(&g.sum)
		} else {
			numbers.min.f /= 1000
			numbers.max.f /= 1000
			numbers.scale = 3
			numbers.tails = numbers.tails.mapped(func(v float64) float64 { return v / 1000 })
		}
		all.numbers.merge(&numbers, 0)
	}
	return &all
}

// readSketches is what a stream knows of its numbers, read one way.
func (s *stream) readSketches(comma bool) (ranked, sketch.Moments) {
	r, m := fromSketch(s.values), s.moments
	for i, g := range s.either {
		if g == nil {
			continue
		}
		part, moments := fromSketch(g.values), g.moments
		if !wholeGroup(i, comma) {
			moments = moments.Divided(1000)
			part.values = slices.Clone(part.values)
			for k := range part.values {
				part.values[k] /= 1000
			}
		}
		m.Merge(&moments)
		r = r.with(&part)
	}
	return r, m
}

// with is the distribution of the values of both.
func (r *ranked) with(o *ranked) ranked {
	all := make([]point, 0, len(r.values)+len(o.values))
	for _, from := range [2]*ranked{r, o} {
		var before int64
		for i, v := range from.values {
			all = append(all, point{v: v, n: from.cumulative[i] - before})
			before = from.cumulative[i]
		}
	}
	sum := fromPoints(distinctPoints(all))
	sum.exact, sum.rankError = r.exact && o.exact, max(r.rankError, o.rankError)
	return sum
}

// marks counts the signs and separators of marked numbers.
type marks struct {
	units   map[uint8]int64 // currencies
	percent int64
	groups  [groupMarks]int64
	// The shortest and longest of the numbers that are in groups between
	// points or spaces, in digits: codes have all the same length.
	least, most int
}

func (c *common) mark(v *value, b []byte, n int64) {
	if c.marks == nil {
		c.marks = &marks{}
	}
	m := c.marks
	if unit := uint8(v.format >> 8); unit > 0 {
		if m.units == nil {
			m.units = map[uint8]int64{}
		}
		m.units[unit] += n
	}
	if v.flags&flagPercent != 0 {
		m.percent += n
	}
	g := v.format & 0xff
	m.groups[g] += n
	if g == groupSpace || g == groupPoint {
		digits := 0
		for _, c := range b {
			if c-'0' < 10 {
				digits++
			}
		}
		m.span(digits, digits)
	}
}

func (m *marks) span(least, most int) {
	if m.most == 0 || least < m.least {
		m.least = least
	}
	m.most = max(m.most, most)
}

func (c *common) mergeMarks(o *common) {
	if o.marks == nil {
		return
	}
	if c.marks == nil {
		c.marks = &marks{}
	}
	m := c.marks
	for unit, n := range o.marks.units { // a sum: in any order
		if m.units == nil {
			m.units = map[uint8]int64{}
		}
		m.units[unit] += n
	}
	m.percent += o.marks.percent
	for g, n := range o.marks.groups {
		m.groups[g] += n
	}
	if o.marks.most > 0 {
		m.span(o.marks.least, o.marks.most)
	}
}

// reading is what a number, one of several, means where the comma is the
// decimal mark.
type reading struct {
	at int
	v  float64
}

// read is the number, given the decimal mark of the column.
func (v *value) read(comma bool) float64 {
	switch {
	case comma && v.class == classTriple:
		return float64(v.i)
	case comma && v.class == classTripleMark:
		return float64(v.i) / 1000
	}
	return v.f
}

// nonfinite are the values that are no numbers, and infinities.
func (f *figures) nonfinite() *tally {
	t := *f.seen(classNonfinite)
	if f.kinds[classNullNaN] != "" {
		t.join(f.seen(classNullNaN))
	}
	return &t
}

// separators are what a report says of how the numbers are written: the
// decimal comma, the most frequent separator of thousands, and the unit.
func (f *figures) separators() (decimal, thousands, unit string) {
	if f.marks == nil {
		return "", "", ""
	}
	if f.comma {
		decimal = ","
	}
	groups := f.marks.groups
	groups[groupNone] = 0
	if f.comma { // behind a comma three digits are decimals then
		groups[groupComma] = 0
		if g := f.either[groupTriples]; g != nil {
			groups[groupPoint] += g.numbers.n
		}
	}
	best := groupNone
	for g, n := range groups {
		if n > groups[best] {
			best = g
		}
	}
	return decimal, [groupMarks]string{"", ",", ".", "'", " "}[best], f.unit
}

// datesOfIntegers makes the numbers of a column the dates that they are.
func (f *figures) datesOfIntegers() {
	x, n := &f.numbers, f.numbers.n
	seconds := func(v float64) float64 { return float64(f.compact.seconds(int64(math.Round(v)))) }
	dates := times{formats: map[uint16]int64{f.compact.format(): n}, zones: map[int16]int64{naive: n}, tails: x.tails.mapped(seconds)}
	for _, e := range [2]*extreme{&x.min, &x.max} {
		at := moment{set: true, i: f.compact.seconds(int64(e.f)), row: e.row}
		dates.monthFirst.take(at)
		dates.dayFirst.take(at)
	}
	all := times{}
	if f.times != nil {
		all.merge(f.times, 0)
	}
	all.merge(&dates, 0)
	c := *f.common
	c.times = &all
	f.common = &c

	micros := func(v float64) float64 { return 1e6 * seconds(v) }
	values := f.numeric
	values.values = slices.Clone(values.values)
	for i, v := range values.values {
		values.values[i] = micros(v)
	}
	f.temporal = f.temporal.with(&values)
	if f.numberPoints != nil {
		for _, p := range f.numberPoints {
			f.timePoints = append(f.timePoints, point{v: micros(p.v), n: p.n, row: p.row})
		}
		f.timePoints = distinctPoints(f.timePoints)
	}
}
