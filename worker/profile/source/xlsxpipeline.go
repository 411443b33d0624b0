package source

import (
	"context"
	"errors"
	"slices"
	"sync"
)

// A sheet can only be read from front to back: one goroutine unpacks it and
// cuts it into blocks of rows, and each segment has another that hands its
// blocks on.

const (
	// The first segment is that many cells, empty ones included: so there is
	// something to be shown soon. The next ones are larger, up to eight times.
	firstSegment      = 1 << 16
	sheetSegmentCells = 1 << 18
	// blocksAhead bounds what is read but not yet handed on: up to 8 MiB of text
	// each, mostly less than one.
	blocksAhead = 6
)

// sheetPart is a block on its way, with what is known of the columns by then.
type sheetPart struct {
	block *sheetBlock
	from  int // row of the block
	place []int32
	width int
}

// Scan implements Scanner. It can be called once.
func (s *sheetScanner) Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	if workers > 1 {
		return s.scanBeside(ctx, workers, newSink, done)
	}
	block := &sheetBlock{}
	var batch sheetBatch
	for {
		sink := newSink()
		seg, last, err := s.segment(ctx, func() *sheetBlock { return block }, func(p sheetPart) error { return batch.pour(p, sink) })
		if end, err := hand(seg, sink, last, err, done); end || err != nil {
			return err
		}
	}
}

// hand gives a finished segment away; of one that ends with a fault, too.
func hand(seg Segment, sink Sink, last bool, err error, done func(Segment, Sink) error) (end bool, _ error) {
	var broken *Error
	if err != nil && !errors.As(err, &broken) {
		return true, err
	}
	if err := done(seg, sink); err != nil {
		return true, err
	}
	return last || err != nil, err
}

// sheetSegment is a segment under way.
type sheetSegment struct {
	Segment
	last bool
	err  error // of the reading
	sink Sink
	sunk error // of the sink

	parts    chan sheetPart
	finished chan struct{}
}

// scanBeside lets workers-1 segments be handed on beside the reading.
func (s *sheetScanner) scanBeside(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	ctx, cancel := context.WithCancel(ctx)
	var running sync.WaitGroup
	defer running.Wait()
	defer cancel()
	free := make(chan *sheetBlock, blocksAhead)
	for range blocksAhead {
		free <- &sheetBlock{}
	}
	order := make(chan *sheetSegment, workers-1)
	running.Go(func() {
		defer close(order)
		s.produce(ctx, order, free, func(g *sheetSegment) {
			running.Go(func() { g.work(newSink(), free) })
		})
	})
	for g := range order {
		<-g.finished
		if g.err == nil {
			g.err = g.sunk
		}
		if end, err := hand(g.Segment, g.sink, g.last, g.err, done); end || err != nil {
			return err
		}
	}
	return ctx.Err()
}

// produce reads the sheet into segments.
func (s *sheetScanner) produce(ctx context.Context, order chan<- *sheetSegment, free chan *sheetBlock, begin func(*sheetSegment)) {
	for last := false; !last; {
		g := &sheetSegment{parts: make(chan sheetPart, blocksAhead), finished: make(chan struct{})}
		select {
		case order <- g:
		case <-ctx.Done():
			return
		}
		begin(g)
		take := func() *sheetBlock {
			select {
			case b := <-free:
				return b
			case <-ctx.Done():
				return &sheetBlock{}
			}
		}
		g.Segment, g.last, g.err = s.segment(ctx, take, func(p sheetPart) error {
			g.parts <- p // there is room for all blocks
			return ctx.Err()
		})
		last = g.last || g.err != nil
		close(g.parts)
	}
}

// work hands the blocks of a segment on.
func (g *sheetSegment) work(sink Sink, free chan<- *sheetBlock) {
	var batch sheetBatch
	g.sink = sink
	for p := range g.parts {
		if g.sunk == nil {
			g.sunk = batch.pour(p, sink)
		}
		select {
		case free <- p.block:
		default: // the first block, which was not taken from there
		}
	}
	close(g.finished)
}

// segment reads the next one. last says that the sheet ends with it.
func (s *sheetScanner) segment(ctx context.Context, take func() *sheetBlock, hand func(sheetPart) error) (seg Segment, last bool, err error) {
	seg.Index = s.segments
	most := firstSegment
	if s.segments > 0 {
		most = (sheetSegmentCells << min(s.segments, 3)) * int(widthFactor(len(s.names.list)))
	}
	s.segments++
	for cells := 0; cells < most && !last && err == nil; {
		var p sheetPart
		if p, last, err = s.part(ctx, take); p.block == nil {
			break
		}
		rows := len(p.block.ends) - p.from
		seg.Rows += int64(rows)
		cells += rows * p.width
		if e := hand(p); e != nil {
			return seg, true, e
		}
	}
	s.read += seg.Rows
	seg.Columns = slices.Clip(s.names.list)
	seg.Problems = s.in.problems()
	if seg.Index == 0 {
		seg.Problems = append(s.faults.list, seg.Problems...)
	}
	seg.BytesDone = scaled(s.in.part.n, s.in.book.in.Size, s.in.size)
	if last {
		seg.BytesDone = s.in.book.in.Size
	}
	return seg, last, err
}

// part reads the next block. Where the reading fails, there may still be one.
func (s *sheetScanner) part(ctx context.Context, take func() *sheetBlock) (p sheetPart, last bool, err error) {
	if s.head != nil {
		p.block, p.from, err = s.head, s.start, s.failed
		s.head = nil
	} else {
		p.block = take()
		p.block.reset()
		err = s.in.fill(ctx, p.block, (*sheetBlock).full)
	}
	if e := s.widen(p.block, p.from); e != nil {
		return sheetPart{}, false, e
	}
	var broken *Error
	if errors.As(err, &broken) {
		e := *broken
		e.Row = s.handed + int64(len(p.block.ends)-p.from) + 1
		err = &e
	}
	s.handed += int64(len(p.block.ends) - p.from)
	p.place, p.width = s.place, len(s.names.list)
	return p, s.in.ended || err != nil, err
}

// problems are those met since they were asked for last.
func (r *sheetReader) problems() []Problem {
	if n := r.calendar.leapDays; n > 0 {
		r.faults.addMany("leap_day_1900", 0, 0, n)
		r.calendar.leapDays = 0
	}
	list := r.faults.list
	r.faults.list = nil
	return list
}

// sheetBatch is a batch with memory of its own.
type sheetBatch struct {
	batch Batch
	slots []uint32 // starts and ends of the cells, column by column
	kinds []Kind
}

// pour hands the rows of a block on, column by column.
func (t *sheetBatch) pour(p sheetPart, sink Sink) error {
	b, width := p.block, p.width
	step := max(1, batchCells*int(max(1, widthFactor(width)/4))/max(width, 8))
	for from := p.from; from < len(b.ends); from += step {
		rows := min(step, len(b.ends)-from)
		cells := rows * width
		if cap(t.kinds) < cells {
			t.slots, t.kinds = make([]uint32, 2*cells), make([]Kind, cells)
		}
		starts, ends, kinds := t.slots[:cells], t.slots[cells:2*cells], t.kinds[:cells]
		clear(starts)
		clear(ends)
		clear(kinds)
		for i := range rows {
			for _, c := range b.row(from + i) {
				at := int(p.place[c.column])*rows + i
				starts[at], ends[at], kinds[at] = c.start, c.end, c.kind
			}
		}
		t.batch.Rows, t.batch.Cols = rows, slices.Grow(t.batch.Cols[:0], width)
		for k := range width {
			v := Vector{Data: b.data, Start: starts[k*rows : (k+1)*rows], End: ends[k*rows : (k+1)*rows]}
			if own := kinds[k*rows : (k+1)*rows]; slices.ContainsFunc(own, func(k Kind) bool { return k != Raw }) {
				v.Kinds = own
			}
			t.batch.Cols = append(t.batch.Cols, v)
		}
		if err := sink.Batch(&t.batch); err != nil {
			return err
		}
	}
	return nil
}
