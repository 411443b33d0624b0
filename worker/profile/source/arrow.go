package source

import (
	"bytes"
	"context"
	"encoding/binary"
	"errors"
	"fmt"
	"io"
	"math"
	"sync/atomic"

	"github.com/apache/arrow-go/v18/arrow"
	"github.com/apache/arrow-go/v18/arrow/array"
	"github.com/apache/arrow-go/v18/arrow/ipc"
	"github.com/apache/arrow-go/v18/arrow/memory"
)

// Arrow IPC files (Feather version 2 is the same) and streams are read record
// batch by record batch, in order, by one goroutine; the rows of the batches
// are written out by all.
//
// Columns and values are those of Parquet: structs flattened, lists, maps and
// the like as JSON, the nulls of the format. Timestamps with a zone are
// moments, shown in UTC. Dictionaries are written out once.

// maxArrow bounds the record batches and dictionaries in memory at a time.
const maxArrow = 320 << 20

type arrowScanner struct {
	file    *arrowFile
	next    func() (arrow.RecordBatch, error) // io.EOF behind the last one
	shut    func()
	columns []arrowColumn
	names   []string
	faults  faults
	rows    int64 // of a segment
	batch   int   // rows of a batch
	maxCell int
	limits  Limits
	dialect Dialect
}

// arrowColumn is a field, or one within structs.
type arrowColumn struct {
	name  string
	path  []int
	field arrow.Field
}

// arrowFile counts how far it was read.
type arrowFile struct {
	in   Input
	seen int64 // the end of what was read
}

func (f *arrowFile) ReadAt(p []byte, off int64) (int, error) {
	n, err := f.in.ReadAt(p, off)
	f.seen = max(f.seen, off+int64(n))
	if err != nil && !errors.Is(err, io.EOF) {
		err = rawError{err}
	}
	return n, err
}

// boundedMemory is an allocator that refuses to exceed maxArrow.
type boundedMemory struct {
	memory.Allocator
	used atomic.Int64
	full atomic.Bool
}

func (m *boundedMemory) take(n int) {
	if n < 0 || m.used.Add(int64(n)) > maxArrow {
		m.full.Store(true)
		panic(tooLargeArrow())
	}
}

func (m *boundedMemory) Allocate(n int) []byte {
	m.take(n)
	return m.Allocator.Allocate(n)
}

func (m *boundedMemory) Reallocate(n int, b []byte) []byte {
	if n > len(b) {
		m.take(n - len(b))
	} else {
		m.used.Add(int64(n - len(b)))
	}
	return m.Allocator.Reallocate(n, b)
}

func (m *boundedMemory) Free(b []byte) {
	m.used.Add(-int64(len(b)))
	m.Allocator.Free(b)
}

func tooLargeArrow() *Error {
	return &Error{Code: "too_large", Row: -1, Offset: -1,
		Message: fmt.Sprintf("The record batches and dictionaries that have to be in memory take more than %s.", sizeOf(maxArrow)),
		Hint:    "Write the file again with smaller record batches."}
}

const hintArrow = "Write the file again, or copy it again if it was cut off on the way."

// isArrow tells an IPC file by its magic, and a stream by the marks of its
// first message, which is a schema.
func isArrow(head []byte) bool {
	if rest, ok := bytes.CutPrefix(head, []byte("ARROW1")); ok {
		return len(rest) == 0 || rest[0] == 0 // a text has none there
	}
	if len(head) >= 16 && binary.LittleEndian.Uint32(head) != math.MaxUint32 {
		return isOldArrow(head)
	}
	if len(head) < 16 {
		return false
	}
	n := binary.LittleEndian.Uint32(head[4:])
	root := binary.LittleEndian.Uint32(head[8:])
	return n > 8 && n < 64<<20 && root >= 4 && root < n
}

// isOldArrow tells a stream of a version before 0.15, which begins with the
// length of its schema and no mark: there has to be a whole schema.
func isOldArrow(head []byte) bool {
	n := binary.LittleEndian.Uint32(head)
	if n <= 16 || n > 16<<20 || uint64(n) > uint64(len(head)-4) {
		return false
	}
	schema := false
	err := checked(func() {
		t := rootTable(head[4 : 4+n])
		header, ok := t.table(2)
		_, fields := header.vector(1, 4)
		schema = ok && t.byte(1) == messageSchema && t.int64(3) == 0 && fields > 0
	})
	return err == nil && schema
}

func openArrow(_ context.Context, in Input, _ Options, l Limits) (s Scanner, err error) {
	a := &arrowScanner{file: &arrowFile{in: in}, shut: func() {}, maxCell: int(l.MaxCellBytes), limits: l,
		dialect: Dialect{Format: "arrow", Encoding: "utf-8", Header: true, Typed: true, Confidence: 1}}
	mem := &boundedMemory{Allocator: memory.NewGoAllocator()}
	defer func() {
		if p := recover(); p != nil {
			s, err = nil, a.explain(panicked(p), mem)
		}
	}()
	schema, err := a.open(mem, l)
	if err != nil {
		return nil, a.explain(err, mem)
	}
	if err := a.columnsOf(schema, l); err != nil {
		return nil, err
	}
	return a, nil
}

// open makes the reader of record batches.
func (a *arrowScanner) open(mem *boundedMemory, l Limits) (*arrow.Schema, error) {
	size := a.file.in.Size
	magic := make([]byte, 6)
	if _, err := a.file.ReadAt(magic, 0); err != nil && !errors.Is(err, io.EOF) {
		return nil, err
	}
	isFile := string(magic) == "ARROW1"
	if isFile && (size < 20 || !a.endsWhole()) {
		return nil, &Error{Code: "truncated_file", Row: -1, Offset: size,
			Message: "The Arrow file does not end as such files do: its end is missing.", Hint: "Copy or upload the file again."}
	}
	messages, err := newArrowMessages(a.file, mem, isFile, l)
	if err != nil {
		return nil, err
	}
	a.file.seen = 0
	r, err := ipc.NewReaderFromMessageReader(messages, ipc.WithAllocator(mem))
	if err != nil {
		return nil, err
	}
	a.shut = r.Release
	a.next = func() (arrow.RecordBatch, error) {
		rec, err := a.guarded(mem, r.Read)
		if err == nil {
			rec.Retain() // the reader gives its own up with the next one
		}
		return rec, err
	}
	return r.Schema(), nil
}

func (a *arrowScanner) endsWhole() bool {
	tail := make([]byte, 6)
	n, _ := a.file.ReadAt(tail, a.file.in.Size-6) // what fails here fails again
	return n == 6 && string(tail) == "ARROW1"
}

// guarded reads a record batch and says of a failure what it is.
func (a *arrowScanner) guarded(mem *boundedMemory, read func() (arrow.RecordBatch, error)) (rec arrow.RecordBatch, err error) {
	defer func() {
		if p := recover(); p != nil {
			rec, err = nil, a.explain(panicked(p), mem)
		}
	}()
	if rec, err = read(); err != nil && err != io.EOF {
		return nil, a.explain(err, mem)
	}
	return rec, err
}

// explain makes an error of the library one for users.
func (a *arrowScanner) explain(err error, mem *boundedMemory) error {
	var known *Error
	var raw rawError
	switch {
	case errors.As(err, &known):
		return known
	case errors.As(err, &raw):
		return raw
	case mem.full.Load():
		return tooLargeArrow()
	case errors.Is(err, io.ErrUnexpectedEOF):
		return &Error{Code: "truncated_file", Row: -1, Offset: a.file.in.Size, Message: "The Arrow file ends in the middle of a record batch.",
			Hint: "Copy or upload the file again.", Err: err}
	}
	return &Error{Code: "invalid_arrow", Row: -1, Offset: -1, Message: "The Arrow file is broken: a part of it is not written as the format demands.",
		Hint: hintArrow, Err: err}
}

// columnsOf flattens the schema.
func (a *arrowScanner) columnsOf(schema *arrow.Schema, l Limits) error {
	var walk func(fields []arrow.Field, prefix string, path []int) error
	walk = func(fields []arrow.Field, prefix string, path []int) error {
		for i, f := range fields {
			at := append(path[:len(path):len(path)], i)
			name := prefix + validName(f.Name)
			if st, ok := f.Type.(*arrow.StructType); ok && st.NumFields() > 0 {
				if len(at) > l.MaxDepth {
					return &Error{Code: "nesting_too_deep", Row: -1, Offset: -1, Message: fmt.Sprintf("The schema nests deeper than %d levels.", l.MaxDepth),
						Hint: "Write the table with fewer structs inside each other, or raise the limit of the depth."}
				}
				if err := walk(st.Fields(), name+".", at); err != nil {
					return err
				}
				continue
			}
			a.columns = append(a.columns, arrowColumn{name, at, f})
			if len(a.columns) > l.MaxColumns {
				return &Error{Code: "too_many_columns", Row: -1, Offset: -1, Message: fmt.Sprintf("The table has more than %s columns.", thousands(int64(l.MaxColumns))),
					Hint: "Write the file with the columns that matter, or raise the limit of columns."}
			}
		}
		return nil
	}
	if err := walk(schema.Fields(), "", nil); err != nil {
		return err
	}
	names := make([]string, len(a.columns))
	for i, c := range a.columns {
		names[i] = c.name
	}
	a.names = uniqueNames(names, &a.faults)
	n := max(len(a.columns), 1)
	a.rows = int64(min(max(parquetSegment/n, 1000), 1<<18))
	a.batch = min(max(parquetBatch/n, 64), 4096)
	return nil
}

func (a *arrowScanner) Dialect() Dialect  { return a.dialect }
func (a *arrowScanner) Columns() []string { return a.names }

// Scales implements Scaler.
func (a *arrowScanner) Scales() []int {
	scales := make([]int, len(a.columns))
	for i, c := range a.columns {
		scales[i] = -1
		if d, ok := c.field.Type.(arrow.DecimalType); ok {
			scales[i] = max(int(d.GetScale()), 0)
		}
	}
	return scales
}

func (a *arrowScanner) Close() error {
	a.shut()
	return nil
}

// arrowPart is a stretch of rows of one record batch, which it has a hold on.
type arrowPart struct {
	rec      arrow.RecordBatch
	from, to int64
}

// Scan implements Scanner. It can be called once.
func (a *arrowScanner) Scan(ctx context.Context, workers int, newSink func() Sink, done func(Segment, Sink) error) error {
	cuts := arrowCuts{a: a}
	p := pieces[[]arrowPart]{
		workers: workers, columns: a.names, first: a.faults.list, text: newTextBound(a.file.in.Size, a.limits),
		next: cuts.next, newReader: a.newReader, newSink: newSink, done: done,
	}
	defer cuts.release()
	return p.run(ctx)
}

// arrowCuts cuts the rows into segments of the same size, over the bounds of
// record batches.
type arrowCuts struct {
	a   *arrowScanner
	rec arrow.RecordBatch
	row int64 // of rec
	// seen is the rows of all record batches so far.
	seen int64
	end  error
}

func (c *arrowCuts) release() {
	if c.rec != nil {
		c.rec.Release()
		c.rec = nil
	}
}

func (c *arrowCuts) next() (work []arrowPart, done int64, ok bool, err error) {
	for rows := int64(0); rows < c.a.rows && c.end == nil; {
		if c.rec == nil || c.row == c.rec.NumRows() {
			c.release()
			if len(work) > 0 && len(work)%1024 == 0 {
				break // of endlessly many empty ones
			}
			if c.rec, c.end = c.a.next(); c.end != nil {
				c.rec = nil
				break
			}
			c.row = 0
			if c.seen += c.rec.NumRows(); c.seen < 0 {
				c.seen = math.MaxInt64
			}
			if c.end = boundCells(c.seen, len(c.a.columns), c.a.file.in.Size, c.a.limits); c.end != nil {
				break
			}
			if len(c.a.columns) == 0 {
				c.row = c.rec.NumRows()
			}
			continue
		}
		n := min(c.rec.NumRows()-c.row, c.a.rows-rows)
		c.rec.Retain()
		work = append(work, arrowPart{c.rec, c.row, c.row + n})
		c.row += n
		rows += n
	}
	if c.end != nil && c.end != io.EOF {
		err = c.end
	}
	if len(work) == 0 {
		return nil, 0, false, err
	}
	done = min(c.a.file.seen, c.a.file.in.Size)
	if c.end == io.EOF {
		done = c.a.file.in.Size
	}
	return work, done, true, nil
}

// recordReader writes rows out, for one goroutine.
type recordReader struct {
	a       *arrowScanner
	rec     arrow.RecordBatch
	columns []recordColumn
	flags   valueFlags
	done    int64
	text    textBound
	batch   Batch
}

// recordColumn is a column of the record batch under way.
type recordColumn struct {
	cells   typedCells
	absent  []arrow.Array // structs around it
	write   arrowWriter
	indexes *array.Dictionary // of a dictionary, which is in entries
	dict    arrow.ArrayData
	entries entries
}

func (a *arrowScanner) newReader() func(context.Context, []arrowPart, Sink) pieceResult {
	r := &recordReader{a: a, columns: make([]recordColumn, len(a.columns))}
	return r.read
}

func (r *recordReader) read(ctx context.Context, parts []arrowPart, sink Sink) (out pieceResult) {
	r.flags, r.done, r.text = valueFlags{}, 0, newTextBound(r.a.file.in.Size, r.a.limits)
	held := parts
	defer func() {
		r.rec = nil
		for _, p := range held {
			p.rec.Release()
		}
		// The rows before a panic are in the sink.
		if p := recover(); p != nil {
			out.err = panicked(p)
		}
		out.rows, out.text, out.problems = r.done, r.text.used, r.flags.problems()
	}()
	for _, p := range parts {
		if p.rec != r.rec {
			r.rec = p.rec
			for i := range r.columns {
				r.columns[i].begin(&r.a.columns[i], p.rec, r.a.maxCell)
			}
		}
		for row := p.from; row < p.to; {
			if err := ctx.Err(); err != nil {
				out.err = err
				return out
			}
			n, err := r.rows(row, int(min(p.to-row, int64(r.a.batch))), sink)
			if err != nil {
				out.err = err
				return out
			}
			row += int64(n)
		}
	}
	return out
}

// begin finds the arrays of a column in a record batch.
func (c *recordColumn) begin(col *arrowColumn, rec arrow.RecordBatch, maxCell int) {
	arr := rec.Column(col.path[0])
	c.absent = c.absent[:0]
	for _, i := range col.path[1:] {
		c.absent = append(c.absent, arr)
		arr = arr.(*array.Struct).Field(i)
	}
	c.cells.reset()
	c.indexes = nil
	if d, ok := arr.(*array.Dictionary); ok {
		if data := d.Data().Dictionary(); data != c.dict {
			c.dict = data
			c.entries.reset()
			write := newArrowWriter(d.Dictionary(), col.field, maxCell)
			for i := range d.Dictionary().Len() {
				from := len(c.entries.text)
				var kind Kind
				c.entries.text, kind = write(c.entries.text, i)
				if err := c.entries.add(from, kind); err != nil {
					panic(tooLargeArrow())
				}
			}
		}
		c.indexes = d
		c.cells.share(&c.entries)
		return
	}
	c.write = newArrowWriter(arr, col.field, maxCell)
}

// rows hands up to want rows on, from row on.
func (r *recordReader) rows(row int64, want int, sink Sink) (int, error) {
	n := want
	most := max(batchText/len(r.columns), 16<<10)
	for i := range r.columns {
		c := &r.columns[i]
		c.cells.drop(c.cells.rows())
		for k := range n {
			if err := r.cell(c, int(row)+k); err != nil {
				return 0, err
			}
			if c.cells.text() >= most {
				n = k + 1
				break
			}
		}
	}
	b := &r.batch
	b.Rows, b.Cols = n, grown(b.Cols[:0], len(r.columns))
	var text int64
	for i := range r.columns {
		b.Cols[i] = r.columns[i].cells.vector(n)
		text += r.columns[i].cells.length(n)
	}
	if err := r.text.add(text); err != nil {
		return 0, err
	}
	if err := sink.Batch(b); err != nil {
		return 0, err
	}
	r.done += int64(n)
	return n, nil
}

func (r *recordReader) cell(c *recordColumn, i int) error {
	for _, s := range c.absent {
		if s.IsNull(i) {
			c.cells.addNulls(1)
			return nil
		}
	}
	if d := c.indexes; d != nil {
		if d.IsNull(i) {
			c.cells.addNulls(1)
			return nil
		}
		id := d.GetValueIndex(i)
		kind := c.entries.kinds[id]
		c.cells.start = append(c.cells.start, c.entries.start[id])
		c.cells.end = append(c.cells.end, c.entries.end[id])
		c.cells.kinds = append(c.cells.kinds, kind&^kindFlags)
		r.flags.note(kind, r.done+int64(c.cells.rows()))
		return nil
	}
	from := len(c.cells.data)
	var kind Kind
	c.cells.data, kind = c.write(c.cells.data, i)
	if len(c.cells.data)-from > r.a.maxCell {
		return cellTooLarge(int64(r.a.maxCell))
	}
	if kind&^kindFlags == Null {
		c.cells.data = c.cells.data[:from]
		c.cells.addNulls(1)
		return nil
	}
	c.cells.add(from, kind&^kindFlags)
	if kind&kindFlags != 0 {
		r.flags.note(kind, r.done+int64(c.cells.rows()))
	}
	return nil
}
