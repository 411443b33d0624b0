package store

import (
	"context"
	"fmt"
	"path/filepath"
	"testing"
	"time"
)

// BenchmarkLists measures what a page, a poll and a sweep cost in a database of
// 20,000 datasets, all of which the user may see, with 2,000 jobs in the line.
func BenchmarkLists(b *testing.B) {
	const n = 20_000
	s, err := Open(b.Context(), "sqlite://"+filepath.ToSlash(filepath.Join(b.TempDir(), "assay.db")))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	u, err := s.CreateUser(b.Context(), User{Username: "ann"})
	if err != nil {
		b.Fatal(err)
	}
	home, err := s.PersonalWorkspace(b.Context(), u.ID)
	if err != nil {
		b.Fatal(err)
	}
	if err := s.write(b.Context(), func(ctx context.Context, tx conn) error {
		for i := range n {
			up := Upload{ID: fmt.Sprint(i), WorkspaceID: home.ID, UserID: u.ID, Name: fmt.Sprintf("file-%d.csv", i), ObjectKey: fmt.Sprint(i), UpdatedAt: fromMicros(int64(i))}
			var err error
			if up.DatasetID, err = insertDataset(ctx, tx, up); err != nil {
				return err
			}
			if up.Version, err = insertVersion(ctx, tx, up); err != nil {
				return err
			}
			if _, err := insertJob(ctx, tx, Job{DatasetID: up.DatasetID, Version: 1}, up.UpdatedAt); err != nil {
				return err
			}
		}
		_, err := tx.exec(ctx, `UPDATE jobs SET status = 'succeeded' WHERE created_at < ?`, n-2000)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	ctx := b.Context()
	for _, c := range []struct {
		name string
		ask  func() error
	}{
		{"datasets", func() error { _, _, err := s.Datasets(ctx, DatasetQuery{UserID: u.ID}); return err }},
		{"datasets by text", func() error { _, _, err := s.Datasets(ctx, DatasetQuery{UserID: u.ID, Text: "777"}); return err }},
		{"jobs", func() error { _, _, err := s.Jobs(ctx, JobQuery{UserID: u.ID}); return err }},
		{"running jobs", func() error {
			_, _, err := s.Jobs(ctx, JobQuery{UserID: u.ID, Statuses: []string{StatusRunning}})
			return err
		}},
		{"poll without news", func() error { _, err := s.JobsChangedSince(ctx, u.ID, fromMicros(n), ""); return err }},
		{"poll with ten news", func() error { _, err := s.JobsChangedSince(ctx, u.ID, fromMicros(n-10), ""); return err }},
		{"sweep", func() error { _, err := s.QueuedJobs(ctx, time.Now(), 100); return err }},
	} {
		b.Run(c.name, func(b *testing.B) {
			for b.Loop() {
				if err := c.ask(); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}

// BenchmarkProgress measures the most frequent write: a small transaction that
// is on the disk when it returns.
func BenchmarkProgress(b *testing.B) {
	s, err := Open(b.Context(), "sqlite://"+filepath.ToSlash(filepath.Join(b.TempDir(), "assay.db")))
	if err != nil {
		b.Fatal(err)
	}
	defer s.Close()
	var j Job
	if err := s.write(b.Context(), func(ctx context.Context, tx conn) error {
		u, err := s.insertUser(ctx, tx, User{Username: "ann"})
		if err != nil {
			return err
		}
		home, err := one(ctx, tx, scanText, `SELECT id FROM workspaces`)
		if err != nil {
			return err
		}
		up := Upload{ID: "up", WorkspaceID: home, UserID: u.ID, UpdatedAt: s.now()}
		if up.DatasetID, err = insertDataset(ctx, tx, up); err != nil {
			return err
		}
		if up.Version, err = insertVersion(ctx, tx, up); err != nil {
			return err
		}
		j, err = insertJob(ctx, tx, Job{DatasetID: up.DatasetID, Version: up.Version}, up.UpdatedAt)
		return err
	}); err != nil {
		b.Fatal(err)
	}
	if j, err = s.ClaimJob(b.Context(), j.ID, j.Fence, time.Minute); err != nil {
		b.Fatal(err)
	}
	for b.Loop() {
		if err := s.UpdateProgress(b.Context(), j.ID, j.Fence, StageProfiling, Progress{}, time.Minute); err != nil {
			b.Fatal(err)
		}
	}
}
