package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"runtime"
	"time"

	"assay/storage"
	"assay/store"
	"assay/worker/profile/source"
	"assay/worker/sandbox"

	"github.com/klauspost/compress/gzip"
)

// errLost is the cause of a run's end when the job is no longer this worker's.
var errLost = errors.New("worker: the job was cancelled or taken over")

// run does a claimed job, from the object to the row. The error is a fault of
// the store: then the lease runs out, and the sweep brings the job back.
func (w *Worker) run(parent context.Context, job store.Job) error {
	began := time.Now()
	ctx, cancel := context.WithCancelCause(parent)
	defer cancel(nil)
	r := newReporter(w.Store, job, w.Log)
	reported := make(chan struct{})
	go func() {
		defer close(reported)
		r.run(ctx, cancel)
	}()
	result, tables, fault := w.profile(ctx, job, r)
	last, err := pack(result, r)
	last.Tables = tables
	switch {
	case err != nil && fault != nil:
		w.Log.Warn("report of a failed run left out", "job", job.ID, "error", err)
	case err != nil:
		fault = &reportError{err}
	}
	if fault == nil { // the tables' shares were a guess
		last.Progress.BytesDone = last.Progress.BytesTotal
	}
	lost := errors.Is(context.Cause(ctx), errLost)
	cancel(nil)
	<-reported // no write of progress comes after the last word

	outcome, err := outcomeLost, error(nil)
	if !lost {
		outcome, err = w.settle(parent, job, last, fault)
	}
	w.metrics.endedAs(outcome, time.Since(began), last.Progress.BytesDone)
	w.Log.Info("job ended", "job", job.ID, "attempt", job.Attempt, "outcome", outcome,
		"seconds", time.Since(began).Seconds(), "peak_memory", result.PeakMemory)
	return err
}

// reportError is about a report that its own maker's rules do not fit: the
// child's memory or its pipe is at fault, or Assay is.
type reportError struct{ err error }

func (e *reportError) Error() string { return e.err.Error() }
func (e *reportError) Unwrap() error { return e.err }

// pack makes the child's last word ready for the store. With an error the word
// is without its report.
func pack(result sandbox.Result, r *reporter) (store.Outcome, error) {
	o := store.Outcome{Status: store.StatusSucceeded, SHA256: result.SHA256, Progress: r.last()}
	if len(result.Report) == 0 {
		return o, nil
	}
	r.stage(store.StageStoring)
	summary, complete, err := summarise(result.Report)
	if err != nil {
		return o, fmt.Errorf("worker: report: %w", err)
	}
	packed, err := compress(result.Report)
	if err != nil {
		return o, fmt.Errorf("worker: report: %w", err)
	}
	o.Report, o.Summary, o.Complete = packed, summary, complete
	return o, nil
}

// profile fetches the object and has it profiled, all its tables. Its error is
// as of sandbox.Run; those of the storage are plain.
func (w *Worker) profile(ctx context.Context, job store.Job, r *reporter) (sandbox.Result, []store.TableReport, error) {
	version, err := w.Store.Version(ctx, job.DatasetID, job.Version)
	if err != nil {
		return sandbox.Result{}, nil, err
	}
	var options source.Options
	if len(job.Options) > 0 {
		if err := json.Unmarshal(job.Options, &options); err != nil {
			return sandbox.Result{}, nil, &source.Error{Code: "invalid_options", Row: -1, Offset: -1,
				Message: "The options of this job cannot be read.", Hint: "Start it again with other options."}
		}
	}
	r.fetching(version.Size)
	object, err := w.Bucket.Open(ctx, version.ObjectKey)
	if errors.Is(err, storage.ErrNotFound) {
		return sandbox.Result{}, nil, &source.Error{Code: "object_missing", Row: -1, Offset: -1, Err: err,
			Message: "The stored file is gone.", Hint: "Upload it again."}
	}
	if err != nil {
		return sandbox.Result{}, nil, err
	}
	defer object.Close()
	spec := sandbox.Spec{
		Name: version.Name, Size: object.Size(), Options: options, Limits: w.Limits,
		Memory: w.Memory, Timeout: w.Deadline, Workers: runtime.GOMAXPROCS(0), Version: w.Version,
		SHA256: version.SHA256 != "", Expect: version.SHA256,
		AsOf: version.CreatedAt.UTC().Format(time.DateOnly), // so another run of this version says the same
	}
	if local, ok := object.(interface{ File() *os.File }); ok && local.File() != nil {
		spec.File = local.File()
	} else {
		spec.ReaderAt = object
	}
	began := time.Now()
	result, err := w.parse(ctx, spec, sandbox.Events{Progress: r.progress, Provisional: r.provisional})
	if err != nil {
		return result, nil, err
	}
	if spec.Timeout > 0 {
		spec.Timeout = max(spec.Timeout-time.Since(began), time.Second)
	}
	tables, err := w.otherTables(ctx, spec, &result, r)
	return result, tables, err
}

// settle writes how the run ended: last, which a fault makes a failure. Who is
// asked to stop blames nobody.
func (w *Worker) settle(parent context.Context, job store.Job, last store.Outcome, err error) (outcome string, _ error) {
	ctx, cancel := context.WithTimeout(context.WithoutCancel(parent), storeTime)
	defer cancel()
	var fault *source.Error
	var died *sandbox.Died
	errors.As(err, &died)
	switch {
	case err == nil:
		return unlessStale(outcomeSucceeded, w.Store.FinishJob(ctx, job.ID, job.Fence, last))
	case errors.As(err, &fault):
		last.Status, last.Error = store.StatusFailed, jobError(fault)
		return unlessStale(outcomeFailed, w.Store.FinishJob(ctx, job.ID, job.Fence, last))
	case died != nil && died.Code == sandbox.DeadlineExceeded: // another run would take as long
		last.Status, last.Error = store.StatusFailed, diedError(died)
		return unlessStale(outcomeFailed, w.Store.FinishJob(ctx, job.ID, job.Fence, last))
	case parent.Err() != nil:
		return unlessStale(outcomeReleased, w.Store.ReleaseJob(ctx, job.ID, job.Fence))
	case errors.Is(err, store.ErrNotFound):
		return outcomeLost, nil // the dataset was deleted
	}
	again := &store.JobError{Code: "interrupted", Message: "The stored file could not be read to its end.",
		Hint: "The storage or this machine is in trouble. Retry the job once that is mended."}
	var unreadable *reportError
	switch {
	case died != nil:
		again = diedError(died)
		w.Log.Debug("child died", "job", job.ID, "kind", died.Kind)
	case errors.As(err, &unreadable):
		again = &store.JobError{Code: "invalid_report", Message: "The report that was made of this file cannot be read.",
			Hint: "Retry the job. If that does not help, it is a fault of Assay: please report it."}
		w.Log.Error("report not readable", "job", job.ID, "error", err)
	default:
		w.Log.Error("job interrupted", "job", job.ID, "error", err)
	}
	retried, err := w.Store.RetryLater(ctx, job.ID, job.Fence, *again, w.retryDelay(job.Attempt))
	if err == nil && !retried {
		return outcomeFailed, nil
	}
	return unlessStale(outcomeRetried, err)
}

// retryDelay grows so that a storage that is being restarted is met again.
func retryDelay(attempt int) time.Duration {
	return 2 * time.Second << (2 * min(max(attempt-1, 0), 3))
}

// unlessStale: losing the race for the last word is no fault.
func unlessStale(outcome string, err error) (string, error) {
	if errors.Is(err, store.ErrStale) {
		return outcomeLost, nil
	}
	return outcome, err
}

func jobError(e *source.Error) *store.JobError {
	out := &store.JobError{Code: e.Code, Message: e.Message, Hint: e.Hint}
	if e.Row >= 0 {
		out.Row = &e.Row
	}
	if e.Offset >= 0 {
		out.Offset = &e.Offset
	}
	return out
}

func diedError(d *sandbox.Died) *store.JobError {
	return &store.JobError{Code: d.Code, Message: d.Message, Hint: d.Hint}
}

func compress(b []byte) ([]byte, error) {
	var out bytes.Buffer
	z, err := gzip.NewWriterLevel(&out, gzip.BestSpeed)
	if err != nil {
		return nil, err
	}
	if _, err := z.Write(b); err != nil {
		return nil, err
	}
	if err := z.Close(); err != nil {
		return nil, err
	}
	return out.Bytes(), nil
}

// decompress undoes compress.
func decompress(b []byte) ([]byte, error) {
	z, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(z)
}
