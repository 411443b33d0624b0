package source

import (
	"context"
	"errors"
	"fmt"
	"sync"
)

// piece is what a format that knows where its rows stand reads as one segment.
type piece[T any] struct {
	index int
	work  T
	done  int64 // bytes of the file used up to its end
}

// pieceResult is what became of one. A *Error ends the scan behind the rows.
type pieceResult struct {
	rows     int64
	text     int64 // bytes of their cells, as text counts them
	problems []Problem
	err      error
}

// pieces runs readers over pieces and hands their results on in order. It is
// segments.run for formats in which nothing has to be guessed.
type pieces[T any] struct {
	workers int
	columns []string
	first   []Problem // of the table as a whole, told with the first segment
	text    textBound // of all pieces; readers hold it against each
	// next answers with the work of the next piece; ok is false behind the last
	// one. It is called from one goroutine.
	next func() (work T, done int64, ok bool, err error)
	// newReader is called once a goroutine.
	newReader func() func(ctx context.Context, work T, sink Sink) pieceResult
	newSink   func() Sink
	done      func(Segment, Sink) error
}

type pieceOutcome[T any] struct {
	piece[T]
	sink   Sink
	result pieceResult
}

func (p *pieces[T]) run(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	workers := max(p.workers, 1)
	work, outcomes := make(chan piece[T]), make(chan pieceOutcome[T], 2*workers)
	var wg sync.WaitGroup
	defer wg.Wait()
	defer close(work)
	defer cancel()
	for range workers {
		wg.Go(func() {
			read := p.newReader()
			for w := range work {
				sink := p.newSink()
				outcomes <- pieceOutcome[T]{w, sink, guarded(ctx, read, w.work, sink)}
			}
		})
	}
	return p.dispatch(ctx, workers, work, outcomes)
}

// guarded makes a panic of a reader the fault of the file.
func guarded[T any](ctx context.Context, read func(context.Context, T, Sink) pieceResult, work T, sink Sink) (r pieceResult) {
	defer func() {
		if p := recover(); p != nil {
			r.err = panicked(p)
		}
	}()
	return read(ctx, work, sink)
}

// panicked is the error for a file that a library could not take.
func panicked(p any) *Error {
	cause, ok := p.(error)
	if !ok {
		cause = fmt.Errorf("%v", p)
	}
	var known *Error
	if errors.As(cause, &known) {
		return known
	}
	return &Error{Code: "broken_file", Row: -1, Offset: -1, Message: "The file is broken: its parts contradict each other.",
		Hint: "Write the file again, or copy it again if it was cut off on the way.", Err: cause}
}

func (p *pieces[T]) dispatch(ctx context.Context, workers int, work chan<- piece[T], outcomes <-chan pieceOutcome[T]) error {
	var (
		issued, settled int
		rows            int64
		waiting         = map[int]pieceOutcome[T]{}
		ready           piece[T] // to be handed out
		have, end       bool
		stop            error // what ended next
	)
	for {
		if o, ok := waiting[settled]; ok {
			delete(waiting, settled)
			settled++
			if err := p.settle(o, &rows); err != nil {
				return err
			}
			continue
		}
		if end && settled == issued {
			if issued == 0 {
				if err := p.done(Segment{Columns: p.columns, Problems: p.first}, p.newSink()); err != nil {
					return err
				}
			}
			return stop
		}
		// Finished sinks wait in memory, so the reading must not run far ahead.
		if !have && !end && issued <= settled+workers {
			w, done, ok, err := p.next()
			ready, have, end, stop = piece[T]{issued, w, done}, ok, !ok, err
			if end {
				continue
			}
		}
		out := work
		if !have {
			out = nil
		}
		select {
		case <-ctx.Done():
			return ctx.Err()
		case out <- ready:
			have = false
			issued++
		case o := <-outcomes:
			waiting[o.index] = o
		}
	}
}

func (p *pieces[T]) settle(o pieceOutcome[T], rows *int64) error {
	r := o.result
	var broken *Error
	if r.err != nil && !errors.As(r.err, &broken) {
		return r.err
	}
	if o.index == 0 {
		r.problems = append(p.first, r.problems...)
	}
	seg := Segment{Index: o.index, Rows: r.rows, BytesDone: o.done, Problems: r.problems, Columns: p.columns}
	if err := p.done(seg, o.sink); err != nil {
		return err
	}
	*rows += r.rows
	if err := p.text.add(r.text); err != nil && broken == nil {
		errors.As(err, &broken)
	}
	if broken != nil {
		e := *broken
		if e.Row < 0 {
			e.Row = *rows + 1
		}
		return &e
	}
	return nil
}
