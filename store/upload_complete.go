package store

import (
	"context"
	"fmt"
	"time"
)

// CompleteUpload turns a sealed upload into a version of a dataset (a new
// dataset, named as the file, unless the upload names one) with a queued job,
// all in one transaction. It may be called any number of times: once completed
// it gives the same answer again, and there is one job. sha256 is the declared
// one; "" keeps what the upload has. ErrState when the upload is neither
// completing nor completed.
func (s *Store) CompleteUpload(ctx context.Context, id, sha256 string) (Upload, error) {
	var u Upload
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		var err error
		u, err = one(ctx, tx, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE id = ?`, id)
		if err != nil {
			return err
		}
		switch u.Status {
		case UploadCompleted:
			return nil
		case UploadCompleting:
		default:
			return fmt.Errorf("%w: the upload is %s", ErrState, u.Status)
		}
		if sha256 != "" {
			u.SHA256 = sha256
		}
		u.Status, u.UpdatedAt = UploadCompleted, s.now()
		if u.DatasetID == "" {
			if u.DatasetID, err = insertDataset(ctx, tx, u); err != nil {
				return err
			}
		}
		if u.Version, err = insertVersion(ctx, tx, u); err != nil {
			return err
		}
		job, err := insertJob(ctx, tx, Job{DatasetID: u.DatasetID, Version: u.Version, CreatedBy: u.UserID}, u.UpdatedAt)
		if err != nil {
			return err
		}
		u.JobID = job.ID
		_, err = tx.exec(ctx, `UPDATE uploads SET status = ?, dataset_id = ?, version = ?, job_id = ?, sha256 = ?, updated_at = ? WHERE id = ?`,
			u.Status, u.DatasetID, u.Version, u.JobID, u.SHA256, micros(u.UpdatedAt), id)
		return err
	})
	if err != nil {
		return Upload{}, fmt.Errorf("complete upload: %w", err)
	}
	return u, nil
}

func insertDataset(ctx context.Context, tx conn, u Upload) (id string, err error) {
	id = NewID("ds")
	at := micros(u.UpdatedAt)
	_, err = tx.exec(ctx, `INSERT INTO datasets (id, workspace_id, name, name_key, description, created_by, created_at, updated_at,
		last_version, profiled_version) VALUES (?, ?, ?, ?, '', ?, ?, ?, 0, 0)`,
		id, u.WorkspaceID, u.Name, foldCase(u.Name), u.UserID, at, at)
	return id, err
}

// insertVersion adds the upload as the dataset's next version; its job follows
// in the same transaction.
func insertVersion(ctx context.Context, tx conn, u Upload) (number int, err error) {
	next, err := one(ctx, tx, scanInt, `UPDATE datasets SET last_version = last_version + 1, updated_at = ?
		WHERE id = ? RETURNING last_version`, micros(u.UpdatedAt), u.DatasetID)
	if err != nil {
		return 0, err
	}
	_, err = tx.exec(ctx, `INSERT INTO versions (dataset_id, number, name, size, sha256, object_key, upload_id,
		created_by, created_at, job_id, summary) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, '', '')`,
		u.DatasetID, next, u.Name, u.Size, u.SHA256, u.ObjectKey, u.ID, u.UserID, micros(u.UpdatedAt))
	return int(next), err
}

// insertJob adds a queued job and makes it its version's newest one.
// ErrNotFound when there is no such version.
func insertJob(ctx context.Context, tx conn, j Job, now time.Time) (Job, error) {
	j.ID, j.Status, j.Stage, j.Attempt = NewID("job"), StatusQueued, StageQueued, 1
	j.CreatedAt, j.UpdatedAt, j.NotBefore = now, now, now
	workspace, err := one(ctx, tx, scanText, `SELECT workspace_id FROM datasets WHERE id = ?`, j.DatasetID)
	if err != nil {
		return Job{}, err
	}
	if _, err := tx.exec(ctx, `INSERT INTO jobs (id, dataset_id, version, workspace_id, status, stage, attempt, fence, interruptions,
		bytes_done, bytes_total, rows_done, rows_per_second, error, options, created_by, created_at, updated_at, not_before, lease_until)
		VALUES (?, ?, ?, ?, ?, ?, ?, 0, 0, 0, 0, 0, 0, '', ?, ?, ?, ?, ?, 0)`,
		j.ID, j.DatasetID, j.Version, workspace, j.Status, j.Stage, j.Attempt, string(j.Options), j.CreatedBy,
		micros(now), micros(now), micros(now)); err != nil {
		return Job{}, err
	}
	_, err = tx.exec(ctx, `UPDATE versions SET job_id = ? WHERE dataset_id = ? AND number = ?`, j.ID, j.DatasetID, j.Version)
	return j, err
}
