package worker

import (
	"context"
	"encoding/json"
	"fmt"
	"log/slog"
	"strings"
	"testing"
	"time"

	"assay/queue"
	"assay/store"
	"assay/worker/profile/report"
)

// TestFilesBecomeReports runs the real queue, children and engine: rows are
// committed, the sweep finds them, workers profile them side by side.
func TestFilesBecomeReports(t *testing.T) {
	w := newWorld(t)
	q, err := queue.Embedded(slog.New(slog.DiscardHandler))
	w.must(err)
	defer q.Close()
	c := w.config()
	c.Queue, c.Workers, c.Memory, c.Deadline = q, 2, 512<<20, time.Minute

	var csv, lines strings.Builder
	csv.WriteString("id,name\n")
	for i := range 10_000 {
		fmt.Fprintf(&csv, "%d,name %d\n", i, i%7)
		fmt.Fprintf(&lines, "{\"id\":%d,\"name\":\"name %d\"}\n", i, i%7)
	}
	cases := []struct {
		name, content, status, code string
		rows                        int64
	}{
		{"a.csv", csv.String(), store.StatusSucceeded, "", 10_000},
		{"b.ndjson", lines.String(), store.StatusSucceeded, "", 10_000},
		{"c.json", `{"rows":[{"id":1},{"id":2,"late":true}],"ok":1}`, store.StatusSucceeded, "", 2},
		{"d.json", `[{"id":1},{"id":2},{"id":`, store.StatusFailed, "truncated_file", 2},
		{"e.csv", "", store.StatusFailed, "empty_file", -1},
	}
	var jobs []store.Job
	for _, c := range cases {
		jobs = append(jobs, w.job(c.name, c.content, nil))
	}
	ctx, stop := context.WithCancel(t.Context())
	ended := make(chan error, 2)
	go func() { ended <- New(c).Run(ctx) }()
	go func() { ended <- Reconcile(ctx, c) }()
	for i, c := range cases {
		w.eventually(c.name, func() bool { return w.jobNow(jobs[i].ID).Ended() })
		j := w.jobNow(jobs[i].ID)
		code := ""
		if j.Error != nil {
			code = j.Error.Code
		}
		if j.Status != c.status || code != c.code {
			t.Errorf("%s: %s %+v, want %s %s", c.name, j.Status, j.Error, c.status, c.code)
			continue
		}
		if c.rows < 0 {
			continue
		}
		_, text := w.report(j)
		var r report.Report
		w.must(json.Unmarshal([]byte(text), &r))
		if r.Rows != c.rows || r.Complete != (c.status == store.StatusSucceeded) || r.Columns[0].Name != "id" || r.Columns[0].Type != "integer" {
			t.Errorf("%s: report %.400s", c.name, text)
		}
	}
	stop()
	w.must(<-ended)
	w.must(<-ended)
}
