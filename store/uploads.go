package store

import (
	"context"
	"fmt"
	"time"
)

// Statuses of an upload. It is sealed in steps that can each be repeated:
// open -> completing (committed here), the object is sealed in the storage,
// completing -> completed (CompleteUpload).
const (
	UploadOpen       = "open"
	UploadCompleting = "completing"
	UploadCompleted  = "completed"
	UploadAborted    = "aborted"
	UploadExpired    = "expired"
	UploadFailed     = "failed"
)

// Upload is a file on its way into the object storage.
type Upload struct {
	ID          string // made by the caller: NewID("up")
	WorkspaceID string
	DatasetID   string // "": becomes a new dataset; set once completed
	UserID      string
	Name        string // file name
	Size        int64  // bytes
	PartSize    int64  // bytes; the last part may be shorter
	PartCount   int
	SHA256      string // hex, as declared; "" when it was not
	ObjectKey   string
	StorageID   string // the storage's own name of the multipart upload
	Status      string
	CreatedAt   time.Time
	ExpiresAt   time.Time
	UpdatedAt   time.Time

	Version int       // once completed
	JobID   string    // once completed
	Error   *JobError // once failed
}

// MostUploads is how many uploads a user may have under way. Empty files count
// nothing against a quota, and yet each takes room in the storage.
const MostUploads = 1000

// UploadQuery selects a user's uploads.
type UploadQuery struct {
	UserID   string
	Statuses []string // none: all
	Page
}

const uploadColumns = `id, workspace_id, dataset_id, user_id, name, size, part_size, part_count, sha256,
	object_key, storage_id, status, created_at, expires_at, updated_at, version, job_id, error`

func scanUpload(r scanner) (Upload, error) {
	var u Upload
	var created, expires, updated int64
	var fault string
	err := r.Scan(&u.ID, &u.WorkspaceID, &u.DatasetID, &u.UserID, &u.Name, &u.Size, &u.PartSize, &u.PartCount, &u.SHA256,
		&u.ObjectKey, &u.StorageID, &u.Status, &created, &expires, &updated, &u.Version, &u.JobID, &fault)
	if err != nil {
		return Upload{}, err
	}
	u.CreatedAt, u.ExpiresAt, u.UpdatedAt = fromMicros(created), fromMicros(expires), fromMicros(updated)
	u.Error, err = decodeError(fault)
	return u, err
}

// CreateUpload adds an open upload. Together with what its user has stored and
// has on the way it must stay within quotaBytes (0: no limit), or ErrQuota, and
// within MostUploads, or ErrTooMany. ErrNotFound when its workspace, or its dataset in it, does not exist.
func (s *Store) CreateUpload(ctx context.Context, u Upload, quotaBytes int64) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		if _, err := one(ctx, tx, scanText, `SELECT id FROM workspaces WHERE id = ?`, u.WorkspaceID); err != nil {
			return err
		}
		if u.DatasetID != "" {
			if _, err := one(ctx, tx, scanText, `SELECT id FROM datasets WHERE id = ? AND workspace_id = ?`,
				u.DatasetID, u.WorkspaceID); err != nil {
				return err
			}
		}
		if quotaBytes > 0 {
			used, err := usedBytes(ctx, tx, u.UserID)
			if err != nil {
				return err
			}
			if u.Size > quotaBytes-used { // no sum that could overflow
				return fmt.Errorf("%w: %d of %d bytes are used", ErrQuota, used, quotaBytes)
			}
		}
		n, err := one(ctx, tx, scanInt, `SELECT COUNT(*) FROM uploads WHERE user_id = ? AND status IN (?, ?)`,
			u.UserID, UploadOpen, UploadCompleting)
		if err != nil {
			return err
		}
		if n >= MostUploads {
			return ErrTooMany
		}
		now := s.now()
		if u.CreatedAt.IsZero() {
			u.CreatedAt = now
		}
		_, err = tx.exec(ctx, `INSERT INTO uploads (`+uploadColumns+`, cleanup)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 0, '', '', 0)`,
			u.ID, u.WorkspaceID, u.DatasetID, u.UserID, u.Name, u.Size, u.PartSize, u.PartCount, u.SHA256,
			u.ObjectKey, u.StorageID, UploadOpen, micros(u.CreatedAt), micros(u.ExpiresAt), micros(now))
		return err
	})
	if err != nil {
		return fmt.Errorf("create upload: %w", err)
	}
	return nil
}

// UsedBytes returns what counts against the user's quota: the versions it made
// and its uploads on their way.
func (s *Store) UsedBytes(ctx context.Context, userID string) (int64, error) {
	n, err := usedBytes(ctx, s.read, userID)
	if err != nil {
		return 0, fmt.Errorf("used bytes: %w", err)
	}
	return n, nil
}

func usedBytes(ctx context.Context, c conn, userID string) (int64, error) {
	return one(ctx, c, scanInt, `SELECT
		(SELECT COALESCE(SUM(size), 0) FROM versions WHERE created_by = ?) +
		(SELECT COALESCE(SUM(size), 0) FROM uploads WHERE user_id = ? AND status IN (?, ?))`,
		userID, userID, UploadOpen, UploadCompleting)
}

// Upload returns one upload, whoever it belongs to.
func (s *Store) Upload(ctx context.Context, id string) (Upload, error) {
	u, err := one(ctx, s.read, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE id = ?`, id)
	if err != nil {
		return Upload{}, fmt.Errorf("upload: %w", err)
	}
	return u, nil
}

// Uploads lists a user's uploads, newest first.
func (s *Store) Uploads(ctx context.Context, q UploadQuery) ([]Upload, string, error) {
	from, err := q.before()
	if err != nil {
		return nil, "", fmt.Errorf("uploads: %w", err)
	}
	where, args := `user_id = ? AND (created_at, id) < (?, ?)`, []any{q.UserID, from.number, from.id}
	if len(q.Statuses) > 0 {
		where += ` AND status IN (` + placeholders(len(q.Statuses)) + `)`
		args = append(args, textArgs(q.Statuses)...)
	}
	list, err := all(ctx, s.read, scanUpload, `SELECT `+uploadColumns+` FROM uploads WHERE `+where+`
		ORDER BY created_at DESC, id DESC LIMIT ?`, append(args, q.limit()+1)...)
	if err != nil {
		return nil, "", fmt.Errorf("uploads: %w", err)
	}
	list, next := cut(list, q.limit(), func(u Upload) position { return at(u.CreatedAt, u.ID) })
	return list, next, nil
}

// SetUploadStatus moves an upload from one of the given statuses to another,
// with an error when it failed. ErrState when it is in none of them. An upload
// that ends here without being completed joins UploadsToClean.
func (s *Store) SetUploadStatus(ctx context.Context, id string, from []string, to string, fault *JobError) error {
	encoded, err := encodeError(fault)
	if err != nil {
		return fmt.Errorf("set upload status: %w", err)
	}
	err = s.write(ctx, func(ctx context.Context, tx conn) error {
		cleanup := to == UploadAborted || to == UploadExpired || to == UploadFailed
		args := append([]any{to, boolInt(cleanup), encoded, micros(s.now()), id}, textArgs(from)...)
		n, err := tx.exec(ctx, `UPDATE uploads SET status = ?, cleanup = ?, error = ?, updated_at = ?
			WHERE id = ? AND status IN (`+placeholders(len(from))+`)`, args...)
		if err != nil || n > 0 {
			return err
		}
		status, err := one(ctx, tx, scanText, `SELECT status FROM uploads WHERE id = ?`, id)
		if err != nil {
			return err
		}
		return fmt.Errorf("%w: the upload is %s", ErrState, status)
	})
	if err != nil {
		return fmt.Errorf("set upload status: %w", err)
	}
	return nil
}

// ExpiredUploads lists open uploads whose time is over, oldest first.
func (s *Store) ExpiredUploads(ctx context.Context, now time.Time, limit int) ([]Upload, error) {
	list, err := all(ctx, s.read, scanUpload, `SELECT `+uploadColumns+` FROM uploads
		WHERE status = ? AND expires_at <= ? ORDER BY expires_at LIMIT ?`, UploadOpen, micros(now), limit)
	if err != nil {
		return nil, fmt.Errorf("expired uploads: %w", err)
	}
	return list, nil
}

// CompletingUploads lists uploads that have been completing since before
// olderThan, oldest first: whoever was sealing them is probably gone.
func (s *Store) CompletingUploads(ctx context.Context, olderThan time.Time, limit int) ([]Upload, error) {
	list, err := all(ctx, s.read, scanUpload, `SELECT `+uploadColumns+` FROM uploads
		WHERE status = ? AND updated_at < ? ORDER BY updated_at LIMIT ?`, UploadCompleting, micros(olderThan), limit)
	if err != nil {
		return nil, fmt.Errorf("completing uploads: %w", err)
	}
	return list, nil
}

// UploadsToClean lists uploads that ended without being completed and whose
// parts, or sealed object, may still lie in the storage, oldest first. Abort
// them there, delete the object, then call UploadCleaned.
func (s *Store) UploadsToClean(ctx context.Context, limit int) ([]Upload, error) {
	list, err := all(ctx, s.read, scanUpload, `SELECT `+uploadColumns+` FROM uploads
		WHERE cleanup = 1 ORDER BY updated_at LIMIT ?`, limit)
	if err != nil {
		return nil, fmt.Errorf("uploads to clean: %w", err)
	}
	return list, nil
}

// UploadCleaned notes that nothing of the upload is left in the storage. The
// row goes too when nobody can ask for it any more.
func (s *Store) UploadCleaned(ctx context.Context, id string) error {
	err := s.write(ctx, func(ctx context.Context, tx conn) error {
		if _, err := tx.exec(ctx, `UPDATE uploads SET cleanup = 0 WHERE id = ?`, id); err != nil {
			return err
		}
		_, err := tx.exec(ctx, `DELETE FROM uploads WHERE id = ?
			AND (NOT EXISTS (SELECT 1 FROM workspaces w WHERE w.id = uploads.workspace_id)
				OR NOT EXISTS (SELECT 1 FROM users u WHERE u.id = uploads.user_id))`, id)
		return err
	})
	if err != nil {
		return fmt.Errorf("upload cleaned: %w", err)
	}
	return nil
}

// abortUploads ends the unfinished uploads of a dataset, workspace or user that
// is being deleted and forgets the finished ones. Unfinished ones stay until
// the storage has been cleaned. column is one of ours, never a user's text.
func abortUploads(ctx context.Context, tx conn, column, value string, now time.Time) error {
	if _, err := tx.exec(ctx, `UPDATE uploads SET status = ?, cleanup = 1, updated_at = ?
		WHERE `+column+` = ? AND status IN (?, ?)`, UploadAborted, micros(now), value, UploadOpen, UploadCompleting); err != nil {
		return err
	}
	_, err := tx.exec(ctx, `DELETE FROM uploads WHERE `+column+` = ? AND cleanup = 0`, value)
	return err
}
