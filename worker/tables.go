package worker

import (
	"context"
	"encoding/json"
	"errors"
	"time"

	"assay/store"
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
//
// Reports are packed as they come: those of a hundred wide tables at once would
// take more memory than all else in the worker.
func (w *Worker) otherTables(ctx context.Context, spec sandbox.Spec, first *sandbox.Result, r *reporter) ([]store.TableReport, error) {
	var main report.Report
	if err := json.Unmarshal(first.Report, &main); err != nil || len(main.Tables) < 2 {
		return nil, nil // what is wrong with the report, pack says
	}
	r.provisional(whileOthersAreRead(main))
	end := time.Now().Add(spec.Timeout)
	var others []store.TableReport
	sha256, size := main.Source.SHA256, 0
	sizes := map[string]report.Table{main.Source.Table: tableSize(&main)}
	for _, t := range main.Tables {
		if _, seen := sizes[t.Name]; seen { // members of an archive may share a name
			continue
		}
		if len(sizes) == mostTables || spec.Timeout > 0 && time.Until(end) < 0 {
			break
		}
		sizes[t.Name] = t
		table, err := w.oneTable(ctx, spec, t.Name, end, r)
		if err != nil {
			return nil, err
		}
		if table == nil {
			continue
		}
		sizes[t.Name] = tableSize(table)
		table.Source.SHA256 = sha256
		b, err := json.Marshal(table)
		if err == nil {
			b, err = compress(b)
		}
		if err != nil {
			return nil, err
		}
		if size += len(b); size > mostTablesBytes {
			break
		}
		others = append(others, store.TableReport{Name: table.Source.Table, Report: b, Complete: table.Complete})
	}
	return others, tellSizes(first, others, sizes)
}

// oneTable profiles one table; nil without an error when it has no report.
func (w *Worker) oneTable(ctx context.Context, spec sandbox.Spec, name string, end time.Time, r *reporter) (*report.Report, error) {
	spec.Options.Table = name
	spec.SHA256, spec.Expect = false, "" // known by now
	if spec.Timeout > 0 {
		spec.Timeout = max(time.Until(end), time.Second)
	}
	r.nextTable()
	result, err := w.parse(ctx, spec, sandbox.Events{Progress: r.progress})
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

// tellSizes tells all reports the sizes of all tables, one report after the other.
func tellSizes(first *sandbox.Result, others []store.TableReport, sizes map[string]report.Table) (err error) {
	if first.Report, err = withSizes(first.Report, sizes); err != nil {
		return err
	}
	for i := range others {
		b, err := decompress(others[i].Report)
		if err == nil {
			b, err = withSizes(b, sizes)
		}
		if err == nil {
			others[i].Report, err = compress(b)
		}
		if err != nil {
			return err
		}
	}
	return nil
}

func withSizes(b []byte, sizes map[string]report.Table) ([]byte, error) {
	var r report.Report
	if err := json.Unmarshal(b, &r); err != nil {
		return nil, err
	}
	for i, t := range r.Tables {
		if known, ok := sizes[t.Name]; ok {
			r.Tables[i] = known
		}
	}
	return json.Marshal(&r)
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

// whileOthersAreRead is the whole report of the first table as a provisional
// one, for those who follow the job; nil, which is none, if it cannot be written.
func whileOthersAreRead(first report.Report) []byte {
	first.Provisional = true
	b, err := json.Marshal(&first)
	if err != nil {
		return nil
	}
	return b
}

// nextTable makes the reporter go on counting where the tables so far have come
// to.
func (r *reporter) nextTable() {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.before = r.current
}
