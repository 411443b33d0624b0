package store

import (
	"context"
	"database/sql"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"
)

// The statements that run for every poll, page and sweep must find their rows
// by an index: a scan is fast in a test and slow after a year.
func TestHotQueriesUseIndexes(t *testing.T) {
	s := openSteps(t, filepath.Join(t.TempDir(), "assay.db"), schema())
	defer s.Close()
	ctx := t.Context()
	seen := &recorder{inner: s.read}
	s.read.q = seen

	now := time.Now()
	run := map[string]func() error{
		"session":            func() error { _, _, err := s.SessionByHash(ctx, "h"); return err },
		"token":              func() error { _, _, err := s.TokenByHash(ctx, "h"); return err },
		"workspaces":         func() error { _, err := s.Workspaces(ctx, "u"); return err },
		"role":               func() error { _, err := s.RoleOf(ctx, "u", "w"); return err },
		"datasets":           func() error { _, _, err := s.Datasets(ctx, DatasetQuery{UserID: "u"}); return err },
		"datasets by place":  func() error { _, _, err := s.Datasets(ctx, DatasetQuery{UserID: "u", WorkspaceID: "w"}); return err },
		"datasets by text":   func() error { _, _, err := s.Datasets(ctx, DatasetQuery{UserID: "u", Text: "x"}); return err },
		"dataset":            func() error { _, _, err := s.Dataset(ctx, "u", "d"); return err },
		"versions":           func() error { _, _, err := s.Versions(ctx, "d", Page{}); return err },
		"version":            func() error { _, err := s.Version(ctx, "d", 1); return err },
		"uploads":            func() error { _, _, err := s.Uploads(ctx, UploadQuery{UserID: "u"}); return err },
		"used bytes":         func() error { _, err := s.UsedBytes(ctx, "u"); return err },
		"expired uploads":    func() error { _, err := s.ExpiredUploads(ctx, now, 10); return err },
		"completing uploads": func() error { _, err := s.CompletingUploads(ctx, now, 10); return err },
		"uploads to clean":   func() error { _, err := s.UploadsToClean(ctx, 10); return err },
		"job":                func() error { _, _, err := s.Job(ctx, "u", "j"); return err },
		"jobs":               func() error { _, _, err := s.Jobs(ctx, JobQuery{UserID: "u"}); return err },
		"jobs of a dataset":  func() error { _, _, err := s.Jobs(ctx, JobQuery{UserID: "u", DatasetID: "d"}); return err },
		"jobs by status": func() error {
			_, _, err := s.Jobs(ctx, JobQuery{UserID: "u", Statuses: []string{"queued"}})
			return err
		},
		"changed jobs":        func() error { _, err := s.JobsChangedSince(ctx, "u", now, ""); return err },
		"changes of one job":  func() error { _, err := s.JobsChangedSince(ctx, "u", now, "j"); return err },
		"jobs that wait":      func() error { _, err := s.CountQueuedJobs(ctx, "u"); return err },
		"queued jobs":         func() error { _, err := s.QueuedJobs(ctx, now, 10); return err },
		"places in the line":  func() error { return s.fillQueuePositions(ctx, []Job{{ID: "j", Status: StatusQueued}}) },
		"profile":             func() error { _, err := s.Profile(ctx, "d", 1); return err },
		"latest profile":      func() error { _, err := s.LatestProfile(ctx, "d"); return err },
		"garbage":             func() error { _, err := s.Garbage(ctx, 10); return err },
		"users, newest first": func() error { _, _, err := s.Users(ctx, Page{}); return err },
	}
	for name, call := range run {
		seen.queries = nil
		_ = call() // in an empty database most of them find nothing
		if len(seen.queries) == 0 {
			t.Errorf("%s asks nothing", name)
		}
		for _, q := range seen.queries {
			for _, step := range plan(t, s, q) {
				// "SCAN jobs" walks a table; "SCAN … USING INDEX" walks one in
				// order, which is what a page of a list should do; "SCAN line"
				// reads what a subquery of ours has found.
				table, scan := strings.CutPrefix(step, "SCAN ")
				if scan && !strings.Contains(step, " USING ") && !strings.HasPrefix(table, "(") && !subqueries[table] {
					t.Errorf("%s: %s\n%s", name, step, q.text)
				}
			}
		}
	}
}

var subqueries = map[string]bool{"line": true, "servable": true, "page": true, "CONSTANT ROW": true}

// recorder notes the queries that pass through it.
type recorder struct {
	inner   conn
	mu      sync.Mutex
	queries []query
}

type query struct {
	text string
	args []any
}

func (r *recorder) note(text string, args []any) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.queries = append(r.queries, query{text, args})
}

func (r *recorder) ExecContext(ctx context.Context, q string, args ...any) (sql.Result, error) {
	r.note(q, args)
	return r.inner.q.ExecContext(ctx, q, args...)
}

func (r *recorder) QueryContext(ctx context.Context, q string, args ...any) (*sql.Rows, error) {
	r.note(q, args)
	return r.inner.q.QueryContext(ctx, q, args...)
}

func (r *recorder) QueryRowContext(ctx context.Context, q string, args ...any) *sql.Row {
	r.note(q, args)
	return r.inner.q.QueryRowContext(ctx, q, args...)
}

func plan(t *testing.T, s *Store, q query) []string {
	t.Helper()
	steps, err := all(t.Context(), conn{s.reader, s.dialect}, func(r scanner) (string, error) {
		var id, parent, unused int
		var detail string
		err := r.Scan(&id, &parent, &unused, &detail)
		return detail, err
	}, "EXPLAIN QUERY PLAN "+q.text, q.args...)
	if err != nil {
		t.Fatalf("%v\n%s", err, q.text)
	}
	return steps
}
