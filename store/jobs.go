package store

import (
	"context"
	"database/sql"
	"encoding/json"
	"fmt"
	"time"
)

// Statuses of a job. The last three are ends; RetryJob leads back from them.
const (
	StatusQueued    = "queued"
	StatusRunning   = "running"
	StatusSucceeded = "succeeded"
	StatusFailed    = "failed"
	StatusCanceled  = "canceled"
)

// Stages of a job, in their order. A job that failed keeps the stage it was in.
const (
	StageQueued    = "queued"
	StageFetching  = "fetching"
	StageVerifying = "verifying"
	StageProfiling = "profiling"
	StageStoring   = "storing"
	StageDone      = "done"
)

// Job is one processing run of a version. Its JSON is what the API shows.
type Job struct {
	ID            string          `json:"id"`
	DatasetID     string          `json:"dataset_id"`
	Version       int             `json:"version"`
	Status        string          `json:"status"`
	Stage         string          `json:"stage"`
	Attempt       int             `json:"attempt"` // from 1
	Fence         int64           `json:"-"`       // from 0; rises at every claim
	Interruptions int             `json:"-"`       // claims that ended with a killed worker
	Progress      Progress        `json:"progress"`
	QueuePosition *int            `json:"queue_position"` // 1 is next; only while queued
	Error         *JobError       `json:"error"`          // of the last attempt
	Options       json.RawMessage `json:"options"`        // how to read the file; nil: all guessed
	CreatedBy     string          `json:"created_by"`
	CreatedAt     time.Time       `json:"created_at"`
	StartedAt     *time.Time      `json:"started_at"`
	FinishedAt    *time.Time      `json:"finished_at"`
	UpdatedAt     time.Time       `json:"-"` // changes with every change a client can see
	NotBefore     time.Time       `json:"-"` // not to be claimed earlier
	LeaseUntil    time.Time       `json:"-"` // while running: when its worker counts as dead
	Complete      *bool           `json:"-"` // once ended with a report: does it cover the whole file
}

// Ended says whether the job will not change any more unless it is retried.
func (j Job) Ended() bool { return j.Status != StatusQueued && j.Status != StatusRunning }

// Progress is how far a running job is.
type Progress struct {
	BytesDone     int64    `json:"bytes_done"`
	BytesTotal    int64    `json:"bytes_total"`
	Rows          int64    `json:"rows"`
	RowsPerSecond float64  `json:"rows_per_second"`
	ETASeconds    *float64 `json:"eta_seconds"` // nil: not known
}

// JobError says why a job or an upload failed, to its user.
type JobError struct {
	Code    string `json:"code"`    // stable
	Message string `json:"message"` // one plain sentence
	Hint    string `json:"hint"`    // what to do
	Row     *int64 `json:"row"`     // data row, from 1
	Offset  *int64 `json:"offset"`  // byte in the file, from 0
}

// JobQuery selects jobs that UserID may see.
type JobQuery struct {
	UserID    string
	Statuses  []string // none: all
	DatasetID string   // "": all
	Page
}

const jobColumns = `j.id, j.dataset_id, j.version, j.status, j.stage, j.attempt, j.fence, j.interruptions,
	j.bytes_done, j.bytes_total, j.rows_done, j.rows_per_second, j.eta_seconds, j.error, j.options, j.complete,
	j.created_by, j.created_at, j.started_at, j.finished_at, j.updated_at, j.not_before, j.lease_until`

// visibleJobs joins a job to the membership through which the user sees it.
const visibleJobs = ` FROM jobs j JOIN members m ON m.workspace_id = j.workspace_id AND m.user_id = ?`

func scanJob(r scanner) (Job, error) { return scanJobAfter(r) }

// scanJobAfter reads a job and, into before, what stands before it in the row.
func scanJobAfter(r scanner, before ...any) (Job, error) {
	var j Job
	var eta sql.NullFloat64
	var complete sql.NullBool
	var fault, options string
	var created, updated, notBefore, lease int64
	var started, finished sql.NullInt64
	err := r.Scan(append(before, &j.ID, &j.DatasetID, &j.Version, &j.Status, &j.Stage, &j.Attempt, &j.Fence, &j.Interruptions,
		&j.Progress.BytesDone, &j.Progress.BytesTotal, &j.Progress.Rows, &j.Progress.RowsPerSecond, &eta, &fault, &options, &complete,
		&j.CreatedBy, &created, &started, &finished, &updated, &notBefore, &lease)...)
	if err != nil {
		return Job{}, err
	}
	if eta.Valid {
		j.Progress.ETASeconds = &eta.Float64
	}
	if complete.Valid {
		j.Complete = &complete.Bool
	}
	j.Options = rawJSON(options)
	j.CreatedAt, j.UpdatedAt, j.NotBefore, j.LeaseUntil = fromMicros(created), fromMicros(updated), fromMicros(notBefore), fromMicros(lease)
	j.StartedAt, j.FinishedAt = fromMicrosOrNull(started), fromMicrosOrNull(finished)
	j.Error, err = decodeError(fault)
	return j, err
}

// CreateJob adds a queued job for an existing version; DatasetID, Version,
// Options and CreatedBy count. ErrNotFound when there is no such version.
func (s *Store) CreateJob(ctx context.Context, j Job) (Job, error) {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		now := s.now()
		var err error
		j, err = insertJob(ctx, tx, Job{DatasetID: j.DatasetID, Version: j.Version, Options: j.Options, CreatedBy: j.CreatedBy}, now)
		if err != nil {
			return err
		}
		return touchDataset(ctx, tx, j.DatasetID, now)
	})
	if err != nil {
		return Job{}, fmt.Errorf("create job: %w", err)
	}
	return j, nil
}

// Job returns a job and the user's role in its workspace; ErrNotFound when the
// user may not see it.
func (s *Store) Job(ctx context.Context, userID, id string) (Job, Role, error) {
	var role Role
	j, err := one(ctx, s.read, func(r scanner) (Job, error) { return scanJobAfter(r, &role) },
		`SELECT m.role, `+jobColumns+visibleJobs+` WHERE j.id = ?`, userID, id)
	if err != nil {
		return Job{}, "", fmt.Errorf("job: %w", err)
	}
	list := []Job{j}
	if err := s.fillQueuePositions(ctx, list); err != nil {
		return Job{}, "", fmt.Errorf("job: %w", err)
	}
	return list[0], role, nil
}

// JobByID returns a job to a worker, which is no user; without queue position.
func (s *Store) JobByID(ctx context.Context, id string) (Job, error) {
	j, err := one(ctx, s.read, scanJob, `SELECT `+jobColumns+` FROM jobs j WHERE j.id = ?`, id)
	if err != nil {
		return Job{}, fmt.Errorf("job: %w", err)
	}
	return j, nil
}

// Jobs lists the jobs the user may see, newest first.
func (s *Store) Jobs(ctx context.Context, q JobQuery) ([]Job, string, error) {
	from, err := q.before()
	if err != nil {
		return nil, "", fmt.Errorf("jobs: %w", err)
	}
	page, args := `SELECT j.id`+visibleJobs+` WHERE (j.created_at, j.id) < (?, ?)`, []any{q.UserID, from.number, from.id}
	if q.DatasetID != "" {
		page += ` AND j.dataset_id = ?`
		args = append(args, q.DatasetID)
	}
	if len(q.Statuses) > 0 {
		page += ` AND j.status IN (` + placeholders(len(q.Statuses)) + `)`
		args = append(args, textArgs(q.Statuses)...)
	}
	// The page is cut from narrow index rows before whole jobs are read.
	page += ` ORDER BY j.created_at DESC, j.id DESC LIMIT ?`
	list, err := all(ctx, s.read, scanJob, `SELECT `+jobColumns+` FROM (`+page+`) AS page JOIN jobs j ON j.id = page.id
		ORDER BY j.created_at DESC, j.id DESC`, append(args, q.limit()+1)...)
	if err != nil {
		return nil, "", fmt.Errorf("jobs: %w", err)
	}
	list, next := cut(list, q.limit(), func(j Job) position { return at(j.CreatedAt, j.ID) })
	if err := s.fillQueuePositions(ctx, list); err != nil {
		return nil, "", fmt.Errorf("jobs: %w", err)
	}
	return list, next, nil
}

// JobsChangedSince lists the jobs the user may see that changed at since or
// later, oldest change first; only the one with jobID when that is not "". Ask
// next with the last answer's UpdatedAt. Where several processes write, their
// clocks differ: ask a little earlier than that and drop what you have seen.
// A deleted job does not appear.
func (s *Store) JobsChangedSince(ctx context.Context, userID string, since time.Time, jobID string) ([]Job, error) {
	// Asked several times a second, so it must begin with what has changed, not
	// with what the user may see: hence EXISTS and not a join.
	where, args := ` WHERE j.updated_at >= ? AND EXISTS
		(SELECT 1 FROM members m WHERE m.workspace_id = j.workspace_id AND m.user_id = ?)`, []any{micros(since), userID}
	if jobID != "" {
		where += ` AND j.id = ?`
		args = append(args, jobID)
	}
	list, err := all(ctx, s.read, scanJob, `SELECT `+jobColumns+` FROM jobs j`+where+` ORDER BY j.updated_at, j.id`, args...)
	if err != nil {
		return nil, fmt.Errorf("changed jobs: %w", err)
	}
	if err := s.fillQueuePositions(ctx, list); err != nil {
		return nil, fmt.Errorf("changed jobs: %w", err)
	}
	return list, nil
}

// CountQueuedJobs counts the queued jobs that the user made.
func (s *Store) CountQueuedJobs(ctx context.Context, userID string) (int, error) {
	n, err := one(ctx, s.read, scanInt, `SELECT COUNT(*) FROM jobs WHERE status = ? AND created_by = ?`, StatusQueued, userID)
	if err != nil {
		return 0, fmt.Errorf("count queued jobs: %w", err)
	}
	return int(n), nil
}

// inLine is the order in which queued jobs are handed out.
const inLine = ` ORDER BY j.not_before, j.id`

// fillQueuePositions numbers the line of queued jobs, everybody's, and notes
// the places of those in list.
func (s *Store) fillQueuePositions(ctx context.Context, list []Job) error {
	places := map[string]int{}
	var ids []string
	for _, j := range list {
		if j.Status == StatusQueued {
			ids = append(ids, j.ID)
		}
	}
	if len(ids) == 0 {
		return nil
	}
	_, err := all(ctx, s.read, func(r scanner) (struct{}, error) {
		var id string
		var place int
		err := r.Scan(&id, &place)
		places[id] = place
		return struct{}{}, err
	}, `SELECT id, place FROM (SELECT j.id AS id, ROW_NUMBER() OVER (`+inLine+`) AS place FROM jobs j WHERE j.status = ?) AS line
		WHERE id IN (`+placeholders(len(ids))+`)`, append([]any{StatusQueued}, textArgs(ids)...)...)
	if err != nil {
		return err
	}
	for i := range list {
		if place, ok := places[list[i].ID]; ok {
			list[i].QueuePosition = &place
		}
	}
	return nil
}

// CancelJob ends a queued or running job; its worker learns it from ErrStale.
// ErrState when it has ended already.
func (s *Store) CancelJob(ctx context.Context, id string) (Job, error) {
	var j Job
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		now := s.now()
		n, err := tx.exec(ctx, `UPDATE jobs SET status = ?, eta_seconds = NULL, finished_at = ?, updated_at = ?, lease_until = 0
			WHERE id = ? AND status IN (?, ?)`, StatusCanceled, micros(now), micros(now), id, StatusQueued, StatusRunning)
		if err != nil {
			return err
		}
		if j, err = one(ctx, tx, scanJob, `SELECT `+jobColumns+` FROM jobs j WHERE j.id = ?`, id); err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%w: the job has %s", ErrState, j.Status)
		}
		if err := dropProvisional(ctx, tx, id); err != nil {
			return err
		}
		return touchDataset(ctx, tx, j.DatasetID, now)
	})
	if err != nil {
		return Job{}, fmt.Errorf("cancel job: %w", err)
	}
	return j, nil
}

// RetryJob queues a job that has ended once more, with all its attempts anew.
// ErrState while it has not ended.
func (s *Store) RetryJob(ctx context.Context, id string) (Job, error) {
	var j Job
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		now := s.now()
		n, err := tx.exec(ctx, `UPDATE jobs SET status = ?, stage = ?, attempt = 1, interruptions = 0, fence = fence + 1,
			`+noProgress+`, error = '', complete = NULL, started_at = NULL, finished_at = NULL,
			updated_at = ?, not_before = ?, lease_until = 0 WHERE id = ? AND status IN (?, ?, ?)`,
			StatusQueued, StageQueued, micros(now), micros(now), id, StatusSucceeded, StatusFailed, StatusCanceled)
		if err != nil {
			return err
		}
		if j, err = one(ctx, tx, scanJob, `SELECT `+jobColumns+` FROM jobs j WHERE j.id = ?`, id); err != nil {
			return err
		}
		if n == 0 {
			return fmt.Errorf("%w: the job is %s", ErrState, j.Status)
		}
		return nil
	})
	if err != nil {
		return Job{}, fmt.Errorf("retry job: %w", err)
	}
	return j, nil
}

const noProgress = `bytes_done = 0, bytes_total = 0, rows_done = 0, rows_per_second = 0, eta_seconds = NULL`
