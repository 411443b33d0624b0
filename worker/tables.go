package worker

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"assay/store"
	"assay/worker/profile"
	"assay/worker/profile/report"
	"assay/worker/profile/source"
	"assay/worker/sandbox"
)

const (
	// mostTables of a file are profiled by one job. A user may ask for others
	// by the option table.
	mostTables = 100
	// mostTablesBytes bounds what their reports take in the database, packed.
	mostTablesBytes = 64 << 20
)

// otherTables profiles the tables of the file that first, the report of the
// job, is not about. Each has a child of its own: a table that cannot be read
// takes nothing from the others. All reports, first's too, then know the size
// of each table. The error is one of this run, not of the file.
func (w *Worker) otherTables(ctx context.Context, spec sandbox.Spec, first *sandbox.Result, r *reporter) ([]store.TableReport, error) {
	var main report.Report
	if err := json.Unmarshal(first.Report, &main); err != nil || len(main.Tables) < 2 {
		return nil, nil // what is wrong with the report, pack says
	}
	end := time.Now().Add(spec.Timeout)
	var others []*report.Report
	seen := map[string]bool{main.Source.Table: true} // members of an archive may share a name
	for _, t := range main.Tables {
		if seen[t.Name] {
			continue
		}
		seen[t.Name] = true
		if len(others) == mostTables-1 || spec.Timeout > 0 && time.Until(end) < 0 {
			break
		}
		table, err := w.oneTable(ctx, spec, t.Name, end, r)
		if err != nil {
			return nil, err
		}
		if table != nil {
			others = append(others, table)
		}
	}
	return packTables(&main, others, first)
}

// oneTable profiles one table; nil without an error when it has no report.
func (w *Worker) oneTable(ctx context.Context, spec sandbox.Spec, name string, end time.Time, r *reporter) (*report.Report, error) {
	spec.Options.Table = name
	spec.SHA256, spec.Expect = false, "" // known by now
	if spec.Timeout > 0 {
		spec.Timeout = max(time.Until(end), time.Second)
	}
	result, err := w.parse(ctx, spec, sandbox.Events{Progress: r.nextTable()})
	var fault *source.Error
	var died *sandbox.Died
	switch {
	case ctx.Err() != nil:
		return nil, context.Cause(ctx)
	case errors.As(err, &died):
		w.Log.Warn("table left out", "job", r.job.ID, "code", died.Code)
		return nil, nil
	case err != nil && !errors.As(err, &fault):
		return nil, err
	}
	var table report.Report
	if len(result.Report) == 0 || json.Unmarshal(result.Report, &table) != nil {
		return nil, nil
	}
	return &table, nil
}

// packTables tells all reports the sizes of all tables, and packs the others.
func packTables(main *report.Report, others []*report.Report, first *sandbox.Result) ([]store.TableReport, error) {
	all := append([]*report.Report{main}, others...)
	for _, r := range all {
		r.Tables = append([]report.Table(nil), r.Tables...)
		for _, known := range all {
			for i := range r.Tables {
				if r.Tables[i].Name == known.Source.Table {
					r.Tables[i] = tableSize(known)
				}
			}
		}
	}
	b, err := json.Marshal(main)
	if err != nil {
		return nil, err
	}
	first.Report = b
	var packed []store.TableReport
	size := 0
	for _, r := range others {
		r.Source.SHA256 = main.Source.SHA256
		b, err := json.Marshal(r)
		if err == nil {
			b, err = compress(b)
		}
		if err != nil {
			return nil, err
		}
		if size += len(b); size > mostTablesBytes {
			break
		}
		packed = append(packed, store.TableReport{Name: r.Source.Table, Report: b, Complete: r.Complete})
	}
	return packed, nil
}

// tableSize is the entry of a report's own table in its list of tables, which
// knows its size.
func tableSize(r *report.Report) report.Table {
	for _, t := range r.Tables {
		if t.Name == r.Source.Table {
			return t
		}
	}
	return report.Table{Name: r.Source.Table}
}

// nextTable goes on counting where the tables so far have come to.
func (r *reporter) nextTable() func(profile.Progress) {
	r.mu.Lock()
	before := r.current
	r.mu.Unlock()
	return func(p profile.Progress) {
		p.Stage = store.StageProfiling
		p.Rows += before.Rows
		p.BytesTotal = before.BytesTotal
		p.BytesDone = min(p.BytesDone+before.BytesDone, p.BytesTotal)
		r.progress(p)
	}
}
