package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"time"
)

// Profile is the stored report of a version.
type Profile struct {
	DatasetID   string
	Version     int
	JobID       string
	Report      []byte // JSON, gzip
	Provisional bool   // the job still runs
	Complete    bool   // every row of the file was read
	CreatedAt   time.Time
	ETag        string // a hash of Report, bare (without quotes)
}

// servable lists a dataset's reports: the final ones, and the provisional ones
// of running jobs. Sorted by final first, a provisional report is thus seen
// only until its version has a final one.
const servable = `SELECT dataset_id, version, job_id, report, provisional, complete, created_at, etag FROM (
	SELECT p.dataset_id, p.version, p.job_id, p.report, 0 AS provisional, p.complete, p.created_at, p.etag
	FROM profiles p WHERE p.dataset_id = ?
	UNION ALL
	SELECT j.dataset_id, j.version, j.id, p.report, 1, 0, p.created_at, p.etag
	FROM jobs j JOIN provisional_profiles p ON p.job_id = j.id WHERE j.dataset_id = ? AND j.status = 'running') AS servable`

func scanProfile(r scanner) (Profile, error) {
	var p Profile
	var created int64
	err := r.Scan(&p.DatasetID, &p.Version, &p.JobID, &p.Report, &p.Provisional, &p.Complete, &created, &p.ETag)
	p.CreatedAt = fromMicros(created)
	return p, err
}

// Profile returns the report of one version: its last final one, or until there
// is one what a running job knows so far. ErrNotFound when there is neither.
func (s *Store) Profile(ctx context.Context, datasetID string, version int) (Profile, error) {
	p, err := one(ctx, s.read, scanProfile, servable+` WHERE version = ? ORDER BY provisional, created_at DESC LIMIT 1`,
		datasetID, datasetID, version)
	if err != nil {
		return Profile{}, fmt.Errorf("profile: %w", err)
	}
	return p, nil
}

// LatestProfile returns the report of the newest version that has one.
func (s *Store) LatestProfile(ctx context.Context, datasetID string) (Profile, error) {
	p, err := one(ctx, s.read, scanProfile, servable+` ORDER BY version DESC, provisional, created_at DESC LIMIT 1`, datasetID, datasetID)
	if err != nil {
		return Profile{}, fmt.Errorf("latest profile: %w", err)
	}
	return p, nil
}

// TableProfile returns the report of one more table of a version's file: one
// that the report which Profile returns is not about. ErrNotFound when there is
// none.
func (s *Store) TableProfile(ctx context.Context, datasetID string, version int, table string) (Profile, error) {
	p, err := one(ctx, s.read, scanProfile, `SELECT dataset_id, version, job_id, report, 0, complete, created_at, etag
		FROM table_profiles WHERE dataset_id = ? AND version = ? AND name = ?`, datasetID, version, table)
	if err != nil {
		return Profile{}, fmt.Errorf("profile of a table: %w", err)
	}
	return p, nil
}

// storeReport makes the outcome's report its version's final one, unless the one
// that stands there is better: whole where this one is not, or else of a run
// that began later. Of two runs side by side with other options the one that
// was asked for last counts, not the one that took longer.
func storeReport(ctx context.Context, tx conn, j Job, o Outcome, now time.Time) error {
	n, err := tx.exec(ctx, `INSERT INTO profiles (dataset_id, version, job_id, complete, etag, created_at, report) VALUES (?, ?, ?, ?, ?, ?, ?)
		ON CONFLICT (dataset_id, version) DO UPDATE SET job_id = excluded.job_id, complete = excluded.complete,
			etag = excluded.etag, created_at = excluded.created_at, report = excluded.report
		WHERE excluded.complete > profiles.complete OR (excluded.complete = profiles.complete AND NOT EXISTS
			(SELECT 1 FROM jobs later WHERE later.id = profiles.job_id AND later.started_at > ?))`,
		j.DatasetID, j.Version, j.ID, boolInt(o.Complete), etag(o.Report), micros(now), o.Report, microsOrNull(j.StartedAt))
	if err != nil || n == 0 {
		return err
	}
	if err := storeTables(ctx, tx, j, o, now); err != nil {
		return err
	}
	if _, err := tx.exec(ctx, `UPDATE versions SET summary = ? WHERE dataset_id = ? AND number = ?`,
		string(o.Summary), j.DatasetID, j.Version); err != nil {
		return err
	}
	_, err = tx.exec(ctx, `UPDATE datasets SET profiled_version = ? WHERE id = ? AND profiled_version < ?`, j.Version, j.DatasetID, j.Version)
	return err
}

// storeTables puts the reports of a file's other tables in the place of those
// of the run before.
func storeTables(ctx context.Context, tx conn, j Job, o Outcome, now time.Time) error {
	if _, err := tx.exec(ctx, `DELETE FROM table_profiles WHERE dataset_id = ? AND version = ?`, j.DatasetID, j.Version); err != nil {
		return err
	}
	for _, t := range o.Tables {
		if _, err := tx.exec(ctx, `INSERT INTO table_profiles (dataset_id, version, name, job_id, complete, etag, created_at, report)
			VALUES (?, ?, ?, ?, ?, ?, ?, ?)`,
			j.DatasetID, j.Version, t.Name, j.ID, boolInt(t.Complete), etag(t.Report), micros(now), t.Report); err != nil {
			return err
		}
	}
	return nil
}

// dropProvisional forgets what a job knew when it stops running.
func dropProvisional(ctx context.Context, tx conn, jobID string) error {
	_, err := tx.exec(ctx, `DELETE FROM provisional_profiles WHERE job_id = ?`, jobID)
	return err
}

func etag(report []byte) string {
	sum := sha256.Sum256(report)
	return hex.EncodeToString(sum[:16])
}
