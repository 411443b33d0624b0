package column

import (
	"math/bits"
	"slices"

	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

// stream is what is known of a column, or of its part in one segment, whose
// dictionary has overflowed. It is a function of the values in the order of
// their rows and of the segment's place in the file alone: neither of the batches
// they came in nor of the kernels that took them.
type stream struct {
	common
	budget  Budget
	segment int
	every   int64       // see looked
	hll     *sketch.HLL // nil as long as hashes are collected
	top     *sketch.Frequent
	values  *sketch.KLL // numbers; nil without any
	month   *sketch.KLL // microseconds, month first; nil without any
	day     *sketch.KLL // … day first; used from the first date on for which that differs
	moments sketch.Moments
	block   []float64 // numbers not yet in moments and values
	low     []float64 // what their doubles lack; nil where they lack nothing
	clock   []float64 // moments not yet in month, and in day
	dayTime []float64
	blocks  int
	order   order
	hashes  []uint64 // of all values, while somebody wants them
	collect bool
	guess   kernel
	scratch value
}

const (
	longSegment  = 1 << 14 // rows
	leastLooked  = 16
	mostUnlooked = 256
	blockSize    = 1024 // numbers that are summed up together
	// manyEntries are so many values of a dictionary that the shapes of some tell
	// enough of those of all.
	manyEntries = 4096
)

// newStream is for a column, newSifted for its part in a segment.
func newStream(b Budget) *stream { return &stream{budget: b, top: sketch.NewFrequent(b.Frequent)} }

func newSifted(b Budget) *stream {
	return &stream{budget: b, top: sketch.NewSiftedFrequent(b.Frequent)}
}

func (s *stream) reset() {
	if s.hll != nil {
		s.hll.Reset()
	}
	s.top.Reset()
	if s.values != nil {
		s.values.Reset()
	}
	s.month, s.day = nil, nil
	s.lengths.reset()
	s.shapes.reset()
	s.common = common{lengths: s.lengths, shapes: s.shapes}
	s.moments, s.block, s.low, s.order, s.hashes = sketch.Moments{}, s.block[:0], nil, order{}, s.hashes[:0]
	s.clock, s.dayTime, s.blocks, s.guess = s.clock[:0], s.dayTime[:0], 0, noKernel
}

// estimate is the sketch of how many different values there are.
func (s *stream) estimate() *sketch.HLL {
	if s.hll == nil {
		s.hll = sketch.NewHLL(s.budget.HLL)
	}
	return s.hll
}

// addAll sees cells and their hashes: runs of what the column seems to hold by
// a kernel, what does not fit it one by one.
func (s *stream) addAll(c selection, hashes []uint64, gaps *gapMaps) {
	for len(hashes) > 0 {
		if n := s.run(&c, hashes); n > 0 {
			s.note(&c, hashes[:n])
			if c, hashes = c.from(n), hashes[n:]; len(hashes) == 0 {
				return
			}
		}
		s.addWhole(c.text(0), c.kind(0), hashes[0], c.row(0), gaps)
		c, hashes = c.from(1), hashes[1:]
	}
}

func (s *stream) addWhole(b []byte, kind source.Kind, hash uint64, row int64, gaps *gapMaps) {
	if len(b) > keptBytes {
		s.add(b[:keptBytes], kind, lookAtLong(b, kind), chars(b), hash, row, gaps)
		return
	}
	s.add(b, kind, 0, chars(b), hash, row, gaps)
}

// add sees one value, n characters long, or its first keptBytes and what is to be
// known of the rest.
func (s *stream) add(b []byte, kind source.Kind, long longValue, n int, hash uint64, row int64, gaps *gapMaps) {
	v := &s.scratch
	classifyKind(b, kind, v)
	long.amend(v)
	s.guess = kernelOf(v.class)
	if v.class.token() {
		s.class(v.class).add(row, b)
		s.token(b).add(row, b)
		gaps[gapOf(v.class)].set(int(row))
		return
	}
	s.see(v, b, n, hash, row)
}

// note sees the hashes and lengths of cells that a kernel took.
func (s *stream) note(c *selection, hashes []uint64) {
	if s.guess == textKernel && !c.ASCII {
		for i := range hashes {
			s.lengths.add(chars(c.text(i)), 1)
		}
	} else {
		s.lengths.addAll(c.Start, c.End, c.rows[:len(hashes)])
	}
	if s.collect {
		s.remember(hashes)
	} else {
		s.estimate().AddAll(hashes)
	}
	s.top.AddAll(hashes, c.text)
}

// remember keeps hashes, those in a row that are the same once: which is most of
// them in columns that are in order.
func (s *stream) remember(hashes []uint64) {
	had := len(s.hashes)
	s.hashes = roomFor(s.hashes, len(hashes))
	kept := s.hashes[:had+len(hashes)]
	last := ^hashes[0]
	if had > 0 {
		last = kept[had-1]
	}
	for _, h := range hashes {
		kept[had] = h
		if h != last {
			had++
		}
		last = h
	}
	s.hashes = kept[:had]
}

// see sees one value that has been looked at, is no token and n characters long.
func (s *stream) see(v *value, b []byte, n int, hash uint64, row int64) {
	s.class(v.class).add(row, b)
	if v.flags&flagSpaced != 0 {
		s.spaced.add(row, b)
		if v.flags&flagBlank != 0 {
			s.blank.add(row, b)
		}
	}
	s.lengths.add(n, 1)
	if s.collect {
		if n := len(s.hashes); n == 0 || s.hashes[n-1] != hash {
			s.hashes = append(s.hashes, hash)
		}
	} else {
		s.estimate().Add(hash)
	}
	s.top.AddSifted(hash, b)
	switch {
	case shaped(v.class):
		s.order.broken = true
		if every := s.looked(row); row&(every-1) == 0 {
			s.look(b, row, every)
		}
		signs := signsOf(b)
		if n != len(b) && signs.garbled(b) {
			s.garbled.add(row, b)
		}
		if signs.mayReveal(b, true) {
			s.reveal(b, row, 1)
		}
	case v.class.number():
		s.number(v, b, row)
	case v.class.temporal():
		s.order.broken = true
		s.someTimes().add(v, b, row, 1)
		s.sketchTime(v)
	default:
		s.order.broken = true
		if v.class == classJSON {
			s.reveal(b, row, 1)
		}
		if v.flags&flagTrue != 0 {
			s.trues++
		}
	}
}

// look takes a close look at a text, for as many as it stands for.
func (s *stream) look(b []byte, row, every int64) {
	s.shapes.add(b, row, every)
	if gapped(b) {
		s.doubled.add(row, b)
	}
}

func (s *stream) number(v *value, b []byte, row int64) {
	if v.class == classInteger {
		s.sum.Add(v.i)
		s.order.add(v.i)
	} else if s.order.broken = true; s.unusual(v, b, row) {
		return
	}
	s.numbers.add(v, b, row, 1)
	s.block = append(s.block, v.f)
	if v.flags&flagLong != 0 {
		s.lack(lowPart(v, b))
	}
	if len(s.block) >= blockSize {
		s.flush()
	}
}

// lack notes what the double of the latest number lacks of it.
func (s *stream) lack(low float64) {
	if low == 0 {
		return
	}
	if s.low == nil {
		s.low = make([]float64, 0, blockSize)
	}
	for len(s.low) < len(s.block)-1 {
		s.low = append(s.low, 0)
	}
	s.low = append(s.low, low)
}

// unusual sees the part of numbers that most columns do not have. It tells
// whether that was all.
func (s *stream) unusual(v *value, b []byte, row int64) bool {
	if v.class.marked() {
		s.mark(v, b, 1)
	}
	switch {
	case v.class.either():
		g := s.group(v.class)
		g.add(v, b, row, 1)
		if g.block = append(g.block, float64(v.i)); len(g.block) >= blockSize {
			g.flush(s)
		}
		return true
	case v.class.whole():
		s.sum.Add(v.i)
	case v.class == classBig:
		s.sum.AddBig(bigInt(b), 1)
	}
	return false
}

// flush brings the block of numbers into the sketches.
func (s *stream) flush() {
	for _, g := range s.either {
		if g != nil {
			g.flush(s)
		}
	}
	if len(s.block) == 0 {
		return
	}
	for s.low != nil && len(s.low) < len(s.block) {
		s.low = append(s.low, 0)
	}
	s.moments.AddBlock(s.block, s.low)
	s.low = nil
	s.quantiles(&s.values).AddSampled(s.block, s.sampling(len(s.block), s.blocks))
	s.block = s.block[:0]
	s.blocks++
}

// looked is of how many rows around this one the text of one is looked at, a power
// of two: of fewer in the later part of a long segment, as some formats have few.
func (s *stream) looked(row int64) int64 {
	if row < longSegment {
		return s.every
	}
	return min(4*s.every, mostUnlooked)
}

// at says which segment of the file the stream is about. Later ones add less to
// what is known of shapes.
func (s *stream) at(segment int) {
	s.segment = segment
	s.every = leastLooked << min(2*segmentPower(segment), 4)
}

// segmentPower is about half the binary logarithm of a segment's place.
func segmentPower(segment int) int { return (bits.Len(uint(segment)) + 1) / 2 }

// sampling says of how many values quantiles take one, as a power of two. All
// those of a file's first segment count, and of segments without a whole block,
// so that small files and wide ones are no less exact; in large ones the sampler
// adds little to the sketch's error.
func (s *stream) sampling(values, blocks int) uint {
	if blocks == 0 && values < blockSize {
		return 0
	}
	return uint(min(segmentPower(s.segment), 5))
}

// quantiles makes the sketch that a column comes to need.
func (s *stream) quantiles(k **sketch.KLL) *sketch.KLL {
	if *k == nil {
		*k = sketch.NewKLL(s.budget.KLL)
	}
	if (*k).Count() == 0 {
		(*k).Seed(uint64(s.segment))
	}
	return *k
}

func (s *stream) sketchTime(v *value) {
	if v.day != v.i && s.day == nil {
		s.flushTimes()
		s.day = s.quantiles(&s.month).Clone()
	}
	if s.day != nil {
		s.dayTime = append(s.dayTime, micros(v.day, v.nanos))
	}
	if s.clock = append(s.clock, micros(v.i, v.nanos)); len(s.clock) >= blockSize {
		s.flushTimes()
	}
}

func (s *stream) flushTimes() {
	if len(s.clock) == 0 {
		return
	}
	s.quantiles(&s.month).AddSampled(s.clock, s.sampling(len(s.clock), s.blocks))
	if s.day != nil {
		s.day.AddSampled(s.dayTime, s.sampling(len(s.clock), s.blocks))
	}
	s.clock, s.dayTime = s.clock[:0], s.dayTime[:0]
	s.blocks++
}

func (s *stream) weighTime(v *value, n int64) {
	s.quantiles(&s.month)
	if v.day != v.i && s.day == nil {
		s.day = s.month.Clone()
	}
	s.month.AddWeighted(micros(v.i, v.nanos), n)
	if s.day != nil {
		s.day.AddWeighted(micros(v.day, v.nanos), n)
	}
}

// weigh sees all values of a dictionary, in its order.
func (s *stream) weigh(d *dictionary) {
	every := int64(1)
	if len(d.entries) > manyEntries {
		every = 4
	}
	s.hashes = slices.Grow(s.hashes, len(d.entries))
	var points []point
	s.common.weigh(d, every, func(e *entry, v *value, b []byte) {
		s.top.AddWeighted(e.hash, b, e.count)
		s.order.broken = s.order.broken || e.count > 1 || v.class != classInteger
		s.hashes = append(s.hashes, e.hash)
		switch {
		case v.class.either():
			s.group(v.class).weigh(v, e.count, s)
		case v.class.number():
			if points == nil {
				points = make([]point, 0, len(d.entries))
			}
			points = append(points, point{v.f, lowPart(v, b), e.count, e.first})
			s.quantiles(&s.values).AddWeighted(v.f, e.count)
			s.order.add(v.i)
		case v.class.temporal():
			s.weighTime(v, e.count)
		}
	})
	s.moments = momentsOf(points)
}

// merge sees what a stream of later rows, which begin at offset, has seen.
func (s *stream) merge(o *stream, offset int64) {
	o.flush()
	o.flushTimes()
	s.common.merge(&o.common, offset)
	if o.hll != nil {
		s.estimate().Merge(o.hll)
	}
	s.top.Merge(o.top)
	if o.values != nil {
		s.quantiles(&s.values).Merge(o.values)
	}
	if o.month != nil {
		s.mergeTimes(o)
	}
	s.moments.Merge(&o.moments)
	s.order.merge(&o.order)
}

func (s *stream) mergeTimes(o *stream) {
	s.quantiles(&s.month)
	if s.day != nil || o.day != nil {
		if s.day == nil {
			s.day = s.month.Clone()
		}
		other := o.day
		if other == nil {
			other = o.month
		}
		s.day.Merge(other)
	}
	s.month.Merge(o.month)
}
