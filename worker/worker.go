// Package worker turns uploaded files into reports. It stands behind the queue
// in a file's journey: it takes a task, claims the job's row, opens the object,
// has a child process (worker/sandbox) profile it, and writes the report into
// the row. What is waiting, and for whom, it learns from the queue; what is
// true it learns from the store alone.
//
// A worker may die at any moment. Every write names the fence under which the
// job was claimed, so that a late worker writes nothing, and Reconcile brings
// back what a dead one held.
package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"assay/queue"
	"assay/storage"
	"assay/store"
	"assay/worker/profile/source"
	"assay/worker/sandbox"

	"github.com/prometheus/client_golang/prometheus"
)

// Config is what a worker and the sweep work with.
type Config struct {
	Store    *store.Store
	Bucket   storage.Bucket
	Queue    queue.Queue
	Workers  int // jobs side by side
	Log      *slog.Logger
	Limits   source.Limits
	Memory   int64         // bytes a job's child may take; 0 sets no limit
	Deadline time.Duration // of a job; 0 sets none
	Version  string        // of Assay, for reports
	Metrics  prometheus.Registerer
}

const (
	// lease is how long a job belongs to a worker that is not heard of.
	lease = 15 * time.Second
	// storeTime bounds the writes that end a job when the worker itself is
	// already asked to stop.
	storeTime = 5 * time.Second
)

// Worker runs jobs.
type Worker struct {
	Config
	metrics *metrics

	// What tests replace.
	parse      func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error)
	retryDelay func(attempt int) time.Duration
}

// New makes a worker; Metrics may be nil.
func New(c Config) *Worker {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &Worker{Config: c, metrics: newMetrics(c.Metrics), parse: sandbox.Run, retryDelay: retryDelay}
}

// Run takes tasks until ctx ends, then hands the running jobs back and returns.
func (w *Worker) Run(ctx context.Context) error {
	err := w.Queue.Consume(ctx, w.Workers, w.handle)
	if ctx.Err() != nil {
		return nil
	}
	return err
}

// handle runs the job that a task names, if it is still to be had.
func (w *Worker) handle(ctx context.Context, t queue.Task) error {
	claim, cancel := context.WithTimeout(context.WithoutCancel(ctx), storeTime)
	defer cancel()
	job, err := w.Store.ClaimJob(claim, t.JobID, t.Fence, lease)
	if errors.Is(err, store.ErrStale) || errors.Is(err, store.ErrNotFound) {
		return nil // cancelled, deleted, or somebody else's
	}
	if err != nil {
		return err
	}
	w.metrics.claimed(job)
	return w.run(ctx, job)
}
