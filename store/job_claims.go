package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"errors"
	"fmt"
	"time"
)

// What a worker does with a job it holds. Every statement names the fence under
// which the job was claimed and the status running: zero rows mean that the job
// was cancelled, deleted or given to another worker, and the answer is ErrStale.

const (
	maxAttempts      = 3               // runs that ended with a dead child or a failure worth a retry
	maxInterruptions = 20              // claims that ended with a killed worker
	maxDelay         = 5 * time.Minute // of a run that is repeated later
)

const held = ` WHERE id = ? AND fence = ? AND status = 'running'`

// Outcome is how a job ended.
type Outcome struct {
	Status   string          // StatusSucceeded or StatusFailed
	Error    *JobError       // of a failed one
	Report   []byte          // JSON, gzip; nil: none
	Summary  json.RawMessage // of the report, for lists
	Complete bool            // the report covers the whole file
	SHA256   string          // hex, where it was computed
	Progress Progress
	Tables   []TableReport // stored with Report, and only if that is
}

// TableReport is the report of one more table of a file that has several.
type TableReport struct {
	Name     string // of the table, not that of the Outcome's Report nor that of another TableReport
	Report   []byte // JSON, gzip
	Complete bool   // it covers the whole table
}

// ClaimJob hands a queued job to a worker for the length of the lease, which
// UpdateProgress renews. fence must be the job's (a task's name carries it);
// the answer has the next one, under which all further writes are made. Of all
// callers with the same fence one wins, the others get ErrStale, as does who
// comes before the job's time.
func (s *Store) ClaimJob(ctx context.Context, id string, fence int64, lease time.Duration) (Job, error) {
	var j Job
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		now := s.now()
		if err := fenced(tx.exec(ctx, `UPDATE jobs SET status = ?, stage = ?, fence = fence + 1, `+noProgress+`, error = '',
			started_at = ?, updated_at = ?, lease_until = ?
			WHERE id = ? AND fence = ? AND status = ? AND not_before <= ?`,
			StatusRunning, StageFetching, micros(now), micros(now), micros(now.Add(lease)),
			id, fence, StatusQueued, micros(now))); err != nil {
			return err
		}
		var err error
		j, err = one(ctx, tx, scanJob, `SELECT `+jobColumns+` FROM jobs j WHERE j.id = ?`, id)
		return err
	})
	if err != nil {
		return Job{}, fmt.Errorf("claim job: %w", err)
	}
	return j, nil
}

// UpdateProgress notes how far the job is and renews its lease.
func (s *Store) UpdateProgress(ctx context.Context, id string, fence int64, stage string, p Progress, lease time.Duration) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		now := s.now()
		args := append([]any{stage, micros(now), micros(now.Add(lease))}, progressArgs(p)...)
		return fenced(tx.exec(ctx, `UPDATE jobs SET stage = ?, updated_at = ?, lease_until = ?, `+setProgress+held,
			append(args, id, fence)...))
	})
	if err != nil {
		return fmt.Errorf("update progress: %w", err)
	}
	return nil
}

// SaveProvisional keeps what the running job knows so far (JSON, gzip) beside
// the version's last final report.
func (s *Store) SaveProvisional(ctx context.Context, id string, fence int64, report []byte) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		now := micros(s.now())
		if err := fenced(tx.exec(ctx, `UPDATE jobs SET updated_at = ?`+held, now, id, fence)); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `INSERT INTO provisional_profiles (job_id, etag, created_at, report) VALUES (?, ?, ?, ?)
			ON CONFLICT (job_id) DO UPDATE SET etag = excluded.etag, created_at = excluded.created_at, report = excluded.report`,
			id, etag(report), now, report)
		return err
	})
	if err != nil {
		return fmt.Errorf("save provisional report: %w", err)
	}
	return nil
}

// FinishJob ends the job and stores its report, in one transaction. A report
// that does not cover the whole file never replaces one that does.
func (s *Store) FinishJob(ctx context.Context, id string, fence int64, o Outcome) error {
	fault, err := encodeError(o.Error)
	if err != nil {
		return fmt.Errorf("finish job: %w", err)
	}
	if o.Status != StatusSucceeded && o.Status != StatusFailed {
		return fmt.Errorf("finish job: %q is no outcome", o.Status)
	}
	err = s.write(ctx, func(ctx context.Context, tx conn) error {
		now := s.now()
		columns := `status = ?, error = ?, complete = ?, finished_at = ?, updated_at = ?, lease_until = 0, ` + setProgress
		args := append([]any{o.Status, fault, sql.NullInt64{Int64: int64(boolInt(o.Complete)), Valid: o.Report != nil}, micros(now), micros(now)},
			progressArgs(o.Progress)...)
		if o.Status == StatusSucceeded {
			columns += `, stage = '` + StageDone + `'`
		}
		if err := fenced(tx.exec(ctx, `UPDATE jobs SET `+columns+held, append(args, id, fence)...)); err != nil {
			return err
		}
		if err := dropProvisional(ctx, tx, id); err != nil {
			return err
		}
		j, err := one(ctx, tx, scanJob, `SELECT `+jobColumns+` FROM jobs j WHERE j.id = ?`, id)
		if err != nil {
			return err
		}
		if o.SHA256 != "" {
			if _, err := tx.exec(ctx, `UPDATE versions SET sha256 = ? WHERE dataset_id = ? AND number = ?`,
				o.SHA256, j.DatasetID, j.Version); err != nil {
				return err
			}
		}
		if o.Report != nil {
			if err := storeReport(ctx, tx, j, o, now); err != nil {
				return err
			}
		}
		return touchDataset(ctx, tx, j.DatasetID, now)
	})
	if err != nil {
		return fmt.Errorf("finish job: %w", err)
	}
	return nil
}

// RetryLater gives the job up after a failure that another run may not have:
// it is queued again, not to be claimed before delay (at most five minutes) has
// passed, and again is true. After the third attempt it fails with fault instead.
func (s *Store) RetryLater(ctx context.Context, id string, fence int64, fault JobError, delay time.Duration) (again bool, err error) {
	encoded, err := encodeError(&fault)
	if err != nil {
		return false, fmt.Errorf("retry later: %w", err)
	}
	delay = min(delay, maxDelay)
	err = s.write(ctx, func(ctx context.Context, tx conn) error {
		now := s.now()
		attempt, err := one(ctx, tx, scanInt, `SELECT attempt FROM jobs`+held, id, fence)
		if errors.Is(err, ErrNotFound) {
			return ErrStale
		}
		if err != nil {
			return err
		}
		if err := dropProvisional(ctx, tx, id); err != nil {
			return err
		}
		again = attempt < maxAttempts
		if again {
			return fenced(tx.exec(ctx, `UPDATE jobs SET status = ?, stage = ?, attempt = attempt + 1, error = ?, `+noProgress+`,
				started_at = NULL, updated_at = ?, not_before = ?, lease_until = 0`+held,
				StatusQueued, StageQueued, encoded, micros(now), micros(now.Add(delay)), id, fence))
		}
		if err := fenced(tx.exec(ctx, `UPDATE jobs SET status = ?, error = ?, eta_seconds = NULL, finished_at = ?, updated_at = ?, lease_until = 0`+held,
			StatusFailed, encoded, micros(now), micros(now), id, fence)); err != nil {
			return err
		}
		return touchJobsDataset(ctx, tx, id, now)
	})
	if err != nil {
		return false, fmt.Errorf("retry later: %w", err)
	}
	return again, nil
}

// ReleaseJob hands the job back at a shutdown, as if it had not been claimed:
// same attempt, no interruption. Only the fence has risen.
func (s *Store) ReleaseJob(ctx context.Context, id string, fence int64) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		if err := fenced(tx.exec(ctx, `UPDATE jobs SET status = ?, stage = ?, `+noProgress+`,
			started_at = NULL, updated_at = ?, lease_until = 0`+held,
			StatusQueued, StageQueued, micros(s.now()), id, fence)); err != nil {
			return err
		}
		return dropProvisional(ctx, tx, id)
	})
	if err != nil {
		return fmt.Errorf("release job: %w", err)
	}
	return nil
}

const setProgress = `bytes_done = ?, bytes_total = ?, rows_done = ?, rows_per_second = ?, eta_seconds = ?`

func progressArgs(p Progress) []any {
	var eta sql.NullFloat64
	if p.ETASeconds != nil {
		eta = sql.NullFloat64{Float64: *p.ETASeconds, Valid: true}
	}
	return []any{p.BytesDone, p.BytesTotal, p.Rows, p.RowsPerSecond, eta}
}

// fenced turns a statement that changed no row into ErrStale.
func fenced(n int64, err error) error {
	if err == nil && n == 0 {
		return ErrStale
	}
	return err
}

func touchJobsDataset(ctx context.Context, tx conn, jobID string, now time.Time) error {
	_, err := tx.exec(ctx, `UPDATE datasets SET updated_at = ? WHERE id = (SELECT dataset_id FROM jobs WHERE id = ?)`, micros(now), jobID)
	return err
}
