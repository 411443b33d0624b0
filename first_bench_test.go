//go:build !race

// Its tables are the memory test's.

package main

import (
	"io"
	"net/http"
	"testing"
	"time"
)

// BenchmarkFirstReport uploads tables to a server of its own and measures how
// long after its start a job's first report is served, asked for every few
// milliseconds. The slowest upload counts.
//
// make bench-first does it with a table of 1 GiB.
func BenchmarkFirstReport(b *testing.B) {
	for _, c := range []struct {
		name    string
		columns int
		share   int64 // of -table-bytes
	}{
		{"27 columns", 27, 2},
		{"1,000 columns", 1000, 8},
		{"10,000 columns", 10_000, 32},
	} {
		b.Run(c.name, func(b *testing.B) {
			table := newEndlessTable(c.columns, 30, *tableBytes/c.share)
			content, err := io.ReadAll(io.NewSectionReader(table, 0, table.size()))
			if err != nil {
				b.Fatal(err)
			}
			in, _ := startProcess(b, b.TempDir())
			var first time.Duration
			b.ResetTimer()
			for range b.N {
				sealed := in.upload(b, "table.csv", content, nil)
				first = max(first, firstReport(b, in, sealed))
				if j := in.waitJob(b, sealed.JobID); j.Status != "succeeded" || j.Progress.Rows != table.rows {
					b.Fatalf("the job %s with %d rows, want %d: %+v", j.Status, j.Progress.Rows, table.rows, j.Error)
				}
			}
			b.ReportMetric(first.Seconds(), "s-to-first-report")
			b.ReportMetric(float64(len(content))/(1<<20), "MiB")
		})
	}
}

// firstReport waits for a job's first report, and says how long after the
// job's start it was served.
func firstReport(b *testing.B, in *instance, sealed sealedAnswer) time.Duration {
	b.Helper()
	for {
		resp, err := http.DefaultClient.Do(in.request(b, http.MethodGet, "/api/v1/datasets/"+sealed.DatasetID+"/profile"))
		if err != nil {
			b.Fatal(err)
		}
		served := time.Now()
		_, err = io.Copy(io.Discard, resp.Body)
		resp.Body.Close()
		switch {
		case err != nil:
			b.Fatal(err)
		case resp.StatusCode == http.StatusConflict: // not ready
			time.Sleep(5 * time.Millisecond)
		case resp.StatusCode != http.StatusOK:
			b.Fatalf("the profile answered %d", resp.StatusCode)
		default:
			var job struct {
				StartedAt time.Time `json:"started_at"`
			}
			in.must(b, http.StatusOK, "GET", "/api/v1/jobs/"+sealed.JobID, nil, &job)
			return served.Sub(job.StartedAt)
		}
	}
}
