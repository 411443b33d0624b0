package profile

import (
	"context"

	"assay/worker/profile/report"
	"assay/worker/profile/source"
)

// mostSized is how many of a file's other tables are read for their sizes.
const mostSized = 100

// tableSizes reads the tables that a report is not about, for their numbers of
// rows and columns. What cannot be read to its end stays unknown. A stream
// cannot be read again.
func tableSizes(ctx context.Context, req Request, tables []report.Table) {
	if req.Source.Size < 0 {
		return
	}
	sized := 0
	for i := range tables {
		t := &tables[i]
		if t.Rows != nil && t.Columns != nil {
			continue
		}
		if sized++; sized > mostSized || ctx.Err() != nil {
			return
		}
		if rows, columns, err := tableSize(ctx, req, t.Name); err == nil {
			t.Rows, t.Columns = &rows, &columns
		}
	}
}

func tableSize(ctx context.Context, req Request, name string) (rows int64, columns int, err error) {
	o := req.Options
	o.Table = name
	s, err := source.Open(ctx, req.Source, o, req.Limits)
	if err != nil {
		return 0, 0, err
	}
	defer s.Close()
	err = s.Scan(ctx, max(1, req.Workers), func() source.Sink { return unread{} }, func(seg source.Segment, _ source.Sink) error {
		rows += seg.Rows
		return ctx.Err()
	})
	return rows, len(s.Columns()), err
}

// unread takes rows that are only counted.
type unread struct{}

func (unread) Batch(*source.Batch) error { return nil }
