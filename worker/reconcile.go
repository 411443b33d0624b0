package worker

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"assay/queue"
	"assay/storage"
	"assay/store"
)

const (
	sweepEvery = 2 * time.Second
	// window is how many tasks the queue holds at most: it slows down with
	// more, and the rows are the backlog anyway.
	window = 10_000
	// smallBacklog is how many jobs are compared with the queue in every pass;
	// a longer line only in every tenth.
	smallBacklog = 500
	// stuckAfter is how long the queue may say that a task runs while its row
	// says that nobody claimed it: its worker died between the two.
	stuckAfter = time.Minute
	// sealAfter is how long an upload is left to whoever is completing it.
	sealAfter = 10 * time.Second
	// perPass bounds the work on uploads and objects in one pass.
	perPass = 100
	// What fails is tried again after a time that doubles. An upload that is
	// completing is waited for; what is to be deleted has time.
	firstSealRetry, lastSealRetry   = 4 * time.Second, time.Minute
	firstCleanRetry, lastCleanRetry = time.Minute, time.Hour
	// tidyEvery is in passes.
	tidyEvery = 30
)

// Reconcile keeps the queue and the storage in step with the rows, which are
// the truth: at once, then every two seconds until ctx ends. Any number of
// processes may do so at a time; every step can be repeated.
func Reconcile(ctx context.Context, c Config) error {
	s := newSweep(c)
	tick := time.NewTicker(sweepEvery)
	defer tick.Stop()
	for ; ; s.passes++ {
		s.pass(ctx)
		select {
		case <-ctx.Done():
			return nil
		case <-tick.C:
		}
	}
}

type sweep struct {
	Config
	stuckAfter, sealAfter time.Duration

	passes                      int
	sealing, cleaning, deleting *backoff
	fault                       map[string]string // the last error of each step, so that it is logged once
}

func newSweep(c Config) *sweep {
	if c.Log == nil {
		c.Log = slog.New(slog.DiscardHandler)
	}
	return &sweep{Config: c, stuckAfter: stuckAfter, sealAfter: sealAfter, fault: map[string]string{},
		sealing:  newBackoff(firstSealRetry, lastSealRetry),
		cleaning: newBackoff(firstCleanRetry, lastCleanRetry),
		deleting: newBackoff(firstCleanRetry, lastCleanRetry)}
}

// pass does each step whatever became of the others: with the storage away the
// jobs still run, and the other way round.
func (s *sweep) pass(ctx context.Context) {
	s.step(ctx, "leases", s.leases)
	s.step(ctx, "jobs", s.jobs)
	s.step(ctx, "expired uploads", s.expiredUploads)
	s.step(ctx, "completing uploads", s.completingUploads)
	s.step(ctx, "remains of uploads", s.remains)
	s.step(ctx, "garbage", s.garbage)
	if s.passes%tidyEvery == 0 {
		s.step(ctx, "sessions", func(ctx context.Context) error {
			return errors.Join(s.Store.DeleteExpiredSessions(ctx, time.Now()), s.Store.DeleteExpiredLinks(ctx, time.Now()))
		})
	}
}

func (s *sweep) step(ctx context.Context, name string, do func(context.Context) error) {
	if ctx.Err() != nil {
		return
	}
	err := do(ctx)
	if ctx.Err() != nil {
		return
	}
	text := ""
	if err != nil {
		text = err.Error()
	}
	if text != s.fault[name] {
		if err != nil {
			s.Log.Warn("sweep failed, it goes on trying", "step", name, "error", err)
		} else {
			s.Log.Info("sweep works again", "step", name)
		}
		s.fault[name] = text
	}
}

func (s *sweep) leases(ctx context.Context) error {
	n, err := s.Store.ExpireLeases(ctx, time.Now())
	if n > 0 {
		s.Log.Warn("jobs taken from workers that were not heard of", "jobs", n)
	}
	return err
}

// jobs enqueues the jobs that are ready and whose tasks the queue lost.
func (s *sweep) jobs(ctx context.Context) error {
	now := time.Now()
	ready, err := s.Store.QueuedJobs(ctx, now, window)
	if err != nil || len(ready) == 0 {
		return err
	}
	waiting, err := s.Queue.Len(ctx)
	if err != nil {
		return err
	}
	if len(ready) > smallBacklog && waiting >= len(ready) && s.passes%10 != 0 {
		return nil
	}
	for _, job := range ready {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		task := queue.Task{JobID: job.ID, Fence: job.Fence}
		state, err := s.Queue.State(ctx, task)
		if err != nil {
			return err
		}
		switch {
		case state == queue.Waiting, state == queue.Active && now.Sub(job.UpdatedAt) < s.stuckAfter:
			continue
		case waiting >= window:
			return nil
		case state == queue.Active, state == queue.Ended:
			// That name is used up.
			task.Fence, err = s.Store.RequeueJob(ctx, job.ID, job.Fence)
			if errors.Is(err, store.ErrStale) {
				continue // claimed just now
			}
			if err != nil {
				return err
			}
		}
		if err := s.Queue.Enqueue(ctx, task); err != nil {
			return err
		}
		waiting++
	}
	return nil
}

func (s *sweep) expiredUploads(ctx context.Context) error {
	list, err := s.Store.ExpiredUploads(ctx, time.Now(), perPass)
	if err != nil {
		return err
	}
	var faults []error
	for _, u := range list {
		// The row first: from here on nobody can complete it, and remains
		// aborts it in the storage.
		err := s.Store.SetUploadStatus(ctx, u.ID, []string{store.UploadOpen}, store.UploadExpired, nil)
		if !errors.Is(err, store.ErrState) && !errors.Is(err, store.ErrNotFound) {
			faults = append(faults, err)
		}
	}
	return errors.Join(faults...)
}

// completingUploads goes on with the steps that the server (completion.go)
// began: seal the object, then one transaction for version and job.
func (s *sweep) completingUploads(ctx context.Context) error {
	now := time.Now()
	list, err := s.Store.CompletingUploads(ctx, now.Add(-s.sealAfter), s.sealing.limit(perPass))
	if err != nil {
		return err
	}
	return each(s.sealing, list, uploadID, now, func(u store.Upload) error {
		err := s.seal(ctx, u)
		if errors.Is(err, store.ErrState) || errors.Is(err, store.ErrNotFound) {
			return nil // someone else moved it on
		}
		return err
	})
}

func (s *sweep) seal(ctx context.Context, u store.Upload) error {
	info, err := s.Bucket.Upload(u.ObjectKey, u.StorageID).Complete(ctx, nil)
	var mismatch *storage.ErrPartsMismatch
	switch {
	case errors.As(err, &mismatch):
		// The missing parts can still be sent.
		return s.Store.SetUploadStatus(ctx, u.ID, []string{store.UploadCompleting}, store.UploadOpen, nil)
	case errors.Is(err, storage.ErrNoUpload):
		return s.failUpload(ctx, u, "object_missing", "The storage has lost the parts of this upload.")
	case err != nil:
		return err
	case info.Size != u.Size:
		return s.failUpload(ctx, u, "size_mismatch", "The sealed file does not have the size that was announced.")
	}
	done, err := s.Store.CompleteUpload(ctx, u.ID, "")
	if err != nil {
		return err
	}
	s.Log.Info("upload completed by the sweep", "upload", u.ID, "job", done.JobID)
	return s.Queue.Enqueue(ctx, queue.Task{JobID: done.JobID})
}

func (s *sweep) failUpload(ctx context.Context, u store.Upload, code, message string) error {
	return s.Store.SetUploadStatus(ctx, u.ID, []string{store.UploadCompleting}, store.UploadFailed,
		&store.JobError{Code: code, Message: message, Hint: "Upload the file again."})
}

// remains takes the bytes of uploads that came to nothing out of the storage.
func (s *sweep) remains(ctx context.Context) error {
	list, err := s.Store.UploadsToClean(ctx, s.cleaning.limit(perPass))
	if err != nil {
		return err
	}
	return each(s.cleaning, list, uploadID, time.Now(), func(u store.Upload) error {
		err := s.Bucket.Upload(u.ObjectKey, u.StorageID).Abort(ctx)
		if err == nil || errors.Is(err, storage.ErrNoUpload) {
			err = s.Bucket.Delete(ctx, u.ObjectKey) // sealed, but never completed
		}
		if err == nil {
			err = s.Store.UploadCleaned(ctx, u.ID)
		}
		return err
	})
}

func (s *sweep) garbage(ctx context.Context) error {
	keys, err := s.Store.Garbage(ctx, s.deleting.limit(perPass))
	if err != nil {
		return err
	}
	self := func(key string) string { return key }
	return each(s.deleting, keys, self, time.Now(), func(key string) error {
		err := s.Bucket.Delete(ctx, key)
		if err == nil {
			err = s.Store.ForgetGarbage(ctx, key)
		}
		return err
	})
}

func uploadID(u store.Upload) string { return u.ID }
