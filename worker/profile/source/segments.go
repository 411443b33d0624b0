package source

import (
	"context"
	"errors"
	"sync"
)

// plan says where a text is cut into segments. Cut points are fixed offsets,
// so that they depend neither on the machine nor on the file's size: the same
// text gives the same segments from a file, a pipe or a gzip.
type plan struct {
	unit int64 // size of the first segments
}

const (
	segmentUnit = 4 << 20
	// firstCut is where the second segment begins at the latest: what the first
	// one says is shown while the rest is read.
	firstCut = 1 << 20
	// A stream keeps the text of all segments that are under way.
	streamWindow = 96 << 20
)

// newPlan makes segments large enough to give wide tables some rows each:
// a partial of 10,000 columns is worth hundreds of thousands of cells.
func newPlan(columns int) plan { return plan{unit: segmentUnit * widthFactor(columns)} }

// widthFactor is the power of two, up to 16, by which wide tables need larger
// blocks and segments.
func widthFactor(columns int) int64 {
	f := int64(1)
	for f < 16 && int64(columns) > 512*f {
		f *= 2
	}
	return f
}

// cut is where segment i begins. Segments grow, because merging them costs
// the same for each: a short one, 31 of one unit, 112 of two, then of four.
func (p plan) cut(i int) int64 {
	n, missing := int64(i), p.unit-p.first()
	switch {
	case n == 0:
		return 0
	case n <= 32:
		return n*p.unit - missing
	case n <= 144:
		return (32+2*(n-32))*p.unit - missing
	}
	return (256+4*(n-144))*p.unit - missing
}

// first is the length of the first segment: of the widest tables the shorter the
// better, as each of its rows is ten thousand cells that somebody waits for.
func (p plan) first() int64 {
	if p.unit >= 16*segmentUnit {
		return firstCut / 2
	}
	return min(p.unit, firstCut)
}

// part is one segment to read: the rows that begin at text offsets in [from, to).
type part struct {
	index    int
	from, to int64
	// start is where the first of these rows begins. -1 means that nobody
	// knows yet, as the segment before is still being read: then it is guessed,
	// and read again should the guess turn out wrong. start >= to: no row begins here.
	start int64
	rest  bool // of a part that segments ended within
}

// parsed is what became of a part.
type parsed struct {
	start, end int64 // text offsets of the first row and just behind the last one; start -1: could not be guessed
	rows       int64
	last       bool // the text is at its end
	more       bool // of the part's rows, some from end on are left: they make a segment of their own
	problems   []Problem
	width      int // columns seen
	err        error
}

// tokeniser reads parts, one at a time. It owns the memory of its batches.
type tokeniser interface {
	parse(ctx context.Context, p part, sink Sink) parsed
}

// segments runs tokenisers over the parts of a text and puts their results in
// order. It serves every format that is cut into rows.
type segments struct {
	text    text
	plan    plan
	start   int64 // where the first row begins
	mark    int64 // length of the byte order mark in front of the text
	workers int
	// newTokeniser is called once a goroutine.
	newTokeniser func() tokeniser
	newSink      func() Sink
	// accept sees each result once it is known to be right, in order, and
	// answers with the names of the columns known so far.
	accept func(parsed) []string
	done   func(Segment, Sink) error
	// trailing is input.trailing.
	trailing func() bool
}

type outcome struct {
	part   part
	parsed parsed
	sink   Sink
}

// run is Scanner.Scan for such formats.
func (s *segments) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := max(s.workers, 1)
	parts, outcomes := make(chan part), make(chan outcome, workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(parts)
	defer cancel()
	for range workers {
		wg.Go(func() {
			t := s.newTokeniser()
			for p := range parts {
				sink := s.newSink()
				if b, ok := sink.(Beginner); ok {
					b.Begin(p.index)
				}
				outcomes <- outcome{p, t.parse(ctx, p, sink), sink}
			}
		})
	}
	return s.dispatch(ctx, workers, parts, outcomes)
}

func (s *segments) dispatch(ctx context.Context, workers int, parts chan<- part, outcomes <-chan outcome) error {
	var (
		next     int                 // the segment to hand out next
		right    int                 // all segments before this one are known to be right
		start    = s.start           // where that one truly begins
		rows     int64               // in the segments before it
		waiting  = map[int]outcome{} // finished, but something before them is not
		repeat   *part               // begun at a wrong place or not read to its end: to be read from its start on
		underWay int                 // never more than outcomes holds, so that nobody blocks on it
	)
	for {
		if o, ok := waiting[right]; ok {
			delete(waiting, right)
			if o.parsed.start != start {
				o.part.start = start
				repeat = &o.part
			} else if end, err := s.settle(o, &rows); end || err != nil {
				return err
			} else {
				start = o.parsed.end
				if !o.parsed.more {
					right++
					continue
				}
				o.part.start, o.part.rest = start, true
				repeat = &o.part
			}
		}
		out := chan<- part(nil)
		var p part
		if repeat != nil && underWay < workers {
			out, p = parts, *repeat
		} else if repeat == nil && underWay < workers && s.mayBegin(next, right, workers) {
			out, p = parts, s.part(next, right, start)
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case out <- p:
			underWay++
			if repeat != nil {
				repeat = nil
			} else {
				next++
			}
		case o := <-outcomes:
			underWay--
			waiting[o.part.index] = o
		}
	}
}

// part describes segment i; only the first one that is not settled yet knows
// where it begins.
func (s *segments) part(i, right int, start int64) part {
	p := part{index: i, from: s.plan.cut(i), to: s.plan.cut(i + 1), start: -1}
	if i == right {
		p.start = start
	}
	return p
}

// mayBegin bounds how far the reading runs ahead of what is settled: finished
// sinks wait in memory, and so does the text of a stream.
func (s *segments) mayBegin(i, right, workers int) bool {
	if i == right {
		return true
	}
	from := s.plan.cut(i)
	if size := s.text.size(); size >= 0 && from >= size {
		return false
	}
	if _, random := s.text.(fileText); !random && s.plan.cut(i+1)-s.plan.cut(right) > streamWindow {
		return false
	}
	return i <= right+workers
}

// settle hands on a result that is known to be right, and tells whether it was
// the last one.
func (s *segments) settle(o outcome, rows *int64) (end bool, err error) {
	r := o.parsed
	var broken *Error
	if r.err != nil && !errors.As(r.err, &broken) {
		return true, r.err
	}
	names := s.accept(r)
	for i := range r.problems {
		r.problems[i].Offset += s.mark
	}
	if r.last && broken == nil && s.trailing != nil && s.trailing() {
		r.problems = append(r.problems, Problem{Code: "trailing_data", Message: problemText("trailing_data"), Offset: r.end + s.mark, Count: 1})
	}
	if r.rows > 0 || o.part.index == 0 || len(r.problems) > 0 || !r.last {
		seg := Segment{Index: o.part.index, Rows: r.rows, BytesDone: s.text.consumed(r.end), Problems: r.problems, Columns: names}
		if err := s.done(seg, o.sink); err != nil {
			return true, err
		}
	}
	if broken != nil {
		e := *broken
		if e.Row >= 0 {
			e.Row += *rows
		}
		if e.Offset >= 0 {
			e.Offset += s.mark
		}
		return true, &e
	}
	*rows += r.rows
	s.text.release(min(o.part.to, r.end) - 1) // the next segment looks at the byte before it
	return r.last, nil
}
