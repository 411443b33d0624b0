package profile

import (
	"math"
	"slices"
	"sync"
	"sync/atomic"

	"assay/worker/profile/column"
	"assay/worker/profile/sketch"
	"assay/worker/profile/source"
)

const (
	// hashMemory is for the hashes that tell exactly how many different values
	// the columns have; who needs more goes on with estimates.
	hashMemory = 48 << 20
	// rowHashes is how many rows are told apart exactly: 4 million, in 40 MB.
	rowHashes = 4 << 20
)

// table gathers the segments of a file in their order. Only its methods under
// "for segments" may be called from other goroutines than the merging one.
type table struct {
	header  int // columns that the header names
	typed   bool
	workers int // goroutines that merge columns
	pool    sketch.Pool

	mu      sync.Mutex
	columns []*column.Column
	spare   []*segment // whose memory can be used again

	names     []string
	rows      int64
	bytes     int64
	width     int // columns merged so far
	repeats   *sketch.Repeats
	repeated  firstRepeats
	sample    *sample // for pairs of columns
	shown     *sample // for the reader
	head      []sampled
	problems  []source.Problem
	levelHint atomic.Uint32
	pairHint  atomic.Uint64
	shownHint atomic.Uint64
}

func newTable(s source.Scanner) *table {
	t := &table{header: len(s.Columns()), names: s.Columns(), typed: s.Dialect().Typed,
		pool: sketch.Pool{Free: hashMemory}, repeats: sketch.NewRepeats(rowHashes)}
	t.sample = newSample(pairRows(t.header), pairBytes, pairColumns)
	t.shown = newSample(shownRows(t.header), shownBytes, math.MaxInt)
	t.pairHint.Store(math.MaxUint64)
	t.shownHint.Store(math.MaxUint64)
	return t
}

// column is column i, for segments. Its budget depends on the columns that the
// header names and on those before it: never on what else was read by then.
func (t *table) column(i int) *column.Column {
	t.mu.Lock()
	defer t.mu.Unlock()
	for len(t.columns) <= i {
		n := len(t.columns)
		t.columns = append(t.columns, column.New(n, column.BudgetFor(max(t.header, n+1)), &t.pool))
	}
	return t.columns[i]
}

// newSegment is an empty segment, for segments.
func (t *table) newSegment() *segment {
	t.mu.Lock()
	var s *segment
	if n := len(t.spare); n > 0 {
		s, t.spare = t.spare[n-1], t.spare[:n-1]
	}
	t.mu.Unlock()
	if s == nil {
		s = &segment{table: t, pairs: newSample(0, pairBytes, pairColumns), shown: newSample(0, shownBytes, math.MaxInt)}
	}
	s.begin()
	return s
}

func (t *table) recycle(s *segment) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.spare = append(t.spare, s)
}

// merge sees the next segment.
func (t *table) merge(seg source.Segment, s *segment) {
	from, to := t.rows, t.rows+seg.Rows
	for i := t.width; i < s.width; i++ {
		t.column(i).Absent(0, from)
	}
	t.width = max(t.width, s.width)
	columns := t.columnsUpTo(t.width)
	beside(t.workers, t.width+1, func(i int) {
		if i == 0 { // beside the columns, and the longest piece
			t.mergeRows(s, from)
		} else if c := columns[i-1]; i > s.width {
			c.Absent(from, to)
		} else {
			p := s.parts[i-1]
			p.Skip(int(seg.Rows) - p.Rows())
			c.Merge(p, from)
		}
	}, func(i int) {
		if i > 0 {
			columns[i-1].Remember()
		}
	})
	t.report(seg.Problems, from)
	if len(seg.Columns) > len(t.names) {
		t.names = seg.Columns
	}
	t.rows, t.bytes = to, seg.BytesDone
	t.recycle(s)
}

// columnsUpTo are the first n columns, all of which there are.
func (t *table) columnsUpTo(n int) []*column.Column {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.columns[:n]
}

// mergeRows sees what the next segment knows of whole rows.
func (t *table) mergeRows(s *segment, from int64) {
	if s.level == 0 {
		t.repeated.look(s.hashes, from)
	}
	t.repeats.Add(s.hashes)
	t.repeats.Skip(s.rows - int64(len(s.hashes)))
	t.levelHint.Store(uint32(t.repeats.Level()))
	t.sample.merge(s.pairs, from, pairRows(max(t.header, t.width)))
	t.pairHint.Store(t.sample.threshold)
	t.shown.merge(s.shown, from, shownRows(max(t.header, t.width)))
	t.shownHint.Store(t.shown.threshold)
	for _, r := range s.head {
		if len(t.head) < headRows {
			r.row += from
			t.head = append(t.head, r)
		}
	}
}

// report adds the problems of a segment that begins behind row from.
func (t *table) report(problems []source.Problem, from int64) {
	for _, p := range problems {
		if p.Row > 0 {
			p.Row += from
		}
		i := slices.IndexFunc(t.problems, func(q source.Problem) bool { return q.Code == p.Code })
		if i < 0 {
			t.problems = append(t.problems, p)
		} else {
			t.problems[i].Count += p.Count
		}
	}
}

// segment is a source.Sink: it takes the rows of one segment into partials.
type segment struct {
	table  *table
	parts  []*column.Partial // those in front, up to width, are in use
	width  int
	rows   int64
	index  int // in the file
	first  bool
	work   column.Work
	hashes []uint64 // of rows, those that table.repeats will look at
	level  uint
	recent []uint64 // hashes seen of late, at places of their own; nil until they are looked for
	pairs  *sample
	shown  *sample
	head   []sampled
}

func (s *segment) begin() {
	t := s.table
	s.index, s.first, s.rows, s.width, s.hashes, s.head = 0, false, 0, 0, s.hashes[:0], nil
	s.level = uint(t.levelHint.Load())
	clear(s.recent)
	s.pairs.reset(pairRows(t.header), t.pairHint.Load())
	s.shown.reset(shownRows(t.header), t.shownHint.Load())
}

// Begin says which segment of the file it is.
func (s *segment) Begin(index int) { s.index, s.first = index, index == 0 }

// Batch sees a block of rows.
func (s *segment) Batch(b *source.Batch) error {
	for s.width < len(b.Cols) {
		s.addColumn()
	}
	s.work.Begin(b.Rows)
	for i := range s.width {
		if i < len(b.Cols) {
			s.parts[i].Add(&b.Cols[i], b.Rows, &s.work)
			if s.first { // which begins where it should
				s.parts[i].Foretell()
			}
		} else {
			s.parts[i].Skip(b.Rows)
		}
	}
	for i := range b.Rows {
		if row := s.rows + int64(i); row < headRows {
			s.head = append(s.head, sampled{row: row, cells: appendCells(nil, b, i, shownBytes, math.MaxInt)})
		} else {
			break
		}
	}
	s.sumRows(b)
	s.rows += int64(b.Rows)
	return nil
}

// sumRows hashes the rows of a batch and picks some for the samples.
func (s *segment) sumRows(b *source.Batch) {
	if free := cap(s.hashes) - len(s.hashes); free < b.Rows {
		s.hashes = append(make([]uint64, 0, 2*cap(s.hashes)+b.Rows), s.hashes...)
	}
	hashes, level := s.hashes, s.level
	s.pairs.threshold = min(s.pairs.threshold, s.table.pairHint.Load())
	for i, sum := range s.work.Sums {
		row := s.rows + int64(i)
		h := sketch.Mix(sum, 0)
		if (level == 0 || h>>(64-level) == 0) && (row < rowsLooked || !s.seen(h)) {
			hashes = append(hashes, h)
		}
		// The key is as good as random, and the same on every machine.
		if key := sketch.Mix(h, uint64(row)); key < s.pairs.threshold {
			s.pairs.add(key, row, b, i)
			if key < s.shown.threshold {
				s.shown.add(key, row, b, i)
			}
		}
	}
	s.hashes = hashes
}

// seen tells whether a row was seen a short while ago, and need not be kept
// again: a segment has millions of rows only where they are short, and then
// they are few different ones. It may overlook a repeat, and never makes one up.
func (s *segment) seen(h uint64) bool {
	const places = 1 << 15
	if s.recent == nil {
		s.recent = make([]uint64, places)
	}
	place := &s.recent[h%places]
	if *place == h {
		return true
	}
	*place = h
	return false
}

func (s *segment) addColumn() {
	c := s.table.column(s.width)
	if s.width < len(s.parts) {
		s.parts[s.width].Reset(c, s.index)
	} else {
		s.parts = append(s.parts, c.NewPartial(s.index))
	}
	s.parts[s.width].Skip(int(s.rows))
	s.width++
}
