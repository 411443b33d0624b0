package store

import (
	"context"
	"fmt"
	"time"
)

// What the sweep does with jobs that nobody holds any more.

// ExpireLeases takes running jobs from workers that have not renewed their
// lease: each is queued again under a new fence and counts one interruption, at
// the 20th it fails. It returns how many there were.
//
// Queued jobs that would wait for longer than any delay is long were written
// while a clock was ahead; they may be claimed from now on.
func (s *Store) ExpireLeases(ctx context.Context, now time.Time) (int, error) {
	n, err := s.interrupt(ctx, now, ` WHERE status = 'running' AND lease_until < ?`, micros(now))
	if err != nil {
		return 0, fmt.Errorf("expire leases: %w", err)
	}
	return n, nil
}

// ReleaseAll is ExpireLeases for all running jobs, whatever their lease: only
// for the start of a process that holds the data folder alone (LockData), when
// whoever ran them is surely dead.
func (s *Store) ReleaseAll(ctx context.Context) (int, error) {
	n, err := s.interrupt(ctx, time.Now(), ` WHERE status = 'running'`)
	if err != nil {
		return 0, fmt.Errorf("release all jobs: %w", err)
	}
	return n, nil
}

func (s *Store) interrupt(ctx context.Context, wall time.Time, where string, args ...any) (int, error) {
	fault, err := encodeError(&JobError{
		Code:    "interrupted",
		Message: fmt.Sprintf("The job was interrupted %d times before it could finish.", maxInterruptions),
		Hint:    "Whatever runs it keeps being killed, perhaps for lack of memory. Retry the job once that is mended.",
	})
	if err != nil {
		return 0, err
	}
	var n int64
	err = s.write(ctx, func(ctx context.Context, tx conn) error {
		now := micros(s.now())
		failed, err := tx.exec(ctx, `UPDATE jobs SET status = 'failed', error = ?, eta_seconds = NULL, fence = fence + 1,
			interruptions = interruptions + 1, finished_at = ?, updated_at = ?, lease_until = 0`+where+` AND interruptions + 1 >= ?`,
			append(append([]any{fault, now, now}, args...), maxInterruptions)...)
		if err != nil {
			return err
		}
		queued, err := tx.exec(ctx, `UPDATE jobs SET status = 'queued', stage = 'queued', `+noProgress+`, fence = fence + 1,
			interruptions = interruptions + 1, started_at = NULL, updated_at = ?, lease_until = 0`+where,
			append([]any{now}, args...)...)
		if err != nil {
			return err
		}
		n = failed + queued
		// By the wall's clock, not by s.now, which may be what is ahead.
		if _, err := tx.exec(ctx, `UPDATE jobs SET not_before = ? WHERE status = 'queued' AND not_before > ?`,
			micros(wall), micros(wall.Add(maxDelay))); err != nil {
			return err
		}
		_, err = tx.exec(ctx, `DELETE FROM provisional_profiles WHERE job_id NOT IN (SELECT id FROM jobs WHERE status = 'running')`)
		return err
	})
	return int(n), err
}

// QueuedJobs lists the jobs that may be claimed now, in the order of the line.
func (s *Store) QueuedJobs(ctx context.Context, now time.Time, limit int) ([]Job, error) {
	list, err := all(ctx, s.read, scanJob, `SELECT `+jobColumns+` FROM jobs j WHERE j.status = ? AND j.not_before <= ?`+inLine+` LIMIT ?`,
		StatusQueued, micros(now), limit)
	if err != nil {
		return nil, fmt.Errorf("queued jobs: %w", err)
	}
	return list, nil
}

// RequeueJob gives a queued job's task a new name, by a new fence, because the
// queue holds a task of the old name that nobody runs. ErrStale when the job
// was claimed or ended meanwhile.
func (s *Store) RequeueJob(ctx context.Context, id string, fence int64) (newFence int64, err error) {
	err = s.write(ctx, func(ctx context.Context, tx conn) error {
		return fenced(tx.exec(ctx, `UPDATE jobs SET fence = fence + 1 WHERE id = ? AND fence = ? AND status = ?`, id, fence, StatusQueued))
	})
	if err != nil {
		return 0, fmt.Errorf("requeue job: %w", err)
	}
	return fence + 1, nil
}
