package worker

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"assay/store"
	"assay/worker/profile"
)

const (
	// reportEvery is at once the most often that progress is written and the
	// longest that a cancelled job goes unnoticed.
	reportEvery = 250 * time.Millisecond
	// renewEvery is how often the lease is renewed when nothing moves.
	renewEvery = time.Second
	// provisionalEvery is how often a provisional report is stored.
	provisionalEvery = time.Second
)

// reporter carries a job's progress from its child to its row, and the row's
// cancellation back. Its methods only note things; run, on a goroutine of its
// own, talks to the store.
type reporter struct {
	store *store.Store
	job   store.Job
	log   *slog.Logger

	mu      sync.Mutex
	now     string         // stage
	before  store.Progress // of the tables that are done
	current store.Progress
	speed   speed
	report  []byte // provisional, not stored yet
	changed bool
	first   chan struct{} // has one: the first provisional report is there, which must not wait for a beat
}

func newReporter(s *store.Store, job store.Job, log *slog.Logger) *reporter {
	return &reporter{store: s, job: job, log: log, now: store.StageFetching, first: make(chan struct{}, 1)}
}

// fetching says how large the file is that is being fetched.
func (r *reporter) fetching(bytes int64) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.current.BytesTotal, r.changed = bytes, true
}

func (r *reporter) stage(name string) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.now, r.changed = name, true
}

// progress and provisional are the sandbox's events.
func (r *reporter) progress(p profile.Progress) {
	r.mu.Lock()
	defer r.mu.Unlock()
	if p.Stage != r.now {
		r.speed = speed{}
	}
	r.now = p.Stage
	if p.Share > 0 {
		p.BytesDone = min(r.before.BytesDone+int64(p.Share*float64(p.BytesDone)), p.BytesTotal)
	}
	p.Rows += r.before.Rows
	r.speed.note(time.Now(), p.BytesDone, p.Rows)
	r.current = store.Progress{
		BytesDone: p.BytesDone, BytesTotal: max(p.BytesTotal, 0), Rows: p.Rows,
		RowsPerSecond: r.speed.rows, ETASeconds: r.speed.eta(p.BytesTotal - p.BytesDone),
	}
	if p.Stage != store.StageProfiling {
		r.current.ETASeconds = nil // it is that of a stage, not of the job
	}
	r.changed = true
}

func (r *reporter) provisional(report []byte) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.report = report
	select {
	case r.first <- struct{}{}:
	default:
	}
}

func (r *reporter) last() store.Progress {
	r.mu.Lock()
	defer r.mu.Unlock()
	p := r.current
	p.ETASeconds = nil
	return p
}

// run writes until ctx ends. When the job turns out not to be this worker's
// any more, it ends the work by cancel(errLost).
func (r *reporter) run(ctx context.Context, cancel context.CancelCauseFunc) {
	tick := time.NewTicker(reportEvery)
	defer tick.Stop()
	var written, stored time.Time
	first := r.first
	for {
		select {
		case <-ctx.Done():
			return
		case <-first:
			first = nil
			if r.storeProvisional(ctx) {
				stored = time.Now()
			}
		case now := <-tick.C:
			held, wrote := r.beat(ctx, now.Sub(written) >= renewEvery)
			if !held {
				cancel(errLost)
				return
			}
			if wrote {
				written = now
			}
			if now.Sub(stored) >= provisionalEvery && r.storeProvisional(ctx) {
				stored = now
			}
		}
	}
}

// beat writes the progress if it changed or the lease is due, and otherwise
// only looks whether the job is still held.
func (r *reporter) beat(ctx context.Context, due bool) (held, wrote bool) {
	r.mu.Lock()
	stage, p, changed := r.now, r.current, r.changed
	r.changed = false
	r.mu.Unlock()
	if !changed && !due {
		job, err := r.store.JobByID(ctx, r.job.ID)
		if errors.Is(err, store.ErrNotFound) {
			return false, false
		}
		return err != nil || job.Status == store.StatusRunning && job.Fence == r.job.Fence, false
	}
	err := r.store.UpdateProgress(ctx, r.job.ID, r.job.Fence, stage, p, lease)
	switch {
	case errors.Is(err, store.ErrStale):
		return false, false
	case err != nil && ctx.Err() == nil:
		r.log.Warn("progress not written", "job", r.job.ID, "error", err) // the next beat tries again
	}
	return true, err == nil
}

func (r *reporter) storeProvisional(ctx context.Context) bool {
	r.mu.Lock()
	report := r.report
	r.report = nil
	r.mu.Unlock()
	if report == nil {
		return false
	}
	packed, err := compress(report)
	if err == nil {
		err = r.store.SaveProvisional(ctx, r.job.ID, r.job.Fence, packed)
	}
	if err != nil && ctx.Err() == nil && !errors.Is(err, store.ErrStale) { // the next beat sees that one
		r.log.Warn("provisional report not stored", "job", r.job.ID, "error", err)
	}
	return true
}

// speed smooths how fast bytes and rows come in: an average in which what is
// memory seconds old counts a third (e⁻¹).
type speed struct {
	at          time.Time
	begun       time.Time
	doneBytes   int64
	doneRows    int64
	bytes, rows float64 // a second
}

const (
	speedMemory = 3 * time.Second
	// speedStart is how long a speed is watched before it is believed.
	speedStart = 500 * time.Millisecond
)

func (s *speed) note(now time.Time, bytes, rows int64) {
	if s.begun.IsZero() || bytes < s.doneBytes || rows < s.doneRows {
		*s = speed{at: now, begun: now, doneBytes: bytes, doneRows: rows}
		return
	}
	step := now.Sub(s.at)
	if step < reportEvery/2 {
		return
	}
	b := float64(bytes-s.doneBytes) / step.Seconds()
	r := float64(rows-s.doneRows) / step.Seconds()
	// Early on the plain average is the best guess there is.
	weight := max(step.Seconds()/speedMemory.Seconds(), step.Seconds()/now.Sub(s.begun).Seconds())
	weight = min(weight, 1)
	s.bytes += (b - s.bytes) * weight
	s.rows += (r - s.rows) * weight
	s.at, s.doneBytes, s.doneRows = now, bytes, rows
}

// eta is the time that bytes more will take, nil where nobody knows.
func (s *speed) eta(bytes int64) *float64 {
	if bytes < 0 || s.bytes <= 0 || s.at.Sub(s.begun) < speedStart {
		return nil
	}
	seconds := float64(bytes) / s.bytes
	return &seconds
}
