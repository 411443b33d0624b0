package profile

import (
	"context"
	"errors"
	"time"

	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

const (
	progressEvery    = 50 * time.Millisecond
	firstProvisional = 150 * time.Millisecond
	mostBetween      = 15 * time.Second // provisional reports
	// wideTable bounds the columns under way at a time, over all readers: a
	// segment of a wide table is worth megabytes until it is merged.
	wideTable = 2000
)

// Run profiles a file. A file that breaks midway gives both a report of the
// rows before (complete: false) and a *source.Error.
func Run(ctx context.Context, req Request, hooks Hooks) (*report.Report, error) {
	s, err := source.Open(ctx, req.Source, req.Options, req.Limits)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	return runScanner(ctx, s, req, hooks)
}

func runScanner(ctx context.Context, s source.Scanner, req Request, hooks Hooks) (*report.Report, error) {
	r := &run{req: req, hooks: hooks, scanner: s, dialect: s.Dialect(), table: newTable(s), begun: time.Now()}
	r.table.workers = req.Workers
	r.share = shareOf(source.TablesOf(s), r.dialect.Table)
	r.next = r.begun.Add(firstProvisional)
	err := r.scan(ctx)
	r.dialect = s.Dialect() // it may say more of a stream's end now
	var broken *source.Error
	if err != nil && !errors.As(err, &broken) {
		return nil, err
	}
	r.tell(true)
	r.table.names, r.table.spare = s.Columns(), nil
	rep := r.assemble(false)
	rep.Complete = err == nil
	if req.TableSizes && err == nil {
		tableSizes(ctx, req, rep.Tables)
	}
	seconds := time.Since(r.begun).Seconds()
	rep.Engine = report.Engine{Version: req.Version, Seconds: seconds}
	if seconds > 0 {
		rep.Engine.BytesPerSecond = float64(r.table.bytes) / seconds
	}
	return rep, err
}

type run struct {
	req     Request
	hooks   Hooks
	scanner source.Scanner
	dialect source.Dialect
	table   *table
	share   float64 // of the file
	begun   time.Time
	told    time.Time     // progress
	next    time.Time     // provisional report
	pause   time.Duration // … after that one
}

type finished struct {
	source.Segment
	sink *segment
}

// scan reads all segments.
func (r *run) scan(ctx context.Context) error {
	ctx, cancel := context.WithCancel(ctx)
	defer cancel()
	workers := max(1, min(r.req.Workers, wideTable/max(1, r.table.header)))
	newSink := func() source.Sink { return r.table.newSegment() }
	if workers == 1 {
		r.next = r.begun // the second segment may come late
		return r.scanner.Scan(ctx, 1, newSink, func(seg source.Segment, sink source.Sink) error {
			r.merge(finished{seg, sink.(*segment)})
			return ctx.Err()
		})
	}
	return r.scanBeside(ctx, workers, newSink)
}

// scanBeside merges in a goroutine of its own, so that the readers need not
// wait for it.
func (r *run) scanBeside(ctx context.Context, workers int, newSink func() source.Sink) error {
	queue := make(chan finished, min(workers-1, wideTable/10/max(1, r.table.header)))
	merged := make(chan struct{})
	go func() {
		defer close(merged)
		r.mergeAll(queue)
	}()
	err := r.scanner.Scan(ctx, workers, newSink, func(seg source.Segment, sink source.Sink) error {
		queue <- finished{seg, sink.(*segment)}
		return ctx.Err()
	})
	close(queue)
	<-merged
	return err
}

// mergeAll merges what comes. What the first segments say is shown when its time
// has come, and not only with the next one: in a wide table that may take long.
func (r *run) mergeAll(queue <-chan finished) {
	first := time.NewTimer(time.Until(r.next))
	defer first.Stop()
	for {
		select {
		case f, more := <-queue:
			if !more {
				return
			}
			r.merge(f)
		case <-first.C:
			if r.table.rows > 0 {
				r.show()
			}
		}
	}
}

func (r *run) merge(f finished) {
	r.table.merge(f.Segment, f.sink)
	r.tell(false)
	r.show()
}

// tell reports progress, not too often.
func (r *run) tell(last bool) {
	if r.hooks.Progress == nil || !last && time.Since(r.told) < progressEvery {
		return
	}
	r.told = time.Now()
	r.hooks.Progress(Progress{Stage: "profiling", BytesDone: r.table.bytes, BytesTotal: r.req.Source.Size, Rows: r.table.rows, Share: r.share})
}

// shareOf is Progress.Share. Tables of which it is not known how large they are
// count alike.
func shareOf(tables []source.Table, name string) float64 {
	if len(tables) < 2 {
		return 0
	}
	var all, own float64
	for _, t := range tables {
		if t.Bytes <= 0 {
			return 1 / float64(len(tables))
		}
		all += float64(t.Bytes)
		if t.Name == name {
			own = float64(t.Bytes)
		}
	}
	return own / all
}

// show makes a provisional report, when it is time: they cost more the more
// is known, and tell less that is new.
func (r *run) show() {
	if r.hooks.Provisional == nil || time.Now().Before(r.next) || r.table.bytes == r.req.Source.Size {
		return
	}
	r.hooks.Provisional(r.assemble(true))
	r.pause = min(max(time.Second, 2*r.pause), mostBetween)
	r.next = time.Now().Add(r.pause)
}
