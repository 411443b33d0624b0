package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"
)

// Version is one uploaded file of a dataset. It never changes; only its jobs
// and its report come and go.
type Version struct {
	DatasetID string
	Number    int    // from 1
	Name      string // file name
	Size      int64  // bytes
	SHA256    string // hex, as declared or computed; "" when neither
	ObjectKey string // in the object storage
	UploadID  string
	CreatedBy string
	CreatedAt time.Time

	Job     *Job            // the newest job of this version, without queue position
	Summary json.RawMessage // of the last final report; nil when there is none
}

const versionSelect = `SELECT v.dataset_id, v.number, v.name, v.size, v.sha256, v.object_key, v.upload_id,
	v.created_by, v.created_at, v.summary, ` + jobColumns + ` FROM versions v JOIN jobs j ON j.id = v.job_id`

func scanVersion(r scanner) (Version, error) {
	var v Version
	var created int64
	var summary string
	job, err := scanJobAfter(r, &v.DatasetID, &v.Number, &v.Name, &v.Size, &v.SHA256, &v.ObjectKey, &v.UploadID,
		&v.CreatedBy, &created, &summary)
	v.CreatedAt, v.Summary, v.Job = fromMicros(created), rawJSON(summary), &job
	return v, err
}

// Versions lists a dataset's versions, newest first.
func (s *Store) Versions(ctx context.Context, datasetID string, page Page) ([]Version, string, error) {
	from, err := page.before()
	if err != nil {
		return nil, "", fmt.Errorf("versions: %w", err)
	}
	list, err := all(ctx, s.read, scanVersion, versionSelect+` WHERE v.dataset_id = ? AND v.number < ?
		ORDER BY v.number DESC LIMIT ?`, datasetID, from.number, page.limit()+1)
	if err != nil {
		return nil, "", fmt.Errorf("versions: %w", err)
	}
	list, next := cut(list, page.limit(), func(v Version) position { return position{number: int64(v.Number)} })
	return list, next, nil
}

// Version returns one version of a dataset.
func (s *Store) Version(ctx context.Context, datasetID string, number int) (Version, error) {
	v, err := one(ctx, s.read, scanVersion, versionSelect+` WHERE v.dataset_id = ? AND v.number = ?`, datasetID, number)
	if err != nil {
		return Version{}, fmt.Errorf("version: %w", err)
	}
	return v, nil
}
