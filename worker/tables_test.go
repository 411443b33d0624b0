package worker

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"testing"

	"assay/store"
	"assay/worker/profile"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
	"assay/worker/sandbox"

	"github.com/klauspost/compress/gzip"
)

// book plays the child for a file of several tables: faults are how the
// reading of some of them ends.
func book(rows map[string]int64, faults map[string]error) func(context.Context, sandbox.Spec, sandbox.Events) (sandbox.Result, error) {
	return func(_ context.Context, s sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		name := s.Options.Table
		if name == "" {
			name = "one"
		}
		r := report.Report{ReportVersion: 1, Complete: faults[name] == nil, Rows: rows[name], Source: report.Source{Table: name}}
		for _, t := range []string{"one", "two", "three", "two"} {
			table := report.Table{Name: t}
			if t == name {
				n, one := rows[name], 1
				table.Rows, table.Columns = &n, &one
			}
			r.Tables = append(r.Tables, table)
		}
		r.Columns = []report.Column{{Name: "a", Type: "integer"}}
		e.Progress(profile.Progress{Stage: "profiling", BytesDone: 3, BytesTotal: 10, Rows: rows[name]})
		b, err := json.Marshal(r)
		if err != nil || rows[name] == 0 {
			b = nil
		}
		return sandbox.Result{Report: b}, faults[name]
	}
}

func tableReport(t *testing.T, p store.Profile) report.Report {
	t.Helper()
	z, err := gzip.NewReader(bytes.NewReader(p.Report))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	var r report.Report
	if err := json.Unmarshal(b, &r); err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEveryTableOfAFileIsProfiled(t *testing.T) {
	w := newWorld(t)
	j := w.job("book.xlsx", "0123456789", nil)
	w.must(w.worker(book(map[string]int64{"one": 4, "two": 5, "three": 6}, nil)).handle(t.Context(), task(j)))
	j = w.jobNow(j.ID)
	if j.Status != store.StatusSucceeded || j.Progress.Rows != 15 || j.Progress.BytesDone != 10 || j.Progress.BytesTotal != 10 {
		t.Errorf("job %+v", j)
	}
	main, err := w.store.Profile(t.Context(), j.DatasetID, j.Version)
	w.must(err)
	two, err := w.store.TableProfile(t.Context(), j.DatasetID, j.Version, "two")
	w.must(err)
	three, err := w.store.TableProfile(t.Context(), j.DatasetID, j.Version, "three")
	w.must(err)
	for name, p := range map[string]store.Profile{"one": main, "two": two, "three": three} {
		r := tableReport(t, p)
		if r.Source.Table != name || !p.Complete || p.JobID != j.ID {
			t.Errorf("%s: %+v of table %s", name, p, r.Source.Table)
		}
		var sizes []string
		for _, table := range r.Tables {
			if table.Rows == nil || table.Columns == nil {
				t.Fatalf("%s does not know how large %s is", name, table.Name)
			}
			sizes = append(sizes, fmt.Sprint(table.Name, " ", *table.Rows))
		}
		if got := strings.Join(sizes, ", "); got != "one 4, two 5, three 6, two 5" {
			t.Errorf("%s knows the tables %s", name, got)
		}
	}
}

func TestProgressOverSeveralTablesOnlyGrows(t *testing.T) {
	r := newReporter(nil, store.Job{}, nil)
	var got []string
	for _, share := range []float64{0.6, 0.3, 0.1} {
		for _, done := range []int64{0, 50, 100} {
			r.progress(profile.Progress{Stage: "profiling", BytesDone: done, BytesTotal: 100, Rows: done / 10, Share: share})
			got = append(got, fmt.Sprint(r.last().BytesDone, "/", r.last().Rows))
		}
		r.nextTable()
	}
	if all := strings.Join(got, " "); all != "0/0 30/5 60/10 60/10 75/15 90/20 90/20 95/25 100/30" {
		t.Error(all)
	}
}

func TestTheFirstTableIsShownWholeWhileTheOthersAreRead(t *testing.T) {
	w := newWorld(t)
	j := w.job("book.xlsx", "0123456789", nil)
	parse := book(map[string]int64{"one": 4, "two": 5, "three": 6}, nil)
	seen := false
	worker := w.worker(func(c context.Context, s sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		for s.Options.Table == "two" && !seen && c.Err() == nil {
			p, err := w.store.Profile(c, j.DatasetID, j.Version)
			if seen = err == nil; seen {
				if r := tableReport(t, p); !r.Provisional || r.Rows != 4 {
					t.Errorf("shown is %+v", r)
				}
			}
		}
		return parse(c, s, e)
	})
	w.must(worker.handle(t.Context(), task(j)))
	if !seen {
		t.Error("nothing was shown")
	}
}

func TestATableThatCannotBeReadTakesNothingFromTheOthers(t *testing.T) {
	for name, fault := range map[string]error{
		"broken": &source.Error{Code: "truncated_file", Row: -1, Offset: -1},
		"poison": &sandbox.Died{Code: sandbox.ParserCrashed},
	} {
		t.Run(name, func(t *testing.T) {
			w := newWorld(t)
			j := w.job("book.xlsx", "0123456789", nil)
			w.must(w.worker(book(map[string]int64{"one": 4, "three": 6}, map[string]error{"two": fault})).handle(t.Context(), task(j)))
			if j = w.jobNow(j.ID); j.Status != store.StatusSucceeded || j.Error != nil {
				t.Fatalf("job %+v", j)
			}
			if _, err := w.store.TableProfile(t.Context(), j.DatasetID, j.Version, "two"); err == nil {
				t.Error("a report of nothing")
			}
			_, err := w.store.TableProfile(t.Context(), j.DatasetID, j.Version, "three")
			w.must(err)
		})
	}
	t.Run("in part", func(t *testing.T) {
		w := newWorld(t)
		j := w.job("book.xlsx", "0123456789", nil)
		w.must(w.worker(book(map[string]int64{"one": 4, "two": 2, "three": 6},
			map[string]error{"two": &source.Error{Code: "truncated_file", Row: 2, Offset: -1}})).handle(t.Context(), task(j)))
		p, err := w.store.TableProfile(t.Context(), w.jobNow(j.ID).DatasetID, 1, "two")
		w.must(err)
		if r := tableReport(t, p); p.Complete || r.Rows != 2 {
			t.Errorf("%d rows, complete %v", r.Rows, p.Complete)
		}
	})
}

func TestAJobOfManyTablesIsCancelledBetweenThem(t *testing.T) {
	w := newWorld(t)
	j := w.job("book.xlsx", "0123456789", nil)
	ctx, stop := context.WithCancel(t.Context())
	defer stop()
	parse := book(map[string]int64{"one": 4, "two": 5, "three": 6}, nil)
	var parsed []string
	worker := w.worker(func(c context.Context, s sandbox.Spec, e sandbox.Events) (sandbox.Result, error) {
		parsed = append(parsed, s.Options.Table)
		if s.Options.Table == "two" {
			stop()
			return waits(c, s, e)
		}
		return parse(c, s, e)
	})
	w.must(worker.handle(ctx, task(j)))
	if j = w.jobNow(j.ID); j.Status != store.StatusQueued || j.Attempt != 1 {
		t.Errorf("handed back: %+v", j)
	}
	if got := strings.Join(parsed, " "); got != " two" {
		t.Errorf("parsed %q", got)
	}
}

func TestAJobTriesABoundedNumberOfTables(t *testing.T) {
	w := newWorld(t)
	j := w.job("book.zip", "0123456789", nil)
	tried := 0
	w.must(w.worker(func(_ context.Context, s sandbox.Spec, _ sandbox.Events) (sandbox.Result, error) {
		if tried++; s.Options.Table != "" {
			return sandbox.Result{}, &sandbox.Died{Code: sandbox.ParserCrashed}
		}
		r := report.Report{ReportVersion: 1, Complete: true, Source: report.Source{Table: "0"}}
		for i := range 3 * mostTables {
			r.Tables = append(r.Tables, report.Table{Name: fmt.Sprint(i)})
		}
		b, err := json.Marshal(r)
		return sandbox.Result{Report: b}, err
	}).handle(t.Context(), task(j)))
	if j = w.jobNow(j.ID); j.Status != store.StatusSucceeded || tried != mostTables {
		t.Errorf("job %s after %d tables, want %d", j.Status, tried, mostTables)
	}
}
