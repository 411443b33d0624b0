package profile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"time"

	"assay/worker/profile/source"
)

// Convert writes the table of a file as Assay reads it: "csv" (UTF-8, RFC 4180,
// cells verbatim, a header only if the file had one or names its columns
// otherwise), "ndjson" (one object a row, every row with every column) or
// "parquet" (convert_parquet.go).
//
// A column may appear first in the last row, so the file is read twice; a
// stream is kept in a temporary file for that. Nothing is written of a file
// that turns out to be broken. Memory is bounded by the segments under way.
func Convert(ctx context.Context, req Request, to string, w io.Writer, hooks Hooks) error {
	if to != "csv" && to != "ndjson" && to != "parquet" {
		return fmt.Errorf("profile: cannot write %q", to)
	}
	if req.Source.Size < 0 {
		file, size, err := spool(ctx, req.Source)
		if err != nil {
			return err
		}
		defer os.Remove(file.Name())
		defer file.Close()
		req.Source.ReaderAt, req.Source.Size = file, size
	}
	report := conversion{total: req.Source.Size, hooks: hooks}
	if to == "parquet" {
		return toParquet(ctx, req, w, &report)
	}
	names, err := columnNames(ctx, req, &report)
	if err != nil {
		return err
	}
	scanner, err := report.again(ctx, req)
	if err != nil {
		return err
	}
	defer scanner.Close()
	d := scanner.Dialect()
	newSink := func() source.Sink { return &ndjsonSink{keys: source.NDJSONKeys(names)} }
	if to == "csv" {
		newSink = func() source.Sink { return &csvSink{width: len(names)} }
		if d.Header || d.Typed {
			if _, err := w.Write(source.AppendCSVHeader(nil, names)); err != nil {
				return err
			}
		}
	}
	err = scanner.Scan(ctx, max(req.Workers, 1), newSink, func(s source.Segment, sink source.Sink) error {
		report.advance(s)
		_, err := w.Write(sink.(interface{ written() []byte }).written())
		return err
	})
	if err == nil {
		report.end()
	}
	return err
}

// columnNames reads the whole file once.
func columnNames(ctx context.Context, req Request, report *conversion) ([]string, error) {
	scanner, err := source.Open(ctx, req.Source, req.Options, req.Limits)
	if err != nil {
		return nil, err
	}
	defer scanner.Close()
	err = scanner.Scan(ctx, max(req.Workers, 1), func() source.Sink { return nothing{} }, func(s source.Segment, _ source.Sink) error {
		report.advance(s)
		return nil
	})
	return scanner.Columns(), err
}

type nothing struct{}

func (nothing) Batch(*source.Batch) error { return nil }

// csvSink and ndjsonSink hold what one segment becomes.
type csvSink struct {
	width int
	out   []byte
}

func (s *csvSink) Batch(b *source.Batch) error {
	for row := range b.Rows {
		s.out = source.AppendCSVRow(s.out, b, row, s.width)
	}
	return nil
}

func (s *csvSink) written() []byte { return s.out }

type ndjsonSink struct {
	keys [][]byte
	out  []byte
}

func (s *ndjsonSink) Batch(b *source.Batch) error {
	if missing := len(s.keys) - len(b.Cols); missing > 0 {
		// Columns that appear later in the file: nulls up to here.
		none := source.Vector{Start: make([]uint32, b.Rows), End: make([]uint32, b.Rows), Kinds: make([]source.Kind, b.Rows)}
		for i := range none.Kinds {
			none.Kinds[i] = source.Null
		}
		whole := source.Batch{Rows: b.Rows, Cols: append(make([]source.Vector, 0, len(s.keys)), b.Cols...)}
		for range missing {
			whole.Cols = append(whole.Cols, none)
		}
		b = &whole
	}
	for row := range b.Rows {
		s.out = source.AppendNDJSONRow(s.out, s.keys, b, row)
	}
	return nil
}

func (s *ndjsonSink) written() []byte { return s.out }

// spool copies a stream into a temporary file, which the caller removes.
func spool(ctx context.Context, in source.Input) (*os.File, int64, error) {
	file, err := os.CreateTemp("", "assay-convert-")
	if err != nil {
		return nil, 0, err
	}
	buf := make([]byte, 1<<20)
	var size int64
	for {
		n, err := in.ReadAt(buf, size)
		if _, werr := file.Write(buf[:n]); werr != nil {
			err = werr
		} else if ctx.Err() != nil {
			err = ctx.Err()
		}
		size += int64(n)
		if errors.Is(err, io.EOF) {
			return file, size, nil
		}
		if err != nil {
			file.Close()
			os.Remove(file.Name())
			return nil, 0, err
		}
	}
}

// conversion is the progress of both readings: each is half of the way.
type conversion struct {
	total, before, done, rows int64
	hooks                     Hooks
	last                      time.Time
}

// again opens the file for its second reading, whose rows are counted anew.
func (c *conversion) again(ctx context.Context, req Request) (source.Scanner, error) {
	c.before, c.rows = req.Source.Size, 0
	return source.Open(ctx, req.Source, req.Options, req.Limits)
}

func (c *conversion) advance(s source.Segment) {
	c.rows += s.Rows
	c.done = s.BytesDone
	if now := time.Now(); now.Sub(c.last) >= 50*time.Millisecond {
		c.last = now
		c.tell((c.before + c.done) / 2)
	}
}

func (c *conversion) end() { c.tell(c.total) }

func (c *conversion) tell(done int64) {
	if c.hooks.Progress != nil {
		c.hooks.Progress(Progress{Stage: "converting", BytesDone: done, BytesTotal: c.total, Rows: c.rows})
	}
}
