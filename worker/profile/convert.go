package profile

import (
	"context"
	"fmt"
	"io"
	"os"
	"slices"
	"sync"
	"time"

	"assay/worker/profile/source"
)

// Convert writes the table as it is read, as "csv" or "ndjson", in the order of
// its rows and in constant memory. What was written before an error is whole rows.
func Convert(ctx context.Context, req Request, to string, w io.Writer, hooks Hooks) error {
	if to != "csv" && to != "ndjson" {
		return fmt.Errorf("convert: unknown format %q", to)
	}
	if req.Source.Size < 0 && to == "csv" {
		in, remove, err := spool(req.Source)
		if err != nil {
			return err
		}
		defer remove()
		req.Source = in
	}
	s, err := source.Open(ctx, req.Source, req.Options, req.Limits)
	if err != nil {
		return err
	}
	defer s.Close()
	c := &converter{to: to, w: w, names: s.Columns(), typed: s.Dialect().Typed, req: req, hooks: hooks}
	if to == "csv" {
		if c.typed {
			// The names are complete only when everything has been read: twice, then.
			if c.names, err = namesOf(ctx, req); err != nil {
				return err
			}
		}
		c.width = len(c.names)
		if c.typed || s.Dialect().Header {
			if _, err := w.Write(source.AppendCSVHeader(nil, c.names)); err != nil {
				return err
			}
		}
	}
	err = s.Scan(ctx, max(1, req.Workers), func() source.Sink { return c.newRows() }, c.done)
	c.tell(true)
	return err
}

// namesOf reads the file for the names of its columns. What breaks it does so
// again when it is converted, and is told then.
func namesOf(ctx context.Context, req Request) ([]string, error) {
	s, err := source.Open(ctx, req.Source, req.Options, req.Limits)
	if err != nil {
		return nil, err
	}
	defer s.Close()
	_ = s.Scan(ctx, max(1, req.Workers), func() source.Sink { return nowhere{} }, func(source.Segment, source.Sink) error { return nil })
	return s.Columns(), ctx.Err()
}

type nowhere struct{}

func (nowhere) Batch(*source.Batch) error { return nil }

// spool copies a stream into a temporary file, so that it can be read twice.
func spool(in source.Input) (source.Input, func(), error) {
	f, err := os.CreateTemp("", "assay-convert-")
	if err != nil {
		return in, nil, err
	}
	remove := func() {
		f.Close()
		os.Remove(f.Name())
	}
	n, err := io.Copy(f, &streamReader{in: in})
	if err != nil {
		remove()
		return in, nil, err
	}
	return source.Input{Name: in.Name, Size: n, ReaderAt: f}, remove, nil
}

type streamReader struct {
	in  source.Input
	off int64
}

func (s *streamReader) Read(p []byte) (int, error) {
	n, err := s.in.ReadAt(p, s.off)
	s.off += int64(n)
	return n, err
}

// converter writes segments in their order.
type converter struct {
	to    string
	w     io.Writer
	typed bool
	width int // of CSV rows
	req   Request
	hooks Hooks

	mu    sync.Mutex
	names []string // known so far
	spare []*rows

	rows int64
	told time.Time
	last source.Segment
}

// rows is the Sink of a segment: its rows, written already, but for batches
// with columns whose names only the segments before can tell.
type rows struct {
	c     *converter
	names []string
	keys  [][]byte
	parts []part
}

type part struct {
	text  []byte
	batch *source.Batch // not written yet
}

func (c *converter) newRows() *rows {
	c.mu.Lock()
	defer c.mu.Unlock()
	r := &rows{c: c}
	if n := len(c.spare); n > 0 {
		r, c.spare = c.spare[n-1], c.spare[:n-1]
	}
	if len(r.names) != len(c.names) || r.keys == nil {
		r.names, r.keys = c.names, source.NDJSONKeys(c.names)
	}
	return r
}

// Batch writes a batch, or keeps a copy for later.
func (r *rows) Batch(b *source.Batch) error {
	if r.c.to == "ndjson" && len(b.Cols) > len(r.keys) {
		r.parts = append(r.parts, part{batch: clone(b)})
		return nil
	}
	n := len(r.parts)
	if n == 0 || r.parts[n-1].batch != nil {
		r.parts = append(r.parts, part{})
		n++
	}
	r.parts[n-1].text = r.c.append(r.parts[n-1].text, b, r.keys)
	return nil
}

func (c *converter) append(dst []byte, b *source.Batch, keys [][]byte) []byte {
	for i := range b.Rows {
		if c.to == "csv" {
			dst = source.AppendCSVRow(dst, b, i, c.width)
		} else {
			dst = source.AppendNDJSONRow(dst, keys, b, i)
		}
	}
	return dst
}

// clone copies a batch, with only the text that its cells are.
func clone(b *source.Batch) *source.Batch {
	c := &source.Batch{Rows: b.Rows, Cols: make([]source.Vector, len(b.Cols))}
	for i, v := range b.Cols {
		n := source.Vector{Start: make([]uint32, b.Rows), End: make([]uint32, b.Rows), Kinds: slices.Clone(v.Kinds)}
		for r := range b.Rows {
			n.Start[r] = uint32(len(n.Data))
			n.Data = append(n.Data, v.Data[v.Start[r]:v.End[r]]...)
			n.End[r] = uint32(len(n.Data))
		}
		c.Cols[i] = n
	}
	return c
}

func (c *converter) done(seg source.Segment, sink source.Sink) error {
	r := sink.(*rows)
	keys := r.keys
	if len(seg.Columns) > len(r.names) {
		keys = source.NDJSONKeys(seg.Columns)
	}
	for _, p := range r.parts {
		if p.batch != nil {
			p.text = c.append(nil, p.batch, keys)
		}
		if _, err := c.w.Write(p.text); err != nil {
			return err
		}
	}
	r.parts = r.parts[:min(1, len(r.parts))]
	for i := range r.parts {
		r.parts[i] = part{text: r.parts[i].text[:0]}
	}
	c.mu.Lock()
	if len(seg.Columns) > len(c.names) {
		c.names = seg.Columns
	}
	c.spare = append(c.spare, r)
	c.mu.Unlock()
	c.rows += seg.Rows
	c.last = seg
	c.tell(false)
	return nil
}

func (c *converter) tell(last bool) {
	if c.hooks.Progress == nil || !last && time.Since(c.told) < progressEvery {
		return
	}
	c.told = time.Now()
	c.hooks.Progress(Progress{Stage: "converting", BytesDone: c.last.BytesDone, BytesTotal: c.req.Source.Size, Rows: c.rows})
}
