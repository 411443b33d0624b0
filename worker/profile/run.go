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
	firstProvisional = 400 * time.Millisecond
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
	r.next = r.begun.Add(firstProvisional)
	err := r.scan(ctx)
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
		for f := range queue {
			r.merge(f)
		}
	}()
	err := r.scanner.Scan(ctx, workers, newSink, func(seg source.Segment, sink source.Sink) error {
		queue <- finished{seg, sink.(*segment)}
		return ctx.Err()
	})
	close(queue)
	<-merged
	return err
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
	r.hooks.Progress(Progress{Stage: "profiling", BytesDone: r.table.bytes, BytesTotal: r.req.Source.Size, Rows: r.table.rows})
}

// show makes a provisional report, when it is time: they cost more the more
// is known, and tell less that is new.
func (r *run) show() {
	if r.hooks.Provisional == nil || time.Now().Before(r.next) {
		return
	}
	r.hooks.Provisional(r.assemble(true))
	r.pause = min(max(time.Second, 2*r.pause), mostBetween)
	r.next = time.Now().Add(r.pause)
}
